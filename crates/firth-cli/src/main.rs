//! The program `firth`; all of it is in the library beside.

use std::process::ExitCode;

fn main() -> ExitCode {
    firth_cli::run(std::env::args_os())
}
