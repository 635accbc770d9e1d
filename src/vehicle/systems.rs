//! Systems of the vehicle domain: thin copies between components and the pure models.

use super::arbitration::arbitrate;
use super::contact;
use super::dynamics::{self, RoadInput, VehicleState};
use crate::base::math::{DVec2, sin_cos};
use crate::road::{LaneCoord, RoadNetwork};
use crate::scenario::{Action, Shape};
use crate::sim::participants::pose_at;
use crate::sim::{Clock, FiredActions, PhysicsStep, RunPlan, SimTick, TickSet};
use crate::state::automation::{AutomationState, DdtAllocation};
use crate::state::belief::MapPrior;
use crate::state::command::{AdsCommand, ControlCommand, DriverCommand, StopLamps};
use crate::state::pose::{Motion, Pose};
use crate::state::tire::{SurfaceState, TireParams, friction};
use crate::state::truth::{Ego, ExteriorLights, Presence, RoadSurface, TrueLane};
use crate::state::vehicle_spec::{Spec, VehicleSpec};
use crate::state::weather::Weather;
use bevy::prelude::*;
use std::sync::Arc;

/// Brake lights shine below this request, m/s² (chosen because engine braking shows no light).
const BRAKE_LIGHT_MPS2: f64 = -0.3;
/// Automatic low beam below this illuminance, lx (chosen because light sensors switch near 1000 lx).
const HEADLIGHT_LX: f64 = 1_000.0;

/// The ego's body: parameters and dynamic state.
#[derive(Component, Clone, Debug)]
pub struct VehicleBody {
    /// Parameters.
    pub spec: Arc<VehicleSpec>,
    /// State of the plane model.
    pub state: VehicleState,
    /// Tire part of the parameters.
    tire: TireParams,
    /// Last place on the lane graph, for the height of the surface while off it.
    last_lane: Option<LaneCoord>,
}

impl VehicleBody {
    /// A body at rest relative to its wheels at a pose.
    pub fn new(spec: Arc<VehicleSpec>, pose: &Pose, speed_mps: f64, lane: Option<LaneCoord>) -> Self {
        let state = VehicleState {
            x_m: pose.position_m.x,
            y_m: pose.position_m.y,
            heading_rad: pose.heading_rad,
            speed_mps,
            ..VehicleState::default()
        };
        Self { tire: TireParams::from(&*spec), spec, state, last_lane: lane }
    }

    /// Takes over a motion that something else decided (an impact).
    pub fn follow(&mut self, pose: &Pose, motion: &Motion) {
        let yaw_rate_radps = motion.yaw_rate_radps;
        self.state = VehicleState {
            x_m: pose.position_m.x,
            y_m: pose.position_m.y,
            heading_rad: pose.heading_rad,
            speed_mps: motion.speed_mps,
            lateral_speed_mps: motion.lateral_speed_mps + dynamics::cg_to_rear_m(&self.spec) * yaw_rate_radps,
            yaw_rate_radps,
            accel_mps2: motion.accel_mps2,
            lateral_accel_mps2: motion.lateral_accel_mps2,
            ..self.state
        };
    }
}

/// Adds the domain's systems.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, (place_ego, actuate).chain().in_set(TickSet::Actuate));
    app.add_systems(SimTick, move_ego.in_set(PhysicsStep::Move));
    app.add_systems(SimTick, contact::meet.in_set(PhysicsStep::Contact));
}

/// Gives the ego its body.
pub fn attach(world: &mut World) {
    let mut egos = world.query_filtered::<(Entity, &Spec, &Pose, &Motion, &TrueLane), With<Ego>>();
    let bodies: Vec<(Entity, VehicleBody)> = egos
        .iter(world)
        .map(|(entity, spec, pose, motion, lane)| {
            (entity, VehicleBody::new(spec.0.clone(), pose, motion.speed_mps, lane.0))
        })
        .collect();
    for (entity, body) in bodies {
        let mut entity = world.entity_mut(entity);
        entity.insert((body, ControlCommand::default()));
        entity.insert_if_new((DriverCommand::default(), AdsCommand::default()));
    }
    contact::attach(world);
    world.init_resource::<Weather>();
    world.init_resource::<RoadSurface>();
}

/// Teleports of the ego and speeds it gets at once.
fn place_ego(
    plan: Res<RunPlan>,
    fired: Res<FiredActions>,
    mut egos: Query<(&mut VehicleBody, &mut Pose, &mut TrueLane), With<Ego>>,
) {
    for action in &fired.this_tick {
        match action {
            Action::Teleport { entity, place } if entity == "ego" => {
                for (mut body, mut pose, mut lane) in &mut egos {
                    *pose = pose_at(&plan, *place);
                    lane.0 = Some(place.coord);
                    *body = VehicleBody::new(body.spec.clone(), &pose, body.state.speed_mps, lane.0);
                }
            }
            Action::Speed { entity, speed_mps, shape: Shape::Step, .. } if entity == "ego" => {
                for (mut body, ..) in &mut egos {
                    body.state = VehicleState {
                        speed_mps: *speed_mps,
                        lateral_speed_mps: 0.0,
                        yaw_rate_radps: 0.0,
                        actuated_mps2: 0.0,
                        accel_mps2: 0.0,
                        ..body.state
                    };
                }
            }
            _other_entities_and_domains => {}
        }
    }
}

/// Arbitration: what reaches the actuators.
fn actuate(
    mut egos: Query<
        (&VehicleBody, Option<&AutomationState>, &DriverCommand, &AdsCommand, &mut ControlCommand),
        With<Ego>,
    >,
) {
    for (body, automation, driver, ads, mut control) in &mut egos {
        let allocation = automation.map_or(DdtAllocation::DRIVER, |state| state.allocation);
        control.0 = arbitrate(&allocation, driver, ads, body.spec.has_manual_controls);
    }
}

/// Moves the ego from T to T + dt.
fn move_ego(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    prior: Option<Res<MapPrior>>,
    weather: Res<Weather>,
    surface: Res<RoadSurface>,
    mut egos: Query<
        (
            &mut VehicleBody,
            &ControlCommand,
            &mut Pose,
            &mut Motion,
            &mut TrueLane,
            &mut ExteriorLights,
            &Presence,
        ),
        With<Ego>,
    >,
) {
    for (mut body, control, mut pose, mut motion, mut lane, mut lights, presence) in &mut egos {
        if *presence != Presence::Present {
            continue;
        }
        let body = &mut *body;
        let road = road_input(body, &pose, &weather, &surface);
        body.state = dynamics::step(&body.spec, &body.state, &control.0, &road, clock.dt_s());
        let state = &body.state;
        *motion = Motion {
            speed_mps: state.speed_mps,
            lateral_speed_mps: dynamics::reference_lateral_mps(&body.spec, state),
            accel_mps2: state.accel_mps2,
            lateral_accel_mps2: state.lateral_accel_mps2,
            yaw_rate_radps: state.yaw_rate_radps,
        };
        let position_m = DVec2::new(state.x_m, state.y_m);
        let route = prior.as_deref().map(|prior| &prior.route);
        let tracked = body
            .last_lane
            .and_then(|last| plan.network.track_lane(last, position_m, state.heading_rad, route));
        lane.0 = tracked;
        body.last_lane = tracked.or(body.last_lane);
        set_pose(&mut pose, &plan.network, body.last_lane, position_m, body.state.heading_rad);
        let standing = body.state.speed_mps.abs() <= dynamics::STANDSTILL_MPS;
        *lights = ExteriorLights {
            indicator: control.0.indicator,
            braking: match control.0.stop_lamps {
                StopLamps::ByDeceleration => {
                    control.0.accel_mps2 < BRAKE_LIGHT_MPS2 || (standing && control.0.accel_mps2 <= 0.0)
                }
                StopLamps::On => true,
                StopLamps::Off => false,
            },
            hazard: control.0.hazard,
            headlights: weather.illuminance_lx < HEADLIGHT_LX
                || weather.rain_mmph > 0.0
                || weather.snow_mmph > 0.0,
        };
    }
}

/// Pose on the road surface.
fn set_pose(
    pose: &mut Pose,
    network: &RoadNetwork,
    near: Option<LaneCoord>,
    position_m: DVec2,
    heading_rad: f64,
) {
    let (z, pitch, roll) =
        near.map_or((pose.position_m.z, 0.0, 0.0), |near| network.surface_at(near, position_m, heading_rad));
    *pose = Pose { position_m: position_m.extend(z), heading_rad, pitch_rad: pitch, roll_rad: roll };
}

/// Friction, slope and wind at the vehicle.
fn road_input(body: &VehicleBody, pose: &Pose, weather: &Weather, surface: &RoadSurface) -> RoadInput {
    let speed_mps = body.state.speed_mps;
    let base = SurfaceState {
        water_film_mm: weather.water_film_mm,
        snow_depth_mm: weather.snow_depth_mm,
        ice_cover: weather.ice_cover,
    };
    let rear_m = DVec2::new(body.state.x_m, body.state.y_m);
    let (s, c) = sin_cos(body.state.heading_rad);
    let front_m = rear_m + DVec2::new(c, s) * body.spec.wheelbase_m;
    let mu_rear = friction(&body.tire, surface.at(base, rear_m), speed_mps);
    let mu_front = if surface.patches.is_empty() {
        mu_rear
    } else {
        friction(&body.tire, surface.at(base, front_m), speed_mps)
    };
    let (head_wind_mps, left_wind_mps) = if weather.wind_mps > 0.0 {
        let (ws, wc) = sin_cos(weather.wind_heading_rad - body.state.heading_rad);
        (-weather.wind_mps * wc, weather.wind_mps * ws)
    } else {
        (0.0, 0.0)
    };
    RoadInput {
        mu_front,
        mu_rear,
        grade_rad: pose.pitch_rad,
        bank_rad: pose.roll_rad,
        head_wind_mps,
        left_wind_mps,
    }
}
