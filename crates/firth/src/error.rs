//! One error type for the whole library: opaque, with a [`kind`](Error::kind) that callers can match on.

use std::fmt;
use std::path::Path;

/// What went wrong, in the coarse classes that a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting or argument is out of its range: the caller asked for something impossible.
    InvalidArgument,
    /// The operating system refused to read or write.
    Io,
    /// A file's content does not follow its format.
    InvalidFormat,
    /// The corpus holds nothing to learn from.
    UnusableCorpus,
    /// A word is not in the vocabulary.
    UnknownWord,
    /// A weight stopped being finite during training.
    Diverged,
}

/// An error of this library: a message that names the file, the place in it, what was found and what was expected.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of every fallible function of this library.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind` with the whole `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// A setting out of its range.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message)
    }

    /// The operating system's refusal to do `action` ("read", "create" ...) with `path`.
    pub fn io(action: &str, path: &Path, source: std::io::Error) -> Self {
        let message = format!("cannot {action} {}: {source}", path.display());
        Self { kind: ErrorKind::Io, message, source: Some(Box::new(source)) }
    }

    /// A malformed file: `place` is a line or byte ("line 3", "byte 17"), `problem` says what was found and expected.
    pub fn invalid_format(path: &Path, place: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::new(ErrorKind::InvalidFormat, format!("{}: {place}: {problem}", path.display()))
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|s| s as _)
    }
}
