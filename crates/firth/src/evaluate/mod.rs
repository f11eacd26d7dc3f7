//! Measures word vectors.

pub mod sets;
pub mod statistics;
