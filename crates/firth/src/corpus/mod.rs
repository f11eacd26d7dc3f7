//! Text in, encoded tokens out: one parallel pass that reads, decompresses, tokenises, counts and encodes.
//!
//! ```
//! use firth::corpus::{self, EncodeOptions, Sources};
//!
//! let sources = Sources::from_bytes("example", b"the king and the queen\nthe end\n".to_vec());
//! let counted = corpus::count(&sources, &EncodeOptions::default(), &mut |_| ())?;
//! assert_eq!((counted.word(0), counted.count(0)), (&b"the"[..], 3));
//!
//! // New ids for the types, here by first appearance; `DROPPED` would leave a type out.
//! let ids: Vec<u32> = (0..counted.len() as u32).collect();
//! let encoded = counted.encode(&ids, 2)?;
//! assert_eq!(encoded.ids(), [0, 1, 2, 0, 3, corpus::SENTENCE_END, 0, 4, corpus::SENTENCE_END]);
//! # Ok::<(), firth::Error>(())
//! ```
//!
//! **What a corpus is.** A list of [`Sources`]: files, directories, globs, standard input. Each is plain, gzip or zstd
//! text, told apart by its first bytes. A line (ended by `\n` or by the end of its file) is a sentence. A word is a
//! string of bytes: nothing is decoded, repaired or cut, so text that is not UTF-8 passes through as it is.
//!
//! **How it is read.** The naive program is four lines: for each line, for each word, look the word up in a hash map,
//! count it. It departs from that in four places, each for speed or memory:
//!
//! 1. The text is cut into *blocks* of about 256 KiB that end at line ends, always the same blocks. Threads claim
//!    blocks; reading (and decompression) is done by whoever claims.
//! 2. Each thread has its own hash table and numbers the types as *it* meets them. When all is read, the tables are
//!    merged in block order, which gives every type the number of its first appearance in the text: the same for any
//!    number of threads.
//! 3. The number of every token is kept, so that the text is read and tokenised once: [`Counted::encode`] only
//!    replaces numbers.
//! 4. Above a memory budget the numbers go to an unnamed temporary file, which the system maps into memory.
//!
//! The price is four bytes a token (about two thirds of the plain text) and one table a thread.

mod blocks;
mod count;
mod digest;
mod encode;
mod input;
mod lowercase;
mod mapped;
mod merge;
mod parallel;
mod scan;
mod sources;
mod spill;
mod table;
mod whitespace;
mod words;

use std::path::PathBuf;

pub use count::{CountProgress, Counted, count};
pub use encode::EncodedCorpus;
pub use sources::Sources;

/// Stands after each sentence in [`EncodedCorpus::ids`]; it is never the id of a word.
pub const SENTENCE_END: u32 = u32::MAX;

/// As a type's new id in [`Counted::encode`]: leave the type's tokens out.
pub const DROPPED: u32 = u32::MAX;

/// More types than this cannot be numbered beside [`SENTENCE_END`].
const MAX_TYPES: usize = u32::MAX as usize - 1;

/// How a line becomes words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tokenizer {
    /// Words are what stands between ASCII whitespace (space, `\t`, `\n`, `\v`, `\f`, `\r`); every other byte, NUL and
    /// no-break spaces included, belongs to a word.
    #[default]
    Whitespace,
    /// Words are the segments between Unicode word boundaries (UAX #29) that hold a letter or a digit; punctuation is
    /// left out. A byte that is not UTF-8 counts as a letter.
    Words,
}

/// How [`count()`] reads a corpus.
#[derive(Clone, Debug)]
pub struct EncodeOptions {
    /// How a line becomes words.
    pub tokenizer: Tokenizer,
    /// Turn the text into lower case first (Unicode; bytes that are not UTF-8 stay as they are).
    pub lowercase: bool,
    /// Worker threads, at least 1; the result does not depend on it.
    pub threads: usize,
    /// Bytes of memory for the encoded tokens, four bytes each; what exceeds it goes to a temporary file. `None` is no
    /// limit.
    pub max_memory: Option<u64>,
    /// Where the temporary file goes; `None` is the system's directory for such files.
    pub temporary_directory: Option<PathBuf>,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            tokenizer: Tokenizer::default(),
            lowercase: false,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            max_memory: None,
            temporary_directory: None,
        }
    }
}

#[cfg(test)]
mod tests;
