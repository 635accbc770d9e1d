//! What the standard's positions mean: pose and place of every position type.
//!
//! # Rules
//! | position | frame of a relative orientation | not given |
//! |---|---|---|
//! | world, geographic (of the map's file, before its header's offset) | – | heading 0; z, pitch and roll from the road below |
//! | lane | driving direction of the lane | along it, on the surface |
//! | road | rising s | along it, on the surface |
//! | relative road; relative lane by `ds` | rising s | along it, on the surface |
//! | relative lane by `dsLane` | driving direction of the lane | along it, on the surface |
//! | relative object | the reference's axes (rotations compose) | as the reference |
//! | relative world | the reference's angles (angles add) | as the reference |
//! | route | direction of travel | along it, on the surface |
//! | trajectory | the trajectory's own pose | as the trajectory |
//!
//! On roads an absolute heading is kept exactly; pitch and roll that are not given lay the body on the
//! surface. A relative lane position by `dsLane` counts the way, the lanes and the offset as the reference
//! faces; by `ds` all count in road coordinates. Where roads meet head to head, lanes and their offsets go on as on
//! the reference's road; t and orientations are those of the road that is reached.
//! Ways over junctions follow the route of the positioned entity, else of the reference, else the straightest.
//!
//! # Where the standard and the yardstick differ
//! Until 1.2 the standard read a missing orientation as heading 0 in the world; 1.3 says relative, and every
//! known player has always done that: so here, for all versions.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3.1, classes `…Position`, `Orientation`.

use super::entity::{Entity, Located, Pose, Relative, RoadPlace, RouteState};
use super::frame::{angles, laid_on, rotation, wrap_positive};
use super::roads::{Along, JunctionChoice, Roads};
use super::route;
use super::trajectory::{Corners, Path};
use crate::standard::{AlongLane, Orientation, OrientationFrame, Position, Route, RoutePlace, Trajectory};
use glam::DVec3;
use std::f64::consts::PI;
use std::sync::Arc;

/// Deepest nesting of positions (a route's way points may be positions on routes).
pub const POSITION_DEPTH_MAX: usize = 8;

/// Entities by name.
pub trait Stage {
    /// The entity with a name.
    fn entity(&self, name: &str) -> Option<&Entity>;
    /// All of them.
    fn all(&self) -> &[Entity];
    /// Index of the entity with a name; whoever has an index answers faster.
    fn index_of(&self, name: &str) -> Option<usize> {
        self.all().iter().position(|e| &*e.name == name)
    }
    /// The path that an entity follows now, by its index; for angles and distances in trajectory coordinates.
    fn path(&self, _index: usize) -> Option<&dyn Curve> {
        None
    }
}

impl Stage for Vec<Entity> {
    fn entity(&self, name: &str) -> Option<&Entity> {
        self.iter().find(|e| &*e.name == name)
    }

    fn all(&self) -> &[Entity] {
        self
    }
}

/// Most samples for the nearest point of a curve.
const CURVE_SAMPLES_MAX: f64 = 2_000.0;

/// A curve with a pose at every distance along it.
pub trait Curve {
    /// Pose at a distance from the start, m; `None` outside.
    fn at(&self, s_m: f64) -> Option<Pose>;
    /// Length, m.
    fn length_m(&self) -> f64;

    /// Direction of the curve in the plane, rad; by differences unless the curve knows better.
    fn tangent_rad(&self, s_m: f64) -> Option<f64> {
        let h = 1e-3f64.min(0.5 * self.length_m());
        let (a, b) = ((s_m - h).max(0.0), (s_m + h).min(self.length_m()));
        let d = self.at(b)?.position_m - self.at(a)?.position_m;
        let still = libm::hypot(d.x, d.y) <= 0.0;
        if still { self.at(s_m).map(|p| p.h_rad) } else { Some(libm::atan2(d.y, d.x)) }
    }

    /// Distance of the point nearest to (x, y), m; by samples and thirds unless the curve knows better.
    fn nearest_m(&self, x_m: f64, y_m: f64) -> Option<f64> {
        let length_m = self.length_m();
        let samples = length_m.ceil().clamp(1.0, CURVE_SAMPLES_MAX);
        let step_m = length_m / samples;
        let away = |s: f64| {
            self.at(s).map_or(f64::INFINITY, |p| libm::hypot(p.position_m.x - x_m, p.position_m.y - y_m))
        };
        let mut best = (f64::INFINITY, 0.0);
        for i in 0..=samples as usize {
            let s = (step_m * i as f64).min(length_m);
            let d = away(s);
            if d < best.0 {
                best = (d, s);
            }
        }
        if !best.0.is_finite() {
            return None;
        }
        let (mut low, mut high) = ((best.1 - step_m).max(0.0), (best.1 + step_m).min(length_m));
        for _ in 0..100 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if away(a) <= away(b) { high = b } else { low = a }
        }
        Some(0.5 * (low + high))
    }
}

impl Curve for Path {
    fn at(&self, s_m: f64) -> Option<Pose> {
        let p = self.at_distance(s_m);
        let position_m = DVec3::new(p.x_m, p.y_m, p.z_m.unwrap_or(0.0));
        Some(Pose {
            position_m,
            h_rad: p.h_rad,
            p_rad: p.p_rad.unwrap_or(0.0),
            r_rad: p.r_rad.unwrap_or(0.0),
        })
    }

    fn length_m(&self) -> f64 {
        Path::length_m(self)
    }

    fn tangent_rad(&self, s_m: f64) -> Option<f64> {
        Some(self.at_distance(s_m).tangent_rad)
    }

    fn nearest_m(&self, x_m: f64, y_m: f64) -> Option<f64> {
        Some(Path::nearest_m(self, x_m, y_m))
    }
}

/// From longitude and latitude (degrees) to x and y, m, by the map's geoReference (before its header's offset).
pub type GeoProjection<'a> = &'a dyn Fn(f64, f64) -> Option<(f64, f64)>;
/// From a trajectory to its curve, where the caller has one already.
pub type CurveOf<'a> = &'a dyn Fn(&Trajectory) -> Option<Box<dyn Curve>>;

/// What positions are resolved in.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Roads.
    pub roads: &'a Roads,
    /// Entities.
    pub stage: &'a dyn Stage,
    /// Projection of geographic positions.
    pub geo: Option<GeoProjection<'a>>,
    /// Curves of trajectories that positions lie on; those that are not known here are built.
    pub curve: Option<CurveOf<'a>>,
}

/// Why a position has no meaning.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PositionError {
    /// No road with that id.
    #[error("there is no road `{0}` on the map")]
    UnknownRoad(String),
    /// No entity with that name.
    #[error("there is no entity `{0}`")]
    UnknownEntity(String),
    /// The reference is not on a road.
    #[error("`{0}` is not on a road, and the position is relative to its place on one")]
    NoPlace(String),
    /// Geographic coordinates without a projection, or outside it.
    #[error(
        "latitude {latitude_deg}°, longitude {longitude_deg}° cannot be placed: the map has no usable geoReference"
    )]
    NoProjection {
        /// Latitude, deg.
        latitude_deg: f64,
        /// Longitude, deg.
        longitude_deg: f64,
    },
    /// A trajectory without a usable shape.
    #[error("the trajectory `{0}` has no usable shape")]
    NoCurve(String),
    /// A route without way points on roads.
    #[error("the route `{0}` has no way points on roads")]
    EmptyRoute(String),
    /// No way between way points.
    #[error("no way leads from way point {from} of the route `{route}` to way point {to}")]
    NoWay {
        /// Route.
        route: String,
        /// Number of the way point, from 1.
        from: usize,
        /// Number of the next one.
        to: usize,
    },
    /// A number that is not finite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// Positions nested too deeply.
    #[error("positions are nested more than {POSITION_DEPTH_MAX} deep")]
    TooDeep,
}

/// Pose and place of a position. `self_entity` is the index of the entity that is positioned, if there is one.
pub fn resolve(
    position: &Position,
    roads: &Roads,
    stage: &dyn Stage,
    self_entity: Option<usize>,
    geo: Option<GeoProjection<'_>>,
) -> Result<Located, PositionError> {
    Setting { roads, stage, geo, curve: None }.resolve(position, self_entity)
}

impl<'a> Setting<'a> {
    /// Pose and place of a position. `self_entity` is the index of the entity that is positioned, if there is one.
    pub fn resolve(&self, position: &Position, self_entity: Option<usize>) -> Result<Located, PositionError> {
        self.resolve_at(position, self_entity, 0)
    }

    pub(super) fn resolve_at(
        &self,
        position: &Position,
        self_entity: Option<usize>,
        depth: usize,
    ) -> Result<Located, PositionError> {
        if depth >= POSITION_DEPTH_MAX {
            return Err(PositionError::TooDeep);
        }
        let found = self.meaning(position, self_entity, depth)?;
        let pose = found.pose;
        let finite = pose.position_m.is_finite() && (pose.h_rad + pose.p_rad + pose.r_rad).is_finite();
        if finite { Ok(found) } else { Err(PositionError::NotFinite) }
    }

    fn meaning(
        &self,
        position: &Position,
        self_entity: Option<usize>,
        depth: usize,
    ) -> Result<Located, PositionError> {
        match position {
            Position::World { x_m, y_m, z_m, h_rad, p_rad, r_rad } => {
                let orientation = Orientation {
                    frame: OrientationFrame::Absolute,
                    h_rad: *h_rad,
                    p_rad: *p_rad,
                    r_rad: *r_rad,
                };
                Ok(self.in_map_file(*x_m, *y_m, *z_m, orientation))
            }
            Position::Geo { latitude_deg, longitude_deg, altitude_m, orientation } => {
                let (x_m, y_m) = self.geo.and_then(|geo| geo(*longitude_deg, *latitude_deg)).ok_or(
                    PositionError::NoProjection {
                        latitude_deg: *latitude_deg,
                        longitude_deg: *longitude_deg,
                    },
                )?;
                // Geographic positions have no frame of their own: relative ones turn from the world's axes.
                Ok(self.in_map_file(x_m, y_m, *altitude_m, orientation.unwrap_or_default()))
            }
            Position::RelativeWorld { entity, d_m, orientation } => {
                let from = self.reference(entity)?.at.pose;
                let at = from.position_m + DVec3::from_array(*d_m);
                Ok(self.roads.place_of(match orientation.unwrap_or(RELATIVE) {
                    Orientation { frame: OrientationFrame::Relative, h_rad, p_rad, r_rad } => Pose {
                        position_m: at,
                        h_rad: wrap_positive(from.h_rad + h_rad.unwrap_or(0.0)),
                        p_rad: from.p_rad + p_rad.unwrap_or(0.0),
                        r_rad: from.r_rad + r_rad.unwrap_or(0.0),
                    },
                    absolute => plain(at, absolute),
                }))
            }
            Position::RelativeObject { entity, d_m, orientation } => {
                let from = self.reference(entity)?.at.pose;
                let at = from.point(DVec3::from_array(*d_m));
                Ok(self.roads.place_of(turned(&from, at, orientation.unwrap_or(RELATIVE))))
            }
            Position::Road { road, s_m, t_m, orientation } => {
                let index = self.road(road)?;
                let place = self.roads.locate_road(index, *s_m, *t_m).ok_or_else(|| unknown(road))?;
                Ok(self.along_road(place, 0.0, *orientation))
            }
            Position::Lane { road, lane, s_m, offset_m, orientation } => {
                let index = self.road(road)?;
                let place =
                    self.roads.locate_lane(index, *lane, *s_m, *offset_m).ok_or_else(|| unknown(road))?;
                Ok(self.on_lane(place, self.driving_rad(place), *orientation))
            }
            Position::RelativeRoad { entity, ds_m, dt_m, orientation } => {
                let (from, place) = self.reference_place(entity)?;
                let moved = self.moved(from, place, self_entity, *ds_m, Along::Reference);
                let t_m = moved.place.t_m + dt_m;
                let place = self.roads.locate_road(moved.place.road, moved.place.s_m, t_m);
                let place = place.ok_or_else(|| PositionError::NoPlace(entity.to_string()))?;
                Ok(self.along_road(place, 0.0, *orientation))
            }
            Position::RelativeLane { entity, d_lane, along, offset_m, orientation } => {
                self.relative_lane(entity, self_entity, *d_lane, *along, *offset_m, *orientation)
            }
            Position::OnRoute { route, at, orientation } => {
                self.on_route(route, at, *orientation, self_entity, depth)
            }
            Position::OnTrajectory { trajectory, s_m, t_m, orientation } => {
                self.on_trajectory(trajectory, *s_m, *t_m, *orientation, self_entity, depth)
            }
        }
    }

    /// A place on a trajectory: what the path leaves open comes from the road below.
    fn on_trajectory(
        &self,
        trajectory: &Trajectory,
        s_m: f64,
        t_m: f64,
        orientation: Option<Orientation>,
        self_entity: Option<usize>,
        depth: usize,
    ) -> Result<Located, PositionError> {
        let none = || PositionError::NoCurve(trajectory.name.clone());
        let orientation = orientation.unwrap_or(RELATIVE);
        if let Some(curve) = self.curve.and_then(|of| of(trajectory)) {
            let pose = curve.at(s_m.clamp(0.0, curve.length_m())).ok_or_else(none)?;
            let at = pose.point(DVec3::Y * t_m);
            return Ok(self.roads.place_of(turned(&pose, at, orientation)));
        }
        let own = self_entity.and_then(|i| self.stage.all().get(i)).map_or_else(Pose::default, |e| e.at.pose);
        let mut resolve = |position: &Position| {
            self.resolve_at(position, self_entity, depth + 1).map(|at| at.pose).map_err(|e| e.to_string())
        };
        let path = Path::build(trajectory, &own, Corners::default(), &mut resolve).map_err(|_| none())?;
        let point = path.at_distance(s_m.clamp(0.0, path.length_m()));
        let (sin, cos) = libm::sincos(point.h_rad);
        let (x_m, y_m) = (point.x_m - sin * t_m, point.y_m + cos * t_m);
        let along = Orientation {
            frame: OrientationFrame::Absolute,
            h_rad: Some(point.h_rad),
            p_rad: point.p_rad,
            r_rad: point.r_rad,
        };
        let pose = self.in_world(x_m, y_m, point.z_m, along).pose;
        Ok(self.roads.place_of(turned(&pose, pose.position_m, orientation)))
    }

    fn relative_lane(
        &self,
        entity: &str,
        self_entity: Option<usize>,
        d_lane: i32,
        along: AlongLane,
        offset_m: f64,
        orientation: Option<Orientation>,
    ) -> Result<Located, PositionError> {
        let (from, place) = self.reference_place(entity)?;
        let facing = if Roads::faces_rising_s(from.at.relative.h_rad) { 1.0 } else { -1.0 };
        // By dsLane everything counts as the reference faces: the standard says so of the way, the yardstick of
        // the lanes and the offset as well.
        let (distance_m, how, side) = match along {
            AlongLane::Road(ds_m) => (ds_m, Along::Reference, 1.0),
            AlongLane::Lane(ds_m) => (facing * ds_m, Along::Own, facing),
        };
        let moved = self.moved(from, place, self_entity, distance_m, how);
        let sign = side * moved.sign;
        let d_lane = if sign < 0.0 { d_lane.saturating_neg() } else { d_lane };
        let lane = Roads::lane_beside(moved.place.lane, d_lane);
        let at = self.roads.locate_lane(moved.place.road, lane, moved.place.s_m, sign * offset_m);
        let at = at.ok_or_else(|| PositionError::NoPlace(entity.to_owned()))?;
        let base_rad = match along {
            AlongLane::Road(_) => 0.0,
            AlongLane::Lane(_) => self.driving_rad(at),
        };
        Ok(self.on_lane(at, base_rad, orientation))
    }

    fn on_route(
        &self,
        written: &Arc<Route>,
        at: &RoutePlace,
        orientation: Option<Orientation>,
        self_entity: Option<usize>,
        depth: usize,
    ) -> Result<Located, PositionError> {
        let planned = route::plan_at(written, self, self_entity, depth + 1)?;
        let (place, direction) = match at {
            RoutePlace::OfEntity(name) => {
                let (entity, place) = self.reference_place(name)?;
                let facing = if Roads::faces_rising_s(entity.at.relative.h_rad) { 1 } else { -1 };
                let on = planned.state.roads.iter().find(|(road, _)| *road == place.road);
                (place, on.map_or(facing, |(_, direction)| *direction))
            }
            RoutePlace::RoadCoordinates { path_s_m, t_m } => {
                let (road, s_m, direction) = planned.at(self.roads, *path_s_m);
                let place = self.roads.locate_road(road, s_m, *t_m);
                (place.ok_or_else(|| PositionError::EmptyRoute(written.name.clone()))?, direction)
            }
            RoutePlace::LaneCoordinates { path_s_m, lane, offset_m } => {
                let (road, s_m, direction) = planned.at(self.roads, *path_s_m);
                let place = self.roads.locate_lane(road, *lane, s_m, *offset_m);
                (place.ok_or_else(|| PositionError::EmptyRoute(written.name.clone()))?, direction)
            }
        };
        Ok(self.on_lane(place, if direction < 0 { PI } else { 0.0 }, orientation))
    }

    fn road(&self, id: &str) -> Result<usize, PositionError> {
        self.roads.index_of(id).ok_or_else(|| unknown(id))
    }

    fn reference(&self, name: &str) -> Result<&'a Entity, PositionError> {
        self.stage.entity(name).ok_or_else(|| PositionError::UnknownEntity(name.to_owned()))
    }

    fn reference_place(&self, name: &str) -> Result<(&'a Entity, RoadPlace), PositionError> {
        let entity = self.reference(name)?;
        let place = entity.at.place.ok_or_else(|| PositionError::NoPlace(name.to_owned()))?;
        Ok((entity, place))
    }

    fn driving_rad(&self, place: RoadPlace) -> f64 {
        if self.roads.driving_direction(place) < 0 { PI } else { 0.0 }
    }

    /// The reference's place moved along the roads; its own attitude is left behind.
    fn moved(
        &self,
        from: &Entity,
        place: RoadPlace,
        self_entity: Option<usize>,
        distance_m: f64,
        along: Along,
    ) -> MovedReference {
        let own = self_entity.and_then(|i| self.stage.all().get(i)).and_then(|e| e.route.as_ref());
        let mut route: Option<RouteState> = own.or(from.route.as_ref()).cloned();
        if let Some(route) = &mut route {
            // It starts where the reference is, wherever on it its owner is now.
            route::take_up(route, place);
        }
        let moved = self.roads.move_along(
            place,
            Relative::default(),
            distance_m,
            along,
            JunctionChoice::Straightest,
            route.as_mut(),
        );
        MovedReference { place: moved.at, sign: if moved.turned { -1.0 } else { 1.0 } }
    }

    /// A place in the coordinates of the map's file: moved and turned as its header says, like the roads.
    fn in_map_file(&self, x_m: f64, y_m: f64, z_m: Option<f64>, orientation: Orientation) -> Located {
        let Some(offset) = self.roads.map().header.offset else {
            return self.in_world(x_m, y_m, z_m, orientation);
        };
        let (sin, cos) = libm::sincos(offset.heading_rad);
        let (x, y) = (x_m + offset.x_m, y_m + offset.y_m);
        let h_rad = Some(orientation.h_rad.unwrap_or(0.0) + offset.heading_rad);
        let z = z_m.map(|z| z + offset.z_m);
        self.in_world(x * cos - y * sin, x * sin + y * cos, z, Orientation { h_rad, ..orientation })
    }

    fn in_world(&self, x_m: f64, y_m: f64, z_m: Option<f64>, orientation: Orientation) -> Located {
        let near = self.roads.nearest(x_m, y_m, z_m);
        // Past the end of a road there is no surface to lie on: level, at the height of its end.
        let ground = near.map(|n| self.roads.surface(n.place));
        let up = match (near, ground) {
            (Some(n), Some(g)) if n.beyond_m == 0.0 => g.matrix().z_axis,
            (Some(_) | None, Some(_) | None) => DVec3::Z,
        };
        let z = z_m.or(ground.map(|g| g.position_m.z)).unwrap_or(0.0);
        let pose = laid(DVec3::new(x_m, y_m, z), up, orientation);
        let place = near.map(|n| n.place);
        let relative = place.map_or_else(Relative::default, |p| self.roads.relative_at(p, &pose));
        Located { pose, place, relative }
    }

    /// On a lane: the frame is the lane's, turned by `base_rad` against rising s.
    fn on_lane(&self, place: RoadPlace, base_rad: f64, orientation: Option<Orientation>) -> Located {
        match orientation.unwrap_or(RELATIVE) {
            Orientation { frame: OrientationFrame::Relative, h_rad, p_rad, r_rad } => {
                let relative = Relative {
                    z_m: 0.0,
                    h_rad: wrap_positive(base_rad + h_rad.unwrap_or(0.0)),
                    p_rad: p_rad.unwrap_or(0.0),
                    r_rad: r_rad.unwrap_or(0.0),
                };
                self.roads.located(place, relative)
            }
            absolute => {
                let ground = self.roads.surface(place);
                let pose = laid(ground.position_m, ground.matrix().z_axis, absolute);
                Located { pose, place: Some(place), relative: self.roads.relative_at(place, &pose) }
            }
        }
    }

    /// On a road: the frame is that of constant t, also where lanes run at an angle to it.
    fn along_road(&self, place: RoadPlace, base_rad: f64, orientation: Option<Orientation>) -> Located {
        let on_road = self.on_lane(RoadPlace { lane: 0, ..place }, base_rad, orientation);
        let relative = self.roads.relative_at(place, &on_road.pose);
        Located { place: Some(place), relative, ..on_road }
    }
}

/// A reference's place, moved; −1 where s runs the other way than on the reference's road.
struct MovedReference {
    place: RoadPlace,
    sign: f64,
}

/// What a missing orientation means.
const RELATIVE: Orientation =
    Orientation { frame: OrientationFrame::Relative, h_rad: None, p_rad: None, r_rad: None };

fn unknown(id: &str) -> PositionError {
    PositionError::UnknownRoad(id.to_owned())
}

/// Angles of the world; what is not given is 0.
fn plain(position_m: DVec3, o: Orientation) -> Pose {
    Pose {
        position_m,
        h_rad: wrap_positive(o.h_rad.unwrap_or(0.0)),
        p_rad: o.p_rad.unwrap_or(0.0),
        r_rad: o.r_rad.unwrap_or(0.0),
    }
}

/// A heading of the world on a surface; pitch and roll that are given are the world's.
fn laid(position_m: DVec3, up: DVec3, o: Orientation) -> Pose {
    let h_rad = wrap_positive(o.h_rad.unwrap_or(0.0));
    let (_, p_rad, r_rad) = angles(&laid_on(up, h_rad));
    Pose { position_m, h_rad, p_rad: o.p_rad.unwrap_or(p_rad), r_rad: o.r_rad.unwrap_or(r_rad) }
}

/// An orientation in the frame of a pose.
fn turned(from: &Pose, position_m: DVec3, o: Orientation) -> Pose {
    match o.frame {
        OrientationFrame::Absolute => plain(position_m, o),
        OrientationFrame::Relative => {
            let turn = rotation(o.h_rad.unwrap_or(0.0), o.p_rad.unwrap_or(0.0), o.r_rad.unwrap_or(0.0));
            Pose::from_matrix(position_m, &(from.matrix() * turn))
        }
    }
}

#[cfg(test)]
#[path = "position_tests.rs"]
pub(crate) mod tests;
