//! A symmetric tridiagonal matrix is made diagonal: QL steps with Wilkinson's shift.

/// After this many sweeps for one eigenvalue, what is a rounding error of the whole matrix is taken for zero even where
/// its neighbours are smaller. Two sweeps are usual.
const PATIENCE: usize = 40;

/// Turns `diagonal` into eigenvalues and the rows of `basis` (`n x n`) into their eigenvectors. `beside[i]` stands between
/// `i` and `i + 1` and ends as 0.
pub(super) fn diagonalise(diagonal: &mut [f64], beside: &mut [f64], basis: &mut [f64]) {
    let n = diagonal.len();
    let norm = diagonal.iter().chain(&*beside).fold(0.0, |largest: f64, v| largest.max(v.abs()));
    for first in 0..n {
        for sweep in 0.. {
            let floor = if sweep < PATIENCE { f64::MIN_POSITIVE } else { f64::EPSILON * norm };
            let is_split = |i: usize| {
                let neighbours = diagonal[i].abs() + diagonal[i + 1].abs();
                beside[i].abs() <= (f64::EPSILON * neighbours).max(floor)
            };
            let last = (first..n - 1).find(|&i| is_split(i)).unwrap_or(n - 1);
            if last == first {
                break;
            }
            beside[last] = 0.0;
            step(first, last, diagonal, beside, basis);
        }
    }
}

/// One QL step on the block `first..=last`: a rotation of the last two coordinates that would begin the factorisation of
/// `T - shift`, and then, upwards, the rotations that chase away what it left outside of the three diagonals.
fn step(first: usize, last: usize, diagonal: &mut [f64], beside: &mut [f64], basis: &mut [f64]) {
    let n = diagonal.len();
    // Wilkinson: the eigenvalue of the upper 2 x 2 block that is closer to its upper entry.
    let half = (diagonal[first + 1] - diagonal[first]) / (2.0 * beside[first]);
    let shift = diagonal[first] - beside[first] / (half + half.hypot(1.0).copysign(half));
    let (mut sine, mut cosine, mut carried) = (1.0, 1.0, 0.0);
    let mut bulge = diagonal[last] - shift;
    for i in (first..last).rev() {
        let (outside, inside) = (sine * beside[i], cosine * beside[i]);
        let length = outside.hypot(bulge);
        beside[i + 1] = length;
        if length == 0.0 {
            // The block has come apart here: what is above begins anew.
            diagonal[i + 1] -= carried;
            beside[last] = 0.0;
            return;
        }
        (sine, cosine) = (outside / length, bulge / length);
        let below = diagonal[i + 1] - carried;
        let turned = (diagonal[i] - below) * sine + 2.0 * cosine * inside;
        carried = sine * turned;
        diagonal[i + 1] = below + carried;
        bulge = cosine * turned - inside;
        let (upper, lower) = basis[i * n..].split_at_mut(n);
        rotate(upper, &mut lower[..n], sine, cosine);
    }
    diagonal[first] -= carried;
    beside[first] = bulge;
    beside[last] = 0.0;
}

/// `(a, b)` become `(cosine a - sine b, sine a + cosine b)`.
fn rotate(a: &mut [f64], b: &mut [f64], sine: f64, cosine: f64) {
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}
