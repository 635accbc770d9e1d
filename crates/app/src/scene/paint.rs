//! Paint that is no lane marking: crosswalks, stop and yield lines, turn arrows, bicycles; and the road's
//! age: patches and manhole covers.
//!
//! Sizes: MUTCD 2009 §3B.16 (stop lines 12–24 in, yield triangles), §3B.18 (crosswalk lines 12–24 in wide),
//! §3B.20 (arrows, 8 ft), §9C.04 (bicycles).

use super::marking::{Custom, PAINT_M};
use super::mesh::{Chunks, PLAIN, Tint, Vertex, srgb};
use super::noise::Dice;
use super::ribbon::{Ground, Ribbon, Ribbons};
use super::skin::Skin;
use opendrive as odr;
use shakedown::base::ids::LaneId;
use shakedown::base::math::{DVec2, DVec3, sin_cos};
use shakedown::road::{ApproachControl, Crosswalk, LaneCoord, LaneKind, RoadNetwork, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// Width of a crosswalk's bars and of the gaps between them, m.
const BAR_M: f64 = 0.6;
/// The same of a zebra crossing outside America, m.
const ZEBRA_M: f64 = 0.5;
/// Width of lines beside a signalized crosswalk, m.
const RAIL_M: f64 = 0.3;
/// Width of a stop line where the map gives none, m.
const STOP_M: f64 = 0.5;
/// Distances of turn arrows before the stop line, m.
const ARROWS_M: [f64; 2] = [6.0, 20.0];
/// Distance between bicycle symbols, m.
const BICYCLES_M: f64 = 70.0;

/// Paints a map.
pub struct Painter<'a> {
    /// Its file.
    pub map: &'a odr::Map,
    /// Its lane graph.
    pub network: &'a RoadNetwork,
    /// Its ribbons.
    pub ribbons: Ribbons<'a>,
    /// Custom of the country.
    pub custom: Custom,
}

/// A frame on a road: shapes are given in it, forward and left, m.
#[derive(Clone, Copy)]
struct Stencil<'a> {
    ribbon: &'a Ribbon<'a>,
    s_m: f64,
    t_m: f64,
    /// +1 with rising s, −1 against it.
    with_s: f64,
}

impl Stencil<'_> {
    fn at(&self, [forward, left]: [f64; 2]) -> (DVec3, DVec3) {
        let (p, up) = self.ribbon.place(self.s_m + self.with_s * forward, self.t_m + self.with_s * left);
        (p + up * PAINT_M, up)
    }

    /// A convex shape, counter-clockwise.
    fn shape(&self, corners: &[[f64; 2]], (skin, tint): (Skin, Tint), chunks: &mut Chunks) {
        let (middle, _) = self.at(corners[0]);
        let patch = chunks.at(skin, middle);
        let indices: Vec<u32> = corners
            .iter()
            .map(|c| {
                let (at, normal) = self.at(*c);
                patch.vertex(Vertex { at, normal, uv: at.truncate(), tint })
            })
            .collect();
        for i in 1..indices.len() - 1 {
            patch.triangle(indices[0], indices[i], indices[i + 1]);
        }
    }

    /// A straight stroke.
    fn stroke(&self, a: [f64; 2], b: [f64; 2], width_m: f64, ink: (Skin, Tint), chunks: &mut Chunks) {
        let (a, b) = (DVec2::from(a), DVec2::from(b));
        let side = (b - a).normalize_or(DVec2::X).perp() * (0.5 * width_m);
        self.shape(&[a - side, b - side, b + side, a + side].map(|p| p.to_array()), ink, chunks);
    }
}

const WHITE: (Skin, Tint) = (Skin::WhitePaint, PLAIN);

impl Painter<'_> {
    /// All paint.
    pub fn build(&self, seed: u64, chunks: &mut Chunks) {
        self.crosswalks(chunks);
        self.stop_lines(chunks);
        self.arrows(chunks);
        self.bicycles(chunks);
        self.age(seed, chunks);
    }

    fn crosswalks(&self, chunks: &mut Chunks) {
        let of_id: BTreeMap<&str, &Crosswalk> =
            self.network.crosswalks.iter().map(|c| (c.id.as_str(), c)).collect();
        for (road_ix, road) in self.map.roads.iter().enumerate() {
            for object in road.objects.iter().filter(|o| o.kind.eq_ignore_ascii_case("crosswalk")) {
                if let Some(crosswalk) = of_id.get(object.id.as_str()) {
                    self.crosswalk(road_ix, crosswalk, chunks);
                }
            }
        }
    }

    fn crosswalk(&self, road_ix: usize, crosswalk: &Crosswalk, chunks: &mut Chunks) {
        let road = &self.map.roads[road_ix];
        let offset = self.network.offset_m.truncate();
        let [from, to] = crosswalk.ends_m;
        let length = from.distance(to);
        let axis = (to - from).normalize_or(DVec2::X);
        let half = 0.5 * crosswalk.width_m.min(30.0);
        let place = |along: f64, across: f64| {
            let p = from + axis * along + axis.perp() * across;
            let on = road.nearest(p.x + offset.x, p.y + offset.y)?;
            let (at, up) = self.ribbons.at(road_ix, on.s_m)?.place(on.s_m, on.t_m);
            // Beyond the road's end the foot point is not below: keep the place in the plane.
            Some((p.extend(at.z) + up * PAINT_M, up))
        };
        let mut bar = |a: [f64; 2], b: [f64; 2]| {
            let corners = [[a[0], a[1]], [b[0], a[1]], [b[0], b[1]], [a[0], b[1]]];
            let placed: Vec<_> = corners.iter().filter_map(|[u, v]| place(*u, *v)).collect();
            let [p, q, r, s] = placed[..] else { return };
            let vertex = |(at, normal): (DVec3, DVec3)| Vertex { at, normal, uv: at.truncate(), tint: PLAIN };
            chunks.at(Skin::WhitePaint, p.0).quad([vertex(p), vertex(q), vertex(r), vertex(s)]);
        };
        let width = match self.custom {
            Custom::American => BAR_M,
            Custom::International => ZEBRA_M,
        };
        let count = ((length - width) / (2.0 * width)).floor().clamp(0.0, 400.0) as usize;
        let start = 0.5 * (length - width * (2 * count + 1) as f64);
        for i in 0..=count {
            let u = start + 2.0 * width * i as f64;
            // Two pieces, so that a bar follows a bend of the road's slope.
            bar([u, -half], [u + width, 0.0]);
            bar([u, 0.0], [u + width, half]);
        }
        if self.custom == Custom::American && !crosswalk.faces.is_empty() {
            let pieces = (length / 3.0).ceil().max(1.0) as usize;
            for i in 0..pieces {
                let (u0, u1) = (length * i as f64 / pieces as f64, length * (i + 1) as f64 / pieces as f64);
                bar([u0, half], [u1, half + RAIL_M]);
                bar([u0, -half - RAIL_M], [u1, -half]);
            }
        }
    }

    fn stop_lines(&self, chunks: &mut Chunks) {
        let mut drawn: Vec<BTreeSet<i64>> = vec![BTreeSet::new(); self.map.roads.len()];
        for (road_ix, road) in self.map.roads.iter().enumerate() {
            for o in road.objects.iter().filter(|o| o.name == "stop_line" || o.subtype == "signalLines") {
                let length = o.length_m.filter(|l| *l > 0.05).unwrap_or(STOP_M).min(2.0);
                let width = o.width_m.unwrap_or(3.0).min(60.0);
                drawn[road_ix].insert((o.s_m / 6.0).round() as i64);
                self.bar(road_ix, o.s_m, [o.t_m - 0.5 * width, o.t_m + 0.5 * width], length, chunks);
            }
        }
        // Where the engine stops vehicles and the map has no line.
        for lane in self.network.lanes.iter().filter(|l| l.kind.is_drivable() && l.junction.is_none()) {
            let Some(along_m) = lane.stop_line_m else { continue };
            let at = LaneCoord { lane: lane.id, along_m, offset_m: 0.0 };
            let place = self.network.road_coord(at);
            let road_ix = lane.road.ix();
            let near = (place.s_m / 6.0).round() as i64;
            if (near - 1..=near + 1).any(|k| drawn[road_ix].contains(&k)) {
                continue;
            }
            let road = &self.map.roads[road_ix];
            let Some(span) = road.lane_span_at(lane.odr_lane, place.s_m.clamp(0.0, road.length_m)) else {
                continue;
            };
            let (low, high) = (span.inner_t_m.min(span.outer_t_m), span.inner_t_m.max(span.outer_t_m));
            let yields = lane.successors.iter().any(|s| self.control(*s) == ApproachControl::Yield);
            if yields {
                self.teeth(road_ix, place.s_m, [low, high], lane.runs_with_s(), chunks);
            } else {
                self.bar(road_ix, place.s_m, [low, high], STOP_M, chunks);
            }
        }
    }

    fn control(&self, lane: LaneId) -> ApproachControl {
        self.network.approach_control.get(lane.ix()).copied().unwrap_or(ApproachControl::None)
    }

    /// A line across the road.
    fn bar(&self, road_ix: usize, s_m: f64, [low, high]: [f64; 2], length: f64, chunks: &mut Chunks) {
        let Some(ribbon) = self.ribbons.at(road_ix, s_m) else { return };
        let pieces = ((high - low) / 3.0).ceil().max(1.0) as usize;
        let stencil = Stencil { ribbon, s_m, t_m: 0.0, with_s: 1.0 };
        let half = 0.5 * length;
        for i in 0..pieces {
            let at = |i: usize| low + (high - low) * i as f64 / pieces as f64;
            let (a, b) = (at(i), at(i + 1));
            stencil.shape(&[[-half, a], [half, a], [half, b], [-half, b]], WHITE, chunks);
        }
    }

    /// Triangles that point at those who yield.
    fn teeth(&self, road_ix: usize, s_m: f64, [low, high]: [f64; 2], with_s: bool, chunks: &mut Chunks) {
        let Some(ribbon) = self.ribbons.at(road_ix, s_m) else { return };
        let with_s = if with_s { 1.0 } else { -1.0 };
        let count = ((high - low) / 0.9).floor().max(1.0) as usize;
        let step = (high - low) / count as f64;
        for i in 0..count {
            let stencil = Stencil { ribbon, s_m, t_m: low + step * (i as f64 + 0.5), with_s };
            stencil.shape(&[[-0.6, 0.0], [0.0, -0.25], [0.0, 0.25]], WHITE, chunks);
        }
    }

    /// Arrows where a lane of several may only turn, or where its neighbor may only turn.
    fn arrows(&self, chunks: &mut Chunks) {
        let turns = |lane: &shakedown::road::Lane| -> BTreeSet<u8> {
            let into = lane.successors.iter().map(|s| self.network.lane(*s));
            into.filter(|l| l.junction.is_some() && l.kind != LaneKind::Biking)
                .map(|l| match l.turn {
                    Turn::Left | Turn::UTurn => 0,
                    Turn::Straight => 1,
                    Turn::Right => 2,
                })
                .collect()
        };
        for lane in &self.network.lanes {
            let ends_at_junction = lane.junction.is_none() && lane.kind == LaneKind::Driving;
            let own = if ends_at_junction { turns(lane) } else { BTreeSet::new() };
            let beside = [lane.left, lane.right].into_iter().flatten();
            let beside: Vec<BTreeSet<u8>> = beside.map(|l| turns(self.network.lane(l))).collect();
            let says = |t: &BTreeSet<u8>| t.len() == 1 && !t.contains(&1);
            if own.is_empty() || beside.is_empty() || !(says(&own) || beside.iter().any(says)) {
                continue;
            }
            let end_m = lane.stop_line_m.unwrap_or(lane.length_m);
            for before in ARROWS_M {
                let along_m = end_m - before;
                if along_m < 4.0 {
                    continue;
                }
                let coord = LaneCoord { lane: lane.id, along_m, offset_m: 0.0 };
                if self.network.lane_pose(coord).width_m < 2.4 {
                    continue;
                }
                let Some(stencil) = self.on_lane(coord) else { continue };
                for turn in &own {
                    arrow(&stencil, *turn, chunks);
                }
            }
        }
    }

    fn on_lane(&self, coord: LaneCoord) -> Option<Stencil<'_>> {
        let lane = self.network.lane(coord.lane);
        let s_m = self.network.road_coord(coord).s_m;
        let road_ix = lane.road.ix();
        let road = &self.map.roads[road_ix];
        let t_m = road.lane_center_t_m(lane.odr_lane, s_m.clamp(0.0, road.length_m - 1e-6))?;
        let ribbon = self.ribbons.at(road_ix, s_m)?;
        Some(Stencil { ribbon, s_m, t_m, with_s: if lane.runs_with_s() { 1.0 } else { -1.0 } })
    }

    fn bicycles(&self, chunks: &mut Chunks) {
        let lanes = self.network.lanes.iter();
        for lane in lanes.filter(|l| l.kind == LaneKind::Biking && l.junction.is_none() && l.length_m > 25.0)
        {
            let mut along_m = 14.0;
            while along_m < lane.length_m - 8.0 {
                let coord = LaneCoord { lane: lane.id, along_m, offset_m: 0.0 };
                if let Some(stencil) = self.on_lane(coord) {
                    bicycle(&stencil, chunks);
                }
                along_m += BICYCLES_M;
            }
        }
    }

    /// Patches where the road was dug up, covers over what runs below.
    fn age(&self, seed: u64, chunks: &mut Chunks) {
        for ribbon in self.ribbons.all.iter().filter(|r| !r.in_junction()) {
            let mut dice = Dice::new(seed ^ (ribbon.road_ix as u64), 61 + ribbon.s_m[0].to_bits() % 97);
            let (from, to) = (ribbon.s_m[0] + 6.0, ribbon.s_m[ribbon.s_m.len() - 1] - 6.0);
            let lanes: Vec<_> = ribbon.strips.iter().filter(|s| s.ground == Ground::Carriage).collect();
            if lanes.is_empty() || to - from < 20.0 {
                continue;
            }
            let mut s_m = from + dice.range(0.0, 30.0);
            while s_m < to - 8.0 {
                let strip = lanes[dice.index(lanes.len())];
                let k = ribbon.s_m.partition_point(|s| *s <= s_m).clamp(1, ribbon.s_m.len() - 1);
                let [left, right] = strip.t_m[k];
                if left - right > 2.6 {
                    let t_m = 0.5 * (left + right);
                    let stencil = Stencil { ribbon, s_m, t_m, with_s: 1.0 };
                    if dice.chance(0.55) {
                        cover(&stencil, dice.range(-0.6, 0.6), chunks);
                    } else {
                        let half = dice.range(0.5, 1.15);
                        let length = dice.range(1.5, 7.0);
                        let shift = dice.range(-0.3, 0.3);
                        let tint = srgb([0x535355, 0x4B4B4E, 0x757577][dice.index(3)]);
                        let pieces = (length / 2.0).ceil() as usize;
                        for i in 0..pieces {
                            let at = |i: usize| length * i as f64 / pieces as f64;
                            let (a, b) = (at(i), at(i + 1));
                            let (low, high) = (shift - half, shift + half);
                            let corners = [[a, low], [b, low], [b, high], [a, high]];
                            stencil.shape(&corners, (Skin::OtherPaint, tint), chunks);
                        }
                    }
                }
                s_m += dice.range(22.0, 60.0);
            }
        }
    }
}

/// A turn arrow: 0 left, 1 straight, 2 right. Its foot lies at the stencil's origin.
fn arrow(stencil: &Stencil, turn: u8, chunks: &mut Chunks) {
    let half = 0.08;
    if turn == 1 {
        stencil.shape(&[[0.0, -half], [1.8, -half], [1.8, half], [0.0, half]], WHITE, chunks);
        stencil.shape(&[[1.7, -0.34], [2.9, 0.0], [1.7, 0.34]], WHITE, chunks);
        return;
    }
    let side = if turn == 0 { 1.0 } else { -1.0 };
    // Mirroring turns a shape around: reverse its corners.
    let mut put = |corners: &[[f64; 2]]| {
        let mut mirrored: Vec<[f64; 2]> = corners.iter().map(|[u, v]| [*u, v * side]).collect();
        if side < 0.0 {
            mirrored.reverse();
        }
        stencil.shape(&mirrored, WHITE, chunks);
    };
    put(&[[0.0, -half], [1.2, -half], [1.2, half], [0.0, half]]);
    // A bend from straight ahead to the left, radius 0.45 m.
    let radius = 0.45;
    let at = |angle: f64, r: f64| {
        let (sin, cos) = sin_cos(angle);
        [1.2 + r * sin, radius - r * cos]
    };
    for i in 0..4 {
        let eighth = core::f64::consts::FRAC_PI_8;
        let (a, b) = (eighth * f64::from(i), eighth * f64::from(i + 1));
        let (out, inn) = (radius + half, radius - half);
        put(&[at(a, out), at(b, out), at(b, inn), at(a, inn)]);
    }
    let x = 1.2 + radius;
    put(&[[x - 0.34, radius], [x + 0.34, radius], [x, radius + 0.85]]);
}

/// A bicycle, seen from the left, wheels towards the rider's right.
fn bicycle(stencil: &Stencil, chunks: &mut Chunks) {
    // In the symbol's own frame x runs to the right as read by an approaching rider, y up (= forward).
    let to_lane = |[x, y]: [f64; 2]| [y, -x];
    for center in [[-0.34, 0.3], [0.34, 0.3]] {
        for i in 0..10 {
            let at = |i: i32| {
                let (sin, cos) = sin_cos(std::f64::consts::TAU * f64::from(i) / 10.0);
                to_lane([center[0] + 0.25 * cos, center[1] + 0.42 * sin])
            };
            stencil.stroke(at(i), at(i + 1), 0.07, WHITE, chunks);
        }
    }
    let joints = [[-0.34, 0.3], [-0.18, 0.86], [0.16, 0.86], [0.0, 0.34], [0.34, 0.3]];
    for (a, b) in [(0, 1), (1, 2), (2, 3), (1, 3), (0, 3), (2, 4)] {
        stencil.stroke(to_lane(joints[a]), to_lane(joints[b]), 0.06, WHITE, chunks);
    }
    stencil.stroke(to_lane([0.12, 1.02]), to_lane([0.30, 1.06]), 0.06, WHITE, chunks);
    stencil.stroke(to_lane([-0.28, 0.94]), to_lane([-0.10, 0.94]), 0.08, WHITE, chunks);
}

/// A manhole cover.
fn cover(stencil: &Stencil, left: f64, chunks: &mut Chunks) {
    let ring = |r: f64| -> Vec<[f64; 2]> {
        (0..10)
            .map(|i| {
                let (sin, cos) = sin_cos(std::f64::consts::TAU * f64::from(i) / 10.0);
                [r * cos, left + r * sin]
            })
            .collect()
    };
    stencil.shape(&ring(0.38), (Skin::OtherPaint, srgb(0x4A4746)), chunks);
}
