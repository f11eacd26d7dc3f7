//! Plain code: what every other path must agree with, bit by bit.

use super::simd::{LANES, Simd};

#[derive(Clone, Copy)]
pub(super) struct Portable;

#[inline(always)]
fn map2(a: [f32; LANES], b: [f32; LANES], f: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    std::array::from_fn(|l| f(a[l], b[l]))
}

// SAFETY: no instruction beyond the base set is used.
unsafe impl Simd for Portable {
    type V = [f32; LANES];

    #[inline(always)]
    unsafe fn zero() -> Self::V {
        [0.0; LANES]
    }
    #[inline(always)]
    unsafe fn splat(a: f32) -> Self::V {
        [a; LANES]
    }
    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self::V {
        // SAFETY: the caller vouches for 16 floats at `p`; an array of floats is as aligned as a float.
        unsafe { p.cast::<[f32; LANES]>().read() }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const f32, n: usize) -> Self::V {
        // SAFETY: only `n` floats are read, which the caller vouches for.
        std::array::from_fn(|l| if l < n { unsafe { p.add(l).read() } } else { 0.0 })
    }
    #[inline(always)]
    unsafe fn store(p: *mut f32, a: Self::V) {
        // SAFETY: as in `load`.
        unsafe { p.cast::<[f32; LANES]>().write(a) }
    }
    #[inline(always)]
    unsafe fn store_first(p: *mut f32, a: Self::V, n: usize) {
        for (l, &value) in a.iter().enumerate().take(n) {
            // SAFETY: only `n` floats are written, which the caller vouches for.
            unsafe { p.add(l).write(value) }
        }
    }
    #[inline(always)]
    unsafe fn fma(a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        std::array::from_fn(|l| a[l].mul_add(b[l], c[l]))
    }
    #[inline(always)]
    unsafe fn add(a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |x, y| x + y)
    }
    #[inline(always)]
    unsafe fn sub(a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |x, y| x - y)
    }
    #[inline(always)]
    unsafe fn mul(a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |x, y| x * y)
    }
    #[inline(always)]
    unsafe fn at_least(a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |x, y| if y > x { y } else { x })
    }
    #[inline(always)]
    unsafe fn abs(a: Self::V) -> Self::V {
        a.map(f32::abs)
    }
    #[inline(always)]
    unsafe fn where_not_negative(condition: Self::V, a: Self::V, b: Self::V) -> Self::V {
        std::array::from_fn(|l| if condition[l] >= 0.0 { a[l] } else { b[l] })
    }
    #[inline(always)]
    unsafe fn exp2_of_shifted(shifted: Self::V) -> Self::V {
        shifted.map(|s| f32::from_bits(s.to_bits().wrapping_add(127) << 23))
    }
    #[inline(always)]
    unsafe fn reduce(mut a: Self::V) -> f32 {
        let mut half = LANES / 2;
        while half > 0 {
            for l in 0..half {
                a[l] += a[l + half];
            }
            half /= 2;
        }
        a[0]
    }
    #[inline(always)]
    unsafe fn reduce_16(a: &[Self::V; LANES]) -> Self::V {
        // SAFETY: plain code.
        std::array::from_fn(|i| unsafe { Self::reduce(a[i]) })
    }
    #[inline(always)]
    unsafe fn store_transposed(rows: &[Self::V; LANES], out: *mut f32, stride: usize, count: usize) {
        for l in 0..count {
            for (r, row) in rows.iter().enumerate() {
                // SAFETY: the caller vouches for `count` rows of 16 floats at `out`.
                unsafe { out.add(l * stride + r).write(row[l]) }
            }
        }
    }
}
