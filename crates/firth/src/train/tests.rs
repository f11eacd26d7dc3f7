//! The trainer against plain f64 mathematics, and its promise of equal bits.

use super::chunk::{Round, Rows, Scratch};
use super::lane::{CHUNK, Draws, Lane, POOL, STEP, Tables};
use super::rounds::Schedule;
use super::trainer::initial_rows;
use super::*;
use crate::corpus::{EncodedCorpus, SENTENCE_END};
use crate::kernel::{Kernels, Path};
use crate::matrix::{Matrix, Shared};
use crate::rng::{Purpose, Stream};
use crate::vocab::{NoiseTable, Subsampling, Vocabulary};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A corpus of `tokens` tokens over `words` words, in sentences of 0 to 40 tokens; neighbors tend to be alike.
fn corpus(words: u64, tokens: usize) -> (Vocabulary, EncodedCorpus) {
    let mut stream = Stream::new(words, Purpose::Test, &[tokens as u64]);
    let (mut ids, mut counts, mut at) = (Vec::new(), vec![1u64; words as usize], 0);
    while ids.len() < tokens {
        for _ in 0..stream.below(40) {
            at = (at + stream.below(7).pow(2)) % words;
            ids.push(at as u32);
            counts[at as usize] += 1;
        }
        if ids.last().is_some_and(|&id| id != SENTENCE_END) {
            ids.push(SENTENCE_END);
        }
    }
    let words = counts.iter().enumerate().map(|(i, &count)| (format!("w{i}"), count));
    (Vocabulary::from_words(words).unwrap(), EncodedCorpus::from_ids(ids, "test"))
}

fn train(settings: Settings, words: u64, tokens: usize) -> Outcome {
    let (vocabulary, corpus) = corpus(words, tokens);
    Trainer::new(settings).unwrap().train(vocabulary, &corpus, &AtomicBool::new(false), &mut |_| {}).unwrap()
}

fn bits(outcome: &Outcome) -> Vec<u32> {
    let output = outcome.model.output.as_ref().unwrap();
    [&outcome.model.input, output].iter().flat_map(|m| m.as_slice()).map(|v| v.to_bits()).collect()
}

type Table = Vec<Vec<f64>>;

fn wide(matrix: &Matrix) -> Table {
    (0..matrix.rows()).map(|i| matrix.row(i).iter().map(|&v| f64::from(v)).collect()).collect()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// One lane's part of a round in f64: the tables as it sees them, and how much it trained each row.
struct Naive {
    input: Table,
    output: Table,
    weights: [BTreeMap<u32, f64>; 2],
}

impl Naive {
    /// A chunk: its steps see a pool that their own changes reach at once, and the noise rows at the end.
    fn chunk(&mut self, lane: &Lane, chunk: usize, settings: &Settings, rate: f64) -> f64 {
        let words = &lane.noise()[chunk * POOL..][..POOL];
        let before: Table = words.iter().map(|&row| self.output[row as usize].clone()).collect();
        let mut pool = before.clone();
        let all = lane.centers();
        let start = all.start + chunk * CHUNK;
        let mut loss = 0.0;
        for first in (start..all.end.min(start + CHUNK)).step_by(STEP) {
            let centers = first..all.end.min(first + STEP).min(start + CHUNK);
            loss += self.step(lane, centers, words, &mut pool, settings, rate);
        }
        for ((&row, new), old) in words.iter().zip(&pool).zip(&before) {
            self.output[row as usize].iter_mut().zip(new.iter().zip(old)).for_each(|(v, (n, o))| *v += n - o);
        }
        loss
    }

    /// A step, pair by pair from the definition, against the rows as they stood.
    fn step(
        &mut self,
        lane: &Lane,
        centers: Range<usize>,
        words: &[u32],
        pool: &mut Table,
        settings: &Settings,
        rate: f64,
    ) -> f64 {
        let (dim, k) = (settings.dim, settings.negatives as f64);
        let (mut d_input, mut d_output): (BTreeMap<u32, Vec<f64>>, BTreeMap<u32, Vec<f64>>) =
            Default::default();
        let add = |to: &mut BTreeMap<u32, Vec<f64>>, row: u32, factor: f64, x: &[f64]| {
            let sum = to.entry(row).or_insert_with(|| vec![0.0; dim]);
            sum.iter_mut().zip(x).for_each(|(s, v)| *s += factor * v);
        };
        let mut d_pool = vec![vec![0.0; dim]; POOL];
        let mut loss = 0.0;
        for center in centers {
            let (first, last) = lane.window(center);
            let context: Vec<u32> =
                (first..=last).filter(|&c| c != center).map(|c| lane.tokens()[c]).collect();
            if context.is_empty() {
                continue;
            }
            let word = lane.tokens()[center];
            let (inputs, outputs) = match settings.architecture {
                Architecture::SkipGram => (vec![word], context),
                Architecture::Cbow => (context, vec![word]),
            };
            let share = 1.0 / inputs.len() as f64;
            let mut x = vec![0.0; dim];
            for &row in &inputs {
                x.iter_mut().zip(&self.input[row as usize]).for_each(|(s, v)| *s += share * v);
            }
            let mut dx = vec![0.0; dim];
            let mut meet = |u: &[f64], weight: f64, label: f64| {
                let s = dot(&x, u);
                let g = weight * (sigmoid(s) - label);
                dx.iter_mut().zip(u).for_each(|(d, v)| *d += g * v);
                loss += weight * if label == 1.0 { -sigmoid(s).ln() } else { -sigmoid(-s).ln() };
                g
            };
            for &row in &outputs {
                let g = meet(&self.output[row as usize], 1.0, 1.0);
                add(&mut d_output, row, g, &x);
                *self.weights[1].entry(row).or_default() += rate;
            }
            for (j, &row) in words.iter().enumerate() {
                // A pair does not meet its own word as noise.
                let pairs = outputs.iter().filter(|&&positive| positive != row).count();
                let g = meet(&pool[j], k / POOL as f64 * pairs as f64, 0.0);
                d_pool[j].iter_mut().zip(&x).for_each(|(d, v)| *d += g * v);
                *self.weights[1].entry(row).or_default() += rate * k / POOL as f64 * outputs.len() as f64;
            }
            for &row in &inputs {
                add(&mut d_input, row, share, &dx);
                *self.weights[0].entry(row).or_default() += rate * (1.0 + k) * outputs.len() as f64 * share;
            }
        }
        for (u, d) in pool.iter_mut().zip(&d_pool) {
            u.iter_mut().zip(d).for_each(|(u, d)| *u -= rate * d);
        }
        for (table, gradient) in [(&mut self.input, d_input), (&mut self.output, d_output)] {
            for (row, d) in gradient {
                table[row as usize].iter_mut().zip(d).for_each(|(v, d)| *v -= rate * d);
            }
        }
        loss
    }
}

/// `base + s sum (lane - base)` for rows of several lanes, the lane's value for rows of one.
fn merge(base: &mut Table, lanes: &[(&Table, &BTreeMap<u32, f64>)], k: f64) {
    for (row, value) in base.iter_mut().enumerate() {
        let of: Vec<_> = lanes.iter().filter_map(|(t, w)| Some((&t[row], *w.get(&(row as u32))?))).collect();
        let saturated = |w: f64| 1.0 - (-k * w).exp();
        let alone: f64 = of.iter().map(|(_, w)| saturated(*w)).sum();
        let s = match of.len() {
            0 => continue,
            1 => 1.0,
            _ => saturated(of.iter().map(|(_, w)| w).sum()) / alone,
        };
        let old = value.clone();
        for (lane, _) in of {
            value.iter_mut().zip(lane).zip(&old).for_each(|((v, l), o)| *v += s * (l - o));
        }
    }
}

/// The whole algorithm in f64, from the same draws; returns the tables and the mean loss of the last epoch.
fn naive(settings: &Settings, vocabulary: &Vocabulary, corpus: &EncodedCorpus) -> (Table, Table, f64) {
    let subsampling = Subsampling::new(vocabulary.counts(), settings.subsample).unwrap();
    let noise = NoiseTable::new(vocabulary.counts(), settings.noise_exponent).unwrap();
    let draws = Draws { ids: corpus.ids(), subsampling: &subsampling, noise: &noise, settings };
    let schedule = Schedule::new(settings, corpus.ids().len());
    let zeros = || Matrix::zeros(vocabulary.len(), settings.dim);
    let mut input = wide(&initial_rows(vocabulary.len(), settings.dim, settings.seed, 1));
    let mut output = wide(&zeros());
    let mut lanes: Vec<Lane> =
        schedule.stretches().iter().cloned().enumerate().map(|(l, s)| Lane::new(l, s)).collect();
    let (mut loss, mut pairs) = (0.0, 0);
    for round in 0..schedule.rounds() {
        let tables = Tables::new(zeros(), zeros(), lanes.len(), settings);
        if round.is_multiple_of(schedule.rounds() / settings.epochs as u64) {
            lanes.iter_mut().for_each(Lane::rewind);
            (loss, pairs) = (0.0, 0);
        }
        let trained: Vec<Naive> = lanes
            .iter_mut()
            .map(|lane| {
                lane.plan(&draws, &tables, schedule.epoch(round), round);
                let (input, output) = (input.clone(), output.clone());
                let mut naive = Naive { input, output, weights: Default::default() };
                for chunk in 0..lane.centers().len().div_ceil(CHUNK) {
                    loss += naive.chunk(lane, chunk, settings, schedule.rate(round));
                }
                pairs += lane
                    .centers()
                    .map(|c| lane.window(c))
                    .map(|(first, last)| match settings.architecture {
                        Architecture::SkipGram => last - first,
                        Architecture::Cbow => usize::from(last > first),
                    })
                    .sum::<usize>();
                naive
            })
            .collect();
        let of = |t: usize| -> Vec<(&Table, &BTreeMap<u32, f64>)> {
            trained.iter().map(|n| (if t == 0 { &n.input } else { &n.output }, &n.weights[t])).collect()
        };
        merge(&mut input, &of(0), settings.saturation);
        merge(&mut output, &of(1), settings.saturation);
    }
    (input, output, loss / pairs as f64)
}

#[track_caller]
fn assert_close(got: &Matrix, want: &Table, moved_from: f64) {
    let mut moved = 0.0f64;
    for (i, row) in want.iter().enumerate() {
        for (d, &value) in row.iter().enumerate() {
            let (got, bound) = (f64::from(got.row(i)[d]), 2e-4 * value.abs().max(0.05));
            assert!((got - value).abs() <= bound, "row {i}, column {d}: {got} is not {value}");
            moved = moved.max(value.abs());
        }
    }
    assert!(moved > moved_from, "nothing was learned: the largest weight is {moved}");
}

#[test]
fn training_is_what_the_formulas_say() {
    for architecture in [Architecture::SkipGram, Architecture::Cbow] {
        for window_rule in [WindowRule::Shrinking, WindowRule::Full] {
            let settings = Settings {
                architecture,
                window_rule,
                dim: 19,
                window: 3,
                subsample: 1e-2,
                lanes: 3,
                round: 500,
                epochs: 2,
                ..Settings::default()
            };
            let (vocabulary, corpus) = corpus(60, 50_000);
            let (input, output, loss) = naive(&settings, &vocabulary, &corpus);
            let outcome = train(settings, 60, 50_000);
            assert_eq!(
                Schedule::new(&Settings { lanes: 3, ..Settings::default() }, corpus.ids().len()).lanes(),
                3
            );
            assert_close(&outcome.model.input, &input, 0.1);
            assert_close(outcome.model.output.as_ref().unwrap(), &output, 0.1);
            let got = outcome.losses[1];
            assert!((got - loss).abs() < 1e-4 * loss, "{architecture:?}: loss {got} is not {loss}");
        }
    }
}

/// The update of a step is the learning rate times the slope of the step's own loss, by central differences.
#[test]
fn a_step_goes_down_the_slope_of_its_loss() {
    let h = 1e-5;
    for architecture in [Architecture::SkipGram, Architecture::Cbow] {
        let settings = Settings { architecture, dim: 5, window: 2, subsample: 0.0, ..Settings::default() };
        let (vocabulary, corpus) = corpus(20, 300);
        let subsampling = Subsampling::new(vocabulary.counts(), 0.0).unwrap();
        let noise = NoiseTable::new(vocabulary.counts(), 0.75).unwrap();
        let draws =
            Draws { ids: corpus.ids(), subsampling: &subsampling, noise: &noise, settings: &settings };
        let start = initial_rows(40, 5, 3, 1);
        let scaled = |from: usize| -> Table {
            wide(&start)[from..from + 20].iter().map(|r| r.iter().map(|v| v * 8.0).collect()).collect()
        };
        let narrow = |table: &Table| {
            let mut matrix = Matrix::zeros(20, 5);
            for (i, row) in table.iter().enumerate() {
                matrix.row_mut(i).iter_mut().zip(row).for_each(|(m, &v)| *m = v as f32);
            }
            matrix
        };
        let (input, output) = (wide(&narrow(&scaled(0))), wide(&narrow(&scaled(20))));
        let tables = Tables::new(narrow(&input), narrow(&output), 1, &settings);
        let mut lane = Lane::new(0, 0..16);
        lane.plan(&draws, &tables, 0, 0);
        let rate = 0.125;
        let context = Round {
            kernels: Kernels::detect(),
            settings: &settings,
            tables: &tables,
            lane: &lane,
            rate: rate as f32,
        };
        let mut rows = Rows::default();
        rows.resolve(&context, 0, &mut <[Shared; 2]>::default());
        let done = Scratch::new(&settings).train(&context, &rows);
        assert!(done.pairs > 0 && !done.diverged && lane.centers().len() <= STEP);
        let after = [wide(&tables.input.into_matrix()), wide(&tables.output.into_matrix())];
        for t in 0..2 {
            for row in 0..20 {
                for d in 0..5 {
                    let loss_at = |shift: f64| {
                        let mut at = [input.clone(), output.clone()];
                        at[t][row][d] += shift;
                        let [input, output] = at;
                        Naive { input, output, weights: Default::default() }.chunk(&lane, 0, &settings, rate)
                    };
                    let slope = (loss_at(h) - loss_at(-h)) / (2.0 * h);
                    let before = if t == 0 { input[row][d] } else { output[row][d] };
                    let got = (before - after[t][row][d]) / rate;
                    assert!(
                        (got - slope).abs() < 2e-5 * slope.abs().max(1.0),
                        "table {t}: {got} is not {slope}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_bits_do_not_depend_on_threads_or_instructions() {
    for architecture in [Architecture::SkipGram, Architecture::Cbow] {
        let settings =
            Settings { architecture, dim: 37, lanes: 5, round: 300, epochs: 2, ..Settings::default() };
        let expected = bits(&train(Settings { threads: 1, ..settings.clone() }, 300, 90_000));
        for threads in [2, 3, 8] {
            let got = bits(&train(Settings { threads, ..settings.clone() }, 300, 90_000));
            assert!(got == expected, "{threads} threads change the bits of {architecture:?}");
        }
        for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
            let got = bits(&train(Settings { kernels: Some(path), ..settings.clone() }, 300, 90_000));
            assert!(got == expected, "{path:?} changes the bits of {architecture:?}");
        }
        let other = bits(&train(Settings { seed: 2, ..settings }, 300, 90_000));
        assert!(other != expected, "the seed changes nothing");
    }
}

#[test]
fn every_size_trains() {
    for (dim, window, words, tokens, lanes) in [
        (1, 1, 2, 40, 1),
        (4096, 2, 5, 200, 4),
        (16, 1000, 50, 3_000, 2),
        (3, 5, 2, 1, 64),
        (33, 5, 9, 70_000, 64),
    ] {
        for architecture in [Architecture::SkipGram, Architecture::Cbow] {
            let settings =
                Settings { architecture, dim, window, lanes, subsample: 0.0, ..Settings::default() };
            // A step sums over whole windows, and in a tiny vocabulary over the same few rows again and again: there the
            // default rate overshoots (and training says so), a rate for such sums does not.
            let learning_rate = if window > 100 || words < 10 { 0.002 } else { 0.05 };
            let outcome = train(Settings { learning_rate, ..settings }, words, tokens);
            assert_eq!(outcome.ending, Ending::Complete, "dim {dim}, window {window}, {architecture:?}");
            assert!(outcome.model.input.as_slice().iter().all(|v| v.is_finite()));
        }
    }
}

#[test]
fn the_loss_falls_from_its_known_start() {
    // With zero output rows every score is 0: each pair costs (1 + K) log 2.
    let start = 6.0 * 2f64.ln();
    let settings = Settings { dim: 20, epochs: 4, learning_rate: 0.025, ..Settings::default() };
    let losses = train(settings, 500, 60_000).losses;
    assert!(losses[0] < start && losses[0] > 0.4 * start, "{losses:?}");
    assert!(losses.windows(2).all(|pair| pair[1] < pair[0]), "{losses:?}");
}

#[test]
fn training_stops_at_a_rounds_end_when_asked() {
    let (vocabulary, corpus) = corpus(100, 60_000);
    let stop = AtomicBool::new(false);
    let settings = Settings { dim: 8, epochs: 1_000, round: 200, ..Settings::default() };
    let outcome = Trainer::new(settings)
        .unwrap()
        .train(vocabulary, &corpus, &stop, &mut |_| stop.store(true, Ordering::Relaxed))
        .unwrap();
    assert_eq!(outcome.ending, Ending::Stopped);
    assert!(outcome.tokens > 0 && outcome.tokens < 60_000 * 1_000);
    assert!(outcome.model.input.as_slice().iter().all(|v| v.is_finite()));
}

#[test]
fn divergence_is_seen_before_it_reaches_a_weight() {
    let settings = Settings { dim: 8, learning_rate: 1e6, epochs: 50, ..Settings::default() };
    let outcome = train(settings, 100, 40_000);
    assert!(
        matches!(outcome.ending, Ending::Diverged { epoch: 1.., round: 1.., .. }),
        "{:?}",
        outcome.ending
    );
    let output = outcome.model.output.as_ref().unwrap();
    assert!(outcome.model.input.as_slice().iter().chain(output.as_slice()).all(|v| v.is_finite()));
}

#[test]
fn an_unusable_corpus_is_refused() {
    let trainer = Trainer::new(Settings::default()).unwrap();
    let refuse = |words: Vec<(&str, u64)>, ids: Vec<u32>| {
        let vocabulary = Vocabulary::from_words(words).unwrap();
        let corpus = EncodedCorpus::from_ids(ids, "test");
        trainer.train(vocabulary, &corpus, &AtomicBool::new(false), &mut |_| {}).unwrap_err()
    };
    let empty = refuse(vec![("a", 2), ("b", 1)], vec![]);
    assert_eq!(empty.kind(), crate::ErrorKind::UnusableCorpus);
    let lonely = refuse(vec![("a", 3)], vec![0, 0, 0, SENTENCE_END]);
    assert!(lonely.to_string().contains("at least two"), "{lonely}");
}
