//! A small world whose truth is known: a corpus without download, and the answers that vectors trained on it must give.
//!
//! Scores on real sets mix what a trainer can do with what its text happens to say. Here the text is drawn from a grid
//! of entities (countries, relatives, adjectives, nouns, trades, opinions) and roles (capital, female, comparative,
//! plural, workplace, blame): a word's sentences mix topics of its entity with signs of its role, some of them wrong on
//! purpose, among invented filler words with Zipf frequencies. So the analogies along two rows of the grid, the order
//! of similarities, the categories and the outliers are true by construction, and [`ToyWorld::truth`] writes them down
//! in the formats of evaluation sets.
//!
//! The same seed gives the same bytes everywhere: only whole numbers are drawn.
//!
//! ```
//! use firth::toy_world::ToyWorld;
//!
//! let world = ToyWorld::new(1, 10_000);
//! let mut corpus = Vec::new();
//! let words = world.write_corpus(&mut corpus).unwrap();
//! assert!(words >= 10_000);
//! assert!(world.truth().iter().any(|file| file.path.starts_with("analogy")));
//! ```

mod lexicon;
mod sentences;
mod truth;

use std::io::{self, Write};

pub use truth::TruthFile;

use crate::rng::{Purpose, Stream};
use lexicon::{FAMILIES, FamilyText};
use sentences::Speaker;

/// Words of the corpus when nothing else is asked for.
pub const DEFAULT_WORDS: u64 = 1_500_000;
/// Below this number of words some words of the truth may be missing from the corpus.
pub const LEAST_WORDS: u64 = 40_000;

/// Invented filler words of the world.
const FILLERS: usize = 4_000;
/// Invented words that keep company with one word of the grid alone.
const QUIRKS: usize = 2;
/// What tells the stream of the invented words from that of the sentences.
const INVENTION: u64 = 0;

/// A generated world: its corpus and its truth.
#[derive(Clone, Debug)]
pub struct ToyWorld {
    seed: u64,
    words: u64,
    grid: Grid,
}

/// What the world consists of.
#[derive(Clone, Debug)]
struct Grid {
    families: Vec<Family>,
    fillers: Fillers,
}

/// A family with its lines taken apart.
#[derive(Clone, Debug)]
struct Family {
    text: &'static FamilyText,
    entities: Vec<Entity>,
    classes: Vec<Class>,
    /// The signs of each role.
    signs: Vec<Vec<&'static str>>,
}

/// A class of entities with the words that keep company with all of them.
#[derive(Clone, Debug)]
struct Class {
    name: &'static str,
    company: Vec<&'static str>,
}

/// A row of the grid.
#[derive(Clone, Debug)]
struct Entity {
    /// One word per role.
    forms: Vec<&'static str>,
    topics: Vec<String>,
    /// Per form, words that keep company with it alone.
    quirks: Vec<Vec<String>>,
    class: Option<usize>,
}

/// Invented words; `cumulative[r]` is the sum of the weights of the words of rank 0 to r.
#[derive(Clone, Debug)]
struct Fillers {
    words: Vec<String>,
    cumulative: Vec<u64>,
}

impl ToyWorld {
    /// The world of `seed` with a corpus of at least `words` words (it ends with the sentence that reaches them).
    ///
    /// [`DEFAULT_WORDS`] are enough to learn most of it; with fewer than [`LEAST_WORDS`] the truth may name words that
    /// the corpus does not hold.
    pub fn new(seed: u64, words: u64) -> Self {
        let mut inventor = Inventor::new(seed);
        let families = FAMILIES.iter().map(|text| Family::new(text, &mut inventor)).collect();
        let fillers = Fillers::new(&mut inventor);
        Self { seed, words, grid: Grid { families, fillers } }
    }

    /// The seed the world was made from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Writes the corpus, one sentence of lower-case words per line, and returns its number of words.
    ///
    /// # Errors
    /// What `out` reports. Writes are small: give it a buffer.
    pub fn write_corpus(&self, out: &mut dyn Write) -> io::Result<u64> {
        let mut speaker = Speaker::new(&self.grid, self.seed);
        let (mut words, mut sentence) = (0, Vec::new());
        while words < self.words {
            words += speaker.next_sentence(&mut sentence);
            out.write_all(&sentence)?;
        }
        Ok(words)
    }

    /// The truth, as evaluation files: analogies, similarities, categories and outliers.
    pub fn truth(&self) -> Vec<TruthFile> {
        truth::files(&self.grid, self.seed)
    }
}

impl Family {
    fn new(text: &'static FamilyText, inventor: &mut Inventor) -> Self {
        let (mut entities, mut classes) = (Vec::new(), Vec::<Class>::new());
        for line in text.entities.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (head, tail) = line.split_once(':').expect("a line of the lexicon has a colon");
            let tail = tail.split_whitespace();
            if let Some(name) = head.strip_prefix("= ") {
                classes.push(Class { name, company: tail.collect() });
                continue;
            }
            let mut topics: Vec<String> = tail.map(String::from).collect();
            topics.extend((0..text.invented_topics).map(|_| inventor.invent()));
            let class = classes.len().checked_sub(1);
            let forms: Vec<&str> = head.split_whitespace().collect();
            let quirks = forms.iter().map(|_| (0..QUIRKS).map(|_| inventor.invent()).collect()).collect();
            entities.push(Entity { forms, topics, quirks, class });
        }
        let signs = text.roles.iter().map(|role| role.signs.split_whitespace().collect()).collect();
        Self { text, entities, classes, signs }
    }
}

impl Fillers {
    /// Zipf's law in whole numbers: the word of rank r has weight 2^32 / (r + 1).
    fn new(inventor: &mut Inventor) -> Self {
        let words = (0..FILLERS).map(|_| inventor.invent()).collect();
        let weights = (1..=FILLERS as u64).map(|rank| (1 << 32) / rank);
        let cumulative = weights.scan(0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { words, cumulative: cumulative.collect() }
    }
}

/// Makes up words out of syllables, none of them twice and none that the lexicon has.
struct Inventor {
    stream: Stream,
    taken: std::collections::HashSet<String>,
}

impl Inventor {
    fn new(seed: u64) -> Self {
        let lexicon = FAMILIES.iter().flat_map(|family| {
            let sentences = family.roles.iter().flat_map(|role| role.sentences);
            let signs = family.roles.iter().map(|role| role.signs);
            sentences.chain(family.joint).copied().chain(signs).chain([family.entities])
        });
        let texts = lexicon.chain(lexicon::SMALL_TALK.iter().copied());
        let words = texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || c == ':'));
        Self {
            stream: Stream::new(seed, Purpose::ToyWorld, &[INVENTION]),
            taken: words.map(String::from).collect(),
        }
    }

    fn invent(&mut self) -> String {
        const ONSETS: &[&str] = &[
            "b", "br", "d", "dr", "f", "g", "gl", "h", "j", "k", "kr", "l", "m", "n", "p", "pl", "r", "s",
            "sk", "st", "t", "tr", "v", "w", "z",
        ];
        const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "oo"];
        const CODAS: &[&str] = &["", "", "", "l", "n", "r", "s", "m", "nd", "k"];
        loop {
            let mut word = String::new();
            for _ in 0..2 + self.stream.below(2) {
                for part in [ONSETS, VOWELS, CODAS] {
                    word.push_str(part[self.stream.below(part.len() as u64) as usize]);
                }
            }
            if self.taken.insert(word.clone()) {
                return word;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn corpus(seed: u64, words: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        ToyWorld::new(seed, words).write_corpus(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_lexicon_is_a_grid_without_double_words() {
        let world = ToyWorld::new(1, 0);
        let mut seen = HashSet::new();
        for family in &world.grid.families {
            for entity in &family.entities {
                assert_eq!(entity.forms.len(), family.text.roles.len(), "{:?}", entity.forms);
                assert!(entity.topics.len() >= 4, "{:?}", entity.forms);
                for form in &entity.forms {
                    assert!(seen.insert(*form), "{form} is twice in the grid");
                }
            }
            for role in family.text.roles {
                for sentence in role.sentences {
                    let tokens: Vec<&str> = sentence.split(' ').collect();
                    assert!(tokens.contains(&"X") && tokens.contains(&"T"), "{sentence}");
                    assert!(!tokens.contains(&"C") || !family.classes.is_empty(), "{sentence}");
                }
            }
        }
    }

    #[test]
    fn a_seed_gives_its_bytes_and_another_seed_others() {
        assert_eq!(corpus(3, 20_000), corpus(3, 20_000));
        assert_ne!(corpus(3, 20_000), corpus(4, 20_000));
        let (short, long) = (corpus(3, 5_000), corpus(3, 20_000));
        assert_eq!(short, long[..short.len()], "a shorter corpus is the start of a longer one");
    }

    #[test]
    fn sentences_are_lines_of_lower_case_words() {
        let bytes = corpus(5, 30_000);
        let text = std::str::from_utf8(&bytes).unwrap();
        let mut words = 0;
        for line in text.strip_suffix('\n').unwrap().split('\n') {
            for word in line.split(' ') {
                assert!(
                    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                    "{line:?}"
                );
                words += 1;
            }
        }
        assert!((30_000..30_020).contains(&words), "{words}");
    }

    #[test]
    fn every_word_of_the_truth_is_in_the_corpus() {
        for seed in 0..20 {
            let world = ToyWorld::new(seed, LEAST_WORDS);
            let bytes = corpus(seed, LEAST_WORDS);
            let corpus: HashSet<&[u8]> = bytes.split(|b| b" \n".contains(b)).collect();
            let forms = world.grid.families.iter().flat_map(|family| &family.entities).flat_map(|e| &e.forms);
            let forms = forms.map(|form| form.as_bytes().to_vec());
            for word in forms.chain(truth::words(&world.truth())) {
                assert!(corpus.contains(word.as_slice()), "seed {seed}: {}", String::from_utf8_lossy(&word));
            }
        }
    }
}
