//! The document as a whole: XML, root element, file header, version.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule set `xml`.

use source::Problems;

use super::Findings;
use crate::expression::{Value, evaluate};
use crate::report::Report;
use crate::tree::Node;

/// What kept a file from becoming a tree, under ASAM's identifiers.
pub(super) fn not_readable(report: Report) -> Problems {
    let (mut problems, _) = report.finish();
    for problem in &mut problems.0 {
        if problem.rule == "xml.valid_xml_document" {
            problem.rule = "asam.net:xosc:1.0.0:xml.valid_xml_document";
        }
    }
    problems
}

/// The minor version of a file of OpenSCENARIO 1, if it is one.
pub(super) fn check(findings: &mut Findings, root: Node<'_>) -> Option<u16> {
    if root.name() != "OpenSCENARIO" {
        let message = format!("the root element is <{}>, not <OpenSCENARIO>", root.name());
        let hint = "only OpenSCENARIO files are checked here";
        findings.error("asam.net:xosc:1.0.0:xml.root_tag_is_openscenario", root.origin(), message, hint);
        return None;
    }
    let Some(header) = root.child("FileHeader") else {
        let message = "the file has no <FileHeader>".to_owned();
        let hint = "it says the version, the author and the date";
        findings.error("asam.net:xosc:1.0.0:xml.fileheader_is_present", root.origin(), message, hint);
        return None;
    };
    let major = revision(findings, header, "revMajor");
    let minor = revision(findings, header, "revMinor");
    (major? == 1).then_some(minor?)
}

/// Scenario files are called `.xosc`.
pub(super) fn check_name(findings: &mut Findings, root: Node<'_>, file: &str) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    if !name.ends_with(".xosc") {
        let rule = "asam.net:xosc:1.0.0:general.file_ending";
        findings.warn(rule, root.origin(), format!("the file's name `{name}` does not end in .xosc"), "");
    }
}

fn revision(findings: &mut Findings, header: Node<'_>, name: &str) -> Option<u16> {
    let rule = "asam.net:xosc:1.0.0:xml.version_is_defined";
    let hint = "revMajor and revMinor are integers from 0 to 65535";
    let Some(attribute) = header.attribute(name) else {
        findings.error(rule, header.origin(), format!("<FileHeader> has no {name}"), hint);
        return None;
    };
    // Some files of the field calculate even their version.
    let text = attribute.value.trim();
    let value = if text.starts_with('$') {
        evaluate(text, &|_| None).ok()
    } else {
        Some(Value::Text(text.to_owned()))
    };
    let revision = value.and_then(|value| value.as_integer()).and_then(|number| u16::try_from(number).ok());
    if revision.is_none() {
        findings.error(rule, header.place_of(&attribute), format!("{name} is `{text}`"), hint);
    }
    revision
}
