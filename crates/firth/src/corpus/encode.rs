//! Type numbers to final ids, and the corpus a trainer reads.

use std::sync::{Mutex, PoisonError};

use super::count::Block;
use super::mapped::{MappedNumbers, Pages};
use super::parallel;
use super::spill::{NumberFile, Stored};
use super::{DROPPED, EncodeOptions, SENTENCE_END};
use crate::error::Result;

/// A text as word ids: what epochs read.
#[derive(Debug)]
pub struct EncodedCorpus {
    ids: Ids,
    tokens: u64,
    digest: String,
}

#[derive(Debug)]
enum Ids {
    Memory(Pages<u32>),
    Mapped(MappedNumbers),
}

impl EncodedCorpus {
    /// A corpus of given ids, for callers that have their own text. [`SENTENCE_END`] separates sentences; missing,
    /// repeated and leading ones are put right.
    pub fn from_ids(ids: impl IntoIterator<Item = u32>, digest: impl Into<String>) -> Self {
        let mut ids: Vec<u32> = ids.into_iter().chain([SENTENCE_END]).collect();
        let mut before = SENTENCE_END;
        ids.retain(|&id| std::mem::replace(&mut before, id) != SENTENCE_END || id != SENTENCE_END);
        let tokens = ids.iter().filter(|&&id| id != SENTENCE_END).count() as u64;
        Self { ids: Ids::Memory(Pages::copy_of(&ids)), tokens, digest: digest.into() }
    }

    /// The ids of the words in reading order, with one [`SENTENCE_END`] after each sentence. No sentence is empty.
    #[inline]
    pub fn ids(&self) -> &[u32] {
        match &self.ids {
            Ids::Memory(ids) => ids.as_slice(),
            Ids::Mapped(map) => map.as_slice(),
        }
    }

    /// Number of words, without the sentence ends.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Number of sentences.
    pub fn sentences(&self) -> u64 {
        self.ids().len() as u64 - self.tokens
    }

    /// The fingerprint of the text, as [`Counted::digest`](super::Counted::digest) gave it.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether the ids are in a temporary file and not in memory.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.ids, Ids::Mapped(_))
    }
}

/// All that replacing the numbers needs besides the blocks.
pub(super) struct Job {
    /// For each table: its numbers to final ids.
    pub(super) maps: Vec<Vec<u32>>,
    pub(super) spilled: Option<MappedNumbers>,
    pub(super) options: EncodeOptions,
    pub(super) threads: usize,
    /// Tokens that are left in the end.
    pub(super) kept: u64,
    pub(super) lines: u64,
}

/// A block of final ids.
struct Piece {
    /// A sentence ends before the first word that is left.
    leading_end: bool,
    ids: Pages<u32>,
}

impl Piece {
    fn ids(&self) -> &[u32] {
        self.ids.as_slice()
    }
}

impl Job {
    pub(super) fn run(self, blocks: Vec<Block>, digest: String) -> Result<EncodedCorpus> {
        let most = self.kept.saturating_add(self.lines.min(self.kept)).saturating_mul(4);
        let ids = if most <= self.options.max_memory.unwrap_or(u64::MAX) {
            Ids::Memory(self.in_memory(blocks))
        } else {
            Ids::Mapped(self.on_disk(blocks)?)
        };
        Ok(EncodedCorpus { ids, tokens: self.kept, digest })
    }

    /// Blocks are replaced in place, then copied to where they belong; each is given back as soon as it is copied, so
    /// that memory never holds the text's numbers twice.
    fn in_memory(&self, blocks: Vec<Block>) -> Pages<u32> {
        let mut pieces: Vec<Option<Piece>> = blocks.iter().map(|_| None).collect();
        let work = blocks.into_iter().zip(&mut pieces);
        parallel::for_each(self.threads, work, |(block, piece)| *piece = Some(self.replace(block)));
        let mut join = Join::default();
        let placed: Vec<(bool, Piece)> =
            pieces.into_iter().flatten().map(|piece| (join.next(&piece), piece)).collect();
        let mut ids = Pages::zeroed(join.len);
        let mut rest = ids.as_mut_slice();
        let targets = placed.into_iter().map(|(end_first, piece)| {
            let len = usize::from(end_first) + piece.ids().len();
            let (target, after) = std::mem::take(&mut rest).split_at_mut(len);
            rest = after;
            (target, piece)
        });
        parallel::for_each(self.threads, targets, |(target, piece)| {
            // A piece begins with a word: what is before it, if anything, is the end that it asked for.
            let at = target.len() - piece.ids().len();
            target[..at].fill(SENTENCE_END);
            target[at..].copy_from_slice(piece.ids());
        });
        ids
    }

    /// A few blocks at a time are replaced by all threads and appended to the file.
    fn on_disk(&self, blocks: Vec<Block>) -> Result<MappedNumbers> {
        let mut file = NumberFile::create(self.options.temporary_directory.as_deref())?;
        let mut join = Join::default();
        let mut blocks = blocks.into_iter();
        loop {
            let wave: Vec<Block> = blocks.by_ref().take(2 * self.threads).collect();
            if wave.is_empty() {
                return file.into_mapped();
            }
            let pieces: Vec<Mutex<Option<Piece>>> = wave.iter().map(|_| Mutex::new(None)).collect();
            parallel::for_each(self.threads, wave.into_iter().zip(&pieces), |(block, piece)| {
                *piece.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.replace(block));
            });
            for piece in pieces {
                let Some(piece) = piece.into_inner().unwrap_or_else(PoisonError::into_inner) else {
                    continue;
                };
                if join.next(&piece) {
                    file.append(&[SENTENCE_END])?;
                }
                file.append(piece.ids())?;
            }
        }
    }

    fn replace(&self, block: Block) -> Piece {
        let mut ids = match block.numbers {
            Stored::Memory(numbers) => numbers,
            Stored::Spilled { start, len } => {
                let file = self.spilled.as_ref().map_or(&[][..], MappedNumbers::as_slice);
                Pages::copy_of(&file[start..start + len])
            }
        };
        let (leading_end, len) = replace(ids.as_mut_slice(), &self.maps[block.table]);
        ids.truncate(len);
        Piece { leading_end, ids }
    }
}

/// Replaces numbers by ids in place, leaves out what is dropped and the sentences that are left empty. Returns whether a
/// sentence ended before the first id that is left, and how many ids are left.
fn replace(ids: &mut [u32], map: &[u32]) -> (bool, usize) {
    let mut leading_end = false;
    let mut kept = 0;
    for i in 0..ids.len() {
        let number = ids[i];
        if number != SENTENCE_END {
            let id = map[number as usize];
            ids[kept] = id;
            kept += usize::from(id != DROPPED);
        } else if kept == 0 {
            leading_end = true;
        } else if ids[kept - 1] != SENTENCE_END {
            ids[kept] = SENTENCE_END;
            kept += 1;
        }
    }
    (leading_end, kept)
}

/// Joins pieces whose sentences may go on from one into the next.
#[derive(Default)]
struct Join {
    after_word: bool,
    len: usize,
}

impl Join {
    /// Whether a sentence end has to stand before `piece`.
    fn next(&mut self, piece: &Piece) -> bool {
        let end_first = piece.leading_end && self.after_word;
        self.after_word = match piece.ids().last() {
            Some(&last) => last != SENTENCE_END,
            None => self.after_word && !piece.leading_end,
        };
        self.len += usize::from(end_first) + piece.ids().len();
        end_first
    }
}
