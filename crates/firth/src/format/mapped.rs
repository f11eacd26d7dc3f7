//! The bytes of a file, mapped into memory, and floats that live there.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::sync::Arc;

use memmap2::Mmap;

/// The bytes of a file: its mapped pages, or a copy where there is nothing to map (a pipe, a compressed file).
#[derive(Debug)]
pub(super) enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Bytes {
    /// The content of `file`.
    pub fn of(mut file: File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.len() > 0 {
            return map(&file).map(Self::Mapped);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Owned(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the map is private and read-only. Another process that changes the file in place would change these
    // bytes under a shared reference, and one that cuts it would make the access fault; no map can exclude that. All
    // of this library's writers replace files by renaming, which leaves a mapped file alone, and every value read from
    // a map is checked where it is used, never assumed to be what it was a moment ago by unchecked code.
    unsafe { Mmap::map(file) }
}

/// Floats that lie in the bytes of a file, in the byte order of this machine.
#[derive(Debug)]
pub(super) struct Floats {
    bytes: Arc<Bytes>,
    start: usize,
    count: usize,
}

impl Floats {
    /// The `count` floats from byte `start` on; `None` when they are not inside, lie askew, or when the machine's byte
    /// order is not that of the file, so that they must be copied.
    pub fn new(bytes: Arc<Bytes>, start: usize, count: usize) -> Option<Self> {
        let inside = bytes.get(start..start.checked_add(count.checked_mul(4)?)?)?;
        let straight = inside.as_ptr().addr().is_multiple_of(align_of::<f32>());
        (straight && cfg!(target_endian = "little")).then_some(Self { bytes, start, count })
    }
}

impl AsRef<[f32]> for Floats {
    #[allow(unsafe_code)]
    fn as_ref(&self) -> &[f32] {
        let inside = &self.bytes[self.start..][..self.count * 4];
        // SAFETY: `inside` is `count * 4` bytes that live as long as `self`; `new` made sure that they are aligned for
        // `f32`, and neither a map nor a vector that nobody can write to ever moves. Every bit pattern is an `f32`.
        unsafe { std::slice::from_raw_parts(inside.as_ptr().cast(), self.count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_must_lie_inside_and_straight() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, &[0u8; 64]).unwrap();
        let bytes = Arc::new(Bytes::of(file).unwrap());
        let floats = |start, count| Floats::new(bytes.clone(), start, count).map(|f| f.as_ref().len());
        assert_eq!(floats(0, 16), Some(16));
        assert_eq!(floats(60, 1), Some(1));
        assert_eq!(floats(64, 0), Some(0));
        for (start, count) in [(0, 17), (61, 1), (2, 1), (65, 0), (usize::MAX, 1), (0, usize::MAX / 4 + 1)] {
            assert_eq!(floats(start, count), None, "{start} {count}");
        }
    }
}
