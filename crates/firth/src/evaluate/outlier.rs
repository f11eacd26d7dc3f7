//! Do the vectors find the word that does not belong?

use serde::Serialize;

use super::Options;
use super::lookup::Lookup;
use super::outcome::{Outcome, Statistic};
use super::sets::{OutlierGroup, OutlierSet};
use super::statistics::{Estimate, wilson};
use crate::model::WordVectors;

/// How well outliers are found (Camacho-Collados and Navigli, "Find the word that does not belong: a framework for an
/// intrinsic evaluation of word vector representations", 2016).
///
/// A test is a group of n words and one outlier. Each of the n + 1 words gets its mean cosine with the others; they are
/// ordered from the highest to the lowest. The outlier's position is the number of words strictly before it, 0 to n;
/// it is found when the position is n. So a tie counts against the vectors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutlierResult {
    /// The name of the set.
    pub name: String,
    /// Groups in the set.
    pub groups: usize,
    /// Tests in the set: outliers, over all groups.
    pub tests: usize,
    /// Tests whose outlier and at least two of whose words are known; unknown words of the group are left out of it.
    pub covered: usize,
    /// Distinct words that are not known.
    pub missing_words: usize,
    /// The share of covered tests in which the outlier is found, with [Wilson's interval](wilson).
    pub accuracy: Option<Estimate>,
    /// The same of all tests, those that are not covered being failures.
    pub accuracy_missing_zero: Option<Estimate>,
    /// The mean of position / n over the covered tests (the paper's outlier position percentage, as a fraction), with
    /// its bootstrap interval.
    pub position: Option<Estimate>,
    /// The same over all tests, position 0 in those that are not covered.
    pub position_missing_zero: Option<Estimate>,
    /// The baseline: the accuracy of guessing, the mean of 1 / (n + 1). Guessed positions have mean 1/2.
    pub chance: Option<f64>,
}

pub(super) fn measure(
    vectors: &WordVectors,
    set: &OutlierSet,
    options: &Options,
) -> (OutlierResult, Vec<Outcome>) {
    let lookup = Lookup::new(&set.words, vectors.vocabulary(), vectors.len());
    let tests: Vec<Option<Test>> =
        set.groups.iter().flat_map(|group| test_group(vectors, group, &lookup)).collect();
    let found: Vec<Option<f64>> = tests
        .iter()
        .map(|test| test.map(|test| f64::from(u8::from(test.position == test.members))))
        .collect();
    let positions: Vec<Option<f64>> =
        tests.iter().map(|test| test.map(|test| test.position as f64 / test.members as f64)).collect();
    let covered: Vec<Test> = tests.iter().flatten().copied().collect();
    let hits = covered.iter().filter(|test| test.position == test.members).count();
    let chances: f64 = covered.iter().map(|test| 1.0 / (test.members + 1) as f64).sum();

    let resampling = options.resampling();
    let all: Vec<f64> = positions.iter().map(|position| position.unwrap_or(0.0)).collect();
    let known: Vec<f64> = positions.iter().flatten().copied().collect();
    let result = OutlierResult {
        name: set.name.clone(),
        groups: set.groups.len(),
        tests: tests.len(),
        covered: covered.len(),
        missing_words: lookup.missing(),
        accuracy: wilson(hits, covered.len()),
        accuracy_missing_zero: wilson(hits, tests.len()),
        position: resampling.mean(&known),
        position_missing_zero: resampling.mean(&all),
        chance: (!covered.is_empty()).then(|| chances / covered.len() as f64),
    };
    let outcome = |metric, scores| Outcome { metric, statistic: Statistic::Mean, scores };
    (result, vec![outcome("accuracy", found), outcome("position", positions)])
}

/// The outcome of a test: `position` of `members` words are more at home in the group than the outlier.
#[derive(Clone, Copy)]
struct Test {
    position: usize,
    members: usize,
}

/// One test per outlier of the group; `None` where it is not covered.
fn test_group(vectors: &WordVectors, group: &OutlierGroup, lookup: &Lookup) -> Vec<Option<Test>> {
    let members: Vec<u32> = group.members.iter().filter_map(|&word| lookup.id(word)).collect();
    let cosine = |a: u32, b: u32| f64::from(vectors.similarity(a, b));
    // Sums do for means: all words of a test have the same number of others.
    let among: Vec<f64> = (0..members.len())
        .map(|i| {
            let others = members.iter().enumerate().filter(|&(j, _)| j != i);
            others.map(|(_, &other)| cosine(members[i], other)).sum()
        })
        .collect();
    let test = |&outlier: &u32| {
        let outlier = lookup.id(outlier).filter(|_| members.len() >= 2)?;
        let to_outlier: Vec<f64> = members.iter().map(|&member| cosine(member, outlier)).collect();
        let own: f64 = to_outlier.iter().sum();
        let position = among.iter().zip(&to_outlier).filter(|&(sum, cosine)| sum + cosine > own).count();
        Some(Test { position, members: members.len() })
    };
    group.outliers.iter().map(test).collect()
}
