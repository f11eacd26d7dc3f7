//! One block of text to the numbers of its tokens.

use super::table::{Glimpse, Key, TypeTable};
use super::{SENTENCE_END, Tokenizer, whitespace, words};

/// What a block held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) tokens: u64,
    pub(super) lines: u64,
}

/// Appends the numbers of the tokens of `text` to `numbers`, with [`SENTENCE_END`] for the end of each line that holds
/// something (and for a line that `text` only ends). An unfinished last line gets no end here.
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

/// What the first look at a batch found.
struct Found {
    glimpses: [Glimpse; ROOM],
    /// Which tokens have hashed keys.
    hashed: [u8; ROOM],
    numbers: [u32; ROOM],
}

impl Found {
    fn new() -> Self {
        Self { glimpses: [Glimpse::default(); ROOM], hashed: [0; ROOM], numbers: [0; ROOM] }
    }
}

impl<'a> Lookup<'a> {
    /// First every word's bucket, nothing depending on what is there; then the long words' spelling; then, in order, the
    /// counts, and what was not found at first sight.
    #[inline(never)]
    fn batch(&mut self, keys: &[Key], spans: &[(usize, usize)]) {
        let text = self.text;
        let word = |i: usize| &text[spans[i].0..spans[i].0 + spans[i].1];
        let Found { glimpses, hashed, numbers } = &mut *self.found;
        let mut hashed_count = 0u8;
        for (i, (glimpse, &key)) in glimpses.iter_mut().zip(keys).enumerate() {
            *glimpse = self.table.glimpse(key);
            hashed[usize::from(hashed_count)] = i as u8;
            hashed_count = hashed_count.wrapping_add(u8::from(key.is_hashed()));
        }
        for &i in &hashed[..usize::from(hashed_count)] {
            let glimpse = &mut glimpses[usize::from(i)];
            if glimpse.hit {
                glimpse.hit = self.table.words().is(glimpse.id as usize, word(usize::from(i)));
            }
        }
        let mut written = 0u8;
        let mut line_ends = 0;
        let mut after_end = self.numbers.last() == Some(&SENTENCE_END);
        let size = self.table.size();
        for (i, (&key, glimpse)) in keys.iter().zip(&*glimpses).enumerate() {
            let number = if key == Key::default() {
                line_ends += 1;
                if after_end {
                    continue;
                }
                SENTENCE_END
            } else if glimpse.hit && self.table.size() == size {
                self.table.count_again(*glimpse);
                glimpse.id
            } else {
                // Not there, not in its first bucket, or (once the table has grown) elsewhere.
                self.table.intern(key, word(i))
            };
            after_end = number == SENTENCE_END;
            numbers[usize::from(written)] = number;
            written = written.wrapping_add(1);
        }
        self.numbers.extend_from_slice(&numbers[..usize::from(written)]);
        self.tally.lines += line_ends;
        self.tally.tokens += keys.len() as u64 - line_ends;
    }
}
