//! What is true in the toy world, in the formats of the evaluation files.

use std::collections::HashSet;
use std::fmt::Write;

use super::{Family, Grid};
use crate::rng::{Purpose, Stream};

/// Pairs of each grade in the similarity file.
const PAIRS_PER_GRADE: usize = 150;
/// Words of a group and words that do not belong to it, in the outlier file.
const GROUP: usize = 8;
/// What tells the stream of the truth from those of the words and sentences.
const TRUTH: u64 = 2;

/// One evaluation file of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthFile {
    /// Where it belongs below the folder of a suite: `analogy/toy.txt`, `similarity/toy.tsv` ...
    pub path: &'static str,
    /// Its content.
    pub content: String,
}

/// A named set of words that belong together.
struct Category {
    family: usize,
    name: &'static str,
    words: Vec<&'static str>,
}

/// All files of the truth.
pub(super) fn files(grid: &Grid, seed: u64) -> Vec<TruthFile> {
    let mut stream = Stream::new(seed, Purpose::ToyWorld, &[TRUTH]);
    let categories = categories(grid);
    vec![
        TruthFile { path: "analogy/toy.txt", content: analogies(grid) },
        TruthFile { path: "categorization/toy.tsv", content: categorization(&categories) },
        TruthFile { path: "outlier/toy.tsv", content: outliers(grid, &categories) },
        TruthFile { path: "similarity/toy.tsv", content: similarities(grid, &mut stream) },
    ]
}

/// Every ordered pair of entities under every relation, as in Google's set: `: section`, then `a b c d`.
fn analogies(grid: &Grid) -> String {
    let mut text = String::new();
    for family in &grid.families {
        for &(name, from, to) in family.text.relations {
            writeln!(text, ": {name}").expect("strings take everything");
            for first in &family.entities {
                for second in family.entities.iter().filter(|second| second.forms != first.forms) {
                    let [a, b, c, d] =
                        [first.forms[from], first.forms[to], second.forms[from], second.forms[to]];
                    writeln!(text, "{a} {b} {c} {d}").expect("strings take everything");
                }
            }
        }
    }
    text
}

/// Pairs graded by what the two words share: the role, and the class where there are classes (9: they are alike), the
/// entity (6: they belong together), only the family (3), nothing (0).
fn similarities(grid: &Grid, stream: &mut Stream) -> String {
    let mut text = String::new();
    let mut below = |n: usize| stream.below(n as u64) as usize;
    let mut seen = HashSet::new();
    for grade in [9, 6, 3, 0] {
        let mut pairs = 0;
        while pairs < PAIRS_PER_GRADE {
            let mut cell = || {
                let family = below(grid.families.len());
                let Family { entities, text, .. } = &grid.families[family];
                (family, below(entities.len()), below(text.roles.len()))
            };
            let (first, second) = (cell(), cell());
            let entity = |(family, entity, _): (usize, usize, usize)| &grid.families[family].entities[entity];
            let class = entity(first).class == entity(second).class;
            let found = match (first.0 == second.0, first.1 == second.1, first.2 == second.2) {
                (true, true, true) => continue,
                (true, true, false) => 6,
                (true, false, true) if class => 9,
                (true, false, false) => 3,
                (true, false, true) => continue,
                (false, ..) => 0,
            };
            let (a, b) = (entity(first).forms[first.2], entity(second).forms[second.2]);
            if found == grade && seen.insert((a.min(b), a.max(b))) {
                writeln!(text, "{a}\t{b}\t{grade}").expect("strings take everything");
                pairs += 1;
            }
        }
    }
    text
}

/// The categories of the world: the roles of a family, or the classes of a family that has them (first role only).
fn categories(grid: &Grid) -> Vec<Category> {
    let mut categories = Vec::new();
    for (index, family) in grid.families.iter().enumerate() {
        if family.classes.is_empty() {
            for (role, text) in family.text.roles.iter().enumerate() {
                let words = family.entities.iter().map(|entity| entity.forms[role]).collect();
                categories.push(Category { family: index, name: text.name, words });
            }
        }
        for (c, class) in family.classes.iter().enumerate() {
            let members = family.entities.iter().filter(|entity| entity.class == Some(c));
            let words = members.map(|entity| entity.forms[0]).collect();
            categories.push(Category { family: index, name: class.name, words });
        }
    }
    categories
}

/// `category TAB word`. The roles of genders, degrees and opinions are left out: there a word is nearer to its partner
/// than to its like, so that a cut into clusters has more than one right answer.
fn categorization(categories: &[Category]) -> String {
    let mut text = String::new();
    for category in
        categories.iter().filter(|c| !["genders", "degrees", "opinions"].contains(&family_name(c)))
    {
        for word in &category.words {
            writeln!(text, "{}\t{word}", category.name).expect("strings take everything");
        }
    }
    text
}

fn family_name(category: &Category) -> &'static str {
    super::FAMILIES[category.family].name
}

/// `group TAB in|outN TAB word`, up to eight and eight: outliers 1 to 4 are of the same family, 5 to 8 of others.
fn outliers(grid: &Grid, categories: &[Category]) -> String {
    let mut text = String::new();
    for (index, category) in categories.iter().enumerate() {
        let members = &category.words[..GROUP.min(category.words.len())];
        for word in members {
            writeln!(text, "{}\tin\t{word}", category.name).expect("strings take everything");
        }
        let siblings = categories.iter().enumerate();
        let siblings = siblings.filter(|&(i, c)| i != index && c.family == category.family);
        // Roles share their entities: take those after the group's own, so that no outlier is a member's partner.
        let own = if grid.families[category.family].classes.is_empty() { GROUP } else { 0 };
        let near = siblings.flat_map(|(_, c)| &c.words[own..]);
        let strangers = grid.families.iter().enumerate().filter(|&(f, _)| f != category.family);
        let far = strangers.flat_map(|(_, family)| family.entities.iter().take(2).map(|e| &e.forms[0]));
        let near: Vec<&&str> = near.collect();
        let step = (near.len() / 4).max(1);
        let chosen = near.iter().step_by(step).take(4).copied().chain(far);
        for (number, word) in chosen.take(GROUP).enumerate() {
            writeln!(text, "{}\tout{}\t{word}", category.name, number + 1).expect("strings take everything");
        }
    }
    text
}

/// All words that the files name.
#[cfg(test)]
pub(super) fn words(files: &[TruthFile]) -> HashSet<Vec<u8>> {
    let mut words = HashSet::new();
    for file in files {
        for line in file.content.lines().filter(|line| !line.starts_with(':')) {
            let fields: Vec<&str> = line.split(['\t', ' ']).collect();
            let named = match file.path.split('/').next().unwrap() {
                "analogy" => &fields[..],
                "similarity" => &fields[..2],
                "categorization" => &fields[1..],
                _ => &fields[2..],
            };
            words.extend(named.iter().map(|word| word.as_bytes().to_vec()));
        }
    }
    words
}
