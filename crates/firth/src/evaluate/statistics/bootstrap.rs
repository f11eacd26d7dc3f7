//! Intervals and differences by resampling.
//!
//! The bootstrap (Efron, "Bootstrap methods: another look at the jackknife", 1979): draw as many items as the sample
//! has, with replacement, compute the statistic anew, many times; the middle 95 % of what comes out is the interval
//! (the percentile method). A resample is a *count* for each item, so ranks are not sorted anew: one walk through the
//! sorted items gives the average ranks of a resample.

use serde::Serialize;

use super::Estimate;
use super::correlation::{order_with_ties, weighted_pearson};
use crate::rng::{Purpose, Stream};

/// What tells the streams of resamples from the other uses of [`Purpose::Bootstrap`].
const RESAMPLE: u64 = 0;

/// How a sample is resampled: the same seed draws the same resamples of `n` items, for any statistic and any model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resampling {
    /// How many resamples are drawn.
    pub resamples: usize,
    /// Where their random numbers come from.
    pub seed: u64,
}

/// The difference of a statistic between two models on the same items.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// First minus second, with its 95 % interval by the paired bootstrap.
    pub estimate: Estimate,
    /// Two-sided: twice the smaller share of resamples in which the difference is at most, or at least, 0; at least
    /// 2 / (resamples + 1), and at most 1.
    pub p_value: f64,
}

/// A statistic of two columns x and y that knows how to handle repeated items.
trait Statistic {
    /// The statistic when item i is taken `counts[i]` times.
    fn of(&self, counts: &[u32]) -> Option<f64>;
    /// The whole range of the statistic: its interval when no resample has a value.
    const RANGE: [f64; 2];
}

/// Spearman's correlation with its items sorted once.
struct Spearman {
    x: Vec<Vec<u32>>,
    y: Vec<Vec<u32>>,
}

impl Spearman {
    fn new(x: &[f64], y: &[f64]) -> Self {
        assert_eq!(x.len(), y.len(), "one y for each x");
        Self { x: order_with_ties(x), y: order_with_ties(y) }
    }

    fn ranks(order: &[Vec<u32>], counts: &[u32]) -> Vec<f64> {
        let mut ranks = vec![0.0; counts.len()];
        let mut before = 0u64;
        for tie in order {
            let size: u64 = tie.iter().map(|&i| u64::from(counts[i as usize])).sum();
            let rank = before as f64 + (size + 1) as f64 / 2.0;
            tie.iter().for_each(|&i| ranks[i as usize] = rank);
            before += size;
        }
        ranks
    }
}

impl Statistic for Spearman {
    fn of(&self, counts: &[u32]) -> Option<f64> {
        let (x, y) = (Self::ranks(&self.x, counts), Self::ranks(&self.y, counts));
        weighted_pearson(counts.iter().zip(&x).zip(&y).map(|((&w, &x), &y)| (f64::from(w), x, y)))
    }

    const RANGE: [f64; 2] = [-1.0, 1.0];
}

struct Pearson<'a>(&'a [f64], &'a [f64]);

impl Statistic for Pearson<'_> {
    fn of(&self, counts: &[u32]) -> Option<f64> {
        weighted_pearson(counts.iter().zip(self.0).zip(self.1).map(|((&w, &x), &y)| (f64::from(w), x, y)))
    }

    const RANGE: [f64; 2] = [-1.0, 1.0];
}

/// The mean of values in 0..=1.
struct Mean<'a>(&'a [f64]);

impl Statistic for Mean<'_> {
    fn of(&self, counts: &[u32]) -> Option<f64> {
        let sum: f64 = counts.iter().zip(self.0).map(|(&w, v)| f64::from(w) * v).sum();
        let n: u64 = counts.iter().map(|&w| u64::from(w)).sum();
        (n > 0).then(|| sum / n as f64)
    }

    const RANGE: [f64; 2] = [0.0, 1.0];
}

impl Resampling {
    /// Spearman's correlation of x and y with its interval; `None` when it is not defined.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn spearman(&self, x: &[f64], y: &[f64]) -> Option<Estimate> {
        self.estimate(&Spearman::new(x, y), x.len())
    }

    /// Pearson's correlation of x and y with its interval; `None` when it is not defined.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn pearson(&self, x: &[f64], y: &[f64]) -> Option<Estimate> {
        assert_eq!(x.len(), y.len(), "one y for each x");
        self.estimate(&Pearson(x, y), x.len())
    }

    /// The mean of `values` (in 0..=1) with its interval; `None` without values.
    pub fn mean(&self, values: &[f64]) -> Option<Estimate> {
        self.estimate(&Mean(values), values.len())
    }

    /// Spearman's correlation of `gold` with `first` minus that with `second`, on the same resamples of the items.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn spearman_difference(&self, gold: &[f64], first: &[f64], second: &[f64]) -> Option<Difference> {
        self.difference(&Spearman::new(gold, first), &Spearman::new(gold, second), gold.len())
    }

    /// The mean of `first` minus that of `second`, item by item, on the same resamples of the items.
    ///
    /// # Panics
    /// When the lengths differ.
    pub fn mean_difference(&self, first: &[f64], second: &[f64]) -> Option<Difference> {
        assert_eq!(first.len(), second.len(), "the items are paired");
        self.difference(&Mean(first), &Mean(second), first.len())
    }

    fn estimate<S: Statistic>(&self, statistic: &S, items: usize) -> Option<Estimate> {
        let value = statistic.of(&vec![1; items])?;
        let mut draws = Vec::with_capacity(self.resamples);
        self.each(items, |counts| draws.extend(statistic.of(counts)));
        let [low, high] = middle(&mut draws).unwrap_or(S::RANGE);
        Some(Estimate { value, low, high })
    }

    fn difference<S: Statistic>(&self, first: &S, second: &S, items: usize) -> Option<Difference> {
        let both = |counts: &[u32]| Some(first.of(counts)? - second.of(counts)?);
        let value = both(&vec![1; items])?;
        let mut draws = Vec::with_capacity(self.resamples);
        self.each(items, |counts| draws.extend(both(counts)));
        let share = |holds: &dyn Fn(f64) -> bool| {
            (draws.iter().filter(|&&d| holds(d)).count() + 1) as f64 / (draws.len() + 1) as f64
        };
        let p_value = (2.0 * share(&|d| d <= 0.0).min(share(&|d| d >= 0.0))).min(1.0);
        let width = S::RANGE[1] - S::RANGE[0];
        let [low, high] = middle(&mut draws).unwrap_or([-width, width]);
        Some(Difference { estimate: Estimate { value, low, high }, p_value })
    }

    /// Calls `with` with the counts of each resample.
    fn each(&self, items: usize, mut with: impl FnMut(&[u32])) {
        let mut counts = vec![0u32; items];
        for resample in 0..self.resamples as u64 {
            let mut stream = Stream::new(self.seed, Purpose::Bootstrap, &[RESAMPLE, resample]);
            counts.fill(0);
            for _ in 0..items {
                counts[stream.below(items as u64) as usize] += 1;
            }
            with(&counts);
        }
    }
}

/// The 2.5 % and the 97.5 % quantile, with linear interpolation between the draws; `None` without draws.
fn middle(draws: &mut [f64]) -> Option<[f64; 2]> {
    draws.sort_by(f64::total_cmp);
    let last = draws.len().checked_sub(1)?;
    Some([0.025, 0.975].map(|share| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let above = draws[(below + 1).min(last)];
        draws[below] + (above - draws[below]) * (place - below as f64)
    }))
}

#[cfg(test)]
mod tests {
    use super::super::{pearson, spearman};
    use super::*;
    use proptest::prelude::*;

    const RESAMPLING: Resampling = Resampling { resamples: 400, seed: 1 };

    /// The items of each resample, written out.
    fn naive_resamples(resampling: &Resampling, items: usize) -> Vec<Vec<usize>> {
        let mut all = Vec::new();
        resampling.each(items, |counts| {
            let repeated = counts.iter().enumerate().flat_map(|(i, &n)| vec![i; n as usize]);
            all.push(repeated.collect());
        });
        all
    }

    fn pick(values: &[f64], items: &[usize]) -> Vec<f64> {
        items.iter().map(|&i| values[i]).collect()
    }

    #[test]
    fn quantiles_are_interpolated() {
        let mut draws: Vec<f64> = (0..=40).rev().map(f64::from).collect();
        assert_eq!(middle(&mut draws), Some([1.0, 39.0]));
        assert_eq!(middle(&mut [2.0, 1.0]), Some([1.025, 1.975]));
        assert_eq!(middle(&mut []), None);
    }

    #[test]
    fn a_seed_gives_its_interval_and_another_seed_another() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i * 7 % 11) / 11.0).collect();
        let one = RESAMPLING.mean(&values);
        assert_eq!(one, RESAMPLING.mean(&values));
        assert_ne!(one, Resampling { seed: 2, ..RESAMPLING }.mean(&values));
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_theory() {
        // 400 hits in 1,000: the standard error is sqrt(.4 * .6 / 1000) = 0.0155, 1.96 of them are 0.030.
        let values: Vec<f64> = (0..1000).map(|i| f64::from(u8::from(i % 5 < 2))).collect();
        let estimate = Resampling { resamples: 2000, seed: 3 }.mean(&values).unwrap();
        assert_eq!(estimate.value, 0.4);
        assert!(
            (estimate.low - 0.370).abs() < 0.004 && (estimate.high - 0.430).abs() < 0.004,
            "{estimate:?}"
        );
    }

    #[test]
    fn models_that_agree_do_not_differ_and_models_that_differ_do() {
        let first: Vec<f64> = (0..300).map(|i| f64::from(u8::from(i % 2 == 0))).collect();
        let same = RESAMPLING.mean_difference(&first, &first).unwrap();
        assert_eq!((same.estimate.value, same.estimate.low, same.p_value), (0.0, 0.0, 1.0));
        let worse = vec![0.0; 300];
        let other = RESAMPLING.mean_difference(&first, &worse).unwrap();
        assert_eq!(other.p_value, 2.0 / 401.0);
        assert!(other.estimate.low > 0.4 && other.estimate.high < 0.6);
        let back = RESAMPLING.mean_difference(&worse, &first).unwrap();
        assert_eq!((back.estimate.low, back.p_value), (-other.estimate.high, other.p_value));
    }

    #[test]
    fn what_is_not_defined_has_no_estimate() {
        assert_eq!(RESAMPLING.mean(&[]), None);
        assert_eq!(RESAMPLING.spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(Resampling { resamples: 0, seed: 1 }.mean(&[1.0]).unwrap().low, 0.0);
    }

    proptest! {
        #[test]
        fn counted_resamples_are_resamples_written_out(
            pairs in proptest::collection::vec((-4i8..4, -4i8..4, -4i8..4), 2..25),
        ) {
            let column = |f: fn(&(i8, i8, i8)) -> i8| pairs.iter().map(|p| f64::from(f(p))).collect::<Vec<f64>>();
            let (x, y, z) = (column(|p| p.0), column(|p| p.1), column(|p| p.2));
            let resampling = Resampling { resamples: 20, seed: 5 };
            let resamples = naive_resamples(&resampling, x.len());
            let naive = |statistic: &dyn Fn(&[usize]) -> Option<f64>| {
                let mut draws: Vec<f64> = resamples.iter().filter_map(|items| statistic(items)).collect();
                middle(&mut draws)
            };
            let close = |estimate: Option<Estimate>, ends: Option<[f64; 2]>| match (estimate, ends) {
                (Some(e), Some([low, high])) => (e.low - low).abs() < 1e-9 && (e.high - high).abs() < 1e-9,
                _ => true,
            };
            let rank = |items: &[usize]| spearman(&pick(&x, items), &pick(&y, items));
            prop_assert!(close(resampling.spearman(&x, &y), naive(&rank)));
            prop_assert!(close(resampling.pearson(&x, &y), naive(&|items| pearson(&pick(&x, items), &pick(&y, items)))));
            let difference = resampling.spearman_difference(&x, &y, &z).map(|d| d.estimate);
            let both = |items: &[usize]| Some(rank(items)? - spearman(&pick(&x, items), &pick(&z, items))?);
            prop_assert!(close(difference, naive(&both)));
        }
    }
}
