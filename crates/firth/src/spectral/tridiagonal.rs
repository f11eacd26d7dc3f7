//! A symmetric matrix as `Q T Q'` with `T` tridiagonal, by Householder's reflections.

use super::dot;

/// `A = Q T Q'`.
pub(super) struct Tridiagonal {
    /// The diagonal of `T`: `n` numbers.
    pub diagonal: Vec<f64>,
    /// Beside the diagonal: `T[i][i + 1] = T[i + 1][i] = beside[i]`; `n` numbers, of which the last is 0.
    pub beside: Vec<f64>,
    /// `Q'`, `n x n`, row-major.
    pub basis: Vec<f64>,
}

/// Reduces `a` (`n x n`, row-major; only its lower triangle counts).
///
/// Reflection `k`, `H = I - tau v v'` with `v[0] = 1`, leaves the first `k + 1` coordinates alone and turns what stands
/// below the diagonal of column `k` into one number. On the rest it acts from both sides:
/// `H A H = A - v w' - w v'` with `p = tau A v` and `w = p - (tau / 2) (p . v) v`.
pub(super) fn reduce(n: usize, mut a: Vec<f64>) -> Tridiagonal {
    for i in 0..n {
        for j in i + 1..n {
            a[i * n + j] = a[j * n + i];
        }
    }
    let mut beside = vec![0.0; n];
    let mut reflections: Vec<(f64, Vec<f64>)> = Vec::with_capacity(n);
    for k in 0..n.saturating_sub(1) {
        let column = a[k * n + k + 1..][..n - k - 1].to_vec();
        let (tau, v, kept) = reflection(column);
        beside[k] = kept;
        if tau != 0.0 {
            let block = |i: usize| (k + 1 + i) * n + k + 1;
            let mut w: Vec<f64> = (0..v.len()).map(|i| tau * dot(&a[block(i)..][..v.len()], &v)).collect();
            let half = tau / 2.0 * dot(&w, &v);
            w.iter_mut().zip(&v).for_each(|(w, v)| *w -= half * v);
            for i in 0..v.len() {
                let row = &mut a[block(i)..][..v.len()];
                let (v_i, w_i) = (v[i], w[i]);
                row.iter_mut().zip(v.iter().zip(&w)).for_each(|(a, (v, w))| *a -= v_i * w + w_i * v);
            }
        }
        reflections.push((tau, v));
    }
    let diagonal = (0..n).map(|i| a[i * n + i]).collect();
    Tridiagonal { diagonal, beside, basis: basis(n, &reflections) }
}

/// The reflection that maps `x` to `(kept, 0, ...)`: `tau`, `v` (`v[0] = 1`) and `kept`. `tau = 0` where there is nothing
/// to do.
fn reflection(mut x: Vec<f64>) -> (f64, Vec<f64>, f64) {
    // Largest entry 1, or the squares of small columns would lose digits below the range of f64.
    let scale = x.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    if x[1..].iter().all(|&v| v == 0.0) {
        let kept = x[0];
        return (0.0, x, kept);
    }
    x.iter_mut().for_each(|v| *v /= scale);
    let first = x[0];
    // Away from `first`, so that nothing cancels.
    let kept = -dot(&x, &x).sqrt().copysign(first);
    let tau = (kept - first) / kept;
    x[1..].iter_mut().for_each(|v| *v /= first - kept);
    x[0] = 1.0;
    (tau, x, kept * scale)
}

/// `Q' = H_last ... H_1 H_0`, from the last reflection on: then each meets only the block that is not yet the identity.
fn basis(n: usize, reflections: &[(f64, Vec<f64>)]) -> Vec<f64> {
    let mut basis = vec![0.0; n * n];
    basis.iter_mut().step_by(n + 1).for_each(|v| *v = 1.0);
    for (k, (tau, v)) in reflections.iter().enumerate().rev().filter(|(_, (tau, _))| *tau != 0.0) {
        for i in k + 1..n {
            let row = &mut basis[i * n + k + 1..][..v.len()];
            let along = tau * dot(row, v);
            row.iter_mut().zip(v).for_each(|(q, v)| *q -= along * v);
        }
    }
    basis
}
