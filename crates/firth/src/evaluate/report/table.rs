//! Tables of words and numbers.

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Text,
    Markdown,
}

impl Style {
    pub fn heading(self, title: &str) -> String {
        match self {
            Self::Text => format!("{title}\n"),
            Self::Markdown => format!("## {}\n", escape(title)),
        }
    }
}

/// Where the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows of cells under headers.
pub(super) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub fn push(&mut self, row: Vec<String>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines, each ended by a line feed.
    pub fn render(&self, style: Style) -> String {
        let headers: Vec<String> = self.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut text = String::new();
        match style {
            Style::Text => {
                let widths = self.widths(&headers);
                for row in std::iter::once(&headers).chain(&self.rows) {
                    text.push_str(self.aligned(row, &widths).trim_end());
                    text.push('\n');
                }
            }
            Style::Markdown => {
                let line = |cells: &mut dyn Iterator<Item = String>| {
                    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
                };
                text += &line(&mut headers.iter().map(|cell| escape(cell)));
                let rule = |&(_, align): &(_, Align)| if align == Align::Left { "---" } else { "---:" };
                text += &line(&mut self.columns.iter().map(rule).map(String::from));
                for row in &self.rows {
                    text += &line(&mut row.iter().map(|cell| escape(cell)));
                }
            }
        }
        text
    }

    fn widths(&self, headers: &[String]) -> Vec<usize> {
        let cells = |i: usize| std::iter::once(&headers[i]).chain(self.rows.iter().map(move |row| &row[i]));
        (0..headers.len()).map(|i| cells(i).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect()
    }

    fn aligned(&self, row: &[String], widths: &[usize]) -> String {
        let cells = row.iter().zip(widths).zip(&self.columns);
        let padded = cells.map(|((cell, &width), (_, align))| match align {
            Align::Left => format!("{cell:<width$}"),
            Align::Right => format!("{cell:>width$}"),
        });
        padded.collect::<Vec<_>>().join("  ")
    }
}

/// What would end a cell or start markup.
fn escape(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for c in cell.chars() {
        if matches!(c, '|' | '\\' | '*' | '_' | '`' | '<') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("name", Align::Left), ("score", Align::Right)]);
        table.push(vec!["żółw".into(), "1.0".into()]);
        table.push(vec!["a|b_c".into(), "100.0".into()]);
        table
    }

    #[test]
    fn text_columns_are_aligned() {
        assert_eq!(table().render(Style::Text), "name   score\nżółw     1.0\na|b_c  100.0\n");
    }

    #[test]
    fn markdown_cells_are_escaped() {
        let expected = "| name | score |\n| --- | ---: |\n| żółw | 1.0 |\n| a\\|b\\_c | 100.0 |\n";
        assert_eq!(table().render(Style::Markdown), expected);
    }
}
