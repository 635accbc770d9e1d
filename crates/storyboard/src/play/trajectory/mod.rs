//! The geometry and timing of a trajectory: where one is at a distance or a time.
//!
//! m, s, rad, in the map's world frame. Built once, when an action starts: relative positions are resolved by the
//! caller at that moment and stay where they are.
//!
//! | file | what |
//! |---|---|
//! | `polyline.rs` | straight lines, headings at corners |
//! | `clothoid.rs` | clothoids and chains of them |
//! | `nurbs.rs` | rational B-splines |
//! | `quadrature.rs` | Gauss–Legendre quadrature |
//!
//! Heights, pitches and rolls that nobody has given are `None`: the road's surface at (x, y) decides, and the
//! caller knows it. Times hold only where every point has one; between two points the distance (for a NURBS its
//! parameter) goes linearly with time, so the speed is constant there; two points at one place are a pause.
//! Before the first time one is at the first point, after the last at the last.
//!
//! A closed trajectory begins again at its end; a closed polyline whose ends differ gets the missing line.
//!
//! What it does not do: it moves nobody; see [`crate::play::follow`].

mod clothoid;
mod nurbs;
mod polyline;
mod quadrature;

pub use nurbs::{CONTROL_POINTS_MAX, ORDER_MAX};
pub use polyline::{CORNER_M, Corners};

use crate::play::angle::TINY;
use crate::play::entity::Pose;
use crate::standard::{
    Closed, Clothoid, ClothoidSegment, ControlPoint, Orientation, OrientationFrame, Position, Trajectory,
    TrajectoryShape, TrajectoryVertex,
};
use clothoid::{Chain, Curve};
use nurbs::{Control, Nurbs};
use polyline::Polyline;

/// Most points of a trajectory.
pub const POINTS_MAX: usize = 1_000_000;

/// A resolved point, with what its position has said and what it has left to the road.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vertex {
    /// x, m.
    pub x_m: f64,
    /// y, m.
    pub y_m: f64,
    /// z, m, given or the surface's.
    pub z_m: f64,
    /// Heading, rad, given or by default.
    pub h_rad: f64,
    /// The heading, where it was given.
    pub heading_given: Option<f64>,
    /// The height, where it was given.
    pub z_given: Option<f64>,
    /// The pitch, where it was given.
    pub pitch_given: Option<f64>,
    /// The roll, where it was given.
    pub roll_given: Option<f64>,
    /// The pitch is the surface's, even where the height is not.
    pub pitch_on_surface: bool,
}

/// A point of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathPoint {
    /// x, m.
    pub x_m: f64,
    /// y, m.
    pub y_m: f64,
    /// z, m; `None` = the surface's.
    pub z_m: Option<f64>,
    /// Heading, rad, [0, 2π).
    pub h_rad: f64,
    /// Direction of the path itself, rad, [0, 2π).
    pub tangent_rad: f64,
    /// Pitch, rad, positive nose down; `None` = the surface's.
    pub p_rad: Option<f64>,
    /// Roll, rad, positive right side down; `None` = the surface's.
    pub r_rad: Option<f64>,
    /// Distance from the start, m.
    pub s_m: f64,
    /// Time, s, where the path has times.
    pub time_s: Option<f64>,
    /// Speed by the times, m/s, where the path has times.
    pub speed_mps: Option<f64>,
    /// Curvature, 1/m, left positive (0 on a polyline).
    pub curvature_pm: f64,
}

/// Shape of a path.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Polyline(Polyline),
    Clothoids(Chain),
    Nurbs(Box<Nurbs>),
}

/// A time and the distance (for a NURBS: the parameter) that belongs to it.
type Mark = (f64, f64);

/// A trajectory with its positions resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    shape: Shape,
    closed: Closed,
    length_m: f64,
    /// Rising times; empty where the path has none.
    marks: Vec<Mark>,
    heading_given: bool,
}

impl Path {
    /// Resolves a trajectory. `own` is the pose of who follows it: a clothoid spline without a start begins
    /// there. `resolve` gives the pose of a position.
    ///
    /// # Errors
    /// Whatever `resolve` says, too few or too many points, or a shape that does not exist.
    pub fn build(
        trajectory: &Trajectory,
        own: &Pose,
        corners: Corners,
        resolve: &mut dyn FnMut(&Position) -> Result<Pose, String>,
    ) -> Result<Self, String> {
        let mut vertex_of = |position: &Position| -> Result<Vertex, String> {
            let vertex = vertex(position, &resolve(position)?);
            let finite = [vertex.x_m, vertex.y_m, vertex.z_m, vertex.h_rad].iter().all(|x| x.is_finite());
            finite.then_some(vertex).ok_or_else(|| "a position of the trajectory is not finite".to_owned())
        };
        let (shape, marks, heading_given) = match &trajectory.shape {
            TrajectoryShape::Polyline(vertices) => {
                polyline(vertices, trajectory.closed, corners, &mut vertex_of)?
            }
            TrajectoryShape::Clothoid(clothoid) => one_clothoid(clothoid, &mut vertex_of)?,
            TrajectoryShape::ClothoidSpline { time_end_s, segments } => {
                spline(segments, *time_end_s, own, &mut vertex_of)?
            }
            TrajectoryShape::Nurbs { order, control_points, knots } => {
                rational(*order, control_points, knots, &mut vertex_of)?
            }
        };
        let length_m = match &shape {
            Shape::Polyline(polyline) => polyline.length_m(),
            Shape::Clothoids(chain) => chain.length_m(),
            Shape::Nurbs(nurbs) => nurbs.length_m(),
        };
        if !length_m.is_finite() {
            return Err("a trajectory of endless length".into());
        }
        let rising = marks.windows(2).all(|pair| pair[0].0 <= pair[1].0 + TINY);
        let finite = marks.iter().all(|mark| mark.0.is_finite());
        if !(rising && finite) {
            return Err("the times of a trajectory do not fall".into());
        }
        Ok(Self { shape, closed: trajectory.closed, length_m, marks, heading_given })
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.length_m
    }

    /// Whether it begins again at its end.
    pub fn closed(&self) -> Closed {
        self.closed
    }

    /// Whether headings were given, which then say what forward is.
    pub fn heading_given(&self) -> bool {
        self.heading_given
    }

    /// First and last time, s, where it has times.
    pub fn times_s(&self) -> Option<(f64, f64)> {
        self.marks.first().zip(self.marks.last()).map(|(first, last)| (first.0, last.0))
    }

    /// A distance within the path: around a closed one, else between its ends.
    pub fn wrap_m(&self, s_m: f64) -> f64 {
        match self.closed {
            Closed::Closed if self.length_m > 0.0 => s_m.rem_euclid(self.length_m),
            Closed::Closed | Closed::Open => s_m.clamp(0.0, self.length_m),
        }
    }

    /// The point at a distance.
    pub fn at_distance(&self, s_m: f64) -> PathPoint {
        // The very end of a closed path is its end, not its start.
        let s_m = if (0.0..=self.length_m).contains(&s_m) { s_m } else { self.wrap_m(s_m) };
        let point = match &self.shape {
            Shape::Polyline(polyline) => polyline.at(s_m),
            Shape::Clothoids(chain) => chain.at(s_m),
            Shape::Nurbs(nurbs) => nurbs.at(s_m),
        };
        let time_s = self.time_s(s_m);
        PathPoint { s_m, time_s, speed_mps: time_s.and_then(|time| self.speed_mps(time)), ..point }
    }

    /// The point at a time; without times, the start.
    pub fn at_time(&self, time_s: f64) -> PathPoint {
        let mark = self.mark_at(time_s);
        let point = match &self.shape {
            Shape::Polyline(polyline) => PathPoint { s_m: mark, ..polyline.at(mark) },
            Shape::Clothoids(chain) => PathPoint { s_m: mark, ..chain.at(mark) },
            Shape::Nurbs(nurbs) => PathPoint { s_m: nurbs.distance_m(mark), ..nurbs.at_parameter(mark) },
        };
        let has_times = !self.marks.is_empty();
        PathPoint { time_s: has_times.then_some(time_s), speed_mps: self.speed_mps(time_s), ..point }
    }

    /// Way driven up to a time, m: what speeds by the times are differences of. It is the distance, but for a NURBS,
    /// where it is summed over pieces of about a metre.
    pub fn odometer_m(&self, time_s: f64) -> f64 {
        let mark = self.mark_at(time_s);
        match &self.shape {
            Shape::Polyline(_) | Shape::Clothoids(_) => mark,
            Shape::Nurbs(nurbs) => nurbs.odometer_m(mark),
        }
    }

    /// Distance of the point nearest to (x, y), m.
    pub fn nearest_m(&self, x_m: f64, y_m: f64) -> f64 {
        match &self.shape {
            Shape::Polyline(polyline) => polyline.nearest_m(x_m, y_m),
            Shape::Nurbs(nurbs) => nurbs.nearest_m(x_m, y_m),
            Shape::Clothoids(_) => self.nearest_by_search_m(x_m, y_m),
        }
    }

    fn nearest_by_search_m(&self, x_m: f64, y_m: f64) -> f64 {
        /// Coarse samples of the search.
        const SAMPLES: u32 = 512;
        let distance = |s: f64| {
            let point = self.at_distance(s);
            libm::hypot(point.x_m - x_m, point.y_m - y_m)
        };
        let sample = |i: u32| self.length_m * f64::from(i) / f64::from(SAMPLES);
        let best = (0..=SAMPLES)
            .map(|i| (distance(sample(i)), i))
            .fold((f64::INFINITY, 0), |best, next| if next.0 < best.0 { next } else { best })
            .1;
        let (mut low, mut high) = (sample(best.saturating_sub(1)), sample((best + 1).min(SAMPLES)));
        for _ in 0..80 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if distance(a) < distance(b) { high = b } else { low = a }
        }
        (low + high) / 2.0
    }

    /// Distance (for a NURBS: parameter) at a time.
    fn mark_at(&self, time_s: f64) -> f64 {
        let after = self.marks.partition_point(|mark| mark.0 <= time_s);
        match (after.checked_sub(1).and_then(|i| self.marks.get(i)), self.marks.get(after)) {
            (Some(before), Some(next)) => {
                before.1 + (next.1 - before.1) * (time_s - before.0) / (next.0 - before.0)
            }
            (Some(last), None) => last.1,
            (None, Some(first)) => first.1,
            (None, None) => match &self.shape {
                Shape::Polyline(_) | Shape::Clothoids(_) => 0.0,
                Shape::Nurbs(nurbs) => nurbs.domain().0,
            },
        }
    }

    /// Time at which a distance is reached first, s.
    fn time_s(&self, s_m: f64) -> Option<f64> {
        let (first, last) = (self.marks.first()?, self.marks.last()?);
        let at = match &self.shape {
            Shape::Polyline(_) | Shape::Clothoids(_) => s_m,
            Shape::Nurbs(nurbs) => nurbs.parameter(s_m),
        };
        let after = self.marks.partition_point(|mark| mark.1 < at - TINY);
        Some(match (after.checked_sub(1).and_then(|i| self.marks.get(i)), self.marks.get(after)) {
            (Some(before), Some(next)) if next.1 > before.1 => {
                before.0 + (next.0 - before.0) * (at - before.1) / (next.1 - before.1)
            }
            (Some(before), Some(_)) => before.0,
            (None, Some(_) | None) => first.0,
            (Some(_), None) => last.0,
        })
    }

    /// Speed at a time, m/s: that of the part after it, at the end of the part before.
    fn speed_mps(&self, time_s: f64) -> Option<f64> {
        let (first, last) = (self.marks.first()?, self.marks.last()?);
        if time_s < first.0 - TINY || time_s > last.0 + TINY {
            return Some(0.0);
        }
        let after =
            self.marks.partition_point(|mark| mark.0 <= time_s + TINY).clamp(1, self.marks.len().max(2) - 1);
        let (before, next) = (self.marks.get(after - 1)?, self.marks.get(after)?);
        let rate = if next.0 > before.0 { (next.1 - before.1) / (next.0 - before.0) } else { 0.0 };
        Some(match &self.shape {
            Shape::Polyline(_) | Shape::Clothoids(_) => rate,
            Shape::Nurbs(nurbs) => rate * nurbs.speed(self.mark_at(time_s)),
        })
    }
}

/// What a position gives and what it leaves open.
fn vertex(position: &Position, pose: &Pose) -> Vertex {
    let (heading, height, pitch, roll) = match position {
        Position::World { z_m, h_rad, p_rad, r_rad, .. } => {
            (h_rad.is_some(), z_m.is_some(), p_rad.is_some(), r_rad.is_some())
        }
        Position::RelativeWorld { d_m, orientation, .. }
        | Position::RelativeObject { d_m, orientation, .. } => {
            let (heading, pitch, roll) = angles(orientation.as_ref());
            // An offset of 0 is the attribute's default: the surface, not the reference's height.
            (heading, d_m[2] != 0.0, pitch, roll)
        }
        Position::Road { orientation, .. }
        | Position::RelativeRoad { orientation, .. }
        | Position::Lane { orientation, .. }
        | Position::RelativeLane { orientation, .. }
        | Position::OnRoute { orientation, .. }
        | Position::OnTrajectory { orientation, .. } => {
            let (heading, pitch, roll) = angles(orientation.as_ref());
            (heading, false, pitch, roll)
        }
        Position::Geo { altitude_m, orientation, .. } => {
            let (heading, pitch, roll) = angles(orientation.as_ref());
            (heading, altitude_m.is_some(), pitch, roll)
        }
    };
    Vertex {
        x_m: pose.position_m.x,
        y_m: pose.position_m.y,
        z_m: pose.position_m.z,
        h_rad: pose.h_rad,
        heading_given: heading.then_some(pose.h_rad),
        z_given: height.then_some(pose.position_m.z),
        pitch_given: pitch.then_some(pose.p_rad),
        roll_given: roll.then_some(pose.r_rad),
        pitch_on_surface: !pitch && says_pitch(position),
    }
}

/// Whether a position says a pitch at all.
fn says_pitch(position: &Position) -> bool {
    match position {
        Position::World { p_rad, .. } => p_rad.is_some(),
        Position::RelativeWorld { orientation, .. }
        | Position::RelativeObject { orientation, .. }
        | Position::Road { orientation, .. }
        | Position::RelativeRoad { orientation, .. }
        | Position::Lane { orientation, .. }
        | Position::RelativeLane { orientation, .. }
        | Position::OnRoute { orientation, .. }
        | Position::OnTrajectory { orientation, .. }
        | Position::Geo { orientation, .. } => orientation.is_some_and(|angles| angles.p_rad.is_some()),
    }
}

/// Which angles an orientation gives. A relative pitch or roll of 0 follows the surface.
fn angles(orientation: Option<&Orientation>) -> (bool, bool, bool) {
    let Some(orientation) = orientation else { return (false, false, false) };
    let tilts = |angle: Option<f64>| match orientation.frame {
        OrientationFrame::Absolute => angle.is_some(),
        OrientationFrame::Relative => angle.is_some_and(|angle| angle != 0.0),
    };
    (orientation.h_rad.is_some(), tilts(orientation.p_rad), tilts(orientation.r_rad))
}

type Resolve<'a> = &'a mut dyn FnMut(&Position) -> Result<Vertex, String>;

fn polyline(
    list: &[TrajectoryVertex],
    closed: Closed,
    corners: Corners,
    resolve: Resolve,
) -> Result<(Shape, Vec<Mark>, bool), String> {
    if list.len() < 2 || list.len() > POINTS_MAX {
        return Err(format!("a polyline has 2 to {POINTS_MAX} vertices, not {}", list.len()));
    }
    let mut vertices = list.iter().map(|v| resolve(&v.position)).collect::<Result<Vec<_>, _>>()?;
    if let (Closed::Closed, Some(first), Some(last)) = (closed, vertices.first(), vertices.last())
        && libm::hypot(first.x_m - last.x_m, first.y_m - last.y_m) > TINY
    {
        vertices.push(*first);
    }
    let heading_given = vertices.iter().any(|vertex| vertex.heading_given.is_some());
    let polyline = Polyline::new(vertices, corners);
    let times: Option<Vec<f64>> = list.iter().map(|vertex| vertex.time_s).collect();
    let marks = times.map_or_else(Vec::new, |times| {
        times.into_iter().zip(polyline.distances_m().iter().copied()).collect()
    });
    Ok((Shape::Polyline(polyline), marks, heading_given))
}

fn one_clothoid(clothoid: &Clothoid, resolve: Resolve) -> Result<(Shape, Vec<Mark>, bool), String> {
    let start = resolve(&clothoid.start)?;
    let curve = Curve::new(&start, clothoid.curvature_pm, clothoid.curvature_prime_pm2, clothoid.length_m)?;
    let marks = match (clothoid.start_time_s, clothoid.stop_time_s) {
        (Some(start), Some(stop)) => vec![(start, 0.0), (stop, clothoid.length_m)],
        (Some(_), None) | (None, Some(_)) | (None, None) => Vec::new(),
    };
    Ok((Shape::Clothoids(Chain::new(vec![curve])), marks, false))
}

fn spline(
    segments: &[ClothoidSegment],
    end_s: Option<f64>,
    own: &Pose,
    resolve: Resolve,
) -> Result<(Shape, Vec<Mark>, bool), String> {
    if segments.is_empty() || segments.len() > POINTS_MAX {
        return Err(format!("a clothoid spline has 1 to {POINTS_MAX} segments, not {}", segments.len()));
    }
    let mut start = Vertex {
        x_m: own.position_m.x,
        y_m: own.position_m.y,
        z_m: own.position_m.z,
        h_rad: own.h_rad,
        ..Vertex::default()
    };
    let mut curves = Vec::with_capacity(segments.len());
    for segment in segments {
        if let Some(position) = &segment.start {
            start = resolve(position)?;
        }
        start.h_rad += segment.h_offset_rad;
        let prime = (segment.curvature_end_pm - segment.curvature_start_pm) / segment.length_m;
        let curve = Curve::new(&start, segment.curvature_start_pm, prime, segment.length_m)?;
        start = curve.end();
        curves.push(curve);
    }
    let chain = Chain::new(curves);
    let times: Option<Vec<f64>> =
        segments.iter().map(|segment| segment.time_start_s).chain([end_s]).collect();
    let distances = chain.distances_m().iter().copied().chain([chain.length_m()]);
    let marks = times.map_or_else(Vec::new, |times| times.into_iter().zip(distances).collect());
    Ok((Shape::Clothoids(chain), marks, false))
}

fn rational(
    order: u32,
    list: &[ControlPoint],
    knots: &[f64],
    resolve: Resolve,
) -> Result<(Shape, Vec<Mark>, bool), String> {
    let mut control = Vec::with_capacity(list.len().min(CONTROL_POINTS_MAX));
    for point in list.iter().take(CONTROL_POINTS_MAX + 1) {
        control.push(Control { at: resolve(&point.position)?, weight: point.weight });
    }
    let nurbs = Nurbs::new(order as usize, &control, knots)?;
    let times: Option<Vec<f64>> = list.iter().map(|point| point.time_s).collect();
    let marks = times.map_or_else(Vec::new, |times| times.into_iter().zip(nurbs.peaks()).collect());
    Ok((Shape::Nurbs(Box::new(nurbs)), marks, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec3;

    fn world(x_m: f64, y_m: f64, h_rad: Option<f64>) -> Position {
        Position::World { x_m, y_m, z_m: None, h_rad, p_rad: None, r_rad: None }
    }

    /// Poses of world positions on flat ground.
    pub fn flat(position: &Position) -> Result<Pose, String> {
        match position {
            Position::World { x_m, y_m, h_rad, .. } => Ok(Pose {
                position_m: DVec3::new(*x_m, *y_m, 0.0),
                h_rad: h_rad.unwrap_or(0.0),
                ..Pose::default()
            }),
            other => Err(format!("not a world position: {other:?}")),
        }
    }

    fn build(closed: Closed, shape: TrajectoryShape) -> Result<Path, String> {
        let own = Pose { position_m: DVec3::new(100.0, 50.0, 0.0), h_rad: 1.0, ..Pose::default() };
        Path::build(&Trajectory { name: "t".into(), closed, shape }, &own, Corners::Blended, &mut flat)
    }

    fn line(list: &[(f64, f64, Option<f64>)]) -> TrajectoryShape {
        TrajectoryShape::Polyline(
            list.iter()
                .map(|&(x, y, time_s)| TrajectoryVertex { time_s, position: world(x, y, None) })
                .collect(),
        )
    }

    #[test]
    fn times_lead_to_places_and_back() {
        // A pause of a second at (10, 0).
        let path = build(
            Closed::Open,
            line(&[
                (0.0, 0.0, Some(1.0)),
                (10.0, 0.0, Some(3.0)),
                (10.0, 0.0, Some(4.0)),
                (10.0, 20.0, Some(6.0)),
            ]),
        )
        .expect("sound");
        assert_eq!(path.times_s(), Some((1.0, 6.0)));
        let check = |t: f64, s: f64, speed: f64| {
            let at = path.at_time(t);
            assert!(
                (at.s_m - s).abs() < 1e-9 && (at.speed_mps.unwrap_or(f64::NAN) - speed).abs() < 1e-9,
                "{t}: {at:?}"
            );
        };
        check(0.0, 0.0, 0.0);
        check(1.0, 0.0, 5.0);
        check(2.0, 5.0, 5.0);
        check(3.5, 10.0, 0.0);
        check(5.0, 20.0, 10.0);
        check(6.0, 30.0, 10.0);
        check(9.0, 30.0, 0.0);
        for (s, t) in [(0.0, 1.0), (5.0, 2.0), (10.0, 3.0), (20.0, 5.0), (30.0, 6.0)] {
            assert!((path.at_distance(s).time_s.unwrap_or(f64::NAN) - t).abs() < 1e-6, "{s}");
        }
        assert_eq!(
            build(Closed::Open, line(&[(0.0, 0.0, Some(1.0)), (1.0, 0.0, None)])).expect("sound").times_s(),
            None
        );
        assert!(build(Closed::Open, line(&[(0.0, 0.0, Some(1.0)), (1.0, 0.0, Some(0.0))])).is_err());
    }

    #[test]
    fn closed_polylines_close() {
        let path = build(
            Closed::Closed,
            line(&[(0.0, 0.0, None), (10.0, 0.0, None), (10.0, 10.0, None), (0.0, 10.0, None)]),
        )
        .expect("sound");
        assert!((path.length_m() - 40.0).abs() < 1e-12);
        let at = path.at_distance(75.0);
        assert!((at.x_m - 0.0).abs() < 1e-9 && (at.y_m - 5.0).abs() < 1e-9, "{at:?}");
    }

    #[test]
    fn clothoid_splines_begin_at_the_own_pose_and_turn_by_offsets() {
        let segment = |start: Option<Position>, h_offset_rad| ClothoidSegment {
            curvature_start_pm: 0.0,
            curvature_end_pm: 0.0,
            length_m: 10.0,
            h_offset_rad,
            time_start_s: None,
            start,
        };
        let segments =
            vec![segment(None, 0.0), segment(None, 0.5), segment(Some(world(0.0, 0.0, Some(0.2))), 0.4)];
        let path = build(Closed::Open, TrajectoryShape::ClothoidSpline { time_end_s: None, segments })
            .expect("sound");
        let check = |s: f64, x: f64, y: f64, h: f64| {
            let at = path.at_distance(s);
            assert!(
                (at.x_m - x).abs() < 1e-9 && (at.y_m - y).abs() < 1e-9 && (at.h_rad - h).abs() < 1e-9,
                "{s}: {at:?}"
            );
        };
        let (cos, sin) = (libm::cos(1.0), libm::sin(1.0));
        check(5.0, 100.0 + 5.0 * cos, 50.0 + 5.0 * sin, 1.0);
        check(15.0, 100.0 + 10.0 * cos + 5.0 * libm::cos(1.5), 50.0 + 10.0 * sin + 5.0 * libm::sin(1.5), 1.5);
        check(25.0, 5.0 * libm::cos(0.6), 5.0 * libm::sin(0.6), 0.6);
    }

    #[test]
    fn clothoids_and_nurbs_have_times() {
        let clothoid = Clothoid {
            curvature_pm: 0.01,
            curvature_prime_pm2: 0.001,
            length_m: 70.0,
            start: world(0.0, 0.0, Some(0.0)),
            start_time_s: Some(0.0),
            stop_time_s: Some(4.0),
        };
        let path = build(Closed::Open, TrajectoryShape::Clothoid(clothoid)).expect("sound");
        assert_eq!(path.at_time(2.0).speed_mps, Some(17.5));
        assert!((path.at_time(2.0).s_m - 35.0).abs() < 1e-12);
        let at = path.at_distance(20.0);
        assert!((path.nearest_m(at.x_m, at.y_m) - 20.0).abs() < 1e-6);
        let control_points = [0.0, 10.0, 30.0]
            .iter()
            .zip([0.0, 1.0, 2.0])
            .map(|(&x, time)| ControlPoint { position: world(x, 0.0, None), weight: 1.0, time_s: Some(time) })
            .collect();
        let path =
            build(Closed::Open, TrajectoryShape::Nurbs { order: 3, control_points, knots: Vec::new() })
                .expect("sound");
        assert!((path.length_m() - 30.0).abs() < 1e-9);
        assert!((path.at_time(2.0).x_m - 30.0).abs() < 1e-9);
        for i in 1..20 {
            let t = f64::from(i) / 10.0 + 0.003;
            let quotient = (path.at_time(t + 1e-5).s_m - path.at_time(t - 1e-5).s_m) / 2e-5;
            assert!((path.at_time(t).speed_mps.unwrap_or(f64::NAN) - quotient).abs() < 1e-4, "{t}");
            let back = path.at_distance(path.at_time(t).s_m).time_s.unwrap_or(f64::NAN);
            assert!((back - t).abs() < 1e-6, "{t}: {back}");
        }
    }
}
