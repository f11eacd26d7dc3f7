//! Sigmoid and softplus on whole vectors: own polynomials, so that every machine gets the same bits.

use super::simd::{LANES, Simd};

/// `1.5 * 2^23`: adding it rounds a small number to a whole one, which then stands in the low bits.
const MAGIC: f32 = 12_582_912.0;
/// `log 2` in two parts; the first has so few bits that its product with a small whole number is exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// `(exp(r) - 1 - r) / r^2` for `|r| <= log(2) / 2`; the error of `exp(r)` is below 5e-9 (Lawson fit).
const EXP: [f32; 5] = [0.5, 0.1666652, 0.041666206, 0.008368882, 0.0013950479];
/// `log(1 + t) / t` for `0 <= t <= 1`; the error is below 6e-8 (Lawson fit).
const LOG1P: [f32; 9] = [
    1.0,
    -0.49999553,
    0.33320343,
    -0.24852945,
    0.19145115,
    -0.13746619,
    0.0792107,
    -0.030110938,
    0.005384055,
];
/// `1 / d` for `1 <= d <= 2` within 1.1 %; two Newton steps make it `f32`-exact but for the last bit.
const RECIPROCAL: [f32; 3] = [2.121211, -1.454544, 0.32323185];
/// Below this `exp` is zero for our purposes; it keeps `2^n` a normal number.
const SMALLEST: f32 = -87.0;

/// `(exp(r) - 1, 2^n)` with `x = n log 2 + r`, for `x <= 0`. NaN stays NaN.
#[inline(always)]
unsafe fn exp_parts<S: Simd>(x: S::V) -> (S::V, S::V) {
    // SAFETY: register arithmetic alone.
    unsafe {
        let x = S::at_least(x, S::splat(SMALLEST));
        let shifted = S::fma(x, S::splat(std::f32::consts::LOG2_E), S::splat(MAGIC));
        let n = S::sub(shifted, S::splat(MAGIC));
        let r = S::fma(n, S::splat(-LN_2_HIGH), x);
        let r = S::fma(n, S::splat(-LN_2_LOW), r);
        let tail = polynomial::<S>(&EXP, r);
        (S::fma(S::mul(r, r), tail, r), S::exp2_of_shifted(shifted))
    }
}

/// `exp(x)` for `x <= 0`. NaN stays NaN.
#[inline(always)]
unsafe fn exp_of_negative<S: Simd>(x: S::V) -> S::V {
    // SAFETY: register arithmetic alone.
    unsafe {
        let (less_one, power) = exp_parts::<S>(x);
        S::mul(S::add(less_one, S::splat(1.0)), power)
    }
}

/// `x <- 1 - exp(-x)` for `x >= 0`, to the last bits for small `x` too.
///
/// # Safety
/// `n` floats at `values`; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn saturate<S: Simd>(values: *mut f32, n: usize) {
    for k in (0..n).step_by(LANES) {
        let count = (n - k).min(LANES);
        // SAFETY: all accesses lie below `n`.
        unsafe {
            let x = S::load_first(values.add(k), count);
            let (less_one, power) = exp_parts::<S>(S::sub(S::zero(), x));
            // 1 - 2^n (1 + e) = (1 - 2^n) - 2^n e, in which neither part cancels when n = 0.
            let minus_power = S::sub(S::zero(), power);
            let saturated = S::fma(minus_power, less_one, S::sub(S::splat(1.0), power));
            S::store_first(values.add(k), saturated, count);
        }
    }
}

/// `c[0] + c[1] x + c[2] x^2 + ...`
#[inline(always)]
unsafe fn polynomial<S: Simd>(c: &[f32], x: S::V) -> S::V {
    // SAFETY: register arithmetic alone.
    unsafe {
        let mut value = S::splat(c[c.len() - 1]);
        for &coefficient in c[..c.len() - 1].iter().rev() {
            value = S::fma(value, x, S::splat(coefficient));
        }
        value
    }
}

/// `(sigmoid(x), softplus(x)) = (1 / (1 + exp(-x)), log(1 + exp(x)))`, exact to about 1e-7 for every finite `x`.
#[inline(always)]
unsafe fn sigmoid_and_softplus<S: Simd>(x: S::V) -> (S::V, S::V) {
    // SAFETY: register arithmetic alone.
    unsafe {
        let one = S::splat(1.0);
        let e = exp_of_negative::<S>(S::sub(S::zero(), S::abs(x)));
        let d = S::add(one, e);
        let minus_d = S::sub(S::zero(), d);
        let mut reciprocal = polynomial::<S>(&RECIPROCAL, d);
        for _ in 0..2 {
            let error = S::fma(minus_d, reciprocal, one);
            reciprocal = S::fma(reciprocal, error, reciprocal);
        }
        let sigmoid = S::where_not_negative(x, reciprocal, S::mul(e, reciprocal));
        let log = S::mul(e, polynomial::<S>(&LOG1P, e));
        // `x - x` is zero, or NaN where `x` is not finite: a score that overflowed downwards must be seen too.
        let log = S::add(log, S::sub(x, x));
        (sigmoid, S::add(log, S::at_least(x, S::zero())))
    }
}

/// For each row `i` of `width` values `x`: `x <- weight[i] * sigmoid(sign * x)`; returns
/// `sum_i |weight[i]| * sum softplus(sign * x)`, each row's inner sum in `f32` by lanes, the rows in `f64`.
///
/// # Safety
/// `weights.len() * width` floats at `values`; the instructions of `S`.
#[inline(always)]
pub(super) unsafe fn logistic<S: Simd>(values: *mut f32, width: usize, weights: &[f32], sign: f32) -> f64 {
    let mut loss = 0.0;
    let whole = width / LANES * LANES;
    for (i, &weight) in weights.iter().enumerate() {
        // SAFETY: all accesses lie inside row `i`.
        unsafe {
            let row = values.add(i * width);
            let (factor, sign) = (S::splat(weight), S::splat(sign));
            let mut sum = S::zero();
            let mut k = 0;
            while k < whole {
                let (sigmoid, softplus) = sigmoid_and_softplus::<S>(S::mul(sign, S::load(row.add(k))));
                S::store(row.add(k), S::mul(factor, sigmoid));
                sum = S::add(sum, softplus);
                k += LANES;
            }
            let mut total = S::reduce(sum);
            if whole < width {
                let rest = width - whole;
                let x = S::mul(sign, S::load_first(row.add(whole), rest));
                let (sigmoid, softplus) = sigmoid_and_softplus::<S>(x);
                S::store_first(row.add(whole), S::mul(factor, sigmoid), rest);
                let mut lanes = [0.0f32; LANES];
                S::store(lanes.as_mut_ptr(), softplus);
                for &value in &lanes[..rest] {
                    total += value;
                }
            }
            loss += f64::from(weight.abs()) * f64::from(total);
        }
    }
    loss
}
