//! word2vec's text format: a line `rows dim`, then one line per word.
//!
//! Written by word2vec (six decimals and a space before the line end), fastText (`.vec`), gensim and many others. A file
//! whose header is missing is read as [GloVe text](super::glove_text).

use std::path::Path;

use super::input::Input;
use super::text::{self, Header};
use super::{word2vec_binary, write_beside};
use crate::error::Result;
use crate::model::WordVectors;

pub(super) fn sniff(bytes: &[u8]) -> bool {
    let Some(header) = Header::of(bytes) else { return false };
    let line = bytes[header.length..].split(|&b| b == b'\n').next().unwrap_or_default();
    // The first row of a binary file runs to a chance line end in its floats. Four fields in a row that are all
    // numbers are no chance.
    let plain = line.is_empty() || text::ends_in_numbers(line, header.dim.clamp(1, 4) as usize);
    // A file that is broken either way is called text if it looks like text, so that a line is named.
    plain || (!word2vec_binary::fits(bytes, &header) && text::is_printable(&bytes[header.length..]))
}

pub(super) fn read(input: &Input, threads: Option<usize>) -> Result<WordVectors> {
    text::read(input, threads)
}

pub(super) fn write(path: &Path, vectors: &WordVectors) -> Result<()> {
    text::check(vectors)?;
    write_beside(path, |writer| {
        writeln!(writer, "{} {}", vectors.len(), vectors.dim())?;
        text::write_rows(vectors, writer)
    })
}
