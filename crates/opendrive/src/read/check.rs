//! What no single element shows: unique ids, references that lead somewhere, pieces that meet.
//!
//! All of it warns only: simulators accept such files, and so do we.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use crate::model::{BoundarySegment, Junction, LinkTarget, Map, Road};
use crate::problem::{Place, Severity};

/// Gap between two pieces of a reference line above which a warning is due, metres. Chosen because
/// the field's tools round coordinates to centimetres.
const GAP_M_MAX: f64 = 0.05;

pub(crate) fn check(r: &mut Cursor<'_>, map: &Map) {
    // Numbers that could not be read stand as 0: gaps between them would only be noise.
    if r.problems.iter().all(|p| p.severity == Severity::Warning) {
        for road in &map.roads {
            check_line(r, road);
        }
    }
    unique(r, "road", map.roads.iter().map(|x| (x.id.as_str(), x.at)));
    unique(r, "junction", map.junctions.iter().map(|x| (x.id.as_str(), x.at)));
    unique(r, "controller", map.controllers.iter().map(|x| (x.id.as_str(), x.at)));
    unique(r, "signal", map.roads.iter().flat_map(|x| &x.signals).map(|x| (x.id.as_str(), x.at)));
    for road in &map.roads {
        check_road(r, map, road);
        check_signal_references(r, map, road);
        check_tracks(r, map, road);
    }
    check_platforms(r, map);
    check_groups(r, map);
    for junction in &map.junctions {
        check_junction(r, map, junction);
    }
    for controller in &map.controllers {
        for control in &controller.controls {
            if !map.index.signals.contains_key(&control.signal_id) {
                let message = format!(
                    "controller {:?} switches signal {:?}, which does not exist",
                    controller.id, control.signal_id
                );
                warn(r, "reference.signal", controller.at, message);
            }
        }
    }
}

fn warn(r: &mut Cursor<'_>, rule: &'static str, at: Place, message: String) {
    r.report_at(Severity::Warning, rule, at, message, "");
}

fn unique<'m>(r: &mut Cursor<'_>, kind: &str, ids: impl Iterator<Item = (&'m str, Place)>) {
    let mut seen = BTreeSet::new();
    for (id, at) in ids {
        if !seen.insert(id) {
            warn(r, "id.unique", at, format!("{kind} id {id:?} stands twice; the first one counts"));
        }
    }
}

fn check_line(r: &mut Cursor<'_>, road: &Road) {
    for pair in road.plan_view.windows(2) {
        let end = pair[0].point(pair[0].length_m);
        let gap = libm::hypot(end.x_m - pair[1].x_m, end.y_m - pair[1].y_m);
        if gap > GAP_M_MAX {
            let message = format!(
                "road {:?}: a gap of {gap:.3} m in the reference line at s = {}",
                road.id, pair[1].s_m
            );
            warn(r, "geometry.gap", pair[1].at, message);
        }
    }
    let sum = road.plan_view.last().map_or(0.0, |g| g.s_m + g.length_m);
    if (sum - road.length_m).abs() > GAP_M_MAX {
        let message = format!("road {:?} is {} m long, its plan view {sum} m", road.id, road.length_m);
        warn(r, "road.length", road.at, message);
    }
}

fn check_road(r: &mut Cursor<'_>, map: &Map, road: &Road) {
    for link in road.predecessor.iter().chain(&road.successor) {
        let (kind, id, found) = match &link.target {
            LinkTarget::Road { id, .. } => ("road", id, map.index.roads.contains_key(id)),
            LinkTarget::Junction { id } => ("junction", id, map.index.junctions.contains_key(id)),
        };
        if !found {
            warn(
                r,
                "reference.link",
                link.at,
                format!("road {:?} is linked to {kind} {id:?}, which does not exist", road.id),
            );
        } else if matches!(&link.target, LinkTarget::Road { contact: None, .. }) && link.element_s_m.is_none()
        {
            warn(
                r,
                "attribute.missing",
                link.at,
                format!("the link to road {id:?} does not say at which end"),
            );
        }
    }
    if let Some(id) = road.junction.as_ref().filter(|id| !map.index.junctions.contains_key(*id)) {
        warn(
            r,
            "reference.junction",
            road.at,
            format!("road {:?} belongs to junction {id:?}, which does not exist", road.id),
        );
    }
    for section in road.lane_sections.iter().filter(|l| l.s_m > road.length_m) {
        warn(
            r,
            "lane_section.beyond_end",
            section.at,
            format!("a lane section begins after the end of road {:?}", road.id),
        );
    }
}

fn check_signal_references(r: &mut Cursor<'_>, map: &Map, road: &Road) {
    for reference in road.signal_references.iter().filter(|x| !map.index.signals.contains_key(&x.signal_id)) {
        let id = &reference.signal_id;
        let message = if map.index.objects.contains_key(id) {
            format!("a signal reference names {id:?}, which is an object")
        } else {
            format!("signal {id:?} does not exist")
        };
        warn(r, "rule_325_road_signal_reference_used_for_signals_only", reference.at, message);
    }
}

fn check_tracks(r: &mut Cursor<'_>, map: &Map, road: &Road) {
    for reference in &road.object_references {
        if !map.index.objects.contains_key(&reference.object_id) {
            let message = format!("object {:?} does not exist", reference.object_id);
            warn(r, "reference.object", reference.at, message);
        }
    }
    for switch in &road.switches {
        for track in switch.main_track.iter().chain(&switch.side_track) {
            if !map.index.roads.contains_key(&track.road_id) {
                let message =
                    format!("switch {:?} names road {:?}, which does not exist", switch.id, track.road_id);
                warn(r, "reference.road", switch.at, message);
            }
        }
    }
}

fn check_platforms(r: &mut Cursor<'_>, map: &Map) {
    for station in &map.stations {
        for segment in station.platforms.iter().flat_map(|p| &p.segments) {
            if !map.index.roads.contains_key(&segment.road_id) {
                let message = format!(
                    "station {:?} names road {:?}, which does not exist",
                    station.id, segment.road_id
                );
                warn(r, "reference.road", station.at, message);
            }
        }
    }
}

fn check_groups(r: &mut Cursor<'_>, map: &Map) {
    for group in &map.junction_groups {
        for id in group.junctions.iter().filter(|id| !map.index.junctions.contains_key(*id)) {
            let message = format!("group {:?} names junction {id:?}, which does not exist", group.id);
            warn(r, "reference.junction", group.at, message);
        }
    }
    for group in &map.vms_groups {
        for board in group.boards.iter().filter(|b| !map.index.signals.contains_key(&b.signal_id)) {
            let message =
                format!("group {:?} names signal {:?}, which does not exist", group.id, board.signal_id);
            warn(r, "reference.signal", group.at, message);
        }
    }
}

fn check_junction(r: &mut Cursor<'_>, map: &Map, junction: &Junction) {
    for connection in &junction.connections {
        let roads = [&connection.incoming_road, &connection.connecting_road, &connection.linked_road];
        for id in roads.into_iter().flatten().filter(|id| !map.index.roads.contains_key(*id)) {
            let message = format!("junction {:?} names road {id:?}, which does not exist", junction.id);
            warn(r, "reference.road", connection.at, message);
        }
    }
    let areas = junction.road_sections.iter().map(|s| &s.road_id);
    let edges = junction.boundary.iter().map(|s| match s {
        BoundarySegment::Lane { road_id, .. } | BoundarySegment::Joint { road_id, .. } => road_id,
    });
    let paths =
        junction.cross_paths.iter().flat_map(|p| [&p.crossing_road, &p.road_at_start, &p.road_at_end]);
    let virtual_ends = junction
        .connections
        .iter()
        .flat_map(|c| c.predecessor.iter().chain(&c.successor))
        .map(|e| &e.road_id);
    let main = junction.main_road.iter().map(|m| &m.road_id);
    let named = areas.chain(edges).chain(paths.flatten()).chain(virtual_ends).chain(main);
    for id in named.filter(|id| !map.index.roads.contains_key(*id)) {
        let message = format!("junction {:?} names road {id:?}, which does not exist", junction.id);
        warn(r, "reference.road", junction.at, message);
    }
    for controller in
        junction.controllers.iter().filter(|c| !map.index.controllers.contains_key(&c.controller_id))
    {
        let message = format!(
            "junction {:?} names controller {:?}, which does not exist",
            junction.id, controller.controller_id
        );
        warn(r, "reference.controller", junction.at, message);
    }
}
