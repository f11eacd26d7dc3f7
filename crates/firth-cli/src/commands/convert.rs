//! `firth convert`: the same vectors in another format.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use firth::format::{self as files, Format};
use serde_json::json;

use super::train::{check_output, output_format};
use crate::arguments::{ThreadsArgument, format};
use crate::output::{self, Console, Failure, write_json};
use crate::quantity::number_of;
use crate::training::size_of;
use crate::vectors::read;

const EXAMPLES: &str = "\
Examples:
  firth convert vectors.safetensors vectors.txt
  firth convert GoogleNews-vectors-negative300.bin.gz news.safetensors
  firth convert glove.6B.300d.txt glove.safetensors
  firth convert vectors.bin vectors.out --to word2vec-text

Formats: native (.safetensors), word2vec-text (.txt, .vec), word2vec-binary (.bin), glove (.glove). Every \
number keeps its bits. Only the native format holds counts and settings; prediction rows are left out.";

/// Write word vectors in another format
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The file to read
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// The file to write
    #[arg(value_name = "OUT")]
    output: PathBuf,

    /// The format of IN [default: told from its content]
    #[arg(long, value_name = "NAME", value_parser = format())]
    from: Option<Format>,

    /// The format of OUT [default: told from its extension]
    #[arg(long, value_name = "NAME", value_parser = format())]
    to: Option<Format>,

    /// Replace the file if it is there
    #[arg(short, long)]
    force: bool,

    #[command(flatten)]
    threads: ThreadsArgument,

    /// Write a summary to standard output, one JSON object
    #[arg(long)]
    json: bool,
}

/// Reads and writes.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    let Arguments { input, output, .. } = arguments;
    let to = output_format(output, arguments.to)?;
    check_output(output, arguments.force)?;
    let (vectors, from) = read(input, arguments.from, arguments.threads.threads)?;
    files::write(output, &vectors, to)?;
    console.entry("read", format_args!("{} ({from}, {})", input.display(), size_of(input)));
    console
        .entry("vectors", format_args!("{}, dim {}", number_of(vectors.len() as u64, "word"), vectors.dim()));
    console.entry("saved", format_args!("{} ({to}, {})", output.display(), size_of(output)));
    if arguments.json {
        let summary = json!({
            "input": input.display().to_string(),
            "from": from.name(),
            "output": output.display().to_string(),
            "to": to.name(),
            "words": vectors.len(),
            "dim": vectors.dim(),
        });
        write_json(&mut output::results(), &summary)?;
    }
    Ok(ExitCode::SUCCESS)
}
