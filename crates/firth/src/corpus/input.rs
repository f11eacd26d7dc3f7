//! One open text: its compression is told by its first bytes and undone while it is read.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::sources::Source;
use crate::error::{Error, Result};

/// How the text is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// Gzip begins with 1F 8B and the only method there is (08); zstd with its magic number, or with that of a
    /// skippable frame (50..5F 2A 4D 18), which some writers put first.
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, 0x08, ..] => Packing::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Packing::Zstd,
            _ => Packing::Plain,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Packing::Plain => "plain",
            Packing::Gzip => "gzip",
            Packing::Zstd => "zstd",
        }
    }
}

/// The longest distance at which zstd may refer back (`zstd --long=31`); its memory is touched only as it fills.
const ZSTD_WINDOW_LOG: u32 = if cfg!(target_pointer_width = "64") { 31 } else { 30 };

/// Compressed bytes are fetched in pieces of this size.
const PACKED_PIECE: usize = 256 << 10;

/// An open text that yields decompressed bytes.
pub(super) struct Input<'a> {
    name: PathBuf,
    packing: Packing,
    reader: Box<dyn Read + Send + 'a>,
    given: u64,
}

impl<'a> Input<'a> {
    /// Opens `source`; `taken` counts the bytes taken from it as they lie on disk.
    pub(super) fn open(source: &'a Source, taken: &Arc<AtomicU64>) -> Result<Self> {
        let name = source.name();
        let raw: Box<dyn Read + Send + 'a> = match source {
            Source::File(path) => Box::new(File::open(path).map_err(|error| Error::io("open", path, error))?),
            Source::Standard => Box::new(io::stdin()),
            Source::Bytes { bytes, .. } => Box::new(bytes.as_slice()),
        };
        let mut raw = Metered { inner: raw, taken: Arc::clone(taken) };
        let mut head = Vec::with_capacity(4);
        (&mut raw).take(4).read_to_end(&mut head).map_err(|error| Error::io("read", name, error))?;
        let packing = Packing::of(&head);
        let whole = Cursor::new(head).chain(raw);
        let reader: Box<dyn Read + Send + 'a> = match packing {
            Packing::Plain => Box::new(whole),
            Packing::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(PACKED_PIECE, whole)))
            }
            Packing::Zstd => {
                let buffered = BufReader::with_capacity(PACKED_PIECE, whole);
                let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered)
                    .map_err(|error| Error::io("decompress", name, error))?;
                decoder
                    .window_log_max(ZSTD_WINDOW_LOG)
                    .map_err(|error| Error::io("decompress", name, error))?;
                Box::new(decoder)
            }
        };
        Ok(Self { name: name.to_owned(), packing, reader, given: 0 })
    }

    /// Appends up to `limit` bytes to `text`; fewer only at the end of the text. Returns how many.
    pub(super) fn read(&mut self, text: &mut Vec<u8>, limit: usize) -> Result<usize> {
        text.reserve(limit);
        let before = text.len();
        let outcome = (&mut self.reader).take(limit as u64).read_to_end(text);
        self.given += (text.len() - before) as u64;
        outcome.map_err(|error| self.explain(error))
    }

    /// The system's errors keep their words; the others are the decompressor's, about the content.
    fn explain(&self, error: io::Error) -> Error {
        if self.packing == Packing::Plain || error.raw_os_error().is_some() {
            return Error::io("read", &self.name, error);
        }
        let place = format!("after {} decompressed bytes", self.given);
        let name = self.packing.name();
        let problem = if error.kind() == io::ErrorKind::UnexpectedEof {
            format!("the file ends in the middle of its {name} data: it is cut short")
        } else {
            format!("damaged {name} data ({error})")
        };
        Error::invalid_format(Path::new(&self.name), place, problem)
    }
}

/// Counts what passes.
struct Metered<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_told_by_the_first_bytes() {
        assert_eq!(Packing::of(b""), Packing::Plain);
        assert_eq!(Packing::of(b"\x1f\x8b"), Packing::Plain);
        assert_eq!(Packing::of(b"\x1f\x8b\x08\x00"), Packing::Gzip);
        assert_eq!(Packing::of(b"\x28\xb5\x2f\xfd"), Packing::Zstd);
        assert_eq!(Packing::of(b"\x53\x2a\x4d\x18"), Packing::Zstd);
        assert_eq!(Packing::of(b"text"), Packing::Plain);
    }
}
