//! Who plays: body, pose, place on the road, motion.

use crate::standard::{EntityKind, Route, Trajectory};
use glam::DVec3;
use std::sync::Arc;

/// Pose of the reference point in the file's world frame; angles in ISO 8855 signs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose {
    /// Position, m.
    pub position_m: DVec3,
    /// Heading, rad.
    pub h_rad: f64,
    /// Pitch, rad, positive nose down.
    pub p_rad: f64,
    /// Roll, rad, positive right side down.
    pub r_rad: f64,
}

/// A place on a road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoadPlace {
    /// Index into `opendrive::Map::roads`.
    pub road: usize,
    /// OpenDRIVE lane id; 0 where no lane is meant.
    pub lane: i32,
    /// s, m.
    pub s_m: f64,
    /// t, m.
    pub t_m: f64,
    /// Offset from the lane's center along t, m.
    pub offset_m: f64,
}

/// Attitude relative to the road: added to the reference line's direction and to the surface.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Relative {
    /// Height over the surface, m.
    pub z_m: f64,
    /// Heading against the direction of rising s, rad (π = against it).
    pub h_rad: f64,
    /// Pitch against the surface, rad.
    pub p_rad: f64,
    /// Roll against the surface, rad.
    pub r_rad: f64,
}

/// Where something is: always a pose, and a place on the road where there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Located {
    /// Pose.
    pub pose: Pose,
    /// Place on the road.
    pub place: Option<RoadPlace>,
    /// Attitude relative to the road (meaningless without a place).
    pub relative: Relative,
}

/// Bounding box and limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Type.
    pub kind: EntityKind,
    /// Category as the file has it (`car`, `pedestrian`, `barrier`, …).
    pub category: String,
    /// Center of the bounding box from the reference point: forward, left, up, m.
    pub center_m: DVec3,
    /// Length, width, height, m.
    pub size_m: DVec3,
    /// Front axle from the reference point, m.
    pub front_axle_m: f64,
    /// Rear axle from the reference point, m.
    pub rear_axle_m: f64,
    /// Largest speed, m/s.
    pub speed_mps_max: f64,
    /// Largest acceleration, m/s².
    pub accel_mps2_max: f64,
    /// Largest deceleration, m/s².
    pub decel_mps2_max: f64,
    /// Hitch from the reference point, m (negative: behind).
    pub hitch_m: Option<f64>,
    /// Coupler of a trailer from the reference point, m.
    pub coupler_m: Option<f64>,
}

/// Whether an entity takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Taking {
    /// On the stage.
    #[default]
    Part,
    /// Deleted, or not added yet.
    NoPart,
}

/// Who moves an entity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mover {
    /// The default controller: exactly as written.
    #[default]
    Script,
    /// Dynamics outside the player: the caller sets its state before every step.
    Outside,
}

/// A route under way.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteState {
    /// The route as written.
    pub route: Arc<Route>,
    /// Roads to pass: index, direction (true value: +1 with rising s, −1 against), in order.
    pub roads: Vec<(usize, i8)>,
    /// Index of the present one.
    pub at: usize,
}

/// An entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Name.
    pub name: Arc<str>,
    /// Body.
    pub body: Body,
    /// Whether it takes part.
    pub taking: Taking,
    /// Who moves it.
    pub mover: Mover,
    /// Where it is.
    pub at: Located,
    /// Signed speed along its heading, m/s.
    pub speed_mps: f64,
    /// Velocity in the world, m/s.
    pub velocity_mps: DVec3,
    /// Acceleration in the world, m/s².
    pub accel_mps2: DVec3,
    /// Rate of the heading, rad/s.
    pub h_rate_radps: f64,
    /// Distance traveled since the start, m.
    pub traveled_m: f64,
    /// For how long it has stood still, s.
    pub standing_s: f64,
    /// For how long it has been at the end of the road, s; `None` = it is not.
    pub end_of_road_s: Option<f64>,
    /// For how long it has been off the road, s; `None` = it is not.
    pub offroad_s: Option<f64>,
    /// Its route.
    pub route: Option<RouteState>,
    /// The trajectory that it follows now.
    pub trajectory: Option<Arc<Trajectory>>,
}
