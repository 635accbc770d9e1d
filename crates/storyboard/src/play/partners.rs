//! The hands for actions between two entities: distances, synchronizing, trailers; and reference points ahead of the
//! rear axle.
//!
//! Measures along the roads by [`super::distance`], lets [`super::keep`], [`super::synchronize`] and
//! [`super::trailer`] say what follows, and moves the entities.
//!
//! What it does not do: a towed entity has no actions of its own way; it stands where it is pulled.

use super::acting::Acting;
use super::distance::{Target, distance_m, velocity_mps, way_to};
use super::entity::{Entity, Located, Pose, Relative, RoadPlace};
use super::frame::wrap;
use super::keep::{LateralDistanceRuntime, LongitudinalDistanceRuntime};
use super::player::Carried;
use super::roads::{Along, JunctionChoice, Roads};
use super::synchronize::{Measured, SynchronizeRuntime};
use super::trailer::{Pulled, heading_by_rear_axle, on_axis, pull, straighten};
use super::work::Doing;
use crate::standard::{
    Continuous, CoordinateSystem, Displacement, DistanceKind, DynamicConstraints, Extents, FinalSpeed, Gap,
    Measure, Position, Routing, SteadyState, TrailerAction,
};
use glam::{DVec2, DVec3};

/// The property that moves an entity's reference point ahead of its rear axle, m (the yardstick's word).
pub(super) const AHEAD_PROPERTY: &str = "refpoint_x_offset";

/// A distance that is kept.
#[derive(Clone, Debug)]
pub struct Keeping<R> {
    runtime: R,
    other: usize,
    measure: Measure,
}

/// Two who arrive together.
#[derive(Clone, Debug)]
pub struct Synchronizing {
    runtime: SynchronizeRuntime,
    master: usize,
    target: Located,
    master_target: Located,
}

/// Where a heading at a point on the ground puts an entity: what the surface is there decides on the rest.
pub(super) fn grounded(roads: &Roads, hint: Option<RoadPlace>, at_m: DVec3, h_rad: f64) -> Located {
    let pose = Pose { position_m: at_m, h_rad, ..Pose::default() };
    let mut at = match hint {
        Some(hint) => roads.place_from(hint, pose),
        None => roads.place_of(pose),
    };
    if let Some(place) = at.place {
        let ground = roads.surface(place);
        let relative = Relative { h_rad: wrap(h_rad - ground.h_rad), ..Relative::default() };
        let level = roads.pose_of(place, relative);
        at.pose.position_m.z = ground.position_m.z;
        (at.pose.p_rad, at.pose.r_rad) = (level.p_rad, level.r_rad);
        at.relative = roads.relative_at(place, &at.pose);
    }
    at
}

fn measure(system: CoordinateSystem, kind: DistanceKind, extents: Extents) -> Measure {
    Measure { system, kind, extents, routing: Routing::Shortest }
}

/// Distance from an entity to a place along the roads; straight where there is no way or a trajectory leads.
fn way_m(entity: &Entity, to: &Located, roads: &Roads) -> f64 {
    let straight = || {
        let by = to.pose.position_m - entity.at.pose.position_m;
        libm::hypot(by.x, by.y)
    };
    if entity.trajectory.is_some() {
        return straight();
    }
    way_to(entity, to, roads, Routing::Shortest).map_or_else(straight, |(way, _)| way.length_m)
}

/// Constraints of an action within those of the body. Who has none in the action is exactly where it says.
fn within_body(limits: &DynamicConstraints, entity: &Entity) -> DynamicConstraints {
    let free = limits.accel_mps2_max.is_infinite() && limits.decel_mps2_max.is_infinite();
    if free {
        return *limits;
    }
    let least = |limit: f64, body: f64| if body > 0.0 { limit.min(body) } else { limit };
    DynamicConstraints {
        accel_mps2_max: least(limits.accel_mps2_max, entity.body.accel_mps2_max),
        decel_mps2_max: least(limits.decel_mps2_max, entity.body.decel_mps2_max),
        speed_mps_max: least(limits.speed_mps_max, entity.body.speed_mps_max),
        ..*limits
    }
}

/// Speed along the road, m/s, signed as the speed.
fn road_speed_mps(entity: &Entity) -> f64 {
    let share = if entity.at.place.is_some() { libm::cos(entity.at.relative.h_rad).abs() } else { 1.0 };
    entity.speed_mps * share
}

impl Acting<'_> {
    fn measured_m(&self, actor: usize, other: usize, measure: Measure) -> Option<f64> {
        let entities = &self.scene.entities;
        distance_m(&entities[actor], Target::Entity(&entities[other]), measure, &self.scene.roads, None)
    }

    /// Distance as if the actor looked along its lane: that it turns on its way across is no reason to stop short.
    fn measured_straight_m(&self, actor: usize, other: usize, measure: Measure) -> Option<f64> {
        let (roads, entities) = (&self.scene.roads, &self.scene.entities);
        let mut own = entities[actor].clone();
        if let Some(place) = own.at.place {
            let forward = Roads::faces_rising_s(own.at.relative.h_rad);
            let h_rad = if forward { 0.0 } else { std::f64::consts::PI };
            own.at = roads.located(place, Relative { h_rad, ..own.at.relative });
        }
        distance_m(&own, Target::Entity(&entities[other]), measure, roads, None)
    }

    /// Starts to keep a longitudinal distance.
    pub(super) fn start_longitudinal(
        &mut self,
        actor: usize,
        other: &str,
        gap: Option<Gap>,
        displacement: Displacement,
        extents: Extents,
        system: CoordinateSystem,
        continuous: Continuous,
        constraints: Option<DynamicConstraints>,
    ) -> Doing {
        let measure = measure(system, DistanceKind::Longitudinal, extents);
        let Some(other) = self.scene.index_of(other) else { return Doing::Nothing };
        let Some(measured_m) = self.measured_m(actor, other, measure) else {
            return self.no_distance(actor, other);
        };
        let constraints = constraints.map(|limits| within_body(&limits, &self.scene.entities[actor]));
        let runtime =
            LongitudinalDistanceRuntime::start(gap, displacement, continuous, constraints, measured_m);
        Doing::Longitudinal(Keeping { runtime, other, measure })
    }

    /// Starts to keep a lateral distance.
    pub(super) fn start_lateral(
        &mut self,
        actor: usize,
        other: &str,
        distance_m: Option<f64>,
        displacement: Displacement,
        extents: Extents,
        system: CoordinateSystem,
        continuous: Continuous,
        constraints: Option<DynamicConstraints>,
    ) -> Doing {
        let measure = measure(system, DistanceKind::Lateral, extents);
        let Some(other) = self.scene.index_of(other) else { return Doing::Nothing };
        let Some(measured_m) = self.measured_m(actor, other, measure) else {
            return self.no_distance(actor, other);
        };
        let runtime =
            LateralDistanceRuntime::start(distance_m, displacement, continuous, constraints, measured_m);
        Doing::Beside(Keeping { runtime, other, measure })
    }

    fn no_distance(&mut self, actor: usize, other: usize) -> Doing {
        let name = |ix: usize| self.scene.entities[ix].name.clone();
        self.trouble(format!("`{}` has no distance to `{}` to keep", name(actor), name(other)));
        Doing::Nothing
    }

    /// One step of a longitudinal distance; whether it is over.
    pub(super) fn step_longitudinal(
        &mut self,
        actor: usize,
        keeping: &mut Keeping<LongitudinalDistanceRuntime>,
    ) -> bool {
        let Some(measured_m) = self.measured_m(actor, keeping.other, keeping.measure) else { return true };
        let (own_mps, other_mps) =
            (self.scene.entities[actor].speed_mps, self.scene.entities[keeping.other].speed_mps);
        let step = keeping.runtime.step(own_mps, other_mps, measured_m, self.scene.dt_s);
        self.shift_along(actor, step.shift_m);
        self.scene.entities[actor].speed_mps = step.speed_mps;
        step.done
    }

    /// Moves an entity along its road at once, forward as it faces.
    fn shift_along(&mut self, actor: usize, shift_m: f64) {
        if shift_m == 0.0 {
            return;
        }
        let roads = &self.scene.roads;
        let entity = &mut self.scene.entities[actor];
        let Some(place) = entity.at.place else {
            entity.at.pose.position_m += entity.at.pose.matrix().x_axis * shift_m;
            return;
        };
        let ds_m = if Roads::faces_rising_s(entity.at.relative.h_rad) { shift_m } else { -shift_m };
        let mut route = entity.route.take();
        let choice = JunctionChoice::Straightest;
        let moved = roads.move_along(place, entity.at.relative, ds_m, Along::OwnStep, choice, route.as_mut());
        entity.route = route;
        entity.at = roads.located(moved.at, moved.relative);
    }

    /// One step of a lateral distance; whether it is over.
    pub(super) fn step_lateral(
        &mut self,
        actor: usize,
        keeping: &mut Keeping<LateralDistanceRuntime>,
    ) -> bool {
        let Some(measured_m) = self.measured_straight_m(actor, keeping.other, keeping.measure) else {
            return true;
        };
        let left = self.scene.entities[actor].at.pose.matrix().y_axis;
        let other_mps = velocity_mps(&self.scene.entities[keeping.other]).dot(left);
        let step = keeping.runtime.step(other_mps, measured_m, self.scene.dt_s);
        let roads = &self.scene.roads;
        let entity = &mut self.scene.entities[actor];
        match entity.at.place {
            Some(place) => {
                let forward = Roads::faces_rising_s(entity.at.relative.h_rad);
                let dt_m = if forward { step.shift_m } else { -step.shift_m };
                if let Some(beside) = roads.locate_road(place.road, place.s_m, place.t_m + dt_m) {
                    let share = step.speed_mps / entity.speed_mps.abs().max(f64::MIN_POSITIVE);
                    if share.abs() < 1.0 && !keeping.runtime.jumps() {
                        // It turns as it goes across, and what goes across does not go along.
                        let angle = libm::asin(if entity.speed_mps < 0.0 { -share } else { share });
                        entity.at.relative.h_rad = if forward { angle } else { std::f64::consts::PI + angle };
                        entity.at = roads.located(beside, entity.at.relative);
                        self.carried[actor] = Carried::Yes;
                        self.scene.go_on(actor, libm::cos(self.scene.entities[actor].at.relative.h_rad));
                    } else {
                        // A jump does not turn it.
                        entity.at = roads.located(beside, entity.at.relative);
                    }
                }
            }
            None => entity.at.pose.position_m += left * step.shift_m,
        }
        step.done
    }

    /// Starts to arrive together with a master.
    pub(super) fn start_synchronizing(
        &mut self,
        actor: usize,
        master: &str,
        places: (&Position, &Position),
        final_speed: Option<&FinalSpeed>,
        steady_state: Option<SteadyState>,
        tolerances_m: (f64, f64),
    ) -> Doing {
        let Some(master) = self.scene.index_of(master) else { return Doing::Nothing };
        let resolved = {
            let setting = self.setting();
            let place = |position: &Position, of: usize| setting.resolve(position, Some(of));
            place(places.0, master).and_then(|master_target| Ok((master_target, place(places.1, actor)?)))
        };
        match resolved {
            Ok((master_target, target)) => {
                let (master_m, own_m) = tolerances_m;
                let runtime = SynchronizeRuntime::start(final_speed, steady_state, master_m, own_m);
                Doing::Synchronize(Box::new(Synchronizing { runtime, master, target, master_target }))
            }
            Err(error) => {
                let name = self.scene.entities[actor].name.clone();
                self.trouble(format!("`{name}` cannot synchronize: {error}"));
                Doing::Nothing
            }
        }
    }

    /// One step of synchronizing; whether it is over.
    pub(super) fn step_synchronizing(&mut self, actor: usize, work: &mut Synchronizing) -> bool {
        let roads = &self.scene.roads;
        let (own, master) = (&self.scene.entities[actor], &self.scene.entities[work.master]);
        let now = Measured {
            own_mps: road_speed_mps(own),
            own_m: way_m(own, &work.target, roads),
            master_mps: road_speed_mps(master),
            master_m: way_m(master, &work.master_target, roads),
        };
        let master_mps = master.speed_mps;
        let step = work.runtime.step(&now, master_mps, self.scene.dt_s);
        self.scene.entities[actor].speed_mps = step.speed_mps;
        step.done
    }

    /// Connects or disconnects a trailer.
    pub(super) fn hitch(&mut self, actor: usize, action: &TrailerAction) {
        match action {
            TrailerAction::Connect(name) => {
                let Some(trailer) = self.scene.index_of(name).filter(|trailer| *trailer != actor) else {
                    return;
                };
                // A trailer hangs on one vehicle.
                for held in self.towing.iter_mut() {
                    if *held == Some(trailer) {
                        *held = None;
                    }
                }
                self.towing[actor] = Some(trailer);
            }
            TrailerAction::Disconnect => match self.towing[actor].take() {
                Some(trailer) => {
                    // It stays where it is.
                    self.scene.entities[trailer].speed_mps = 0.0;
                    self.carried[trailer] = Carried::Yes;
                }
                None => {
                    let name = self.scene.entities[actor].name.clone();
                    self.trouble(format!("`{name}` has no trailer to disconnect"));
                }
            },
        }
    }
}

/// How a trailer follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Towing {
    /// Pulled: its axle goes towards the hitch.
    Pulled,
    /// Straight behind, after its vehicle was put somewhere.
    Straight,
}

/// Moves the trailer of a vehicle after it.
pub(super) fn tow(roads: &Roads, entities: &mut [Entity], vehicle: usize, trailer: usize, how: Towing) {
    let (front, rear) = (&entities[vehicle], &entities[trailer]);
    // Without a hitch or a coupler: bumper to bumper.
    let hitch_m = front.body.hitch_m.unwrap_or(front.body.center_m.x - front.body.size_m.x / 2.0);
    let coupler_m = rear.body.coupler_m.unwrap_or(rear.body.center_m.x + rear.body.size_m.x / 2.0);
    let hitch = on_axis(front.at.pose.position_m.truncate(), front.at.pose.h_rad, hitch_m);
    let pulled = match how {
        Towing::Pulled => {
            let before = Pulled { axle_m: rear.at.pose.position_m.truncate(), h_rad: rear.at.pose.h_rad };
            pull(before, hitch, coupler_m)
        }
        Towing::Straight => straighten(hitch, front.at.pose.h_rad, coupler_m),
    };
    let at = grounded(roads, front.at.place, pulled.axle_m.extend(front.at.pose.position_m.z), pulled.h_rad);
    let speed_mps = front.speed_mps;
    entities[trailer].at = at;
    entities[trailer].speed_mps = speed_mps;
}

/// Turns a vehicle whose reference point lies ahead of its rear axle, after that point has moved.
pub(super) fn turn_by_rear_axle(roads: &Roads, entity: &mut Entity, before: (DVec2, f64), ahead_m: f64) {
    let now_m = entity.at.pose.position_m;
    let h_rad = heading_by_rear_axle(before.0, before.1, now_m.truncate(), ahead_m);
    entity.at = grounded(roads, entity.at.place, now_m, h_rad);
}
