//! CBOW: a row of `X` is the mean of the window's input rows; its one positive is the center word.
//!
//! The gradient is that of the mean: each of the `m` rows of a window gets `dX / m`. (word2vec.c and gensim add the whole
//! of `dX` to each; İrsoy, Benton and Stratos, "Corrected CBOW performs as well as skip-gram", 2021, show what that
//! costs.) A position without a window has no row, no positive and no noise.

use super::chunk::{ChunkRefs, ChunkRows, Round, Scratch};
use crate::kernel::{Kernels, Pair, RowPtr, Sparse};

/// The positives of a chunk: the pairs `(i, i)` of the positions that have a window.
#[derive(Default)]
pub(super) struct Diagonal {
    pairs: Vec<Pair>,
    start: Vec<u32>,
    source: Vec<u16>,
    positives: Vec<u32>,
    /// `1 / m` for every pair of the band, center by center.
    means: Vec<f32>,
}

impl Diagonal {
    /// One or none for each position.
    pub fn positives(&self) -> &[u32] {
        &self.positives
    }

    fn build(&mut self, sizes: &[u32]) {
        self.pairs.clear();
        self.source.clear();
        self.means.clear();
        self.start.clear();
        self.start.push(0);
        self.positives.clear();
        for (i, &m) in sizes.iter().enumerate() {
            if m > 0 {
                self.pairs.push((i as u16, i as u16));
                self.source.push(i as u16);
                self.means.extend(std::iter::repeat_n(1.0 / m as f32, m as usize));
            }
            self.positives.push(u32::from(m > 0));
            self.start.push(self.pairs.len() as u32);
        }
    }
}

/// `X`: the means of the windows.
pub(super) fn gather(scratch: &mut Scratch, kernels: &Kernels, rows: &ChunkRows<'_>) {
    scratch.diagonal.build(scratch.band.sizes());
    let (stride, m) = (scratch.x.stride(), rows.centers.len());
    let x = scratch.x.as_mut_slice();
    x.fill(0.0);
    let x: Vec<RowPtr<'_>> = x.chunks_exact_mut(stride).take(m).map(RowPtr::of).collect();
    let means = scratch.band.by_center(&scratch.diagonal.means);
    kernels.add_sparse(&x, 1.0, None, means, &rows.contexts, stride);
}

/// Scores every window with its center; returns the number of pairs.
pub(super) fn positives(scratch: &mut Scratch, round: &Round<'_>, rows: &ChunkRows<'_>) -> usize {
    let pairs = &scratch.diagonal.pairs;
    scratch.positive.resize(pairs.len(), 0.0);
    let (x, stride) = (scratch.x.as_slice(), scratch.x.stride());
    round.kernels.pair_dots(x, &rows.centers, pairs, stride, &mut scratch.positive);
    pairs.len()
}

/// The centers' output rows get their positive's part of `dU`, the windows' rows their shares of `dX`.
pub(super) fn apply(scratch: &mut Scratch, round: &Round<'_>, rows: &ChunkRows<'_>) {
    let (stride, m) = (scratch.x.stride(), rows.centers.len());
    let diagonal = &scratch.diagonal;
    let terms = Sparse { start: &diagonal.start, source: &diagonal.source, value: &scratch.positive };
    let dx = scratch.gradient.as_mut_slice();
    let dx: Vec<RowPtr<'_>> = dx.chunks_exact_mut(stride).take(m).map(RowPtr::of).collect();
    round.kernels.add_sparse(&dx, 1.0, None, terms, &rows.centers, stride);

    let x: Vec<RowPtr<'_>> =
        scratch.x.as_mut_slice().chunks_exact_mut(stride).take(m).map(RowPtr::of).collect();
    round.kernels.add_sparse(&rows.centers, -round.rate, None, terms, &x, stride);

    scratch.band.transposed(&diagonal.means, &mut scratch.transposed);
    let shares = scratch.band.by_context(&scratch.transposed);
    round.kernels.add_sparse(&rows.contexts, -round.rate, None, shares, &dx, stride);
}

/// Notes how much each row was trained.
pub(super) fn note(scratch: &Scratch, round: &Round<'_>, refs: &ChunkRefs<'_>) {
    for (&row, &positives) in refs.centers.iter().zip(&scratch.diagonal.positives) {
        round.tables.output.note(row, round.rate * positives as f32);
    }
    let each = round.rate * (1 + round.settings.negatives) as f32;
    let sizes = scratch.band.sizes();
    for (c, &row) in refs.contexts.iter().enumerate() {
        let share: f32 = scratch.band.centers_of(c).iter().map(|&i| 1.0 / sizes[usize::from(i)] as f32).sum();
        round.tables.input.note(row, each * share);
    }
}
