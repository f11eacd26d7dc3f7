//! `firth neighbors`: the words nearest to a word or to a sum of words.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use firth::model::{Neighbor, WordVectors};
use serde::Serialize;

use crate::arguments::{VectorsArguments, whole};
use crate::output::{self, Console, FAILURE, FAINT, Failure, TITLE, shown, write_json};
use crate::questions::{bytes_of, from_standard_input};
use crate::vectors::{open, resolve, word};

const EXAMPLES: &str = "\
Examples:
  firth neighbors king
  firth neighbors king - man + woman                  one sum of words
  firth neighbors -k 3 paris 'New York' 'king - man'  three questions
  firth neighbors -m glove.txt king
  firth neighbors --json < words.txt                  one question a line

Similarity is the cosine, from -1 to 1. The words of a question are not among its answers. A sum joins \
words by + and - with spaces around them, so that a word may hold either; New York is one word.";

/// Find the words nearest to a word, or to a sum of words such as `king - man + woman`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Words or sums of words, each a question; + or - alone joins all arguments to one sum [default: lines of standard
    /// input]
    #[arg(value_name = "WORD")]
    words: Vec<OsString>,

    #[command(flatten)]
    vectors: VectorsArguments,

    /// Neighbours to find for each question
    #[arg(short = 'k', long, value_name = "N", default_value_t = 10, value_parser = whole::<usize>,
          allow_negative_numbers = true)]
    top: usize,

    /// Look among the N most frequent words only [default: all]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true)]
    restrict: Option<usize>,

    /// Write one JSON object a question
    #[arg(long)]
    json: bool,
}

/// Asks and answers.
pub fn run(arguments: &Arguments, console: Console) -> Result<ExitCode, Failure> {
    let vectors = open(&arguments.vectors)?;
    let mut asker = Asker { arguments, vectors: &vectors, titled: false, first: true, failed: false };
    match questions(&arguments.words) {
        Some(questions) => {
            asker.titled = questions.len() > 1;
            asker.answer(&questions)?;
        }
        None => {
            asker.titled = true;
            from_standard_input(console, "words or sums such as king - man + woman", &mut |lines| {
                asker.answer(lines)
            })?;
        }
    }
    Ok(ExitCode::from(if asker.failed { FAILURE } else { 0 }))
}

/// The questions among the arguments; `None` when they are on standard input.
fn questions(arguments: &[OsString]) -> Option<Vec<Vec<u8>>> {
    let words: Vec<Vec<u8>> = arguments.iter().map(bytes_of).collect();
    match &words[..] {
        [] => None,
        [only] if only == b"-" => None,
        all if all.iter().any(|word| word == b"+" || word == b"-") => Some(vec![words.join(&b' ')]),
        _ => Some(words),
    }
}

struct Asker<'a> {
    arguments: &'a Arguments,
    vectors: &'a WordVectors,
    titled: bool,
    first: bool,
    failed: bool,
}

impl Asker<'_> {
    /// Answers all that can be answered, and says what is wrong with the others.
    fn answer(&mut self, questions: &[Vec<u8>]) -> Result<(), Failure> {
        let resolved: Vec<_> = questions.iter().map(|question| resolve(self.vectors, question)).collect();
        let queries: Vec<_> = resolved.iter().filter_map(|query| query.as_ref().ok()).cloned().collect();
        let Arguments { top, restrict, vectors, .. } = self.arguments;
        let among = restrict.unwrap_or(self.vectors.len());
        let threads = vectors.threads.threads;
        let mut answers = self.vectors.neighbors_among(&queries, *top, among, threads).into_iter();
        for (question, resolved) in questions.iter().zip(&resolved) {
            // Written one by one, so that errors stand between the right answers.
            let mut out = output::results();
            let answer = match resolved {
                Ok(_) => Ok(answers.next().unwrap_or_default()),
                Err(failure) => Err(failure),
            };
            match (self.arguments.json, answer) {
                (true, Ok(found)) => write_json(&mut out, &Answered::new(self.vectors, question, &found))?,
                (true, Err(failure)) => write_json(&mut out, &Unanswered::new(question, failure))?,
                (false, Ok(found)) => self.write(&mut out, question, &found)?,
                (false, Err(_)) => {}
            }
            out.flush()?;
            if let Err(failure) = resolved {
                self.failed = true;
                failure.show();
            }
        }
        Ok(())
    }

    fn write(&mut self, out: &mut impl Write, question: &[u8], found: &[Neighbor]) -> Result<(), Failure> {
        if self.titled {
            let gap = if self.first { "" } else { "\n" };
            writeln!(out, "{gap}{TITLE}{}{TITLE:#}", shown(question))?;
            self.first = false;
        }
        for Neighbor { id, similarity } in found {
            writeln!(out, "{FAINT}{similarity:7.4}{FAINT:#}  {}", word(self.vectors, *id))?;
        }
        Ok(())
    }
}

/// A question and its answers, as JSON.
#[derive(Serialize)]
struct Answered<'a> {
    query: Cow<'a, str>,
    neighbors: Vec<Similar<'a>>,
}

impl<'a> Answered<'a> {
    fn new(vectors: &'a WordVectors, question: &'a [u8], found: &[Neighbor]) -> Self {
        let neighbors = found.iter().map(|one| Similar::new(vectors, one)).collect();
        Self { query: String::from_utf8_lossy(question), neighbors }
    }
}

/// A question without an answer, as JSON.
#[derive(Serialize)]
struct Unanswered<'a> {
    query: Cow<'a, str>,
    error: &'a str,
}

impl<'a> Unanswered<'a> {
    fn new(question: &'a [u8], failure: &'a Failure) -> Self {
        Self { query: String::from_utf8_lossy(question), error: failure.message() }
    }
}

/// A word and its similarity, as JSON.
#[derive(Serialize)]
pub struct Similar<'a> {
    pub word: Cow<'a, str>,
    pub similarity: f32,
}

impl<'a> Similar<'a> {
    pub fn new(vectors: &'a WordVectors, found: &Neighbor) -> Self {
        Self { word: vectors.vocabulary().display(found.id), similarity: found.similarity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_join_arguments() {
        let asked = |words: &[&str]| {
            let found = questions(&words.iter().map(OsString::from).collect::<Vec<_>>())?;
            Some(found.into_iter().map(|q| String::from_utf8(q).unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&["-"]), None);
        assert_eq!(asked(&["king", "queen"]).unwrap(), ["king", "queen"]);
        assert_eq!(asked(&["king", "-", "man", "+", "woman"]).unwrap(), ["king - man + woman"]);
        assert_eq!(asked(&["king - man", "New York"]).unwrap(), ["king - man", "New York"]);
    }
}
