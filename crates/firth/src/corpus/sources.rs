//! What the user names, expanded to a list of things to read.

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// One thing to read from beginning to end.
#[derive(Clone, Debug)]
pub(super) enum Source {
    File(PathBuf),
    Standard,
    Bytes { name: String, bytes: Vec<u8> },
}

/// The texts of a corpus, in the order in which they are read.
///
/// Nothing is opened before [`count`](super::count()) reads it.
#[derive(Clone, Debug)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// Expands arguments in their order. Each is
    ///
    /// * `-`: standard input (once);
    /// * a directory: all files in it and below, sorted by path, without those whose name begins with a dot;
    /// * anything else that exists: one file, read as it is (pipes too);
    /// * a pattern with `*`, `?` or `[...]` (`**` crosses directories): its matches sorted by path, each a file or a
    ///   directory as above.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` without arguments, for a second `-`, for a malformed pattern and for one that matches nothing;
    /// `UnusableCorpus` for a directory without files; `Io` for what does not exist or cannot be listed.
    pub fn new(arguments: &[impl AsRef<Path>]) -> Result<Self> {
        if arguments.is_empty() {
            return Err(Error::invalid_argument(
                "no corpus is given: expected files, directories, patterns or -",
            ));
        }
        let mut list = Vec::new();
        for argument in arguments {
            let path = argument.as_ref();
            if path == Path::new("-") {
                if list.iter().any(|source| matches!(source, Source::Standard)) {
                    return Err(Error::invalid_argument("standard input (-) can be read only once"));
                }
                list.push(Source::Standard);
                continue;
            }
            match std::fs::metadata(path) {
                Ok(found) => push_path(path, found.is_dir(), &mut list)?,
                Err(error) => match path.to_str().filter(|text| text.contains(['*', '?', '['])) {
                    Some(pattern) => push_matches(pattern, &mut list)?,
                    None => return Err(Error::io("read", path, error)),
                },
            }
        }
        Ok(Self { list })
    }

    /// One text that is already in memory (plain or compressed); `name` stands for it in messages.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { list: vec![Source::Bytes { name: name.into(), bytes }] }
    }

    /// Adds one text that is already in memory after the others.
    pub fn push_bytes(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.list.push(Source::Bytes { name: name.into(), bytes });
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What each text is called in messages, in reading order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.list.iter().map(|source| source.name().display().to_string())
    }

    /// Bytes to read in all, as they lie on disk (compressed or not); `None` when a text's size is not known beforehand.
    pub fn size(&self) -> Option<u64> {
        self.list.iter().map(Source::size).sum()
    }

    pub(super) fn list(&self) -> &[Source] {
        &self.list
    }
}

impl Source {
    /// What errors call it.
    pub(super) fn name(&self) -> &Path {
        match self {
            Source::File(path) => path,
            Source::Standard => Path::new("standard input"),
            Source::Bytes { name, .. } => Path::new(name),
        }
    }

    fn size(&self) -> Option<u64> {
        match self {
            Source::File(path) => {
                std::fs::metadata(path).ok().filter(|found| found.is_file()).map(|found| found.len())
            }
            Source::Standard => None,
            Source::Bytes { bytes, .. } => Some(bytes.len() as u64),
        }
    }
}

fn push_path(path: &Path, is_directory: bool, list: &mut Vec<Source>) -> Result<()> {
    if !is_directory {
        list.push(Source::File(path.to_owned()));
        return Ok(());
    }
    let before = list.len();
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let walk = walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        let entry = entry.map_err(|error| {
            let place = error.path().unwrap_or(path).to_owned();
            Error::io("list", &place, error.into())
        })?;
        if !entry.file_type().is_dir() {
            list.push(Source::File(entry.into_path()));
        }
    }
    if list.len() == before {
        let message = format!("{}: the directory holds no files, expected at least one text", path.display());
        return Err(Error::new(ErrorKind::UnusableCorpus, message));
    }
    Ok(())
}

fn push_matches(pattern: &str, list: &mut Vec<Source>) -> Result<()> {
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let matches = glob::glob_with(pattern, options).map_err(|error| {
        Error::invalid_argument(format!("{pattern}: not a file, and not a valid pattern: {error}"))
    })?;
    let mut paths = Vec::new();
    for found in matches {
        paths.push(found.map_err(|error| {
            let place = error.path().to_owned();
            Error::io("list", &place, error.into())
        })?);
    }
    if paths.is_empty() {
        return Err(Error::invalid_argument(format!(
            "{pattern}: no file has this name or matches this pattern"
        )));
    }
    paths.sort();
    for path in paths {
        let is_directory = path.is_dir();
        push_path(&path, is_directory, list)?;
    }
    Ok(())
}
