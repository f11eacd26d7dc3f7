//! An opened file: its path, for messages, and its bytes, decompressed.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::mapped::Bytes;
use crate::error::{Error, Result};

/// What the readers read from.
#[derive(Debug)]
pub(super) struct Input {
    pub path: PathBuf,
    pub bytes: Arc<Bytes>,
}

impl Input {
    /// Maps the file `path`; gzip and zstd, told by their first bytes, are decompressed into memory.
    pub fn open(path: &Path) -> Result<Self> {
        let opened = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
            true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            false => Bytes::of(file),
        });
        let bytes = opened.map_err(|error| Error::io("read", path, error))?;
        let bytes = match &bytes[..] {
            [0x1f, 0x8b, ..] => unpacked(path, "gzip", flate2::read::MultiGzDecoder::new(&bytes[..]))?,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => {
                let decoder = zstd::stream::read::Decoder::with_buffer(&bytes[..]);
                unpacked(path, "zstd", decoder.map_err(|error| Error::io("read", path, error))?)?
            }
            _ => bytes,
        };
        Ok(Self { path: path.to_path_buf(), bytes: Arc::new(bytes) })
    }

    /// An error in this file; `place` is a line, byte, row or tensor.
    pub fn error(&self, place: impl std::fmt::Display, problem: impl std::fmt::Display) -> Error {
        Error::invalid_format(&self.path, place, problem)
    }
}

fn unpacked(path: &Path, name: &str, mut decoder: impl Read) -> Result<Bytes> {
    let mut bytes = Vec::new();
    match decoder.read_to_end(&mut bytes) {
        Ok(_) => Ok(Bytes::Owned(bytes)),
        Err(error) => {
            let place = format!("byte {} of the decompressed content", bytes.len());
            Err(Error::invalid_format(path, place, format!("broken {name} stream: {error}")))
        }
    }
}
