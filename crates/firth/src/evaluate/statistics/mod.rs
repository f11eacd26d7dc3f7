//! The statistics of evaluation: rank correlation, proportions, and how sure one can be of either.

mod bootstrap;
mod correlation;
mod proportion;

pub use bootstrap::{Difference, Resampling};
pub use correlation::{average_ranks, pearson, spearman};
pub use proportion::wilson;

use serde::Serialize;

/// A value measured on a sample, with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The value on the whole sample.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}
