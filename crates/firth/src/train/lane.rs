//! A lane: one stretch of the corpus, walked round by round.
//!
//! In each round a lane draws which of its next tokens are kept, how wide their windows are and which noise words their
//! chunks meet. None of that depends on a weight, so it happens before anything is trained, and every row that the round
//! will touch is stamped. A position is trained once the tokens to its right are known, and only in whole chunks: what is
//! left over waits for the next round, so neither a window nor a chunk is cut at a round's end.

use super::settings::{Architecture, Settings, WindowRule};
use crate::corpus::SENTENCE_END;
use crate::kernel::PANEL;
use crate::matrix::{LaneTable, Matrix};
use crate::rng::{Purpose, Stream};
use crate::vocab::{NoiseTable, Subsampling};
use std::ops::Range;

/// Positions of a chunk, which share a pool of noise words.
pub(super) const CHUNK: usize = 32;

/// Positions of a step: all its gradients are taken at one point. Half a chunk, because the rows of noise words meet
/// every position of a step at once, and with 32 of them the learning rates that word vectors like best overshoot.
pub(super) const STEP: usize = 16;

/// Noise words that the positions of a chunk share.
pub(super) const POOL: usize = PANEL;

/// What all lanes draw from.
pub(super) struct Draws<'a> {
    pub ids: &'a [u32],
    pub subsampling: &'a Subsampling,
    pub noise: &'a NoiseTable,
    pub settings: &'a Settings,
}

/// The two tables that are trained.
pub(super) struct Tables {
    pub input: LaneTable,
    pub output: LaneTable,
}

/// One lane's plan for one round.
pub(super) struct Lane {
    index: usize,
    /// The lane's ids, and the next one to read.
    stretch: Range<usize>,
    cursor: usize,
    /// Kept tokens around the positions to train, and where the sentence of each starts and ends.
    tokens: Vec<u32>,
    sentence_start: Vec<u32>,
    sentence_end: Vec<u32>,
    /// Whether the next kept token opens a sentence.
    at_start: bool,
    /// The positions that this round trains.
    centers: Range<usize>,
    /// The first and last position of each center's window.
    windows: Vec<(u32, u32)>,
    /// `POOL` noise words for each chunk.
    noise: Vec<u32>,
    /// Rows stamped this round, of the input and of the output table.
    stamped: [Vec<u32>; 2],
    /// The same of the round before, whose stamps are still to be cleared.
    stamped_before: [Vec<u32>; 2],
}

impl Tables {
    /// Tables for `lanes` lanes to train in: every row that a lane touches in a round may have to be copied.
    pub fn new(input: Matrix, output: Matrix, lanes: usize, settings: &Settings) -> Self {
        // A round trains what it reads, and what the round before left over: less than a chunk and a window.
        let centers = settings.round + CHUNK + settings.window;
        let contexts = centers + 2 * settings.window;
        let noise = centers.div_ceil(CHUNK) * POOL;
        let (inputs, outputs) = match settings.architecture {
            Architecture::SkipGram => (centers, contexts + noise),
            Architecture::Cbow => (contexts, centers + noise),
        };
        let copies = |rows: usize| lanes * rows.min(input.rows());
        let (inputs, outputs) = (copies(inputs), copies(outputs));
        Self { input: LaneTable::new(input, inputs), output: LaneTable::new(output, outputs) }
    }
}

impl Lane {
    pub fn new(index: usize, stretch: Range<usize>) -> Self {
        Self {
            index,
            cursor: stretch.start,
            stretch,
            tokens: Vec::new(),
            sentence_start: Vec::new(),
            sentence_end: Vec::new(),
            at_start: true,
            centers: 0..0,
            windows: Vec::new(),
            noise: Vec::new(),
            stamped: Default::default(),
            stamped_before: Default::default(),
        }
    }

    pub fn index(&self) -> usize {
        self.index
    }

    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    pub fn centers(&self) -> Range<usize> {
        self.centers.clone()
    }

    /// First and last position of the window of the center at position `i`.
    pub fn window(&self, i: usize) -> (usize, usize) {
        let (first, last) = self.windows[i - self.centers.start];
        (first as usize, last as usize)
    }

    pub fn noise(&self) -> &[u32] {
        &self.noise
    }

    /// The positions whose rows the centers' windows may touch.
    pub fn contexts(&self, window: usize) -> Range<usize> {
        if self.centers.is_empty() {
            return 0..0;
        }
        self.centers.start.saturating_sub(window)..(self.centers.end + window).min(self.tokens.len())
    }

    /// Goes back to the start for another epoch.
    pub fn rewind(&mut self) {
        self.cursor = self.stretch.start;
        self.tokens.clear();
        self.sentence_start.clear();
        self.at_start = true;
        self.centers = 0..0;
    }

    /// Draws the next round of `epoch` and stamps the rows it will touch.
    pub fn plan(&mut self, draws: &Draws<'_>, tables: &Tables, epoch: u64, round: u64) {
        let key = |part| [epoch, self.index as u64, round, part];
        let stream = |part| Stream::new(draws.settings.seed, Purpose::Sampling, &key(part));
        let (mut keep, mut radii, mut noise) = (stream(0), stream(1), stream(2));
        self.forget(draws.settings.window);
        self.read(draws, &mut keep);
        self.choose_centers(draws.settings.window);
        self.draw_windows(draws.settings, &mut radii);
        self.noise.clear();
        let chunks = self.centers.len().div_ceil(CHUNK);
        self.noise.extend((0..chunks * POOL).map(|_| draws.noise.sample(noise.next_u64())));
        self.stamp(draws.settings, tables, round);
    }

    /// Drops the tokens that no window can reach any more.
    fn forget(&mut self, window: usize) {
        let gone = self.centers.end.saturating_sub(window);
        self.tokens.drain(..gone);
        self.sentence_start.drain(..gone);
        for start in &mut self.sentence_start {
            *start = start.saturating_sub(gone as u32);
        }
        let next = self.centers.end - gone;
        self.centers = next..next;
    }

    /// Reads the round's tokens and keeps those that the subsampling lets pass.
    fn read(&mut self, draws: &Draws<'_>, keep: &mut Stream) {
        let end = self.stretch.end.min(self.cursor + draws.settings.round);
        let mut start = match self.sentence_start.last() {
            Some(&start) if !self.at_start => start,
            _ => self.tokens.len() as u32,
        };
        for &id in &draws.ids[self.cursor..end] {
            if id == SENTENCE_END {
                start = self.tokens.len() as u32;
            } else if draws.subsampling.keeps(id, keep.next_u32()) {
                self.tokens.push(id);
                self.sentence_start.push(start);
            }
        }
        self.at_start = start as usize == self.tokens.len();
        self.cursor = end;
    }

    /// The positions whose windows are complete, in whole chunks; at the end of the stretch, all that are left.
    fn choose_centers(&mut self, window: usize) {
        let start = self.centers.start;
        let end = if self.cursor == self.stretch.end {
            self.tokens.len()
        } else {
            let complete = self.tokens.len().saturating_sub(window).saturating_sub(start);
            start + complete / CHUNK * CHUNK
        };
        self.centers = start..end;
    }

    fn draw_windows(&mut self, settings: &Settings, radii: &mut Stream) {
        let len = self.tokens.len();
        self.sentence_end.clear();
        self.sentence_end.resize(len, 0);
        for i in (self.centers.start..len).rev() {
            let goes_on = i + 1 < len && self.sentence_start[i + 1] == self.sentence_start[i];
            self.sentence_end[i] = if goes_on { self.sentence_end[i + 1] } else { i as u32 };
        }
        self.windows.clear();
        for i in self.centers.clone() {
            let radius = match settings.window_rule {
                WindowRule::Shrinking => {
                    1 + ((u64::from(radii.next_u32()) * settings.window as u64) >> 32) as usize
                }
                WindowRule::Full => settings.window,
            };
            let first = i.saturating_sub(radius).max(self.sentence_start[i] as usize);
            let last = (i + radius).min(self.sentence_end[i] as usize);
            self.windows.push((first as u32, last as u32));
        }
    }

    fn stamp(&mut self, settings: &Settings, tables: &Tables, round: u64) {
        let (centers, contexts) = (self.centers(), self.contexts(settings.window));
        let (inputs, outputs) = match settings.architecture {
            Architecture::SkipGram => (centers, contexts),
            Architecture::Cbow => (contexts, centers),
        };
        std::mem::swap(&mut self.stamped, &mut self.stamped_before);
        let [input, output] = &mut self.stamped;
        input.clear();
        output.clear();
        tables.input.stamp_all(round, self.index, &self.tokens[inputs], input);
        tables.output.stamp_all(round, self.index, &self.tokens[outputs], output);
        tables.output.stamp_all(round, self.index, &self.noise, output);
    }

    /// The rows that this plan stamped, of the input and of the output table.
    pub fn stamped(&self) -> &[Vec<u32>; 2] {
        &self.stamped
    }

    /// The rows that the plan before this one stamped, of the input and of the output table.
    pub fn stamped_before(&self) -> &[Vec<u32>; 2] {
        &self.stamped_before
    }
}
