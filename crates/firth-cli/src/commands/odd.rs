//! `firth odd`: which word does not belong?

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::neighbors::Similar;
use crate::arguments::VectorsArguments;
use crate::output::{self, FAINT, Failure, TITLE, write_json};
use crate::questions::bytes_of;
use crate::vectors::{look_up_all, open, word};

const EXAMPLES: &str = "\
Examples:
  firth odd breakfast cereal dinner car
  firth odd monday tuesday april friday --json

The first line is the odd one out. Then follow all words with their similarity to the mean of all, lowest first.";

/// Find the word that does not belong to the others
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Three words or more
    #[arg(value_name = "WORD", required = true, num_args = 3..)]
    words: Vec<OsString>,

    #[command(flatten)]
    vectors: VectorsArguments,

    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

/// The words, the odd one first, as JSON.
#[derive(Serialize)]
struct Answered<'a> {
    odd: Cow<'a, str>,
    words: Vec<Similar<'a>>,
}

/// Asks and answers.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let vectors = open(&arguments.vectors)?;
    let words: Vec<Vec<u8>> = arguments.words.iter().map(bytes_of).collect();
    let found = vectors.odd(&look_up_all(&vectors, &words)?);
    let mut out = output::results();
    if arguments.json {
        let words = found.iter().map(|one| Similar::new(&vectors, one)).collect();
        write_json(&mut out, &Answered { odd: vectors.vocabulary().display(found[0].id), words })?;
    } else {
        writeln!(out, "{TITLE}{}{TITLE:#}", word(&vectors, found[0].id))?;
        for one in &found {
            writeln!(out, "{FAINT}{:7.4}{FAINT:#}  {}", one.similarity, word(&vectors, one.id))?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
