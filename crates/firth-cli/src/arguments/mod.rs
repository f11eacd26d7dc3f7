//! What can be written on the command line.

mod aliases;
mod corpus;
mod settings;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser};

pub use corpus::{CorpusArguments, VOCABULARY, VocabularyArguments, VocabularyChoice};
pub use settings::{SettingsArguments, architecture_name};
pub use values::{choice, format, whole};

use crate::commands::Command;
use crate::output::USAGE;

const EXAMPLES: &str = "\
Examples:
  firth demo                            a small world: trained, measured and asked, in seconds
  firth train text.txt                  writes vectors.safetensors
  firth neighbors king                  the words nearest to king
  firth neighbors king - man + woman    or to a sum of words
  firth evaluate --suite sets/          how good are they?
  firth convert vectors.safetensors vectors.txt

firth COMMAND --help tells more about each.";

/// Train word vectors, question them and measure them.
#[derive(Debug, Parser)]
#[command(name = "firth", version, after_help = EXAMPLES)]
pub struct Cli {
    /// Show errors only: no progress, no summary, no notes
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The flag that all commands with work for several cores share.
#[derive(Args, Clone, Copy, Debug)]
pub struct ThreadsArgument {
    /// Threads to use; 0 = all cores. No result depends on it
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<usize>, allow_negative_numbers = true)]
    pub threads: usize,
}

impl ThreadsArgument {
    /// The number of threads, at least 1.
    pub fn count(self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

/// The vectors that a question is asked of.
#[derive(Args, Clone, Debug)]
pub struct VectorsArguments {
    /// The word vectors: safetensors, word2vec text or binary, GloVe text; also gzip or zstd
    #[arg(short = 'm', long, value_name = "FILE", default_value = DEFAULT_VECTORS)]
    pub vectors: PathBuf,

    #[command(flatten)]
    pub threads: ThreadsArgument,
}

/// Where `train` writes and the others read when no file is named.
pub const DEFAULT_VECTORS: &str = "vectors.safetensors";

/// The whole command line as `clap` knows it, with the names that other tools use.
pub fn command() -> clap::Command {
    let mut command = aliases::add(Cli::command());
    command.build();
    command
}

/// Reads the command line; `arguments` begin with the program's name.
///
/// # Errors
/// The exit status, when help was asked for or the arguments are wrong; what there is to say has been said.
pub fn parse(arguments: &[OsString]) -> Result<Cli, ExitCode> {
    let matches = command().try_get_matches_from(arguments);
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        // When nobody listens there is nobody to tell.
        let _ = error.print();
        if error.use_stderr()
            && let Some(flag) = aliases::single_dash(arguments)
        {
            crate::output::hint(format_args!("long flags take two dashes: -{flag}"));
        }
        if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subcommands() -> Vec<clap::Command> {
        command().get_subcommands().filter(|command| command.get_name() != "help").cloned().collect()
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn every_flag_is_explained_and_every_command_has_examples() {
        for mut command in subcommands() {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Examples:"), "{}", command.get_name());
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{}: {}", command.get_name(), argument.get_id());
                if let Some(long) = argument.get_long() {
                    assert!(help.contains(&format!("--{long}")), "{}: --{long}", command.get_name());
                }
            }
        }
    }

    #[test]
    fn examples_are_commands_that_are_understood() {
        for command in subcommands() {
            let help = command.get_after_help().expect("examples").to_string();
            for line in help.lines().filter_map(|line| line.strip_prefix("  firth ")) {
                let line = line.split("  ").next().unwrap_or_default();
                let line = line.split(['|', '<', '>']).next().unwrap_or_default().replace('\'', "\"");
                let words = line.split('"').enumerate().flat_map(|(i, part)| match i % 2 {
                    1 => vec![part.to_owned()],
                    _ => part.split_whitespace().map(String::from).collect(),
                });
                let arguments = std::iter::once("firth".to_owned()).chain(words);
                let found = super::command().try_get_matches_from(arguments);
                assert!(found.is_ok(), "{line}: {}", found.unwrap_err());
            }
        }
    }
}
