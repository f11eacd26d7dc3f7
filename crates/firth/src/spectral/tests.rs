use super::*;
use crate::rng::{Purpose, Stream};

/// `|A q - lambda q|` and `Q Q' - I` in units of `|A|` and 1, the order and the signs.
fn check(n: usize, matrix: &[f64], tolerance: f64) -> Eigen {
    let eigen = symmetric_eigen(n, matrix);
    let norm = matrix.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    assert_eq!((eigen.values.len(), eigen.vectors.len()), (n, n * n));
    for i in 0..n {
        let q = eigen.vector(i);
        for row in 0..n {
            let image: f64 = (0..n).map(|j| matrix[row.max(j) * n + row.min(j)] * q[j]).sum();
            let error = (image - eigen.values[i] * q[row]).abs();
            assert!(error <= tolerance * norm, "n {n}, vector {i}, row {row}: {error}");
        }
        for j in 0..=i {
            let product: f64 = q.iter().zip(eigen.vector(j)).map(|(a, b)| a * b).sum();
            assert!(
                (product - f64::from(u8::from(i == j))).abs() <= tolerance,
                "n {n}, {i} . {j} = {product}"
            );
        }
        let largest = q.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
        assert!(q.iter().any(|v| *v >= largest - 1e-8), "n {n}, vector {i} has the other sign: {q:?}");
    }
    assert!(eigen.values.is_sorted_by(|a, b| a >= b), "{:?}", eigen.values);
    eigen
}

fn random(n: usize, key: u64) -> Vec<f64> {
    let mut stream = Stream::new(1, Purpose::Test, &[key]);
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let value = stream.unit_f64() - 0.5;
            (matrix[i * n + j], matrix[j * n + i]) = (value, value);
        }
    }
    matrix
}

#[test]
fn random_matrices_of_every_small_size() {
    for n in 0..40 {
        check(n, &random(n, n as u64), 1e-13);
    }
    check(150, &random(150, 150), 1e-12);
}

#[test]
fn a_spectrum_that_is_known() {
    // The second difference of n points: 2 - 2 cos(pi k / (n + 1)).
    let n = 50;
    let mut matrix = vec![0.0; n * n];
    for i in 0..n {
        matrix[i * n + i] = 2.0;
        if i > 0 {
            (matrix[i * n + i - 1], matrix[(i - 1) * n + i]) = (-1.0, -1.0);
        }
    }
    let eigen = check(n, &matrix, 1e-13);
    for (i, value) in eigen.values.iter().enumerate() {
        let k = (n - i) as f64;
        let expected = 2.0 - 2.0 * (std::f64::consts::PI * k / (n + 1) as f64).cos();
        assert!((value - expected).abs() < 1e-13, "{value} is not {expected}");
    }
}

#[test]
fn hard_spectra() {
    let n = 30;
    // Zeros, the identity, one axis, equal rows, few axes, magnitudes far apart.
    let zero = check(n, &vec![0.0; n * n], 0.0);
    assert!(zero.values.iter().all(|&v| v == 0.0));
    let mut identity = vec![0.0; n * n];
    identity.iter_mut().step_by(n + 1).for_each(|v| *v = 3.0);
    assert_eq!(check(n, &identity, 0.0).values, vec![3.0; n]);
    let ones = check(n, &vec![1.0; n * n], 1e-14);
    assert!((ones.values[0] - 30.0).abs() < 1e-13 && ones.values[1..].iter().all(|v| v.abs() < 1e-13));
    assert!(ones.vector(0).iter().all(|v| (v - (1.0 / 30f64).sqrt()).abs() < 1e-14));
    let rows = random(n, 7);
    let mut few = vec![0.0; n * n];
    let mut graded = random(n, 8);
    for i in 0..n {
        for j in 0..n {
            few[i * n + j] = (0..3).map(|k| rows[k * n + i] * rows[k * n + j]).sum();
            graded[i * n + j] *= 10f64.powi(-((i + j) as i32) * 3);
        }
    }
    let few = check(n, &few, 1e-13);
    assert!(few.values[2] > 0.1 && few.values[3..].iter().all(|v| v.abs() < 1e-14));
    check(n, &graded, 1e-14);
}

#[test]
fn sizes_of_numbers_do_not_matter() {
    let matrix = random(12, 3);
    let base = symmetric_eigen(12, &matrix);
    for scale in [2f64.powi(-1000), 2f64.powi(1000)] {
        let scaled: Vec<f64> = matrix.iter().map(|v| v * scale).collect();
        let eigen = symmetric_eigen(12, &scaled);
        assert!(eigen.values.iter().zip(&base.values).all(|(a, b)| (a / scale - b).abs() < 1e-14));
        assert!(eigen.vectors.iter().zip(&base.vectors).all(|(a, b)| (a - b).abs() < 1e-13));
    }
}

#[test]
fn only_the_lower_triangle_is_read() {
    let matrix = random(9, 4);
    let mut lower = matrix.clone();
    for i in 0..9 {
        lower[i * 9 + i + 1..(i + 1) * 9].fill(f64::NAN);
    }
    assert_eq!(symmetric_eigen(9, &lower), symmetric_eigen(9, &matrix));
}

#[test]
fn the_first_of_equal_components_decides_the_sign() {
    let eigen = symmetric_eigen(2, &[0.0, -1.0, -1.0, 0.0]);
    assert!((eigen.values[0] - 1.0).abs() < 1e-15 && (eigen.values[1] + 1.0).abs() < 1e-15);
    assert!(eigen.vector(0)[0] > 0.0 && eigen.vector(0)[1] < 0.0 && eigen.vector(1)[0] > 0.0);
}

#[test]
#[should_panic(expected = "finite")]
fn numbers_must_be_finite() {
    symmetric_eigen(2, &[1.0, 0.0, f64::INFINITY, 1.0]);
}
