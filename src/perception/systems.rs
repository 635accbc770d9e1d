//! Perception in the tick: drains frames, calls the models, writes the world model.

use super::fusion::{FrameReport, Fusion, FusionChoice, FusionContext, ObjectFrame};
use super::health::HealthMonitor;
use super::localization::{Localization, LocalizationParams, Verdict};
use super::map_check::MapCheck;
use super::movement::MovementWatch;
use super::signal_filter::{FaceFilter, SignalFilter};
use super::weather_estimate::WeatherEstimate;
use crate::base::ids::SignalIx;
use crate::base::math::{DVec2, DVec3};
use crate::base::rng;
use crate::base::time::SimTime;
use crate::base::units::DEG_RAD;
use crate::road::{LaneCoord, RoadNetwork, Route};
use crate::sim::{Clock, RunPlan, SimTick, TickSet};
use crate::state::belief::{Localized, MapPrior, WorldModel};
use crate::state::messages::EventLog;
use crate::state::pose::Pose;
use crate::state::sensor_data::{SensorBus, SensorContent, SensorFrame};
use crate::state::truth::Ego;
use crate::state::weather::Weather;
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
    signals: SignalFilter,
    movements: MovementWatch,
    health: HealthMonitor,
    weather: WeatherEstimate,
    map_check: MapCheck,
    precipitation: f64,
    lane: Option<LaneCoord>,
    z_m: f64,
}

/// What perception knows besides the frames.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Map prior and route.
    pub map: Option<(&'a RoadNetwork, &'a Route)>,
    /// Faces that the prior does not know.
    pub unknown_faces: &'a [SignalIx],
    /// Outside thermometer, °C.
    pub temperature_c: f64,
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
        Self {
            localization,
            fusion,
            signals: SignalFilter::default(),
            movements: MovementWatch::default(),
            health: HealthMonitor::default(),
            weather: WeatherEstimate::default(),
            map_check: MapCheck::default(),
            precipitation: 0.0,
            lane: None,
            z_m: position_m.z,
        }
    }

    /// One tick: takes in the frames that have become available and writes the world model.
    pub fn step(
        &mut self,
        now: SimTime,
        bus: Option<&mut SensorBus>,
        around: &Surroundings,
        model: &mut WorldModel,
        log: &mut EventLog,
    ) {
        let dt_s = now.since_s(model.time).max(0.0);
        model.time = now;
        self.localization.predict(now);
        // An empty map has no lanes to match.
        let map = around.map.filter(|(network, _)| !network.lanes.is_empty());
        let Some(bus) = bus else {
            self.localization.finish_tick();
            self.place_ego(map, model);
            return;
        };
        let ready = bus.in_flight.partition_point(|frame| frame.available_at <= now);
        for frame in &bus.in_flight[..ready] {
            self.locate(frame, map);
            self.weather.note(frame);
            if !frame.lights.is_empty() {
                self.signals.read(frame.measured_at, &frame.lights, |face| {
                    map.and_then(|(network, _)| network.signals.get(face.ix()))
                });
            }
        }
        self.localization.finish_tick();
        self.place_ego(map, model);
        self.health.fit(&bus.suite, now, &mut model.health);
        self.fuse(now, bus, ready, map, model);
        self.health.judge(now, dt_s, &bus.suite, &mut model.health, log);
        bus.pool.extend(bus.in_flight.drain(..ready));
        self.believe_weather(now, dt_s, around.temperature_c, model);
        self.believe_signals(now, map, around.unknown_faces, model);
        if let Some((network, _)) = map {
            self.map_check.judge(network, &model.ego, &model.tracks, &mut model.mismatches, log);
        }
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
        let (Some((offset_m, sigma_m)), Some((network, route)), Some(last)) =
            (frame.lane_offset_m, map, self.lane)
        else {
            return;
        };
        let pose = self.localization.pose_at(at);
        let Some(place) = network.track_lane(last, pose.position_m, pose.heading_rad, Some(route)) else {
            return;
        };
        if place.offset_m.abs() > LANE_MATCH_MAX_M {
            return;
        }
        let lane = network.lane_pose(place);
        let verdict = self.localization.lane_offset(
            offset_m,
            sigma_m,
            place.offset_m,
            lane.pose.heading_rad,
            lane.width_m,
        );
        let sure = self.localization.localized() == Localized::Yes;
        self.map_check.note_marks(!sure || matches!(verdict, Verdict::Used(_)));
    }

    /// Object frames through the fusion, their reports to the health monitor, tracks out.
    fn fuse(
        &mut self,
        now: SimTime,
        bus: &SensorBus,
        ready: usize,
        map: Option<(&RoadNetwork, &Route)>,
        model: &mut WorldModel,
    ) {
        let context = FusionContext {
            now,
            odometry: self.localization.odometry(),
            world_from_odometry: self.localization.world_from_odometry(),
            ego: &model.ego,
            ego_z_m: self.z_m,
            suite: &bus.suite,
            health: &model.health,
            precipitation: self.precipitation,
            visibility_m: model.visibility_m,
            network: map.map(|(network, _)| network),
            route: map.map(|(_, route)| route),
        };
        for frame in &bus.in_flight[..ready] {
            let report = match &frame.content {
                SensorContent::Objects(detections) => self.fusion.observe(
                    &context,
                    &ObjectFrame { sensor: frame.sensor, measured_at: frame.measured_at, detections },
                ),
                SensorContent::Gnss { .. } | SensorContent::Imu { .. } | SensorContent::Odometry { .. } => {
                    FrameReport::default()
                }
            };
            if let Some(info) = bus.suite.get(frame.sensor.ix()) {
                self.health.note(frame, info, &report, model.ego.speed_mps);
            }
        }
        self.fusion.output(&context, &mut model.tracks);
    }

    fn believe_weather(&mut self, now: SimTime, dt_s: f64, temperature_c: f64, model: &mut WorldModel) {
        let ego = &model.ego;
        self.weather.note_slip(now, self.localization.slip_mps(), ego.speed_mps, ego.accel_mps2);
        let belief = self.weather.judge(now, dt_s, temperature_c);
        model.weather = belief.weather;
        model.visibility_m = belief.visibility_m;
        model.friction_scale = belief.friction_scale;
        self.precipitation = belief.precipitation;
    }

    fn believe_signals(
        &mut self,
        now: SimTime,
        map: Option<(&RoadNetwork, &Route)>,
        unknown_faces: &[SignalIx],
        model: &mut WorldModel,
    ) {
        self.signals.forget(now);
        model.signals.clear();
        model.signals.extend(self.signals.faces.iter().map(FaceFilter::belief));
        if let Some((network, route)) = map {
            let place = model.ego.position_m;
            let out = &mut model.movements;
            self.movements.list(network, route, unknown_faces, self.lane, place, &self.signals, now, out);
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
    weather: Option<Res<Weather>>,
    mut log: ResMut<EventLog>,
    mut ego: Query<(&mut Perception, Option<&mut SensorBus>, &mut WorldModel), With<Ego>>,
) {
    let around = Surroundings {
        map: prior.as_ref().map(|prior| (prior.network.as_ref(), &prior.route)),
        unknown_faces: prior.as_ref().map_or(&[], |prior| &prior.unknown_faces),
        temperature_c: thermometer_c(weather.as_deref()),
    };
    for (mut perception, bus, mut model) in &mut ego {
        perception.step(clock.time, bus.map(Mut::into_inner), &around, &mut model, &mut log);
    }
}

/// The car's outside thermometer: the air to the nearest half degree, as dashboards show it. No other
/// field of the true weather reaches perception.
fn thermometer_c(weather: Option<&Weather>) -> f64 {
    let air_c = weather.map_or(Weather::default().temperature_c, |weather| weather.temperature_c);
    (2.0 * air_c).round() * 0.5
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::belief::EgoEstimate;

    #[test]
    fn the_system_runs_in_the_tick_and_takes_the_frames_that_are_due() {
        let mut app = App::new();
        crate::sim::tick::plugin(&mut app);
        plugin(&mut app);
        app.insert_resource(Clock::new(20_000_000));
        app.insert_resource(EventLog::default());
        app.insert_resource(Weather { temperature_c: -3.26, ..Weather::default() });
        let frame = |available_ns, speed_mps| SensorFrame {
            sensor: crate::base::ids::SensorIx(0),
            kind: crate::state::sensor_data::SensorKind::Odometry,
            measured_at: SimTime(80_000_000),
            available_at: SimTime(available_ns),
            content: SensorContent::Odometry { speed_mps, steer_rad: 0.1 },
            lights: vec![],
            lane_offset_m: None,
            precipitation_level: None,
            visibility_m: None,
            illuminance_lx: None,
        };
        let bus = SensorBus {
            in_flight: vec![frame(90_000_000, 10.2), frame(120_000_000, 3.0)],
            ..SensorBus::default()
        };
        let fusion = FusionChoice::default().0();
        let perception = Perception::new(SimTime::ZERO, DVec3::ZERO, 0.0, 10.0, fusion);
        let ego = app.world_mut().spawn((Ego, bus, perception, WorldModel::default())).id();
        for _ in 0..6 {
            app.world_mut().run_schedule(SimTick);
        }
        let model = app.world().get::<WorldModel>(ego).expect("written");
        assert_eq!(model.time, SimTime(100_000_000));
        assert_eq!(model.weather.temperature_c, -3.5);
        let EgoEstimate { position_m, speed_mps, steer_rad, .. } = model.ego;
        assert!((position_m.x - 1.0).abs() < 0.1 && speed_mps > 10.05 && steer_rad == 0.1, "{:?}", model.ego);
        let bus = app.world().get::<SensorBus>(ego).expect("there");
        assert_eq!((bus.in_flight.len(), bus.pool.len()), (1, 1));
    }
}
