//! GloVe's text format: one line per word, no header. The dimension is that of most of the first lines.

use std::path::Path;

use super::input::Input;
use super::text::{self, Header};
use super::write_beside;
use crate::error::{Error, Result};
use crate::model::WordVectors;

pub(super) fn sniff(bytes: &[u8]) -> bool {
    let line = bytes.split(|&b| b == b'\n').next().unwrap_or_default();
    Header::of(bytes).is_none() && text::ends_in_numbers(line, 1)
}

pub(super) fn read(input: &Input, threads: Option<usize>) -> Result<WordVectors> {
    text::read(input, threads)
}

pub(super) fn write(path: &Path, vectors: &WordVectors) -> Result<()> {
    if vectors.is_empty() {
        return Err(Error::invalid_argument("GloVe's text format cannot hold an empty vocabulary"));
    }
    text::check(vectors)?;
    write_beside(path, |writer| text::write_rows(vectors, writer))
}
