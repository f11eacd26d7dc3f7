//! The types one thread has met: a hash table made for words.
//!
//! Counting is a walk through memory in an order nobody can foresee: what it costs is cache lines. So
//!
//! * a *bucket* is one cache line with three places, each a 16-byte key and a number. The key of a word of at most 15
//!   bytes *is* the word with its length, so that most words are found by reading one line, exactly. The key of a longer
//!   word is a hash, and equality is settled in the arena that holds all words end to end. A full bucket sends what does
//!   not fit to the next one;
//! * the words that make up most of any text are also in a small table of their own, the *front*, which stays in the
//!   cache; the large table is asked only for what the front does not know;
//! * counting is a loop of its own over the numbers found, without a branch.

use super::mapped::Pages;

/// Words of up to this many bytes are their own key.
pub(super) const SHORT: usize = 15;

/// A key whose upper half has this bit is a hash; others hold a length of 1 to [`SHORT`] in their top byte.
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
const FIRST: [u64; SHORT + 1] = masks(0);
const SECOND: [u64; SHORT + 1] = masks(8);

const fn masks(from: usize) -> [u64; SHORT + 1] {
    let mut masks = [0; SHORT + 1];
    let mut length = from + 1;
    while length <= SHORT {
        masks[length] = if length >= from + 8 { u64::MAX } else { (1 << (8 * (length - from))) - 1 };
        length += 1;
    }
    masks
}

/// What a word is looked up by. The default is that of no word, and of a free place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    low: u64,
    high: u64,
}

impl Key {
    /// The key of the word `text[start..start + length]`. It depends on the word alone; what follows the word in `text`
    /// only makes it quicker to read. No bytes at all have the default key.
    #[inline(always)]
    pub(super) fn new(text: &[u8], start: usize, length: usize) -> Self {
        // One path for up to 15 bytes, without a branch on the length, which no processor can predict.
        match text.get(start..start + 16) {
            Some(window) if length <= SHORT => Self {
                low: eight(window, 0) & FIRST[length],
                high: (eight(window, 8) & SECOND[length]) | ((length as u64) << 56),
            },
            _ => Self::elsewhere(&text[start..start + length]),
        }
    }

    /// The key of a long word, or of one near the end of its text.
    #[cold]
    fn elsewhere(word: &[u8]) -> Self {
        if word.len() <= SHORT {
            let mut window = [0; 16];
            window[..word.len()].copy_from_slice(word);
            return Self { low: eight(&window, 0), high: eight(&window, 8) | ((word.len() as u64) << 56) };
        }
        let (mut low, mut high) = (SEED ^ word.len() as u64, FACTOR);
        // The last 16 bytes, whether or not some of them are among the others.
        for pair in word.chunks_exact(16).chain([&word[word.len() - 16..]]) {
            low = fold(eight(pair, 0) ^ low, eight(pair, 8) ^ FACTOR);
            high = high.rotate_left(29).wrapping_mul(FACTOR) ^ low;
        }
        Self { low, high: high | HASHED }
    }

    /// Whether the key alone does not say what the word is.
    #[inline(always)]
    pub(super) fn is_hashed(self) -> bool {
        self.high & HASHED != 0
    }

    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.high == 0
    }

    #[inline(always)]
    fn hash(self) -> usize {
        fold(self.low ^ SEED, self.high ^ FACTOR) as usize
    }
}

/// Places in a bucket.
const PLACES: usize = 3;

/// One cache line: the keys' lower halves, their upper halves (0 where the place is free), and three numbers of 32 bits in
/// the last two words.
type Bucket = [u64; 8];

#[inline(always)]
fn key_of(bucket: &Bucket, place: usize) -> Key {
    Key { low: bucket[place], high: bucket[PLACES + place] }
}

#[inline(always)]
fn id_of(bucket: &Bucket, place: usize) -> u32 {
    (bucket[2 * PLACES + place / 2] >> (32 * (place % 2))) as u32
}

fn fill(bucket: &mut Bucket, place: usize, key: Key, id: u32) {
    bucket[place] = key.low;
    bucket[PLACES + place] = key.high;
    bucket[2 * PLACES + place / 2] |= u64::from(id) << (32 * (place % 2));
}

fn free_place(bucket: &Bucket) -> Option<usize> {
    (0..PLACES).find(|&place| key_of(bucket, place).is_none())
}

/// Buckets, a power of two of them.
#[derive(Debug)]
struct Buckets {
    pages: Pages<u64>,
    mask: usize,
}

impl Buckets {
    fn new(count: usize) -> Self {
        let count = count.next_power_of_two();
        Self { pages: Pages::zeroed(count * 8), mask: count - 1 }
    }

    #[inline(always)]
    fn view(&self) -> View<'_> {
        View { buckets: self.pages.as_slice().as_chunks().0, mask: self.mask }
    }

    #[inline(always)]
    fn bucket_mut(&mut self, at: usize) -> &mut Bucket {
        &mut self.pages.as_mut_slice().as_chunks_mut().0[at]
    }

    /// All keys with their numbers.
    fn entries(&self) -> impl Iterator<Item = (Key, u32)> {
        let places = |bucket: &Bucket| {
            (0..PLACES).map(|place| (key_of(bucket, place), id_of(bucket, place))).collect::<Vec<_>>()
        };
        self.view().buckets.iter().flat_map(places).filter(|(key, _)| !key.is_none())
    }
}

/// What the first bucket of a key says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glimpse {
    pub(super) id: u32,
    /// Whether the key was there at all.
    pub(super) hit: bool,
}

/// Buckets to look into.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    buckets: &'a [Bucket],
    mask: usize,
}

impl View<'_> {
    /// Looks into the first bucket of `key`. There is no branch: when many keys are looked for, nothing waits for
    /// anything. With a hashed key it remains to compare the words.
    #[inline(always)]
    pub(super) fn glimpse(self, key: Key) -> Glimpse {
        let bucket = &self.buckets[key.hash() & self.mask];
        let same = |place: usize| ((bucket[place] ^ key.low) | (bucket[PLACES + place] ^ key.high)) == 0;
        let (first, second, third) = (same(0), same(1), same(2));
        // Keys in a bucket differ, but for hashed ones: of two equal hashes this finds neither, `intern` does.
        let place = usize::from(second) + 2 * usize::from(third);
        Glimpse { id: id_of(bucket, place), hit: first | second | third }
    }
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

/// Buckets of the front: 256 KiB, an eighth or so of a second-level cache.
const FRONT_BUCKETS: usize = 1 << 12;

/// Words in the front at most: two thirds of its places.
const FRONT_WORDS: usize = FRONT_BUCKETS * 2;

/// The types met so far, numbered from 0 as they came, with their counts.
#[derive(Debug)]
pub(super) struct TypeTable {
    buckets: Buckets,
    /// The most frequent words when the table last grew; empty before it grew for the first time.
    front: Buckets,
    words: Words,
    /// Counters of line ends and then of the types, as far as they were counted.
    counters: Vec<u64>,
}

impl TypeTable {
    pub(super) fn new() -> Self {
        Self::with_capacity(FRONT_WORDS)
    }

    /// Room for `types` types before the table grows.
    pub(super) fn with_capacity(types: usize) -> Self {
        let buckets = Buckets::new(types.div_ceil(2) + 1);
        Self { buckets, front: Buckets::new(1), words: Words::new(), counters: vec![0] }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn words(&self) -> &Words {
        &self.words
    }

    /// The words and, for each, its count.
    pub(super) fn into_parts(mut self) -> (Words, Vec<u64>) {
        self.counters.resize(self.words.len() + 1, 0);
        self.counters.remove(0);
        (self.words, self.counters)
    }

    /// Counts the types whose numbers these are. Line ends have a counter too, so that there is no branch.
    pub(super) fn count(&mut self, numbers: &[u32]) {
        self.counters.resize(self.words.len() + 1, 0);
        for &number in numbers {
            self.counters[number.wrapping_add(1) as usize] += 1;
        }
    }

    /// The frequent words.
    #[inline(always)]
    pub(super) fn front(&self) -> View<'_> {
        self.front.view()
    }

    /// All words.
    #[inline(always)]
    pub(super) fn all(&self) -> View<'_> {
        self.buckets.view()
    }

    /// The number of `word`, whose key is `key`.
    #[inline(never)]
    pub(super) fn intern(&mut self, key: Key, word: &[u8]) -> u32 {
        let View { buckets, mask } = self.buckets.view();
        let mut at = key.hash() & mask;
        loop {
            for place in 0..PLACES {
                let other = key_of(&buckets[at], place);
                if other.is_none() {
                    return self.insert(at, place, key, word);
                }
                let id = id_of(&buckets[at], place);
                if other == key && (!key.is_hashed() || self.words.get(id as usize) == word) {
                    return id;
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn insert(&mut self, at: usize, place: usize, key: Key, word: &[u8]) -> u32 {
        let id = self.words.len() as u32;
        fill(self.buckets.bucket_mut(at), place, key, id);
        self.words.push(word);
        // Two of three places taken at most, on average: few buckets overflow.
        if self.words.len() > 2 * (self.buckets.mask + 1) {
            self.grow();
        }
        id
    }

    /// Twice the buckets, and a new front. The keys say where everything goes; the words themselves are not read.
    #[cold]
    fn grow(&mut self) {
        let mut larger = Buckets::new(2 * (self.buckets.mask + 1));
        let mut front = Buckets::new(FRONT_BUCKETS);
        let counts = &self.counters[1..];
        let frequent = frequent(counts);
        for (key, id) in self.buckets.entries() {
            let mut at = key.hash() & larger.mask;
            let place = loop {
                match free_place(larger.bucket_mut(at)) {
                    Some(place) => break place,
                    None => at = (at + 1) & larger.mask,
                }
            };
            fill(larger.bucket_mut(at), place, key, id);
            // What is not yet counted is not frequent; what is hashed needs the arena anyway.
            if !key.is_hashed() && counts.get(id as usize).is_some_and(|&count| count > frequent) {
                let bucket = front.bucket_mut(key.hash() & (FRONT_BUCKETS - 1));
                // In the front nothing goes to the next bucket: what does not fit is found in the large table.
                if let Some(place) = free_place(bucket) {
                    fill(bucket, place, key, id);
                }
            }
        }
        (self.buckets, self.front) = (larger, front);
    }
}

/// The count above which a word is among the [`FRONT_WORDS`] most frequent ones.
fn frequent(counts: &[u64]) -> u64 {
    if counts.len() <= FRONT_WORDS {
        return 0;
    }
    let mut counts = counts.to_vec();
    let (_, &mut count, _) =
        counts.select_nth_unstable_by_key(FRONT_WORDS, |&count| std::cmp::Reverse(count));
    count
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
        let mut words: Vec<Vec<u8>> = (1..40).map(|length| vec![0; length]).collect();
        words.extend((1..40).map(|length| [&b"a"[..], &vec![0; length - 1]].concat()));
        for _ in 0..2 {
            for (i, word) in words.iter().enumerate() {
                assert_eq!(intern(&mut table, word), i as u32);
            }
        }
        table.count(&[1, 1, 0, u32::MAX, 1]);
        let (arena, counts) = table.into_parts();
        assert_eq!(counts[..3], [1, 3, 0]);
        assert_eq!(counts.len(), words.len());
        for (i, word) in words.iter().enumerate() {
            assert_eq!(arena.get(i), word);
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
        assert!(Key::new(b"", 0, 0).is_none() && Key::new(&[b' '; 40], 3, 0).is_none());
    }

    #[test]
    fn keys_that_collide_are_told_apart_by_the_words() {
        let mut table = TypeTable::with_capacity(1);
        let key = Key { low: 7, high: HASHED };
        let words: Vec<Vec<u8>> = (0..20).map(|i| format!("a word of many bytes {i}").into_bytes()).collect();
        for _ in 0..2 {
            for (i, word) in words.iter().enumerate() {
                assert_eq!(table.intern(key, word), i as u32);
            }
        }
    }

    #[test]
    fn the_front_holds_the_frequent_words() {
        let mut table = TypeTable::new();
        let word = |i: usize| format!("word{i}").into_bytes();
        let mut next = 0;
        while table.front.mask == 0 {
            for frequent in 0..next.min(100) {
                let id = intern(&mut table, &word(frequent));
                table.count(&[id]);
            }
            let id = intern(&mut table, &word(next));
            table.count(&[id]);
            next += 1;
        }
        let found = (0..100).filter(|&i| {
            let glimpse = table.front().glimpse(Key::new(&word(i), 0, word(i).len()));
            assert!(!glimpse.hit || glimpse.id == i as u32);
            glimpse.hit
        });
        assert!(found.count() > 60);
        assert!(!table.front().glimpse(Key::new(&word(next), 0, word(next).len())).hit);
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
                table.count(&[entry.0]);
                for view in [table.front(), table.all()] {
                    let glimpse = view.glimpse(Key::new(word, 0, word.len()));
                    prop_assert!(!glimpse.hit || glimpse.id == entry.0);
                }
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
