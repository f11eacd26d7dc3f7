//! Row-major `f32` matrices whose rows start on cache lines.

mod aligned;
mod lane_table;
mod storage;

pub use aligned::Matrix;
pub use lane_table::MAX_LANES;
pub(crate) use lane_table::{LaneTable, RowRef, Shared};

/// Rows are padded to a multiple of this many floats: one 64-byte cache line, one AVX-512 register.
pub const ROW_ALIGNMENT: usize = 16;

/// A read-only matrix that somebody else owns: `rows` rows of `dim` floats, `stride` floats apart.
///
/// Both a padded [`Matrix`] and the dense rows of a memory-mapped file look like this.
#[derive(Clone, Copy, Debug)]
pub struct MatrixView<'a> {
    data: &'a [f32],
    rows: usize,
    dim: usize,
    stride: usize,
}

impl<'a> MatrixView<'a> {
    /// A view of `data`, in which row `i` starts at `i * stride`.
    ///
    /// # Panics
    /// When `data` is too short for `rows` rows, or `stride` is less than `dim`.
    pub fn new(data: &'a [f32], rows: usize, dim: usize, stride: usize) -> Self {
        assert!(dim <= stride && (rows == 0 || data.len() >= (rows - 1) * stride + dim));
        Self { data, rows, dim, stride }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Floats from the start of one row to the start of the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Row `i`, without padding.
    #[inline]
    pub fn row(&self, i: usize) -> &'a [f32] {
        &self.data[i * self.stride..][..self.dim]
    }

    /// The floats from the start of row `i` on, padding and all later rows included.
    #[inline]
    pub fn from_row(&self, i: usize) -> &'a [f32] {
        &self.data[i * self.stride..]
    }
}
