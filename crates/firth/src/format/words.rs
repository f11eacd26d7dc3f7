//! The words of a foreign file, gathered while its rows are read.

use std::sync::Arc;

use crate::error::Result;
use crate::model::WordVectors;
use crate::vocab::Vocabulary;

/// Words one after the other: word `i` ends at `ends[i]`.
#[derive(Debug, Default)]
pub(super) struct Words {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

impl Words {
    pub fn push(&mut self, word: &[u8]) {
        self.bytes.extend_from_slice(word);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds the words of a later part of the file.
    pub fn append(&mut self, other: Words) {
        let start = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| start + end));
    }

    /// Joins the words with their rows. Of rows with the same word the first stays, as in every other reader.
    pub fn with_rows(self, dim: usize, mut floats: Vec<f32>) -> Result<WordVectors> {
        let counts = vec![0; self.ends.len()];
        let offsets = [&[0], &self.ends[..]].concat();
        let mut vocabulary = Vocabulary::from_flat(self.bytes, offsets, counts)?;
        let ids = 0..vocabulary.len() as u32;
        let kept: Vec<u32> = ids.filter(|&id| vocabulary.id(vocabulary.word(id)) == Some(id)).collect();
        if kept.len() < vocabulary.len() {
            for (to, &from) in kept.iter().enumerate() {
                let from = from as usize * dim;
                floats.copy_within(from..from + dim, to * dim);
            }
            floats.truncate(kept.len() * dim);
            vocabulary = Vocabulary::from_words(kept.iter().map(|&id| (vocabulary.word(id), 0)))?;
        }
        Ok(WordVectors::from_dense(vocabulary, dim, Arc::new(floats)))
    }
}
