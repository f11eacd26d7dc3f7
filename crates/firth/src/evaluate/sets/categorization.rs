//! Words in categories.

use super::lines::Lines;
use super::words::WordList;
use crate::error::Result;

/// Words and the category of each.
#[derive(Clone, Debug)]
pub struct CategorizationSet {
    /// The name of the set.
    pub name: String,
    /// The words.
    pub words: WordList,
    /// The names of the categories, by first appearance.
    pub categories: Vec<String>,
    /// Which word is in which category, in file order. A word in two categories occurs twice.
    pub members: Vec<CategorizedWord>,
}

/// A word (a number of the set's [`WordList`]) and its category (an index of the set's categories).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategorizedWord {
    /// The word.
    pub word: u32,
    /// Its category.
    pub category: usize,
}

pub(super) fn parse(name: String, lines: Lines<'_>) -> Result<CategorizationSet> {
    const EXPECTED: &str = "category TAB word";
    let (mut words, mut members) = (WordList::default(), Vec::new());
    let mut categories = WordList::default();
    for line in lines.iter() {
        let fields = line.fields();
        if line.is_remark(&fields, 2) {
            continue;
        }
        let [category, word] = line.exactly(&fields, EXPECTED)?;
        members.push(CategorizedWord { word: words.add(word), category: categories.add(category) as usize });
    }
    if members.is_empty() {
        return Err(lines.nothing(EXPECTED));
    }
    let categories = categories.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    Ok(CategorizationSet { name, words, categories, members })
}
