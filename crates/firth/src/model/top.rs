//! The best few of many scored rows.

use std::cmp::Ordering;

/// A row and its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scored {
    pub id: u32,
    pub score: f32,
}

/// Falling score, then rising id: the order of every answer. Scores are never NaN here.
pub(super) fn best_first(a: &Scored, b: &Scored) -> Ordering {
    b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal).then(a.id.cmp(&b.id))
}

/// Keeps the `k` best of the rows pushed to it, which must come by rising id.
///
/// Rows above the threshold are only appended; whenever `2 k` have gathered, the worse half is dropped by selection.
/// That is constant time a row on average, and after the first few thousand rows hardly any passes the threshold.
#[derive(Clone, Debug)]
pub(super) struct Top {
    k: usize,
    kept: Vec<Scored>,
}

impl Top {
    pub fn new(k: usize) -> Self {
        Self { k, kept: Vec::new() }
    }

    /// Adds a row whose score is above the caller's `threshold`, and raises the threshold when it can: rows that come
    /// later and do not score *more* cannot be among the best, because of two equal scores the earlier row wins.
    pub fn push(&mut self, id: u32, score: f32, threshold: &mut f32) {
        self.kept.push(Scored { id, score });
        if self.kept.len() >= self.k.saturating_mul(2) {
            self.shrink();
            *threshold = self.kept.iter().fold(f32::INFINITY, |least, s| least.min(s.score));
        }
    }

    fn shrink(&mut self) {
        if self.kept.len() > self.k {
            self.kept.select_nth_unstable_by(self.k, best_first);
            self.kept.truncate(self.k);
        }
    }

    /// Takes in the rows of another part of the scan.
    pub fn merge(&mut self, other: Top) {
        self.kept.extend(other.kept);
        self.shrink();
    }

    /// The ids of the kept rows, at most `k`, in no particular order.
    pub fn ids(mut self) -> impl Iterator<Item = u32> {
        self.shrink();
        self.kept.into_iter().map(|s| s.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keeps_what_a_full_sort_keeps(scores in prop::collection::vec(-3i8..3, 0..200), k in 1usize..20, cut in 0usize..200) {
            let all: Vec<Scored> =
                scores.iter().enumerate().map(|(i, &s)| Scored { id: i as u32, score: f32::from(s) }).collect();
            let fill = |part: &[Scored]| {
                let (mut top, mut threshold) = (Top::new(k), f32::NEG_INFINITY);
                for s in part {
                    if s.score > threshold {
                        top.push(s.id, s.score, &mut threshold);
                    }
                }
                top
            };
            let (left, right) = all.split_at(cut.min(all.len()));
            let mut top = fill(left);
            top.merge(fill(right));
            let mut found: Vec<u32> = top.ids().collect();
            let mut expected = all.clone();
            expected.sort_by(best_first);
            expected.truncate(k);
            let mut expected: Vec<u32> = expected.iter().map(|s| s.id).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
