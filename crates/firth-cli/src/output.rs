//! Results to standard output; remarks and errors to standard error.

use std::io::{self, ErrorKind as IoErrorKind, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use firth::ErrorKind;
use serde::Serialize;

/// Exit status of a failure.
pub const FAILURE: u8 = 1;
/// Exit status of wrong use.
pub const USAGE: u8 = 2;
/// Exit status after an interruption.
pub const INTERRUPTED: u8 = 130;

/// How titles look on a terminal.
pub const TITLE: Style = Style::new().bold();
/// How labels look on a terminal.
pub const LABEL: Style = AnsiColor::Cyan.on_default();
/// How what matters less looks on a terminal.
pub const FAINT: Style = Style::new().dimmed();

/// Why a command ended without success.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hints: Vec<String>,
    status: u8,
}

impl Failure {
    /// A failure: exit status 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hints: Vec::new(), status: FAILURE }
    }

    /// Wrong use: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { status: USAGE, ..Self::new(message) }
    }

    /// An interruption: exit status 130.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self { status: INTERRUPTED, ..Self::new(message) }
    }

    /// The reader of standard output is gone: nothing to say.
    fn closed_pipe() -> Self {
        Self { status: 0, ..Self::new("") }
    }

    /// The same failure with one more line of advice.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether standard output was closed by its reader.
    pub fn is_closed_pipe(&self) -> bool {
        self.status == 0
    }

    /// Says on standard error what went wrong, and returns the exit status.
    pub fn report(&self) -> ExitCode {
        if self.status != 0 {
            self.show();
        }
        ExitCode::from(self.status)
    }

    /// Says on standard error what went wrong.
    pub fn show(&self) {
        let error = AnsiColor::Red.on_default().bold();
        write_remark(format_args!("{error}error:{error:#} {}", self.message));
        self.hints.iter().for_each(hint);
    }
}

impl From<firth::Error> for Failure {
    fn from(error: firth::Error) -> Self {
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<io::Error>());
        if source.is_some_and(|source| source.kind() == IoErrorKind::BrokenPipe) {
            return Self::closed_pipe();
        }
        match error.kind() {
            ErrorKind::InvalidArgument => Self::usage(error.to_string()),
            _ => Self::new(error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    /// A failure to write to standard output.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            IoErrorKind::BrokenPipe => Self::closed_pipe(),
            _ => Self::new(format!("cannot write to standard output: {error}")),
        }
    }
}

/// Says on standard error what could be done.
pub fn hint(text: impl std::fmt::Display) {
    let hint = AnsiColor::Green.on_default().bold();
    write_remark(format_args!("{hint}hint:{hint:#} {text}"));
}

/// Writes a line to standard error; when that is closed there is nobody to tell.
fn write_remark(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Where remarks go: standard error, or nowhere.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    quiet: bool,
}

impl Console {
    /// A console; a `quiet` one shows nothing but errors.
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether only errors are shown.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// A line as it is.
    pub fn line(self, line: impl std::fmt::Display) {
        if !self.quiet {
            write_remark(format_args!("{line}"));
        }
    }

    /// A line of a summary: a label and what belongs to it.
    pub fn entry(self, label: &str, text: impl std::fmt::Display) {
        self.line(format_args!("{LABEL}{label:<11}{LABEL:#} {text}"));
    }

    /// Something to know, or to do another way next time.
    pub fn note(self, text: impl std::fmt::Display) {
        let note = AnsiColor::Yellow.on_default();
        self.line(format_args!("{note}note:{note:#} {text}"));
    }
}

/// Standard output for people, gathered into larger writes; styles are left out where it is no terminal.
pub fn results() -> impl Write {
    io::BufWriter::new(anstream::stdout().lock())
}

/// Writes `value` as one line of JSON.
pub fn write_json(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}

/// A word as it can be shown on one line: bytes that are not UTF-8 as U+FFFD, control characters as escapes.
pub fn shown(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    if !text.contains(char::is_control) {
        return text.into_owned();
    }
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_error_decides_the_status() {
        let status = |error: firth::Error| Failure::from(error).status;
        assert_eq!(status(firth::Error::invalid_argument("dim is 0")), USAGE);
        assert_eq!(status(firth::Error::new(ErrorKind::UnknownWord, "x")), FAILURE);
        let io = |kind: IoErrorKind| firth::Error::io("write", "x".as_ref(), kind.into());
        assert_eq!(status(io(IoErrorKind::StorageFull)), FAILURE);
        assert_eq!(status(io(IoErrorKind::BrokenPipe)), 0);
        assert!(Failure::from(io::Error::from(IoErrorKind::BrokenPipe)).is_closed_pipe());
    }

    #[test]
    fn words_are_shown_on_one_line() {
        assert_eq!(shown("żółw".as_bytes()), "żółw");
        assert_eq!(shown(b"a\x1b[31m\tb\n"), "a\\u{1b}[31m\\tb\\n");
        assert_eq!(shown(b"\xff\0"), "\u{fffd}\\u{0}");
    }
}
