//! SynchronizeAction at run time: to be at one's own place when the master is at its.
//!
//! m, m/s, s. The caller measures both distances to their places (along the road where there is a way, else
//! straight) and the master's speed along its road; both at the start of the step.
//!
//! With t the master's time to its place (distance over speed), d the own distance, v the own speed and v₁ the
//! final one:
//!
//! - No final speed: constant acceleration a = 2(d/t − v)/t.
//! - On the line (v + v₁)/2 = d/t: constant acceleration to v₁ (*linear*).
//! - Else two parts of equal and opposite acceleration a, first away from v₁'s line, then back to v₁: with
//!   r = √(4d² − 4(v + v₁)td + 2(v² + v₁²)t²), the speed at the turn is vₓ = (2d ± r)/2t, the root whose turn lies
//!   within (0, t). From the turn on: linear.
//! - Where vₓ would be negative: brake to a stand with the shares of the way as the squares of the speeds, wait, and
//!   leave when 2d/v₁ is left. If that takes more than half of the way: brake as hard as one can and wait.
//! - Steady state: from a distance d_s (or a time, which is d_s = t·v₁) before the place on, v₁ is held; until then
//!   all of the above aims at that earlier place.
//!
//! Over as soon as one of both is within its tolerance, or goes away from its place, or the master arrives within
//! the step; then the own speed is the final one. The cases are the yardstick's (esmini, SynchronizeAction); the
//! standard leaves the speeds on the way open.
//!
//! What it does not do: it moves nobody and knows no road.

use crate::play::angle::TINY;
use crate::play::speed::SpeedStep;
use crate::standard::{FinalSpeed, SteadyState};

/// Hardest braking where the way is too short, m/s². The yardstick's value.
const HARD_MPS2: f64 = 8.0;
/// Being on the line is being this close to its speed, m/s. The yardstick's value.
const ON_LINE_MPS: f64 = 0.1;

/// What it does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing chosen yet.
    Start,
    /// First of two parts: faster first.
    Rush,
    /// First of two parts: slower first.
    Linger,
    /// Constant acceleration to the final speed.
    Linear,
    /// Standing until it is time to leave.
    Stopped,
    /// Braking as hard as possible.
    Braking,
    /// Standing until the master moves.
    Waiting,
    /// Holding the final speed.
    Steady,
}

/// What the caller measures at a step's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Own speed, m/s.
    pub own_mps: f64,
    /// Own distance to the own place, m.
    pub own_m: f64,
    /// The master's speed towards its place, m/s.
    pub master_mps: f64,
    /// The master's distance to its place, m.
    pub master_m: f64,
}

/// A SynchronizeAction under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SynchronizeRuntime {
    final_speed: Option<Final>,
    steady: Option<SteadyState>,
    tolerance_m: f64,
    master_tolerance_m: f64,
    phase: Phase,
    last_m: f64,
    last_master_m: f64,
}

/// The final speed without names.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Final {
    Absolute(f64),
    OfMaster(f64),
}

impl SynchronizeRuntime {
    /// Starts.
    pub fn start(
        final_speed: Option<&FinalSpeed>,
        steady: Option<SteadyState>,
        master_tolerance_m: f64,
        tolerance_m: f64,
    ) -> Self {
        Self {
            final_speed: final_speed.map(|speed| match speed {
                FinalSpeed::Absolute(speed) => Final::Absolute(*speed),
                FinalSpeed::RelativeToMaster(by) => Final::OfMaster(*by),
            }),
            steady,
            tolerance_m: tolerance_m.max(0.0),
            master_tolerance_m: master_tolerance_m.max(0.0),
            phase: Phase::Start,
            last_m: f64::INFINITY,
            last_master_m: f64::INFINITY,
        }
    }

    /// What it does now.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Goes on by `dt_s`. `master_mps` in `now` counts the master's way; the final speed relative to the master
    /// counts `master_speed_mps`, its own speed.
    pub fn step(&mut self, now: &Measured, master_speed_mps: f64, dt_s: f64) -> SpeedStep {
        let final_mps = self.final_speed.map(|speed| match speed {
            Final::Absolute(speed) => speed,
            Final::OfMaster(by) => master_speed_mps + by,
        });
        let arrived = now.own_m < self.tolerance_m + TINY || now.master_m < self.master_tolerance_m + TINY;
        let missed = now.own_m > self.last_m + TINY || now.master_m > self.last_master_m + TINY;
        self.last_m = now.own_m;
        self.last_master_m = now.master_m;
        let own_m = (now.own_m - self.tolerance_m).max(TINY);
        let master_m = (now.master_m - self.master_tolerance_m).max(TINY);
        let left_s = if now.master_mps > TINY { master_m / now.master_mps } else { f64::INFINITY };
        if arrived || missed || left_s < dt_s {
            return SpeedStep { speed_mps: final_mps.unwrap_or(now.own_mps), done: true };
        }
        let speed_mps = match final_mps {
            Some(final_mps) => self.towards(now.own_mps, final_mps, own_m, left_s, dt_s),
            None if left_s.is_finite() => now.own_mps + 2.0 * (own_m / left_s - now.own_mps) / left_s * dt_s,
            None => now.own_mps,
        };
        SpeedStep { speed_mps, done: false }
    }

    /// Speed after the step with a final speed.
    fn towards(&mut self, v: f64, v1: f64, own_m: f64, left_s: f64, dt_s: f64) -> f64 {
        let (mut d, mut t) = (own_m, left_s);
        if let (Some(steady), true) = (self.steady, v1.abs() > TINY) {
            let steady_m = match steady {
                SteadyState::Distance(distance) => distance.abs(),
                SteadyState::Time(time) => (time * v1).abs(),
            };
            let steady_s = steady_m / v1.abs();
            if self.phase == Phase::Steady || d - steady_m < TINY || t - steady_s < TINY {
                self.phase = Phase::Steady;
                return v1;
            }
            d -= steady_m;
            t -= steady_s;
        }
        match self.phase {
            Phase::Waiting => {
                if t.is_infinite() {
                    return v;
                }
                self.phase = Phase::Start;
            }
            Phase::Braking => return self.brake(v, dt_s),
            Phase::Stopped => {
                if v1 <= TINY || t >= 2.0 * d / v1 {
                    return 0.0;
                }
                self.phase = Phase::Linear;
            }
            Phase::Start | Phase::Rush | Phase::Linger | Phase::Linear | Phase::Steady => {}
        }
        let on_line = if t.is_finite() && t > TINY { 2.0 * d / t - v1 } else { 0.0 };
        match self.phase {
            Phase::Linear => return on_line_speed(d, t, v1),
            Phase::Rush | Phase::Linger if t.is_finite() && (v - on_line).abs() < ON_LINE_MPS => {
                self.phase = Phase::Linear;
                return v;
            }
            Phase::Start => {
                self.phase = if (v + v1) / 2.0 < d / t { Phase::Rush } else { Phase::Linger };
            }
            Phase::Rush
            | Phase::Linger
            | Phase::Stopped
            | Phase::Braking
            | Phase::Waiting
            | Phase::Steady => {}
        }
        self.two_parts(v, v1, d, t, dt_s)
    }

    fn two_parts(&mut self, v: f64, v1: f64, d: f64, t: f64, dt_s: f64) -> f64 {
        let (turn_mps, accel) = turn(v, v1, d, t);
        let turned = match self.phase {
            Phase::Rush => accel < 0.0,
            Phase::Linger => accel > 0.0,
            Phase::Start
            | Phase::Linear
            | Phase::Stopped
            | Phase::Braking
            | Phase::Waiting
            | Phase::Steady => false,
        };
        if turned {
            self.phase = Phase::Linear;
            return v;
        }
        if turn_mps >= 0.0 {
            return v + accel * dt_s;
        }
        // It cannot come slowly enough: stop on the way.
        let stop_s = if v * v + v1 * v1 > TINY { 2.0 * v * d / (v * v + v1 * v1) } else { 0.0 };
        if stop_s * v / 2.0 > d / 2.0 {
            self.phase = Phase::Braking;
            return self.brake(v, dt_s);
        }
        let accel = if stop_s.abs() > TINY { -v / stop_s } else { 0.0 };
        if v + accel * dt_s <= 0.0 {
            self.phase = Phase::Stopped;
            return 0.0;
        }
        v + accel * dt_s
    }

    fn brake(&mut self, v: f64, dt_s: f64) -> f64 {
        let slower = v - HARD_MPS2 * dt_s;
        if slower < 0.0 {
            self.phase = Phase::Waiting;
            return 0.0;
        }
        slower
    }
}

/// Speed from which constant acceleration leads over d in t to v₁; a standing master is waited for.
fn on_line_speed(d: f64, t: f64, v1: f64) -> f64 {
    if t.is_infinite() || t < 1e-3 || d < 1e-3 { 0.0 } else { (2.0 * d / t - v1.max(0.0)).max(0.0) }
}

/// Speed at the turn between two parts of equal and opposite acceleration, and the acceleration of the first.
fn turn(v: f64, v1: f64, d: f64, t: f64) -> (f64, f64) {
    if t.is_infinite() {
        // The turn of an endless time is a stand.
        return (-1.0, 0.0);
    }
    if (v1 - v).abs() < TINY {
        let turn = 2.0 * d / t - v;
        return (turn, (turn - v) / (t / 2.0));
    }
    let root = (4.0 * d * d - 4.0 * (v1 + v) * t * d + 2.0 * (v1 * v1 + v * v) * t * t).max(0.0).sqrt();
    for signed in [root, -root] {
        let x = -(signed + 2.0 * d - 2.0 * v1 * t) / (2.0 * (v1 - v));
        if x > 0.0 && x < t {
            let turn = (2.0 * d - signed) / (2.0 * t);
            return (turn, (turn - v) / x);
        }
    }
    (0.0, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drives to the end against a master at constant speed; gives the speed, what is left of both ways, and
    /// the largest and least speed.
    fn drive(
        mut action: SynchronizeRuntime,
        v: f64,
        own_m: f64,
        master_mps: f64,
        master_m: f64,
    ) -> (f64, f64, f64, f64, f64, Vec<Phase>) {
        let dt = 0.001;
        let mut now = Measured { own_mps: v, own_m, master_mps, master_m };
        let (mut most, mut least) = (v, v);
        let mut phases = Vec::new();
        for _ in 0..200_000 {
            let step = action.step(&now, master_mps, dt);
            if step.done {
                return (step.speed_mps, now.own_m, now.master_m, most, least, phases);
            }
            if phases.last() != Some(&action.phase()) {
                phases.push(action.phase());
            }
            now.own_mps = step.speed_mps;
            most = most.max(step.speed_mps);
            least = least.min(step.speed_mps);
            now.own_m = (now.own_m - step.speed_mps * dt).abs();
            now.master_m = (now.master_m - master_mps * dt).abs();
        }
        panic!("no end");
    }

    #[test]
    fn both_arrive_together_with_the_final_speed() {
        let check = |v: f64, own: f64, final_mps: f64, phases: &[Phase]| {
            let action = SynchronizeRuntime::start(Some(&FinalSpeed::Absolute(final_mps)), None, 0.0, 0.0);
            let (speed, own_m, master_m, .., seen) = drive(action, v, own, 20.0, 200.0);
            assert_eq!(speed, final_mps);
            assert!(
                own_m < 0.5 && master_m < 0.5,
                "{v} {own} {final_mps}: {own_m} and {master_m} m are left"
            );
            assert_eq!(seen, phases, "{v} {own} {final_mps}");
        };
        // 10 s. On the line at once; faster first; slower first; with a stand.
        check(0.0, 100.0, 20.0, &[Phase::Linger, Phase::Linear]);
        check(0.0, 155.0, 20.0, &[Phase::Rush, Phase::Linear]);
        check(20.0, 150.0, 20.0, &[Phase::Linger, Phase::Linear]);
        check(20.0, 60.0, 20.0, &[Phase::Linger, Phase::Stopped, Phase::Linear]);
    }

    #[test]
    fn the_turn_has_equal_accelerations() {
        let check = |v: f64, v1: f64, d: f64, t: f64| {
            let (turn, accel) = turn(v, v1, d, t);
            let x = (turn - v) / accel;
            assert!(x > 0.0 && x < t, "{x}");
            assert!(((turn - v1) / (t - x) - accel).abs() < 1e-9, "{v} {v1} {d} {t}");
            assert!(((v + turn) / 2.0 * x + (turn + v1) / 2.0 * (t - x) - d).abs() < 1e-9);
        };
        check(0.0, 20.0, 155.0, 10.0);
        check(20.0, 20.0, 150.0, 10.0);
        check(15.0, 10.0, 160.0, 10.0);
        check(15.0, 10.0, 90.0, 10.0);
    }

    #[test]
    fn the_final_speed_is_held_in_the_steady_state() {
        for steady in [SteadyState::Distance(50.0), SteadyState::Time(5.0)] {
            let action = SynchronizeRuntime::start(Some(&FinalSpeed::Absolute(10.0)), Some(steady), 0.0, 0.0);
            let (speed, own_m, master_m, .., phases) = drive(action, 5.0, 120.0, 20.0, 200.0);
            assert_eq!(speed, 10.0);
            assert_eq!(phases.last(), Some(&Phase::Steady));
            assert!(own_m < 0.5 && master_m < 0.5, "{own_m} and {master_m} m are left");
        }
    }

    #[test]
    fn without_a_final_speed_the_acceleration_is_constant() {
        let action = SynchronizeRuntime::start(None, None, 0.0, 0.0);
        let (speed, own_m, _, most, ..) = drive(action, 5.0, 120.0, 20.0, 200.0);
        assert!((speed - 19.0).abs() < 0.1 && (most - speed).abs() < 0.1 && own_m < 0.5, "{speed} {own_m}");
    }

    #[test]
    fn a_standing_master_is_waited_for() {
        let mut action = SynchronizeRuntime::start(Some(&FinalSpeed::RelativeToMaster(2.0)), None, 0.0, 0.0);
        let mut now = Measured { own_mps: 10.0, own_m: 100.0, master_mps: 0.0, master_m: 50.0 };
        for _ in 0..20_000 {
            let step = action.step(&now, 0.0, 0.01);
            assert!(!step.done && step.speed_mps.is_finite());
            now.own_mps = step.speed_mps;
            now.own_m -= step.speed_mps * 0.01;
        }
        assert_eq!(now.own_mps, 0.0);
        assert!(now.own_m > 0.0);
    }

    #[test]
    fn it_ends_within_the_tolerance() {
        let mut action = SynchronizeRuntime::start(Some(&FinalSpeed::Absolute(7.0)), None, 1.0, 1.0);
        let now = Measured { own_mps: 10.0, own_m: 0.9, master_mps: 10.0, master_m: 50.0 };
        assert_eq!(action.step(&now, 10.0, 0.01), SpeedStep { speed_mps: 7.0, done: true });
    }
}
