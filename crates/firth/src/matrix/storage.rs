//! Where the floats of a matrix are kept: on the heap, or, when they are many, in huge pages.
//!
//! A table of word vectors is read in random order. With pages of 4 KiB nearly every row costs a walk through the page
//! tables; with pages of 2 MiB hardly any does.
#![allow(unsafe_code)]

use super::ROW_ALIGNMENT;
use memmap2::MmapMut;

/// One cache line of floats: what makes a `Vec` of them 64-byte aligned without any unsafe allocation.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Line([f32; ROW_ALIGNMENT]);

/// From how many bytes on huge pages are asked for: two of them.
const HUGE: usize = 4 << 20;

/// Zeroed floats on a 64-byte border; their number is a multiple of 16.
#[derive(Debug)]
pub(super) enum Storage {
    Heap(Vec<Line>),
    Pages(MmapMut),
}

impl Storage {
    /// `lines` lines of zeros.
    pub fn zeros(lines: usize) -> Self {
        let bytes = lines * size_of::<Line>();
        if bytes >= HUGE
            && let Ok(pages) = MmapMut::map_anon(bytes)
        {
            // Advice alone: where the system does not take it, the pages are small and the bits the same.
            #[cfg(target_os = "linux")]
            let _ = pages.advise(memmap2::Advice::HugePage);
            return Self::Pages(pages);
        }
        Self::Heap(vec![Line([0.0; ROW_ALIGNMENT]); lines])
    }

    pub fn as_slice(&self) -> &[f32] {
        match self {
            // SAFETY: `Line` is `repr(C)` and holds exactly `ROW_ALIGNMENT` floats (64 bytes, its alignment), so `n` lines
            // are `n * ROW_ALIGNMENT` initialised floats in a row; the borrow of `self` covers the slice.
            Self::Heap(lines) => unsafe {
                std::slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * ROW_ALIGNMENT)
            },
            // SAFETY: anonymous pages are zeroed, aligned to 4096 bytes and ours; any bits are a float.
            Self::Pages(pages) => unsafe {
                std::slice::from_raw_parts(pages.as_ptr().cast(), pages.len() / size_of::<f32>())
            },
        }
    }

    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        match self {
            // SAFETY: as in `as_slice`, and `&mut self` makes the access exclusive.
            Self::Heap(lines) => unsafe {
                std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * ROW_ALIGNMENT)
            },
            // SAFETY: as in `as_slice`, and `&mut self` makes the access exclusive.
            Self::Pages(pages) => unsafe {
                std::slice::from_raw_parts_mut(pages.as_mut_ptr().cast(), pages.len() / size_of::<f32>())
            },
        }
    }
}

impl Clone for Storage {
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.as_slice().len() / ROW_ALIGNMENT);
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}
