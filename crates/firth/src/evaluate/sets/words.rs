//! The distinct words of a set.

use std::collections::HashMap;

/// Distinct words, numbered by first appearance: a set looks each of them up once, however often it uses it.
#[derive(Clone, Debug, Default)]
pub struct WordList {
    words: Vec<Box<[u8]>>,
    numbers: HashMap<Box<[u8]>, u32>,
}

impl WordList {
    /// The number of `word`, which is added when it is new.
    pub(super) fn add(&mut self, word: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.words.len()).expect("a set has fewer than 2^32 words");
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        number
    }

    /// The word of a number.
    ///
    /// # Panics
    /// When no word has that number.
    pub fn word(&self, number: u32) -> &[u8] {
        &self.words[number as usize]
    }

    /// All words, in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.words.iter().map(|word| &**word)
    }

    /// How many distinct words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}
