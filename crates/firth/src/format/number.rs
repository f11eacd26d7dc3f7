//! Decimal text to `f32`, correctly rounded.
//!
//! Nearly all numbers in a vector file look like `-0.36272955`: few digits, no exponent. Their digits are a whole number
//! `m` below 2^53, so `m / 10^d` is one division of exact `f64` numbers: the nearest `f64` to the text. Rounding that to
//! `f32` is rounding twice, which is wrong only if the first rounding landed exactly half way between two `f32`; such a
//! number, and any other kind of text, goes to the general parser.

/// Powers of ten that are exact in `f64`.
const POWERS: [f64; 19] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];
/// Bits of an `f64` that an `f32` does not have, and their value half way between two `f32`.
const DROPPED: u64 = (1 << 29) - 1;
const HALF: u64 = 1 << 28;

/// The number that is all of `text`.
pub(super) fn number(text: &[u8]) -> Option<f32> {
    prefix(text).filter(|&(_, length)| length == text.len()).map(|(value, _)| value)
}

/// The number at the start of `text`, and the bytes it takes.
#[inline]
pub(super) fn prefix(text: &[u8]) -> Option<(f32, usize)> {
    plain(text).or_else(|| fast_float2::parse_partial(text).ok())
}

#[inline]
fn plain(text: &[u8]) -> Option<(f32, usize)> {
    let negative = text.first() == Some(&b'-');
    let start = usize::from(negative);
    let mut at = start;
    let mut mantissa = 0u64;
    while let Some(digit) = digit(text, at) {
        // Wraps only for texts of more digits than are accepted below.
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    let mut decimals = 0;
    if text.get(at) == Some(&b'.') {
        at += 1;
        let first = at;
        while let Some(digits) = text.get(at..).and_then(|rest| eight_digits(rest.first_chunk()?)) {
            mantissa = mantissa.wrapping_mul(100_000_000).wrapping_add(digits);
            at += 8;
        }
        while let Some(digit) = digit(text, at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            at += 1;
        }
        decimals = at - first;
        if decimals == 0 {
            return None;
        }
    }
    // In 19 characters there are at most 19 digits, which fit; beyond, the whole number may have wrapped.
    let exact = at - start <= 19 && mantissa <= 1 << 53 && at > start;
    if !exact || matches!(text.get(at), Some(b'e' | b'E')) {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    // Among subnormal `f32`, half way is elsewhere.
    let safe = value.to_bits() & DROPPED != HALF && (value >= 1e-37 || mantissa == 0);
    safe.then_some((if negative { -value as f32 } else { value as f32 }, at))
}

#[inline]
fn digit(text: &[u8], at: usize) -> Option<u64> {
    text.get(at).map(|b| b.wrapping_sub(b'0')).filter(|&digit| digit < 10).map(u64::from)
}

/// The value of eight digits, all at once: each step joins neighbours, 1 + 1 digits, then 2 + 2, then 4 + 4.
#[inline]
fn eight_digits(bytes: &[u8; 8]) -> Option<u64> {
    let digits = u64::from_le_bytes(*bytes);
    let high = digits & 0xf0f0_f0f0_f0f0_f0f0;
    let carried = digits.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0;
    if high != 0x3030_3030_3030_3030 || carried != 0x3030_3030_3030_3030 {
        return None;
    }
    let ones = digits - 0x3030_3030_3030_3030;
    let pairs = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(text: &str) {
        let (expected, found) = (text.parse::<f32>().unwrap(), number(text.as_bytes()));
        assert_eq!(found.map(f32::to_bits), Some(expected.to_bits()), "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        #[test]
        fn numbers_are_those_of_the_standard_library(text in "-?[0-9]{1,12}(\\.[0-9]{1,25})?([eE]-?[0-9]{1,2})?") {
            same(&text);
        }

        #[test]
        fn usual_numbers_are_those_of_the_standard_library(text in "-?0\\.[0-9]{1,10}") {
            same(&text);
        }

        #[test]
        fn what_is_half_way_between_two_is_rounded_to_even(bits in 0x2f00_0000u32..0x4f00_0000, other in -2i64..=2) {
            // The exact middle of two neighbours, and the f64 next to it, in all their decimals.
            let (low, high) = (f32::from_bits(bits), f32::from_bits(bits + 1));
            let middle = (f64::from(low) + f64::from(high)) / 2.0;
            let near = f64::from_bits((middle.to_bits() as i64 + other) as u64);
            same(&format!("{near}"));
            same(&format!("{near:.12}"));
            same(&format!("-{near:.7}"));
        }

        #[test]
        fn anything_is_a_number_to_both_or_to_none(text in "[-+0-9.eE naif,]{0,12}") {
            let expected = fast_float2::parse::<f32, _>(&text).ok().map(f32::to_bits);
            prop_assert_eq!(number(text.as_bytes()).map(f32::to_bits), expected, "{}", text);
        }
    }

    #[test]
    fn a_number_ends_where_its_digits_end() {
        assert_eq!(prefix(b"-1.5 2"), Some((-1.5, 4)));
        assert_eq!(prefix(b"0.1234567x"), Some((0.123_456_7, 9)));
        assert_eq!(prefix(b"0.12345678:"), Some((0.123_456_78, 10)));
        assert_eq!(prefix(b"7\n"), Some((7.0, 1)));
        assert_eq!(prefix(b"0.00000000000000000000000001"), Some((1e-26, 28)));
        assert_eq!(prefix(b"-0").map(|(v, _)| v.to_bits()), Some((-0.0f32).to_bits()));
        assert_eq!(prefix(b"word"), None);
        assert_eq!(prefix(b""), None);
    }
}
