//! The sentences of the toy world, drawn from a seed.

use super::Grid;
use super::lexicon::SMALL_TALK;
use crate::rng::{Purpose, Stream};

/// Of 100 topics in a sentence, this many are drawn from another entity: the world is not pure.
const TOPIC_NOISE_PERCENT: u64 = 35;
/// Of 100 signs in a sentence, this many are drawn from another role.
const SIGN_NOISE_PERCENT: u64 = 50;
/// Of 100 topics in a sentence, this many are quirks, which belong to one word alone and follow no analogy.
const QUIRK_PERCENT: u64 = 20;
/// Of 100 sentences about an entity, this many name several of its forms at once.
const JOINT_PERCENT: u64 = 10;
/// Of 100 sentences, this many say nothing about the world.
const SMALL_TALK_PERCENT: u64 = 40;
/// What tells the stream of the sentences from that of the invented words.
const SENTENCES: u64 = 1;

/// One cell of the grid: the word of an entity in a role.
#[derive(Clone, Copy)]
struct Cell {
    family: usize,
    entity: usize,
    role: usize,
}

/// Draws sentences without end: a seeded state machine over decks of cells.
///
/// Words of the grid come from a shuffled deck that holds every cell one to six times (earlier entities of a family
/// more often), so that each of them has occurred once a deck has been dealt.
pub(super) struct Speaker<'a> {
    grid: &'a Grid,
    stream: Stream,
    deck: Vec<Cell>,
    dealt: usize,
}

impl<'a> Speaker<'a> {
    pub fn new(grid: &'a Grid, seed: u64) -> Self {
        let mut deck = Vec::new();
        for (f, family) in grid.families.iter().enumerate() {
            let entities = family.entities.len();
            for entity in 0..entities {
                let copies = 6 - 6 * entity / entities;
                for role in 0..family.text.roles.len() {
                    deck.extend((0..copies).map(|_| Cell { family: f, entity, role }));
                }
            }
        }
        let dealt = deck.len();
        Self { grid, stream: Stream::new(seed, Purpose::ToyWorld, &[SENTENCES]), deck, dealt }
    }

    /// Replaces `sentence` by the next one (words joined by spaces, a line feed at the end); its number of words.
    pub fn next_sentence(&mut self, sentence: &mut Vec<u8>) -> u64 {
        sentence.clear();
        let words = if self.percent(SMALL_TALK_PERCENT) {
            let template = self.pick(SMALL_TALK);
            self.speak(template, None, sentence)
        } else {
            let joint = self.percent(JOINT_PERCENT);
            // A joint sentence may leave the form of its cell out, so it takes no card from the deck.
            let cell = if joint { self.any() } else { self.deal() };
            let text = self.grid.families[cell.family].text;
            let template = self.pick(if joint { text.joint } else { text.roles[cell.role].sentences });
            self.speak(template, Some(cell), sentence)
        };
        sentence.push(b'\n');
        words
    }

    /// The next cell of the deck; a dealt deck is shuffled anew (Fisher and Yates).
    fn deal(&mut self) -> Cell {
        if self.dealt == self.deck.len() {
            for i in (1..self.deck.len()).rev() {
                let j = self.stream.below(i as u64 + 1) as usize;
                self.deck.swap(i, j);
            }
            self.dealt = 0;
        }
        self.dealt += 1;
        self.deck[self.dealt - 1]
    }

    /// Any cell, as often as the deck holds it.
    fn any(&mut self) -> Cell {
        self.deck[self.stream.below(self.deck.len() as u64) as usize]
    }

    /// Fills the slots of `template`.
    fn speak(&mut self, template: &str, cell: Option<Cell>, sentence: &mut Vec<u8>) -> u64 {
        let mut words = 0;
        for token in template.split(' ') {
            if words > 0 {
                sentence.push(b' ');
            }
            words += 1;
            let word = match (token, cell) {
                ("F", _) => self.filler(),
                ("X", Some(cell)) => self.grid.families[cell.family].entities[cell.entity].forms[cell.role],
                ("T", Some(cell)) => self.topic(cell),
                ("R", Some(cell)) => self.sign(cell),
                ("C", Some(cell)) => self.company(cell),
                (other, cell) => match (other.parse::<usize>(), cell) {
                    (Ok(role), Some(cell)) => {
                        self.grid.families[cell.family].entities[cell.entity].forms[role]
                    }
                    _ => other,
                },
            };
            sentence.extend_from_slice(word.as_bytes());
        }
        words
    }

    /// A topic of the cell's entity or, as noise, a quirk of the cell's word or a topic of any entity of the family.
    fn topic(&mut self, cell: Cell) -> &'a str {
        if self.percent(QUIRK_PERCENT) {
            let entity = &self.grid.families[cell.family].entities[cell.entity];
            return self.pick(&entity.quirks[cell.role]);
        }
        let entities = &self.grid.families[cell.family].entities;
        let noisy = self.percent(TOPIC_NOISE_PERCENT);
        let entity = if noisy { self.stream.below(entities.len() as u64) as usize } else { cell.entity };
        self.pick(&entities[entity].topics)
    }

    /// A sign of the cell's role, or, as noise, of any role of the family.
    fn sign(&mut self, cell: Cell) -> &'a str {
        let signs = &self.grid.families[cell.family].signs;
        let noisy = self.percent(SIGN_NOISE_PERCENT);
        let role = if noisy { self.stream.below(signs.len() as u64) as usize } else { cell.role };
        self.pick(&signs[role])
    }

    /// A word that keeps company with the class of the cell's entity.
    fn company(&mut self, cell: Cell) -> &'a str {
        let family = &self.grid.families[cell.family];
        match family.entities[cell.entity].class {
            Some(class) => self.pick(&family.classes[class].company),
            None => self.filler(),
        }
    }

    /// A filler word: the word of rank r with a probability that falls as 1/r.
    fn filler(&mut self) -> &'a str {
        let fillers = &self.grid.fillers;
        let total = *fillers.cumulative.last().expect("there are filler words");
        let draw = self.stream.below(total);
        &fillers.words[fillers.cumulative.partition_point(|&c| c <= draw)]
    }

    fn pick<'b>(&mut self, words: &'b [impl AsRef<str>]) -> &'b str {
        words[self.stream.below(words.len() as u64) as usize].as_ref()
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.stream.below(100) < percent
    }
}
