//! What is written is read back to the bit, in every format.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use firth::ErrorKind;
use firth::format::{self, Format, ReadOptions};
use firth::matrix::Matrix;
use firth::model::{Model, WordVectors};
use firth::vocab::Vocabulary;
use proptest::prelude::*;
use serde_json::json;

fn vectors(words: &[&[u8]], dim: usize, floats: Vec<f32>) -> WordVectors {
    let vocabulary = Vocabulary::from_words(words.iter().map(|w| (w, 0))).unwrap();
    WordVectors::from_dense(vocabulary, dim, Arc::new(floats))
}

fn assert_same(a: &WordVectors, b: &WordVectors) {
    assert_eq!((a.len(), a.dim()), (b.len(), b.dim()));
    for id in 0..a.len() as u32 {
        assert_eq!(a.vocabulary().word(id), b.vocabulary().word(id), "word {id}");
        let bits = |v: &WordVectors| v.vector(id).iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(a), bits(b), "vector {id}");
    }
}

/// Writes, looks that the content alone tells the format, and reads.
fn round_trip(directory: &Path, vectors: &WordVectors, format: Format) -> WordVectors {
    let path = directory.join("vectors");
    format::write(&path, vectors, format).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(
        format::sniff(&bytes),
        Some(format),
        "{}",
        String::from_utf8_lossy(&bytes[..bytes.len().min(80)])
    );
    format::read(&path, None).unwrap()
}

fn model(words: usize, dim: usize, output: bool) -> Model {
    let vocabulary =
        Vocabulary::from_words((0..words).map(|i| (format!("word{i}"), (words - i) as u64))).unwrap();
    let matrix = |scale: f32| {
        let mut matrix = Matrix::zeros(words, dim);
        for i in 0..words {
            matrix.row_mut(i).iter_mut().enumerate().for_each(|(k, v)| *v = scale * (i * dim + k) as f32);
        }
        matrix
    };
    let metadata = json!({ "seed": 1, "architecture": "skip-gram", "learning_rate": 0.1 + 0.2, "nested": { "b": 1, "a": [2] } });
    Model { vocabulary, input: matrix(0.1), output: output.then(|| matrix(-0.3)), metadata }
}

proptest! {
    // Every file is flushed to the disk, which takes its time.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_finite_numbers_survive_every_format(
        dim in 1usize..6,
        bits in prop::collection::vec(any::<u32>(), 1..60),
        words in prop::collection::hash_set("[^ \n\r\t]{1,6}", 60),
    ) {
        let floats: Vec<f32> = bits.iter().map(|&b| f32::from_bits(b)).map(|v| if v.is_finite() { v } else { -0.0 }).collect();
        let rows = floats.len() / dim;
        prop_assume!(rows > 0);
        let words: Vec<&[u8]> = words.iter().map(|w| w.as_bytes()).take(rows).collect();
        let vectors = vectors(&words, dim, floats[..rows * dim].to_vec());
        let directory = tempfile::tempdir().unwrap();
        for format in Format::ALL {
            assert_same(&vectors, &round_trip(directory.path(), &vectors, format));
        }
    }

    #[test]
    fn no_content_makes_a_reader_panic(
        header in prop::option::of((0u32..5, 0u32..5)),
        body in prop::collection::vec(prop_oneof![prop::sample::select(b" \n1.-ea\t\r".to_vec()), any::<u8>()], 0..80),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        let header = header.map(|(rows, dim)| format!("{rows} {dim}\n").into_bytes()).unwrap_or_default();
        std::fs::write(&path, [header, body].concat()).unwrap();
        for format in Format::ALL.map(Some).into_iter().chain([None]) {
            if let Err(error) = format::read(&path, format) {
                prop_assert_eq!(error.kind(), ErrorKind::InvalidFormat);
                prop_assert!(error.to_string().contains("file: "));
            }
        }
    }

    #[test]
    fn no_change_to_a_native_file_makes_the_reader_panic(changes in prop::collection::vec((any::<u32>(), any::<u8>()), 1..6), cut in prop::option::of(any::<u32>())) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        format::write_model(&path, &model(3, 2, true)).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in changes {
            let at = at as usize % bytes.len();
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut as usize % bytes.len());
        }
        std::fs::write(&path, bytes).unwrap();
        if let Ok(vectors) = format::read(&path, Some(Format::Native)) {
            let query = vectors.query(&[(1.0, 0)]);
            vectors.neighbors(&[query], 5, 1);
        }
        let _ = format::read_model(&path);
    }
}

#[test]
fn odd_words_survive() {
    let directory = tempfile::tempdir().unwrap();
    let words: Vec<&[u8]> = vec![
        b"plain",
        b"New York",
        b"at 5 o'clock",
        b"1 2",
        "a\u{a0}b".as_bytes(),
        "\u{3000}".as_bytes(),
        b"\xff\xfe\x00",
        b"\r",
        b"tab\tin",
        b"",
        b" ",
        b"7",
    ];
    let vectors = vectors(&words, 3, (0..36).map(|i| i as f32 / 7.0).collect());
    for format in [Format::Native, Format::Word2vecText] {
        assert_same(&vectors, &round_trip(directory.path(), &vectors, format));
    }
    // Without a header most lines must be plain for the dimension to be found.
    let path = directory.path().join("vectors");
    format::write(&path, &vectors, Format::GloveText).unwrap();
    assert_same(&vectors, &format::read(&path, Some(Format::GloveText)).unwrap());
}

#[test]
fn words_that_a_format_cannot_hold_are_refused_before_anything_is_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vectors");
    let refused = |word: &[u8], value: f32, format: Format, why: &str| {
        let error =
            format::write(&path, &vectors(&[b"first", word], 1, vec![1.0, value]), format).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains(why) && error.to_string().contains("word 1"), "{error}");
        assert!(!path.exists());
    };
    refused(b"line\nbreak", 1.0, Format::Word2vecText, "line break");
    refused(b"line\nbreak", 1.0, Format::GloveText, "line break");
    refused(b"New York", 1.0, Format::Word2vecBinary, "space");
    refused(b"\nfirst", 1.0, Format::Word2vecBinary, "line break");
    for format in [Format::Word2vecText, Format::Word2vecBinary, Format::GloveText] {
        refused(b"nan", f32::NAN, format, "not finite");
    }
}

#[test]
fn a_model_survives_and_gives_the_same_bytes_each_time() {
    let directory = tempfile::tempdir().unwrap();
    let (one, two) = (directory.path().join("one.firth"), directory.path().join("two.firth"));
    for (words, dim, output) in [(5, 3, true), (4, 7, false), (1, 1, true), (33, 16, true)] {
        let model = model(words, dim, output);
        format::write_model(&one, &model).unwrap();
        let read = format::read_model(&one).unwrap();
        assert_eq!(read.metadata, model.metadata);
        assert_eq!(read.vocabulary.counts(), model.vocabulary.counts());
        assert_eq!(read.input.as_slice(), model.input.as_slice());
        assert_eq!(read.output.as_ref().map(Matrix::as_slice), model.output.as_ref().map(Matrix::as_slice));
        format::write_model(&two, &read).unwrap();
        assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
        let vectors = format::read(&one, None).unwrap();
        assert_eq!(vectors.metadata(), &model.metadata);
        assert_eq!(vectors.vocabulary().counts(), model.vocabulary.counts());
        assert_same(&vectors, &model.into_word_vectors());
    }
}

/// Other programs open it with the library of the format; rows and numbers are aligned for them.
#[test]
fn the_native_file_is_a_safetensors_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("model.safetensors");
    for words in 1..20 {
        format::write_model(&path, &model(words, 3, true)).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let start = |name: &str| file.tensor(name).unwrap().data().as_ptr().addr() - bytes.as_ptr().addr();
        assert_eq!(file.tensor("input").unwrap().shape(), [words, 3]);
        assert_eq!(start("input") % 64, 0);
        assert_eq!(start("output") % 4, 0);
        assert_eq!((start("vocabulary.offsets") % 8, start("vocabulary.counts") % 8), (0, 0));
        assert_eq!(file.tensor("vocabulary.offsets").unwrap().dtype(), safetensors::Dtype::U64);
        let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        let text = &metadata.metadata().as_ref().unwrap()["firth"];
        assert!(text.contains("\"format_version\":1"), "{text}");
    }
}

/// A file that another program wrote, with its own order and alignment.
#[test]
fn a_native_file_in_another_order_is_read() {
    let (floats, offsets, counts) = ([1.5f32, -2.0, 0.25, 8.0], [0u64, 2, 3], [7u64, 5]);
    let le = |floats: &[f32]| floats.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let data = [
        b"abc".to_vec(),
        le(&floats),
        offsets.iter().flat_map(|v| v.to_le_bytes()).collect(),
        counts.iter().flat_map(|v| v.to_le_bytes()).collect(),
    ];
    let header = json!({
        "__metadata__": { "firth": "{\"format_version\": 1}", "other": "text" },
        "vocabulary.bytes": { "dtype": "U8", "shape": [3], "data_offsets": [0, 3] },
        "input": { "dtype": "F32", "shape": [2, 2], "data_offsets": [3, 19] },
        "vocabulary.offsets": { "dtype": "U64", "shape": [3], "data_offsets": [19, 43] },
        "vocabulary.counts": { "dtype": "U64", "shape": [2], "data_offsets": [43, 59] },
    })
    .to_string();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("foreign.safetensors");
    let length = (header.len() as u64).to_le_bytes();
    std::fs::write(&path, [&length[..], header.as_bytes(), &data.concat()].concat()).unwrap();
    let read = format::read(&path, None).unwrap();
    assert_same(&read, &vectors(&[b"ab", b"c"], 2, floats.to_vec()));
    assert_eq!(read.vocabulary().counts(), counts);
    assert!(read.metadata().is_null());
}

#[test]
fn text_is_read_the_same_by_any_number_of_threads() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vectors.txt");
    let words: Vec<String> = (0..700).map(|i| format!("word{i}")).collect();
    let words: Vec<&[u8]> = words.iter().map(|w| w.as_bytes()).collect();
    let vectors = vectors(&words, 3, (0..2100).map(|i| 1.0 / (i + 1) as f32).collect());
    format::write(&path, &vectors, Format::Word2vecText).unwrap();
    for threads in [1, 2, 3, 64] {
        let options = ReadOptions { format: None, threads: Some(threads) };
        assert_same(&format::read_with(&path, &options).unwrap(), &vectors);
    }
}

#[test]
fn compressed_files_are_read() {
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors(&[b"a", b"b"], 2, vec![1.0, 2.0, 3.0, 4.0]);
    for format in Format::ALL {
        let plain = directory.path().join("plain");
        format::write(&plain, &vectors, format).unwrap();
        let bytes = std::fs::read(&plain).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, &bytes).unwrap();
        for packed in [gzip.finish().unwrap(), zstd::encode_all(&bytes[..], 1).unwrap()] {
            let path: PathBuf = directory.path().join("packed");
            std::fs::write(&path, &packed).unwrap();
            assert_same(&format::read(&path, None).unwrap(), &vectors);
            std::fs::write(&path, &packed[..packed.len() - 6]).unwrap();
            let error = format::read(&path, None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidFormat);
            assert!(error.to_string().contains("stream"), "{error}");
        }
    }
}

#[test]
fn an_empty_vocabulary_survives() {
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors(&[], 4, vec![]);
    for format in [Format::Native, Format::Word2vecText] {
        assert_same(&vectors, &round_trip(directory.path(), &vectors, format));
    }
    let error = format::write(&directory.path().join("glove"), &vectors, Format::GloveText).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[test]
fn formats_have_names_and_extensions() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
    }
    assert!("word2vec".parse::<Format>().unwrap_err().to_string().contains("word2vec-text"));
    let of = |name: &str| Format::from_extension(Path::new(name));
    assert_eq!(of("a.safetensors"), Some(Format::Native));
    assert_eq!(of("a.b.VEC"), Some(Format::Word2vecText));
    assert_eq!(of("a.txt.gz"), Some(Format::Word2vecText));
    assert_eq!(of("a.bin.zst"), Some(Format::Word2vecBinary));
    assert_eq!(of("a.glove"), Some(Format::GloveText));
    assert_eq!((of("a.md"), of("txt"), of("a.gz")), (None, None, None));
}
