//! The threads' tables made one, in order of first appearance.

use super::MAX_TYPES;
use super::count::Block;
use super::table::{TypeTable, Words};
use crate::error::{Error, ErrorKind, Result};

/// All types of the corpus, numbered by first appearance.
pub(super) struct Merged {
    pub(super) words: Words,
    pub(super) counts: Vec<u64>,
    /// For each table: its own numbers to those of the corpus; `None` where they are the same.
    pub(super) maps: Vec<Option<Vec<u32>>>,
}

/// Merges `tables`; `blocks` are all blocks in order.
///
/// A table numbers types as its thread met them, and a thread meets its blocks in order, so the types that a block was
/// the first of its thread to hold are a range of that table's numbers. Walking the blocks in order and, in each, that
/// range in order, meets every type first where the text holds it first.
pub(super) fn merge(tables: Vec<TypeTable>, blocks: &[Block]) -> Result<Merged> {
    let mut parts: Vec<(Words, Vec<u64>)> = tables.into_iter().map(TypeTable::into_parts).collect();
    if parts.len() == 1 {
        let (words, counts) = parts.remove(0);
        check_types(words.len())?;
        return Ok(Merged { words, counts, maps: vec![None] });
    }
    let most = parts.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
    let mut all = TypeTable::with_capacity(most + most / 4);
    let mut totals: Vec<u64> = Vec::with_capacity(most);
    let mut maps: Vec<Vec<u32>> = parts.iter().map(|(words, _)| Vec::with_capacity(words.len())).collect();
    for block in blocks {
        let ((words, counts), map) = (&parts[block.table], &mut maps[block.table]);
        for i in map.len()..block.types_after {
            let id = all.intern(words.key(i), words.get(i));
            match totals.get_mut(id as usize) {
                Some(total) => *total += counts[i],
                None => totals.push(counts[i]),
            }
            map.push(id);
        }
        check_types(all.len())?;
    }
    let (words, _) = all.into_parts();
    Ok(Merged { words, counts: totals, maps: maps.into_iter().map(Some).collect() })
}

/// The error for more types than can be numbered.
pub(super) fn check_types(types: usize) -> Result<()> {
    if types <= MAX_TYPES {
        return Ok(());
    }
    let message =
        format!("the corpus holds more than {MAX_TYPES} different words, which is the most there can be");
    Err(Error::new(ErrorKind::UnusableCorpus, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_types_than_numbers_are_an_error() {
        assert!(check_types(MAX_TYPES).is_ok());
        assert_eq!(check_types(MAX_TYPES + 1).unwrap_err().kind(), ErrorKind::UnusableCorpus);
    }
}
