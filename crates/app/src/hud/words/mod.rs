//! All words for people, one file a topic.
//!
//! | file | what |
//! |---|---|
//! | [`terms`] | levels, roles, modes, design-domain clauses, weather, causes: the names of states |
//! | [`events`] | what happened, as a sentence |
//! | [`reasons`] | why: reasons of the feature's machine, of the planner, of the human |
//!
//! Words are plain English that a lecture understands; the term of the standard stands beside it where one
//! exists. Every function is total over our enums, so a new variant does not compile without its words.

pub mod events;
pub mod reasons;
pub mod terms;

/// An identifier as words: `safe_operation` → `safe operation`.
pub fn spaced(identifier: &str) -> String {
    identifier.replace('_', " ")
}

/// The first letter large.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Time for a clock: `0:07.32`, `1:02:07.3`; hundredths below an hour, tenths above.
pub fn clock(time_s: f64) -> String {
    let sign = if time_s < -0.005 { "-" } else { "" };
    let hundredths = (time_s.abs() * 100.0).round() as u64;
    let (seconds, rest) = (hundredths / 100, hundredths % 100);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{sign}{hours}:{minutes:02}:{seconds:02}.{}", rest / 10)
    } else {
        format!("{sign}{minutes}:{seconds:02}.{rest:02}")
    }
}

/// The first sentence of a text.
pub fn first_sentence(text: &str) -> &str {
    let mut from = 0;
    while let Some(at) = text[from..].find(['.', '!', '?']) {
        let end = from + at + 1;
        let rest = &text[end..];
        // "5.4 m" and "e.g. this" are no ends of sentences.
        let opens = rest.trim_start().chars().next().is_none_or(|c| c.is_uppercase() || c == '"');
        if rest.is_empty() || (rest.starts_with(char::is_whitespace) && opens) {
            return &text[..end];
        }
        from = end;
    }
    text
}

/// A number with as many digits as a person reads: three significant ones, no trailing zeros.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return if x > 0.0 { "∞".to_owned() } else { "–".to_owned() };
    }
    let digits = if x == 0.0 { 0 } else { (2 - x.abs().log10().floor() as i32).clamp(0, 4) };
    let text = format!("{x:.*}", digits as usize);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
pub(super) mod testing {
    /// Everything a person reads must be plain: no identifiers, a capital at the start, a stop at the end.
    pub fn assert_sentence(text: &str) {
        assert!(text.chars().count() >= 8, "too short: {text:?}");
        assert!(
            text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric()),
            "no capital: {text:?}"
        );
        assert!(text.ends_with(['.', '!', '?']), "no stop: {text:?}");
        assert!(!text.contains('_'), "an identifier: {text:?}");
        assert!(!text.contains("  "), "two spaces: {text:?}");
        assert!(!text.contains('{') && !text.contains("None") && !text.contains("NaN"), "raw: {text:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        let check = |t: f64, expect: &str| assert_eq!(clock(t), expect);
        check(0.0, "0:00.00");
        check(7.32, "0:07.32");
        check(59.999, "1:00.00");
        check(75.0, "1:15.00");
        check(3727.34, "1:02:07.3");
        check(-3.0, "-0:03.00");
    }

    #[test]
    fn sentences_end_where_they_end() {
        let check = |text: &str, expect: &str| assert_eq!(first_sentence(text), expect);
        check("One. Two.", "One.");
        check("At 5.4 m/s it stops. Then more.", "At 5.4 m/s it stops.");
        check("Heads, e.g. vertical ones. More.", "Heads, e.g. vertical ones.");
        check("No stop", "No stop");
        check("", "");
        check("Ends here.", "Ends here.");
    }

    #[test]
    fn numbers_have_three_digits() {
        let check = |x: f64, expect: &str| assert_eq!(number(x), expect);
        check(0.0, "0");
        check(12.5, "12.5");
        check(7.6, "7.6");
        check(1234.5, "1234");
        check(0.0123, "0.0123");
        check(0.5, "0.5");
        check(100.0, "100");
        check(f64::INFINITY, "∞");
        check(f64::NAN, "–");
    }
}
