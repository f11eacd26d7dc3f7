//! Which positions of a chunk meet which: the windows of its centers, as a sparse matrix.

use super::lane::Lane;
use crate::kernel::{Pair, Sparse};
use std::ops::Range;

/// The pairs (center, context) of a chunk, by centers and, transposed, by contexts.
///
/// Centers count from the chunk's first, contexts from the first position that any of its windows could reach.
#[derive(Default)]
pub(super) struct Band {
    pairs: Vec<Pair>,
    by_center: Vec<u32>,
    context_of: Vec<u16>,
    by_context: Vec<u32>,
    center_of: Vec<u16>,
    /// Where the pairs, taken context by context, stand among the pairs taken center by center.
    place: Vec<u32>,
    sizes: Vec<u32>,
}

impl Band {
    /// Collects the windows of the `centers` of a lane's round, whose contexts lie in `contexts`.
    pub fn build(&mut self, lane: &Lane, centers: Range<usize>, contexts: Range<usize>) {
        self.pairs.clear();
        self.sizes.clear();
        self.by_center.clear();
        self.by_center.push(0);
        for (i, center) in centers.enumerate() {
            let (first, last) = lane.window(center);
            let pair = |c: usize| (i as u16, (c - contexts.start) as u16);
            self.pairs.extend((first..center).map(pair));
            self.pairs.extend((center + 1..=last).map(pair));
            self.sizes.push((last - first) as u32);
            self.by_center.push(self.pairs.len() as u32);
        }
        self.context_of.clear();
        self.context_of.extend(self.pairs.iter().map(|&(_, c)| c));
        self.transpose(contexts.len());
    }

    /// Sorts the pairs by context, by counting.
    fn transpose(&mut self, contexts: usize) {
        let starts = &mut self.by_context;
        starts.clear();
        starts.resize(contexts + 2, 0);
        for &c in &self.context_of {
            starts[usize::from(c) + 2] += 1;
        }
        for c in 2..contexts + 2 {
            starts[c] += starts[c - 1];
        }
        self.center_of.resize(self.pairs.len(), 0);
        self.place.resize(self.pairs.len(), 0);
        for (place, &(i, c)) in self.pairs.iter().enumerate() {
            let next = &mut starts[usize::from(c) + 1];
            self.center_of[*next as usize] = i;
            self.place[*next as usize] = place as u32;
            *next += 1;
        }
        starts.pop();
    }

    /// `(center, context)`, center by center.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// How many contexts each center has.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    /// How many centers have context `c`.
    pub fn context_size(&self, c: usize) -> u32 {
        self.by_context[c + 1] - self.by_context[c]
    }

    /// The centers that have context `c`.
    pub fn centers_of(&self, c: usize) -> &[u16] {
        &self.center_of[self.by_context[c] as usize..self.by_context[c + 1] as usize]
    }

    /// The matrix with a row for each center; `value` is given center by center.
    pub fn by_center<'a>(&'a self, value: &'a [f32]) -> Sparse<'a> {
        Sparse { start: &self.by_center, source: &self.context_of, value }
    }

    /// The transposed matrix, with a row for each context; `value` is given by [`transposed`](Band::transposed).
    pub fn by_context<'a>(&'a self, value: &'a [f32]) -> Sparse<'a> {
        Sparse { start: &self.by_context, source: &self.center_of, value }
    }

    /// Values given center by center, into the order context by context.
    pub fn transposed(&self, values: &[f32], to: &mut Vec<f32>) {
        to.clear();
        to.extend(self.place.iter().map(|&place| values[place as usize]));
    }
}
