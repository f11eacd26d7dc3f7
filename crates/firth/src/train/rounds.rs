//! The rounds: threads claim lanes to train, then rows to merge and lanes to plan.
//!
//! Who computes what does not matter: a lane's step depends on the lane, the round and the rows as they stood at the
//! round's start. There are two barriers a round, and between them
//!
//! * every lane *trains* its planned round, rows of its own in place and rows of several lanes as copies;
//! * the copies are *merged*, while every lane already *plans* its next round.
//!
//! All numbers of the schedule (epoch, learning rate, last round) follow from the round's number, so threads share no
//! state but the stop flag.

use super::barrier::Barrier;
use super::chunk::{Done, Round, Rows, Scratch};
use super::lane::{Draws, Lane, Tables};
use super::settings::Settings;
use crate::kernel::Kernels;
use crate::matrix::Shared;
use crate::optimizer::LinearDecay;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Tokens that make a lane worth having: below, fewer lanes are used, so that a small corpus is not trained in copies.
const TOKENS_PER_LANE: usize = 16_384;

/// Rows that one merge task takes.
const MERGE_BLOCK: usize = 32;

/// What the corpus and the settings say about the course of the training.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    stretches: Vec<std::ops::Range<usize>>,
    rounds_per_epoch: u64,
    epochs: u64,
    round: usize,
    ids: u64,
    decay: LinearDecay,
}

impl Schedule {
    /// The schedule for a corpus of `ids` ids (sentence marks included).
    pub fn new(settings: &Settings, ids: usize) -> Self {
        let lanes = (ids / TOKENS_PER_LANE).clamp(1, settings.lanes);
        let border = |l: usize| (l as u128 * ids as u128 / lanes as u128) as usize;
        let stretches: Vec<_> = (0..lanes).map(|l| border(l)..border(l + 1)).collect();
        let longest = stretches.iter().map(|s| s.len()).max().unwrap_or(0);
        Self {
            stretches,
            rounds_per_epoch: longest.div_ceil(settings.round).max(1) as u64,
            epochs: settings.epochs as u64,
            round: settings.round,
            ids: ids as u64,
            decay: LinearDecay::new(settings.learning_rate, ids as u64 * settings.epochs as u64),
        }
    }

    pub fn rounds(&self) -> u64 {
        self.rounds_per_epoch * self.epochs
    }

    pub fn lanes(&self) -> usize {
        self.stretches.len()
    }

    /// The ids that each lane walks in an epoch.
    pub fn stretches(&self) -> &[std::ops::Range<usize>] {
        &self.stretches
    }

    pub fn epochs(&self) -> u64 {
        self.epochs
    }

    pub fn epoch(&self, round: u64) -> u64 {
        round / self.rounds_per_epoch
    }

    /// Ids read before `round`, over all lanes and epochs.
    pub fn ids_before(&self, round: u64) -> u64 {
        let (epoch, in_epoch) = (self.epoch(round), round % self.rounds_per_epoch);
        let read =
            |s: &std::ops::Range<usize>| s.len().min((in_epoch as usize).saturating_mul(self.round)) as u64;
        epoch * self.ids + self.stretches.iter().map(read).sum::<u64>()
    }

    /// Ids that all epochs read.
    pub fn ids_in_all(&self) -> u64 {
        self.ids * self.epochs
    }

    pub fn rate(&self, round: u64) -> f64 {
        self.decay.rate(self.ids_before(round))
    }
}

/// Everything that the threads share.
pub(super) struct Rounds<'a> {
    draws: Draws<'a>,
    kernels: &'a Kernels,
    tables: &'a Tables,
    schedule: Schedule,
    lanes: Vec<Mutex<Lane>>,
    shared: Vec<RwLock<[Shared; 2]>>,
    done: Vec<Mutex<Done>>,
    barrier: Barrier,
    stop: AtomicBool,
    next_to_train: AtomicUsize,
    next_to_plan: AtomicUsize,
    next_to_merge: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Rounds<'a> {
    pub fn new(
        draws: Draws<'a>,
        kernels: &'a Kernels,
        tables: &'a Tables,
        schedule: Schedule,
        threads: usize,
    ) -> Self {
        let stretches = schedule.stretches().iter().cloned().enumerate();
        Self {
            draws,
            kernels,
            tables,
            lanes: stretches.map(|(l, stretch)| Mutex::new(Lane::new(l, stretch))).collect(),
            shared: schedule.stretches.iter().map(|_| RwLock::default()).collect(),
            done: schedule.stretches.iter().map(|_| Mutex::default()).collect(),
            schedule,
            barrier: Barrier::new(threads),
            stop: AtomicBool::new(false),
            next_to_train: AtomicUsize::new(0),
            next_to_plan: AtomicUsize::new(0),
            next_to_merge: AtomicUsize::new(0),
        }
    }

    /// Trains with the calling thread and `threads - 1` others. After each round `after` gets its number and what was
    /// done, lane by lane; training stops when it returns false.
    pub fn run(&self, threads: usize, after: &mut dyn FnMut(u64, Done) -> bool) {
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| self.work(None));
            }
            self.work(Some(after));
        });
    }

    /// One thread's part. The thread with `after` leads: it resets the counters and decides whether to go on.
    fn work(&self, mut after: Option<&mut dyn FnMut(u64, Done) -> bool>) {
        let leads = after.is_some();
        let mut scratch = Scratch::new(self.draws.settings);
        let mut rows = Rows::default();
        self.plan_lanes(0);
        for round in 0..self.schedule.rounds() {
            self.barrier.wait();
            if self.stop.load(Relaxed) {
                return;
            }
            if leads {
                self.next_to_plan.store(0, Relaxed);
                self.next_to_merge.store(0, Relaxed);
            }
            self.train_lanes(round, &mut scratch, &mut rows);
            self.barrier.wait();
            if let Some(after) = &mut after {
                self.next_to_train.store(0, Relaxed);
                self.tables.input.forget_copies();
                self.tables.output.forget_copies();
                let done = self.done.iter().map(|done| std::mem::take(&mut *lock(done)));
                let done = done.fold(Done::default(), Done::plus);
                if !after(round, done) {
                    self.stop.store(true, Relaxed);
                }
            }
            if round + 1 < self.schedule.rounds() {
                self.plan_lanes(round + 1);
            }
            self.merge_rows(round);
        }
        // Nobody returns before the last merge is done, because the scope waits for all.
    }

    fn plan_lanes(&self, round: u64) {
        let epoch = self.schedule.epoch(round);
        loop {
            let l = self.next_to_plan.fetch_add(1, Relaxed);
            let Some(lane) = self.lanes.get(l) else { return };
            let mut lane = lock(lane);
            if round.is_multiple_of(self.schedule.rounds_per_epoch) {
                lane.rewind();
            }
            lane.plan(&self.draws, self.tables, epoch, round);
        }
    }

    fn train_lanes(&self, round: u64, scratch: &mut Scratch, rows: &mut Rows) {
        loop {
            let l = self.next_to_train.fetch_add(1, Relaxed);
            let Some(lane) = self.lanes.get(l) else { return };
            let lane = lock(lane);
            let mut shared = self.shared[l].write().unwrap_or_else(PoisonError::into_inner);
            let context = Round {
                kernels: self.kernels,
                settings: self.draws.settings,
                tables: self.tables,
                lane: &lane,
                rate: self.schedule.rate(round) as f32,
            };
            if round > 0 {
                let [input, output] = lane.stamped_before();
                self.tables.input.clear_stamps(round - 1, input);
                self.tables.output.clear_stamps(round - 1, output);
            }
            rows.resolve(&context, round, &mut shared);
            *lock(&self.done[l]) = scratch.train(&context, rows);
        }
    }

    fn merge_rows(&self, round: u64) {
        let saturation = self.draws.settings.saturation as f32;
        let shared = self.shared.iter().map(|shared| shared.read().unwrap_or_else(PoisonError::into_inner));
        let mut claimed = self.next_to_merge.fetch_add(1, Relaxed);
        let mut first_task = 0;
        for shared in shared {
            for (table, shared) in [&self.tables.input, &self.tables.output].into_iter().zip(&*shared) {
                let tasks = shared.merges().len().div_ceil(MERGE_BLOCK);
                while claimed < first_task + tasks {
                    let from = (claimed - first_task) * MERGE_BLOCK;
                    let rows = &shared.merges()[from..];
                    table.merge(self.kernels, round, &rows[..rows.len().min(MERGE_BLOCK)], saturation);
                    claimed = self.next_to_merge.fetch_add(1, Relaxed);
                }
                first_task += tasks;
            }
        }
    }
}
