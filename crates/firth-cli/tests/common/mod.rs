//! What the tests of the program share: a small corpus, vectors trained on it, and the program itself.

// Each test file uses its own share of this.
#![allow(dead_code)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use firth::toy_world::ToyWorld;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Words of the corpus.
pub const WORDS: u64 = 60_000;

/// A folder of one test, with the corpus and the trained vectors at hand.
pub struct Workplace {
    folder: TempDir,
}

impl Workplace {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and returns its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// The names of all files in the folder, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program, in this folder, with nobody on standard input.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firth"));
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env_remove("NO_COLOR");
        command.env("TMPDIR", self.folder.path());
        command
    }

    /// Runs the program with arguments between spaces.
    pub fn run(&self, arguments: &str) -> Ran {
        self.run_all(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs the program with these arguments.
    pub fn run_all(&self, arguments: &[&str]) -> Ran {
        Ran::new(arguments.join(" "), self.command().args(arguments).output().unwrap())
    }

    /// Runs the program with `input` on standard input.
    pub fn run_with_input(&self, arguments: &str, input: &[u8]) -> Ran {
        let mut command = self.command();
        command.args(arguments.split_whitespace()).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // A program that ends early leaves its input unread.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::new(arguments.to_owned(), output)
    }

    /// The SHA-256 of a file, in hexadecimal digits.
    pub fn sha256(&self, name: &str) -> String {
        let digest = Sha256::digest(fs::read(self.path(name)).unwrap());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a run of the program left.
pub struct Ran {
    arguments: String,
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn new(arguments: String, output: Output) -> Self {
        Self {
            arguments,
            status: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Demands success.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.status, Some(0), "firth {}\n{}{}", self.arguments, self.out, self.err);
        self
    }

    /// Demands this exit status and these texts on standard error, of which the first stands behind `error: `.
    #[track_caller]
    pub fn fails(self, status: i32, texts: &[&str]) -> Self {
        assert_eq!(self.status, Some(status), "firth {}\n{}{}", self.arguments, self.out, self.err);
        assert!(self.err.contains("error: "), "firth {}\n{}", self.arguments, self.err);
        assert!(!self.err.contains("panicked"), "firth {}\n{}", self.arguments, self.err);
        for text in texts {
            assert!(self.err.contains(text), "firth {}\nno {text:?} in {}", self.arguments, self.err);
        }
        self
    }

    /// Standard output as JSON, one value a line.
    #[track_caller]
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A small text, the truth about it and vectors trained on it, made once for all tests of a file.
pub struct Toy {
    folder: TempDir,
}

impl Toy {
    pub fn get() -> &'static Self {
        static TOY: OnceLock<Toy> = OnceLock::new();
        TOY.get_or_init(Self::make)
    }

    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = ToyWorld::new(1, WORDS);
        let mut text = Vec::new();
        world.write_corpus(&mut text).unwrap();
        fs::write(folder.path().join("corpus.txt"), text).unwrap();
        for file in world.truth() {
            let path = folder.path().join("truth").join(file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file.content).unwrap();
        }
        let toy = Self { folder };
        let output = Command::new(env!("CARGO_BIN_EXE_firth"))
            .args([
                "train",
                &toy.corpus(),
                "-o",
                &toy.vectors(),
                "--dim",
                "32",
                "--epochs",
                "3",
                "--min-count",
                "2",
            ])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        toy
    }

    fn text(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// The path of the text.
    pub fn corpus(&self) -> String {
        self.text("corpus.txt")
    }

    /// The path of the folder of evaluation sets.
    pub fn truth(&self) -> String {
        self.text("truth")
    }

    /// The path of the trained vectors.
    pub fn vectors(&self) -> String {
        self.text("vectors.safetensors")
    }
}

/// `text` as a gzip file.
pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
