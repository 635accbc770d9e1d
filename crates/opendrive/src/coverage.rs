//! What becomes of every element and attribute of OpenDRIVE 1.8.1 here: the table from which COVERAGE.md is made.
//!
//! *Full*: it is read into the model and means what it says, with a function that evaluates it where it has a place in
//! space. *Partial*: read, and the note says what is missing. *Refused*: a file with it is refused. *Ignored*: counted
//! in [`crate::Parsed::ignored`], without any effect.
//!
//! # Source
//! Names of elements and attributes: the schemas of ASAM OpenDRIVE 1.8.1.
//!
//! # What it does not do
//! Values are not listed: unknown words of an enumeration are kept as they are, with a warning.

mod table;

use std::sync::LazyLock;

use serde::Serialize;

/// What becomes of an element or attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum CoverageState {
    /// Read, and means what it says.
    Full,
    /// Read; the note says what is missing.
    Partial,
    /// A file with it is refused.
    Refused,
    /// Counted, without effect.
    Ignored,
}

impl CoverageState {
    /// The word for tables.
    pub fn word(self) -> &'static str {
        match self {
            CoverageState::Full => "full",
            CoverageState::Partial => "partial",
            CoverageState::Refused => "refused",
            CoverageState::Ignored => "ignored: counted",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// Path of the element, as [`coverage_path`] gives it.
    pub element: &'static str,
    /// The attribute; empty for the element itself.
    pub attribute: &'static str,
    /// What becomes of it.
    pub state: CoverageState,
    /// What is missing, or which versions have it.
    pub note: &'static str,
}

static ROWS: LazyLock<Vec<CoverageRow>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for &(element, attributes, state, note) in table::TABLE {
        let further = attributes.strip_prefix("@ ");
        if further.is_none() {
            rows.push(CoverageRow { element, attribute: "", state, note });
        }
        for attribute in further.unwrap_or(attributes).split_whitespace() {
            rows.push(CoverageRow { element, attribute, state, note });
        }
    }
    rows.sort_by_key(|r| (r.element, r.attribute));
    rows
});

/// All rows, by element and attribute.
pub fn coverage() -> &'static [CoverageRow] {
    &ROWS
}

/// The row of an element (attribute `""`) or attribute, by the element's path as in [`crate::Parsed::ignored`].
pub fn coverage_of(path: &str, attribute: &str) -> Option<&'static CoverageRow> {
    let element = coverage_path(path);
    let rows = coverage();
    let found = rows.binary_search_by(|r| (r.element, r.attribute).cmp(&(element.as_str(), attribute)));
    found.ok().map(|i| &rows[i])
}

/// The path under which the table has an element: without the root, and one path for what the schema has in several
/// places (lanes of all sides, outlines, semantics, parts of boards, what a junction shares with roads, annotations).
pub fn coverage_path(path: &str) -> String {
    let all: Vec<&str> = path.split('/').collect();
    let annotation = all.iter().position(|p| matches!(*p, "userData" | "include" | "dataQuality"));
    let from = annotation.or_else(|| all.iter().position(|p| *p == "semantics"));
    let parts = from.map_or(&all[..], |i| &all[i..]);
    if from.is_some() {
        // What stands inside of user data is nobody's schema.
        return if parts[0] == "userData" { parts[0].to_owned() } else { parts.join("/") };
    }
    let parts = match parts {
        [_, rest @ ..] if !rest.is_empty() => rest,
        whole => whole,
    };
    let mut kept: Vec<&str> = Vec::new();
    for (i, part) in parts.iter().copied().enumerate() {
        let next = parts.get(i + 1).copied();
        let shared = match part {
            "left" | "center" | "right" => next == Some("lane"),
            "outlines" => next == Some("outline"),
            "staticBoard" | "vmsBoard" => matches!(next, Some("validity" | "dependency" | "reference")),
            _ => false,
        };
        let on_board = part == "staticBoard"
            && next == Some("sign")
            && matches!(
                parts.get(i + 2).copied(),
                Some("validity" | "dependency" | "reference" | "positionInertial" | "positionRoad")
            );
        let sign_of_board = part == "sign" && kept.last() == Some(&"signal");
        if !(shared || on_board || sign_of_board) {
            kept.push(part);
        }
    }
    if let ["junction", "objects" | "planView" | "surface", ..] = kept.as_slice() {
        kept[0] = "road";
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_one_type_meet_in_one_row() {
        let check = |path: &str, expect: &str| assert_eq!(coverage_path(path), expect, "{path}");
        check("OpenDRIVE", "OpenDRIVE");
        check("OpenDRIVE/road", "road");
        check("OpenDRIVE/road/lanes/laneSection/left", "road/lanes/laneSection/left");
        check("OpenDRIVE/road/lanes/laneSection/left/lane/width", "road/lanes/laneSection/lane/width");
        check("OpenDRIVE/road/objects/object/outlines", "road/objects/object/outlines");
        check("OpenDRIVE/junction/objects/object/outlines/outline", "road/objects/object/outline");
        check("OpenDRIVE/road/lanes/laneSection/userData/vectorLaneSection", "userData");
        check("OpenDRIVE/road/dataQuality/error", "dataQuality/error");
        check("OpenDRIVE/road/signals/signal/staticBoard/sign/semantics/speed", "semantics/speed");
        check("OpenDRIVE/road/signals/signal/staticBoard/sign", "road/signals/signal/staticBoard/sign");
        check("OpenDRIVE/road/signals/signal/staticBoard/sign/validity", "road/signals/signal/validity");
        check("OpenDRIVE/road/signals/signal/vmsBoard/reference", "road/signals/signal/reference");
    }

    #[test]
    fn rows_are_unique_and_notes_say_what_is_missing() {
        let rows = coverage();
        assert!(rows.len() >= 700, "only {} rows", rows.len());
        for pair in rows.windows(2) {
            assert!((pair[0].element, pair[0].attribute) < (pair[1].element, pair[1].attribute), "{pair:?}");
        }
        for row in rows {
            assert_eq!(coverage_of(&format!("x/{}", row.element), row.attribute), Some(row));
            assert!(row.state == CoverageState::Full || !row.note.is_empty(), "{row:?}");
            // Every attribute has its element, every element its parent.
            assert!(rows.iter().any(|r| r.element == row.element && r.attribute.is_empty()), "{row:?}");
        }
        assert_eq!(coverage_of("OpenDRIVE/road", "rule").map(|r| r.state.word()), Some("full"));
        assert_eq!(coverage_of("OpenDRIVE/road", "color"), None);
    }
}
