//! Where the whitespace is, 64 bytes at a time.

/// Whether `byte` is ASCII whitespace: space, `\t`, `\n`, `\v`, `\f` or `\r`.
#[inline]
pub(super) const fn is(byte: u8) -> bool {
    byte == b' ' || byte.wrapping_sub(b'\t') < 5
}

/// Bit i says whether byte i is whitespace.
///
/// The loop over bytes has no branch, so every compiler turns it into vector compares. The eight flags (0 or 1) of a
/// 64-bit word are gathered into one byte by a multiplication: flag i, at bit 8i, meets the factor's bit 56 - 7i at bit
/// 56 + i, and no two products meet elsewhere in the top byte.
#[inline]
pub(super) fn mask(window: &[u8; 64]) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut flags = [0u8; 64];
    for (flag, &byte) in flags.iter_mut().zip(window) {
        *flag = is(byte) as u8;
    }
    let (words, _) = flags.as_chunks::<8>();
    let mut mask = 0;
    for (i, word) in words.iter().enumerate() {
        mask |= (u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56) << (8 * i);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_is_the_six_ascii_bytes() {
        let all: Vec<u8> = (0..=255).filter(|&byte| is(byte)).collect();
        assert_eq!(all, b"\t\n\x0b\x0c\r ");
    }

    #[test]
    fn masks_agree_with_single_bytes() {
        let mut window = [0u8; 64];
        for shift in 0..=255u8 {
            for (i, byte) in window.iter_mut().enumerate() {
                *byte = (i as u8).wrapping_mul(37).wrapping_add(shift);
            }
            let expected = window.iter().enumerate().fold(0, |m, (i, &b)| m | (u64::from(is(b)) << i));
            assert_eq!(mask(&window), expected);
        }
    }
}
