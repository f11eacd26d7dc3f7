//! AVX-512: a vector is one register.

use super::simd::{LANES, Simd};
use std::arch::x86_64::*;

#[derive(Clone, Copy)]
pub(super) struct Avx512;

#[inline(always)]
fn first(n: usize) -> __mmask16 {
    (((1u32 << n) - 1) & 0xFFFF) as __mmask16
}

// SAFETY: every function uses AVX-512F and AVX-512DQ alone, which `Kernels` has detected before it hands out this path;
// pointers are the caller's promise as the trait states it.
#[allow(clippy::undocumented_unsafe_blocks)] // one reason for all of them: the sentence above
unsafe impl Simd for Avx512 {
    type V = __m512;

    #[inline(always)]
    unsafe fn zero() -> __m512 {
        unsafe { _mm512_setzero_ps() }
    }
    #[inline(always)]
    unsafe fn splat(a: f32) -> __m512 {
        unsafe { _mm512_set1_ps(a) }
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> __m512 {
        unsafe { _mm512_loadu_ps(p) }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f32, n: usize) -> __m512 {
        unsafe { _mm512_maskz_loadu_ps(first(n), p) }
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, a: __m512) {
        unsafe { _mm512_storeu_ps(p, a) }
    }
    #[inline(always)]
    unsafe fn store_first(p: *mut f32, a: __m512, n: usize) {
        unsafe { _mm512_mask_storeu_ps(p, first(n), a) }
    }
    #[inline(always)]
    unsafe fn fma(a: __m512, b: __m512, c: __m512) -> __m512 {
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn sub(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    unsafe fn at_least(a: __m512, b: __m512) -> __m512 {
        // The instruction returns its second operand where one is NaN.
        unsafe { _mm512_max_ps(b, a) }
    }
    #[inline(always)]
    unsafe fn abs(a: __m512) -> __m512 {
        unsafe { _mm512_abs_ps(a) }
    }
    #[inline(always)]
    unsafe fn where_not_negative(condition: __m512, a: __m512, b: __m512) -> __m512 {
        unsafe {
            let mask = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(condition, _mm512_setzero_ps());
            _mm512_mask_blend_ps(mask, b, a)
        }
    }
    #[inline(always)]
    unsafe fn exp2_of_shifted(shifted: __m512) -> __m512 {
        unsafe {
            let biased = _mm512_add_epi32(_mm512_castps_si512(shifted), _mm512_set1_epi32(127));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(biased))
        }
    }
    #[inline(always)]
    unsafe fn reduce(a: __m512) -> f32 {
        unsafe {
            let by_8 = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let by_4 = _mm_add_ps(_mm256_castps256_ps128(by_8), _mm256_extractf128_ps::<1>(by_8));
            let by_2 = _mm_add_ps(by_4, _mm_movehl_ps(by_4, by_4));
            _mm_cvtss_f32(_mm_add_ss(by_2, _mm_shuffle_ps::<1>(by_2, by_2)))
        }
    }
    #[inline(always)]
    unsafe fn reduce_16(a: &[__m512; LANES]) -> __m512 {
        // Each level adds the halves of two vectors at once: the tree of `reduce`, sixteen times side by side.
        unsafe {
            let by_8: [__m512; 8] = std::array::from_fn(|i| {
                let (x, y) = (a[2 * i], a[2 * i + 1]);
                _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(x, y), _mm512_shuffle_f32x4::<0xEE>(x, y))
            });
            let by_4: [__m512; 4] = std::array::from_fn(|i| {
                let (x, y) = (by_8[2 * i], by_8[2 * i + 1]);
                _mm512_add_ps(_mm512_shuffle_f32x4::<0x88>(x, y), _mm512_shuffle_f32x4::<0xDD>(x, y))
            });
            let by_2: [__m512; 2] = std::array::from_fn(|i| {
                let (x, y) = (by_4[2 * i], by_4[2 * i + 1]);
                _mm512_add_ps(_mm512_shuffle_ps::<0x44>(x, y), _mm512_shuffle_ps::<0xEE>(x, y))
            });
            let (x, y) = (by_2[0], by_2[1]);
            let sums = _mm512_add_ps(_mm512_shuffle_ps::<0x88>(x, y), _mm512_shuffle_ps::<0xDD>(x, y));
            let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            _mm512_permutexvar_ps(order, sums)
        }
    }
    #[inline(always)]
    unsafe fn store_transposed(rows: &[__m512; LANES], out: *mut f32, stride: usize, count: usize) {
        unsafe {
            let pairs: [__m512; LANES] = std::array::from_fn(|i| {
                let (x, y) = (rows[i & !1], rows[i | 1]);
                if i & 1 == 0 { _mm512_unpacklo_ps(x, y) } else { _mm512_unpackhi_ps(x, y) }
            });
            // Now quads[4q + c] holds, in its 128-bit block b, column 4b + c of rows 4q .. 4q + 3.
            let quads: [__m512; LANES] = std::array::from_fn(|i| {
                let (q, c) = (i & !3, i & 3);
                let (x, y) = (pairs[q + (c >> 1)], pairs[q + 2 + (c >> 1)]);
                let (x, y) = (_mm512_castps_pd(x), _mm512_castps_pd(y));
                let both = if c & 1 == 0 { _mm512_unpacklo_pd(x, y) } else { _mm512_unpackhi_pd(x, y) };
                _mm512_castpd_ps(both)
            });
            for c in 0..4 {
                let (q0, q1, q2, q3) = (quads[c], quads[4 + c], quads[8 + c], quads[12 + c]);
                let low_even = _mm512_shuffle_f32x4::<0x88>(q0, q1);
                let low_odd = _mm512_shuffle_f32x4::<0xDD>(q0, q1);
                let high_even = _mm512_shuffle_f32x4::<0x88>(q2, q3);
                let high_odd = _mm512_shuffle_f32x4::<0xDD>(q2, q3);
                let columns = [
                    (c, _mm512_shuffle_f32x4::<0x88>(low_even, high_even)),
                    (4 + c, _mm512_shuffle_f32x4::<0x88>(low_odd, high_odd)),
                    (8 + c, _mm512_shuffle_f32x4::<0xDD>(low_even, high_even)),
                    (12 + c, _mm512_shuffle_f32x4::<0xDD>(low_odd, high_odd)),
                ];
                for (column, values) in columns {
                    if column < count {
                        _mm512_storeu_ps(out.add(column * stride), values);
                    }
                }
            }
        }
    }
}
