//! Motion models of tracked objects and the Kalman filter over them.
//!
//! Two models share a five-number state, so that a track can change its model without moving memory:
//!
//! * **CV** (constant velocity) for pedestrians, slow and new objects: `[x, y, vx, vy, –]`.
//! * **CTRV** (constant turn rate and velocity) for moving vehicles: `[x, y, v, ψ, ω]`,
//!   x += v·t·sinc(ωt/2)·cos(ψ + ωt/2), y += v·t·sinc(ωt/2)·sin(ψ + ωt/2), ψ += ωt. This is the textbook
//!   (v/ω)(sin(ψ+ωt) − sin ψ) written so that ω → 0 needs no special case.
//!
//! Process noise: white acceleration, Q = q·[[t³/3, t²/2], [t²/2, t]] on (position, speed), and the same
//! on (ψ, ω) for the turn. Measurements are scalars along known directions (line of sight, across it,
//! range rate): each update is P −= P·h·hᵀ·P/S, which keeps P symmetric by construction.
//!
//! A measurement that is older than the state is compared with the state moved back by F(−Δt), without
//! process noise over that span (a one-step lag update; the error is of second order in Δt ≤ 0.2 s).
//!
//! Units: m, m/s, rad, rad/s; the frame is the caller's (here the odometry frame).
//! Source: Schubert, Richter, Wanielik 2008 (CTRV); Bar-Shalom, Li, Kirubarajan 2001 (white-noise
//! acceleration, lagged updates).
//! It does not model acceleration as a state; [`Kinematics`] users smooth it from the speed.

use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;
use nalgebra::{SMatrix, SVector};

/// State vector.
pub type Vec5 = SVector<f64, 5>;
/// State covariance.
pub type Mat5 = SMatrix<f64, 5, 5>;

/// Variance that a state entry without meaning (fifth entry of CV) keeps, so that P stays positive.
const IDLE_VARIANCE: f64 = 1.0;
/// Standard deviation of the yaw rate when a track turns to CTRV, rad/s (a 20 m radius at 6 m/s).
const YAW_RATE_SIGMA_RADPS: f64 = 0.3;

/// Which motion model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Constant velocity.
    Cv,
    /// Constant turn rate and velocity.
    Ctrv,
}

/// White-noise intensities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProcessNoise {
    /// Acceleration, m²/s³.
    pub accel: f64,
    /// Yaw acceleration, rad²/s³.
    pub yaw_accel: f64,
}

/// sin(u)/u, by series near zero.
#[inline]
pub fn sinc(u: f64) -> f64 {
    if u.abs() < 0.05 {
        let u2 = u * u;
        // Next term u⁶/5040 < 4e-12.
        1.0 - u2 / 6.0 + u2 * u2 / 120.0
    } else {
        math::sin(u) / u
    }
}

/// Derivative of [`sinc`].
#[inline]
fn sinc_slope(u: f64) -> f64 {
    if u.abs() < 0.05 { -u / 3.0 + u * u * u / 30.0 } else { (math::cos(u) - math::sin(u) / u) / u }
}

/// State after `dt_s` (may be negative) and the Jacobian of that map.
pub fn propagate(model: Model, x: &Vec5, dt_s: f64) -> (Vec5, Mat5) {
    let mut f = Mat5::identity();
    let mut next = *x;
    match model {
        Model::Cv => {
            next[0] += x[2] * dt_s;
            next[1] += x[3] * dt_s;
            f[(0, 2)] = dt_s;
            f[(1, 3)] = dt_s;
        }
        Model::Ctrv => {
            let (v, turn) = (x[2], x[4] * dt_s);
            let (s, c) = math::sin_cos(x[3] + 0.5 * turn);
            let (k, slope) = (sinc(0.5 * turn), sinc_slope(0.5 * turn));
            next[0] += v * dt_s * k * c;
            next[1] += v * dt_s * k * s;
            next[3] = math::wrap_pi(x[3] + turn);
            f[(0, 2)] = dt_s * k * c;
            f[(1, 2)] = dt_s * k * s;
            f[(0, 3)] = -v * dt_s * k * s;
            f[(1, 3)] = v * dt_s * k * c;
            let half = 0.5 * dt_s;
            f[(0, 4)] = v * dt_s * half * (slope * c - k * s);
            f[(1, 4)] = v * dt_s * half * (slope * s + k * c);
            f[(3, 4)] = dt_s;
        }
    }
    (next, f)
}

/// Process noise over `dt_s` ≥ 0 at the state `x`.
pub fn process_noise(model: Model, x: &Vec5, noise: ProcessNoise, dt_s: f64) -> Mat5 {
    let mut q = Mat5::zeros();
    let (t1, t2, t3) = (dt_s, dt_s * dt_s / 2.0, dt_s * dt_s * dt_s / 3.0);
    match model {
        Model::Cv => {
            for (p, v) in [(0, 2), (1, 3)] {
                q[(p, p)] = noise.accel * t3;
                q[(p, v)] = noise.accel * t2;
                q[(v, p)] = noise.accel * t2;
                q[(v, v)] = noise.accel * t1;
            }
        }
        Model::Ctrv => {
            let (s, c) = math::sin_cos(x[3]);
            q[(0, 0)] = noise.accel * t3 * c * c;
            q[(0, 1)] = noise.accel * t3 * c * s;
            q[(1, 0)] = q[(0, 1)];
            q[(1, 1)] = noise.accel * t3 * s * s;
            q[(0, 2)] = noise.accel * t2 * c;
            q[(2, 0)] = q[(0, 2)];
            q[(1, 2)] = noise.accel * t2 * s;
            q[(2, 1)] = q[(1, 2)];
            q[(2, 2)] = noise.accel * t1;
            q[(3, 3)] = noise.yaw_accel * t3;
            q[(3, 4)] = noise.yaw_accel * t2;
            q[(4, 3)] = q[(3, 4)];
            q[(4, 4)] = noise.yaw_accel * t1;
        }
    }
    q
}

/// State with covariance at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kinematics {
    /// Model that the entries follow.
    pub model: Model,
    /// State.
    pub x: Vec5,
    /// Covariance.
    pub p: Mat5,
    /// Time of the state.
    pub time: SimTime,
}

/// The state seen from the time of a measurement: mean there, and what maps the present state to it.
#[derive(Clone, Copy, Debug)]
pub struct Lagged {
    /// Mean at the measuring time.
    pub x: Vec5,
    /// d(mean there)/d(state).
    pub f: Mat5,
}

impl Kinematics {
    /// A new object at a place with a velocity.
    pub fn at(
        position_m: DVec2,
        covariance_m2: [f64; 3],
        velocity_mps: DVec2,
        sigma_mps: f64,
        time: SimTime,
    ) -> Self {
        let mut p = Mat5::zeros();
        p[(0, 0)] = covariance_m2[0];
        p[(0, 1)] = covariance_m2[1];
        p[(1, 0)] = covariance_m2[1];
        p[(1, 1)] = covariance_m2[2];
        p[(2, 2)] = sigma_mps * sigma_mps;
        p[(3, 3)] = sigma_mps * sigma_mps;
        p[(4, 4)] = IDLE_VARIANCE;
        let x = Vec5::from([position_m.x, position_m.y, velocity_mps.x, velocity_mps.y, 0.0]);
        Self { model: Model::Cv, x, p, time }
    }
    /// Moves the state on to `time`; does nothing for the past.
    pub fn predict(&mut self, time: SimTime, noise: ProcessNoise) {
        let dt_s = time.since_s(self.time);
        if dt_s <= 0.0 {
            return;
        }
        let (next, f) = propagate(self.model, &self.x, dt_s);
        self.p = symmetric(f * self.p * f.transpose() + process_noise(self.model, &self.x, noise, dt_s));
        self.x = next;
        self.time = time;
    }
    /// The state seen from `time` (the past or the near future), without process noise.
    pub fn lagged(&self, time: SimTime) -> Lagged {
        let dt_s = time.since_s(self.time);
        if dt_s == 0.0 {
            return Lagged { x: self.x, f: Mat5::identity() };
        }
        let (x, f) = propagate(self.model, &self.x, dt_s);
        Lagged { x, f }
    }
    /// Corrects with one scalar: `innovation` = measured − predicted, `h` = its gradient with respect to
    /// the state, `r` = its variance. The heading is not wrapped here, so that several corrections can be
    /// compared with one start; [`propagate`] wraps it.
    pub fn correct(&mut self, h: &Vec5, innovation: f64, r: f64) {
        let ph = self.p * h;
        let s = h.dot(&ph) + r;
        if s <= 0.0 || !s.is_finite() {
            return;
        }
        self.x += ph * (innovation / s);
        self.p -= ph * ph.transpose() / s;
    }
    /// Position, m.
    #[inline]
    pub fn position_m(&self) -> DVec2 {
        DVec2::new(self.x[0], self.x[1])
    }
    /// Velocity, m/s.
    #[inline]
    pub fn velocity_mps(&self) -> DVec2 {
        velocity(self.model, &self.x)
    }
    /// Speed, m/s (not negative).
    #[inline]
    pub fn speed_mps(&self) -> f64 {
        match self.model {
            Model::Cv => math::hypot(self.x[2], self.x[3]),
            Model::Ctrv => self.x[2].abs(),
        }
    }
    /// Standard deviation of the speed, m/s.
    pub fn speed_sigma_mps(&self) -> f64 {
        match self.model {
            Model::Cv => {
                let v = self.speed_mps();
                if v < 0.1 {
                    return math::sqrt(0.5 * (self.p[(2, 2)] + self.p[(3, 3)]));
                }
                let (c, s) = (self.x[2] / v, self.x[3] / v);
                math::sqrt(
                    (c * c * self.p[(2, 2)] + 2.0 * c * s * self.p[(2, 3)] + s * s * self.p[(3, 3)]).max(0.0),
                )
            }
            Model::Ctrv => math::sqrt(self.p[(2, 2)]),
        }
    }
    /// Changes to CTRV; the heading becomes the direction of motion. Needs speed.
    pub fn to_ctrv(&mut self) {
        let v = self.speed_mps();
        if self.model == Model::Ctrv || v < 1e-3 {
            return;
        }
        let (c, s) = (self.x[2] / v, self.x[3] / v);
        let mut j = Mat5::identity();
        j[(2, 2)] = c;
        j[(2, 3)] = s;
        j[(3, 2)] = -s / v;
        j[(3, 3)] = c / v;
        j[(4, 4)] = 0.0;
        self.p = symmetric(j * self.p * j.transpose());
        self.p[(4, 4)] = YAW_RATE_SIGMA_RADPS * YAW_RATE_SIGMA_RADPS;
        self.x[2] = v;
        self.x[3] = math::atan2(s, c);
        self.x[4] = 0.0;
        self.model = Model::Ctrv;
    }
    /// Changes to CV.
    pub fn to_cv(&mut self) {
        if self.model == Model::Cv {
            return;
        }
        let v = self.x[2];
        let (s, c) = math::sin_cos(self.x[3]);
        let mut j = Mat5::identity();
        j[(2, 2)] = c;
        j[(2, 3)] = -v * s;
        j[(3, 2)] = s;
        j[(3, 3)] = v * c;
        j[(4, 4)] = 0.0;
        self.p = symmetric(j * self.p * j.transpose());
        // At standstill the turn carries no speed information: keep the velocity block regular.
        self.p[(2, 2)] += 0.01;
        self.p[(3, 3)] += 0.01;
        self.p[(4, 4)] = IDLE_VARIANCE;
        self.x[2] = v * c;
        self.x[3] = v * s;
        self.x[4] = 0.0;
        self.model = Model::Cv;
    }
}

/// Velocity of a state vector, m/s.
#[inline]
pub fn velocity(model: Model, x: &Vec5) -> DVec2 {
    match model {
        Model::Cv => DVec2::new(x[2], x[3]),
        Model::Ctrv => math::unit(x[3]) * x[2],
    }
}

impl Lagged {
    /// Gradient with respect to the present state of the position component along `u` at the measuring
    /// time.
    #[inline]
    pub fn along(&self, u: DVec2) -> Vec5 {
        (self.f.row(0) * u.x + self.f.row(1) * u.y).transpose()
    }
    /// Gradient of the velocity component along `u`, and its predicted value, m/s.
    pub fn velocity_along(&self, model: Model, u: DVec2) -> (Vec5, f64) {
        match model {
            Model::Cv => {
                ((self.f.row(2) * u.x + self.f.row(3) * u.y).transpose(), self.x[2] * u.x + self.x[3] * u.y)
            }
            Model::Ctrv => {
                let forward = math::unit(self.x[3]);
                let (along, across) = (forward.dot(u), forward.perp().dot(u));
                (
                    (self.f.row(2) * along + self.f.row(3) * (self.x[2] * across)).transpose(),
                    self.x[2] * along,
                )
            }
        }
    }
}

/// Averages away the rounding asymmetry of a covariance.
#[inline]
fn symmetric(p: Mat5) -> Mat5 {
    (p + p.transpose()) * 0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng;
    use proptest::prelude::*;

    const NOISE: ProcessNoise = ProcessNoise { accel: 1.0, yaw_accel: 0.05 };

    #[test]
    fn ctrv_matches_the_closed_form() {
        for (v, psi, omega, t) in [
            (10.0, 0.0, 0.5, 1.0),
            (10.0, 1.2, -0.5, 2.0),
            (-3.0, -2.0, 0.2, 0.7),
            (25.0, 3.0, 0.011, 5.0),
            (25.0, 0.3, 1e-7, 5.0),
            (25.0, 0.3, 0.0, 5.0),
            (8.0, 0.3, 0.4, -0.5),
        ] {
            let (next, _) = propagate(Model::Ctrv, &Vec5::from([1.0, 2.0, v, psi, omega]), t);
            let (dx, dy) = if f64::abs(omega) > 1e-8 {
                (
                    v / omega * (f64::sin(psi + omega * t) - f64::sin(psi)),
                    v / omega * (f64::cos(psi) - f64::cos(psi + omega * t)),
                )
            } else {
                (v * t * f64::cos(psi), v * t * f64::sin(psi))
            };
            let tolerance = 1e-5;
            assert!((next[0] - 1.0 - dx).abs() < tolerance, "x at ω = {omega}");
            assert!((next[1] - 2.0 - dy).abs() < tolerance, "y at ω = {omega}");
            assert!(math::wrap_pi(next[3] - psi - omega * t).abs() < 1e-12, "ψ at ω = {omega}");
        }
    }

    #[test]
    fn jacobian_matches_differences() {
        for model in [Model::Cv, Model::Ctrv] {
            for omega in [0.0, 1e-9, 0.04, -0.6] {
                let x = Vec5::from([1.0, -2.0, 7.0, 0.8, omega]);
                let (_, f) = propagate(model, &x, 0.3);
                for column in 0..5 {
                    let (mut up, mut down) = (x, x);
                    up[column] += 1e-6;
                    down[column] -= 1e-6;
                    let slope = (propagate(model, &up, 0.3).0 - propagate(model, &down, 0.3).0) / 2e-6;
                    for row in 0..5 {
                        assert!((slope[row] - f[(row, column)]).abs() < 1e-6, "{model:?} {row},{column}");
                    }
                }
            }
        }
    }

    #[test]
    fn changing_the_model_keeps_position_and_velocity() {
        let mut k =
            Kinematics::at(DVec2::new(3.0, 4.0), [0.2, 0.05, 0.3], DVec2::new(-6.0, 8.0), 0.5, SimTime::ZERO);
        let before = k;
        k.to_ctrv();
        assert!((k.velocity_mps() - before.velocity_mps()).length() < 1e-12);
        assert!((k.speed_sigma_mps() - 0.5).abs() < 1e-9);
        k.to_cv();
        assert!((k.velocity_mps() - before.velocity_mps()).length() < 1e-9);
        assert_eq!(k.position_m(), before.position_m());
        assert!((k.p[(0, 1)] - 0.05).abs() < 1e-12);
    }

    /// Normalized estimation error squared over simulated CTRV tracks lies within the two-sided 95 %
    /// bounds of the χ² distribution (5 states, 100 runs: 4.3994 to 5.6385).
    #[test]
    fn estimation_error_is_consistent_with_the_covariance() {
        let runs = 100;
        let dt_s = 0.1;
        let mut total = 0.0;
        for run in 0..runs {
            let mut rng = rng::stream(run, "nees", "ctrv");
            let prior = Mat5::from_diagonal(&Vec5::from([0.25, 0.25, 0.25, 0.0025, 0.0025]));
            let mean = Vec5::from([0.0, 0.0, 12.0, 0.4, 0.1]);
            let mut truth = mean;
            for i in 0..5 {
                truth[i] += prior[(i, i)].sqrt() * rng::normal(&mut rng);
            }
            let mut k = Kinematics { model: Model::Ctrv, x: mean, p: prior, time: SimTime::ZERO };
            for step in 1..=40 {
                let q = process_noise(Model::Ctrv, &truth, NOISE, dt_s) + Mat5::identity() * 1e-15;
                let root = q.cholesky().expect("positive").l();
                let shock = Vec5::from_fn(|_, _| rng::normal(&mut rng));
                truth = propagate(Model::Ctrv, &truth, dt_s).0 + root * shock;
                k.predict(SimTime::from_s(f64::from(step) * dt_s), NOISE);
                let lag = k.lagged(k.time);
                let sigma = 0.3;
                for (u, value, estimate) in [(DVec2::X, truth[0], k.x[0]), (DVec2::Y, truth[1], k.x[1])] {
                    k.correct(&lag.along(u), value + sigma * rng::normal(&mut rng) - estimate, sigma * sigma);
                }
            }
            let mut error = truth - k.x;
            error[3] = math::wrap_pi(error[3]);
            total += (error.transpose() * k.p.try_inverse().expect("regular") * error)[0];
        }
        let mean = total / runs as f64;
        assert!((4.3994..5.6385).contains(&mean), "mean NEES {mean}");
    }

    /// A moving object measured 0.1 s ago is estimated without bias at the present.
    #[test]
    fn late_measurements_cause_no_bias() {
        let noise = ProcessNoise { accel: 0.1, yaw_accel: 0.01 };
        let mut k = Kinematics::at(DVec2::ZERO, [1.0, 0.0, 1.0], DVec2::new(15.0, 0.0), 5.0, SimTime::ZERO);
        for step in 1..=50 {
            let now = SimTime::from_s(f64::from(step) * 0.05);
            k.predict(now, noise);
            let measured_at = SimTime::from_s((now.s() - 0.1).max(0.0));
            let lag = k.lagged(measured_at);
            k.correct(&lag.along(DVec2::X), 20.0 * measured_at.s() - lag.x[0], 0.01);
            let lag = k.lagged(measured_at);
            k.correct(&lag.along(DVec2::Y), -lag.x[1], 0.01);
        }
        assert!((k.x[0] - 20.0 * k.time.s()).abs() < 0.02, "{}", k.x[0] - 20.0 * k.time.s());
        assert!((k.x[2] - 20.0).abs() < 0.05);
    }

    proptest! {
        #[test]
        fn covariance_stays_symmetric_positive(
            steps in proptest::collection::vec((0.0f64..0.3, -3.2f64..3.2, -5.0f64..5.0, 0.01f64..4.0, 0u8..6), 1..60),
            start_speed in -5.0f64..30.0,
        ) {
            let mut k = Kinematics::at(DVec2::ZERO, [1.0, 0.3, 0.5], DVec2::new(start_speed, 1.0), 8.0, SimTime::ZERO);
            let mut time_s = 0.0;
            for (dt_s, angle, innovation, sigma, what) in steps {
                time_s += dt_s;
                k.predict(SimTime::from_s(time_s), ProcessNoise { accel: 4.0, yaw_accel: 0.1 });
                let u = math::unit(angle);
                let lag = k.lagged(SimTime::from_s((time_s - 0.1).max(0.0)));
                match what {
                    0 => k.to_ctrv(),
                    1 => k.to_cv(),
                    2 => {
                        let (h, _) = lag.velocity_along(k.model, u);
                        k.correct(&h, innovation, sigma * sigma);
                    }
                    _ => k.correct(&lag.along(u), innovation, sigma * sigma),
                }
                prop_assert!((k.p - k.p.transpose()).abs().max() < 1e-9);
                let scale = k.p.diagonal().max().max(1.0);
                let least = k.p.symmetric_eigenvalues().min();
                prop_assert!(least > -1e-12 * scale, "least eigenvalue {least}");
                prop_assert!(k.p.diagonal().min() > 0.0);
            }
        }
    }
}
