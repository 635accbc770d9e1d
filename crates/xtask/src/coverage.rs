//! COVERAGE.md: what becomes of each element and attribute of both standards, from the tables of the readers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A line of a table: an element, its state, and its parts.
#[derive(Default)]
struct Line {
    state: String,
    note: String,
    /// Parts of the element's own state.
    like: Vec<String>,
    /// Parts of another state, with note.
    unlike: Vec<String>,
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../COVERAGE.md")
}

/// Writes the page.
pub fn write() -> Result<PathBuf, String> {
    let path = path();
    std::fs::write(&path, page()).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Whether the page is another than the tables make.
pub fn is_stale() -> Result<bool, String> {
    let path = path();
    let found = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(found != page())
}

/// The whole page.
pub fn page() -> String {
    let mut out = String::from(
        "# Coverage\n\nWritten by `cargo xtask coverage` from the readers' own tables; a test fails when it is stale.\n\n\
         *full*: it is read and means what it says. *partial*: the note says what is missing. *named*: read and checked, \
         without an effect, and named by `check` and in the run's warnings (exit code 3). *kept*: read, without a meaning \
         for what happens. *ignored*: counted, without an effect. *refused*: a file with it is not run. Attributes stand \
         with their element; those whose state differs are listed with it.\n",
    );
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in storyboard::coverage::coverage() {
        *counts.entry(row.state.word()).or_insert(0) += 1;
        let age = match (row.since, row.deprecated) {
            (0, None) => String::new(),
            (since, None) => format!(" (1.{since})"),
            (_, Some(deprecated)) => format!(" (deprecated 1.{deprecated})"),
        };
        put(&mut lines, row.element, &row.part, row.state.word(), &age, row.note);
    }
    table(&mut out, "OpenSCENARIO XML 1.0–1.3", &counts, &lines);
    let mut lines: BTreeMap<&str, Line> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in opendrive::coverage() {
        *counts.entry(row.state.word()).or_insert(0) += 1;
        let part = if row.attribute.is_empty() { String::new() } else { format!("@{}", row.attribute) };
        put(&mut lines, row.element, &part, row.state.word(), "", row.note);
    }
    table(&mut out, "OpenDRIVE 1.4–1.8", &counts, &lines);
    out
}

fn put<'r>(
    lines: &mut BTreeMap<&'r str, Line>,
    element: &'r str,
    part: &str,
    state: &str,
    age: &str,
    note: &str,
) {
    let line = lines.entry(element).or_default();
    let clean = note.replace('|', "/");
    if part.is_empty() {
        line.state = format!("{state}{age}");
        line.note = clean;
        return;
    }
    let name = part.trim_start_matches('@');
    // What is as old as its element says so there.
    let age = if line.state.ends_with(age) { "" } else { age };
    if line.state.starts_with(state) && (clean.is_empty() || clean == line.note) {
        line.like.push(format!("`{name}`{age}"));
    } else {
        let note = if clean.is_empty() { String::new() } else { format!(": {clean}") };
        line.unlike.push(format!("`{name}`{age} {state}{note}"));
    }
}

fn table(out: &mut String, title: &str, counts: &BTreeMap<&str, usize>, lines: &BTreeMap<&str, Line>) {
    let sum: usize = counts.values().sum();
    let counts: Vec<String> = counts.iter().map(|(state, n)| format!("{n} {state}")).collect();
    out.push_str(&format!("\n## {title}\n\n{sum} elements and attributes: {}.\n\n", counts.join(", ")));
    out.push_str("| element | | attributes | note, and what differs |\n|---|---|---|---|\n");
    for (element, line) in lines {
        let parts = std::iter::once(&line.note).filter(|n| !n.is_empty()).chain(&line.unlike);
        let notes: Vec<&str> = parts.map(String::as_str).collect();
        out.push_str(&format!(
            "| `{element}` | {} | {} | {} |\n",
            line.state,
            line.like.join(" "),
            notes.join("; ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        assert_eq!(is_stale(), Ok(false), "run `cargo xtask coverage`");
    }

    #[test]
    fn every_element_and_attribute_is_on_the_page() {
        let page = page();
        let line =
            |element: &str| page.lines().find(|l| l.starts_with(&format!("| `{element}` |"))).unwrap_or("");
        for row in storyboard::coverage::coverage() {
            let part = row.part.trim_start_matches('@');
            let wanted = if part.is_empty() { row.state.word().to_owned() } else { format!("`{part}`") };
            assert!(line(row.element).contains(&wanted), "{}{}", row.element, row.part);
        }
        for row in opendrive::coverage() {
            assert!(line(row.element).contains(row.attribute), "{}@{}", row.element, row.attribute);
        }
    }
}
