//! A matrix that several lanes train at once, without a race and without a lock.
//!
//! A round has two phases. While lanes *train*, a row that one lane alone has stamped is changed in place, by that lane;
//! a row that several have stamped stays as it is, and each of them works on a copy of its own. While rows are *merged*,
//! every such row is written by the one task that owns it. Stamps for the next round may be set during the merge, in
//! the other of two sets. The rows a lane touches are known before it touches them, because which words a round visits
//! does not depend on any weight.
#![allow(unsafe_code)]

use super::aligned::Line;
use super::{Matrix, ROW_ALIGNMENT};
use crate::kernel::{Kernels, RowPtr};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The most lanes a table can tell apart.
pub const MAX_LANES: usize = 64;

/// Set in a [`RowRef`] that means a lane's own copy.
const COPY: u32 = 1 << 31;

/// A row as one lane sees it in one round: in place, or the lane's copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowRef(u32);

/// The matrix, and for the current and the next round the set of lanes that touch each row.
pub(crate) struct LaneTable {
    /// Only touched through `start` while lanes run.
    matrix: Matrix,
    start: *mut f32,
    stamps: [Vec<AtomicU64>; 2],
}

// SAFETY: rows are reached only through `resolve` (rows stamped by one lane, whose `LaneCopies` is borrowed mutably) and
// `merge` (rows of several lanes, each by the lane that comes first in its set); see the module's text.
unsafe impl Sync for LaneTable {}
// SAFETY: the table owns what `start` points to.
unsafe impl Send for LaneTable {}

/// One lane's copies of the rows that it shares with others in a round, and how much it trained each.
#[derive(Default)]
pub(crate) struct LaneCopies {
    lane: usize,
    rows: Vec<Line>,
    stride: usize,
    ids: Vec<u32>,
    /// Learning rate x pair weight, summed over the lane's updates of the copy.
    weights: Vec<f32>,
    /// Where a row's copy is, if `ids` agrees: a sparse set, so that nothing has to be cleared between rounds.
    slots: Vec<u32>,
}

impl LaneCopies {
    /// No copies yet, for `lane` of a table of `rows` rows.
    pub fn new(lane: usize, table: &LaneTable) -> Self {
        Self { lane, stride: table.stride(), slots: vec![0; table.rows()], ..Self::default() }
    }

    fn slot(&self, row: u32) -> Option<usize> {
        let slot = self.slots[row as usize] as usize;
        (self.ids.get(slot) == Some(&row)).then_some(slot)
    }

    fn row(&self, slot: usize) -> RowPtr<'_> {
        let lines = self.stride / ROW_ALIGNMENT;
        let copy = &self.rows[slot * lines..][..lines];
        // SAFETY: the copy's floats; they are written only by the lane that trains, which holds `self` mutably through
        // `resolve`, and read only in the merge, when no lane trains.
        unsafe { RowPtr::new(copy.as_ptr().cast_mut().cast(), self.stride) }
    }

    /// How many rows this lane shares in the round.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Notes `weight` (learning rate x pair weight) for a row that is a copy.
    #[inline]
    pub fn note(&mut self, row: RowRef, weight: f32) {
        if row.0 & COPY != 0 {
            self.weights[(row.0 & !COPY) as usize] += weight;
        }
    }
}

impl LaneTable {
    /// A table to train `matrix` in.
    pub fn new(mut matrix: Matrix) -> Self {
        let stamps = || (0..matrix.rows()).map(|_| AtomicU64::new(0)).collect();
        let stamps = [stamps(), stamps()];
        Self { start: matrix.as_mut_slice().as_mut_ptr(), matrix, stamps }
    }

    /// The matrix, trained.
    pub fn into_matrix(self) -> Matrix {
        self.matrix
    }

    pub fn rows(&self) -> usize {
        self.matrix.rows()
    }

    pub fn stride(&self) -> usize {
        self.matrix.stride()
    }

    /// Stamps `row` for `lane` in the set of `round`; true the first time.
    #[inline]
    pub fn stamp(&self, round: u64, lane: usize, row: u32) -> bool {
        let stamp = &self.stamps[(round % 2) as usize][row as usize];
        let bit = 1 << lane;
        // Looking first keeps the rows of frequent words shared between cores instead of passing them round.
        stamp.load(Relaxed) & bit == 0 && stamp.fetch_or(bit, Relaxed) & bit == 0
    }

    /// Empties the set of `round` for the rows that a lane stamped in it. Nobody may need that round's stamps any more.
    pub fn clear_stamps(&self, round: u64, rows: &[u32]) {
        for &row in rows {
            self.stamps[(round % 2) as usize][row as usize].store(0, Relaxed);
        }
    }

    /// `row` as the lane of `copies` sees it in `round`: all lanes have stamped, and this lane has stamped `row`.
    #[inline]
    pub fn resolve(&self, round: u64, copies: &mut LaneCopies, row: u32) -> RowRef {
        let stamp = self.stamps[(round % 2) as usize][row as usize].load(Relaxed);
        if stamp == 1 << copies.lane {
            return RowRef(row);
        }
        // A row that this lane has not stamped would be another's: a copy of it would race, so it must not happen.
        assert!(stamp & (1 << copies.lane) != 0, "row {row} was not announced by lane {}", copies.lane);
        let slot = copies.slot(row).unwrap_or_else(|| self.copy_row(copies, row));
        RowRef(COPY | slot as u32)
    }

    #[cold]
    fn copy_row(&self, copies: &mut LaneCopies, row: u32) -> usize {
        let slot = copies.ids.len();
        copies.slots[row as usize] = slot as u32;
        copies.ids.push(row);
        copies.weights.push(0.0);
        let lines = self.stride() / ROW_ALIGNMENT;
        // SAFETY: the row lies inside the matrix (`slots` was indexed by it), rows are aligned for lines, and nobody
        // writes a row of several lanes while lanes train.
        let shared = unsafe {
            let start = self.start.add(row as usize * self.stride());
            std::slice::from_raw_parts(start.cast::<Line>(), lines)
        };
        copies.rows.extend_from_slice(shared);
        slot
    }

    /// Where the row is. The borrow of `copies` keeps the copies in place.
    #[inline]
    pub fn row<'a>(&'a self, copies: &'a LaneCopies, row: RowRef) -> RowPtr<'a> {
        if row.0 & COPY != 0 {
            return copies.row((row.0 & !COPY) as usize);
        }
        debug_assert!((row.0 as usize) < self.rows());
        // SAFETY: a `RowRef` in place is made by `resolve` alone, for a row that only this lane touches this round.
        unsafe { RowPtr::new(self.start.add(row.0 as usize * self.stride()), self.stride()) }
    }

    /// Begins a lane's round: no copies.
    pub fn start_round(&self, copies: &mut LaneCopies) {
        copies.ids.clear();
        copies.weights.clear();
        copies.rows.clear();
    }

    /// Merges the rows behind `slots` of lane `first`, those of which it is the first lane:
    /// `base + s sum_l (copy_l - base)` with `s = (1 - exp(-k W)) / sum_l (1 - exp(-k w_l))`, `W = sum_l w_l`.
    ///
    /// `s` is 1 for a row that was trained little, and tends to the mean where each lane alone saturates the row.
    pub fn merge(
        &self,
        kernels: &Kernels,
        round: u64,
        lanes: &[&LaneCopies],
        first: usize,
        slots: Range<usize>,
        saturation: f32,
    ) {
        for slot in slots {
            let row = lanes[first].ids[slot];
            let stamp = self.stamps[(round % 2) as usize][row as usize].load(Relaxed);
            if stamp.trailing_zeros() as usize != first {
                continue;
            }
            // SAFETY: of all merge tasks only this one has the row's first lane and this slot; no lane trains now.
            let base =
                unsafe { RowPtr::new(self.start.add(row as usize * self.stride()), self.stride()) };
            merge_row(kernels, base, row, stamp, lanes, saturation);
        }
    }
}

fn merge_row(kernels: &Kernels, base: RowPtr<'_>, row: u32, stamp: u64, lanes: &[&LaneCopies], saturation: f32) {
    let mut copies = [base; MAX_LANES];
    let mut weights = [0.0f32; MAX_LANES + 1];
    let (mut n, mut total) = (0, 0.0);
    let mut rest = stamp;
    while rest != 0 {
        let lane = lanes[rest.trailing_zeros() as usize];
        rest &= rest - 1;
        // A lane that announced the row resolved it too, so it has a copy.
        if let Some(slot) = lane.slot(row) {
            copies[n] = lane.row(slot);
            weights[n] = saturation * lane.weights[slot];
            total += weights[n];
            n += 1;
        }
    }
    weights[n] = total;
    kernels.saturate(&mut weights[..=n]);
    let alone: f32 = weights[..n].iter().sum();
    let s = if alone > 0.0 { weights[n] / alone } else { 1.0 };
    kernels.merge(base, &copies[..n], s);
}
