//! A row that a kernel may write to while it holds other rows of the same table.

use std::marker::PhantomData;

/// One row of `f32`, exclusively ours for `'a`, of which copies may exist: a word that occurs twice in a chunk is one
/// row under two names. It cannot leave its thread; kernels read and write through it, one at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPtr<'a> {
    start: *mut f32,
    len: u32,
    lives: PhantomData<&'a mut [f32]>,
}

impl<'a> RowPtr<'a> {
    /// The row of `len` floats at `start`.
    ///
    /// # Safety
    /// For all of `'a` the floats are initialised, and nobody but holders of copies of this pointer, all on one thread,
    /// reads or writes them.
    #[inline]
    pub unsafe fn new(start: *mut f32, len: usize) -> Self {
        Self { start, len: len as u32, lives: PhantomData }
    }

    /// The row of a buffer that is borrowed for as long as the pointer lives.
    #[inline]
    pub fn of(row: &'a mut [f32]) -> Self {
        // SAFETY: the borrow is exclusive for `'a`.
        unsafe { Self::new(row.as_mut_ptr(), row.len()) }
    }

    /// Where the row starts.
    #[inline]
    pub fn as_ptr(self) -> *mut f32 {
        self.start
    }

    /// Copies the row to a slice of its length.
    #[inline]
    pub fn copy_to(self, to: &mut [f32]) {
        assert_eq!(to.len(), self.len());
        // SAFETY: `len` floats stand at `start`, and no slice of anyone else's covers them.
        unsafe { std::ptr::copy_nonoverlapping(self.start, to.as_mut_ptr(), to.len()) }
    }

    /// Floats in the row.
    #[inline]
    pub fn len(self) -> usize {
        self.len as usize
    }
}
