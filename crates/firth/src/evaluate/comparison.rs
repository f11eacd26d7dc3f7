//! Which of two models is better, and how sure is that?

use serde::Serialize;

use super::outcome::{Outcome, Statistic};
use super::sets::{EvaluationSet, Kind};
use super::statistics::{Difference, spearman};
use super::{Evaluation, Options, info, measure};
use crate::model::WordVectors;

/// The scores of two models and their differences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The scores of the first model.
    pub first: Evaluation,
    /// The scores of the second model.
    pub second: Evaluation,
    /// The differences, in the order of the sets.
    pub differences: Vec<MetricDifference>,
}

/// How two models differ in one metric of one set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricDifference {
    /// The name of the set.
    pub set: String,
    /// What the set asks.
    pub kind: Kind,
    /// `spearman`, `cos_add`, `cos_mul`, `purity`, `accuracy` or `position`.
    pub metric: &'static str,
    /// On the items whose words both models know; `None` where the metric is not defined.
    pub common: Option<PairedDifference>,
    /// On all items, unknown words giving 0 as in the scores of one model.
    pub missing_zero: Option<PairedDifference>,
}

/// Two scores on the same items.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairedDifference {
    /// How many items.
    pub items: usize,
    /// The score of the first model.
    pub first: f64,
    /// The score of the second model.
    pub second: f64,
    /// First minus second.
    pub difference: Difference,
}

/// Measures two models, given with their names, on all `sets`, and their differences by the paired bootstrap: both
/// models meet the same resamples of the items, so that what makes an item hard for both cancels.
pub fn compare(
    first: (&str, &WordVectors),
    second: (&str, &WordVectors),
    sets: &[EvaluationSet],
    options: &Options,
) -> Comparison {
    let evaluation = |(name, vectors): (&str, &WordVectors)| Evaluation {
        vectors: info(name, vectors),
        options: options.clone(),
        sets: Vec::with_capacity(sets.len()),
    };
    let (mut one, mut other, mut differences) = (evaluation(first), evaluation(second), Vec::new());
    for set in sets {
        let (result, outcomes) = measure(first.1, set, options);
        one.sets.push(result);
        let (result, others) = measure(second.1, set, options);
        other.sets.push(result);
        let pairs = outcomes.iter().zip(&others);
        differences.extend(pairs.map(|(first, second)| MetricDifference {
            set: set.name().to_owned(),
            kind: set.kind(),
            metric: first.metric,
            common: difference(first, second, options, false),
            missing_zero: difference(first, second, options, true),
        }));
    }
    Comparison { first: one, second: other, differences }
}

/// The difference on the items that both know, or with 0 for what either does not know.
fn difference(
    first: &Outcome,
    second: &Outcome,
    options: &Options,
    missing_zero: bool,
) -> Option<PairedDifference> {
    let value = |score: Option<f64>| if missing_zero { Some(score.unwrap_or(0.0)) } else { score };
    let scores = first.scores.iter().zip(&second.scores);
    let (mut items, mut one, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for (item, (&a, &b)) in scores.enumerate() {
        if let (Some(a), Some(b)) = (value(a), value(b)) {
            items.push(item);
            one.push(a);
            other.push(b);
        }
    }
    let resampling = options.resampling();
    let (first, second, difference) = match &first.statistic {
        Statistic::Spearman(grades) => {
            let grades: Vec<f64> = items.iter().map(|&item| grades[item]).collect();
            let difference = resampling.spearman_difference(&grades, &one, &other)?;
            (spearman(&grades, &one)?, spearman(&grades, &other)?, difference)
        }
        Statistic::Mean => {
            let mean = |scores: &[f64]| scores.iter().sum::<f64>() / scores.len() as f64;
            (mean(&one), mean(&other), resampling.mean_difference(&one, &other)?)
        }
    };
    Some(PairedDifference { items: items.len(), first, second, difference })
}
