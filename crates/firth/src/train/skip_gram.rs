//! Skip-gram: a row of `X` is the center word's input row; its positives are the words of its window.

use super::chunk::{ChunkRefs, ChunkRows, Round, Scratch};
use crate::kernel::{Kernels, RowPtr};

/// `X`: the rows of the centers.
pub(super) fn gather(scratch: &mut Scratch, _kernels: &Kernels, rows: &ChunkRows<'_>) {
    for (i, row) in rows.centers.iter().enumerate() {
        row.copy_to(scratch.x.row_with_padding_mut(i));
    }
}

/// Scores every center with every word of its window; returns the number of pairs.
pub(super) fn positives(scratch: &mut Scratch, round: &Round<'_>, rows: &ChunkRows<'_>) -> usize {
    let pairs = scratch.band.pairs();
    scratch.positive.resize(pairs.len(), 0.0);
    let (x, stride) = (scratch.x.as_slice(), scratch.x.stride());
    round.kernels.pair_dots(x, &rows.contexts, pairs, stride, &mut scratch.positive);
    pairs.len()
}

/// The centers' rows get `dX`, the contexts' rows the positives' part of `dU`.
pub(super) fn apply(scratch: &mut Scratch, round: &Round<'_>, rows: &ChunkRows<'_>) {
    let (stride, m) = (scratch.x.stride(), rows.centers.len());
    let terms = scratch.band.by_center(&scratch.positive);
    let dx = Some(scratch.gradient.as_slice());
    round.kernels.add_sparse(&rows.centers, -round.rate, dx, terms, &rows.contexts, stride);
    scratch.band.transposed(&scratch.positive, &mut scratch.transposed);
    let terms = scratch.band.by_context(&scratch.transposed);
    let x: Vec<RowPtr<'_>> =
        scratch.x.as_mut_slice().chunks_exact_mut(stride).take(m).map(RowPtr::of).collect();
    round.kernels.add_sparse(&rows.contexts, -round.rate, None, terms, &x, stride);
}

/// Notes how much each row was trained.
pub(super) fn note(scratch: &Scratch, round: &Round<'_>, refs: &ChunkRefs<'_>) {
    let each = round.rate * (1 + round.settings.negatives) as f32;
    for (&row, &size) in refs.centers.iter().zip(scratch.band.sizes()) {
        round.tables.input.note(row, each * size as f32);
    }
    for (c, &row) in refs.contexts.iter().enumerate() {
        round.tables.output.note(row, round.rate * scratch.band.context_size(c) as f32);
    }
}
