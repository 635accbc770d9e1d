//! The rows of the schema against the standard's own schema files, and every type against its reader.
//!
//! The first test reads the XSDs of the corpus (`$SHAKEDOWN_CORPUS` or `../shared/corpus`); where they are
//! missing it passes and says so in one line.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use openscenario::{ChildRow, ElementRow, NoFiles, Severity, ValueKind, enumerations, parse, schema};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What the XSDs say: type → attributes (name → type) and elements (name → type); enumeration → words.
#[derive(Default)]
struct Xsd {
    attributes: BTreeMap<String, BTreeMap<String, String>>,
    elements: BTreeMap<String, BTreeMap<String, String>>,
    words: BTreeMap<String, BTreeSet<String>>,
    /// Group → its elements; type → the groups that it uses.
    groups: BTreeMap<String, BTreeMap<String, String>>,
    uses: BTreeMap<String, BTreeSet<String>>,
    /// Types that have attributes which must be there.
    required: BTreeSet<(String, String)>,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|a| a.key.as_ref() == name)?;
    Some(found.value.to_string())
}

impl Xsd {
    fn read(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        let (mut owner, mut depth_of_owner, mut depth) = (None::<(String, String)>, 0, 0);
        loop {
            let event = reader.read_event().expect("well-formed XML");
            let (tag, closed) = match &event {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(_) => {
                    depth -= 1;
                    if depth == depth_of_owner {
                        owner = None;
                    }
                    continue;
                }
                Event::Eof => return,
                _ => continue,
            };
            let kind = tag.name().as_ref().rsplit(':').next().unwrap_or_default().to_owned();
            let name = attribute(tag, "name");
            match (kind.as_str(), name, &owner) {
                ("complexType" | "simpleType" | "group", Some(name), None) => {
                    if kind == "complexType" {
                        self.attributes.entry(name.clone()).or_default();
                        self.elements.entry(name.clone()).or_default();
                    }
                    if !closed {
                        owner = Some((kind, name));
                        depth_of_owner = depth;
                    }
                }
                ("group", None, Some((_, inside))) => {
                    self.uses.entry(inside.clone()).or_default().extend(attribute(tag, "ref"));
                }
                ("element", Some(name), Some((kind, inside))) => {
                    let list = if kind == "group" { &mut self.groups } else { &mut self.elements };
                    let type_name = attribute(tag, "type").unwrap_or_default();
                    list.entry(inside.clone()).or_default().insert(name, type_name);
                }
                ("attribute", Some(name), Some((_, inside))) => {
                    if attribute(tag, "use").as_deref() == Some("required") {
                        self.required.insert((inside.clone(), name.clone()));
                    }
                    let type_name = attribute(tag, "type").unwrap_or_default();
                    self.attributes.entry(inside.clone()).or_default().insert(name, type_name);
                }
                ("enumeration", None, Some((_, inside))) => {
                    self.words.entry(inside.clone()).or_default().extend(attribute(tag, "value"));
                }
                _ => {}
            }
            depth += i32::from(!closed);
        }
    }

    /// A type's elements, those of its groups among them.
    fn elements_of(&self, name: &str) -> BTreeMap<String, String> {
        let mut found = self.elements.get(name).cloned().unwrap_or_default();
        let mut open: Vec<&String> = self.uses.get(name).into_iter().flatten().collect();
        while let Some(group) = open.pop() {
            found.extend(self.groups.get(group).cloned().unwrap_or_default());
            open.extend(self.uses.get(group).into_iter().flatten());
        }
        found
    }
}

fn schema_folder() -> Option<PathBuf> {
    let root = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    let folder = root.join("xsd_qc_osc/qc_openscenario/schema");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no schemas at {}: skipped", folder.display());
    None
}

#[test]
fn rows_are_those_of_the_schema_files() {
    let Some(folder) = schema_folder() else { return };
    let mut xsd = Xsd::default();
    for version in ["1.0.0", "1.1.0", "1.1.1", "1.2.0", "1.3.0"] {
        let text = std::fs::read_to_string(folder.join(version).join("OpenSCENARIO.xsd")).unwrap();
        xsd.read(&text);
    }
    let ours: BTreeSet<&str> = schema().iter().map(|r| r.name).collect();
    let theirs: BTreeSet<&str> = xsd.attributes.keys().map(String::as_str).collect();
    assert_eq!(ours, theirs, "types");
    assert_eq!(ours.len(), schema().len(), "each type once");
    for row in schema() {
        let attributes: BTreeMap<String, String> =
            row.attributes.iter().map(|a| (a.name.to_owned(), a.kind.name().to_owned())).collect();
        assert_eq!(attributes, xsd.attributes[row.name], "attributes of {}", row.name);
        let children: BTreeMap<String, String> =
            row.all_children().map(|c| (c.name.to_owned(), c.type_name.to_owned())).collect();
        assert_eq!(children, xsd.elements_of(row.name), "elements of {}", row.name);
        for attribute in row.attributes.iter().filter(|a| a.required) {
            let key = (row.name.to_owned(), attribute.name.to_owned());
            assert!(xsd.required.contains(&key), "{key:?} is required by us alone");
        }
    }
    let ours: BTreeMap<String, BTreeSet<String>> = enumerations()
        .iter()
        .map(|r| (r.name.to_owned(), r.literals.iter().map(|l| l.name.to_owned()).collect()))
        .collect();
    assert_eq!(ours, xsd.words, "enumerations");
}

/// A value that an attribute may have.
fn sample(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "true",
        ValueKind::Double => "0.5",
        ValueKind::Int | ValueKind::UnsignedInt | ValueKind::UnsignedShort => "1",
        ValueKind::String => "text",
        ValueKind::DateTime => "2026-01-01T00:00:00",
        ValueKind::Enumeration(row) => row.literals[0].name,
    }
}

/// Writes an element with all attributes and, down to a depth, all children; of a choice the option whose
/// number is asked for, and below that depth what leads out soonest.
fn write(out: &mut String, rows: &BTreeMap<&str, &ElementRow>, child: &ChildRow, turn: usize, depth: usize) {
    let row = rows[child.type_name];
    out.push('<');
    out.push_str(child.name);
    for attribute in row.attributes {
        out.push_str(&format!(" {}=\"{}\"", attribute.name, sample(attribute.kind)));
    }
    out.push('>');
    for choice in row.choices {
        let options = choice.options;
        let of = if depth == 0 { plainest(rows, options) } else { &options[turn % options.len()] };
        // References into catalogs have nowhere to lead here.
        let of = if of.type_name == "CatalogReference" { &options[(turn + 1) % options.len()] } else { of };
        if choice.min > 0 || depth > 0 {
            write(out, rows, of, turn / options.len().max(1), depth.saturating_sub(1));
        }
    }
    for child in row.children.iter().filter(|c| c.type_name != "CatalogReference") {
        for _ in 0..child.min.max(u32::from(depth > 0)) {
            write(out, rows, child, turn, depth.saturating_sub(1));
        }
    }
    if row.content {
        out.push_str("text");
    }
    out.push_str(&format!("</{}>", child.name));
}

/// The option with the fewest choices and children.
fn plainest<'r>(rows: &BTreeMap<&str, &ElementRow>, options: &'r [ChildRow]) -> &'r ChildRow {
    let weight = |c: &ChildRow| {
        let row = rows[c.type_name];
        row.choices.len() * 10 + row.children.iter().filter(|c| c.min > 0).count()
    };
    let options = options.iter().filter(|c| c.type_name != "CatalogReference");
    options.min_by_key(|c| weight(c)).expect("a choice has options")
}

#[test]
fn every_type_is_read_by_its_row() {
    let rows: BTreeMap<&str, &ElementRow> = schema().iter().map(|r| (r.name, r)).collect();
    let mut covered: BTreeSet<&str> = BTreeSet::new();
    let child = |name: &str| *rows["OpenScenario"].children.iter().find(|c| c.name == name).unwrap();
    for turn in 0..400 {
        for parts in [
            &[
                "FileHeader",
                "RoadNetwork",
                "Entities",
                "Storyboard",
                "MonitorDeclarations",
                "VariableDeclarations",
            ][..],
            &["FileHeader", "Catalog"],
            &["FileHeader", "ParameterValueDistribution"],
        ] {
            let mut text = String::from("<OpenSCENARIO>");
            for part in parts {
                write(&mut text, &rows, &child(part), turn, 24);
            }
            text.push_str("</OpenSCENARIO>");
            let text = text.replace("revMinor=\"1\"", "revMinor=\"3\"");
            let parsed = parse(text.as_bytes(), "t.xosc", &NoFiles, &BTreeMap::new());
            // The text of a sample fits no type, and not every sample stands in its place.
            let harmless =
                ["element.order", "element.count", "element.missing", "version.older", "parameter.type"];
            let errors: Vec<_> = parsed
                .problems
                .iter()
                .filter(|p| p.severity == Severity::Error || !harmless.contains(&p.rule))
                .take(3)
                .collect();
            assert!(errors.is_empty(), "turn {turn}: {errors:#?}");
            assert!(parsed.ignored.is_empty(), "turn {turn}: {:?}", parsed.ignored);
            covered.extend(parsed.covered.keys());
        }
    }
    let missed: Vec<_> = rows.keys().filter(|n| !covered.contains(*n)).collect();
    // References into catalogs and their locations have a test of their own.
    assert!(
        missed
            .iter()
            .all(|n| n.contains("Catalog") || n.starts_with("ParameterAssignments") || **n == "Directory"),
        "{missed:?}"
    );
}
