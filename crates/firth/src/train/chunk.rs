//! The chunks of the trainer: 32 consecutive positions of a lane, the pool of noise words that they share, and the steps of
//! 16 positions that train them.
//!
//! ```text
//! S  = X N'              scores with the pool, and those of the positives one by one
//! G  = W o (Yhat - Y)    the loss
//! dX = G N, dN = G' X    and the same for the positives
//! ```
//!
//! A step computes everything from the rows as they were when it began; then the rows change, those of the pool in the
//! chunk's own copy, which is added to the noise rows at the end. What a row of `X` is,
//! which pairs are positive and where `dX` goes is the architecture's business: [`skip_gram`] and [`cbow`] each have
//! the functions `gather`, `positives`, `apply` and `note`.

use super::band::Band;
use super::lane::{CHUNK, Lane, POOL, STEP, Tables};
use super::settings::{Architecture, Settings};
use super::{cbow, skip_gram};
use crate::kernel::{Ahead, Coefficients, Kernels, PANEL, Pair, RowPtr, Sparse};
use crate::loss::{NegativeSampling, Scores};
use crate::matrix::{LaneTable, Matrix, RowRef, Shared};
use std::ops::Range;

/// The rows of a round as its lane sees them.
#[derive(Default)]
pub(super) struct Rows {
    /// Of the centers, in their table.
    centers: Vec<RowRef>,
    /// Of the positions that windows reach, in the other table.
    contexts: Vec<RowRef>,
    /// Of the pool words of all chunks, in the output table.
    noise: Vec<RowRef>,
}

impl Rows {
    /// Looks up every row of the lane's plan, once all lanes have stamped theirs; tells which rows it shares.
    pub fn resolve(&mut self, round: &Round<'_>, number: u64, shared: &mut [Shared; 2]) {
        let (tables, lane, l) = (round.tables, round.lane, round.lane.index());
        let ([inputs, outputs], [shared_inputs, shared_outputs]) = (lane.stamped(), shared);
        tables.input.start_round(number, l, inputs, shared_inputs);
        tables.output.start_round(number, l, outputs, shared_outputs);
        let centers = &lane.tokens()[lane.centers()];
        let contexts = &lane.tokens()[lane.contexts(round.settings.window)];
        let (inputs, outputs) = match round.settings.architecture {
            Architecture::SkipGram => ((&mut self.centers, centers), (&mut self.contexts, contexts)),
            Architecture::Cbow => ((&mut self.contexts, contexts), (&mut self.centers, centers)),
        };
        let output = |&row: &u32| tables.output.resolve(number, l, row);
        inputs.0.clear();
        inputs.0.extend(inputs.1.iter().map(|&row| tables.input.resolve(number, l, row)));
        outputs.0.clear();
        outputs.0.extend(outputs.1.iter().map(output));
        self.noise.clear();
        self.noise.extend(lane.noise().iter().map(output));
    }
}

/// What all steps of a lane's round have in common.
pub(super) struct Round<'a> {
    pub kernels: &'a Kernels,
    pub settings: &'a Settings,
    pub tables: &'a Tables,
    pub lane: &'a Lane,
    /// The learning rate.
    pub rate: f32,
}

/// What steps have done, summed up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    /// The loss, summed over the pairs.
    pub loss: f64,
    /// Positive pairs.
    pub pairs: u64,
    /// Whether a score stopped being finite; that step was not applied.
    pub diverged: bool,
}

impl Done {
    /// What two lanes did.
    pub fn plus(self, other: Done) -> Done {
        Done {
            loss: self.loss + other.loss,
            pairs: self.pairs + other.pairs,
            diverged: self.diverged || other.diverged,
        }
    }
}

/// The rows of one step.
pub(super) struct ChunkRows<'a> {
    pub centers: Vec<RowPtr<'a>>,
    pub contexts: Vec<RowPtr<'a>>,
}

/// The references behind [`ChunkRows`], to note what was trained.
pub(super) struct ChunkRefs<'a> {
    pub centers: &'a [RowRef],
    pub contexts: &'a [RowRef],
}

/// One thread's buffers: allocated once, used for every step.
pub(super) struct Scratch {
    /// The input rows `X`.
    pub x: Matrix,
    /// `dX`
    pub gradient: Matrix,
    pub band: Band,
    /// The scores, then the coefficients, of the positive pairs.
    pub positive: Vec<f32>,
    pub transposed: Vec<f32>,
    pub diagonal: cbow::Diagonal,
    /// The noise rows as the chunk's steps change them, and as they were before.
    pool: Matrix,
    pool_before: Matrix,
    pool_gradient: Matrix,
    panel: Matrix,
    noise: Vec<f32>,
    collisions: Vec<Pair>,
    no_terms: Vec<u32>,
    /// The memory of the next chunk's rows.
    lines: Vec<*const f32>,
    loss: NegativeSampling,
}

impl Scratch {
    pub fn new(settings: &Settings) -> Self {
        let rows = |rows| Matrix::zeros(rows, settings.dim);
        Self {
            x: rows(STEP),
            gradient: rows(STEP),
            band: Band::default(),
            positive: Vec::new(),
            transposed: Vec::new(),
            diagonal: cbow::Diagonal::default(),
            pool: rows(POOL),
            pool_before: rows(POOL),
            pool_gradient: rows(POOL),
            panel: Matrix::zeros(settings.dim, PANEL),
            noise: vec![0.0; STEP * POOL],
            collisions: Vec::new(),
            no_terms: vec![0; POOL + 1],
            lines: Vec::new(),
            loss: NegativeSampling::new(settings.negatives),
        }
    }

    /// Trains all chunks of a round.
    pub fn train(&mut self, round: &Round<'_>, rows: &Rows) -> Done {
        let mut done = Done::default();
        let all = round.lane.centers();
        for (chunk, start) in all.clone().step_by(CHUNK).enumerate() {
            let pool = chunk * POOL..(chunk + 1) * POOL;
            self.open_pool(round, &rows.noise[pool.clone()]);
            let (end, pairs) = (all.end.min(start + CHUNK), done.pairs);
            for first in (start..end).step_by(STEP) {
                self.step(round, rows, first..end.min(first + STEP), pool.clone(), &mut done);
                if done.diverged {
                    return done;
                }
            }
            self.close_pool(round, &rows.noise[pool], (done.pairs - pairs) as u32);
        }
        done
    }

    /// Gathers a chunk's noise rows.
    fn open_pool(&mut self, round: &Round<'_>, noise: &[RowRef]) {
        for (j, &row) in noise.iter().enumerate() {
            round.tables.output.row(row).copy_to(self.pool.row_with_padding_mut(j));
        }
        self.pool_before.as_mut_slice().copy_from_slice(self.pool.as_slice());
    }

    /// Adds to the noise rows what the chunk's `pairs` pairs changed in the pool.
    fn close_pool(&mut self, round: &Round<'_>, noise: &[RowRef], pairs: u32) {
        let output = &round.tables.output;
        round.kernels.axpy(-1.0, self.pool_before.as_slice(), self.pool.as_mut_slice());
        let none = Sparse { start: &self.no_terms, source: &[], value: &[] };
        let rows: Vec<RowPtr<'_>> = noise.iter().map(|&row| output.row(row)).collect();
        round.kernels.add_sparse(&rows, 1.0, Some(self.pool.as_slice()), none, &[], self.pool.stride());
        let weight = round.rate * self.loss.noise_weight(pairs);
        noise.iter().for_each(|&row| output.note(row, weight));
    }

    fn step(
        &mut self,
        round: &Round<'_>,
        rows: &Rows,
        centers: Range<usize>,
        pool: Range<usize>,
        done: &mut Done,
    ) {
        let (all, window) = (round.lane.centers(), round.settings.window);
        let reach = round.lane.contexts(window);
        let first = centers.start.saturating_sub(window).max(reach.start);
        let contexts = first..(centers.end + window).min(reach.end);
        self.band.build(round.lane, centers.clone(), contexts.clone());

        let refs = ChunkRefs {
            centers: &rows.centers[centers.start - all.start..centers.end - all.start],
            contexts: &rows.contexts[contexts.start - reach.start..contexts.end - reach.start],
        };
        let skip_gram = round.settings.architecture == Architecture::SkipGram;
        let rows_now = pointers(round.tables, &refs, skip_gram);
        let mut lines = std::mem::take(&mut self.lines);
        list_lines(round, rows, &centers, &pool, &mut lines);
        let mut ahead = lines.iter();

        let positives = if skip_gram {
            skip_gram::gather(self, round.kernels, &rows_now);
            skip_gram::positives(self, round, &rows_now)
        } else {
            cbow::gather(self, round.kernels, &rows_now);
            cbow::positives(self, round, &rows_now)
        };
        self.score_pool(round, centers.len(), &mut ahead);
        self.find_collisions(round.lane, &round.lane.noise()[pool], &centers, &contexts, skip_gram);
        let sizes = if skip_gram { self.band.sizes() } else { self.diagonal.positives() };
        let scores = Scores {
            noise: &mut self.noise[..centers.len() * POOL],
            positive: &mut self.positive,
            positives: sizes,
            collisions: &self.collisions,
        };
        let loss = self.loss.fill(round.kernels, scores);
        if !loss.is_finite() {
            done.diverged = true;
            return;
        }
        done.loss += loss;
        done.pairs += positives as u64;

        self.train_pool(round, centers.len(), &mut ahead);
        self.lines = lines;
        if skip_gram {
            skip_gram::apply(self, round, &rows_now);
            skip_gram::note(self, round, &refs);
        } else {
            cbow::apply(self, round, &rows_now);
            cbow::note(self, round, &refs);
        }
    }

    /// Scores the pool with the `m` rows of `X`.
    fn score_pool(&mut self, round: &Round<'_>, m: usize, ahead: &mut Ahead<'_>) {
        let dim = round.settings.dim;
        let pool: [&[f32]; POOL] = std::array::from_fn(|j| self.pool.row(j));
        round.kernels.transpose_panel(&pool, dim, self.panel.as_mut_slice());
        let (x, panel) = (self.x.as_slice(), self.panel.as_slice());
        round.kernels.scores_ahead(x, self.x.stride(), m, dim, panel, &mut self.noise, ahead);
    }

    /// `dX = G N` from the pool as it is, then the step of the pool itself along `dN = G' X`.
    fn train_pool(&mut self, round: &Round<'_>, m: usize, ahead: &mut Ahead<'_>) {
        let g = |row_stride, term_stride| Coefficients { values: &self.noise, row_stride, term_stride };
        let stride = self.x.stride();
        let (pool, dx) = (self.pool.as_slice(), self.gradient.as_mut_slice());
        round.kernels.combine(g(POOL, 1), pool, POOL, stride, dx, m, ahead);
        let (x, dn) = (self.x.as_slice(), self.pool_gradient.as_mut_slice());
        round.kernels.combine(g(1, POOL), x, m, stride, dn, POOL, ahead);
        round.kernels.axpy(-round.rate, self.pool_gradient.as_slice(), self.pool.as_mut_slice());
    }

    /// Finds the pool words that are positives themselves, and the positions they are positives of.
    fn find_collisions(
        &mut self,
        lane: &Lane,
        pool: &[u32],
        centers: &Range<usize>,
        contexts: &Range<usize>,
        skip_gram: bool,
    ) {
        self.collisions.clear();
        // One bit in 1024 for each pool word: nearly all positions are cleared by one look.
        let mut seen = [0u64; 16];
        for &word in pool {
            seen[word as usize / 64 % 16] |= 1 << (word % 64);
        }
        let positions = if skip_gram { contexts } else { centers };
        for (at, &word) in lane.tokens()[positions.clone()].iter().enumerate() {
            if seen[word as usize / 64 % 16] & (1 << (word % 64)) == 0 {
                continue;
            }
            for j in (0..pool.len()).filter(|&j| pool[j] == word) {
                if skip_gram {
                    self.collisions.extend(self.band.centers_of(at).iter().map(|&i| (i, j as u16)));
                } else if self.band.sizes()[at] > 0 {
                    self.collisions.push((at as u16, j as u16));
                }
            }
        }
    }
}

/// Lists the memory of those rows whose places lie in `range`.
fn push_lines(
    table: &LaneTable,
    rows: &[RowRef],
    numbers: &[u32],
    range: Range<usize>,
    lines: &mut Vec<*const f32>,
) {
    for (&row, &number) in rows.iter().zip(numbers).skip(range.start).take(range.len()) {
        table.push_lines(row, number, lines);
    }
}

/// Lists the memory that the step after the one of `centers` will touch, and a part of the next chunk's pool.
fn list_lines(
    round: &Round<'_>,
    rows: &Rows,
    centers: &Range<usize>,
    pool: &Range<usize>,
    lines: &mut Vec<*const f32>,
) {
    let (lane, tables, window) = (round.lane, round.tables, round.settings.window);
    let (all, reach) = (lane.centers(), lane.contexts(window));
    let (of_centers, of_contexts) = match round.settings.architecture {
        Architecture::SkipGram => (&tables.input, &tables.output),
        Architecture::Cbow => (&tables.output, &tables.input),
    };
    let next = centers.start + STEP - all.start;
    lines.clear();
    push_lines(of_centers, &rows.centers, &lane.tokens()[all.clone()], next..next + STEP, lines);
    let new = centers.start + STEP + window - reach.start;
    push_lines(of_contexts, &rows.contexts, &lane.tokens()[reach], new..new + STEP, lines);
    let step = (centers.start - all.start) % CHUNK / STEP;
    let share = POOL * STEP / CHUNK;
    let noise = pool.end + step * share..pool.end + (step + 1) * share;
    push_lines(&tables.output, &rows.noise, lane.noise(), noise, lines);
}

/// The rows of a step.
fn pointers<'a>(tables: &'a Tables, refs: &ChunkRefs<'_>, skip_gram: bool) -> ChunkRows<'a> {
    let input = |refs: &[RowRef]| refs.iter().map(|&row| tables.input.row(row)).collect();
    let output = |refs: &[RowRef]| refs.iter().map(|&row| tables.output.row(row)).collect();
    if skip_gram {
        ChunkRows { centers: input(refs.centers), contexts: output(refs.contexts) }
    } else {
        ChunkRows { centers: output(refs.centers), contexts: input(refs.contexts) }
    }
}
