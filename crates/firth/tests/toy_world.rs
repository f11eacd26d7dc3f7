//! The toy world holds what its truth says: its files are evaluation sets, and plain counting finds the truth.

use std::collections::HashMap;
use std::path::Path;

use firth::evaluate::sets::{EvaluationSet, Kind};
use firth::evaluate::{AnalogyResult, Options, SetResult, evaluate};
use firth::matrix::Matrix;
use firth::model::WordVectors;
use firth::toy_world::ToyWorld;
use firth::vocab::Vocabulary;

fn sets(world: &ToyWorld) -> Vec<EvaluationSet> {
    let read =
        |path: &str, content: &str| EvaluationSet::parse(Path::new(path), content.as_bytes(), None).unwrap();
    world.truth().iter().map(|file| read(file.path, &file.content)).collect()
}

#[test]
fn the_truth_is_a_suite_of_all_kinds() {
    let world = ToyWorld::new(1, 0);
    for (file, set) in world.truth().iter().zip(sets(&world)) {
        let folder = file.path.split('/').next().unwrap();
        assert_eq!(Some(set.kind()), Kind::from_folder(folder));
        match set {
            EvaluationSet::Similarity(set) => assert_eq!(set.pairs.len(), 600),
            EvaluationSet::Analogy(set) => {
                assert!(set.sections.iter().any(|section| section.is_syntactic()));
                assert!(set.sections.iter().all(|section| section.questions.len() >= 200));
            }
            EvaluationSet::Categorization(set) => assert!(set.categories.len() >= 10),
            EvaluationSet::Outlier(set) => {
                assert!(set.groups.iter().all(|group| group.members.len() >= 6 && group.outliers.len() == 8));
            }
        }
    }
}

/// Words within this distance are counted together.
const WINDOW: usize = 3;
/// The most frequent words, which make the components of the counted vectors.
const CONTEXTS: usize = 1500;

/// Vectors by counting: component j of word i is `max(0, ln(n(i,j) n / (n(i) n(j))))`, positive pointwise mutual
/// information (Church and Hanks, 1990) with the j-th most frequent word.
fn counted_vectors(corpus: &str) -> WordVectors {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    corpus.split_whitespace().for_each(|word| *counts.entry(word).or_default() += 1);
    let mut words: Vec<(&str, u64)> = counts.into_iter().filter(|&(_, count)| count >= 5).collect();
    words.sort_by_key(|&(word, count)| (std::cmp::Reverse(count), word));
    let vocabulary = Vocabulary::from_words(words.iter().copied()).unwrap();
    let mut matrix = Matrix::zeros(words.len(), CONTEXTS);
    for line in corpus.lines() {
        let ids: Vec<u32> = line.split(' ').filter_map(|word| vocabulary.id(word.as_bytes())).collect();
        for (i, &word) in ids.iter().enumerate() {
            let near = ids[i.saturating_sub(WINDOW)..i].iter().chain(ids[i + 1..].iter().take(WINDOW));
            for &context in near.filter(|&&context| (context as usize) < CONTEXTS) {
                matrix.row_mut(word as usize)[context as usize] += 1.0;
            }
        }
    }
    let total = corpus.split_whitespace().count() as f64 * 2.0 * WINDOW as f64;
    for (i, &(_, own)) in words.iter().enumerate() {
        for (cell, &(_, other)) in matrix.row_mut(i).iter_mut().zip(&words) {
            let share = (own * other) as f64 * (2 * WINDOW * 2 * WINDOW) as f64 / total;
            *cell = (f64::from(*cell) / share).ln().max(0.0) as f32;
        }
    }
    WordVectors::new(vocabulary, matrix)
}

#[test]
fn counting_finds_most_of_the_truth_and_not_all_of_it() {
    let world = ToyWorld::new(1, 400_000);
    let mut corpus = Vec::new();
    world.write_corpus(&mut corpus).unwrap();
    let vectors = counted_vectors(std::str::from_utf8(&corpus).unwrap());
    let evaluation = evaluate("counted", &vectors, &sets(&world), &Options::default());
    for result in &evaluation.sets {
        match result {
            SetResult::Similarity(result) => {
                assert_eq!(result.covered, result.pairs);
                assert!(result.spearman.unwrap().value > 0.6, "{result:?}");
                assert!(result.frequency_baseline.unwrap() < 0.4, "{result:?}");
            }
            SetResult::Analogy(result) => {
                let AnalogyResult { total, .. } = &**result;
                assert_eq!(total.answered, total.questions);
                let accuracy = total.cos_add.of_answered.unwrap().value;
                assert!((0.4..0.98).contains(&accuracy), "{total:?}");
                assert!(total.nearest_baseline.of_answered.unwrap().value < accuracy / 2.0, "{total:?}");
            }
            SetResult::Categorization(result) => {
                assert!(
                    result.purity.unwrap().value > 0.7 && result.random_baseline.unwrap() < 0.4,
                    "{result:?}"
                );
            }
            SetResult::Outlier(result) => {
                assert!(result.accuracy.unwrap().value > 0.6 && result.chance.unwrap() < 0.2, "{result:?}");
            }
        }
    }
}
