//! The tables of both standards: one line for each element, with the attributes that fare as it does; a line of
//! their own for those that do not.

use super::chapter::CHAPTERS;
use opendrive::CoverageState as MapState;
use std::collections::BTreeMap;
use std::fmt::Write;
use storyboard::coverage::{CoverageRow, CoverageState, coverage};

/// How many elements and attributes are in which state.
pub fn summary() -> String {
    let mut out = String::from(
        "## In short\n\n\
         *Full*: read, and means what it says. *Partial*: the note says what is missing. *Named, without effect*: read \
         and checked, and named wherever it stands. *Kept*: read; it has no meaning for what happens. *Counted*: in no \
         model, counted and named.\n\n\
         | standard | elements and attributes | full | partial | named, without effect | kept | counted |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    let scenario = |state: CoverageState| coverage().iter().filter(|r| r.state == state).count();
    let _ = writeln!(
        out,
        "| OpenSCENARIO XML 1.0–1.3.1 | {} | {} | {} | {} | {} | 0 |",
        coverage().len(),
        scenario(CoverageState::Full),
        scenario(CoverageState::Partial),
        scenario(CoverageState::Named),
        scenario(CoverageState::Kept),
    );
    let map = |state: MapState| opendrive::coverage().iter().filter(|r| r.state == state).count();
    let _ = writeln!(
        out,
        "| OpenDRIVE 1.4–1.8.1 | {} | {} | {} | {} | 0 | {} |\n",
        opendrive::coverage().len(),
        map(MapState::Full),
        map(MapState::Partial),
        map(MapState::Refused),
        map(MapState::Ignored),
    );
    out.push_str(
        "Refused with a message, and not played in part: files of OpenSCENARIO 0.9 and of versions to come, a kind of \
         action or condition that no version knows, a value that lacks or cannot be read, a reference that leads \
         nowhere, and whatever is over a named limit. Unknown attributes and elements elsewhere are warnings.\n\n",
    );
    out
}

/// A title over a table that can be folded.
fn folded(out: &mut String, title: &str, head: &str, lines: &str, full: usize, all: usize) {
    let _ = write!(
        out,
        "<details><summary>{title}: {full} of {all} full</summary>\n\n{head}\n{lines}\n</details>\n\n"
    );
}

/// Versions that have an element.
fn versions(since: u8, deprecated: Option<u8>) -> String {
    let until = deprecated.map_or(String::new(), |v| format!(", deprecated in 1.{v}"));
    format!("1.{since}{until}")
}

fn attributes(rows: &[&CoverageRow], of: &CoverageRow) -> String {
    let alike = rows.iter().filter(|r| r.part.starts_with('@') && (r.state, r.note) == (of.state, of.note));
    let names = alike.map(|r| {
        let since =
            if r.since > of.since { format!(" ({})", versions(r.since, None)) } else { String::new() };
        format!("`{}`{since}", r.part.trim_start_matches('@'))
    });
    names.collect::<Vec<_>>().join(", ")
}

/// OpenSCENARIO, chapter after chapter.
pub fn openscenario() -> String {
    let mut out = String::from(
        "## OpenSCENARIO XML 1.0–1.3.1\n\n\
         Types of the schema, with the version that brought them. Attributes fare as their element does, unless they \
         have a line of their own.\n\n",
    );
    let mut of: BTreeMap<&str, Vec<&CoverageRow>> = BTreeMap::new();
    for row in coverage() {
        of.entry(row.element).or_default().push(row);
    }
    for (title, types) in CHAPTERS {
        let (mut lines, mut full, mut all) = (String::new(), 0, 0);
        for kind in *types {
            let rows = of.get(kind).map_or(&[][..], Vec::as_slice);
            all += rows.len();
            full += rows.iter().filter(|r| r.state == CoverageState::Full).count();
            let Some(own) = rows.iter().find(|r| r.part.is_empty()) else { continue };
            for row in rows {
                let own_line = row.part.is_empty() || (row.state, row.note) != (own.state, own.note);
                if !own_line {
                    continue;
                }
                let names = if row.part.is_empty() { attributes(rows, own) } else { String::new() };
                let _ = writeln!(
                    lines,
                    "| `{kind}{}` | {} | {} | {names} | {} |",
                    row.part,
                    versions(row.since, row.deprecated),
                    row.state.word(),
                    row.note
                );
            }
        }
        let head =
            "| element | since | state | attributes | what is missing, or why |\n|---|---|---|---|---|";
        folded(&mut out, title, head, &lines, full, all);
    }
    out
}

/// The chapter of a path: its first element, below roads its second as well.
fn chapter(path: &str) -> String {
    let mut parts = path.split('/');
    match (parts.next(), parts.next()) {
        (Some("road"), Some(second)) => format!("road/{second}"),
        (Some(first), _) => first.to_owned(),
        (None, _) => String::new(),
    }
}

/// OpenDRIVE, branch after branch.
pub fn opendrive() -> String {
    let mut out = String::from(
        "## OpenDRIVE 1.4–1.8.1\n\n\
         Paths below the root; lanes of all sides, outlines, boards and annotations stand under one path each.\n\n",
    );
    let mut chapters: BTreeMap<String, Vec<&opendrive::CoverageRow>> = BTreeMap::new();
    for row in opendrive::coverage() {
        chapters.entry(chapter(row.element)).or_default().push(row);
    }
    for (title, rows) in &chapters {
        let mut lines = String::new();
        for own in rows.iter().filter(|r| r.attribute.is_empty()) {
            let of = |r: &&&opendrive::CoverageRow| r.element == own.element && !r.attribute.is_empty();
            let mut groups: BTreeMap<(MapState, &str), Vec<String>> = BTreeMap::new();
            for row in rows.iter().filter(of) {
                groups.entry((row.state, row.note)).or_default().push(format!("`{}`", row.attribute));
            }
            let alike = groups.remove(&(own.state, own.note)).unwrap_or_default().join(", ");
            let _ = writeln!(lines, "| `{}` | {} | {alike} | {} |", own.element, own.state.word(), own.note);
            for ((state, note), names) in groups {
                let _ = writeln!(
                    lines,
                    "| `{}` | {} | {} | {note} |",
                    own.element,
                    state.word(),
                    names.join(", ")
                );
            }
        }
        let full = rows.iter().filter(|r| r.state == MapState::Full).count();
        let head = "| element | state | attributes | what is missing |\n|---|---|---|---|";
        folded(&mut out, &format!("`{title}`"), head, &lines, full, rows.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_place_on_the_page() {
        let page = openscenario();
        for row in coverage() {
            let named = page.contains(&format!("`{}{}`", row.element, row.part))
                || page.contains(&format!("`{}`", row.part.trim_start_matches('@')));
            assert!(named, "{}{} is nowhere", row.element, row.part);
        }
        let page = opendrive();
        for row in opendrive::coverage() {
            assert!(page.contains(&format!("| `{}` |", row.element)), "{} is nowhere", row.element);
            assert!(row.attribute.is_empty() || page.contains(&format!("`{}`", row.attribute)), "{row:?}");
        }
    }
}
