use std::path::Path;

use super::sets::Kind;
use super::*;
use crate::matrix::Matrix;
use crate::vocab::Vocabulary;

const OPTIONS: Options = Options { threads: 2, seed: 1, resamples: 200, first_words: None };

/// Vectors whose words have falling counts.
fn vectors(rows: &[(&str, &[f32])]) -> WordVectors {
    let counts = (1..=rows.len() as u64).rev();
    let words = rows.iter().zip(counts).map(|((word, _), count)| (*word, count));
    let mut matrix = Matrix::zeros(rows.len(), rows[0].1.len());
    for (i, (_, row)) in rows.iter().enumerate() {
        matrix.row_mut(i).copy_from_slice(row);
    }
    WordVectors::new(Vocabulary::from_words(words).unwrap(), matrix)
}

fn set(kind: Kind, text: &str) -> EvaluationSet {
    EvaluationSet::parse(Path::new("set.tsv"), text.as_bytes(), Some(kind)).unwrap()
}

fn one(vectors: &WordVectors, set: EvaluationSet, options: &Options) -> SetResult {
    evaluate("test", vectors, &[set], options).sets.remove(0)
}

fn similarity(vectors: &WordVectors, text: &str) -> SimilarityResult {
    match one(vectors, set(Kind::Similarity, text), &OPTIONS) {
        SetResult::Similarity(result) => result,
        other => panic!("{other:?}"),
    }
}

fn analogy(vectors: &WordVectors, text: &str, options: &Options) -> AnalogyResult {
    match one(vectors, set(Kind::Analogy, text), options) {
        SetResult::Analogy(result) => *result,
        other => panic!("{other:?}"),
    }
}

fn categorization(vectors: &WordVectors, text: &str) -> CategorizationResult {
    match one(vectors, set(Kind::Categorization, text), &OPTIONS) {
        SetResult::Categorization(result) => result,
        other => panic!("{other:?}"),
    }
}

fn outlier(vectors: &WordVectors, text: &str) -> OutlierResult {
    match one(vectors, set(Kind::Outlier, text), &OPTIONS) {
        SetResult::Outlier(result) => result,
        other => panic!("{other:?}"),
    }
}

/// Words on a circle: the smaller the angle, the more similar.
fn circle() -> WordVectors {
    vectors(&[("a", &[1.0, 0.0]), ("b", &[0.9, 0.3]), ("c", &[0.5, 0.8]), ("d", &[-0.2, 1.0])])
}

#[test]
fn pairs_in_the_order_of_the_grades_correlate_fully() {
    let result = similarity(&circle(), "a\tb\t9\na\tc\t5\na\td\t1\n");
    assert_eq!((result.pairs, result.covered, result.missing_words), (3, 3, 0));
    assert_eq!(result.spearman.unwrap().value, 1.0);
    assert_eq!(result.spearman, result.spearman_missing_zero);
    assert_eq!(result.frequency_baseline, Some(1.0), "counts fall along the circle too");
}

#[test]
fn pairs_with_unknown_words_are_left_out_or_count_as_zero() {
    // Without the unknown pair the order is right. With similarity 0 it comes third of four, where people put it first.
    let result = similarity(&circle(), "a\tb\t9\na\tc\t5\na\td\t1\na\tnowhere\t10\n");
    assert_eq!((result.pairs, result.covered, result.missing_words), (4, 3, 1));
    assert_eq!(result.spearman.unwrap().value, 1.0);
    // Ranks of the grades 3 2 1 4, of the cosines 4 3 1 2: 1 - 6 * (1 + 1 + 0 + 4) / (4 * 15).
    assert!((result.spearman_missing_zero.unwrap().value - 0.4).abs() < 1e-12);
}

#[test]
fn a_set_without_known_words_has_no_score() {
    let result = similarity(&circle(), "x\ty\t9\nx\tz\t5\n");
    assert_eq!((result.covered, result.missing_words), (0, 3));
    assert_eq!(
        (result.spearman, result.spearman_missing_zero, result.frequency_baseline),
        (None, None, None)
    );
    let result = analogy(&circle(), "x y z w\n", &OPTIONS);
    assert_eq!((result.total.answered, result.total.cos_add.of_answered), (0, None));
    assert_eq!(result.total.cos_add.of_all.unwrap().value, 0.0);
    let result = categorization(&circle(), "p\tx\nq\ty\n");
    assert_eq!(
        (result.covered, result.categories, result.purity, result.random_baseline),
        (0, 0, None, None)
    );
    let result = outlier(&circle(), "g\tin\tx\ng\tin\ty\ng\tout\tz\n");
    assert_eq!((result.covered, result.accuracy, result.position, result.chance), (0, None, None, None));
}

#[test]
fn words_are_looked_up_as_written_then_in_lower_case() {
    let vectors = vectors(&[("łódź", &[1.0, 0.0]), ("Rome", &[0.8, 0.6]), ("rome", &[0.0, 1.0])]);
    let result = similarity(&vectors, "ŁÓDŹ\tRome\t9\nłódź\tROME\t5\nłódź\tRomE\t5\n");
    assert_eq!(result.covered, 3);
    assert_eq!(result.spearman.unwrap().value, 1.0, "Rome is 0.8, rome is 0");
    // What exists in capitals only is not found for a lower-case word.
    assert_eq!(similarity(&circle(), "A\tB\t1\n").covered, 1);
    assert_eq!(similarity(&self::vectors(&[("A", &[1.0]), ("B", &[1.0])]), "a\tb\t1\n").covered, 0);
}

/// Entity + role, with `stray` next to c so that the nearest word is not the answer.
fn grid() -> WordVectors {
    vectors(&[
        ("man", &[1.0, 0.0, 0.0, 0.0]),
        ("woman", &[1.0, 0.0, 0.0, 1.0]),
        ("king", &[0.0, 1.0, 0.0, 0.0]),
        ("queen", &[0.0, 1.0, 0.0, 1.0]),
        ("stray", &[0.0, 1.0, 0.1, 0.0]),
        ("cat", &[0.0, 0.0, 1.0, 0.0]),
    ])
}

#[test]
fn analogies_are_counted_by_section_and_sort() {
    let text = ": family\nman woman king queen\nMan Woman Cat king\nman woman king nobody\n\
                : gram1\nking queen man woman\n";
    let result = analogy(&grid(), text, &OPTIONS);
    assert_eq!((result.searched_words, result.chance, result.missing_words), (6, 1.0 / 6.0, 1));
    let family = &result.sections[0];
    assert_eq!((family.questions, family.answered, family.cos_add.correct), (3, 2, 1));
    assert_eq!(family.cos_add.of_answered.unwrap().value, 0.5);
    assert_eq!(family.cos_add.of_all.unwrap().value, 1.0 / 3.0);
    assert_eq!(result.semantic.as_ref().unwrap().questions, 3);
    assert_eq!(result.syntactic.as_ref().unwrap().cos_add.correct, 1);
    assert_eq!((result.total.questions, result.total.answered, result.total.cos_add.correct), (4, 3, 2));
    assert_eq!(
        result.total.nearest_baseline.correct, 1,
        "stray is nearest to king and to cat, but woman to man"
    );
}

#[test]
fn any_accepted_answer_will_do() {
    let result = analogy(&grid(), "r\tman\twoman\tking\tempress/queen\n", &OPTIONS);
    assert_eq!((result.total.answered, result.total.cos_add.correct), (1, 1));
    assert_eq!((result.semantic, result.syntactic), (None, None), "one sort needs no sum of its own");
}

#[test]
fn words_beyond_the_first_are_neither_asked_nor_answers() {
    let options = Options { first_words: Some(3), ..OPTIONS };
    let result = analogy(&grid(), "man woman king queen\nman woman king king\n", &options);
    assert_eq!((result.searched_words, result.total.answered, result.total.cos_add.correct), (3, 1, 0));
}

#[test]
fn an_answer_that_was_given_is_never_right() {
    assert_eq!(analogy(&grid(), "man man king king\n", &OPTIONS).total.cos_add.correct, 0);
}

#[test]
fn purity_counts_the_majority_of_each_cluster() {
    // Two heaps: {a1 a2 b1} and {b2 b3}. Majorities a (2 of 3) and b (2 of 2): 4 of 5.
    let vectors = vectors(&[
        ("a1", &[1.0, 0.0]),
        ("a2", &[1.0, 0.1]),
        ("b1", &[1.0, 0.05]),
        ("b2", &[0.0, 1.0]),
        ("b3", &[0.1, 1.0]),
    ]);
    let result = categorization(&vectors, "a\ta1\na\ta2\nb\tb1\nb\tb2\nb\tb3\nc\tunknown\n");
    assert_eq!((result.words, result.covered, result.categories), (6, 5, 2));
    assert_eq!(result.purity.unwrap().value, 0.8);
    assert_eq!(result.purity_missing_zero.unwrap().value, 4.0 / 6.0);
    // Two a among five places: both with three (3/10): 4 of 5; apart (6/10): 3 of 5; both with two (1/10): all five.
    let expected = 0.3 * 0.8 + 0.6 * 0.6 + 0.1;
    assert!((result.random_baseline.unwrap() - expected).abs() < 0.05, "{result:?}");
}

#[test]
fn purity_of_ties_takes_one_category() {
    use categorization::pure_words;
    assert_eq!(pure_words(&[0, 0, 1, 1, 1], &[1, 0, 1, 1, 0]), [false, true, true, true, false]);
    assert!(pure_words(&[], &[]).is_empty());
}

#[test]
fn outliers_are_found_by_their_place_in_the_order_of_compactness() {
    // Unit vectors at these degrees; the outlier `far` is last, `near` stands in the middle.
    let at = |degrees: f32| [degrees.to_radians().cos(), degrees.to_radians().sin()];
    let (a, b, c) = (at(0.0), at(20.0), at(40.0));
    let rows: [(&str, &[f32]); 5] =
        [("a", &a), ("b", &b), ("c", &c), ("far", &at(120.0)), ("near", &at(18.0))];
    let result =
        outlier(&vectors(&rows), "g\tin\ta\ng\tin\tb\ng\tin\tc\ng\tout1\tfar\ng\tout2\tnear\ng\tout3\tx\n");
    assert_eq!((result.tests, result.covered, result.missing_words), (3, 2, 1));
    assert_eq!(result.accuracy.unwrap().value, 0.5);
    assert_eq!(result.accuracy_missing_zero.unwrap().value, 1.0 / 3.0);
    // `far` has position 3 of 3. For `near`: sums of cosines b 0.940 + 0.940 + 0.999, near 0.951 + 0.999 + 0.927,
    // a 0.940 + 0.766 + 0.951, c less: one word is before it.
    assert!((result.position.unwrap().value - (1.0 + 1.0 / 3.0) / 2.0).abs() < 1e-12, "{result:?}");
    assert!((result.position_missing_zero.unwrap().value - (1.0 + 1.0 / 3.0) / 3.0).abs() < 1e-12);
    assert_eq!(result.chance, Some(0.25));
}

#[test]
fn ties_count_against_finding_an_outlier() {
    let vectors = vectors(&[("a", &[1.0]), ("b", &[1.0]), ("o", &[1.0])]);
    let result = outlier(&vectors, "g\tin\ta\ng\tin\tb\ng\tout\to\n");
    assert_eq!((result.accuracy.unwrap().value, result.position.unwrap().value), (0.0, 0.0));
}

#[test]
fn broken_vectors_have_scores_or_none_but_no_panic() {
    for value in [0.0, f32::NAN, f32::INFINITY, 1e38, 1e-40] {
        let row = [value, -value];
        let vectors = vectors(&[("a", &row), ("b", &row), ("c", &row), ("d", &row), ("e", &row)]);
        similarity(&vectors, "a\tb\t1\nb\tc\t2\na\tc\t3\n");
        analogy(&vectors, "a b c d\nb a d c\n", &OPTIONS);
        categorization(&vectors, "p\ta\np\tb\nq\tc\nq\td\nq\te\n");
        outlier(&vectors, "g\tin\ta\ng\tin\tb\ng\tout\tc\n");
    }
}

/// One set of each kind for [`grid`].
fn suite() -> Vec<EvaluationSet> {
    vec![
        set(Kind::Similarity, "king\tstray\t9\nman\tcat\t0\nman\twoman\t7\nking\tqueen\t6\n"),
        set(
            Kind::Analogy,
            ": family\nman woman king queen\nking queen man woman\n: gram1\nman king woman queen\n",
        ),
        set(Kind::Categorization, "p\tman\np\twoman\nq\tking\nq\tqueen\nq\tstray\n"),
        set(Kind::Outlier, "royal\tin\tking\nroyal\tin\tqueen\nroyal\tout\tcat\n"),
    ]
}

#[test]
fn scores_do_not_depend_on_threads_and_repeat() {
    let once = evaluate("x", &grid(), &suite(), &OPTIONS);
    for threads in [1, 3, 8] {
        let again = evaluate("x", &grid(), &suite(), &Options { threads, ..OPTIONS });
        assert_eq!(once.sets, again.sets);
    }
}

#[test]
fn a_model_compared_with_itself_does_not_differ() {
    let comparison = compare(("x", &grid()), ("y", &grid()), &suite(), &OPTIONS);
    let metrics: Vec<_> = comparison.differences.iter().map(|d| d.metric).collect();
    assert_eq!(metrics, ["spearman", "cos_add", "cos_mul", "purity", "accuracy", "position"]);
    for difference in &comparison.differences {
        let common = difference.common.unwrap();
        assert_eq!(common.difference.estimate.value, 0.0);
        assert_eq!((common.first, common.difference.p_value), (common.second, 1.0));
    }
    assert_eq!(comparison.first.sets, evaluate("x", &grid(), &suite(), &OPTIONS).sets);
}

#[test]
fn models_are_compared_on_what_both_know() {
    let half = vectors(&[("man", &[1.0, 0.0]), ("woman", &[0.9, 0.1]), ("cat", &[0.8, 0.3])]);
    let comparison = compare(("all", &grid()), ("half", &half), &suite(), &OPTIONS);
    let spearman = &comparison.differences[0];
    assert_eq!(spearman.common.unwrap().items, 2);
    let all = spearman.missing_zero.unwrap();
    assert_eq!(all.items, 4);
    assert!((all.difference.estimate.value - (all.first - all.second)).abs() < 1e-12);
    let analogies = &comparison.differences[1];
    assert_eq!(analogies.common, None, "no question has all its words in both");
    assert_eq!(analogies.missing_zero.unwrap().items, 3);
}

#[test]
fn json_has_fractions_under_the_names_of_the_fields() {
    let json = serde_json::to_value(evaluate("x", &grid(), &suite(), &OPTIONS)).unwrap();
    assert_eq!(json["vectors"]["words"], 6);
    assert_eq!(json["sets"][0]["kind"], "similarity");
    assert!(json["sets"][0]["spearman"]["low"].is_f64());
    assert_eq!(json["sets"][1]["total"]["cos_add"]["of_answered"]["value"], 1.0);
    assert_eq!(json["sets"][3]["accuracy"]["value"], 1.0);
    let comparison = compare(("x", &grid()), ("y", &circle()), &suite(), &OPTIONS);
    let json = serde_json::to_value(comparison).unwrap();
    assert!(json["differences"][0]["common"].is_null());
}

#[test]
fn reports_name_every_set_and_say_what_they_count() {
    let evaluation = evaluate("toy_vectors", &grid(), &suite(), &OPTIONS);
    let text = report::text(&evaluation);
    assert!(text.starts_with("toy_vectors: 6 words, 4 dimensions\n"), "{text}");
    let wanted = [
        "similarity",
        "set / family",
        "set / semantic",
        "set / total",
        "categorization",
        "outliers",
        "seed 1",
    ];
    for wanted in wanted {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert!(text.lines().all(|line| !line.ends_with(' ')));
    let markdown = report::markdown(&evaluation);
    assert!(
        markdown.contains("## toy\\_vectors: 6 words")
            && markdown.contains("| set / total | 3 | 3 | 100.0 |")
    );
    let comparison = compare(("x", &grid()), ("y", &circle()), &suite(), &OPTIONS);
    let text = report::comparison_text(&comparison);
    assert!(text.contains("First minus second\n") && text.contains("paired bootstrap"), "{text}");
    assert!(report::comparison_markdown(&comparison).contains("## First minus second"));
}
