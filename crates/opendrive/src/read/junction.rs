//! `<junction>` and `<junctionGroup>`.

use super::area;
use super::cursor::{Cursor, Done, Element};
use super::object;
use super::rail;
use super::read_user_data;
use super::road::{push, read_geometry, sort_by};
use super::value::{Else, LENGTH, STATION};
use crate::model::{
    Connection, CrossPath, CrossPathLink, Junction, JunctionController, JunctionGroup, JunctionKind,
    LaneLink, MainRoad, Orientation, Priority, VirtualEnd,
};
use crate::problem::Severity;

pub(crate) fn read_junction<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Junction>) -> Done {
    let id = r.id(&mut el, "id", Severity::Error);
    let name = r.text(&mut el, "name");
    let word = r.text(&mut el, "type");
    let kind = if word.is_empty() { JunctionKind::Default } else { JunctionKind::from_word(&word) };
    if let JunctionKind::Other(word) = &kind {
        let span = el.span.clone();
        r.unknown_word("junction", "type", word, span, "default, virtual, direct or crossing is wanted");
    }
    let main_road = r.optional_id(&mut el, "mainRoad").map(|road_id| MainRoad {
        road_id,
        s_start_m: r.number(&mut el, "sStart", &STATION, Else::Warn(0.0)),
        s_end_m: r.number(&mut el, "sEnd", &STATION, Else::Warn(0.0)),
        orientation: r.orientation(&mut el, "orientation").unwrap_or(Orientation::Both),
    });
    let mut junction = Junction {
        id,
        name,
        kind,
        main_road,
        connections: Vec::new(),
        priorities: Vec::new(),
        controllers: Vec::new(),
        cross_paths: Vec::new(),
        road_sections: Vec::new(),
        boundary: Vec::new(),
        elevation_grid: None,
        plan_view: Vec::new(),
        objects: Vec::new(),
        object_references: Vec::new(),
        structures: Vec::new(),
        surfaces: Vec::new(),
        user_data: Vec::new(),
        at: r.at(&el),
    };
    let bare = Element::bare("junction", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "connection" => read_connection(r, child, &mut junction.connections),
        "priority" => {
            let high = r.optional_id(&mut child, "high");
            let low = r.optional_id(&mut child, "low");
            if high.is_none() || low.is_none() {
                let message = "<priority> names only one road".to_owned();
                r.report(
                    Severity::Warning,
                    "rule_178_junctions_priority_high_and_low_attrib",
                    child.span.clone(),
                    message,
                    "high and low are wanted",
                );
            }
            push(r, &child, &mut junction.priorities, Priority { high, low });
            r.leaf(child)
        }
        "controller" => {
            let controller = JunctionController {
                controller_id: r.id(&mut child, "id", Severity::Warning),
                kind: r.optional_text(&mut child, "type"),
                sequence: r.integer(&mut child, "sequence").and_then(|n| u32::try_from(n).ok()),
            };
            push(r, &child, &mut junction.controllers, controller);
            r.leaf(child)
        }
        "crossPath" => read_cross_path(r, child, &mut junction.cross_paths),
        "roadSection" => area::read_road_section(r, child, &mut junction.road_sections),
        "boundary" => area::read_boundary(r, child, &mut junction.boundary),
        "elevationGrid" => area::read_elevation_grid(r, child, &mut junction.elevation_grid),
        "planView" => r.children(child, |r, piece| match piece.name {
            "geometry" => read_geometry(r, piece, &mut junction.plan_view),
            _ => r.skip(piece),
        }),
        "objects" => r.children(child, |r, record| {
            let lists = (&mut junction.objects, &mut junction.object_references, &mut junction.structures);
            object::read_any(r, record, lists)
        }),
        "surface" => rail::read_surface(r, child, &mut junction.surfaces),
        "userData" => read_user_data(r, child, &mut junction.user_data),
        _ => r.skip(child),
    });
    junction.plan_view.retain(|g| g.length_m > 0.0);
    sort_by(&mut junction.plan_view, |g| g.s_m);
    push(r, &bare, list, junction);
    done
}

fn read_connection<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Connection>) -> Done {
    let mut connection = Connection {
        id: r.text(&mut el, "id"),
        incoming_road: r.optional_id(&mut el, "incomingRoad"),
        connecting_road: r.optional_id(&mut el, "connectingRoad"),
        linked_road: r.optional_id(&mut el, "linkedRoad"),
        contact: r.contact(&mut el, "contactPoint"),
        is_virtual: matches!(el.raw("type"), Some(("virtual", _))),
        lane_links: Vec::new(),
        predecessor: None,
        successor: None,
        at: r.at(&el),
    };
    let bare = Element::bare("connection", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "laneLink" => {
            let (from, to) = (r.needed_integer(&mut child, "from"), r.needed_integer(&mut child, "to"));
            let overlap_m = r.optional(&mut child, "overlapZone", &LENGTH);
            if let (Some(from), Some(to)) = (from, to) {
                push(r, &child, &mut connection.lane_links, LaneLink { from, to, overlap_m });
            }
            r.leaf(child)
        }
        "predecessor" => read_virtual_end(r, child, &mut connection.predecessor),
        "successor" => read_virtual_end(r, child, &mut connection.successor),
        _ => r.skip(child),
    });
    push(r, &bare, list, connection);
    done
}

fn read_virtual_end<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<VirtualEnd>) -> Done {
    // Only roads can be meant.
    let _ = el.raw("elementType");
    *slot = Some(VirtualEnd {
        road_id: r.id(&mut el, "elementId", Severity::Warning),
        s_m: r.number(&mut el, "elementS", &STATION, Else::Warn(0.0)),
        orientation: r.orientation(&mut el, "elementDir").unwrap_or(Orientation::Both),
    });
    r.leaf(el)
}

fn read_cross_path<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<CrossPath>) -> Done {
    let mut path = CrossPath {
        id: r.text(&mut el, "id"),
        crossing_road: r.optional_id(&mut el, "crossingRoad"),
        road_at_start: r.optional_id(&mut el, "roadAtStart"),
        road_at_end: r.optional_id(&mut el, "roadAtEnd"),
        start: None,
        end: None,
        at: r.at(&el),
    };
    let bare = Element::bare("crossPath", el.span.clone());
    let done = r.children(el, |r, mut child| {
        let slot = match child.name {
            "startLaneLink" => &mut path.start,
            "endLaneLink" => &mut path.end,
            _ => return r.skip(child),
        };
        let s_m = r.number(&mut child, "s", &STATION, Else::Warn(0.0));
        let (from, to) = (r.integer(&mut child, "from"), r.integer(&mut child, "to"));
        *slot = from.zip(to).map(|(from, to)| CrossPathLink { s_m, from, to });
        r.leaf(child)
    });
    push(r, &bare, list, path);
    done
}

pub(crate) fn read_group<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<JunctionGroup>) -> Done {
    let mut group = JunctionGroup {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        kind: r.text(&mut el, "type"),
        junctions: Vec::new(),
        at: r.at(&el),
    };
    let bare = Element::bare("junctionGroup", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "junctionReference" => {
            let id = r.id(&mut child, "junction", Severity::Warning);
            push(r, &child, &mut group.junctions, id);
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    push(r, &bare, list, group);
    done
}
