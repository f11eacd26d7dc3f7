//! One block of text to the numbers of its tokens.

use super::table::{Key, TypeTable};
use super::{SENTENCE_END, Tokenizer, whitespace, words};

/// What a block held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) tokens: u64,
    pub(super) lines: u64,
}

/// Appends the numbers of the tokens of `text` to `numbers`, with [`SENTENCE_END`] for the end of each line, blank ones
/// too. An unfinished last line gets no end here. Nothing is counted in `table`.
pub(super) fn encode(
    text: &[u8],
    tokenizer: Tokenizer,
    table: &mut TypeTable,
    numbers: &mut Vec<u32>,
) -> Tally {
    let mut lookup = Lookup { text, table, numbers, found: Box::new(Found::new()), tally: Tally::default() };
    match tokenizer {
        Tokenizer::Whitespace => scan(&mut lookup, |batch, _, start, length| batch.push(text, start, length)),
        Tokenizer::Words => scan(&mut lookup, |batch, lookup, start, length| {
            words::split(&text[start..start + length], |from, to| {
                batch.push(text, start + from, to - from);
                batch.flush_if_full(lookup);
            });
        }),
    }
    lookup.tally
}

/// Calls `take` with start and length of what stands before each whitespace, which may be nothing, and notes the line
/// ends.
#[inline(always)]
fn scan<'a>(lookup: &mut Lookup<'a>, mut take: impl FnMut(&mut Batch, &mut Lookup<'a>, usize, usize)) {
    let text = lookup.text;
    let mut batch = Batch { keys: [Key::default(); ROOM], spans: [(0, 0); ROOM], filled: 0 };
    let mut start = 0;
    let (windows, tail) = text.as_chunks::<64>();
    let mut last = [b'x'; 64];
    last[..tail.len()].copy_from_slice(tail);
    for (i, window) in windows.iter().chain([&last]).enumerate() {
        let mut mask = whitespace::mask(window);
        while mask != 0 {
            let bit = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            let end = 64 * i + bit;
            take(&mut batch, lookup, start, end - start);
            batch.push_line_end_if(window[bit] == b'\n');
            batch.flush_if_full(lookup);
            start = end + 1;
        }
    }
    if start < text.len() {
        take(&mut batch, lookup, start, text.len() - start);
    }
    batch.flush(lookup);
}

/// Tokens that are prepared together and then looked up together: their look-ups do not wait for each other's cache
/// misses.
const FULL: usize = 128;

/// Room for a full batch and what is added before the next check. A `u8` cannot leave it.
const ROOM: usize = 256;

/// Words with their places in the text, and line ends, which have no key.
struct Batch {
    keys: [Key; ROOM],
    spans: [(usize, usize); ROOM],
    filled: u8,
}

impl Batch {
    /// Adds a word, unless it is empty. (Written always, kept if wanted: there is no branch to mispredict.)
    #[inline(always)]
    fn push(&mut self, text: &[u8], start: usize, length: usize) {
        let at = usize::from(self.filled);
        self.keys[at] = Key::new(text, start, length);
        self.spans[at] = (start, length);
        self.filled = self.filled.wrapping_add(u8::from(length > 0));
    }

    #[inline(always)]
    fn push_line_end_if(&mut self, wanted: bool) {
        self.keys[usize::from(self.filled)] = Key::default();
        self.filled = self.filled.wrapping_add(u8::from(wanted));
    }

    #[inline(always)]
    fn flush_if_full(&mut self, lookup: &mut Lookup<'_>) {
        if usize::from(self.filled) >= FULL {
            self.flush(lookup);
        }
    }

    #[inline(always)]
    fn flush(&mut self, lookup: &mut Lookup<'_>) {
        let filled = usize::from(self.filled);
        lookup.batch(&self.keys[..filled], &self.spans[..filled]);
        self.filled = 0;
    }
}

/// Looks tokens up and writes their numbers.
struct Lookup<'a> {
    text: &'a [u8],
    table: &'a mut TypeTable,
    numbers: &'a mut Vec<u32>,
    found: Box<Found>,
    tally: Tally,
}

/// What is found of a batch.
struct Found {
    /// The number of each token.
    numbers: [u32; ROOM],
    /// Which words are not in the front of the table.
    behind: List,
    /// Which of them have hashed keys.
    hashed: List,
    /// Which of them were seen in the table.
    seen: [bool; ROOM],
}

/// Places in a batch. Each is written always and kept only if wanted.
struct List {
    places: [u8; ROOM],
    len: u8,
}

impl List {
    #[inline(always)]
    fn push_if(&mut self, place: usize, wanted: bool) {
        self.places[usize::from(self.len)] = place as u8;
        self.len = self.len.wrapping_add(u8::from(wanted));
    }

    #[inline(always)]
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.places[..usize::from(self.len)].iter().map(|&place| usize::from(place))
    }
}

impl Found {
    fn new() -> Self {
        let list = || List { places: [0; ROOM], len: 0 };
        Self { numbers: [0; ROOM], behind: list(), hashed: list(), seen: [false; ROOM] }
    }
}

impl<'a> Lookup<'a> {
    /// First every word in the front, then the others in the whole table, nothing depending on what is found; then the
    /// spelling of very long words; then, in order, what was not found at first sight.
    #[inline(never)]
    fn batch(&mut self, keys: &[Key], spans: &[(usize, usize)]) {
        let text = self.text;
        let word = |i: usize| &text[spans[i].0..spans[i].0 + spans[i].1];
        let Found { numbers, behind, hashed, seen } = &mut *self.found;
        (behind.len, hashed.len) = (0, 0);
        let mut line_ends = 0;
        let front = self.table.front();
        for (i, (&key, number)) in keys.iter().zip(numbers.iter_mut()).enumerate() {
            let glimpse = front.glimpse(key);
            *number = std::hint::select_unpredictable(key.is_none(), SENTENCE_END, glimpse.id);
            line_ends += u64::from(key.is_none());
            behind.push_if(i, !glimpse.hit & !key.is_none());
            hashed.push_if(i, key.is_hashed());
        }
        let all = self.table.all();
        for i in behind.iter() {
            let glimpse = all.glimpse(keys[i]);
            (numbers[i], seen[i]) = (glimpse.id, glimpse.hit);
        }
        for i in hashed.iter() {
            seen[i] = seen[i] && self.table.words().get(numbers[i] as usize) == word(i);
        }
        // What is left is new, or not in its first bucket, or was met for the first time earlier in this batch.
        for i in behind.iter() {
            if !seen[i] {
                numbers[i] = self.table.intern(keys[i], word(i));
            }
        }
        self.numbers.extend_from_slice(&numbers[..keys.len()]);
        self.tally.lines += line_ends;
        self.tally.tokens += keys.len() as u64 - line_ends;
    }
}
