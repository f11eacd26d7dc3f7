//! `firth info`: what is in a file of word vectors?

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use firth::format::Format;
use firth::model::WordVectors;
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{DEFAULT_VECTORS, ThreadsArgument, format};
use crate::output::{self, Failure, LABEL, shown, write_json};
use crate::quantity::{bytes, grouped, number_of};
use crate::vectors::read;

const EXAMPLES: &str = "\
Examples:
  firth info                     vectors.safetensors
  firth info GoogleNews-vectors-negative300.bin.gz
  firth info --json vectors.vec

The format is told from the content, whatever the file is called.";

/// First words shown.
const FIRST_WORDS: usize = 10;

/// Tell what a file of word vectors holds
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The file
    #[arg(value_name = "FILE", default_value = DEFAULT_VECTORS)]
    file: PathBuf,

    /// The format, whatever the content looks like
    #[arg(long, value_name = "NAME", value_parser = format())]
    from: Option<Format>,

    #[command(flatten)]
    threads: ThreadsArgument,

    /// Write one JSON object
    #[arg(long)]
    json: bool,
}

/// What there is to tell.
#[derive(Serialize)]
struct Info {
    file: String,
    bytes: u64,
    format: &'static str,
    words: usize,
    dim: usize,
    precision: &'static str,
    counts: Option<Counts>,
    norms: Option<Norms>,
    first_words: Vec<String>,
    oddities: Oddities,
    metadata: Value,
}

/// How often words were seen.
#[derive(Serialize)]
struct Counts {
    least: u64,
    most: u64,
    total: u64,
}

/// The lengths of the vectors that are finite.
#[derive(Serialize)]
struct Norms {
    least: f32,
    median: f32,
    most: f32,
}

/// Numbers of words that one may stumble over.
#[derive(Default, Serialize)]
struct Oddities {
    /// Words that are there before; look-ups find the first.
    duplicate_words: usize,
    empty_words: usize,
    words_not_utf8: usize,
    zero_vectors: usize,
    vectors_not_finite: usize,
}

/// Reads and tells.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { file, from, threads, json } = arguments;
    let (vectors, format) = read(file, *from, threads.threads)?;
    let bytes = std::fs::metadata(file).map_or(0, |found| found.len());
    let info = Info::new(file.display().to_string(), bytes, format, &vectors, threads.threads);
    let mut out = output::results();
    match json {
        true => write_json(&mut out, &info)?,
        false => info.write(&mut out)?,
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

impl Info {
    fn new(file: String, bytes: u64, format: Format, vectors: &WordVectors, threads: usize) -> Self {
        let vocabulary = vectors.vocabulary();
        let counts = vocabulary.counts();
        let known = vocabulary.total_count() > 0;
        let norms = vectors.norms(threads);
        let mut finite: Vec<f32> = norms.iter().copied().filter(|norm| norm.is_finite()).collect();
        finite.sort_by(f32::total_cmp);
        Self {
            file,
            bytes,
            format: format.name(),
            words: vectors.len(),
            dim: vectors.dim(),
            precision: "f32",
            counts: known.then(|| Counts {
                least: counts.iter().copied().min().unwrap_or(0),
                most: counts.iter().copied().max().unwrap_or(0),
                total: vocabulary.total_count(),
            }),
            norms: finite.last().map(|&most| Norms {
                least: finite[0],
                median: finite[finite.len() / 2],
                most,
            }),
            first_words: vocabulary.words().take(FIRST_WORDS).map(shown).collect(),
            oddities: Oddities::of(vectors, norms),
            metadata: vectors.metadata().clone(),
        }
    }

    fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut entry = |label: &str, text: String| writeln!(out, "{LABEL}{label:<11}{LABEL:#} {text}");
        entry("file", format!("{} ({})", self.file, bytes(self.bytes)))?;
        entry("format", self.format.to_owned())?;
        entry(
            "vectors",
            format!("{}, dim {}, {}", number_of(self.words as u64, "word"), self.dim, self.precision),
        )?;
        match &self.counts {
            Some(Counts { least, most, total }) => {
                let range = format!("{} to {}, {} in all", grouped(*least), grouped(*most), grouped(*total));
                entry("counts", range)?;
            }
            None => entry("counts", "not in the file".to_owned())?,
        }
        if let Some(Norms { least, median, most }) = &self.norms {
            entry("norms", format!("{least:.3} to {most:.3}, median {median:.3}"))?;
        }
        entry("first words", self.first_words.join(" "))?;
        entry("oddities", self.oddities.to_string())?;
        for (key, value) in lines_of(&self.metadata) {
            entry(&key, value)?;
        }
        Ok(())
    }
}

/// The metadata, a line for each entry at the top.
fn lines_of(metadata: &Value) -> Vec<(String, String)> {
    let plain = |value: &Value| match value {
        Value::String(text) => shown(text.as_bytes()),
        other => other.to_string(),
    };
    let line = |value: &Value| match value {
        Value::Object(entries) => {
            let parts: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{} {}", shown(key.as_bytes()), plain(value)))
                .collect();
            parts.join(", ")
        }
        other => plain(other),
    };
    let entries = metadata.as_object().into_iter().flatten();
    entries.map(|(key, value)| (shown(key.as_bytes()), line(value))).collect()
}

impl Oddities {
    fn of(vectors: &WordVectors, norms: &[f32]) -> Self {
        let vocabulary = vectors.vocabulary();
        let mut found = Self::default();
        for (id, (word, norm)) in (0u32..).zip(vocabulary.words().zip(norms)) {
            found.duplicate_words += usize::from(vocabulary.id(word) != Some(id));
            found.empty_words += usize::from(word.is_empty());
            found.words_not_utf8 += usize::from(std::str::from_utf8(word).is_err());
            found.zero_vectors += usize::from(*norm == 0.0 && vectors.vector(id).iter().all(|&v| v == 0.0));
            found.vectors_not_finite += usize::from(!vectors.vector(id).iter().all(|v| v.is_finite()));
        }
        found
    }
}

impl std::fmt::Display for Oddities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds = [
            (self.duplicate_words, "duplicate word"),
            (self.empty_words, "empty word"),
            (self.words_not_utf8, "word that is not UTF-8"),
            (self.zero_vectors, "zero vector"),
            (self.vectors_not_finite, "vector that is not finite"),
        ];
        let found: Vec<String> = kinds
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, kind)| format!("{} x {kind}", grouped(*n as u64)))
            .collect();
        f.write_str(if found.is_empty() { "none" } else { "" })?;
        f.write_str(&found.join(", "))
    }
}
