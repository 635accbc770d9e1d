//! What stands and lies along the roads: signs, stop lines, crosswalks, bus stops.
//!
//! A crosswalk's axis goes through the middle of its outline, across the road, from edge to edge of the
//! outline. The lanes it crosses are those whose center line runs through it.
//!
//! A stop line stands where its object says; else, on a controlled approach, where the face or sign counts
//! (if that is near the junction); else at the lane's end.
//!
//! # Source
//! docs/map-conventions.md; MUTCD 2009 codes R1-1, R1-2, R2-1, W20-1; German StVO signs 205, 206, 274, 123.

use super::signals::{Posted, approach_of, beside, lanes_at};
use super::*;
use crate::base::ids::{CrosswalkIx, LaneId, SignalIx};
use crate::base::math::{self, DVec2, DVec3};
use crate::state::signal::LensShape;
use opendrive as odr;

/// Farthest place of a face or sign before the lane's end that still marks where to stop, m.
const STOP_BEFORE_END_M: f64 = 40.0;
/// Farthest crosswalk that a pedestrian head without reference may belong to, m.
const HEAD_REACH_M: f64 = 12.0;
/// Height difference from which on a lane passes over or under a crosswalk, m.
const LEVEL_M: f64 = 3.0;
/// Step along a lane in search of a crosswalk's edges, m.
const EDGE_STEP_M: f64 = 0.05;

/// Static signs, and the objects the engine cares about.
pub(super) fn add_furniture(map: &odr::Map, network: &mut RoadNetwork, posted: &mut Posted) {
    posted.signs = vec![Vec::new(); network.lanes.len()];
    for (i, from) in map.roads.iter().enumerate() {
        for signal in from.signals.iter().filter(|s| !s.dynamic) {
            let kind = sign_kind(signal);
            let lanes =
                lanes_at(network, &network.roads[i], signal.s_m, signal.orientation, &signal.validity);
            let control = match kind {
                "stop_sign" => Some(ApproachControl::Stop),
                "yield_sign" => Some(ApproachControl::Yield),
                _ => None,
            };
            if let Some(control) = control {
                for id in &lanes {
                    let along_m = network.lane(*id).line.along_at_road_s(signal.s_m);
                    posted.signs[id.ix()].push((control, along_m));
                }
            }
            let p = map.signal_position(from, signal);
            network.furniture.push(Furniture {
                id: signal.id.clone(),
                kind: kind.to_string(),
                position_m: DVec3::new(p.x_m, p.y_m, p.z_m) - network.offset_m,
                heading_rad: math::wrap_pi(p.heading_rad),
                lanes,
            });
        }
        for object in &from.objects {
            let kind = match (object.name.as_str(), object.kind.as_str()) {
                ("bus_stop", _) | (_, "busStop" | "bus_stop") => "bus_stop",
                (_, "crosswalk" | "roadMark" | "none" | "" | "-1") => continue,
                (_, other) => other,
            };
            let p = from.object_position(object);
            let lanes =
                lanes_at(network, &network.roads[i], object.s_m, object.orientation, &object.validity);
            network.furniture.push(Furniture {
                id: object.id.clone(),
                kind: kind.to_string(),
                position_m: DVec3::new(p.x_m, p.y_m, p.z_m) - network.offset_m,
                heading_rad: math::wrap_pi(p.heading_rad),
                lanes,
            });
        }
    }
}

fn sign_kind(signal: &odr::Signal) -> &str {
    match signal.kind.as_str() {
        "R1-1" | "206" => "stop_sign",
        "R1-2" | "205" => "yield_sign",
        "R2-1" | "274" => "speed_limit",
        "W20-1" | "123" => "road_works_sign",
        other => other,
    }
}

/// Stop lines: objects first, then what the control of each movement asks for.
pub(super) fn add_stop_lines(map: &odr::Map, network: &mut RoadNetwork, posted: &Posted) {
    for (i, from) in map.roads.iter().enumerate() {
        let is_line = |o: &&odr::Object| o.name == "stop_line" || o.subtype == "signalLines";
        for object in from.objects.iter().filter(is_line) {
            let lanes =
                lanes_at(network, &network.roads[i], object.s_m, object.orientation, &object.validity);
            // Bicycles stop at the line of the lanes beside them.
            let bikes = lanes.iter().flat_map(|l| beside(network, *l)).collect::<Vec<_>>();
            let bikes = bikes.into_iter().filter(|l| network.lane(*l).kind == LaneKind::Biking);
            for id in lanes.iter().copied().chain(bikes.collect::<Vec<_>>()) {
                let lane = &mut network.lanes[id.ix()];
                let along_m = lane.line.along_at_road_s(object.s_m);
                lane.stop_line_m = Some(lane.stop_line_m.map_or(along_m, |before| before.max(along_m)));
            }
        }
    }
    for i in 0..network.lanes.len() {
        if network.approach_control.get(i).is_none_or(|c| *c == ApproachControl::None) {
            continue;
        }
        let chain = approach_of(network, LaneId(i as u32));
        let outside = |l: &LaneId| network.lane(*l).junction.is_none();
        if chain.iter().filter(|l| outside(l)).any(|l| network.lane(*l).stop_line_m.is_some()) {
            continue;
        }
        for id in chain.iter().copied().filter(outside).collect::<Vec<_>>() {
            let lane = network.lane(id);
            let leads_in = lane.successors.iter().any(|s| network.lane(*s).junction.is_some());
            if !leads_in {
                continue;
            }
            let near = |along_m: f64| lane.length_m - along_m <= STOP_BEFORE_END_M;
            let faces = posted.faces[id.ix()].iter().map(|(_, a)| *a);
            let signs = posted.signs[id.ix()].iter().map(|(_, a)| *a);
            let at_m = faces.chain(signs).filter(|a| near(*a)).fold(f64::NAN, f64::max);
            let at_m = if at_m.is_nan() { lane.length_m } else { at_m };
            network.lanes[id.ix()].stop_line_m = Some(at_m);
        }
    }
}

/// Crosswalks with the lanes they cross and the heads that govern them.
pub(super) fn add_crosswalks(map: &odr::Map, network: &mut RoadNetwork) {
    for from in &map.roads {
        for object in from.objects.iter().filter(|o| o.kind.eq_ignore_ascii_case("crosswalk")) {
            let ix = CrosswalkIx(network.crosswalks.len() as u32);
            let Some(mut crosswalk) = read_crosswalk(from, object, network.offset_m) else { continue };
            crosswalk.ix = ix;
            for (lane, from_m, to_m) in crossed(network, &crosswalk) {
                crosswalk.lanes.push(lane);
                network.lanes[lane.ix()].crosswalks.push(LaneCrosswalk { crosswalk: ix, from_m, to_m });
            }
            network.crosswalks.push(crosswalk);
        }
    }
    for lane in &mut network.lanes {
        lane.crosswalks.sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.crosswalk.cmp(&b.crosswalk)));
    }
    join_heads(map, network);
}

fn read_crosswalk(road: &odr::Road, object: &odr::Object, offset_m: DVec3) -> Option<Crosswalk> {
    let rectangle = || {
        let (u, v) = (0.5 * object.length_m.unwrap_or(3.0), 0.5 * object.width_m.unwrap_or(3.0));
        let corner = |u_m, v_m| odr::Corner::Local { u_m, v_m, z_m: 0.0, height_m: 0.0 };
        odr::Outline {
            corners: vec![corner(-u, -v), corner(u, -v), corner(u, v), corner(-u, v)],
            ..odr::Outline::default()
        }
    };
    let said = object.outlines.iter().find(|o| o.corners.len() >= 3).cloned();
    let corners = road.outline_points(object, &said.unwrap_or_else(rectangle));
    let outline_m: Vec<DVec2> =
        corners.iter().map(|c| DVec2::new(c[0], c[1]) - offset_m.truncate()).collect();
    let n = corners.len() as f64;
    let z_m = corners.iter().map(|c| c[2]).sum::<f64>() / n - offset_m.z;
    let middle = outline_m.iter().sum::<DVec2>() / n;
    let across = math::unit(road.position(object.s_m, object.t_m).heading_rad).perp();
    // The line through the middle, cut by the outline.
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (i, a) in outline_m.iter().enumerate() {
        let b = outline_m[(i + 1) % outline_m.len()];
        let (da, db) = (across.perp_dot(*a - middle), across.perp_dot(b - middle));
        if (da > 0.0) == (db > 0.0) {
            continue;
        }
        let cut = a.lerp(b, da / (da - db));
        let d = across.dot(cut - middle);
        (low, high) = (low.min(d), high.max(d));
    }
    if !(high - low).is_finite() || high - low < 0.1 {
        return None;
    }
    let area: f64 =
        (0..outline_m.len()).map(|i| 0.5 * outline_m[i].perp_dot(outline_m[(i + 1) % outline_m.len()])).sum();
    Some(Crosswalk {
        ix: CrosswalkIx(0),
        id: object.id.clone(),
        ends_m: [middle + across * low, middle + across * high],
        width_m: area.abs() / (high - low),
        z_m,
        lanes: Vec::new(),
        faces: Vec::new(),
        outline_m,
    })
}

/// Lanes whose center line runs through a crosswalk, with where it does.
fn crossed(network: &RoadNetwork, crosswalk: &Crosswalk) -> Vec<(LaneId, f64, f64)> {
    let low = crosswalk.outline_m.iter().fold(DVec2::splat(f64::INFINITY), |a, p| a.min(*p));
    let high = crosswalk.outline_m.iter().fold(DVec2::splat(f64::NEG_INFINITY), |a, p| a.max(*p));
    let mut found = Vec::new();
    for id in network.index.lanes_in(low, high) {
        let lane = network.lane(id);
        let samples = &lane.line.samples;
        let near = |i: usize| {
            let (a, b) = (samples[i].position_m.truncate(), samples[i + 1].position_m.truncate());
            a.min(b).cmple(high).all() && a.max(b).cmpge(low).all()
        };
        let hit: Vec<usize> = (0..samples.len() - 1).filter(|i| near(*i)).collect();
        let (Some(first), Some(last)) = (hit.first(), hit.last()) else { continue };
        if (samples[*first].position_m.z - crosswalk.z_m).abs() > LEVEL_M {
            continue;
        }
        let (from_m, to_m) = (samples[*first].along_m, samples[*last + 1].along_m);
        let steps = ((to_m - from_m) / EDGE_STEP_M).ceil().max(1.0);
        let (mut inside_from, mut inside_to) = (f64::INFINITY, f64::NEG_INFINITY);
        for k in 0..=steps as usize {
            let along_m = from_m + (to_m - from_m) * k as f64 / steps;
            if holds(&crosswalk.outline_m, lane.line.spot(along_m).position().truncate()) {
                (inside_from, inside_to) = (inside_from.min(along_m), inside_to.max(along_m));
            }
        }
        if inside_from <= inside_to {
            found.push((id, inside_from, inside_to));
        }
    }
    found
}

/// Whether a polygon holds a point (crossing number).
fn holds(outline: &[DVec2], p: DVec2) -> bool {
    let mut inside = false;
    for (i, a) in outline.iter().enumerate() {
        let b = outline[(i + 1) % outline.len()];
        if (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
}

/// Pedestrian heads and their crosswalks: by reference, else the nearest one.
fn join_heads(map: &odr::Map, network: &mut RoadNetwork) {
    for i in 0..network.signals.len() {
        if !network.signals[i].has(LensShape::Pedestrian) {
            continue;
        }
        let said = map.signal(&network.signals[i].id).and_then(|(_, signal)| {
            let links = signal.references.iter().map(|r| r.element_id.as_str());
            links.filter_map(|id| network.crosswalks.iter().position(|c| c.id == id)).next()
        });
        let at = network.signals[i].position_m.truncate();
        let distance = |c: &Crosswalk| (c.ends_m[0] - at).length().min((c.ends_m[1] - at).length());
        let nearest = || {
            let near = network.crosswalks.iter().map(|c| (distance(c), c.ix.ix()));
            near.filter(|(d, _)| *d <= HEAD_REACH_M).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, ix)| ix)
        };
        let Some(ix) = said.or_else(nearest) else { continue };
        network.signals[i].crosswalk = Some(CrosswalkIx(ix as u32));
        network.crosswalks[ix].faces.push(SignalIx(i as u32));
        // A head belongs to the junction at the end of the lanes that its crosswalk lies near.
        let junction = network.crosswalks[ix].lanes.iter().find_map(|l| {
            let lane = network.lane(*l);
            let on = lane.crosswalks.iter().find(|c| c.crosswalk.ix() == ix)?;
            let at_end = on.from_m + on.to_m > lane.length_m;
            let around = if at_end { &lane.successors } else { &lane.predecessors };
            lane.junction.or_else(|| around.iter().filter_map(|n| network.lane(*n).junction).next())
        });
        if network.signals[i].junction.is_none() {
            network.signals[i].junction = junction;
        }
    }
}
