//! The vocabulary in which every kernel is written: a vector of 16 floats, whatever the machine calls it.
//!
//! One register of AVX-512, two of AVX2, an array for plain code (which the compiler turns into four NEON registers
//! where those are part of the base instruction set). Each operation is exact or correctly rounded, lane by lane, so a
//! kernel written with it has one result on every path.

/// Lanes of a vector.
pub(crate) const LANES: usize = 16;

/// A vector of 16 `f32` on one instruction set.
///
/// # Safety
/// Every function may use the instructions of the implementing path: the caller must have made sure that the machine
/// has them, and must inline the call into a function that enables them.
pub(crate) unsafe trait Simd: Copy + 'static {
    /// Sixteen floats.
    type V: Copy;

    /// All lanes zero.
    unsafe fn zero() -> Self::V;
    /// All lanes `a`.
    unsafe fn splat(a: f32) -> Self::V;
    /// The 16 floats at `p`, which need no alignment.
    unsafe fn load(p: *const f32) -> Self::V;
    /// The first `n <= 16` floats at `p`, zero in the other lanes, whose memory is not touched.
    unsafe fn load_first(p: *const f32, n: usize) -> Self::V;
    /// Writes 16 floats to `p`.
    unsafe fn store(p: *mut f32, a: Self::V);
    /// Writes the first `n <= 16` lanes to `p`; memory behind them is not touched.
    unsafe fn store_first(p: *mut f32, a: Self::V, n: usize);
    /// `a * b + c` with one rounding.
    unsafe fn fma(a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `a + b`
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V;
    /// `a - b`
    unsafe fn sub(a: Self::V, b: Self::V) -> Self::V;
    /// `a * b`
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V;
    /// `a < b ? b : a` in lanes without NaN; a NaN in `a` stays NaN.
    unsafe fn at_least(a: Self::V, b: Self::V) -> Self::V;
    /// The bits of `a` with the sign cleared.
    unsafe fn abs(a: Self::V) -> Self::V;
    /// `condition >= 0 ? a : b`, lane by lane (`b` where the condition is NaN).
    unsafe fn where_not_negative(condition: Self::V, a: Self::V, b: Self::V) -> Self::V;
    /// `2^n` for the whole number that `magic + n` (with `magic = 1.5 * 2^23`) holds in its low bits, `-126 <= n <= 127`.
    unsafe fn exp2_of_shifted(shifted: Self::V) -> Self::V;
    /// The sum of the lanes by the fixed tree: `l + l+8`, then `+4`, `+2`, `+1`.
    unsafe fn reduce(a: Self::V) -> f32;
    /// The sums of 16 vectors, each by the tree of [`reduce`](Simd::reduce); sum `i` in lane `i`.
    unsafe fn reduce_16(a: &[Self::V; LANES]) -> Self::V;
    /// Writes the transpose of the 16 x 16 block `rows` to `out`, whose rows are `stride` floats apart.
    unsafe fn store_transposed(rows: &[Self::V; LANES], out: *mut f32, stride: usize, count: usize);
}
