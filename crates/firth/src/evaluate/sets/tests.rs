use super::*;
use crate::error::ErrorKind;
use proptest::prelude::*;
use std::io::Write;

fn parse(text: &str) -> Result<EvaluationSet> {
    EvaluationSet::parse(Path::new("some/set.tsv"), text.as_bytes(), None)
}

fn parse_as(kind: Kind, text: &str) -> Result<EvaluationSet> {
    EvaluationSet::parse(Path::new("set.tsv"), text.as_bytes(), Some(kind))
}

/// The message of the error that `kind` of file gets for `text`.
fn refusal(kind: Kind, text: &str) -> String {
    let error = parse_as(kind, text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFormat);
    error.to_string()
}

fn words(list: &WordList, numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|&n| String::from_utf8_lossy(list.word(n)).into_owned()).collect()
}

fn similarity(text: &str) -> SimilaritySet {
    match parse(text).unwrap() {
        EvaluationSet::Similarity(set) => set,
        other => panic!("{other:?}"),
    }
}

fn analogy(text: &str) -> AnalogySet {
    match parse(text).unwrap() {
        EvaluationSet::Analogy(set) => set,
        other => panic!("{other:?}"),
    }
}

fn outlier(text: &str) -> OutlierSet {
    match parse(text).unwrap() {
        EvaluationSet::Outlier(set) => set,
        other => panic!("{other:?}"),
    }
}

#[test]
fn similarity_lines_may_end_in_cr_lf_and_stand_between_blank_lines_and_remarks() {
    let set = similarity(
        "\u{feff}# graded by nobody\n\nsun\tlight\t5e1\r\n#tag\t@home\t-1\n#\nnew york\tcity\t 3 \r\n",
    );
    assert_eq!(set.name, "set");
    let pairs: Vec<_> = set.pairs.iter().map(|p| (words(&set.words, &[p.a, p.b]), p.score)).collect();
    let pair = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
    assert_eq!(
        pairs,
        [(pair("sun", "light"), 50.0), (pair("#tag", "@home"), -1.0), (pair("new york", "city"), 3.0)]
    );
    assert_eq!(similarity("sun light 50\nsea water 40").pairs.len(), 2);
}

#[test]
fn words_are_bytes() {
    let set = EvaluationSet::parse(Path::new("x"), b"\xFF\xFE\tb\xE9\t1\n", None).unwrap();
    let EvaluationSet::Similarity(set) = set else { panic!("{set:?}") };
    assert_eq!(set.words.word(1), b"b\xE9");
}

#[test]
fn both_layouts_of_analogies_give_the_same_questions() {
    let google =
        analogy(": capitals\nAthens Greece Oslo Norway\n# a remark\n\n: gram1\ncat cats  dog dogs\r\n");
    let tabs = analogy("capitals\tAthens\tGreece\tOslo\tNorway\ngram1\tcat\tcats\tdog\tdogs\n");
    for (one, other) in google.sections.iter().zip(&tabs.sections) {
        assert_eq!((&one.name, &one.questions), (&other.name, &other.questions));
    }
    assert_eq!(google.sections.len(), 2);
    assert!(google.sections[1].is_syntactic() && !google.sections[0].is_syntactic());
}

#[test]
fn the_fourth_word_may_list_what_is_accepted() {
    let set = analogy("D01\tarm\tarmless\tart\tartless/inartistic/artless\nD01\ta\tb\tc\t/\n");
    let answers = |i: usize| words(&set.words, &set.sections[0].questions[i].answers);
    assert_eq!(answers(0), ["artless", "inartistic"]);
    assert_eq!(answers(1), ["/"]);
    let google = analogy(": dates\none two 9/10 9/11\n");
    assert_eq!(words(&google.words, &google.sections[0].questions[0].answers), ["9/11"]);
}

#[test]
fn sections_that_come_again_go_on() {
    let set = analogy("A\ta\tb\tc\td\nB\ta\tb\tc\td\nA\tc\td\ta\tb\n");
    let sizes: Vec<_> = set.sections.iter().map(|s| (&*s.name, s.questions.len())).collect();
    assert_eq!(sizes, [("A", 2), ("B", 1)]);
}

#[test]
fn pairs_become_all_ordered_questions() {
    let set = analogy("R\ta\tA\nR\tb\tB/BB\nR\tc\tC\n");
    let questions: Vec<_> = set.sections[0]
        .questions
        .iter()
        .map(|q| (words(&set.words, &q.given), words(&set.words, &q.answers)))
        .collect();
    assert_eq!(questions.len(), 6);
    assert_eq!(questions[0], (vec!["a".into(), "A".into(), "b".into()], vec!["B".into(), "BB".into()]));
    assert_eq!(questions[2], (vec!["b".into(), "B".into(), "a".into()], vec!["A".into()]));
}

#[test]
fn outliers_come_in_groups_or_lists() {
    let set = outlier("cats\tin\tlion\ncats\tin\ttiger\ncats\tout1\tdog\ncats\tout2\tcar\n");
    assert_eq!(words(&set.words, &set.groups[0].members), ["lion", "tiger"]);
    assert_eq!(words(&set.words, &set.groups[0].outliers), ["dog", "car"]);
    let set = outlier("dog\tlion tiger\ncar\tlion tiger\none\ttwo lion tiger\n");
    assert_eq!(set.groups.len(), 2);
    assert_eq!(words(&set.words, &set.groups[0].outliers), ["dog", "car"]);
}

#[test]
fn the_kind_is_told_from_the_content() {
    for (text, kind) in [
        ("a\tb\t1\n", Kind::Similarity),
        ("a b 1\n", Kind::Similarity),
        ("r\ta\tb\tc\td\n", Kind::Analogy),
        (": r\na b c d\n", Kind::Analogy),
        ("a b c d\n", Kind::Analogy),
        ("r\ta\tb\nr\tc\td\n", Kind::Analogy),
        ("r\tword\n", Kind::Categorization),
        ("g\tin\ta\ng\tin\tb\ng\tout\tc\n", Kind::Outlier),
        ("c\ta b\n", Kind::Outlier),
    ] {
        assert_eq!(parse(text).unwrap().kind(), kind, "{text:?}");
    }
}

#[test]
fn one_bad_line_does_not_change_the_kind() {
    let error = parse("a\tb\t1\na\tb\tmuch\na\tb\t2\n").unwrap_err();
    assert_eq!(error.to_string(), "some/set.tsv: line 2: found `much` as score, expected a finite number");
}

#[test]
fn each_malformed_line_is_named_with_what_was_expected() {
    for (kind, text, message) in [
        (
            Kind::Similarity,
            "a\tb\n",
            "set.tsv: line 1: found 2 fields in `a TAB b`, expected word TAB word TAB score",
        ),
        (
            Kind::Similarity,
            "\nalone\n",
            "set.tsv: line 2: found 1 field in `alone`, expected word TAB word TAB score",
        ),
        (
            Kind::Similarity,
            "a\t\t1\n",
            "set.tsv: line 1: found nothing in field 2 of `a TAB  TAB 1`, expected word TAB word TAB score",
        ),
        (Kind::Similarity, "a\tb\tNaN\n", "set.tsv: line 1: found `NaN` as score, expected a finite number"),
        (Kind::Similarity, "a\tb\tinf\n", "set.tsv: line 1: found `inf` as score, expected a finite number"),
        (
            Kind::Similarity,
            "",
            "set.tsv: line 1: found the end and no entry, expected word TAB word TAB score",
        ),
        (
            Kind::Similarity,
            "# a\n# b\n",
            "set.tsv: line 2: found the end and no entry, expected word TAB word TAB score",
        ),
        (
            Kind::Analogy,
            ": r\na b c\n",
            "set.tsv: line 2: found 3 fields in `a b c`, expected `: section`, four words between white space, or category TAB a TAB b TAB c TAB d",
        ),
        (
            Kind::Analogy,
            ":\na b c d\n",
            "set.tsv: line 1: found a section without a name, expected `: section`",
        ),
        (
            Kind::Analogy,
            ": r\n",
            "set.tsv: line 1: found the end and no entry, expected `: section`, four words between white space, or category TAB a TAB b TAB c TAB d",
        ),
        (
            Kind::Analogy,
            "r\ta\tb\n",
            "set.tsv: line 1: found the end and no entry, expected two pairs of one category, each as category TAB a TAB b",
        ),
        (
            Kind::Categorization,
            "bird\n",
            "set.tsv: line 1: found 1 field in `bird`, expected category TAB word",
        ),
        (
            Kind::Categorization,
            "a\tb\tc\n",
            "set.tsv: line 1: found 3 fields in `a TAB b TAB c`, expected category TAB word",
        ),
        (
            Kind::Outlier,
            "g\tin\ta\ng\tnot\tb\n",
            "set.tsv: line 2: found `not` in field 2, expected `in` or `out` and a number",
        ),
        (
            Kind::Outlier,
            "g\tin\ta\ng\tout1\tb\n",
            "set.tsv: line 2: found the end and 1 words and 1 outliers in group `g`, expected two words and one outlier at least",
        ),
    ] {
        assert_eq!(refusal(kind, text), message);
    }
    let unknown = parse("one two\n").unwrap_err().to_string();
    assert!(
        unknown.starts_with("some/set.tsv: line 1: found `one two`, expected a similarity set"),
        "{unknown}"
    );
}

#[test]
fn long_lines_are_shown_by_their_start() {
    let message = refusal(Kind::Similarity, &"x".repeat(100_000));
    assert!(message.contains(&format!("`{}...`", "x".repeat(60))) && message.len() < 200, "{message}");
}

#[test]
fn a_suite_is_read_from_folders_packed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"a\tb\t1\n").unwrap();
    let gzip = gzip.finish().unwrap();
    write("similarity/packed.tsv.gz", &gzip);
    write("analogy/b.txt.zst", &zstd::encode_all(&b"a b c d\n"[..], 1).unwrap());
    write("analogy/a.txt", b": r\na b c d\n");
    write("README.md", b"not a set");
    write(".hidden/set.tsv", b"not a set");
    let sets = read_suite(folder.path()).unwrap();
    assert_eq!(sets.iter().map(EvaluationSet::name).collect::<Vec<_>>(), ["packed", "a", "b"]);

    write("similarity/cut.tsv.gz", &gzip[..gzip.len() - 6]);
    let error = read_suite(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFormat);
    assert!(error.to_string().contains("cut.tsv.gz: byte "), "{error}");
}

#[test]
fn missing_files_and_empty_folders_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_suite(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    for error in
        [read_suite(folder.path().join("no")).unwrap_err(), read_set(folder.path().join("no")).unwrap_err()]
    {
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(bytes in proptest::collection::vec(prop_oneof![Just(b'\t'), Just(b'\n'), Just(b' '), Just(b':'), Just(b'#'), Just(b'1'), any::<u8>()], 0..200)) {
        let _ = EvaluationSet::parse(Path::new("x"), &bytes, None);
        for kind in [Kind::Similarity, Kind::Analogy, Kind::Categorization, Kind::Outlier] {
            let _ = EvaluationSet::parse(Path::new("x"), &bytes, Some(kind));
        }
    }

    #[test]
    fn what_is_written_is_read(rows in proptest::collection::vec(("[a-z]{1,8}", "[a-z]{1,8}", -9i32..10), 1..20)) {
        let text: String = rows.iter().map(|(a, b, s)| format!("{a}\t{b}\t{s}\n")).collect();
        let set = similarity(&text);
        for (pair, (a, b, s)) in set.pairs.iter().zip(&rows) {
            prop_assert_eq!(set.words.word(pair.a), a.as_bytes());
            prop_assert_eq!(set.words.word(pair.b), b.as_bytes());
            prop_assert_eq!(pair.score, f64::from(*s));
        }
    }
}
