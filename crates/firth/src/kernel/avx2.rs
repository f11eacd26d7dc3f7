//! AVX2 with FMA: a vector is two registers.

use super::simd::{LANES, Simd};
use std::arch::x86_64::*;

#[derive(Clone, Copy)]
pub(super) struct Avx2;

#[derive(Clone, Copy)]
pub(super) struct Pair(__m256, __m256);

/// All ones in the lanes `from ..` of eight that lie below `n`.
#[inline(always)]
fn first(n: usize, from: usize) -> [i32; 8] {
    std::array::from_fn(|l| if from + l < n { -1 } else { 0 })
}

macro_rules! both {
    ($f:ident, $($x:expr),+) => { Pair($f($($x.0),+), $f($($x.1),+)) };
}

// SAFETY: every function uses AVX2 and FMA alone, which `Kernels` has detected before it hands out this path; pointers
// are the caller's promise as the trait states it.
#[allow(clippy::undocumented_unsafe_blocks)] // one reason for all of them: the sentence above
unsafe impl Simd for Avx2 {
    type V = Pair;

    #[inline(always)]
    unsafe fn zero() -> Pair {
        unsafe { Pair(_mm256_setzero_ps(), _mm256_setzero_ps()) }
    }
    #[inline(always)]
    unsafe fn splat(a: f32) -> Pair {
        unsafe { Pair(_mm256_set1_ps(a), _mm256_set1_ps(a)) }
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Pair {
        unsafe { Pair(_mm256_loadu_ps(p), _mm256_loadu_ps(p.add(8))) }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f32, n: usize) -> Pair {
        unsafe {
            let low = _mm256_loadu_si256(first(n, 0).as_ptr().cast());
            let high = _mm256_loadu_si256(first(n, 8).as_ptr().cast());
            Pair(_mm256_maskload_ps(p, low), _mm256_maskload_ps(p.wrapping_add(8), high))
        }
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, a: Pair) {
        unsafe {
            _mm256_storeu_ps(p, a.0);
            _mm256_storeu_ps(p.add(8), a.1);
        }
    }
    #[inline(always)]
    unsafe fn store_first(p: *mut f32, a: Pair, n: usize) {
        unsafe {
            let low = _mm256_loadu_si256(first(n, 0).as_ptr().cast());
            let high = _mm256_loadu_si256(first(n, 8).as_ptr().cast());
            _mm256_maskstore_ps(p, low, a.0);
            _mm256_maskstore_ps(p.wrapping_add(8), high, a.1);
        }
    }
    #[inline(always)]
    unsafe fn fma(a: Pair, b: Pair, c: Pair) -> Pair {
        unsafe { both!(_mm256_fmadd_ps, a, b, c) }
    }
    #[inline(always)]
    unsafe fn add(a: Pair, b: Pair) -> Pair {
        unsafe { both!(_mm256_add_ps, a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: Pair, b: Pair) -> Pair {
        unsafe { both!(_mm256_sub_ps, a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: Pair, b: Pair) -> Pair {
        unsafe { both!(_mm256_mul_ps, a, b) }
    }
    #[inline(always)]
    unsafe fn at_least(a: Pair, b: Pair) -> Pair {
        // The instruction returns its second operand where one is NaN.
        unsafe { both!(_mm256_max_ps, b, a) }
    }
    #[inline(always)]
    unsafe fn abs(a: Pair) -> Pair {
        unsafe {
            let sign = Self::splat(-0.0);
            both!(_mm256_andnot_ps, sign, a)
        }
    }
    #[inline(always)]
    unsafe fn where_not_negative(condition: Pair, a: Pair, b: Pair) -> Pair {
        unsafe {
            let zero = _mm256_setzero_ps();
            Pair(
                _mm256_blendv_ps(b.0, a.0, _mm256_cmp_ps::<_CMP_GE_OQ>(condition.0, zero)),
                _mm256_blendv_ps(b.1, a.1, _mm256_cmp_ps::<_CMP_GE_OQ>(condition.1, zero)),
            )
        }
    }
    #[inline(always)]
    unsafe fn exp2_of_shifted(shifted: Pair) -> Pair {
        unsafe {
            let power = |half| {
                let biased = _mm256_add_epi32(_mm256_castps_si256(half), _mm256_set1_epi32(127));
                _mm256_castsi256_ps(_mm256_slli_epi32::<23>(biased))
            };
            Pair(power(shifted.0), power(shifted.1))
        }
    }
    #[inline(always)]
    unsafe fn reduce(a: Pair) -> f32 {
        unsafe {
            let by_8 = _mm256_add_ps(a.0, a.1);
            let by_4 = _mm_add_ps(_mm256_castps256_ps128(by_8), _mm256_extractf128_ps::<1>(by_8));
            let by_2 = _mm_add_ps(by_4, _mm_movehl_ps(by_4, by_4));
            _mm_cvtss_f32(_mm_add_ss(by_2, _mm_shuffle_ps::<1>(by_2, by_2)))
        }
    }
    #[inline(always)]
    unsafe fn reduce_16(a: &[Pair; LANES]) -> Pair {
        unsafe { Pair(reduce_8(&a[..8]), reduce_8(&a[8..])) }
    }
    #[inline(always)]
    unsafe fn store_transposed(rows: &[Pair; LANES], out: *mut f32, stride: usize, count: usize) {
        // Through memory: transposing is a few percent of a chunk, and this path has few registers.
        let mut block = [[0.0f32; LANES]; LANES];
        unsafe {
            for (to, from) in block.iter_mut().zip(rows) {
                Self::store(to.as_mut_ptr(), *from);
            }
            for column in 0..count {
                for (r, row) in block.iter().enumerate() {
                    out.add(column * stride + r).write(row[column]);
                }
            }
        }
    }
}

/// The sums of eight vectors, in order: each level adds the halves of two at once.
///
/// # Safety
/// The machine has AVX2, and the caller enables it.
#[inline(always)]
#[allow(clippy::undocumented_unsafe_blocks)] // the sentence above
unsafe fn reduce_8(a: &[Pair]) -> __m256 {
    unsafe {
        let by_8: [__m256; 8] = std::array::from_fn(|i| _mm256_add_ps(a[i].0, a[i].1));
        let by_4: [__m256; 4] = std::array::from_fn(|i| {
            let (x, y) = (by_8[2 * i], by_8[2 * i + 1]);
            _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(x, y), _mm256_permute2f128_ps::<0x31>(x, y))
        });
        let by_2: [__m256; 2] = std::array::from_fn(|i| {
            let (x, y) = (by_4[2 * i], by_4[2 * i + 1]);
            _mm256_add_ps(_mm256_shuffle_ps::<0x44>(x, y), _mm256_shuffle_ps::<0xEE>(x, y))
        });
        let (x, y) = (by_2[0], by_2[1]);
        let sums = _mm256_add_ps(_mm256_shuffle_ps::<0x88>(x, y), _mm256_shuffle_ps::<0xDD>(x, y));
        _mm256_permutevar8x32_ps(sums, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7))
    }
}
