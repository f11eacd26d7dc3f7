//! The questions of the demo and the answers that the vectors give.

use firth::model::{AnalogyMethod, Expression, WordVectors};
use firth::toy_world::TruthFile;

/// Words whose neighbours are shown, where the world has them.
const WORDS: [&str; 6] = ["king", "paris", "teacher", "dogs", "coldest", "king - man + woman"];
/// Neighbours shown of each.
const NEIGHBORS: usize = 5;
/// Words of a group among which a stranger is to be found.
const GROUP: usize = 3;

/// Questions with their answers.
pub struct Examples {
    pub neighbors: Vec<Neighbors>,
    pub analogies: Vec<Analogy>,
    pub odd: Vec<Odd>,
}

/// A question and the words found.
pub struct Neighbors {
    pub query: String,
    pub found: Vec<(String, f32)>,
}

/// A question of the truth, its answer and the vectors'.
pub struct Analogy {
    pub section: String,
    pub question: [String; 3],
    pub expected: String,
    pub found: String,
}

/// A group with one stranger, and the word that the vectors find odd.
pub struct Odd {
    pub words: Vec<String>,
    pub expected: String,
    pub found: String,
}

impl Examples {
    /// Asks `vectors`; analogies and groups are taken from the truth.
    pub fn ask(vectors: &WordVectors, truth: &[TruthFile], threads: usize) -> Self {
        let content = |folder: &str| {
            let file = truth.iter().find(|file| file.path.starts_with(folder));
            file.map_or("", |file| file.content.as_str())
        };
        Self {
            neighbors: neighbors(vectors, threads),
            analogies: analogies(vectors, content("analogy"), threads),
            odd: odd(vectors, content("outlier")),
        }
    }
}

fn word(vectors: &WordVectors, id: u32) -> String {
    vectors.vocabulary().display(id).into_owned()
}

fn neighbors(vectors: &WordVectors, threads: usize) -> Vec<Neighbors> {
    let known = WORDS.into_iter().filter_map(|text| {
        let query = Expression::parse(text).ok()?.resolve(vectors).ok()?;
        Some((text, query))
    });
    let (texts, queries): (Vec<_>, Vec<_>) = known.unzip();
    let answers = vectors.neighbors(&queries, NEIGHBORS, threads);
    let pairs = texts.into_iter().zip(answers);
    pairs
        .map(|(query, found)| Neighbors {
            query: query.to_owned(),
            found: found.iter().map(|one| (word(vectors, one.id), one.similarity)).collect(),
        })
        .collect()
}

/// The first question of each section.
fn analogies(vectors: &WordVectors, truth: &str, threads: usize) -> Vec<Analogy> {
    let mut found = Vec::new();
    let mut lines = truth.lines();
    while let Some(line) = lines.next() {
        let Some(section) = line.strip_prefix(": ") else { continue };
        let words: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let &[a, b, c, d] = &words[..] else { continue };
        let ids: Option<Vec<u32>> =
            [a, b, c].iter().map(|word| vectors.vocabulary().id(word.as_bytes())).collect();
        let Some(&[a_id, b_id, c_id]) = ids.as_deref() else { continue };
        let answers = vectors.analogies(&[[a_id, b_id, c_id]], AnalogyMethod::CosAdd, 1, None, threads);
        let Some(answer) = answers[0].first() else { continue };
        found.push(Analogy {
            section: section.to_owned(),
            question: [a, b, c].map(str::to_owned),
            expected: d.to_owned(),
            found: word(vectors, answer.id),
        });
    }
    found
}

/// Of every third group some members and a stranger.
fn odd(vectors: &WordVectors, truth: &str) -> Vec<Odd> {
    let mut groups: Vec<(&str, Vec<&str>, Vec<&str>)> = Vec::new();
    for line in truth.lines() {
        let &[name, role, word] = &line.split('\t').collect::<Vec<_>>()[..] else { continue };
        if groups.last().is_none_or(|group| group.0 != name) {
            groups.push((name, Vec::new(), Vec::new()));
        }
        if let Some((_, members, strangers)) = groups.last_mut() {
            if role == "in" { members.push(word) } else { strangers.push(word) }
        }
    }
    let asked = groups.into_iter().enumerate().step_by(3).filter_map(|(i, (_, members, strangers))| {
        let stranger = *strangers.get(i % strangers.len().max(1))?;
        let mut words = members[..GROUP.min(members.len())].to_vec();
        words.insert(i % (words.len() + 1), stranger);
        let ids: Option<Vec<u32>> =
            words.iter().map(|word| vectors.vocabulary().id(word.as_bytes())).collect();
        let first = *vectors.odd(&ids?).first()?;
        Some(Odd {
            words: words.into_iter().map(str::to_owned).collect(),
            expected: stranger.to_owned(),
            found: word(vectors, first.id),
        })
    });
    asked.collect()
}
