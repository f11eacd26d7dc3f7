//! Vocabularies as text files: `word TAB count`, one word a line.

use std::io::Write;
use std::path::Path;

use super::Vocabulary;
use crate::error::{Error, Result};

/// Reads a vocabulary: lines `word TAB count` in the order of the ids. The last TAB of a line splits it, so that words
/// may hold tabs; a carriage return at the end of a line is passed over.
///
/// # Errors
///
/// `Io` when the file cannot be read; `InvalidFormat`, with the line, for a line without TAB, an empty word, a count that
/// is no whole number, or a word that was there before, and for a file without words.
pub fn read_counts(path: &Path) -> Result<Vocabulary> {
    let text = std::fs::read(path).map_err(|error| Error::io("read", path, error))?;
    parse(path, &text)
}

/// Writes `vocabulary` so that [`read_counts`] reads the same words with the same counts and ids.
///
/// # Errors
///
/// `InvalidArgument` for a word that a line cannot hold (empty, or with a line end in it), before anything is written;
/// `Io` when `writer` fails.
pub fn write_counts(vocabulary: &Vocabulary, writer: &mut dyn Write) -> Result<()> {
    for (id, word) in vocabulary.words().enumerate() {
        if word.is_empty() || word.contains(&b'\n') {
            let problem = if word.is_empty() { "is empty" } else { "holds a line end" };
            let message = format!("word {id} {problem}: a file of `word TAB count` lines cannot hold it");
            return Err(Error::invalid_argument(message));
        }
    }
    let mut buffered = std::io::BufWriter::new(writer);
    let mut write_all = || {
        for (word, count) in vocabulary.words().zip(vocabulary.counts()) {
            buffered.write_all(word)?;
            writeln!(buffered, "\t{count}")?;
        }
        buffered.flush()
    };
    write_all().map_err(|error| Error::io("write", Path::new("the vocabulary"), error))
}

fn parse(path: &Path, text: &[u8]) -> Result<Vocabulary> {
    let mut words = Vec::new();
    let mut lines = Vec::new();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
        let wrong = |problem: String| Error::invalid_format(path, format_args!("line {number}"), problem);
        if text.is_empty() {
            return Err(wrong("found nothing, expected `word TAB count` lines".to_owned()));
        }
        let Some(tab) = memchr::memrchr(b'\t', line) else {
            return Err(wrong(format!("found {} without a TAB, expected `word TAB count`", shown(line))));
        };
        let (word, count) = (&line[..tab], line[tab + 1..].trim_ascii());
        if word.is_empty() {
            return Err(wrong("found an empty word, expected `word TAB count`".to_owned()));
        }
        let parsed = std::str::from_utf8(count).ok().filter(|digits| !digits.starts_with('+'));
        let Some(count) = parsed.and_then(|digits| digits.parse::<u64>().ok()) else {
            return Err(wrong(format!("found the count {}, expected a whole number", shown(count))));
        };
        words.push((word, count));
        lines.push(number);
    }
    let vocabulary = Vocabulary::from_words(words)
        .map_err(|error| Error::invalid_format(path, format_args!("line {}", lines.len()), error))?;
    for id in 0..vocabulary.len() as u32 {
        let first = vocabulary.first_equal(id);
        if first != id {
            let problem = format!("found {} again, it is in line {}", shown(vocabulary.word(id)), first + 1);
            return Err(Error::invalid_format(path, format_args!("line {}", id + 1), problem));
        }
    }
    Ok(vocabulary)
}

/// The beginning of `bytes` in quotes, for messages.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    let dots = if bytes.len() > MOST { "..." } else { "" };
    format!("{:?}{dots}", String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Vocabulary> {
        parse(Path::new("words.txt"), text)
    }

    #[test]
    fn the_last_tab_splits_and_line_ends_of_both_kinds_are_read() {
        let vocabulary = read(b"the\t9\r\na\tb\t3\n\xff\t0").unwrap();
        assert_eq!(vocabulary.words().collect::<Vec<_>>(), [&b"the"[..], b"a\tb", b"\xff"]);
        assert_eq!(vocabulary.counts(), [9, 3, 0]);
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        for (text, message) in [
            (&b""[..], "words.txt: line 1: found nothing"),
            (b"\n", "words.txt: line 1: found nothing"),
            (b"the\t9\nking 3\n", "words.txt: line 2: found \"king 3\" without a TAB"),
            (b"the\t9\n\nking\t3\n", "words.txt: line 2: found \"\" without a TAB"),
            (b"the\t9\n\t3\n", "words.txt: line 2: found an empty word"),
            (b"the\tmany\n", "words.txt: line 1: found the count \"many\", expected a whole number"),
            (b"the\t-1\n", "found the count \"-1\""),
            (b"the\t+1\n", "found the count \"+1\""),
            (b"the\t1.5\n", "found the count \"1.5\""),
            (b"the\t99999999999999999999\n", "expected a whole number"),
            (b"the\t1\nking\t1\nthe\t2\n", "words.txt: line 3: found \"the\" again, it is in line 1"),
            (b"a\t18446744073709551615\nb\t1\n", "line 2: vocabulary: the counts add up to 2^64 or more"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidFormat);
            assert!(error.to_string().contains(message), "{error}");
        }
        let error = read_counts(Path::new("no such file")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn words_that_no_line_can_hold_are_refused() {
        for word in [&b""[..], b"a\nb"] {
            let mut written = Vec::new();
            let vocabulary = Vocabulary::from_words([(&b"the"[..], 1), (word, 1)]).unwrap();
            let error = write_counts(&vocabulary, &mut written).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(written.is_empty());
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(words in prop::collection::hash_set("[ab\t\r\u{142} ]{1,5}", 1..50)) {
            let vocabulary = Vocabulary::from_words(words.iter().zip(0..)).unwrap();
            let mut written = Vec::new();
            write_counts(&vocabulary, &mut written).unwrap();
            let again = read(&written).unwrap();
            prop_assert_eq!(again.bytes(), vocabulary.bytes());
            prop_assert_eq!(again.offsets(), vocabulary.offsets());
            prop_assert_eq!(again.counts(), vocabulary.counts());
        }
    }
}
