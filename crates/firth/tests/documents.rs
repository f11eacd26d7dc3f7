//! The documents of the repository name only files that are there.
//!
//! A path is what stands in backticks, is written in the letters of a path and either holds a `/` or ends like a source
//! or document; and the target of every link to this repository. It is looked for from the document's folder, from the
//! root and from the library's `src`. Code blocks hold commands, whose files belong to the reader, and are passed over.

use std::fs;
use std::path::{Path, PathBuf};

const ENDINGS: &[&str] = &[".md", ".rs", ".toml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The Markdown files of the root and of `benchmarks`.
fn documents() -> Vec<PathBuf> {
    let folders = [root(), root().join("benchmarks")];
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}

/// The text outside of code blocks, with the numbers of its lines.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_block = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        (!fence && !in_block).then_some((number + 1, line))
    })
}

/// The paths that a line names.
fn paths(line: &str) -> Vec<String> {
    let quoted = line.split('`').skip(1).step_by(2).filter(|text| is_path(text)).map(String::from);
    let links = line.match_indices("](").filter_map(|(at, _)| {
        let target = line[at + 2..].split(')').next()?.split('#').next()?;
        (!target.is_empty() && !target.contains(':')).then(|| target.to_owned())
    });
    quoted.chain(links).collect()
}

fn is_path(text: &str) -> bool {
    let of_a_path = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
        && text.chars().all(of_a_path)
        && (text.contains('/') || ENDINGS.iter().any(|ending| text.ends_with(ending)))
}

#[test]
fn every_path_that_a_document_names_exists() {
    let (mut seen, mut missing) = (0, Vec::new());
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let folders = [document.parent().unwrap().to_owned(), root(), root().join("crates/firth/src")];
        for (number, line) in prose(&text) {
            for path in paths(line) {
                seen += 1;
                if !folders.iter().any(|folder| folder.join(&path).exists()) {
                    missing.push(format!("{}:{number}: {path}", document.display()));
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} paths found: this test no longer reads the documents right");
    assert!(missing.is_empty(), "documents name files that are not there:\n{}", missing.join("\n"));
}

#[test]
fn paths_are_told_from_other_words() {
    let line = "see `src/lib.rs`, `kernel/`, [the map](ARCHITECTURE.md#layers), [more](https://example.org/a), `--dim`, \
                `vectors.bin`, `a / b` and `CHANGELOG.md`";
    assert_eq!(paths(line), ["src/lib.rs", "kernel/", "CHANGELOG.md", "ARCHITECTURE.md"]);
    let text = "one\n```sh\n`a/b`\n```\ntwo";
    assert_eq!(prose(text).collect::<Vec<_>>(), [(1, "one"), (5, "two")]);
}
