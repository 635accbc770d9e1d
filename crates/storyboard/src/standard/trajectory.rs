//! Routes and trajectories.

use super::position::Position;
use serde::{Deserialize, Serialize};

/// How a way point is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteStrategy {
    /// Least time at the lanes' speed limits.
    Fastest,
    /// Least distance.
    #[default]
    Shortest,
    /// Fewest intersections.
    LeastIntersections,
    /// Any.
    Random,
}

/// A way point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waypoint {
    /// Where.
    pub position: Position,
    /// How the next one is reached.
    pub strategy: RouteStrategy,
}

/// Whether the last point is followed by the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// It ends.
    #[default]
    Open,
    /// It begins again.
    Closed,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Name.
    pub name: String,
    /// Open or closed.
    pub closed: Closed,
    /// Way points, at least two.
    pub waypoints: Vec<Waypoint>,
}

/// A trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trajectory {
    /// Name.
    pub name: String,
    /// Open or closed.
    pub closed: Closed,
    /// Shape.
    pub shape: TrajectoryShape,
}

/// Shape of a trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrajectoryShape {
    /// Straight lines between vertices.
    Polyline(Vec<TrajectoryVertex>),
    /// One clothoid.
    Clothoid(Clothoid),
    /// Clothoids one after the other.
    ClothoidSpline {
        /// Time at the spline's end, s.
        time_end_s: Option<f64>,
        /// Pieces, each beginning where the one before ends unless it has a place of its own.
        segments: Vec<ClothoidSegment>,
    },
    /// Non-uniform rational B-spline.
    Nurbs {
        /// Order (degree + 1).
        order: u32,
        /// Control points.
        control_points: Vec<ControlPoint>,
        /// Knots.
        knots: Vec<f64>,
    },
}

/// Vertex of a polyline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrajectoryVertex {
    /// Time, s.
    pub time_s: Option<f64>,
    /// Where.
    pub position: Position,
}

/// A clothoid from a place on: curvature changes by `curvature_prime_pm2` per metre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clothoid {
    /// Curvature at the start, 1/m, left positive.
    pub curvature_pm: f64,
    /// Change of curvature, 1/m².
    pub curvature_prime_pm2: f64,
    /// Length, m.
    pub length_m: f64,
    /// Start.
    pub start: Position,
    /// Time at the start, s.
    pub start_time_s: Option<f64>,
    /// Time at the end, s.
    pub stop_time_s: Option<f64>,
}

/// A piece of a clothoid spline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClothoidSegment {
    /// Curvature at the start, 1/m, left positive.
    pub curvature_start_pm: f64,
    /// Curvature at the end, 1/m.
    pub curvature_end_pm: f64,
    /// Length, m.
    pub length_m: f64,
    /// Turn of the heading against the end of the piece before, rad.
    pub h_offset_rad: f64,
    /// Time at its start, s.
    pub time_start_s: Option<f64>,
    /// Start, if it does not follow the piece before.
    pub start: Option<Position>,
}

/// Control point of a NURBS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlPoint {
    /// Where.
    pub position: Position,
    /// Weight.
    pub weight: f64,
    /// Time, s.
    pub time_s: Option<f64>,
}
