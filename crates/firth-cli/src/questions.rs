//! Questions from standard input, one a line.
//!
//! Lines that are there already are answered together, which is much faster for many; the last line that is there is
//! answered before the next one is waited for, so that another program can hold a conversation.

use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::output::{Console, Failure};

/// Most lines that are answered together.
const BATCH: usize = 4096;
/// Bytes of standard input read at once.
const BUFFER: usize = 1 << 16;

/// An argument as bytes: words need not be UTF-8.
pub fn bytes_of(argument: &OsString) -> Vec<u8> {
    argument.as_encoded_bytes().to_vec()
}

/// The fields of a line: between tabs if it has any, otherwise between white space.
pub fn fields(line: &[u8]) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = match line.contains(&b'\t') {
        true => line.split(|&b| b == b'\t').map(<[u8]>::trim_ascii).collect(),
        false => line.split(u8::is_ascii_whitespace).collect(),
    };
    parts.into_iter().filter(|field| !field.is_empty()).map(<[u8]>::to_vec).collect()
}

/// What answers a batch of lines.
type Answer<'a> = &'a mut dyn FnMut(&[Vec<u8>]) -> Result<(), Failure>;

/// Calls `answer` with the lines of standard input (without blank ones) in batches. On a terminal `what` is asked for.
pub fn from_standard_input(console: Console, what: &str, answer: Answer<'_>) -> Result<(), Failure> {
    let stdin = io::stdin();
    let asks = stdin.is_terminal() && !console.is_quiet();
    if asks {
        console.line(format_args!("{what}, one a line; Ctrl-D ends"));
    }
    read_batches(io::BufReader::with_capacity(BUFFER, stdin.lock()), asks, answer)
}

fn read_batches(
    mut input: io::BufReader<impl io::Read>,
    asks: bool,
    answer: Answer<'_>,
) -> Result<(), Failure> {
    let mut batch = Vec::new();
    loop {
        if asks {
            let _ = write!(anstream::stderr(), "> ");
        }
        let mut line = Vec::new();
        let read = input.read_until(b'\n', &mut line);
        let read = read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        let line = line.trim_ascii();
        if !line.is_empty() {
            batch.push(line.to_vec());
        }
        let waiting = !input.buffer().contains(&b'\n');
        if !batch.is_empty() && (waiting || batch.len() == BATCH) {
            answer(&batch)?;
            batch.clear();
        }
        if read == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_there_are_answered_together() {
        let mut batches: Vec<Vec<String>> = Vec::new();
        let input = io::BufReader::with_capacity(8, &b"a\r\nb c\n\n  d\ne"[..]);
        read_batches(input, false, &mut |batch| {
            batches.push(batch.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect());
            Ok(())
        })
        .unwrap();
        let expected: Vec<Vec<String>> =
            vec![vec!["a".into(), "b c".into()], vec!["d".into()], vec!["e".into()]];
        assert_eq!(batches, expected);
    }

    #[test]
    fn tabs_allow_words_with_spaces() {
        assert_eq!(fields(b" king  man "), [b"king".to_vec(), b"man".to_vec()]);
        assert_eq!(fields(b"New York\tman\n"), [b"New York".to_vec(), b"man".to_vec()]);
    }
}
