//! Public evaluation sets, where they lie beside the repository, are read whole.

use std::path::{Path, PathBuf};

use firth::evaluate::sets::{EvaluationSet, Kind, read_set, read_suite};

/// The folder of the sets; a missing one is said on standard error, and the test has nothing to do.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/eval");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no evaluation sets in {}", folder.display());
    None
}

/// Entries of a set: pairs, questions, words or tests.
fn size(set: &EvaluationSet) -> usize {
    match set {
        EvaluationSet::Similarity(set) => set.pairs.len(),
        EvaluationSet::Analogy(set) => set.sections.iter().map(|section| section.questions.len()).sum(),
        EvaluationSet::Categorization(set) => set.members.len(),
        EvaluationSet::Outlier(set) => set.groups.iter().map(|group| group.outliers.len()).sum(),
    }
}

#[test]
fn every_public_set_is_read_to_its_last_line() {
    let Some(folder) = folder() else { return };
    let sets = read_suite(&folder).unwrap();
    for (kind, name, entries) in [
        (Kind::Similarity, "ws353", 353),
        (Kind::Similarity, "simlex999", 999),
        (Kind::Similarity, "men", 3000),
        (Kind::Similarity, "rw", 2034),
        (Kind::Similarity, "pku500-zh", 500),
        (Kind::Analogy, "google", 19_544),
        (Kind::Analogy, "google-pl", 24_570),
        (Kind::Analogy, "google-ko", 10_000),
        (Kind::Analogy, "msr", 8000),
        (Kind::Analogy, "bats-sample", 9800),
        (Kind::Analogy, "ca8-zh-semantic", 7636),
        (Kind::Categorization, "ap", 402),
        (Kind::Categorization, "essli2008", 45),
        (Kind::Outlier, "8-8-8", 64),
        (Kind::Outlier, "doesntfit-de", 110),
    ] {
        let Some(set) = sets.iter().find(|set| set.name() == name) else {
            eprintln!("skipped: no set {name}");
            continue;
        };
        assert_eq!((set.kind(), size(set)), (kind, entries), "{name}");
    }
}

#[test]
fn the_kind_of_a_public_set_is_told_without_its_folder() {
    let Some(folder) = folder() else { return };
    for kind in ["similarity", "analogy", "categorization", "outlier"] {
        let Ok(entries) = std::fs::read_dir(folder.join(kind)) else {
            eprintln!("skipped: no folder {kind}");
            continue;
        };
        for path in
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().unwrap() == "tsv")
        {
            let set = EvaluationSet::parse(&path, &std::fs::read(&path).unwrap(), None).unwrap();
            assert_eq!(Some(set.kind()), Kind::from_folder(kind), "{}", path.display());
        }
    }
}

#[test]
fn pairs_make_the_questions_that_were_published() {
    let Some(folder) = folder() else { return };
    let paths = ["bats-sample.tsv", "bats-sample.pairs.tsv"].map(|name| folder.join("analogy").join(name));
    if let Some(missing) = paths.iter().find(|path| !path.is_file()) {
        eprintln!("skipped: no {}", missing.display());
        return;
    }
    let [published, made] = paths.map(|path| match read_set(path).unwrap() {
        EvaluationSet::Analogy(set) => set,
        other => panic!("{other:?}"),
    });
    for (one, other) in published.sections.iter().zip(&made.sections) {
        assert_eq!((&one.name, one.questions.len()), (&other.name, other.questions.len()));
        for (published_question, question) in one.questions.iter().zip(&other.questions) {
            for (&word, &other) in published_question.given.iter().zip(&question.given) {
                assert_eq!(published.words.word(word), made.words.word(other));
            }
            assert_eq!(published_question.answers.len(), question.answers.len());
        }
    }
}
