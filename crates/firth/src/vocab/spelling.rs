//! Words spelled like another: bounded edit distance, bit-parallel.
//!
//! A whole vocabulary is compared in one scan. The distance counts inserted, deleted, replaced and swapped neighbouring
//! letters ("optimal string alignment"). One word of the vocabulary costs a few instructions a letter: a column of the
//! textbook table fits into the bits of one register (Myers 1999; Hyyro 2003 for swaps).

use std::collections::HashMap;

/// Up to `n` positions in `words` that are spelled like `word`, nearest first.
pub(super) fn nearest<'a>(word: &[u8], words: impl Iterator<Item = &'a [u8]>, n: usize) -> Vec<u32> {
    let target = Target::new(word);
    let allowed = allowed_edits(target.length);
    // (edits, case differs, id), sorted; never longer than n.
    let mut best: Vec<(usize, bool, u32)> = Vec::with_capacity(n.min(64) + 1);
    for (id, candidate) in words.enumerate() {
        let bound = if best.len() < n { allowed } else { best.last().map_or(0, |worst| worst.0) };
        if n == 0 || !target.may_be_within(candidate, bound) {
            continue;
        }
        let Some(edits) = target.edits(candidate, bound) else { continue };
        let found = (edits, edits == 0 && candidate != word, id as u32);
        let place = best.partition_point(|other| *other < found);
        if place < n {
            best.insert(place, found);
            best.truncate(n);
        }
    }
    best.into_iter().map(|(_, _, id)| id).collect()
}

/// How many edits still look like the same word.
fn allowed_edits(length: usize) -> usize {
    match length {
        0..=2 => 1,
        3..=5 => 2,
        _ => (length / 3).min(4),
    }
}

/// Letters of the target that fit into one register.
const REGISTER: usize = 64;

/// The word that others are compared with, in lower case.
struct Target {
    length: usize,
    letters: Vec<char>,
    /// For each ASCII letter, bit i is set where it is letter i of the target (the first 64).
    ascii: [u64; 128],
    others: HashMap<char, u64>,
}

impl Target {
    fn new(word: &[u8]) -> Self {
        let letters: Vec<char> = letters(word).collect();
        let mut ascii = [0; 128];
        let mut others = HashMap::new();
        for (i, &letter) in letters.iter().take(REGISTER).enumerate() {
            match ascii.get_mut(letter as usize) {
                Some(places) => *places |= 1 << i,
                None => *others.entry(letter).or_insert(0) |= 1u64 << i,
            }
        }
        Self { length: letters.len(), letters, ascii, others }
    }

    /// Cheap first look: the lengths alone. A letter is one to four bytes.
    #[inline]
    fn may_be_within(&self, candidate: &[u8], bound: usize) -> bool {
        candidate.len() + bound >= self.length && candidate.len() <= 4 * (self.length + bound)
    }

    /// The edits between target and candidate, if they are at most `bound`.
    fn edits(&self, candidate: &[u8], bound: usize) -> Option<usize> {
        let edits = match self.length {
            0 => letters(candidate).count(),
            1..=REGISTER => {
                // In ASCII, letters are bytes: no decoding.
                if candidate.is_ascii() {
                    if candidate.len() > self.length + bound {
                        return None;
                    }
                    self.scan(candidate.iter().map(|byte| self.ascii[byte.to_ascii_lowercase() as usize]))
                } else {
                    self.scan(letters(candidate).map(|letter| self.places(letter)))
                }
            }
            _ => by_table(&self.letters, &letters(candidate).collect::<Vec<char>>()),
        };
        (edits <= bound).then_some(edits)
    }

    fn places(&self, letter: char) -> u64 {
        match self.ascii.get(letter as usize) {
            Some(&places) => places,
            None => self.others.get(&letter).copied().unwrap_or(0),
        }
    }

    /// One column of the table for each letter of the candidate, given as the letter's places in the target. A column is
    /// kept as differences between neighbours: bit i of `up` (`down`) says that cell i + 1 is one above (below) cell i.
    #[inline]
    fn scan(&self, candidate: impl Iterator<Item = u64>) -> usize {
        let last = 1u64 << (self.length - 1);
        let (mut up, mut down) = (u64::MAX, 0u64);
        let (mut diagonal, mut places_before) = (0u64, 0u64);
        let mut edits = self.length;
        for places in candidate {
            let swapped = (((!diagonal) & places) << 1) & places_before;
            diagonal = (((places & up).wrapping_add(up)) ^ up) | places | down | swapped;
            let mut right_up = down | !(diagonal | up);
            let mut right_down = diagonal & up;
            edits += usize::from(right_up & last != 0);
            edits -= usize::from(right_down & last != 0);
            // Row 0 of the table counts the candidate's letters: it rises by one a column.
            right_up = (right_up << 1) | 1;
            right_down <<= 1;
            up = right_down | !(diagonal | right_up);
            down = right_up & diagonal;
            places_before = places;
        }
        edits
    }
}

/// Lower-case letters of `word`; what is not UTF-8 is U+FFFD. Letters whose lower case is more than one letter stay.
fn letters(word: &[u8]) -> impl Iterator<Item = char> {
    let lower = |letter: char| {
        let mut lower = letter.to_lowercase();
        if lower.len() == 1 { lower.next().unwrap_or(letter) } else { letter }
    };
    let decoded = |part: std::str::Utf8Chunk<'_>| {
        let broken = if part.invalid().is_empty() { None } else { Some(char::REPLACEMENT_CHARACTER) };
        part.valid().chars().chain(broken).collect::<Vec<char>>()
    };
    word.utf8_chunks().flat_map(decoded).map(lower)
}

/// The textbook table, row by row: for targets longer than a register.
fn by_table(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(word: &str, words: &[&str], n: usize) -> Vec<u32> {
        nearest(word.as_bytes(), words.iter().map(|word| word.as_bytes()), n)
    }

    #[test]
    fn the_nearest_come_first_and_the_frequent_among_equals() {
        let words = ["the", "kings", "king", "King", "knig", "sing", "queen"];
        assert_eq!(of("kign", &words, 3), [2, 3, 1]);
        assert_eq!(of("king", &words, 10), [2, 3, 1, 4, 5]);
        assert_eq!(of("KING", &words, 2), [2, 3]);
        assert!(of("xyzzyx", &words, 5).is_empty());
        assert!(of("king", &words, 0).is_empty());
        assert!(of("", &words, 5).is_empty());
    }

    #[test]
    fn letters_are_letters_not_bytes() {
        assert_eq!(of("zolw", &["\u{17c}\u{f3}\u{142}w", "zolty"], 5), [1]);
        assert_eq!(of("\u{17b}\u{d3}LW", &["\u{17c}\u{f3}\u{142}w"], 5), [0]);
        assert_eq!(nearest(b"caf\xe9", [&b"caf\xe8"[..], b"cafe"].into_iter(), 5), [0, 1]);
    }

    #[test]
    fn a_word_longer_than_a_register_is_compared_too() {
        let long = "ab".repeat(100);
        let mut other = long.clone();
        other.push('c');
        assert_eq!(of(&long, &["ab", &other], 5), [1]);
    }

    proptest! {
        #[test]
        fn bits_and_table_agree(a in "[abc\u{142}]{1,64}", b in "[abc\u{142}]{0,70}") {
            let letters = |word: &str| word.chars().collect::<Vec<char>>();
            let expected = by_table(&letters(&a), &letters(&b));
            prop_assert_eq!(Target::new(a.as_bytes()).edits(b.as_bytes(), usize::MAX >> 8), Some(expected));
        }
    }
}
