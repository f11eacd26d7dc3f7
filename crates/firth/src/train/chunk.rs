//! One step of the trainer: up to 32 consecutive positions of a lane, and the pool of noise words that they share.
//!
//! ```text
//! S  = X N'              scores with the pool, and those of the positives one by one
//! G  = W o (Yhat - Y)    the loss
//! dX = G N, dN = G' X    and the same for the positives
//! ```
//!
//! Everything is computed from the rows as they were when the step began; then the rows change. What a row of `X` is,
//! which pairs are positive and where `dX` goes is the architecture's business: [`skip_gram`] and [`cbow`] each have
//! the functions `gather`, `positives`, `apply` and `note`.

use super::band::Band;
use super::lane::{CHUNK, Lane, POOL, Tables};
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

/// The rows of one chunk.
pub(super) struct ChunkRows<'a> {
    pub centers: Vec<RowPtr<'a>>,
    pub contexts: Vec<RowPtr<'a>>,
    pub noise: Vec<RowPtr<'a>>,
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
    pool: Matrix,
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
            x: rows(CHUNK),
            gradient: rows(CHUNK),
            band: Band::default(),
            positive: Vec::new(),
            transposed: Vec::new(),
            diagonal: cbow::Diagonal::default(),
            pool: rows(POOL),
            pool_gradient: rows(POOL),
            panel: Matrix::zeros(settings.dim, PANEL),
            noise: vec![0.0; CHUNK * POOL],
            collisions: Vec::new(),
            no_terms: vec![0; POOL + 1],
            lines: Vec::new(),
            loss: NegativeSampling::new(settings.negatives),
        }
    }

    /// Trains all chunks of a round.
    pub fn train(&mut self, round: &Round<'_>, rows: &Rows) -> Done {
        let mut done = Done::default();
        for chunk in 0..round.lane.centers().len().div_ceil(CHUNK) {
            self.step(round, rows, chunk, &mut done);
            if done.diverged {
                break;
            }
        }
        done
    }

    fn step(&mut self, round: &Round<'_>, rows: &Rows, chunk: usize, done: &mut Done) {
        let all = round.lane.centers();
        let reach = round.lane.contexts(round.settings.window);
        let centers = all.start + chunk * CHUNK..all.end.min(all.start + (chunk + 1) * CHUNK);
        let window = round.settings.window;
        let contexts =
            centers.start.saturating_sub(window).max(reach.start)..(centers.end + window).min(reach.end);
        self.band.build(round.lane, centers.clone(), contexts.clone());

        let local = |range: &Range<usize>, from: usize| range.start - from..range.end - from;
        let refs = ChunkRefs {
            centers: &rows.centers[local(&centers, all.start)],
            contexts: &rows.contexts[local(&contexts, reach.start)],
        };
        let noise = chunk * POOL..(chunk + 1) * POOL;
        let skip_gram = round.settings.architecture == Architecture::SkipGram;
        let pointers = pointers(round.tables, &refs, &rows.noise[noise.clone()], skip_gram);
        let m = pointers.centers.len();

        let (of_centers, of_contexts) = if skip_gram {
            (&round.tables.input, &round.tables.output)
        } else {
            (&round.tables.output, &round.tables.input)
        };
        let next = (chunk + 1) * CHUNK;
        let tokens = round.lane.tokens();
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        push_lines(of_centers, &rows.centers, &tokens[all], next..next + CHUNK, &mut lines);
        let pool = (chunk + 1) * POOL..(chunk + 2) * POOL;
        push_lines(&round.tables.output, &rows.noise, round.lane.noise(), pool, &mut lines);
        let new = next + 2 * window..next + 2 * window + CHUNK;
        push_lines(of_contexts, &rows.contexts, &tokens[reach], new, &mut lines);
        let mut ahead = lines.iter();
        if skip_gram {
            skip_gram::gather(self, round.kernels, &pointers);
        } else {
            cbow::gather(self, round.kernels, &pointers);
        }
        self.score_pool(round, &pointers, m, &mut ahead);
        let positives = if skip_gram {
            skip_gram::positives(self, round, &pointers)
        } else {
            cbow::positives(self, round, &pointers)
        };
        self.find_collisions(round.lane, &round.lane.noise()[noise.clone()], &centers, &contexts, skip_gram);
        let sizes = if skip_gram { self.band.sizes() } else { self.diagonal.positives() };
        let scores = Scores {
            noise: &mut self.noise[..m * PANEL],
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

        let g = |row_stride, term_stride| Coefficients { values: &self.noise, row_stride, term_stride };
        let stride = self.x.stride();
        let (pool, dx) = (self.pool.as_slice(), self.gradient.as_mut_slice());
        round.kernels.combine(g(PANEL, 1), pool, PANEL, stride, dx, m, &mut ahead);
        let (x, dn) = (self.x.as_slice(), self.pool_gradient.as_mut_slice());
        round.kernels.combine(g(1, PANEL), x, m, stride, dn, PANEL, &mut ahead);
        self.lines = lines;
        if skip_gram {
            skip_gram::apply(self, round, &pointers);
        } else {
            cbow::apply(self, round, &pointers);
        }
        let none = Sparse { start: &self.no_terms, source: &[], value: &[] };
        let dn = Some(self.pool_gradient.as_slice());
        round.kernels.add_sparse(&pointers.noise, -round.rate, dn, none, &[], stride);

        let noise_weight = round.rate * self.loss.noise_weight(positives as u32);
        for &row in &rows.noise[noise] {
            round.tables.output.note(row, noise_weight);
        }
        if skip_gram {
            skip_gram::note(self, round, &refs);
        } else {
            cbow::note(self, round, &refs);
        }
    }

    /// Gathers the pool, transposed too, and scores it with `X`.
    fn score_pool(&mut self, round: &Round<'_>, rows: &ChunkRows<'_>, m: usize, ahead: &mut Ahead<'_>) {
        for (j, row) in rows.noise.iter().enumerate() {
            row.copy_to(self.pool.row_with_padding_mut(j));
        }
        let dim = round.settings.dim;
        let pool: [&[f32]; PANEL] = std::array::from_fn(|j| self.pool.row(j));
        round.kernels.transpose_panel(&pool, dim, self.panel.as_mut_slice());
        let (x, panel) = (self.x.as_slice(), self.panel.as_slice());
        round.kernels.scores_ahead(x, self.x.stride(), m, dim, panel, &mut self.noise, ahead);
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

/// The rows of a chunk, for as long as no copy is made.
fn pointers<'a>(
    tables: &'a Tables,
    refs: &ChunkRefs<'_>,
    noise: &[RowRef],
    skip_gram: bool,
) -> ChunkRows<'a> {
    let input = |refs: &[RowRef]| refs.iter().map(|&r| tables.input.row(r)).collect();
    let output = |refs: &[RowRef]| refs.iter().map(|&r| tables.output.row(r)).collect();
    let (centers, contexts) = if skip_gram {
        (input(refs.centers), output(refs.contexts))
    } else {
        (output(refs.centers), input(refs.contexts))
    };
    ChunkRows { centers, contexts, noise: output(noise) }
}
