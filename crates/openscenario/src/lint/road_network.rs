//! The road network: that there is one, and that the signals, roads and lanes named stand in it.
//!
//! The road network is read as an XML tree alone: only ids and lengths matter here.
//!
//! # Units
//! Metres along the road, as in the file.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, annex C, rule sets `reference_control`, `positioning`, `scenario_logic`.
//!
//! # What it does not do
//! A road network that is no OpenDRIVE file is not looked into. Lanes are looked for in the whole road, not
//! in the section of the position.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Findings};
use crate::files::{Files, resolve_path};
use crate::report::Report;
use crate::tree::{Node, Tree};

/// How far beyond the end of a road a position may lie, metres: rounding in written coordinates.
const BEYOND_END_M_MAX: f64 = 0.01;

/// Elements that mean nothing without a road network.
const NEED_ROADS: [&str; 11] = [
    "RoadPosition",
    "LanePosition",
    "GeoPosition",
    "LaneChangeAction",
    "InfrastructureAction",
    "EndOfRoadCondition",
    "OffroadCondition",
    "TrafficSignalAction",
    "TrafficSignalCondition",
    "TrafficSignalControllerCondition",
    "TrafficSignalController",
];

pub(super) fn check(findings: &mut Findings, facts: &Facts<'_>, file: &str, files: &dyn Files) {
    if facts.root.child("Storyboard").is_none() {
        return;
    }
    let network = facts.root.child("RoadNetwork");
    let Some(logic_file) = network.and_then(|network| network.child("LogicFile")) else {
        let rule = "asam.net:xosc:1.0.0:reference_control.road_network_reference";
        let at = network.unwrap_or(facts.root).origin();
        let message = "the scenario names no road network".to_owned();
        findings.warn(rule, at, message, "give <RoadNetwork> a <LogicFile>, if there are roads");
        without_roads(findings, facts);
        return;
    };
    let Some(roads) = RoadNetwork::read(findings, facts, logic_file, file, files) else { return };
    for node in facts.nodes() {
        match node.name() {
            "TrafficSignalStateAction" => {
                let rule = "asam.net:xosc:1.2.0:reference_control.resolvable_signal_id_in_traffic_signal_state_action";
                if facts.since(2) {
                    signal(findings, facts, &roads, (node, "name"), rule);
                }
            }
            "TrafficSignalCondition" => {
                let rule = "shakedown:reference_control.resolvable_signal_in_traffic_signal_condition";
                signal(findings, facts, &roads, (node, "name"), rule);
            }
            "TrafficSignalState" => {
                let rule = "asam.net:xosc:1.0.0:reference_control.traffic_signal_state_references";
                signal(findings, facts, &roads, (node, "trafficSignalId"), rule);
            }
            "RoadPosition" | "LanePosition" => position(findings, facts, &roads, node),
            _ => {}
        }
    }
}

fn without_roads(findings: &mut Findings, facts: &Facts<'_>) {
    let rule = "asam.net:xosc:1.0.0:scenario_logic.invalid_elements_if_no_road_network";
    for node in facts.nodes().filter(|node| NEED_ROADS.contains(&node.name())) {
        let message = format!("<{}> needs a road network, and the scenario names none", node.name());
        findings.warn(rule, node.origin(), message, "");
    }
}

/// What positions and signals refer to.
struct RoadNetwork {
    signals: BTreeSet<String>,
    roads: BTreeMap<String, Road>,
    road_ids: BTreeSet<String>,
}

struct Road {
    length_m: Option<f64>,
    lanes: BTreeSet<String>,
}

impl RoadNetwork {
    fn read(
        findings: &mut Findings,
        facts: &Facts<'_>,
        logic_file: Node<'_>,
        file: &str,
        files: &dyn Files,
    ) -> Option<Self> {
        let path = resolve_path(file, &facts.text(logic_file, "filepath")?);
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(why) => {
                let rule = "asam.net:xosc:1.0.0:reference_control.road_network_availability";
                let message = format!("the road network {path} cannot be read: {why}");
                findings.warn(rule, logic_file.origin(), message, "its signals and roads were not checked");
                return None;
            }
        };
        // What is wrong with the map is told by the map's reader.
        let tree = Tree::parse(&bytes, 0, &mut Report::new(&path))?;
        if tree.root().name() != "OpenDRIVE" {
            return None;
        }
        let mut network =
            Self { signals: BTreeSet::new(), roads: BTreeMap::new(), road_ids: BTreeSet::new() };
        // Lanes come after the road that they belong to.
        let mut current: Option<Road> = None;
        let mut current_id = String::new();
        for node in (0..).map_while(|index| tree.node(index)) {
            let id = || node.attribute("id").map(|id| id.value.into_owned());
            match node.name() {
                "road" if node.parent().is_some_and(|parent| parent.name() == "OpenDRIVE") => {
                    network.add(std::mem::take(&mut current_id), current.take());
                    current_id = id().unwrap_or_default();
                    let length = node.attribute("length").and_then(|length| length.value.trim().parse().ok());
                    current = Some(Road { length_m: length, lanes: BTreeSet::new() });
                }
                "lane" => {
                    if let (Some(road), Some(id)) = (&mut current, id()) {
                        road.lanes.insert(id);
                    }
                }
                "signal" => network.signals.extend(id()),
                _ => {}
            }
        }
        network.add(current_id, current);
        Some(network)
    }

    fn add(&mut self, id: String, road: Option<Road>) {
        if let Some(road) = road {
            self.road_ids.insert(id.clone());
            self.roads.insert(id, road);
        }
    }
}

fn signal(
    findings: &mut Findings,
    facts: &Facts<'_>,
    network: &RoadNetwork,
    (node, attribute): (Node<'_>, &str),
    rule: &'static str,
) {
    let (Some(found), Some(id)) = (node.attribute(attribute), facts.text(node, attribute)) else { return };
    if !network.signals.contains(&id) {
        findings.unknown(rule, node.place_of(&found), "signal in the road network", &id, &network.signals);
    }
}

fn position(findings: &mut Findings, facts: &Facts<'_>, network: &RoadNetwork, node: Node<'_>) {
    let rule = "asam.net:xosc:1.0.0:reference_control.road_lane_exists";
    let (Some(found), Some(id)) = (node.attribute("roadId"), facts.text(node, "roadId")) else { return };
    let Some(road) = network.roads.get(&id) else {
        findings.unknown(rule, node.place_of(&found), "road in the road network", &id, &network.road_ids);
        return;
    };
    if let (Some(found), Some(lane)) = (node.attribute("laneId"), facts.text(node, "laneId"))
        && !road.lanes.contains(&lane)
    {
        let lanes: Vec<&str> = road.lanes.iter().map(String::as_str).take(20).collect();
        let message = format!("road `{id}` has no lane `{lane}`");
        findings.warn(rule, node.place_of(&found), message, &format!("it has {}", lanes.join(", ")));
    }
    let Some(found) = node.attribute("s") else { return };
    let s_m = facts.scopes.value(node, &found.value).and_then(|value| value.as_double());
    let (Some(s_m), Some(length_m)) = (s_m, road.length_m) else { return };
    if s_m < 0.0 || s_m > length_m + BEYOND_END_M_MAX {
        let rule = "asam.net:xosc:1.0.0:positioning.road_lane_offset_in_bounds";
        let message = format!("s = {s_m} m does not lie on road `{id}`");
        findings.warn(rule, node.place_of(&found), message, &format!("the road is {length_m} m long"));
    }
}
