//! Numbers, sizes and times for people.

use std::time::Duration;

/// A whole number with commas between thousands: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, `s` added unless it is 1: `1 word`, `2,000 words`.
pub fn number_of(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A large number with three digits and a letter: `3.62 M`.
pub fn short(number: f64) -> String {
    let scales = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")];
    let (scale, letter) = scales.into_iter().find(|(scale, _)| number >= *scale).unwrap_or((1.0, ""));
    let value = number / scale;
    let decimals = if letter.is_empty() || value >= 100.0 { 0 } else { 1 + usize::from(value < 10.0) };
    format!("{value:.decimals$}{letter}")
}

/// A size in bytes: `57.2 MB` (powers of ten).
pub fn bytes(number: u64) -> String {
    let text = short(number as f64).replace(" k", " kB").replace(" M", " MB").replace(" G", " GB");
    let text = text.replace(" T", " TB");
    if number < 1000 { format!("{text} bytes") } else { text }
}

/// A stretch of time: `0.42 s`, `12.3 s`, `4 min 05 s`, `2 h 07 min`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 99.95 => format!("{s:.1} s"),
        s if s < 5999.5 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Time left, coarse: `0:07`, `12:40`, `3:12:07`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..=3599 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds % 3600 / 60, seconds % 60),
    }
}

/// Reads a size in bytes: a number, then nothing or one of K, M, G, T (powers of 1024), with or without `B` or `iB`.
///
/// # Errors
/// What was expected, when `text` is something else or the size is not a number of bytes.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let expected = || "expected a size such as 500M, 2G or 1.5G".to_owned();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().map_err(|_| expected())?;
    let unit = unit.trim().to_ascii_uppercase();
    let power = match unit.strip_suffix("IB").or(unit.strip_suffix('B')).unwrap_or(&unit) {
        "" => 0,
        "K" => 1,
        "M" => 2,
        "G" => 3,
        "T" => 4,
        _ => return Err(expected()),
    };
    let size = number * 1024f64.powi(power);
    if size < u64::MAX as f64 { Ok(size as u64) } else { Err(expected()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shortened() {
        assert_eq!([0, 999, 1000, 12_345_678].map(grouped), ["0", "999", "1,000", "12,345,678"]);
        assert_eq!(number_of(1, "word") + &number_of(0, "word"), "1 word0 words");
        let shorts = [0.0, 12.4, 1234.0, 56_780.0, 3_620_000.0, 123_456_789.0].map(short);
        assert_eq!(shorts, ["0", "12", "1.23 k", "56.8 k", "3.62 M", "123 M"]);
        assert_eq!([0, 999, 57_200_000].map(bytes), ["0 bytes", "999 bytes", "57.2 MB"]);
    }

    #[test]
    fn times_are_as_exact_as_they_are_long() {
        let texts = [0.4216, 12.34, 59.99, 125.0, 7620.0].map(|s| duration(Duration::from_secs_f64(s)));
        assert_eq!(texts, ["0.42 s", "12.3 s", "60.0 s", "2 min 05 s", "2 h 07 min"]);
        assert_eq!([7, 760, 11_527].map(|s| clock(Duration::from_secs(s))), ["0:07", "12:40", "3:12:07"]);
    }

    #[test]
    fn sizes_are_read_with_and_without_units() {
        let sizes = ["0", "4096", "2k", "500M", "1.5G", "2GiB", "1 TB"].map(|text| parse_size(text).unwrap());
        assert_eq!(sizes, [0, 4096, 2048, 500 << 20, 3 << 29, 2 << 30, 1 << 40]);
        for text in ["", "G", "-1", "1X", "2 apples", "1e9", "99999999999T", "1.2.3"] {
            assert!(parse_size(text).unwrap_err().contains("500M"), "{text}");
        }
    }
}
