//! Text of the CSV files: numbers with a fixed number of decimals, so that a file is the same wherever it
//! is written, and fields quoted only where RFC 4180 demands it.

use std::borrow::Cow;

/// A field of a CSV file, quoted if it holds a comma, a quote or a line break.
pub fn csv_text(text: &str) -> Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// A time without needless zeros: up to nine decimals, so that every tick is exact.
pub(super) fn time_text(time_s: f64) -> String {
    let text = format!("{time_s:.9}");
    let trimmed = text.trim_end_matches('0');
    match trimmed.strip_suffix('.') {
        Some(whole) => format!("{whole}.0"),
        None => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (text, expect) in [("ego", "ego"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("", "")] {
            assert_eq!(csv_text(text), expect);
        }
        for (time_s, expect) in [(0.0, "0.0"), (0.02, "0.02"), (12.0, "12.0"), (0.033333333, "0.033333333")] {
            assert_eq!(time_text(time_s), expect);
        }
    }
}
