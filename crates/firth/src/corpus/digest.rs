//! A fingerprint of the text: which corpus a model was trained on.
//!
//! It tells texts apart; it does not withstand somebody who *makes* two texts with one fingerprint. Its values are
//! written into model files and never change: 128 bits from folded multiplications over 64-byte stripes, block by block
//! (so that threads can share the work), then over the blocks' fingerprints in order.

/// Digits of the fraction of pi.
const KEYS: [u64; 8] = [
    0x243F_6A88_85A3_08D3,
    0x1319_8A2E_0370_7344,
    0xA409_3822_299F_31D0,
    0x082E_FA98_EC4E_6C89,
    0x4528_21E6_38D0_1377,
    0xBE54_66CF_34E9_0C6C,
    0xC0AC_29B7_C97C_50DD,
    0x3F84_D5B5_B547_0917,
];

#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// 128 bits that stand for a run of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest([u64; 2]);

impl Digest {
    /// The fingerprint of `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut lanes = [KEYS[0], KEYS[1], KEYS[2], KEYS[3]];
        let (stripes, tail) = bytes.as_chunks::<64>();
        for stripe in stripes {
            mix(&mut lanes, stripe);
        }
        if !tail.is_empty() {
            let mut last = [0; 64];
            last[..tail.len()].copy_from_slice(tail);
            mix(&mut lanes, &last);
        }
        // The length tells a padded tail from real zeros.
        let length = bytes.len() as u64;
        let [a, b, c, d] = lanes;
        let left = fold(fold(a ^ KEYS[4], b ^ length), fold(c ^ KEYS[5], d ^ KEYS[6]) ^ KEYS[7]);
        let right = fold(fold(a ^ KEYS[6], c ^ KEYS[7]) ^ length, fold(b ^ KEYS[4], d ^ KEYS[5]) ^ KEYS[0]);
        Self([left, right])
    }

    /// The fingerprint of a sequence of fingerprints and of the `settings` under which they count as equal.
    pub(super) fn combine(parts: impl Iterator<Item = Digest>, settings: &str) -> Self {
        let mut bytes = Vec::new();
        for Digest([left, right]) in parts {
            bytes.extend_from_slice(&left.to_le_bytes());
            bytes.extend_from_slice(&right.to_le_bytes());
        }
        bytes.extend_from_slice(settings.as_bytes());
        Self::of(&bytes)
    }

    /// 32 hexadecimal digits.
    pub(super) fn hex(self) -> String {
        format!("{:016x}{:016x}", self.0[0], self.0[1])
    }
}

#[inline]
fn mix(lanes: &mut [u64; 4], stripe: &[u8; 64]) {
    let (words, _) = stripe.as_chunks::<8>();
    for (i, lane) in lanes.iter_mut().enumerate() {
        let (left, right) = (u64::from_le_bytes(words[2 * i]), u64::from_le_bytes(words[2 * i + 1]));
        // The rotation keeps the order of stripes, the addition keeps what a zero product would wipe out.
        *lane = fold(left ^ lane.rotate_left(23), right ^ KEYS[4 + i]).wrapping_add(*lane ^ right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_bit_and_every_length_changes_the_digest() {
        let mut seen = HashSet::new();
        let text: Vec<u8> = (0..200).collect();
        for length in 0..200 {
            assert!(seen.insert(Digest::of(&text[..length]).0));
            assert!(seen.insert(Digest::of(&vec![0; 500 + length]).0));
        }
        for bit in 0..8 * text.len() {
            let mut other = text.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(seen.insert(Digest::of(&other).0), "bit {bit}");
        }
        let mut swapped = text.clone();
        swapped[..128].rotate_left(64);
        assert!(seen.insert(Digest::of(&swapped).0));
    }

    #[test]
    fn digests_are_pinned_for_ever() {
        let parts = [Digest::of(b""), Digest::of(b"the king and the queen\n")];
        assert_eq!(Digest::combine(parts.into_iter(), "settings").hex(), "8050b698d3dfd216efa7785e2841025b");
    }
}
