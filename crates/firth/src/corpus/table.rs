//! The types one thread has met: an open-addressing hash table made for words.
//!
//! A slot is 16 bytes: a 64-bit key, the length and the type's number. The key of a word of at most eight bytes *is* the
//! word, so that most look-ups read one cache line and are exact; the key of a longer word is its hash, and equality is
//! settled in the arena that holds all words end to end.

/// Words of up to this many bytes live in their slot's key.
const SHORT: usize = 8;

const FACTOR: u64 = 0x9FB2_1C65_1E98_DF25;
const SEED: u64 = 0xD6E8_FEB8_6659_FD93;

/// Both halves of the product, folded: every bit of either factor moves the result.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline]
fn eight(text: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(text[at..at + 8].try_into().expect("eight bytes"))
}

/// A word ready to be looked up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Probe {
    /// The word itself up to eight bytes (zero-padded), its hash above.
    key: u64,
    hash: u64,
    /// The word's length, or `u32::MAX` for anything longer; never 0.
    tag: u32,
}

impl Probe {
    /// The word `text[start..end]`, which must not be empty. What follows it in `text` speeds up reading it.
    #[inline]
    pub(super) fn new(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        debug_assert!(length > 0);
        if length <= SHORT {
            let key = if start + 8 <= text.len() {
                eight(text, start) & (u64::MAX >> (64 - 8 * length))
            } else {
                let mut bytes = [0; 8];
                bytes[..length].copy_from_slice(&text[start..end]);
                u64::from_le_bytes(bytes)
            };
            return Self { key, hash: fold(key ^ SEED, FACTOR), tag: length as u32 };
        }
        let mut hash = SEED ^ length as u64;
        let mut at = start;
        while end - at > 16 {
            hash = fold(eight(text, at) ^ hash, eight(text, at + 8) ^ FACTOR);
            at += 16;
        }
        // The last 16 bytes, or for a word of fewer the first 8 and the last 8: they may overlap.
        let first = if length < 16 { start } else { end - 16 };
        hash = fold(eight(text, first) ^ hash, eight(text, end - 8) ^ FACTOR);
        Self { key: hash, hash, tag: u32::try_from(length).unwrap_or(u32::MAX) }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u64,
    id: u32,
    /// 0 in a free slot.
    tag: u32,
}

/// The types met so far, numbered from 0 as they came, with their counts.
#[derive(Debug)]
pub(super) struct TypeTable {
    slots: Vec<Slot>,
    words: Words,
    counts: Vec<u64>,
}

/// Words end to end: word i is `bytes[offsets[i]..offsets[i + 1]]`.
#[derive(Debug)]
pub(super) struct Words {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Words {
    fn new() -> Self {
        Self { bytes: Vec::new(), offsets: vec![0] }
    }

    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    #[inline]
    pub(super) fn get(&self, i: usize) -> &[u8] {
        &self.bytes[self.offsets[i]..self.offsets[i + 1]]
    }

    fn push(&mut self, word: &[u8]) {
        self.bytes.extend_from_slice(word);
        self.offsets.push(self.bytes.len());
    }
}

impl TypeTable {
    pub(super) fn new() -> Self {
        Self::with_capacity(1 << 12)
    }

    /// Room for `types` types before the table grows.
    pub(super) fn with_capacity(types: usize) -> Self {
        let slots = vec![Slot::default(); (types.max(1) * 2).next_power_of_two()];
        Self { slots, words: Words::new(), counts: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    pub(super) fn count(&self, id: usize) -> u64 {
        self.counts[id]
    }

    pub(super) fn into_parts(self) -> (Words, Vec<u64>) {
        (self.words, self.counts)
    }

    /// The number of the word that `probe` was made of, counted `times` more.
    #[inline]
    pub(super) fn intern(&mut self, probe: Probe, word: &[u8], times: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut at = probe.hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.key == probe.key
                && slot.tag == probe.tag
                && (word.len() <= SHORT || self.words.get(slot.id as usize) == word)
            {
                self.counts[slot.id as usize] += times;
                return slot.id;
            }
            if slot.tag == 0 {
                return self.insert(at, probe, word, times);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    #[inline(never)]
    fn insert(&mut self, at: usize, probe: Probe, word: &[u8], times: u64) -> u32 {
        let id = self.counts.len() as u32;
        self.slots[at] = Slot { key: probe.key, id, tag: probe.tag };
        self.words.push(word);
        self.counts.push(times);
        // Half full at most: a look-up seldom leaves its first cache line.
        if self.counts.len() * 2 > self.slots.len() {
            self.grow();
        }
        id
    }

    /// Twice the slots. The keys say where everything goes; the words themselves are not read.
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![Slot::default(); old.len() * 2];
        let mask = self.slots.len() - 1;
        for slot in old.into_iter().filter(|slot| slot.tag != 0) {
            let hash = if slot.tag as usize <= SHORT { fold(slot.key ^ SEED, FACTOR) } else { slot.key };
            let mut at = hash as usize & mask;
            while self.slots[at].tag != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn intern(table: &mut TypeTable, word: &[u8]) -> u32 {
        table.intern(Probe::new(word, 0, word.len()), word, 1)
    }

    #[test]
    fn words_that_differ_only_in_trailing_nuls_are_different() {
        let mut table = TypeTable::with_capacity(1);
        let words: Vec<&[u8]> = vec![b"a", b"a\0", b"a\0\0\0\0\0\0\0", b"a\0\0\0\0\0\0\0\0", b"\0", b"\0\0"];
        for (i, word) in words.iter().enumerate() {
            assert_eq!(intern(&mut table, word), i as u32);
        }
        for (i, word) in words.iter().enumerate() {
            assert_eq!(intern(&mut table, word), i as u32);
            assert_eq!((table.words().get(i), table.count(i)), (*word, 2));
        }
    }

    #[test]
    fn a_probe_does_not_depend_on_what_surrounds_the_word() {
        let word: Vec<u8> = (1..=40).collect();
        for length in 1..=word.len() {
            let alone = Probe::new(&word[..length], 0, length);
            let mut text = b"xyz".to_vec();
            text.extend_from_slice(&word[..length]);
            text.extend_from_slice(b"and more text");
            let inside = Probe::new(&text, 3, 3 + length);
            assert_eq!((alone.key, alone.hash, alone.tag), (inside.key, inside.hash, inside.tag));
        }
    }

    proptest! {
        #[test]
        fn the_table_counts_like_a_hash_map(words in prop::collection::vec(prop::collection::vec(0u8..3, 1..20), 0..400)) {
            let mut table = TypeTable::with_capacity(1);
            let mut naive: HashMap<Vec<u8>, (u32, u64)> = HashMap::new();
            for word in &words {
                let next = naive.len() as u32;
                let entry = naive.entry(word.clone()).or_insert((next, 0));
                entry.1 += 1;
                prop_assert_eq!(intern(&mut table, word), entry.0);
            }
            prop_assert_eq!(table.len(), naive.len());
            for (word, (id, count)) in naive {
                prop_assert_eq!(table.words().get(id as usize), &word[..]);
                prop_assert_eq!(table.count(id as usize), count);
            }
        }
    }
}
