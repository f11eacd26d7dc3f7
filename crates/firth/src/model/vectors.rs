//! The word vectors that questions are asked of.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::Query;
use super::search::{self, Task};
use crate::error::{Error, ErrorKind, Result};
use crate::kernel::Kernels;
use crate::matrix::{Matrix, MatrixView};
use crate::vocab::Vocabulary;

/// A word found, and how similar it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbor {
    /// The word.
    pub id: u32,
    /// The cosine with what was asked, in -1..=1; for 3CosMul its score.
    pub similarity: f32,
}

/// A vocabulary and one row of `dim` floats per word; read-only, so any number of threads may ask at once.
#[derive(Clone)]
pub struct WordVectors {
    vocabulary: Vocabulary,
    rows: Rows,
    norms: OnceLock<Vec<f32>>,
    metadata: serde_json::Value,
}

/// Who holds the rows.
#[derive(Clone)]
enum Rows {
    Padded(Matrix),
    /// Rows without padding, one after the other: a vector or the pages of a file.
    Dense {
        floats: Arc<dyn AsRef<[f32]> + Send + Sync>,
        dim: usize,
    },
}

impl WordVectors {
    /// Word vectors whose rows are those of `matrix`: row `i` belongs to word `i`.
    ///
    /// # Panics
    /// When the number of rows is not the number of words.
    pub fn new(vocabulary: Vocabulary, matrix: Matrix) -> Self {
        assert_eq!(vocabulary.len(), matrix.rows(), "one row per word");
        Self::from_rows(vocabulary, Rows::Padded(matrix))
    }

    /// Word vectors whose rows of `dim` floats lie one after the other, without padding, in memory that `floats`
    /// keeps: a `Vec<f32>`, or the pages of a memory-mapped file.
    ///
    /// # Panics
    /// When `floats` does not hold exactly one row per word.
    pub fn from_dense(
        vocabulary: Vocabulary,
        dim: usize,
        floats: Arc<dyn AsRef<[f32]> + Send + Sync>,
    ) -> Self {
        let length = (*floats).as_ref().len();
        assert_eq!(vocabulary.len().checked_mul(dim), Some(length), "one row per word");
        Self::from_rows(vocabulary, Rows::Dense { floats, dim })
    }

    fn from_rows(vocabulary: Vocabulary, rows: Rows) -> Self {
        Self { vocabulary, rows, norms: OnceLock::new(), metadata: serde_json::Value::Null }
    }

    /// The same vectors with `metadata` about how they came to be.
    pub fn with_metadata(self, metadata: serde_json::Value) -> Self {
        Self { metadata, ..self }
    }

    /// How the vectors came to be, as their file tells: a JSON object, or null when nothing is known.
    pub fn metadata(&self) -> &serde_json::Value {
        &self.metadata
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of floats in a vector.
    pub fn dim(&self) -> usize {
        match &self.rows {
            Rows::Padded(matrix) => matrix.dim(),
            Rows::Dense { dim, .. } => *dim,
        }
    }

    /// The words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All vectors, by id.
    pub fn view(&self) -> MatrixView<'_> {
        match &self.rows {
            Rows::Padded(matrix) => matrix.view(),
            Rows::Dense { floats, dim } => MatrixView::new((**floats).as_ref(), self.len(), *dim, *dim),
        }
    }

    /// The vector of word `id`, as it was trained or read.
    pub fn vector(&self, id: u32) -> &[f32] {
        self.view().row(id as usize)
    }

    /// The id of `word`.
    ///
    /// # Errors
    /// [`UnknownWord`](ErrorKind::UnknownWord); the message names the three nearest spellings.
    pub fn id(&self, word: &[u8]) -> Result<u32> {
        self.vocabulary.id(word).ok_or_else(|| {
            let mut message = format!("unknown word `{}`", String::from_utf8_lossy(word));
            let near = self.vocabulary.nearest_spellings(word, 3);
            let near: Vec<String> =
                near.iter().map(|&id| format!("`{}`", self.vocabulary.display(id))).collect();
            if !near.is_empty() {
                message += &format!("; the nearest spellings are {}", near.join(", "));
            }
            Error::new(ErrorKind::UnknownWord, message)
        })
    }

    /// The Euclidean norm of the vector of word `id`.
    pub fn norm(&self, id: u32) -> f32 {
        match self.norms.get() {
            Some(norms) => norms[id as usize],
            None => search::norm(Kernels::detect(), self.vector(id)),
        }
    }

    /// The norms of all vectors; computed at the first call, by `threads` threads (0 = one per core).
    pub fn norms(&self, threads: usize) -> &[f32] {
        self.norms.get_or_init(|| search::norms(self.view(), threads))
    }

    /// The vector of word `id` at length 1, in `f64`; zero when the vector is zero.
    pub fn unit(&self, id: u32) -> Vec<f64> {
        let row = self.vector(id);
        let norm = search::exact_dot(row, row).sqrt();
        row.iter().map(|&v| if norm == 0.0 { 0.0 } else { f64::from(v) / norm }).collect()
    }

    /// The query for the mean of weighted words: sum over the terms of weight x unit vector, brought to length 1.
    /// Where the terms cancel out, the direction is zero. The words themselves are left out of its answer.
    pub fn query(&self, terms: &[(f32, u32)]) -> Query {
        let mut direction = vec![0.0f64; self.dim()];
        for &(weight, id) in terms {
            direction.iter_mut().zip(self.unit(id)).for_each(|(sum, v)| *sum += f64::from(weight) * v);
        }
        let weights: f64 = terms.iter().map(|(weight, _)| f64::from(weight.abs())).sum();
        if direction.iter().map(|v| v * v).sum::<f64>().sqrt() <= search::NOISE * weights {
            direction.fill(0.0);
        }
        Query::from_exact(direction, terms.iter().map(|&(_, id)| id).collect())
    }

    /// The `k` words nearest to each query by cosine, best first; of equals the one with the lower id. Exact: every
    /// word is looked at. The words a query excludes are left out, so fewer than `k` can be left.
    ///
    /// The scan takes the vectors in blocks and the queries in panels of 32, so that many queries cost one matrix
    /// product and a single one runs at the speed of the memory. The result does not depend on `threads` (0 = one per
    /// core), nor on which queries are asked together.
    ///
    /// # Panics
    /// When the dimension of a query is not that of the vectors.
    pub fn neighbors(&self, queries: &[Query], k: usize, threads: usize) -> Vec<Vec<Neighbor>> {
        self.neighbors_among(queries, k, self.len(), threads)
    }

    /// As [`neighbors`](Self::neighbors), among the first `words` words only.
    ///
    /// # Panics
    /// When the dimension of a query is not that of the vectors.
    pub fn neighbors_among(
        &self,
        queries: &[Query],
        k: usize,
        words: usize,
        threads: usize,
    ) -> Vec<Vec<Neighbor>> {
        search::nearest(&Task { vectors: self, k, words: words.min(self.len()), threads }, queries)
    }

    /// The cosine of two words; 0 when either vector is zero.
    pub fn similarity(&self, a: u32, b: u32) -> f32 {
        search::exact_cosine(self.vector(a), &self.unit(b)) as f32
    }

    /// How well each word goes with all of them: the cosine with the mean of the unit vectors of `words`, lowest first
    /// (of equals the earlier one), so the first is the odd one out.
    pub fn odd(&self, words: &[u32]) -> Vec<Neighbor> {
        let mean = self.query(&words.iter().map(|&id| (1.0, id)).collect::<Vec<_>>());
        let similarity = |&id: &u32| search::exact_cosine(self.vector(id), &mean.exact) as f32;
        let mut found: Vec<Neighbor> =
            words.iter().map(|id| Neighbor { id: *id, similarity: similarity(id) }).collect();
        found.sort_by(|a, b| a.similarity.total_cmp(&b.similarity));
        found
    }
}

impl fmt::Debug for WordVectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match &self.rows {
            Rows::Padded(_) => "padded",
            Rows::Dense { .. } => "dense",
        };
        f.debug_struct("WordVectors")
            .field("len", &self.len())
            .field("dim", &self.dim())
            .field("rows", &rows)
            .field("metadata", &self.metadata)
            .finish()
    }
}
