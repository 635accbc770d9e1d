//! The coverage table against the standard's own schema files: every element and attribute of 1.8.1 has its row.
//!
//! The schemas are read from the corpus, where there is one; otherwise the test says so and passes.

#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use opendrive::coverage_of;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element of a schema file.
#[derive(Clone, Default)]
struct Node {
    tag: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
}

impl Node {
    fn of(tag: &BytesStart<'_>) -> Self {
        let local = |name: &str| name.rsplit(':').next().unwrap_or_default().to_owned();
        let pairs = tag.attributes().flatten();
        let attributes = pairs.map(|a| (a.key.as_ref().to_owned(), a.value.to_string())).collect();
        Node { tag: local(tag.name().as_ref()), attributes, children: Vec::new() }
    }

    fn get(&self, name: &str) -> Option<&str> {
        // Names may carry a prefix.
        self.attributes.get(name).map(|v| v.rsplit(':').next().unwrap_or_default())
    }
}

fn tree(text: &str) -> Node {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(Node::of(&tag)),
            Event::Empty(tag) => open.last_mut().unwrap().children.push(Node::of(&tag)),
            Event::End(_) => {
                let node = open.pop().unwrap();
                open.last_mut().unwrap().children.push(node);
            }
            Event::Eof => return open.remove(0).children.remove(0),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Schema {
    types: BTreeMap<String, Node>,
    elements: BTreeMap<String, Node>,
    groups: BTreeMap<String, Node>,
}

impl Schema {
    fn attributes(&self, node: &Node, found: &mut BTreeSet<String>) {
        for child in &node.children {
            match child.tag.as_str() {
                "attribute" => found.extend(child.get("name").map(str::to_owned)),
                "attributeGroup" => {
                    if let Some(group) = child.get("ref").and_then(|r| self.groups.get(r)) {
                        self.attributes(group, found);
                    }
                }
                "complexContent" | "simpleContent" | "extension" | "restriction" => {
                    if let Some(base) = child.get("base").and_then(|b| self.types.get(b)) {
                        self.attributes(base, found);
                    }
                    self.attributes(child, found);
                }
                _ => {}
            }
        }
    }

    fn elements_of<'s>(&'s self, node: &'s Node, found: &mut Vec<&'s Node>) {
        for child in &node.children {
            match child.tag.as_str() {
                "element" => found.push(child),
                "group" => {
                    if let Some(group) = child.get("ref").and_then(|r| self.groups.get(r)) {
                        self.elements_of(group, found);
                    }
                }
                "sequence" | "choice" | "all" | "complexContent" | "extension" | "restriction" => {
                    if let Some(base) = child.get("base").and_then(|b| self.types.get(b)) {
                        self.elements_of(base, found);
                    }
                    self.elements_of(child, found);
                }
                _ => {}
            }
        }
    }

    fn walk(&self, element: &Node, above: &[String], rows: &mut BTreeSet<(String, String)>) {
        let Some(name) = element.get("name").or_else(|| element.get("ref")) else { return };
        // Abstract elements of the UML model are no elements of files.
        if above.iter().any(|a| a == name) || name.starts_with('_') {
            return;
        }
        let element = element.get("ref").and_then(|r| self.elements.get(r)).unwrap_or(element);
        let mut path = above.to_vec();
        path.push(name.to_owned());
        let key = path.join("/");
        rows.insert((key.clone(), String::new()));
        // Types by the value of an attribute (junctions, connections, segments): all of them.
        let alternatives =
            element.children.iter().filter(|c| c.tag == "alternative").filter_map(|a| a.get("type"));
        let named = element.get("type").into_iter().chain(alternatives).filter_map(|t| self.types.get(t));
        let own = element.children.iter().filter(|c| c.tag == "complexType");
        for node in named.chain(own) {
            let mut attributes = BTreeSet::new();
            self.attributes(node, &mut attributes);
            rows.extend(attributes.into_iter().map(|a| (key.clone(), a)));
            let mut children = Vec::new();
            self.elements_of(node, &mut children);
            for child in children {
                self.walk(child, &path, rows);
            }
        }
    }
}

#[test]
fn every_name_of_the_schema_has_a_row() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let corpus = std::env::var_os("SHAKEDOWN_CORPUS").map_or_else(beside, PathBuf::from);
    let folder = corpus.join("xsd_qc_odr/qc_opendrive/schema/1.8.1");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return;
    }
    let mut schema = Schema::default();
    for entry in fs::read_dir(&folder).unwrap() {
        let root = tree(&fs::read_to_string(entry.unwrap().path()).unwrap());
        for node in root.children {
            let Some(name) = node.get("name").map(str::to_owned) else { continue };
            match node.tag.as_str() {
                "complexType" => drop(schema.types.insert(name, node)),
                "element" => drop(schema.elements.insert(name, node)),
                "group" | "attributeGroup" => drop(schema.groups.insert(name, node)),
                _ => {}
            }
        }
    }
    let mut rows = BTreeSet::new();
    schema.walk(&schema.elements["OpenDRIVE"], &[], &mut rows);
    assert!(rows.len() > 900, "only {} names", rows.len());
    let missing: Vec<String> = rows
        .iter()
        .filter(|(path, attribute)| coverage_of(path, attribute).is_none())
        .map(|(path, attribute)| format!("{path}@{attribute}"))
        .collect();
    println!("{} names of the schema, {} without a row", rows.len(), missing.len());
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
