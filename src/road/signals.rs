//! Signal faces, what they govern, and the groups that switch them.
//!
//! A face governs lanes of the road that carries it (or refers to it), at its `s`, in its direction and
//! validity. A movement through a junction obeys the faces on its approach: left arrows where a left turn
//! has any, right arrows where a right turn has any, else circular lenses. A bicycle lane without faces of
//! its own obeys those of the lanes beside it.
//!
//! Known types: `1000001`… of OpenDRIVE's generic catalogue and the German `1.000.001`… that it comes from;
//! subtypes 10 and 20 of `1000011` are left and right arrows. `1000002` is a pedestrian head.
//!
//! Groups come from the junction's controllers; a junction with faces and without controllers gets one group
//! for each street: approaches within 45° of one another's axis share a stage.
//!
//! # Source
//! docs/map-conventions.md; ASAM OpenDRIVE 1.8.1 §14 (signals, controllers).

use super::*;
use crate::base::ids::{JunctionIx, LaneId, SignalIx};
use crate::base::math::{self, DVec3};
use crate::state::signal::{FaceOrientation, Flashing, Lens, LensColor, LensShape};
use opendrive as odr;
use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_4, PI};

/// How far before a junction signs and faces still belong to it, m.
const APPROACH_M: f64 = 60.0;
/// Code of the `userData` with a face's detail.
const FACE_CODE: &str = "shakedown.face";

/// What is posted for lanes, by lane.
#[derive(Default)]
pub(super) struct Posted {
    /// Faces, with their distance along the lane where the face counts.
    pub faces: Vec<Vec<(SignalIx, f64)>>,
    /// Stop and yield signs, with their distance along the lane.
    pub signs: Vec<Vec<(ApproachControl, f64)>>,
}

/// Lanes of a road for which something at `s` counts.
pub(super) fn lanes_at(
    network: &RoadNetwork,
    road: &Road,
    s_m: f64,
    orientation: odr::Orientation,
    validity: &[odr::Validity],
) -> Vec<LaneId> {
    let s_m = s_m.clamp(0.0, road.length_m);
    let holds = |lane: &&Lane| {
        let (low, high) = (lane.s_from_m.min(lane.s_to_m), lane.s_from_m.max(lane.s_to_m));
        let with_s = match orientation {
            odr::Orientation::Plus => Some(true),
            odr::Orientation::Minus => Some(false),
            odr::Orientation::Both => None,
        };
        lane.kind.is_drivable()
            && low <= s_m
            && (s_m < high || (s_m == high && high >= road.length_m - 1e-9))
            && with_s.is_none_or(|w| w == lane.runs_with_s())
            && (validity.is_empty() || validity.iter().any(|v| v.contains(lane.odr_lane)))
    };
    road.lanes.iter().map(|id| network.lane(*id)).filter(holds).map(|l| l.id).collect()
}

/// The connecting lane and the lanes before it, back to [`APPROACH_M`] or another junction.
pub(super) fn approach_of(network: &RoadNetwork, connecting: LaneId) -> Vec<LaneId> {
    let junction = network.lane(connecting).junction;
    let mut chain = vec![connecting];
    let mut open = vec![(connecting, 0.0)];
    while let Some((id, before_m)) = open.pop() {
        for p in &network.lane(id).predecessors {
            let lane = network.lane(*p);
            if (lane.junction.is_some() && lane.junction != junction) || chain.contains(p) {
                continue;
            }
            chain.push(*p);
            let reach_m = before_m + if lane.junction.is_some() { 0.0 } else { lane.length_m };
            if reach_m < APPROACH_M {
                open.push((*p, reach_m));
            }
        }
    }
    chain
}

/// Reads all dynamic faces.
pub(super) fn add_faces(map: &odr::Map, network: &mut RoadNetwork, posted: &mut Posted) {
    posted.faces = vec![Vec::new(); network.lanes.len()];
    let mut ix_of: BTreeMap<&str, SignalIx> = BTreeMap::new();
    for (i, from) in map.roads.iter().enumerate() {
        for signal in &from.signals {
            let Some(kind) = face_kind(signal) else { continue };
            let ix = SignalIx(network.signals.len() as u32);
            let mut face = read_face(map, from, signal, kind, network.offset_m);
            face.ix = ix;
            if kind != FaceKind::Pedestrian {
                post(network, posted, ix, i, signal.s_m, signal.orientation, &signal.validity);
            }
            ix_of.entry(signal.id.as_str()).or_insert(ix);
            network.signals.push(face);
        }
    }
    for (i, from) in map.roads.iter().enumerate() {
        for reference in &from.signal_references {
            let Some(ix) = ix_of.get(reference.signal_id.as_str()).copied() else { continue };
            if network.signals[ix.ix()].lenses.iter().all(|l| l.shape == LensShape::Pedestrian) {
                continue;
            }
            post(network, posted, ix, i, reference.s_m, reference.orientation, &reference.validity);
        }
    }
    for (lane, faces) in posted.faces.iter().enumerate() {
        for (ix, _) in faces {
            network.signals[ix.ix()].lanes.push(LaneId(lane as u32));
        }
    }
}

fn post(
    network: &RoadNetwork,
    posted: &mut Posted,
    ix: SignalIx,
    road: usize,
    s_m: f64,
    orientation: odr::Orientation,
    validity: &[odr::Validity],
) {
    for id in lanes_at(network, &network.roads[road], s_m, orientation, validity) {
        let along_m = network.lane(id).line.along_at_road_s(s_m);
        if posted.faces[id.ix()].iter().all(|(f, _)| *f != ix) {
            posted.faces[id.ix()].push((ix, along_m));
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FaceKind {
    Circular,
    LeftArrow,
    RightArrow,
    Pedestrian,
}

/// Which face a signal is; `None` for signs and anything unknown.
fn face_kind(signal: &odr::Signal) -> Option<FaceKind> {
    let code: String = signal.kind.chars().filter(|c| *c != '.').collect();
    if !signal.dynamic || !code.starts_with("10000") {
        return None;
    }
    Some(match (code.as_str(), signal.subtype.as_str()) {
        ("1000002", _) => FaceKind::Pedestrian,
        ("1000010" | "1000011" | "1000012", "10") => FaceKind::LeftArrow,
        ("1000010" | "1000011" | "1000012", "20") => FaceKind::RightArrow,
        _ => FaceKind::Circular,
    })
}

fn read_face(
    map: &odr::Map,
    road: &odr::Road,
    signal: &odr::Signal,
    kind: FaceKind,
    offset_m: DVec3,
) -> SignalFace {
    let place = map.signal_position(road, signal);
    let inertial = matches!(signal.position, Some(odr::SignalPosition::Inertial { .. }));
    // In road coordinates z is the lower edge and the heading that of the traffic; the face looks at it.
    let (rise_m, turn_rad) = if inertial { (0.0, 0.0) } else { (0.5 * signal.height_m.unwrap_or(0.0), PI) };
    let detail = odr::user_value(&signal.user_data, FACE_CODE).unwrap_or("");
    let said = |key: &str| {
        detail.split(';').find_map(|part| part.trim().strip_prefix(key)?.strip_prefix('=')).map(str::trim)
    };
    let number = |key: &str, default: f64| {
        said(key)
            .and_then(|v| v.parse::<f64>().ok())
            .filter(|v| v.is_finite() && *v >= 0.0)
            .unwrap_or(default)
    };
    let default_lenses = match kind {
        FaceKind::Circular => "R,Y,G",
        FaceKind::LeftArrow => "RL,YL,GL",
        FaceKind::RightArrow => "RR,YR,GR",
        FaceKind::Pedestrian => "DW,W",
    };
    let read = |text: &str| text.split(',').filter_map(|code| lens_of(code.trim())).collect::<Vec<_>>();
    let mut lenses = read(said("lenses").unwrap_or(default_lenses));
    if lenses.is_empty() {
        lenses = read(default_lenses);
    }
    SignalFace {
        ix: SignalIx(0),
        id: signal.id.clone(),
        junction: None,
        position_m: DVec3::new(place.x_m, place.y_m, place.z_m + rise_m) - offset_m,
        heading_rad: math::wrap_pi(place.heading_rad + turn_rad),
        orientation: if said("orientation") == Some("horizontal") {
            FaceOrientation::Horizontal
        } else {
            FaceOrientation::Vertical
        },
        lenses,
        lens_diameter_m: number("lens_mm", 300.0) / 1_000.0,
        brightness: number("brightness", 1.0).min(1.0),
        lanes: Vec::new(),
        crosswalk: None,
    }
}

/// A lens by its code in docs/map-conventions.md.
fn lens_of(code: &str) -> Option<Lens> {
    use LensColor::{Green, Red, White, Yellow};
    use LensShape::{ArrowLeft, ArrowRight, Circle, Pedestrian};
    let (color, shape, flashing) = match code {
        "R" => (Red, Circle, Flashing::Steady),
        "Y" => (Yellow, Circle, Flashing::Steady),
        "G" => (Green, Circle, Flashing::Steady),
        "RL" => (Red, ArrowLeft, Flashing::Steady),
        "YL" => (Yellow, ArrowLeft, Flashing::Steady),
        "FYL" => (Yellow, ArrowLeft, Flashing::Flashing),
        "GL" => (Green, ArrowLeft, Flashing::Steady),
        "RR" => (Red, ArrowRight, Flashing::Steady),
        "YR" => (Yellow, ArrowRight, Flashing::Steady),
        "GR" => (Green, ArrowRight, Flashing::Steady),
        "W" => (White, Pedestrian, Flashing::Steady),
        "DW" => (Red, Pedestrian, Flashing::Steady),
        _ => return None,
    };
    Some(Lens { color, shape, flashing })
}

impl SignalFace {
    /// Whether some lens has this symbol.
    pub fn has(&self, shape: LensShape) -> bool {
        self.lenses.iter().any(|l| l.shape == shape)
    }
    /// The parts that its lenses make up.
    pub fn parts(&self) -> impl Iterator<Item = FacePart> {
        [
            (LensShape::Circle, FacePart::Circular),
            (LensShape::ArrowLeft, FacePart::LeftArrow),
            (LensShape::ArrowRight, FacePart::RightArrow),
            (LensShape::Pedestrian, FacePart::Pedestrian),
        ]
        .into_iter()
        .filter(|(shape, _)| self.has(*shape))
        .map(|(_, part)| part)
    }
}

/// Fills `faces_of_movement` and `approach_control`, and the faces' junctions.
pub(super) fn govern(network: &mut RoadNetwork, posted: &Posted) {
    let count = network.lanes.len();
    let mut faces_of_movement = vec![Vec::new(); count];
    let mut approach_control = vec![ApproachControl::None; count];
    for i in 0..count {
        let id = LaneId(i as u32);
        let Some(junction) = network.lanes[i].junction.filter(|_| network.lanes[i].kind.is_drivable()) else {
            continue;
        };
        let mut chain = approach_of(network, id);
        let posted_on = |chain: &[LaneId]| {
            chain.iter().any(|l| !posted.faces[l.ix()].is_empty() || !posted.signs[l.ix()].is_empty())
        };
        if network.lanes[i].kind == LaneKind::Biking && !posted_on(&chain) {
            chain = chain.iter().flat_map(|l| beside(network, *l)).collect();
        }
        let mut all: Vec<SignalIx> =
            chain.iter().flat_map(|l| posted.faces[l.ix()].iter().map(|(f, _)| *f)).collect();
        all.sort();
        all.dedup();
        for face in &all {
            network.signals[face.ix()].junction = Some(junction);
        }
        faces_of_movement[i] = choose(network, network.lanes[i].turn, &all);
        let sign = |control| chain.iter().any(|l| posted.signs[l.ix()].iter().any(|(c, _)| *c == control));
        approach_control[i] = if !faces_of_movement[i].is_empty() {
            ApproachControl::Signal
        } else if sign(ApproachControl::Stop) {
            ApproachControl::Stop
        } else if sign(ApproachControl::Yield) {
            ApproachControl::Yield
        } else {
            ApproachControl::None
        };
    }
    network.faces_of_movement = faces_of_movement;
    network.approach_control = approach_control;
}

/// Lanes of the same section and driving direction, the lane itself among them.
pub(super) fn beside(network: &RoadNetwork, id: LaneId) -> Vec<LaneId> {
    let lane = network.lane(id);
    let same = |l: &&Lane| (l.s_from_m, l.s_to_m) == (lane.s_from_m, lane.s_to_m) && l.kind.is_drivable();
    network.road(lane.road).lanes.iter().map(|l| network.lane(*l)).filter(same).map(|l| l.id).collect()
}

/// The faces of an approach that a movement obeys.
fn choose(network: &RoadNetwork, turn: Turn, all: &[SignalIx]) -> Vec<SignalIx> {
    let with =
        |shape| all.iter().copied().filter(|f| network.signals[f.ix()].has(shape)).collect::<Vec<SignalIx>>();
    let own = match turn {
        Turn::Left | Turn::UTurn => with(LensShape::ArrowLeft),
        Turn::Right => with(LensShape::ArrowRight),
        Turn::Straight => Vec::new(),
    };
    if !own.is_empty() {
        return own;
    }
    let circular = with(LensShape::Circle);
    // A movement with nothing but arrows of other turns before it obeys what there is.
    if circular.is_empty() { all.to_vec() } else { circular }
}

/// The groups of a junction in stage order.
pub(super) fn groups_of(map: &odr::Map, network: &RoadNetwork, ix: JunctionIx) -> Vec<SignalGroup> {
    let from = &map.junctions[ix.ix()];
    let mut groups: Vec<SignalGroup> = Vec::new();
    for (order, entry) in from.controllers.iter().enumerate() {
        let Some(controller) = map.controller(&entry.controller_id) else { continue };
        let members = members_of(network, controller);
        if !members.is_empty() {
            groups.push(SignalGroup {
                id: controller.id.clone(),
                name: controller.name.clone(),
                stage: entry.sequence.unwrap_or(order as u32),
                members,
            });
        }
    }
    if groups.is_empty() {
        groups = groups_by_street(network, ix);
    }
    groups.sort_by_key(|g| g.stage);
    groups
}

fn members_of(network: &RoadNetwork, controller: &odr::Controller) -> Vec<GroupMember> {
    let mut members = Vec::new();
    for control in &controller.controls {
        let Some(face) = network.signals.iter().find(|s| s.id == control.signal_id) else { continue };
        let said = match control.kind.as_deref() {
            Some("circular") => Some(FacePart::Circular),
            Some("left_arrow") => Some(FacePart::LeftArrow),
            Some("right_arrow") => Some(FacePart::RightArrow),
            Some("pedestrian") => Some(FacePart::Pedestrian),
            Some(_) | None => None,
        };
        match said {
            Some(part) => members.push(GroupMember { face: face.ix, part }),
            None => members.extend(face.parts().map(|part| GroupMember { face: face.ix, part })),
        }
    }
    members
}

/// Without controllers: faces that look along one axis switch together.
fn groups_by_street(network: &RoadNetwork, ix: JunctionIx) -> Vec<SignalGroup> {
    let mut axes: Vec<f64> = Vec::new();
    let mut groups: Vec<SignalGroup> = Vec::new();
    for face in network.signals.iter().filter(|s| s.junction == Some(ix)) {
        let angle = |axis: f64| {
            let d = math::wrap_pi(face.heading_rad - axis).abs();
            d.min(PI - d)
        };
        let g = axes.iter().position(|axis| angle(*axis) <= FRAC_PI_4).unwrap_or_else(|| {
            axes.push(face.heading_rad);
            let stage = groups.len() as u32;
            let name = format!("street {}", stage + 1);
            groups.push(SignalGroup {
                id: format!("street_{}", stage + 1),
                name,
                stage,
                members: Vec::new(),
            });
            axes.len() - 1
        });
        groups[g].members.extend(face.parts().map(|part| GroupMember { face: face.ix, part }));
    }
    groups
}
