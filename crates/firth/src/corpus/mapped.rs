//! Memory straight from the system: zeroed pages, and temporary files seen as slices.
//!
//! An allocator hands out large pieces page by page as they are first touched, 4 KiB at a time, and the processor looks up
//! as many translations. Asking the system itself allows for large pages where it has them.

use std::fs::File;
use std::io;
use std::marker::PhantomData;

use memmap2::{Mmap, MmapMut, MmapOptions};

/// Numbers of which all bytes, zeros too, are a value. Only this file implements it.
pub(super) trait Plain: Copy + Default + sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
}

impl Plain for u32 {}
impl Plain for u64 {}

/// A slice of numbers in memory pages of its own.
#[derive(Debug)]
pub(super) struct Pages<T> {
    memory: Memory<T>,
    len: usize,
}

#[derive(Debug)]
enum Memory<T> {
    Mapped(MmapMut, PhantomData<T>),
    /// Where there is little to gain, or the system refuses.
    Allocated(Vec<T>),
}

/// Below this many bytes the allocator does.
const SMALL: usize = 64 << 10;

/// The size of a large page on most machines.
const LARGE_PAGE: usize = 2 << 20;

impl<T: Plain> Pages<T> {
    /// `len` zeros. Nothing is touched yet.
    pub(super) fn zeroed(len: usize) -> Self {
        Self::map(len, MmapOptions::new())
    }

    /// The same numbers in memory of their own.
    pub(super) fn copy_of(numbers: &[T]) -> Self {
        // They are written at once, so the system may as well prepare all pages in one go.
        let mut pages = Self::map(numbers.len(), MmapOptions::new().populate().clone());
        pages.as_mut_slice().copy_from_slice(numbers);
        pages
    }

    fn map(len: usize, mut options: MmapOptions) -> Self {
        let bytes = len.saturating_mul(size_of::<T>());
        let mapped = if bytes < SMALL { None } else { options.len(bytes).map_anon().ok() };
        let memory = match mapped {
            None => Memory::Allocated(vec![T::default(); len]),
            Some(map) => {
                // A wish: without large pages everything works, only slower.
                #[cfg(target_os = "linux")]
                if bytes >= LARGE_PAGE {
                    let _ = map.advise(memmap2::Advice::HugePage);
                }
                Memory::Mapped(map, PhantomData)
            }
        };
        Self { memory, len }
    }

    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn as_slice(&self) -> &[T] {
        match &self.memory {
            Memory::Allocated(numbers) => &numbers[..self.len],
            // SAFETY: a map begins at a page border, aligned for any number; it was made `len * size_of::<T>()` bytes
            // long, and `len` only shrinks; `Plain` numbers have no invalid bytes; the borrow of `self` keeps the map.
            Memory::Mapped(map, _) => unsafe { std::slice::from_raw_parts(map.as_ptr().cast(), self.len) },
        }
    }

    #[inline]
    #[allow(unsafe_code)]
    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        match &mut self.memory {
            Memory::Allocated(numbers) => &mut numbers[..self.len],
            // SAFETY: as for `as_slice`; `self` is borrowed exclusively, and with it the private map.
            Memory::Mapped(map, _) => unsafe {
                std::slice::from_raw_parts_mut(map.as_mut_ptr().cast(), self.len)
            },
        }
    }

    /// Forgets what is beyond `len`.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_what_they_are_given_at_any_size() {
        for len in [0, 1, SMALL / 4 - 1, SMALL / 4, 100_000, LARGE_PAGE / 4 + 1] {
            let mut pages = Pages::<u32>::zeroed(len);
            assert!(pages.as_slice().len() == len && pages.as_slice().iter().all(|&number| number == 0));
            for (i, number) in pages.as_mut_slice().iter_mut().enumerate() {
                *number = i as u32;
            }
            let mut copy = Pages::copy_of(pages.as_slice());
            assert_eq!(copy.as_slice(), pages.as_slice());
            copy.truncate(len / 2);
            assert_eq!(copy.as_mut_slice(), &pages.as_slice()[..len / 2]);
            copy.truncate(len);
            assert_eq!(copy.as_slice().len(), len / 2);
        }
    }
}
