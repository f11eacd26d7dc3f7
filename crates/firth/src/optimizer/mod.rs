//! An optimizer decides how large a step a gradient makes.
//!
//! Word vectors are trained by stochastic gradient descent whose learning rate falls linearly over the tokens.

mod linear_decay;

pub use linear_decay::LinearDecay;
