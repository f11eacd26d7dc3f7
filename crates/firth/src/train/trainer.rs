//! From a corpus and settings to a model.

use super::chunk::Done;
use super::lane::{Draws, Tables};
use super::rounds::{Rounds, Schedule};
use super::settings::Settings;
use crate::corpus::EncodedCorpus;
use crate::error::{Error, ErrorKind, Result};
use crate::kernel::Kernels;
use crate::matrix::Matrix;
use crate::model::Model;
use crate::rng::{Purpose, Stream};
use crate::vocab::{NoiseTable, Subsampling, Vocabulary};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often progress is told.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// Trains models with one set of settings.
#[derive(Clone, Debug)]
pub struct Trainer {
    settings: Settings,
}

/// How far a training run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The epoch under way, from 1.
    pub epoch: usize,
    /// Tokens trained so far, over all epochs.
    pub tokens: u64,
    /// Tokens to train in all.
    pub tokens_in_all: u64,
    /// Mean loss per positive pair since the last report, in nats.
    pub loss: f64,
    /// The present learning rate.
    pub learning_rate: f64,
    /// Time since training began.
    pub elapsed: Duration,
}

impl Progress {
    /// Tokens per second since training began.
    pub fn tokens_per_second(&self) -> f64 {
        self.tokens as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// The time left at the present pace.
    pub fn remaining(&self) -> Duration {
        let left = (self.tokens_in_all - self.tokens) as f64;
        Duration::try_from_secs_f64(left / self.tokens_per_second().max(1e-9)).unwrap_or(Duration::MAX)
    }
}

/// Why training ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// All epochs are trained.
    Complete,
    /// The caller asked to stop; the model is that of the last whole round.
    Stopped,
    /// A score stopped being finite. The step was not applied: the model is as it was before, and finite.
    Diverged {
        /// The epoch of the step, from 1.
        epoch: usize,
        /// The round of the step, from 1, counted over all epochs.
        round: u64,
        /// Tokens trained before the round.
        tokens: u64,
    },
}

/// What training left.
#[derive(Debug)]
pub struct Outcome {
    /// The model, whose metadata tells how it came to be.
    pub model: Model,
    /// Why training ended.
    pub ending: Ending,
    /// Mean loss per positive pair in each epoch begun, in nats.
    pub losses: Vec<f64>,
    /// Tokens trained, over all epochs.
    pub tokens: u64,
    /// How long training took.
    pub elapsed: Duration,
}

/// Loss and pairs of a stretch of time.
#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    loss: f64,
    pairs: u64,
}

impl Mean {
    fn add(&mut self, done: Done) {
        self.loss += done.loss;
        self.pairs += done.pairs;
    }

    fn value(self) -> f64 {
        if self.pairs == 0 { 0.0 } else { self.loss / self.pairs as f64 }
    }
}

impl Trainer {
    /// A trainer with valid `settings`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] names the first setting out of its range.
    pub fn new(settings: Settings) -> Result<Self> {
        settings.validate()?;
        Ok(Self { settings })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Trains on `corpus`, whose ids are those of `vocabulary`. `observe` hears of the progress ten times a second;
    /// training stops at the end of a round once `stop` is true.
    ///
    /// # Errors
    /// [`ErrorKind::UnusableCorpus`] when there are no tokens, or fewer than two words to tell apart.
    pub fn train(
        &self,
        vocabulary: Vocabulary,
        corpus: &EncodedCorpus,
        stop: &AtomicBool,
        observe: &mut dyn FnMut(&Progress),
    ) -> Result<Outcome> {
        check(&vocabulary, corpus)?;
        let settings = &self.settings;
        let subsampling = Subsampling::new(vocabulary.counts(), settings.subsample)?;
        let noise = NoiseTable::new(vocabulary.counts(), settings.noise_exponent)?;
        let kernels = match settings.kernels {
            Some(path) => {
                Kernels::forced(path).ok_or_else(|| Error::invalid_argument("kernels are missing"))?
            }
            None => Kernels::detect(),
        };
        let threads = settings.thread_count();
        let (rows, dim) = (vocabulary.len(), settings.dim);
        let schedule = Schedule::new(settings, corpus.ids().len());
        let input = initial_rows(rows, dim, settings.seed, threads);
        let tables = Tables::new(input, Matrix::zeros(rows, dim), schedule.lanes(), settings);
        let draws = Draws { ids: corpus.ids(), subsampling: &subsampling, noise: &noise, settings };

        let mut course = Course::new(schedule.clone(), corpus.tokens(), stop);
        let rounds = Rounds::new(draws, kernels, &tables, schedule, threads);
        rounds.run(threads, &mut |round, done| course.after(round, done, observe));
        drop(rounds);
        let elapsed = course.start.elapsed();
        let losses: Vec<f64> = course.losses.iter().map(|mean| mean.value()).collect();
        let metadata = serde_json::json!({
            "program": concat!("firth ", env!("CARGO_PKG_VERSION")),
            "loss": "negative-sampling",
            "settings": settings,
            "corpus": { "digest": corpus.digest(), "tokens": corpus.tokens() },
            "tokens": course.tokens,
            "mean_loss": losses,
        });
        let (input, output) = (tables.input.into_matrix(), Some(tables.output.into_matrix()));
        Ok(Outcome {
            model: Model { vocabulary, input, output, metadata },
            losses,
            tokens: course.tokens,
            elapsed,
            ending: course.ending,
        })
    }
}

fn check(vocabulary: &Vocabulary, corpus: &EncodedCorpus) -> Result<()> {
    let problem = match (vocabulary.len(), corpus.tokens()) {
        (_, 0) => "the corpus has no token of the vocabulary".to_string(),
        (0 | 1, _) => format!("the vocabulary has {} word, expected at least two", vocabulary.len()),
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::UnusableCorpus, problem))
}

/// The course of one run, as the leading thread follows it.
struct Course<'a> {
    schedule: Schedule,
    corpus_tokens: u64,
    stop: &'a AtomicBool,
    start: Instant,
    reported: Instant,
    recent: Mean,
    losses: Vec<Mean>,
    tokens: u64,
    ending: Ending,
}

impl<'a> Course<'a> {
    fn new(schedule: Schedule, corpus_tokens: u64, stop: &'a AtomicBool) -> Self {
        let now = Instant::now();
        Self {
            schedule,
            corpus_tokens,
            stop,
            start: now,
            reported: now,
            recent: Mean::default(),
            losses: Vec::new(),
            tokens: 0,
            ending: Ending::Complete,
        }
    }

    /// Tokens trained before `round`: its share of the ids, which sentence marks are a part of.
    fn tokens_before(&self, round: u64) -> u64 {
        let in_all = self.schedule.ids_in_all();
        let tokens_in_all = u128::from(self.corpus_tokens) * u128::from(self.schedule.epochs());
        (tokens_in_all * u128::from(self.schedule.ids_before(round)) / u128::from(in_all.max(1))) as u64
    }

    /// Takes note of a round; false when training is to stop.
    fn after(&mut self, round: u64, done: Done, observe: &mut dyn FnMut(&Progress)) -> bool {
        let epoch = self.schedule.epoch(round) as usize;
        self.losses.resize(epoch + 1, Mean::default());
        self.losses[epoch].add(done);
        self.recent.add(done);
        let last = round + 1 == self.schedule.rounds();
        self.tokens = self.tokens_before(round + 1);
        if done.diverged {
            self.tokens = self.tokens_before(round);
            self.ending = Ending::Diverged { epoch: epoch + 1, round: round + 1, tokens: self.tokens };
        } else if self.stop.load(Ordering::Relaxed) && !last {
            self.ending = Ending::Stopped;
        }
        let ended = self.ending != Ending::Complete;
        if last || ended || self.reported.elapsed() >= REPORT_EVERY {
            observe(&Progress {
                epoch: epoch + 1,
                tokens: self.tokens,
                tokens_in_all: self.corpus_tokens * self.schedule.epochs(),
                loss: self.recent.value(),
                learning_rate: self.schedule.rate(round),
                elapsed: self.start.elapsed(),
            });
            self.recent = Mean::default();
            self.reported = Instant::now();
        }
        !ended
    }
}

/// The rows before training: uniform in `[-1/2, 1/2) / dim`, keyed by row, so that no thread matters.
pub(super) fn initial_rows(rows: usize, dim: usize, seed: u64, threads: usize) -> Matrix {
    let mut matrix = Matrix::zeros(rows, dim);
    let stride = matrix.stride();
    let share = rows.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for (part, block) in matrix.as_mut_slice().chunks_mut(share * stride).enumerate() {
            scope.spawn(move || {
                for (i, row) in block.chunks_exact_mut(stride).enumerate() {
                    let mut stream = Stream::new(seed, Purpose::Initialization, &[(part * share + i) as u64]);
                    row[..dim].fill_with(|| (stream.unit_f32() - 0.5) / dim as f32);
                }
            });
        }
    });
    matrix
}
