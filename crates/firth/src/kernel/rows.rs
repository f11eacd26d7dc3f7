//! Kernels over single rows: dot, axpy, scale, and the scores of scattered pairs.

use super::simd::{LANES, Simd};
use super::{Pair, RowPtr};

/// `sum a[i] * b[i]` over `n` floats: lane `l` sums the elements `l, l + 16, ...` in rising order, then one fixed tree.
///
/// # Safety
/// `n` floats at `a` and at `b`, and the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn dot<S: Simd>(a: *const f32, b: *const f32, n: usize) -> f32 {
    let whole = n / LANES * LANES;
    // SAFETY: all accesses lie below `n`.
    unsafe {
        let mut sum = S::zero();
        let mut i = 0;
        while i < whole {
            sum = S::fma(S::load(a.add(i)), S::load(b.add(i)), sum);
            i += LANES;
        }
        if whole < n {
            let rest = n - whole;
            sum = S::fma(S::load_first(a.add(whole), rest), S::load_first(b.add(whole), rest), sum);
        }
        S::reduce(sum)
    }
}

/// `y[i] += a * x[i]` over `n` floats.
///
/// # Safety
/// `n` floats at `x` and, to write, at `y`, and the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn axpy<S: Simd>(a: f32, x: *const f32, y: *mut f32, n: usize) {
    let whole = n / LANES * LANES;
    // SAFETY: all accesses lie below `n`.
    unsafe {
        let a = S::splat(a);
        let mut i = 0;
        while i < whole {
            S::store(y.add(i), S::fma(a, S::load(x.add(i)), S::load(y.add(i))));
            i += LANES;
        }
        if whole < n {
            let rest = n - whole;
            let (x, old) = (S::load_first(x.add(whole), rest), S::load_first(y.add(whole), rest));
            S::store_first(y.add(whole), S::fma(a, x, old), rest);
        }
    }
}

/// `x[i] *= a` over `n` floats.
///
/// # Safety
/// `n` floats at `x` to write, and the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn scale<S: Simd>(a: f32, x: *mut f32, n: usize) {
    let whole = n / LANES * LANES;
    // SAFETY: all accesses lie below `n`.
    unsafe {
        let a = S::splat(a);
        let mut i = 0;
        while i < whole {
            S::store(x.add(i), S::mul(a, S::load(x.add(i))));
            i += LANES;
        }
        if whole < n {
            let rest = n - whole;
            S::store_first(x.add(whole), S::mul(a, S::load_first(x.add(whole), rest)), rest);
        }
    }
}

/// `out[p] = dot(x + pairs[p].0 * stride, rows[pairs[p].1])` over `stride` floats (a multiple of 16), for every pair.
///
/// Sixteen pairs share one reduction: their sums cross the lanes together.
///
/// # Safety
/// Rows of `stride` floats at each pair's places, `pairs.len()` floats at `out`, and the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn pair_dots<S: Simd>(
    x: *const f32,
    rows: &[RowPtr<'_>],
    pairs: &[Pair],
    stride: usize,
    out: *mut f32,
) {
    /// Pairs whose sums run side by side: enough to hide the latency of one multiply-add.
    const GROUP: usize = 4;
    for (batch, sixteen) in pairs.chunks(LANES).enumerate() {
        // SAFETY: the caller vouches for the rows; a short last batch repeats its last pair and stores what it has.
        unsafe {
            let mut sums = [S::zero(); LANES];
            for group in 0..sixteen.len().div_ceil(GROUP) {
                let at: [(*const f32, *const f32); GROUP] = std::array::from_fn(|g| {
                    let (i, c) = sixteen[(group * GROUP + g).min(sixteen.len() - 1)];
                    (x.add(usize::from(i) * stride), rows[usize::from(c)].as_ptr().cast_const())
                });
                let mut sum = [S::zero(); GROUP];
                let mut k = 0;
                while k < stride {
                    for g in 0..GROUP {
                        sum[g] = S::fma(S::load(at[g].0.add(k)), S::load(at[g].1.add(k)), sum[g]);
                    }
                    k += LANES;
                }
                sums[group * GROUP..][..GROUP].copy_from_slice(&sum);
            }
            S::store_first(out.add(batch * LANES), S::reduce_16(&sums), sixteen.len());
        }
    }
}
