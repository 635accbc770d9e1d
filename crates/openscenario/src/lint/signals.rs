//! Signals: those that a scenario switches stand in its road network.
//!
//! The road network is read as an XML tree alone: only the ids of its signals matter here.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule set `reference_control`.
//!
//! # What it does not do
//! Without the road network, or with one that is no OpenDRIVE file, nothing is said about signals.

use std::collections::BTreeSet;

use super::{Facts, Findings};
use crate::files::{Files, resolve_path};
use crate::report::Report;
use crate::tree::{Node, Tree};

pub(super) fn check(findings: &mut Findings, facts: &Facts<'_>, file: &str, files: &dyn Files) {
    let mut uses: Vec<(Node<'_>, &str, &'static str)> = Vec::new();
    for node in facts.nodes() {
        let by_asam =
            "asam.net:xosc:1.2.0:reference_control.resolvable_signal_id_in_traffic_signal_state_action";
        let by_us = "shakedown:reference_control.resolvable_signal_id";
        match node.name() {
            "TrafficSignalStateAction" => uses.push((node, "name", by_asam)),
            "TrafficSignalCondition" => uses.push((node, "name", by_us)),
            "TrafficSignalState" => uses.push((node, "trafficSignalId", by_us)),
            _ => {}
        }
    }
    if uses.is_empty() {
        return;
    }
    let Some(known) = signals_of_road_network(findings, facts, file, files) else { return };
    for (node, attribute, rule) in uses {
        let (Some(found), Some(id)) = (node.attribute(attribute), facts.text(node, attribute)) else {
            continue;
        };
        if !known.contains(&id) {
            findings.unknown(rule, node.place_of(&found), "signal in the road network", &id, &known);
        }
    }
}

fn signals_of_road_network(
    findings: &mut Findings,
    facts: &Facts<'_>,
    file: &str,
    files: &dyn Files,
) -> Option<BTreeSet<String>> {
    let logic_file = facts.root.child("RoadNetwork")?.child("LogicFile")?;
    let path = resolve_path(file, &facts.text(logic_file, "filepath")?);
    let bytes = match files.read(&path) {
        Ok(bytes) => bytes,
        Err(why) => {
            let message = format!("the road network {path} cannot be read: {why}");
            let hint = "its signals were not checked";
            findings.warn("shakedown:general.road_network_file", logic_file.origin(), message, hint);
            return None;
        }
    };
    // What is wrong with the map is told by the map's reader.
    let tree = Tree::parse(&bytes, 0, &mut Report::new(&path))?;
    if tree.root().name() != "OpenDRIVE" {
        return None;
    }
    let nodes = (0..).map_while(|index| tree.node(index));
    let ids = nodes.filter(|node| node.name() == "signal").filter_map(|node| node.attribute("id"));
    Some(ids.map(|id| id.value.into_owned()).collect())
}
