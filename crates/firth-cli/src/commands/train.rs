//! `firth train`: word vectors from text.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use firth::format::{self as files, Format};
use firth::train::{Ending, Outcome, Settings, Trainer};
use serde_json::{Value, json};

use crate::arguments::{
    CorpusArguments, DEFAULT_VECTORS, SettingsArguments, ThreadsArgument, VOCABULARY, VocabularyArguments,
    VocabularyChoice, architecture_name, format,
};
use crate::interrupt::Interrupt;
use crate::output::{self, Console, Failure, INTERRUPTED, shown, write_json};
use crate::quantity::{grouped, number_of};
use crate::training::{self, SMALL_CORPUS};

const EXAMPLES: &str = "\
Examples:
  firth train text.txt
  firth train news/ 'books/*.txt.zst' -o vectors.safetensors --dim 300 --epochs 10
  firth train notes.txt --tokenizer words --lowercase --min-count 2
  zcat text.gz | firth train - -o vectors.bin --cbow

The same text, settings and seed give the same vectors, bit for bit, with any number of threads.
Ctrl-C ends training early and saves what there is; a second Ctrl-C ends the program at once.
A .safetensors file holds the whole model: word vectors, prediction rows, counts and settings. Files \
in the other formats hold the word vectors.";

/// Train word vectors from text
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    corpus: CorpusArguments,

    #[command(flatten)]
    settings: SettingsArguments,

    #[command(flatten)]
    vocabulary: VocabularyArguments,

    /// Take the words from this file (lines `word TAB count`, as `firth vocab` writes them) instead of the text
    #[arg(long, value_name = "FILE", conflicts_with_all = ["min_count", "max_vocab"], help_heading = VOCABULARY)]
    vocab: Option<PathBuf>,

    /// The file to write; its extension decides the format: .safetensors, .txt or .vec (word2vec text), .bin (word2vec
    /// binary), .glove
    #[arg(short, long, value_name = "FILE", default_value = DEFAULT_VECTORS)]
    output: PathBuf,

    /// The format, whatever the file is called
    #[arg(long, value_name = "NAME", value_parser = format())]
    format: Option<Format>,

    /// Replace the file if it is there
    #[arg(short, long)]
    force: bool,

    #[command(flatten)]
    threads: ThreadsArgument,

    /// Write a summary to standard output, one JSON object
    #[arg(long)]
    json: bool,
}

/// Trains, saves and sums up.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    let threads = arguments.threads.count();
    let settings = arguments.settings.settings(threads);
    let trainer = Trainer::new(settings.clone())?;
    let format = output_format(&arguments.output, arguments.format)?;
    check_output(&arguments.output, arguments.force)?;
    let sources = arguments.corpus.sources()?;
    let choice = VocabularyChoice::new(arguments.vocabulary.rules(), arguments.vocab.as_ref())?;
    let interrupt = Interrupt::listen()?;

    let counted = training::count(&sources, &arguments.corpus.options(threads), console)?;
    let (vocabulary, ids) = training::select(&counted, choice, console)?;
    let corpus = counted.encode(&ids, threads)?;
    // From here on there is something to save.
    interrupt.guard();
    console.entry("settings", summary_of(&settings));
    let remarks = Remarks { tokens: corpus.tokens(), example: example_word(&vocabulary) };
    let mut outcome = training::train(&trainer, vocabulary, &corpus, &interrupt, console)?;
    drop(corpus);
    training::summarize(&outcome, console);
    let rules = arguments.vocabulary.rules();
    let rules = if arguments.vocab.is_some() { None } else { Some(&rules) };
    training::tell_origin(&mut outcome.model.metadata, &arguments.corpus, rules);

    let summary = summary(arguments, format, &outcome);
    let ending = outcome.ending.clone();
    training::save(outcome.model, &arguments.output, format)?;
    let output = arguments.output.display();
    console.entry("saved", format_args!("{output} ({})", training::size_of(&arguments.output)));
    if arguments.json {
        write_json(&mut output::results(), &summary)?;
    }
    match ending {
        Ending::Complete => {
            remarks.show(arguments, console);
            Ok(ExitCode::SUCCESS)
        }
        Ending::Stopped => {
            let share = 100.0 * outcome.tokens as f64 / (remarks.tokens * settings.epochs as u64) as f64;
            console
                .note(format_args!("interrupted after {share:.1} % of training; {output} has what there is"));
            Ok(ExitCode::from(INTERRUPTED))
        }
        Ending::Diverged { epoch, round, tokens } => {
            Err(diverged(epoch, round, tokens, &settings, arguments))
        }
    }
}

/// The format to write, told by its name or the file's.
pub fn output_format(path: &Path, named: Option<Format>) -> Result<Format, Failure> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if let "gz" | "zst" = extension {
        let plain = path.with_extension("");
        return Err(Failure::usage(format!("{}: compressed files can be read, not written", path.display()))
            .hint(format!("write {} and compress it afterwards", plain.display())));
    }
    named.or_else(|| Format::from_extension(path)).ok_or_else(|| {
        let names = Format::ALL.map(Format::name).join(", ");
        Failure::usage(format!("{}: the extension does not tell the format", path.display()))
            .hint(format!("use .safetensors, .txt, .vec, .bin or .glove, or name one of {names}"))
    })
}

/// Makes sure, before the work, that the file can be written.
pub fn check_output(path: &Path, force: bool) -> Result<(), Failure> {
    if path.is_file() && !force {
        return Err(Failure::new(format!("{} is there already", path.display()))
            .hint("--force replaces it, another name keeps it"));
    }
    Ok(files::check_writable(path)?)
}

fn summary_of(settings: &Settings) -> String {
    format!(
        "{}, dim {}, window {}, {}, learning rate {}, {}, seed {}, {}",
        architecture_name(settings.architecture),
        settings.dim,
        settings.window,
        number_of(settings.negatives as u64, "negative"),
        settings.learning_rate,
        number_of(settings.epochs as u64, "epoch"),
        settings.seed,
        number_of(settings.threads as u64, "thread")
    )
}

fn summary(arguments: &Arguments, format: Format, outcome: &Outcome) -> Value {
    let seconds = outcome.elapsed.as_secs_f64();
    json!({
        "output": arguments.output.display().to_string(),
        "format": format.name(),
        "ending": ending_name(&outcome.ending),
        "words": outcome.model.vocabulary.len(),
        "dim": outcome.model.input.dim(),
        "tokens": outcome.tokens,
        "seconds": seconds,
        "tokens_per_second": outcome.tokens as f64 / seconds.max(1e-9),
        "mean_loss": outcome.losses,
        "metadata": outcome.model.metadata,
    })
}

fn ending_name(ending: &Ending) -> &'static str {
    match ending {
        Ending::Complete => "complete",
        Ending::Stopped => "stopped",
        Ending::Diverged { .. } => "diverged",
    }
}

fn diverged(epoch: usize, round: u64, tokens: u64, settings: &Settings, arguments: &Arguments) -> Failure {
    Failure::new(format!(
        "training diverged in epoch {epoch}, round {round}, after {} words: a score was not finite",
        grouped(tokens)
    ))
    .hint(format!("a learning rate below {} may help", settings.learning_rate))
    .hint(format!("{} holds the vectors before this round, all finite", arguments.output.display()))
}

/// What to say when all went well.
struct Remarks {
    tokens: u64,
    example: Option<String>,
}

impl Remarks {
    fn show(&self, arguments: &Arguments, console: Console) {
        if self.tokens < SMALL_CORPUS {
            console.note(format_args!(
                "{} words are little text; a smaller --min-count or more --epochs may help",
                grouped(self.tokens)
            ));
        }
        let Some(word) = &self.example else { return };
        let file = match arguments.output.as_path() == Path::new(DEFAULT_VECTORS) {
            true => String::new(),
            false => format!(" -m {}", arguments.output.display()),
        };
        console.entry("next", format_args!("firth neighbors{file} {word}"));
    }
}

/// A word to ask for: of the more frequent ones, but not one of the most frequent, which mean little.
fn example_word(vocabulary: &firth::vocab::Vocabulary) -> Option<String> {
    let plain = |word: &&[u8]| word.len() > 3 && word.iter().all(u8::is_ascii_alphabetic);
    let start = (vocabulary.len() / 20).min(200);
    let found = vocabulary.words().skip(start).find(plain).or_else(|| vocabulary.words().find(plain));
    found.map(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_or_the_name_tells_the_format() {
        let format =
            |path: &str, named| output_format(path.as_ref(), named).map_err(|f| f.message().to_owned());
        assert_eq!(format("a.vec", None), Ok(Format::Word2vecText));
        assert_eq!(format("a.vec", Some(Format::Native)), Ok(Format::Native));
        assert_eq!(format("a", Some(Format::GloveText)), Ok(Format::GloveText));
        assert!(format("a", None).unwrap_err().contains("does not tell"));
        assert!(format("a.txt.gz", None).unwrap_err().contains("not written"));
    }

    #[test]
    fn the_example_is_a_plain_word() {
        let words = |list: &[&str]| {
            let words = list.iter().map(|word| (word.as_bytes(), 1));
            example_word(&firth::vocab::Vocabulary::from_words(words).unwrap())
        };
        assert_eq!(words(&["the", "of", "1984", "king", "queen"]).as_deref(), Some("king"));
        assert_eq!(words(&["the", "of"]), None);
    }
}
