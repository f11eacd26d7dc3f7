//! Unicode words in text that need not be UTF-8.

use unicode_segmentation::UnicodeSegmentation;

/// Calls `found` with the range of each word in `chunk`, which holds no ASCII whitespace.
///
/// Words are the segments between the boundaries of UAX #29 that hold a letter or a digit. Whitespace always separates
/// them, so a text may be cut there first. A byte that is not UTF-8 is taken for a letter: in Latin-1 text that keeps
/// "caf\xe9s" whole.
pub(super) fn split(chunk: &[u8], mut found: impl FnMut(usize, usize)) {
    if chunk.iter().all(u8::is_ascii_alphanumeric) {
        return found(0, chunk.len());
    }
    match std::str::from_utf8(chunk) {
        Ok(text) => split_valid(text, found),
        Err(_) => {
            // A letter of one byte in the place of each invalid byte: all ranges stay the same.
            let mut patched = String::with_capacity(chunk.len());
            for part in chunk.utf8_chunks() {
                patched.push_str(part.valid());
                patched.extend(part.invalid().iter().map(|_| 'x'));
            }
            split_valid(&patched, &mut found);
        }
    }
}

fn split_valid(text: &str, mut found: impl FnMut(usize, usize)) {
    for (start, word) in text.unicode_word_indices() {
        found(start, start + word.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(chunk: &[u8]) -> Vec<&[u8]> {
        let mut words = Vec::new();
        split(chunk, |start, end| words.push(&chunk[start..end]));
        words
    }

    #[test]
    fn punctuation_is_left_out_and_inner_marks_are_kept() {
        assert_eq!(of(b"king"), [b"king"]);
        assert_eq!(of(b"(king,"), [b"king"]);
        assert_eq!(of(b"don't"), [b"don't"]);
        assert_eq!(of(b"3.14,"), [&b"3.14"[..]]);
        assert_eq!(of(b"well-known"), [&b"well"[..], b"known"]);
        assert_eq!(of(b"--"), [] as [&[u8]; 0]);
        assert_eq!(
            of("za\u{17c}\u{f3}\u{142}\u{107}!".as_bytes()),
            ["za\u{17c}\u{f3}\u{142}\u{107}".as_bytes()]
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_letters() {
        assert_eq!(of(b"\"caf\xe9s\","), [b"caf\xe9s"]);
        assert_eq!(of(b"\xff\xfe"), [b"\xff\xfe"]);
        assert_eq!(of(b"!\xe2\x82!"), [b"\xe2\x82"]);
    }
}
