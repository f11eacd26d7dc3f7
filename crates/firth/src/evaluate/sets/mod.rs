//! Evaluation sets: what they hold, and how their files are read.
//!
//! Files are lines of fields between TABs, without a header; words are bytes. Blank lines are skipped, so are lines that
//! start with `#` and do not have the fields of an entry. Line ends may be LF or CR LF; gzip and zstd are recognised.
//!
//! | kind | line |
//! | --- | --- |
//! | similarity | `word TAB word TAB score` (or three fields between spaces) |
//! | analogy | `category TAB a TAB b TAB c TAB d`, where d may list accepted answers as `x/y/z` |
//! | analogy, Google's layout | `: section`, then lines of four words between white space |
//! | analogy, pairs | `category TAB a TAB b`: every ordered two pairs of a category make a question |
//! | categorization | `category TAB word` |
//! | outlier | `group TAB in TAB word` and `group TAB out1 TAB word` |
//! | outlier, lists | `outlier TAB word word word` |

mod analogy;
mod categorization;
mod lines;
mod outlier;
mod similarity;
mod sniff;
mod suite;
mod words;

use std::path::Path;

pub use analogy::{AnalogySection, AnalogySet, Question};
pub use categorization::{CategorizationSet, CategorizedWord};
pub use outlier::{OutlierGroup, OutlierSet};
pub use similarity::{GradedPair, SimilaritySet};
pub use suite::{read_set, read_suite};
pub use words::WordList;

use crate::error::Result;
use sniff::Layout;

/// What a set asks of word vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Are pairs of words as similar as people say?
    Similarity,
    /// a is to b as c is to what?
    Analogy,
    /// Do words fall into their categories?
    Categorization,
    /// Which word does not belong to the group?
    Outlier,
}

impl Kind {
    /// The kind that a folder of a suite is named after (`similarity`, `analogies` ...).
    pub fn from_folder(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let starts = |stem: &str| name.starts_with(stem);
        match () {
            () if starts("similarit") || starts("relatedness") => Some(Self::Similarity),
            () if starts("analog") => Some(Self::Analogy),
            () if starts("categori") => Some(Self::Categorization),
            () if starts("outlier") => Some(Self::Outlier),
            () => None,
        }
    }
}

/// A set of any kind.
#[derive(Clone, Debug)]
pub enum EvaluationSet {
    /// Graded pairs.
    Similarity(SimilaritySet),
    /// Analogy questions.
    Analogy(AnalogySet),
    /// Words and their categories.
    Categorization(CategorizationSet),
    /// Groups and their outliers.
    Outlier(OutlierSet),
}

impl EvaluationSet {
    /// Reads a set from `bytes`. `path` names it in errors, and its stem names the set. The kind is `kind` or else told
    /// from the content.
    ///
    /// # Errors
    /// [`InvalidFormat`](crate::ErrorKind::InvalidFormat) with the line, what was found there and what was expected.
    pub fn parse(path: &Path, bytes: &[u8], kind: Option<Kind>) -> Result<Self> {
        let name = suite::name(path);
        let lines = || lines::entries(path, bytes);
        Ok(match sniff::layout(path, bytes, kind)? {
            Layout::Similarity => Self::Similarity(similarity::parse(name, lines())?),
            Layout::Questions => Self::Analogy(analogy::parse_questions(name, lines())?),
            Layout::Pairs => Self::Analogy(analogy::parse_pairs(name, lines())?),
            Layout::Categories => Self::Categorization(categorization::parse(name, lines())?),
            Layout::Groups => Self::Outlier(outlier::parse_groups(name, lines())?),
            Layout::Lists => Self::Outlier(outlier::parse_lists(name, lines())?),
        })
    }

    /// The name of the set: its file's name without extensions.
    pub fn name(&self) -> &str {
        match self {
            Self::Similarity(set) => &set.name,
            Self::Analogy(set) => &set.name,
            Self::Categorization(set) => &set.name,
            Self::Outlier(set) => &set.name,
        }
    }

    /// What the set asks.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Similarity(_) => Kind::Similarity,
            Self::Analogy(_) => Kind::Analogy,
            Self::Categorization(_) => Kind::Categorization,
            Self::Outlier(_) => Kind::Outlier,
        }
    }
}

#[cfg(test)]
mod tests;
