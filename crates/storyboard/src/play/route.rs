//! Routes: from way points to the roads to pass.
//!
//! # Rules
//! A route begins in the driving direction of its first way point's lane (against it only where no way
//! leads on otherwise), goes on through every way point in the direction in which it arrives, and each leg
//! is the best by the strategy of the way point where it begins. A closed route ends where it began.
//! Distances along a route count from the first way point along the reference lines.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3, "Routes"; classes `Route`, `Waypoint`, `InRoutePosition`.

use super::entity::{RoadPlace, RouteState};
use super::position::{PositionError, Setting};
use super::roads::{Roads, Way};
use crate::standard::{Closed, Position, Route, RouteStrategy, Waypoint};
use std::sync::Arc;

/// Longest leg between two way points, m. Chosen above any map's size.
pub const LEG_M_MAX: f64 = 1.0e6;

/// A route with its roads.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Roads to pass; the present one is the first.
    pub state: RouteState,
    /// First way point.
    pub start: RoadPlace,
    /// Last way point (the first one again on a closed route).
    pub end: RoadPlace,
    /// Length, m.
    pub length_m: f64,
}

/// Plans a route. `self_entity` is who will drive it.
pub fn plan(
    route: &Arc<Route>,
    setting: &Setting<'_>,
    self_entity: Option<usize>,
) -> Result<Planned, PositionError> {
    plan_at(route, setting, self_entity, 0)
}

/// A route from an entity's place to a position: what the action "acquire position" drives.
pub fn to_position(
    from: RoadPlace,
    facing: i8,
    target: &Position,
    setting: &Setting<'_>,
    self_entity: Option<usize>,
) -> Result<Planned, PositionError> {
    let name = String::from("acquired position");
    let place =
        setting.resolve(target, self_entity)?.place.ok_or_else(|| PositionError::EmptyRoute(name.clone()))?;
    let waypoint = Waypoint { position: target.clone(), strategy: RouteStrategy::Shortest };
    let route = Arc::new(Route { name, closed: Closed::Open, waypoints: vec![waypoint] });
    let stops = [(from, RouteStrategy::Shortest), (place, RouteStrategy::Shortest)];
    legs(&route, setting.roads, &stops, facing)
}

pub(super) fn plan_at(
    route: &Arc<Route>,
    setting: &Setting<'_>,
    self_entity: Option<usize>,
    depth: usize,
) -> Result<Planned, PositionError> {
    let mut stops: Vec<(RoadPlace, RouteStrategy)> = Vec::new();
    for waypoint in &route.waypoints {
        let located = setting.resolve_at(&waypoint.position, self_entity, depth)?;
        if let Some(place) = located.place {
            stops.push((place, waypoint.strategy));
        }
    }
    let first = *stops.first().ok_or_else(|| PositionError::EmptyRoute(route.name.clone()))?;
    match route.closed {
        Closed::Closed => stops.push(first),
        Closed::Open => {}
    }
    legs(route, setting.roads, &stops, setting.roads.driving_direction(first.0))
}

fn legs(
    route: &Arc<Route>,
    roads: &Roads,
    stops: &[(RoadPlace, RouteStrategy)],
    facing: i8,
) -> Result<Planned, PositionError> {
    let empty = || PositionError::EmptyRoute(route.name.clone());
    let (start, end) = (stops.first().ok_or_else(empty)?.0, stops.last().ok_or_else(empty)?.0);
    let mut list: Vec<(usize, i8)> = vec![(start.road, facing)];
    let mut length_m = 0.0;
    for (i, pair) in stops.windows(2).enumerate() {
        let &[(from, strategy), (to, _)] = pair else { continue };
        let direction = list.last().map_or(facing, |l| l.1);
        let leg = |direction: i8| roads.way(from, to, &[direction], LEG_M_MAX, strategy);
        // Turning around is the last resort, and in the middle of a route it is none.
        let turned = || if i == 0 { leg(-direction) } else { None };
        let Some(Way { length_m: leg_m, roads: passed, .. }) = leg(direction).or_else(turned) else {
            return Err(PositionError::NoWay { route: route.name.clone(), from: i + 1, to: i + 2 });
        };
        length_m += leg_m;
        if i == 0 {
            list.clear();
        } else {
            // The way point's road is there already.
            list.pop();
        }
        list.extend(passed);
    }
    Ok(Planned { state: RouteState { route: route.clone(), roads: list, at: 0 }, start, end, length_m })
}

/// Takes a route up again at a place: its present road is the first one on which the place lies. Off its roads
/// it begins anew, and leads on as soon as one of its roads is entered.
pub fn take_up(state: &mut RouteState, place: RoadPlace) {
    state.at = state.roads.iter().position(|(road, _)| *road == place.road).unwrap_or(0);
}

impl Planned {
    /// Road, s and direction of travel at a distance from the start; held to the route's roads.
    pub fn at(&self, roads: &Roads, path_s_m: f64) -> (usize, f64, i8) {
        let mut left_m = if path_s_m.is_finite() { path_s_m } else { 0.0 };
        let mut from_s_m = self.start.s_m;
        let mut found = (self.start.road, self.start.s_m, 1);
        for (i, &(road, direction)) in self.state.roads.iter().enumerate() {
            let length_m = roads.length_m(road);
            if i > 0 {
                from_s_m = if direction > 0 { 0.0 } else { length_m };
            }
            let room_m = if direction > 0 { length_m - from_s_m } else { from_s_m };
            found = (road, (from_s_m + f64::from(direction) * left_m).clamp(0.0, length_m), direction);
            if left_m <= room_m {
                break;
            }
            left_m -= room_m;
        }
        found
    }

    /// Distance of a place from the start along the route; `None` where its road is none of the route's.
    pub fn path_s_m(&self, roads: &Roads, place: RoadPlace) -> Option<f64> {
        let mut before_m = 0.0;
        let mut from_s_m = self.start.s_m;
        for (i, &(road, direction)) in self.state.roads.iter().enumerate() {
            let length_m = roads.length_m(road);
            if i > 0 {
                from_s_m = if direction > 0 { 0.0 } else { length_m };
            }
            if road == place.road {
                return Some(before_m + f64::from(direction) * (place.s_m - from_s_m));
            }
            before_m += if direction > 0 { length_m - from_s_m } else { from_s_m };
        }
        None
    }
}
