//! Words of the native format: strings, numbers, names.

use std::fmt::Write;

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number, rounded to a millionth: what is smaller comes from calculation and says nothing.
pub(super) fn number(value: f64) -> String {
    let rounded = libm::round(value * 1e6) / 1e6;
    // No minus before nothing.
    let rounded = if rounded == 0.0 { 0.0 } else { rounded };
    format!("{rounded}")
}

/// A name of letters, digits, `_` and `-` that is not taken yet, and at most 80 characters long.
pub(super) fn name(text: &str, taken: &[String]) -> String {
    let fine = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let mut base: String = text.chars().map(fine).take(72).collect();
    if base.is_empty() {
        base.push('_');
    }
    let mut found = base.clone();
    let mut count = 2;
    while taken.contains(&found) {
        found.clone_from(&base);
        // Writing into a string cannot fail.
        let _ = write!(found, "_{count}");
        count += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_numbers_and_names() {
        assert_eq!(quoted("a \"b\" \\ c\n"), r#""a \"b\" \\ c ""#);
        let check = |value: f64, expect: &str| assert_eq!(number(value), expect);
        check(1.0, "1");
        check(-0.000_000_1, "0");
        check(2.5, "2.5");
        check(-1.0 / 3.0, "-0.333333");
        let taken = ["a_b".to_owned(), "a_b_2".to_owned()];
        assert_eq!(name("a b", &taken), "a_b_3");
        assert_eq!(name("", &[]), "_");
    }
}
