//! How good are the vectors?
