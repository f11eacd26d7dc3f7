//! *a is to b as c is to ?*: 3CosAdd and 3CosMul, for many questions at once.
//!
//! The naive form builds one direction per question and scans all words for it. But the questions of a test share their
//! words (Google's 19,544 questions use 905), and both methods need only the cosines of a row with the three words.
//! So a block of rows is scored once against the *distinct* words, and each question combines three columns of that
//! block. The price is a transposition of the scores, so that a column is a run of floats.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use super::search::{Directions, NOISE, Task, exact_cosine, finish, keep, merge, on_threads, thread_count};
use super::top::Top;
use super::{Neighbor, WordVectors};
use crate::kernel::PANEL;

/// How the answer to an analogy is scored; x ranges over the words, a, b, c are those of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnalogyMethod {
    /// `cos(x, b - a + c)` with unit vectors a, b, c (Mikolov, Yih and Zweig, 2013).
    CosAdd,
    /// `s(x,b) s(x,c) / (s(x,a) + e)` with `s = (cos + 1) / 2` and `e` = [`COS_MUL_EPSILON`] (Levy and Goldberg,
    /// "Linguistic Regularities in Sparse and Explicit Word Representations", 2014, equation 4).
    CosMul,
}

/// What keeps the quotient of [`AnalogyMethod::CosMul`] finite: the value of its paper.
pub const COS_MUL_EPSILON: f64 = 1e-3;

/// Rows in a block, and floats in a column of it.
const ROWS: usize = 128;
/// Distinct words scored in one scan: their columns of a block, twice 128 floats each, stay in the second-level cache.
const WORDS: usize = 1024;
/// Scores of a column combined at once.
const STRIP: usize = 16;

impl WordVectors {
    /// Answers each question `[a, b, c]`, *a is to b as c is to ?*: the `k` best words by `method`, best first, of
    /// equals the one with the lower id; a, b and c are never answers. Only the first `among` words are candidates
    /// (`None` = all). The similarity of an answer is the cosine with `b - a + c` for [`AnalogyMethod::CosAdd`], the
    /// score for [`AnalogyMethod::CosMul`]. The result does not depend on `threads` (0 = one per core).
    ///
    /// # Panics
    /// When an id is out of range.
    pub fn analogies(
        &self,
        questions: &[[u32; 3]],
        method: AnalogyMethod,
        k: usize,
        among: Option<usize>,
        threads: usize,
    ) -> Vec<Vec<Neighbor>> {
        let words = among.unwrap_or(usize::MAX).min(self.len());
        let task = Task { vectors: self, k, words, threads };
        if k == 0 || words == 0 {
            return vec![Vec::new(); questions.len()];
        }
        let mut answers = Vec::with_capacity(questions.len());
        let mut rest = questions;
        while !rest.is_empty() {
            let (group, later) = rest.split_at(Columns::fit(rest));
            answers.extend(answer_group(&task, method, group));
            rest = later;
        }
        answers
    }
}

/// The distinct words of some questions, and which column each has.
struct Columns {
    words: Vec<u32>,
    of_word: HashMap<u32, usize>,
}

impl Columns {
    fn new() -> Self {
        Self { words: Vec::new(), of_word: HashMap::new() }
    }

    fn add(&mut self, word: u32) -> usize {
        *self.of_word.entry(word).or_insert_with(|| {
            self.words.push(word);
            self.words.len() - 1
        })
    }

    /// How many of the questions, from the first on, share at most [`WORDS`] words.
    fn fit(questions: &[[u32; 3]]) -> usize {
        let mut columns = Self::new();
        let full = questions.iter().position(|question| {
            question.iter().for_each(|&word| _ = columns.add(word));
            columns.words.len() > WORDS
        });
        full.unwrap_or(questions.len())
    }
}

fn answer_group(task: &Task<'_>, method: AnalogyMethod, questions: &[[u32; 3]]) -> Vec<Vec<Neighbor>> {
    let mut columns = Columns::new();
    let places: Vec<[usize; 3]> = questions.iter().map(|q| q.map(|word| columns.add(word))).collect();
    let units: Vec<Vec<f64>> = columns.words.iter().map(|&word| task.vectors.unit(word)).collect();
    let single: Vec<Vec<f32>> = units.iter().map(|u| u.iter().map(|&v| v as f32).collect()).collect();
    let pairs: Vec<_> = single.iter().zip(&units).map(|(s, u)| (&s[..], &u[..])).collect();
    let directions = Directions::new(task.vectors, &pairs, task.threads);
    let empty = vec![Top::new(keep(task.k, task.words, 3)); questions.len()];
    let scanned = on_threads(thread_count(task.threads, task.words.div_ceil(ROWS)), |next| {
        let mut scan = Scan {
            method,
            block: Block::new(columns.words.len()),
            tops: empty.clone(),
            thresholds: Vec::new(),
        };
        scan.thresholds.resize(questions.len(), f32::NEG_INFINITY);
        loop {
            let first = next.fetch_add(1, Ordering::Relaxed) * ROWS;
            if first >= task.words {
                return scan.tops;
            }
            scan.block.fill(method, &directions, first, ROWS.min(task.words - first));
            scan.offer(&places, first as u32);
        }
    });
    let cosine = |id: u32, column: usize| exact_cosine(task.vectors.vector(id), &units[column]);
    // For CosAdd the answer's cosine is with a sum that need not have length 1, and may cancel out.
    let lengths: Vec<f64> =
        places.iter().map(|&[a, b, c]| sum_length(&units[a], &units[b], &units[c])).collect();
    finish(task, merge(scanned), |q, id| {
        if questions[q].contains(&id) {
            return None;
        }
        let [a, b, c] = places[q].map(|column| cosine(id, column));
        let shifted = |cosine: f64| (cosine + 1.0) / 2.0;
        Some(match method {
            AnalogyMethod::CosAdd if lengths[q] < NOISE => 0.0,
            AnalogyMethod::CosAdd => (b - a + c) / lengths[q],
            AnalogyMethod::CosMul => shifted(b) * shifted(c) / (shifted(a) + COS_MUL_EPSILON),
        })
    })
}

/// The length of `b - a + c`.
fn sum_length(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    a.iter().zip(b).zip(c).map(|((a, b), c)| (b - a + c) * (b - a + c)).sum::<f64>().sqrt()
}

/// What the scores of one block of rows become: per word, a column of [`ROWS`] factors or terms.
struct Block {
    scores: Vec<f32>,
    /// For b and c: the cosine, or its shifted form.
    plus: Vec<[f32; ROWS]>,
    /// For a: the negated cosine, or the inverse of its shifted form.
    minus: Vec<[f32; ROWS]>,
}

impl Block {
    fn new(words: usize) -> Self {
        Self {
            scores: vec![0.0; ROWS * PANEL],
            plus: vec![[0.0; ROWS]; words],
            minus: vec![[0.0; ROWS]; words],
        }
    }

    fn fill(&mut self, method: AnalogyMethod, directions: &Directions<'_>, first: usize, rows: usize) {
        for p in 0..directions.panels() {
            directions.cosines(first, rows, p, &mut self.scores);
            let columns = p * PANEL..p * PANEL + directions.columns(p);
            for (j, plus) in self.plus[columns.clone()].iter_mut().enumerate() {
                for (i, slot) in plus.iter_mut().enumerate().take(rows) {
                    *slot = self.scores[i * PANEL + j];
                }
                // Rows past the last word score NaN, which is above no threshold.
                plus[rows..].fill(f32::NAN);
            }
            for (plus, minus) in self.plus[columns.clone()].iter_mut().zip(&mut self.minus[columns]) {
                match method {
                    AnalogyMethod::CosAdd => minus.iter_mut().zip(&*plus).for_each(|(m, p)| *m = -p),
                    AnalogyMethod::CosMul => {
                        plus.iter_mut().for_each(|p| *p = (*p + 1.0) / 2.0);
                        minus
                            .iter_mut()
                            .zip(&*plus)
                            .for_each(|(m, p)| *m = 1.0 / (p + COS_MUL_EPSILON as f32));
                    }
                }
            }
        }
    }
}

/// One thread's part of the scan.
struct Scan {
    method: AnalogyMethod,
    block: Block,
    tops: Vec<Top>,
    thresholds: Vec<f32>,
}

impl Scan {
    /// Combines three columns for each question and pushes what is above its threshold.
    fn offer(&mut self, places: &[[usize; 3]], first: u32) {
        match self.method {
            AnalogyMethod::CosAdd => self.offer_with(places, first, |a, b, c| a + b + c),
            AnalogyMethod::CosMul => self.offer_with(places, first, |a, b, c| a * b * c),
        }
    }

    #[inline]
    fn offer_with(&mut self, places: &[[usize; 3]], first: u32, combine: impl Fn(f32, f32, f32) -> f32) {
        for (q, &[a, b, c]) in places.iter().enumerate() {
            let (a, _) = self.block.minus[a].as_chunks::<STRIP>();
            let (b, _) = self.block.plus[b].as_chunks::<STRIP>();
            let (c, _) = self.block.plus[c].as_chunks::<STRIP>();
            let threshold = &mut self.thresholds[q];
            for (strip, ((a, b), c)) in a.iter().zip(b).zip(c).enumerate() {
                let mut scores = [0.0; STRIP];
                let mut any = false;
                for j in 0..STRIP {
                    scores[j] = combine(a[j], b[j], c[j]);
                    any |= scores[j] > *threshold;
                }
                if any {
                    let id = first + (strip * STRIP) as u32;
                    for (j, &score) in scores.iter().enumerate() {
                        if score > *threshold {
                            self.tops[q].push(id + j as u32, score, threshold);
                        }
                    }
                }
            }
        }
    }
}
