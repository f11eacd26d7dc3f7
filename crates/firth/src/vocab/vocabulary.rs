//! Words with ids and counts.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::index::Index;
use super::spelling;
use crate::error::{Error, ErrorKind, Result};

/// Words, numbered from 0, with their counts. Words are bytes: they need not be UTF-8 and may hold anything.
///
/// Three flat arrays, as in a model file; the index for look-ups is built when the first look-up needs it.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    bytes: Vec<u8>,
    offsets: Vec<u64>,
    counts: Vec<u64>,
    total_count: u64,
    index: OnceLock<Index>,
}

impl Vocabulary {
    /// Words in the order given, each with its count; a count of 0 stands for unknown. Of equal words the first one is
    /// found by look-ups.
    ///
    /// # Errors
    ///
    /// `InvalidFormat` for more words than 32-bit ids can number, or counts whose sum is 2^64 or more.
    pub fn from_words(words: impl IntoIterator<Item = (impl AsRef<[u8]>, u64)>) -> Result<Self> {
        let mut bytes = Vec::new();
        let mut offsets = vec![0];
        let mut counts = Vec::new();
        for (word, count) in words {
            bytes.extend_from_slice(word.as_ref());
            offsets.push(bytes.len() as u64);
            counts.push(count);
        }
        Self::from_flat(bytes, offsets, counts)
    }

    /// The words as they lie in a model file: word i is `bytes[offsets[i]..offsets[i + 1]]`, so there is one offset more
    /// than there are words; `counts` has one entry a word.
    ///
    /// # Errors
    ///
    /// `InvalidFormat` when lengths disagree, offsets do not rise from 0 to the number of bytes, there are more words
    /// than 32-bit ids can number, or the sum of the counts is 2^64 or more.
    pub fn from_flat(bytes: Vec<u8>, offsets: Vec<u64>, counts: Vec<u64>) -> Result<Self> {
        let wrong =
            |problem: String| Err(Error::new(ErrorKind::InvalidFormat, format!("vocabulary: {problem}")));
        if offsets.len() != counts.len() + 1 {
            let (found, words) = (offsets.len(), counts.len());
            return wrong(format!("{found} offsets for {words} counts, expected one more than counts"));
        }
        if counts.len() >= u32::MAX as usize {
            return wrong(format!("{} words, expected fewer than {}", counts.len(), u32::MAX));
        }
        if offsets[0] != 0 {
            return wrong(format!("the first offset is {}, expected 0", offsets[0]));
        }
        if let Some(i) = offsets.windows(2).position(|pair| pair[0] > pair[1]) {
            return wrong(format!(
                "offset {} is {}, below the one before it ({})",
                i + 1,
                offsets[i + 1],
                offsets[i]
            ));
        }
        if offsets[counts.len()] != bytes.len() as u64 {
            let last = offsets[counts.len()];
            return wrong(format!(
                "the last offset is {last}, expected the number of bytes, {}",
                bytes.len()
            ));
        }
        let Some(total_count) = counts.iter().try_fold(0u64, |sum, &count| sum.checked_add(count)) else {
            return wrong("the counts add up to 2^64 or more".to_owned());
        };
        Ok(Self { bytes, offsets, counts, total_count, index: OnceLock::new() })
    }

    /// The same words with other counts, for example those of the corpus at hand for a vocabulary read from a file.
    ///
    /// # Errors
    ///
    /// `InvalidFormat` when the number of counts is not that of words, or their sum is 2^64 or more.
    pub fn with_counts(self, counts: Vec<u64>) -> Result<Self> {
        let index = self.index;
        Ok(Self { index, ..Self::from_flat(self.bytes, self.offsets, counts)? })
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The bytes of word `id`.
    ///
    /// # Panics
    ///
    /// When `id` is not below [`len`](Self::len).
    #[inline]
    pub fn word(&self, id: u32) -> &[u8] {
        let id = id as usize;
        &self.bytes[self.offsets[id] as usize..self.offsets[id + 1] as usize]
    }

    /// Word `id` as text; what is not UTF-8 appears as U+FFFD.
    ///
    /// # Panics
    ///
    /// When `id` is not below [`len`](Self::len).
    pub fn display(&self, id: u32) -> Cow<'_, str> {
        String::from_utf8_lossy(self.word(id))
    }

    /// How often word `id` occurred; 0 when that is not known.
    ///
    /// # Panics
    ///
    /// When `id` is not below [`len`](Self::len).
    pub fn count(&self, id: u32) -> u64 {
        self.counts[id as usize]
    }

    /// The counts of all words, by id.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The sum of all counts.
    pub fn total_count(&self) -> u64 {
        self.total_count
    }

    /// All words end to end.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the words begin in [`bytes`](Self::bytes), and last its length.
    pub fn offsets(&self) -> &[u64] {
        &self.offsets
    }

    /// All words, by id.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.offsets.windows(2).map(|pair| &self.bytes[pair[0] as usize..pair[1] as usize])
    }

    /// The id of `word`: the lowest one, should the word be there twice.
    pub fn id(&self, word: &[u8]) -> Option<u32> {
        self.index().find(word, |id| self.word(id))
    }

    /// The id of each of `types`, or `u32::MAX` where this vocabulary does not have it: the new ids with which a counted
    /// corpus is encoded.
    pub fn remap<T: AsRef<[u8]>>(&self, types: impl IntoIterator<Item = T>) -> Vec<u32> {
        types.into_iter().map(|word| self.id(word.as_ref()).unwrap_or(u32::MAX)).collect()
    }

    /// Up to `n` words that `word` may have been meant to be, the most likely first: by number of edits (a letter more,
    /// less or another, two neighbours swapped; upper and lower case count as the same, but exact case comes first),
    /// then by id, which is by frequency. Words that differ too much (about a third of the letters) are not offered.
    pub fn nearest_spellings(&self, word: &[u8], n: usize) -> Vec<u32> {
        spelling::nearest(word, self.words(), n)
    }

    /// The id of the first word equal to word `id`, for callers that must not have doubles.
    pub(super) fn first_equal(&self, id: u32) -> u32 {
        self.id(self.word(id)).unwrap_or(id)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self.words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_keep_their_order_and_the_first_of_doubles_is_found() {
        let words = [(&b"b"[..], 1), (b"a\0", 5), (b"b", 7), (b"", 0), (b"\xff", 2)];
        let vocabulary = Vocabulary::from_words(words).unwrap();
        assert_eq!((vocabulary.len(), vocabulary.total_count()), (5, 15));
        assert_eq!(vocabulary.word(1), b"a\0");
        assert_eq!(vocabulary.display(4), "\u{fffd}");
        assert_eq!(vocabulary.counts(), [1, 5, 7, 0, 2]);
        assert_eq!(vocabulary.id(b"b"), Some(0));
        assert_eq!(vocabulary.id(b""), Some(3));
        assert_eq!(vocabulary.id(b"\xff"), Some(4));
        assert_eq!(vocabulary.id(b"a"), None);
        assert_eq!(vocabulary.remap([&b"\xff"[..], b"none", b"b"]), [4, u32::MAX, 0]);
        let other = vocabulary.with_counts(vec![1; 5]).unwrap();
        assert_eq!((other.total_count(), other.id(b"a\0")), (5, Some(1)));
    }

    #[test]
    fn lying_arrays_are_refused() {
        let flat = |bytes: &[u8], offsets: &[u64], counts: &[u64]| {
            Vocabulary::from_flat(bytes.to_vec(), offsets.to_vec(), counts.to_vec())
                .map_err(|error| error.to_string())
        };
        assert!(flat(b"ab", &[0, 1, 2], &[1, 1]).is_ok());
        assert!(flat(b"", &[0], &[]).unwrap().is_empty());
        for (offsets, counts, problem) in [
            (&[0, 1][..], &[1, 1][..], "2 offsets for 2 counts"),
            (&[], &[], "0 offsets for 0 counts"),
            (&[1, 1, 2], &[1, 1], "the first offset is 1"),
            (&[0, 2, 1], &[1, 1], "offset 2 is 1, below"),
            (&[0, 1, 3], &[1, 1], "the last offset is 3"),
            (&[0, 1, 2], &[1, u64::MAX], "add up to 2^64"),
        ] {
            let error = flat(b"ab", offsets, counts).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_found(words in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..200)) {
            let vocabulary = Vocabulary::from_words(words.iter().map(|word| (word, 1))).unwrap();
            for word in &words {
                let first = words.iter().position(|other| other == word).map(|i| i as u32);
                prop_assert_eq!(vocabulary.id(word), first);
            }
        }
    }
}
