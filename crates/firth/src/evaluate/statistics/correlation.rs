//! Pearson's and Spearman's correlation.

/// The rank of each value among all, 1 = least; equal values share the mean of the ranks they take up.
///
/// `average_ranks(&[3.0, 1.0, 3.0]) == [2.5, 1.0, 2.5]`. NaN ranks above all numbers.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0usize;
    for tie in order_with_ties(values) {
        // Ranks before + 1 ..= before + n have this mean.
        let rank = before as f64 + (tie.len() + 1) as f64 / 2.0;
        tie.iter().for_each(|&i| ranks[i as usize] = rank);
        before += tie.len();
    }
    ranks
}

/// The indices of `values` from the least to the greatest value, equal values together.
pub(super) fn order_with_ties(values: &[f64]) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    let value = |i: u32| values[i as usize];
    order.sort_by(|&i, &j| value(i).total_cmp(&value(j)));
    order.chunk_by(|&i, &j| value(i) == value(j)).map(<[u32]>::to_vec).collect()
}

/// Pearson's correlation `sum((x - mx)(y - my)) / sqrt(sum((x - mx)^2) sum((y - my)^2))`, in -1..=1.
///
/// `None` when it is not defined: fewer than two values, or one side constant (or not finite).
///
/// # Panics
/// When the lengths differ.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    assert_eq!(x.len(), y.len(), "one y for each x");
    weighted_pearson(x.iter().zip(y).map(|(&x, &y)| (1.0, x, y)))
}

/// Spearman's rank correlation: Pearson's of the [average ranks](average_ranks). `None` as for [`pearson`].
///
/// # Panics
/// When the lengths differ.
pub fn spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    pearson(&average_ranks(x), &average_ranks(y))
}

/// Pearson's correlation of (weight, x, y), each taken `weight` times.
pub(super) fn weighted_pearson(items: impl Iterator<Item = (f64, f64, f64)> + Clone) -> Option<f64> {
    let sums = items
        .clone()
        .fold([0.0; 3], |[w, sx, sy], (weight, x, y)| [w + weight, sx + weight * x, sy + weight * y]);
    let [weight, sum_x, sum_y] = sums;
    let (mean_x, mean_y) = (sum_x / weight, sum_y / weight);
    // Deviations and not raw moments: scores like 1e6 + small would cancel.
    let [xx, yy, xy] = items.fold([0.0; 3], |[xx, yy, xy], (weight, x, y)| {
        let (dx, dy) = (x - mean_x, y - mean_y);
        [xx + weight * dx * dx, yy + weight * dy * dy, xy + weight * dx * dy]
    });
    // The root of the product makes a perfect correlation exactly 1, unless the product overflows or vanishes.
    let product = xx * yy;
    let correlation = xy / if product.is_normal() { product.sqrt() } else { xx.sqrt() * yy.sqrt() };
    // A constant side leaves 0 or, by rounding of its mean, next to nothing.
    let noise = |sum: f64, mean: f64| sum <= weight * (mean * f64::EPSILON * 4.0).powi(2);
    if noise(xx, mean_x) || noise(yy, mean_y) || !correlation.is_finite() {
        return None;
    }
    Some(correlation.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ranks by counting, in quadratic time.
    fn naive_ranks(values: &[f64]) -> Vec<f64> {
        let rank = |v: f64| {
            let less = values.iter().filter(|&&w| w < v).count() as f64;
            let equal = values.iter().filter(|&&w| w == v).count() as f64;
            less + (equal + 1.0) / 2.0
        };
        values.iter().map(|&v| rank(v)).collect()
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(average_ranks(&[3.0, 1.0, 3.0, 7.0]), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(average_ranks(&[0.0, -0.0]), [1.5, 1.5]);
        assert!(average_ranks(&[]).is_empty());
    }

    #[test]
    fn correlations_agree_with_published_software() {
        // scipy 1.17: spearmanr and pearsonr of these two lists.
        let x = [1.0, 2.0, 2.0, 4.0, 5.5, 5.5, 7.0, 3.0];
        let y = [2.1, 1.0, 3.5, 3.5, 9.0, 4.0, 4.0, -2.0];
        assert!((spearman(&x, &y).unwrap() - 0.7317073170731708).abs() < 1e-14);
        assert!((pearson(&x, &y).unwrap() - 0.5324527139680543).abs() < 1e-14);
    }

    #[test]
    fn constants_and_single_values_have_no_correlation() {
        assert_eq!(spearman(&[1.0, 2.0], &[5.0, 5.0]), None);
        assert_eq!(pearson(&[0.1, 0.1, 0.1], &[1.0, 2.0, 4.0]), None);
        assert_eq!(spearman(&[1.0], &[1.0]), None);
        assert_eq!(pearson(&[], &[]), None);
        assert_eq!(pearson(&[1.0, f64::NAN], &[1.0, 2.0]), None);
    }

    #[test]
    fn perfect_order_is_one_either_way() {
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, 10.0, 1e9]), Some(1.0));
        assert_eq!(spearman(&[1.0, 2.0, 3.0], &[0.0, -1.0, -1e9]), Some(-1.0));
    }

    proptest! {
        #[test]
        fn ranks_are_those_of_counting(values in proptest::collection::vec(-5i8..5, 0..60)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(average_ranks(&values), naive_ranks(&values));
        }

        #[test]
        fn correlation_is_symmetric_and_in_range(pairs in proptest::collection::vec((-9i8..9, -9i8..9), 2..60)) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).unzip();
            prop_assert_eq!(spearman(&x, &y), spearman(&y, &x));
            if let Some(r) = spearman(&x, &y) {
                prop_assert!((-1.0..=1.0).contains(&r));
                let opposite: Vec<f64> = y.iter().map(|y| -y).collect();
                prop_assert!((spearman(&x, &opposite).unwrap() + r).abs() < 1e-12);
            }
        }
    }
}
