//! `firth demo`.

use std::process::ExitCode;

use clap::Args;

use crate::output::{Console, Failure};

/// Show
#[derive(Args, Debug)]
pub struct Arguments {}

/// Reads and tells.
pub fn run(_arguments: &Arguments, _console: Console) -> Result<ExitCode, Failure> {
    todo!()
}
