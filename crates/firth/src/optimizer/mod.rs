//! An optimizer applies a gradient.
