//! Measures word vectors: how well they agree with what people say, and how sure one can be of it.
//!
//! [`read_suite`](sets::read_suite) reads evaluation sets, [`evaluate`] measures one model on them, [`compare`] two.
//! What comes back can be serialised (scores as fractions) and shown ([`report`]: text or Markdown, scores x 100).
//!
//! * **Similarity**: Spearman's and Pearson's correlation of the cosine of two words with the grade that people gave.
//! * **Analogy**: accuracy of 3CosAdd and 3CosMul, per section and in total.
//! * **Categorization**: purity of as many clusters as there are categories.
//! * **Outlier**: how often the outlier is found, and how near to the end it comes (Camacho-Collados and Navigli, 2016).
//!
//! Each score comes with a 95 % interval and with a baseline: what a method without meaning would get. Coverage counts
//! both ways. `*_missing_zero` takes all items, those with an unknown word count as similarity 0 or as failures; the
//! other scores leave them out, and say of how many items they speak.
//!
//! **Words are looked up** as they are written, then in lower case: sets write `Paris`, lower-cased corpora `paris`.
//! Nothing else is tried.
//!
//! Everything is exact and repeatable: scores do not depend on threads, and resamples only on the seed.
//!
//! ```
//! use firth::evaluate::sets::{EvaluationSet, Kind};
//! use firth::evaluate::{Options, SetResult, evaluate};
//! use firth::matrix::Matrix;
//! use firth::model::WordVectors;
//! use firth::vocab::Vocabulary;
//!
//! let vocabulary = Vocabulary::from_words([("sun", 9), ("light", 5), ("stone", 2)])?;
//! let mut rows = Matrix::zeros(3, 2);
//! rows.row_mut(0).copy_from_slice(&[1.0, 0.0]);
//! rows.row_mut(1).copy_from_slice(&[1.0, 0.2]);
//! rows.row_mut(2).copy_from_slice(&[0.0, 1.0]);
//! let vectors = WordVectors::new(vocabulary, rows);
//!
//! let file = b"Sun\tlight\t9\nlight\tstone\t4\nsun\tstone\t1\n";
//! let set = EvaluationSet::parse("toy.tsv".as_ref(), file, Some(Kind::Similarity))?;
//! let evaluation = evaluate("example", &vectors, &[set], &Options::default());
//! let SetResult::Similarity(result) = &evaluation.sets[0] else { unreachable!() };
//! assert_eq!((result.covered, result.spearman.unwrap().value), (3, 1.0));
//! println!("{}", firth::evaluate::report::text(&evaluation));
//! # Ok::<(), firth::Error>(())
//! ```

mod analogy;
mod categorization;
mod clusters;
mod comparison;
mod lookup;
mod outcome;
mod outlier;
pub mod report;
pub mod sets;
mod similarity;
pub mod statistics;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use analogy::{Accuracy, AnalogyResult, SectionResult};
pub use categorization::CategorizationResult;
pub use comparison::{Comparison, MetricDifference, PairedDifference, compare};
pub use outlier::OutlierResult;
pub use similarity::SimilarityResult;

use crate::model::WordVectors;
use outcome::Outcome;
use sets::EvaluationSet;
use statistics::Resampling;

/// How to evaluate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Threads of the analogy search; 0 = one per core. No score depends on it.
    #[serde(skip)]
    pub threads: usize,
    /// Where resamples and the starts of the clustering come from.
    pub seed: u64,
    /// Resamples of each bootstrap.
    pub resamples: usize,
    /// Analogies use the first words of the vocabulary only: others are neither candidates nor known. `None` = all.
    pub first_words: Option<usize>,
}

impl Default for Options {
    /// All words, 1,000 resamples, seed 1, one thread per core.
    fn default() -> Self {
        Self { threads: 0, seed: 1, resamples: 1000, first_words: None }
    }
}

impl Options {
    fn resampling(&self) -> Resampling {
        Resampling { resamples: self.resamples, seed: self.seed }
    }
}

/// The model that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VectorsInfo {
    /// What the caller calls it: its file's name, say.
    pub name: String,
    /// Words in its vocabulary.
    pub words: usize,
    /// Floats in a vector.
    pub dim: usize,
}

/// The scores of one model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// The model.
    pub vectors: VectorsInfo,
    /// How it was evaluated.
    pub options: Options,
    /// One result per set, in the order of the sets.
    pub sets: Vec<SetResult>,
}

/// The scores on one set.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SetResult {
    /// Of graded pairs.
    Similarity(SimilarityResult),
    /// Of analogy questions.
    Analogy(Box<AnalogyResult>),
    /// Of words in categories.
    Categorization(CategorizationResult),
    /// Of groups with outliers.
    Outlier(OutlierResult),
}

impl SetResult {
    /// The name of the set.
    pub fn name(&self) -> &str {
        match self {
            Self::Similarity(result) => &result.name,
            Self::Analogy(result) => &result.name,
            Self::Categorization(result) => &result.name,
            Self::Outlier(result) => &result.name,
        }
    }
}

/// Measures `vectors`, called `name` in reports, on all `sets`.
pub fn evaluate(name: &str, vectors: &WordVectors, sets: &[EvaluationSet], options: &Options) -> Evaluation {
    let results = sets.iter().map(|set| measure(vectors, set, options).0);
    Evaluation { vectors: info(name, vectors), options: options.clone(), sets: results.collect() }
}

fn info(name: &str, vectors: &WordVectors) -> VectorsInfo {
    VectorsInfo { name: name.to_owned(), words: vectors.len(), dim: vectors.dim() }
}

/// The result on a set, and what became of each item.
fn measure(vectors: &WordVectors, set: &EvaluationSet, options: &Options) -> (SetResult, Vec<Outcome>) {
    match set {
        EvaluationSet::Similarity(set) => {
            let (result, outcomes) = similarity::measure(vectors, set, options);
            (SetResult::Similarity(result), outcomes)
        }
        EvaluationSet::Analogy(set) => {
            let (result, outcomes) = analogy::measure(vectors, set, options);
            (SetResult::Analogy(Box::new(result)), outcomes)
        }
        EvaluationSet::Categorization(set) => {
            let (result, outcomes) = categorization::measure(vectors, set, options);
            (SetResult::Categorization(result), outcomes)
        }
        EvaluationSet::Outlier(set) => {
            let (result, outcomes) = outlier::measure(vectors, set, options);
            (SetResult::Outlier(result), outcomes)
        }
    }
}
