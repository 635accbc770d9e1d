//! A made-up street for tests: a suite, moving boxes and the frames an honest suite would deliver.

use crate::base::ids::SensorIx;
use crate::base::math::{self, DVec2, DVec3};
use crate::base::rng::{self, ChaCha8Rng};
use crate::base::time::SimTime;
use crate::perception::dead_reckoning::Planar;
use crate::perception::{Perception, Surroundings};
use crate::state::belief::{Track, TrackStatus, WorldModel};
use crate::state::messages::EventLog;
use crate::state::object::ObjectClass;
use crate::state::sensor_data::{
    Detection, LightDetection, SensorBus, SensorContent, SensorFrame, SensorInfo, SensorKind,
};

pub const TICK_NS: u64 = 20_000_000;
pub const CAMERA: usize = 0;
pub const LIDAR: usize = 1;
pub const RADAR: usize = 2;

#[derive(Clone, Copy, Debug)]
pub struct Thing {
    pub class: ObjectClass,
    pub start_m: DVec2,
    pub velocity_mps: DVec2,
    pub size_m: DVec2,
}

impl Thing {
    pub fn car(x: f64, y: f64, vx: f64, vy: f64) -> Self {
        Self {
            class: ObjectClass::Car,
            start_m: DVec2::new(x, y),
            velocity_mps: DVec2::new(vx, vy),
            size_m: DVec2::new(4.6, 1.85),
        }
    }
    pub fn walker(x: f64, y: f64, vx: f64, vy: f64) -> Self {
        Self { class: ObjectClass::Pedestrian, size_m: DVec2::new(0.5, 0.5), ..Self::car(x, y, vx, vy) }
    }
    pub fn at(&self, time_s: f64) -> DVec2 {
        self.start_m + self.velocity_mps * time_s
    }
    pub fn heading(&self) -> f64 {
        if self.velocity_mps.length() > 0.1 {
            math::atan2(self.velocity_mps.y, self.velocity_mps.x)
        } else {
            0.0
        }
    }
}

pub fn suite() -> Vec<SensorInfo> {
    let info = |name: &str, kind, fov_deg: f64, range_max_m, period_s, latency_s| SensorInfo {
        name: name.to_owned(),
        kind,
        mount_m: DVec3::new(1.5, 0.0, 1.5),
        mount_yaw_rad: 0.0,
        fov_rad: fov_deg.to_radians(),
        range_max_m,
        period_s,
        latency_s,
    };
    vec![
        info("camera", SensorKind::Camera, 110.0, 150.0, 0.1, 0.10),
        info("lidar", SensorKind::Lidar, 360.0, 120.0, 0.1, 0.06),
        info("radar", SensorKind::Radar, 90.0, 200.0, 0.06, 0.04),
        info("gnss", SensorKind::Gnss, 0.0, 0.0, 0.2, 0.10),
        info("imu", SensorKind::Imu, 0.0, 0.0, 0.02, 0.0),
        info("wheels", SensorKind::Odometry, 0.0, 0.0, 0.02, 0.0),
    ]
}

/// The street with a run of perception on it.
pub struct Street {
    pub things: Vec<Thing>,
    pub ego_speed_mps: f64,
    pub ego_yaw_rate_radps: f64,
    pub dead: Vec<usize>,
    /// Sensors that run and see nothing.
    pub blind: Vec<usize>,
    /// Sensors that repeat their last frame.
    pub frozen: Vec<usize>,
    /// A sensor turned from its calibration.
    pub misaligned_rad: Option<(usize, f64)>,
    last: Vec<Option<SensorFrame>>,
    pub miss: f64,
    pub lights: Vec<LightDetection>,
    pub precipitation: Option<f64>,
    pub visibility_m: Option<f64>,
    /// Extra detections: `(sensor, probability per frame, detection)`.
    pub ghosts: Vec<(usize, f64, Detection)>,
    pub bus: SensorBus,
    pub perception: Perception,
    pub model: WorldModel,
    pub log: EventLog,
    pub tick: u64,
    rng: ChaCha8Rng,
}

impl Street {
    pub fn new(seed: u64, ego_speed_mps: f64, things: Vec<Thing>) -> Self {
        let fusion = super::FusionChoice::default().0();
        Self {
            things,
            ego_speed_mps,
            ego_yaw_rate_radps: 0.0,
            dead: vec![],
            blind: vec![],
            frozen: vec![],
            misaligned_rad: None,
            last: vec![None; 6],
            miss: 0.05,
            lights: vec![],
            precipitation: None,
            visibility_m: None,
            ghosts: vec![],
            bus: SensorBus { suite: suite(), ..SensorBus::default() },
            perception: Perception::new(SimTime::ZERO, DVec3::ZERO, 0.0, ego_speed_mps, fusion),
            model: WorldModel { visibility_m: f64::INFINITY, friction_scale: 1.0, ..WorldModel::default() },
            log: EventLog::default(),
            tick: 0,
            rng: rng::stream(seed, "street", "test"),
        }
    }
    pub fn now(&self) -> SimTime {
        SimTime(self.tick * TICK_NS)
    }
    pub fn ego_at(&self, time_s: f64) -> Planar {
        let half = 0.5 * self.ego_yaw_rate_radps * time_s;
        let chord = self.ego_speed_mps * time_s * crate::perception::motion::sinc(half);
        Planar::new(math::unit(half) * chord, 2.0 * half)
    }
    pub fn run_s(&mut self, seconds: f64) {
        for _ in 0..(seconds / (TICK_NS as f64 * 1e-9)).round() as u64 {
            self.step();
        }
    }
    pub fn step(&mut self) {
        self.tick += 1;
        let now = self.now();
        for ix in 0..self.bus.suite.len() {
            let every = (self.bus.suite[ix].period_s * 1e9) as u64 / TICK_NS;
            if self.tick.is_multiple_of(every.max(1)) && !self.dead.contains(&ix) {
                if self.frozen.contains(&ix)
                    && let Some(mut frame) = self.last[ix].clone()
                {
                    frame.measured_at = now;
                    frame.available_at = SimTime::from_s(now.s() + self.bus.suite[ix].latency_s);
                    self.bus.in_flight.push(frame);
                    continue;
                }
                self.sample(ix);
                self.last[ix] = self.bus.in_flight.last().cloned();
            }
        }
        self.bus.in_flight.sort_by_key(|frame| (frame.available_at, frame.sensor));
        let surroundings = Surroundings { map: None, unknown_faces: &[], temperature_c: 15.0 };
        self.perception.step(now, Some(&mut self.bus), &surroundings, &mut self.model, &mut self.log);
    }
    fn sample(&mut self, ix: usize) {
        let now = self.now();
        let info = &self.bus.suite[ix];
        let (kind, latency_s, range_max_m) = (info.kind, info.latency_s, info.range_max_m);
        let half_fov = 0.5 * info.fov_rad;
        let ego = self.ego_at(now.s());
        let (v, w) = (self.ego_speed_mps, self.ego_yaw_rate_radps);
        let mount = info.mount_m.truncate();
        let mut frame = self.bus.pool.pop().unwrap_or_else(|| SensorFrame {
            sensor: SensorIx(0),
            kind,
            measured_at: now,
            available_at: now,
            content: SensorContent::Objects(Vec::with_capacity(64)),
            lights: Vec::with_capacity(16),
            lane_offset_m: None,
            precipitation_level: None,
            visibility_m: None,
            illuminance_lx: None,
        });
        frame.sensor = SensorIx(ix as u8);
        frame.kind = kind;
        frame.measured_at = now;
        frame.available_at = SimTime::from_s(now.s() + latency_s);
        frame.lights.clear();
        if kind == SensorKind::Camera {
            frame.lights.extend_from_slice(&self.lights);
        }
        let sees = matches!(kind, SensorKind::Camera | SensorKind::Lidar);
        frame.precipitation_level = self.precipitation.filter(|_| sees);
        frame.visibility_m = self.visibility_m.filter(|_| sees);
        frame.illuminance_lx = (kind == SensorKind::Camera).then_some(20_000.0);
        let rng = &mut self.rng;
        frame.content = match kind {
            SensorKind::Gnss => {
                let error = DVec3::new(rng::normal(rng), rng::normal(rng), 0.0) * 0.5;
                SensorContent::Gnss { position_m: ego.position_m.extend(0.0) + error, sigma_m: 0.5 }
            }
            SensorKind::Imu => SensorContent::Imu {
                accel_mps2: 0.05 * rng::normal(rng),
                lateral_accel_mps2: v * w,
                yaw_rate_radps: w + 0.003 * rng::normal(rng),
                pitch_rad: 0.0,
            },
            SensorKind::Odometry => {
                SensorContent::Odometry { speed_mps: v + 0.03 * rng::normal(rng), steer_rad: 0.0 }
            }
            SensorKind::Camera | SensorKind::Lidar | SensorKind::Radar => {
                let mut list = match frame.content {
                    SensorContent::Objects(list) => list,
                    _ => Vec::with_capacity(64),
                };
                list.clear();
                for thing in &self.things {
                    let center = thing.at(now.s());
                    let local = ego.local(center);
                    let sight = local - mount;
                    let range = sight.length();
                    if range > range_max_m || math::atan2(sight.y, sight.x).abs() > half_fov {
                        continue;
                    }
                    if rng::uniform(rng) < self.miss || self.blind.contains(&ix) {
                        continue;
                    }
                    let u = sight / range;
                    let (range_sigma_m, cross_sigma_m) = match kind {
                        SensorKind::Camera => (0.03 * range + 0.1, 0.004 * range + 0.05),
                        SensorKind::Lidar => (0.08, 0.08),
                        _ => (0.2, 0.01 * range + 0.1),
                    };
                    let noise = u * (range_sigma_m * rng::normal(rng))
                        + u.perp() * (cross_sigma_m * rng::normal(rng));
                    let heading_in_ego = thing.heading() - ego.heading_rad;
                    let radar = kind == SensorKind::Radar;
                    let forward = math::unit(heading_in_ego);
                    let depth = 0.5
                        * (thing.size_m.x * u.dot(forward).abs()
                            + thing.size_m.y * u.perp_dot(forward).abs());
                    let sensor_velocity = DVec2::new(v - w * mount.y, w * mount.x);
                    let relative = ego.turn_back(thing.velocity_mps) - sensor_velocity;
                    let class = match kind {
                        SensorKind::Camera => Some((thing.class, 0.9)),
                        SensorKind::Lidar => Some((thing.class, 0.6)),
                        _ => None,
                    };
                    let turn = self.misaligned_rad.filter(|(who, _)| *who == ix).map_or(0.0, |(_, rad)| rad);
                    let seen = local + noise - if radar { u * depth } else { DVec2::ZERO };
                    list.push(Detection {
                        position_in_ego_m: mount + Planar::new(DVec2::ZERO, turn).turn(seen - mount),
                        range_sigma_m,
                        cross_sigma_m,
                        range_rate_mps: radar.then(|| relative.dot(u) + 0.1 * rng::normal(rng)),
                        range_rate_sigma_mps: 0.1,
                        heading_in_ego_rad: (kind == SensorKind::Lidar)
                            .then(|| heading_in_ego + 0.05 * rng::normal(rng)),
                        class,
                        size_m: (kind == SensorKind::Lidar).then_some(thing.size_m),
                        confidence: 0.9,
                    });
                }
                for (sensor, probability, detection) in &self.ghosts {
                    if *sensor == ix && rng::uniform(rng) < *probability {
                        list.push(*detection);
                    }
                }
                SensorContent::Objects(list)
            }
        };
        self.bus.in_flight.push(frame);
    }
    /// Tracks that the automation acts on.
    pub fn confirmed(&self) -> Vec<Track> {
        self.model.tracks.iter().filter(|t| t.status != TrackStatus::Tentative).copied().collect()
    }
    /// The acted-on track nearest to a thing.
    pub fn track_of(&self, ix: usize) -> Option<Track> {
        let at = self.things[ix].at(self.now().s());
        self.confirmed()
            .into_iter()
            .min_by(|a, b| (a.center_m - at).length().total_cmp(&(b.center_m - at).length()))
            .filter(|t| (t.center_m - at).length() < 3.0)
    }
}
