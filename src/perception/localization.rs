//! Where the ego is: an extended Kalman filter over satellite fixes, inertial unit, wheels and lane marks.
//!
//! State (11): x, y, heading ψ, speed v, acceleration a, yaw rate ω, gyro bias b_g, accelerometer bias b_a,
//! satellite bias (g_x, g_y), scale error of the wheels k.
//!
//! ```text
//! x' = x + v̄·dt·cos ψ̄      v' = v + a·dt      a' = a + w_a      b_g' = b_g + w_g
//! y' = y + v̄·dt·sin ψ̄      ψ' = ψ + ω·dt      ω' = ω + w_ω      b_a' = b_a + w_b
//! (v̄ = v + a·dt/2, ψ̄ = ψ + ω·dt/2)
//! gyro = ω + b_g     accelerometer = a + g·sin(pitch) + b_a     wheels = v·(1 + k)     fix = (x + g_x, y + g_y)
//! lane camera = offset from the mapped lane's center     standing wheels: ω = 0 (calibrates the gyro)
//! ```
//!
//! Latency: a fix measured at t is compared with the present position moved back by the odometry between
//! t and now ([`super::dead_reckoning`]); its gradient with respect to the present heading is included.
//! Speeds and rates are moved by the estimated accelerations.
//!
//! Gates (χ², 99 %): fix 9.2103 (2 degrees of freedom), scalars 6.6349. A source that is refused for
//! long makes the filter doubt itself: the position variance grows until fixes are accepted again.
//!
//! Errors of satellite fixes wander over about a minute, which a white-noise filter would average away and
//! become too sure of. They are a Gauss–Markov state of their own: g' = g·e^(−Δt/τ) + w with the standard
//! deviation that the receiver reports. So a known start is not pulled away by the first fixes, and the
//! position along the road never gets better than the receiver unless something else tells it.
//!
//! The ego counts as localized when it knows its lane: by the deviation across its heading.
//!
//! Units: m, rad, s; world frame (ENU). Source: Thrun, Burgard, Fox 2005 (EKF localization); REFERENCE
//! figures for MEMS units (gyro bias, random walks).
//! It does not model height: pitch and height come from the unit's attitude filter and the map.

use super::dead_reckoning::{DeadReckoning, OdometryState, Planar};
use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;
use crate::base::units::GRAVITY_MPS2;
use crate::state::belief::{EgoEstimate, Localized};
use nalgebra::{SMatrix, SVector};

const N: usize = 11;
type State = SVector<f64, N>;
type Covariance = SMatrix<f64, N, N>;

const X: usize = 0;
const Y: usize = 1;
const PSI: usize = 2;
const V: usize = 3;
const A: usize = 4;
const W: usize = 5;
const BG: usize = 6;
const BA: usize = 7;
const GX: usize = 8;
const GY: usize = 9;
const K: usize = 10;

/// χ² 99 % gate, 1 degree of freedom.
pub const GATE_1: f64 = 6.634_9;
/// χ² 99 % gate, 2 degrees of freedom.
pub const GATE_2: f64 = 9.210_3;

/// Random-walk intensities and measurement noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalizationParams {
    /// Jerk, m/s³/√Hz. Full braking builds up 8 m/s² within 0.3 s; the accelerometer does the rest.
    pub jerk: f64,
    /// Yaw acceleration, rad/s²/√Hz.
    pub yaw_accel: f64,
    /// Unmodeled sliding of the reference point, m/√s.
    pub slide: f64,
    /// Side slip for each m/s² of lateral acceleration, s (a rear slip angle of 0.1 rad at 10 m/s²).
    pub side_slip: f64,
    /// Gyro bias walk, rad/s/√s.
    pub gyro_bias_walk: f64,
    /// Accelerometer bias walk, m/s²/√s.
    pub accel_bias_walk: f64,
    /// Gyro noise, rad/s.
    pub gyro_sigma: f64,
    /// Accelerometer noise, m/s².
    pub accel_sigma: f64,
    /// Wheel speed noise, m/s, plus 0.5 % of the speed.
    pub wheel_sigma: f64,
    /// Correlation time of satellite errors, s.
    pub fix_correlation_s: f64,
    /// Share of the reported deviation of a fix that is white noise.
    pub fix_white_share: f64,
    /// Lateral σ below which the ego counts as localized, m (half of a 3.5 m lane less half of a car).
    pub localized_below_m: f64,
    /// Lateral σ above which it no longer does, m.
    pub lost_above_m: f64,
}

impl Default for LocalizationParams {
    fn default() -> Self {
        Self {
            jerk: 4.0,
            yaw_accel: 0.8,
            slide: 0.05,
            side_slip: 0.01,
            gyro_bias_walk: 1e-4,
            accel_bias_walk: 2e-3,
            gyro_sigma: 0.004,
            accel_sigma: 0.08,
            wheel_sigma: 0.05,
            fix_correlation_s: 60.0,
            fix_white_share: 0.3,
            localized_below_m: 0.8,
            lost_above_m: 1.2,
        }
    }
}

/// What became of a measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Used; the normalized innovation squared.
    Used(f64),
    /// Outside the gate; the normalized innovation squared.
    Refused(f64),
}

/// The filter.
#[derive(Clone, Debug)]
pub struct Localization {
    /// Constants.
    pub params: LocalizationParams,
    x: State,
    p: Covariance,
    time: SimTime,
    pitch_rad: f64,
    steer_rad: f64,
    /// Deviation of the receiver in its normal state, m; `None` before the first fix.
    fix_sigma_m: Option<f64>,
    fixes_refused: u32,
    wheels_refused: u32,
    /// Wheel speed minus estimated speed, m/s, smoothed: slip.
    slip_mps: f64,
    localized: Localized,
    odometry: DeadReckoning,
}

impl Localization {
    /// Starts from a surveyed pose with its uncertainty and the speed at hand-over.
    pub fn new(
        params: LocalizationParams,
        time: SimTime,
        position_m: DVec2,
        position_sigma_m: f64,
        heading_rad: f64,
        heading_sigma_rad: f64,
        speed_mps: f64,
    ) -> Self {
        let mut x = State::zeros();
        x[X] = position_m.x;
        x[Y] = position_m.y;
        x[PSI] = heading_rad;
        x[V] = speed_mps;
        let sigma = [
            position_sigma_m,
            position_sigma_m,
            heading_sigma_rad,
            1.0,
            1.0,
            0.1,
            // 10 °/h at turn-on for the filter's peace: MEMS units start within 0.2 °/s.
            0.003,
            0.1,
            // Set by the first fix.
            0.0,
            0.0,
            // Tire radius by wear, load and pressure.
            0.003,
        ];
        let start =
            OdometryState { pose: Planar::new(position_m, heading_rad), speed_mps, yaw_rate_radps: 0.0 };
        let mut made = Self {
            params,
            x,
            p: Covariance::from_diagonal(&State::from_fn(|i, _| sigma[i] * sigma[i])),
            time,
            pitch_rad: 0.0,
            steer_rad: 0.0,
            fix_sigma_m: None,
            fixes_refused: 0,
            wheels_refused: 0,
            slip_mps: 0.0,
            localized: Localized::No,
            odometry: DeadReckoning::new(time, start),
        };
        made.judge();
        made
    }

    /// Moves the estimate on to `now`.
    pub fn predict(&mut self, now: SimTime) {
        let dt = now.since_s(self.time);
        if dt <= 0.0 {
            return;
        }
        self.time = now;
        let x = &mut self.x;
        let v_mid = x[V] + 0.5 * x[A] * dt;
        let (s, c) = math::sin_cos(x[PSI] + 0.5 * x[W] * dt);
        let lateral_accel = (v_mid * x[W]).abs();
        x[X] += v_mid * dt * c;
        x[Y] += v_mid * dt * s;
        x[PSI] = math::wrap_pi(x[PSI] + x[W] * dt);
        x[V] += x[A] * dt;
        // P ← F·P·Fᵀ with F = I + these entries; rows in an order in which each uses old values only.
        let turn = [-v_mid * dt * s, v_mid * dt * c];
        let entries = [
            (X, PSI, turn[0]),
            (X, V, c * dt),
            (X, A, 0.5 * c * dt * dt),
            (X, W, 0.5 * turn[0] * dt),
            (Y, PSI, turn[1]),
            (Y, V, s * dt),
            (Y, A, 0.5 * s * dt * dt),
            (Y, W, 0.5 * turn[1] * dt),
            (PSI, W, dt),
            (V, A, dt),
        ];
        let p = &mut self.p;
        for (to, from, f) in entries {
            for k in 0..N {
                p[(to, k)] += f * p[(from, k)];
            }
        }
        for (to, from, f) in entries {
            for k in 0..N {
                p[(k, to)] += f * p[(k, from)];
            }
        }
        let q = &self.params;
        let slide = math::sq(q.slide) * dt;
        let side = math::sq(q.side_slip * lateral_accel) * dt;
        p[(X, X)] += slide + side * s * s;
        p[(Y, Y)] += slide + side * c * c;
        p[(X, Y)] -= side * s * c;
        p[(Y, X)] -= side * s * c;
        p[(A, A)] += math::sq(q.jerk) * dt;
        p[(W, W)] += math::sq(q.yaw_accel) * dt;
        p[(BG, BG)] += math::sq(q.gyro_bias_walk) * dt;
        p[(BA, BA)] += math::sq(q.accel_bias_walk) * dt;
        if let Some(sigma) = self.fix_sigma_m {
            let keep = 1.0 - (dt / q.fix_correlation_s).min(1.0);
            for g in [GX, GY] {
                self.x[g] *= keep;
                for k in 0..N {
                    p[(g, k)] *= keep;
                }
                for k in 0..N {
                    p[(k, g)] *= keep;
                }
                p[(g, g)] += math::sq(sigma) * (1.0 - keep * keep);
            }
        }
        for row in 1..N {
            for col in 0..row {
                p[(row, col)] = p[(col, row)];
            }
        }
    }

    /// Ends the tick: the odometry takes the corrected speed and yaw rate.
    pub fn finish_tick(&mut self) {
        self.odometry.advance(self.time, self.x[V], self.x[W]);
        self.judge();
    }

    /// Inertial sample.
    pub fn imu(
        &mut self,
        measured_at: SimTime,
        accel_mps2: f64,
        yaw_rate_radps: f64,
        pitch_rad: f64,
    ) -> Verdict {
        // The rates change little within the unit's latency of a few ms; the noise covers it.
        let late_s = self.time.since_s(measured_at).max(0.0);
        self.pitch_rad = pitch_rad;
        let q = self.params;
        let mut h = State::zeros();
        h[W] = 1.0;
        h[BG] = 1.0;
        let gyro_r = math::sq(q.gyro_sigma) + math::sq(q.yaw_accel) * late_s;
        self.scalar(&h, yaw_rate_radps - self.x[W] - self.x[BG], gyro_r, f64::INFINITY);
        let mut h = State::zeros();
        h[A] = 1.0;
        h[BA] = 1.0;
        let accel_r = math::sq(q.accel_sigma) + math::sq(q.jerk) * late_s;
        let predicted = self.x[A] + self.x[BA] + GRAVITY_MPS2 * math::sin(pitch_rad);
        self.scalar(&h, accel_mps2 - predicted, accel_r, f64::INFINITY)
    }

    /// Wheel speed sample.
    pub fn wheels(&mut self, measured_at: SimTime, speed_mps: f64, steer_rad: f64) -> Verdict {
        self.steer_rad = steer_rad;
        let late_s = self.time.since_s(measured_at).max(0.0);
        let innovation = speed_mps + self.x[A] * late_s - self.x[V] * (1.0 + self.x[K]);
        self.slip_mps += 0.2 * (innovation - self.slip_mps);
        let sigma = self.params.wheel_sigma + 0.005 * speed_mps.abs();
        let mut h = State::zeros();
        h[V] = 1.0 + self.x[K];
        h[K] = self.x[V];
        // Wheels that lock or spin are refused; after a second of refusals the wheels are right.
        let gate = if self.wheels_refused > 50 { f64::INFINITY } else { 2.0 * GATE_1 };
        let verdict = self.scalar(&h, innovation, math::sq(sigma), gate);
        match verdict {
            Verdict::Used(_) => self.wheels_refused = 0,
            Verdict::Refused(_) => self.wheels_refused += 1,
        }
        if speed_mps.abs() < 0.02 && self.x[V].abs() < 0.3 {
            let mut h = State::zeros();
            h[W] = 1.0;
            self.scalar(&h, -self.x[W], math::sq(0.002), GATE_1 * 4.0);
            let mut h = State::zeros();
            h[A] = 1.0;
            self.scalar(&h, -self.x[A], math::sq(0.05), GATE_1 * 4.0);
        }
        verdict
    }

    /// Satellite fix.
    pub fn fix(&mut self, measured_at: SimTime, position_m: DVec2, sigma_m: f64) -> Verdict {
        let sigma_m = sigma_m.max(0.01);
        let normal_m = match self.fix_sigma_m {
            None => {
                self.p[(GX, GX)] = math::sq(sigma_m);
                self.p[(GY, GY)] = math::sq(sigma_m);
                sigma_m
            }
            Some(known) => known.min(sigma_m),
        };
        self.fix_sigma_m = Some(normal_m);
        // Position now minus position then, by odometry, turned into the world by the present heading.
        let since = self.moved_since(measured_at);
        let innovation = position_m + since - DVec2::new(self.x[X] + self.x[GX], self.x[Y] + self.x[GY]);
        // White part, and whatever the receiver reports beyond its normal state.
        let r = math::sq(self.params.fix_white_share * sigma_m) + math::sq(sigma_m) - math::sq(normal_m);
        let mut hx = State::zeros();
        hx[X] = 1.0;
        hx[GX] = 1.0;
        hx[PSI] = since.y;
        let mut hy = State::zeros();
        hy[Y] = 1.0;
        hy[GY] = 1.0;
        hy[PSI] = -since.x;
        let (phx, phy) = (self.p * hx, self.p * hy);
        let (sxx, sxy, syy) = (hx.dot(&phx) + r, hx.dot(&phy), hy.dot(&phy) + r);
        let det = sxx * syy - sxy * sxy;
        let (ix, iy) = (innovation.x, innovation.y);
        let d2 = (syy * ix * ix - 2.0 * sxy * ix * iy + sxx * iy * iy) / det;
        if d2 > GATE_2 {
            self.fixes_refused += 1;
            if self.fixes_refused > 20 {
                // The filter is wrong, not the fixes: open up.
                self.p[(X, X)] += math::sq(sigma_m) * 0.5;
                self.p[(Y, Y)] += math::sq(sigma_m) * 0.5;
            }
            return Verdict::Refused(d2);
        }
        self.fixes_refused = 0;
        self.scalar(&hx, ix, r, f64::INFINITY);
        // The first correction moved the estimate: measure the second component anew.
        let innovation_y = position_m.y + since.y - self.x[Y] - self.x[GY];
        self.scalar(&hy, innovation_y, r, f64::INFINITY);
        Verdict::Used(d2)
    }

    /// Lateral offset to a mapped lane's center: `expected_m` is the offset that the present estimate
    /// gives (at measuring time), `lane_heading_rad` the lane's direction, `lane_width_m` its width. A
    /// reading off by a whole lane width means the neighbor lane and is folded back.
    pub fn lane_offset(
        &mut self,
        measured_m: f64,
        sigma_m: f64,
        expected_m: f64,
        lane_heading_rad: f64,
        lane_width_m: f64,
    ) -> Verdict {
        let mut innovation = measured_m - expected_m;
        if lane_width_m > 1.0 {
            innovation -= lane_width_m * (innovation / lane_width_m).round();
        }
        let left = math::unit(lane_heading_rad).perp();
        let mut h = State::zeros();
        h[X] = left.x;
        h[Y] = left.y;
        // Lane marks are drawn with their own errors against the map: 5 cm.
        self.scalar(&h, innovation, math::sq(sigma_m) + math::sq(0.05), GATE_1)
    }

    fn scalar(&mut self, h: &State, innovation: f64, r: f64, gate: f64) -> Verdict {
        let ph = self.p * h;
        let s = h.dot(&ph) + r;
        let d2 = innovation * innovation / s;
        if d2.is_nan() || d2 > gate {
            return Verdict::Refused(d2);
        }
        self.x += ph * (innovation / s);
        self.x[PSI] = math::wrap_pi(self.x[PSI]);
        self.p -= ph * ph.transpose() / s;
        Verdict::Used(d2)
    }

    /// Displacement from `then` to now in the world, by odometry and the present heading, m.
    fn moved_since(&self, then: SimTime) -> DVec2 {
        let present = self.present_odometry();
        let back = present.pose.local(self.odometry_at(then).pose.position_m);
        -Planar::new(DVec2::ZERO, self.x[PSI]).turn(back)
    }

    /// The odometry extended from its last tick to the filter's time.
    fn present_odometry(&self) -> OdometryState {
        let last = *self.odometry.now();
        let dt_s = self.time.since_s(self.odometry.time());
        if dt_s <= 0.0 {
            return last;
        }
        let pose = Planar::new(
            last.pose.position_m + last.pose.forward * (0.5 * (last.speed_mps + self.x[V]) * dt_s),
            last.pose.heading_rad + 0.5 * (last.yaw_rate_radps + self.x[W]) * dt_s,
        );
        OdometryState { pose, speed_mps: self.x[V], yaw_rate_radps: self.x[W] }
    }

    /// The odometry at a past time, also within the running tick.
    fn odometry_at(&self, then: SimTime) -> OdometryState {
        if then >= self.time {
            self.present_odometry()
        } else if then > self.odometry.time() {
            let w = then.since_s(self.odometry.time()) / self.time.since_s(self.odometry.time());
            self.odometry.now().toward(&self.present_odometry(), w)
        } else {
            self.odometry.at(then)
        }
    }

    fn judge(&mut self) {
        let sigma = self.lateral_sigma_m();
        self.localized = match self.localized {
            Localized::No if sigma < self.params.localized_below_m => Localized::Yes,
            Localized::Yes if sigma > self.params.lost_above_m => Localized::No,
            same => same,
        };
    }

    /// Largest standard deviation of the position in the plane, m.
    pub fn position_sigma_m(&self) -> f64 {
        let (a, b, c) = (self.p[(X, X)], self.p[(X, Y)], self.p[(Y, Y)]);
        let mean = 0.5 * (a + c);
        math::sqrt(mean + math::hypot(0.5 * (a - c), b))
    }
    /// Standard deviation of the position across the heading, m.
    pub fn lateral_sigma_m(&self) -> f64 {
        let left = math::unit(self.x[PSI]).perp();
        let (xx, xy, yy) = (self.p[(X, X)], self.p[(X, Y)], self.p[(Y, Y)]);
        math::sqrt((left.x * left.x * xx + 2.0 * left.x * left.y * xy + left.y * left.y * yy).max(0.0))
    }
    /// Whether the ego knows where it is.
    pub fn localized(&self) -> Localized {
        self.localized
    }
    /// The smooth pose history.
    pub fn odometry(&self) -> &DeadReckoning {
        &self.odometry
    }
    /// Believed pose in the world now.
    pub fn pose(&self) -> Planar {
        Planar::new(DVec2::new(self.x[X], self.x[Y]), self.x[PSI])
    }
    /// Believed pose in the world at a past time.
    pub fn pose_at(&self, then: SimTime) -> Planar {
        self.pose().compose(&self.present_odometry().pose.relative(&self.odometry_at(then).pose))
    }
    /// The odometry frame as seen from the world: turns tracks into world positions.
    pub fn world_from_odometry(&self) -> Planar {
        self.pose().compose(&self.present_odometry().pose.inverse())
    }
    /// Wheel speed minus estimated speed, smoothed, m/s.
    pub fn slip_mps(&self) -> f64 {
        self.slip_mps
    }
    /// Pitch of the road under the ego, rad.
    pub fn pitch_rad(&self) -> f64 {
        self.pitch_rad
    }
    /// Estimated longitudinal acceleration, m/s².
    pub fn accel_mps2(&self) -> f64 {
        self.x[A]
    }
    /// The estimate in the shared vocabulary; the lane is the caller's.
    pub fn estimate(&self) -> EgoEstimate {
        EgoEstimate {
            position_m: DVec2::new(self.x[X], self.x[Y]),
            heading_rad: self.x[PSI],
            pitch_rad: self.pitch_rad,
            speed_mps: self.x[V],
            accel_mps2: self.x[A],
            yaw_rate_radps: self.x[W],
            steer_rad: self.steer_rad,
            position_sigma_m: self.position_sigma_m(),
            heading_sigma_rad: math::sqrt(self.p[(PSI, PSI)]),
            lane: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng;

    /// True circular drive with speed 12 m/s and yaw rate 0.1 rad/s.
    fn truth(time_s: f64) -> (DVec2, f64) {
        let (v, w) = (12.0, 0.1);
        let psi = w * time_s;
        (DVec2::new(v / w * math::sin(psi), v / w * (1.0 - math::cos(psi))), psi)
    }

    struct Noise {
        fix_latency_s: f64,
        gyro_bias: f64,
        fix_sigma: f64,
        with_fixes: bool,
    }

    fn drive(seed: u64, noise: &Noise, until_s: f64) -> Localization {
        let mut rng = rng::stream(seed, "ego", "test");
        let mut filter = Localization::new(
            LocalizationParams::default(),
            SimTime::ZERO,
            DVec2::ZERO,
            0.5,
            0.0,
            0.02,
            12.0,
        );
        let ticks = (until_s / 0.02) as u64;
        let mut wander = DVec2::new(rng::normal(&mut rng), rng::normal(&mut rng)) * noise.fix_sigma;
        for tick in 1..=ticks {
            let now = SimTime(tick * 20_000_000);
            let shock = DVec2::new(rng::normal(&mut rng), rng::normal(&mut rng)) * noise.fix_sigma;
            wander = wander * (1.0 - 0.02 / 60.0) + shock * (2.0 * 0.02 / 60.0f64).sqrt();
            filter.predict(now);
            filter.imu(
                now,
                0.05 * rng::normal(&mut rng),
                0.1 + noise.gyro_bias + 0.003 * rng::normal(&mut rng),
                0.0,
            );
            filter.wheels(now, 12.0 + 0.03 * rng::normal(&mut rng), 0.0);
            if noise.with_fixes && tick % 10 == 0 && now.s() > noise.fix_latency_s {
                let measured_at = SimTime::from_s(now.s() - noise.fix_latency_s);
                let at = truth(measured_at.s()).0;
                let white = DVec2::new(rng::normal(&mut rng), rng::normal(&mut rng));
                let fix = at + wander + white * (0.3 * noise.fix_sigma);
                filter.fix(measured_at, fix, noise.fix_sigma);
            }
            filter.finish_tick();
        }
        filter
    }

    #[test]
    fn position_is_unbiased_and_within_its_sigma() {
        let noise = Noise { fix_latency_s: 0.1, gyro_bias: 0.002, fix_sigma: 1.0, with_fixes: true };
        let runs = 40;
        let (expect, heading) = truth(20.0);
        let mut mean = DVec2::ZERO;
        let mut within = 0;
        let mut sigma = 0.0;
        for seed in 0..runs {
            let filter = drive(seed, &noise, 20.0);
            let error = filter.pose().position_m - expect;
            mean += error / runs as f64;
            sigma = filter.position_sigma_m();
            within += u32::from(error.length() < 3.0 * sigma);
            let turned = math::wrap_pi(filter.pose().heading_rad - heading).abs();
            assert!(turned < 4.0 * filter.estimate().heading_sigma_rad && turned < 0.1, "{turned} rad");
            assert_eq!(filter.localized(), Localized::Yes);
        }
        assert!(within >= 38, "{within} of {runs} within 3 σ");
        // The mean of 40 runs scatters by σ/√40 in each axis; 3.5 of those, both axes.
        assert!(mean.length() < 3.5 * sigma / f64::sqrt(40.0) * 1.5, "bias {mean} m at σ {sigma}");
    }

    #[test]
    fn late_fixes_do_not_pull_backwards() {
        for latency_s in [0.0, 0.1, 0.3] {
            let noise = Noise { fix_latency_s: latency_s, gyro_bias: 0.0, fix_sigma: 0.05, with_fixes: true };
            let filter = drive(3, &noise, 15.0);
            let (expect, heading) = truth(15.0);
            let lag = (filter.pose().position_m - expect).dot(math::unit(heading));
            // Uncompensated, 0.3 s at 12 m/s would be 3.6 m.
            assert!(lag.abs() < 0.15, "{latency_s} s: {lag} m");
        }
    }

    #[test]
    fn without_fixes_the_uncertainty_grows_until_localization_is_lost() {
        let noise = Noise { fix_latency_s: 0.0, gyro_bias: 0.0, fix_sigma: 1.0, with_fixes: false };
        let early = drive(1, &noise, 2.0);
        let late = drive(1, &noise, 120.0);
        assert_eq!(early.localized(), Localized::Yes);
        assert_eq!(late.localized(), Localized::No, "σ {}", late.position_sigma_m());
    }

    #[test]
    fn lane_marks_sharpen_the_lateral_position() {
        let mut filter =
            Localization::new(LocalizationParams::default(), SimTime::ZERO, DVec2::ZERO, 1.0, 0.0, 0.02, 0.0);
        // The lane runs east, its center is at y = 0.4; the camera sees us 0.4 m right of it.
        for step in 0..20 {
            let expected = filter.pose().position_m.y - 0.4;
            let read = if step == 7 { -0.4 + 3.5 } else { -0.4 };
            filter.lane_offset(read, 0.1, expected, 0.0, 3.5);
        }
        let p = filter.p;
        assert!(filter.pose().position_m.y.abs() < 0.02);
        assert!(p[(Y, Y)].sqrt() < 0.05 && p[(X, X)].sqrt() > 0.99);
    }

    #[test]
    fn a_jumping_fix_is_refused_and_locked_wheels_show_as_slip() {
        let noise = Noise { fix_latency_s: 0.0, gyro_bias: 0.0, fix_sigma: 0.5, with_fixes: true };
        let mut filter = drive(5, &noise, 10.0);
        let here = filter.pose().position_m;
        assert!(matches!(
            filter.fix(SimTime::from_s(10.0), here + DVec2::new(30.0, 0.0), 0.5),
            Verdict::Refused(_)
        ));
        for tick in 1..=10 {
            let now = SimTime(10_000_000_000 + tick * 20_000_000);
            filter.predict(now);
            filter.imu(now, -2.0, 0.1, 0.0);
            filter.wheels(now, 2.0, 0.0);
            filter.finish_tick();
        }
        assert!(filter.slip_mps() < -4.0, "{}", filter.slip_mps());
        assert!(filter.estimate().speed_mps > 9.0, "{}", filter.estimate().speed_mps);
    }
}
