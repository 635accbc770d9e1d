//! Quality rules: what a well-made scenario keeps to, beyond what reading it needs.
//!
//! [`lint`] looks at one file and warns where it breaks a rule of ASAM's checker catalogue. The rule's name
//! is ASAM's own identifier; a rule holds for files of the version in it and later ones. Rules of the
//! standard that have no identifier there begin with `shakedown:`.
//!
//! | module | rules |
//! |---|---|
//! | [`document`] | XML document, root element, file header, version, name of the file |
//! | [`names`] | names unique at their level and in their catalog, without `::` |
//! | [`references`] | entities, variables, parameters, monitors, storyboard elements, controllers, actors |
//! | [`road_network`] | the road network, signals, roads and lanes in it |
//! | [`values`] | operators of expressions, times that may not be negative, parameters of catalogs |
//!
//! # Validity
//! References and values may be parameters or expressions: they count with the declared defaults. Where a
//! value cannot be known, nothing is said. Entries of catalogs that the file refers to are not looked into,
//! so a reference that such an entry may fulfil is not complained about.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C; identifiers as in ASAM's OpenSCENARIO XML quality checker and, where
//! that has none, as in annex C of 1.4.

mod document;
mod names;
mod references;
mod road_network;
mod scope;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeSet;

use source::Problems;

use crate::expression::nearest;
use crate::files::Files;
use crate::limits::PROBLEMS_MAX;
use crate::origin::Origin;
use crate::report::Report;
use crate::tree::{Node, Tree};
use scope::Scopes;

/// The most names among which a similar one is looked for. Chosen so that the search stays unnoticed.
const SUGGESTION_NAMES_MAX: usize = 1000;

/// Checks a file against the quality rules, in the order of their places. What keeps the file from being
/// read at all is an error, all else a warning. `files` gives the road network that the file names.
#[must_use]
pub fn lint(bytes: &[u8], file: &str, files: &dyn Files) -> Problems {
    let mut reading = Report::new(file);
    let Some(tree) = Tree::parse(bytes, 0, &mut reading) else {
        return document::not_readable(reading);
    };
    let mut findings = Findings { report: Report::new(file), count: 0 };
    let root = tree.root();
    if let Some(minor) = document::check(&mut findings, root) {
        let scopes = Scopes::new(&tree, &mut findings);
        let facts = Facts { tree: &tree, root, scopes, minor };
        document::check_name(&mut findings, root, file);
        names::check(&mut findings, &facts);
        references::check(&mut findings, &facts);
        road_network::check(&mut findings, &facts, file, files);
        values::check(&mut findings, &facts);
    }
    findings.report.finish().0
}

/// What the rules look at.
struct Facts<'t> {
    tree: &'t Tree,
    root: Node<'t>,
    scopes: Scopes,
    minor: u16,
}

impl<'t> Facts<'t> {
    /// Whether rules of OpenSCENARIO `1.minor` hold for this file.
    fn since(&self, minor: u16) -> bool {
        self.minor >= minor
    }

    /// Every element in the order of the file.
    fn nodes(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let tree = self.tree;
        (0..).map_while(move |index| tree.node(index))
    }

    /// The value of an attribute as text, parameters and expressions resolved; `None` if it is missing or
    /// cannot be known.
    fn text(&self, node: Node<'_>, attribute: &str) -> Option<String> {
        let found = node.attribute(attribute)?;
        self.scopes.value(node, &found.value).map(|value| value.to_string())
    }
}

/// Collects what the rules find.
struct Findings {
    report: Report,
    count: usize,
}

impl Findings {
    fn error(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.count += 1;
        self.report.error(rule, at, message, hint);
    }

    fn warn(&mut self, rule: &'static str, at: Origin, message: String, hint: &str) {
        self.count += 1;
        self.report.warn(rule, at, message, hint);
    }

    /// Warns of a name that is not among those there are; the hint is the nearest of them.
    fn unknown(&mut self, rule: &'static str, at: Origin, what: &str, name: &str, known: &BTreeSet<String>) {
        let near = if known.len() <= SUGGESTION_NAMES_MAX && self.count < PROBLEMS_MAX {
            nearest(name, known.iter().map(String::as_str))
        } else {
            None
        };
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("the file declares no {what}"),
            None => String::new(),
        };
        self.warn(rule, at, format!("there is no {what} `{name}`"), &hint);
    }
}
