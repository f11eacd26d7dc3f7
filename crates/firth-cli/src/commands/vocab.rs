//! `firth vocab`: the words of a text with their counts.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use firth::format::write_beside;
use firth::vocab::write_counts;

use super::train::check_output;
use crate::arguments::{CorpusArguments, ThreadsArgument, VocabularyArguments, VocabularyChoice};
use crate::output::{Console, Failure};
use crate::training;

const EXAMPLES: &str = "\
Examples:
  firth vocab text.txt | head
  firth vocab news/ -o words.tsv --min-count 10
  firth train news/ --vocab words.tsv";

/// Count the words of a text: lines `word TAB count`, most frequent first
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    corpus: CorpusArguments,

    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace the file if it is there
    #[arg(short, long, requires = "output")]
    force: bool,

    #[command(flatten)]
    vocabulary: VocabularyArguments,

    #[command(flatten)]
    threads: ThreadsArgument,
}

/// Counts and writes.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.output {
        check_output(path, arguments.force)?;
    }
    let sources = arguments.corpus.sources()?;
    // Only the counts are wanted, so nothing of the encoded text stays in memory.
    let options = arguments.corpus.options(arguments.threads.count());
    let counted = training::count(&sources, &options, console)?;
    let choice = VocabularyChoice::Counted(arguments.vocabulary.rules());
    let (vocabulary, _) = training::select(&counted, choice, console)?;
    match &arguments.output {
        None => write_counts(&vocabulary, &mut std::io::stdout().lock())?,
        Some(path) => {
            let mut lines = Vec::new();
            write_counts(&vocabulary, &mut lines)?;
            write_beside(path, |writer| writer.write_all(&lines))?;
            console.entry("saved", format_args!("{} ({})", path.display(), training::size_of(path)));
        }
    }
    Ok(ExitCode::SUCCESS)
}
