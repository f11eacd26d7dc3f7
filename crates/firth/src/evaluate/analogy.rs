//! Do the vectors solve analogies?

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use super::Options;
use super::lookup::Lookup;
use super::outcome::{Outcome, Statistic};
use super::sets::AnalogySet;
use super::statistics::{Estimate, wilson};
use crate::model::{AnalogyMethod, WordVectors};

/// How many analogy questions were solved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalogyResult {
    /// The name of the set.
    pub name: String,
    /// Distinct words that are not known.
    pub missing_words: usize,
    /// Words among which an answer was searched (a, b and c are never answers).
    pub searched_words: usize,
    /// The accuracy of guessing: 1 / searched words.
    pub chance: f64,
    /// The sections, in file order.
    pub sections: Vec<SectionResult>,
    /// All sections about meaning, where the set has both sorts.
    pub semantic: Option<SectionResult>,
    /// All sections about grammar (see [`AnalogySection::is_syntactic`](super::sets::AnalogySection::is_syntactic)),
    /// where the set has both sorts.
    pub syntactic: Option<SectionResult>,
    /// All questions.
    pub total: SectionResult,
}

/// How many questions of a section were solved.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SectionResult {
    /// The name of the section.
    pub name: String,
    /// Questions in the section.
    pub questions: usize,
    /// Questions whose a, b, c and at least one accepted answer are known.
    pub answered: usize,
    /// By 3CosAdd.
    pub cos_add: Accuracy,
    /// By 3CosMul.
    pub cos_mul: Accuracy,
    /// The baseline: the word nearest to c, whatever a and b are (Linzen, "Issues in evaluating semantic spaces using
    /// word analogies", 2016).
    pub nearest_baseline: Accuracy,
}

/// How often the right answer came first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Accuracy {
    /// Questions with the right answer.
    pub correct: usize,
    /// Of the answered questions, with [Wilson's interval](wilson).
    pub of_answered: Option<Estimate>,
    /// Of all questions, those with unknown words being failures.
    pub of_all: Option<Estimate>,
}

/// Per question whether each method solved it; `None` where words are unknown.
struct Solved {
    cos_add: Vec<Option<bool>>,
    cos_mul: Vec<Option<bool>>,
    nearest: Vec<Option<bool>>,
}

pub(super) fn measure(
    vectors: &WordVectors,
    set: &AnalogySet,
    options: &Options,
) -> (AnalogyResult, Vec<Outcome>) {
    let words = options.first_words.unwrap_or(usize::MAX).min(vectors.len());
    let lookup = Lookup::new(&set.words, vectors.vocabulary(), words);
    let solved = solve(vectors, set, &lookup, words, options.threads);

    let mut ranges = Vec::with_capacity(set.sections.len());
    let mut start = 0;
    for section in &set.sections {
        ranges.push(start..start + section.questions.len());
        start += section.questions.len();
    }
    let of_sort = |name: &str, syntactic: bool| {
        let sections = set.sections.iter().zip(&ranges).filter(|(s, _)| s.is_syntactic() == syntactic);
        let ranges: Vec<Range<usize>> = sections.map(|(_, range)| range.clone()).collect();
        (!ranges.is_empty()).then(|| solved.section(name, &ranges))
    };
    let (semantic, syntactic) = match (of_sort("semantic", false), of_sort("syntactic", true)) {
        (Some(semantic), Some(syntactic)) => (Some(semantic), Some(syntactic)),
        _ => (None, None),
    };
    let sections = set.sections.iter().zip(&ranges);
    let result = AnalogyResult {
        name: set.name.clone(),
        missing_words: lookup.missing(),
        searched_words: words,
        chance: 1.0 / words.max(1) as f64,
        sections: sections.map(|(s, range)| solved.section(&s.name, std::slice::from_ref(range))).collect(),
        semantic,
        syntactic,
        total: solved.section("total", &ranges),
    };
    let outcome = |metric, hits: &[Option<bool>]| {
        let scores = hits.iter().map(|hit| hit.map(|hit| f64::from(u8::from(hit)))).collect();
        Outcome { metric, statistic: Statistic::Mean, scores }
    };
    let outcomes = vec![outcome("cos_add", &solved.cos_add), outcome("cos_mul", &solved.cos_mul)];
    (result, outcomes)
}

/// Asks all questions at once.
fn solve(vectors: &WordVectors, set: &AnalogySet, lookup: &Lookup, words: usize, threads: usize) -> Solved {
    let questions: Vec<_> = set.sections.iter().flat_map(|section| &section.questions).collect();
    let (mut asked, mut accepted, mut places) = (Vec::new(), Vec::<Vec<u32>>::new(), Vec::new());
    for (place, question) in questions.iter().enumerate() {
        let [a, b, c] = question.given.map(|word| lookup.id(word));
        let answers: Vec<u32> = question.answers.iter().filter_map(|&word| lookup.id(word)).collect();
        if let (Some(a), Some(b), Some(c), false) = (a, b, c, answers.is_empty()) {
            asked.push([a, b, c]);
            accepted.push(answers);
            places.push(place);
        }
    }
    let judge = |answers: &mut dyn Iterator<Item = Option<u32>>| {
        let mut hits = vec![None; questions.len()];
        for ((&place, accepted), answer) in places.iter().zip(&accepted).zip(answers) {
            hits[place] = Some(answer.is_some_and(|answer| accepted.contains(&answer)));
        }
        hits
    };
    let by = |method| {
        let answers = vectors.analogies(&asked, method, 1, Some(words), threads);
        judge(&mut answers.iter().map(|best| best.first().map(|found| found.id)))
    };
    Solved {
        cos_add: by(AnalogyMethod::CosAdd),
        cos_mul: by(AnalogyMethod::CosMul),
        nearest: judge(&mut nearest(vectors, &asked, words, threads).into_iter()),
    }
}

/// The word nearest to c that is none of a, b and c, for each question.
fn nearest(vectors: &WordVectors, asked: &[[u32; 3]], words: usize, threads: usize) -> Vec<Option<u32>> {
    let mut numbers = HashMap::new();
    let mut queries = Vec::new();
    for &[_, _, c] in asked {
        numbers.entry(c).or_insert_with(|| {
            queries.push(vectors.query(&[(1.0, c)]));
            queries.len() - 1
        });
    }
    // Of three neighbors of c, a and b can take two.
    let neighbors = vectors.neighbors_among(&queries, 3, words, threads);
    let answer = |&[a, b, c]: &[u32; 3]| {
        let ids = neighbors[numbers[&c]].iter().map(|neighbor| neighbor.id);
        ids.into_iter().find(|&id| id != a && id != b)
    };
    asked.iter().map(answer).collect()
}

impl Solved {
    /// The result for the questions in `ranges`.
    fn section(&self, name: &str, ranges: &[Range<usize>]) -> SectionResult {
        let questions = ranges.iter().map(Range::len).sum();
        let answered =
            ranges.iter().flat_map(|range| &self.cos_add[range.clone()]).filter(|hit| hit.is_some()).count();
        let accuracy = |hits: &[Option<bool>]| {
            let correct = ranges
                .iter()
                .flat_map(|range| &hits[range.clone()])
                .filter(|&&hit| hit == Some(true))
                .count();
            Accuracy { correct, of_answered: wilson(correct, answered), of_all: wilson(correct, questions) }
        };
        SectionResult {
            name: name.to_owned(),
            questions,
            answered,
            cos_add: accuracy(&self.cos_add),
            cos_mul: accuracy(&self.cos_mul),
            nearest_baseline: accuracy(&self.nearest),
        }
    }
}
