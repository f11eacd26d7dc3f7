//! A trained model and its read-only word vectors.
//!
//! [`Model`] is what a trainer hands out: it can go on training. [`WordVectors`] is what everybody asks: a vocabulary
//! and one row per word, either owned or served from a memory map. Questions are exact:
//!
//! * [`WordVectors::neighbors`] finds the words nearest to many queries in one blocked scan;
//! * [`WordVectors::analogies`] solves *a is to b as c is to ?* by 3CosAdd or 3CosMul for many questions at once;
//! * [`WordVectors::similarity`] is the cosine of two words, [`WordVectors::odd`] finds the word that does not belong.
//!
//! All similarities that leave this module are computed in `f64` from the rows, so that the same two words have the
//! same similarity whichever way they were asked for. The cosine with a zero vector is 0.

mod analogy;
mod query;
mod search;
mod top;
mod vectors;

pub use analogy::{AnalogyMethod, COS_MUL_EPSILON};
pub use query::{Expression, Query};
pub use vectors::{Neighbor, WordVectors};

use crate::matrix::Matrix;
use crate::vocab::Vocabulary;

/// A trained model: everything that is needed to go on training.
#[derive(Clone, Debug)]
pub struct Model {
    /// The words, by id: row `i` of the matrices belongs to word `i`.
    pub vocabulary: Vocabulary,
    /// The input rows (V x D), which become the word vectors.
    pub input: Matrix,
    /// The output rows (V x D), used for prediction; absent when the model is not meant to go on training.
    pub output: Option<Matrix>,
    /// How the model came to be (architecture, loss, hyper-parameters, seed, corpus digest): a JSON object or null.
    pub metadata: serde_json::Value,
}

impl Model {
    /// The word vectors of the model: its input rows.
    ///
    /// # Panics
    /// When the number of input rows is not the number of words.
    pub fn into_word_vectors(self) -> WordVectors {
        WordVectors::new(self.vocabulary, self.input).with_metadata(self.metadata)
    }
}
