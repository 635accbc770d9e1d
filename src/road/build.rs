//! From an OpenDRIVE map to lanes: one engine lane for each lane of each lane section.
//!
//! Driving direction: lanes with negative ids run with s and lanes with positive ids against it in
//! right-hand traffic, the other way round in left-hand traffic, reversed where `lane@direction` says so. A lane for
//! both directions becomes two engine lanes on the same ground (see [`Lane::twin`]).
//! A lane section is cut where a road of a virtual junction meets it in its middle, so that lanes are joined at
//! their ends there as everywhere.
//! Speed limit: the lane's own, else the road type's, else the default of the type (table below); a
//! connecting road without a limit takes that of the lane that leads into it.
//! A map farther than [`OFFSET_FROM_M`] from its own origin is moved to it, by whole kilometers.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §10.3 (types), §11.2 (driving direction), §11.7.6 (speed).

use super::centerline::{CenterLine, CenterSample, SPACING_M, spacing_at};
use super::graph::{Ends, Piece};
use super::index::SpatialIndex;
use super::signals::Posted;
use super::*;
use crate::base::hash::hash_bytes;
use crate::base::ids::{JunctionIx, LaneId, RoadIx};
use crate::base::math::{self, DVec2, DVec3};
use crate::base::units::{DEG_RAD, KMPH_MPS, MPH_MPS};
use opendrive as odr;
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// Why a network could not be built.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    /// The file is not usable OpenDRIVE; all problems with their places.
    #[error("{0}")]
    Map(String),
}

/// Distance of a map's middle from the origin from which on it is moved, m. Chosen: an f32 still
/// resolves a millimeter there.
const OFFSET_FROM_M: f64 = 10_000.0;
/// Speed limit where a motorway has none, m/s (130 km/h, the advisory speed of the German Autobahn).
const NO_LIMIT_MPS: f64 = 130.0 * KMPH_MPS;
/// Heading change up to which a connecting road goes straight on, rad.
const STRAIGHT_RAD_MAX: f64 = 35.0 * DEG_RAD;
/// Heading change from which on a connecting road turns back, rad.
const U_TURN_RAD_MIN: f64 = 150.0 * DEG_RAD;
/// Most that the outside of a curve is sampled denser than the reference line.
const STRETCH_MAX: f64 = 8.0;
/// Records closer together than this count as one, m.
const BREAK_M: f64 = 1e-6;
/// A lane narrower than this in its whole section separates nothing, m.
const SLIVER_M: f64 = 0.05;

impl RoadNetwork {
    /// Builds the network from the bytes of an OpenDRIVE file.
    pub fn from_opendrive(name: &str, bytes: &[u8]) -> Result<Self, RoadError> {
        let parsed = odr::parse(bytes, name).map_err(|problems| RoadError::Map(problems.to_string()))?;
        let mut network = Self::from_map(name, &parsed.map);
        network.content_hash = hash_bytes(bytes);
        Ok(network)
    }

    /// Builds the network from a typed map (without its content hash).
    pub fn from_map(name: &str, map: &odr::Map) -> Self {
        let offset_m = large_offset(map);
        let mut network = Self {
            name: name.to_string(),
            origin_deg: origin_deg(map, offset_m),
            geo_reference: map.header.geo_reference.clone(),
            offset_m,
            ..Self::default()
        };
        let junction_ix: BTreeMap<&str, JunctionIx> =
            map.junctions.iter().enumerate().map(|(i, j)| (j.id.as_str(), JunctionIx(i as u32))).collect();
        let mut ends = Ends::new(map);
        for (i, road) in map.roads.iter().enumerate() {
            add_road(&mut network, &mut ends, RoadIx(i as u32), road, &junction_ix);
        }
        ends.link(map, &mut network);
        inherit_limits(map, &mut network);
        network.index = SpatialIndex::new(&network);
        let mut posted = Posted::default();
        signals::add_faces(map, &mut network, &mut posted);
        furniture::add_furniture(map, &mut network, &mut posted);
        signals::govern(&mut network, &posted);
        furniture::add_stop_lines(map, &mut network, &posted);
        furniture::add_crosswalks(map, &mut network);
        junction::add_junctions(map, &mut network);
        let RoadNetwork { index, roads, junctions, signals, .. } = &mut network;
        index.add_ids(roads, junctions, signals);
        network
    }
}

fn add_road(
    network: &mut RoadNetwork,
    ends: &mut Ends,
    ix: RoadIx,
    road: &odr::Road,
    junctions: &BTreeMap<&str, JunctionIx>,
) {
    let junction = road.junction.as_deref().and_then(|id| junctions.get(id).copied());
    let first = network.lanes.len();
    for k in 0..ends.pieces(ix).len() {
        let Piece { section, from_m: s0, to_m: s1 } = ends.pieces(ix)[k];
        let section = &road.lane_sections[section];
        let breaks = breaks_of(road, section, s0, s1);
        let begin = network.lanes.len();
        for lane in section.lanes() {
            let own = if road.runs_backward(lane) { Along::AgainstS } else { Along::WithS };
            let lane_id = LaneId(network.lanes.len() as u32);
            ends.add(ix, k, lane.id, lane_id);
            add_lane(network, road, ix, section, lane, own, &breaks);
        }
        join_neighbors(&mut network.lanes[begin..]);
        // Lanes for both directions: the other direction, after all others of the piece.
        let both = section.lanes().filter(|l| l.direction == odr::LaneDirection::Both);
        for lane in both {
            let Some(first) = ends.first(ix, k, lane.id) else { continue };
            let own = if road.runs_backward(lane) { Along::WithS } else { Along::AgainstS };
            let lane_id = LaneId(network.lanes.len() as u32);
            ends.add(ix, k, lane.id, lane_id);
            add_lane(network, road, ix, section, lane, own, &breaks);
            network.lanes[lane_id.ix()].twin = Some(first);
            network.lanes[first.ix()].twin = Some(lane_id);
        }
    }
    let junction_lanes = &mut network.lanes[first..];
    junction_lanes.iter_mut().for_each(|l| l.junction = junction);
    let lanes: Vec<LaneId> = (first..network.lanes.len()).map(|i| LaneId(i as u32)).collect();
    if junction.is_some() {
        set_turns(&mut network.lanes[first..]);
    }
    network.roads.push(Road {
        id: road.id.clone(),
        name: road.name.clone(),
        length_m: road.length_m,
        class: class_of(road),
        junction,
        side: match road.rule {
            odr::TrafficRule::RightHand => TrafficSide::Right,
            odr::TrafficRule::LeftHand => TrafficSide::Left,
        },
        lanes,
    });
}

/// Which way a lane is driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Along {
    WithS,
    AgainstS,
}

/// Adds one lane of a piece of a section that runs from the first to the last of the breaks.
fn add_lane(
    network: &mut RoadNetwork,
    road: &odr::Road,
    ix: RoadIx,
    section: &odr::LaneSection,
    lane: &odr::Lane,
    along: Along,
    breaks: &[f64],
) {
    let (s0, s1) = (breaks[0], breaks[breaks.len() - 1]);
    let line = CenterLine::new(sample(road, section, lane, breaks, network.offset_m, along));
    let (s_from_m, s_to_m) = match along {
        Along::WithS => (s0, s1),
        Along::AgainstS => (s1, s0),
    };
    network.lanes.push(Lane {
        id: LaneId(network.lanes.len() as u32),
        road: ix,
        odr_lane: lane.id,
        kind: kind_of(&lane.kind),
        s_from_m,
        s_to_m,
        length_m: line.length_m,
        speed_limit_mps: own_limit(road, section, lane, s0, s1),
        successors: Vec::new(),
        predecessors: Vec::new(),
        left: None,
        right: None,
        opposite: None,
        twin: None,
        junction: None,
        turn: Turn::Straight,
        stop_line_m: None,
        conflicts: Vec::new(),
        crosswalks: Vec::new(),
        line,
    });
}

/// Neighbors across one section, whose lanes stand from left to right of the reference line.
fn join_neighbors(lanes: &mut [Lane]) {
    let wide: Vec<usize> =
        (0..lanes.len()).filter(|&i| lanes[i].line.samples.iter().any(|s| s.width_m > SLIVER_M)).collect();
    for pair in wide.windows(2) {
        let (l, r) = (pair[0], pair[1]);
        let (lf, rf) = (lanes[l].runs_with_s(), lanes[r].runs_with_s());
        let (lid, rid) = (lanes[l].id, lanes[r].id);
        let same_kind = lanes[l].kind == lanes[r].kind;
        match (lf, rf) {
            (true, true) if same_kind => (lanes[l].right, lanes[r].left) = (Some(rid), Some(lid)),
            (false, false) if same_kind => (lanes[l].left, lanes[r].right) = (Some(rid), Some(lid)),
            // Right-hand traffic: each has the other to its left.
            (false, true) if lanes[l].kind.is_drivable() && lanes[r].kind.is_drivable() => {
                (lanes[l].opposite, lanes[r].opposite) = (Some(rid), Some(lid));
            }
            _ => {}
        }
    }
    // Left-hand traffic: the other direction lies to the right; it is the opposite lane there.
    for pair in wide.windows(2) {
        let (l, r) = (pair[0], pair[1]);
        if lanes[l].runs_with_s()
            && !lanes[r].runs_with_s()
            && lanes[l].kind.is_drivable()
            && lanes[r].kind.is_drivable()
        {
            (lanes[l].opposite, lanes[r].opposite) = (Some(lanes[r].id), Some(lanes[l].id));
        }
    }
}

/// Turn of a connecting road's lanes by the change of heading over the whole road.
fn set_turns(lanes: &mut [Lane]) {
    for with_s in [true, false] {
        let mut change_rad = 0.0;
        let mut last_s = f64::NAN;
        for lane in lanes.iter().filter(|l| l.runs_with_s() == with_s) {
            let s = lane.s_from_m.min(lane.s_to_m);
            if s != last_s {
                last_s = s;
                change_rad += lane.heading_change_rad();
            }
        }
        let turn = turn_of(change_rad);
        for lane in lanes.iter_mut().filter(|l| l.runs_with_s() == with_s) {
            lane.turn = turn;
        }
    }
}

fn turn_of(change_rad: f64) -> Turn {
    if change_rad.abs() <= STRAIGHT_RAD_MAX {
        Turn::Straight
    } else if change_rad.abs() >= U_TURN_RAD_MIN {
        Turn::UTurn
    } else if change_rad > 0.0 {
        Turn::Left
    } else {
        Turn::Right
    }
}

impl Lane {
    /// Whether its driving direction is that of the road's reference line.
    pub fn runs_with_s(&self) -> bool {
        self.s_from_m <= self.s_to_m
    }
    /// Change of heading from its start to its end, rad, left positive.
    pub fn heading_change_rad(&self) -> f64 {
        let samples = &self.line.samples;
        samples[samples.len() - 1].heading_rad - samples[0].heading_rad
    }
}

impl LaneKind {
    /// Whether vehicles travel along it (cars, buses or bicycles).
    pub fn is_drivable(self) -> bool {
        match self {
            LaneKind::Driving | LaneKind::Biking | LaneKind::Bus => true,
            LaneKind::Shoulder | LaneKind::Sidewalk | LaneKind::Parking | LaneKind::Other => false,
        }
    }
}

/// Road s at which some record of the section begins, with both ends of the section, rising.
fn breaks_of(road: &odr::Road, section: &odr::LaneSection, s0: f64, s1: f64) -> Vec<f64> {
    let mut breaks = vec![s0, s1];
    let mut add = |s: f64| {
        if s > s0 + BREAK_M && s < s1 - BREAK_M {
            breaks.push(s);
        }
    };
    road.plan_view.iter().for_each(|g| add(g.s_m));
    for records in [&road.lane_offset, &road.elevation, &road.superelevation] {
        records.iter().for_each(|r| add(r.s_m));
    }
    road.shape.iter().for_each(|r| add(r.s_m));
    for lane in section.lanes() {
        lane.widths.iter().chain(&lane.borders).for_each(|r| add(section.s_m + r.s_m));
    }
    breaks.sort_by(f64::total_cmp);
    breaks.dedup_by(|b, a| *b - *a < BREAK_M);
    if breaks.len() == 1 {
        breaks.push(s1);
    }
    breaks
}

/// Samples of one lane in order of travel.
fn sample(
    road: &odr::Road,
    section: &odr::LaneSection,
    lane: &odr::Lane,
    breaks: &[f64],
    offset_m: DVec3,
    along: Along,
) -> Vec<CenterSample> {
    let at = |s: f64, side: f64| exact(road, section, lane, s, side, offset_m);
    let mut samples: Vec<CenterSample> = Vec::new();
    for piece in breaks.windows(2) {
        let (s0, s1) = (piece[0], piece[1]);
        let first = at(s0, 1.0);
        let last = at(s1, -1.0);
        let stretch = last.1.max(first.1).clamp(1.0, STRETCH_MAX);
        let (k0, k1) = (first.0.curvature_per_m, last.0.curvature_per_m);
        let spacing_m = if (k0 - k1).abs() < 1e-4 { SPACING_M } else { spacing_at(k0.abs().max(k1.abs())) };
        let steps = (((s1 - s0) * stretch / spacing_m).ceil() as usize).max(1);
        if samples.last().is_none_or(|before| jumps(before, &first.0)) {
            append(&mut samples, first.0);
        }
        for i in 1..steps {
            append(&mut samples, at(s0 + (s1 - s0) * i as f64 / steps as f64, 0.0).0);
        }
        append(&mut samples, last.0);
    }
    if along == Along::AgainstS {
        let length_m = samples.last().map_or(0.0, |s| s.along_m);
        samples.reverse();
        samples.iter_mut().for_each(|s| turn_around(s, length_m));
    }
    samples
}

/// Whether two samples at one place disagree, so that both are wanted.
fn jumps(a: &CenterSample, b: &CenterSample) -> bool {
    math::wrap_pi(a.heading_rad - b.heading_rad).abs() > 1e-6
        || (a.curvature_per_m - b.curvature_per_m).abs() > 1e-5
        || (a.pitch_rad - b.pitch_rad).abs() > 1e-6
        || (a.roll_rad - b.roll_rad).abs() > 1e-6
        || (a.width_m - b.width_m).abs() > 1e-6
        || (a.position_m - b.position_m).length_squared() > 1e-12
}

fn append(samples: &mut Vec<CenterSample>, mut next: CenterSample) {
    if let Some(last) = samples.last() {
        let turn_rad = math::wrap_pi(next.heading_rad - last.heading_rad);
        next.heading_rad = last.heading_rad + turn_rad;
        let chord_m = (next.position_m - last.position_m).truncate().length();
        let same_place = next.road_s_m - last.road_s_m < 1e-7;
        next.along_m =
            last.along_m + if same_place { 0.0 } else { chord_m * (1.0 + turn_rad * turn_rad / 24.0) };
    }
    samples.push(next);
}

fn turn_around(s: &mut CenterSample, length_m: f64) {
    s.along_m = length_m - s.along_m;
    s.tangent = -s.tangent;
    s.heading_rad += PI;
    s.pitch_rad = -s.pitch_rad;
    s.roll_rad = -s.roll_rad;
    s.curvature_per_m = -s.curvature_per_m;
    s.cross_slope = -s.cross_slope;
}

/// Exact place on a lane's center in the direction of s, and its length per metre of the reference line.
/// `side` < 0: as seen from before s, > 0: from after it.
fn exact(
    road: &odr::Road,
    section: &odr::LaneSection,
    lane: &odr::Lane,
    s_m: f64,
    side: f64,
    offset_m: DVec3,
) -> (CenterSample, f64) {
    /// Far enough from a border to be on one side of it, too near to matter, m.
    const NUDGE_M: f64 = 1e-9;
    /// Step for the second derivative of t, m.
    const BEND_STEP_M: f64 = 0.05;
    let seen_s = (s_m + side * NUDGE_M).clamp(0.0, road.length_m);
    let span = |s: f64| {
        section.lane_span(lane.id, (s - section.s_m).max(0.0), road.lane_offset_at(s)).unwrap_or_default()
    };
    let here = span(seen_s);
    let (t_m, slope) = (here.center_t_m(), here.center_slope());
    // Headings and slopes of the exact evaluation are those of the driving direction.
    let p = match road.lane_position(lane.id, seen_s, 0.0) {
        Some(p) if road.runs_backward(lane) => p.turned_around(),
        Some(p) => p,
        // A section without length: its lanes stand where the reference line puts them.
        None => road.position_on(seen_s, t_m, slope),
    };
    let reference = road.reference_point(seen_s);
    // In the frame of the reference line the lane's velocity is (1 - k t, t').
    let k = reference.curvature_pm;
    let forward = 1.0 - k * t_m;
    let pace = math::hypot(forward, slope);
    let (skew_rad, curvature_per_m) = if pace > 1e-9 {
        let toward = if side >= 0.0 { BEND_STEP_M } else { -BEND_STEP_M };
        let bend = (span(seen_s + toward).center_slope() - slope) / toward;
        (
            if slope == 0.0 && forward > 0.0 { 0.0 } else { math::atan2(slope, forward) },
            (forward * (forward * k + bend) + 2.0 * k * slope * slope) / (pace * pace * pace),
        )
    } else {
        (0.0, 0.0)
    };
    let cross_slope = if p.roll_rad == 0.0 { 0.0 } else { math::tan(p.roll_rad) / math::cos(p.pitch_rad) };
    let sample = CenterSample {
        along_m: 0.0,
        position_m: DVec3::new(p.x_m, p.y_m, p.z_m) - offset_m,
        tangent: math::unit(reference.heading_rad + skew_rad),
        heading_rad: p.heading_rad,
        pitch_rad: -p.pitch_rad,
        roll_rad: p.roll_rad,
        curvature_per_m,
        width_m: here.width_m(),
        road_s_m: s_m,
        cross_slope,
        skew_rad,
    };
    (sample, pace)
}

fn kind_of(kind: &odr::LaneType) -> LaneKind {
    use odr::LaneType as T;
    match kind {
        T::Driving
        | T::Exit
        | T::Entry
        | T::OnRamp
        | T::OffRamp
        | T::ConnectingRamp
        | T::SlipLane
        | T::Taxi
        | T::Hov
        | T::Shared
        | T::RoadWorks => LaneKind::Driving,
        T::Bus => LaneKind::Bus,
        T::Biking => LaneKind::Biking,
        T::Shoulder | T::Stop => LaneKind::Shoulder,
        T::Walking => LaneKind::Sidewalk,
        T::Parking => LaneKind::Parking,
        T::Border
        | T::None
        | T::Restricted
        | T::Median
        | T::Curb
        | T::Bidirectional
        | T::Tram
        | T::Rail
        | T::Special1
        | T::Special2
        | T::Special3
        | T::Other(_) => LaneKind::Other,
    }
}

fn class_of(road: &odr::Road) -> RoadClass {
    use odr::RoadKind as K;
    let kind = road.types.first().map_or(&K::Unknown, |t| &t.kind);
    let name = road.name.to_lowercase();
    let numbered = |prefixes: &[&str]| {
        prefixes
            .iter()
            .any(|p| name.strip_prefix(p).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
    };
    if ["parking", "garage", "lot "].iter().any(|word| name.contains(word)) {
        return RoadClass::ParkingFacility;
    }
    match kind {
        K::Motorway if numbered(&["i-", "i ", "interstate "]) => RoadClass::Interstate,
        K::Motorway => RoadClass::Freeway,
        K::TownExpressway => RoadClass::Highway,
        K::Rural if numbered(&["us-", "us ", "sr-", "sr ", "state route ", "highway "]) => RoadClass::Highway,
        K::Rural => RoadClass::RuralRoad,
        K::Unknown
        | K::Town
        | K::LowSpeed
        | K::Pedestrian
        | K::Bicycle
        | K::TownCollector
        | K::TownArterial
        | K::TownPrivate
        | K::TownLocal
        | K::TownPlayStreet
        | K::Other(_) => RoadClass::Street,
    }
}

/// Limit where nothing is posted, m/s: statutory limits of the United States (most states).
fn default_limit_mps(kind: &odr::RoadKind) -> f64 {
    use odr::RoadKind as K;
    let mph = match kind {
        K::Motorway => 65.0,
        K::Rural => 55.0,
        K::TownExpressway => 45.0,
        K::TownArterial => 35.0,
        K::TownCollector | K::Unknown | K::Other(_) => 30.0,
        K::Town | K::TownLocal => 25.0,
        K::LowSpeed | K::Bicycle => 20.0,
        K::TownPrivate => 15.0,
        K::Pedestrian | K::TownPlayStreet => 5.0,
    };
    mph * MPH_MPS
}

fn posted(limit: odr::SpeedLimit) -> Option<f64> {
    match limit {
        odr::SpeedLimit::Mps(v) if v > 0.0 => Some(v),
        odr::SpeedLimit::Mps(_) | odr::SpeedLimit::Undefined => None,
        odr::SpeedLimit::NoLimit => Some(NO_LIMIT_MPS),
    }
}

/// The lane's own or its road's limit in the middle of the section, else the type's default.
fn own_limit(road: &odr::Road, section: &odr::LaneSection, lane: &odr::Lane, s0: f64, s1: f64) -> f64 {
    let middle = 0.5 * (s0 + s1);
    let lane_limit = lane.speed_at(middle - section.s_m).and_then(posted);
    lane_limit.or_else(|| road.speed_limit_at(middle).and_then(posted)).unwrap_or_else(|| {
        default_limit_mps(road.type_at(middle).map_or(&odr::RoadKind::Unknown, |t| &t.kind))
    })
}

/// Connecting roads without a limit of their own take that of the lane before.
fn inherit_limits(map: &odr::Map, network: &mut RoadNetwork) {
    for (road, from) in network.roads.iter().zip(&map.roads) {
        let says_nothing = from.types.iter().all(|t| t.speed.and_then(posted).is_none())
            && from.lane_sections.iter().flat_map(|s| s.lanes()).all(|l| l.speeds.is_empty());
        if road.junction.is_none() || !says_nothing {
            continue;
        }
        for id in &road.lanes {
            let before = network.lanes[id.ix()].predecessors.first();
            if let Some(limit) = before.map(|b| network.lanes[b.ix()].speed_limit_mps) {
                network.lanes[id.ix()].speed_limit_mps = limit;
            }
        }
    }
}

/// Whole kilometers to take away from a map that lies far from its own origin.
fn large_offset(map: &odr::Map) -> DVec3 {
    let mut low = DVec2::splat(f64::INFINITY);
    let mut high = DVec2::splat(f64::NEG_INFINITY);
    for g in map.roads.iter().flat_map(|r| &r.plan_view) {
        low = low.min(DVec2::new(g.x_m, g.y_m));
        high = high.max(DVec2::new(g.x_m, g.y_m));
    }
    let middle = 0.5 * (low + high);
    if middle.is_finite() && middle.abs().max_element() > OFFSET_FROM_M {
        ((middle / 1_000.0).round() * 1_000.0).extend(0.0)
    } else {
        DVec3::ZERO
    }
}

/// Latitude and longitude of the world's origin, deg, from `+proj=tmerc` or `+proj=utm`. Spherical, good
/// to a kilometer in a hundred: it places the sun.
fn origin_deg(map: &odr::Map, offset_m: DVec3) -> Option<(f64, f64)> {
    /// Mean meridian arc of one degree, m (WGS 84).
    const DEGREE_M: f64 = 111_320.0;
    let text = map.header.geo_reference.as_deref()?;
    let number = |key: &str| {
        text.split_whitespace().find_map(|w| w.strip_prefix(key)?.strip_prefix('=')?.parse::<f64>().ok())
    };
    let header = map.header.offset.map_or(DVec2::ZERO, |o| DVec2::new(o.x_m, o.y_m));
    let at = header + offset_m.truncate();
    let (lat0, lon0, false_m) = if let Some(zone) = number("+zone") {
        let south = if text.contains("+south") { 1.0e7 } else { 0.0 };
        (0.0, zone * 6.0 - 183.0, DVec2::new(500_000.0, south))
    } else {
        (
            number("+lat_0")?,
            number("+lon_0").unwrap_or(0.0),
            DVec2::new(number("+x_0").unwrap_or(0.0), number("+y_0").unwrap_or(0.0)),
        )
    };
    let lat = lat0 + (at.y - false_m.y) / DEGREE_M;
    let lon = lon0 + (at.x - false_m.x) / (DEGREE_M * math::cos(lat * DEG_RAD).max(0.01));
    let sound = lat.is_finite() && lon.is_finite() && lat.abs() <= 90.0 && lon.abs() <= 360.0;
    sound.then_some((lat, lon))
}
