//! A matrix that several lanes train at once, without a race and without a lock.
//!
//! A round has two phases. While lanes *train*, a row that one lane alone has stamped is changed in place, by that lane;
//! a row that several have stamped stays as it is, and each of them works on a copy of its own. While rows are *merged*,
//! every such row is written by the one task that owns it. Stamps for the next round may be set during the merge, in
//! the other of two sets. The rows a lane touches are known before it touches them, because which words a round visits
//! does not depend on any weight.
//!
//! The copies of one row stand side by side, in the order of their lanes, so that a merge reads memory in one run. A copy
//! is made when its lane first asks for the row. Behind each stands one more line, with two numbers: how much the copy was
//! trained, and, until it is made, the bits of its row's number plus one.
#![allow(unsafe_code)]

use super::Matrix;
use super::ROW_ALIGNMENT;
use crate::kernel::{Kernels, RowPtr};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The most lanes a table can tell apart.
pub const MAX_LANES: usize = 64;

/// Set in a [`RowRef`] that means a lane's own copy.
const COPY: u32 = 1 << 31;

/// The place of a row whose copies are being given room.
const CLAIMED: u32 = u32::MAX;

/// How many rows ahead memory is asked for the next ones.
const AHEAD: usize = 6;

/// How many stamps ahead: they are small, and setting one keeps the processor from looking ahead by itself.
const STAMPS_AHEAD: usize = 16;

/// A row as one lane sees it in one round: in place, or the lane's copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowRef(u32);

/// Who touches a row: the sets of lanes in the present and in the next round, and where the row's copies are.
#[derive(Default)]
#[repr(align(32))]
struct Stamp {
    lanes: [AtomicU64; 2],
    /// `(round + 1) << 32 | slot of the first copy`; older rounds mean that there is none.
    place: AtomicU64,
}

/// The matrix, the stamps of its rows, and room for copies.
pub(crate) struct LaneTable {
    /// Reached only through `start` while lanes run.
    matrix: Matrix,
    start: *mut f32,
    stamps: Vec<Stamp>,
    /// One row for each copy, and a line that holds how much the copy was trained.
    copies: Matrix,
    first_copy: *mut f32,
    copies_used: AtomicU32,
}

// SAFETY: rows are reached only through `RowRef`s (rows stamped by one lane, and copies, which belong to one lane each)
// and in `merge` (rows of several lanes, each by the task of the first lane in its set); see the module's text.
unsafe impl Sync for LaneTable {}
// SAFETY: the table owns what its pointers point to.
unsafe impl Send for LaneTable {}

/// What one lane shares with others in a round.
#[derive(Default)]
pub(crate) struct Shared {
    /// The rows it has copies of, and where.
    copies: Vec<(u32, u32)>,
    /// Those of which it is the first lane: its to merge.
    to_merge: Vec<u32>,
}

impl Shared {
    /// How many rows the lane has to merge.
    pub fn merges(&self) -> &[u32] {
        &self.to_merge
    }
}

/// How many of `lanes` come before `lane`.
fn rank(lanes: u64, lane: usize) -> u32 {
    (lanes & ((1 << lane) - 1)).count_ones()
}

impl LaneTable {
    /// A table to train `matrix` in, with room for `copies` copies of rows a round.
    pub fn new(mut matrix: Matrix, copies: usize) -> Self {
        assert!(copies < COPY as usize && matrix.rows() < COPY as usize);
        let stamps = (0..matrix.rows()).map(|_| Stamp::default()).collect();
        let mut copies = Matrix::zeros(copies, matrix.stride() + ROW_ALIGNMENT);
        Self {
            start: matrix.as_mut_slice().as_mut_ptr(),
            matrix,
            stamps,
            first_copy: copies.as_mut_slice().as_mut_ptr(),
            copies,
            copies_used: AtomicU32::new(0),
        }
    }

    /// The matrix, trained.
    pub fn into_matrix(self) -> Matrix {
        self.matrix
    }

    pub fn stride(&self) -> usize {
        self.matrix.stride()
    }

    fn lanes_of(&self, round: u64, row: u32) -> u64 {
        self.stamps[row as usize].lanes[(round % 2) as usize].load(Ordering::Relaxed)
    }

    /// Where row `row` starts, as an address: only the caller knows whether it may be read.
    fn row_start(&self, row: u32) -> *mut f32 {
        self.start.wrapping_add(row as usize * self.stride())
    }

    /// Where the copy in `slot` starts, likewise.
    fn copy_start(&self, slot: u32) -> *mut f32 {
        self.first_copy.wrapping_add(slot as usize * self.copies.stride())
    }

    /// Stamps `row` for `lane` in the set of `round`; true the first time.
    #[inline]
    fn stamp(&self, round: u64, lane: usize, row: u32) -> bool {
        let stamp = &self.stamps[row as usize].lanes[(round % 2) as usize];
        let bit = 1 << lane;
        // Looking first keeps the rows of frequent words shared between cores instead of passing them round.
        stamp.load(Ordering::Relaxed) & bit == 0 && stamp.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    /// Stamps `rows` for `lane`, and lists those that were not stamped before.
    pub fn stamp_all(&self, round: u64, lane: usize, rows: &[u32], new: &mut Vec<u32>) {
        for (n, &row) in rows.iter().enumerate() {
            if let Some(&next) = rows.get(n + STAMPS_AHEAD) {
                Kernels::prefetch((&raw const self.stamps[next as usize]).cast(), 1);
            }
            if self.stamp(round, lane, row) {
                new.push(row);
            }
        }
    }

    /// Empties the set of `round` for the rows that a lane stamped in it. Nobody may need that round's stamps any more.
    pub fn clear_stamps(&self, round: u64, rows: &[u32]) {
        for &row in rows {
            self.stamps[row as usize].lanes[(round % 2) as usize].store(0, Ordering::Relaxed);
        }
    }

    /// Forgets all copies. No lane may train, and no merge of older copies may be left to do.
    pub fn forget_copies(&self) {
        self.copies_used.store(0, Ordering::Relaxed);
    }

    /// Copies those of the rows `stamped` by `lane` that other lanes have stamped too, and lists them in `shared`.
    pub fn start_round(&self, round: u64, lane: usize, stamped: &[u32], shared: &mut Shared) {
        shared.copies.clear();
        shared.to_merge.clear();
        for (n, &row) in stamped.iter().enumerate() {
            if let Some(&next) = stamped.get(n + STAMPS_AHEAD) {
                Kernels::prefetch((&raw const self.stamps[next as usize]).cast(), 1);
            }
            let lanes = self.lanes_of(round, row);
            if lanes == 1 << lane {
                continue;
            }
            if lanes.trailing_zeros() as usize == lane {
                shared.to_merge.push(row);
            }
            shared.copies.push((row, self.place(round, row, lanes) + rank(lanes, lane)));
        }
        for (n, &(row, slot)) in shared.copies.iter().enumerate() {
            if let Some(&(_, slot)) = shared.copies.get(n + AHEAD) {
                Kernels::prefetch(self.note_of(slot), 2);
            }
            // SAFETY: the slot, and so the line behind its copy, is this lane's alone.
            unsafe { self.note_of(slot).cast::<[f32; 2]>().write([0.0, f32::from_bits(row + 1)]) }
        }
    }

    /// The line behind the copy in `slot`.
    fn note_of(&self, slot: u32) -> *mut f32 {
        self.copy_start(slot).wrapping_add(self.stride())
    }

    /// The slot of the first of the copies of `row`, which `lanes` share: the first lane to ask finds room for all.
    fn place(&self, round: u64, row: u32, lanes: u64) -> u32 {
        let place = &self.stamps[row as usize].place;
        // A fresh table is all zeros: places of round 0 must look different.
        let placed = |slot: u32| ((round + 1) << 32) | u64::from(slot);
        let mut seen = place.load(Ordering::Relaxed);
        loop {
            if seen >> 32 != round + 1 {
                match place.compare_exchange(seen, placed(CLAIMED), Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => {
                        let slot = self.copies_used.fetch_add(lanes.count_ones(), Ordering::Relaxed);
                        assert!(
                            (slot + lanes.count_ones()) as usize <= self.copies.rows(),
                            "no room for copies"
                        );
                        place.store(placed(slot), Ordering::Relaxed);
                        return slot;
                    }
                    Err(now) => seen = now,
                }
            } else if seen as u32 == CLAIMED {
                std::hint::spin_loop();
                seen = place.load(Ordering::Relaxed);
            } else {
                return seen as u32;
            }
        }
    }

    /// `row` as `lane`, which has started `round`, sees it.
    ///
    /// # Panics
    /// When the lane has not stamped `row`: the row is another's.
    #[inline]
    pub fn resolve(&self, round: u64, lane: usize, row: u32) -> RowRef {
        let lanes = self.lanes_of(round, row);
        if lanes == 1 << lane {
            return RowRef(row);
        }
        assert!(lanes & 1 << lane != 0, "row {row} was not announced by lane {lane}");
        let first = self.stamps[row as usize].place.load(Ordering::Relaxed) as u32;
        RowRef(COPY | (first + rank(lanes, lane)))
    }

    /// Where the row is; the first time, a copy is made.
    #[inline]
    pub fn row(&self, row: RowRef) -> RowPtr<'_> {
        let slot = row.0 & !COPY;
        let start = if row.0 & COPY != 0 { self.made_copy(slot) } else { self.row_start(slot) };
        // SAFETY: a `RowRef` is made by `resolve` alone, for a row that only this lane touches this round, or for this
        // lane's copy; both lie inside their matrices.
        unsafe { RowPtr::new(start, self.stride()) }
    }

    fn made_copy(&self, slot: u32) -> *mut f32 {
        let copy = self.copy_start(slot);
        // SAFETY: the copy and its line are this lane's alone, and nobody writes a row of several lanes while lanes train.
        unsafe {
            let unmade = self.note_of(slot).add(1);
            let row = (*unmade).to_bits();
            if row != 0 {
                *unmade = 0.0;
                std::ptr::copy_nonoverlapping(self.row_start(row - 1), copy, self.stride());
            }
        }
        copy
    }

    /// Lists the cache lines that [`row`](LaneTable::row) will touch; `number` is the row's.
    #[inline]
    pub fn push_lines(&self, row: RowRef, number: u32, lines: &mut Vec<*const f32>) {
        let mut push = |start: *const f32, len: usize| {
            lines.extend((0..len / ROW_ALIGNMENT).map(|line| start.wrapping_add(line * ROW_ALIGNMENT)));
        };
        push(self.row_start(number), self.stride());
        if row.0 & COPY != 0 {
            push(self.copy_start(row.0 & !COPY), self.copies.stride());
        }
    }

    /// Notes that the lane trained `row` with `weight` (learning rate x pair weight), if it is a copy.
    #[inline]
    pub fn note(&self, row: RowRef, weight: f32) {
        if row.0 & COPY != 0 {
            // SAFETY: as in `row`; the line behind the copy is the lane's too.
            unsafe { *self.note_of(row.0 & !COPY) += weight }
        }
    }

    /// Merges the copies of `rows`, which are to be from one lane's [`Shared::merges`]:
    /// `base + s sum_l (copy_l - base)` with `s = (1 - exp(-k W)) / sum_l (1 - exp(-k w_l))`, `W = sum_l w_l`.
    ///
    /// `s` is 1 for a row that was trained little, and tends to the mean where each lane alone saturates the row.
    pub fn merge(&self, kernels: &Kernels, round: u64, rows: &[u32], saturation: f32) {
        for (n, &row) in rows.iter().enumerate() {
            if let Some(&next) = rows.get(n + 2) {
                let copies = self.lanes_of(round, next).count_ones() as usize;
                let first = self.stamps[next as usize].place.load(Ordering::Relaxed) as u32;
                Kernels::prefetch(self.row_start(next), self.stride());
                Kernels::prefetch(self.copy_start(first), copies * self.copies.stride());
            }
            self.merge_row(kernels, round, row, saturation);
        }
    }

    fn merge_row(&self, kernels: &Kernels, round: u64, row: u32, saturation: f32) {
        let first = self.stamps[row as usize].place.load(Ordering::Relaxed) as u32;
        let mut weights = [0.0f32; MAX_LANES + 1];
        // SAFETY: no lane trains now, and of all merge tasks only the caller's has this row, which is its own lane's.
        let base = unsafe { RowPtr::new(self.row_start(row), self.stride()) };
        let mut copies = [base; MAX_LANES];
        let mut n = 0;
        for slot in first..first + self.lanes_of(round, row).count_ones() {
            // SAFETY: as above; the slots from `first` on are those of the row's lanes.
            unsafe {
                let [weight, unmade] = self.note_of(slot).cast::<[f32; 2]>().read();
                // A lane may stamp a row at the edge of its windows and then not reach it.
                if unmade.to_bits() == 0 {
                    copies[n] = RowPtr::new(self.copy_start(slot), self.stride());
                    weights[n] = saturation * weight;
                    n += 1;
                }
            }
        }
        weights[n] = weights[..n].iter().sum();
        kernels.saturate(&mut weights[..=n]);
        let alone: f32 = weights[..n].iter().sum();
        let s = if alone > 0.0 { weights[n] / alone } else { 1.0 };
        kernels.merge(base, &copies[..n], s);
    }
}
