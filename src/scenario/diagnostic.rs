//! What is wrong with a file, where, and what to do about it.
//!
//! Lines and columns count from 1; columns count characters, not bytes. A problem that has no place in the
//! file (the file is not UTF-8, an override on the command line) says so with its own `file` text and line 1.

use serde::Serialize;
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// It can, but probably does not say what was meant.
    Warning,
}

/// One problem of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnostic {
    /// File name as the user gave it, or `--set path=value` for an override.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// First byte in the file.
    pub offset: u32,
    /// Length, bytes.
    pub len: u32,
    /// Severity.
    pub severity: Severity,
    /// Stable name of the rule, e.g. `unknown_key`.
    pub rule: &'static str,
    /// What is wrong, with the values.
    pub message: String,
    /// What to do about it; empty when there is nothing to add.
    pub hint: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(
            f,
            "{}:{}:{}: {severity}[{}]: {}",
            self.file, self.line, self.column, self.rule, self.message
        )?;
        if !self.hint.is_empty() {
            write!(f, "\n  help: {}", self.hint)?;
        }
        Ok(())
    }
}

/// A stretch of the file (source 0) or of the n-th override (source n).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// 0 = the file, n = the n-th override.
    pub source: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A stretch of the file.
    pub fn file(start: usize, end: usize) -> Self {
        Self { source: 0, start: start as u32, end: end.max(start) as u32 }
    }
}

/// Collects problems and knows how to place them.
pub struct Report<'a> {
    file: &'a str,
    text: &'a str,
    line_starts: Vec<u32>,
    overrides: &'a [(String, String)],
    problems: Vec<(Span, Diagnostic)>,
}

/// Most problems that one file reports; the rest is cut with a note (`PROBLEMS_MAX`).
pub const PROBLEMS_MAX: usize = 200;

impl<'a> Report<'a> {
    /// An empty report over a file's text and the overrides applied to it.
    pub fn new(file: &'a str, text: &'a str, overrides: &'a [(String, String)]) -> Self {
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        Self { file, text, line_starts, overrides, problems: Vec::new() }
    }

    /// Adds an error.
    pub fn error(
        &mut self,
        span: Span,
        rule: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Error, span, rule, message.into(), hint.into());
    }

    /// Adds a warning.
    pub fn warning(
        &mut self,
        span: Span,
        rule: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(Severity::Warning, span, rule, message.into(), hint.into());
    }

    fn add(&mut self, severity: Severity, span: Span, rule: &'static str, message: String, hint: String) {
        if self.problems.len() > PROBLEMS_MAX {
            return;
        }
        if self.problems.len() == PROBLEMS_MAX {
            let message = format!("more than {PROBLEMS_MAX} problems; the rest is not shown");
            let at = self.place(span, Severity::Error, "problems_max", message, String::new());
            self.problems.push((span, at));
            return;
        }
        let at = self.place(span, severity, rule, message, hint);
        if !self.problems.iter().any(|(_, d)| *d == at) {
            self.problems.push((span, at));
        }
    }

    fn place(
        &self,
        span: Span,
        severity: Severity,
        rule: &'static str,
        message: String,
        hint: String,
    ) -> Diagnostic {
        if span.source > 0 {
            let file = match self.overrides.get(span.source as usize - 1) {
                Some((path, value)) => format!("--set {path}={value}"),
                None => "--set".to_owned(),
            };
            let len = span.end.saturating_sub(span.start);
            return Diagnostic { file, line: 1, column: 1, offset: 0, len, severity, rule, message, hint };
        }
        let start = span.start.min(self.text.len() as u32);
        let line = self.line_starts.partition_point(|s| *s <= start).max(1);
        let line_start = self.line_starts[line - 1] as usize;
        let column = self.text.get(line_start..start as usize).map_or(1, |t| t.chars().count() + 1);
        Diagnostic {
            file: self.file.to_owned(),
            line: line as u32,
            column: column as u32,
            offset: start,
            len: span.end.saturating_sub(start),
            severity,
            rule,
            message,
            hint,
        }
    }

    /// Whether an error was added so far.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|(_, d)| d.severity == Severity::Error)
    }

    /// All problems by their place.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.problems.sort_by_key(|(s, d)| (s.source, s.start, d.severity, d.rule));
        self.problems.into_iter().map(|(_, d)| d).collect()
    }
}

/// The candidate nearest to a misspelt name, if one is near enough to be meant.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let score = strsim::normalized_damerau_levenshtein(&lower, &candidate.to_lowercase());
        let score = match lower.len() >= 3 && (candidate.contains(&lower) || lower.contains(candidate)) {
            true => score.max(0.6),
            false => score,
        };
        if score >= 0.55 && best.is_none_or(|(_, s)| score > s) {
            best = Some((candidate, score));
        }
    }
    best.map(|(c, _)| c)
}

/// "did you mean `x`?" or a list of what there is (at most twelve), or nothing.
pub fn did_you_mean<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str> + Clone) -> String {
    if let Some(best) = nearest(name, candidates.clone()) {
        return format!("did you mean `{best}`?");
    }
    let mut all: Vec<&str> = candidates.into_iter().collect();
    all.sort_unstable();
    all.dedup();
    let more = all.len().saturating_sub(12);
    all.truncate(12);
    match (all.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!("there is: {}", all.join(", ")),
        (false, n) => format!("there is: {}, … ({n} more)", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters() {
        let text = "a = 1\nüb = 2\n";
        let mut report = Report::new("f.toml", text, &[]);
        report.error(Span::file(9, 10), "r", "m", "");
        report.error(Span::file(0, 1), "r", "m", "");
        report.error(Span::file(900, 901), "r", "m", "");
        let found: Vec<_> = report.finish().iter().map(|d| (d.line, d.column)).collect();
        assert_eq!(found, [(1, 1), (2, 3), (3, 1)]);
    }

    #[test]
    fn nearest_names() {
        let check = |name: &str, expect: Option<&str>| {
            assert_eq!(nearest(name, ["speed_kmph", "speed_mps", "route", "vehicle"]), expect, "{name}");
        };
        check("speed_kph", Some("speed_kmph"));
        check("vehicel", Some("vehicle"));
        check("rout", Some("route"));
        check("colour", None);
    }
}
