//! The lines of a set's file, and the errors that name them.

use std::path::Path;

use crate::error::{Error, Result};

/// One line with something on it, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    path: &'a Path,
    /// Counted from 1.
    number: usize,
    /// Without its line end and the white space around it.
    pub text: &'a [u8],
}

/// The lines of a file that are not blank, and where errors about the whole file point.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    path: &'a Path,
    bytes: &'a [u8],
}

/// The lines of `bytes`, which were read from `path`.
pub(super) fn entries<'a>(path: &'a Path, bytes: &'a [u8]) -> Lines<'a> {
    // A byte order mark is no part of the first word.
    Lines { path, bytes: bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes) }
}

impl<'a> Lines<'a> {
    pub fn iter(self) -> impl Iterator<Item = Line<'a>> {
        let numbered = (1..).zip(self.bytes.split(|&b| b == b'\n'));
        let lines = numbered.map(move |(number, text)| Line { path: self.path, number, text: trim(text) });
        lines.filter(|line| !line.text.is_empty())
    }

    /// The error of a file that holds no entry at all.
    pub fn nothing(self, expected: &str) -> Error {
        let last = memchr::memchr_iter(b'\n', self.bytes).count().max(1);
        let place = format!("line {last}");
        Error::invalid_format(self.path, place, format!("found the end and no entry, expected {expected}"))
    }
}

impl<'a> Line<'a> {
    /// The fields between TABs, or, where there is no TAB, between white space.
    pub fn fields(self) -> Vec<&'a [u8]> {
        if self.text.contains(&b'\t') {
            self.text.split(|&b| b == b'\t').map(trim).collect()
        } else {
            words(self.text).collect()
        }
    }

    /// Whether the line is a remark and not an entry of `fields` fields.
    pub fn is_remark(self, fields: &[&[u8]], expected: usize) -> bool {
        // Without TABs a remark can have any number of fields; `# ` is then the sign.
        let tabs = self.text.contains(&b'\t');
        self.text[0] == b'#' && (fields.len() != expected || (!tabs && fields[0] == b"#"))
    }

    /// Exactly `N` fields, none of them empty.
    pub fn exactly<const N: usize>(self, fields: &[&'a [u8]], expected: &str) -> Result<[&'a [u8]; N]> {
        let array: [&[u8]; N] = match fields.try_into() {
            Ok(array) => array,
            Err(_) => {
                let s = if fields.len() == 1 { "" } else { "s" };
                return Err(
                    self.error(format!("found {} field{s} in {}", fields.len(), self.shown()), expected)
                );
            }
        };
        match array.iter().position(|field| field.is_empty()) {
            Some(i) => {
                Err(self.error(format!("found nothing in field {} of {}", i + 1, self.shown()), expected))
            }
            None => Ok(array),
        }
    }

    /// An error about this line.
    pub fn error(self, found: impl std::fmt::Display, expected: &str) -> Error {
        Error::invalid_format(
            self.path,
            format!("line {}", self.number),
            format!("{found}, expected {expected}"),
        )
    }

    /// The start of the line, for messages.
    pub fn shown(self) -> String {
        shown(self.text)
    }
}

/// At most 60 characters of `text` in quotes, with its TABs visible.
pub(super) fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[..text.len().min(400)]).into_owned();
    let mut start: String = text.chars().take(60).collect();
    if start.len() < text.len() {
        start.push_str("...");
    }
    format!("`{}`", start.replace('\t', " TAB "))
}

/// `bytes` without the ASCII white space around it (which takes the CR of a line end).
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// The words between ASCII white space.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// A finite number.
pub(super) fn number(field: &[u8]) -> Option<f64> {
    fast_float2::parse::<f64, _>(field).ok().filter(|value| value.is_finite())
}
