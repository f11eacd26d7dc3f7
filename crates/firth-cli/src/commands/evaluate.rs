//! `firth evaluate`: how good are the vectors, and how sure is that?

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use firth::evaluate::sets::{EvaluationSet, read_set, read_suite};
use firth::evaluate::{Options, compare, evaluate, report};

use crate::arguments::{DEFAULT_VECTORS, ThreadsArgument, whole};
use crate::output::{self, Console, Failure, write_json};
use crate::quantity::number_of;
use crate::vectors::read;

const EXAMPLES: &str = "\
Examples:
  firth evaluate --suite sets/
  firth evaluate vectors.safetensors --suite simlex999.tsv --suite google.txt
  firth evaluate new.safetensors old.safetensors --suite sets/ --markdown > report.md

Sets are text files, also gzip or zstd:
  similarity       word TAB word TAB score
  analogy          : section, then lines of four words; or category TAB a TAB b TAB c TAB d (d may list x/y/z)
  categorization   category TAB word
  outlier          group TAB in|out TAB word
Scores are shown x 100 (fractions in JSON) with 95 % intervals. What has an unknown word is left out; in \
the columns `missing = 0` and `of all` it counts as a failure.";

/// Measure word vectors on evaluation sets; of two files, how they differ
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The word vectors to measure
    #[arg(value_name = "VECTORS", default_value = DEFAULT_VECTORS)]
    first: PathBuf,

    /// The name that the vectors have in the other commands.
    #[arg(short = 'm', long, hide = true, value_name = "FILE", conflicts_with = "first")]
    vectors: Option<PathBuf>,

    /// Word vectors to compare them with, set by set, by a paired bootstrap
    #[arg(value_name = "OTHER")]
    second: Option<PathBuf>,

    /// A set, or a folder of sets (all files below); can be given several times
    #[arg(short, long, value_name = "PATH", required = true)]
    suite: Vec<PathBuf>,

    /// Use the N most frequent words only [default: all]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    restrict: Option<usize>,

    /// Resamples of each bootstrap
    #[arg(long, value_name = "N", default_value_t = Options::default().resamples, value_parser = whole::<usize>,
          allow_negative_numbers = true)]
    resamples: usize,

    /// The key of all resamples
    #[arg(long, value_name = "N", default_value_t = Options::default().seed, value_parser = whole::<u64>,
          allow_negative_numbers = true)]
    seed: u64,

    #[command(flatten)]
    threads: ThreadsArgument,

    /// Write Markdown
    #[arg(long, conflicts_with = "json")]
    markdown: bool,

    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

/// Measures and reports.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    let sets = read_sets(&arguments.suite)?;
    let options = Options {
        threads: arguments.threads.threads,
        seed: arguments.seed,
        resamples: arguments.resamples,
        first_words: arguments.restrict,
    };
    let threads = arguments.threads.threads;
    let first_path = arguments.vectors.as_ref().unwrap_or(&arguments.first);
    let first = read(first_path, None, threads)?.0;
    let second = arguments.second.as_ref().map(|path| read(path, None, threads)).transpose()?;
    console.line(format_args!("measuring on {} ...", number_of(sets.len() as u64, "set")));
    let mut out = output::results();
    let name = name(first_path);
    if let (Some((second, _)), Some(path)) = (&second, &arguments.second) {
        let other = self::name(path);
        let comparison = compare((&name, &first), (&other, second), &sets, &options);
        match (arguments.json, arguments.markdown) {
            (true, _) => write_json(&mut out, &comparison)?,
            (_, true) => write!(out, "{}", report::comparison_markdown(&comparison))?,
            _ => write!(out, "{}", report::comparison_text(&comparison))?,
        }
    } else {
        let evaluation = evaluate(&name, &first, &sets, &options);
        match (arguments.json, arguments.markdown) {
            (true, _) => write_json(&mut out, &evaluation)?,
            (_, true) => write!(out, "{}", report::markdown(&evaluation))?,
            _ => write!(out, "{}", report::text(&evaluation))?,
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn read_sets(paths: &[PathBuf]) -> Result<Vec<EvaluationSet>, Failure> {
    let mut sets = Vec::new();
    for path in paths {
        match path.is_dir() {
            true => sets.extend(read_suite(path)?),
            false => sets.push(read_set(path)?),
        }
    }
    Ok(sets)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}
