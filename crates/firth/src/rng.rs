//! Random numbers that depend on *what they are for*, never on which thread draws them.
//!
//! A [`Stream`] is keyed by (seed, purpose, key): the same key gives the same numbers on every machine, for any number
//! of threads. The generator is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
//! 2014): a counter advanced by the golden ratio, then a 64-bit finalizer. It is 64 bits of state, three multiplications
//! a number, and its values are part of firth's promise of equal bits: they never change.

/// What a stream of random numbers is used for; each purpose has its own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Initial weights, keyed by row.
    Initialization = 1,
    /// Subsampling, window radii and noise words of the trainer, keyed by epoch, lane and round.
    Sampling = 2,
    /// Resampling of an evaluation set.
    Bootstrap = 3,
    /// The generated toy corpus.
    ToyWorld = 4,
    /// Inputs of tests and benchmarks.
    Test = 5,
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of SplitMix64: a bijection of 64 bits in which every input bit moves every output bit.
#[inline]
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of `seed` for `purpose`, told apart from its siblings by `key` (epoch, lane, round; a row; ...).
    pub fn new(seed: u64, purpose: Purpose, key: &[u64]) -> Self {
        let mut state = mix(seed.wrapping_add(GOLDEN));
        state = mix(state ^ (purpose as u64).wrapping_mul(GOLDEN));
        for &part in key {
            state = mix(state.wrapping_add(GOLDEN) ^ part.wrapping_mul(GOLDEN | 1));
        }
        Self { state }
    }

    /// 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// 32 random bits.
    #[inline]
    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    /// A whole number in `0..n` (bias below `n / 2^64`); `n` must not be zero.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        debug_assert!(n > 0);
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `[0, 1)` with 53 random bits.
    #[inline]
    pub fn unit_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number in `[0, 1)` with 24 random bits.
    #[inline]
    pub fn unit_f32(&mut self) -> f32 {
        (self.next_u64() >> 40) as f32 * (1.0 / (1u64 << 24) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_with_other_keys_differ_and_equal_keys_agree() {
        let draw = |seed, purpose, key: &[u64]| Stream::new(seed, purpose, key).next_u64();
        let base = draw(1, Purpose::Sampling, &[0, 0, 0]);
        assert_eq!(base, draw(1, Purpose::Sampling, &[0, 0, 0]));
        for other in [
            draw(2, Purpose::Sampling, &[0, 0, 0]),
            draw(1, Purpose::Bootstrap, &[0, 0, 0]),
            draw(1, Purpose::Sampling, &[1, 0, 0]),
            draw(1, Purpose::Sampling, &[0, 1, 0]),
            draw(1, Purpose::Sampling, &[0, 0]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn the_numbers_are_pinned_for_ever() {
        // SplitMix64 from state 0 is published: its first output is this one.
        let mut stream = Stream { state: 0 };
        assert_eq!(stream.next_u64(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(stream.next_u64(), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn below_is_uniform_and_unit_stays_in_range() {
        let mut stream = Stream::new(7, Purpose::Test, &[]);
        let mut bins = [0u32; 10];
        for _ in 0..100_000 {
            bins[stream.below(10) as usize] += 1;
            assert!((0.0..1.0).contains(&stream.unit_f32()));
            assert!((0.0..1.0).contains(&stream.unit_f64()));
        }
        // 10,000 each, standard deviation 95: five of them are allowed.
        assert!(bins.iter().all(|&b| b.abs_diff(10_000) < 475), "{bins:?}");
    }
}
