//! The matrix that owns its floats.

use super::storage::Storage;
use super::{MatrixView, ROW_ALIGNMENT};

/// A row-major matrix of `rows` x `dim` floats; every row starts on a 64-byte border and its padding is zero.
#[derive(Clone, Debug)]
pub struct Matrix {
    floats: Storage,
    rows: usize,
    dim: usize,
}

impl Matrix {
    /// A matrix of zeros.
    pub fn zeros(rows: usize, dim: usize) -> Self {
        Self { floats: Storage::zeros(rows * dim.div_ceil(ROW_ALIGNMENT)), rows, dim }
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
    pub fn as_slice(&self) -> &[f32] {
        self.floats.as_slice()
    }

    /// All floats, padding included, to write to; the padding must stay zero.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        self.floats.as_mut_slice()
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
    fn a_large_matrix_is_zero_aligned_and_copied_whole() {
        let mut matrix = Matrix::zeros(20_000, 100);
        assert!(matrix.as_slice().iter().all(|&v| v == 0.0));
        assert_eq!(matrix.row(19_999).as_ptr().align_offset(64), 0);
        matrix.row_mut(19_999).fill(1.5);
        assert_eq!(matrix.clone().as_slice(), matrix.as_slice());
        assert_eq!(matrix.as_slice().len(), 20_000 * 112);
    }

    #[test]
    fn a_matrix_may_be_empty() {
        let matrix = Matrix::zeros(0, 100);
        assert_eq!((matrix.rows(), matrix.as_slice().len()), (0, 0));
        assert_eq!(matrix.view().rows(), 0);
    }
}
