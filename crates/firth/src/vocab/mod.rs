//! Counts in, ids out: the vocabulary, subsampling and the noise distribution.
//!
//! A [`Vocabulary`] numbers words: id 0 is the most frequent one. It is made from counts under [`VocabularyRules`], from
//! a list ([`Vocabulary::from_words`]), from a model file ([`Vocabulary::from_flat`]) or from a text file
//! ([`read_counts`]). Two distributions follow from its counts: which occurrences of a frequent word are passed over
//! ([`Subsampling`]) and which words are drawn as noise ([`NoiseTable`]).
//!
//! ```
//! use firth::vocab::{Vocabulary, VocabularyRules};
//!
//! let counts = [(&b"the"[..], 9), (b"king", 2), (b"queen", 2), (b"typo", 1)];
//! let rules = VocabularyRules { min_count: 2, max_vocab: None };
//! let (vocabulary, ids) = Vocabulary::from_counts(counts, &rules)?;
//! assert_eq!(ids, [0, 1, 2, u32::MAX]);
//! assert_eq!((vocabulary.word(1), vocabulary.count(1)), (&b"king"[..], 2));
//! assert_eq!(vocabulary.id(b"queen"), Some(2));
//! # Ok::<(), firth::Error>(())
//! ```

mod counts_file;
mod index;
mod noise;
mod rules;
mod spelling;
mod subsampling;
mod vocabulary;

pub use counts_file::{read_counts, write_counts};
pub use noise::NoiseTable;
pub use rules::VocabularyRules;
pub use subsampling::Subsampling;
pub use vocabulary::Vocabulary;
