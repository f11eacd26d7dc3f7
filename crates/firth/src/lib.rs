//! firth trains word vectors from text, measures them and answers questions with them.

pub mod corpus;
pub mod error;
pub mod evaluate;
pub mod format;
pub mod kernel;
pub mod loss;
pub mod matrix;
pub mod model;
pub mod optimizer;
pub mod rng;
pub mod toy_world;
pub mod train;
pub mod vocab;

pub use error::{Error, ErrorKind, Result};
