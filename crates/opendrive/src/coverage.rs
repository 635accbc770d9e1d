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

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Serialize;

use crate::limits::{ATTRIBUTES_MAX, DEPTH_MAX, IGNORED_KINDS_MAX};
use crate::problem::Place;

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
    row_of(&coverage_path(path), attribute)
}

/// The row of an element by the table's own path.
fn row_of(element: &str, attribute: &str) -> Option<&'static CoverageRow> {
    let rows = coverage();
    let found = rows.binary_search_by(|r| (r.element, r.attribute).cmp(&(element, attribute)));
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

/// Something that a file uses and that is not covered in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverageGap {
    /// Path of the element, as [`coverage_path`] gives it.
    pub element: String,
    /// The attribute; empty for the element itself.
    pub attribute: String,
    /// What becomes of it.
    pub state: CoverageState,
    /// What is missing.
    pub note: &'static str,
    /// How often it is used.
    pub count: usize,
    /// Where it is used first.
    pub at: Place,
}

/// What a file uses that is not covered in full, in the order of first use: for those who check a file before they rely
/// on it. `text` as [`crate::decode`] gives it; a file that is not well-formed is looked at as far as it is.
pub fn coverage_gaps(text: &str) -> Vec<CoverageGap> {
    // How often, and the byte range of the first use.
    let mut uses: BTreeMap<(String, String), (usize, Range<usize>)> = BTreeMap::new();
    let mut path: Vec<String> = Vec::new();
    let mut reader = Reader::from_str(text);
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(text.len());
    loop {
        let start = position(&reader);
        let Ok(event) = reader.read_event() else { break };
        let end = position(&reader);
        let (tag, open) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => continue,
        };
        if path.len() >= DEPTH_MAX {
            break;
        }
        // What stands inside of these is kept as it is written.
        let inside = path.iter().any(|p| p == "userData" || p == "semantics");
        path.push(tag.name().as_ref().rsplit(':').next().unwrap_or_default().to_owned());
        if !inside {
            let element = coverage_path(&path.join("/"));
            let mut count = |attribute: &str| {
                let row = row_of(&element, attribute);
                if row.is_none_or(|r| r.state != CoverageState::Full) && uses.len() < IGNORED_KINDS_MAX {
                    let first = || (0, start..end);
                    uses.entry((element.clone(), attribute.to_owned())).or_insert_with(first).0 += 1;
                }
            };
            count("");
            let attributes = tag.attributes().flatten().take(ATTRIBUTES_MAX);
            attributes
                .map(|a| a.key.as_ref().to_owned())
                .filter(|k| !k.contains(':') && k != "xmlns")
                .for_each(|k| count(&k));
        }
        if !open {
            path.pop();
        }
    }
    let mut gaps: Vec<CoverageGap> = Vec::new();
    for ((element, attribute), (count, first)) in uses {
        let (state, note) = row_of(&element, &attribute)
            .map_or((CoverageState::Ignored, "in no version of the standard"), |r| (r.state, r.note));
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let at = Place { line: 0, column: 0, offset: small(first.start), len: small(first.len().max(1)) };
        gaps.push(CoverageGap { element, attribute, state, note, count, at });
    }
    gaps.sort_by_key(|g| g.at.offset);
    locate(text, &mut gaps);
    gaps
}

/// Lines and columns of gaps in the order of their places, in one pass.
fn locate(text: &str, gaps: &mut [CoverageGap]) {
    let (mut line, mut line_start, mut seen) = (1, 0, 0);
    for gap in gaps {
        let offset = (gap.at.offset as usize).min(text.len());
        for (i, _) in text[seen..offset].match_indices('\n') {
            line += 1;
            line_start = seen + i + 1;
        }
        seen = offset;
        let column = text[line_start..offset].chars().count() + 1;
        gap.at.line = line;
        gap.at.column = u32::try_from(column).unwrap_or(u32::MAX);
    }
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
    fn gaps_name_what_a_file_uses() {
        let text = r#"<OpenDRIVE><header revMajor="1" revMinor="8" maxRoad="3"/><road id="1" length="1" junction="-1" color="red">
            <surface><CRG file="a.crg"/></surface><userData code="x"><any b="1"/></userData><lake/></road></OpenDRIVE>"#;
        let found: Vec<String> = coverage_gaps(text)
            .iter()
            .map(|g| format!("{} {}@{} {} {}", g.at, g.element, g.attribute, g.state.word(), g.count))
            .collect();
        let expect = [
            "1:12 header@maxRoad ignored: counted 1",
            "1:59 road@color ignored: counted 1",
            "2:13 road/surface@ partial 1",
            "2:22 road/surface/CRG@ partial 1",
            "2:22 road/surface/CRG@file partial 1",
            "2:93 road/lake@ ignored: counted 1",
        ];
        assert_eq!(found, expect);
        assert!(coverage_gaps("<OpenDRIVE><header/>").is_empty() && coverage_gaps("").is_empty());
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
