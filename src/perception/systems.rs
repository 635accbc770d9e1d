//! Perception in the tick: drains frames, calls the models, writes the world model.

use super::fusion::{Fusion, FusionChoice, FusionContext, ObjectFrame};
use super::localization::{Localization, LocalizationParams};
use crate::base::math::{DVec2, DVec3};
use crate::base::rng;
use crate::base::time::SimTime;
use crate::base::units::DEG_RAD;
use crate::road::{LaneCoord, RoadNetwork, Route};
use crate::sim::{Clock, RunPlan, SimTick, TickSet};
use crate::state::belief::{MapPrior, WorldModel};
use crate::state::messages::EventLog;
use crate::state::pose::Pose;
use crate::state::sensor_data::{SensorBus, SensorContent, SensorFrame};
use crate::state::truth::Ego;
use bevy::prelude::*;

/// Survey error of the start pose, m: a parking place found with a differential receiver.
const START_SIGMA_M: f64 = 0.3;
/// Survey error of the start heading, rad.
const START_HEADING_SIGMA_RAD: f64 = 1.0 * DEG_RAD;
/// The lane camera looks at most this far to either side, m.
const LANE_MATCH_MAX_M: f64 = 6.0;

/// Everything perception remembers, on the ego.
#[derive(Component)]
pub struct Perception {
    /// Own pose.
    pub localization: Localization,
    /// Objects.
    pub fusion: Box<dyn Fusion>,
    lane: Option<LaneCoord>,
    z_m: f64,
}

impl Perception {
    /// From a surveyed start pose and the speed at hand-over.
    pub fn new(
        time: SimTime,
        position_m: DVec3,
        heading_rad: f64,
        speed_mps: f64,
        fusion: Box<dyn Fusion>,
    ) -> Self {
        let localization = Localization::new(
            LocalizationParams::default(),
            time,
            position_m.truncate(),
            START_SIGMA_M,
            heading_rad,
            START_HEADING_SIGMA_RAD,
            speed_mps,
        );
        Self { localization, fusion, lane: None, z_m: position_m.z }
    }

    /// One tick: takes in the frames that have become available and writes the world model.
    pub fn step(
        &mut self,
        now: SimTime,
        bus: Option<&mut SensorBus>,
        map: Option<(&RoadNetwork, &Route)>,
        model: &mut WorldModel,
        _log: &mut EventLog,
    ) {
        self.localization.predict(now);
        // An empty map has no lanes to match.
        let map = map.filter(|(network, _)| !network.lanes.is_empty());
        if let Some(bus) = bus {
            let ready = bus.in_flight.partition_point(|frame| frame.available_at <= now);
            for frame in &bus.in_flight[..ready] {
                self.locate(frame, map);
            }
            self.localization.finish_tick();
            self.place_ego(map, model);
            let WorldModel { tracks, ego, health, visibility_m, .. } = &mut *model;
            let context = FusionContext {
                now,
                odometry: self.localization.odometry(),
                world_from_odometry: self.localization.world_from_odometry(),
                ego,
                ego_z_m: self.z_m,
                suite: &bus.suite,
                health,
                precipitation: 0.0,
                visibility_m: *visibility_m,
                network: map.map(|(network, _)| network),
                route: map.map(|(_, route)| route),
            };
            for frame in &bus.in_flight[..ready] {
                if let SensorContent::Objects(detections) = &frame.content {
                    let frame =
                        ObjectFrame { sensor: frame.sensor, measured_at: frame.measured_at, detections };
                    self.fusion.observe(&context, &frame);
                }
            }
            self.fusion.output(&context, tracks);
            bus.pool.extend(bus.in_flight.drain(..ready));
        } else {
            self.localization.finish_tick();
            self.place_ego(map, model);
        }
        model.time = now;
    }

    /// The part of a frame that tells where the ego is.
    fn locate(&mut self, frame: &SensorFrame, map: Option<(&RoadNetwork, &Route)>) {
        let at = frame.measured_at;
        match &frame.content {
            SensorContent::Imu { accel_mps2, yaw_rate_radps, pitch_rad, .. } => {
                self.localization.imu(at, *accel_mps2, *yaw_rate_radps, *pitch_rad);
            }
            SensorContent::Odometry { speed_mps, steer_rad } => {
                self.localization.wheels(at, *speed_mps, *steer_rad);
            }
            SensorContent::Gnss { position_m, sigma_m } => {
                self.localization.fix(at, position_m.truncate(), *sigma_m);
            }
            SensorContent::Objects(_) => {}
        }
        if let (Some((offset_m, sigma_m)), Some((network, route)), Some(last)) =
            (frame.lane_offset_m, map, self.lane)
        {
            let pose = self.localization.pose_at(at);
            if let Some(place) = network.track_lane(last, pose.position_m, pose.heading_rad, Some(route))
                && place.offset_m.abs() < LANE_MATCH_MAX_M
            {
                let lane = network.lane_pose(place);
                self.localization.lane_offset(
                    offset_m,
                    sigma_m,
                    place.offset_m,
                    lane.pose.heading_rad,
                    lane.width_m,
                );
            }
        }
    }

    fn place_ego(&mut self, map: Option<(&RoadNetwork, &Route)>, model: &mut WorldModel) {
        let mut ego = self.localization.estimate();
        if let Some((network, route)) = map {
            self.lane = match self.lane {
                Some(last) => network.track_lane(last, ego.position_m, ego.heading_rad, Some(route)),
                None => network
                    .nearest_lane(at_height(ego.position_m, self.z_m), Some(ego.heading_rad))
                    .map(|near| near.coord),
            };
            if let Some(lane) = self.lane {
                self.z_m = network.lane_pose(lane).pose.position_m.z;
            }
        }
        ego.lane = self.lane;
        model.ego = ego;
        model.localized = self.localization.localized();
    }
}

fn at_height(position_m: DVec2, z_m: f64) -> DVec3 {
    DVec3::new(position_m.x, position_m.y, z_m)
}

fn perceive(
    clock: Res<Clock>,
    prior: Option<Res<MapPrior>>,
    mut log: ResMut<EventLog>,
    mut ego: Query<(&mut Perception, Option<&mut SensorBus>, &mut WorldModel), With<Ego>>,
) {
    let map = prior.as_ref().map(|prior| (prior.network.as_ref(), &prior.route));
    for (mut perception, bus, mut model) in &mut ego {
        perception.step(clock.time, bus.map(Mut::into_inner), map, &mut model, &mut log);
    }
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(SimTick, perceive.in_set(TickSet::Perceive));
}

pub(super) fn attach(world: &mut World) {
    let Some(plan) = world.get_resource::<RunPlan>() else { return };
    let mut noise = rng::stream(plan.seed, "ego", "localization_init");
    let speed_mps = plan.scenario.ego.as_ref().map_or(0.0, |ego| ego.speed_mps);
    let time = world.get_resource::<Clock>().map_or(SimTime::ZERO, |clock| clock.time);
    let make = world.get_resource::<FusionChoice>().copied().unwrap_or_default().0;
    let mut found = world.query_filtered::<(Entity, &Pose), With<Ego>>();
    let Some((entity, pose)) = found.iter(world).next().map(|(entity, pose)| (entity, *pose)) else {
        return;
    };
    let error = DVec3::new(rng::normal(&mut noise), rng::normal(&mut noise), 0.0) * START_SIGMA_M;
    let heading_rad = pose.heading_rad + START_HEADING_SIGMA_RAD * rng::normal(&mut noise);
    let perception = Perception::new(time, pose.position_m + error, heading_rad, speed_mps, make());
    let model = WorldModel {
        time,
        ego: perception.localization.estimate(),
        localized: perception.localization.localized(),
        visibility_m: f64::INFINITY,
        friction_scale: 1.0,
        ..WorldModel::default()
    };
    world.entity_mut(entity).insert((perception, model));
}
