//! word2vec's schedule for stochastic gradient descent.

/// `rate(t) = start * max(1 - t / (total + 1), 1e-4)` after `t` of `total` tokens.
#[derive(Clone, Copy, Debug)]
pub struct LinearDecay {
    start: f64,
    total: u64,
}

impl LinearDecay {
    /// The share of the first rate below which it never falls.
    pub const FLOOR: f64 = 1e-4;

    /// A schedule that starts at `start` and ends after `total` tokens (those of all epochs).
    pub fn new(start: f64, total: u64) -> Self {
        Self { start, total }
    }

    /// The learning rate after `tokens` tokens.
    pub fn rate(&self, tokens: u64) -> f64 {
        self.start * (1.0 - tokens as f64 / (self.total as f64 + 1.0)).max(Self::FLOOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_linearly_to_its_floor() {
        let decay = LinearDecay::new(0.05, 999);
        assert_eq!(decay.rate(0), 0.05);
        assert!((decay.rate(500) - 0.025).abs() < 1e-15);
        assert_eq!(decay.rate(1_000_000), 0.05 * LinearDecay::FLOOR);
    }
}
