//! The words of a set in a vocabulary.

use super::sets::WordList;
use crate::vocab::Vocabulary;

/// Where the words of a set are.
pub(super) struct Lookup {
    ids: Vec<Option<u32>>,
}

impl Lookup {
    /// Looks up each word as it is written, then in lower case, among the first `words` of the vocabulary.
    pub fn new(list: &WordList, vocabulary: &Vocabulary, words: usize) -> Self {
        let find = |word: &[u8]| vocabulary.id(word).filter(|&id| (id as usize) < words);
        Self { ids: list.iter().map(|word| find(word).or_else(|| find(&lower_case(word)))).collect() }
    }

    /// The id of a word of the set.
    pub fn id(&self, number: u32) -> Option<u32> {
        self.ids[number as usize]
    }

    /// How many words of the set are unknown.
    pub fn missing(&self) -> usize {
        self.ids.iter().filter(|id| id.is_none()).count()
    }
}

/// The lower-case form: of all letters in UTF-8, of the ASCII letters otherwise.
fn lower_case(word: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(word) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => word.to_ascii_lowercase(),
    }
}
