//! One block of text to the numbers of its tokens.

use super::table::{Probe, TypeTable};
use super::{SENTENCE_END, Tokenizer, whitespace, words};

/// Tokens that are prepared together before they are looked up together: the look-ups of a batch do not wait for each
/// other's cache misses.
const BATCH: usize = 64;

/// What a block held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) tokens: u64,
    pub(super) lines: u64,
}

/// A word of the text, or, with `end` 0, the end of a line.
#[derive(Clone, Copy, Default)]
struct Token {
    start: usize,
    end: usize,
    probe: Probe,
}

/// Appends the numbers of the tokens of `text` to `numbers`, with [`SENTENCE_END`] for the end of each line that holds
/// something (and for a line that `text` only ends). An unfinished last line gets no end here.
pub(super) fn encode(
    text: &[u8],
    tokenizer: Tokenizer,
    table: &mut TypeTable,
    numbers: &mut Vec<u32>,
) -> Tally {
    let mut scan =
        Scan { text, table, numbers, batch: [Token::default(); BATCH], filled: 0, tally: Tally::default() };
    match tokenizer {
        Tokenizer::Whitespace => scan.run(|scan, start, end| scan.word(start, end)),
        Tokenizer::Words => scan.run(|scan, start, end| {
            words::split(&scan.text[start..end], |from, to| scan.word(start + from, start + to));
        }),
    }
    scan.tally
}

struct Scan<'a> {
    text: &'a [u8],
    table: &'a mut TypeTable,
    numbers: &'a mut Vec<u32>,
    batch: [Token; BATCH],
    filled: usize,
    tally: Tally,
}

impl<'a> Scan<'a> {
    /// Calls `found` for what stands between whitespace and notes the line ends, in order.
    #[inline(always)]
    fn run(&mut self, mut found: impl FnMut(&mut Scan<'a>, usize, usize)) {
        let text = self.text;
        let mut start = 0;
        let (windows, tail) = text.as_chunks::<64>();
        for (i, window) in windows.iter().enumerate() {
            self.window(whitespace::mask(window), 64 * i, &mut start, &mut found);
        }
        let mut last = [b'x'; 64];
        last[..tail.len()].copy_from_slice(tail);
        self.window(whitespace::mask(&last), 64 * windows.len(), &mut start, &mut found);
        if start < text.len() {
            found(self, start, text.len());
        }
        self.flush();
    }

    #[inline(always)]
    fn window(
        &mut self,
        mut mask: u64,
        base: usize,
        start: &mut usize,
        found: &mut impl FnMut(&mut Scan<'a>, usize, usize),
    ) {
        while mask != 0 {
            let at = base + mask.trailing_zeros() as usize;
            mask &= mask - 1;
            if at > *start {
                found(self, *start, at);
            }
            if self.text[at] == b'\n' {
                self.push(Token::default());
            }
            *start = at + 1;
        }
    }

    #[inline(always)]
    fn word(&mut self, start: usize, end: usize) {
        self.push(Token { start, end, probe: Probe::new(self.text, start, end) });
    }

    #[inline(always)]
    fn push(&mut self, token: Token) {
        self.batch[self.filled] = token;
        self.filled += 1;
        if self.filled == BATCH {
            self.flush();
        }
    }

    #[inline(never)]
    fn flush(&mut self) {
        self.numbers.reserve(BATCH);
        for token in &self.batch[..self.filled] {
            if token.end == 0 {
                self.tally.lines += 1;
                if self.numbers.last() != Some(&SENTENCE_END) {
                    self.numbers.push(SENTENCE_END);
                }
                continue;
            }
            self.tally.tokens += 1;
            self.numbers.push(self.table.intern(token.probe, &self.text[token.start..token.end], 1));
        }
        self.filled = 0;
    }
}
