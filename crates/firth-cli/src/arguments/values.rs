//! How values are read, with messages that say what was expected.

use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use firth::format::Format;

/// Reads a whole number.
///
/// # Errors
/// What was expected.
pub fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number, not negative".to_owned())
}

/// Reads a number.
///
/// # Errors
/// What was expected.
pub fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "expected a number".to_owned())
}

/// Reads one of the names in `table`; the first name of a row is shown, the others are understood too.
pub fn choice<T: Copy + Send + Sync + 'static>(
    table: &'static [(&'static [&'static str], T)],
) -> impl TypedValueParser<Value = T> {
    let shown = table.iter().map(|(names, _)| PossibleValue::new(names[0]).aliases(&names[1..]));
    PossibleValuesParser::new(shown).try_map(move |given| {
        let found = table.iter().find(|(names, _)| names.contains(&given.as_str()));
        found.map(|(_, value)| *value).ok_or("unknown name")
    })
}

/// Reads the name of a file format.
pub fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| name.parse::<Format>())
}
