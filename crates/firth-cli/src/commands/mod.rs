//! What each command does, one file a command.

mod analogy;
mod convert;
mod demo;
mod evaluate;
mod info;
mod neighbors;
mod odd;
mod similarity;
mod train;
mod vocab;

use std::process::ExitCode;

use clap::Subcommand;

use crate::output::{Console, Failure};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Train(train::Arguments),
    Vocab(vocab::Arguments),
    Neighbors(neighbors::Arguments),
    Analogy(analogy::Arguments),
    Similarity(similarity::Arguments),
    Odd(odd::Arguments),
    Evaluate(evaluate::Arguments),
    Info(info::Arguments),
    Convert(convert::Arguments),
    Demo(demo::Arguments),
}

/// Does what `command` says, and returns the exit status.
///
/// # Errors
/// What stopped it.
pub fn run(command: Command, console: Console) -> Result<ExitCode, Failure> {
    match command {
        Command::Train(arguments) => train::run(&arguments, console),
        Command::Vocab(arguments) => vocab::run(&arguments, console),
        Command::Neighbors(arguments) => neighbors::run(&arguments, console),
        Command::Analogy(arguments) => analogy::run(&arguments, console),
        Command::Similarity(arguments) => similarity::run(&arguments, console),
        Command::Odd(arguments) => odd::run(&arguments),
        Command::Evaluate(arguments) => evaluate::run(&arguments, console),
        Command::Info(arguments) => info::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments, console),
        Command::Demo(arguments) => demo::run(&arguments, console),
    }
}
