//! word2vec's binary format: a line `rows dim`, then per row the word, a space and `dim` little-endian `f32`.
//!
//! word2vec ends each row with a line feed, gensim does not; a line feed before a word is therefore not part of it.
//! The floats may hold any byte, so rows are walked one after the other; their floats are then copied by all threads.

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::thread;

use super::input::Input;
use super::text::Header;
use super::words::Words;
use super::{check_finite, shown, thread_count, write_beside};
use crate::error::{Error, ErrorKind, Result};
use crate::model::WordVectors;

pub(super) fn sniff(bytes: &[u8]) -> bool {
    Header::of(bytes).is_some_and(|header| header.length < bytes.len())
}

pub(super) fn read(input: &Input, threads: Option<usize>) -> Result<WordVectors> {
    let bytes: &[u8] = &input.bytes;
    let Some(header) = Header::of(bytes) else {
        return Err(input.error("byte 0", "expected a line with the number of rows and the dimension"));
    };
    let body = bytes.len() - header.length;
    if header.dim == 0 {
        return Err(input.error("byte 0", "the header promises 0 numbers for each word, expected at least 1"));
    }
    // A row is a space and the floats at least; what the file cannot hold is not believed.
    let row_bytes = u128::from(header.dim) * 4 + 1;
    if u128::from(header.rows) * row_bytes > body as u128 {
        let problem = format!(
            "the header promises {} rows of {} numbers, {} bytes at least; the file has {body} after the header",
            header.rows,
            header.dim,
            u128::from(header.rows) * row_bytes,
        );
        return Err(input.error("byte 0", problem));
    }
    if header.rows > u64::from(u32::MAX) {
        return Err(input.error("byte 0", "more rows than 32-bit ids can name"));
    }
    let (rows, dim) = (header.rows as usize, header.dim as usize);
    let (words, starts) = walk(input, header.length, rows, dim)?;
    let mut floats = vec![0.0f32; rows * dim];
    copy_rows(bytes, &starts, dim, &mut floats, thread_count(threads));
    if let Some(at) = floats.iter().position(|v| !v.is_finite()) {
        let (row, value) = (at / dim, floats[at]);
        let place = format!("row {} (byte {})", row + 1, starts[row] + at % dim * 4);
        return Err(input.error(place, format!("number {} is {value}, expected a finite one", at % dim + 1)));
    }
    words.with_rows(dim, floats)
}

/// Whether the rows of the header fill the file exactly.
pub(super) fn fits(bytes: &[u8], header: &Header) -> bool {
    let (Ok(dim), mut at) = (usize::try_from(header.dim), header.length) else { return false };
    let row = |_| {
        let floats = next_row(bytes, &mut at)?.end + 1;
        at = floats.checked_add(dim.checked_mul(4)?)?;
        (at <= bytes.len()).then_some(())
    };
    (0..header.rows).try_for_each(row).is_some() && is_blank(&bytes[at..])
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// Moves `at` past line feeds to the next word, and returns where that is; `None` when no space ends it.
fn next_row(bytes: &[u8], at: &mut usize) -> Option<Range<usize>> {
    while bytes.get(*at) == Some(&b'\n') {
        *at += 1;
    }
    memchr::memchr(b' ', bytes.get(*at..)?).map(|length| *at..*at + length)
}

/// Finds each row's word and the byte at which its floats start.
fn walk(input: &Input, start: usize, rows: usize, dim: usize) -> Result<(Words, Vec<usize>)> {
    let bytes: &[u8] = &input.bytes;
    let (mut at, mut words, mut starts) = (start, Words::default(), Vec::with_capacity(rows));
    for row in 1..=rows {
        let word = next_row(bytes, &mut at);
        let place = format!("row {row} (byte {at})");
        let Some(word) = word else {
            let left = bytes.len() - at;
            let problem = format!("{left} bytes left and no space among them, expected a word and a space");
            return Err(input.error(place, problem));
        };
        let floats = word.end + 1;
        if bytes.len() - floats < dim * 4 {
            let (left, word) = (bytes.len() - floats, shown(&bytes[word]));
            let problem =
                format!("{left} bytes left after `{word}`, expected {} for its {dim} numbers", dim * 4);
            return Err(input.error(place, problem));
        }
        words.push(&bytes[word]);
        starts.push(floats);
        at = floats + dim * 4;
    }
    if !is_blank(&bytes[at..]) {
        let problem = format!("{} bytes left after the {rows} rows of the header", bytes.len() - at);
        return Err(input.error(format!("byte {at}"), problem));
    }
    Ok((words, starts))
}

fn copy_rows(bytes: &[u8], starts: &[usize], dim: usize, floats: &mut [f32], threads: usize) {
    let part = starts.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (starts, floats) in starts.chunks(part).zip(floats.chunks_mut(part * dim)) {
            scope.spawn(move || {
                for (&start, row) in starts.iter().zip(floats.chunks_exact_mut(dim)) {
                    let (values, _) = bytes[start..][..dim * 4].as_chunks::<4>();
                    row.iter_mut().zip(values).for_each(|(slot, value)| *slot = f32::from_le_bytes(*value));
                }
            });
        }
    });
}

pub(super) fn write(path: &Path, vectors: &WordVectors) -> Result<()> {
    check_finite(vectors)?;
    let vocabulary = vectors.vocabulary();
    let unfit = |word: &[u8]| word.contains(&b' ') || word.first() == Some(&b'\n');
    if let Some(id) = (0..vectors.len() as u32).find(|&id| unfit(vocabulary.word(id))) {
        let problem = format!(
            "word {id} (`{}`) has a space in it or begins with a line break, which word2vec's binary format cannot hold",
            vocabulary.display(id)
        );
        return Err(Error::new(ErrorKind::InvalidArgument, problem));
    }
    write_beside(path, |writer: &mut dyn Write| {
        writeln!(writer, "{} {}", vectors.len(), vectors.dim())?;
        let mut row = Vec::with_capacity(vectors.dim() * 4 + 64);
        for id in 0..vectors.len() as u32 {
            row.clear();
            row.extend_from_slice(vocabulary.word(id));
            row.push(b' ');
            super::push_floats(&mut row, vectors.vector(id));
            row.push(b'\n');
            writer.write_all(&row)?;
        }
        Ok(())
    })
}
