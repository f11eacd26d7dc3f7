//! Which layout a file has.

use std::path::Path;

use super::Kind;
use super::lines::{self, Line, number};
use crate::error::Result;

/// The layouts that files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Similarity,
    Questions,
    Pairs,
    Categories,
    Groups,
    Lists,
}

/// Lines that vote on the layout.
const VOTERS: usize = 1000;

const ALL: [Layout; 6] =
    [Layout::Similarity, Layout::Questions, Layout::Pairs, Layout::Categories, Layout::Groups, Layout::Lists];

impl Layout {
    fn kind(self) -> Kind {
        match self {
            Self::Similarity => Kind::Similarity,
            Self::Questions | Self::Pairs => Kind::Analogy,
            Self::Categories => Kind::Categorization,
            Self::Groups | Self::Lists => Kind::Outlier,
        }
    }
}

/// The layout that most of the first lines look like. Lines vote, so that one malformed line gets an error that names
/// it, and does not turn the file into another kind. With a `kind` only its layouts are candidates.
pub(super) fn layout(path: &Path, bytes: &[u8], kind: Option<Kind>) -> Result<Layout> {
    let candidates: Vec<Layout> =
        ALL.into_iter().filter(|l| kind.is_none_or(|kind| l.kind() == kind)).collect();
    let lines = lines::entries(path, bytes);
    let mut votes = vec![0usize; candidates.len()];
    for line in lines.iter().take(VOTERS) {
        if let Some(i) = looks_like(line).and_then(|vote| candidates.iter().position(|&c| c == vote)) {
            votes[i] += 1;
        }
    }
    // Of equals the first; `max_by_key` would take the last.
    let most = votes.iter().copied().max().unwrap_or(0);
    let first = votes.iter().position(|&v| v == most).unwrap_or(0);
    if most > 0 || kind.is_some() {
        return Ok(candidates[first]);
    }
    let expected = "a similarity set (word TAB word TAB score), analogies (category TAB a TAB b TAB c TAB d, or \
                    `: section` and four words a line), categories (category TAB word) or outliers (group TAB in TAB \
                    word)";
    Err(match lines.iter().find(|line| line.text[0] != b'#') {
        Some(line) => line.error(format!("found {}", line.shown()), expected),
        None => lines.nothing(expected),
    })
}

fn looks_like(line: Line<'_>) -> Option<Layout> {
    let tabs = line.text.contains(&b'\t');
    if line.text[0] == b':' && !tabs {
        return Some(Layout::Questions);
    }
    match (tabs, &line.fields()[..]) {
        (_, [_, _, _, _]) | (true, [_, _, _, _, _]) => Some(Layout::Questions),
        (true, [_, role, word]) if super::outlier::is_role(role) && number(word).is_none() => {
            Some(Layout::Groups)
        }
        (_, [_, _, score]) if number(score).is_some() => Some(Layout::Similarity),
        (true, [_, _, _]) => Some(Layout::Pairs),
        (true, [_, list]) if lines::words(list).count() > 1 => Some(Layout::Lists),
        (true, [_, _]) => Some(Layout::Categories),
        _ => None,
    }
}
