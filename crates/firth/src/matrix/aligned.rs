//! The matrix that owns its floats.

use super::{MatrixView, ROW_ALIGNMENT};

/// One cache line of floats: what makes a `Vec` of them 64-byte aligned without any unsafe allocation.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Line([f32; ROW_ALIGNMENT]);

/// A row-major matrix of `rows` x `dim` floats; every row starts on a 64-byte border and its padding is zero.
#[derive(Clone, Debug)]
pub struct Matrix {
    lines: Vec<Line>,
    rows: usize,
    dim: usize,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, dim: usize) -> Self {
        let lines = vec![Line([0.0; ROW_ALIGNMENT]); rows * dim.div_ceil(ROW_ALIGNMENT)];
        Self { lines, rows, dim }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, without padding.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Floats from the start of one row to the start of the next: `dim` rounded up to whole cache lines.
    pub fn stride(&self) -> usize {
        self.dim.next_multiple_of(ROW_ALIGNMENT)
    }

    /// Row `i`, without padding.
    #[inline]
    pub fn row(&self, i: usize) -> &[f32] {
        &self.as_slice()[i * self.stride()..][..self.dim]
    }

    /// Row `i`, without padding, to write to.
    #[inline]
    pub fn row_mut(&mut self, i: usize) -> &mut [f32] {
        let (stride, dim) = (self.stride(), self.dim);
        &mut self.as_mut_slice()[i * stride..][..dim]
    }

    /// Row `i` with its padding, to write to.
    #[inline]
    pub(crate) fn row_with_padding_mut(&mut self, i: usize) -> &mut [f32] {
        let stride = self.stride();
        &mut self.as_mut_slice()[i * stride..][..stride]
    }

    /// All floats, padding included.
    #[inline]
    #[allow(unsafe_code)]
    pub fn as_slice(&self) -> &[f32] {
        // SAFETY: `Line` is `repr(C)` and holds exactly `ROW_ALIGNMENT` floats (64 bytes, its alignment), so `n` lines
        // are `n * ROW_ALIGNMENT` initialised floats in a row; the borrow of `self` covers the slice.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * ROW_ALIGNMENT) }
    }

    /// All floats, padding included, to write to; the padding must stay zero.
    #[inline]
    #[allow(unsafe_code)]
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        // SAFETY: as in `as_slice`, and `&mut self` makes the access exclusive.
        unsafe {
            std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.lines.len() * ROW_ALIGNMENT)
        }
    }

    /// The matrix as a view.
    pub fn view(&self) -> MatrixView<'_> {
        MatrixView::new(self.as_slice(), self.rows, self.dim, self.stride())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_aligned_and_padded() {
        for dim in [1, 15, 16, 17, 100] {
            let mut matrix = Matrix::zeros(3, dim);
            matrix.row_mut(1).fill(2.0);
            for i in 0..3 {
                assert_eq!(matrix.row(i).as_ptr().align_offset(64), 0);
                assert!(matrix.row(i).iter().all(|&v| v == if i == 1 { 2.0 } else { 0.0 }));
            }
            assert_eq!(matrix.view().row(1), matrix.row(1));
        }
    }

    #[test]
    fn a_matrix_may_be_empty() {
        let matrix = Matrix::zeros(0, 100);
        assert_eq!((matrix.rows(), matrix.as_slice().len()), (0, 0));
        assert_eq!(matrix.view().rows(), 0);
    }
}
