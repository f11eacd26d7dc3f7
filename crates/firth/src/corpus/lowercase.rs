//! Lower case for text that need not be UTF-8.

use super::whitespace;

/// Writes `text` in lower case to `lower`, which is cleared first.
///
/// ASCII letters, nearly everything in much text, are lowered by the vector. Only a word with a byte above 127 is
/// decoded: as a whole, because Unicode's lower case looks at neighbours (a sigma at the end of a word). What is not
/// UTF-8 stays as it is.
pub(super) fn lowercase(text: &[u8], lower: &mut Vec<u8>) {
    lower.clear();
    let mut done = 0;
    while done < text.len() {
        let rest = &text[done..];
        let ascii = ascii_prefix(rest);
        let start = match rest.get(ascii) {
            None => ascii,
            Some(_) => rest[..ascii].iter().rposition(|&byte| whitespace::is(byte)).map_or(0, |at| at + 1),
        };
        let from = lower.len();
        lower.extend_from_slice(&rest[..start]);
        lower[from..].make_ascii_lowercase();
        let word = &rest[start..];
        let end = word.iter().position(|&byte| whitespace::is(byte)).unwrap_or(word.len());
        lowercase_word(&word[..end], lower);
        done += start + end;
    }
}

/// How many bytes of `text` come before its first byte above 127.
fn ascii_prefix(text: &[u8]) -> usize {
    let (windows, _) = text.as_chunks::<64>();
    let clear = windows.iter().position(|window| !window.is_ascii()).unwrap_or(windows.len()) * 64;
    clear + text[clear..].iter().position(|byte| !byte.is_ascii()).unwrap_or(text.len() - clear)
}

fn lowercase_word(word: &[u8], lower: &mut Vec<u8>) {
    for part in word.utf8_chunks() {
        lower.extend_from_slice(part.valid().to_lowercase().as_bytes());
        lower.extend_from_slice(part.invalid());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &[u8]) -> Vec<u8> {
        let mut lower = b"left over".to_vec();
        lowercase(text, &mut lower);
        lower
    }

    #[test]
    fn lower_case_is_unicode_and_keeps_invalid_bytes() {
        assert_eq!(of(b"The KING\xff \xc3 QUEEN\n"), b"the king\xff \xc3 queen\n");
        assert_eq!(
            of("\u{141}\u{d3}D\u{179} \u{39f}\u{394}\u{39f}\u{3a3} X".as_bytes()),
            "\u{142}\u{f3}d\u{17a} \u{3bf}\u{3b4}\u{3bf}\u{3c2} x".as_bytes()
        );
        assert_eq!(of(b""), b"");
    }

    proptest! {
        #[test]
        fn valid_text_is_lowered_as_the_standard_library_does(text in "[aAbB \n\u{130}\u{3a3}\u{3c3}\u{416}\u{df}]{0,200}") {
            prop_assert_eq!(of(text.as_bytes()), text.to_lowercase().into_bytes());
        }
    }
}
