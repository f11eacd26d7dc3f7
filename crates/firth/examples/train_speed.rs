//! Trains on a corpus with settings given as `name=value` and prints speed, loss and a digest of the bits.
//!
//! `cargo run --release -p firth --example train_speed -- CORPUS [min_count=5] [dim=100] [threads=2] ...`

use firth::corpus::{EncodeOptions, Sources, count};
use firth::rng::mix;
use firth::train::{Settings, Trainer};
use firth::vocab::{Vocabulary, VocabularyRules};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((path, options)) = arguments.split_first() else {
        return Err("usage: train_speed CORPUS [name=value ...]".into());
    };
    let mut min_count = 5;
    let mut threads = 0;
    let mut kernels = None;
    let mut json = serde_json::to_value(Settings::default())?;
    for option in options {
        let (name, value) = option.split_once('=').ok_or("expected name=value")?;
        match name {
            "min_count" => min_count = value.parse()?,
            "threads" => threads = value.parse()?,
            "kernels" => kernels = firth::kernel::Path::ALL.into_iter().find(|path| path.name() == value),
            _ => json[name] = serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        }
    }
    let settings = Settings { threads, kernels, ..serde_json::from_value(json)? };

    let start = Instant::now();
    let counted = count(&Sources::new(&[path])?, &EncodeOptions::default(), &mut |_| {})?;
    let rules = VocabularyRules { min_count, max_vocab: None };
    let (vocabulary, ids) = Vocabulary::from_counts(counted.types(), &rules)?;
    let corpus = counted.encode(&ids, threads)?;
    println!("{} words, {} tokens, read in {:?}", vocabulary.len(), corpus.tokens(), start.elapsed());

    let stop = AtomicBool::new(false);
    let outcome = Trainer::new(settings)?.train(vocabulary, &corpus, &stop, &mut |_| {})?;
    let matrices = [Some(&outcome.model.input), outcome.model.output.as_ref()];
    let digest = matrices
        .iter()
        .flatten()
        .flat_map(|matrix| matrix.as_slice())
        .fold(0, |hash, value| mix(hash ^ u64::from(value.to_bits())));
    let speed = outcome.tokens as f64 / outcome.elapsed.as_secs_f64() / 1e6;
    println!(
        "{:.3} s, {speed:.3} M tokens/s, losses {:.4?}, digest {digest:016x}, {:?}",
        outcome.elapsed.as_secs_f64(),
        outcome.losses,
        outcome.ending
    );
    Ok(())
}
