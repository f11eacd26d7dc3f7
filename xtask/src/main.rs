//! Chores of the repository: `cargo xtask test` runs everything that has to pass before a change is taken.
//!
//! Nothing but cargo and a C compiler (for zstd) is assumed. The formatter and the linter are fetched by rustup where
//! they are missing.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

const HELP: &str = "\
Usage: cargo xtask test

Runs everything that has to pass before a change is taken, one step after the other, also after a failure:
formatting, lints, all tests, documentation. Ends with status 0 when all steps passed.";

/// Components that a step needs besides cargo: the argument that asks for the version, and the component's name.
const COMPONENTS: &[(&str, &str)] = &[("fmt", "rustfmt"), ("clippy", "clippy")];

/// One step: a heading and the arguments for cargo.
struct Step {
    heading: &'static str,
    arguments: &'static [&'static str],
}

const STEPS: &[Step] = &[
    Step { heading: "Formatting", arguments: &["fmt", "--all", "--check"] },
    Step {
        heading: "Lints",
        arguments: &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"],
    },
    Step {
        heading: "Tests: unit, integration, examples in the documentation",
        arguments: &["test", "--workspace", "--locked", "--no-fail-fast"],
    },
    Step {
        heading: "Documentation",
        arguments: &["doc", "--workspace", "--locked", "--no-deps", "--document-private-items"],
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => test(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn test() -> ExitCode {
    for (argument, component) in COMPONENTS {
        provide(argument, component);
    }
    let mut tests = Counts::default();
    let mut failed = Vec::new();
    for (number, step) in STEPS.iter().enumerate() {
        println!("\n== {} of {}: {} ==", number + 1, STEPS.len(), step.heading);
        println!("   cargo {}", step.arguments.join(" "));
        match run(step, &mut tests) {
            Ok(true) => {}
            Ok(false) => failed.push(step.heading),
            Err(error) => {
                println!("cannot run cargo: {error}");
                failed.push(step.heading);
            }
        }
    }
    println!("\n== Summary ==");
    for Step { heading, .. } in STEPS {
        println!("{}  {heading}", if failed.contains(heading) { "FAILED" } else { "passed" });
    }
    println!("{} tests passed, {} failed, {} ignored", tests.passed, tests.failed, tests.ignored);
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The cargo that runs this program, from the root of the repository.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    command.current_dir(folder.parent().unwrap_or(folder));
    command.env("RUSTDOCFLAGS", "--deny warnings").stdin(Stdio::null());
    command
}

/// Makes sure that `cargo <argument>` works; what is missing is installed, and if that fails the step will fail too.
fn provide(argument: &str, component: &str) {
    let works = cargo().args([argument, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if works.is_ok_and(|status| status.success()) {
        return;
    }
    println!("{component} is missing: rustup component add {component}");
    let added = Command::new("rustup").args(["component", "add", component]).stdin(Stdio::null()).status();
    if !added.is_ok_and(|status| status.success()) {
        println!("{component} could not be installed: the step that needs it will fail");
    }
}

/// Runs a step, passes on what it prints, and adds up the tests that it reports.
fn run(step: &Step, tests: &mut Counts) -> io::Result<bool> {
    io::stdout().flush()?;
    let mut child = cargo().args(step.arguments).stdout(Stdio::piped()).spawn()?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            io::stdout().write_all(&line)?;
            tests.add(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    Ok(child.wait()?.success())
}

/// Tests by their result.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; ...`; other lines count nothing.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split(';') {
            let Some((number, result)) = count.trim().split_once(' ') else { continue };
            let number: u64 = number.parse().unwrap_or(0);
            match result {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_added_up() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests\n",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { passed: 4, failed: 2, ignored: 1 });
    }
}
