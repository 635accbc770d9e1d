//! Positions and orientations, as written: relative ones get their meaning when they are asked for.

use super::trajectory::{Route, Trajectory};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Name of an entity.
pub type EntityName = Arc<str>;

/// What an orientation counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrientationFrame {
    /// The world's axes.
    #[default]
    Absolute,
    /// The position's own frame: the road's direction, or the reference entity's.
    Relative,
}

/// Orientation of a position. An angle that is not given is 0 in its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Orientation {
    /// Frame.
    pub frame: OrientationFrame,
    /// Heading, rad.
    pub h_rad: Option<f64>,
    /// Pitch, rad, positive nose down.
    pub p_rad: Option<f64>,
    /// Roll, rad, positive right side down.
    pub r_rad: Option<f64>,
}

/// A position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// World coordinates. What is not given of z, p and r comes from the road below.
    World {
        /// x, m.
        x_m: f64,
        /// y, m.
        y_m: f64,
        /// z, m.
        z_m: Option<f64>,
        /// Heading, rad.
        h_rad: Option<f64>,
        /// Pitch, rad.
        p_rad: Option<f64>,
        /// Roll, rad.
        r_rad: Option<f64>,
    },
    /// Offset from an entity along the world's axes.
    RelativeWorld {
        /// Reference.
        entity: EntityName,
        /// Offset x, y, z, m.
        d_m: [f64; 3],
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Offset from an entity along its own axes.
    RelativeObject {
        /// Reference.
        entity: EntityName,
        /// Offset forward, left, up, m.
        d_m: [f64; 3],
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Road coordinates.
    Road {
        /// OpenDRIVE road id.
        road: String,
        /// s, m.
        s_m: f64,
        /// t, m.
        t_m: f64,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Road coordinates relative to an entity's.
    RelativeRoad {
        /// Reference.
        entity: EntityName,
        /// Offset along s, m.
        ds_m: f64,
        /// Offset along t, m.
        dt_m: f64,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Lane coordinates.
    Lane {
        /// OpenDRIVE road id.
        road: String,
        /// OpenDRIVE lane id.
        lane: i32,
        /// s, m.
        s_m: f64,
        /// Offset from the lane's center along t, m.
        offset_m: f64,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Lane coordinates relative to an entity's.
    RelativeLane {
        /// Reference.
        entity: EntityName,
        /// Number of lanes towards positive t of the reference's lane.
        d_lane: i32,
        /// Offset along the road or along the lane.
        along: AlongLane,
        /// Offset from the target lane's center along t, m.
        offset_m: f64,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// A place on a route.
    OnRoute {
        /// Route.
        route: Arc<Route>,
        /// Where on it.
        at: Box<RoutePlace>,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// Geographic coordinates (WGS 84).
    Geo {
        /// Latitude, deg.
        latitude_deg: f64,
        /// Longitude, deg.
        longitude_deg: f64,
        /// Height, m; else that of the road.
        altitude_m: Option<f64>,
        /// Orientation.
        orientation: Option<Orientation>,
    },
    /// A place on a trajectory.
    OnTrajectory {
        /// Trajectory.
        trajectory: Arc<Trajectory>,
        /// Distance along it, m.
        s_m: f64,
        /// Offset to its left, m.
        t_m: f64,
        /// Orientation.
        orientation: Option<Orientation>,
    },
}

/// Longitudinal offset of a relative lane position.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlongLane {
    /// Along the reference line, m (`ds`).
    Road(f64),
    /// Along the lane's center line, m (`dsLane`).
    Lane(f64),
}

/// Where on a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutePlace {
    /// Where an entity on the route is.
    OfEntity(EntityName),
    /// Distance along the route and t, m.
    RoadCoordinates {
        /// Distance from the route's start, m.
        path_s_m: f64,
        /// t, m.
        t_m: f64,
    },
    /// Distance along the route and lane.
    LaneCoordinates {
        /// Distance from the route's start, m.
        path_s_m: f64,
        /// OpenDRIVE lane id.
        lane: i32,
        /// Offset from the lane's center along t, m.
        offset_m: f64,
    },
}
