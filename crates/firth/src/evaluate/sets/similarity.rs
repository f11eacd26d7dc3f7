//! Pairs of words that people have graded.

use super::lines::{Lines, number, shown};
use super::words::WordList;
use crate::error::Result;

/// Pairs of words with the similarity that people see.
#[derive(Clone, Debug)]
pub struct SimilaritySet {
    /// The name of the set.
    pub name: String,
    /// The words of the pairs.
    pub words: WordList,
    /// The pairs, in file order.
    pub pairs: Vec<GradedPair>,
}

/// Two words (numbers of the set's [`WordList`]) and how similar people find them, on the set's own scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradedPair {
    /// The first word.
    pub a: u32,
    /// The second word.
    pub b: u32,
    /// The grade: any finite number, more is more similar.
    pub score: f64,
}

pub(super) fn parse(name: String, lines: Lines<'_>) -> Result<SimilaritySet> {
    const EXPECTED: &str = "word TAB word TAB score";
    let mut set = SimilaritySet { name, words: WordList::default(), pairs: Vec::new() };
    for line in lines.iter() {
        let fields = line.fields();
        if line.is_remark(&fields, 3) {
            continue;
        }
        let [a, b, score] = line.exactly(&fields, EXPECTED)?;
        let score = number(score)
            .ok_or_else(|| line.error(format!("found {} as score", shown(score)), "a finite number"))?;
        set.pairs.push(GradedPair { a: set.words.add(a), b: set.words.add(b), score });
    }
    if set.pairs.is_empty() { Err(lines.nothing(EXPECTED)) } else { Ok(set) }
}
