//! What traffic obeys at a junction: stop lines, crosswalks, stop signs, signal heads, and the controllers that
//! switch them.
//!
//! Heads (MUTCD 2009): at least two faces for the through movement (§4D.11), over their lanes (§4D.13), 12–45 m
//! beyond the stop line and within 20° of the approach's axis seen from 3 m before it (§4D.14, figure 4D-4); bottoms
//! 15–19 ft above the road (§4D.15), here centers at 5.5 m. Lens orders §4D.09 (vertical) and §4D.10 (horizontal).
//! Stop line 1.2 m (4 ft) before the crosswalk (§3B.16).
//! Stages: protected lefts of a street, then its through movement with the parallel pedestrians (the other way round
//! where the left lags); the more important street first.

use super::description::{HeadOrientation, Heads, Left};
use super::geometry::{Pose, rounded};
use super::junction::{LaneEnd, approach_lanes, is_pocket, ways};
use super::model::{
    Contact, Control, Controller, Junction, LaneKind, Map, Object, ObjectKind, Road, Signal, SignalKind,
};
use super::network::{Arm, Node, StreetLine, THROUGH_MAX_RAD};
use super::roadside::curbs;
use libm::{fabs, sin};
use std::f64::consts::{FRAC_PI_2, PI};

/// Gap between a crosswalk and the end of its road (the tangent point of the curb return), m.
const CROSSWALK_GAP_M: f64 = 0.5;
/// Width of a crosswalk along the road, m (MUTCD §3B.18: not less than 6 ft; 10 ft is common).
const CROSSWALK_M: f64 = 3.0;
/// Stop line before the crosswalk, m (4 ft).
const STOP_BEFORE_CROSSWALK_M: f64 = 1.2;
/// Stop line before the junction where there is no crosswalk, m.
const STOP_BEFORE_JUNCTION_M: f64 = 1.2;
/// Center of a vehicle face above the road, m.
const FACE_HEIGHT_M: f64 = 5.5;
/// Center of a pedestrian head above the road, m (MUTCD §4E.05: bottom 7–10 ft above the walk).
const PEDESTRIAN_HEIGHT_M: f64 = 2.6;
/// Nearest and farthest place of a face beyond the stop line that the generator uses, m.
const FACE_RANGE_M: (f64, f64) = (14.0, 43.0);
/// Distance between two faces over one lane, m (MUTCD §4D.13: at least 8 ft).
const FACE_PAIR_M: f64 = 2.6;

/// Does this arm carry a crosswalk?
fn has_crosswalk(node: &Node<'_>, arm: &Arm, streets: &[StreetLine]) -> bool {
    let section = &streets[arm.street].section;
    let walk = |lanes: &[(LaneKind, f64)]| lanes.iter().any(|(k, _)| *k == LaneKind::Sidewalk);
    node.text.crosswalks && node.stops(arm) && walk(&section.forward) && walk(&section.backward)
}

/// s at `d` metres before the junction.
fn s_before(road: &Road, contact: Contact, d: f64) -> f64 {
    match contact {
        Contact::Start => rounded(d, 3),
        Contact::End => rounded(road.length() - d, 3),
    }
}

fn lane_range(lanes: &[LaneEnd]) -> Option<(i32, i32)> {
    Some((lanes.iter().map(|l| l.id).min()?, lanes.iter().map(|l| l.id).max()?))
}

/// Signals of one junction by phase: (street index, is the left-arrow phase, signal, control type).
type Phases = Vec<(usize, bool, String, &'static str)>;

/// Adds everything to the arms' roads, and the controllers to the map and the junction.
pub fn furnish(
    node: &Node<'_>,
    streets: &[StreetLine],
    heads: &Heads,
    map: &mut Map,
    j: &mut Junction,
) -> Result<(), String> {
    let mut phases: Phases = Vec::new();
    for arm in &node.arms {
        let lanes = approach_lanes(&map.roads[arm.road], arm.contact);
        let crosswalk = has_crosswalk(node, arm, streets);
        let other = if node.streets[0] == arm.street { node.streets[1] } else { node.streets[0] };
        let prefix = format!("{}__{}", node.id, arm.letter);
        if crosswalk {
            add_crosswalk(node, arm, &prefix, heads, other, &mut map.roads, &mut phases);
        }
        let Some(range) = lane_range(&lanes) else { continue };
        if !node.stops(arm) {
            continue;
        }
        let back = if crosswalk {
            CROSSWALK_GAP_M + CROSSWALK_M + STOP_BEFORE_CROSSWALK_M
        } else {
            STOP_BEFORE_JUNCTION_M
        };
        let road = &map.roads[arm.road];
        let s = s_before(road, arm.contact, back);
        let orientation = if arm.contact == Contact::End { "+" } else { "-" };
        let (inner, outer) = (lanes[0].inner_t, lanes[lanes.len() - 1].outer_t);
        let (left, right) = curbs(road, s);
        map.roads[arm.road].objects.push(Object {
            id: format!("{prefix}_stop_line"),
            kind: ObjectKind::StopLine,
            s,
            t: rounded((inner + outer) / 2.0, 3),
            length_m: 0.4,
            width_m: rounded(fabs(outer - inner), 3),
            orientation,
            lanes: Some(range),
        });
        if node.text.control != Control::Signal {
            map.roads[arm.road].signals.push(Signal {
                id: format!("{prefix}_stop"),
                kind: SignalKind::Sign { code: "R1-1", mph: None },
                s,
                t: rounded(if orientation == "+" { right - 0.6 } else { left + 0.6 }, 3),
                orientation,
                lanes: vec![range],
                head: None,
            });
            continue;
        }
        add_faces(node, arm, &prefix, heads, streets, (s, orientation), &mut map.roads, &mut phases)?;
    }
    if node.text.control == Control::Signal {
        add_controllers(node, streets, &phases, map, j);
    }
    Ok(())
}

fn add_crosswalk(
    node: &Node<'_>,
    arm: &Arm,
    prefix: &str,
    heads: &Heads,
    crossing_street: usize,
    roads: &mut [Road],
    phases: &mut Phases,
) {
    let road = &mut roads[arm.road];
    let s = s_before(road, arm.contact, CROSSWALK_GAP_M + CROSSWALK_M / 2.0);
    let (left, right) = curbs(road, s);
    let id = format!("{prefix}_crosswalk");
    road.objects.push(Object {
        id: id.clone(),
        kind: ObjectKind::Crosswalk,
        s,
        t: rounded((left + right) / 2.0, 3),
        length_m: CROSSWALK_M,
        width_m: rounded(left - right, 3),
        orientation: "none",
        lanes: None,
    });
    if node.text.control != Control::Signal {
        return;
    }
    for (name, t, looks) in [("left", left + 0.8, -FRAC_PI_2), ("right", right - 0.8, FRAC_PI_2)] {
        let (pose, z) = road.point(s, t);
        let signal = format!("{prefix}_walk_{name}");
        road.signals.push(Signal {
            id: signal.clone(),
            kind: SignalKind::Pedestrian { crosswalk: id.clone(), brightness: heads.brightness },
            s,
            t: rounded(t, 3),
            orientation: "none",
            lanes: Vec::new(),
            head: Some((Pose { hdg: pose.hdg + looks, ..pose }, rounded(z + PEDESTRIAN_HEIGHT_M, 3))),
        });
        phases.push((crossing_street, false, signal, "pedestrian"));
    }
}

/// Height of the street surface at a point near a junction.
fn surface(node: &Node<'_>, roads: &[Road], p: Pose) -> f64 {
    for arm in &node.arms {
        let road = &roads[arm.road];
        let end = road.curve.at(road.end_s(arm.contact));
        let out = if arm.contact == Contact::Start { end } else { end.reversed() };
        let (ahead, left) = out.local(p);
        if ahead > 0.0 && fabs(left) < arm.curb_left.max(arm.curb_right) + 4.0 {
            return road.z(s_before(road, arm.contact, ahead));
        }
    }
    node.plane(p.x, p.y)
}

/// The faces of one approach.
fn add_faces(
    node: &Node<'_>,
    arm: &Arm,
    prefix: &str,
    heads: &Heads,
    streets: &[StreetLine],
    (s, orientation): (f64, &'static str),
    roads: &mut [Road],
    phases: &mut Phases,
) -> Result<(), String> {
    let road = &roads[arm.road];
    let lanes = approach_lanes(road, arm.contact);
    let pocket = lanes.first().filter(|l| is_pocket(l)).cloned();
    let left = node.text.left.get(&streets[arm.street].id).copied().unwrap_or(Left::Permissive);
    let has_left = ways(node, arm, roads).left.is_some();
    if left != Left::Permissive && has_left && pocket.is_none() {
        return Err(format!("{prefix}: {left:?} left turns need a pocket"));
    }
    if left == Left::ProtectedPermissive && node.text.lag.contains(&streets[arm.street].id) {
        // A permissive left that is cut off before the opposite through movement ends: the yellow trap.
        return Err(format!("{prefix}: a protected/permissive left turn must not lag"));
    }
    let separate = if left == Left::Permissive || !has_left { None } else { pocket };
    let others: Vec<LaneEnd> =
        lanes.iter().filter(|l| separate.as_ref().is_none_or(|p| p.id != l.id)).cloned().collect();
    let over: Vec<&LaneEnd> = others.iter().filter(|l| !is_pocket(l)).collect();
    let (Some(range), Some(first)) = (lane_range(&others), over.first()) else {
        return Err(format!("{prefix}: no lanes for a circular face"));
    };

    // From the stop line: past the far curb of the crossing street, within the range.
    let travel = |t: f64| {
        let (pose, _) = road.point(s, t);
        if orientation == "+" { pose } else { pose.reversed() }
    };
    let (node_ahead, _) = travel(0.0).local(Pose { x: node.x, y: node.y, hdg: 0.0 });
    let far = node
        .arms
        .iter()
        .filter(|b| fabs(Node::deflection(arm, b)) > THROUGH_MAX_RAD && b.street != arm.street)
        .map(|b| b.curb_left.max(b.curb_right) / fabs(sin(Node::deflection(arm, b))))
        .fold(0.0, f64::max);
    let distance = (node_ahead + far + 2.0).clamp(FACE_RANGE_M.0, FACE_RANGE_M.1);

    let mut places: Vec<f64> = over.iter().map(|l| l.middle_t()).collect();
    if places.len() == 1 {
        let m = first.middle_t();
        places = vec![m - FACE_PAIR_M / 2.0, m + FACE_PAIR_M / 2.0];
    }
    let horizontal = heads.orientation == HeadOrientation::Horizontal;
    let mut faces: Vec<(String, f64, &'static str, (i32, i32), bool, bool)> = places
        .iter()
        .enumerate()
        .map(|(i, t)| (format!("{prefix}_through_{}", i + 1), *t, "R,Y,G", range, true, false))
        .collect();
    if let Some(p) = &separate {
        let lenses = match (left, horizontal) {
            (Left::Protected, _) => "RL,YL,GL",
            (_, true) => "R,Y,YL,GL,G",
            (_, false) => "R,Y,G,YL,GL",
        };
        let circular = left == Left::ProtectedPermissive;
        faces.push((format!("{prefix}_left"), p.middle_t(), lenses, (p.id, p.id), circular, true));
    }
    let mut signals = Vec::new();
    for (id, t, lenses, lanes, circular, arrow) in faces {
        let at = travel(t).ahead(distance);
        let z = surface(node, roads, at) + FACE_HEIGHT_M;
        if circular {
            phases.push((arm.street, false, id.clone(), "circular"));
        }
        if arrow {
            phases.push((arm.street, true, id.clone(), "left_arrow"));
        }
        signals.push(Signal {
            id,
            kind: SignalKind::Face {
                lenses,
                orientation: heads.orientation.name().into(),
                brightness: heads.brightness,
            },
            s,
            t: rounded(t, 3),
            orientation,
            lanes: vec![lanes],
            head: Some((Pose { hdg: at.hdg + PI, ..at }, rounded(z, 3))),
        });
    }
    roads[arm.road].signals.extend(signals);
    Ok(())
}

fn add_controllers(
    node: &Node<'_>,
    streets: &[StreetLine],
    phases: &Phases,
    map: &mut Map,
    j: &mut Junction,
) {
    let mut sequence = 0;
    for street in node.streets {
        let lags = node.text.lag.contains(&streets[street].id);
        for left in if lags { [false, true] } else { [true, false] } {
            let controls: Vec<(String, &'static str)> =
                phases.iter().filter(|p| p.0 == street && p.1 == left).map(|p| (p.2.clone(), p.3)).collect();
            if controls.is_empty() {
                continue;
            }
            let movement = if left { "left" } else { "through" };
            let id = format!("{}__{}_{movement}", node.id, streets[street].id);
            sequence += 1;
            j.controllers.push((id.clone(), sequence));
            map.controllers.push(Controller {
                id,
                name: format!("{} {movement}, {}", streets[street].name, j.name),
                controls,
            });
        }
    }
}
