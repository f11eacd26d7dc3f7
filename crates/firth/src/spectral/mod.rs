//! Eigenvalues and eigenvectors of symmetric matrices, in `f64`.
//!
//! Principal axes, the spectrum of a set of vectors and the small dense problem inside a truncated SVD are all the same
//! question: for a symmetric `A` (n x n), which unit vectors `q` have `A q = lambda q`? [`symmetric_eigen`] answers it for
//! all of them, for `n` up to about a thousand.
//!
//! The way is the classical one (Golub and Van Loan, *Matrix Computations*, chapter 8): `n - 2` reflections bring `A` to
//! tridiagonal form, and rotations shrink what is left beside the diagonal. Everything
//! runs in one fixed order on one thread, so equal matrices give equal bits.

mod implicit_ql;
#[cfg(test)]
mod tests;
mod tridiagonal;

use tridiagonal::Tridiagonal;

/// The eigenvalues and eigenvectors of a symmetric matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// The `n` eigenvalues, falling.
    pub values: Vec<f64>,
    /// The eigenvectors as the rows of an `n x n` matrix, row-major: row `i` has length 1 and belongs to `values[i]`.
    ///
    /// Of the two signs each vector has the one that makes its largest component (by absolute value) positive. Components
    /// that are equal within a billionth count as equal, and the first of them decides, so that rounding does not.
    pub vectors: Vec<f64>,
}

impl Eigen {
    /// The eigenvector of `values[i]`: `n` numbers.
    pub fn vector(&self, i: usize) -> &[f64] {
        let n = self.values.len();
        &self.vectors[i * n..][..n]
    }
}

/// The eigendecomposition `A = Q' diag(values) Q` of the symmetric `matrix` (`n x n`, row-major), with `Q` the rows of
/// [`Eigen::vectors`].
///
/// Only the lower triangle is read. The result is exact for a matrix that differs from `A` by a few units in the last
/// place of its norm: `|A q - lambda q|` is about `1e-16 n |A|`, and so are the deviations of `Q Q'` from the identity.
/// The cost is about `7 n^3` floating-point operations (a second or two for `n = 1000`) and `2 n^2` numbers of memory.
///
/// # Panics
/// When `matrix` does not hold `n * n` numbers, or one of its lower triangle is not finite.
pub fn symmetric_eigen(n: usize, matrix: &[f64]) -> Eigen {
    assert_eq!(matrix.len(), n * n, "a matrix of {n} x {n}");
    let lower = || (0..n).flat_map(|i| &matrix[i * n..][..=i]);
    assert!(lower().all(|v| v.is_finite()), "the numbers of the matrix are finite");
    // Largest entry 1: then no square overflows, and what underflows does not count.
    let scale = lower().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    if scale == 0.0 {
        let mut vectors = vec![0.0; n * n];
        vectors.iter_mut().step_by(n + 1).for_each(|v| *v = 1.0);
        return Eigen { values: vec![0.0; n], vectors };
    }
    let scaled = matrix.iter().map(|v| v / scale).collect();
    let Tridiagonal { mut diagonal, mut beside, mut basis } = tridiagonal::reduce(n, scaled);
    implicit_ql::diagonalise(&mut diagonal, &mut beside, &mut basis);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| diagonal[b].total_cmp(&diagonal[a]));
    let mut vectors = Vec::with_capacity(n * n);
    for &i in &order {
        let row = &basis[i * n..][..n];
        let sign = sign(row);
        vectors.extend(row.iter().map(|v| sign * v));
    }
    Eigen { values: order.iter().map(|&i| diagonal[i] * scale).collect(), vectors }
}

/// The sign of the largest component of `row`: of several equal ones, of the first.
fn sign(row: &[f64]) -> f64 {
    let largest = row.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    let decides = row.iter().find(|v| v.abs() >= largest * (1.0 - 1e-9));
    decides.map_or(1.0, |v| v.signum())
}

/// `a . b`, as eight sums side by side, which compilers turn into vector instructions; always in the same order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a_parts, a_rest), (b_parts, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (x, y) in a_parts.iter().zip(b_parts) {
        for j in 0..8 {
            sums[j] += x[j] * y[j];
        }
    }
    sums.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f64>()
}
