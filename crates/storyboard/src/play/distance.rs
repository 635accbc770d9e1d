//! Distances between entities, and to places, in every coordinate system of the standard.
//!
//! # Rules
//! | system | longitudinal | lateral |
//! |---|---|---|
//! | entity | along the entity's own forward axis | along its left axis |
//! | road | along the reference lines, over links and junctions | difference of t |
//! | lane | along the center line of the entity's lane | difference of t |
//! | trajectory | along the entity's trajectory | difference of the offsets from it |
//! | world | along x | along y |
//!
//! Euclidean distances are straight lines in any system. All are measured in the horizontal plane: the
//! tolerances and radii of the standard are circles on the map. Free space is the gap between the bodies'
//! extents along the measured axis (Euclidean: between the closest points), 0 where they overlap.
//!
//! Signs: positive where the target is ahead (longitudinal, Euclidean) or to the left (lateral) as the
//! entity faces; in the world system along x and y. Conditions compare absolute values.
//!
//! Along roads, both directions are looked at, up to [`DISTANCE_M_MAX`]; without a way there is no distance.
//!
//! # Validity
//! Extents along roads are those of the box turned by its heading against the road: exact on straight roads, to
//! second order of length over radius in curves. Lane lengths by the midpoint rule on steps of a metre at most.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3, "Distance calculations", `RelativeDistanceType`, `CoordinateSystem`.

use super::entity::{Body, Entity, Located, Pose, Relative, RoadPlace, RouteState};
use super::footprint::{Footprint, body_corners};
use super::position::Curve;
use super::roads::{Along, JunctionChoice, Roads, Way};
use crate::standard::{CoordinateSystem, DistanceKind, Extents, Measure, RouteStrategy, Routing};
use glam::{DVec2, DVec3};

/// Farthest way looked for along roads, m.
pub const DISTANCE_M_MAX: f64 = 1.0e6;
/// Slower than this is standing, m/s; nearer than this is no distance, m.
const SMALL: f64 = 1e-6;
/// Most steps of a lane's length.
const LANE_STEPS_MAX: f64 = 2_000.0;

/// What a distance is measured to.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// An entity.
    Entity(&'a Entity),
    /// A place.
    Place(&'a Located),
}

impl<'a> Target<'a> {
    /// Where it is.
    pub fn at(self) -> &'a Located {
        match self {
            Target::Entity(entity) => &entity.at,
            Target::Place(at) => at,
        }
    }

    fn body(self) -> Option<&'a Body> {
        match self {
            Target::Entity(entity) => Some(&entity.body),
            Target::Place(_) => None,
        }
    }

    fn velocity_mps(self) -> DVec3 {
        match self {
            Target::Entity(entity) => velocity_mps(entity),
            Target::Place(_) => DVec3::ZERO,
        }
    }
}

/// An entity's velocity; by its speed where no velocity is set yet.
pub fn velocity_mps(entity: &Entity) -> DVec3 {
    if entity.velocity_mps == DVec3::ZERO {
        entity.at.pose.matrix().x_axis * entity.speed_mps
    } else {
        entity.velocity_mps
    }
}

/// Least and greatest value along an axis.
type Span = (f64, f64);

/// Signed gap of two spans: 0 where they overlap.
fn gap(a: Span, b: Span) -> f64 {
    if b.0 > a.1 {
        b.0 - a.1
    } else if a.0 > b.1 {
        b.1 - a.0
    } else {
        0.0
    }
}

/// The signed distance; `None` where there is none (no way along the roads, no trajectory, off the roads).
pub fn distance_m(
    from: &Entity,
    to: Target<'_>,
    measure: Measure,
    roads: &Roads,
    trajectory: Option<&dyn Curve>,
) -> Option<f64> {
    let axis = match measure.kind {
        DistanceKind::Euclidean => return Some(euclidean_m(from, to, measure.extents)),
        DistanceKind::Longitudinal => Axis::Along,
        DistanceKind::Lateral => Axis::Across,
    };
    match measure.system {
        CoordinateSystem::Entity => Some(on_axis_m(from, to, measure.extents, forward(&from.at.pose), axis)),
        CoordinateSystem::World => Some(on_axis_m(from, to, measure.extents, DVec2::X, axis)),
        CoordinateSystem::Road | CoordinateSystem::Lane => along_roads_m(from, to, measure, roads, axis),
        CoordinateSystem::Trajectory => on_curve_m(from, to, measure.extents, trajectory?, axis),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Along,
    Across,
}

fn plane(v: DVec3) -> DVec2 {
    DVec2::new(v.x, v.y)
}

fn forward(pose: &Pose) -> DVec2 {
    let (sin, cos) = libm::sincos(pose.h_rad);
    DVec2::new(cos, sin)
}

fn footprint(body: Option<&Body>, at: &Located, extents: Extents) -> Footprint {
    match (body, extents) {
        (Some(body), Extents::FreeSpace) => Footprint::new(body, &at.pose),
        (Some(_) | None, Extents::ReferencePoints) | (None, Extents::FreeSpace) => {
            Footprint::point(at.pose.position_m)
        }
    }
}

/// Straight distance in the plane, without a sign.
pub fn straight_m(from: &Entity, to: Target<'_>, extents: Extents) -> f64 {
    let a = footprint(Some(&from.body), &from.at, extents);
    a.gap(&footprint(to.body(), to.at(), extents)).distance_m
}

fn euclidean_m(from: &Entity, to: Target<'_>, extents: Extents) -> f64 {
    let ahead = plane(to.at().pose.position_m - from.at.pose.position_m).dot(forward(&from.at.pose));
    let d = straight_m(from, to, extents);
    if ahead < 0.0 { -d } else { d }
}

fn on_axis_m(from: &Entity, to: Target<'_>, extents: Extents, along: DVec2, axis: Axis) -> f64 {
    let direction = match axis {
        Axis::Along => along,
        Axis::Across => along.perp(),
    };
    let origin = plane(from.at.pose.position_m);
    let a = footprint(Some(&from.body), &from.at, extents).extent_m(origin, direction);
    let b = footprint(to.body(), to.at(), extents).extent_m(origin, direction);
    match extents {
        Extents::ReferencePoints => b.0 - a.0,
        Extents::FreeSpace => gap(a, b),
    }
}

/// The way from an entity to a target along the roads, and whether it lies ahead (+1) or behind (−1).
pub fn way_to(from: &Entity, to: &Located, roads: &Roads, routing: Routing) -> Option<(Way, f64)> {
    let (a, b) = (from.at.place?, to.place?);
    let strategy = match routing {
        Routing::Fastest => RouteStrategy::Fastest,
        Routing::LeastIntersections => RouteStrategy::LeastIntersections,
        Routing::AssignedRoute | Routing::Shortest | Routing::Undefined => RouteStrategy::Shortest,
    };
    let facing: i8 = if Roads::faces_rising_s(from.at.relative.h_rad) { 1 } else { -1 };
    let way = roads.way(a, b, &[facing, -facing], DISTANCE_M_MAX, strategy)?;
    let sign = f64::from(way.first_direction() * facing);
    Some((way, sign))
}

/// Extents of a body along s and across it (in the direction of t), from its reference point.
fn road_extents(body: Option<&Body>, at: &Located, extents: Extents) -> (Span, Span) {
    let Some(body) = body.filter(|_| extents == Extents::FreeSpace) else { return ((0.0, 0.0), (0.0, 0.0)) };
    let (sin, cos) = libm::sincos(at.relative.h_rad);
    let mut spans = ((f64::INFINITY, f64::NEG_INFINITY), (f64::INFINITY, f64::NEG_INFINITY));
    for c in body_corners(body) {
        let (ds, dt) = (c.x * cos - c.y * sin, c.x * sin + c.y * cos);
        spans.0 = (spans.0.0.min(ds), spans.0.1.max(ds));
        spans.1 = (spans.1.0.min(dt), spans.1.1.max(dt));
    }
    spans
}

/// A span times ±1, from a point.
fn placed(at: f64, sign: f64, span: Span) -> Span {
    let (a, b) = (at + sign * span.0, at + sign * span.1);
    (a.min(b), a.max(b))
}

fn along_roads_m(from: &Entity, to: Target<'_>, measure: Measure, roads: &Roads, axis: Axis) -> Option<f64> {
    let (a, b) = (from.at.place?, to.at().place?);
    let (way, ahead) = way_to(from, to.at(), roads, measure.routing)?;
    let (along_a, across_a) = road_extents(Some(&from.body), &from.at, measure.extents);
    let (along_b, across_b) = road_extents(to.body(), to.at(), measure.extents);
    let (first, last) = (f64::from(way.first_direction()), f64::from(way.last_direction()));
    Some(match axis {
        Axis::Along => {
            // In the direction of the way; extents in metres of s, or of the lane.
            let (length_m, scale_a, scale_b) = match measure.system {
                CoordinateSystem::Lane => (lane_length_m(roads, from.at.place?, &way), 1.0, 1.0),
                CoordinateSystem::Road
                | CoordinateSystem::Entity
                | CoordinateSystem::World
                | CoordinateSystem::Trajectory => (way.length_m, roads.s_per_metre(a), roads.s_per_metre(b)),
            };
            let span_a = placed(0.0, first * scale_a, along_a);
            let span_b = placed(length_m, last * scale_b, along_b);
            let d = match measure.extents {
                Extents::ReferencePoints => length_m,
                Extents::FreeSpace => gap(span_a, span_b),
            };
            ahead * d
        }
        Axis::Across => {
            // In the entity's road's t, then as the entity faces.
            let turn = first * last;
            let facing = if Roads::faces_rising_s(from.at.relative.h_rad) { 1.0 } else { -1.0 };
            let d = match measure.extents {
                Extents::ReferencePoints => turn * b.t_m - a.t_m,
                Extents::FreeSpace => gap(placed(a.t_m, 1.0, across_a), placed(turn * b.t_m, turn, across_b)),
            };
            facing * d
        }
    })
}

/// Length of the way along the center line of the lane where it begins.
fn lane_length_m(roads: &Roads, from: RoadPlace, way: &Way) -> f64 {
    let steps = way.length_m.ceil().clamp(1.0, LANE_STEPS_MAX);
    let step_m = way.length_m / steps;
    let mut route = RouteState { route: std::sync::Arc::new(no_route()), roads: way.roads.clone(), at: 0 };
    let mut place = roads.refreshed(RoadPlace { offset_m: 0.0, ..from });
    let mut direction = f64::from(way.first_direction());
    let mut length_m = 0.0;
    // The first half step leads to the middle of the first step.
    let mut next_m = 0.5 * step_m;
    for _ in 0..steps as usize {
        let moved = roads.move_along(
            place,
            Relative::default(),
            direction * next_m,
            Along::Reference,
            JunctionChoice::Straightest,
            Some(&mut route),
        );
        place = moved.at;
        direction = if moved.turned { -direction } else { direction };
        length_m += step_m / roads.s_per_metre(place);
        next_m = step_m;
    }
    length_m
}

fn no_route() -> crate::standard::Route {
    crate::standard::Route {
        name: String::new(),
        closed: crate::standard::Closed::Open,
        waypoints: Vec::new(),
    }
}

/// Distance along a curve and offset to its left of the curve's point nearest to a pose, with the tangent there.
pub fn on_curve(curve: &dyn Curve, at_m: DVec2) -> Option<(f64, f64, DVec2)> {
    let s_m = curve.nearest_m(at_m.x, at_m.y)?;
    let (sin, cos) = libm::sincos(curve.tangent_rad(s_m)?);
    let tangent = DVec2::new(cos, sin);
    let off = at_m - plane(curve.at(s_m)?.position_m);
    Some((s_m, tangent.perp().dot(off), tangent))
}

fn on_curve_m(from: &Entity, to: Target<'_>, extents: Extents, curve: &dyn Curve, axis: Axis) -> Option<f64> {
    let spans = |body: Option<&Body>, at: &Located| {
        let origin = plane(at.pose.position_m);
        let (s_m, t_m, direction) = on_curve(curve, origin)?;
        let f = footprint(body, at, extents);
        Some(match axis {
            Axis::Along => placed(s_m, 1.0, f.extent_m(origin, direction)),
            Axis::Across => placed(t_m, 1.0, f.extent_m(origin, direction.perp())),
        })
    };
    let (a, b) = (spans(Some(&from.body), &from.at)?, spans(to.body(), to.at())?);
    Some(match extents {
        Extents::ReferencePoints => b.0 - a.0,
        Extents::FreeSpace => gap(a, b),
    })
}

/// How many lanes a target is to the left (positive t of the entity's road) of the entity's lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneDifference {
    /// Lanes to the left in the entity's road's t, not counting lane 0.
    pub lanes: i32,
    /// Whether the target's lane is on the other side of the reference line.
    pub opposite: bool,
    /// Signed distance along the roads, m: positive ahead.
    pub ds_m: f64,
}

/// Lanes and way between an entity and a target; `None` where no way leads there.
pub fn lane_difference(
    from: &Entity,
    to: Target<'_>,
    extents: Extents,
    roads: &Roads,
) -> Option<LaneDifference> {
    let target = to.at().place?;
    let (way, _) = way_to(from, to.at(), roads, Routing::Undefined)?;
    let own = way.lane;
    let mut lanes = target.lane.saturating_sub(own);
    let opposite = target.lane.signum() * own.signum() < 0;
    if opposite {
        lanes -= lanes.signum();
    }
    if way.turned() {
        lanes = -lanes;
    }
    let along = Measure {
        system: CoordinateSystem::Road,
        kind: DistanceKind::Longitudinal,
        extents,
        routing: Routing::Undefined,
    };
    let ds_m = along_roads_m(from, to, along, roads, Axis::Along)?;
    Some(LaneDifference { lanes, opposite, ds_m })
}

/// Time headway, s: `None` where the target is behind or the entity reverses; infinite while it stands.
pub fn time_headway_s(from: &Entity, distance_m: f64) -> Option<f64> {
    if distance_m < 0.0 || from.speed_mps < -SMALL {
        return None;
    }
    Some(if from.speed_mps > SMALL { distance_m / from.speed_mps } else { f64::INFINITY })
}

/// Time to collision, s: `None` where the two do not close in on each other, or there is no distance.
///
/// The closing speed is measured as the distance is: along its axis, or along the line between the two.
pub fn time_to_collision_s(
    from: &Entity,
    to: Target<'_>,
    measure: Measure,
    distance_m: f64,
    roads: &Roads,
    trajectory: Option<&dyn Curve>,
) -> Option<f64> {
    let (own, other) = (plane(velocity_mps(from)), plane(to.velocity_mps()));
    let apart = plane(to.at().pose.position_m - from.at.pose.position_m);
    let along = |axis: DVec2| own.dot(axis) - other.dot(axis);
    let side = |longitudinal: DVec2| match measure.kind {
        DistanceKind::Lateral => longitudinal.perp(),
        DistanceKind::Longitudinal | DistanceKind::Euclidean => longitudinal,
    };
    // Speed along the axis on which the distance is positive.
    let speed_mps = match (measure.kind, measure.system) {
        (DistanceKind::Euclidean, _) => {
            let line = match measure.extents {
                Extents::ReferencePoints => apart,
                Extents::FreeSpace => {
                    let a = footprint(Some(&from.body), &from.at, measure.extents);
                    a.gap(&footprint(to.body(), to.at(), measure.extents)).vector_m
                }
            };
            return closing(distance_m.abs(), along(line.try_normalize()?));
        }
        (_, CoordinateSystem::Entity) => along(side(forward(&from.at.pose))),
        (_, CoordinateSystem::World) => along(side(DVec2::X)),
        (_, CoordinateSystem::Trajectory) => {
            along(side(on_curve(trajectory?, plane(from.at.pose.position_m))?.2))
        }
        (_, CoordinateSystem::Road | CoordinateSystem::Lane) => {
            // Each along its own road, in the direction of the way, then as the entity faces.
            let (way, ahead) = way_to(from, to.at(), roads, measure.routing)?;
            let road = |place: RoadPlace, direction: i8| {
                let (sin, cos) = libm::sincos(roads.road_heading_rad(place));
                f64::from(direction) * DVec2::new(cos, sin)
            };
            let a = side(road(from.at.place?, way.first_direction()));
            let b = side(road(to.at().place?, way.last_direction()));
            ahead * (own.dot(a) - other.dot(b))
        }
    };
    closing(distance_m.abs(), if distance_m < 0.0 { -speed_mps } else { speed_mps })
}

fn closing(distance_m: f64, speed_mps: f64) -> Option<f64> {
    (distance_m > SMALL && speed_mps > SMALL).then(|| distance_m / speed_mps)
}

#[cfg(test)]
#[path = "distance_tests.rs"]
mod tests;
