//! Word to id: an open-addressing table of ids; the words themselves stay where they are.

use foldhash::fast::FixedState;
use std::hash::BuildHasher;

/// Ids by the hash of their word. Whoever looks up says what the words are.
#[derive(Clone, Debug)]
pub(super) struct Index {
    table: hashbrown::HashTable<u32>,
}

/// A fixed seed: an index is rebuilt in every process, its order is seen by nobody.
fn hash(word: &[u8]) -> u64 {
    FixedState::with_seed(0).hash_one(word)
}

impl Index {
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        // Sized once: while it is filled no word is hashed a second time.
        let all: Vec<&[u8]> = words.collect();
        let mut table = hashbrown::HashTable::with_capacity(all.len());
        for (id, word) in all.iter().enumerate() {
            let entry = table.entry(
                hash(word),
                |&other: &u32| all[other as usize] == *word,
                |&other| hash(all[other as usize]),
            );
            if let hashbrown::hash_table::Entry::Vacant(place) = entry {
                place.insert(id as u32);
            }
        }
        Self { table }
    }

    pub(super) fn find<'a>(&self, word: &[u8], of: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        self.table.find(hash(word), |&id| of(id) == word).copied()
    }
}
