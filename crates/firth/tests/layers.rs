//! The rules of the house, checked by reading the sources: which module may import which, where `unsafe` may stand, and
//! how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library, lowest line first. A module imports only from lower lines, so modules of one line do not
/// know each other.
const LINES: &[&[&str]] = &[
    &["error", "rng", "kernel"],
    &["matrix"],
    &["corpus", "vocab", "toy_world", "spectral"],
    &["loss", "optimizer"],
    &["model"],
    &["train", "format", "evaluate"],
];

/// Test code of any line may use this module: it is where random inputs come from.
const FOR_TESTS: &str = "rng";

/// What the crate's root hands on, and whose it is.
const REEXPORTS: &[(&str, &str)] = &[("Error", "error"), ("ErrorKind", "error"), ("Result", "error")];

/// Where `unsafe` may stand: whole folders, and the files that map memory.
const UNSAFE_PLACES: &[&str] = &[
    "crates/firth/src/kernel/",
    "crates/firth/src/matrix/",
    "crates/firth/src/corpus/mapped.rs",
    "crates/firth/src/format/mapped.rs",
];

const LONGEST_FILE: usize = 800;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All Rust files below `folder`, as paths from the root of the repository, with their text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no sources");
    found
}

/// The code of a line: what stands before `//`. Strings that hold `//` are cut short, which hides no import.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default()
}

/// One use of another module of the library.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    line: usize,
    module: String,
    in_tests: bool,
}

/// The modules of the crate's root that `text`, the file of the module `path`, names by `crate::` or by `super::`.
fn imports(path: &[&str], text: &str) -> Vec<Import> {
    let test_file = path.last() == Some(&"tests");
    let mut found = Vec::new();
    // Modules within the file: how far each is indented, and whether it holds tests. Formatted code closes a module
    // where its line began.
    let mut inner: Vec<(usize, bool)> = Vec::new();
    let lines: Vec<&str> = text.lines().map(code).collect();
    for (number, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if line.trim_end() == format!("{}}}", " ".repeat(indent)) {
            inner.retain(|&(opened, _)| opened != indent);
        }
        let in_tests = test_file || inner.iter().any(|&(_, tests)| tests);
        let depth = path.len() + inner.len();
        for (at, word) in line.match_indices("crate::").chain(line.match_indices("super::")) {
            let starts_inside = line[..at].ends_with(|c: char| c.is_alphanumeric() || "_$:".contains(c));
            if starts_inside {
                continue;
            }
            // The rest of the path, over the end of the line where a list goes on.
            let rest = lines[number..].join("\n")[at..].to_string();
            let supers = rest.split("::").take_while(|part| *part == "super").count();
            if word == "super::" && supers < depth {
                continue;
            }
            let skipped = if word == "crate::" { 1 } else { supers };
            let rest = rest.splitn(skipped + 1, "::").last().unwrap_or_default();
            found.extend(first_names(rest).into_iter().map(|name| Import {
                line: number + 1,
                module: REEXPORTS.iter().find(|(item, _)| *item == name).map_or(name, |(_, of)| (*of).into()),
                in_tests,
            }));
        }
        if line.trim_end().ends_with('{') && line.split('{').next().unwrap_or_default().contains("mod ") {
            let tests = number > 0 && lines[number - 1].contains("cfg(test)");
            inner.push((indent, tests));
        }
    }
    found
}

/// `a` of `a::b ...`; each first name of `{a::b, c}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(list) = path.strip_prefix('{') else { return vec![name(path)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(name(&list[start..at]));
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The line of a module of the crate's root.
fn line_of(module: &str) -> Option<usize> {
    LINES.iter().position(|line| line.contains(&module))
}

/// `src/train/lane.rs` is the module `train::lane`, `src/train/mod.rs` is `train`.
fn module_path(file: &str) -> Vec<&str> {
    let inside = file.strip_prefix("crates/firth/src/").unwrap_or(file);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    inside.strip_suffix("/mod").unwrap_or(inside).split('/').collect()
}

#[test]
fn modules_import_only_from_lower_lines() {
    let (mut seen, mut problems) = (0, Vec::new());
    for (file, text) in sources("crates/firth/src") {
        let path = module_path(&file);
        if path == ["lib"] {
            continue;
        }
        let Some(own) = line_of(path[0]) else {
            problems.push(format!("{file}: the module `{}` has no line in this test", path[0]));
            continue;
        };
        for Import { line, module, in_tests } in imports(&path, &text) {
            seen += 1;
            let Some(other) = line_of(&module) else {
                problems.push(format!("{file}:{line}: `{module}` has no line in this test"));
                continue;
            };
            let allowed = other < own || module == path[0] || in_tests && module == FOR_TESTS;
            if !allowed {
                problems.push(format!(
                    "{file}:{line}: `{}` (line {own}) imports `{module}` (line {other})",
                    path[0]
                ));
            }
        }
    }
    assert!(seen > 50, "only {seen} imports found: this test no longer reads the sources right");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_module_has_a_line_and_every_line_has_its_modules() {
    let (_, text) =
        sources("crates/firth/src").into_iter().find(|(file, _)| file.ends_with("src/lib.rs")).unwrap();
    let declared =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ").or(line.strip_prefix("mod ")));
    let mut declared: Vec<&str> = declared.map(|name| name.trim_end_matches(';')).collect();
    let mut listed: Vec<&str> = LINES.concat();
    declared.sort_unstable();
    listed.sort_unstable();
    assert_eq!(declared, listed);
}

#[test]
fn imports_are_found_however_they_are_written() {
    let text = "\
use crate::error::Result;
use crate::{Error, kernel::{self, Kernels}, matrix::Matrix};
use crate::{
    corpus::SENTENCE_END,
    vocab,
};
// crate::train::Trainer
use super::lane::Lane;
use super::super::model::Model;
fn f(x: crate::loss::Scores) {}
$crate::evaluate!();
mod inner {
    use super::super::rng::Stream;
}
#[cfg(test)]
mod tests {
    use super::super::band::Band;
    use crate::rng::Stream;
    use super::super::super::format::read;
}
use super::super::rng::mix;
";
    let found = imports(&["train", "chunk"], text);
    let found: Vec<_> =
        found.iter().map(|import| (import.line, import.module.as_str(), import.in_tests)).collect();
    assert_eq!(
        found,
        [
            (1, "error", false),
            (2, "error", false),
            (2, "kernel", false),
            (2, "matrix", false),
            (3, "corpus", false),
            (3, "vocab", false),
            (9, "model", false),
            (10, "loss", false),
            (18, "rng", true),
            (19, "format", true),
            (21, "rng", false),
        ]
    );
}

#[test]
fn unsafe_code_stays_at_its_addresses() {
    let this_file = "crates/firth/tests/layers.rs";
    let (mut used, mut problems) = (vec![false; UNSAFE_PLACES.len()], Vec::new());
    for (file, text) in sources("crates").into_iter().chain(sources("xtask")) {
        let place = UNSAFE_PLACES.iter().position(|place| file.starts_with(place));
        for (number, line) in text.lines().enumerate().filter(|(_, line)| code(line).contains("unsafe")) {
            match place {
                Some(place) => used[place] = true,
                None if file == this_file => {}
                None => problems.push(format!("{file}:{}: {}", number + 1, line.trim())),
            }
        }
    }
    assert!(problems.is_empty(), "`unsafe` outside of {UNSAFE_PLACES:?}:\n{}", problems.join("\n"));
    for (place, used) in UNSAFE_PLACES.iter().zip(used) {
        assert!(used, "{place} needs no `unsafe` any more: take it off the list");
    }
}

#[test]
fn no_file_is_too_long() {
    for (file, text) in sources("crates").into_iter().chain(sources("xtask")) {
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{file} has {lines} lines, expected {LONGEST_FILE} at most");
    }
}
