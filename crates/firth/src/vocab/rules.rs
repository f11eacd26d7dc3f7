//! Which words a vocabulary keeps.

use super::Vocabulary;
use crate::error::{Error, ErrorKind, Result};

/// Which words a vocabulary keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VocabularyRules {
    /// Words that occur less often are left out; 0 and 1 keep all.
    pub min_count: u64,
    /// At most this many words, the most frequent ones.
    pub max_vocab: Option<usize>,
}

impl Default for VocabularyRules {
    /// At least five occurrences, any number of words.
    fn default() -> Self {
        Self { min_count: 5, max_vocab: None }
    }
}

impl Vocabulary {
    /// Numbers the words of `types` (different words with their counts, in order of first appearance) by falling count,
    /// equal counts by first appearance, and keeps those that `rules` allow. Returns with the vocabulary the new id of
    /// each type, `u32::MAX` for what is left out.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` when `max_vocab` is 0; `UnusableCorpus` when no word is frequent enough, with the highest count
    /// there is.
    pub fn from_counts<'a>(
        types: impl IntoIterator<Item = (&'a [u8], u64)>,
        rules: &VocabularyRules,
    ) -> Result<(Self, Vec<u32>)> {
        if rules.max_vocab == Some(0) {
            return Err(Error::invalid_argument("max_vocab is 0, expected at least 1"));
        }
        let types: Vec<(&[u8], u64)> = types.into_iter().collect();
        let mut order: Vec<usize> = (0..types.len()).filter(|&i| types[i].1 >= rules.min_count).collect();
        if order.is_empty() {
            return Err(no_words(&types, rules));
        }
        order.sort_by_key(|&i| std::cmp::Reverse(types[i].1));
        order.truncate(rules.max_vocab.unwrap_or(usize::MAX));
        let mut ids = vec![u32::MAX; types.len()];
        for (id, &i) in order.iter().enumerate() {
            ids[i] = id as u32;
        }
        Ok((Self::from_words(order.iter().map(|&i| types[i]))?, ids))
    }
}

fn no_words(types: &[(&[u8], u64)], rules: &VocabularyRules) -> Error {
    let message = match types.iter().rev().max_by_key(|(_, count)| count) {
        None => "the corpus holds no words".to_owned(),
        Some((word, count)) => format!(
            "no word occurs {} times (min_count): of {} different words the most frequent, \"{}\", occurs {} times",
            rules.min_count,
            types.len(),
            String::from_utf8_lossy(word),
            count
        ),
    };
    Error::new(ErrorKind::UnusableCorpus, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rules(min_count: u64, max_vocab: Option<usize>) -> VocabularyRules {
        VocabularyRules { min_count, max_vocab }
    }

    #[test]
    fn equal_counts_keep_the_order_of_first_appearance() {
        let types = [(&b"z"[..], 2), (b"a", 2), (b"m", 3), (b"b", 2), (b"rare", 1)];
        let (vocabulary, ids) = Vocabulary::from_counts(types, &rules(2, None)).unwrap();
        assert_eq!(vocabulary.words().collect::<Vec<_>>(), [b"m", b"z", b"a", b"b"]);
        assert_eq!(ids, [1, 2, 0, 3, u32::MAX]);
        let (vocabulary, ids) = Vocabulary::from_counts(types, &rules(2, Some(2))).unwrap();
        assert_eq!(vocabulary.counts(), [3, 2]);
        assert_eq!(ids, [1, u32::MAX, 0, u32::MAX, u32::MAX]);
    }

    #[test]
    fn a_corpus_without_a_frequent_word_is_refused() {
        let error = Vocabulary::from_counts([(&b"king"[..], 4), (b"end", 4)], &rules(5, None)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnusableCorpus);
        assert!(
            error.to_string().contains("of 2 different words the most frequent, \"king\", occurs 4 times"),
            "{error}"
        );
        let error = Vocabulary::from_counts([], &rules(0, None)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnusableCorpus);
        let error = Vocabulary::from_counts([(&b"king"[..], 4)], &rules(0, Some(0))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    }

    proptest! {
        #[test]
        fn counts_fall_and_ids_lead_back(counts in prop::collection::vec(0u64..6, 1..80), min_count in 0u64..4) {
            let words: Vec<Vec<u8>> = (0..counts.len()).map(|i| i.to_string().into_bytes()).collect();
            let types = || words.iter().map(Vec::as_slice).zip(counts.iter().copied());
            prop_assume!(counts.iter().any(|&count| count >= min_count));
            let (vocabulary, ids) = Vocabulary::from_counts(types(), &rules(min_count, None)).unwrap();
            prop_assert!(vocabulary.counts().is_sorted_by(|a, b| a >= b));
            prop_assert_eq!(vocabulary.len(), counts.iter().filter(|&&count| count >= min_count).count());
            for ((word, count), id) in types().zip(&ids) {
                if count >= min_count {
                    prop_assert_eq!((vocabulary.word(*id), vocabulary.count(*id)), (word, count));
                } else {
                    prop_assert_eq!(*id, u32::MAX);
                }
            }
            prop_assert_eq!(vocabulary.remap(types().map(|(word, _)| word)), ids);
        }
    }
}
