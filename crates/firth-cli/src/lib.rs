//! The program `firth` as a library, so that its parts can be tested.
//!
//! Conventions: data goes to standard output, everything else to standard error. The exit status is 0 for success, 1 for
//! a failure, 2 for wrong use, 130 after an interruption. A reader that closes the pipe ends the program quietly.
//!
//! | module | question |
//! | --- | --- |
//! | `arguments` | what can be written on the command line, and under which names? |
//! | `commands` | what does each command do? One file a command. |
//! | `training` | how does a corpus become a model, with progress, interruption and a file at the end? |
//! | `vectors` | how are vectors opened, and words looked up in them? |
//! | `questions` | where do the questions of a command come from: arguments or standard input? |
//! | `output` | how are results, remarks and errors shown? |
//! | `progress` | how far is it? |
//! | `quantity` | how are numbers, sizes and times written and read? |

mod arguments;
mod commands;
mod interrupt;
mod output;
mod progress;
mod quantity;
mod questions;
mod training;
mod vectors;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the program with `arguments`, the first of which is its own name, and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match arguments::parse(&arguments) {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    let console = output::Console::new(cli.quiet);
    match commands::run(cli.command, console) {
        Ok(status) => status,
        Err(failure) => failure.report(),
    }
}
