//! The order of the init phase: who is placed relative to others comes after them.
//!
//! # Rules
//! Init actions all count from time 0, whatever their order in the file; a position relative to an entity
//! means where that entity is placed, and a relative speed the speed that it is given. So, keeping the file's
//! order otherwise:
//! - a teleport, and whatever else names a position relative to an entity, comes after that entity's teleports;
//! - a speed relative to an entity comes after that entity's speed actions;
//! - whatever acts on an entity's way comes after its own teleports that precede it in the file.
//!
//! Circles cannot be resolved; they keep the file's order.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3, "Init phase".

use crate::board::InitAction;
use crate::standard::{
    AlongLane, GlobalAction, LaneTarget, OffsetTarget, Position, PrivateAction, RoutePlace, SpeedTarget,
    StandardAction, Trajectory, TrajectoryShape,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

/// Deepest nesting of positions that is looked into.
const DEPTH_MAX: usize = super::position::POSITION_DEPTH_MAX;

/// What an init action needs and gives.
#[derive(Default)]
struct Needs {
    /// Entities whose place it asks for.
    places: Vec<Arc<str>>,
    /// Entities whose speed it asks for.
    speeds: Vec<Arc<str>>,
}

/// The actions in an order in which each finds what it asks for.
pub fn ordered(init: &[InitAction<StandardAction>]) -> Vec<InitAction<StandardAction>> {
    // An entity's last teleport and last speed: the ones before come before them.
    let (mut places, mut speeds) = (BTreeMap::new(), BTreeMap::new());
    for (i, action) in init.iter().enumerate() {
        if let Some(name) = placed(action) {
            places.insert(name.clone(), i);
        }
        if let Some(name) = action.entity.as_ref().filter(|_| gives_speed(action)) {
            speeds.insert(name.clone(), i);
        }
    }
    let mut waiting: Vec<usize> = vec![0; init.len()];
    let mut released: Vec<Vec<usize>> = vec![Vec::new(); init.len()];
    let mut own_before: BTreeMap<&Arc<str>, (Option<usize>, Option<usize>)> = BTreeMap::new();
    for (i, action) in init.iter().enumerate() {
        let asked = needs(&action.action);
        let mut first: Vec<usize> = Vec::new();
        let other = |name: &&Arc<str>| action.entity.as_ref() != Some(*name);
        first.extend(asked.places.iter().filter(other).filter_map(|name| places.get(name)));
        first.extend(asked.speeds.iter().filter(other).filter_map(|name| speeds.get(name)));
        if let Some(name) = action.entity.as_ref().or(placed(action)) {
            let (place, speed) = own_before.entry(name).or_default();
            let last = if gives_speed(action) { &mut *speed } else { &mut *place };
            first.extend(*last);
            if gives_speed(action) || placed(action).is_some() {
                *last = Some(i);
            }
        }
        for j in first.into_iter().filter(|j| *j != i) {
            waiting[i] += 1;
            released[j].push(i);
        }
    }
    let mut free: BinaryHeap<Reverse<usize>> =
        (0..init.len()).filter(|i| waiting[*i] == 0).map(Reverse).collect();
    let mut done = vec![false; init.len()];
    let mut order = Vec::with_capacity(init.len());
    let mut rest = 0;
    while order.len() < init.len() {
        let next = free.pop().map(|Reverse(i)| i).unwrap_or_else(|| {
            // A circle: the first that is left.
            while done[rest] {
                rest += 1;
            }
            rest
        });
        if std::mem::replace(&mut done[next], true) {
            continue;
        }
        order.push(init[next].clone());
        for &i in &released[next] {
            waiting[i] = waiting[i].saturating_sub(1);
            if waiting[i] == 0 {
                free.push(Reverse(i));
            }
        }
    }
    order
}

/// Whom an action places.
fn placed(action: &InitAction<StandardAction>) -> Option<&Arc<str>> {
    match &action.action {
        StandardAction::Private(PrivateAction::Teleport(_)) => action.entity.as_ref(),
        StandardAction::Global(GlobalAction::AddEntity(name, _)) => Some(name),
        StandardAction::Private(_) | StandardAction::Global(_) | StandardAction::UserDefined { .. } => None,
    }
}

fn gives_speed(action: &InitAction<StandardAction>) -> bool {
    matches!(
        action.action,
        StandardAction::Private(PrivateAction::Speed { .. } | PrivateAction::SpeedProfile { .. })
    )
}

fn needs(action: &StandardAction) -> Needs {
    let mut found = Needs::default();
    let places = &mut found.places;
    match action {
        StandardAction::Global(GlobalAction::AddEntity(_, position)) => references(position, 0, places),
        StandardAction::Private(action) => match action {
            PrivateAction::Teleport(position) | PrivateAction::AcquirePosition(position) => {
                references(position, 0, places);
            }
            PrivateAction::Speed { target: SpeedTarget::Relative { entity, .. }, .. } => {
                found.speeds.push(entity.clone());
            }
            PrivateAction::SpeedProfile { relative_to: Some(entity), .. } => {
                found.speeds.push(entity.clone())
            }
            PrivateAction::AssignRoute(route) => {
                for waypoint in &route.waypoints {
                    references(&waypoint.position, 0, places);
                }
            }
            PrivateAction::FollowTrajectory { trajectory, .. } => of_trajectory(trajectory, 0, places),
            PrivateAction::LongitudinalDistance { entity, .. }
            | PrivateAction::LateralDistance { entity, .. }
            | PrivateAction::LaneChange { target: LaneTarget::Relative(entity, _), .. }
            | PrivateAction::LaneOffset { target: OffsetTarget::Relative(entity, _), .. } => {
                places.push(entity.clone());
            }
            PrivateAction::Synchronize { master, master_target, target, .. } => {
                places.push(master.clone());
                references(master_target, 0, places);
                references(target, 0, places);
            }
            PrivateAction::Speed { target: SpeedTarget::Absolute(_), .. }
            | PrivateAction::SpeedProfile { relative_to: None, .. }
            | PrivateAction::LaneChange { target: LaneTarget::Absolute(_), .. }
            | PrivateAction::LaneOffset { target: OffsetTarget::Absolute(_), .. }
            | PrivateAction::Visibility { .. }
            | PrivateAction::RandomRoute
            | PrivateAction::AssignController { .. }
            | PrivateAction::ActivateController { .. }
            | PrivateAction::OverrideController(_)
            | PrivateAction::LightState { .. }
            | PrivateAction::Animation { .. }
            | PrivateAction::Trailer(_) => {}
        },
        StandardAction::Global(_) | StandardAction::UserDefined { .. } => {}
    }
    found
}

/// Entities to which a position is relative.
fn references(position: &Position, depth: usize, found: &mut Vec<Arc<str>>) {
    if depth >= DEPTH_MAX {
        return;
    }
    match position {
        Position::RelativeWorld { entity, .. }
        | Position::RelativeObject { entity, .. }
        | Position::RelativeRoad { entity, .. }
        | Position::RelativeLane { entity, along: AlongLane::Road(_) | AlongLane::Lane(_), .. } => {
            found.push(entity.clone());
        }
        Position::OnRoute { route, at, .. } => {
            match &**at {
                RoutePlace::OfEntity(entity) => found.push(entity.clone()),
                RoutePlace::RoadCoordinates { .. } | RoutePlace::LaneCoordinates { .. } => {}
            }
            for waypoint in &route.waypoints {
                references(&waypoint.position, depth + 1, found);
            }
        }
        Position::OnTrajectory { trajectory, .. } => of_trajectory(trajectory, depth + 1, found),
        Position::World { .. } | Position::Road { .. } | Position::Lane { .. } | Position::Geo { .. } => {}
    }
}

fn of_trajectory(trajectory: &Trajectory, depth: usize, found: &mut Vec<Arc<str>>) {
    match &trajectory.shape {
        TrajectoryShape::Polyline(vertices) => {
            for vertex in vertices {
                references(&vertex.position, depth, found);
            }
        }
        TrajectoryShape::Clothoid(clothoid) => references(&clothoid.start, depth, found),
        TrajectoryShape::ClothoidSpline { segments, .. } => {
            for start in segments.iter().filter_map(|s| s.start.as_ref()) {
                references(start, depth, found);
            }
        }
        TrajectoryShape::Nurbs { control_points, .. } => {
            for point in control_points {
                references(&point.position, depth, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Shape;
    use crate::standard::{Continuous, Dimension, Following, RelativeSpeedKind, TransitionDynamics};

    fn private(entity: &str, action: PrivateAction) -> InitAction<StandardAction> {
        InitAction { entity: Some(entity.into()), action: StandardAction::Private(action) }
    }

    fn beside(entity: &str, other: &str) -> InitAction<StandardAction> {
        let position =
            Position::RelativeObject { entity: other.into(), d_m: [1.0, 0.0, 0.0], orientation: None };
        private(entity, PrivateAction::Teleport(position))
    }

    fn fixed(entity: &str) -> InitAction<StandardAction> {
        let position =
            Position::Lane { road: "1".into(), lane: -1, s_m: 0.0, offset_m: 0.0, orientation: None };
        private(entity, PrivateAction::Teleport(position))
    }

    fn speed(entity: &str, target: SpeedTarget) -> InitAction<StandardAction> {
        let dynamics = TransitionDynamics {
            shape: Shape::Step,
            dimension: Dimension::Time,
            value: 0.0,
            following: Following::Position,
        };
        private(entity, PrivateAction::Speed { dynamics, target })
    }

    fn as_fast_as(entity: &str, other: &str) -> InitAction<StandardAction> {
        let target = SpeedTarget::Relative {
            entity: other.into(),
            value: 1.0,
            kind: RelativeSpeedKind::Factor,
            continuous: Continuous::No,
        };
        speed(entity, target)
    }

    fn check(init: Vec<InitAction<StandardAction>>, expect: &[usize]) {
        let found = ordered(&init);
        let order: Vec<usize> = found.iter().map(|a| init.iter().position(|b| a == b).unwrap()).collect();
        assert_eq!(order, expect);
    }

    #[test]
    fn references_come_first_and_the_rest_keeps_its_order() {
        check(vec![fixed("a"), speed("a", SpeedTarget::Absolute(1.0)), beside("b", "a")], &[0, 1, 2]);
        check(vec![beside("c", "b"), beside("b", "a"), fixed("a")], &[2, 1, 0]);
        check(
            vec![beside("b", "a"), as_fast_as("b", "a"), fixed("a"), speed("a", SpeedTarget::Absolute(1.0))],
            &[2, 0, 3, 1],
        );
        // What acts on the way waits for the entity's own place.
        let lane = private(
            "b",
            PrivateAction::AssignRoute(Arc::new(crate::standard::Route {
                name: String::new(),
                closed: crate::standard::Closed::Open,
                waypoints: Vec::new(),
            })),
        );
        check(vec![beside("b", "a"), lane, fixed("a")], &[2, 0, 1]);
    }

    #[test]
    fn circles_keep_the_order_of_the_file() {
        check(vec![beside("a", "b"), beside("b", "a")], &[0, 1]);
        check(vec![beside("a", "a"), fixed("b")], &[0, 1]);
    }
}
