//! Rules on lanes: links in both directions, level lanes, borders.

use std::collections::BTreeSet;

use super::{Findings, linked_road, section_at_end};
use crate::model::{ContactPoint, Lane, LaneSection, LinkTarget, Map, Road};

const ACROSS: &str = "asam.net:xodr:1.4.0:road.lane.link.lanes_across_lane_sections";
const LEVEL: &str = "asam.net:xodr:1.7.0:road.lane.level_true_one_side";

/// A lane section at one of its ends, where another one begins.
#[derive(Clone, Copy)]
struct Edge<'m> {
    section: &'m LaneSection,
    end: ContactPoint,
}

impl<'m> Edge<'m> {
    /// Lanes beyond this edge to which a lane is linked.
    fn links(self, lane: &'m Lane) -> &'m [i32] {
        match self.end {
            ContactPoint::Start => &lane.predecessors,
            ContactPoint::End => &lane.successors,
        }
    }
}

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    for road in &map.roads {
        for pair in road.lane_sections.windows(2) {
            let before = Edge { section: &pair[0], end: ContactPoint::End };
            let after = Edge { section: &pair[1], end: ContactPoint::Start };
            check_edge(findings, before, after);
        }
        for section in &road.lane_sections {
            if findings.since(7) {
                level_outward(findings, &section.left);
                level_outward(findings, &section.right);
            }
            border_with_offset(findings, road, section);
        }
    }
    check_road_ends(findings, map);
    if findings.since(4) {
        junction_needed(findings, map);
    }
    if findings.since(7) {
        level_into_junctions(findings, map);
    }
}

fn check_edge(findings: &mut Findings<'_>, a: Edge<'_>, b: Edge<'_>) {
    if findings.since(4) {
        answered_links(findings, a, b);
        answered_links(findings, b, a);
    }
    if findings.since(7) {
        level_across(findings, a, b);
    }
}

/// Every two road ends that are linked, once, outside of junctions.
fn check_road_ends(findings: &mut Findings<'_>, map: &Map) {
    let mut seen = BTreeSet::new();
    for road in map.roads.iter().filter(|r| r.junction.is_none()) {
        let ends = [(&road.predecessor, ContactPoint::Start), (&road.successor, ContactPoint::End)];
        for (link, end) in ends {
            let Some((other, other_end)) = linked_road(map, link.as_ref()) else { continue };
            let (here, there) = ((&road.id, end), (&other.id, other_end));
            if !seen.insert((here.min(there), here.max(there))) {
                continue;
            }
            if let (Some(a), Some(b)) = (section_at_end(road, end), section_at_end(other, other_end)) {
                check_edge(findings, Edge { section: a, end }, Edge { section: b, end: other_end });
            }
        }
    }
}

/// Where a lane of `a` is linked to one of `b`, that one shall be linked back.
fn answered_links(findings: &mut Findings<'_>, a: Edge<'_>, b: Edge<'_>) {
    for lane in a.section.lanes() {
        for target in a.links(lane).iter().filter_map(|id| b.section.lane(*id)) {
            if !b.links(target).contains(&lane.id) {
                let message =
                    format!("lane {} is linked to lane {}, which is not linked back", lane.id, target.id);
                findings.warn(ACROSS, target.at, message, "lanes that go on are linked in both directions");
            }
        }
    }
}

/// Outside of a level lane all lanes shall be level.
fn level_outward(findings: &mut Findings<'_>, lanes: &[Lane]) {
    let first = lanes.iter().position(|l| l.level).unwrap_or(lanes.len());
    for lane in lanes[first..].iter().filter(|l| !l.level) {
        let message = format!("lane {} is banked, a lane inside of it is level", lane.id);
        findings.warn(LEVEL, lane.at, message, "outside of a level lane all lanes are level");
    }
}

/// Lanes that go on shall stay level or stay banked.
fn level_across(findings: &mut Findings<'_>, a: Edge<'_>, b: Edge<'_>) {
    let mut changed = BTreeSet::new();
    for (from, to) in [(a, b), (b, a)] {
        for lane in from.section.lanes() {
            let differs = |id: &i32| to.section.lane(*id).is_some_and(|l| l.id != 0 && l.level != lane.level);
            if from.links(lane).iter().any(differs) {
                changed.insert((lane.at, lane.id));
            }
        }
    }
    for (at, id) in changed {
        findings.warn(
            LEVEL,
            at,
            format!("lane {id} changes between level and banked"),
            "lanes go on as they are",
        );
    }
}

/// The same for the lanes that a junction's connections join.
fn level_into_junctions(findings: &mut Findings<'_>, map: &Map) {
    for connection in map.junctions.iter().flat_map(|j| &j.connections) {
        let road = |id: &Option<String>| id.as_ref().and_then(|id| map.road(id));
        let (Some(incoming), Some(connecting)) =
            (road(&connection.incoming_road), road(&connection.connecting_road))
        else {
            continue;
        };
        let Some(end) = connection.contact else { continue };
        let link = match end {
            ContactPoint::Start => connecting.predecessor.as_ref(),
            ContactPoint::End => connecting.successor.as_ref(),
        };
        let Some((_, incoming_end)) = linked_road(map, link).filter(|(r, _)| r.id == incoming.id) else {
            continue;
        };
        let sections = (section_at_end(incoming, incoming_end), section_at_end(connecting, end));
        let (Some(before), Some(after)) = sections else { continue };
        for lanes in &connection.lane_links {
            if let (Some(a), Some(b)) = (before.lane(lanes.from), after.lane(lanes.to))
                && a.level != b.level
            {
                for lane in [a, b] {
                    let message = format!("lane {} changes between level and banked in a junction", lane.id);
                    findings.warn(LEVEL, lane.at, message, "lanes go on as they are");
                }
            }
        }
    }
}

/// No two roads may be linked to the same end of a third one: that takes a junction.
fn junction_needed(findings: &mut Findings<'_>, map: &Map) {
    let mut claimed: BTreeSet<(&str, ContactPoint)> = BTreeSet::new();
    let mut told = BTreeSet::new();
    for road in map.roads.iter().filter(|r| r.junction.is_none()) {
        for link in road.predecessor.iter().chain(&road.successor) {
            let LinkTarget::Road { id, contact: Some(contact) } = &link.target else { continue };
            let key = (id.as_str(), *contact);
            if !claimed.insert(key) && told.insert(key) {
                let message = format!("two roads or more are linked to the same end of road {id:?}");
                let rule = "asam.net:xodr:1.4.0:road.linkage.is_junction_needed";
                findings.warn(rule, link.at, message, "a junction is needed");
            }
        }
    }
}

fn border_with_offset(findings: &mut Findings<'_>, road: &Road, section: &LaneSection) {
    let moved = road.lane_offset.iter().any(|o| [o.a, o.b, o.c, o.d].iter().any(|x| *x != 0.0));
    if let (true, Some(lane)) = (moved, section.lanes().find(|l| !l.borders.is_empty())) {
        let message = format!("lane {} is given by its border on a road with a lane offset", lane.id);
        let rule = "rule_104_road_lanes_lane_offset_no_offset_if_border_defined";
        findings.warn(rule, lane.at, message, "borders and lane offsets exclude each other");
    }
}
