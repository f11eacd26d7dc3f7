//! Files: the native one and those of other tools.
//!
//! | format | extensions | what it is |
//! | --- | --- | --- |
//! | [`Format::Native`] | `.safetensors`, `.firth` | everything the model has; loaded by memory map |
//! | [`Format::Word2vecText`] | `.txt`, `.vec` | a line `rows dim`, then `word number number ...` |
//! | [`Format::Word2vecBinary`] | `.bin` | a line `rows dim`, then per row `word`, a space, `dim` little-endian `f32` |
//! | [`Format::GloveText`] | `.glove` | as word2vec's text, without the first line |
//!
//! Readers trust nothing: a count in a header is checked against the size of the file before anything is allocated. An
//! error names the file, the line, row, byte or tensor, what was found and what was expected. Text and binary files may
//! be compressed with gzip or zstd. Writers go through [`write_beside`].
//!
//! ```no_run
//! use std::path::Path;
//! use firth::format::{self, Format};
//!
//! let vectors = format::read(Path::new("glove.6B.300d.txt.gz"), None)?;
//! format::write(Path::new("glove.safetensors"), &vectors, Format::Native)?;
//! # Ok::<(), firth::Error>(())
//! ```

mod atomic;
mod glove_text;
mod header;
mod input;
mod mapped;
mod native;
mod number;
mod text;
mod word2vec_binary;
mod word2vec_text;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::num::NonZero;
use std::path::Path;
use std::str::FromStr;
use std::thread;

pub use atomic::{check_writable, write_beside};

use crate::error::{Error, Result};
use crate::model::{Model, WordVectors};
use input::Input;

/// A file format for word vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A safetensors file with all that firth knows about the model.
    Native,
    /// Text with a line `rows dim` first.
    Word2vecText,
    /// The floats as bytes, after the same first line.
    Word2vecBinary,
    /// Text without a first line.
    GloveText,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Native, Self::Word2vecText, Self::Word2vecBinary, Self::GloveText];

    /// The name, as [`from_str`](FromStr::from_str) reads it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Word2vecText => "word2vec-text",
            Self::Word2vecBinary => "word2vec-binary",
            Self::GloveText => "glove",
        }
    }

    /// The format that the extension of `path` stands for; a further `.gz` or `.zst` is looked through.
    pub fn from_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "safetensors" | "firth" => Some(Self::Native),
            "txt" | "vec" => Some(Self::Word2vecText),
            "bin" => Some(Self::Word2vecBinary),
            "glove" => Some(Self::GloveText),
            "gz" | "zst" => Self::from_extension(Path::new(path.file_stem()?)),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::invalid_argument(format!("unknown format `{name}`: expected one of {names}"))
        })
    }
}

/// How to read a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions {
    /// The format; `None` = told from the content.
    pub format: Option<Format>,
    /// Threads that parse; `None` = one per core. The result does not depend on it.
    pub threads: Option<usize>,
}

/// The format of a file with the (decompressed) content `bytes`, if it is a known one.
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    match bytes {
        _ if native::sniff(bytes) => Some(Format::Native),
        _ if word2vec_text::sniff(bytes) => Some(Format::Word2vecText),
        _ if word2vec_binary::sniff(bytes) => Some(Format::Word2vecBinary),
        _ if glove_text::sniff(bytes) => Some(Format::GloveText),
        _ => None,
    }
}

/// Reads word vectors from the file `path`. Without a `format` the content decides, whatever the file is called.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) when the file cannot be read, [`InvalidFormat`](crate::ErrorKind::InvalidFormat) when
/// it does not follow its format or holds a number that is not finite.
pub fn read(path: &Path, format: Option<Format>) -> Result<WordVectors> {
    read_with(path, &ReadOptions { format, threads: None })
}

/// As [`read`], with all options.
///
/// # Errors
/// Those of [`read`].
pub fn read_with(path: &Path, options: &ReadOptions) -> Result<WordVectors> {
    read_and_tell(path, options).map(|(vectors, _)| vectors)
}

/// As [`read_with`], and tells which format the file has.
///
/// # Errors
/// Those of [`read`].
pub fn read_and_tell(path: &Path, options: &ReadOptions) -> Result<(WordVectors, Format)> {
    let input = Input::open(path)?;
    if input.bytes.is_empty() {
        return Err(input.error("byte 0", "the file is empty, expected word vectors"));
    }
    let Some(format) = options.format.or_else(|| sniff(&input.bytes)) else {
        return Err(unknown(&input));
    };
    let vectors = match format {
        Format::Native => native::read(&input),
        Format::Word2vecText => word2vec_text::read(&input, options.threads),
        Format::Word2vecBinary => word2vec_binary::read(&input, options.threads),
        Format::GloveText => glove_text::read(&input, options.threads),
    };
    Ok((vectors?, format))
}

/// Reads a model, ready to go on training, from the native file `path`.
///
/// # Errors
/// Those of [`read`]; foreign formats do not hold a model.
pub fn read_model(path: &Path) -> Result<Model> {
    native::read_model(&Input::open(path)?)
}

/// Writes word vectors to the file `path`, whole or not at all ([`write_beside`]).
///
/// Numbers read back as the same bits in every format. The foreign formats hold neither counts nor metadata.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) from the file system; [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the
/// format cannot hold the vectors: a line break in a word (text), a space (binary), a number that is not finite.
pub fn write(path: &Path, vectors: &WordVectors, format: Format) -> Result<()> {
    match format {
        Format::Native => native::write(path, vectors),
        Format::Word2vecText => word2vec_text::write(path, vectors),
        Format::Word2vecBinary => word2vec_binary::write(path, vectors),
        Format::GloveText => glove_text::write(path, vectors),
    }
}

/// Writes a model to the native file `path`, whole or not at all. The same model gives the same bytes.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) from the file system.
pub fn write_model(path: &Path, model: &Model) -> Result<()> {
    native::write_model(path, model)
}

/// The error for a content that is none of the known formats, by name where it can be told.
fn unknown(input: &Input) -> Error {
    let found = match &input.bytes[..] {
        [0xba, 0x16, 0x4f, 0x2f, ..] => {
            "a fastText model, which this version cannot read; its `.vec` file can be"
        }
        [0x80, 2..=5, ..] => {
            "a pickled Python object, which is never loaded because loading runs its code; \
            save the vectors with gensim's `save_word2vec_format`"
        }
        _ => "an unknown format",
    };
    let expected = "expected a safetensors file of firth, word2vec text or binary, or GloVe text";
    input.error("byte 0", format!("found {found}: {expected}"))
}

fn thread_count(requested: Option<usize>) -> usize {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    requested.filter(|&threads| threads > 0).unwrap_or_else(cores)
}

/// A few bytes of a file, for a message.
fn shown(bytes: &[u8]) -> Cow<'_, str> {
    const MOST: usize = 60;
    match bytes.len() {
        0..=MOST => String::from_utf8_lossy(bytes),
        _ => Cow::Owned(format!("{}...", String::from_utf8_lossy(&bytes[..MOST]))),
    }
}

/// Appends floats as little-endian bytes.
fn push_floats(bytes: &mut Vec<u8>, floats: &[f32]) {
    bytes.extend(floats.iter().flat_map(|v| v.to_le_bytes()));
}

/// Refuses vectors that readers of foreign formats would choke on.
fn check_finite(vectors: &WordVectors) -> Result<()> {
    let finite = |id: u32| vectors.vector(id).iter().all(|v| v.is_finite());
    match (0..vectors.len() as u32).find(|&id| !finite(id)) {
        None => Ok(()),
        Some(id) => {
            let word = vectors.vocabulary().display(id).into_owned();
            Err(Error::invalid_argument(format!(
                "the vector of word {id} (`{word}`) holds a number that is not finite"
            )))
        }
    }
}
