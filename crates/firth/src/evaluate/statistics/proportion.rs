//! Proportions.

use super::Estimate;

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The share `hits / trials` with Wilson's 95 % score interval
///
/// ```text
/// (p + z^2/2n  -+  z sqrt(p (1 - p) / n + z^2/4n^2)) / (1 + z^2/n),   p = hits / n, z = 1.96
/// ```
///
/// (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927), which stays inside
/// 0..=1 and is not empty at 0 and 1. It takes the trials for independent; the questions of an analogy section share
/// their words, so there the truth is a wider interval. `None` without trials.
///
/// # Panics
/// When there are more hits than trials.
pub fn wilson(hits: usize, trials: usize) -> Option<Estimate> {
    assert!(hits <= trials, "{hits} hits in {trials} trials");
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let p = hits as f64 / n;
    let center = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // Rounding must not leave the value outside its interval at 0 and 1.
    let low = ((center - spread) / scale).clamp(0.0, p);
    let high = ((center + spread) / scale).clamp(p, 1.0);
    Some(Estimate { value: p, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_agree_with_published_software() {
        // scipy 1.17: binomtest(k, n).proportion_ci(method="wilson").
        for (hits, trials, low, high) in [
            (0, 10, 0.0, 0.27753279986288926),
            (10, 10, 0.7224672001371109, 1.0),
            (7, 10, 0.39677814746114526, 0.892208732593699),
            (5503, 19544, 0.2753075858059294, 0.2879178466293565),
        ] {
            let estimate = wilson(hits, trials).unwrap();
            assert!(
                (estimate.low - low).abs() < 1e-12 && (estimate.high - high).abs() < 1e-12,
                "{estimate:?}"
            );
            assert_eq!(estimate.value, hits as f64 / trials as f64);
        }
    }

    #[test]
    fn nothing_tried_is_nothing_known() {
        assert_eq!(wilson(0, 0), None);
    }
}
