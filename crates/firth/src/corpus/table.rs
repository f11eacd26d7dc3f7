//! The types one thread has met: a hash table made for words.
//!
//! Counting is a walk through memory in an order nobody can foresee, so the table is laid out by cache lines. A *bucket* is
//! one line with four places: their keys, numbers and counts. The key of a word of at most seven bytes *is* the word with
//! its length, so that looking up and counting most words touches one line and is exact. The key of a longer word is a
//! hash, and equality is settled in the arena that holds all words end to end. A full bucket sends what does not fit to
//! the next one.

/// Words of up to this many bytes are their own key.
pub(super) const SHORT: usize = 7;

/// Keys with this bit are hashes; the others hold a length of 1 to [`SHORT`] in their top byte. A free place has key 0.
const HASHED: u64 = 1 << 63;

const FACTOR: u64 = 0x9FB2_1C65_1E98_DF25;
const SEED: u64 = 0xD6E8_FEB8_6659_FD93;

/// Both halves of the product, folded: every bit of either factor moves the result.
#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[inline(always)]
fn eight(text: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(text[at..at + 8].try_into().expect("eight bytes"))
}

/// Which bits of a word's first (second) eight bytes belong to it, by its length.
const FIRST: [u64; 17] = masks(0);
const SECOND: [u64; 17] = masks(8);

const fn masks(from: usize) -> [u64; 17] {
    let mut masks = [0; 17];
    let mut length = from + 1;
    while length < 17 {
        masks[length] = if length >= from + 8 { u64::MAX } else { (1 << (8 * (length - from))) - 1 };
        length += 1;
    }
    masks
}

/// What a word is looked up by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key(u64);

impl Key {
    /// The key of the word `text[start..start + length]`. It depends on the word alone; what follows the word in `text`
    /// only makes it quicker to read. No bytes at all have the key of a free place.
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, length: usize) -> Self {
        // One path for up to 16 bytes, without a branch on the length, which no processor can predict.
        match text.get(start..start + 16) {
            Some(window) if length <= 16 => {
                Self::of(eight(window, 0) & FIRST[length], eight(window, 8) & SECOND[length], length)
            }
            _ => Self::elsewhere(&text[start..start + length]),
        }
    }

    #[inline(always)]
    fn of(low: u64, high: u64, length: usize) -> Self {
        let short = low | ((length as u64) << 56);
        let hashed = fold(low ^ SEED, high ^ FACTOR ^ ((length as u64) << 56)) | HASHED;
        Self(std::hint::select_unpredictable(length <= SHORT, short, hashed))
    }

    /// The key of a long word, or of one near the end of its text.
    #[cold]
    fn elsewhere(word: &[u8]) -> Self {
        if word.len() <= 16 {
            let mut window = [0; 16];
            window[..word.len()].copy_from_slice(word);
            return Self::of(eight(&window, 0), eight(&window, 8), word.len());
        }
        let mut hash = SEED ^ word.len() as u64;
        for pair in word.chunks_exact(16) {
            hash = fold(eight(pair, 0) ^ hash, eight(pair, 8) ^ FACTOR);
        }
        // The last 16 bytes, whether or not some of them were among the others.
        let pair = &word[word.len() - 16..];
        Self(fold(eight(pair, 0) ^ hash, eight(pair, 8) ^ FACTOR) | HASHED)
    }

    /// Whether the key alone does not say what the word is.
    #[inline(always)]
    pub(super) fn is_hashed(self) -> bool {
        self.0 & HASHED != 0
    }

    #[inline(always)]
    fn bucket(self, mask: usize) -> usize {
        fold(self.0 ^ SEED, FACTOR) as usize & mask
    }
}

/// Places in a bucket.
const PLACES: usize = 4;

/// One cache line of the table.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
struct Bucket {
    keys: [u64; PLACES],
    ids: [u32; PLACES],
    /// Modulo 2^32; the table's `carries` hold the rest.
    counts: [u32; PLACES],
}

/// Where a key was seen in its first bucket.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Glimpse {
    /// Bucket and place in one number.
    at: usize,
    pub(super) id: u32,
    /// The key is there; for a hashed key it remains to compare the words.
    pub(super) hit: bool,
}

/// The types met so far, numbered from 0 as they came, with their counts.
#[derive(Debug)]
pub(super) struct TypeTable {
    buckets: Vec<Bucket>,
    words: Words,
    /// Numbers whose count has passed 2^32, once for each time.
    carries: Vec<u32>,
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

    /// Whether word `i` is `word`, quickly for words of 8 to 16 bytes: by their first and last 8.
    #[inline(always)]
    pub(super) fn is(&self, i: usize, word: &[u8]) -> bool {
        let other = self.get(i);
        let length = word.len();
        if other.len() != length {
            return false;
        }
        if (8..=16).contains(&length) {
            return eight(word, 0) == eight(other, 0) && eight(word, length - 8) == eight(other, length - 8);
        }
        other == word
    }

    /// The key of word `i`.
    #[inline]
    pub(super) fn key(&self, i: usize) -> Key {
        Key::new(&self.bytes, self.offsets[i], self.offsets[i + 1] - self.offsets[i])
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
        let buckets = vec![Bucket::default(); types.div_ceil(PLACES / 2).next_power_of_two()];
        Self { buckets, words: Words::new(), carries: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    /// The words and, for each, its count.
    pub(super) fn into_parts(self) -> (Words, Vec<u64>) {
        let mut counts = vec![0; self.len()];
        for bucket in &self.buckets {
            for place in (0..PLACES).filter(|&place| bucket.keys[place] != 0) {
                counts[bucket.ids[place] as usize] = u64::from(bucket.counts[place]);
            }
        }
        for id in self.carries {
            counts[id as usize] += 1 << 32;
        }
        (self.words, counts)
    }

    /// Buckets in all; a [`Glimpse`] is stale once this changes.
    #[inline(always)]
    pub(super) fn size(&self) -> usize {
        self.buckets.len()
    }

    /// Looks into the first bucket of `key`, without a branch: many keys are looked for at once, so that nothing waits.
    #[inline(always)]
    pub(super) fn glimpse(&self, key: Key) -> Glimpse {
        let at = key.bucket(self.buckets.len() - 1);
        let bucket = &self.buckets[at];
        let same = |place: usize| usize::from(bucket.keys[place] == key.0);
        let (first, second, third, fourth) = (same(0), same(1), same(2), same(3));
        // Keys in a bucket differ, but for hashed ones: of two equal hashes this finds one, and `intern` the other.
        let place = (second + 2 * third + 3 * fourth) & (PLACES - 1);
        let hit = first | second | third | fourth != 0;
        Glimpse { at: at * PLACES + place, id: bucket.ids[place], hit }
    }

    /// Counts once more what `glimpse` saw; whether it was the word is for the caller to know.
    #[inline(always)]
    pub(super) fn count_again(&mut self, glimpse: Glimpse) {
        let count = &mut self.buckets[glimpse.at / PLACES].counts[glimpse.at % PLACES];
        *count = count.wrapping_add(1);
        if *count == 0 {
            self.carries.push(glimpse.id);
        }
    }

    /// The number of `word`, whose key is `key`, counted once more.
    #[inline(never)]
    pub(super) fn intern(&mut self, key: Key, word: &[u8]) -> u32 {
        let mask = self.buckets.len() - 1;
        let mut at = key.bucket(mask);
        loop {
            let bucket = &mut self.buckets[at];
            for place in 0..PLACES {
                if bucket.keys[place] == 0 {
                    return self.insert(at, place, key, word);
                }
                let id = bucket.ids[place];
                if bucket.keys[place] == key.0 && (!key.is_hashed() || self.words.is(id as usize, word)) {
                    self.count_again(Glimpse { at: at * PLACES + place, id, hit: true });
                    return id;
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, at: usize, place: usize, key: Key, word: &[u8]) -> u32 {
        let id = self.words.len() as u32;
        let bucket = &mut self.buckets[at];
        (bucket.keys[place], bucket.ids[place], bucket.counts[place]) = (key.0, id, 1);
        self.words.push(word);
        // Half full at most: few buckets overflow.
        if self.words.len() * 2 > self.buckets.len() * PLACES {
            self.grow();
        }
        id
    }

    /// Twice the buckets. The keys say where everything goes; the words themselves are not read.
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.buckets);
        self.buckets = vec![Bucket::default(); old.len() * 2];
        let mask = self.buckets.len() - 1;
        for bucket in old {
            for place in (0..PLACES).filter(|&place| bucket.keys[place] != 0) {
                let mut at = Key(bucket.keys[place]).bucket(mask);
                let (target, free) = loop {
                    let target = &mut self.buckets[at];
                    if let Some(free) = target.keys.iter().position(|&key| key == 0) {
                        break (target, free);
                    }
                    at = (at + 1) & mask;
                };
                target.keys[free] = bucket.keys[place];
                target.ids[free] = bucket.ids[place];
                target.counts[free] = bucket.counts[place];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn intern(table: &mut TypeTable, word: &[u8]) -> u32 {
        table.intern(Key::new(word, 0, word.len()), word)
    }

    #[test]
    fn words_that_differ_only_in_trailing_nuls_are_different() {
        let mut table = TypeTable::with_capacity(1);
        let words: Vec<&[u8]> = vec![
            b"a",
            b"a\0",
            b"a\0\0\0\0\0\0",
            b"a\0\0\0\0\0\0\0",
            b"\0",
            b"\0\0",
            &[0; 7],
            &[0; 8],
            &[0; 9],
        ];
        for _ in 0..2 {
            for (i, word) in words.iter().enumerate() {
                assert_eq!(intern(&mut table, word), i as u32);
            }
        }
        let (arena, counts) = table.into_parts();
        assert_eq!(counts, vec![2; words.len()]);
        for (i, word) in words.iter().enumerate() {
            assert_eq!(arena.get(i), *word);
        }
    }

    #[test]
    fn a_key_does_not_depend_on_what_surrounds_the_word() {
        let word: Vec<u8> = (1..=60).collect();
        for length in 1..=word.len() {
            let alone = Key::new(&word[..length], 0, length);
            for after in [0, 1, 8, 40] {
                let mut text = b"xyz".to_vec();
                text.extend_from_slice(&word[..length]);
                text.extend(std::iter::repeat_n(b'z', after));
                assert_eq!(Key::new(&text, 3, length), alone);
            }
            assert_eq!(alone.is_hashed(), length > SHORT);
        }
    }

    #[test]
    fn counts_above_32_bits_are_carried() {
        let mut table = TypeTable::new();
        intern(&mut table, b"other");
        let id = intern(&mut table, b"word");
        let glimpse = table.glimpse(Key::new(b"word", 0, 4));
        assert!(glimpse.hit && glimpse.id == id);
        table.buckets[glimpse.at / PLACES].counts[glimpse.at % PLACES] = u32::MAX;
        table.count_again(glimpse);
        table.count_again(glimpse);
        assert_eq!(table.into_parts().1, [1, (1 << 32) + 1]);
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
                let glimpse = table.glimpse(Key::new(word, 0, word.len()));
                prop_assert!(!glimpse.hit || glimpse.id == entry.0);
            }
            let (arena, counts) = table.into_parts();
            prop_assert_eq!(counts.len(), naive.len());
            for (word, (id, count)) in naive {
                prop_assert_eq!(arena.get(id as usize), &word[..]);
                prop_assert_eq!(counts[id as usize], count);
            }
        }
    }
}
