//! From a corpus to a model in a file, with progress, and with a way out.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use firth::ErrorKind;
use firth::corpus::{self, Counted, EncodeOptions, EncodedCorpus, Sources};
use firth::format::{self, Format};
use firth::model::Model;
use firth::train::{Outcome, Trainer};
use firth::vocab::{Vocabulary, VocabularyRules};

use serde_json::{Value, json};

use crate::arguments::{CorpusArguments, VocabularyChoice};
use crate::interrupt::Interrupt;
use crate::output::{Console, Failure};
use crate::progress::{self, Progress};
use crate::quantity::{bytes, duration, grouped, number_of, short};

/// Corpora below this number of words want other settings than the defaults.
pub const SMALL_CORPUS: u64 = 1_000_000;

/// Reads and counts the texts, and says how much there was.
pub fn count(sources: &Sources, options: &EncodeOptions, console: Console) -> Result<Counted, Failure> {
    let start = Instant::now();
    let mut progress = Progress::new("reading", console);
    let counted = corpus::count(sources, options, &mut |now| progress.counting(&now));
    progress.finish();
    let counted = counted?;
    let speed = counted.bytes() as f64 / start.elapsed().as_secs_f64().max(1e-9);
    console.entry(
        "corpus",
        format_args!(
            "{} in {}, {} read in {} ({}/s)",
            number_of(counted.tokens(), "word"),
            number_of(counted.lines(), "line"),
            bytes(counted.bytes()),
            duration(start.elapsed()),
            bytes(speed as u64)
        ),
    );
    Ok(counted)
}

/// The vocabulary of counted texts, and the new id of each type.
pub fn select(
    counted: &Counted,
    choice: VocabularyChoice,
    console: Console,
) -> Result<(Vocabulary, Vec<u32>), Failure> {
    let (vocabulary, ids, rule) = match choice {
        VocabularyChoice::Counted(rules) => {
            let found = Vocabulary::from_counts(counted.types(), &rules);
            let (vocabulary, ids) = found.map_err(|error| none_left(error, counted))?;
            (vocabulary, ids, rule(&rules))
        }
        VocabularyChoice::Given(vocabulary) => {
            let ids = vocabulary.remap(counted.types().map(|(word, _)| word));
            (with_some_counts(vocabulary, counted, &ids)?, ids, "from a file".to_owned())
        }
    };
    console.entry(
        "vocabulary",
        format_args!(
            "{} of {} different ones ({rule})",
            number_of(vocabulary.len() as u64, "word"),
            grouped(counted.len() as u64)
        ),
    );
    Ok((vocabulary, ids))
}

fn rule(rules: &VocabularyRules) -> String {
    let most = rules.max_vocab.map(|most| format!(", at most {}", grouped(most as u64)));
    format!("min_count {}{}", rules.min_count, most.unwrap_or_default())
}

fn none_left(error: firth::Error, counted: &Counted) -> Failure {
    let most = counted.types().map(|(_, count)| count).max().unwrap_or(0);
    let unusable = error.kind() == ErrorKind::UnusableCorpus;
    let failure = Failure::from(error);
    if unusable { failure.hint(format!("--min-count {most} or less keeps some words")) } else { failure }
}

/// A vocabulary from a file keeps the file's counts, which may come from a larger text; without any it gets those of
/// the text at hand.
fn with_some_counts(vocabulary: Vocabulary, counted: &Counted, ids: &[u32]) -> Result<Vocabulary, Failure> {
    if vocabulary.total_count() > 0 {
        return Ok(vocabulary);
    }
    let mut counts = vec![0; vocabulary.len()];
    for (&id, (_, count)) in ids.iter().zip(counted.types()) {
        if let Some(slot) = counts.get_mut(id as usize) {
            *slot = count;
        }
    }
    Ok(vocabulary.with_counts(counts)?)
}

/// Trains with progress, until it is done or the user asks to stop.
pub fn train(
    trainer: &Trainer,
    vocabulary: Vocabulary,
    corpus: &EncodedCorpus,
    interrupt: &Interrupt,
    console: Console,
) -> Result<Outcome, Failure> {
    let epochs = trainer.settings().epochs;
    let mut progress = Progress::new("training", console);
    let outcome =
        trainer.train(vocabulary, corpus, interrupt.asked(), &mut |now| progress.training(now, epochs));
    progress.finish();
    outcome.map_err(|error| match error.kind() {
        ErrorKind::UnusableCorpus => {
            Failure::from(error).hint("a longer text or a smaller --min-count gives more words to learn from")
        }
        _ => Failure::from(error),
    })
}

/// Says how training went.
pub fn summarize(outcome: &Outcome, console: Console) {
    let Outcome { losses, tokens, elapsed, .. } = outcome;
    console.entry(
        "training",
        format_args!(
            "{} in {}: {}",
            number_of(*tokens, "word"),
            duration(*elapsed),
            speed(*tokens, *elapsed)
        ),
    );
    let losses: Vec<String> = losses.iter().map(|&loss| progress::loss(loss)).collect();
    let shown = match &losses[..] {
        [first @ .., _, _, last] if first.len() > 8 => format!("{} ... {last}", losses[..8].join(" ")),
        all => all.join(" "),
    };
    console.entry("loss", format_args!("{shown} (mean per pair, by epoch)"));
}

fn speed(tokens: u64, elapsed: Duration) -> String {
    format!("{} words/s", short(tokens as f64 / elapsed.as_secs_f64().max(1e-9)))
}

/// Adds to a model's metadata what the trainer does not know: how the text became words, and by which rules words were
/// kept, unless they came from a file.
pub fn tell_origin(metadata: &mut Value, text: &CorpusArguments, rules: Option<&VocabularyRules>) {
    metadata["corpus"]["tokenizer"] = text.tokenizer_name().into();
    metadata["corpus"]["lowercase"] = text.lowercase.into();
    if let Some(VocabularyRules { min_count, max_vocab }) = rules {
        metadata["vocabulary"] = json!({ "min_count": min_count, "max_vocab": max_vocab });
    }
}

/// Writes `model` to `path`. When that fails (the disk is full, say) it is saved among the temporary files instead, so
/// that the work is not lost, and the failure tells where.
pub fn save(model: Model, path: &Path, format: Format) -> Result<(), Failure> {
    if format == Format::Native {
        return save_or_rescue(path, &|path| format::write_model(path, &model), None);
    }
    let vectors = model.into_word_vectors();
    let write = |path: &Path| format::write(path, &vectors, format);
    save_or_rescue(path, &write, Some(&|path| format::write(path, &vectors, Format::Native)))
}

type Write<'a> = &'a dyn Fn(&Path) -> firth::Result<()>;

fn save_or_rescue(path: &Path, write: Write<'_>, write_native: Option<Write<'_>>) -> Result<(), Failure> {
    let Err(error) = write(path) else {
        return Ok(());
    };
    let failure = Failure::from(error);
    if failure.is_closed_pipe() {
        return Err(failure);
    }
    Err(match rescue(write_native.unwrap_or(write)) {
        Some(place) => failure.hint(format!("the model is safe in {}", place.display())),
        None => failure.hint("the model could not be saved among the temporary files either"),
    })
}

fn rescue(write: Write<'_>) -> Option<PathBuf> {
    let file = tempfile::Builder::new().prefix("firth-").suffix(".safetensors").tempfile().ok()?;
    write(file.path()).ok()?;
    file.into_temp_path().keep().ok()
}

/// The size of a file, for a message.
pub fn size_of(path: &Path) -> String {
    std::fs::metadata(path).map_or_else(|_| "unknown size".to_owned(), |found| bytes(found.len()))
}
