//! From x, y, z to a place on a road.
//!
//! # What it models
//! The distance of a point to a road is 0 where the road's lanes hold it, else its distance to the lanes'
//! edge; past an end, also to the end. The road with the least distance is meant; where several hold the
//! point (junctions), the first in the file, or with a hint the one where it was, then those linked to it.
//! Where a height is given, roads more than [`LEVEL_M`] above or below count as that much farther: that
//! tells a bridge from the road under it.
//!
//! # How
//! A binary tree of boxes around the pieces of the reference lines, widened by the lanes: a query looks at a few
//! pieces, whatever the size of the map. With a hint only the piece of the hint and its neighbors are tried first.
//!
//! # Validity
//! Lanes of type `none` do not hold points. Beyond its named slack ([`SLACK_M`]) a hint is left. On banked roads s and
//! t are those of the point on the surface (to 1e-9 m), not of its plan.

use super::links::Link;
use super::{Roads, nearest_lane};
use crate::play::entity::RoadPlace;
use opendrive::{Curve, Geometry, LaneType, Map, Road, RoadPoint};
use std::borrow::Cow;

/// Height difference up to which two levels are one, m. Chosen below the clearance of any bridge, above any ramp's
/// bump.
const LEVEL_M: f64 = 2.0;
/// How far beside its road's lanes an entity still belongs to it, m. Chosen: half a lane.
const SLACK_M: f64 = 2.0;
/// Distances that differ less are equal, m.
const SAME_M: f64 = 1e-9;
/// Most samples for a piece's box.
const BOX_SAMPLES_MAX: f64 = 512.0;

/// A place with its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The place: its t and offset are the point's own, also outside the lanes.
    pub place: RoadPlace,
    /// Distance to the road's lanes, m; 0 on them.
    pub gap_m: f64,
    /// Distance past an end of the road, m; 0 beside it.
    pub beyond_m: f64,
    /// Height of the point over the surface, m; 0 where no height was given.
    pub above_m: f64,
}

impl Near {
    fn key(&self) -> f64 {
        let level = self.above_m.abs();
        self.gap_m + if level > LEVEL_M { level } else { 0.0 }
    }

    fn holds(&self) -> bool {
        self.key() <= SAME_M
    }
}

#[derive(Clone, Copy, Debug)]
struct Box2 {
    low: [f64; 2],
    high: [f64; 2],
}

impl Box2 {
    const EMPTY: Box2 = Box2 { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };

    fn add(&mut self, other: &Box2) {
        for i in 0..2 {
            self.low[i] = self.low[i].min(other.low[i]);
            self.high[i] = self.high[i].max(other.high[i]);
        }
    }

    fn distance_m(&self, x: f64, y: f64) -> f64 {
        let out = |i: usize, v: f64| (self.low[i] - v).max(v - self.high[i]).max(0.0);
        libm::hypot(out(0, x), out(1, y))
    }
}

#[derive(Clone, Copy, Debug)]
enum Node {
    /// Index of the second child; the first one follows.
    Inner(usize),
    Leaf {
        road: usize,
        piece: usize,
    },
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub(super) struct BoxIndex {
    nodes: Vec<(Box2, Node)>,
}

impl BoxIndex {
    pub fn new(map: &Map) -> Self {
        let mut leaves: Vec<(Box2, Node)> = Vec::new();
        for (road, r) in map.roads.iter().enumerate() {
            let reach_m = reach_m(r);
            for piece in 0..r.plan_view.len() {
                let Some(g) = whole_piece(r, piece) else { continue };
                let around = piece_box(&g, reach_m);
                if around.low.iter().chain(&around.high).all(|v| v.is_finite()) {
                    leaves.push((around, Node::Leaf { road, piece }));
                }
            }
        }
        let mut nodes = Vec::with_capacity(2 * leaves.len());
        grow(&mut leaves, &mut nodes);
        Self { nodes }
    }

    fn nearest(&self, map: &Map, x: f64, y: f64, z: Option<f64>) -> Option<Near> {
        let mut best: Option<Near> = None;
        let mut stack = vec![0usize];
        while let Some(at) = stack.pop() {
            let Some((around, node)) = self.nodes.get(at) else { continue };
            let bound = around.distance_m(x, y);
            if best.is_some_and(|b| bound > b.key() + SAME_M) {
                continue;
            }
            match *node {
                Node::Inner(second) => {
                    let near = |i: usize| self.nodes.get(i).map_or(f64::INFINITY, |n| n.0.distance_m(x, y));
                    let (a, b) = (at + 1, second);
                    // The nearer child is looked at first.
                    stack.extend(if near(a) <= near(b) { [b, a] } else { [a, b] });
                }
                Node::Leaf { road, piece } => {
                    let found = map.roads.get(road).and_then(|r| {
                        let g = whole_piece(r, piece)?;
                        let foot = g.nearest(x, y);
                        Some(near_at(r, road, RoadPoint { s_m: foot.s_m + g.s_m, ..foot }, z))
                    });
                    if let Some(found) = found {
                        let better = best.is_none_or(|b| {
                            let d = found.key() - b.key();
                            d < -SAME_M || (d <= SAME_M && found.place.road < b.place.road)
                        });
                        if better {
                            best = Some(found);
                        }
                    }
                }
            }
        }
        best
    }
}

/// Splits the leaves at the median of the longer side, without recursion.
fn grow(leaves: &mut [(Box2, Node)], nodes: &mut Vec<(Box2, Node)>) {
    // Ranges still to be placed, and the inner node whose second child they are.
    let mut todo: Vec<(usize, usize, Option<usize>)> = Vec::new();
    if !leaves.is_empty() {
        todo.push((0, leaves.len(), None));
    }
    while let Some((from, to, parent)) = todo.pop() {
        let here = nodes.len();
        if let Some((_, Node::Inner(second))) = parent.and_then(|p| nodes.get_mut(p)) {
            *second = here;
        }
        if to - from == 1 {
            nodes.push(leaves[from]);
            continue;
        }
        let mut around = Box2::EMPTY;
        for (b, _) in &leaves[from..to] {
            around.add(b);
        }
        let axis = usize::from(around.high[1] - around.low[1] > around.high[0] - around.low[0]);
        let middle = (to - from) / 2;
        leaves[from..to].select_nth_unstable_by(middle, |(a, an), (b, bn)| {
            let key = |b: &Box2| b.low[axis] + b.high[axis];
            key(a).total_cmp(&key(b)).then_with(|| order(an).cmp(&order(bn)))
        });
        nodes.push((around, Node::Inner(0)));
        // The first child comes off the stack next, so that it follows its parent.
        todo.push((from + middle, to, Some(here)));
        todo.push((from, from + middle, None));
    }
}

fn order(node: &Node) -> (usize, usize) {
    match node {
        Node::Leaf { road, piece } => (*road, *piece),
        Node::Inner(second) => (*second, 0),
    }
}

/// A piece of a road's reference line; the last one goes on where the road is longer than its plan view.
fn whole_piece(road: &Road, piece: usize) -> Option<Cow<'_, Geometry>> {
    let g = road.plan_view.get(piece)?;
    let rest_m = road.length_m - g.s_m;
    let longer = piece + 1 == road.plan_view.len() && rest_m > g.length_m + 1e-6;
    Some(match &g.curve {
        Curve::Line | Curve::Arc { .. } if longer => Cow::Owned(Geometry { length_m: rest_m, ..g.clone() }),
        Curve::Line
        | Curve::Arc { .. }
        | Curve::Spiral { .. }
        | Curve::Poly3 { .. }
        | Curve::ParamPoly3 { .. } => Cow::Borrowed(g),
    })
}

/// The foot on some of a road's pieces.
fn foot_on(road: &Road, pieces: std::ops::RangeInclusive<usize>, x: f64, y: f64) -> Option<RoadPoint> {
    let mut best: Option<RoadPoint> = None;
    for piece in pieces {
        let Some(g) = whole_piece(road, piece) else { break };
        let reach = libm::hypot(x - g.x_m, y - g.y_m) - 1.1 * g.length_m;
        if best.is_some_and(|b| b.distance_m < reach) {
            continue;
        }
        let foot = g.nearest(x, y);
        if best.is_none_or(|b| foot.distance_m < b.distance_m) {
            best = Some(RoadPoint { s_m: foot.s_m + g.s_m, ..foot });
        }
    }
    best
}

/// Largest |t| of a road's lanes, m, with a margin for what lies between the samples.
fn reach_m(road: &Road) -> f64 {
    let mut reach: f64 = 0.0;
    for (i, section) in road.lane_sections.iter().enumerate() {
        let (from, to) = (section.s_m, road.section_end_m(i));
        for k in 0..=8 {
            let s = from + (to - from) * f64::from(k) / 8.0;
            let offset = road.lane_offset_at(s);
            for lane in [section.left.last(), section.right.last()].into_iter().flatten() {
                if let Some(span) = section.lane_span(lane.id, s - section.s_m, offset) {
                    reach = reach.max(span.outer_t_m.abs()).max(span.inner_t_m.abs());
                }
            }
        }
    }
    1.1 * reach + 1.0
}

fn piece_box(g: &Geometry, reach_m: f64) -> Box2 {
    let turn = match &g.curve {
        Curve::Line => 0.0,
        Curve::Arc { curvature_pm } => curvature_pm.abs() * g.length_m,
        Curve::Spiral { curvature_start_pm, curvature_end_pm } => {
            curvature_start_pm.abs().max(curvature_end_pm.abs()) * g.length_m
        }
        Curve::Poly3 { .. } | Curve::ParamPoly3 { .. } => 2.0 + g.length_m / 10.0,
    };
    let samples = (turn / 0.2).ceil().clamp(1.0, BOX_SAMPLES_MAX) as usize;
    let step = g.length_m / samples as f64;
    let mut around = Box2::EMPTY;
    for i in 0..=samples {
        let p = g.point(step * i as f64);
        around.add(&Box2 { low: [p.x_m, p.y_m], high: [p.x_m, p.y_m] });
    }
    // Between samples the curve bulges by less than a tenth of the step.
    let grow = reach_m + if turn > 0.0 { 0.1 * step } else { 0.0 };
    Box2 { low: around.low.map(|v| v - grow), high: around.high.map(|v| v + grow) }
}

/// Edges of the lanes (right, left) at s, without lanes of type `none`.
fn edges_m(road: &Road, s_m: f64) -> (f64, f64) {
    let (offset, slope) = road.lane_offset_at(s_m);
    let Some(section) = road.section_at(s_m) else { return (0.0, 0.0) };
    let (mut right, mut left) = (offset, offset);
    for lane in section.lanes().filter(|l| l.kind != LaneType::None) {
        if let Some(span) = section.lane_span(lane.id, s_m - section.s_m, (offset, slope)) {
            right = right.min(span.outer_t_m);
            left = left.max(span.outer_t_m);
        }
    }
    (right, left)
}

/// On a banked road t runs along the slope and is longer than its plan: Newton steps in the surface's own axes.
fn unbanked(road: &Road, foot: RoadPoint) -> RoadPoint {
    let banked = !(road.superelevation.is_empty() && road.crossfall.is_empty());
    let (s_foot, t_foot) = (foot.s_m.clamp(0.0, road.length_m), foot.t_m);
    let line = road.reference_point(s_foot);
    let past_end = foot.distance_m > foot.t_m.abs() + 1e-6;
    if !banked || past_end || (road.bank_at(s_foot, t_foot) == 0.0 && road.lane_sections.is_empty()) {
        return foot;
    }
    let (sin, cos) = libm::sincos(line.heading_rad);
    let target = [line.x_m - sin * t_foot, line.y_m + cos * t_foot];
    let place = |s: f64, t: f64| {
        let on_lane = nearest_lane(road, s, t).and_then(|(lane, offset)| road.lane_position(lane, s, offset));
        on_lane.unwrap_or_else(|| road.position(s, t))
    };
    let (mut s, mut t) = (s_foot, t_foot);
    for _ in 0..20 {
        let p = place(s, t);
        let (dx, dy) = (target[0] - p.x_m, target[1] - p.y_m);
        if dx.abs() + dy.abs() < 1e-10 {
            break;
        }
        let here = road.reference_point(s);
        let (sin, cos) = libm::sincos(here.heading_rad);
        let (ahead, left) = (dx * cos + dy * sin, dy * cos - dx * sin);
        let flat = libm::cos(road.bank_at(s, t)).abs().max(0.05);
        let reach = (1.0 - here.curvature_pm * t).max(0.05);
        s = (s + ahead / reach).clamp(0.0, road.length_m);
        t += left / flat;
    }
    RoadPoint { s_m: s, t_m: t, distance_m: t.abs() }
}

fn near_at(road: &Road, index: usize, foot: RoadPoint, z: Option<f64>) -> Near {
    let foot = unbanked(road, foot);
    let s_m = foot.s_m.clamp(0.0, road.length_m);
    let ahead_m = (foot.distance_m * foot.distance_m - foot.t_m * foot.t_m).max(0.0).sqrt();
    let (right, left) = edges_m(road, s_m);
    let side_m = (foot.t_m - left).max(right - foot.t_m).max(0.0);
    let at_end = s_m <= 1e-6 || s_m >= road.length_m - 1e-6;
    // Feet are found to a nanometre or so; less is no distance.
    let past_m = if ahead_m > 1e-6 { ahead_m } else { 0.0 };
    let above_m = z.map_or(0.0, |z| z - road.position(s_m, foot.t_m).z_m);
    let (lane, offset_m) = nearest_lane(road, s_m, foot.t_m).unwrap_or((0, foot.t_m));
    Near {
        place: RoadPlace { road: index, lane, s_m, t_m: foot.t_m, offset_m },
        gap_m: libm::hypot(side_m, past_m),
        beyond_m: if at_end { past_m } else { 0.0 },
        above_m,
    }
}

impl Roads {
    /// The nearest place; `None` without roads or for coordinates that are not finite.
    pub fn nearest(&self, x_m: f64, y_m: f64, z_m: Option<f64>) -> Option<Near> {
        let finite = x_m.is_finite() && y_m.is_finite();
        finite.then(|| self.index.nearest(&self.map, x_m, y_m, z_m)).flatten()
    }

    /// The nearest place on one road.
    pub fn nearest_on(&self, road: usize, x_m: f64, y_m: f64, z_m: Option<f64>) -> Option<Near> {
        let at = self.road(road)?;
        let finite = x_m.is_finite() && y_m.is_finite();
        let foot = finite.then(|| foot_on(at, 0..=at.plan_view.len(), x_m, y_m)).flatten()?;
        Some(near_at(at, road, foot, z_m))
    }

    /// The same for something that was at a place a moment ago: it stays on its road while the lanes hold it, then
    /// goes to a road linked to it (the straightest that holds it), then anywhere.
    pub fn nearest_from(&self, hint: RoadPlace, x_m: f64, y_m: f64, z_m: Option<f64>) -> Option<Near> {
        if !(x_m.is_finite() && y_m.is_finite()) {
            return None;
        }
        let Some(own) = self.near_hint(hint, x_m, y_m, z_m) else { return self.nearest(x_m, y_m, z_m) };
        if own.holds() {
            return Some(own);
        }
        let mut best: Option<(f64, Near)> = None;
        for direction in [1, -1] {
            let linked = match self.links.beyond(hint.road, direction) {
                Link::Nothing => Vec::new(),
                Link::Road(entry) => vec![entry.road],
                Link::Junction(j) => {
                    self.links.connections(*j, hint.road, direction).map(|c| c.entry.road).collect()
                }
            };
            for road in linked {
                let Some(near) = self.nearest_on(road, x_m, y_m, z_m).filter(Near::holds) else { continue };
                let bend = self.curvature_pm(near.place).abs();
                if best.is_none_or(|(least, _)| bend < least) {
                    best = Some((bend, near));
                }
            }
        }
        if let Some((_, near)) = best {
            return Some(near);
        }
        let beside = own.beyond_m == 0.0 && own.key() < SLACK_M;
        if beside { Some(own) } else { self.nearest(x_m, y_m, z_m) }
    }

    /// The nearest place on the hint's road, by the hint's piece and its neighbors where they have the foot.
    fn near_hint(&self, hint: RoadPlace, x_m: f64, y_m: f64, z_m: Option<f64>) -> Option<Near> {
        let road = self.road(hint.road)?;
        let pieces = &road.plan_view;
        let at = pieces.partition_point(|g| g.s_m <= hint.s_m).saturating_sub(1);
        let (first, last) = (at.saturating_sub(1), (at + 1).min(pieces.len().checked_sub(1)?));
        let foot = foot_on(road, first..=last, x_m, y_m)?;
        // A foot at the rim of what was looked at may not be the nearest.
        let low = if first == 0 { f64::NEG_INFINITY } else { pieces[first].s_m + 1e-6 };
        let high = pieces.get(last + 1).map_or(f64::INFINITY, |g| g.s_m - 1e-6);
        let inside = low <= foot.s_m && foot.s_m <= high;
        let foot = if inside { foot } else { foot_on(road, 0..=pieces.len(), x_m, y_m)? };
        Some(near_at(road, hint.road, foot, z_m))
    }
}
