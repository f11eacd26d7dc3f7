//! The exact scan: every row against every query, never more than a block of scores in memory.
//!
//! The naive form is four lines: for each query, for each row, take the cosine, and sort. Three departures make it run
//! at the speed of the machine:
//!
//! 1. Queries are transposed into panels of 32 columns and rows are taken in blocks that fit the second-level cache, so
//!    the scores of a block are a matrix product (for a handful of queries: plain dot products, at memory speed).
//! 2. Of each block only the scores above the query's current threshold are looked at one by one; the threshold is the
//!    worst of the best `k` so far, which after a few thousand rows hardly any score exceeds.
//! 3. Threads claim blocks from a counter. Each keeps its own best rows; their union holds the best of all.
//!
//! The price: these scores are sums of `f32`, rounded differently by the two forms of the product. So the scan keeps a
//! few more rows than asked for, and their similarities are computed anew in `f64`; those decide and are returned.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::top::{Scored, Top, best_first};
use super::{Neighbor, Query, WordVectors};
use crate::kernel::{Kernels, PANEL};
use crate::matrix::MatrixView;

/// Up to this many queries, dot products row by row beat a panel of mostly zeros.
const FEW: usize = 4;
/// Queries taken through the vectors in one scan: bounds the memory of their panels and best rows.
const GROUP: usize = 4096;
/// Rows kept beyond those asked for, so that the exact similarities can change the order at the end of the list.
pub(super) const MARGIN: usize = 16;
/// Floats in a block of rows: 256 KiB, which leaves room for the panels in a second-level cache.
const BLOCK_FLOATS: usize = 1 << 16;
/// Rows with norms outside this range are scored in `f64`: their products could overflow or vanish in `f32`.
const SAFE_NORMS: std::ops::Range<f32> = 1e-15..1e15;

/// A sum of unit vectors shorter than this, per unit of weight, is what rounding leaves of a zero.
pub(super) const NOISE: f64 = 1e-12;

/// What all questions of a scan share.
pub(super) struct Task<'a> {
    pub vectors: &'a WordVectors,
    /// How many rows to find for each question.
    pub k: usize,
    /// Only the first `words` rows are looked at.
    pub words: usize,
    /// 0 = one per core.
    pub threads: usize,
}

/// The number of threads for `requested`, at most one per `tasks`.
pub(super) fn thread_count(requested: usize, tasks: usize) -> usize {
    let cores = || thread::available_parallelism().map_or(1, NonZero::get);
    let threads = if requested == 0 { cores() } else { requested };
    threads.clamp(1, tasks.max(1))
}

/// Runs `work` on `threads` threads, each with the shared counter to claim tasks from, and returns what each made.
pub(super) fn on_threads<T: Send>(threads: usize, work: impl Fn(&AtomicUsize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    if threads == 1 {
        return vec![work(&next)];
    }
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(|| work(&next))).collect();
        handles.into_iter().map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    })
}

/// The dot product in `f64`, in eight strands: accurate to the last bits of `f32` whatever the rows hold.
pub(super) fn exact_dot(a: &[f32], b: &[f32]) -> f64 {
    strands(a, b, f64::from)
}

/// The cosine of a row and a direction of length 1 or 0; 0 when the row is zero.
pub(super) fn exact_cosine(row: &[f32], unit: &[f64]) -> f64 {
    let norm = exact_dot(row, row).sqrt();
    if norm == 0.0 { 0.0 } else { strands(row, unit, |v| v) / norm }
}

fn strands<B: Copy>(a: &[f32], b: &[B], wide: impl Fn(B) -> f64) -> f64 {
    assert_eq!(a.len(), b.len());
    let mut sums = [0.0f64; 8];
    let (a_parts, b_parts) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a_parts.remainder().iter().zip(b_parts.remainder());
    let tail: f64 = rest.map(|(&x, &y)| f64::from(x) * wide(y)).sum();
    for (x, y) in a_parts.zip(b_parts) {
        for j in 0..8 {
            sums[j] += f64::from(x[j]) * wide(y[j]);
        }
    }
    sums.iter().sum::<f64>() + tail
}

/// The norm of a row; in `f64` where the sum of squares leaves the range of `f32`.
pub(super) fn norm(kernels: &Kernels, row: &[f32]) -> f32 {
    let norm = kernels.dot(row, row).sqrt();
    if SAFE_NORMS.contains(&norm) { norm } else { exact_dot(row, row).sqrt() as f32 }
}

/// The norms of all rows.
pub(super) fn norms(view: MatrixView<'_>, threads: usize) -> Vec<f32> {
    let kernels = Kernels::detect();
    let mut norms = vec![0.0; view.rows()];
    let part = view.rows().div_ceil(thread_count(threads, view.rows() / 1024)).max(1);
    thread::scope(|scope| {
        for (p, slots) in norms.chunks_mut(part).enumerate() {
            scope.spawn(move || {
                for (i, slot) in slots.iter_mut().enumerate() {
                    *slot = norm(kernels, view.row(p * part + i));
                }
            });
        }
    });
    norms
}

/// Directions to score rows against, ready for the kernel.
pub(super) struct Directions<'a> {
    kernels: &'static Kernels,
    vectors: &'a WordVectors,
    norms: &'a [f32],
    dim: usize,
    exact: Vec<&'a [f64]>,
    form: Form<'a>,
}

enum Form<'a> {
    /// Few directions: one dot product per row and direction.
    Dots(Vec<&'a [f32]>),
    /// Panels of `dim` x 32, one after the other.
    Panels(Vec<f32>),
}

impl<'a> Directions<'a> {
    /// Directions given as (`f32`, `f64`) pairs of the same unit vector.
    pub fn new(vectors: &'a WordVectors, directions: &[(&'a [f32], &'a [f64])], threads: usize) -> Self {
        let (kernels, dim) = (Kernels::detect(), vectors.dim());
        let (rows, exact): (Vec<&[f32]>, Vec<&[f64]>) = directions.iter().copied().unzip();
        assert!(rows.iter().all(|row| row.len() == dim), "queries have the dimension of the vectors");
        let form = if rows.len() <= FEW {
            Form::Dots(rows)
        } else {
            let mut panels = vec![0.0; rows.len().div_ceil(PANEL) * PANEL * dim];
            for (columns, panel) in rows.chunks(PANEL).zip(panels.chunks_exact_mut(PANEL * dim)) {
                kernels.transpose_panel(columns, dim, panel);
            }
            Form::Panels(panels)
        };
        Self { kernels, vectors, norms: vectors.norms(threads), dim, exact, form }
    }

    /// Number of panels; the last may have columns to spare.
    pub fn panels(&self) -> usize {
        self.exact.len().div_ceil(PANEL)
    }

    /// Number of directions in panel `p`.
    pub fn columns(&self, p: usize) -> usize {
        (self.exact.len() - p * PANEL).min(PANEL)
    }

    /// The cosines of `rows` rows from `first` on with the directions of panel `p`: `out[i * 32 + j]`.
    /// Columns to spare hold nothing of use.
    pub fn cosines(&self, first: usize, rows: usize, p: usize, out: &mut [f32]) {
        let view = self.vectors.view();
        match &self.form {
            Form::Dots(directions) => {
                for (i, out) in out.chunks_exact_mut(PANEL).take(rows).enumerate() {
                    let row = view.row(first + i);
                    for (slot, direction) in out.iter_mut().zip(directions) {
                        *slot = self.kernels.dot(row, direction);
                    }
                }
            }
            Form::Panels(panels) => {
                let panel = &panels[p * PANEL * self.dim..][..PANEL * self.dim];
                self.kernels.scores(view.from_row(first), view.stride(), rows, self.dim, panel, out);
            }
        }
        for (i, out) in out.chunks_exact_mut(PANEL).take(rows).enumerate() {
            let norm = self.norms[first + i];
            if SAFE_NORMS.contains(&norm) {
                let inverse = 1.0 / norm;
                out.iter_mut().for_each(|v| *v *= inverse);
            } else {
                let exact = self.exact[p * PANEL..].iter().take(PANEL);
                out.iter_mut().zip(exact).for_each(|(v, d)| *v = exact_cosine(view.row(first + i), d) as f32);
            }
        }
    }
}

/// Rows in a block.
fn block_rows(dim: usize) -> usize {
    (BLOCK_FLOATS / dim.max(1)).clamp(16, 1024)
}

/// The `task.k` nearest rows of each query.
pub(super) fn nearest(task: &Task<'_>, queries: &[Query]) -> Vec<Vec<Neighbor>> {
    if task.k == 0 || task.words == 0 {
        return vec![Vec::new(); queries.len()];
    }
    queries.chunks(GROUP).flat_map(|group| nearest_of_group(task, group)).collect()
}

fn nearest_of_group(task: &Task<'_>, queries: &[Query]) -> Vec<Vec<Neighbor>> {
    let pairs: Vec<_> = queries.iter().map(|q| (&q.direction[..], &q.exact[..])).collect();
    let directions = Directions::new(task.vectors, &pairs, task.threads);
    let rows = block_rows(task.vectors.dim());
    let blocks = task.words.div_ceil(rows);
    let empty: Vec<Top> =
        queries.iter().map(|q| Top::new(keep(task.k, task.words, q.excluded.len()))).collect();
    let scanned = on_threads(thread_count(task.threads, blocks), |next| {
        let (mut tops, mut out) = (empty.clone(), vec![0.0; rows * PANEL]);
        // Columns to spare never pass.
        let mut thresholds = vec![[f32::INFINITY; PANEL]; directions.panels()];
        thresholds.as_flattened_mut()[..queries.len()].fill(f32::NEG_INFINITY);
        loop {
            let first = next.fetch_add(1, Ordering::Relaxed) * rows;
            if first >= task.words {
                return tops;
            }
            let rows = rows.min(task.words - first);
            for p in 0..directions.panels() {
                directions.cosines(first, rows, p, &mut out);
                let tops = &mut tops[p * PANEL..][..directions.columns(p)];
                offer(&out[..rows * PANEL], first as u32, &mut thresholds[p], tops);
            }
        }
    });
    let tops = merge(scanned);
    finish(task, tops, |q, id| {
        let similarity = exact_cosine(task.vectors.vector(id), &queries[q].exact);
        (!queries[q].excluded.contains(&id)).then_some(similarity)
    })
}

/// How many rows the scan keeps for a question that excludes `excluded` of them.
pub(super) fn keep(k: usize, words: usize, excluded: usize) -> usize {
    k.saturating_add(MARGIN + excluded).min(words)
}

/// Pushes the scores of a block that are above their threshold.
fn offer(scores: &[f32], first: u32, thresholds: &mut [f32; PANEL], tops: &mut [Top]) {
    let (rows, _) = scores.as_chunks::<PANEL>();
    for (i, row) in rows.iter().enumerate() {
        // Without a branch inside, this becomes a few vector comparisons.
        let any =
            row.iter().zip(&*thresholds).fold(false, |any, (score, threshold)| any | (score > threshold));
        if any {
            for (j, top) in tops.iter_mut().enumerate() {
                if row[j] > thresholds[j] {
                    top.push(first + i as u32, row[j], &mut thresholds[j]);
                }
            }
        }
    }
}

/// The best rows of all threads, for each question.
pub(super) fn merge(scanned: Vec<Vec<Top>>) -> Vec<Top> {
    let mut threads = scanned.into_iter();
    let mut tops = threads.next().unwrap_or_default();
    for other in threads {
        tops.iter_mut().zip(other).for_each(|(top, other)| top.merge(other));
    }
    tops
}

/// Scores the kept rows of each question exactly (`None` = excluded), sorts them and cuts to `k`.
pub(super) fn finish(
    task: &Task<'_>,
    tops: Vec<Top>,
    exact: impl Fn(usize, u32) -> Option<f64> + Sync,
) -> Vec<Vec<Neighbor>> {
    let answer = |q: usize, top: Top| -> Vec<Neighbor> {
        let scored = top.ids().filter_map(|id| Some(Scored { id, score: exact(q, id)? as f32 }));
        let mut scored: Vec<Scored> = scored.collect();
        scored.sort_unstable_by(best_first);
        scored.truncate(task.k);
        scored.iter().map(|s| Neighbor { id: s.id, similarity: s.score }).collect()
    };
    let part = tops.len().div_ceil(thread_count(task.threads, tops.len() / 64)).max(1);
    let mut tops = tops.into_iter();
    let parts: Vec<Vec<Top>> =
        std::iter::from_fn(|| Some(tops.by_ref().take(part).collect::<Vec<_>>()).filter(|p| !p.is_empty()))
            .collect();
    let answer = &answer;
    thread::scope(|scope| {
        let handles: Vec<_> = parts
            .into_iter()
            .enumerate()
            .map(|(p, tops)| {
                let each = move |(i, top)| answer(p * part + i, top);
                scope.spawn(move || tops.into_iter().enumerate().map(each).collect::<Vec<_>>())
            })
            .collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    })
}
