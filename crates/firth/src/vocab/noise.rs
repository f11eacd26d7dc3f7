//! Drawing noise words.

use crate::error::{Error, Result};

/// One slot: `bits < threshold` is the slot's own word, else the alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    threshold: u32,
    alias: u32,
}

/// The noise distribution, P(w) proportional to count(w)^exponent, as an alias table (Walker 1977; Vose, "A linear
/// algorithm for generating random numbers with a given distribution", 1991): one draw is one read of eight bytes.
///
/// All arithmetic that decides is on whole numbers, and powers are made of correctly rounded operations only (products
/// and square roots), so that the table, and every draw, is the same on every machine.
#[derive(Clone, Debug)]
pub struct NoiseTable {
    slots: Vec<Slot>,
}

/// A full slot: 2^32 of the 2^32 values of the lower bits.
const FULL: u64 = 1 << 32;

impl NoiseTable {
    /// The distribution for words with these `counts`. A word with count 0 is never drawn.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` when `exponent` is not within -2..=2, when no count is above 0, or when there are more words
    /// than 32-bit ids can number.
    pub fn new(counts: &[u64], exponent: f64) -> Result<Self> {
        if !(-2.0..=2.0).contains(&exponent) {
            let message = format!("noise_exponent is {exponent}, expected a number from -2 to 2");
            return Err(Error::invalid_argument(message));
        }
        if counts.len() >= u32::MAX as usize {
            return Err(Error::invalid_argument(format!(
                "a noise table of {} words is too large",
                counts.len()
            )));
        }
        if counts.iter().all(|&count| count == 0) {
            return Err(Error::invalid_argument(
                "no word has a count above 0: there is nothing to draw noise from",
            ));
        }
        Ok(Self { slots: fill(&shares(counts, exponent)) })
    }

    /// The word for 64 random bits: the upper 32 choose a slot, the lower 32 its own word or its alias.
    #[inline]
    pub fn sample(&self, bits: u64) -> u32 {
        let slot = (((bits >> 32) * self.slots.len() as u64) >> 32) as u32;
        let Slot { threshold, alias } = self.slots[slot as usize];
        if (bits as u32) < threshold { slot } else { alias }
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are no words; never so, as there is something to draw.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The exact probability of each word, as a table of this kind draws it from ideal bits.
    pub fn probabilities(&self) -> Vec<f64> {
        let mut shares = vec![0u64; self.slots.len()];
        for (i, slot) in self.slots.iter().enumerate() {
            shares[i] += u64::from(slot.threshold);
            shares[slot.alias as usize] += FULL - u64::from(slot.threshold);
        }
        let total = FULL as f64 * self.slots.len() as f64;
        shares.into_iter().map(|share| share as f64 / total).collect()
    }
}

/// Whole shares of `counts.len() * 2^32`, proportional to count^exponent as closely as whole numbers can be (the first
/// words take what rounding leaves), and at least 1 where the count is above 0.
fn shares(counts: &[u64], exponent: f64) -> Vec<u64> {
    let mut last = (0, 0.0);
    let weights: Vec<f64> = counts
        .iter()
        .map(|&count| {
            if count != last.0 {
                last = (count, power(count as f64, exponent));
            }
            last.1
        })
        .collect();
    let total: f64 = weights.iter().sum();
    let whole = u128::from(FULL) * counts.len() as u128;
    let scale = whole as f64 / total;
    let mut shares: Vec<u64> = weights
        .iter()
        .zip(counts)
        .map(|(&weight, &count)| if count == 0 { 0 } else { ((weight * scale) as u64).max(1) })
        .collect();
    let mut given: u128 = shares.iter().map(|&share| u128::from(share)).sum();
    // What rounding left, one each to the words drawn at all; or, where rounding or the least share of 1 gave too much,
    // one each from those that can spare it.
    while given != whole {
        for share in shares.iter_mut().filter(|share| **share > 0) {
            if given < whole {
                let missing = whole - given;
                let step = (missing / counts.len() as u128).max(1);
                *share += step as u64;
                given += step;
            } else if given > whole && *share > 1 {
                let step = ((given - whole) / counts.len() as u128).clamp(1, u128::from(*share - 1));
                *share -= step as u64;
                given -= step;
            }
        }
    }
    shares
}

/// Vose's two stacks, on whole numbers: a slot with too little is filled up by one with too much.
fn fill(shares: &[u64]) -> Vec<Slot> {
    let mut left = shares.to_vec();
    let own = |i: usize| Slot { threshold: u32::MAX, alias: i as u32 };
    let mut slots: Vec<Slot> = (0..shares.len()).map(own).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for (i, &share) in shares.iter().enumerate().rev() {
        if share < FULL { small.push(i) } else { large.push(i) }
    }
    // The shares sum to a full slot each, exactly: what is left in the end is full, and its own alias.
    while let (Some(poor), Some(&rich)) = (small.pop(), large.last()) {
        slots[poor] = Slot { threshold: left[poor] as u32, alias: rich as u32 };
        left[rich] -= FULL - left[poor];
        if left[rich] < FULL {
            large.pop();
            small.push(rich);
        }
    }
    slots
}

/// `base^exponent` for `base` above 0, from products, quotients and square roots alone, which IEEE 754 rounds the same
/// way everywhere (a system's `pow` is not): the whole part of the exponent by products, its binary places by repeated
/// square roots. Exponents of up to 32 binary places are exact, others are cut to 32.
fn power(base: f64, exponent: f64) -> f64 {
    let size = exponent.abs();
    let mut result = 1.0;
    for _ in 0..size as u32 {
        result *= base;
    }
    let mut places = size.fract();
    let mut root = base;
    for _ in 0..32 {
        if places == 0.0 {
            break;
        }
        root = root.sqrt();
        places *= 2.0;
        if places >= 1.0 {
            result *= root;
            places -= 1.0;
        }
    }
    if exponent < 0.0 { 1.0 / result } else { result }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};
    use proptest::prelude::*;

    #[test]
    fn powers_agree_with_the_system() {
        for base in [1.0, 2.0, 5.0, 1e3, 123_456_789.0, 1e19] {
            for exponent in [-2.0, -0.5, -0.3, 0.0, 0.25, 0.5, 0.7, 0.75, 1.0, 1.3, 2.0] {
                let expected = f64::powf(base, exponent);
                let difference = (power(base, exponent) / expected - 1.0).abs();
                assert!(difference < 1e-8, "{base}^{exponent}");
            }
            assert_eq!(power(base, 0.75), base.sqrt() * base.sqrt().sqrt());
        }
    }

    #[test]
    fn draws_follow_the_distribution() {
        let counts = [1000, 300, 300, 20, 0, 1];
        let table = NoiseTable::new(&counts, 0.75).unwrap();
        let total: f64 = counts.iter().map(|&count| f64::powf(count as f64, 0.75)).sum();
        let mut drawn = [0u32; 6];
        let mut stream = Stream::new(3, Purpose::Test, &[]);
        const DRAWS: u32 = 200_000;
        for _ in 0..DRAWS {
            drawn[table.sample(stream.next_u64()) as usize] += 1;
        }
        for (i, &count) in counts.iter().enumerate() {
            let p = f64::powf(count as f64, 0.75) / total;
            assert!((table.probabilities()[i] - p).abs() < 1e-9);
            let expected = p * f64::from(DRAWS);
            let deviation = (expected * (1.0 - p)).sqrt();
            assert!((f64::from(drawn[i]) - expected).abs() <= 5.0 * deviation, "{i}: {drawn:?}");
        }
    }

    #[test]
    fn one_word_is_always_drawn() {
        let table = NoiseTable::new(&[7], 0.75).unwrap();
        assert!([0, 1, u64::from(u32::MAX), u64::MAX].iter().all(|&bits| table.sample(bits) == 0));
    }

    #[test]
    fn impossible_distributions_are_refused() {
        for (counts, exponent) in
            [(&[][..], 0.75), (&[0, 0], 0.75), (&[1], f64::NAN), (&[1], f64::INFINITY), (&[1], 3.0)]
        {
            assert!(NoiseTable::new(counts, exponent).is_err());
        }
    }

    proptest! {
        #[test]
        fn tables_hold_exactly_the_shares(
            counts in prop::collection::vec(prop_oneof![0u64..4, 0u64..1_000_000, any::<u64>()], 1..60),
            exponent in prop_oneof![Just(0.75), Just(0.0), Just(1.0), -2.0..2.0],
        ) {
            prop_assume!(counts.iter().any(|&count| count > 0));
            let shares = shares(&counts, exponent);
            prop_assert_eq!(shares.iter().map(|&s| u128::from(s)).sum::<u128>(), u128::from(FULL) * counts.len() as u128);
            prop_assert!(shares.iter().zip(&counts).all(|(&share, &count)| (share == 0) == (count == 0)));
            let mut held = vec![0u64; counts.len()];
            for (i, slot) in fill(&shares).iter().enumerate() {
                held[i] += u64::from(slot.threshold);
                held[slot.alias as usize] += FULL - u64::from(slot.threshold);
            }
            prop_assert_eq!(held, shares);
        }
    }
}
