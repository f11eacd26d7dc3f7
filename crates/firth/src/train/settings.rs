//! Everything that decides what a trained model is, and what each part may be.

use crate::error::{Error, Result};
use crate::kernel::Path;
use crate::matrix::MAX_LANES;
use serde::{Deserialize, Serialize};

/// What a row of the input matrix `X` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    /// The center word's row; it predicts each word of its window.
    #[default]
    SkipGram,
    /// The mean of the window's rows; it predicts the center word.
    Cbow,
}

/// How far a window reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowRule {
    /// Each position draws its radius from `1..=window`, so that near words count more (word2vec's rule).
    #[default]
    Shrinking,
    /// Every position reaches `window` words to each side.
    Full,
}

/// The settings of a training run. [`Settings::default`] is skip-gram with the best values found in the record under
/// `benchmarks/`; [`Settings::cbow`] is CBOW with its own.
///
/// Corpus, settings and seed decide the model, bit by bit; `threads` and `kernels` only decide how long it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Skip-gram or CBOW.
    pub architecture: Architecture,
    /// Floats per word vector, `1..=65536`.
    pub dim: usize,
    /// Words to each side of the center that a window reaches at most, `1..=1000`.
    pub window: usize,
    /// Whether windows shrink at random.
    pub window_rule: WindowRule,
    /// Expected noise words per positive pair, `K >= 1`.
    pub negatives: usize,
    /// Noise words are drawn with probability proportional to `count^noise_exponent`, `-2..=2`.
    pub noise_exponent: f64,
    /// Words of relative frequency `f` are kept with probability `(sqrt(f/t) + 1) t/f`, `t = subsample`; 0 keeps all.
    pub subsample: f64,
    /// The learning rate of the first step; it falls linearly over the tokens to a ten-thousandth of itself.
    pub learning_rate: f64,
    /// Passes over the corpus.
    pub epochs: usize,
    /// Lanes that train side by side between merges, `1..=64`: part of the result, unlike threads.
    pub lanes: usize,
    /// Tokens that each lane trains between merges.
    pub round: usize,
    /// The saturation `k` of the merge: how many units of learning rate x pair weight move a row to its optimum.
    pub saturation: f64,
    /// The key of all random numbers.
    pub seed: u64,
    /// Threads that train; 0 stands for all cores. Not part of the result.
    #[serde(skip)]
    pub threads: usize,
    /// A kernel path to use instead of the fastest. Not part of the result.
    #[serde(skip)]
    pub kernels: Option<Path>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            architecture: Architecture::SkipGram,
            dim: 100,
            window: 5,
            window_rule: WindowRule::Shrinking,
            negatives: 5,
            noise_exponent: 0.75,
            subsample: 1e-4,
            learning_rate: 0.05,
            epochs: 5,
            lanes: 16,
            round: 512,
            saturation: 0.5,
            seed: 1,
            threads: 0,
            kernels: None,
        }
    }
}

/// Refuses `value` unless it lies in `lowest..=highest` (NaN lies nowhere).
fn check<T: PartialOrd + std::fmt::Display>(name: &str, value: T, lowest: T, highest: T) -> Result<()> {
    if value >= lowest && value <= highest {
        return Ok(());
    }
    Err(Error::invalid_argument(format!("{name} is {value}, expected {lowest} to {highest}")))
}

impl Settings {
    /// The defaults of CBOW, whose gradient is a mean over the window and so wants a higher learning rate.
    pub fn cbow() -> Self {
        Self { architecture: Architecture::Cbow, learning_rate: 0.1, ..Self::default() }
    }

    /// Checks every range.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) names the first setting out of its range.
    pub fn validate(&self) -> Result<()> {
        check("dim", self.dim, 1, 65_536)?;
        check("window", self.window, 1, 1_000)?;
        check("negatives", self.negatives, 1, 10_000)?;
        check("noise_exponent", self.noise_exponent, -2.0, 2.0)?;
        check("subsample", self.subsample, 0.0, 1.0)?;
        check("learning_rate", self.learning_rate, 1e-9, 1e6)?;
        check("epochs", self.epochs, 1, 1_000_000)?;
        check("lanes", self.lanes, 1, MAX_LANES)?;
        check("round", self.round, 1, 1 << 24)?;
        check("saturation", self.saturation, 1e-6, 1e6)?;
        check("threads", self.threads, 0, 4_096)?;
        match self.kernels {
            Some(path) if !path.is_available() => Err(Error::invalid_argument(format!(
                "kernels is {}, which this machine cannot run",
                path.name()
            ))),
            _ => Ok(()),
        }
    }

    /// The number of threads to start.
    pub(super) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            n => n,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid_and_every_range_is_guarded() {
        Settings::default().validate().unwrap();
        Settings::cbow().validate().unwrap();
        type Spoiler = fn(&mut Settings);
        let spoilers: [(&str, Spoiler); 14] = [
            ("dim is 0, expected 1 to 65536", |s| s.dim = 0),
            ("dim", |s| s.dim = 65_537),
            ("window", |s| s.window = 0),
            ("negatives", |s| s.negatives = 0),
            ("noise_exponent is NaN", |s| s.noise_exponent = f64::NAN),
            ("subsample", |s| s.subsample = -1.0),
            ("learning_rate is NaN", |s| s.learning_rate = f64::NAN),
            ("learning_rate is 0", |s| s.learning_rate = 0.0),
            ("learning_rate is inf", |s| s.learning_rate = f64::INFINITY),
            ("epochs", |s| s.epochs = 0),
            ("lanes is 65, expected 1 to 64", |s| s.lanes = 65),
            ("round", |s| s.round = 0),
            ("saturation", |s| s.saturation = 0.0),
            ("threads", |s| s.threads = 5_000),
        ];
        for (message, spoil) in spoilers {
            let mut settings = Settings::default();
            spoil(&mut settings);
            let error = settings.validate().unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidArgument);
            assert!(error.to_string().starts_with(message), "{error}");
        }
    }
}
