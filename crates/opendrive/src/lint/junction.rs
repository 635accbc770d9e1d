//! Rules on junctions and their connections.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, linked_road, section_at_end};
use crate::model::{Connection, ContactPoint, LinkTarget, Map};

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    if findings.since(4) {
        connecting_is_not_incoming(findings, map);
    }
    for connection in map.junctions.iter().flat_map(|j| &j.connections) {
        if findings.since(7) {
            contact_point_fits(findings, map, connection);
        }
        if findings.since(8) {
            lane_links_exist(findings, map, connection);
        }
    }
    if findings.since(8) {
        one_connection_a_pair(findings, map);
    }
}

fn connecting_is_not_incoming(findings: &mut Findings<'_>, map: &Map) {
    let connections = || map.junctions.iter().flat_map(|j| &j.connections);
    let connecting: BTreeSet<&String> = connections().filter_map(|c| c.connecting_road.as_ref()).collect();
    for connection in connections() {
        if let Some(id) = connection.incoming_road.as_ref().filter(|id| connecting.contains(id)) {
            let message = format!("road {id:?} comes into a junction and runs through one");
            let rule = "asam.net:xodr:1.4.0:junctions.connection.connect_road_no_incoming_road";
            findings.warn(rule, connection.at, message, "connecting roads are no incoming roads");
        }
    }
}

/// `start`: the connecting road comes after the incoming one; `end`: it runs toward it.
fn contact_point_fits(findings: &mut Findings<'_>, map: &Map, connection: &Connection) {
    let (Some(incoming), Some(connecting)) = (&connection.incoming_road, &connection.connecting_road) else {
        return;
    };
    let Some(road) = map.road(connecting) else { return };
    let (link, rule, side) = match connection.contact {
        Some(ContactPoint::Start) => {
            (&road.predecessor, "asam.net:xodr:1.7.0:junctions.connection.start_along_linkage", "predecessor")
        }
        Some(ContactPoint::End) => {
            (&road.successor, "asam.net:xodr:1.7.0:junctions.connection.end_opposite_linkage", "successor")
        }
        None => return,
    };
    let fits = link.as_ref().is_none_or(|l| match &l.target {
        LinkTarget::Road { id, .. } => id == incoming,
        LinkTarget::Junction { .. } => true,
    });
    if !fits {
        let message = format!("road {incoming:?} is not the {side} of connecting road {connecting:?}");
        findings.warn(
            rule,
            connection.at,
            message,
            "the contact point says which end of the connecting road is meant",
        );
    }
}

fn lane_links_exist(findings: &mut Findings<'_>, map: &Map, connection: &Connection) {
    let road = |id: &Option<String>| id.as_ref().and_then(|id| map.road(id));
    let (Some(incoming), Some(connecting)) =
        (road(&connection.incoming_road), road(&connection.connecting_road))
    else {
        return;
    };
    let Some(end) = connection.contact else { return };
    let link = match end {
        ContactPoint::Start => connecting.predecessor.as_ref(),
        ContactPoint::End => connecting.successor.as_ref(),
    };
    let Some((_, incoming_end)) = linked_road(map, link).filter(|(r, _)| r.id == incoming.id) else { return };
    let (Some(before), Some(after)) =
        (section_at_end(incoming, incoming_end), section_at_end(connecting, end))
    else {
        return;
    };
    for lanes in &connection.lane_links {
        for (section, id, road) in [(before, lanes.from, incoming), (after, lanes.to, connecting)] {
            if section.lane(id).is_none() {
                let message =
                    format!("a lane link names lane {id}, which road {:?} does not have there", road.id);
                findings.warn(ONE_LINK, connection.at, message, "link lanes that exist");
            }
        }
    }
}

const ONE_LINK: &str = "asam.net:xodr:1.8.0:junctions.connection.one_link_to_incoming";

fn one_connection_a_pair(findings: &mut Findings<'_>, map: &Map) {
    let mut pairs: BTreeMap<(&String, &String), usize> = BTreeMap::new();
    for connection in map.junctions.iter().flat_map(|j| &j.connections) {
        let (Some(from), Some(to)) = (&connection.incoming_road, &connection.connecting_road) else {
            continue;
        };
        let count = pairs.entry((from, to)).or_default();
        *count += 1;
        if *count == 2 {
            let message = format!("roads {from:?} and {to:?} are connected more than once");
            findings.warn(
                ONE_LINK,
                connection.at,
                message,
                "one connection holds all lane links of a pair of roads",
            );
        }
    }
}
