//! The coverage table against the reader: what occurs in the field is in it, and every state is true.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use opendrive::{CoverageState, coverage, coverage_gaps, coverage_of, coverage_path};
use quick_xml::Reader;
use quick_xml::events::Event;

fn maps() -> Vec<PathBuf> {
    fn under(folder: &Path, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                under(&path, found);
            } else if path.extension().is_some_and(|e| e == "xodr") {
                found.push(path);
            }
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = || here.join("../../../shared/corpus");
    let folder = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    let mut found = Vec::new();
    under(&here.join("tests/data"), &mut found);
    if folder.is_dir() {
        under(&folder, &mut found);
    } else {
        println!("our own files only: no corpus at {}", folder.display());
    }
    found
}

/// Paths of elements and their attributes in a file, as far as it is well-formed.
fn names(text: &str, found: &mut BTreeSet<(String, String)>) {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    while let Ok(event) = reader.read_event() {
        let (tag, open) = match &event {
            Event::Start(tag) => (tag, true),
            Event::Empty(tag) => (tag, false),
            Event::End(_) => {
                path.pop();
                continue;
            }
            Event::Eof => return,
            _ => continue,
        };
        let name = tag.name().as_ref().rsplit(':').next().unwrap_or_default().to_owned();
        let inside = path.iter().any(|p| p == "userData" || p == "semantics");
        path.push(name);
        if path[0] != "OpenDRIVE" {
            return;
        }
        if !inside {
            found.insert((path.join("/"), String::new()));
            for attribute in tag.attributes().flatten() {
                let key = attribute.key.as_ref().to_owned();
                if !key.contains(':') && !key.starts_with("xmlns") {
                    found.insert((path.join("/"), key));
                }
            }
        }
        if !open {
            path.pop();
        }
    }
}

#[test]
fn what_occurs_in_the_field_is_in_the_table() {
    let mut found = BTreeSet::new();
    for path in maps() {
        names(&opendrive::decode(&fs::read(&path).unwrap()), &mut found);
    }
    assert!(found.len() > 200, "only {} names", found.len());
    let missing: Vec<String> = found
        .iter()
        .filter(|(path, attribute)| coverage_of(path, attribute).is_none())
        .map(|(path, attribute)| format!("{path}@{attribute}"))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn what_is_ignored_says_so() {
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for path in maps() {
        let bytes = fs::read(&path).unwrap();
        let Ok(parsed) = opendrive::parse(&bytes, "") else { continue };
        let gaps = coverage_gaps(&opendrive::decode(&bytes));
        for key in parsed.ignored.keys() {
            seen += 1;
            let (element, attribute) = key.split_once('@').unwrap_or((key, ""));
            let named =
                |g: &opendrive::CoverageGap| g.element == coverage_path(element) && g.attribute == attribute;
            assert!(gaps.iter().any(named), "{key} in {}", path.display());
            if coverage_of(element, attribute).is_none_or(|row| row.state != CoverageState::Ignored) {
                wrong.insert(key.clone());
            }
        }
    }
    println!("{seen} ignored names in all files");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Attributes that exclude one another: the element stands once for each group, with all its other attributes.
const EITHER: &[(&str, &[&[&str]])] = &[
    (
        "road/signals/signal/physicalPosition",
        &[&["x", "y", "z", "hdg"], &["roadId", "s", "t", "zOffset", "hOffset"]],
    ),
    ("road/lanes/laneSection/lane/height", &[&["inner", "outer"], &["heightInner", "heightOuter"]]),
    ("road/objects/object", &[&["zOffset"], &["zoffset"]]),
    ("road/objects/object/outline/cornerLocal", &[&["u", "v"], &["x", "y"]]),
    ("road/signals/signal/validity", &[&["fromLane", "toLane"], &["from", "to"]]),
    (
        "junction/boundary/segment",
        &[
            &["contactPoint", "jointLaneStart", "jointLaneEnd", "transitionLength"],
            &["boundaryLane", "sStart", "sEnd"],
        ],
    ),
];

/// One group for elements whose attributes all go together.
const TOGETHER: &[&[&str]] = &[&[]];

/// A value that the attribute can have.
fn value(path: &str, attribute: &str, group: usize) -> &'static str {
    match (path, attribute) {
        (_, "revMinor") => "8",
        ("road/lanes/laneSection/lane", "id") => "-1",
        ("junction/boundary/segment", "type") => ["joint", "lane"][group.min(1)],
        (_, "pRange") => "normalized",
        (_, "contactPoint") => "start",
        (_, "elementType") => "road",
        (_, "orientation" | "dir" | "elementDir") => "+",
        (_, "rule") if path == "road" => "LHT",
        (_, "unit") => "m/s",
        (_, "type") if path.ends_with("connection") => "virtual",
        _ => "1",
    }
}

/// One file with every element and attribute of the table.
fn everything() -> String {
    let mut attributes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for row in coverage() {
        // Lanes need a side; what stands anywhere stands in the header.
        let path = match row.element {
            "OpenDRIVE" => "OpenDRIVE".to_owned(),
            e if e.starts_with("semantics") => format!("OpenDRIVE/road/signals/signal/{e}"),
            e if ["userData", "include", "dataQuality"].iter().any(|a| e.starts_with(a)) => {
                format!("OpenDRIVE/header/{e}")
            }
            e => format!("OpenDRIVE/{e}").replace("laneSection/lane", "laneSection/right/lane"),
        };
        let list = attributes.entry(path).or_default();
        list.extend(Some(row.attribute).filter(|a| !a.is_empty()));
    }
    fn write(path: &str, attributes: &BTreeMap<String, Vec<&str>>, text: &mut String) {
        let name = path.rsplit('/').next().unwrap();
        let element = coverage_path(path);
        let groups = EITHER.iter().find(|(e, _)| *e == element).map_or(TOGETHER, |(_, g)| *g);
        for (i, group) in groups.iter().enumerate() {
            let _ = write!(text, "<{name}");
            let foreign = |a: &str| groups.iter().any(|g| g.contains(&a)) && !group.contains(&a);
            for attribute in attributes[path].iter().filter(|a| !foreign(a)) {
                let _ = write!(text, " {attribute}=\"{}\"", value(&element, attribute, i));
            }
            text.push('>');
            // Children once.
            let below = |p: &&String| {
                i == 0
                    && p.strip_prefix(path)
                        .and_then(|r| r.strip_prefix('/'))
                        .is_some_and(|r| !r.contains('/'))
            };
            for child in attributes.keys().filter(below) {
                write(child, attributes, text);
            }
            let _ = write!(text, "</{name}>");
        }
    }
    let mut text = String::new();
    write("OpenDRIVE", &attributes, &mut text);
    text
}

#[test]
fn every_state_is_true_on_a_file_with_everything() {
    let text = everything();
    let parsed = opendrive::parse(text.as_bytes(), "").unwrap_or_else(|p| panic!("{p}\n{text}"));
    let mut ignored: BTreeSet<(String, String)> = BTreeSet::new();
    for key in parsed.ignored.keys() {
        let (element, attribute) = key.split_once('@').unwrap_or((key, ""));
        ignored.insert((coverage_path(element), attribute.to_owned()));
    }
    let inside_ignored = |element: &str| {
        ignored.iter().any(|(e, a)| a.is_empty() && (element == e || element.starts_with(&format!("{e}/"))))
    };
    let mut wrong = Vec::new();
    for row in coverage() {
        let counted = ignored.contains(&(row.element.to_owned(), row.attribute.to_owned()))
            || inside_ignored(row.element);
        if counted != (row.state == CoverageState::Ignored) {
            wrong.push(format!(
                "{}@{}: {}, counted: {counted}",
                row.element,
                row.attribute,
                row.state.word()
            ));
        }
    }
    let full = coverage().iter().filter(|r| r.state == CoverageState::Full).count();
    let partial = coverage().iter().filter(|r| r.state == CoverageState::Partial).count();
    println!("{} rows: {full} full, {partial} partial", coverage().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
