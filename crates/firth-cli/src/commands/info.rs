//! `firth info`: what is in a file of word vectors?

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::output::Failure;

/// Tell what a file of word vectors holds
#[derive(Args, Debug)]
pub struct Arguments {
    /// The file
    file: PathBuf,
}

/// Reads and tells.
pub fn run(_arguments: &Arguments) -> Result<ExitCode, Failure> {
    todo!()
}
