//! Vectors are opened, words are looked up in them.

use std::path::Path;

use firth::format::{self, Format, ReadOptions};
use firth::model::{Expression, Query, WordVectors};

use crate::arguments::{DEFAULT_VECTORS, VectorsArguments};
use crate::output::{Failure, shown};

/// Spellings offered for a word that is not there.
const SPELLINGS: usize = 3;

/// Reads the word vectors of `path` in the format `from`, or else the one that its content tells.
pub fn read(path: &Path, from: Option<Format>, threads: usize) -> Result<(WordVectors, Format), Failure> {
    let options = ReadOptions { format: from, threads: Some(threads) };
    format::read_and_tell(path, &options).map_err(|error| {
        let failure = Failure::from(error);
        if path.exists() {
            return failure;
        }
        match path == Path::new(DEFAULT_VECTORS) {
            true => failure.hint("`firth train CORPUS` makes this file; -m FILE reads another one"),
            false => failure.hint("-m FILE names the word vectors to read"),
        }
    })
}

/// Reads the vectors that the arguments name.
pub fn open(arguments: &VectorsArguments) -> Result<WordVectors, Failure> {
    Ok(read(&arguments.vectors, None, arguments.threads.threads)?.0)
}

/// The id of `word`.
///
/// # Errors
/// A failure that offers the nearest spellings.
pub fn look_up(vectors: &WordVectors, word: &[u8]) -> Result<u32, Failure> {
    let vocabulary = vectors.vocabulary();
    if let Some(id) = vocabulary.id(word) {
        return Ok(id);
    }
    let failure = Failure::new(format!("`{}` is not in the vocabulary", shown(word)));
    let near = vocabulary.nearest_spellings(word, SPELLINGS);
    let near: Vec<String> = near.iter().map(|&id| format!("`{}`", shown(vocabulary.word(id)))).collect();
    let failure = match &near[..] {
        [] => failure,
        [one] => failure.hint(format!("the nearest spelling is {one}")),
        [some @ .., last] => {
            failure.hint(format!("the nearest spellings are {} and {last}", some.join(", ")))
        }
    };
    Err(match std::str::from_utf8(word).is_ok_and(|name| Path::new(name).is_file()) {
        true => failure.hint("there is a file of this name: -m FILE names the word vectors to read"),
        false => failure,
    })
}

/// The ids of `words`.
pub fn look_up_all(vectors: &WordVectors, words: &[Vec<u8>]) -> Result<Vec<u32>, Failure> {
    words.iter().map(|word| look_up(vectors, word)).collect()
}

/// The query that `expression` stands for.
pub fn resolve(vectors: &WordVectors, expression: &[u8]) -> Result<Query, Failure> {
    let expression = Expression::parse(expression)?;
    let terms: Result<Vec<(f32, u32)>, Failure> =
        expression.terms().iter().map(|(weight, word)| Ok((*weight, look_up(vectors, word)?))).collect();
    Ok(vectors.query(&terms?))
}

/// Word `id` as it is shown.
pub fn word(vectors: &WordVectors, id: u32) -> String {
    shown(vectors.vocabulary().word(id))
}
