//! Text in, encoded tokens out: sources, decompression, tokenizers, one parallel pass that counts and encodes.
