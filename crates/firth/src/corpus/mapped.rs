//! A temporary file of 32-bit numbers, seen as a slice.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// The numbers of a temporary file, mapped into memory.
#[derive(Debug)]
pub(super) struct MappedNumbers {
    /// `None` where there is nothing to map: an empty file cannot be mapped.
    map: Option<Mmap>,
}

impl MappedNumbers {
    /// Maps the whole of `file`, which has no name (nobody else can open it) and is given up here, so that nothing in
    /// this process can write to it either.
    #[allow(unsafe_code)]
    pub(super) fn new(file: File) -> io::Result<Self> {
        if file.metadata()?.len() == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the file is an unnamed temporary file made by this crate, its only handle is moved in here and
        // dropped: nobody can change or truncate it while the map lives.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { map: Some(map) })
    }

    /// All numbers.
    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn as_slice(&self) -> &[u32] {
        let Some(map) = &self.map else { return &[] };
        // SAFETY: a map begins at a page border, aligned for `u32`; its `len() / 4` whole numbers lie inside it, every
        // bit pattern is a `u32`, and the map, unchanging, lives as long as the borrow of `self`.
        unsafe { std::slice::from_raw_parts(map.as_ptr().cast(), map.len() / 4) }
    }
}
