//! SpeedProfileAction at run time: a chain of speeds with or without times.
//!
//! m/s, s. Following mode *position*: straight lines of speed over time, whatever the constraints say; an
//! entry without a time is reached at the largest acceleration. Following mode *follow*: jerk is limited.
//!
//! - One entry: the acceleration rises from the present one by the jerk limit to a₁, stays, and falls to 0 by
//!   the jerk limit (a trapezoid), so that the speed is there exactly at the entry's time. With a = a₀ at the
//!   start, rates j₀ and j₁ and the time T, a₁ solves ½(1/j₁ − 1/j₀)a² + (T + a₀/j₀)a − (Δv + a₀²/2j₀) = 0;
//!   where it has no solution the time is too short and the trapezoid a triangle that takes longer; where a₁
//!   is over the limit it is the limit, and takes longer.
//! - Several entries: the straight lines of position mode with their corners cut by parabolas of the jerk
//!   limit, each tangent to both lines, so that corners are passed on time and their speeds not quite reached.
//!   The first line is shifted by the time that the acceleration needs to build up.
//!
//! A step too tight for its corner falls back to the straight line. Source of the algorithm: the yardstick's
//! published equations (esmini, SpeedProfileAction); the standard asks for the constraints and leaves the
//! shape open. Where the last entry holds the speed of the one before, the action lasts until its time (the
//! standard), not until the speed is reached (the yardstick).
//!
//! What it does not do: it moves nobody.

use crate::play::angle::TINY;
use crate::play::speed::SpeedStep;
use crate::standard::{DynamicConstraints, Following, SpeedProfileEntry};

/// From `t_s` on, speed v + a·τ + j·τ²/2.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    t_s: f64,
    v_mps: f64,
    a_mps2: f64,
    j_mps3: f64,
}

/// A corner of the straight profile.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Corner {
    t_s: f64,
    v_mps: f64,
}

/// A speed profile under way.
#[derive(Clone, Debug, PartialEq)]
pub struct SpeedProfileRuntime {
    pieces: Vec<Piece>,
    end_s: f64,
    end_mps: f64,
    elapsed_s: f64,
}

/// Where it starts from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Motion {
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Acceleration, m/s².
    pub accel_mps2: f64,
}

impl SpeedProfileRuntime {
    /// Starts from `now`; `offset_mps` is the speed of the entity that the entries are relative to, else 0.
    pub fn start(
        entries: &[SpeedProfileEntry],
        constraints: &DynamicConstraints,
        following: Following,
        now: Motion,
        offset_mps: f64,
    ) -> Self {
        let limits = Limits::of(constraints);
        let entries: Vec<SpeedProfileEntry> = entries
            .iter()
            .map(|entry| SpeedProfileEntry {
                time_s: entry.time_s.map(|time| if time.is_finite() { time.max(0.0) } else { 0.0 }),
                speed_mps: (entry.speed_mps + offset_mps).clamp(-limits.speed_mps, limits.speed_mps),
            })
            .collect();
        let corners = match following {
            Following::Position => corners_of_lines(&entries, &limits, now.speed_mps),
            Following::Follow => corners_of_blends(&entries, &limits, now.speed_mps),
        };
        let mut profile = Self { pieces: Vec::new(), end_s: 0.0, end_mps: now.speed_mps, elapsed_s: 0.0 };
        match (following, corners.as_slice()) {
            (Following::Position, corners) => profile.lines(corners),
            (Following::Follow, [from, to]) => profile.trapezoid(*from, *to, now.accel_mps2, &limits),
            (Following::Follow, corners) => profile.blends(corners, now.accel_mps2, &limits),
        }
        if let Some(last) = corners.last() {
            profile.end_mps = last.v_mps;
            profile.end_s = profile.end_s.max(last.t_s);
        }
        profile
    }

    /// Goes on by `dt_s`.
    pub fn step(&mut self, dt_s: f64) -> SpeedStep {
        self.elapsed_s += dt_s.max(0.0);
        let done = self.elapsed_s > self.end_s - TINY;
        SpeedStep { speed_mps: if done { self.end_mps } else { self.speed_mps(self.elapsed_s) }, done }
    }

    /// Speed at a time since its start, m/s.
    pub fn speed_mps(&self, t_s: f64) -> f64 {
        let after = self.pieces.partition_point(|piece| piece.t_s <= t_s + TINY);
        match self.pieces.get(after.saturating_sub(1)) {
            Some(piece) => {
                let t = (t_s - piece.t_s).max(0.0);
                piece.v_mps + piece.a_mps2 * t + piece.j_mps3 * t * t / 2.0
            }
            None => self.end_mps,
        }
    }

    /// How long it takes, s.
    pub fn duration_s(&self) -> f64 {
        self.end_s
    }

    fn push(&mut self, t_s: f64, v_mps: f64, a_mps2: f64, j_mps3: f64) {
        self.pieces.push(Piece { t_s, v_mps, a_mps2, j_mps3 });
        self.end_s = self.end_s.max(t_s);
    }

    fn lines(&mut self, corners: &[Corner]) {
        for pair in corners.windows(2) {
            let span = pair[1].t_s - pair[0].t_s;
            if span > TINY {
                self.push(pair[0].t_s, pair[0].v_mps, (pair[1].v_mps - pair[0].v_mps) / span, 0.0);
            }
        }
        if let Some(last) = corners.last() {
            self.push(last.t_s, last.v_mps, 0.0, 0.0);
        }
    }

    fn trapezoid(&mut self, from: Corner, to: Corner, a0: f64, limits: &Limits) {
        let change = to.v_mps - from.v_mps;
        let span = to.t_s - from.t_s;
        let mean = if span > TINY { change / span } else { change / TINY };
        if change.abs() < TINY && a0.abs() < TINY {
            self.push(from.t_s, from.v_mps, 0.0, 0.0);
            self.push(to.t_s, to.v_mps, 0.0, 0.0);
            return;
        }
        // Slowness of the acceleration: 1/j, 0 where jerk is free.
        let i0 = if mean < a0 { -limits.slow_down } else { limits.slow_up };
        let i1 = if mean < 0.0 { limits.slow_up } else { -limits.slow_down };
        match trapezoid_phases(change, span, a0, i0, i1, limits) {
            Some([rise, hold, fall, a1]) => {
                let jerk =
                    |duration: f64, a: f64, b: f64| if duration > 0.0 { (b - a) / duration } else { 0.0 };
                let (mut t, mut v) = (from.t_s, from.v_mps);
                self.push(t, v, a0, jerk(rise, a0, a1));
                v += (a0 + a1) / 2.0 * rise;
                t += rise;
                self.push(t, v, a1, 0.0);
                v += a1 * hold;
                t += hold;
                self.push(t, v, a1, jerk(fall, a1, 0.0));
                t += fall;
                self.push(t, to.v_mps, 0.0, 0.0);
            }
            None => self.lines(&[from, to]),
        }
    }

    fn blends(&mut self, corners: &[Corner], a0: f64, limits: &Limits) {
        let Some(first) = corners.first() else { return };
        let slope = |pair: &[Corner]| (pair[1].v_mps - pair[0].v_mps) / (pair[1].t_s - pair[0].t_s).max(TINY);
        // Lines through their first corner, the last one level.
        let mut lines: Vec<(Corner, f64)> = corners.windows(2).map(|pair| (pair[0], slope(pair))).collect();
        if let Some(last) = corners.last() {
            lines.push((*last, 0.0));
        }
        lines.dedup_by(|next, line| (next.1 - line.1).abs() < TINY);
        let Some((_, first_slope)) = lines.first().copied() else { return };
        let slowness = |from: f64, to: f64| if to < from { limits.slow_down } else { limits.slow_up };
        let build_s = (first_slope - a0).abs() * slowness(a0, first_slope);
        let (mut t, mut v, mut a) = (first.t_s, first.v_mps, a0);
        if build_s > 0.0 {
            self.push(t, v, a0, (first_slope - a0) / build_s);
        }
        v += (a + first_slope) / 2.0 * build_s;
        t += build_s;
        a = first_slope;
        self.push(t, v, a, 0.0);
        for (corner, next_slope) in lines.into_iter().skip(1) {
            // Both lines meet at `meet`, and the parabola lies evenly around it.
            let meet = (corner.v_mps - next_slope * corner.t_s - (v - a * t)) / (a - next_slope);
            let blend_s = (next_slope - a).abs() * slowness(a, next_slope);
            let begin = meet - blend_s / 2.0;
            if begin < t - TINY || !begin.is_finite() {
                // Too tight: straight to the corner, and on from there.
                if let Some(piece) = self.pieces.last_mut() {
                    piece.a_mps2 =
                        if corner.t_s - t > TINY { (corner.v_mps - v) / (corner.t_s - t) } else { 0.0 };
                    piece.j_mps3 = 0.0;
                }
                (t, v, a) = (corner.t_s.max(t), corner.v_mps, next_slope);
                self.push(t, v, a, 0.0);
                continue;
            }
            v += a * (begin - t);
            if blend_s > 0.0 {
                self.push(begin, v, a, (next_slope - a) / blend_s);
            }
            v += (a + next_slope) / 2.0 * blend_s;
            t = begin + blend_s;
            a = next_slope;
            self.push(t, v, a, 0.0);
        }
    }
}

/// Limits, all positive; slowness is 1/jerk, 0 where free.
#[derive(Clone, Copy, Debug)]
struct Limits {
    accel_mps2: f64,
    decel_mps2: f64,
    speed_mps: f64,
    slow_up: f64,
    slow_down: f64,
}

impl Limits {
    fn of(constraints: &DynamicConstraints) -> Self {
        let positive = |value: f64| if value > 0.0 { value } else { f64::INFINITY };
        Self {
            accel_mps2: positive(constraints.accel_mps2_max),
            decel_mps2: positive(constraints.decel_mps2_max),
            speed_mps: positive(constraints.speed_mps_max),
            slow_up: 1.0 / positive(constraints.accel_rate_mps3_max),
            slow_down: 1.0 / positive(constraints.decel_rate_mps3_max),
        }
    }

    /// Least time of a change of speed: at the largest acceleration, or by jerk alone.
    fn least_time_s(&self, change_mps: f64) -> f64 {
        let most = if change_mps < 0.0 { self.decel_mps2 } else { self.accel_mps2 };
        if most.is_finite() {
            change_mps.abs() / most
        } else {
            (2.0 * change_mps.abs() * (self.slow_up + self.slow_down)).sqrt()
        }
    }
}

/// Corners of position mode: jumps where a time is 0.
fn corners_of_lines(entries: &[SpeedProfileEntry], limits: &Limits, speed_mps: f64) -> Vec<Corner> {
    let mut corners = vec![Corner { t_s: 0.0, v_mps: speed_mps }];
    let (mut t, mut v) = (0.0, speed_mps);
    for entry in entries {
        t += entry.time_s.unwrap_or_else(|| limits.least_time_s(entry.speed_mps - v));
        v = entry.speed_mps;
        corners.push(Corner { t_s: t, v_mps: v });
    }
    corners
}

/// Corners of follow mode: a first entry at time 0 is the present speed, whatever it says; slopes are within
/// the limits, and what is later for it shifts all that follows.
fn corners_of_blends(entries: &[SpeedProfileEntry], limits: &Limits, speed_mps: f64) -> Vec<Corner> {
    let skip = usize::from(entries.len() > 1 && entries[0].time_s.is_some_and(|time| time < TINY));
    let entries = &entries[skip..];
    let several = entries.len() > 1;
    let mut corners = vec![Corner { t_s: 0.0, v_mps: speed_mps }];
    let (mut t, mut v) = (0.0, speed_mps);
    for entry in entries {
        let change = entry.speed_mps - v;
        let least = limits.least_time_s(change);
        let span = match entry.time_s {
            None => least,
            // One entry alone has its own solution for too little time.
            Some(time) if several => time.max(least),
            Some(time) => time,
        };
        if several && span < TINY {
            if change.abs() > TINY {
                // Free acceleration and jerk: the corner before takes the speed at once.
                if let Some(last) = corners.last_mut() {
                    last.v_mps = entry.speed_mps;
                }
                v = entry.speed_mps;
            }
            continue;
        }
        t += span;
        v = entry.speed_mps;
        corners.push(Corner { t_s: t, v_mps: v });
    }
    corners
}

/// Durations of rise, hold and fall, and the acceleration in between; `None` where the given signs of jerk
/// have no solution.
fn trapezoid_phases(change: f64, span: f64, a0: f64, i0: f64, i1: f64, limits: &Limits) -> Option<[f64; 4]> {
    let phases = |a1: f64| {
        let (rise, fall) = ((a1 - a0) * i0, -a1 * i1);
        let left = change - (a0 + a1) / 2.0 * rise - a1 / 2.0 * fall;
        let hold = if a1.abs() > 1e-12 { left / a1 } else { 0.0 };
        [rise, hold, fall, a1]
    };
    let sound = |p: &[f64; 4]| p.iter().all(|x| x.is_finite()) && p[..3].iter().all(|d| *d > -1e-9);
    let (a, b, c) = ((i1 - i0) / 2.0, span + a0 * i0, -(change + a0 * a0 * i0 / 2.0));
    let discriminant = b * b - 4.0 * a * c;
    let peak = if discriminant >= 0.0 && (b.abs() > 0.0 || a != 0.0) {
        // The root of smaller size, in the form that does not cancel.
        let q = -(b + discriminant.sqrt().copysign(if b < 0.0 { -1.0 } else { 1.0 })) / 2.0;
        if q.abs() > 0.0 { c / q } else { 0.0 }
    } else {
        // Too little time: no hold.
        let square = (change + a0 * a0 * i0 / 2.0) / ((i0 - i1) / 2.0);
        if square.is_nan() || square < 0.0 {
            return None;
        }
        square.sqrt().copysign(i0)
    };
    let bounded = peak.clamp(-limits.decel_mps2, limits.accel_mps2);
    let mut phases = phases(bounded);
    if discriminant < 0.0 && bounded == peak {
        phases[1] = 0.0;
    }
    if !sound(&phases) {
        return None;
    }
    for duration in &mut phases[..3] {
        *duration = duration.max(0.0);
    }
    Some(phases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(f64, f64)]) -> Vec<SpeedProfileEntry> {
        list.iter()
            .map(|&(time, speed_mps)| SpeedProfileEntry { time_s: (time >= 0.0).then_some(time), speed_mps })
            .collect()
    }

    fn limits(accel: f64, decel: f64, up: f64, down: f64) -> DynamicConstraints {
        DynamicConstraints {
            accel_mps2_max: accel,
            decel_mps2_max: decel,
            speed_mps_max: 50.0,
            accel_rate_mps3_max: up,
            decel_rate_mps3_max: down,
        }
    }

    fn start(
        list: &[(f64, f64)],
        c: &DynamicConstraints,
        following: Following,
        v: f64,
        a: f64,
    ) -> SpeedProfileRuntime {
        SpeedProfileRuntime::start(&entries(list), c, following, Motion { speed_mps: v, accel_mps2: a }, 0.0)
    }

    #[test]
    fn position_mode_is_straight_lines() {
        let profile = start(
            &[(0.0, 0.0), (4.0, 10.0), (4.0, 4.0), (2.0, 8.0)],
            &limits(5.0, 10.0, 4.0, 3.0),
            Following::Position,
            0.0,
            0.0,
        );
        let check = |t: f64, v: f64| {
            assert!((profile.speed_mps(t) - v).abs() < 1e-9, "{t} s: {}", profile.speed_mps(t))
        };
        check(1.0, 2.5);
        check(3.99, 9.975);
        check(4.0, 10.0);
        check(7.99, 4.015);
        check(9.0, 6.0);
        assert!((profile.duration_s() - 10.0).abs() < 1e-12);
        let free = start(&[(-1.0, 10.0)], &limits(5.0, 10.0, 4.0, 3.0), Following::Position, 0.0, 0.0);
        assert!((free.duration_s() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn corners_are_cut_by_parabolas_of_the_jerk_limit() {
        // The yardstick's own numbers for speed-profile_test, Car1: an action started at 2 s.
        let profile = start(
            &[(0.0, 0.0), (4.0, 10.0), (4.0, 4.0), (2.0, 8.0)],
            &limits(5.0, 10.0, 4.0, 3.0),
            Following::Follow,
            0.0,
            0.0,
        );
        let check = |t: f64, v: f64| {
            assert!(
                (profile.speed_mps(t - 2.0) - v).abs() < 1e-3,
                "{t} s: {}, not {v}",
                profile.speed_mps(t - 2.0)
            );
        };
        check(3.0, 1.71875);
        check(5.0, 6.71875);
        check(5.99, 8.874);
        check(6.0, 8.885);
        check(7.0, 8.5);
        check(9.99, 4.381);
        check(10.0, 4.383);
        check(12.0, 7.8333);
        assert!((profile.duration_s() - (10.0 + 1.0 / 3.0)).abs() < 1e-9);
    }

    #[test]
    fn one_entry_is_reached_on_time_by_a_trapezoid() {
        let profile = start(&[(5.0, 15.0)], &limits(5.0, 10.0, 4.0, 1.0), Following::Follow, 8.0, 0.0);
        assert!((profile.duration_s() - 5.0).abs() < 1e-9);
        let check = |t: f64, v: f64| {
            assert!((profile.speed_mps(t) - v).abs() < 1e-3, "{t} s: {}", profile.speed_mps(t))
        };
        check(0.16, 8.0512);
        check(4.96, 14.9992);
        check(5.0, 15.0);
        // Area under the speed by the trapezoid rule equals that by its closed form: v is C1.
        for i in 0..500 {
            let t = f64::from(i) / 100.0;
            let jump = profile.speed_mps(t + 1e-7) - profile.speed_mps(t - 1e-7);
            assert!(jump.abs() < 1e-5, "{t} s: a jump of {jump}");
        }
    }

    #[test]
    fn too_little_time_is_taken_longer() {
        // Triangle: a² (1/3 + 1/4)/2 = 10.
        let short = start(&[(3.0, 5.0)], &limits(5.0, 10.0, 4.0, 3.0), Following::Follow, 15.0, 0.0);
        let peak = (20.0_f64 / (1.0 / 3.0 + 1.0 / 4.0)).sqrt();
        assert!((short.duration_s() - peak * (1.0 / 3.0 + 1.0 / 4.0)).abs() < 1e-9, "{}", short.duration_s());
        assert!((short.speed_mps(short.duration_s()) - 5.0).abs() < 1e-9);
        // Limited acceleration 1, jerk 2 up and 1 down: 0.5 s + 9.25 s + 1 s.
        let flat = start(&[(2.0, 10.0)], &limits(1.0, 9.0, 2.0, 1.0), Following::Follow, 0.0, 0.0);
        assert!((flat.duration_s() - 10.75).abs() < 1e-9);
        let held =
            start(&[(2.0, 10.0), (10.0, 10.0)], &limits(1.0, 9.0, 2.0, 1.0), Following::Follow, 0.0, 0.0);
        for (t, v) in [(1.0, 0.75), (2.5, 2.25), (9.0, 8.75), (10.0, 9.71875), (11.0, 10.0)] {
            assert!((held.speed_mps(t) - v).abs() < 1e-9, "{t} s: {}", held.speed_mps(t));
        }
        assert!((held.duration_s() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn a_change_goes_on_from_the_present_acceleration() {
        // 5 m/s at 5 m/s²: peak 5 + 25/6, as in speed-profile_test at 31.21 s.
        let profile = start(&[(-1.0, 0.0)], &limits(5.0, 10.0, 4.0, 3.0), Following::Follow, 5.0, 5.0);
        assert!((profile.speed_mps(5.0 / 3.0) - 55.0 / 6.0).abs() < 1e-9);
        assert!(profile.speed_mps(profile.duration_s()).abs() < 1e-9);
    }

    /// The rows of speed-profile_test for one car: time, speed, x.
    fn drive(events: &[(f64, SpeedProfileRuntime)], x: f64, expect: &[(f64, f64, f64)]) {
        let dt = 0.01;
        let (mut x, mut tick, mut speed) = (x, 0_u32, 0.0);
        let mut queue = events.iter().cloned().peekable();
        let mut running: Option<SpeedProfileRuntime> = None;
        for &(time, v, at) in expect {
            while f64::from(tick) * dt < time - dt / 2.0 {
                let now = f64::from(tick) * dt;
                if queue.peek().is_some_and(|event| event.0 < now + dt / 2.0) {
                    running = queue.next().map(|event| event.1);
                }
                if let Some(profile) = &mut running {
                    let step = profile.step(dt);
                    speed = step.speed_mps;
                    if step.done {
                        running = None;
                    }
                }
                x += speed * dt;
                tick += 1;
            }
            assert!(
                (speed - v).abs() < 1.001e-3 && (x - at).abs() < 1.5e-3,
                "{time} s: {speed} m/s at {x} m, not {v} at {at}"
            );
        }
    }

    #[test]
    fn the_yardsticks_rows_of_speed_profile_test() {
        let c = |down| limits(5.0, 10.0, 4.0, down);
        let follow = |list: &[(f64, f64)], down, v, a| start(list, &c(down), Following::Follow, v, a);
        let brake = follow(&[(3.0, 5.0)], 3.0, 15.0, 0.0);
        // The second brake begins 2 s later from where the first one is, with its acceleration.
        let (v, a) = (brake.speed_mps(2.0), (brake.speed_mps(2.0) - brake.speed_mps(1.99)) / 0.01);
        let stop = follow(&[(-1.0, 0.0)], 3.0, v, a);
        let events = [
            (2.0, follow(&[(0.0, 0.0), (4.0, 10.0), (4.0, 4.0), (2.0, 8.0)], 3.0, 0.0, 0.0)),
            (15.34, follow(&[(5.0, 15.0)], 1.0, 8.0, 0.0)),
            (23.34, brake),
            (25.34, stop.clone()),
            (28.55, start(&[(-1.0, 10.0)], &c(3.0), Following::Position, 0.0, 0.0)),
            (29.55, follow(&[(-1.0, 0.0)], 3.0, 5.0, 5.0)),
        ];
        assert!((stop.duration_s() - 2.21).abs() < 0.02, "{}", stop.duration_s());
        drive(
            &events,
            10.0,
            &[
                (5.99, 8.874, 26.941),
                (6.0, 8.885, 27.03),
                (9.99, 4.381, 54.699),
                (10.0, 4.383, 54.743),
                (13.01, 8.0, 74.86),
                (15.5, 8.051, 94.783),
                (20.3, 14.999, 152.578),
                (20.31, 15.0, 152.728),
                (28.55, 0.0, 231.128),
                (31.21, 9.167, 246.576),
                (34.48, 0.0, 262.293),
            ],
        );
    }

    #[test]
    fn nothing_breaks_it() {
        let free = DynamicConstraints::default();
        for following in [Following::Position, Following::Follow] {
            for list in [
                &[][..],
                &[(-1.0, 5.0)],
                &[(0.0, 5.0)],
                &[(0.0, 5.0), (0.0, 3.0)],
                &[(1.0, f64::NAN)],
                &[(-1.0, 1.0), (-1.0, 1.0)],
                &[(1.0, 5.0), (1.0, 10.0), (1.0, 15.0)],
            ] {
                let mut profile = start(list, &free, following, 2.0, 1.0);
                let mut done = false;
                for _ in 0..1000 {
                    done = done || profile.step(0.01).done;
                }
                assert!(done || list.iter().any(|e| e.1.is_nan()), "{following:?} {list:?}");
            }
        }
        let mut step = start(&[(-1.0, 5.0)], &free, Following::Follow, 2.0, 0.0);
        assert_eq!(step.step(0.01), SpeedStep { speed_mps: 5.0, done: true });
    }
}
