//! Groups of words, and words that do not belong to them.

use super::lines::{Lines, shown, words};
use super::words::WordList;
use crate::error::Result;

/// Groups with their outliers.
#[derive(Clone, Debug)]
pub struct OutlierSet {
    /// The name of the set.
    pub name: String,
    /// The words.
    pub words: WordList,
    /// The groups, by first appearance.
    pub groups: Vec<OutlierGroup>,
}

/// Words that belong together (numbers of the set's [`WordList`]), and outliers: each of them, put among the members,
/// is one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlierGroup {
    /// The name of the group.
    pub name: String,
    /// The words that belong together.
    pub members: Vec<u32>,
    /// The words that do not.
    pub outliers: Vec<u32>,
}

/// Whether `field` says that a word belongs to its group or does not: `in`, `out`, `out1` ...
pub(super) fn is_role(field: &[u8]) -> bool {
    field == b"in" || field.strip_prefix(b"out").is_some_and(|number| number.iter().all(u8::is_ascii_digit))
}

pub(super) fn parse_groups(name: String, lines: Lines<'_>) -> Result<OutlierSet> {
    const EXPECTED: &str = "group TAB in TAB word, or group TAB out1 TAB word";
    let mut set = OutlierSet { name, words: WordList::default(), groups: Vec::new() };
    let mut names = WordList::default();
    for line in lines.iter() {
        let fields = line.fields();
        if line.is_remark(&fields, 3) {
            continue;
        }
        let [group, role, word] = line.exactly(&fields, EXPECTED)?;
        if !is_role(role) {
            return Err(line.error(format!("found {} in field 2", shown(role)), "`in` or `out` and a number"));
        }
        let index = names.add(group) as usize;
        if index == set.groups.len() {
            let name = String::from_utf8_lossy(group).into_owned();
            set.groups.push(OutlierGroup { name, members: Vec::new(), outliers: Vec::new() });
        }
        let word = set.words.add(word);
        let group = &mut set.groups[index];
        if role == b"in" { &mut group.members } else { &mut group.outliers }.push(word);
    }
    check(set, lines, EXPECTED)
}

/// Lists of words that belong together, each with one outlier before it.
pub(super) fn parse_lists(name: String, lines: Lines<'_>) -> Result<OutlierSet> {
    const EXPECTED: &str = "outlier TAB word word word";
    let mut set = OutlierSet { name, words: WordList::default(), groups: Vec::new() };
    // The group of a list stays findable by its words: a file repeats its lists.
    let mut lists = WordList::default();
    for line in lines.iter() {
        let fields = line.fields();
        if line.is_remark(&fields, 2) {
            continue;
        }
        let [outlier, list] = line.exactly(&fields, EXPECTED)?;
        let index = lists.add(list) as usize;
        if index == set.groups.len() {
            let name = String::from_utf8_lossy(list).into_owned();
            let members = words(list).map(|word| set.words.add(word)).collect();
            set.groups.push(OutlierGroup { name, members, outliers: Vec::new() });
        }
        set.groups[index].outliers.push(set.words.add(outlier));
    }
    check(set, lines, EXPECTED)
}

/// A group needs two members to have something in common, and an outlier to be a test.
fn check(set: OutlierSet, lines: Lines<'_>, expected: &str) -> Result<OutlierSet> {
    let Some(last) = lines.iter().last().filter(|_| !set.groups.is_empty()) else {
        return Err(lines.nothing(expected));
    };
    match set.groups.iter().find(|group| group.members.len() < 2 || group.outliers.is_empty()) {
        Some(OutlierGroup { name, members, outliers }) => {
            let (members, outliers) = (members.len(), outliers.len());
            let found =
                format!("found the end and {members} words and {outliers} outliers in group `{name}`");
            Err(last.error(found, "two words and one outlier at least"))
        }
        None => Ok(set),
    }
}
