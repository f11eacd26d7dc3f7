//! Do words fall into their categories?

use serde::Serialize;

use super::Options;
use super::clusters::k_means;
use super::lookup::Lookup;
use super::outcome::{Outcome, Statistic};
use super::sets::CategorizationSet;
use super::statistics::{Estimate, wilson};
use crate::model::WordVectors;
use crate::rng::{Purpose, Stream};

/// Permutations that the baseline is the mean of.
const PERMUTATIONS: u64 = 100;
/// What tells the streams of the permutations from the other uses of [`Purpose::Bootstrap`].
const PERMUTATION: u64 = 2;

/// How pure clusters of words are: the share of words that are of the most frequent category of their cluster,
/// `purity = 1/n sum_k max_j |cluster k and category j|`. The clusters are those of k-means on unit vectors, as many as
/// there are categories with a known word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CategorizationResult {
    /// The name of the set.
    pub name: String,
    /// Words in the set.
    pub words: usize,
    /// Words that are known.
    pub covered: usize,
    /// Distinct words that are not known.
    pub missing_words: usize,
    /// Categories with a known word: the number of clusters.
    pub categories: usize,
    /// The purity of the known words, with [Wilson's interval](wilson) (the clusters taken as given).
    pub purity: Option<Estimate>,
    /// The same of all words, unknown ones being in no cluster.
    pub purity_missing_zero: Option<Estimate>,
    /// The baseline: the mean purity when the words are dealt at random to clusters of the same sizes.
    pub random_baseline: Option<f64>,
}

pub(super) fn measure(
    vectors: &WordVectors,
    set: &CategorizationSet,
    options: &Options,
) -> (CategorizationResult, Vec<Outcome>) {
    let lookup = Lookup::new(&set.words, vectors.vocabulary(), vectors.len());
    let ids: Vec<Option<u32>> = set.members.iter().map(|member| lookup.id(member.word)).collect();
    let known = set.members.iter().zip(&ids).filter(|(_, id)| id.is_some());
    let mut labels: Vec<usize> = known.map(|(member, _)| member.category).collect();
    let points: Vec<Vec<f64>> = ids.iter().flatten().map(|&id| vectors.unit(id)).collect();
    let categories = (0..set.categories.len()).filter(|category| labels.contains(category)).count();
    let clusters = k_means(&points, categories, options.seed);
    let pure = pure_words(&clusters, &labels);

    let hits = pure.iter().filter(|&&pure| pure).count();
    let mut pure = pure.iter();
    let scores = ids.iter().map(|id| id.and_then(|_| pure.next()).map(|&pure| f64::from(u8::from(pure))));
    let outcome = Outcome { metric: "purity", statistic: Statistic::Mean, scores: scores.collect() };
    let result = CategorizationResult {
        name: set.name.clone(),
        words: set.members.len(),
        covered: labels.len(),
        missing_words: lookup.missing(),
        categories,
        purity: wilson(hits, labels.len()),
        purity_missing_zero: wilson(hits, set.members.len()),
        random_baseline: (!labels.is_empty()).then(|| random_purity(&clusters, &mut labels, options.seed)),
    };
    (result, vec![outcome])
}

/// For each word whether its category is the most frequent one of its cluster (of equals the first category).
pub(super) fn pure_words(clusters: &[usize], labels: &[usize]) -> Vec<bool> {
    let size = |indices: &[usize]| indices.iter().max().map_or(0, |max| max + 1);
    let categories = size(labels);
    let mut counts = vec![0usize; size(clusters) * categories];
    for (cluster, label) in clusters.iter().zip(labels) {
        counts[cluster * categories + label] += 1;
    }
    let majority = |cluster: usize| {
        let row = &counts[cluster * categories..][..categories];
        let most = row.iter().max().copied();
        row.iter().position(|&count| Some(count) == most)
    };
    clusters.iter().zip(labels).map(|(&cluster, &label)| majority(cluster) == Some(label)).collect()
}

/// The mean purity over shuffles of the labels.
fn random_purity(clusters: &[usize], labels: &mut [usize], seed: u64) -> f64 {
    let mut sum = 0;
    for permutation in 0..PERMUTATIONS {
        let mut stream = Stream::new(seed, Purpose::Bootstrap, &[PERMUTATION, permutation]);
        for i in (1..labels.len()).rev() {
            labels.swap(i, stream.below(i as u64 + 1) as usize);
        }
        sum += pure_words(clusters, labels).iter().filter(|&&pure| pure).count();
    }
    sum as f64 / (PERMUTATIONS as f64 * labels.len() as f64)
}
