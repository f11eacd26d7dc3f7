//! The demo as it is told on standard output.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use firth::evaluate::{Evaluation, SetResult};
use firth::train::Settings;

use super::examples::{Analogy, Examples, Neighbors, Odd};
use super::{CORPUS, REPORT, TRUTH, Training, train_command};
use crate::arguments::DEFAULT_VECTORS;
use crate::output::{FAINT, Failure, TITLE};
use crate::progress;
use crate::quantity::{duration, grouped, number_of, short};

const COMMAND: Style = AnsiColor::Cyan.on_default();
const RIGHT: Style = AnsiColor::Green.on_default();
const WRONG: Style = AnsiColor::Red.on_default();

/// Tells chapter after chapter.
pub struct Story {
    chapter: usize,
}

impl Story {
    pub fn new() -> Self {
        Self { chapter: 0 }
    }

    fn say(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        let mut out = anstream::stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    fn chapter(&mut self, title: &str) -> Result<(), Failure> {
        self.chapter += 1;
        self.say(format_args!("\n{TITLE}{}. {title}{TITLE:#}", self.chapter))
    }

    fn command(&self, command: &str) -> Result<(), Failure> {
        self.say(format_args!("   {FAINT}${FAINT:#} {COMMAND}{command}{COMMAND:#}"))
    }

    pub fn begin(&mut self, directory: &Path) -> Result<(), Failure> {
        self.say(format_args!(
            "{TITLE}You shall know a word by the company it keeps{TITLE:#} (J. R. Firth, 1957)"
        ))?;
        self.say(
            "\nA small world is made up: countries with their capitals, kings and queens, trades and tools. Which\n\
             words are alike in it, and how, is known. firth reads a text about this world, and nothing else.",
        )?;
        self.say("Each command shown does again what is done here. They begin with")?;
        self.command(&format!("cd {}", directory.display()))
    }

    pub fn text(&mut self, tokens: u64, lines: &[String]) -> Result<(), Failure> {
        self.chapter("A text")?;
        self.command(&format!("less {CORPUS}"))?;
        self.say(format_args!(
            "   {}, many of them invented, in sentences such as",
            number_of(tokens, "word")
        ))?;
        lines.iter().try_for_each(|line| self.say(format_args!("     {FAINT}{line}{FAINT:#}")))
    }

    pub fn training(&mut self, settings: &Settings, training: &Training) -> Result<(), Failure> {
        self.chapter("Training")?;
        self.command(&train_command(settings))?;
        let Training { words, tokens, seconds, losses } = training;
        self.say(format_args!(
            "   {} of the text become vectors of {} numbers: {} read in {}, {} words/s",
            number_of(*words as u64, "word"),
            settings.dim,
            number_of(*tokens, "word"),
            duration(Duration::from_secs_f64(*seconds)),
            short(*tokens as f64 / seconds.max(1e-9))
        ))?;
        let losses: Vec<String> = losses.iter().map(|&loss| progress::loss(loss)).collect();
        self.say(format_args!("   loss by epoch: {}", losses.join(" ")))
    }

    pub fn evaluation(&mut self, evaluation: &Evaluation) -> Result<(), Failure> {
        self.chapter("How much of the truth did they find?")?;
        self.command(&format!("firth evaluate --suite {TRUTH}"))?;
        self.say(format_args!("   {FAINT}             score   95 %            without meaning{FAINT:#}"))?;
        for row in evaluation.sets.iter().map(Score::of) {
            let Score { kind, value, low, high, baseline, what } = row;
            self.say(format_args!(
                "   {kind:<12} {TITLE}{value:5.1}{TITLE:#}   {low:5.1} to {high:5.1}  {baseline:5.1}   {what}"
            ))?;
        }
        Ok(())
    }

    pub fn examples(&mut self, examples: &Examples) -> Result<(), Failure> {
        self.chapter("Questions")?;
        let Examples { neighbors, analogies, odd } = examples;
        let words: Vec<&str> = neighbors.iter().map(|one| one.query.as_str()).collect();
        let words: Vec<String> = words
            .iter()
            .map(|word| if word.contains(' ') { format!("\"{word}\"") } else { (*word).to_owned() })
            .collect();
        self.command(&format!("firth neighbors {}", words.join(" ")))?;
        for Neighbors { query, found } in neighbors {
            let found: Vec<String> = found
                .iter()
                .map(|(word, similarity)| format!("{word} {FAINT}{similarity:.2}{FAINT:#}"))
                .collect();
            self.say(format_args!("   {query:<19} {}", found.join("  ")))?;
        }
        if let Some(Analogy { question, .. }) = analogies.first() {
            self.say("")?;
            self.command(&format!("firth analogy {}", question.join(" ")))?;
        }
        for Analogy { question: [a, b, c], expected, found, .. } in analogies {
            self.say(format_args!(
                "   {:<42} {}",
                format!("{a} is to {b} as {c} is to"),
                judged(found, expected)
            ))?;
        }
        if let Some(Odd { words, .. }) = odd.first() {
            self.say("")?;
            self.command(&format!("firth odd {}", words.join(" ")))?;
        }
        for Odd { words, expected, found } in odd {
            self.say(format_args!("   {:<42} {}", words.join(" "), judged(found, expected)))?;
        }
        Ok(())
    }

    pub fn end(&mut self, directory: &Path, elapsed: Duration) -> Result<(), Failure> {
        self.chapter("Your turn")?;
        self.say(format_args!(
            "   {} holds {CORPUS}, {TRUTH}/, {DEFAULT_VECTORS} and {REPORT}, made in {}.",
            directory.display(),
            duration(elapsed)
        ))?;
        self.command(&format!("cd {}", directory.display()))?;
        self.command("firth neighbors doctor \"doctor - hospital + school\"")?;
        self.command("firth info")?;
        self.command(&format!("firth train {CORPUS} --cbow --dim 50 -o cbow.safetensors"))?;
        self.command(&format!("firth evaluate {DEFAULT_VECTORS} cbow.safetensors --suite {TRUTH}"))?;
        self.command("firth train YOUR-TEXT.txt --force")?;
        if !on_path()
            && let Ok(program) = std::env::current_exe()
        {
            self.say(format_args!(
                "   {FAINT}firth is {}; `cargo install --path crates/firth-cli` puts it on your path.{FAINT:#}",
                program.display()
            ))?;
        }
        Ok(())
    }
}

/// An answer, green where it is what was planted.
fn judged(found: &str, expected: &str) -> String {
    match found == expected {
        true => format!("{RIGHT}{found}{RIGHT:#}"),
        false => format!("{WRONG}{found}{WRONG:#} (not {expected})"),
    }
}

/// Whether the shell finds a program `firth`.
fn on_path() -> bool {
    let name = format!("firth{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(&name).is_file())
}

/// A set as one row.
pub struct Score {
    pub kind: &'static str,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub baseline: f64,
    pub what: String,
}

impl Score {
    fn of(result: &SetResult) -> Self {
        let (kind, estimate, baseline, what) = match result {
            SetResult::Similarity(set) => {
                let what = format!("rank correlation with the planted similarity of {} pairs", set.pairs);
                ("similarity", set.spearman, set.frequency_baseline, what)
            }
            SetResult::Analogy(set) => {
                let total = &set.total;
                let what = format!("% of {} analogies right", grouped(total.questions as u64));
                let baseline = total.nearest_baseline.of_answered.map(|estimate| estimate.value);
                ("analogy", total.cos_add.of_answered, baseline, what)
            }
            SetResult::Categorization(set) => {
                let what = format!("% purity of {} clusters of {} words", set.categories, set.words);
                ("categories", set.purity, set.random_baseline, what)
            }
            SetResult::Outlier(set) => {
                let what = format!("% of {} strangers found in their groups", set.tests);
                ("outliers", set.accuracy, set.chance, what)
            }
        };
        let part = |value: Option<f64>| 100.0 * value.unwrap_or(f64::NAN);
        Self {
            kind,
            value: part(estimate.map(|e| e.value)),
            low: part(estimate.map(|e| e.low)),
            high: part(estimate.map(|e| e.high)),
            baseline: part(baseline),
            what,
        }
    }
}
