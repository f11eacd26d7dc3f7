//! A loss decides which rows of `U` a position meets, and turns scores `S` into coefficients `G = W o (Yhat - Y)`.
//!
//! It knows nothing of where the input rows came from nor of how a gradient is applied.

mod negative_sampling;

pub(crate) use negative_sampling::{NegativeSampling, Scores};
