//! The demo as a Markdown file.

use std::fmt::Write;

use firth::evaluate::report;

use super::examples::{Analogy, Neighbors, Odd};
use super::{CORPUS, Findings, TRUTH, train_command};
use crate::arguments::DEFAULT_VECTORS;
use crate::progress;
use crate::quantity::grouped;

/// The first line, by which a folder of the demo is known again.
pub const TITLE: &str = "# A demonstration of firth\n";

/// The whole report.
pub fn markdown(findings: &Findings) -> String {
    let mut text = String::from(TITLE);
    // Writing to a string cannot fail.
    let _ = write(&mut text, findings);
    text
}

fn write(text: &mut String, findings: &Findings) -> std::fmt::Result {
    let Findings { tokens, lines, settings, training, evaluation, examples, directory } = findings;
    writeln!(
        text,
        "\nfirth {} read a text about a made-up world (seed {}) and was asked what it found out.\n\
         The commands are for the folder of this file, `{}`.\n",
        env!("CARGO_PKG_VERSION"),
        settings.seed,
        directory.display()
    )?;
    writeln!(text, "## The text\n\n`{CORPUS}`: {} words, for example\n", grouped(*tokens))?;
    lines.iter().try_for_each(|line| writeln!(text, "    {line}"))?;
    let losses: Vec<String> = training.losses.iter().map(|&loss| progress::loss(loss)).collect();
    writeln!(
        text,
        "\n## Training\n\n    {}\n\n\
         {} vectors of {} numbers in `{DEFAULT_VECTORS}`, from {} words in {:.2} s with {} threads.\n\
         Mean loss per pair by epoch: {}.\n",
        train_command(settings),
        grouped(training.words as u64),
        settings.dim,
        grouped(training.tokens),
        training.seconds,
        settings.threads,
        losses.join(", ")
    )?;
    writeln!(text, "## Scores against the truth\n\n    firth evaluate --suite {TRUTH}\n")?;
    // The report of the library begins with a heading of the second level.
    writeln!(text, "{}", report::markdown(evaluation).replacen("## ", "### ", 1))?;

    writeln!(text, "## Neighbors\n\n| asked | found |\n| --- | --- |")?;
    for Neighbors { query, found } in &examples.neighbors {
        let found: Vec<String> = found.iter().map(|(word, cosine)| format!("{word} {cosine:.2}")).collect();
        writeln!(text, "| {query} | {} |", found.join(", "))?;
    }
    writeln!(text, "\n## Analogies\n\n| section | question | truth | found |\n| --- | --- | --- | --- |")?;
    for Analogy { section, question: [a, b, c], expected, found } in &examples.analogies {
        writeln!(text, "| {section} | {a} is to {b} as {c} is to | {expected} | {found} |")?;
    }
    writeln!(text, "\n## Strangers\n\n| words | truth | found |\n| --- | --- | --- |")?;
    for Odd { words, expected, found } in &examples.odd {
        writeln!(text, "| {} | {expected} | {found} |", words.join(" "))?;
    }
    Ok(())
}
