//! One tracked object: kinematics, existence, class, size, and what of it the automation is told.
//!
//! ```text
//! birth → Tentative ──(existence ≥ 0.95, or ≥ 0.70 and two kinds of sensors agree)→ Confirmed
//! Confirmed ⇄ Coasting (unseen for 0.35 s)      any → dropped (existence < 0.03, or unseen too long)
//! ```
//!
//! New, slow and walking objects move by CV, vehicles in motion by CTRV ([`super::motion`]). The box
//! center is tracked; size is the running mean of what shape-seeing sensors report.
//!
//! Frames: odometry frame inside, world in the output. Units: m, m/s, rad.
//! Acceleration is the smoothed change of the speed estimate, not a filter state.

use super::dead_reckoning::Planar;
use super::existence::{self, ClassBelief};
use super::motion::{self, Kinematics, Model, ProcessNoise};
use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;
use crate::state::belief::{Track, TrackStatus};
use crate::state::object::{Extent, ObjectClass};
use crate::state::pose::LaneCoord;
use crate::state::sensor_data::{Detection, SensorKind};

/// Unseen for longer than this, a track coasts, s (three periods of a 10 Hz sensor and its latency).
const COAST_AFTER_S: f64 = 0.35;
/// A tentative track is dropped when unseen for this long, s.
const TENTATIVE_UNSEEN_MAX_S: f64 = 0.7;
/// A confirmed track is dropped when unseen for this long, s (a truck's occlusion at a crossing).
const CONFIRMED_UNSEEN_MAX_S: f64 = 3.0;
/// Two kinds must have seen it within this time to agree, s.
const AGREE_WITHIN_S: f64 = 0.5;
/// Speed above which a vehicle track turns to CTRV, m/s.
const CTRV_ABOVE_MPS: f64 = 2.5;
/// Speed below which it turns back, m/s.
const CV_BELOW_MPS: f64 = 1.0;
/// Smoothing time of the acceleration, s.
const ACCEL_SMOOTHING_S: f64 = 0.4;

/// Bit and index of a kind that sees objects.
pub fn kind_index(kind: SensorKind) -> Option<usize> {
    match kind {
        SensorKind::Camera => Some(0),
        SensorKind::Lidar => Some(1),
        SensorKind::Radar => Some(2),
        SensorKind::Gnss | SensorKind::Imu | SensorKind::Odometry => None,
    }
}

/// A tracked object.
#[derive(Clone, Debug)]
pub struct TrackedObject {
    /// Number, never reused.
    pub id: u32,
    /// Motion in the odometry frame.
    pub kinematics: Kinematics,
    /// Probability of existence.
    pub existence: f64,
    /// Class belief.
    pub class: ClassBelief,
    /// Best class and its probability (cached).
    pub best_class: (ObjectClass, f64),
    /// Length and width, m.
    pub size_m: DVec2,
    /// Number of size readings (capped).
    size_readings: f64,
    /// Heading where the motion does not tell it, rad, odometry frame.
    pub heading_rad: f64,
    /// Time of birth.
    pub born: SimTime,
    /// Last supporting detection.
    pub last_hit: SimTime,
    /// Last detection by camera, lidar, radar.
    pub hit_by: [Option<SimTime>; 3],
    /// Number of detections.
    pub hits: u32,
    /// Evidence sufficed once and has not gone.
    pub confirmed: bool,
    /// Acceleration along the heading, m/s².
    pub accel_mps2: f64,
    speed_mark: (SimTime, f64),
    /// Place on the map.
    pub lane: Option<LaneCoord>,
    /// Hidden behind a nearer track: misses say nothing.
    pub hidden: bool,
    /// Position at the last output, m, odometry frame.
    pub position_m: DVec2,
    /// Velocity at the last output, m/s.
    pub velocity_mps: DVec2,
    /// Time of the last output.
    pub position_at: SimTime,
    /// Position covariance at the last output (xx, xy, yy), m².
    pub covariance_m2: [f64; 3],
}

impl TrackedObject {
    /// A new object from one detection: `position_m` in the odometry frame, covariance, what is known of
    /// the velocity and the ego's heading (the best guess for a vehicle's).
    pub fn born(
        id: u32,
        detection: &Detection,
        position_m: DVec2,
        covariance_m2: [f64; 3],
        ego_heading_rad: f64,
        existence: f64,
        time: SimTime,
    ) -> Self {
        let mut class = ClassBelief::default();
        if let Some((reading, confidence)) = detection.class {
            class.read(reading, confidence);
        }
        let best_class = class.best();
        let typical = existence::typical_extent(best_class.0);
        let kinematics = Kinematics::at(
            position_m,
            covariance_m2,
            DVec2::ZERO,
            first_speed_sigma_mps(detection.class.map(|c| c.0)),
            time,
        );
        Self {
            id,
            kinematics,
            existence,
            class,
            best_class,
            size_m: detection.size_m.unwrap_or(DVec2::new(typical.length_m, typical.width_m)),
            size_readings: if detection.size_m.is_some() { 1.0 } else { 0.0 },
            heading_rad: ego_heading_rad + detection.heading_in_ego_rad.unwrap_or(0.0),
            born: time,
            last_hit: time,
            hit_by: [None; 3],
            hits: 1,
            confirmed: false,
            accel_mps2: 0.0,
            speed_mark: (time, 0.0),
            lane: None,
            hidden: false,
            position_m,
            velocity_mps: DVec2::ZERO,
            position_at: time,
            covariance_m2,
        }
    }

    /// Process noise of its class and model.
    pub fn noise(&self) -> ProcessNoise {
        match (self.best_class.0, self.kinematics.model) {
            (ObjectClass::WorkZone | ObjectClass::Debris, _) => ProcessNoise { accel: 0.02, yaw_accel: 0.01 },
            // A walker turns or stops within a second: 0.9 m/s² · √s.
            (ObjectClass::Pedestrian, _) => ProcessNoise { accel: 0.8, yaw_accel: 0.1 },
            // Vehicles brake at 6 m/s² for about a second (CTRV), start at 2 m/s² (CV); those that stand
            // mostly go on standing.
            (_, Model::Ctrv) => ProcessNoise { accel: 6.0, yaw_accel: 0.12 },
            (_, Model::Cv) if self.kinematics.speed_mps() < CV_BELOW_MPS => {
                ProcessNoise { accel: 0.4, yaw_accel: 0.1 }
            }
            (_, Model::Cv) => ProcessNoise { accel: 4.0, yaw_accel: 0.1 },
        }
    }

    /// Extrapolates position and velocity linearly from the last output, for coarse gating, m.
    #[inline]
    pub fn roughly_at(&self, time: SimTime) -> DVec2 {
        self.position_m + self.velocity_mps * time.since_s(self.position_at)
    }
    /// Largest position variance at the last output, m² (upper bound).
    #[inline]
    pub fn variance_m2(&self) -> f64 {
        self.covariance_m2[0] + self.covariance_m2[2]
    }
    /// Half depth of the box along a direction, m.
    #[inline]
    pub fn half_along(&self, u: DVec2, forward: DVec2) -> f64 {
        0.5 * (self.size_m.x * u.dot(forward).abs() + self.size_m.y * u.perp_dot(forward).abs())
    }
    /// Whether the heading comes from the motion.
    fn moves(&self) -> bool {
        self.kinematics.model == Model::Ctrv || self.kinematics.speed_mps() > CV_BELOW_MPS
    }

    /// Takes in what one detection says beyond position: class, size, shape, existence.
    pub fn support(
        &mut self,
        detection: &Detection,
        kind: SensorKind,
        ratio: f64,
        ego_heading_rad: f64,
        at: SimTime,
    ) {
        if let Some((reading, confidence)) = detection.class {
            self.class.read(reading, confidence);
            self.best_class = self.class.best();
            if self.size_readings == 0.0 {
                let typical = existence::typical_extent(self.best_class.0);
                self.size_m = DVec2::new(typical.length_m, typical.width_m);
            }
        }
        if let Some(size) = detection.size_m {
            self.size_readings = (self.size_readings + 1.0).min(20.0);
            self.size_m += (size - self.size_m) / self.size_readings;
        }
        if let Some(shape) = detection.heading_in_ego_rad
            && !self.moves()
        {
            // A box looks the same from both ends.
            let turn = half_turn_wrap(ego_heading_rad + shape - self.heading_rad);
            self.heading_rad = math::wrap_pi(self.heading_rad + 0.3 * turn);
        }
        self.existence = existence::after_hit(self.existence, ratio);
        self.hits += 1;
        self.last_hit = self.last_hit.max(at);
        if let Some(ix) = kind_index(kind) {
            self.hit_by[ix] = Some(at);
        }
        let kinds = self.kinds_since(at, AGREE_WITHIN_S);
        if self.existence >= existence::CONFIRM
            || (self.existence >= existence::CONFIRM_TWO_KINDS && kinds >= 2)
        {
            self.confirmed = true;
        }
        self.after_update();
    }

    /// Chooses the motion model and smooths the acceleration after the state was corrected.
    fn after_update(&mut self) {
        let k = &mut self.kinematics;
        match k.model {
            Model::Cv => {
                let v = k.speed_mps();
                let vehicle = !matches!(
                    self.best_class.0,
                    ObjectClass::Pedestrian | ObjectClass::WorkZone | ObjectClass::Debris
                );
                // Direction of motion known to about 20° and better.
                let across = 0.5 * (k.p[(2, 2)] + k.p[(3, 3)]);
                if vehicle && self.hits >= 4 && v > CTRV_ABOVE_MPS && across < math::sq(0.35 * v) {
                    k.to_ctrv();
                }
            }
            Model::Ctrv => {
                if k.x[2] < CV_BELOW_MPS {
                    self.heading_rad = k.x[3];
                    k.to_cv();
                } else {
                    self.heading_rad = k.x[3];
                }
            }
        }
        let (marked_at, marked) = self.speed_mark;
        let dt_s = self.kinematics.time.since_s(marked_at);
        if dt_s >= 0.1 {
            let speed = self.kinematics.speed_mps();
            if self.hits > 6 {
                let raw = ((speed - marked) / dt_s).clamp(-12.0, 12.0);
                self.accel_mps2 += (raw - self.accel_mps2) * dt_s / (ACCEL_SMOOTHING_S + dt_s);
            }
            self.speed_mark = (self.kinematics.time, speed);
        }
    }

    /// Number of kinds that saw it within `within_s` before `now`.
    pub fn kinds_since(&self, now: SimTime, within_s: f64) -> u32 {
        self.hit_by.iter().flatten().filter(|at| now.since_s(**at) <= within_s).count() as u32
    }
    /// Whether a kind other than `index` saw it lately.
    pub fn seen_by_other(&self, index: usize, now: SimTime, within_s: f64) -> bool {
        self.hit_by
            .iter()
            .enumerate()
            .any(|(ix, at)| ix != index && at.is_some_and(|at| now.since_s(at) <= within_s))
    }

    /// Extrapolates to `now` and notes the result; `dt_s` is the tick.
    pub fn extrapolate(&mut self, now: SimTime, dt_s: f64) {
        let k = &self.kinematics;
        let ahead_s = now.since_s(k.time);
        let (x, f) = motion::propagate(k.model, &k.x, ahead_s);
        self.position_m = DVec2::new(x[0], x[1]);
        self.velocity_mps = motion::velocity(k.model, &x);
        self.position_at = now;
        let fp0 = f.row(0) * k.p;
        let fp1 = f.row(1) * k.p;
        // White acceleration since the last update, isotropic.
        let grown = self.noise().accel * ahead_s * ahead_s * ahead_s / 3.0;
        self.covariance_m2 = [fp0.dot(&f.row(0)) + grown, fp0.dot(&f.row(1)), fp1.dot(&f.row(1)) + grown];
        match k.model {
            Model::Ctrv => self.heading_rad = x[3],
            Model::Cv if self.velocity_mps.length_squared() > CV_BELOW_MPS * CV_BELOW_MPS => {
                self.heading_rad = math::atan2(self.velocity_mps.y, self.velocity_mps.x);
            }
            Model::Cv => {}
        }
        let unseen_s = now.since_s(self.last_hit);
        if unseen_s > 0.5 {
            // Nothing is known of what nobody looks at: belief fades with a time constant of 4 s.
            self.existence *= 1.0 - 0.25 * dt_s;
        }
        if self.existence < 0.5 {
            self.confirmed = false;
        }
    }

    /// Whether the track is given up.
    pub fn is_over(&self, now: SimTime) -> bool {
        let unseen_s = now.since_s(self.last_hit);
        let unseen_max_s = if self.confirmed { CONFIRMED_UNSEEN_MAX_S } else { TENTATIVE_UNSEEN_MAX_S };
        self.existence < existence::DROP || unseen_s > unseen_max_s || !self.position_m.is_finite()
    }

    /// The track as the automation sees it, after [`Self::extrapolate`].
    pub fn track(&self, now: SimTime, world_from_odometry: &Planar) -> Track {
        let unseen_s = now.since_s(self.last_hit);
        let forward = world_from_odometry.forward;
        let (c, s) = (forward.x, forward.y);
        let [xx, xy, yy] = self.covariance_m2;
        let typical = existence::typical_extent(self.best_class.0);
        let (yaw_rate_radps, speed_mps) = match self.kinematics.model {
            Model::Ctrv => (self.kinematics.x[4], self.kinematics.x[2]),
            Model::Cv => (0.0, self.velocity_mps.length()),
        };
        let mut sources = 0;
        for (ix, at) in self.hit_by.iter().enumerate() {
            if at.is_some_and(|at| now.since_s(at) <= 1.0) {
                sources |= 1 << ix;
            }
        }
        Track {
            id: self.id,
            class: self.best_class.0,
            class_confidence: self.best_class.1,
            center_m: world_from_odometry.point(self.position_m),
            heading_rad: math::wrap_pi(self.heading_rad + world_from_odometry.heading_rad),
            speed_mps,
            accel_mps2: self.accel_mps2,
            yaw_rate_radps,
            extent: Extent {
                length_m: self.size_m.x,
                width_m: self.size_m.y,
                height_m: typical.height_m,
                rear_m: 0.5 * self.size_m.x,
            },
            covariance_m2: [
                c * c * xx - 2.0 * c * s * xy + s * s * yy,
                c * s * (xx - yy) + (c * c - s * s) * xy,
                s * s * xx + 2.0 * c * s * xy + c * c * yy,
            ],
            speed_sigma_mps: self.kinematics.speed_sigma_mps(),
            existence: self.existence,
            status: if !self.confirmed {
                TrackStatus::Tentative
            } else if unseen_s > COAST_AFTER_S {
                TrackStatus::Coasting
            } else {
                TrackStatus::Confirmed
            },
            age_s: now.since_s(self.born),
            unseen_s,
            sources,
            lane: self.lane,
        }
    }
}

/// Wraps an angle into (−π/2, π/2]: the difference of two undirected axes.
pub fn half_turn_wrap(angle_rad: f64) -> f64 {
    0.5 * math::wrap_pi(2.0 * angle_rad)
}

/// How fast something just seen may move, m/s (one standard deviation per axis).
fn first_speed_sigma_mps(class: Option<ObjectClass>) -> f64 {
    match class {
        Some(ObjectClass::WorkZone | ObjectClass::Debris) => 0.3,
        Some(ObjectClass::Pedestrian) => 1.5,
        Some(ObjectClass::Bicycle) => 4.0,
        Some(
            ObjectClass::Car
            | ObjectClass::Van
            | ObjectClass::Bus
            | ObjectClass::Truck
            | ObjectClass::Motorcycle
            | ObjectClass::EmergencyVehicle,
        )
        | None => 12.0,
    }
}
