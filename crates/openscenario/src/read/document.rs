//! The file as a whole: size, root, version; then the document.

use std::collections::BTreeMap;

use super::Reader;
use crate::limits::FILE_BYTES_MAX;
use crate::model::Document;
use crate::origin::Origin;
use crate::tree::{Node, Tree};

/// Newest minor version read.
const MINOR_MAX: u8 = 3;

/// Reads a file's bytes. Problems lie in the reader's report.
pub(crate) fn read_document(
    r: &mut Reader<'_>,
    bytes: &[u8],
    overrides: &BTreeMap<String, String>,
) -> Option<Document> {
    if bytes.len() > FILE_BYTES_MAX {
        let message = format!("the file has {} bytes; FILE_BYTES_MAX = {FILE_BYTES_MAX}", bytes.len());
        r.report.error("limit.file_bytes", Origin::default(), message, "");
        return None;
    }
    let tree = Tree::parse(bytes, 0, &mut r.report)?;
    let root = tree.root();
    if !root.name().eq_ignore_ascii_case("OpenSCENARIO") {
        let message = format!("the root element is <{}>", super::value::clip(root.name()));
        r.report.error("xml.root_tag_is_openscenario", root.origin(), message, "<OpenSCENARIO> is wanted");
        return None;
    }
    if root.name() != "OpenSCENARIO" {
        let message = format!("the root element is <{}>", root.name());
        r.report.warn("xml.root_tag_is_openscenario", root.origin(), message, "<OpenSCENARIO> is wanted");
    }
    r.minor = version(r, root)?;
    let assigned =
        overrides.iter().map(|(name, value)| (name.clone(), (value.clone(), Origin::default()))).collect();
    r.scopes.assign(assigned);
    let document = Document::read(r, root);
    document.filter(|_| !r.report.has_errors())
}

/// The minor version that the header claims, or `None` for files that are not read.
fn version(r: &mut Reader<'_>, root: Node<'_>) -> Option<u8> {
    let Some(header) = root.child("FileHeader") else {
        let message = "the file has no <FileHeader>, so its version is not known".to_owned();
        let hint = "<FileHeader revMajor=\"1\" revMinor=\"3\" …> is wanted";
        r.report.error("xml.version_is_defined", root.origin(), message, hint);
        return None;
    };
    let revision = |name: &str| header.attribute(name).and_then(|a| a.value.trim().parse::<u16>().ok());
    match (revision("revMajor"), revision("revMinor")) {
        (Some(1), Some(minor)) => {
            let known = u8::try_from(minor).ok().filter(|m| *m <= MINOR_MAX);
            if known.is_none() {
                let message = format!("OpenSCENARIO 1.{minor} is not known");
                r.report.warn("version.unknown", header.origin(), message, "it was read as 1.3");
            }
            Some(known.unwrap_or(MINOR_MAX))
        }
        // The header's own reader says what is wrong with the minor version.
        (Some(1), None) => Some(MINOR_MAX),
        (Some(0), minor) => {
            let minor = minor.unwrap_or_default();
            let message = format!("OpenSCENARIO 0.{minor} is not read");
            let hint = "convert the file to 1.x with the migration tool of the standard";
            r.report.error("version.unsupported", header.origin(), message, hint);
            None
        }
        (Some(major), _) => {
            let message = format!("OpenSCENARIO {major} is not read");
            r.report.error(
                "version.unsupported",
                header.origin(),
                message,
                "OpenSCENARIO XML 1.0 to 1.3 is wanted",
            );
            None
        }
        (None, _) => {
            let message = "<FileHeader> does not say which version the file has".to_owned();
            let hint = "revMajor=\"1\" and revMinor are wanted";
            r.report.error("xml.version_is_defined", header.origin(), message, hint);
            None
        }
    }
}
