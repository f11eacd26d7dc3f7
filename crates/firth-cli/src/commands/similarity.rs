//! `firth similarity`: how alike are two words?

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use firth::model::WordVectors;
use serde::Serialize;

use super::analogy::{Unanswered, texts};
use crate::arguments::VectorsArguments;
use crate::output::{self, Console, FAILURE, FAINT, Failure, shown, write_json};
use crate::questions::{bytes_of, fields, from_standard_input};
use crate::vectors::{look_up, open};

const EXAMPLES: &str = "\
Examples:
  firth similarity king queen                  0.7312
  firth similarity king queen man woman        two pairs
  firth similarity --json < pairs.txt          two words a line

Similarity is the cosine, from -1 to 1.";

/// Tell the similarity of two words
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Pairs of words [default: lines of two words from standard input]
    #[arg(value_name = "A B")]
    words: Vec<OsString>,

    #[command(flatten)]
    vectors: VectorsArguments,

    /// Write one JSON object a pair
    #[arg(long)]
    json: bool,
}

/// Asks and answers.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    if !arguments.words.len().is_multiple_of(2) {
        return Err(Failure::usage(format!("found {} words, expected pairs", arguments.words.len())));
    }
    let vectors = open(&arguments.vectors)?;
    let mut failed = false;
    let mut answer = |pair: &[Vec<u8>], named: bool| -> Result<(), Failure> {
        let mut out = output::results();
        let found = similarity(&vectors, pair);
        let words: Vec<String> = pair.iter().map(|word| shown(word)).collect();
        match (&found, arguments.json) {
            (Ok(value), true) => {
                write_json(&mut out, &Answered { words: texts(pair), similarity: *value })?;
            }
            (Ok(value), false) if named => {
                writeln!(out, "{FAINT}{value:7.4}{FAINT:#}  {}", words.join("  "))?;
            }
            (Ok(value), false) => writeln!(out, "{value:.4}")?,
            (Err(failure), true) => {
                write_json(&mut out, &Unanswered { words: texts(pair), error: failure.message() })?;
            }
            (Err(_), false) => {}
        }
        out.flush()?;
        if let Err(failure) = found {
            failed = true;
            failure.show();
        }
        Ok(())
    };
    if arguments.words.is_empty() {
        from_standard_input(console, "two words", &mut |lines| {
            lines.iter().try_for_each(|line| answer(&fields(line), true))
        })?;
    }
    let words: Vec<Vec<u8>> = arguments.words.iter().map(bytes_of).collect();
    words.chunks(2).try_for_each(|pair| answer(pair, words.len() > 2))?;
    Ok(ExitCode::from(if failed { FAILURE } else { 0 }))
}

/// A pair and its similarity, as JSON.
#[derive(Serialize)]
struct Answered<'a> {
    words: Vec<Cow<'a, str>>,
    similarity: f32,
}

fn similarity(vectors: &WordVectors, pair: &[Vec<u8>]) -> Result<f32, Failure> {
    let [a, b] = pair else {
        return Err(Failure::new(format!("found {} words in a line, expected two", pair.len())));
    };
    Ok(vectors.similarity(look_up(vectors, a)?, look_up(vectors, b)?))
}
