//! Keeping a distance to another entity: LongitudinalDistanceAction and LateralDistanceAction at run time.
//!
//! m, m/s, s. The caller measures: `measured_m` is the distance in the action's own coordinate system and between
//! what the action says (reference points or bodies); along, positive where the other is ahead; across, positive
//! where the other is to the left.
//!
//! Without constraints the distance is kept exactly from the first step on: the entity is moved by the error and
//! takes the other's speed. With constraints a critically damped spring pulls: k = 0.4 · the deceleration limit
//! where the gap is too wide (the acceleration limit where it is too narrow), a = k·error − 2√k·Δv, within the
//! limits of acceleration, jerk and speed. The spring is the yardstick's (esmini); the standard only asks that the
//! constraints hold.
//!
//! An action that is not continuous ends as soon as the distance is within 0.1 m (the yardstick's threshold; the
//! standard has none).
//!
//! What it does not do: it measures nothing and knows no road.

use crate::play::angle::TINY;
use crate::standard::{Continuous, Displacement, DynamicConstraints, Gap};

/// A distance that is this close is reached, m.
pub const REACHED_M: f64 = 0.1;

/// Stiffness of the spring per m/s² of the limit, 1/m.
const STIFFNESS_PM: f64 = 0.4;

/// Largest acceleration that a spring gives, m/s²: chosen far above anything that moves on roads, and so that no
/// constraint of a file carries speeds out of the numbers.
const ACCEL_MPS2_MAX: f64 = 1e6;

/// Sign of the target distance for a displacement, given what is measured at the start: +1 behind the other
/// (to its right), −1 ahead (to its left).
pub fn side(displacement: Displacement, measured_m: f64) -> f64 {
    match displacement {
        Displacement::Any if measured_m < 0.0 => -1.0,
        Displacement::Any | Displacement::Trailing => 1.0,
        Displacement::Leading => -1.0,
    }
}

/// What a step of a distance action asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DistanceStep {
    /// Move the entity by this along (across) at once, m; 0 with constraints.
    pub shift_m: f64,
    /// Speed along (across) at the end of the step, m/s.
    pub speed_mps: f64,
    /// Acceleration in the step, m/s².
    pub accel_mps2: f64,
    /// Whether the action is over.
    pub done: bool,
}

/// A spring with limits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Spring {
    accel_mps2: f64,
}

impl Spring {
    /// Speed after a step for an error of the distance and a difference of speeds.
    fn step(
        &mut self,
        error_m: f64,
        own_mps: f64,
        other_mps: f64,
        limits: &DynamicConstraints,
        dt_s: f64,
    ) -> f64 {
        let capped = |limit: f64| if limit > 0.0 { limit.min(ACCEL_MPS2_MAX) } else { 0.0 };
        let finite = |value: f64, other: f64| capped(if value.is_finite() { value } else { other });
        let accel_max = finite(limits.accel_mps2_max, limits.decel_mps2_max);
        let decel_max = finite(limits.decel_mps2_max, limits.accel_mps2_max);
        let stiffness = STIFFNESS_PM * if error_m < 0.0 { accel_max } else { decel_max };
        let wanted = error_m * stiffness - (own_mps - other_mps) * 2.0 * stiffness.sqrt();
        let wanted = wanted.clamp(-capped(limits.decel_mps2_max), capped(limits.accel_mps2_max));
        // An infinite rate over no time is no limit.
        let within = |rate: f64| if rate.is_finite() { rate.max(0.0) * dt_s } else { f64::INFINITY };
        self.accel_mps2 = if wanted < 0.0 {
            wanted.max(self.accel_mps2 - within(limits.decel_rate_mps3_max))
        } else {
            wanted.min(self.accel_mps2 + within(limits.accel_rate_mps3_max))
        };
        let most = if limits.speed_mps_max >= 0.0 { limits.speed_mps_max } else { f64::INFINITY };
        (own_mps + self.accel_mps2 * dt_s).clamp(-most, most)
    }
}

/// Whether an action has constraints that leave it no exact way.
fn is_free(constraints: Option<&DynamicConstraints>) -> bool {
    constraints
        .is_none_or(|limits| limits.accel_mps2_max.is_infinite() && limits.decel_mps2_max.is_infinite())
}

fn reached(continuous: Continuous, error_m: f64) -> bool {
    match continuous {
        Continuous::Yes => false,
        Continuous::No => error_m.abs() < REACHED_M,
    }
}

/// A LongitudinalDistanceAction under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LongitudinalDistanceRuntime {
    gap: Gap,
    side: f64,
    continuous: Continuous,
    constraints: Option<DynamicConstraints>,
    spring: Spring,
}

impl LongitudinalDistanceRuntime {
    /// Starts where the distance is `measured_m`, positive with the other ahead. No gap = the present distance.
    pub fn start(
        gap: Option<Gap>,
        displacement: Displacement,
        continuous: Continuous,
        constraints: Option<DynamicConstraints>,
        measured_m: f64,
    ) -> Self {
        let gap = gap.unwrap_or(Gap::Distance(measured_m.abs()));
        Self { gap, side: side(displacement, measured_m), continuous, constraints, spring: Spring::default() }
    }

    /// Distance that is to be kept, m; a time gap counts the other's speed.
    pub fn target_m(&self, other_mps: f64) -> f64 {
        self.side
            * match self.gap {
                Gap::Distance(distance) => distance.abs(),
                Gap::Time(time) => (time * other_mps).abs(),
            }
    }

    /// Goes on by `dt_s` from the speeds and the distance at the step's start.
    pub fn step(&mut self, own_mps: f64, other_mps: f64, measured_m: f64, dt_s: f64) -> DistanceStep {
        let error_m = measured_m - self.target_m(other_mps);
        let done = reached(self.continuous, error_m);
        match &self.constraints {
            Some(limits) if !is_free(self.constraints.as_ref()) => {
                let speed_mps = self.spring.step(error_m, own_mps, other_mps, limits, dt_s);
                DistanceStep { shift_m: 0.0, speed_mps, accel_mps2: self.spring.accel_mps2, done }
            }
            Some(_) | None => {
                let accel_mps2 = if dt_s > 0.0 { (other_mps - own_mps) / dt_s } else { 0.0 };
                // Exactly kept is reached at once.
                let done = self.continuous == Continuous::No;
                DistanceStep { shift_m: error_m, speed_mps: other_mps, accel_mps2, done }
            }
        }
    }
}

/// A LateralDistanceAction under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateralDistanceRuntime {
    distance_m: f64,
    side: f64,
    continuous: Continuous,
    constraints: Option<DynamicConstraints>,
    spring: Spring,
    own_mps: f64,
}

impl LateralDistanceRuntime {
    /// Starts where the distance is `measured_m`, positive with the other to the left. No distance = the present
    /// one.
    pub fn start(
        distance_m: Option<f64>,
        displacement: Displacement,
        continuous: Continuous,
        constraints: Option<DynamicConstraints>,
        measured_m: f64,
    ) -> Self {
        Self {
            distance_m: distance_m.unwrap_or(measured_m).abs(),
            side: side(displacement, measured_m),
            continuous,
            constraints,
            spring: Spring::default(),
            own_mps: 0.0,
        }
    }

    /// Whether nothing limits it: it jumps to its distance.
    pub fn jumps(&self) -> bool {
        is_free(self.constraints.as_ref()) && self.constraints.is_none_or(|l| l.speed_mps_max.is_infinite())
    }

    /// Goes on by `dt_s` from the distance at the step's start; `other_mps` is the other's speed across, to the
    /// left. `shift_m` is how far to the left the entity goes in this step.
    pub fn step(&mut self, other_mps: f64, measured_m: f64, dt_s: f64) -> DistanceStep {
        let error_m = measured_m - self.side * self.distance_m;
        let done = reached(self.continuous, error_m);
        match &self.constraints {
            Some(limits) if !is_free(self.constraints.as_ref()) => {
                self.own_mps = self.spring.step(error_m, self.own_mps, other_mps, limits, dt_s);
                DistanceStep {
                    shift_m: self.own_mps * dt_s,
                    speed_mps: self.own_mps,
                    accel_mps2: self.spring.accel_mps2,
                    done,
                }
            }
            Some(limits) if limits.speed_mps_max.is_finite() => {
                let most = limits.speed_mps_max.max(0.0);
                let speed_mps = if dt_s > TINY { (error_m / dt_s).clamp(-most, most) } else { 0.0 };
                DistanceStep { shift_m: speed_mps * dt_s, speed_mps, accel_mps2: 0.0, done }
            }
            Some(_) | None => {
                let speed_mps = if dt_s > TINY { error_m / dt_s } else { 0.0 };
                let done = self.continuous == Continuous::No;
                DistanceStep { shift_m: error_m, speed_mps, accel_mps2: 0.0, done }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Speeds there, from the action's start at 1.0 s on.
    const LONG_DIST: [(f64, f64); 5] =
        [(1.0, 19.9332), (2.0, 16.9332), (5.0, 9.2983), (8.0, 9.862), (19.0, 10.0)];
    const LONG_DIST_JERK: [(f64, f64); 6] =
        [(1.0, 20.3511), (3.0, 18.7317), (9.0, 3.7586), (13.0, 11.8303), (15.0, 10.7313), (19.0, 10.0237)];

    fn limits(accel: f64, decel: f64, rate: f64) -> DynamicConstraints {
        DynamicConstraints {
            accel_mps2_max: accel,
            decel_mps2_max: decel,
            speed_mps_max: 30.0,
            accel_rate_mps3_max: rate,
            decel_rate_mps3_max: rate,
        }
    }

    #[test]
    fn the_side_is_kept_or_chosen() {
        let check = |displacement, measured, expect: f64| assert_eq!(side(displacement, measured), expect);
        check(Displacement::Any, 5.0, 1.0);
        check(Displacement::Any, -5.0, -1.0);
        check(Displacement::Trailing, -5.0, 1.0);
        check(Displacement::Leading, 5.0, -1.0);
    }

    #[test]
    fn without_constraints_it_is_there_at_once() {
        let mut action = LongitudinalDistanceRuntime::start(
            Some(Gap::Time(2.0)),
            Displacement::Trailing,
            Continuous::Yes,
            None,
            50.0,
        );
        let step = action.step(20.0, 10.0, 50.0, 0.1);
        assert_eq!((step.shift_m, step.speed_mps, step.done), (30.0, 10.0, false));
        let mut lead = LongitudinalDistanceRuntime::start(
            Some(Gap::Distance(15.0)),
            Displacement::Leading,
            Continuous::No,
            None,
            50.0,
        );
        let step = lead.step(20.0, 10.0, 50.0, 0.1);
        assert_eq!((step.shift_m, step.speed_mps, step.done), (65.0, 10.0, true));
        let mut kept =
            LongitudinalDistanceRuntime::start(None, Displacement::Any, Continuous::Yes, None, -7.0);
        assert_eq!(kept.step(20.0, 10.0, -9.0, 0.1).shift_m, -2.0);
    }

    /// Found by changing scenarios at random.
    #[test]
    fn limits_beyond_all_cars_stay_numbers() {
        let mut action = LateralDistanceRuntime::start(
            Some(3.0),
            Displacement::Any,
            Continuous::Yes,
            Some(DynamicConstraints { speed_mps_max: f64::INFINITY, ..limits(1e300, 1e300, f64::INFINITY) }),
            5.0,
        );
        let mut gap = 5.0;
        for _ in 0..200 {
            let step = action.step(0.0, gap, 0.2);
            gap -= step.shift_m;
            assert!(gap.is_finite() && step.speed_mps.is_finite(), "{step:?}");
        }
    }

    /// Follows a lead of 10 m/s from 20 m/s at a distance; gives the gap and speed once a second.
    fn follow(constraints: DynamicConstraints, start_m: f64, seconds: u32) -> Vec<(f64, f64)> {
        let mut action = LongitudinalDistanceRuntime::start(
            Some(Gap::Time(2.0)),
            Displacement::Any,
            Continuous::Yes,
            Some(constraints),
            start_m,
        );
        let (mut gap, mut speed, dt) = (start_m, 20.0, 0.05);
        let mut log = Vec::new();
        for _ in 0..seconds {
            for _ in 0..20 {
                let step = action.step(speed, 10.0, gap, dt);
                assert!(
                    step.accel_mps2 <= constraints.accel_mps2_max
                        && step.accel_mps2 >= -constraints.decel_mps2_max
                );
                speed = step.speed_mps;
                gap += (10.0 - speed) * dt;
            }
            log.push((gap, speed));
        }
        log
    }

    #[test]
    fn a_spring_without_overshoot_within_the_limits() {
        let log = follow(limits(3.0, 3.0, f64::INFINITY), 50.0, 30);
        // It brakes with 3 m/s² at first and ends 20 m behind at 10 m/s.
        assert!((log[2].1 - log[3].1 - 3.0).abs() < 1e-9, "{log:?}");
        let (gap, speed) = log[29];
        assert!((gap - 20.0).abs() < 0.01 && (speed - 10.0).abs() < 0.01, "{log:?}");
    }

    #[test]
    fn the_yardsticks_speeds_of_long_dist_action_with_jerk() {
        // Both start at 20 m/s, 50 m behind a lead of 10 m/s, of which their bodies take 4.92 and 4.87 m; two
        // seconds behind it is the goal. The times are those since the action's start.
        let check = |rate: f64, begin_m: f64, expect: &[(f64, f64)]| {
            let (mut gap, mut speed, dt) = (begin_m, 20.0, 0.05);
            let mut action = LongitudinalDistanceRuntime::start(
                Some(Gap::Time(2.0)),
                Displacement::Any,
                Continuous::Yes,
                Some(limits(3.0, 3.0, rate)),
                gap,
            );
            let mut tick = 0;
            for &(time, want) in expect {
                while f64::from(tick) * dt < time - dt / 2.0 {
                    speed = action.step(speed, 10.0, gap, dt).speed_mps;
                    gap += (10.0 - speed) * dt;
                    tick += 1;
                }
                assert!((speed - want).abs() < 2e-3, "{time} s: {speed}, not {want}");
            }
        };
        check(f64::INFINITY, 50.0 - 4.92, &LONG_DIST);
        check(1.0, 50.0 - 4.87, &LONG_DIST_JERK);
    }

    #[test]
    fn lateral_distances_are_kept() {
        let mut exact =
            LateralDistanceRuntime::start(Some(3.0), Displacement::Any, Continuous::Yes, None, 5.0);
        assert_eq!(exact.step(0.0, 5.0, 0.1).shift_m, 2.0);
        let mut right = LateralDistanceRuntime::start(None, Displacement::Any, Continuous::Yes, None, -4.0);
        assert_eq!(right.step(0.0, -4.5, 0.1).shift_m, -0.5);
        let slow = DynamicConstraints { speed_mps_max: 2.0, ..DynamicConstraints::default() };
        let mut steady =
            LateralDistanceRuntime::start(Some(3.0), Displacement::Any, Continuous::Yes, Some(slow), 5.0);
        assert_eq!(steady.step(0.0, 5.0, 0.1).shift_m, 0.2);
        let mut soft = LateralDistanceRuntime::start(
            Some(3.0),
            Displacement::Any,
            Continuous::No,
            Some(limits(1.0, 1.0, f64::INFINITY)),
            8.0,
        );
        let mut gap = 8.0;
        let mut done = false;
        for _ in 0..2000 {
            let step = soft.step(0.0, gap, 0.01);
            gap -= step.shift_m;
            done = done || step.done;
        }
        assert!(done && (gap - 3.0).abs() < 0.05, "{gap}");
    }
}
