//! Trains variants of the settings on one corpus and prints a Markdown table: speed, loss, scores, a digest of the bits.
//!
//! ```text
//! cargo run --release -p firth --example experiment -- CORPUS [sets=DIR] [seeds=N] [threads=N] [kernels=PATH]
//!     [min_count=N] VARIANT...
//! ```
//!
//! A variant is one argument of settings, `"learning_rate=0.025 dim=300"`; `""` is the defaults, and settings given
//! before the first variant hold for all. `sets=DIR` evaluates on the similarity sets and `google.tsv` below DIR. With
//! seeds, each score is the mean over that many seeds, the bits those of the last.

use firth::corpus::{EncodeOptions, EncodedCorpus, Sources, count};
use firth::evaluate::sets::{EvaluationSet, read_set};
use firth::evaluate::{Options, SetResult, evaluate};
use firth::kernel::Path;
use firth::rng::mix;
use firth::train::{Outcome, Settings, Trainer};
use firth::vocab::{Vocabulary, VocabularyRules};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The sets of the table, below the folder of sets.
const SETS: [&str; 5] = [
    "similarity/ws353.tsv",
    "similarity/simlex999.tsv",
    "similarity/men.tsv",
    "similarity/rw.tsv",
    "analogy/google.tsv",
];

fn main() -> AnyResult<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((path, options)) = arguments.split_first() else {
        return Err("usage: experiment CORPUS [name=value ...] VARIANT...".into());
    };
    let mut base = Plan { min_count: 5, seeds: 1, ..Plan::default() };
    let is_common = |option: &&String| {
        ["sets=", "seeds=", "threads=", "kernels=", "min_count="].iter().any(|name| option.starts_with(name))
    };
    let (common, variants): (Vec<&String>, Vec<&String>) = options.iter().partition(is_common);
    for option in common {
        base.set(option)?;
    }
    let sets = match &base.sets {
        Some(folder) => SETS.iter().map(|name| read_set(format!("{folder}/{name}"))).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };

    let start = Instant::now();
    let counted = count(&Sources::new(&[path])?, &EncodeOptions::default(), &mut |_| {})?;
    let rules = VocabularyRules { min_count: base.min_count, max_vocab: None };
    let (vocabulary, ids) = Vocabulary::from_counts(counted.types(), &rules)?;
    let corpus = counted.encode(&ids, base.settings.threads)?;
    println!("{} words, {} tokens, read in {:.2?}\n", vocabulary.len(), corpus.tokens(), start.elapsed());
    println!("| variant | s | M tokens/s | loss | WS353 | SimLex | MEN | RW | analogies | semantic | syntactic | bits |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for variant in variants {
        let mut plan = base.clone();
        for option in variant.split_whitespace() {
            plan.set(option)?;
        }
        println!("{}", row(variant, &plan, &vocabulary, &corpus, &sets)?);
    }
    Ok(())
}

#[derive(Clone, Default)]
struct Plan {
    settings: Settings,
    min_count: u64,
    seeds: u64,
    sets: Option<String>,
}

impl Plan {
    fn set(&mut self, option: &str) -> AnyResult<()> {
        let (name, value) = option.split_once('=').ok_or("expected name=value")?;
        match name {
            "sets" => self.sets = Some(value.to_string()),
            "seeds" => self.seeds = value.parse()?,
            "min_count" => self.min_count = value.parse()?,
            "threads" => self.settings.threads = value.parse()?,
            "kernels" => self.settings.kernels = Path::ALL.into_iter().find(|path| path.name() == value),
            _ => {
                let mut json = serde_json::to_value(&self.settings)?;
                json[name] = serde_json::from_str(value).unwrap_or_else(|_| value.into());
                let Settings { threads, kernels, .. } = self.settings;
                self.settings = Settings { threads, kernels, ..serde_json::from_value(json)? };
            }
        }
        Ok(())
    }
}

/// Trains one variant with every seed and puts the means into a row.
fn row(
    name: &str,
    plan: &Plan,
    vocabulary: &Vocabulary,
    corpus: &EncodedCorpus,
    sets: &[EvaluationSet],
) -> AnyResult<String> {
    let seeds = plan.seeds.max(1);
    let (mut seconds, mut loss, mut scores, mut digest) = (0.0, 0.0, [0.0; 7], 0);
    for seed in plan.settings.seed..plan.settings.seed + seeds {
        let trainer = Trainer::new(Settings { seed, ..plan.settings.clone() })?;
        let outcome = trainer.train(vocabulary.clone(), corpus, &AtomicBool::new(false), &mut |_| {})?;
        seconds += outcome.elapsed.as_secs_f64() / seeds as f64;
        loss += outcome.losses.last().copied().unwrap_or(f64::NAN) / seeds as f64;
        digest = digest_of(&outcome);
        for (sum, score) in scores.iter_mut().zip(measure(outcome, sets)) {
            *sum += 100.0 * score / seeds as f64;
        }
    }
    let speed = (corpus.tokens() * plan.settings.epochs as u64) as f64 / seconds / 1e6;
    let scores: Vec<String> = scores.iter().map(|score| format!("{score:.1}")).collect();
    Ok(format!(
        "| {name} | {seconds:.2} | {speed:.2} | {loss:.4} | {} | {digest:016x} |",
        scores.join(" | ")
    ))
}

fn digest_of(outcome: &Outcome) -> u64 {
    let matrices = [Some(&outcome.model.input), outcome.model.output.as_ref()];
    let floats = matrices.iter().flatten().flat_map(|matrix| matrix.as_slice());
    floats.fold(0, |hash, value| mix(hash ^ u64::from(value.to_bits())))
}

/// Spearman's correlations, then the accuracies: total, semantic, syntactic.
fn measure(outcome: Outcome, sets: &[EvaluationSet]) -> [f64; 7] {
    let options = Options { resamples: 1, ..Options::default() };
    let mut scores = [f64::NAN; 7];
    let evaluation = evaluate("", &outcome.model.into_word_vectors(), sets, &options);
    for (i, set) in evaluation.sets.iter().enumerate() {
        match set {
            SetResult::Similarity(result) => scores[i] = result.spearman.map_or(f64::NAN, |s| s.value),
            SetResult::Analogy(result) => {
                let sections = [Some(&result.total), result.semantic.as_ref(), result.syntactic.as_ref()];
                for (score, section) in scores[4..].iter_mut().zip(sections) {
                    let accuracy = section.and_then(|section| section.cos_add.of_answered);
                    *score = accuracy.map_or(f64::NAN, |accuracy| accuracy.value);
                }
            }
            _ => {}
        }
    }
    scores
}
