//! Broadcast matrix products: every element of the result is one chain of multiply-adds over rising `k`, so neither the
//! tile nor the register width can be seen in the bits.

use super::RowPtr;
use super::simd::{LANES, Simd};

/// Addresses of cache lines that will be needed soon: the products ask for one with every few multiply-adds, so that
/// memory works while they do.
pub(crate) type Ahead<'a> = std::slice::Iter<'a, *const f32>;

/// Columns of a panel: the most rows that [`Kernels::scores`](super::Kernels::scores) multiplies with at once.
pub const PANEL: usize = 32;

/// `out[i * 32 + j] = sum_k x[i * stride + k] * panel[k * 32 + j]` for `rows` rows and 32 columns.
///
/// # Safety
/// `x` holds `rows` rows, `panel` `dim * 32` floats, `out` `rows * 32`; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn scores<S: Simd, const TILE: usize>(
    x: *const f32,
    stride: usize,
    rows: usize,
    dim: usize,
    panel: *const f32,
    out: *mut f32,
    ahead: &mut Ahead<'_>,
) {
    let mut i = 0;
    // SAFETY: tiles stay below `rows`.
    unsafe {
        while i + TILE <= rows {
            scores_tile::<S, TILE>(x.add(i * stride), stride, dim, panel, out.add(i * PANEL), ahead);
            i += TILE;
        }
        while i < rows {
            scores_tile::<S, 1>(x.add(i * stride), stride, dim, panel, out.add(i * PANEL), ahead);
            i += 1;
        }
    }
}

/// [`scores`] of exactly `TILE` rows, in registers.
#[inline(always)]
unsafe fn scores_tile<S: Simd, const TILE: usize>(
    x: *const f32,
    stride: usize,
    dim: usize,
    panel: *const f32,
    out: *mut f32,
    ahead: &mut Ahead<'_>,
) {
    // SAFETY: as in `scores`.
    unsafe {
        let mut sums = [[S::zero(); PANEL / LANES]; TILE];
        for k in 0..dim {
            if let Some(&line) = ahead.next() {
                prefetch_line(line);
            }
            let columns = [S::load(panel.add(k * PANEL)), S::load(panel.add(k * PANEL + LANES))];
            for r in 0..TILE {
                let value = S::splat(*x.add(r * stride + k));
                sums[r][0] = S::fma(value, columns[0], sums[r][0]);
                sums[r][1] = S::fma(value, columns[1], sums[r][1]);
            }
        }
        for r in 0..TILE {
            S::store(out.add(r * PANEL), sums[r][0]);
            S::store(out.add(r * PANEL + LANES), sums[r][1]);
        }
    }
}

/// Transposes up to 32 rows of `dim` floats into a panel: `panel[k * 32 + j] = rows[j][k]`, zero where there is no row.
///
/// # Safety
/// `dim` floats at each row, `dim * 32` at `panel`; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn transpose_panel<S: Simd>(rows: &[*const f32], dim: usize, panel: *mut f32) {
    for first in (0..PANEL).step_by(LANES) {
        let mut k = 0;
        while k < dim {
            let count = (dim - k).min(LANES);
            // SAFETY: `count` floats from column `k` on exist in each row, and as many rows of the panel.
            unsafe {
                let block: [S::V; LANES] = std::array::from_fn(|j| match rows.get(first + j) {
                    Some(&row) if count == LANES => S::load(row.add(k)),
                    Some(&row) => S::load_first(row.add(k), count),
                    None => S::zero(),
                });
                S::store_transposed(&block, panel.add(k * PANEL + first), PANEL, count);
            }
            k += LANES;
        }
    }
}

/// Coefficients of a [`combine`], seen with any strides so that a matrix serves as its own transpose.
#[derive(Clone, Copy)]
pub(crate) struct Coefficients<'a> {
    pub values: &'a [f32],
    /// Floats from one result row's coefficients to the next.
    pub row_stride: usize,
    /// Floats from the coefficient of one term to that of the next.
    pub term_stride: usize,
}

/// `out[i] = sum_j c[i][j] * rows[j]` for `m` results and `n` terms, over rows of `stride` floats (a multiple of 16).
///
/// # Safety
/// `n` rows at `rows`, `m` at `out`, all coefficients within `c.values`; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn combine<S: Simd, const TILE: usize, const WIDTH: usize>(
    c: Coefficients<'_>,
    rows: *const f32,
    n: usize,
    stride: usize,
    out: *mut f32,
    m: usize,
    ahead: &mut Ahead<'_>,
) {
    const { assert!(WIDTH == 3 || WIDTH == 6) }
    let vectors = stride / LANES;
    let groups = vectors.div_ceil(WIDTH);
    let mut from = 0;
    for group in 0..groups {
        // Equal shares: seven vectors go as 4 + 3, not as 6 + 1.
        let width = (vectors - from).div_ceil(groups - group);
        // SAFETY: the columns `from .. from + width` lie inside the rows.
        unsafe {
            let (b, o) = (rows.add(from * LANES), out.add(from * LANES));
            match width {
                1 => combine_columns::<S, TILE, 1>(c, b, n, stride, o, m, ahead),
                2 => combine_columns::<S, TILE, 2>(c, b, n, stride, o, m, ahead),
                3 => combine_columns::<S, TILE, 3>(c, b, n, stride, o, m, ahead),
                4 => combine_columns::<S, TILE, 4>(c, b, n, stride, o, m, ahead),
                5 => combine_columns::<S, TILE, 5>(c, b, n, stride, o, m, ahead),
                _ => combine_columns::<S, TILE, 6>(c, b, n, stride, o, m, ahead),
            }
        }
        from += width;
    }
}

/// [`combine`] restricted to `WIDTH` vectors of every row.
#[inline(always)]
unsafe fn combine_columns<S: Simd, const TILE: usize, const WIDTH: usize>(
    c: Coefficients<'_>,
    rows: *const f32,
    n: usize,
    stride: usize,
    out: *mut f32,
    m: usize,
    ahead: &mut Ahead<'_>,
) {
    let mut i = 0;
    // SAFETY: tiles stay below `m`.
    unsafe {
        while i + TILE <= m {
            combine_tile::<S, TILE, WIDTH>(c, i, rows, n, stride, out, ahead);
            i += TILE;
        }
        while i < m {
            combine_tile::<S, 1, WIDTH>(c, i, rows, n, stride, out, ahead);
            i += 1;
        }
    }
}

/// [`combine`] of the `TILE` results from `i` on, `WIDTH` vectors of each, in registers.
#[inline(always)]
unsafe fn combine_tile<S: Simd, const TILE: usize, const WIDTH: usize>(
    c: Coefficients<'_>,
    i: usize,
    rows: *const f32,
    n: usize,
    stride: usize,
    out: *mut f32,
    ahead: &mut Ahead<'_>,
) {
    // SAFETY: as in `combine`.
    unsafe {
        let coefficient = c.values.as_ptr().add(i * c.row_stride);
        let mut sums = [[S::zero(); WIDTH]; TILE];
        for j in 0..n {
            if let Some(&line) = ahead.next() {
                prefetch_line(line);
            }
            let row = rows.add(j * stride);
            let columns: [S::V; WIDTH] = std::array::from_fn(|w| S::load(row.add(w * LANES)));
            for r in 0..TILE {
                let value = S::splat(*coefficient.add(r * c.row_stride + j * c.term_stride));
                for w in 0..WIDTH {
                    sums[r][w] = S::fma(value, columns[w], sums[r][w]);
                }
            }
        }
        for r in 0..TILE {
            for w in 0..WIDTH {
                S::store(out.add((i + r) * stride + w * LANES), sums[r][w]);
            }
        }
    }
}

/// A sparse matrix by rows: row `i` has the terms `start[i] .. start[i + 1]`.
#[derive(Clone, Copy)]
pub(crate) struct Sparse<'a> {
    pub start: &'a [u32],
    /// Which source row each term takes.
    pub source: &'a [u16],
    /// With which coefficient.
    pub value: &'a [f32],
}

/// `targets[i] += factor * (dense[i] + sum_t value[t] * sources[source[t]])`, the terms of row `i` in order.
///
/// `dense` may be null for zero. Rows have `stride` floats (a multiple of 16).
///
/// # Safety
/// As many rows at `dense` as targets, all source indices within `sources`; no target row is also a source row; the
/// instructions of `S`.
#[inline(always)]
pub(super) unsafe fn add_sparse<S: Simd, const WIDTH: usize>(
    targets: &[RowPtr<'_>],
    factor: f32,
    dense: *const f32,
    terms: Sparse<'_>,
    sources: &[RowPtr<'_>],
    stride: usize,
) {
    const { assert!(WIDTH == 4 || WIDTH == 8) }
    let vectors = stride / LANES;
    let groups = vectors.div_ceil(WIDTH);
    for (i, target) in targets.iter().enumerate() {
        let range = terms.start[i] as usize..terms.start[i + 1] as usize;
        let (source, value) = (&terms.source[range.clone()], &terms.value[range]);
        let mut from = 0;
        for group in 0..groups {
            let width = (vectors - from).div_ceil(groups - group);
            // SAFETY: the columns lie inside the rows.
            unsafe {
                let to = target.as_ptr().add(from * LANES);
                let base = if dense.is_null() { dense } else { dense.add(i * stride + from * LANES) };
                let at = from * LANES;
                match width {
                    1 => add_sparse_row::<S, 1>(to, factor, base, source, value, sources, at),
                    2 => add_sparse_row::<S, 2>(to, factor, base, source, value, sources, at),
                    3 => add_sparse_row::<S, 3>(to, factor, base, source, value, sources, at),
                    4 => add_sparse_row::<S, 4>(to, factor, base, source, value, sources, at),
                    5 => add_sparse_row::<S, 5>(to, factor, base, source, value, sources, at),
                    6 => add_sparse_row::<S, 6>(to, factor, base, source, value, sources, at),
                    7 => add_sparse_row::<S, 7>(to, factor, base, source, value, sources, at),
                    _ => add_sparse_row::<S, 8>(to, factor, base, source, value, sources, at),
                }
            }
            from += width;
        }
    }
}

/// One target of [`add_sparse`], `WIDTH` vectors of it.
#[inline(always)]
unsafe fn add_sparse_row<S: Simd, const WIDTH: usize>(
    target: *mut f32,
    factor: f32,
    dense: *const f32,
    source: &[u16],
    value: &[f32],
    sources: &[RowPtr<'_>],
    at: usize,
) {
    // SAFETY: as in `add_sparse`.
    unsafe {
        let mut sums = [S::zero(); WIDTH];
        if !dense.is_null() {
            for w in 0..WIDTH {
                sums[w] = S::load(dense.add(w * LANES));
            }
        }
        for (&s, &v) in source.iter().zip(value) {
            let row = sources.get_unchecked(usize::from(s)).as_ptr().add(at);
            let v = S::splat(v);
            for w in 0..WIDTH {
                sums[w] = S::fma(v, S::load(row.add(w * LANES)), sums[w]);
            }
        }
        let factor = S::splat(factor);
        for w in 0..WIDTH {
            let to = target.add(w * LANES);
            S::store(to, S::fma(factor, sums[w], S::load(to)));
        }
    }
}

/// `base += s * sum_l (copies[l] - base)`, the copies in order, over `stride` floats (a multiple of 16).
///
/// # Safety
/// `stride` floats at each pointer; `base` is none of the copies; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn merge<S: Simd>(base: *mut f32, copies: &[RowPtr<'_>], s: f32, stride: usize) {
    // SAFETY: all accesses lie below `stride`.
    unsafe {
        let s = S::splat(s);
        let mut k = 0;
        while k < stride {
            let old = S::load(base.add(k));
            let mut delta = S::zero();
            for copy in copies {
                delta = S::add(delta, S::sub(S::load(copy.as_ptr().add(k)), old));
            }
            S::store(base.add(k), S::fma(s, delta, old));
            k += LANES;
        }
    }
}

/// Asks for a cache line; any address will do.
#[inline(always)]
pub(super) fn prefetch_line(line: *const f32) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        // SAFETY: SSE is part of x86-64, and a prefetch touches nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(line.cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}
