//! Counts in, ids out: the vocabulary, subsampling and the noise distribution.
