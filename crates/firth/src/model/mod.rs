//! A trained model and its read-only word vectors.
