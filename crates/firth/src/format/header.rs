//! The header of a safetensors file: which tensors it has, and where.
//!
//! The file is `u64 N` (little-endian), `N` bytes of JSON, then the tensors' bytes without holes. The JSON is an object of
//! `name: {"dtype", "shape", "data_offsets": [begin, end]}`, offsets relative to the first byte after the JSON, and
//! optionally `"__metadata__": {name: text}`. Nothing in it is believed before it is checked: afterwards each tensor is
//! a range inside the file whose length is that of its shape.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value, json};

use super::input::Input;
use super::shown;
use crate::error::Result;

/// Longer headers are refused, as by every reader of this format.
const MAX_HEADER: u64 = 100_000_000;
/// The length field.
const PREFIX: usize = 8;

/// The types of number that firth stores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dtype {
    F32,
    U64,
    U8,
}

impl Dtype {
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::U64 => "U64",
            Self::U8 => "U8",
        }
    }

    fn size(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::U64 => 8,
            Self::U8 => 1,
        }
    }
}

/// Size in bytes of a number of any type that the format knows and that is whole bytes.
fn dtype_size(name: &str) -> Option<u64> {
    match name {
        "BOOL" | "U8" | "I8" | "F8_E4M3" | "F8_E5M2" | "F8_E8M0" => Some(1),
        "U16" | "I16" | "F16" | "BF16" => Some(2),
        "U32" | "I32" | "F32" => Some(4),
        "U64" | "I64" | "F64" | "C64" => Some(8),
        _ => None,
    }
}

/// A tensor of a file that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor {
    dtype: String,
    pub shape: Vec<usize>,
    /// Where its bytes are in the file.
    pub bytes: Range<usize>,
}

/// A checked header.
#[derive(Debug)]
pub(super) struct Header {
    tensors: BTreeMap<String, Tensor>,
    metadata: BTreeMap<String, String>,
}

/// Whether `bytes` begin as a safetensors file does.
pub(super) fn sniff(bytes: &[u8]) -> bool {
    let length = bytes.first_chunk::<PREFIX>().map(|n| u64::from_le_bytes(*n));
    length.is_some_and(|n| (2..=MAX_HEADER).contains(&n)) && bytes.get(PREFIX) == Some(&b'{')
}

impl Header {
    /// Reads and checks the header of `input`.
    pub fn read(input: &Input) -> Result<Self> {
        let file: &[u8] = &input.bytes;
        let Some(length) = file.first_chunk::<PREFIX>().map(|n| u64::from_le_bytes(*n)) else {
            let problem =
                format!("the file has {} bytes, expected 8 for the length of the header", file.len());
            return Err(input.error("byte 0", problem));
        };
        if length > MAX_HEADER || length > (file.len() - PREFIX) as u64 {
            let problem = format!(
                "the header is said to take {length} bytes, the file has {} after this",
                file.len() - PREFIX
            );
            return Err(input.error("byte 0", problem));
        }
        let start = PREFIX + length as usize;
        let json: Map<String, Value> = serde_json::from_slice(&file[PREFIX..start])
            .map_err(|error| input.error("byte 8", format!("the header is no JSON object: {error}")))?;
        let mut header = Self { tensors: BTreeMap::new(), metadata: BTreeMap::new() };
        for (name, entry) in json {
            if name == "__metadata__" {
                header.metadata = serde_json::from_value(entry).map_err(|error| {
                    input.error("`__metadata__`", format!("expected an object of texts: {error}"))
                })?;
            } else {
                let tensor = checked_tensor(&entry, start, file.len()).map_err(|problem| {
                    input.error(format!("tensor `{}`", shown(name.as_bytes())), problem)
                })?;
                header.tensors.insert(name, tensor);
            }
        }
        header.check_cover(input, start)?;
        Ok(header)
    }

    /// Makes sure that the tensors cover the rest of the file without holes or overlaps.
    fn check_cover(&self, input: &Input, start: usize) -> Result<()> {
        let mut order: Vec<(&String, &Tensor)> = self.tensors.iter().collect();
        order.sort_by_key(|(_, tensor)| (tensor.bytes.start, tensor.bytes.end));
        let mut end = start;
        for (name, tensor) in order {
            if tensor.bytes.start != end {
                let what = if tensor.bytes.start < end {
                    "overlaps the one before"
                } else {
                    "leaves a hole before it"
                };
                let problem = format!("it {what}: it begins at byte {}, expected {end}", tensor.bytes.start);
                return Err(input.error(format!("tensor `{}`", shown(name.as_bytes())), problem));
            }
            end = tensor.bytes.end;
        }
        if end != input.bytes.len() {
            let problem = format!("the tensors end here, the file has {} bytes", input.bytes.len());
            return Err(input.error(format!("byte {end}"), problem));
        }
        Ok(())
    }

    /// The metadata text `name`.
    pub fn metadata(&self, name: &str) -> Option<&str> {
        self.metadata.get(name).map(String::as_str)
    }

    /// The tensor `name`, which must be of `dtype` and have `dimensions` dimensions; `None` when there is none.
    pub fn find(
        &self,
        input: &Input,
        name: &str,
        dtype: Dtype,
        dimensions: usize,
    ) -> Result<Option<&Tensor>> {
        let Some(tensor) = self.tensors.get(name) else {
            return Ok(None);
        };
        if tensor.dtype != dtype.name() || tensor.shape.len() != dimensions {
            let problem = format!(
                "found {} of {} dimensions, expected {} of {dimensions}",
                shown(tensor.dtype.as_bytes()),
                tensor.shape.len(),
                dtype.name(),
            );
            return Err(input.error(format!("tensor `{name}`"), problem));
        }
        Ok(Some(tensor))
    }

    /// As [`find`](Self::find); a missing tensor is an error.
    pub fn tensor(&self, input: &Input, name: &str, dtype: Dtype, dimensions: usize) -> Result<&Tensor> {
        match self.find(input, name, dtype, dimensions)? {
            Some(tensor) => Ok(tensor),
            None => Err(input.error(format!("tensor `{name}`"), "it is missing")),
        }
    }
}

/// One entry of the header, its range checked against its shape and the file.
fn checked_tensor(entry: &Value, start: usize, file: usize) -> std::result::Result<Tensor, String> {
    let dtype = entry["dtype"].as_str().ok_or("its entry has no text `dtype`")?;
    let numbers = |key: &str| -> std::result::Result<Vec<u64>, String> {
        let list = entry[key].as_array().ok_or(format!("its entry has no list `{key}`"))?;
        let all: Option<Vec<u64>> = list.iter().map(Value::as_u64).collect();
        all.ok_or(format!("`{key}` is {}, expected whole numbers", shown(entry[key].to_string().as_bytes())))
    };
    let shape = numbers("shape")?;
    let offsets = numbers("data_offsets")?;
    let &[begin, end] = &offsets[..] else {
        return Err(format!("`data_offsets` has {} numbers, expected 2", offsets.len()));
    };
    let data = (file - start) as u64;
    if begin > end || end > data {
        return Err(format!("`data_offsets` are {begin} and {end}, expected rising ones up to {data}"));
    }
    if let Some(size) = dtype_size(dtype) {
        let bytes = shape.iter().try_fold(size, |product, &n| product.checked_mul(n));
        if bytes != Some(end - begin) {
            let found = bytes.map_or("more than 2^64".to_string(), |bytes| bytes.to_string());
            return Err(format!(
                "shape {shape:?} of {dtype} takes {found} bytes, its offsets span {}",
                end - begin
            ));
        }
    }
    // A shape may hold a large number beside a zero.
    let shape: Option<Vec<usize>> = shape.iter().map(|&n| usize::try_from(n).ok()).collect();
    Ok(Tensor {
        dtype: dtype.to_string(),
        shape: shape.ok_or("its shape does not fit this machine")?,
        bytes: start + begin as usize..start + end as usize,
    })
}

/// The first bytes of a file that holds `tensors` (name, type, shape) in this order: the length field and the JSON,
/// padded with spaces so that the tensor number `aligned` starts at a multiple of 64 bytes of the file and every other
/// one at a multiple of 8 if its predecessors allow it.
pub(super) fn render(metadata: &str, tensors: &[(&str, Dtype, Vec<u64>)], aligned: usize) -> Vec<u8> {
    let mut json = Map::new();
    json.insert("__metadata__".to_string(), json!({ "firth": metadata }));
    let (mut at, mut aligned_at) = (0u64, 0);
    for (i, (name, dtype, shape)) in tensors.iter().enumerate() {
        let end = at + shape.iter().product::<u64>() * dtype.size();
        json.insert(
            (*name).to_string(),
            json!({ "dtype": dtype.name(), "shape": shape, "data_offsets": [at, end] }),
        );
        if i == aligned {
            aligned_at = at;
        }
        at = end;
    }
    let mut bytes = vec![0; PREFIX];
    bytes.extend(super::native::sorted(&Value::Object(json)).to_string().into_bytes());
    while !(bytes.len() as u64 + aligned_at).is_multiple_of(64) {
        bytes.push(b' ');
    }
    let length = (bytes.len() - PREFIX) as u64;
    bytes[..PREFIX].copy_from_slice(&length.to_le_bytes());
    bytes
}
