//! What is read, and which of its words count.

use std::path::PathBuf;

use clap::Args;
use firth::corpus::{EncodeOptions, Sources, Tokenizer};
use firth::vocab::{Vocabulary, VocabularyRules, read_counts};

use super::values::{choice, whole};
use crate::output::Failure;
use crate::quantity::parse_size;

const TOKENIZERS: &[(&[&str], Tokenizer)] =
    &[(&["whitespace"], Tokenizer::Whitespace), (&["words"], Tokenizer::Words)];

/// The heading of the flags that choose words.
pub const VOCABULARY: &str = "Vocabulary";
const TEXT: &str = "Text";

/// The text and how it becomes words.
#[derive(Args, Clone, Debug)]
pub struct CorpusArguments {
    /// Text, one sentence a line: files, directories (all files below), patterns, - for standard input; plain, gzip or
    /// zstd
    #[arg(required = true, value_name = "CORPUS")]
    pub corpus: Vec<PathBuf>,

    /// What a word is: what stands between white space, or between Unicode word boundaries (leaves punctuation out)
    #[arg(long, value_name = "NAME", default_value = "whitespace", value_parser = choice(TOKENIZERS), help_heading = TEXT)]
    pub tokenizer: Tokenizer,

    /// Turn the text into lower case first
    #[arg(long, help_heading = TEXT)]
    pub lowercase: bool,

    /// Memory for the encoded text, such as 2G (4 bytes a word); what exceeds it goes to a temporary file [default: no
    /// limit]
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = TEXT)]
    pub max_memory: Option<u64>,
}

impl CorpusArguments {
    /// One file, read as `firth train` reads it without flags.
    pub fn of_file(path: PathBuf) -> Self {
        Self { corpus: vec![path], tokenizer: Tokenizer::default(), lowercase: false, max_memory: None }
    }

    /// The texts.
    ///
    /// # Errors
    /// Those of [`Sources::new`].
    pub fn sources(&self) -> Result<Sources, Failure> {
        Ok(Sources::new(&self.corpus)?)
    }

    /// How the texts are read, by `threads` threads.
    pub fn options(&self, threads: usize) -> EncodeOptions {
        EncodeOptions {
            tokenizer: self.tokenizer,
            lowercase: self.lowercase,
            threads,
            max_memory: self.max_memory,
            temporary_directory: None,
        }
    }

    /// The name of the tokenizer.
    pub fn tokenizer_name(&self) -> &'static str {
        let found = TOKENIZERS.iter().find(|(_, tokenizer)| *tokenizer == self.tokenizer);
        found.map_or("", |(names, _)| names[0])
    }
}

/// Which words count.
#[derive(Args, Clone, Debug)]
pub struct VocabularyArguments {
    /// Leave out words that occur less often
    #[arg(long, value_name = "N", default_value_t = VocabularyRules::default().min_count, value_parser = whole::<u64>,
          allow_negative_numbers = true, help_heading = VOCABULARY)]
    pub min_count: u64,

    /// Keep at most N words, the most frequent ones [default: no limit]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_negative_numbers = true,
          help_heading = VOCABULARY)]
    pub max_vocab: Option<usize>,
}

impl VocabularyArguments {
    /// The rules for a vocabulary made from the text.
    pub fn rules(&self) -> VocabularyRules {
        VocabularyRules { min_count: self.min_count, max_vocab: self.max_vocab }
    }
}

/// Where the vocabulary comes from.
#[derive(Debug)]
pub enum VocabularyChoice {
    /// From the words of the text.
    Counted(VocabularyRules),
    /// From a file, whatever the text holds.
    Given(Vocabulary),
}

impl VocabularyChoice {
    /// The words of `file`, or else those of the text by `rules`.
    ///
    /// # Errors
    /// Those of [`read_counts`].
    pub fn new(rules: VocabularyRules, file: Option<&PathBuf>) -> Result<Self, Failure> {
        Ok(match file {
            Some(path) => Self::Given(read_counts(path)?),
            None => Self::Counted(rules),
        })
    }
}
