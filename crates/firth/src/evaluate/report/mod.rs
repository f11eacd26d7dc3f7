//! Evaluations for people: text with aligned columns, or Markdown. Scores are x 100 here, fractions in JSON.

mod table;

use super::statistics::Estimate;
use super::{Accuracy, AnalogyResult, CategorizationResult, OutlierResult, SectionResult, SimilarityResult};
use super::{Comparison, Evaluation, Options, SetResult, VectorsInfo};
use table::{Align, Style, Table};

/// The scores of one model as plain text.
pub fn text(evaluation: &Evaluation) -> String {
    document(Style::Text, &[evaluation], None)
}

/// The scores of one model as Markdown.
pub fn markdown(evaluation: &Evaluation) -> String {
    document(Style::Markdown, &[evaluation], None)
}

/// The scores of two models and their differences as plain text.
pub fn comparison_text(comparison: &Comparison) -> String {
    document(Style::Text, &[&comparison.first, &comparison.second], Some(differences(comparison)))
}

/// The scores of two models and their differences as Markdown.
pub fn comparison_markdown(comparison: &Comparison) -> String {
    document(Style::Markdown, &[&comparison.first, &comparison.second], Some(differences(comparison)))
}

fn document(style: Style, evaluations: &[&Evaluation], differences: Option<Table>) -> String {
    let mut blocks = Vec::new();
    for evaluation in evaluations {
        blocks.push(style.heading(&title(&evaluation.vectors)));
        let tables = [
            similarity_table(evaluation),
            analogy_table(evaluation),
            categorization_table(evaluation),
            outlier_table(evaluation),
        ];
        blocks.extend(tables.into_iter().filter(|table| !table.is_empty()).map(|table| table.render(style)));
    }
    if let Some(table) = differences {
        blocks.push(style.heading("First minus second"));
        blocks.push(table.render(style));
    }
    if let Some(evaluation) = evaluations.first() {
        blocks.push(notes(&evaluation.options, evaluations.len() > 1));
    }
    blocks.join("\n")
}

fn title(vectors: &VectorsInfo) -> String {
    format!("{}: {} words, {} dimensions", vectors.name, grouped(vectors.words), vectors.dim)
}

fn similarity_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(&[
        ("similarity", Align::Left),
        ("pairs", Align::Right),
        ("covered", Align::Right),
        ("Spearman", Align::Right),
        ("95 %", Align::Left),
        ("missing = 0", Align::Right),
        ("Pearson", Align::Right),
        ("by frequency", Align::Right),
    ]);
    for set in &evaluation.sets {
        let SetResult::Similarity(result) = set else { continue };
        let SimilarityResult { name, pairs, covered, spearman, .. } = result;
        table.push(vec![
            name.clone(),
            grouped(*pairs),
            grouped(*covered),
            value(spearman),
            interval(spearman),
            value(&result.spearman_missing_zero),
            value(&result.pearson),
            share(result.frequency_baseline),
        ]);
    }
    table
}

fn analogy_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(&[
        ("analogies", Align::Left),
        ("questions", Align::Right),
        ("answered", Align::Right),
        ("3CosAdd", Align::Right),
        ("95 %", Align::Left),
        ("of all", Align::Right),
        ("3CosMul", Align::Right),
        ("95 %", Align::Left),
        ("of all", Align::Right),
        ("nearest", Align::Right),
    ]);
    for set in &evaluation.sets {
        let SetResult::Analogy(result) = set else { continue };
        let AnalogyResult { name, sections, semantic, syntactic, total, .. } = &**result;
        // One section is the total, and sections without answers say nothing that the total does not.
        let sections = if sections.len() > 1 && total.answered > 0 { &sections[..] } else { &[] };
        let (semantic, syntactic) = if sections.is_empty() { (&None, &None) } else { (semantic, syntactic) };
        for section in sections.iter().chain(semantic).chain(syntactic).chain([total]) {
            table.push(section_row(name, section));
        }
    }
    table
}

fn section_row(set: &str, section: &SectionResult) -> Vec<String> {
    let SectionResult { name, questions, answered, cos_add, cos_mul, nearest_baseline } = section;
    let mut row = vec![format!("{set} / {name}"), grouped(*questions), grouped(*answered)];
    for Accuracy { of_answered, of_all, .. } in [cos_add, cos_mul] {
        row.extend([value(of_answered), interval(of_answered), value(of_all)]);
    }
    row.push(value(&nearest_baseline.of_answered));
    row
}

fn categorization_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(&[
        ("categorization", Align::Left),
        ("words", Align::Right),
        ("covered", Align::Right),
        ("categories", Align::Right),
        ("purity", Align::Right),
        ("95 %", Align::Left),
        ("missing = 0", Align::Right),
        ("at random", Align::Right),
    ]);
    for set in &evaluation.sets {
        let SetResult::Categorization(result) = set else { continue };
        let CategorizationResult { name, words, covered, categories, purity, .. } = result;
        table.push(vec![
            name.clone(),
            grouped(*words),
            grouped(*covered),
            grouped(*categories),
            value(purity),
            interval(purity),
            value(&result.purity_missing_zero),
            share(result.random_baseline),
        ]);
    }
    table
}

fn outlier_table(evaluation: &Evaluation) -> Table {
    let mut table = Table::new(&[
        ("outliers", Align::Left),
        ("tests", Align::Right),
        ("covered", Align::Right),
        ("found", Align::Right),
        ("95 %", Align::Left),
        ("missing = 0", Align::Right),
        ("position", Align::Right),
        ("95 %", Align::Left),
        ("by chance", Align::Right),
    ]);
    for set in &evaluation.sets {
        let SetResult::Outlier(result) = set else { continue };
        let OutlierResult { name, tests, covered, accuracy, position, .. } = result;
        table.push(vec![
            name.clone(),
            grouped(*tests),
            grouped(*covered),
            value(accuracy),
            interval(accuracy),
            value(&result.accuracy_missing_zero),
            value(position),
            interval(position),
            share(result.chance),
        ]);
    }
    table
}

fn differences(comparison: &Comparison) -> Table {
    let mut table = Table::new(&[
        ("set", Align::Left),
        ("metric", Align::Left),
        ("items", Align::Right),
        ("first", Align::Right),
        ("second", Align::Right),
        ("difference", Align::Right),
        ("95 %", Align::Left),
        ("p", Align::Right),
        ("missing = 0", Align::Right),
        ("95 %", Align::Left),
        ("p", Align::Right),
    ]);
    for row in &comparison.differences {
        let of = |paired: Option<super::PairedDifference>| {
            let estimate = paired.map(|paired| paired.difference.estimate);
            let p = paired.map_or("-".to_owned(), |paired| format!("{:.3}", paired.difference.p_value));
            [value(&estimate), interval(&estimate), p]
        };
        let common = row.common;
        let mut cells = vec![
            row.set.clone(),
            row.metric.to_owned(),
            common.map_or("0".to_owned(), |common| grouped(common.items)),
            share(common.map(|common| common.first)),
            share(common.map(|common| common.second)),
        ];
        cells.extend(of(common).into_iter().chain(of(row.missing_zero)));
        table.push(cells);
    }
    table
}

fn notes(options: &Options, differences: bool) -> String {
    let Options { resamples, seed, first_words, .. } = options;
    let mut notes = format!(
        "Scores x 100. Intervals: bootstrap of {} resamples, seed {seed}, for correlations and positions; Wilson's for \
         accuracies and purity.\nScores are of what is covered; `missing = 0` and `of all` count what is not as 0. \
         Baselines: similarity by frequency alone, the word nearest to c, words dealt at random, chance.\n",
        grouped(*resamples)
    );
    if let Some(words) = first_words {
        notes += &format!("Analogies among the first {} words.\n", grouped(*words));
    }
    if differences {
        notes += "Differences: paired bootstrap on the items that both cover, then on all; p is two-sided.\n";
    }
    notes
}

fn value(estimate: &Option<Estimate>) -> String {
    share(estimate.map(|estimate| estimate.value))
}

fn interval(estimate: &Option<Estimate>) -> String {
    estimate
        .map_or("-".to_owned(), |Estimate { low, high, .. }| format!("[{}, {}]", percent(low), percent(high)))
}

fn share(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), percent)
}

fn percent(value: f64) -> String {
    let text = format!("{:.1}", 100.0 * value);
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// `n` with commas between thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([0, 999, 1000, 19544, 1234567].map(grouped), ["0", "999", "1,000", "19,544", "1,234,567"]);
        assert_eq!([0.6764, -0.0001, 1.0].map(percent), ["67.6", "0.0", "100.0"]);
    }
}
