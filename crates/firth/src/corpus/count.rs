//! The one pass over the text, and what it finds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::blocks::{BLOCK_BYTES, BlockReader};
use super::digest::Digest;
use super::encode::{self, EncodedCorpus};
use super::lowercase::lowercase;
use super::mapped::MappedNumbers;
use super::merge::{self, Merged};
use super::scan;
use super::sources::Sources;
use super::spill::{Store, Stored};
use super::table::TypeTable;
use super::{EncodeOptions, SENTENCE_END};
use crate::error::{Error, ErrorKind, Result};

/// How far [`count`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountProgress {
    /// Bytes read from the sources as they lie on disk, compressed or not.
    pub read: u64,
    /// Bytes to read in all; `None` when that is not known (standard input, pipes).
    pub total: Option<u64>,
    /// Bytes of decompressed text that are counted.
    pub bytes: u64,
    /// Tokens counted.
    pub tokens: u64,
    /// Lines counted, blank ones too.
    pub lines: u64,
}

/// How often the observer is called.
const OBSERVE_EVERY: Duration = Duration::from_millis(100);

/// One block of text after its tokens were numbered.
pub(super) struct Block {
    index: u64,
    /// Which table the numbers belong to.
    pub(super) table: usize,
    /// How many types that table held after this block.
    pub(super) types_after: usize,
    pub(super) numbers: Stored,
    digest: Digest,
}

/// The words of a corpus with their counts, and the text as numbers, ready to be encoded.
///
/// Types are numbered by their first appearance in the text, whatever the number of threads.
pub struct Counted {
    merged: Merged,
    blocks: Vec<Block>,
    spilled: Option<MappedNumbers>,
    options: EncodeOptions,
    tokens: u64,
    bytes: u64,
    lines: u64,
    digest: String,
}

/// Reads `sources`, counts their words and keeps the text as numbers. `observe` is called on this thread about ten times
/// a second and once at the end.
///
/// # Errors
///
/// `InvalidArgument` without threads or sources; `Io` for what cannot be opened or read, and for a temporary file that
/// cannot be written; `InvalidFormat` for damaged or cut compressed data, with the file's name and how far it was read;
/// `UnusableCorpus` for a corpus without a word, or with more than 2^32 - 2 different ones.
pub fn count(
    sources: &Sources,
    options: &EncodeOptions,
    observe: &mut dyn FnMut(CountProgress),
) -> Result<Counted> {
    count_blocks(sources, options, BLOCK_BYTES, observe)
}

pub(super) fn count_blocks(
    sources: &Sources,
    options: &EncodeOptions,
    block_bytes: usize,
    observe: &mut dyn FnMut(CountProgress),
) -> Result<Counted> {
    if options.threads == 0 {
        return Err(Error::invalid_argument("threads is 0, expected at least 1"));
    }
    if sources.is_empty() {
        return Err(Error::invalid_argument("no corpus is given"));
    }
    let taken = Arc::new(AtomicU64::new(0));
    let pass = Pass {
        reader: Mutex::new(BlockReader::new(sources.list(), block_bytes, Arc::clone(&taken))),
        store: Store::new(options.max_memory, options.temporary_directory.clone()),
        error: Mutex::new(None),
        options,
        taken,
        total: sources.size(),
        bytes: AtomicU64::new(0),
        tokens: AtomicU64::new(0),
        lines: AtomicU64::new(0),
    };
    let workers = pass.run(observe)?;
    let progress = pass.progress();
    observe(progress);
    if let Some(error) = pass.error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    if progress.tokens == 0 {
        return Err(no_words(sources, progress));
    }
    let mut tables = Vec::with_capacity(workers.len());
    let mut blocks = Vec::new();
    for worker in workers {
        let table = tables.len();
        blocks.extend(worker.blocks.into_iter().map(|block| Block { table, ..block }));
        tables.push(worker.table);
    }
    blocks.sort_unstable_by_key(|block| block.index);
    let merged = merge::merge(tables, &blocks)?;
    let settings = format!("tokenizer={:?} lowercase={}", options.tokenizer, options.lowercase);
    let digest = Digest::combine(blocks.iter().map(|block| block.digest), &settings).hex();
    let spilled = pass.store.into_mapped()?;
    let CountProgress { tokens, bytes, lines, .. } = progress;
    Ok(Counted { merged, blocks, spilled, options: options.clone(), tokens, bytes, lines, digest })
}

fn no_words(sources: &Sources, progress: CountProgress) -> Error {
    let first = sources.names().next().unwrap_or_default();
    let others = match sources.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message =
        format!("{first}{others}: no word in {} bytes of text, expected at least one", progress.bytes);
    Error::new(ErrorKind::UnusableCorpus, message)
}

/// What the threads of a pass share.
struct Pass<'a> {
    reader: Mutex<BlockReader<'a>>,
    store: Store,
    error: Mutex<Option<Error>>,
    options: &'a EncodeOptions,
    taken: Arc<AtomicU64>,
    total: Option<u64>,
    bytes: AtomicU64,
    tokens: AtomicU64,
    lines: AtomicU64,
}

/// What a thread brings home.
struct Worker {
    table: TypeTable,
    blocks: Vec<Block>,
}

impl Pass<'_> {
    /// Starts the workers and reports progress until the last one is done.
    fn run(&self, observe: &mut dyn FnMut(CountProgress)) -> Result<Vec<Worker>> {
        let finished = Mutex::new(Vec::new());
        // Nobody sends: the channel only says when the last worker has dropped its end, even by a panic.
        let (alive, watch) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            for started in 0..self.options.threads {
                let (alive, finished) = (alive.clone(), &finished);
                let work = move || {
                    let _alive = alive;
                    let worker = self.work();
                    finished.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                };
                if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, work) {
                    // Fewer threads than asked for give the same result; none give none.
                    if started == 0 {
                        let message = format!("cannot start a thread: {error}");
                        return Err(Error::new(ErrorKind::Io, message));
                    }
                    break;
                }
            }
            drop(alive);
            while watch.recv_timeout(OBSERVE_EVERY) == Err(RecvTimeoutError::Timeout) {
                observe(self.progress());
            }
            Ok(())
        })?;
        Ok(finished.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn progress(&self) -> CountProgress {
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (bytes, tokens, lines) = (now(&self.bytes), now(&self.tokens), now(&self.lines));
        CountProgress { read: now(&self.taken), total: self.total, bytes, tokens, lines }
    }

    /// Claims blocks until there are none; an error ends the pass for all threads.
    fn work(&self) -> Worker {
        let mut worker = Worker { table: TypeTable::new(), blocks: Vec::new() };
        let mut buffers = Buffers::default();
        loop {
            match self.one_block(&mut worker, &mut buffers) {
                Ok(true) => {}
                Ok(false) => return worker,
                Err(error) => {
                    self.reader.lock().unwrap_or_else(PoisonError::into_inner).stop();
                    self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    return worker;
                }
            }
        }
    }

    fn one_block(&self, worker: &mut Worker, buffers: &mut Buffers) -> Result<bool> {
        buffers.shrink();
        let Buffers { text, lower, numbers } = buffers;
        let claimed = self.reader.lock().unwrap_or_else(PoisonError::into_inner).next(text)?;
        let Some(info) = claimed else { return Ok(false) };
        // Every second byte begins a word at most.
        merge::check_types(worker.table.len() + text.len() / 2 + 1)?;
        let digest = Digest::of(text);
        let text = if self.options.lowercase {
            lowercase(text, lower);
            &*lower
        } else {
            &*text
        };
        numbers.clear();
        let mut tally = scan::encode(text, self.options.tokenizer, &mut worker.table, numbers);
        if !info.continues && text.last() != Some(&b'\n') {
            tally.lines += 1;
            numbers.push(SENTENCE_END);
        }
        worker.table.count(numbers);
        let types_after = worker.table.len();
        worker.blocks.push(Block {
            index: info.index,
            table: 0,
            types_after,
            numbers: self.store.put(numbers)?,
            digest,
        });
        self.bytes.fetch_add(buffers.text.len() as u64, Ordering::Relaxed);
        self.tokens.fetch_add(tally.tokens, Ordering::Relaxed);
        self.lines.fetch_add(tally.lines, Ordering::Relaxed);
        Ok(true)
    }
}

/// A thread's scratch space.
#[derive(Default)]
struct Buffers {
    text: Vec<u8>,
    lower: Vec<u8>,
    numbers: Vec<u32>,
}

impl Buffers {
    /// Gives back what a huge word made grow.
    fn shrink(&mut self) {
        const LARGE: usize = 4 * BLOCK_BYTES;
        for bytes in [&mut self.text, &mut self.lower] {
            if bytes.capacity() > LARGE {
                *bytes = Vec::new();
            }
        }
        if self.numbers.capacity() > LARGE {
            self.numbers = Vec::new();
        }
    }
}

impl Counted {
    /// Number of types: different words.
    pub fn len(&self) -> usize {
        self.merged.counts.len()
    }

    /// Whether there are no types; never so for what [`count`] returns.
    pub fn is_empty(&self) -> bool {
        self.merged.counts.is_empty()
    }

    /// The bytes of type `i`.
    ///
    /// # Panics
    ///
    /// When `i` is not below [`len`](Self::len).
    pub fn word(&self, i: usize) -> &[u8] {
        self.merged.words.get(i)
    }

    /// How often type `i` occurs.
    ///
    /// # Panics
    ///
    /// When `i` is not below [`len`](Self::len).
    pub fn count(&self, i: usize) -> u64 {
        self.merged.counts[i]
    }

    /// All types with their counts, in order of first appearance.
    pub fn types(&self) -> impl ExactSizeIterator<Item = (&[u8], u64)> {
        (0..self.len()).map(|i| (self.word(i), self.count(i)))
    }

    /// Number of tokens: running words.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Bytes of decompressed text.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Lines, blank ones included.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// A fingerprint of the decompressed text, of its division into files and of the tokenizer's settings: 32
    /// hexadecimal digits, the same for any number of threads, compression and memory budget.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Replaces the type numbers of the text: type i becomes `ids[i]`, or disappears where that is
    /// [`DROPPED`](super::DROPPED); sentences left without words disappear too.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` when `ids` has another length than there are types or `threads` is 0; `UnusableCorpus` when no
    /// token is left; `Io` for a temporary file that cannot be written.
    pub fn encode(self, ids: &[u32], threads: usize) -> Result<EncodedCorpus> {
        if ids.len() != self.len() {
            let message = format!("{} ids for {} types, expected one for each", ids.len(), self.len());
            return Err(Error::invalid_argument(message));
        }
        if threads == 0 {
            return Err(Error::invalid_argument("threads is 0, expected at least 1"));
        }
        let kept =
            self.types().zip(ids).filter(|&(_, &id)| id != super::DROPPED).map(|((_, count), _)| count).sum();
        if kept == 0 {
            let message = format!("none of the corpus's {} tokens is left after dropping words", self.tokens);
            return Err(Error::new(ErrorKind::UnusableCorpus, message));
        }
        // From here on only the numbers are needed: the words' memory is given back before the result's is taken.
        let Self { merged: Merged { words, counts, maps }, blocks, spilled, options, lines, digest, .. } =
            self;
        drop((words, counts));
        let maps = maps.into_iter().map(|map| match map {
            Some(map) => map.into_iter().map(|number| ids[number as usize]).collect(),
            None => ids.to_vec(),
        });
        let job = encode::Job { maps: maps.collect(), spilled, options, threads, kept, lines };
        job.run(blocks, digest)
    }
}

impl std::fmt::Debug for Counted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (types, tokens, digest) = (self.len(), self.tokens, &self.digest);
        f.debug_struct("Counted")
            .field("types", &types)
            .field("tokens", &tokens)
            .field("digest", digest)
            .finish()
    }
}
