//! The threads' tables made one, in order of first appearance.

use super::MAX_TYPES;
use super::count::Block;
use super::table::{Probe, TypeTable, Words};
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
pub(super) fn merge(mut tables: Vec<TypeTable>, blocks: &[Block]) -> Result<Merged> {
    if tables.len() == 1 {
        let (words, counts) = tables.remove(0).into_parts();
        check_types(words.len())?;
        return Ok(Merged { words, counts, maps: vec![None] });
    }
    let most = tables.iter().map(TypeTable::len).max().unwrap_or(0);
    let mut all = TypeTable::with_capacity(most + most / 4);
    let mut maps: Vec<Vec<u32>> = tables.iter().map(|table| Vec::with_capacity(table.len())).collect();
    for block in blocks {
        let (table, map) = (&tables[block.table], &mut maps[block.table]);
        for id in map.len()..block.types_after {
            let word = table.words().get(id);
            check_types(all.len())?;
            map.push(all.intern(Probe::new(word, 0, word.len()), word, table.count(id)));
        }
    }
    check_types(all.len())?;
    let (words, counts) = all.into_parts();
    Ok(Merged { words, counts, maps: maps.into_iter().map(Some).collect() })
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
