//! firth's own file: safetensors, which every language can read and which runs nothing when it is loaded.
//!
//! | tensor | type | shape | |
//! | --- | --- | --- | --- |
//! | `vocabulary.counts` | u64 | V | how often each word was seen; 0 = unknown |
//! | `vocabulary.offsets` | u64 | V + 1 | word `i` is `bytes[offsets[i]..offsets[i + 1]]` |
//! | `input` | f32 | V x D | the word vectors |
//! | `output` | f32 | V x D | the prediction rows, if the model has them |
//! | `vocabulary.bytes` | u8 | | the words, one after the other |
//!
//! in this order, which keeps every number aligned; `input` starts at a multiple of 64 bytes. The metadata text
//! `firth` is a JSON object: `format_version` (1) and what the trainer tells about the model. Equal models give equal bytes.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::header::{self, Dtype, Header, Tensor};
use super::input::Input;
use super::mapped::Floats;
use super::{push_floats, write_beside};
use crate::error::{Error, Result};
use crate::matrix::{Matrix, MatrixView};
use crate::model::{Model, WordVectors};
use crate::vocab::Vocabulary;

/// The version written; every version up to it is read, for ever.
const FORMAT_VERSION: u64 = 1;
const VERSION_KEY: &str = "format_version";

pub(super) fn sniff(bytes: &[u8]) -> bool {
    header::sniff(bytes)
}

pub(super) fn read(input: &Input) -> Result<WordVectors> {
    let parts = Parts::read(input)?;
    let (rows, dim) = (parts.vocabulary.len(), parts.input.shape[1]);
    let floats: Arc<dyn AsRef<[f32]> + Send + Sync> =
        match Floats::new(input.bytes.clone(), parts.input.bytes.start, rows * dim) {
            Some(floats) => Arc::new(floats),
            None => Arc::new(floats_of(&input.bytes[parts.input.bytes.clone()]).collect::<Vec<f32>>()),
        };
    Ok(WordVectors::from_dense(parts.vocabulary, dim, floats).with_metadata(parts.metadata))
}

pub(super) fn read_model(input: &Input) -> Result<Model> {
    let parts = Parts::read(input)?;
    let matrix = |tensor: &Tensor| {
        let (rows, dim) = (tensor.shape[0], tensor.shape[1]);
        let mut matrix = Matrix::zeros(rows, dim);
        for (i, bytes) in input.bytes[tensor.bytes.clone()].chunks_exact(dim * 4).enumerate() {
            matrix.row_mut(i).iter_mut().zip(floats_of(bytes)).for_each(|(slot, value)| *slot = value);
        }
        matrix
    };
    Ok(Model {
        input: matrix(&parts.input),
        output: parts.output.as_ref().map(matrix),
        vocabulary: parts.vocabulary,
        metadata: parts.metadata,
    })
}

pub(super) fn write(path: &Path, vectors: &WordVectors) -> Result<()> {
    write_parts(path, vectors.vocabulary(), vectors.view(), None, vectors.metadata())
}

pub(super) fn write_model(path: &Path, model: &Model) -> Result<()> {
    let output = model.output.as_ref().map(Matrix::view);
    write_parts(path, &model.vocabulary, model.input.view(), output, &model.metadata)
}

/// What a native file holds, checked; the matrices still in the file.
struct Parts {
    vocabulary: Vocabulary,
    input: Tensor,
    output: Option<Tensor>,
    metadata: Value,
}

impl Parts {
    fn read(file: &Input) -> Result<Self> {
        let header = Header::read(file)?;
        let metadata = metadata(file, &header)?;
        let input = header.tensor(file, "input", Dtype::F32, 2)?;
        let (rows, dim) = (input.shape[0], input.shape[1]);
        if dim == 0 || rows > u32::MAX as usize {
            let problem =
                format!("shape {:?}, expected fewer than 2^32 rows of at least 1 number", input.shape);
            return Err(file.error("tensor `input`", problem));
        }
        let output = header.find(file, "output", Dtype::F32, 2)?;
        if let Some(output) = output.filter(|output| output.shape[1] != dim) {
            let problem = format!("its rows have {} numbers, those of `input` have {dim}", output.shape[1]);
            return Err(file.error("tensor `output`", problem));
        }
        let vocabulary = vocabulary(file, &header, rows)?;
        Ok(Self { vocabulary, input: input.clone(), output: output.cloned(), metadata })
    }
}

/// The metadata text, without the version of the format.
fn metadata(file: &Input, header: &Header) -> Result<Value> {
    let place = "`__metadata__`";
    let Some(text) = header.metadata("firth") else {
        return Err(file.error(place, "it has no text `firth`: this safetensors file is not one of firth's"));
    };
    let mut metadata: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| file.error(place, format!("the text `firth` is no JSON object: {error}")))?;
    match metadata.remove(VERSION_KEY) {
        Some(Value::Number(version))
            if version.as_u64().is_some_and(|v| (1..=FORMAT_VERSION).contains(&v)) => {}
        found => {
            let found = found.unwrap_or_default();
            let problem =
                format!("`{VERSION_KEY}` is {found}, this version of firth reads 1 to {FORMAT_VERSION}");
            return Err(file.error(place, problem));
        }
    }
    Ok(if metadata.is_empty() { Value::Null } else { Value::Object(metadata) })
}

fn vocabulary(file: &Input, header: &Header, rows: usize) -> Result<Vocabulary> {
    let numbers = |name: &str, length: usize| -> Result<Vec<u64>> {
        let tensor = header.tensor(file, name, Dtype::U64, 1)?;
        if tensor.shape[0] != length {
            let problem = format!("it has {} numbers, expected {length} for {rows} words", tensor.shape[0]);
            return Err(file.error(format!("tensor `{name}`"), problem));
        }
        let (chunks, _) = file.bytes[tensor.bytes.clone()].as_chunks::<8>();
        Ok(chunks.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect())
    };
    let counts = numbers("vocabulary.counts", rows)?;
    let offsets = numbers("vocabulary.offsets", rows + 1)?;
    let bytes = header.tensor(file, "vocabulary.bytes", Dtype::U8, 1)?;
    let words = file.bytes[bytes.bytes.clone()].to_vec();
    let place = "tensors `vocabulary.offsets`, `vocabulary.counts` and `vocabulary.bytes`";
    Vocabulary::from_flat(words, offsets, counts).map_err(|error| file.error(place, error))
}

fn floats_of(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let (chunks, _) = bytes.as_chunks::<4>();
    chunks.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

fn write_parts(
    path: &Path,
    vocabulary: &Vocabulary,
    input: MatrixView<'_>,
    output: Option<MatrixView<'_>>,
    metadata: &Value,
) -> Result<()> {
    let mut text = match metadata {
        Value::Null => Map::new(),
        Value::Object(map) => map.clone(),
        other => {
            return Err(Error::invalid_argument(format!(
                "the metadata is {other}, expected an object or null"
            )));
        }
    };
    text.insert(VERSION_KEY.to_string(), FORMAT_VERSION.into());
    let text = sorted(&Value::Object(text)).to_string();
    let (rows, dim) = (vocabulary.len() as u64, input.dim() as u64);
    let mut tensors = vec![
        ("vocabulary.counts", Dtype::U64, vec![rows]),
        ("vocabulary.offsets", Dtype::U64, vec![rows + 1]),
        ("input", Dtype::F32, vec![rows, dim]),
    ];
    if let Some(output) = output {
        tensors.push(("output", Dtype::F32, vec![output.rows() as u64, dim]));
    }
    tensors.push(("vocabulary.bytes", Dtype::U8, vec![vocabulary.bytes().len() as u64]));
    let header = header::render(&text, &tensors, 2);
    write_beside(path, |writer| {
        writer.write_all(&header)?;
        for number in vocabulary.counts().iter().chain(vocabulary.offsets()) {
            writer.write_all(&number.to_le_bytes())?;
        }
        write_matrix(writer, input)?;
        output.map_or(Ok(()), |output| write_matrix(writer, output))?;
        writer.write_all(vocabulary.bytes())
    })
}

fn write_matrix(writer: &mut dyn Write, matrix: MatrixView<'_>) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(matrix.dim() * 4);
    for i in 0..matrix.rows() {
        bytes.clear();
        push_floats(&mut bytes, matrix.row(i));
        writer.write_all(&bytes)?;
    }
    Ok(())
}

/// The same value with the keys of all objects in order, so that equal models give equal bytes however their metadata
/// was put together (the map of `serde_json` may keep the order of insertion).
pub(super) fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            Value::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        other => other.clone(),
    }
}
