//! The fitted suite at work: rates, phases, faults, latency, frames.
//!
//! ```text
//! due? → frame from the pool → sample (or fault) → misalignment → available_at = measured_at + latency → bus
//! ```
//!
//! A sensor is due when its next sample time has come; first samples are staggered by a fifth of a period
//! each, so that heavy sensors seldom share a tick. The bus keeps frames in order of
//! `(available_at, sensor)`. In the steady state nothing is allocated: spent frames come back through the
//! pool and keep their lists.

use super::medium::Medium;
use super::rays::{BoxRays, RayCast};
use super::sense::{
    DETECTIONS_RESERVED, Evidence, Fidelity, Scene, SenseInput, Sensor, detections, fresh_lights,
};
use super::terrain::Terrain;
use crate::base::ids::{ParticipantId, SensorIx, SignalIx};
use crate::base::math::{DVec2, DVec3, tan};
use crate::base::time::SimTime;
use crate::base::units::DEG_RAD;
use crate::road::RoadNetwork;
use crate::scenario::SensorFault;
use crate::state::ray_world::RayWorld;
use crate::state::sensor_data::{SensorBus, SensorContent, SensorFrame, SensorInfo, SensorKind};
use crate::state::truth::{GroundTruth, MissReason, ObjectTruth, RoadSurface, SensingEvidence, SignalStates};
use crate::state::weather::Weather;
use bevy::prelude::Component;

/// One fitted sensor.
pub struct Unit {
    /// The model.
    pub sensor: Box<dyn Sensor>,
    /// Its present fault.
    pub fault: SensorFault,
    next_ns: u64,
    period_ns: u64,
    latency_ns: u64,
    last: Option<SensorFrame>,
}

/// The ego's suite.
#[derive(Component, Default)]
pub struct SensorRig {
    /// Road heights, where the map has relief.
    pub terrain: Option<Terrain>,
    /// Sensors in `SensorIx` order.
    pub units: Vec<Unit>,
    scene: Scene,
    medium: Medium,
}

/// The truth that a rig samples at one tick.
pub struct World<'a> {
    /// Time.
    pub now: SimTime,
    /// All participants.
    pub truth: &'a GroundTruth,
    /// Signals.
    pub signals: &'a SignalStates,
    /// Weather.
    pub weather: &'a Weather,
    /// Road surface.
    pub surface: &'a RoadSurface,
    /// The map as built.
    pub network: &'a RoadNetwork,
    /// Heads that the map prior does not know.
    pub unknown_faces: &'a [SignalIx],
    /// Road-wheel angle of the ego, rad.
    pub ego_steer_rad: f64,
}

/// Rays through the ray world, asked in the ego frame.
struct WorldRays<'a> {
    world: &'a RayWorld,
    ego: &'a ObjectTruth,
}

impl RayCast for WorldRays<'_> {
    fn cast(&self, origin_m: DVec3, dir: DVec3, max_m: f64) -> Option<(ParticipantId, f64)> {
        let turn = |v: DVec3| {
            let f = self.ego.forward;
            (f * v.x + f.perp() * v.y).extend(v.z)
        };
        let origin = self.ego.pose.position_m + turn(origin_m);
        self.world.cast(origin, turn(dir), max_m, self.ego.id).map(|hit| (hit.participant, hit.distance_m))
    }
}

impl SensorRig {
    /// A rig of these sensors; first samples are staggered.
    pub fn new(sensors: Vec<Box<dyn Sensor>>) -> Self {
        let units = sensors
            .into_iter()
            .enumerate()
            .map(|(ix, sensor)| {
                let period_ns = SimTime::from_s(sensor.info().period_s).0.max(1);
                let latency_ns = SimTime::from_s(sensor.info().latency_s).0;
                let next_ns = (ix as u64 % 5) * period_ns / 5;
                Unit { sensor, fault: SensorFault::None, next_ns, period_ns, latency_ns, last: None }
            })
            .collect();
        Self { units, ..Self::default() }
    }

    /// Calibration of all sensors.
    pub fn infos(&self) -> Vec<SensorInfo> {
        self.units.iter().map(|unit| unit.sensor.info().clone()).collect()
    }

    /// Whether a fault action's sensor (a name such as `camera_front`, or a kind such as `camera`) means
    /// this one.
    pub fn is_named(&self, sensor: SensorIx, name: &str) -> bool {
        self.units.get(sensor.ix()).is_some_and(|unit| {
            let info = unit.sensor.info();
            info.name == name || kind_name(info.kind) == name
        })
    }

    /// Sets a fault; a frozen sensor repeats its next frame for ever.
    pub fn set_fault(&mut self, sensor: SensorIx, fault: SensorFault) {
        if let Some(unit) = self.units.get_mut(sensor.ix()) {
            unit.fault = fault;
            unit.last = None;
        }
    }

    /// Samples every sensor that is due and puts the frames on the bus.
    pub fn sense(
        &mut self,
        world: &World,
        rays: Option<&mut RayWorld>,
        bus: &mut SensorBus,
        book: &mut SensingEvidence,
    ) {
        let Some(ego) = world.truth.ego() else { return };
        let now = world.now.0;
        let due = |unit: &Unit| unit.next_ns <= now;
        if !self.units.iter().any(due) {
            return;
        }
        self.medium.update(world.weather);
        let sees = |unit: &Unit| unit.sensor.info().range_max_m > 0.0;
        if self.units.iter().any(|unit| due(unit) && sees(unit)) {
            self.scene.rebuild(world.truth, ego);
        }
        let casting = self.units.iter().any(|unit| due(unit) && unit.sensor.casts_rays());
        let rays: Option<&RayWorld> = rays.map(|rays| {
            if casting {
                rays.refresh(world.truth);
            }
            &*rays
        });
        let boxes = BoxRays(&self.scene);
        let through_world = rays.map(|world| WorldRays { world, ego });
        let count = self.units.len();
        for (ix, unit) in self.units.iter_mut().enumerate() {
            if unit.next_ns > now {
                continue;
            }
            while unit.next_ns <= now {
                unit.next_ns += unit.period_ns;
            }
            let sensor = SensorIx(ix as u8);
            let mut evidence = Evidence { sensor, book };
            if let SensorFault::Dead = unit.fault {
                evidence.open(world.truth.objects.len(), count, MissReason::Fault);
                continue;
            }
            let mut frame = blank(bus, sensor, unit.sensor.info().kind, world.now, unit.latency_ns);
            if let Some(last) = unit.last.as_ref().filter(|_| unit.fault == SensorFault::Frozen) {
                evidence.open(world.truth.objects.len(), count, MissReason::Fault);
                copy(last, &mut frame);
                push(bus, frame);
                continue;
            }
            evidence.open(world.truth.objects.len(), count, MissReason::OutOfRange);
            let input = SenseInput {
                now: world.now,
                ego,
                ego_steer_rad: world.ego_steer_rad,
                scene: &self.scene,
                weather: world.weather,
                medium: &self.medium,
                surface: world.surface,
                signals: world.signals,
                network: world.network,
                unknown_faces: world.unknown_faces,
                terrain: self.terrain.as_ref(),
                rays: through_world.as_ref().map_or(&boxes as &dyn RayCast, |rays| rays as &dyn RayCast),
                fidelity: fidelity(unit.fault),
            };
            unit.sensor.sample(&input, &mut frame, &mut evidence);
            if let SensorFault::Misaligned(deg) = unit.fault {
                misalign(&mut frame, unit.sensor.info(), deg * DEG_RAD);
            }
            if unit.fault == SensorFault::Frozen {
                unit.last = Some(frame.clone());
            }
            push(bus, frame);
        }
    }
}

/// How a unit with a fault measures.
fn fidelity(fault: SensorFault) -> Fidelity {
    match fault {
        SensorFault::Perfect => Fidelity::Perfect,
        SensorFault::Blocked(blocked) => Fidelity::Real { blocked },
        SensorFault::None | SensorFault::Dead | SensorFault::Frozen | SensorFault::Misaligned(_) => {
            Fidelity::CLEAN
        }
    }
}

/// Name of a kind as files write it.
pub fn kind_name(kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Camera => "camera",
        SensorKind::Lidar => "lidar",
        SensorKind::Radar => "radar",
        SensorKind::Gnss => "gnss",
        SensorKind::Imu => "imu",
        SensorKind::Odometry => "odometry",
    }
}

/// A fault in words.
pub fn fault_name(fault: SensorFault) -> String {
    match fault {
        SensorFault::None => "none".into(),
        SensorFault::Dead => "dead".into(),
        SensorFault::Frozen => "frozen".into(),
        SensorFault::Blocked(share) => format!("blocked {share}"),
        SensorFault::Misaligned(deg) => format!("misaligned {deg} deg"),
        SensorFault::Perfect => "perfect".into(),
    }
}

/// A cleared frame: from the pool (preferring one with the same kind of content), else a new one.
fn blank(
    bus: &mut SensorBus,
    sensor: SensorIx,
    kind: SensorKind,
    now: SimTime,
    latency_ns: u64,
) -> SensorFrame {
    let lists = matches!(kind, SensorKind::Camera | SensorKind::Lidar | SensorKind::Radar);
    let fits = |frame: &SensorFrame| matches!(frame.content, SensorContent::Objects(_)) == lists;
    let spare = bus.pool.iter().rposition(fits);
    let mut frame = spare.map_or_else(
        || SensorFrame {
            sensor,
            kind,
            measured_at: now,
            available_at: now,
            content: if lists {
                SensorContent::Objects(Vec::with_capacity(DETECTIONS_RESERVED))
            } else {
                SensorContent::Odometry { speed_mps: 0.0, steer_rad: 0.0 }
            },
            lights: if lists { fresh_lights() } else { Vec::new() },
            lane_offset_m: None,
            precipitation_level: None,
            visibility_m: None,
            illuminance_lx: None,
        },
        |ix| bus.pool.swap_remove(ix),
    );
    frame.sensor = sensor;
    frame.kind = kind;
    frame.measured_at = now;
    frame.available_at = now.plus_ns(latency_ns);
    frame.lights.clear();
    frame.lane_offset_m = None;
    frame.precipitation_level = None;
    frame.visibility_m = None;
    frame.illuminance_lx = None;
    if let SensorContent::Objects(list) = &mut frame.content {
        list.clear();
    }
    frame
}

/// Repeats the content of a frame.
fn copy(from: &SensorFrame, to: &mut SensorFrame) {
    match &from.content {
        SensorContent::Objects(list) => {
            let target = detections(&mut to.content);
            target.clear();
            target.extend_from_slice(list);
        }
        SensorContent::Gnss { .. } | SensorContent::Imu { .. } | SensorContent::Odometry { .. } => {
            to.content = from.content.clone();
        }
    }
    to.lights.extend_from_slice(&from.lights);
    to.lane_offset_m = from.lane_offset_m;
    to.precipitation_level = from.precipitation_level;
    to.visibility_m = from.visibility_m;
    to.illuminance_lx = from.illuminance_lx;
}

/// Puts a frame on the bus in order of `(available_at, sensor)`.
fn push(bus: &mut SensorBus, frame: SensorFrame) {
    let key = (frame.available_at, frame.sensor);
    let place = bus.in_flight.partition_point(|other| (other.available_at, other.sensor) <= key);
    bus.in_flight.insert(place, frame);
}

/// Largest misalignment at which heads are still matched to the map by position, rad (1.5°).
const MATCH_RAD: f64 = 1.5 * DEG_RAD;

/// Turns everything that a sensor reports about its mount.
fn misalign(frame: &mut SensorFrame, info: &SensorInfo, angle_rad: f64) {
    let mount = info.mount_m.truncate();
    let turn = crate::base::math::unit(angle_rad);
    let turned = |v: DVec2| DVec2::new(v.x * turn.x - v.y * turn.y, v.x * turn.y + v.y * turn.x);
    if let SensorContent::Objects(list) = &mut frame.content {
        for detection in list {
            detection.position_in_ego_m = mount + turned(detection.position_in_ego_m - mount);
            if let Some(heading) = &mut detection.heading_in_ego_rad {
                *heading += angle_rad;
            }
        }
    }
    if angle_rad.abs() > MATCH_RAD {
        frame.lights.clear();
    }
    // The marks are measured 15 m ahead: a picture turned left puts the lane to the left of its place.
    if let Some((offset, _)) = &mut frame.lane_offset_m {
        *offset -= 15.0 * tan(angle_rad);
    }
}
