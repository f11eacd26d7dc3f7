//! Files that word2vec, GloVe, gensim, fastText and finalfusion wrote, when the shared data are at hand.

use std::path::{Path, PathBuf};

use firth::ErrorKind;
use firth::format::{self, Format};
use firth::model::WordVectors;

/// The folder of sample files; `None`, said so, when it is not there.
fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/pretrained");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no sample files at {}", folder.display());
    None
}

fn read(folder: &Path, name: &str) -> WordVectors {
    // The data may be packed.
    let packed = folder.join(format!("{name}.zst"));
    let path = if packed.exists() { packed } else { folder.join(name) };
    format::read(&path, None).unwrap_or_else(|error| panic!("{error}"))
}

/// Rows and dimension of every sample, as their headers or their documentation tell.
const SAMPLES: [(&str, usize, usize); 22] = [
    ("finalfusion/similarity.txt", 41, 100),
    ("finalfusion/similarity.nodims", 41, 100),
    ("finalfusion/similarity.bin", 41, 100),
    ("finalfusion/analogy.bin", 43, 100),
    ("finalfusion/utf8-incomplete.bin", 3, 3),
    ("finalfusion/utf8-incomplete.dims", 3, 3),
    ("finalfusion/utf8-incomplete.txt", 3, 3),
    ("gensim/EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", 20, 300),
    ("gensim/crime-and-punishment.vec", 291, 5),
    ("gensim/euclidean_vectors.bin", 2747, 10),
    ("gensim/high_precision.kv.bin", 2, 2),
    ("gensim/high_precision.kv.txt", 2, 2),
    ("gensim/lee_fasttext.vec", 1762, 10),
    ("gensim/pang_lee_polarity_fasttext.vec", 0, 0),
    ("gensim/poincare_vectors.bin", 1182, 10),
    ("gensim/test_glove.txt", 0, 0),
    ("gensim/toy-model.vec", 22, 5),
    ("gensim/word2vec_pre_kv_c", 1750, 10),
    ("glove/glove.6B.300d.sample.txt.gz", 0, 300),
    ("word2vec/wiki1m-sg-50d.bin", 0, 50),
    ("word2vec/wiki1m-cbow-hs-50d.bin", 0, 50),
    ("word2vec/sample_skipgram_wikipedia_vectors.txt", 0, 0),
];

#[test]
fn samples_are_read() {
    let Some(folder) = samples() else { return };
    for (name, rows, dim) in SAMPLES {
        let vectors = read(&folder, name);
        println!("{name}: {} x {}", vectors.len(), vectors.dim());
        assert!(rows == 0 || vectors.len() == rows, "{name}: {} rows", vectors.len());
        assert!(dim == 0 || vectors.dim() == dim, "{name}: dimension {}", vectors.dim());
        assert!(vectors.len() > 1 && vectors.dim() > 1, "{name}");
    }
}

#[test]
fn text_and_binary_samples_of_the_same_vectors_agree() {
    let Some(folder) = samples() else { return };
    for (text, binary, tolerance) in [
        ("finalfusion/similarity.txt", "finalfusion/similarity.bin", 1e-6),
        ("finalfusion/similarity.nodims", "finalfusion/similarity.bin", 1e-6),
        ("gensim/high_precision.kv.txt", "gensim/high_precision.kv.bin", 1e-6),
        // Six decimals.
        ("word2vec/wiki1m-sg-50d.txt", "word2vec/wiki1m-sg-50d.bin", 1e-6),
    ] {
        let (text, binary) = (read(&folder, text), read(&folder, binary));
        assert_eq!((text.len(), text.dim()), (binary.len(), binary.dim()));
        for id in 0..text.len() as u32 {
            assert_eq!(text.vocabulary().word(id), binary.vocabulary().word(id));
            for (a, b) in text.vector(id).iter().zip(binary.vector(id)) {
                assert!((a - b).abs() <= tolerance, "{a} {b}");
            }
        }
    }
}

#[test]
fn words_that_are_not_utf8_are_kept() {
    let Some(folder) = samples() else { return };
    for (name, word) in
        [("finalfusion/utf8-incomplete.bin", b"zee\xbf"), ("finalfusion/utf8-incomplete.dims", b"zee\xc3")]
    {
        let vectors = read(&folder, name);
        assert_eq!(vectors.vocabulary().word(1)[..4], word[..], "{name}");
    }
}

#[test]
fn broken_samples_are_refused_with_their_line() {
    let Some(folder) = samples() else { return };
    for (name, place) in [
        ("vecto/embeddings_text_corrupted_emb.txt", "line 2: found 3 numbers"),
        ("gensim/pretrained.vec", "line 1: the header promises 3 rows, the file has 1"),
        ("gensim/toy-model.bin", "fastText model"),
        ("gensim/old_keyedvectors_320.dat", "pickled"),
    ] {
        let error = format::read(&folder.join(name), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFormat);
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[test]
fn samples_survive_conversion_to_every_format() {
    let Some(folder) = samples() else { return };
    let directory = tempfile::tempdir().unwrap();
    for name in ["finalfusion/similarity.bin", "gensim/toy-model.vec", "finalfusion/utf8-incomplete.bin"] {
        let vectors = read(&folder, name);
        for format in Format::ALL {
            let path = directory.path().join("converted");
            format::write(&path, &vectors, format).unwrap();
            let again = format::read(&path, None).unwrap();
            assert!((0..vectors.len() as u32).all(|id| {
                again.vocabulary().word(id) == vectors.vocabulary().word(id)
                    && again.vector(id) == vectors.vector(id)
            }));
        }
    }
}
