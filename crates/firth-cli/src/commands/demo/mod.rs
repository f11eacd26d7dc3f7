//! `firth demo`: the whole of firth on a small world whose truth is known.

mod examples;
mod report;
mod story;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use firth::corpus::Sources;
use firth::evaluate::sets::read_suite;
use firth::evaluate::{Evaluation, Options, evaluate};
use firth::format::{self, write_beside};
use firth::model::WordVectors;
use firth::toy_world::{DEFAULT_WORDS, LEAST_WORDS, ToyWorld};
use firth::train::{Ending, Outcome, Settings, Trainer};
use firth::vocab::VocabularyRules;

use crate::arguments::{CorpusArguments, DEFAULT_VECTORS, ThreadsArgument, VocabularyChoice, whole};
use crate::interrupt::Interrupt;
use crate::output::{Console, Failure};
use crate::training;
use examples::Examples;

const EXAMPLES: &str = "\
Examples:
  firth demo
  firth demo --dir /tmp/world --words 300000 --seed 7

The world is drawn from a seeded generator: no download. Its text, truth, vectors and a report stay in the \
folder. The same seed gives the same files, but for the times in the report.";

const CORPUS: &str = "corpus.txt";
const TRUTH: &str = "truth";
const REPORT: &str = "report.md";

/// Make up a small world, train on it, measure and ask, in seconds and without a download
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The folder to write to; made if it is missing, and written over if it is from an earlier demo
    #[arg(long, value_name = "DIR", default_value = "firth-demo")]
    dir: PathBuf,

    /// Words of text, at least 40000
    #[arg(long, value_name = "N", default_value_t = DEFAULT_WORDS, value_parser = whole::<u64>,
          allow_negative_numbers = true)]
    words: u64,

    /// The key of the world and of the training
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>, allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadsArgument,
}

/// All that the demo found, for the story and the report.
struct Findings {
    directory: PathBuf,
    /// Words of the text, and some of its lines.
    tokens: u64,
    lines: Vec<String>,
    settings: Settings,
    training: Training,
    evaluation: Evaluation,
    examples: Examples,
}

/// How training went, without the model.
struct Training {
    words: usize,
    tokens: u64,
    seconds: f64,
    losses: Vec<f64>,
}

/// Runs the whole demo.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    if arguments.words < LEAST_WORDS {
        return Err(Failure::usage(format!("words is {}, expected at least {LEAST_WORDS}", arguments.words)));
    }
    prepare(&arguments.dir)?;
    let interrupt = Interrupt::listen()?;
    let mut story = story::Story::new();
    story.begin(&arguments.dir)?;

    let world = ToyWorld::new(arguments.seed, arguments.words);
    let tokens = write_world(&world, &arguments.dir)?;
    let lines = sample(&arguments.dir.join(CORPUS))?;
    story.text(tokens, &lines)?;

    let settings = Settings { seed: arguments.seed, threads: arguments.threads.count(), ..settings() };
    let (training, vectors) = train(&arguments.dir, &settings, &interrupt, console)?;
    story.training(&settings, &training)?;

    let sets = read_suite(arguments.dir.join(TRUTH))?;
    let options = Options { threads: settings.threads, ..Options::default() };
    let evaluation = evaluate(DEFAULT_VECTORS, &vectors, &sets, &options);
    story.evaluation(&evaluation)?;

    let examples = Examples::ask(&vectors, &world.truth(), settings.threads);
    story.examples(&examples)?;

    let directory = arguments.dir.clone();
    let findings = Findings { directory, tokens, lines, settings, training, evaluation, examples };
    let text = report::markdown(&findings);
    write_beside(&arguments.dir.join(REPORT), |writer| writer.write_all(text.as_bytes()))?;
    story.end(&arguments.dir, start.elapsed())?;
    Ok(ExitCode::SUCCESS)
}

/// The settings of the demo but for seed and threads.
fn settings() -> Settings {
    Settings::default()
}

/// The arguments of `firth train` that give the same vectors.
fn train_command(settings: &Settings) -> String {
    let mut command = format!("firth train {CORPUS}");
    if settings.seed != Settings::default().seed {
        command += &format!(" --seed {}", settings.seed);
    }
    command
}

/// Makes the folder, and refuses one that holds something else.
fn prepare(directory: &Path) -> Result<(), Failure> {
    let ours = fs::read(directory.join(REPORT)).is_ok_and(|text| text.starts_with(report::TITLE.as_bytes()));
    let empty = match fs::read_dir(directory) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(firth::Error::io("list", directory, error).into()),
    };
    if !ours && !empty {
        let message = format!("{} is there already, and not from an earlier demo", directory.display());
        return Err(Failure::new(message).hint("--dir names another folder"));
    }
    fs::create_dir_all(directory).map_err(|error| firth::Error::io("create", directory, error).into())
}

/// Writes the text and the truth; returns the number of words.
fn write_world(world: &ToyWorld, directory: &Path) -> Result<u64, Failure> {
    let mut words = 0;
    write_beside(&directory.join(CORPUS), |writer| {
        words = world.write_corpus(writer)?;
        Ok(())
    })?;
    for file in world.truth() {
        let path = directory.join(TRUTH).join(file.path);
        let folder = path.parent().unwrap_or(directory);
        fs::create_dir_all(folder).map_err(|error| firth::Error::io("create", folder, error))?;
        write_beside(&path, |writer| writer.write_all(file.content.as_bytes()))?;
    }
    Ok(words)
}

/// For some words of the world the first line of the text that has them.
fn sample(path: &Path) -> Result<Vec<String>, Failure> {
    const WORDS: [&str; 5] = ["queen", "paris", "teacher", "coldest", "dogs"];
    let text = fs::read(path).map_err(|error| firth::Error::io("read", path, error))?;
    let line_with = |word: &str| {
        let mut lines = text.split(|&byte| byte == b'\n');
        lines.find(|line| line.split(|&byte| byte == b' ').any(|other| other == word.as_bytes()))
    };
    let lines = WORDS.into_iter().filter_map(line_with);
    Ok(lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect())
}

/// As `firth train` does it, and to the same bits.
fn train(
    directory: &Path,
    settings: &Settings,
    interrupt: &Interrupt,
    console: Console,
) -> Result<(Training, WordVectors), Failure> {
    let trainer = Trainer::new(settings.clone())?;
    let silent = Console::new(true);
    let sources = Sources::new(&[directory.join(CORPUS)])?;
    let text = CorpusArguments::of_file(directory.join(CORPUS));
    let counted = training::count(&sources, &text.options(settings.threads), silent)?;
    let rules = VocabularyRules::default();
    let (vocabulary, ids) = training::select(&counted, VocabularyChoice::Counted(rules), silent)?;
    let corpus = counted.encode(&ids, settings.threads)?;
    interrupt.guard();
    let mut outcome = training::train(&trainer, vocabulary, &corpus, interrupt, console)?;
    if outcome.ending == Ending::Stopped {
        return Err(Failure::interrupted("interrupted: no vectors were written"));
    }
    training::tell_origin(&mut outcome.model.metadata, &text, Some(&rules));
    let path = directory.join(DEFAULT_VECTORS);
    let Outcome { model, losses, tokens, elapsed, .. } = outcome;
    format::write_model(&path, &model)?;
    let training = Training { words: model.vocabulary.len(), tokens, seconds: elapsed.as_secs_f64(), losses };
    // Read back, so that all that follows is asked of the file that stays.
    Ok((training, format::read(&path, None)?))
}
