//! The ego's own motion: satellite positioning, inertial unit, wheel speeds.
//!
//! ```text
//! GNSS      p + b + w,  b: Gauss–Markov 1.8 m, 60 s (standard positioning) or 0.015 m, 20 s (RTK)
//! IMU       f = a + g·sin θ + b_a + w,  ω + b_g + ARW/√Δt
//! odometry  v·(1 + scale)·(1 + slip) + w,  slip = ∓0.02·u/(1 − 0.8·u), u = |a|/(μ·g)
//! ```
//!
//! Slip follows from the used share u of the available friction: a free wheel tells the truth, full
//! braking on ice locks the wheel up to the limit of the anti-lock system (20 %). Units: m, m/s, rad, s.
//! Validity: everyday driving. Sources: REFERENCE §8.1 (1.5–2.5 m SPS, 0.02 m RTK, ARW 0.1–0.5 °/√h, gyro
//! bias 1–10 °/h, accelerometer 0.03–0.1 m/s/√h). Not modeled: urban canyons, tunnels, temperature.

use super::noise::GaussMarkov;
use super::sense::{Evidence, SenseInput, Sensor};
use crate::base::math::{DVec3, sin};
use crate::base::rng::{ChaCha8Rng, normal};
use crate::base::units::{DEG_RAD, GRAVITY_MPS2};
use crate::state::sensor_data::{SensorContent, SensorFrame, SensorInfo};
use crate::state::truth::RoadSurface;

/// Quality of a satellite receiver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GnssGrade {
    /// Standard deviation of the wandering bias, m.
    pub bias_m: f64,
    /// Its correlation time, s.
    pub tau_s: f64,
    /// Standard deviation of the white part, m.
    pub white_m: f64,
}

impl GnssGrade {
    /// Standard positioning service: 2 m in the plane.
    pub const STANDARD: Self = Self { bias_m: 1.8, tau_s: 60.0, white_m: 0.4 };
    /// Carrier-phase corrections: 0.02 m.
    pub const RTK: Self = Self { bias_m: 0.015, tau_s: 20.0, white_m: 0.01 };
    /// Standard deviation that the receiver reports, m.
    pub fn sigma_m(self) -> f64 {
        (self.bias_m * self.bias_m + self.white_m * self.white_m).sqrt()
    }
}

/// Satellite receiver.
pub struct Gnss {
    info: SensorInfo,
    grade: GnssGrade,
    bias: [GaussMarkov; 2],
    rng: ChaCha8Rng,
}

impl Gnss {
    /// A receiver of this grade.
    pub fn new(info: SensorInfo, grade: GnssGrade, mut rng: ChaCha8Rng) -> Self {
        let bias = [(); 2].map(|()| GaussMarkov::new(grade.bias_m, grade.tau_s, info.period_s, &mut rng));
        Self { info, grade, bias, rng }
    }
}

impl Sensor for Gnss {
    fn info(&self) -> &SensorInfo {
        &self.info
    }
    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, _: &mut Evidence) {
        // A covered antenna sees fewer satellites: the error grows to five times.
        let worse = 1.0 + 4.0 * (1.0 - input.fidelity.free_share());
        let noise = input.fidelity.noise();
        let [east, north] = &mut self.bias;
        let (east, north) = (east.step(&mut self.rng), north.step(&mut self.rng));
        let mut white = || self.grade.white_m * normal(&mut self.rng);
        let error = DVec3::new(east + white(), north + white(), 1.5 * white()) * (noise * worse);
        let sigma_m = if noise > 0.0 { self.grade.sigma_m() * worse } else { 0.005 };
        frame.content = SensorContent::Gnss { position_m: input.ego.pose.position_m + error, sigma_m };
    }
}

/// Inertial unit.
pub struct Imu {
    info: SensorInfo,
    accel_bias: [GaussMarkov; 2],
    gyro_bias: GaussMarkov,
    attitude: GaussMarkov,
    accel_white: f64,
    gyro_white: f64,
    rng: ChaCha8Rng,
}

impl Imu {
    /// Velocity random walk, m/s/√h.
    const VRW: f64 = 0.05;
    /// Angle random walk, °/√h.
    const ARW_DEG: f64 = 0.3;
    /// Gyro bias, °/h.
    const GYRO_BIAS_DEGPH: f64 = 5.0;

    /// A unit with this calibration.
    pub fn new(info: SensorInfo, mut rng: ChaCha8Rng) -> Self {
        let root_s = info.period_s.sqrt();
        let accel_bias = [(); 2].map(|()| GaussMarkov::new(0.02, 300.0, info.period_s, &mut rng));
        let gyro = Self::GYRO_BIAS_DEGPH * DEG_RAD / 3600.0;
        let gyro_bias = GaussMarkov::new(gyro, 300.0, info.period_s, &mut rng);
        // Attitude filter of the unit: 0.2°, follows grades within seconds.
        let attitude = GaussMarkov::new(0.2 * DEG_RAD, 5.0, info.period_s, &mut rng);
        // √h = 60 √s.
        let (accel_white, gyro_white) = (Self::VRW / 60.0 / root_s, Self::ARW_DEG * DEG_RAD / 60.0 / root_s);
        Self { info, accel_bias, gyro_bias, attitude, accel_white, gyro_white, rng }
    }
}

impl Sensor for Imu {
    fn info(&self) -> &SensorInfo {
        &self.info
    }
    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, _: &mut Evidence) {
        let (motion, pose, noise) = (&input.ego.motion, &input.ego.pose, input.fidelity.noise());
        let rng = &mut self.rng;
        let [ahead, aside] = &mut self.accel_bias;
        let gravity = |angle: f64| if angle == 0.0 { 0.0 } else { GRAVITY_MPS2 * sin(angle) };
        let accel = ahead.step(rng) + self.accel_white * normal(rng);
        let lateral = aside.step(rng) + self.accel_white * normal(rng);
        let yaw = self.gyro_bias.step(rng) + self.gyro_white * normal(rng);
        let attitude = self.attitude.step(rng);
        frame.content = SensorContent::Imu {
            accel_mps2: motion.accel_mps2 + gravity(pose.pitch_rad) + noise * accel,
            lateral_accel_mps2: motion.lateral_accel_mps2 + gravity(pose.roll_rad) + noise * lateral,
            yaw_rate_radps: motion.yaw_rate_radps + noise * yaw,
            pitch_rad: pose.pitch_rad + noise * attitude,
        };
    }
}

/// Wheel speeds and steering angle.
pub struct Odometry {
    info: SensorInfo,
    scale: f64,
    rng: ChaCha8Rng,
}

impl Odometry {
    /// A set with this calibration; the scale error (tire radius, 0.3 %) is drawn once.
    pub fn new(info: SensorInfo, mut rng: ChaCha8Rng) -> Self {
        let scale = 0.003 * normal(&mut rng);
        Self { info, scale, rng }
    }
}

/// Friction available at a place, – (dry asphalt about 0.85).
pub fn friction_at(surface: &RoadSurface, place_m: crate::base::math::DVec2) -> f64 {
    let mut friction = 0.85 * surface.friction_scale;
    for patch in &surface.patches {
        if patch.center_m.distance_squared(place_m) < patch.radius_m * patch.radius_m {
            let ice = patch.ice_cover.clamp(0.0, 1.0);
            let snow: f64 = if patch.snow_depth_mm > 2.0 { 0.25 } else { 0.85 };
            let film = 0.85 - 0.15 * patch.water_film_mm.min(3.0);
            friction = friction.min((1.0 - ice) * snow.min(film) + 0.1 * ice);
        }
    }
    friction.max(0.05)
}

/// Longitudinal slip (wheel speed = v·(1 + slip)) at an acceleration on a friction, –.
pub fn wheel_slip(accel_mps2: f64, friction: f64) -> f64 {
    let used = (accel_mps2.abs() / (friction * GRAVITY_MPS2)).min(1.0);
    let slip = (0.02 * used / (1.0 - 0.8 * used)).min(0.2);
    // Beyond 95 % the wheel leaves the stable branch: anti-lock holds it near 20 %.
    let slip = if used > 0.95 { 0.2 } else { slip };
    if accel_mps2 < 0.0 { -slip } else { slip }
}

impl Sensor for Odometry {
    fn info(&self) -> &SensorInfo {
        &self.info
    }
    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, _: &mut Evidence) {
        let motion = &input.ego.motion;
        let noise = input.fidelity.noise();
        let friction = friction_at(input.surface, super::sense::planar(&input.ego.pose));
        let slip = wheel_slip(motion.accel_mps2, friction);
        // A standing wheel gives no pulses, hence no noise.
        let jitter = if motion.speed_mps.abs() < 0.05 { 0.0 } else { 0.03 * normal(&mut self.rng) };
        frame.content = SensorContent::Odometry {
            speed_mps: motion.speed_mps * (1.0 + noise * self.scale) * (1.0 + noise * slip) + noise * jitter,
            steer_rad: input.ego_steer_rad + noise * 0.001 * normal(&mut self.rng),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::math::DVec2;
    use crate::state::truth::SurfacePatch;

    #[test]
    fn wheels_slip_when_the_friction_is_used_up() {
        for (accel, friction, lo, hi) in [
            (0.0, 0.85, 0.0, 0.0),
            (-2.0, 0.85, -0.01, -0.004),
            (-2.0, 0.25, -0.06, -0.03),
            (-2.0, 0.1, -0.2, -0.2),
            (2.0, 0.1, 0.2, 0.2),
        ] {
            let slip = wheel_slip(accel, friction);
            assert!((lo..=hi).contains(&slip), "{accel} on {friction}: {slip}");
        }
    }

    #[test]
    fn ice_patches_take_the_grip() {
        let mut surface = RoadSurface::default();
        let here = DVec2::new(3.0, 4.0);
        assert!((friction_at(&surface, here) - 0.85).abs() < 1e-12);
        surface.patches.push(SurfacePatch {
            center_m: DVec2::ZERO,
            radius_m: 6.0,
            water_film_mm: 0.0,
            ice_cover: 1.0,
            snow_depth_mm: 0.0,
        });
        assert!((friction_at(&surface, here) - 0.1).abs() < 1e-12);
        assert!((friction_at(&surface, here * 2.0) - 0.85).abs() < 1e-12);
    }

    #[test]
    fn receiver_grades_report_their_published_spread() {
        assert!((1.5..2.5).contains(&GnssGrade::STANDARD.sigma_m()));
        assert!((GnssGrade::RTK.sigma_m() - 0.02).abs() < 0.005);
    }
}
