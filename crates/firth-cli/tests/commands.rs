//! Every command does what its help says, on a small world.

mod common;

use std::fs;

use common::{Toy, Workplace, gzip, text};
use serde_json::Value;

#[test]
fn train_and_ask_without_a_single_flag() {
    let place = Workplace::new();
    fs::copy(Toy::get().corpus(), place.path("text.txt")).unwrap();
    let trained = place.run("train text.txt").succeeds();
    assert_eq!(trained.out, "", "the summary is no data");
    for part in ["corpus", "vocabulary", "training", "loss", "vectors.safetensors", "little text"] {
        assert!(trained.err.contains(part), "no {part} in {}", trained.err);
    }
    let next = trained.err.lines().find_map(|line| line.strip_prefix("next")).expect("a next command");
    let asked = place.run(next.trim().strip_prefix("firth ").unwrap()).succeeds();
    assert_eq!(asked.out.lines().count(), 10);
    assert_eq!(place.names(), ["text.txt", "vectors.safetensors"]);

    let again = place.run("train text.txt").fails(1, &["vectors.safetensors is there already", "--force"]);
    assert!(!again.err.contains("corpus"), "nothing is read before the check");
    place.run("train text.txt --force -q").succeeds();
}

#[test]
fn train_tells_a_program_what_came_out() {
    let place = Workplace::new();
    let toy = Toy::get();
    let arguments = format!("train {} -o a.bin --json --dim 8 --epochs 2 --cbow -q", toy.corpus());
    let ran = place.run(&arguments).succeeds();
    assert_eq!(ran.err, "");
    let summary = &ran.json()[0];
    assert_eq!((&summary["ending"], &summary["format"]), (&"complete".into(), &"word2vec-binary".into()));
    assert_eq!((&summary["dim"], &summary["output"]), (&8.into(), &"a.bin".into()));
    assert_eq!(summary["mean_loss"].as_array().unwrap().len(), 2);
    assert_eq!(summary["metadata"]["settings"]["architecture"], "cbow");
    assert_eq!(summary["metadata"]["vocabulary"]["min_count"], 5);
    assert_eq!(summary["metadata"]["corpus"]["tokenizer"], "whitespace");
}

#[test]
fn all_kinds_of_sources_give_the_same_vectors() {
    let place = Workplace::new();
    let text = fs::read(Toy::get().corpus()).unwrap();
    fs::create_dir(place.path("folder")).unwrap();
    place.write("folder/a.txt", &text);
    place.write("a.gz", gzip(&text));
    let train = |source: &str, output: &str| {
        place.run(&format!("train {source} -o {output} --dim 8 --epochs 1 -q")).succeeds();
        place.sha256(output)
    };
    let expected = train("folder/a.txt", "plain.bin");
    assert_eq!(train("folder", "folder.bin"), expected);
    assert_eq!(train("fol*/*.txt", "glob.bin"), expected);
    assert_eq!(train("a.gz", "gzip.bin"), expected);
    place.run_with_input("train - -o stdin.bin --dim 8 --epochs 1 -q", &text).succeeds();
    assert_eq!(place.sha256("stdin.bin"), expected);
    // A budget of 1 KB sends the encoded text to a temporary file.
    place.run("train a.gz -o disk.bin --dim 8 --epochs 1 -q --max-memory 1K").succeeds();
    assert_eq!(place.sha256("disk.bin"), expected);
}

#[test]
fn a_vocabulary_can_be_written_and_read_back() {
    let place = Workplace::new();
    let corpus = Toy::get().corpus();
    let listed = place.run(&format!("vocab {corpus} --min-count 3 --max-vocab 500")).succeeds();
    let rows: Vec<(&str, u64)> = listed
        .out
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(word, count)| (word, count.parse().unwrap()))
        .collect();
    assert_eq!(rows.len(), 500);
    assert!(rows.is_sorted_by(|a, b| a.1 >= b.1) && rows[499].1 >= 3);

    place.run(&format!("vocab {corpus} --min-count 3 --max-vocab 500 -o words.tsv")).succeeds();
    assert_eq!(fs::read_to_string(place.path("words.tsv")).unwrap(), listed.out);
    let settings = "--dim 8 --epochs 1 -q";
    place.run(&format!("train {corpus} -o a.bin --min-count 3 --max-vocab 500 {settings}")).succeeds();
    place.run(&format!("train {corpus} -o b.bin --vocab words.tsv {settings}")).succeeds();
    assert_eq!(place.sha256("a.bin"), place.sha256("b.bin"));
    place
        .run(&format!("train {corpus} -o c.bin --vocab words.tsv --min-count 3"))
        .fails(2, &["cannot be used with"]);

    // Words without counts get those of the text.
    let bare: String = rows.iter().map(|(word, _)| format!("{word}\t0\n")).collect();
    place.write("bare.tsv", bare);
    place.run(&format!("train {corpus} -o d.bin --vocab bare.tsv {settings}")).succeeds();
    assert_eq!(place.sha256("a.bin"), place.sha256("d.bin"));
}

#[test]
fn texts_are_tokenised_as_asked() {
    let place = Workplace::new();
    place.write("text.txt", "The king, the Queen; THE END.\n");
    let words = |flags: &str| {
        place.run(&format!("vocab text.txt --min-count 1 -q {flags}")).succeeds().out.replace('\n', " ")
    };
    assert_eq!(words(""), "The\t1 king,\t1 the\t1 Queen;\t1 THE\t1 END.\t1 ");
    assert_eq!(words("--tokenizer words --lowercase"), "the\t3 king\t1 queen\t1 end\t1 ");
}

#[test]
fn neighbors_of_words_and_sums() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    let one = place.run(&format!("neighbors -m {vectors} france -k 3")).succeeds();
    assert_eq!(one.out.lines().count(), 3, "{}", one.out);
    let sum = place.run(&format!("neighbors -m {vectors} paris - france + germany -k 2 --json")).succeeds();
    let found = &sum.json()[0];
    assert_eq!(found["query"], "paris - france + germany");
    let words: Vec<&Value> = found["neighbors"].as_array().unwrap().iter().map(|n| &n["word"]).collect();
    assert_eq!(words.len(), 2);
    assert!(!words.contains(&&"paris".into()));

    let several = place.run_all(&["neighbors", "-m", &vectors, "france", "king - man", "-k", "1"]).succeeds();
    let lines: Vec<&str> = several.out.lines().collect();
    assert_eq!((lines[0], lines[2], lines[3]), ("france", "", "king - man"));

    let asked = format!("neighbors -m {vectors} -k 1 --json");
    let piped = place.run_with_input(&asked, b"france\n\nking - man\r\nsuchwordsthereare\n");
    let objects = piped.json();
    assert_eq!((piped.status, objects.len()), (Some(1), 3));
    assert!(objects[0]["neighbors"][0]["similarity"].is_number());
    assert_eq!(objects[1]["query"], "king - man");
    assert!(objects[2]["error"].as_str().unwrap().contains("not in the vocabulary"));

    let few = place.run(&format!("neighbors -m {vectors} king --restrict 10 -k 50")).succeeds();
    assert!((9..=10).contains(&few.out.lines().count()), "{}", few.out);
    place.run(&format!("neighbors -m {vectors} king -")).fails(1, &["ends with an operator"]);
}

#[test]
fn analogies_similarities_and_odd_words() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    for method in ["3cosadd", "3cosmul"] {
        let asked = format!("analogy -m {vectors} france paris germany -k 4 --json --method {method}");
        let answer = &place.run(&asked).succeeds().json()[0];
        assert_eq!((answer["method"].as_str(), answer["words"][2].as_str()), (Some(method), Some("germany")));
        assert_eq!(answer["answers"].as_array().unwrap().len(), 4);
        assert!(answer["answers"][0]["score"].is_number());
    }
    let text = place.run(&format!("analogy -m {vectors} france paris germany")).succeeds();
    assert_eq!(text.out.lines().count(), 5);
    let lines = b"france paris germany\nfrance paris\n";
    let piped = place.run_with_input(&format!("analogy -m {vectors} --json"), lines);
    assert_eq!((piped.status, piped.json().len()), (Some(1), 2));
    assert!(piped.err.contains("found 2 words in a line, expected three"));

    let alone = place.run(&format!("similarity -m {vectors} king queen")).succeeds();
    let value: f64 = alone.out.trim().parse().unwrap();
    assert!((-1.0..=1.0).contains(&value));
    let pairs = place.run(&format!("similarity -m {vectors} king queen queen king --json")).succeeds().json();
    assert_eq!(pairs[0]["similarity"], pairs[1]["similarity"]);
    assert_eq!(pairs[1]["words"][0], "queen");
    let piped =
        place.run_with_input(&format!("similarity -m {vectors}"), b"king\tqueen\nman woman\n").succeeds();
    assert!(piped.out.lines().next().unwrap().ends_with("king  queen"));
    place
        .run(&format!("similarity -m {vectors} king queen man"))
        .fails(2, &["found 3 words, expected pairs"]);

    let odd = place.run(&format!("odd -m {vectors} france germany italy dogs --json")).succeeds();
    let odd = &odd.json()[0];
    assert_eq!(odd["words"][0]["word"], odd["odd"]);
    assert_eq!(odd["words"].as_array().unwrap().len(), 4);
    place.run(&format!("odd -m {vectors} france germany")).fails(2, &["3 values required"]);
}

#[test]
fn info_tells_what_is_in_a_file() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    let told = place.run(&format!("info {vectors}")).succeeds();
    for part in ["native", "dim 32", "f32", "counts", "norms", "oddities    none", "skip-gram", "digest"] {
        assert!(told.out.contains(part), "no {part} in {}", told.out);
    }
    let odd = "4 2\nking 1 0\nzero 0 0\nqueen 0 2\n\u{b5} 1 1\n".replace('\u{b5}', "m");
    let mut odd = odd.into_bytes();
    let place_of_m = odd.windows(2).rposition(|two| two == b"m ").unwrap();
    odd[place_of_m] = 0xff;
    place.write("odd.txt", &odd);
    let info = &place.run("info odd.txt --json").succeeds().json()[0];
    assert_eq!(
        (&info["format"], &info["words"], &info["dim"]),
        (&"word2vec-text".into(), &4.into(), &2.into())
    );
    assert_eq!((&info["counts"], &info["metadata"]), (&Value::Null, &Value::Null));
    let oddities = &info["oddities"];
    assert_eq!((&oddities["duplicate_words"], &oddities["zero_vectors"]), (&0.into(), &1.into()));
    assert_eq!((&oddities["words_not_utf8"], &oddities["vectors_not_finite"]), (&1.into(), &0.into()));
    assert_eq!(info["norms"]["most"], 2.0);
    let text = place.run("info odd.txt").succeeds();
    assert!(text.out.contains("1 x word that is not UTF-8, 1 x zero vector"), "{}", text.out);
}

#[test]
fn vectors_survive_every_format() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    place.run(&format!("convert {vectors} first.bin")).succeeds();
    let expected = place.sha256("first.bin");
    let mut last = "first.bin".to_owned();
    for next in ["a.txt", "b.glove", "c.safetensors", "d.vec", "e.bin"] {
        let ran = place.run(&format!("convert {last} {next} --json")).succeeds();
        assert_eq!(ran.json()[0]["output"], next);
        last = next.to_owned();
    }
    assert_eq!(place.sha256("e.bin"), expected);
    place.run("convert e.bin unknown.xyz").fails(2, &["does not tell the format", "word2vec-text"]);
    place.run("convert e.bin unknown.xyz --to glove").succeeds();
    assert_eq!(place.sha256("unknown.xyz"), place.sha256("b.glove"));
    place.run("convert e.bin a.txt").fails(1, &["a.txt is there already"]);
    place.run("convert e.bin a.txt.gz").fails(2, &["not written", "write a.txt and compress it"]);
    let packed = gzip(&fs::read(place.path("a.txt")).unwrap());
    place.write("packed", packed);
    place.run("convert packed back.bin").succeeds();
    assert_eq!(place.sha256("back.bin"), expected);
}

#[test]
fn evaluation_is_shown_in_three_ways() {
    let place = Workplace::new();
    let (vectors, truth) = (Toy::get().vectors(), Toy::get().truth());
    let asked = format!("evaluate {vectors} --suite {truth} --resamples 50");
    let shown = place.run(&asked).succeeds();
    for part in ["similarity", "analogies", "categorization", "outliers", "50 resamples"] {
        assert!(shown.out.contains(part), "no {part} in {}", shown.out);
    }
    let markdown = place.run(&format!("{asked} --markdown")).succeeds();
    assert!(markdown.out.starts_with("## ") && markdown.out.contains("| --- |"), "{}", markdown.out);
    let json = &place.run(&format!("{asked} --json -q")).succeeds().json()[0];
    assert_eq!(json["sets"].as_array().unwrap().len(), 4);
    assert_eq!(json["options"]["resamples"], 50);
    let short = format!("evaluate -m {vectors} -s {truth}/similarity/toy.tsv --json --restrict 100");
    let restricted = place.run(&short).succeeds();
    assert_eq!(restricted.json()[0]["sets"].as_array().unwrap().len(), 1);
    place.run(&format!("evaluate {vectors}")).fails(2, &["--suite"]);
}

#[test]
fn two_models_are_compared_by_their_differences() {
    let place = Workplace::new();
    let (vectors, truth) = (Toy::get().vectors(), Toy::get().truth());
    place.run(&format!("train {} -o other.bin --dim 4 --epochs 1 -q", Toy::get().corpus())).succeeds();
    let asked = format!("evaluate {vectors} other.bin --suite {truth} --resamples 50");
    assert!(place.run(&asked).succeeds().out.contains("First minus second"));
    let json = &place.run(&format!("{asked} --json")).succeeds().json()[0];
    assert_eq!(json["second"]["vectors"]["name"], "other.bin");
    assert!(json["differences"][0]["common"]["difference"]["p_value"].is_number());
}

#[test]
fn the_demo_leaves_what_its_commands_give() {
    let place = Workplace::new();
    let shown = place.run("demo --words 60000 --dir world --threads 2").succeeds();
    for part in ["firth train corpus.txt", "similarity", "analogy", "is to", "firth odd", "report.md"] {
        assert!(shown.out.contains(part), "no {part} in {}", shown.out);
    }
    let report = fs::read_to_string(place.path("world/report.md")).unwrap();
    assert!(report.starts_with("# A demonstration of firth") && report.contains("## Analogies"));
    place.run("train world/corpus.txt -o again.safetensors -q --threads 3").succeeds();
    assert_eq!(place.sha256("again.safetensors"), place.sha256("world/vectors.safetensors"));
    let evaluated = place.run("evaluate world/vectors.safetensors --suite world/truth").succeeds();
    assert!(evaluated.out.contains("600"));
    // A folder of the demo may be written over, any other one not.
    place.run("demo --words 60000 --dir world -q").succeeds();
    place.run_all(&["demo", "--dir", text(&place.path(""))]).fails(1, &["not from an earlier demo", "--dir"]);
    place.run("demo --words 10").fails(2, &["words is 10, expected at least"]);
}
