//! What became of each item of a set: what two models are compared by.

/// The items of a set under one metric.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// The name of the metric.
    pub metric: &'static str,
    /// What the items are joined by.
    pub statistic: Statistic,
    /// Per item its score; `None` where a word is unknown.
    pub scores: Vec<Option<f64>>,
}

/// How the scores of the items make the score of the set.
#[derive(Clone, Debug)]
pub(super) enum Statistic {
    /// Spearman's correlation with these grades.
    Spearman(Vec<f64>),
    /// The mean; scores are in 0..=1.
    Mean,
}
