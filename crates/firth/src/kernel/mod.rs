//! The few loops that take all the time, once for every instruction set, with one result.
//!
//! A kernel is defined by its *result*: vectors of 16 lanes, fused multiply-add, sums over rising `k`, one fixed tree
//! where lanes are added together, polynomials of our own for `exp` and `log`. So AVX-512, AVX2 and plain code return
//! the same bits, and which one runs is a matter of speed alone. [`Kernels::detect`] chooses once; [`Kernels::forced`]
//! lets tests run each path the machine has. On AArch64 the plain code is compiled to NEON, which is part of the base
//! set there.
//!
//! The formulas, with `X` the input rows, `U` the output rows and `G` the coefficients:
//!
//! | kernel | computes |
//! | --- | --- |
//! | [`dot`](Kernels::dot), [`axpy`](Kernels::axpy), [`scale`](Kernels::scale) | single rows |
//! | [`scores`](Kernels::scores) | `S = X U'`, 32 rows of `U` at once, as a transposed panel |
//! | `pair_dots` | single elements of `S` |
//! | `logistic` | `G = W o sigmoid(S)` and the loss |
//! | `combine` | `G U` and `G' X` |
//! | `add_sparse` | the same for a sparse `G`, added to scattered rows |
//! | `merge` | what several lanes did to one row |
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod gemm;
mod logistic;
mod portable;
mod row_ptr;
mod rows;
mod simd;
#[cfg(test)]
mod tests;

pub use gemm::PANEL;
pub(crate) use gemm::{Ahead, Coefficients, Sparse};
pub(crate) use row_ptr::RowPtr;

/// A row of one table and a row of another, by their places in a chunk.
pub(crate) type Pair = (u16, u16);

/// An instruction set that kernels exist for, fastest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// x86-64 with AVX-512F, DQ and VL.
    Avx512,
    /// x86-64 with AVX2 and FMA.
    Avx2,
    /// Plain code, on every machine.
    Portable,
}

impl Path {
    /// Every path, fastest first.
    pub const ALL: [Path; 3] = [Path::Avx512, Path::Avx2, Path::Portable];

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("fma")
            }
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(not(target_arch = "x86_64"))]
            Path::Avx512 | Path::Avx2 => false,
            Path::Portable => true,
        }
    }

    /// The path's name as users write it.
    pub fn name(self) -> &'static str {
        match self {
            Path::Avx512 => "avx512",
            Path::Avx2 => "avx2",
            Path::Portable => "portable",
        }
    }
}

/// The kernels of one instruction set.
#[derive(Debug)]
pub struct Kernels {
    path: Path,
    dot: unsafe fn(*const f32, *const f32, usize) -> f32,
    axpy: unsafe fn(f32, *const f32, *mut f32, usize),
    scale: unsafe fn(f32, *mut f32, usize),
    scores: unsafe fn(*const f32, usize, usize, usize, *const f32, *mut f32, &mut Ahead<'_>),
    transpose_panel: unsafe fn(&[*const f32], usize, *mut f32),
    pair_dots: unsafe fn(*const f32, &[RowPtr<'_>], &[Pair], usize, *mut f32),
    logistic: unsafe fn(*mut f32, usize, &[f32], f32) -> f64,
    saturate: unsafe fn(*mut f32, usize),
    combine: unsafe fn(Coefficients<'_>, *const f32, usize, usize, *mut f32, usize, &mut Ahead<'_>),
    add_sparse: unsafe fn(&[RowPtr<'_>], f32, *const f32, Sparse<'_>, &[RowPtr<'_>], usize),
    merge: unsafe fn(*mut f32, &[RowPtr<'_>], f32, usize),
}

/// Compiles every kernel for one path: `$tile` rows by `$width` vectors fit its registers.
macro_rules! compile {
    ($module:ident, $path:expr, $simd:ty, $scores_tile:literal, $tile:literal, $width:literal, $sparse:literal
     $(, $feature:literal)?) => {
        mod $module {
            use super::simd::Simd;
            use super::*;

            /// # Safety
            /// As [`rows::dot`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn dot(a: *const f32, b: *const f32, n: usize) -> f32 {
                // SAFETY: the caller's promise.
                unsafe { rows::dot::<$simd>(a, b, n) }
            }
            /// # Safety
            /// As [`rows::axpy`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn axpy(a: f32, x: *const f32, y: *mut f32, n: usize) {
                // SAFETY: the caller's promise.
                unsafe { rows::axpy::<$simd>(a, x, y, n) }
            }
            /// # Safety
            /// As [`rows::scale`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn scale(a: f32, x: *mut f32, n: usize) {
                // SAFETY: the caller's promise.
                unsafe { rows::scale::<$simd>(a, x, n) }
            }
            /// # Safety
            /// As [`gemm::scores`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn scores(
                x: *const f32, stride: usize, rows: usize, dim: usize, panel: *const f32, out: *mut f32,
                ahead: &mut Ahead<'_>,
            ) {
                // SAFETY: the caller's promise.
                unsafe { gemm::scores::<$simd, $scores_tile>(x, stride, rows, dim, panel, out, ahead) }
            }
            /// # Safety
            /// As [`gemm::transpose_panel`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn transpose_panel(rows: &[*const f32], dim: usize, panel: *mut f32) {
                // SAFETY: the caller's promise.
                unsafe { gemm::transpose_panel::<$simd>(rows, dim, panel) }
            }
            /// # Safety
            /// As [`rows::pair_dots`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn pair_dots(
                x: *const f32, rows: &[RowPtr<'_>], pairs: &[Pair], stride: usize, out: *mut f32,
            ) {
                // SAFETY: the caller's promise.
                unsafe { rows::pair_dots::<$simd>(x, rows, pairs, stride, out) }
            }
            /// # Safety
            /// As [`logistic::logistic`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn logistic(values: *mut f32, width: usize, weights: &[f32], sign: f32) -> f64 {
                // SAFETY: the caller's promise.
                unsafe { logistic::logistic::<$simd>(values, width, weights, sign) }
            }
            /// # Safety
            /// As [`logistic::saturate`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn saturate(values: *mut f32, n: usize) {
                // SAFETY: the caller's promise.
                unsafe { logistic::saturate::<$simd>(values, n) }
            }
            /// # Safety
            /// As [`gemm::combine`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn combine(
                c: Coefficients<'_>, rows: *const f32, n: usize, stride: usize, out: *mut f32, m: usize,
                ahead: &mut Ahead<'_>,
            ) {
                // SAFETY: the caller's promise.
                unsafe { gemm::combine::<$simd, $tile, $width>(c, rows, n, stride, out, m, ahead) }
            }
            /// # Safety
            /// As [`gemm::add_sparse`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn add_sparse(
                targets: &[RowPtr<'_>], factor: f32, dense: *const f32, terms: Sparse<'_>,
                sources: &[RowPtr<'_>], stride: usize,
            ) {
                // SAFETY: the caller's promise.
                unsafe { gemm::add_sparse::<$simd, $sparse>(targets, factor, dense, terms, sources, stride) }
            }
            /// # Safety
            /// As [`gemm::merge`]; the path's instructions exist.
            $(#[target_feature(enable = $feature)])?
            unsafe fn merge(base: *mut f32, copies: &[RowPtr<'_>], s: f32, stride: usize) {
                // SAFETY: the caller's promise.
                unsafe { gemm::merge::<$simd>(base, copies, s, stride) }
            }

            const _: () = assert!(size_of::<<$simd as Simd>::V>() == 64);
            pub(super) static KERNELS: Kernels = Kernels {
                path: $path, dot, axpy, scale, scores, transpose_panel, pair_dots, logistic, saturate, combine,
                add_sparse, merge,
            };
        }
    };
}

#[cfg(target_arch = "x86_64")]
compile!(for_avx512, Path::Avx512, avx512::Avx512, 8, 4, 6, 8, "avx512f,avx512dq,avx512vl,fma");
#[cfg(target_arch = "x86_64")]
compile!(for_avx2, Path::Avx2, avx2::Avx2, 3, 2, 3, 4, "avx2,fma");
compile!(for_portable, Path::Portable, portable::Portable, 2, 2, 3, 4);

impl Kernels {
    /// The fastest kernels that this machine can run.
    pub fn detect() -> &'static Kernels {
        Path::ALL.into_iter().find_map(Kernels::forced).expect("plain code runs everywhere")
    }

    /// The kernels of `path`, or `None` where the machine lacks its instructions.
    pub fn forced(path: Path) -> Option<&'static Kernels> {
        if !path.is_available() {
            return None;
        }
        match path {
            #[cfg(target_arch = "x86_64")]
            Path::Avx512 => Some(&for_avx512::KERNELS),
            #[cfg(target_arch = "x86_64")]
            Path::Avx2 => Some(&for_avx2::KERNELS),
            #[cfg(not(target_arch = "x86_64"))]
            Path::Avx512 | Path::Avx2 => None,
            Path::Portable => Some(&for_portable::KERNELS),
        }
    }

    /// Which instruction set this is.
    pub fn path(&self) -> Path {
        self.path
    }

    /// `sum_i a[i] b[i]`: lane `l` of 16 sums the elements `l, l + 16, ...`, then one fixed tree adds the lanes.
    ///
    /// # Panics
    /// When the lengths differ.
    #[inline]
    pub fn dot(&self, a: &[f32], b: &[f32]) -> f32 {
        assert_eq!(a.len(), b.len());
        // SAFETY: both slices have the length given; the path was detected.
        unsafe { (self.dot)(a.as_ptr(), b.as_ptr(), a.len()) }
    }

    /// `y += a x`
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn axpy(&self, a: f32, x: &[f32], y: &mut [f32]) {
        assert_eq!(x.len(), y.len());
        // SAFETY: both slices have the length given; the path was detected.
        unsafe { (self.axpy)(a, x.as_ptr(), y.as_mut_ptr(), x.len()) }
    }

    /// `x *= a`
    pub fn scale(&self, a: f32, x: &mut [f32]) {
        // SAFETY: the slice has the length given; the path was detected.
        unsafe { (self.scale)(a, x.as_mut_ptr(), x.len()) }
    }

    /// `out[i * 32 + j] = sum_k x[i * x_stride + k] panel[k * 32 + j]`, `k` rising, for `rows` rows and 32 columns.
    ///
    /// # Panics
    /// When a slice is too short.
    pub fn scores(
        &self,
        x: &[f32],
        x_stride: usize,
        rows: usize,
        dim: usize,
        panel: &[f32],
        out: &mut [f32],
    ) {
        self.scores_ahead(x, x_stride, rows, dim, panel, out, &mut [].iter());
    }

    /// [`scores`](Kernels::scores), which asks for the lines `ahead` as it goes.
    pub(crate) fn scores_ahead(
        &self,
        x: &[f32],
        x_stride: usize,
        rows: usize,
        dim: usize,
        panel: &[f32],
        out: &mut [f32],
        ahead: &mut Ahead<'_>,
    ) {
        assert!(dim <= x_stride && (rows == 0 || x.len() >= (rows - 1) * x_stride + dim));
        assert!(panel.len() >= dim * PANEL && out.len() >= rows * PANEL);
        // SAFETY: the lengths were checked; the path was detected.
        unsafe { (self.scores)(x.as_ptr(), x_stride, rows, dim, panel.as_ptr(), out.as_mut_ptr(), ahead) }
    }

    /// `panel[k * 32 + j] = rows[j][k]` for up to 32 rows of `dim` floats; columns without a row become zero.
    ///
    /// # Panics
    /// When there are more than 32 rows, or a slice is too short.
    pub fn transpose_panel(&self, rows: &[&[f32]], dim: usize, panel: &mut [f32]) {
        assert!(rows.len() <= PANEL && rows.iter().all(|row| row.len() >= dim));
        assert!(panel.len() >= dim * PANEL);
        let mut pointers = [std::ptr::null(); PANEL];
        for (pointer, row) in pointers.iter_mut().zip(rows) {
            *pointer = row.as_ptr();
        }
        // SAFETY: the lengths were checked; the path was detected.
        unsafe { (self.transpose_panel)(&pointers[..rows.len()], dim, panel.as_mut_ptr()) }
    }

    /// `out[p] = dot(x[pairs[p].0], rows[pairs[p].1])` for rows of `stride` floats.
    pub(crate) fn pair_dots(
        &self,
        x: &[f32],
        rows: &[RowPtr<'_>],
        pairs: &[Pair],
        stride: usize,
        out: &mut [f32],
    ) {
        assert!(stride.is_multiple_of(simd::LANES) && rows.iter().all(|row| row.len() == stride));
        let inside = |&(i, c): &Pair| (usize::from(i) + 1) * stride <= x.len() && usize::from(c) < rows.len();
        assert!(pairs.iter().all(inside) && out.len() >= pairs.len());
        // SAFETY: all pairs lie inside; the path was detected.
        unsafe { (self.pair_dots)(x.as_ptr(), rows, pairs, stride, out.as_mut_ptr()) }
    }

    /// Row by row of `width` values: `x <- weight sigmoid(sign x)`; returns `sum |weight| softplus(sign x)`.
    pub(crate) fn logistic(&self, values: &mut [f32], width: usize, weights: &[f32], sign: f32) -> f64 {
        assert!(values.len() >= weights.len() * width);
        // SAFETY: the length was checked; the path was detected.
        unsafe { (self.logistic)(values.as_mut_ptr(), width, weights, sign) }
    }

    /// `x <- 1 - exp(-x)` for every `x >= 0`.
    pub(crate) fn saturate(&self, values: &mut [f32]) {
        // SAFETY: the slice has the length given; the path was detected.
        unsafe { (self.saturate)(values.as_mut_ptr(), values.len()) }
    }

    /// `out[i] = sum_j c[i][j] rows[j]` for `m` results of `n` terms, rows of `stride` floats; asks for the lines `ahead`.
    pub(crate) fn combine(
        &self,
        c: Coefficients<'_>,
        rows: &[f32],
        n: usize,
        stride: usize,
        out: &mut [f32],
        m: usize,
        ahead: &mut Ahead<'_>,
    ) {
        assert!(stride.is_multiple_of(simd::LANES) && rows.len() >= n * stride && out.len() >= m * stride);
        if m == 0 {
            return;
        }
        assert!(n == 0 || c.values.len() > (m - 1) * c.row_stride + (n - 1) * c.term_stride);
        // SAFETY: the lengths were checked; the path was detected.
        unsafe { (self.combine)(c, rows.as_ptr(), n, stride, out.as_mut_ptr(), m, ahead) }
    }

    /// `targets[i] += factor (dense[i] + sum_t value[t] sources[source[t]])` for rows of `stride` floats.
    pub(crate) fn add_sparse(
        &self,
        targets: &[RowPtr<'_>],
        factor: f32,
        dense: Option<&[f32]>,
        terms: Sparse<'_>,
        sources: &[RowPtr<'_>],
        stride: usize,
    ) {
        let whole = |rows: &[RowPtr<'_>]| rows.iter().all(|row| row.len() == stride);
        assert!(stride.is_multiple_of(simd::LANES) && whole(targets) && whole(sources));
        assert!(dense.is_none_or(|rows| rows.len() >= targets.len() * stride));
        assert!(terms.start.len() > targets.len() && terms.source.len() == terms.value.len());
        assert!(terms.source.iter().all(|&s| usize::from(s) < sources.len()));
        let dense = dense.map_or(std::ptr::null(), <[f32]>::as_ptr);
        // SAFETY: the lengths were checked; the path was detected.
        unsafe { (self.add_sparse)(targets, factor, dense, terms, sources, stride) }
    }

    /// Asks for `len` floats from `start` on before they are needed; any address will do.
    #[inline]
    pub(crate) fn prefetch(start: *const f32, len: usize) {
        for line in (0..len).step_by(simd::LANES) {
            gemm::prefetch_line(start.wrapping_add(line));
        }
    }

    /// `base += s sum_l (copies[l] - base)`, the copies in order.
    pub(crate) fn merge(&self, base: RowPtr<'_>, copies: &[RowPtr<'_>], s: f32) {
        let stride = base.len();
        assert!(stride.is_multiple_of(simd::LANES) && copies.iter().all(|row| row.len() == stride));
        // SAFETY: the lengths were checked; the path was detected.
        unsafe { (self.merge)(base.as_ptr(), copies, s, stride) }
    }
}
