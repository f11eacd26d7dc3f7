//! `firth analogy`: a is to b as c is to what?

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use firth::model::{AnalogyMethod, Neighbor, WordVectors};
use serde::Serialize;

use crate::arguments::{VectorsArguments, choice, whole};
use crate::output::{self, Console, FAILURE, FAINT, Failure, TITLE, shown, write_json};
use crate::questions::{bytes_of, fields, from_standard_input};
use crate::vectors::{look_up, open, word};

const METHODS: &[(&[&str], AnalogyMethod)] = &[
    (&["3cosadd", "cosadd", "cos-add"], AnalogyMethod::CosAdd),
    (&["3cosmul", "cosmul", "cos-mul"], AnalogyMethod::CosMul),
];

const EXAMPLES: &str = "\
Examples:
  firth analogy man king woman               man is to king as woman is to ...
  firth analogy paris france tokyo -k 1
  firth analogy --json < questions.txt       three words a line

3cosadd finds the word nearest to B - A + C and shows its cosine; 3cosmul multiplies and divides \
similarities, which balances them better, and shows its score. A, B and C are not among the answers.";

/// Answer `A is to B as C is to ...`
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Three words [default: lines of three words from standard input]
    #[arg(value_names = ["A", "B", "C"], num_args = 3)]
    words: Vec<OsString>,

    #[command(flatten)]
    vectors: VectorsArguments,

    /// How answers are scored
    #[arg(long, value_name = "NAME", default_value = "3cosadd", value_parser = choice(METHODS))]
    method: AnalogyMethod,

    /// Answers to show for each question
    #[arg(short = 'k', long, value_name = "N", default_value_t = 5, value_parser = whole::<usize>,
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
    let mut failed = false;
    if arguments.words.is_empty() {
        from_standard_input(console, "three words: A is to B as C is to ...", &mut |lines| {
            let questions: Vec<Vec<Vec<u8>>> = lines.iter().map(|line| fields(line)).collect();
            failed |= answer(arguments, &vectors, &questions, true)?;
            Ok(())
        })?;
    } else {
        let question = arguments.words.iter().map(bytes_of).collect();
        failed = answer(arguments, &vectors, &[question], false)?;
    }
    Ok(ExitCode::from(if failed { FAILURE } else { 0 }))
}

fn ids_of(vectors: &WordVectors, words: &[Vec<u8>]) -> Result<[u32; 3], Failure> {
    let [a, b, c] = words else {
        return Err(Failure::new(format!("found {} words in a line, expected three: A B C", words.len())));
    };
    Ok([look_up(vectors, a)?, look_up(vectors, b)?, look_up(vectors, c)?])
}

/// Answers all that can be answered; true when there was something else.
fn answer(
    arguments: &Arguments,
    vectors: &WordVectors,
    questions: &[Vec<Vec<u8>>],
    titled: bool,
) -> Result<bool, Failure> {
    let resolved: Vec<_> = questions.iter().map(|words| ids_of(vectors, words)).collect();
    let ids: Vec<[u32; 3]> = resolved.iter().filter_map(|ids| ids.as_ref().ok()).copied().collect();
    let Arguments { method, top, restrict, .. } = arguments;
    let threads = arguments.vectors.threads.threads;
    let mut answers = vectors.analogies(&ids, *method, *top, *restrict, threads).into_iter();
    let mut failed = false;
    for (words, ids) in questions.iter().zip(&resolved) {
        let mut out = output::results();
        match (ids, arguments.json) {
            (Ok(_), true) => {
                write_json(
                    &mut out,
                    &Answered::new(arguments, vectors, words, &answers.next().unwrap_or_default()),
                )?;
            }
            (Ok(_), false) => {
                if titled {
                    let shown: Vec<String> = words.iter().map(|word| shown(word)).collect();
                    writeln!(out, "{TITLE}{}{TITLE:#}", shown.join(" "))?;
                }
                for Neighbor { id, similarity } in answers.next().unwrap_or_default() {
                    writeln!(out, "{FAINT}{similarity:7.4}{FAINT:#}  {}", word(vectors, id))?;
                }
            }
            (Err(failure), true) => {
                write_json(&mut out, &Unanswered { words: texts(words), error: failure.message() })?;
            }
            (Err(_), false) => {}
        }
        out.flush()?;
        if let Err(failure) = ids {
            failed = true;
            failure.show();
        }
    }
    Ok(failed)
}

/// Words as JSON takes them.
pub fn texts(words: &[Vec<u8>]) -> Vec<Cow<'_, str>> {
    words.iter().map(|word| String::from_utf8_lossy(word)).collect()
}

/// A question and its answers, as JSON.
#[derive(Serialize)]
struct Answered<'a> {
    words: Vec<Cow<'a, str>>,
    method: &'static str,
    answers: Vec<Scored<'a>>,
}

/// An answer and its score, as JSON.
#[derive(Serialize)]
struct Scored<'a> {
    word: Cow<'a, str>,
    score: f32,
}

impl<'a> Answered<'a> {
    fn new(
        arguments: &Arguments,
        vectors: &'a WordVectors,
        words: &'a [Vec<u8>],
        found: &[Neighbor],
    ) -> Self {
        let method = METHODS.iter().find(|(_, method)| *method == arguments.method);
        let answers = found
            .iter()
            .map(|one| Scored { word: vectors.vocabulary().display(one.id), score: one.similarity });
        Self {
            words: texts(words),
            method: method.map_or("", |(names, _)| names[0]),
            answers: answers.collect(),
        }
    }
}

/// Words without an answer, as JSON.
#[derive(Serialize)]
pub struct Unanswered<'a> {
    pub words: Vec<Cow<'a, str>>,
    pub error: &'a str,
}
