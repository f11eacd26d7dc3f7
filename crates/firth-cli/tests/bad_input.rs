//! Bad input gets a clear error, the right exit status, and leaves nothing half-written.

mod common;

use std::fs;

use common::{Toy, Workplace, gzip, text};

#[test]
fn a_missing_file() {
    let place = Workplace::new();
    place.run("train nowhere.txt").fails(1, &["cannot read nowhere.txt: No such file"]);
    place.run("train nowhere-*.txt").fails(2, &["no file has this name or matches this pattern"]);
    place.run("neighbors king").fails(1, &["cannot read vectors.safetensors", "hint: `firth train CORPUS`"]);
    place.run("neighbors -m other.bin king").fails(1, &["cannot read other.bin", "hint: -m FILE"]);
    place.run("info other.bin").fails(1, &["cannot read other.bin"]);
    place.run("convert other.bin a.txt").fails(1, &["cannot read other.bin"]);
    place.run("evaluate other.bin --suite nowhere").fails(1, &["cannot read nowhere"]);
    place.run(&format!("train {} --vocab nowhere", Toy::get().corpus())).fails(1, &["cannot read nowhere"]);
    assert!(place.names().is_empty());
}

#[test]
fn a_corpus_without_words() {
    let place = Workplace::new();
    place.write("empty.txt", "");
    place.write("blank.txt", " \n\t\n\n");
    place.write("empty.gz", gzip(b""));
    for name in ["empty.txt", "blank.txt", "empty.gz"] {
        place.run(&format!("train {name}")).fails(1, &[name, "no word in"]);
        place.run(&format!("vocab {name}")).fails(1, &[name, "no word in"]);
    }
    place.run("train -").fails(1, &["standard input", "no word in"]);
}

#[test]
fn a_directory_without_files() {
    let place = Workplace::new();
    fs::create_dir_all(place.path("folder/inner")).unwrap();
    place.write("folder/.hidden", "king queen");
    place.run("train folder").fails(1, &["folder: the directory holds no files"]);
    place.run(&format!("evaluate {} --suite folder", Toy::get().vectors())).fails(2, &["no evaluation set"]);
}

#[test]
fn no_word_above_min_count_and_a_vocabulary_of_one_word() {
    let place = Workplace::new();
    place.write("text.txt", "a b c a b\na\n");
    place.run("train text.txt").fails(
        1,
        &[
            "no word occurs 5 times (min_count)",
            "the most frequent, \"a\", occurs 3 times",
            "hint: --min-count 3",
        ],
    );
    place.run("train text.txt --min-count 3").fails(1, &["the vocabulary has 1 word", "hint: "]);
    place.run("vocab text.txt --min-count 3").succeeds();
    place.run("train text.txt --min-count 2 --dim 2").succeeds();
    place.write("other.tsv", "x\t3\ny\t2\n");
    place.run("train text.txt -f --vocab other.tsv").fails(1, &["none of the corpus's 6 tokens is left"]);
    place.write("bad.tsv", "x\t3\ny\n");
    place.run("train text.txt -f --vocab bad.tsv").fails(1, &["bad.tsv: line 2", "without a TAB"]);
}

#[test]
fn bytes_that_are_not_utf8_and_nul_bytes_are_words_like_any() {
    let place = Workplace::new();
    let line = b"k\xf6nig k\xf6nigin \0\0 a\0b \xff\xfe\xfd\n".repeat(60);
    place.write("text.txt", &line);
    for tokenizer in ["whitespace", "words"] {
        place.run(&format!("train text.txt -f --dim 4 --tokenizer {tokenizer} --lowercase")).succeeds();
        place.run("info").succeeds();
    }
    place.run("train text.txt -f --dim 4 -q").succeeds();
    let asked = place.run_with_input("neighbors -k 9", b"k\xf6nig\na\0b\n").succeeds();
    assert_eq!(asked.out.lines().filter(|line| line.contains('.')).count(), 8, "{}", asked.out);
    assert!(!asked.out.contains('\0'), "control characters are escaped");
    for name in ["a.txt", "a.bin", "a.glove"] {
        place.run(&format!("convert vectors.safetensors {name}")).succeeds();
        place.run(&format!("info {name}")).succeeds();
    }
    let words = place.command().args(["vocab", "text.txt", "-q"]).output().unwrap();
    assert!(words.stdout.starts_with(b"k\xf6nig\t60\n"), "the words keep their bytes");
}

#[cfg(unix)]
#[test]
fn an_argument_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let place = Workplace::new();
    place.write("text.txt", b"k\xf6nig k\xf6nigin krone thron\n".repeat(60));
    place.run("train text.txt --dim 4 -q").succeeds();
    let word = std::ffi::OsStr::from_bytes(b"k\xf6nig");
    let output = place.command().arg("neighbors").arg(word).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_line_of_a_hundred_megabytes_with_a_long_word() {
    let place = Workplace::new();
    let words: String = (1000..5000).map(|i| format!("word{i} ")).collect();
    let mut line = words.repeat(2_500).into_bytes();
    line.resize(100_000_000, b'x');
    place.write("line.txt", &line);
    place.run("train line.txt -o a.bin --min-count 1 --dim 2 --epochs 1 --subsample 1e-6").succeeds();
    let info = &place.run("info a.bin --json").succeeds().json()[0];
    assert_eq!(info["words"], 4001);
}

#[test]
fn truncated_gzip() {
    let place = Workplace::new();
    let whole = gzip(&fs::read(Toy::get().corpus()).unwrap());
    place.write("cut.gz", &whole[..whole.len() / 2]);
    place.run("train cut.gz").fails(1, &["cut.gz", "gzip"]);
    place.run("vocab cut.gz").fails(1, &["cut.gz"]);
    let vectors = gzip(b"2 2\nking 1 2\nqueen 3 4\n");
    place.write("cut.txt.gz", &vectors[..vectors.len() - 9]);
    place.run("info cut.txt.gz").fails(1, &["cut.txt.gz", "gzip"]);
    assert_eq!(place.names(), ["cut.gz", "cut.txt.gz"]);
}

#[test]
fn settings_out_of_range_are_wrong_use() {
    let place = Workplace::new();
    place.write("text.txt", "a b c\n");
    for (flags, expected) in [
        ("--dim 0", "dim is 0, expected 1 to 65536"),
        ("--dim -1", "--dim"),
        ("--dim 65537", "dim is 65537"),
        ("--dim 1.5", "expected a whole number"),
        ("--dim ten", "expected a whole number"),
        ("--window 0", "window is 0"),
        ("--negatives 0", "negatives is 0"),
        ("--epochs 0", "epochs is 0"),
        ("--epochs 99999999999999999999", "expected a whole number"),
        ("--learning-rate 0", "learning_rate is 0"),
        ("--learning-rate -0.1", "learning_rate is -0.1"),
        ("--learning-rate nan", "learning_rate is NaN"),
        ("--learning-rate inf", "learning_rate is inf"),
        ("--learning-rate fast", "expected a number"),
        ("--noise-exponent NaN", "noise_exponent is NaN"),
        ("--subsample -1e-4", "subsample is -0.0001"),
        ("--subsample nan", "subsample is NaN"),
        ("--lanes 0", "lanes is 0"),
        ("--round 0", "round is 0"),
        ("--saturation 0", "saturation is 0"),
        ("--threads -1", "--threads"),
        ("--threads 99999", "threads is 99999"),
        ("--min-count -5", "--min-count"),
        ("--max-vocab 0", "max_vocab is 0"),
        ("--max-memory lots", "expected a size such as"),
        ("--architecture glove", "possible values: skip-gram, cbow"),
        ("--kernels mmx", "possible values: avx512, avx2, portable"),
        ("--tokenizer icu", "possible values"),
        ("--format pickle", "possible values"),
        ("--size", "a value is required"),
        ("-size 100", "hint: long flags take two dashes: --size"),
    ] {
        place.run(&format!("train text.txt {flags}")).fails(2, &[expected]);
    }
    place.run("train").fails(2, &["required"]);
    place.run("fly").fails(2, &["unrecognized subcommand"]);
    assert_eq!(place.names(), ["text.txt"]);
}

#[test]
fn the_smallest_and_a_large_dimension() {
    let place = Workplace::new();
    let corpus = Toy::get().corpus();
    for dim in [1, 4096] {
        place.run(&format!("train {corpus} -f --dim {dim} --epochs 1 --max-vocab 300")).succeeds();
        let info = &place.run("info --json").succeeds().json()[0];
        assert_eq!((&info["dim"], &info["oddities"]["vectors_not_finite"]), (&dim.into(), &0.into()));
        let word = info["first_words"][3].as_str().unwrap().to_owned();
        assert_eq!(place.run(&format!("neighbors {word}")).succeeds().out.lines().count(), 10);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_noticed_before_the_work() {
    let place = Workplace::new();
    let corpus = Toy::get().corpus();
    place.write("file", "");
    fs::create_dir(place.path("folder.bin")).unwrap();
    for (output, expected) in [
        ("missing/a.bin", "the directory missing does not exist"),
        ("file/a.bin", "cannot write file/a.bin"),
        ("folder.bin", "cannot write folder.bin: is a directory"),
        ("/proc/a.bin", "cannot write /proc/a.bin"),
    ] {
        let ran = place.run(&format!("train {corpus} -o {output}")).fails(1, &[expected]);
        assert!(!ran.err.contains("words in"), "the text was read: {}", ran.err);
        place.run(&format!("convert {} {output}", Toy::get().vectors())).fails(1, &[expected]);
    }
    place.run(&format!("vocab {corpus} -o missing/a")).fails(1, &["the directory missing does not exist"]);
    assert_eq!(place.names(), ["file", "folder.bin"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_does_not_lose_the_model() {
    let place = Workplace::new();
    let corpus = Toy::get().corpus();
    for format in ["native", "word2vec-text"] {
        let arguments = format!("train {corpus} -o /dev/full --format {format} --dim 4 --epochs 1 -q");
        let ran = place.run(&arguments).fails(1, &["cannot write /dev/full: No space left"]);
        let (_, saved) = ran.err.trim().split_once("the model is safe in ").unwrap();
        place.run(&format!("info {saved}")).succeeds();
        fs::remove_file(saved).unwrap();
    }
    place.run(&format!("convert {} /dev/full --to glove", Toy::get().vectors())).fails(1, &["No space left"]);
    assert!(place.names().is_empty(), "{:?}", place.names());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = place.command().args(["vocab", &corpus, "-q"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"));
}

#[test]
fn an_unknown_word_brings_its_nearest_spellings() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    let expected = ["`germny` is not in the vocabulary", "hint: the nearest spelling", "`germany`"];
    place.run(&format!("neighbors -m {vectors} germny")).fails(1, &expected);
    place.run(&format!("neighbors -m {vectors} france + germny")).fails(1, &expected);
    place.run(&format!("analogy -m {vectors} france paris germny")).fails(1, &expected);
    place.run(&format!("similarity -m {vectors} germny france")).fails(1, &expected);
    place.run(&format!("odd -m {vectors} germny france italy")).fails(1, &expected);
    // The others are answered all the same.
    let both = place.run(&format!("neighbors -m {vectors} germny france -k 1")).fails(1, &expected);
    assert_eq!(both.out.lines().count(), 2);
    let file = place.run_all(&["neighbors", "-m", &vectors, &vectors]);
    file.fails(1, &["there is a file of this name: -m FILE"]);
}

#[test]
fn truncated_and_lying_vector_files() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    place.run(&format!("convert {vectors} a.bin")).succeeds();
    place.run(&format!("convert {vectors} a.txt")).succeeds();
    let native = fs::read(&vectors).unwrap();
    let binary = fs::read(place.path("a.bin")).unwrap();
    let lines = fs::read(place.path("a.txt")).unwrap();
    let mut flipped = native.clone();
    flipped[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let files: [(&str, &[u8]); 10] = [
        ("empty", b""),
        ("cut.safetensors", &native[..native.len() - 100]),
        ("head.safetensors", &native[..100]),
        ("cut.bin", &binary[..binary.len() - 10]),
        ("cut.txt", &lines[..lines.len() - 40]),
        ("many.txt", b"4000000000 300\nking 1 2\n"),
        ("narrow.txt", b"2 3\nking 1 2 3\nqueen 3 4\n"),
        ("letters.txt", b"2 2\nking 1 two\nqueen 3 4\n"),
        ("noise", b"\x80\x04\x95\x10\x00\x00\x00"),
        ("flipped.safetensors", &flipped),
    ];
    for (name, content) in files {
        place.write(name, content);
        for command in ["info", "neighbors king -m", "evaluate --suite a.txt -m"] {
            let ran = place.run(&format!("{command} {name}"));
            if command.starts_with("evaluate") {
                // The set is no set: whichever is read first is refused.
                ran.fails(1, &[]);
            } else {
                ran.fails(1, &[name]);
            }
        }
        place.run(&format!("convert {name} out.bin")).fails(1, &[name]);
    }
    assert!(!place.path("out.bin").exists());
    place.run_all(&["info", text(&place.path(""))]).fails(1, &["cannot read"]);
}

#[test]
fn evaluation_sets_that_are_none() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    place.write("prose.txt", "this is no evaluation set at all\n");
    place.run(&format!("evaluate {vectors} -s prose.txt")).fails(1, &["prose.txt", "line 1", "expected"]);
    place.write("broken.tsv", "king\tqueen\t7\nman\twoman\t8\nking\tman\thigh\n");
    place.run(&format!("evaluate {vectors} -s broken.tsv")).fails(1, &["broken.tsv", "line 3"]);
}
