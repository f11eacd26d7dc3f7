//! Sets from files and folders.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{EvaluationSet, Kind};
use crate::error::{Error, Result};

const GZIP_MAGIC: &[u8] = &[0x1F, 0x8B];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];

/// Reads the set in the file `path`, plain or compressed by gzip or zstd. Its kind is told from the content; the name of
/// the folder it lies in (`similarity`, `analogy`, `categorization`, `outlier`) decides where it names one.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) when the file cannot be read, [`InvalidFormat`](crate::ErrorKind::InvalidFormat) when
/// it is not a set.
pub fn read_set(path: impl AsRef<Path>) -> Result<EvaluationSet> {
    let path = path.as_ref();
    let folder = path.parent().and_then(Path::file_name);
    let kind = folder.and_then(|name| Kind::from_folder(&name.to_string_lossy()));
    EvaluationSet::parse(path, &read(path)?, kind)
}

/// Reads all sets below the folder `path`, by kind, then in the order of their paths. Hidden files, `README*`,
/// `LICENSE*`, `SHA256SUMS` and Markdown files are passed over; any other file must be a set.
///
/// # Errors
/// As [`read_set`]; [`InvalidArgument`](crate::ErrorKind::InvalidArgument) when the folder holds no set.
pub fn read_suite(path: impl AsRef<Path>) -> Result<Vec<EvaluationSet>> {
    let path = path.as_ref();
    let visible = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let mut sets = Vec::new();
    for entry in
        walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(visible)
    {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            Error::io(
                "read",
                &place,
                error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")),
            )
        })?;
        if entry.file_type().is_file() && !is_remark(entry.path()) {
            sets.push(read_set(entry.path())?);
        }
    }
    if sets.is_empty() {
        let message =
            format!("{}: found no evaluation set in the folder, expected one at least", path.display());
        return Err(Error::invalid_argument(message));
    }
    sets.sort_by_key(|set| set.kind() as u8);
    Ok(sets)
}

/// The file's name without its extensions (`.tsv`, `.txt`, `.csv`, `.zst`, `.gz`).
pub(super) fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let mut name = &*name;
    while let Some((stem, "tsv" | "txt" | "csv" | "zst" | "gz")) = name.rsplit_once('.') {
        name = stem;
    }
    name.to_owned()
}

/// Whether the file is about the suite and not part of it.
fn is_remark(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
    ["README", "LICENSE", "LICENCE", "SHA256SUMS"].iter().any(|start| name.starts_with(start))
        || name.ends_with(".MD")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let packed = fs::read(path).map_err(|error| Error::io("read", path, error))?;
    let mut bytes = Vec::new();
    let unpacked = if packed.starts_with(GZIP_MAGIC) {
        flate2::read::MultiGzDecoder::new(&packed[..]).read_to_end(&mut bytes)
    } else if packed.starts_with(ZSTD_MAGIC) {
        zstd::Decoder::with_buffer(&packed[..]).and_then(|mut decoder| decoder.read_to_end(&mut bytes))
    } else {
        return Ok(packed);
    };
    match unpacked {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let problem =
                format!("found broken compressed data ({error}), expected a whole gzip or zstd file");
            Err(Error::invalid_format(path, format!("byte {} of the content", bytes.len()), problem))
        }
    }
}
