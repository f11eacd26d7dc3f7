//! Rows of text, as word2vec and GloVe write them: a word, then its numbers, one row per line.
//!
//! A reader of such files meets much that their writers did not promise: trailing spaces, carriage returns, words with
//! spaces inside, no header. What is unambiguous is read; a row that lacks a number is not. The lines are counted first, so
//! that the rows can be allocated once and parsed by all threads, each into its own part.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::input::Input;
use super::number::{self, number};
use super::words::Words;
use super::{shown, thread_count};
use crate::error::{Error, ErrorKind, Result};
use crate::model::WordVectors;

/// Pieces of the file per thread: enough that a thread held up elsewhere does not hold up the others.
const PIECES: usize = 8;
/// Lines looked at to find the dimension when no header tells it.
const SAMPLE: usize = 1000;
/// Rows formatted by a thread at a time.
const WRITTEN_ROWS: usize = 2048;

/// The first line `rows dim`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Header {
    pub rows: u64,
    pub dim: u64,
    /// Bytes of the line, its end included.
    pub length: usize,
}

impl Header {
    /// The header of `bytes`: a first line of exactly two whole numbers. No row of firth looks like that, because its
    /// numbers always have a decimal point or an exponent.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        // Longer than any two numbers: do not search a file without line ends.
        let start = &bytes[..bytes.len().min(256)];
        let end = memchr::memchr(b'\n', start).unwrap_or(start.len());
        let mut fields = start[..end].split(|&b| is_separator(b) || b == b'\r').filter(|f| !f.is_empty());
        let (rows, dim) = (whole(fields.next()?)?, whole(fields.next()?)?);
        fields.next().is_none().then_some(Self { rows, dim, length: (end + 1).min(bytes.len()) })
    }
}

/// A number of digits only; one too large for 64 bits is as large as can be, and will not be believed.
fn whole(field: &[u8]) -> Option<u64> {
    let digits = str::from_utf8(field).ok().filter(|f| f.bytes().all(|b| b.is_ascii_digit()))?;
    Some(digits.parse().unwrap_or(u64::MAX))
}

fn is_separator(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The line without the spaces and carriage return some writers leave at its end.
fn trimmed(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|&b| !is_separator(b) && b != b'\r').map_or(0, |last| last + 1);
    &line[..end]
}

/// Whether the `fields` last fields of the line are numbers.
pub(super) fn ends_in_numbers(line: &[u8], fields: usize) -> bool {
    let mut parts = trimmed(line).rsplit(|&b| is_separator(b));
    (0..fields).all(|_| parts.next().is_some_and(|field| number(field).is_some())) && parts.next().is_some()
}

/// Whether the first few thousand bytes could be text: floats as bytes hold control characters soon.
pub(super) fn is_printable(bytes: &[u8]) -> bool {
    let control = |b: &u8| b.is_ascii_control() && !b.is_ascii_whitespace();
    !bytes.iter().take(4096).any(control)
}

/// Reads rows of text, with or without a header.
pub(super) fn read(input: &Input, threads: Option<usize>) -> Result<WordVectors> {
    let bytes: &[u8] = &input.bytes;
    let header = Header::of(bytes);
    let start = header.map_or(0, |h| h.length);
    let body = &bytes[start..];
    let blank = |&b: &u8| b == b'\n' || b == b'\r' || is_separator(b);
    let body = &body[..body.iter().rposition(|b| !blank(b)).map_or(0, |last| last + 1)];
    let threads = thread_count(threads);
    let pieces = pieces(body, threads * PIECES);
    let lines = count_lines(body, &pieces, threads);
    let rows: usize = lines.iter().sum();
    let first_line = 1 + usize::from(header.is_some());
    if let Some(header) = header.filter(|h| h.rows != rows as u64) {
        let problem = format!("the header promises {} rows, the file has {rows}", header.rows);
        return Err(input.error("line 1", problem));
    }
    if rows == 0 && header.is_none() {
        return Err(input.error("line 1", "the file is empty: expected a word and its numbers"));
    }
    if rows > u32::MAX as usize {
        return Err(input.error(format!("line {}", u32::MAX), "more rows than 32-bit ids can name"));
    }
    let dim = match header {
        Some(header) => usize::try_from(header.dim).unwrap_or(usize::MAX),
        None => usual_dim(body),
    };
    if dim == 0 {
        let found = if header.is_some() { "the header promises 0 numbers" } else { "found no number" };
        return Err(input.error("line 1", format!("{found} for each word, expected at least 1")));
    }
    // Every number takes two bytes at least. If the file is too short for all, some line is, and is found without
    // allocating what a header promises.
    if rows.checked_mul(dim).is_none_or(|n| n > body.len() / 2) {
        for (i, line) in body.split(|&b| b == b'\n').enumerate() {
            let row = split_row(line, dim);
            row.map_err(|problem| input.error(format!("line {}", first_line + i), problem)).map(drop)?;
        }
    }
    let mut floats = vec![0.0f32; rows * dim];
    let words = parse_pieces(body, &pieces, &lines, dim, &mut floats, threads)
        .map_err(|(row, problem)| input.error(format!("line {}", first_line + row), problem))?;
    words.with_rows(dim, floats)
}

/// Cuts the body into about `count` pieces, each of whole lines.
fn pieces(body: &[u8], count: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for i in 1..=count {
        let from = (body.len() / count * i).max(start);
        let end = match memchr::memchr(b'\n', &body[from..]) {
            Some(at) if i < count => from + at + 1,
            _ => body.len(),
        };
        if end > start {
            pieces.push(start..end);
        }
        start = end;
    }
    pieces
}

/// The number of lines of each piece.
fn count_lines(body: &[u8], pieces: &[Range<usize>], threads: usize) -> Vec<usize> {
    let next = AtomicUsize::new(0);
    let count = || {
        let mut counted = Vec::new();
        while let Some(piece) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            let bytes = &body[piece.clone()];
            let unended = usize::from(bytes.last().is_some_and(|&b| b != b'\n'));
            counted.push((piece.start, memchr::memchr_iter(b'\n', bytes).count() + unended));
        }
        counted
    };
    let mut counted: Vec<(usize, usize)> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    });
    counted.sort_unstable();
    counted.into_iter().map(|(_, lines)| lines).collect()
}

/// The number of numbers that most of the first lines have, if each word is one field.
fn usual_dim(body: &[u8]) -> usize {
    let mut seen = std::collections::BTreeMap::new();
    for line in body.split(|&b| b == b'\n').take(SAMPLE) {
        *seen.entry(trimmed(line).iter().filter(|&&b| is_separator(b)).count()).or_insert(0usize) += 1;
    }
    // Of equally frequent ones the smallest: the others have words with spaces.
    seen.into_iter().rev().max_by_key(|&(_, lines)| lines).map_or(0, |(dim, _)| dim)
}

/// A piece to parse: its number, its bytes, its first row, and where its numbers go.
struct Piece<'a> {
    index: usize,
    bytes: &'a [u8],
    first_row: usize,
    floats: &'a mut [f32],
}

/// Parses all rows; an error is the first bad row and what is wrong with it.
fn parse_pieces(
    body: &[u8],
    pieces: &[Range<usize>],
    lines: &[usize],
    dim: usize,
    floats: &mut [f32],
    threads: usize,
) -> std::result::Result<Words, (usize, String)> {
    let mut first_row = 0;
    let mut rest = floats;
    let mut tasks = Vec::with_capacity(pieces.len());
    for (index, (piece, &lines)) in pieces.iter().zip(lines).enumerate() {
        let (floats, later) = rest.split_at_mut(lines * dim);
        rest = later;
        tasks.push(Piece { index, bytes: &body[piece.clone()], first_row, floats });
        first_row += lines;
    }
    let tasks = Mutex::new(tasks.into_iter());
    // Pieces after one with an error need not be parsed: the first error is the one that is told.
    let last = AtomicUsize::new(usize::MAX);
    let parse = || {
        let mut parsed = Vec::new();
        loop {
            let task = tasks.lock().unwrap_or_else(|p| p.into_inner()).next();
            let Some(task) = task.filter(|task| task.index < last.load(Ordering::Relaxed)) else {
                return parsed;
            };
            let index = task.index;
            let words = parse_piece(task, dim);
            if words.is_err() {
                last.fetch_min(index, Ordering::Relaxed);
            }
            parsed.push((index, words));
        }
    };
    let mut parsed: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(parse)).collect();
        handles.into_iter().flat_map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p))).collect()
    });
    parsed.sort_unstable_by_key(|&(index, _)| index);
    let mut all = Words::default();
    for (_, words) in parsed {
        all.append(words?);
    }
    Ok(all)
}

fn parse_piece(piece: Piece<'_>, dim: usize) -> std::result::Result<Words, (usize, String)> {
    let mut words = Words::default();
    let mut rest = piece.bytes;
    for (i, floats) in piece.floats.chunks_exact_mut(dim).enumerate() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        let word = parse_row(line, floats).map_err(|problem| (piece.first_row + i, problem))?;
        words.push(word);
    }
    Ok(words)
}

/// Parses one row into `floats` and returns its word.
fn parse_row<'a>(line: &'a [u8], floats: &mut [f32]) -> std::result::Result<&'a [u8], String> {
    let word = match parse_plain(line, floats) {
        Some(word) => word,
        None => {
            let (word, mut numbers) = split_row(line, floats.len())?;
            for slot in floats.iter_mut() {
                // `split_row` has looked at each of them.
                *slot = numbers.next().and_then(number).unwrap_or(f32::NAN);
            }
            word
        }
    };
    match floats.iter().position(|v| !v.is_finite()) {
        None => Ok(word),
        Some(at) => {
            Err(format!("number {} of `{}` is {}, expected a finite one", at + 1, shown(word), floats[at]))
        }
    }
}

/// Parses a row whose word has no space in it: from the left, without looking for the ends of its numbers.
fn parse_plain<'a>(line: &'a [u8], floats: &mut [f32]) -> Option<&'a [u8]> {
    let end = memchr::memchr2(b' ', b'\t', line)?;
    let mut rest = &line[end..];
    for slot in floats.iter_mut() {
        let (&separator, field) = rest.split_first()?;
        let (value, length) = number::prefix(field)?;
        if !is_separator(separator) {
            return None;
        }
        *slot = value;
        rest = &field[length..];
    }
    trimmed(rest).is_empty().then_some(&line[..end])
}

/// Splits a row from the right into its word, whatever that holds, and `dim` fields, all of them numbers.
fn split_row(line: &[u8], dim: usize) -> std::result::Result<(&[u8], impl Iterator<Item = &[u8]>), String> {
    let line = trimmed(line);
    let mut end = line.len();
    for found in 0..dim {
        let start = memchr::memrchr2(b' ', b'\t', &line[..end]);
        let Some(start) = start else {
            return Err(match line.len() {
                0 => format!("the line is empty, expected a word and {dim} numbers"),
                _ => format!("found {found} numbers after the word, expected {dim}"),
            });
        };
        let field = &line[start + 1..end];
        if number(field).is_none() {
            let separators = line.iter().filter(|&&b| is_separator(b)).count();
            return Err(if separators == dim {
                format!("number {} is `{}`, expected a decimal number", dim - found, shown(field))
            } else {
                format!("found {found} numbers after `{}`, expected {dim}", shown(&line[..end]))
            });
        }
        end = start;
    }
    let fields = line.get(end + 1..).unwrap_or_default().split(|&b| is_separator(b));
    Ok((&line[..end], fields))
}

/// Makes sure that all of `vectors` can be written as rows of text and read again.
pub(super) fn check(vectors: &WordVectors) -> Result<()> {
    super::check_finite(vectors)?;
    let vocabulary = vectors.vocabulary();
    match (0..vectors.len() as u32).find(|&id| vocabulary.word(id).contains(&b'\n')) {
        None => Ok(()),
        Some(id) => Err(Error::new(
            ErrorKind::InvalidArgument,
            format!(
                "word {id} (`{}`) has a line break in it, which text formats cannot hold",
                vocabulary.display(id)
            ),
        )),
    }
}

/// Writes the rows: numbers in the shortest form that reads back as the same bits.
pub(super) fn write_rows(vectors: &WordVectors, writer: &mut dyn Write) -> io::Result<()> {
    let threads = thread_count(None);
    let mut first = 0;
    while first < vectors.len() {
        let parts = (0..threads).map(|t| {
            let start = (first + t * WRITTEN_ROWS).min(vectors.len());
            start..(start + WRITTEN_ROWS).min(vectors.len())
        });
        let texts: Vec<Vec<u8>> = thread::scope(|scope| {
            let handles: Vec<_> = parts.map(|rows| scope.spawn(|| format_rows(vectors, rows))).collect();
            let joined =
                handles.into_iter().map(|h| h.join().unwrap_or_else(|p| std::panic::resume_unwind(p)));
            joined.collect()
        });
        texts.iter().try_for_each(|text| writer.write_all(text))?;
        first += threads * WRITTEN_ROWS;
    }
    Ok(())
}

fn format_rows(vectors: &WordVectors, rows: Range<usize>) -> Vec<u8> {
    let mut text = Vec::with_capacity(rows.len() * (vectors.dim() * 13 + 16));
    let mut buffer = zmij::Buffer::new();
    for row in rows {
        let id = row as u32;
        text.extend_from_slice(vectors.vocabulary().word(id));
        for &value in vectors.vector(id) {
            text.push(b' ');
            text.extend_from_slice(buffer.format(value).as_bytes());
        }
        text.push(b'\n');
    }
    text
}
