//! One test per defect: what is wrong with a file is told with its place, what was found and what was expected.

use std::path::PathBuf;

use firth::ErrorKind;
use firth::format::{self, Format};
use serde_json::{Value, json};

/// Reads `content` and returns the error, which must name the file.
fn error(content: impl AsRef<[u8]>, format: Option<Format>) -> String {
    let (_directory, path) = file(content);
    let error = format::read(&path, format).expect_err("the file is broken");
    assert_eq!(error.kind(), ErrorKind::InvalidFormat, "{error}");
    let message = error.to_string();
    assert!(message.starts_with(&*path.to_string_lossy()), "{message}");
    message[path.as_os_str().len()..].to_string()
}

fn file(content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("broken");
    std::fs::write(&path, content).unwrap();
    (directory, path)
}

macro_rules! defect {
    ($name:ident, $content:expr, $format:expr, $($expected:expr),+) => {
        #[test]
        fn $name() {
            let message = error($content, $format);
            $(assert!(message.contains($expected), "{message}");)+
        }
    };
}

defect!(empty, "", None, "byte 0", "the file is empty");
defect!(unknown, "what is this?\n", None, "byte 0", "unknown format", "expected");
defect!(pickle, b"\x80\x04\x95rest", None, "pickled Python object", "save_word2vec_format");
defect!(fasttext, b"\xba\x16\x4f\x2f\x0c\0\0\0", None, "fastText model");

// Text.
const TEXT: Option<Format> = Some(Format::Word2vecText);
const GLOVE: Option<Format> = Some(Format::GloveText);
defect!(text_number_missing, "2 3\na 1 2 3\nb 1 2\n", None, "line 3", "found 2 numbers", "expected 3");
defect!(text_first_row_short, "2 3\na 1 2\nb 1 2 3\n", None, "line 2", "found 2 numbers", "expected 3");
defect!(text_number_bad, "2 3\na 1 2 3\nb 1 x 3\n", None, "line 3", "number 2 is `x`");
defect!(text_comma_decimals, "1 2\na 0,5 0,25\n", TEXT, "line 2", "`0,25`", "expected a decimal number");
defect!(text_double_space, "1 2\na 1  2\n", None, "line 2", "expected 2");
defect!(text_nan, "2 2\na 1 2\nb nan 1\n", None, "line 3", "number 1 of `b` is NaN");
defect!(text_infinity, "2 2\na 1 2\nNew York 1 -inf\n", None, "line 3", "number 2 of `New York` is -inf");
defect!(text_too_large, "1 2\na 1 1e99\n", None, "line 2", "is inf");
defect!(text_blank_line, "3 2\na 1 2\n\nb 1 2\n", None, "line 3", "empty");
defect!(text_fewer_rows, "3 2\na 1 2\nb 1 2\n", None, "line 1", "promises 3 rows", "has 2");
defect!(text_more_rows, "1 2\na 1 2\nb 1 2\n", None, "line 1", "promises 1 rows", "has 2");
defect!(text_no_row, "3 2\n", None, "line 1", "promises 3 rows", "has 0");
defect!(text_dim_zero, "1 0\na\n", TEXT, "line 1", "0 numbers");
defect!(text_rows_beyond_belief, "1152921504606846976 2\na 1 2\n", None, "1152921504606846976 rows", "has 1");
defect!(
    text_dim_beyond_belief,
    "1 1152921504606846976\na 1 2\n",
    None,
    "line 2",
    "found 2",
    "expected 1152921504606846976"
);
defect!(
    text_dim_beyond_64_bits,
    "1 99999999999999999999999\na 1 2\n",
    None,
    "line 2",
    "expected 1844674407370955161"
);
defect!(text_only_a_word, "word\n", GLOVE, "line 1", "found no number");
defect!(glove_ragged, "a 1 2 3\nb 1 2 3\nc 1 2\n", None, "line 3", "found 2 numbers", "expected 3");
defect!(glove_nan, "a 1 2\nb 1 NaN\n", None, "line 2", "number 2 of `b` is NaN");
defect!(text_cut_in_a_number, "2 2\na 1 2\nb 1", None, "line 3", "found 1 number", "expected 2");
defect!(text_is_binary, b"1 1\na \x00\x00\x80\x3f\n", TEXT, "line 2");

// The first of several bad lines is told, however the file is cut into pieces.
#[test]
fn the_first_bad_line_is_told() {
    let mut lines: Vec<String> = (0..500).map(|i| format!("word{i} 1 2")).collect();
    lines[123] = "word 1 oops".into();
    lines[321] = "word 1".into();
    let message = error(format!("500 2\n{}\n", lines.join("\n")), None);
    assert!(message.contains("line 125") && message.contains("`oops`"), "{message}");
}

/// A word2vec binary file of the rows `a` and `bc`, two numbers each.
fn binary() -> Vec<u8> {
    let mut bytes = b"2 2\na ".to_vec();
    bytes.extend([1.0f32, 2.0].iter().flat_map(|v| v.to_le_bytes()));
    bytes.extend(b"\nbc ");
    bytes.extend([3.0f32, 4.0].iter().flat_map(|v| v.to_le_bytes()));
    bytes.push(b'\n');
    bytes
}

const BINARY: Option<Format> = Some(Format::Word2vecBinary);
defect!(binary_no_header, "word \0\0\0\0", BINARY, "byte 0", "number of rows and the dimension");
defect!(
    binary_rows_beyond_belief,
    b"1152921504606846976 2\na \0\0\0\0\0\0\0\0",
    BINARY,
    "byte 0",
    "1152921504606846976 rows"
);
defect!(
    binary_dim_beyond_belief,
    b"1 1152921504606846976\na \0\0\0\0\0\0\0\0",
    BINARY,
    "byte 0",
    "of 1152921504606846976 numbers"
);
defect!(
    binary_dim_beyond_64_bits,
    b"1 99999999999999999999\na \0\0\0\0\0\0\0\0",
    BINARY,
    "byte 0",
    "18446744073709551615"
);
defect!(binary_dim_zero, b"1 0\na \0\0\0\0", BINARY, "byte 0", "0 numbers");
defect!(
    binary_fewer_rows,
    [&b"3 2\n"[..], &binary()[4..]].concat(),
    BINARY,
    "byte 0",
    "promises 3 rows of 2 numbers, 27 bytes"
);
defect!(
    binary_more_rows,
    [&b"1 2\n"[..], &binary()[4..]].concat(),
    BINARY,
    "byte 14",
    "13 bytes left after the 1 rows"
);
defect!(binary_no_space, b"2 1\na \0\0\0\0bcdef\0\0\0\0\n\n", BINARY, "row 2 (byte 10)", "no space");
defect!(
    binary_cut_in_a_row,
    &binary()[..22],
    BINARY,
    "row 2 (byte 15)",
    "4 bytes left after `bc`",
    "expected 8"
);

#[test]
fn binary_nan() {
    let mut bytes = binary();
    bytes[22..26].copy_from_slice(&f32::NAN.to_le_bytes());
    let message = error(bytes, BINARY);
    assert!(message.contains("row 2 (byte 22)") && message.contains("number 2 is NaN"), "{message}");
}

#[test]
fn a_binary_file_cut_anywhere_is_an_error() {
    let bytes = binary();
    // Only the last line feed may be missing.
    for cut in 0..bytes.len() - 1 {
        error(&bytes[..cut], BINARY);
    }
}

/// A native file with these header entries over the good ones, and the data of two words of two numbers.
fn native(changes: &[(&str, Value)]) -> Vec<u8> {
    native_with(changes, [0, 2, 3], [7, 5])
}

fn native_with(changes: &[(&str, Value)], offsets: [u64; 3], counts: [u64; 2]) -> Vec<u8> {
    let mut data: Vec<u8> = counts.iter().chain(&offsets).flat_map(|v| v.to_le_bytes()).collect();
    data.extend([1.0f32, 2.0, 3.0, 4.0].iter().flat_map(|v| v.to_le_bytes()));
    data.extend(b"abc");
    let mut header = json!({
        "__metadata__": { "firth": "{\"format_version\": 1}" },
        "vocabulary.counts": { "dtype": "U64", "shape": [2], "data_offsets": [0, 16] },
        "vocabulary.offsets": { "dtype": "U64", "shape": [3], "data_offsets": [16, 40] },
        "input": { "dtype": "F32", "shape": [2, 2], "data_offsets": [40, 56] },
        "vocabulary.bytes": { "dtype": "U8", "shape": [3], "data_offsets": [56, 59] },
    });
    for (name, value) in changes {
        match value {
            Value::Null => drop(header.as_object_mut().unwrap().remove(*name)),
            value => header[*name] = value.clone(),
        }
    }
    with_header(&header.to_string(), &data)
}

fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

fn entry(dtype: &str, shape: &[u64], begin: u64, end: u64) -> Value {
    json!({ "dtype": dtype, "shape": shape, "data_offsets": [begin, end] })
}

#[test]
fn the_native_file_that_the_defects_start_from_is_good() {
    let (_directory, path) = file(native(&[]));
    let vectors = format::read(&path, None).unwrap();
    assert_eq!((vectors.vocabulary().word(1), vectors.vector(1)), (&b"c"[..], &[3.0, 4.0][..]));
    assert!(format::read_model(&path).unwrap().output.is_none());
}

const NATIVE: Option<Format> = Some(Format::Native);
const HUGE: u64 = 1 << 60;
defect!(native_short, b"\x01\0\0", NATIVE, "byte 0", "3 bytes", "expected 8");
defect!(native_header_cut, &native(&[])[..60], NATIVE, "byte 0", "the file has 52 after this");
defect!(native_header_huge, b"\xff\xff\xff\xff\xff\xff\xff\x7f{}", NATIVE, "byte 0", "9223372036854775807");
defect!(native_header_not_json, with_header("{nonsense}", b""), None, "byte 8", "no JSON object");
defect!(native_header_not_utf8, [&3u64.to_le_bytes()[..], b"{\xff}"].concat(), None, "byte 8");
defect!(native_header_deep, with_header(&"[".repeat(100_000), b""), NATIVE, "byte 8", "no JSON object");
defect!(
    native_data_cut,
    {
        let b = native(&[]);
        b[..b.len() - 1].to_vec()
    },
    None,
    "tensor `vocabulary.bytes`",
    "56 and 59",
    "up to 58"
);
defect!(native_data_left, [native(&[]), vec![0]].concat(), None, "byte", "the tensors end here");
defect!(
    native_foreign,
    native(&[("__metadata__", Value::Null)]),
    None,
    "`__metadata__`",
    "not one of firth's"
);
defect!(
    native_metadata_no_text,
    native(&[("__metadata__", json!({ "firth": 1 }))]),
    None,
    "`__metadata__`",
    "object of texts"
);
defect!(
    native_metadata_no_json,
    native(&[("__metadata__", json!({ "firth": "x" }))]),
    None,
    "`__metadata__`",
    "no JSON object"
);
defect!(
    native_version_new,
    native(&[("__metadata__", json!({ "firth": "{\"format_version\": 2}" }))]),
    None,
    "`format_version` is 2",
    "reads 1 to 1"
);
defect!(
    native_version_missing,
    native(&[("__metadata__", json!({ "firth": "{}" }))]),
    None,
    "`format_version` is null"
);
defect!(
    native_overlap,
    native(&[("input", entry("F32", &[2, 2], 39, 55))]),
    None,
    "tensor `input`",
    "overlaps"
);
defect!(
    native_hole,
    native(&[("vocabulary.counts", entry("U64", &[1], 0, 8))]),
    None,
    "tensor `vocabulary.offsets`",
    "hole"
);
defect!(
    native_offsets_fall,
    native(&[("input", entry("F32", &[2, 2], 56, 40))]),
    None,
    "tensor `input`",
    "56 and 40"
);
defect!(
    native_offsets_outside,
    native(&[("input", entry("F32", &[2, 2], 40, HUGE))]),
    None,
    "tensor `input`",
    "up to 59"
);
defect!(
    native_offsets_three,
    native(&[("input", json!({ "dtype": "F32", "shape": [2, 2], "data_offsets": [1, 2, 3] }))]),
    None,
    "3 numbers, expected 2"
);
defect!(
    native_offsets_negative,
    native(&[("input", json!({ "dtype": "F32", "shape": [2, 2], "data_offsets": [-1, 2] }))]),
    None,
    "whole numbers"
);
defect!(native_entry_empty, native(&[("input", json!({}))]), None, "tensor `input`", "no text `dtype`");
defect!(native_entry_no_object, native(&[("input", json!(5))]), None, "tensor `input`", "no text `dtype`");
defect!(
    native_shape_lies,
    native(&[("input", entry("F32", &[2, 3], 40, 56))]),
    None,
    "tensor `input`",
    "takes 24 bytes",
    "span 16"
);
defect!(
    native_shape_huge,
    native(&[("input", entry("F32", &[HUGE, 2], 40, 56))]),
    None,
    "tensor `input`",
    "takes"
);
defect!(
    native_shape_overflows,
    native(&[("input", entry("F32", &[HUGE, HUGE], 40, 56))]),
    None,
    "tensor `input`",
    "more than 2^64"
);
defect!(
    native_shape_flat,
    native(&[("input", entry("F32", &[4], 40, 56))]),
    None,
    "tensor `input`",
    "1 dimensions",
    "of 2"
);
defect!(
    native_dim_zero,
    native(&[("input", entry("F32", &[2, 0], 40, 40)), ("rest", entry("U8", &[16], 40, 56))]),
    None,
    "tensor `input`",
    "at least 1"
);
defect!(
    native_rows_huge_dim_zero,
    native(&[("input", entry("F32", &[HUGE, 0], 40, 40)), ("rest", entry("U8", &[16], 40, 56))]),
    None,
    "tensor `input`",
    "at least 1"
);
defect!(
    native_dtype,
    native(&[("input", entry("F64", &[2, 1], 40, 56))]),
    None,
    "tensor `input`",
    "found F64",
    "expected F32"
);
defect!(
    native_input_missing,
    native(&[("input", Value::Null), ("rest", entry("F32", &[4], 40, 56))]),
    None,
    "tensor `input`",
    "missing"
);
defect!(
    native_words_missing,
    native(&[("vocabulary.bytes", Value::Null), ("rest", entry("U8", &[3], 56, 59))]),
    None,
    "tensor `vocabulary.bytes`",
    "missing"
);
defect!(
    native_rows_and_words,
    native(&[("input", entry("F32", &[1, 4], 40, 56))]),
    None,
    "tensor `vocabulary.counts`",
    "2 numbers, expected 1"
);
defect!(
    native_output_other_dim,
    native(&[("input", entry("F32", &[2, 1], 40, 48)), ("output", entry("F32", &[1, 2], 48, 56))]),
    None,
    "tensor `output`",
    "2 numbers",
    "have 1"
);
defect!(native_words_fall, native_with(&[], [0, 3, 2], [7, 5]), None, "vocabulary.offsets", "offset 2 is 2");
defect!(
    native_words_start,
    native_with(&[], [1, 2, 3], [7, 5]),
    None,
    "vocabulary.offsets",
    "first offset is 1"
);
defect!(
    native_words_end,
    native_with(&[], [0, 2, HUGE], [7, 5]),
    None,
    "vocabulary.offsets",
    "last offset is 1152921504606846976"
);
defect!(
    native_counts_overflow,
    native_with(&[], [0, 2, 3], [u64::MAX, 5]),
    None,
    "vocabulary.counts",
    "2^64"
);

#[test]
fn a_native_file_cut_anywhere_is_an_error() {
    let bytes = native(&[]);
    for cut in 0..bytes.len() {
        error(&bytes[..cut], NATIVE);
    }
}

#[test]
fn a_model_is_only_read_from_a_native_file() {
    let (_directory, path) = file("1 2\na 1 2\n");
    assert_eq!(format::read_model(&path).unwrap_err().kind(), ErrorKind::InvalidFormat);
}

#[test]
fn a_missing_file_and_a_directory_are_refused_by_the_system() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().join("missing"), directory.path().to_path_buf()] {
        let error = format::read(&path, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
    }
}

/// The words and numbers of a file that is merely untidy.
fn read(content: impl AsRef<[u8]>) -> (Vec<String>, Vec<f32>) {
    let (_directory, path) = file(content);
    let vectors = format::read(&path, None).unwrap();
    let words = vectors.vocabulary().words().map(|w| String::from_utf8_lossy(w).into_owned());
    (words.collect(), (0..vectors.len() as u32).flat_map(|id| vectors.vector(id).to_vec()).collect())
}

fn rows(words: &[&str], floats: &[f32]) -> (Vec<String>, Vec<f32>) {
    (words.iter().map(|w| w.to_string()).collect(), floats.to_vec())
}

#[test]
fn untidy_text_is_read() {
    let expected = rows(&["a", "b"], &[1.0, -2.5, 0.03, 4.0]);
    for content in [
        "2 2\na 1 -2.5\nb 3e-2 4\n",
        "2 2\na 1 -2.5\nb 3E-2 4.0",
        "2 2 \na 1 -2.5 \nb .03 4 \n",
        "2 2\r\na 1 -2.5\r\nb 0.03 4\r\n",
        "2 2\na 1 -2.5 \r\nb 0.03 4 \r\n\r\n\n",
        "2\t2\na\t1\t-2.5\nb\t0.03\t4\n",
        "a 1 -2.5\nb 0.03 4\n",
        "a 1 -2.5 \r\nb 0.03 4",
    ] {
        assert_eq!(read(content), expected, "{content:?}");
    }
}

#[test]
fn words_with_spaces_are_split_from_the_right() {
    let expected = rows(&["New York", "a", "at 5"], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(read("3 2\nNew York 1 2\na 3 4\nat 5 5 6\n"), expected);
    assert_eq!(read("New York 1 2\na 3 4\nat 5 5 6\nb 0 0\n").0, ["New York", "a", "at 5", "b"]);
}

#[test]
fn of_rows_with_the_same_word_the_first_stays() {
    assert_eq!(read("4 1\na 1\nb 2\na 3\nc 4\n"), rows(&["a", "b", "c"], &[1.0, 2.0, 4.0]));
}

#[test]
fn binary_rows_may_lack_line_feeds() {
    let expected = rows(&["a", "bc"], &[1.0, 2.0, 3.0, 4.0]);
    let bytes = binary();
    assert_eq!(read(&bytes), expected);
    let without = [&bytes[..14], &bytes[15..bytes.len() - 1]].concat();
    assert_eq!(read(without), expected);
}
