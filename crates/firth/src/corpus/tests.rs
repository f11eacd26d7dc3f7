//! The whole pass against the four-line version, for any blocks, threads and budgets.

use std::collections::HashMap;
use std::io::Write;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::count::count_blocks;
use super::*;
use crate::error::{ErrorKind, Result};

/// What the naive program finds: types by first appearance with counts, and sentences of type numbers.
#[derive(Debug, Default, PartialEq)]
struct Naive {
    types: Vec<(Vec<u8>, u64)>,
    sentences: Vec<Vec<u32>>,
}

fn naive(texts: &[&[u8]], words: impl Fn(&[u8]) -> Vec<Vec<u8>>) -> Naive {
    let mut found = Naive::default();
    let mut numbers = HashMap::new();
    for line in texts.iter().flat_map(|text| text.split(|&byte| byte == b'\n')) {
        let mut sentence = Vec::new();
        for word in words(line) {
            let number = *numbers.entry(word.clone()).or_insert_with(|| {
                found.types.push((word, 0));
                found.types.len() - 1
            });
            found.types[number].1 += 1;
            sentence.push(number as u32);
        }
        found.sentences.push(sentence);
    }
    found
}

fn by_whitespace(line: &[u8]) -> Vec<Vec<u8>> {
    let words = line.split(|byte| b" \t\r\x0b\x0c".contains(byte));
    words.filter(|word| !word.is_empty()).map(<[u8]>::to_vec).collect()
}

impl Naive {
    /// What is left when types become `ids`.
    fn encoded(&self, ids: &[u32]) -> Vec<u32> {
        let mut all = Vec::new();
        for sentence in &self.sentences {
            let before = all.len();
            all.extend(sentence.iter().map(|&number| ids[number as usize]).filter(|&id| id != DROPPED));
            if all.len() > before {
                all.push(SENTENCE_END);
            }
        }
        all
    }
}

fn options(threads: usize) -> EncodeOptions {
    EncodeOptions { threads, ..EncodeOptions::default() }
}

fn silent(_: CountProgress) {}

fn types_of(counted: &Counted) -> Vec<(Vec<u8>, u64)> {
    counted.types().map(|(word, count)| (word.to_vec(), count)).collect()
}

/// Types with counts, ids with nothing dropped, and the digest.
type Whole = (Vec<(Vec<u8>, u64)>, Vec<u32>, String);

fn whole(sources: &Sources, options: &EncodeOptions) -> Result<Whole> {
    let counted = count(sources, options, &mut silent)?;
    let types = types_of(&counted);
    let ids: Vec<u32> = (0..types.len() as u32).collect();
    let encoded = counted.encode(&ids, options.threads)?;
    Ok((types, encoded.ids().to_vec(), encoded.digest().to_owned()))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// With a checksum, as the program zstd writes.
fn zstd(text: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Bytes that make words, whitespace and lines collide often; long words too.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec!["a", "b", "king", "queen", "a\0", "\0", "\u{142}\u{f3}d\u{17a}"]).prop_map(|word| word.into()),
        1 => prop::collection::vec(any::<u8>(), 1..40),
        6 => prop::sample::select(vec![" ", "\n", "  ", "\r\n", "\t", "\n\n", " \n "]).prop_map(|space| space.into()),
    ];
    prop::collection::vec(piece, 0..150).prop_map(|pieces: Vec<Vec<u8>>| pieces.concat())
}

proptest! {
    #[test]
    fn counting_and_encoding_agree_with_the_naive_program(
        texts in prop::collection::vec(text(), 1..3),
        block_bytes in prop_oneof![1usize..40, Just(1 << 20)],
        threads in prop::sample::select(vec![1, 2, 3, 8]),
        max_memory in prop_oneof![Just(None), Just(Some(0)), (0u64..400).prop_map(Some)],
        drop_every in 2usize..5,
    ) {
        let texts: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
        let expected = naive(&texts, by_whitespace);
        let mut sources = Sources::from_bytes("first", texts[0].to_vec());
        texts[1..].iter().for_each(|text| sources.push_bytes("another", text.to_vec()));
        let options = EncodeOptions { max_memory, ..options(threads) };
        let counted = match count_blocks(&sources, &options, block_bytes, &mut silent) {
            Ok(counted) => counted,
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::UnusableCorpus);
                prop_assert!(expected.types.is_empty());
                return Ok(());
            }
        };
        prop_assert_eq!(types_of(&counted), expected.types.clone());
        prop_assert_eq!(counted.tokens(), expected.types.iter().map(|(_, count)| count).sum::<u64>());
        prop_assert_eq!(counted.bytes(), texts.iter().map(|text| text.len() as u64).sum::<u64>());
        // The naive program sees an empty line after the last line end of a text.
        let unfinished = texts.iter().filter(|text| !text.is_empty() && !text.ends_with(b"\n")).count();
        let line_ends = texts.concat().iter().filter(|&&byte| byte == b'\n').count();
        prop_assert_eq!(counted.lines(), (line_ends + unfinished) as u64);
        let ids: Vec<u32> = (0..expected.types.len()).map(|i| if i % drop_every == 1 { DROPPED } else { i as u32 * 10 }).collect();
        let encoded = counted.encode(&ids, threads).unwrap();
        let expected_ids = expected.encoded(&ids);
        prop_assert_eq!(encoded.ids(), &expected_ids[..]);
        prop_assert_eq!(encoded.tokens(), expected_ids.iter().filter(|&&id| id != SENTENCE_END).count() as u64);
        prop_assert_eq!(encoded.sentences(), expected_ids.iter().filter(|&&id| id == SENTENCE_END).count() as u64);
        prop_assert!(encoded.is_on_disk() || max_memory != Some(0));
    }

    #[test]
    fn unicode_words_agree_with_the_segmentation_of_whole_lines(
        line in "[aZ\u{142}\u{130}\u{3a3}\u{5d0}\u{4e2d}\u{1f469}\u{200d}\u{301}' .,:_0-9-]{0,60}",
        lowercase: bool,
        block_bytes in 1usize..30,
    ) {
        let words = |line: &[u8]| {
            let line = std::str::from_utf8(line).unwrap();
            let line = if lowercase { line.to_lowercase() } else { line.to_owned() };
            line.unicode_words().map(|word| word.as_bytes().to_vec()).collect()
        };
        let expected = naive(&[line.as_bytes()], words);
        let options = EncodeOptions { tokenizer: Tokenizer::Words, lowercase, ..options(2) };
        match count_blocks(&Sources::from_bytes("line", line.clone().into_bytes()), &options, block_bytes, &mut silent) {
            Ok(counted) => prop_assert_eq!(types_of(&counted), expected.types),
            Err(_) => prop_assert!(expected.types.is_empty()),
        }
    }
}

/// Enough text for many blocks and for the table to grow several times, with a seeded generator.
fn large_text() -> Vec<u8> {
    use crate::rng::{Purpose, Stream};
    let mut stream = Stream::new(5, Purpose::Test, &[]);
    let mut text = Vec::new();
    while text.len() < 3 << 20 {
        // Squaring makes small numbers frequent, as in language.
        let unit = stream.unit_f64();
        let word = (unit.powi(4) * 60_000.0) as u32;
        write!(text, "{}{word}", if word.is_multiple_of(7) { "a-rather-long-word-" } else { "w" }).unwrap();
        text.push(if stream.below(20) == 0 { b'\n' } else { b' ' });
    }
    text
}

#[test]
fn threads_and_spilling_change_nothing() {
    let text = large_text();
    let expected = naive(&[&text], by_whitespace);
    let sources = Sources::from_bytes("large", text);
    let all: Vec<u32> = (0..expected.types.len() as u32).collect();
    let (types, ids, digest) = whole(&sources, &options(1)).unwrap();
    assert_eq!(types, expected.types);
    assert_eq!(ids, expected.encoded(&all));
    for threads in [2, 3, 8] {
        assert_eq!(whole(&sources, &options(threads)).unwrap(), (types.clone(), ids.clone(), digest.clone()));
    }
    for budget in [0, 500_000, ids.len() as u64 * 4 - 1] {
        let directory = tempfile::tempdir().unwrap();
        let temporary_directory = Some(directory.path().to_owned());
        let options = EncodeOptions { max_memory: Some(budget), temporary_directory, ..options(2) };
        let counted = count(&sources, &options, &mut silent).unwrap();
        let encoded = counted.encode(&all, 2).unwrap();
        assert!(encoded.is_on_disk());
        assert_eq!(encoded.ids(), ids);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "temporary files have no name");
    }
    let roomy = EncodeOptions { max_memory: Some(ids.len() as u64 * 4), ..options(2) };
    assert!(!count(&sources, &roomy, &mut silent).unwrap().encode(&all, 2).unwrap().is_on_disk());
}

#[test]
fn compression_changes_nothing() {
    let text = large_text();
    let (left, right) = text.split_at(text.len() / 3);
    let expected = whole(&Sources::from_bytes("plain", text.clone()), &options(2)).unwrap();
    for packed in [
        gzip(&text),
        [gzip(left), gzip(right), gzip(b"")].concat(),
        zstd(&text),
        [zstd(left), zstd(b""), zstd(right)].concat(),
        [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], &zstd(&text)[..]].concat(),
    ] {
        assert_eq!(whole(&Sources::from_bytes("packed", packed), &options(2)).unwrap(), expected);
    }
}

#[test]
fn cut_or_damaged_compressed_files_are_errors_that_name_the_file() {
    let text = b"the king and the queen and the end of the story\n".repeat(20);
    for (packed, start) in [(gzip(&text), 3), (zstd(&text), 4)] {
        for length in start..packed.len() {
            let sources = Sources::from_bytes("story.packed", packed[..length].to_vec());
            let error = whole(&sources, &options(2)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidFormat, "{length} of {}: {error}", packed.len());
            assert!(error.to_string().starts_with("story.packed: after "), "{error}");
            assert!(error.to_string().contains("cut short"), "{error}");
        }
        let twice = [&packed[..], &packed[..packed.len() - 1]].concat();
        assert!(whole(&Sources::from_bytes("twice", twice), &options(1)).is_err());
        let mut damaged = packed.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        let error = whole(&Sources::from_bytes("damaged", damaged), &options(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFormat);
        let garbage = [&packed[..], b"garbage"].concat();
        assert!(whole(&Sources::from_bytes("garbage", garbage), &options(1)).is_err());
    }
}

#[test]
fn corpora_without_words_are_refused() {
    for text in [&b""[..], b"\n\n\n", b" \t\r\n \x0b\x0c"] {
        for packed in [text.to_vec(), gzip(text), zstd(text)] {
            let error =
                count(&Sources::from_bytes("blank.txt", packed), &options(2), &mut silent).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnusableCorpus);
            assert!(error.to_string().contains("blank.txt: no word in"), "{error}");
        }
    }
    let punctuation = Sources::from_bytes("punctuation", b"... --- !!!\n".to_vec());
    let options = EncodeOptions { tokenizer: Tokenizer::Words, ..options(1) };
    assert_eq!(count(&punctuation, &options, &mut silent).unwrap_err().kind(), ErrorKind::UnusableCorpus);
}

#[test]
fn wrong_arguments_are_refused() {
    let sources = Sources::from_bytes("text", b"the king\n".to_vec());
    assert_eq!(count(&sources, &options(0), &mut silent).unwrap_err().kind(), ErrorKind::InvalidArgument);
    let counted = || count(&sources, &options(1), &mut silent).unwrap();
    assert_eq!(counted().encode(&[0], 1).unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(counted().encode(&[0, 1], 0).unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(counted().encode(&[DROPPED, DROPPED], 1).unwrap_err().kind(), ErrorKind::UnusableCorpus);
    let nowhere = EncodeOptions {
        max_memory: Some(0),
        temporary_directory: Some("/no/such/directory".into()),
        ..options(2)
    };
    let error = count(&sources, &nowhere, &mut silent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("/no/such/directory"), "{error}");
}

#[test]
fn lines_and_words_have_no_longest_length() {
    // One line of 100 MB, in many blocks.
    let text = b"king and queen ".repeat(100_000_000 / 15);
    let sources = Sources::from_bytes("line", text);
    let counted = count(&sources, &options(2), &mut silent).unwrap();
    assert_eq!((counted.lines(), counted.tokens(), counted.len()), (1, 19_999_998, 3));
    let encoded = counted.encode(&[0, DROPPED, 1], 2).unwrap();
    let ids = encoded.ids();
    assert_eq!(ids.len(), 13_333_333);
    assert!(ids[..ids.len() - 1].chunks(2).all(|pair| pair == [0, 1]));
    assert_eq!(ids.last(), Some(&SENTENCE_END));
    // One word of 30 MB between others.
    let mut text = b"a ".to_vec();
    text.resize(30_000_000, b'x');
    text.extend_from_slice(b" b\nc");
    let (types, ids, _) = whole(&Sources::from_bytes("word", text), &options(2)).unwrap();
    assert_eq!(types[1].0.len(), 29_999_998);
    assert_eq!(ids, [0, 1, 2, SENTENCE_END, 3, SENTENCE_END]);
}

#[test]
fn digests_tell_texts_and_settings_apart_but_not_threads_or_packing() {
    let digest = |text: &[u8], options: &EncodeOptions| {
        count(&Sources::from_bytes("text", text.to_vec()), options, &mut silent).unwrap().digest().to_owned()
    };
    let text = b"The king and the queen\n";
    let plain = digest(text, &options(1));
    assert_eq!(plain.len(), 32);
    assert_eq!(digest(&gzip(text), &options(3)), plain);
    assert_ne!(digest(b"The king and the queen\n\n", &options(1)), plain);
    assert_ne!(digest(text, &EncodeOptions { lowercase: true, ..options(1) }), plain);
    assert_ne!(digest(text, &EncodeOptions { tokenizer: Tokenizer::Words, ..options(1) }), plain);
    let mut two = Sources::from_bytes("text", text.to_vec());
    two.push_bytes("more", text.to_vec());
    assert_ne!(count(&two, &options(1), &mut silent).unwrap().digest(), plain);
}

#[test]
fn progress_ends_with_the_whole() {
    let text = large_text();
    let size = text.len() as u64;
    let mut last = CountProgress::default();
    let counted = count(&Sources::from_bytes("large", text), &options(2), &mut |progress| {
        assert!(progress.bytes >= last.bytes && progress.tokens >= last.tokens);
        last = progress;
    });
    let counted = counted.unwrap();
    let (tokens, lines) = (counted.tokens(), counted.lines());
    assert_eq!(last, CountProgress { read: size, total: Some(size), bytes: size, tokens, lines });
}

#[test]
fn files_directories_and_patterns_are_expanded_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::create_dir_all(root.join("b/inner")).unwrap();
    std::fs::create_dir_all(root.join(".hidden")).unwrap();
    std::fs::create_dir_all(root.join("empty")).unwrap();
    for (name, text) in [
        ("b/inner/2.txt", "two"),
        ("b/1.txt", "one\n"),
        ("a.txt", "start"),
        ("c[1].txt", "bracket"),
        ("z.md", "other"),
        (".note", "no"),
        (".hidden/x.txt", "no"),
    ] {
        std::fs::write(root.join(name), text).unwrap();
    }
    std::fs::write(root.join("b/3.txt"), gzip(b"three")).unwrap();
    let names = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(|argument| root.join(argument)).collect();
        let sources = Sources::new(&arguments).unwrap();
        let prefix = format!("{}/", root.display());
        sources.names().map(|name| name.replace(&prefix, "")).collect::<Vec<_>>()
    };
    assert_eq!(names(&["b"]), ["b/1.txt", "b/3.txt", "b/inner/2.txt"]);
    assert_eq!(names(&["z.md", "a.txt"]), ["z.md", "a.txt"]);
    assert_eq!(names(&["*.txt"]), ["a.txt", "c[1].txt"]);
    assert_eq!(names(&["**/*.txt"]), ["a.txt", "b/1.txt", "b/3.txt", "b/inner/2.txt", "c[1].txt"]);
    assert_eq!(names(&["c[1].txt"]), ["c[1].txt"]);
    assert_eq!(names(&["[bz]*"]), ["b/1.txt", "b/3.txt", "b/inner/2.txt", "z.md"]);
    assert_eq!(names(&["."]).len(), 6);
    let (types, ids, _) =
        whole(&Sources::new(&[root.join("b"), root.join("a.txt")]).unwrap(), &options(2)).unwrap();
    let words: Vec<_> = types.into_iter().map(|(word, _)| String::from_utf8(word).unwrap()).collect();
    assert_eq!(words, ["one", "three", "two", "start"]);
    assert_eq!(ids, [0, SENTENCE_END, 1, SENTENCE_END, 2, SENTENCE_END, 3, SENTENCE_END]);

    let kind = |argument: &str| Sources::new(&[root.join(argument)]).unwrap_err().kind();
    assert_eq!(kind("empty"), ErrorKind::UnusableCorpus);
    assert_eq!(kind("none.txt"), ErrorKind::Io);
    assert_eq!(kind("none*.txt"), ErrorKind::InvalidArgument);
    assert_eq!(kind("a**b.txt"), ErrorKind::InvalidArgument);
    assert_eq!(Sources::new(&[] as &[&str]).unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(Sources::new(&["-", "-"]).unwrap_err().kind(), ErrorKind::InvalidArgument);
    assert_eq!(Sources::new(&["-"]).unwrap().size(), None);

    // Named when the list was made, gone when it is read.
    let gone = Sources::new(&[root.join("a.txt")]).unwrap();
    std::fs::remove_file(root.join("a.txt")).unwrap();
    let error = count(&gone, &options(2), &mut silent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("a.txt"), "{error}");
}

#[test]
fn an_encoded_corpus_of_given_ids_is_put_right() {
    const END: u32 = SENTENCE_END;
    let corpus = EncodedCorpus::from_ids([END, 1, 2, END, END, 3], "given");
    assert_eq!(corpus.ids(), [1, 2, END, 3, END]);
    assert_eq!((corpus.tokens(), corpus.sentences(), corpus.digest()), (3, 2, "given"));
    assert_eq!(EncodedCorpus::from_ids([END], "").ids(), [] as [u32; 0]);
}

#[test]
fn messy_files_agree_with_the_naive_program() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/corpora/messy");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: the messy corpora are not at {}", folder.display());
        return;
    };
    let mut read = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let mut text = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|extension| extension == "zst") {
            text = zstd::decode_all(text.as_slice()).unwrap();
        }
        let expected = naive(&[&text], by_whitespace);
        let sources = Sources::new(&[&path]).unwrap();
        if expected.types.is_empty() {
            assert_eq!(
                count(&sources, &options(2), &mut silent).unwrap_err().kind(),
                ErrorKind::UnusableCorpus
            );
            continue;
        }
        let (types, ids, digest) = whole(&sources, &options(2)).unwrap();
        let all: Vec<u32> = (0..types.len() as u32).collect();
        assert!(types == expected.types && ids == expected.encoded(&all), "{}", path.display());
        assert_eq!(whole(&Sources::from_bytes("unpacked", text), &options(3)).unwrap().2, digest);
        let words = EncodeOptions { tokenizer: Tokenizer::Words, lowercase: true, ..options(2) };
        whole(&sources, &words).unwrap();
        read += 1;
    }
    assert!(read > 8);
}
