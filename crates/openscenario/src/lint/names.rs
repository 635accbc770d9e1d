//! Names: unique among the elements inside the same element, and inside a catalog.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule sets `reference_control` and `naming`, and section 7.3.3.

use std::collections::BTreeMap;

use super::{Facts, Findings};
use crate::tree::Node;

pub(super) fn check(findings: &mut Findings, facts: &Facts<'_>) {
    for parent in facts.nodes() {
        let in_catalog = parent.name() == "Catalog";
        let (rule, level) = if in_catalog {
            ("asam.net:xosc:1.2.0:reference_control.uniquely_resolvable_entity_references", "in this catalog")
        } else {
            ("asam.net:xosc:1.2.0:reference_control.unique_element_names_on_same_level", "at this level")
        };
        let mut seen = BTreeMap::new();
        for child in parent.children() {
            delimiter(findings, child);
            if !facts.since(2) {
                continue;
            }
            let named = child.attribute("name").filter(|name| !name.value.is_empty());
            let Some(attribute) = named else { continue };
            let place = child.place_of(&attribute);
            if let Some(first) = seen.get(&attribute.value) {
                let message = format!("<{}> is the second `{}` {level}", child.name(), attribute.value);
                findings.warn(rule, place, message, &format!("the first one stands at {first}"));
            } else {
                seen.insert(attribute.value, place.place);
            }
        }
    }
}

/// References join names by `::`, so names do without.
fn delimiter(findings: &mut Findings, node: Node<'_>) {
    let Some(attribute) = node.attribute("name").filter(|name| name.value.contains("::")) else { return };
    let rule = "asam.net:xosc:1.0.0:naming.no_double_colon_prefix_in_names";
    let message = format!("the name `{}` contains `::`", attribute.value);
    findings.warn(rule, node.place_of(&attribute), message, "references take it for two names");
}
