//! Dead reckoning: where the ego was, relative to where it is, over the last seconds.
//!
//! Localization corrects the believed pose in small jumps. Objects that stand in front of the car must
//! not jump with it, so tracks live in the **odometry frame**: the pose integrated from the estimated
//! speed and yaw rate alone, never corrected. It drifts slowly, but it is smooth. The history of that
//! pose also compensates latency: a detection measured at t is placed with the odometry pose at t, and
//! a position fix measured at t is compared with the present pose moved back by the odometry between.
//!
//! Equations: exact circular arc over a tick, p += v·dt·sinc(ω·dt/2)·unit(ψ + ω·dt/2), ψ += ω·dt; linear
//! interpolation between ticks.
//!
//! Frames: odometry frame = world-sized plane whose origin is the first believed pose. m, rad.
//! Validity: latencies up to the length of the ring (128 ticks); older times get the oldest pose.
//! Source: odometry and map frame convention of REP 105 (robot operating system).
//! It does not model height.

use crate::base::math::{self, DVec2};
use crate::base::time::SimTime;

/// Ring length, ticks: 1.28 s at 10 ms, longer than any latency in the suite.
const RING: usize = 128;

/// Position and heading in a plane, with the heading's unit vector cached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Planar {
    /// Position, m.
    pub position_m: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Unit vector of the heading.
    pub forward: DVec2,
}

impl Default for Planar {
    fn default() -> Self {
        Self { position_m: DVec2::ZERO, heading_rad: 0.0, forward: DVec2::X }
    }
}

impl Planar {
    /// From position and heading.
    pub fn new(position_m: DVec2, heading_rad: f64) -> Self {
        Self { position_m, heading_rad, forward: math::unit(heading_rad) }
    }
    /// A direction of this frame in the parent frame.
    #[inline]
    pub fn turn(&self, local: DVec2) -> DVec2 {
        self.forward * local.x + self.forward.perp() * local.y
    }
    /// A point of this frame in the parent frame, m.
    #[inline]
    pub fn point(&self, local_m: DVec2) -> DVec2 {
        self.position_m + self.turn(local_m)
    }
    /// A direction of the parent frame in this frame.
    #[inline]
    pub fn turn_back(&self, outer: DVec2) -> DVec2 {
        DVec2::new(outer.dot(self.forward), self.forward.perp_dot(outer))
    }
    /// A point of the parent frame in this frame, m.
    #[inline]
    pub fn local(&self, outer_m: DVec2) -> DVec2 {
        self.turn_back(outer_m - self.position_m)
    }
    /// The frame `inner` (given in this frame) in the parent frame.
    #[inline]
    pub fn compose(&self, inner: &Self) -> Self {
        Self {
            position_m: self.point(inner.position_m),
            heading_rad: self.heading_rad + inner.heading_rad,
            forward: self.turn(inner.forward),
        }
    }
    /// The frame `other` (given in the parent frame) in this frame.
    #[inline]
    pub fn relative(&self, other: &Self) -> Self {
        Self {
            position_m: self.local(other.position_m),
            heading_rad: other.heading_rad - self.heading_rad,
            forward: self.turn_back(other.forward),
        }
    }
    /// The inverse frame: parent seen from here.
    #[inline]
    pub fn inverse(&self) -> Self {
        self.relative(&Self::default())
    }
}

/// One moment of the odometry.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OdometryState {
    /// Pose in the odometry frame.
    pub pose: Planar,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Yaw rate, rad/s.
    pub yaw_rate_radps: f64,
}

impl OdometryState {
    /// Linear interpolation from here (w = 0) to `other` (w = 1).
    pub fn toward(&self, other: &Self, w: f64) -> Self {
        Self {
            pose: Planar::new(
                self.pose.position_m.lerp(other.pose.position_m, w),
                math::lerp(self.pose.heading_rad, other.pose.heading_rad, w),
            ),
            speed_mps: math::lerp(self.speed_mps, other.speed_mps, w),
            yaw_rate_radps: math::lerp(self.yaw_rate_radps, other.yaw_rate_radps, w),
        }
    }
    /// Velocity of a point of the vehicle in the odometry frame, m/s.
    #[inline]
    pub fn velocity_at(&self, mount_m: DVec2) -> DVec2 {
        self.pose.turn(DVec2::new(
            self.speed_mps - self.yaw_rate_radps * mount_m.y,
            self.yaw_rate_radps * mount_m.x,
        ))
    }
}

/// Smooth pose of the ego with its recent past.
#[derive(Clone, Debug)]
pub struct DeadReckoning {
    ring: [(SimTime, OdometryState); RING],
    newest: usize,
    filled: usize,
}

impl DeadReckoning {
    /// Starts at a pose.
    pub fn new(time: SimTime, start: OdometryState) -> Self {
        Self { ring: [(time, start); RING], newest: 0, filled: 1 }
    }
    /// Moves on to `time` with the present estimates of speed and yaw rate.
    pub fn advance(&mut self, time: SimTime, speed_mps: f64, yaw_rate_radps: f64) {
        let (last_time, last) = self.ring[self.newest];
        let dt_s = time.since_s(last_time);
        if dt_s <= 0.0 {
            self.ring[self.newest].1.speed_mps = speed_mps;
            self.ring[self.newest].1.yaw_rate_radps = yaw_rate_radps;
            return;
        }
        let mean_speed = 0.5 * (last.speed_mps + speed_mps);
        let half_turn = 0.25 * (last.yaw_rate_radps + yaw_rate_radps) * dt_s;
        let chord = math::unit(last.pose.heading_rad + half_turn);
        let step = mean_speed * dt_s * super::motion::sinc(half_turn);
        let pose = Planar::new(last.pose.position_m + chord * step, last.pose.heading_rad + 2.0 * half_turn);
        self.newest = (self.newest + 1) % RING;
        self.filled = (self.filled + 1).min(RING);
        self.ring[self.newest] = (time, OdometryState { pose, speed_mps, yaw_rate_radps });
    }
    /// The present.
    #[inline]
    pub fn now(&self) -> &OdometryState {
        &self.ring[self.newest].1
    }
    /// Time of the present.
    #[inline]
    pub fn time(&self) -> SimTime {
        self.ring[self.newest].0
    }
    /// The state at a past time, interpolated; clamped to what is remembered.
    pub fn at(&self, time: SimTime) -> OdometryState {
        let mut upper = self.newest;
        if time >= self.ring[upper].0 {
            return self.ring[upper].1;
        }
        for _ in 1..self.filled {
            let lower = (upper + RING - 1) % RING;
            let (t0, a) = self.ring[lower];
            if t0 <= time {
                let (t1, b) = self.ring[upper];
                let w = time.since_s(t0) / t1.since_s(t0);
                if w <= 0.0 {
                    return a;
                }
                return a.toward(&b, w);
            }
            upper = lower;
        }
        self.ring[upper].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn driven(yaw_rate_radps: f64, ticks: u64) -> DeadReckoning {
        let start = OdometryState { speed_mps: 10.0, yaw_rate_radps, ..OdometryState::default() };
        let mut reckoning = DeadReckoning::new(SimTime::ZERO, start);
        for tick in 1..=ticks {
            reckoning.advance(SimTime(tick * 20_000_000), 10.0, yaw_rate_radps);
        }
        reckoning
    }

    #[test]
    fn a_steady_turn_is_the_exact_circle() {
        let reckoning = driven(0.5, 100);
        let (radius, angle) = (10.0 / 0.5, 0.5 * 2.0);
        let expect = DVec2::new(radius * math::sin(angle), radius * (1.0 - math::cos(angle)));
        assert!((reckoning.now().pose.position_m - expect).length() < 1e-9);
        assert!((reckoning.now().pose.heading_rad - angle).abs() < 1e-12);
    }

    #[test]
    fn the_past_is_found_between_and_on_ticks_and_clamped_at_both_ends() {
        let reckoning = driven(0.0, 300);
        for (time_s, expect_x) in [
            (6.0, 60.0),
            (9.0, 60.0),
            (5.99, 59.9),
            (5.5, 55.0),
            // Older than the ring: 127 ticks back.
            (1.0, 60.0 - 127.0 * 0.2),
        ] {
            let x = reckoning.at(SimTime::from_s(time_s)).pose.position_m.x;
            assert!((x - expect_x).abs() < 1e-6, "{time_s} s: {x}");
        }
    }

    #[test]
    fn frames_compose_and_invert() {
        let a = Planar::new(DVec2::new(3.0, -2.0), 0.7);
        let b = Planar::new(DVec2::new(-5.0, 11.0), -2.1);
        let back = a.compose(&a.relative(&b));
        assert!((back.position_m - b.position_m).length() < 1e-12);
        assert!((back.heading_rad - b.heading_rad).abs() < 1e-12);
        let unit = a.compose(&a.inverse());
        assert!(unit.position_m.length() < 1e-12 && unit.heading_rad.abs() < 1e-12);
        let point = DVec2::new(1.0, 2.0);
        assert!((a.local(a.point(point)) - point).length() < 1e-12);
    }
}
