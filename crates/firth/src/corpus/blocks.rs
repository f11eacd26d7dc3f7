//! The text cut into blocks: the unit of work, and always the same blocks for the same text.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::input::Input;
use super::sources::Source;
use super::whitespace;
use crate::error::Result;

/// Bytes of text in an ordinary block: half of a second-level cache, so that a block is tokenised where it was copied to.
pub(super) const BLOCK_BYTES: usize = 1 << 18;

/// What is known of a block besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockInfo {
    /// Its place among all blocks of the corpus.
    pub(super) index: u64,
    /// The line goes on in the next block: the cut is at whitespace inside a line longer than a block.
    pub(super) continues: bool,
}

/// Cuts the sources into blocks, one after another.
pub(super) struct BlockReader<'a> {
    waiting: std::slice::Iter<'a, Source>,
    open: Option<Input<'a>>,
    /// What the last cut left over.
    rest: Vec<u8>,
    /// The last block of the open text was cut inside a line.
    in_line: bool,
    next_index: u64,
    block_bytes: usize,
    taken: Arc<AtomicU64>,
}

impl<'a> BlockReader<'a> {
    pub(super) fn new(sources: &'a [Source], block_bytes: usize, taken: Arc<AtomicU64>) -> Self {
        let waiting = sources.iter();
        Self { waiting, open: None, rest: Vec::new(), in_line: false, next_index: 0, block_bytes, taken }
    }

    /// Reads nothing more.
    pub(super) fn stop(&mut self) {
        self.waiting = [].iter();
        self.open = None;
    }

    /// Puts the next block's bytes into `text`; `None` when all is read. After an error there is nothing more.
    ///
    /// A block ends after the last line end within `block_bytes`, at the end of its text, or, where a line is longer
    /// than a block, after the last whitespace; where a word is longer, the block grows until the word has ended.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<BlockInfo>> {
        let outcome = self.try_next(text);
        if outcome.is_err() {
            self.stop();
        }
        outcome
    }

    fn try_next(&mut self, text: &mut Vec<u8>) -> Result<Option<BlockInfo>> {
        text.clear();
        loop {
            let Some(input) = &mut self.open else {
                let Some(source) = self.waiting.next() else { return Ok(None) };
                self.open = Some(Input::open(source, &self.taken)?);
                continue;
            };
            text.extend_from_slice(&self.rest);
            self.rest.clear();
            let mut target = self.block_bytes;
            loop {
                let wanted = target.saturating_sub(text.len());
                let at_end = input.read(text, wanted)? < wanted;
                if at_end {
                    break;
                }
                if let Some((length, continues)) = cut(text) {
                    self.rest.extend_from_slice(&text[length..]);
                    text.truncate(length);
                    self.in_line = continues;
                    return Ok(Some(self.numbered(continues)));
                }
                target = text.len().saturating_mul(2);
            }
            self.open = None;
            // An empty last block still ends the line that the block before it left open.
            if !text.is_empty() || std::mem::take(&mut self.in_line) {
                self.in_line = false;
                return Ok(Some(self.numbered(false)));
            }
        }
    }

    fn numbered(&mut self, continues: bool) -> BlockInfo {
        let index = self.next_index;
        self.next_index += 1;
        BlockInfo { index, continues }
    }
}

/// Where to cut, and whether that is inside a line; `None` inside a word that fills the whole text.
fn cut(text: &[u8]) -> Option<(usize, bool)> {
    if let Some(end) = memchr::memrchr(b'\n', text) {
        return Some((end + 1, false));
    }
    let end = text.iter().rposition(|&byte| whitespace::is(byte))?;
    Some((end + 1, true))
}

#[cfg(test)]
mod tests {
    use super::super::sources::Sources;
    use super::*;

    fn blocks(sources: &Sources, block_bytes: usize) -> Vec<(String, bool)> {
        let mut reader = BlockReader::new(sources.list(), block_bytes, Arc::default());
        let mut text = Vec::new();
        let mut found = Vec::new();
        while let Some(info) = reader.next(&mut text).unwrap() {
            assert_eq!(info.index, found.len() as u64);
            found.push((String::from_utf8(text.clone()).unwrap(), info.continues));
        }
        found
    }

    fn of(text: &str, block_bytes: usize) -> Vec<(String, bool)> {
        blocks(&Sources::from_bytes("test", text.into()), block_bytes)
    }

    fn expect(parts: &[(&str, bool)]) -> Vec<(String, bool)> {
        parts.iter().map(|&(text, continues)| (text.to_owned(), continues)).collect()
    }

    #[test]
    fn blocks_end_at_line_ends() {
        assert_eq!(of("ab\ncd\nef\n", 7), expect(&[("ab\ncd\n", false), ("ef\n", false)]));
        assert_eq!(of("ab\ncd\nef", 6), expect(&[("ab\ncd\n", false), ("ef", false)]));
        assert_eq!(of("", 6), expect(&[]));
    }

    #[test]
    fn long_lines_are_cut_at_whitespace_and_long_words_not_at_all() {
        assert_eq!(of("ab cd ef\n", 4), expect(&[("ab ", true), ("cd ", true), ("ef\n", false)]));
        assert_eq!(of("abcdefghi j\n", 2), expect(&[("abcdefghi j\n", false)]));
        assert_eq!(of("abcdefghi j k\n", 3), expect(&[("abcdefghi j ", true), ("k\n", false)]));
        assert_eq!(of("abcdefghi", 2), expect(&[("abcdefghi", false)]));
    }

    #[test]
    fn a_line_cut_at_the_very_end_of_its_text_is_still_ended() {
        assert_eq!(of("ab ", 3), expect(&[("ab ", true), ("", false)]));
    }

    #[test]
    fn blocks_never_cross_texts() {
        let mut sources = Sources::from_bytes("one", b"ab".to_vec());
        sources.push_bytes("none", Vec::new());
        sources.push_bytes("two", b"cd\n".to_vec());
        assert_eq!(blocks(&sources, 100), expect(&[("ab", false), ("cd\n", false)]));
    }
}
