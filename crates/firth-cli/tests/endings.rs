//! How runs end that do not go the whole way: interrupted, diverged, or with nobody listening.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Toy, Workplace};

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status().unwrap();
    assert!(sent.success());
}

/// Waits for the end of a program, not for ever.
fn status_of(mut child: Child) -> std::process::ExitStatus {
    let start = Instant::now();
    loop {
        match child.try_wait().unwrap() {
            Some(status) => return status,
            None if start.elapsed() > Duration::from_secs(300) => {
                let _ = child.kill();
                panic!("it does not end");
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_during_training_saves_what_there_is() {
    for name in ["INT", "TERM"] {
        let place = Workplace::new();
        let corpus = Toy::get().corpus();
        let mut command = place.command();
        command.args(["train", &corpus, "--dim", "8", "--epochs", "1000000"]).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let settings = lines.by_ref().find(|line| line.starts_with("settings"));
        assert!(settings.is_some(), "training begins");
        std::thread::sleep(Duration::from_millis(100));
        signal(&child, name);
        assert_eq!(status_of(child).code(), Some(130));
        let rest: Vec<String> = lines.collect();
        let rest = rest.join("\n");
        assert!(rest.contains("interrupted after") && rest.contains("saved"), "{rest}");
        assert_eq!(place.names(), ["vectors.safetensors"]);
        let info = &place.run("info --json").succeeds().json()[0];
        assert_eq!(info["oddities"]["vectors_not_finite"], 0);
        assert!(info["metadata"]["tokens"].as_u64().is_some());
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_before_training_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let place = Workplace::new();
    let mut command = place.command();
    // Nothing comes from standard input, so that the program waits there.
    let child = command.args(["train", "-"]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "INT");
    let status = status_of(child);
    // On a slow machine the signal comes before the program listens.
    assert!(status.code() == Some(130) || status.signal() == Some(2), "{status:?}");
    assert!(place.names().is_empty());
}

#[test]
fn a_learning_rate_that_diverges_is_named_and_the_last_good_state_saved() {
    let place = Workplace::new();
    let corpus = Toy::get().corpus();
    place.run(&format!("train {corpus} --learning-rate 100000 --dim 8")).fails(
        1,
        &[
            "training diverged in epoch 1, round ",
            "hint: a learning rate below 100000",
            "holds the vectors before",
        ],
    );
    let info = &place.run("info --json").succeeds().json()[0];
    assert_eq!(info["oddities"]["vectors_not_finite"], 0);
    let ran = place.run(&format!("train {corpus} --learning-rate 100000 --dim 8 -f --json"));
    assert_eq!((ran.status, &ran.json()[0]["ending"]), (Some(1), &"diverged".into()));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    for arguments in [
        vec![
            "neighbors",
            "-m",
            &vectors,
            "-k",
            "3000",
            "king",
            "queen",
            "france",
            "paris",
            "man",
            "woman",
            "dogs",
        ],
        vec![
            "neighbors",
            "-m",
            &vectors,
            "-k",
            "3000",
            "king",
            "queen",
            "france",
            "paris",
            "man",
            "woman",
            "--json",
        ],
        #[cfg(target_os = "linux")]
        vec!["convert", &vectors, "/dev/stdout", "--to", "word2vec-text", "-q"],
    ] {
        let mut command = place.command();
        let mut child =
            command.args(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*errors), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn help_goes_to_standard_output_and_wrong_use_to_standard_error() {
    let place = Workplace::new();
    let help = place.run("--help").succeeds();
    for command in
        ["train", "vocab", "neighbors", "analogy", "similarity", "odd", "evaluate", "info", "convert", "demo"]
    {
        assert!(help.out.contains(command), "no {command} in {}", help.out);
        let own = place.run(&format!("{command} --help")).succeeds();
        assert!(
            own.err.is_empty() && own.out.contains("Examples:") && own.out.contains("Usage:"),
            "{}",
            own.out
        );
        assert!(own.out.lines().all(|line| line.chars().count() <= 100), "{}", own.out);
    }
    assert_eq!(place.run("--version").succeeds().out, format!("firth {}\n", env!("CARGO_PKG_VERSION")));
    let nothing = place.run("");
    assert_eq!((nothing.status, &*nothing.out), (Some(2), ""));
    assert!(nothing.err.contains("Usage:"));
}

#[test]
fn no_colors_where_there_is_no_terminal() {
    let place = Workplace::new();
    let vectors = Toy::get().vectors();
    let asked = place.run(&format!("neighbors -m {vectors} king nosuchword"));
    assert!(!asked.out.contains('\x1b') && !asked.err.contains('\x1b'));
    let told = place.run(&format!("info {vectors}")).succeeds();
    assert!(!told.out.contains('\x1b'));
}
