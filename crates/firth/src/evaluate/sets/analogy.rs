//! Questions of the form *a is to b as c is to what?*

use super::lines::{Line, Lines, trim};
use super::words::WordList;
use crate::error::Result;

/// Analogy questions in sections.
#[derive(Clone, Debug)]
pub struct AnalogySet {
    /// The name of the set.
    pub name: String,
    /// The words of the questions.
    pub words: WordList,
    /// The sections, by first appearance.
    pub sections: Vec<AnalogySection>,
}

/// The questions of one relation.
#[derive(Clone, Debug)]
pub struct AnalogySection {
    /// The name of the relation; empty for questions before the first section.
    pub name: String,
    /// The questions, in file order.
    pub questions: Vec<Question>,
}

impl AnalogySection {
    /// Whether the relation is one of grammar and not of meaning: as in Google's set (`gram1-...`), the name starts with
    /// `gram`; `syn` and `morph` count too.
    pub fn is_syntactic(&self) -> bool {
        ["gram", "syn", "morph"].iter().any(|start| self.name.starts_with(start))
    }
}

/// `given[0]` is to `given[1]` as `given[2]` is to one of `answers` (numbers of the set's [`WordList`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The words a, b and c.
    pub given: [u32; 3],
    /// The words accepted as d, one at least.
    pub answers: Vec<u32>,
}

/// Builds a set section by section.
struct Builder {
    set: AnalogySet,
    section: usize,
}

impl Builder {
    fn new(name: String) -> Self {
        let set = AnalogySet { name, words: WordList::default(), sections: Vec::new() };
        Self { set, section: usize::MAX }
    }

    /// Makes the section `name` the current one.
    fn enter(&mut self, name: &[u8]) {
        let name = String::from_utf8_lossy(name);
        let sections = &mut self.set.sections;
        if sections.get(self.section).is_some_and(|current| current.name == name) {
            return;
        }
        self.section = sections.iter().position(|section| section.name == name).unwrap_or_else(|| {
            sections.push(AnalogySection { name: name.into_owned(), questions: Vec::new() });
            sections.len() - 1
        });
    }

    fn push(&mut self, question: Question) {
        if self.section == usize::MAX {
            self.enter(b"");
        }
        self.set.sections[self.section].questions.push(question);
    }

    fn finish(mut self, lines: Lines<'_>, expected: &str) -> Result<AnalogySet> {
        self.set.sections.retain(|section| !section.questions.is_empty());
        if self.set.sections.is_empty() { Err(lines.nothing(expected)) } else { Ok(self.set) }
    }
}

/// The words of `x/y/z`; a field that is nothing but slashes is a word itself.
fn alternatives(words: &mut WordList, field: &[u8]) -> Vec<u32> {
    let mut parts: Vec<u32> = Vec::new();
    for part in field.split(|&b| b == b'/').map(trim).filter(|part| !part.is_empty()) {
        let word = words.add(part);
        if !parts.contains(&word) {
            parts.push(word);
        }
    }
    if parts.is_empty() {
        parts.push(words.add(field));
    }
    parts
}

/// Google's layout and the five-field layout, told apart line by line.
pub(super) fn parse_questions(name: String, lines: Lines<'_>) -> Result<AnalogySet> {
    const EXPECTED: &str = "`: section`, four words between white space, or category TAB a TAB b TAB c TAB d";
    let mut builder = Builder::new(name);
    for line in lines.iter() {
        let tabs = line.text.contains(&b'\t');
        if line.text[0] == b':' && !tabs {
            let section = trim(&line.text[1..]);
            if section.is_empty() {
                return Err(line.error("found a section without a name", "`: section`"));
            }
            builder.enter(section);
            continue;
        }
        let fields = line.fields();
        if line.is_remark(&fields, if tabs { 5 } else { 4 }) {
            continue;
        }
        let [a, b, c, d] = if tabs && fields.len() != 4 {
            let [category, a, b, c, d] = line.exactly(&fields, EXPECTED)?;
            builder.enter(category);
            [a, b, c, d]
        } else {
            line.exactly(&fields, EXPECTED)?
        };
        let words = &mut builder.set.words;
        let given = [words.add(a), words.add(b), words.add(c)];
        // Only the five-field layout lists alternatives: in Google's, `9/11` is a word.
        let answers = if fields.len() == 5 { alternatives(words, d) } else { vec![words.add(d)] };
        builder.push(Question { given, answers });
    }
    builder.finish(lines, EXPECTED)
}

/// Pairs of a relation: each ordered two of them are a question; of several b the first is the one that is given.
pub(super) fn parse_pairs(name: String, lines: Lines<'_>) -> Result<AnalogySet> {
    const EXPECTED: &str = "category TAB a TAB b";
    type Relation<'a> = (&'a [u8], Vec<[&'a [u8]; 2]>);
    let mut relations: Vec<Relation<'_>> = Vec::new();
    let entry = |line: Line<'_>| {
        let fields = line.fields();
        (!line.is_remark(&fields, 3)).then_some(fields.len())
    };
    for line in lines.iter().filter(|&line| entry(line).is_some()) {
        let [category, a, b] = line.exactly(&line.fields(), EXPECTED)?;
        match relations.iter_mut().find(|(name, _)| *name == category) {
            Some((_, pairs)) => pairs.push([a, b]),
            None => relations.push((category, vec![[a, b]])),
        }
    }
    let mut builder = Builder::new(name);
    for (category, pairs) in relations {
        builder.enter(category);
        for (i, [a, b]) in pairs.iter().enumerate() {
            for (_, [c, d]) in pairs.iter().enumerate().filter(|&(j, _)| j != i) {
                let words = &mut builder.set.words;
                let shown = alternatives(words, b)[0];
                let given = [words.add(a), shown, words.add(c)];
                let answers = alternatives(words, d);
                builder.push(Question { given, answers });
            }
        }
    }
    builder.finish(lines, "two pairs of one category, each as category TAB a TAB b")
}
