//! FollowTrajectoryAction at run time: along a [`Path`], by the entity's own speed or by the path's times.
//!
//! m, s, rad. Both following modes move exactly along the path: an entity without dynamics has no way to miss it.
//!
//! By speed (no time reference, or no times on the path): each step goes speed · dt further. Which way is
//! forward: where headings were given, towards where they point (a heading more than a right angle off the
//! path's direction goes back along it with a positive speed); else an entity that starts with a negative speed
//! backs along the path, its heading turned by π.
//!
//! By times (all points have one): as ASAM OpenSCENARIO, Timing has it, a point's time is t · scale + offset,
//! counted from the action's start or from the simulation's. (The yardstick multiplies its clock instead: the
//! inverse of the standard's scale, and an offset of the other sign.) Speed is the distance of the step over dt,
//! negative where the heading is against the path.
//!
//! At the end the rest of the step is driven straight along the heading; at the start of the path, reached
//! backwards, it is not. A closed path without times never ends.
//!
//! What it does not do: heights of the surface, the tractrix of a reference point at the front axle
//! ([`crate::play::trailer`]).

use crate::play::angle::{TINY, opposed, wrap_tau};
use crate::play::trajectory::{Corners, Path, PathPoint};
use crate::standard::{Closed, Following, TimeDomain, TimeReference};
use std::f64::consts::PI;

/// What a given heading does to the way of motion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heading {
    /// It says what forward is.
    #[default]
    Leads,
    /// It is for the eye: motion always goes with the path. (The yardstick's property
    /// `ignoreHeadingForTrajMotion`.)
    Shows,
}

/// How headings are taken: by the following mode (*follow* turns evenly along each line, *position* at the corners),
/// unless the entity's properties say otherwise, in the yardstick's words: `plineInterpolation` (`segment`, `corner`,
/// `none`) and `ignoreHeadingForTrajMotion` (`true`).
pub fn style(following: Following, properties: &[(String, String)]) -> (Corners, Heading) {
    let said = |name: &str| properties.iter().rev().find(|p| p.0 == name).map(|p| p.1.as_str());
    let corners = match (said("plineInterpolation"), following) {
        (Some("segment"), _) => Corners::Lines,
        (Some("corner"), _) => Corners::Blended,
        (Some("none"), _) => Corners::Sharp,
        (_, Following::Follow) => Corners::Lines,
        (_, Following::Position) => Corners::Blended,
    };
    let heading =
        if said("ignoreHeadingForTrajMotion") == Some("true") { Heading::Shows } else { Heading::Leads };
    (corners, heading)
}

/// Where a step has led.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Followed {
    /// The place; its heading is the entity's.
    pub point: PathPoint,
    /// Speed, m/s, signed along the heading.
    pub speed_mps: f64,
    /// Whether the action is over.
    pub done: bool,
}

/// Timing of the action.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Clock {
    /// By speed.
    Speed,
    /// By the path's times.
    Times { domain: TimeDomain, scale: f64, offset_s: f64, end_s: f64 },
}

/// A FollowTrajectoryAction under way.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowRuntime {
    path: Path,
    clock: Clock,
    heading: Heading,
    /// Backs along a path without headings.
    backs: bool,
    s_m: f64,
    /// Way by the path's times so far, m.
    odometer_m: f64,
    /// Time of the path at which the action began.
    begin_s: f64,
    elapsed_s: f64,
}

impl FollowRuntime {
    /// Starts at `initial_offset_m` along the path, at the simulation's time `now_s`, with the entity's present
    /// speed. Gives the place where it stands then, and the speed there.
    pub fn start(
        path: Path,
        reference: &TimeReference,
        initial_offset_m: f64,
        heading: Heading,
        now_s: f64,
        speed_mps: f64,
    ) -> (Self, Followed) {
        let clock = match (reference, path.times_s()) {
            (TimeReference::Timing { domain, scale, offset_s }, Some((_, end_s))) => {
                Clock::Times { domain: *domain, scale: scale.max(0.0), offset_s: *offset_s, end_s }
            }
            (TimeReference::None, _) | (TimeReference::Timing { .. }, None) => Clock::Speed,
        };
        let s_m = path.wrap_m(initial_offset_m);
        let begin_s = if s_m > 0.0 { path.at_distance(s_m).time_s.unwrap_or(0.0) } else { 0.0 };
        let backs = clock == Clock::Speed && speed_mps < 0.0 && !path.heading_given();
        let mut follow = Self { path, clock, heading, backs, s_m, odometer_m: s_m, begin_s, elapsed_s: 0.0 };
        let point = match follow.path_time_s(now_s) {
            Some(time) => follow.path.at_time(time),
            None => follow.path.at_distance(s_m),
        };
        follow.s_m = point.s_m;
        if let Some(time) = follow.path_time_s(now_s) {
            follow.odometer_m = follow.path.odometer_m(time);
        }
        let timed = follow.path_time_s(now_s).and(point.speed_mps);
        // Who stands takes the path's speed at once; who moves keeps the own one until the first step.
        let speed_mps = match timed {
            Some(speed) if speed_mps.abs() < TINY => speed * follow.sign(&point),
            Some(_) | None => speed_mps,
        };
        let followed = Followed { point: follow.turned(point), speed_mps, done: false };
        (follow, followed)
    }

    /// Goes on over [now, now + dt] with the entity's speed.
    pub fn step(&mut self, now_s: f64, dt_s: f64, speed_mps: f64) -> Followed {
        match self.clock {
            Clock::Speed => self.step_by_speed(dt_s, speed_mps),
            Clock::Times { scale, end_s, .. } => {
                self.elapsed_s += dt_s;
                match self.path_time_s(now_s + dt_s) {
                    Some(time) => self.step_by_time(time, end_s, scale, dt_s, speed_mps),
                    None => self.step_by_speed(dt_s, speed_mps),
                }
            }
        }
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Distance along the path, m.
    pub fn s_m(&self) -> f64 {
        self.s_m
    }

    /// The path's time at a time of the simulation, once `elapsed_s` is up to date.
    fn path_time_s(&self, sim_s: f64) -> Option<f64> {
        match self.clock {
            Clock::Speed => None,
            Clock::Times { domain, scale, offset_s, end_s } => {
                let since_s = match domain {
                    TimeDomain::Absolute => sim_s,
                    TimeDomain::Relative => self.elapsed_s,
                } - offset_s;
                // At scale 0 all times are the offset: the end from then on.
                let scaled = match (scale > 0.0, since_s < 0.0) {
                    (true, _) => since_s / scale,
                    (false, true) => f64::NEG_INFINITY,
                    (false, false) => end_s + TINY,
                };
                Some(match domain {
                    TimeDomain::Absolute => scaled,
                    TimeDomain::Relative => (self.begin_s + scaled).max(self.begin_s.min(0.0)),
                })
            }
        }
    }

    /// +1 where the entity looks along the path, −1 where it looks back.
    fn sign(&self, point: &PathPoint) -> f64 {
        let looks_back = match self.heading {
            Heading::Leads => {
                self.backs != (self.path.heading_given() && opposed(point.h_rad, point.tangent_rad))
            }
            Heading::Shows => self.backs,
        };
        if looks_back { -1.0 } else { 1.0 }
    }

    fn turned(&self, point: PathPoint) -> PathPoint {
        if self.backs { PathPoint { h_rad: wrap_tau(point.h_rad + PI), ..point } } else { point }
    }

    fn step_by_speed(&mut self, dt_s: f64, speed_mps: f64) -> Followed {
        let way = self.sign(&self.path.at_distance(self.s_m));
        let ds = way * speed_mps * dt_s;
        let (old_m, length_m) = (self.s_m, self.path.length_m());
        self.s_m = self.path.wrap_m(old_m + ds);
        let mut point = self.turned(self.path.at_distance(self.s_m));
        let open = match self.path.closed() {
            Closed::Open => true,
            Closed::Closed => false,
        };
        let at_end = open && ds > 0.0 && old_m + ds > length_m - TINY;
        let at_start = open && ds < 0.0 && old_m + ds < TINY;
        if at_end {
            advance(&mut point, speed_mps * dt_s - way * (self.s_m - old_m));
        }
        Followed { point, speed_mps, done: at_end || at_start }
    }

    fn step_by_time(&mut self, time_s: f64, end_s: f64, scale: f64, dt_s: f64, speed_mps: f64) -> Followed {
        let mut point = self.path.at_time(time_s);
        self.s_m = point.s_m;
        let odometer_m = self.path.odometer_m(time_s);
        let way_m = odometer_m - std::mem::replace(&mut self.odometer_m, odometer_m);
        let over_s = (time_s - end_s) * scale;
        let speed_mps =
            if dt_s > 0.0 && time_s < end_s + TINY { self.sign(&point) * way_m / dt_s } else { speed_mps };
        let done = over_s > -TINY;
        if done {
            advance(&mut point, over_s.clamp(0.0, dt_s.max(0.0)) * speed_mps);
        }
        Followed { point, speed_mps, done }
    }
}

/// Moves a point straight along its heading.
fn advance(point: &mut PathPoint, by_m: f64) {
    point.x_m += by_m * libm::cos(point.h_rad);
    point.y_m += by_m * libm::sin(point.h_rad);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::play::entity::Pose;
    use crate::standard::{Clothoid, Position, Trajectory, TrajectoryShape, TrajectoryVertex};
    use glam::DVec3;

    type Points = Vec<(f64, f64, Option<f64>, Option<f64>)>;

    fn flat(position: &Position) -> Result<Pose, String> {
        match position {
            Position::World { x_m, y_m, h_rad, .. } => Ok(Pose {
                position_m: DVec3::new(*x_m, *y_m, 0.0),
                h_rad: h_rad.unwrap_or(0.0),
                ..Pose::default()
            }),
            other => Err(format!("{other:?}")),
        }
    }

    fn world(x_m: f64, y_m: f64, h_rad: Option<f64>) -> Position {
        Position::World { x_m, y_m, z_m: None, h_rad, p_rad: None, r_rad: None }
    }

    fn path(shape: TrajectoryShape) -> Path {
        let trajectory = Trajectory { name: "t".into(), closed: Closed::Open, shape };
        Path::build(&trajectory, &Pose::default(), Corners::Blended, &mut flat).expect("sound")
    }

    fn polyline(points: &Points) -> Path {
        path(TrajectoryShape::Polyline(
            points
                .iter()
                .map(|&(x, y, h, time_s)| TrajectoryVertex { time_s, position: world(x, y, h) })
                .collect(),
        ))
    }

    const RELATIVE: TimeReference =
        TimeReference::Timing { domain: TimeDomain::Relative, scale: 1.0, offset_s: 0.0 };
    const ABSOLUTE: TimeReference =
        TimeReference::Timing { domain: TimeDomain::Absolute, scale: 1.0, offset_s: 0.0 };

    /// Plays an action from time 0 and compares the states at times: x, y, heading, speed.
    fn check(
        path: Path,
        reference: TimeReference,
        offset: f64,
        speed: f64,
        dt: f64,
        expect: &[(f64, f64, f64, f64, f64)],
    ) {
        let (mut follow, mut at) = FollowRuntime::start(path, &reference, offset, Heading::Leads, 0.0, speed);
        let mut tick = 0;
        for &(time, x, y, h, v) in expect {
            while f64::from(tick) * dt < time - dt / 2.0 && !at.done {
                at = follow.step(f64::from(tick) * dt, dt, at.speed_mps);
                tick += 1;
            }
            for (got, want) in [(at.point.x_m, x), (at.point.y_m, y), (at.point.h_rad, h), (at.speed_mps, v)]
            {
                assert!((got - want).abs() < 1.1e-3, "{time} s: {at:?}, not {want}");
            }
        }
    }

    /// Polyline of the yardstick's trajectory_heading, shifted as there.
    fn bent(i: f64, h: Option<[f64; 4]>, times: bool) -> Points {
        let xy = [(0.0, 0.0), (30.0, 0.0), (55.98, 15.0), (30.0, 30.0)];
        xy.iter()
            .enumerate()
            .map(|(k, &(x, y))| (x - 15.0 * i, y + 4.0 * i, h.map(|h| h[k]), times.then_some(3.0 * k as f64)))
            .collect()
    }

    const GIVEN: [f64; 4] = [0.0, 0.52, 2.62, 2.62];

    fn against() -> [f64; 4] {
        GIVEN.map(|h| h + PI)
    }

    #[test]
    fn the_yardsticks_poses_of_trajectory_heading() {
        let curve = |i: f64| {
            path(TrajectoryShape::Clothoid(Clothoid {
                curvature_pm: 0.0,
                curvature_prime_pm2: 0.0007,
                length_m: 90.0,
                start: world(-15.0 * i, 4.0 * i, Some(0.0)),
                start_time_s: None,
                stop_time_s: None,
            }))
        };
        let none = TimeReference::None;
        // bicycle1 and scooter1, which backs.
        check(
            curve(0.0),
            none,
            0.0,
            10.0,
            0.1,
            &[(6.1, 51.435, 23.441, 1.302, 10.0), (9.0, 40.099, 47.103, 2.835, 10.0)],
        );
        check(
            curve(1.0),
            none,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -14.0, 4.0, PI, -10.0),
                (6.1, 36.435, 27.441, 4.444, -10.0),
                (9.0, 25.099, 51.103, 5.977, -10.0),
            ],
        );
        // car_white, car_red, car_blue, car_yellow.
        check(
            polyline(&bent(2.0, None, false)),
            none,
            0.0,
            10.0,
            0.1,
            &[(6.1, 25.113, 23.5, 2.095, 10.0), (9.0, -0.001, 38.001, 2.618, 10.0)],
        );
        check(
            polyline(&bent(3.0, None, false)),
            none,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -44.0, 12.0, PI, -10.0),
                (6.1, 10.113, 27.5, 5.236, -10.0),
                (9.0, -15.001, 42.001, 5.76, -10.0),
            ],
        );
        check(
            polyline(&bent(4.0, None, true)),
            RELATIVE,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -59.0, 16.0, 0.0, 10.0),
                (6.1, -4.886, 31.5, 2.094, 10.0),
                (9.0, -30.0, 46.0, 2.618, 10.0),
            ],
        );
        check(
            polyline(&bent(5.0, Some(GIVEN), false)),
            none,
            0.0,
            10.0,
            0.1,
            &[(6.1, -19.887, 35.5, 2.095, 10.0), (9.0, -45.001, 50.001, 2.62, 10.0)],
        );
        // Only the last pose of semi_tractor is not the yardstick's (−104.999, 65.999): it drives the rest of its
        // last step, 1.3 mm, forwards, having come backwards.
        // van_red backs from the end, motorbike has times, car_trailer and semi_tractor and truck_yellow look back.
        check(
            polyline(&bent(6.0, Some(GIVEN), false)),
            none,
            90.0,
            -10.0,
            0.1,
            &[
                (0.1, -59.134, 53.5, 2.62, -10.0),
                (6.1, -61.001, 24.0, 0.13, -10.0),
                (9.0, -90.0, 24.0, 0.0, -10.0),
            ],
        );
        check(
            polyline(&bent(7.0, Some(GIVEN), true)),
            RELATIVE,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -104.0, 28.0, 0.0, 10.0),
                (6.1, -49.886, 43.5, 2.095, 10.0),
                (9.0, -75.0, 58.0, 2.62, 10.0),
            ],
        );
        check(
            polyline(&bent(8.0, Some(against()), false)),
            none,
            90.0,
            10.0,
            0.1,
            &[
                (0.1, -89.134, 61.5, 5.762, 10.0),
                (6.1, -91.001, 32.0, 3.271, 10.0),
                (9.0, -120.0, 32.0, PI, 10.0),
            ],
        );
        check(
            polyline(&bent(9.0, Some(against()), false)),
            RELATIVE,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -134.0, 36.0, PI, -10.0),
                (6.1, -79.887, 51.5, 5.237, -10.0),
                (9.0, -105.001, 66.001, 5.762, -10.0),
            ],
        );
        check(
            polyline(&bent(10.0, Some(against()), true)),
            RELATIVE,
            0.0,
            -10.0,
            0.1,
            &[
                (0.1, -149.0, 40.0, PI, -10.0),
                (6.1, -94.886, 55.5, 5.237, -10.0),
                (9.0, -120.0, 70.0, 5.762, -10.0),
            ],
        );
    }

    #[test]
    fn the_yardsticks_poses_of_trajectory_special_cases() {
        let xy = [(0.0, 0.0), (-10.0, 0.0), (-17.07, -7.07), (-17.07, -17.07), (-17.07, 2.0)];
        let bare: Points = xy.iter().map(|&(x, y)| (x, y, None, None)).collect();
        check(
            polyline(&bare),
            TimeReference::None,
            0.0,
            8.0,
            0.1,
            &[(2.5, -17.07, -7.072, 4.32, 8.0), (6.2, -17.07, 2.532, PI / 2.0, 8.0)],
        );
        let (times, h) =
            ([0.0, 1.25, 2.5, 3.75, 4.75, 4.75 + 19.07 / 8.0], [0.0, 0.79, 1.57, 1.57, 1.57, 1.57]);
        let paused: Points = [0, 1, 2, 3, 3, 4]
            .iter()
            .enumerate()
            .map(|(i, &k)| (xy[k].0 - 12.0, xy[k].1 + 15.0, Some(h[i]), Some(times[i])))
            .collect();
        check(
            polyline(&paused),
            RELATIVE,
            0.0,
            8.0,
            0.1,
            &[
                (2.5, -29.07, 7.93, 1.18, -7.999),
                (6.2, -29.07, 9.53, 1.57, 8.0),
                (7.2, -29.07, 17.53, 1.57, 8.0),
            ],
        );
    }

    #[test]
    fn times_are_scaled_and_shifted_as_the_standard_says() {
        let points: Points = vec![(0.0, 0.0, None, Some(0.0)), (100.0, 0.0, None, Some(10.0))];
        let timing = |domain, scale, offset_s| TimeReference::Timing { domain, scale, offset_s };
        check(
            polyline(&points),
            timing(TimeDomain::Relative, 2.0, 0.0),
            0.0,
            0.0,
            0.1,
            &[(10.0, 50.0, 0.0, 0.0, 5.0)],
        );
        check(
            polyline(&points),
            timing(TimeDomain::Relative, 1.0, 3.0),
            0.0,
            0.0,
            0.1,
            &[(2.0, 0.0, 0.0, 0.0, 0.0), (5.0, 20.0, 0.0, 0.0, 10.0)],
        );
        check(
            polyline(&points),
            timing(TimeDomain::Relative, 1.0, 0.0),
            40.0,
            0.0,
            0.1,
            &[(1.0, 50.0, 0.0, 0.0, 10.0)],
        );
        check(polyline(&points), ABSOLUTE, 0.0, 0.0, 0.1, &[(5.0, 50.0, 0.0, 0.0, 10.0)]);
        check(
            polyline(&points),
            timing(TimeDomain::Relative, 0.0, 0.0),
            0.0,
            0.0,
            0.1,
            &[(0.1, 100.0, 0.0, 0.0, 10.0)],
        );
        // An absolute action that starts late jumps to its place.
        let (follow, at) = FollowRuntime::start(polyline(&points), &ABSOLUTE, 0.0, Heading::Leads, 4.0, 0.0);
        assert!((at.point.x_m - 40.0).abs() < 1e-9 && (at.speed_mps - 10.0).abs() < 1e-9);
        assert!((follow.s_m() - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_change_of_sign_backs_along_the_path() {
        // follow_trajectory_reverse: −22 m/s at the start, later positive: back to the start and done.
        let points: Points = vec![(200.0, -1.535, None, None), (250.0, 1.535, None, None)];
        let (mut follow, first) =
            FollowRuntime::start(polyline(&points), &TimeReference::None, 0.0, Heading::Leads, 0.0, -22.0);
        assert!((first.point.h_rad - 3.2029).abs() < 1e-4);
        let out = follow.step(0.0, 1.0, -22.0);
        assert!(out.point.x_m > 220.0 && !out.done);
        let back = follow.step(1.0, 0.5, 10.0);
        assert!((follow.s_m() - 17.0).abs() < 1e-9 && !back.done);
        assert!(follow.step(1.5, 2.0, 10.0).done);
    }

    #[test]
    fn headings_for_the_eye_do_not_lead() {
        let points: Points = vec![(0.0, 0.0, Some(PI), None), (50.0, 0.0, None, None)];
        let step = |heading| {
            let (mut follow, _) =
                FollowRuntime::start(polyline(&points), &TimeReference::None, 5.0, heading, 0.0, 5.0);
            follow.step(0.0, 0.5, 5.0)
        };
        assert!((step(Heading::Leads).point.x_m - 2.5).abs() < 1e-9);
        assert!((step(Heading::Shows).point.x_m - 7.5).abs() < 1e-9);
        assert!((step(Heading::Shows).point.h_rad - PI).abs() < 1e-9);
    }

    #[test]
    fn modes_and_properties_make_the_style() {
        let check = |following, properties: &[(&str, &str)], expect| {
            let list: Vec<_> = properties.iter().map(|p| (p.0.to_owned(), p.1.to_owned())).collect();
            assert_eq!(style(following, &list), expect, "{properties:?}");
        };
        check(Following::Position, &[], (Corners::Blended, Heading::Leads));
        check(Following::Follow, &[], (Corners::Lines, Heading::Leads));
        check(Following::Follow, &[("plineInterpolation", "none")], (Corners::Sharp, Heading::Leads));
        check(
            Following::Position,
            &[("ignoreHeadingForTrajMotion", "true")],
            (Corners::Blended, Heading::Shows),
        );
    }

    #[test]
    fn closed_paths_never_end() {
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let shape = TrajectoryShape::Polyline(
            square
                .iter()
                .map(|&(x, y)| TrajectoryVertex { time_s: None, position: world(x, y, None) })
                .collect(),
        );
        let trajectory = Trajectory { name: "t".into(), closed: Closed::Closed, shape };
        let path = Path::build(&trajectory, &Pose::default(), Corners::Sharp, &mut flat).expect("sound");
        let (mut follow, _) =
            FollowRuntime::start(path, &TimeReference::None, 0.0, Heading::Leads, 0.0, 10.0);
        for _ in 0..95 {
            assert!(!follow.step(0.0, 0.1, 10.0).done);
        }
        assert!((follow.s_m() - 15.0).abs() < 1e-6, "{}", follow.s_m());
    }
}
