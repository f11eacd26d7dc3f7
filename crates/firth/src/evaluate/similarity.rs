//! Do the vectors find pairs as similar as people do?

use serde::Serialize;

use super::Options;
use super::lookup::Lookup;
use super::outcome::{Outcome, Statistic};
use super::sets::SimilaritySet;
use super::statistics::{Estimate, spearman};
use crate::model::WordVectors;
use crate::vocab::Vocabulary;

/// How the cosines of pairs agree with the grades that people gave them. Correlations are `None` where they are not
/// defined (fewer than two pairs, or all cosines equal).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarityResult {
    /// The name of the set.
    pub name: String,
    /// Pairs in the set.
    pub pairs: usize,
    /// Pairs both of whose words are known.
    pub covered: usize,
    /// Distinct words that are not known.
    pub missing_words: usize,
    /// Spearman's rank correlation over the covered pairs.
    pub spearman: Option<Estimate>,
    /// Spearman's over all pairs, a pair with an unknown word having similarity 0.
    pub spearman_missing_zero: Option<Estimate>,
    /// Pearson's correlation over the covered pairs.
    pub pearson: Option<Estimate>,
    /// Pearson's over all pairs, a pair with an unknown word having similarity 0.
    pub pearson_missing_zero: Option<Estimate>,
    /// The baseline: Spearman's over the covered pairs when two words count as the more similar the nearer their
    /// frequencies are, by `-|ln(count of a / count of b)|` (ranks stand in for unknown counts).
    pub frequency_baseline: Option<f64>,
}

pub(super) fn measure(
    vectors: &WordVectors,
    set: &SimilaritySet,
    options: &Options,
) -> (SimilarityResult, Vec<Outcome>) {
    let lookup = Lookup::new(&set.words, vectors.vocabulary(), vectors.len());
    let ids: Vec<Option<(u32, u32)>> =
        set.pairs.iter().map(|pair| Some((lookup.id(pair.a)?, lookup.id(pair.b)?))).collect();
    let scores: Vec<Option<f64>> =
        ids.iter().map(|ids| ids.map(|(a, b)| f64::from(vectors.similarity(a, b)))).collect();
    let all_grades: Vec<f64> = set.pairs.iter().map(|pair| pair.score).collect();
    let all_scores: Vec<f64> = scores.iter().map(|score| score.unwrap_or(0.0)).collect();
    let known = all_grades.iter().zip(&scores).filter_map(|(&grade, &score)| Some((grade, score?)));
    let (grades, cosines): (Vec<f64>, Vec<f64>) = known.unzip();
    let frequencies: Vec<f64> =
        ids.iter().flatten().map(|&(a, b)| frequency_similarity(vectors.vocabulary(), a, b)).collect();

    let resampling = options.resampling();
    let result = SimilarityResult {
        name: set.name.clone(),
        pairs: set.pairs.len(),
        covered: grades.len(),
        missing_words: lookup.missing(),
        spearman: resampling.spearman(&grades, &cosines),
        spearman_missing_zero: resampling.spearman(&all_grades, &all_scores),
        pearson: resampling.pearson(&grades, &cosines),
        pearson_missing_zero: resampling.pearson(&all_grades, &all_scores),
        frequency_baseline: spearman(&grades, &frequencies),
    };
    (result, vec![Outcome { metric: "spearman", statistic: Statistic::Spearman(all_grades), scores }])
}

/// How near the frequencies of two words are.
fn frequency_similarity(vocabulary: &Vocabulary, a: u32, b: u32) -> f64 {
    let (x, y) = match (vocabulary.count(a), vocabulary.count(b)) {
        // Vocabularies run from frequent to rare, and by Zipf's law the count falls as the inverse of the rank.
        (0, _) | (_, 0) => (f64::from(a) + 1.0, f64::from(b) + 1.0),
        (x, y) => (x as f64, y as f64),
    };
    -(x / y).ln().abs()
}
