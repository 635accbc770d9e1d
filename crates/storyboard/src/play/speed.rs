//! SpeedAction at run time: from the present speed to an absolute or relative one, in a shape, within the
//! body's limits.
//!
//! m/s, s. A change over a distance becomes one over a time: every shape has the mean (v₀ + v₁)/2, so
//! T = 2d/|v₀ + v₁|; where the speed changes its sign, the distance is shared between both parts as v₀² to v₁²
//! (equal mean accelerations) and their times are added.
//!
//! A relative target is sampled once, or at every step where the action is continuous. The body's largest
//! acceleration stretches a change that would be steeper; where the target moves it bounds every step, and the shape
//! goes on from where the body is. The largest speed bounds the target.
//!
//! What it does not do: it moves nobody along any road.

use crate::play::angle::TINY;
use crate::play::transition::Transition;
use crate::standard::{Continuous, Dimension, RelativeSpeedKind, TransitionDynamics};

/// Limits of a body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedLimits {
    /// Largest speed, m/s, in both directions.
    pub speed_mps_max: f64,
    /// Largest acceleration, m/s².
    pub accel_mps2_max: f64,
    /// Largest deceleration, m/s².
    pub decel_mps2_max: f64,
}

impl SpeedLimits {
    /// No limits.
    pub const FREE: Self =
        Self { speed_mps_max: f64::INFINITY, accel_mps2_max: f64::INFINITY, decel_mps2_max: f64::INFINITY };

    /// The speed nearest to a wanted one that a body can have after a step.
    pub fn towards(&self, from_mps: f64, wanted_mps: f64, dt_s: f64) -> f64 {
        let most = |limit: f64| if limit > 0.0 { limit * dt_s } else { f64::INFINITY };
        let (faster, slower) = (most(self.accel_mps2_max), most(self.decel_mps2_max));
        // Braking is whatever brings the speed nearer to 0.
        let (up, down) = if from_mps < 0.0 || (from_mps == 0.0 && wanted_mps < 0.0) {
            (slower, faster)
        } else {
            (faster, slower)
        };
        // Not clamp: a speed that is no number stays one, and is not an abort.
        wanted_mps.max(from_mps - down).min(from_mps + up)
    }

    /// A speed within them.
    pub fn bounded(&self, speed_mps: f64) -> f64 {
        let most = if self.speed_mps_max >= 0.0 { self.speed_mps_max } else { f64::INFINITY };
        speed_mps.clamp(-most, most)
    }
}

/// The target: a speed, or one relative to the reference's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Speed, m/s.
    Absolute(f64),
    /// Difference or factor to the reference's speed.
    Relative {
        /// Difference in m/s, or factor.
        value: f64,
        /// Which of the two.
        kind: RelativeSpeedKind,
        /// Whether it is followed without end.
        continuous: Continuous,
    },
}

/// What a step gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedStep {
    /// Speed at the end of the step, m/s.
    pub speed_mps: f64,
    /// Whether the action is over.
    pub done: bool,
}

/// A speed action under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedRuntime {
    transition: Transition,
    rate: Option<f64>,
    target: Target,
    target_mps: f64,
    speed_mps: f64,
    /// It takes no time: a step, or a span of 0.
    at_once: bool,
    /// The transition has come to its end.
    reached: bool,
}

impl SpeedRuntime {
    /// Starts at `speed_mps`; `reference_mps` is the reference entity's speed (any number for an absolute
    /// target).
    pub fn start(dynamics: &TransitionDynamics, target: Target, speed_mps: f64, reference_mps: f64) -> Self {
        let target_mps = value_of(target, reference_mps);
        let (dimension, value) = match dynamics.dimension {
            Dimension::Rate => (Dimension::Rate, dynamics.value),
            Dimension::Time => (Dimension::Time, dynamics.value),
            Dimension::Distance => {
                (Dimension::Time, time_for_distance_s(speed_mps, target_mps, dynamics.value))
            }
        };
        let rate = match dimension {
            Dimension::Rate => Some(value),
            Dimension::Time | Dimension::Distance => None,
        };
        let transition = Transition::new(dynamics.shape, dimension, value, speed_mps, target_mps);
        // No time at all is a step, whatever the shape: the body's limits hold only for what takes time.
        let at_once = transition.is_done();
        Self { transition, rate, target, target_mps, speed_mps, at_once, reached: false }
    }

    /// Whether it never ends by itself.
    fn is_continuous(&self) -> bool {
        match self.target {
            Target::Absolute(_) | Target::Relative { continuous: Continuous::No, .. } => false,
            Target::Relative { continuous: Continuous::Yes, .. } => true,
        }
    }

    /// Goes on by `dt_s` while the reference drives `reference_mps`.
    pub fn step(&mut self, reference_mps: f64, limits: &SpeedLimits, dt_s: f64) -> SpeedStep {
        if self.is_continuous() {
            self.target_mps = value_of(self.target, reference_mps);
        }
        let to = limits.bounded(self.target_mps);
        if self.at_once {
            self.speed_mps = to;
            return SpeedStep { speed_mps: to, done: !self.is_continuous() };
        }
        self.transition.to = to;
        let most = if to > self.transition.from { limits.accel_mps2_max } else { limits.decel_mps2_max };
        let most = if most > 0.0 { most } else { f64::INFINITY };
        if let Some(rate) = self.rate {
            // The way to a moving target is measured from the start anew; what is done stays done. A rate beyond
            // the body's is the body's.
            let done = self.transition.done;
            let (shape, from) = (self.transition.shape, self.transition.from);
            self.transition = Transition::new(shape, Dimension::Rate, rate.abs().min(most), from, to);
            self.transition.done = done.min(self.transition.span);
        } else if !self.is_continuous() {
            self.transition.limit_rate(most);
        }
        self.transition.step(dt_s);
        let wanted = if self.reached { to } else { self.transition.value() };
        let speed_mps =
            if self.is_continuous() { limits.towards(self.speed_mps, wanted, dt_s) } else { wanted };
        if speed_mps != wanted {
            // The shape waits for a body that cannot follow its target.
            self.transition.retreat_to(speed_mps);
        }
        self.speed_mps = limits.bounded(speed_mps);
        let reached = self.reached || self.transition.is_done() || (self.speed_mps - to).abs() < TINY;
        self.reached = reached;
        let there = reached && (self.speed_mps - to).abs() < TINY;
        if there {
            self.speed_mps = to;
        }
        SpeedStep { speed_mps: self.speed_mps, done: there && !self.is_continuous() }
    }

    /// The speed that it sets at its very start: a step's target; `None` where the speed changes over time.
    pub fn at_once_mps(&self, limits: &SpeedLimits) -> Option<f64> {
        self.at_once.then(|| limits.bounded(self.target_mps))
    }

    /// Speed that it is going to, m/s.
    pub fn target_mps(&self) -> f64 {
        self.target_mps
    }
}

fn value_of(target: Target, reference_mps: f64) -> f64 {
    match target {
        Target::Absolute(speed) => speed,
        Target::Relative { value, kind: RelativeSpeedKind::Delta, .. } => reference_mps + value,
        Target::Relative { value, kind: RelativeSpeedKind::Factor, .. } => reference_mps * value,
    }
}

/// How long a change of speed takes that is to happen over a distance.
pub fn time_for_distance_s(from_mps: f64, to_mps: f64, distance_m: f64) -> f64 {
    let distance_m = distance_m.max(0.0);
    if (to_mps - from_mps).abs() < TINY {
        return 0.0;
    }
    if from_mps.abs() > TINY && to_mps.abs() > TINY && from_mps * to_mps < 0.0 {
        let squares = from_mps * from_mps + to_mps * to_mps;
        let first_m = distance_m * from_mps * from_mps / squares;
        return 2.0 * first_m / from_mps.abs() + 2.0 * (distance_m - first_m) / to_mps.abs();
    }
    2.0 * distance_m / (from_mps + to_mps).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Shape;
    use crate::standard::Following;

    fn dynamics(shape: Shape, dimension: Dimension, value: f64) -> TransitionDynamics {
        TransitionDynamics { shape, dimension, value, following: Following::Position }
    }

    /// Steps to the end; gives the speeds' sum times dt, the time and the last speed.
    fn run(mut action: SpeedRuntime, limits: &SpeedLimits, dt_s: f64) -> (f64, f64, f64) {
        let (mut distance, mut time) = (0.0, 0.0);
        for _ in 0..1_000_000 {
            let before = action.transition.value();
            let step = action.step(0.0, limits, dt_s);
            time += dt_s;
            distance += (before + step.speed_mps) / 2.0 * dt_s;
            if step.done {
                return (distance, time, step.speed_mps);
            }
        }
        panic!("no end");
    }

    #[test]
    fn changes_end_at_their_target_after_their_time_or_distance() {
        let check = |shape, dimension, value, from: f64, to: f64, time: f64, distance: f64| {
            let action =
                SpeedRuntime::start(&dynamics(shape, dimension, value), Target::Absolute(to), from, 0.0);
            let (d, t, v) = run(action, &SpeedLimits::FREE, 0.001);
            assert_eq!(v, to);
            assert!((t - time).abs() < 2e-3, "{shape:?} {dimension:?}: {t} s, not {time} s");
            assert!((d - distance).abs() < 0.05, "{shape:?} {dimension:?}: {d} m, not {distance} m");
        };
        check(Shape::Linear, Dimension::Rate, 2.0, 10.0, 20.0, 5.0, 75.0);
        check(Shape::Cubic, Dimension::Rate, 2.0, 10.0, 20.0, 7.5, 112.5);
        check(Shape::Sinusoidal, Dimension::Time, 4.0, 10.0, 0.0, 4.0, 20.0);
        check(Shape::Linear, Dimension::Distance, 60.0, 10.0, 20.0, 4.0, 60.0);
        check(Shape::Cubic, Dimension::Distance, 60.0, 10.0, 20.0, 4.0, 60.0);
        check(Shape::Step, Dimension::Time, 9.0, 10.0, 20.0, 0.001, 0.02);
        check(Shape::Linear, Dimension::Time, 0.0, 10.0, 20.0, 0.001, 0.02);
    }

    #[test]
    fn a_change_of_sign_shares_its_distance() {
        // −4 → 8: 4/5 of the way with the faster part.
        let time = time_for_distance_s(-4.0, 8.0, 10.0);
        assert!((time - (2.0 * 2.0 / 4.0 + 2.0 * 8.0 / 8.0)).abs() < 1e-12);
        assert_eq!(time_for_distance_s(5.0, 5.0, 10.0), 0.0);
        assert!((time_for_distance_s(0.0, 10.0, 50.0) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn bodies_limit_rate_and_speed() {
        let limits = SpeedLimits { speed_mps_max: 12.0, accel_mps2_max: 2.0, decel_mps2_max: 4.0 };
        let check = |from: f64, to: f64, expect: f64, time: f64| {
            let action = SpeedRuntime::start(
                &dynamics(Shape::Linear, Dimension::Time, 0.5),
                Target::Absolute(to),
                from,
                0.0,
            );
            let (_, t, v) = run(action, &limits, 0.001);
            assert_eq!(v, expect);
            assert!((t - time).abs() < 2e-3, "{t} s, not {time} s");
        };
        check(0.0, 20.0, 12.0, 6.0);
        check(12.0, 0.0, 0.0, 3.0);
    }

    #[test]
    fn relative_targets_are_sampled_once_or_followed() {
        let relative =
            |continuous| Target::Relative { value: 2.0, kind: RelativeSpeedKind::Delta, continuous };
        let step = dynamics(Shape::Step, Dimension::Time, 0.0);
        let mut once = SpeedRuntime::start(&step, relative(Continuous::No), 0.0, 10.0);
        assert_eq!(once.step(50.0, &SpeedLimits::FREE, 0.1), SpeedStep { speed_mps: 12.0, done: true });
        let mut followed = SpeedRuntime::start(&step, relative(Continuous::Yes), 0.0, 10.0);
        assert_eq!(followed.step(10.0, &SpeedLimits::FREE, 0.1), SpeedStep { speed_mps: 12.0, done: false });
        assert_eq!(followed.step(7.0, &SpeedLimits::FREE, 0.1), SpeedStep { speed_mps: 9.0, done: false });
        let factor =
            Target::Relative { value: 0.5, kind: RelativeSpeedKind::Factor, continuous: Continuous::No };
        let mut half = SpeedRuntime::start(&step, factor, 0.0, 10.0);
        assert_eq!(half.step(0.0, &SpeedLimits::FREE, 0.1).speed_mps, 5.0);
    }

    #[test]
    fn the_yardsticks_speeds_of_relative_speed_phases() {
        // A lead goes to 20 m/s at 5 m/s², later to 30, then stands; it is followed from 1 s on.
        let follow =
            Target::Relative { value: 0.0, kind: RelativeSpeedKind::Delta, continuous: Continuous::Yes };
        let limits = SpeedLimits { speed_mps_max: 70.0, accel_mps2_max: 4.0, decel_mps2_max: 7.0 };
        let lead = |t: f64| (5.0 * t).min(20.0) + (5.0 * (t - 7.2)).clamp(0.0, 10.0);
        let mut action =
            SpeedRuntime::start(&dynamics(Shape::Sinusoidal, Dimension::Time, 7.0), follow, 0.0, 5.0);
        let mut speed = 0.0;
        let mut expect =
            [(2.0, 0.4952), (3.0, 2.8238), (4.0, 6.7903), (5.0, 10.7903), (6.0, 14.7885), (7.0, 18.1233)]
                .iter();
        let mut next = expect.next();
        for tick in 20..140 {
            speed = action.step(lead(f64::from(tick + 1) * 0.05), &limits, 0.05).speed_mps;
            if let Some((time, want)) = next.filter(|row| (row.0 - f64::from(tick + 1) * 0.05).abs() < 1e-9) {
                assert!((speed - want).abs() < 1e-3, "{time} s: {speed}, not {want}");
                next = expect.next();
            }
        }
        assert!(next.is_none() && speed > 18.0);
    }

    #[test]
    fn a_moving_target_is_approached_at_the_rate() {
        let follow =
            Target::Relative { value: 0.0, kind: RelativeSpeedKind::Delta, continuous: Continuous::Yes };
        let mut action =
            SpeedRuntime::start(&dynamics(Shape::Linear, Dimension::Rate, 1.0), follow, 0.0, 5.0);
        let mut speed = 0.0;
        for i in 1..=20 {
            let step = action.step(5.0 + f64::from(i) * 0.05, &SpeedLimits::FREE, 0.1);
            assert!((step.speed_mps - speed - 0.1).abs() < 1e-9, "step {i}");
            speed = step.speed_mps;
        }
    }
}
