//! Passing over occurrences of very frequent words.

use crate::error::{Error, Result};

/// For each word, how likely one of its occurrences is kept.
///
/// With f the word's share of all tokens and t the threshold, an occurrence is kept with probability
///
/// ```text
/// p = min(1, (sqrt(f / t) + 1) * t / f)
/// ```
///
/// This is what the word2vec program computes; the paper (Mikolov et al., "Distributed representations of words and
/// phrases and their compositionality", 2013, equation 5) has sqrt(t / f), without the term t / f.
#[derive(Clone, Debug)]
pub struct Subsampling {
    thresholds: Vec<u32>,
}

impl Subsampling {
    /// Probabilities for words with these `counts` at `threshold`, a share of all tokens such as 1e-4; 0 keeps all.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` when `threshold` is negative or not finite.
    pub fn new(counts: &[u64], threshold: f64) -> Result<Self> {
        if !threshold.is_finite() || threshold < 0.0 {
            return Err(Error::invalid_argument(format!(
                "subsample is {threshold}, expected a number of at least 0"
            )));
        }
        let total = counts.iter().map(|&count| count as f64).sum::<f64>();
        let thresholds = counts.iter().map(|&count| bits(Self::probability(count as f64 / total, threshold)));
        Ok(Self { thresholds: thresholds.collect() })
    }

    /// The formula above for a word whose share of all tokens is `share`.
    pub fn probability(share: f64, threshold: f64) -> f64 {
        // A word never seen has share 0 (or, in an empty text, 0 / 0): nothing is passed over.
        if threshold == 0.0 || share.is_nan() || share <= 0.0 {
            return 1.0;
        }
        let ratio = threshold / share;
        // sqrt(f / t) * t / f, written so that nothing overflows.
        (ratio.sqrt() + ratio).min(1.0)
    }

    /// For each word the largest 32-bit number that keeps an occurrence: keep when 32 random bits are at most this. At
    /// `u32::MAX` every occurrence is kept.
    pub fn thresholds(&self) -> &[u32] {
        &self.thresholds
    }

    /// Whether an occurrence of word `id` is kept for these 32 random bits.
    ///
    /// # Panics
    ///
    /// When there is no word `id`.
    #[inline]
    pub fn keeps(&self, id: u32, bits: u32) -> bool {
        bits <= self.thresholds[id as usize]
    }
}

/// The threshold that `probability * 2^32` of all 32-bit numbers do not exceed. The conversion saturates: 1 gives
/// `u32::MAX`, and the least probability is 2^-32.
fn bits(probability: f64) -> u32 {
    ((probability * 4_294_967_296.0).round() - 1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_follow_the_formula() {
        let (share, threshold) = (0.01f64, 1e-4);
        let expected = ((share / threshold).sqrt() + 1.0) * threshold / share;
        assert!((Subsampling::probability(share, threshold) - expected).abs() < 1e-15);
        assert!((expected - 0.11).abs() < 1e-15);
        assert_eq!(Subsampling::probability(1e-4, 1e-4), 1.0);
        assert_eq!(Subsampling::probability(0.0, 1e-4), 1.0);
        assert_eq!(Subsampling::probability(0.5, 0.0), 1.0);
        assert!(Subsampling::probability(1.0, 5e-324) >= 0.0);
        assert_eq!(Subsampling::probability(1e-300, f64::MAX), 1.0);
    }

    #[test]
    fn thresholds_are_shares_of_all_numbers() {
        let subsampling = Subsampling::new(&[9900, 100, 0], 1e-4).unwrap();
        let expected = Subsampling::probability(0.99, 1e-4) * 4_294_967_296.0;
        assert!((f64::from(subsampling.thresholds()[0]) + 1.0 - expected).abs() <= 0.5);
        assert_eq!(subsampling.thresholds()[2], u32::MAX);
        assert!(subsampling.keeps(0, 0) && !subsampling.keeps(0, u32::MAX) && subsampling.keeps(2, u32::MAX));
        assert_eq!(Subsampling::new(&[5, 1], 0.0).unwrap().thresholds(), [u32::MAX; 2]);
        assert_eq!(Subsampling::new(&[0], 1e-4).unwrap().thresholds(), [u32::MAX]);
        assert_eq!(bits(0.5), u32::MAX / 2);
    }

    #[test]
    fn impossible_thresholds_are_refused() {
        for threshold in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(Subsampling::new(&[1], threshold).is_err());
        }
    }
}
