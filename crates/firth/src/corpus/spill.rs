//! Where numbers wait: in memory up to a budget, beyond it in a temporary file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::mapped::{MappedNumbers, Pages};
use crate::error::{Error, Result};

/// An unnamed temporary file of 32-bit numbers that only grows.
pub(super) struct NumberFile {
    file: File,
    directory: PathBuf,
    len: u64,
    bytes: Vec<u8>,
}

impl NumberFile {
    /// A new file in `directory`, or in the system's directory for temporary files.
    pub(super) fn create(directory: Option<&Path>) -> Result<Self> {
        let made = directory.map_or_else(tempfile::tempfile, tempfile::tempfile_in);
        let directory = directory.map_or_else(std::env::temp_dir, Path::to_owned);
        let file = made.map_err(|error| Error::io("create a temporary file in", &directory, error))?;
        Ok(Self { file, directory, len: 0, bytes: Vec::new() })
    }

    /// Appends `numbers` and returns where they begin.
    pub(super) fn append(&mut self, numbers: &[u32]) -> Result<u64> {
        let start = self.len;
        for piece in numbers.chunks(1 << 16) {
            self.bytes.clear();
            self.bytes.extend(piece.iter().flat_map(|number| number.to_ne_bytes()));
            self.file.write_all(&self.bytes).map_err(|error| self.explain(error))?;
        }
        self.len += numbers.len() as u64;
        Ok(start)
    }

    /// Ends writing.
    pub(super) fn into_mapped(self) -> Result<MappedNumbers> {
        let directory = self.directory;
        MappedNumbers::new(self.file).map_err(|error| Error::io("map a temporary file in", &directory, error))
    }

    fn explain(&self, error: io::Error) -> Error {
        Error::io("write a temporary file in", &self.directory, error)
    }
}

/// The numbers of one block, wherever they are.
#[derive(Debug)]
pub(super) enum Stored {
    Memory(Pages<u32>),
    /// `start..start + len` in the store's file.
    Spilled {
        start: usize,
        len: usize,
    },
}

/// Takes blocks of numbers from all threads.
pub(super) struct Store {
    /// Bytes that may be held in memory.
    budget: u64,
    held: AtomicU64,
    directory: Option<PathBuf>,
    file: Mutex<Option<NumberFile>>,
}

impl Store {
    pub(super) fn new(budget: Option<u64>, directory: Option<PathBuf>) -> Self {
        Self {
            budget: budget.unwrap_or(u64::MAX),
            held: AtomicU64::new(0),
            directory,
            file: Mutex::new(None),
        }
    }

    /// Keeps a copy of `numbers`.
    pub(super) fn put(&self, numbers: &[u32]) -> Result<Stored> {
        let size = size_of_val(numbers) as u64;
        let fits = |held: u64| held.checked_add(size).filter(|&sum| sum <= self.budget);
        if self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok() {
            return Ok(Stored::Memory(Pages::copy_of(numbers)));
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert(NumberFile::create(self.directory.as_deref())?),
        };
        let start = file.append(numbers)? as usize;
        Ok(Stored::Spilled { start, len: numbers.len() })
    }

    /// Ends writing; `None` when everything is in memory.
    pub(super) fn into_mapped(self) -> Result<Option<MappedNumbers>> {
        let file = self.file.into_inner().unwrap_or_else(PoisonError::into_inner);
        file.map(NumberFile::into_mapped).transpose()
    }
}
