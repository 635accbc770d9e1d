//! Positions and orientations.

use super::context::Context;
use crate::standard::{AlongLane, Orientation, OrientationFrame, Position, RoutePlace};
use openscenario::model as xml;

/// Degrees in a radian.
const DEG_PER_RAD: f64 = 180.0 / std::f64::consts::PI;

/// An orientation. Without a type its angles are absolute, as the standard says.
fn orientation(o: Option<&xml::Orientation>) -> Option<Orientation> {
    o.map(|o| Orientation {
        frame: match o.kind {
            Some(xml::ReferenceContext::Relative) => OrientationFrame::Relative,
            Some(xml::ReferenceContext::Absolute) | None => OrientationFrame::Absolute,
        },
        h_rad: o.h,
        p_rad: o.p,
        r_rad: o.r,
    })
}

impl Context<'_> {
    pub(super) fn position(&mut self, position: &xml::Position) -> Option<Position> {
        match position {
            xml::Position::WorldPosition(p) => {
                Some(Position::World { x_m: p.x, y_m: p.y, z_m: p.z, h_rad: p.h, p_rad: p.p, r_rad: p.r })
            }
            xml::Position::RelativeWorldPosition(p) => Some(Position::RelativeWorld {
                entity: self.entity(&p.entity_ref, p.origin)?,
                d_m: [p.dx, p.dy, p.dz.unwrap_or(0.0)],
                orientation: orientation(p.orientation.as_ref()),
            }),
            xml::Position::RelativeObjectPosition(p) => Some(Position::RelativeObject {
                entity: self.entity(&p.entity_ref, p.origin)?,
                d_m: [p.dx, p.dy, p.dz.unwrap_or(0.0)],
                orientation: orientation(p.orientation.as_ref()),
            }),
            xml::Position::RoadPosition(p) => Some(Position::Road {
                road: p.road_id.clone(),
                s_m: p.s,
                t_m: p.t,
                orientation: orientation(p.orientation.as_ref()),
            }),
            xml::Position::RelativeRoadPosition(p) => Some(Position::RelativeRoad {
                entity: self.entity(&p.entity_ref, p.origin)?,
                ds_m: p.ds,
                dt_m: p.dt,
                orientation: orientation(p.orientation.as_ref()),
            }),
            xml::Position::LanePosition(p) => Some(Position::Lane {
                road: p.road_id.clone(),
                lane: self.lane(&p.lane_id, p.origin)?,
                s_m: p.s,
                offset_m: p.offset.unwrap_or(0.0),
                orientation: orientation(p.orientation.as_ref()),
            }),
            xml::Position::RelativeLanePosition(p) => self.relative_lane(p),
            xml::Position::RoutePosition(p) => self.on_route(p),
            xml::Position::GeoPosition(p) => self.geo(p),
            xml::Position::TrajectoryPosition(p) => Some(Position::OnTrajectory {
                trajectory: self.trajectory_ref(&p.trajectory_ref)?,
                s_m: p.s,
                t_m: p.t.unwrap_or(0.0),
                orientation: orientation(p.orientation.as_ref()),
            }),
        }
    }

    fn relative_lane(&mut self, p: &xml::RelativeLanePosition) -> Option<Position> {
        let along = match (p.ds, p.ds_lane) {
            (Some(_), Some(_)) => {
                let message = "ds and dsLane exclude each other".to_owned();
                self.error("attribute.exclusive", p.origin, message, "one of them is wanted");
                return None;
            }
            (None, Some(ds)) => AlongLane::Lane(ds),
            (ds, None) => AlongLane::Road(ds.unwrap_or(0.0)),
        };
        Some(Position::RelativeLane {
            entity: self.entity(&p.entity_ref, p.origin)?,
            d_lane: p.d_lane,
            along,
            offset_m: p.offset.unwrap_or(0.0),
            orientation: orientation(p.orientation.as_ref()),
        })
    }

    fn on_route(&mut self, p: &xml::RoutePosition) -> Option<Position> {
        let route = match &p.route_ref {
            xml::RouteRef::Route(route) => self.route(route),
            xml::RouteRef::CatalogReference(reference) => self.route_entry(reference),
        };
        let at = match &p.in_route_position {
            xml::InRoutePosition::FromCurrentEntity(p) => {
                RoutePlace::OfEntity(self.entity(&p.entity_ref, p.origin)?)
            }
            xml::InRoutePosition::FromRoadCoordinates(p) => {
                RoutePlace::RoadCoordinates { path_s_m: p.path_s, t_m: p.t }
            }
            xml::InRoutePosition::FromLaneCoordinates(p) => RoutePlace::LaneCoordinates {
                path_s_m: p.path_s,
                lane: self.lane(&p.lane_id, p.origin)?,
                offset_m: p.lane_offset.unwrap_or(0.0),
            },
        };
        let orientation = orientation(p.orientation.as_ref());
        Some(Position::OnRoute { route: route?, at: Box::new(at), orientation })
    }

    /// Degrees since 1.2; radians in the attributes that 1.2 deprecates.
    fn geo(&mut self, p: &xml::GeoPosition) -> Option<Position> {
        let deg = |deg: Option<f64>, rad: Option<f64>| deg.or(rad.map(|r| r * DEG_PER_RAD));
        let (latitude, longitude) = (deg(p.latitude_deg, p.latitude), deg(p.longitude_deg, p.longitude));
        let (Some(latitude_deg), Some(longitude_deg)) = (latitude, longitude) else {
            let message = "a geographic position lacks its latitude or longitude".to_owned();
            self.error("attribute.missing", p.origin, message, "latitudeDeg and longitudeDeg are wanted");
            return None;
        };
        if latitude_deg.abs() > 90.0 || longitude_deg.abs() > 360.0 {
            let message = format!("latitude {latitude_deg}°, longitude {longitude_deg}° is nowhere on Earth");
            self.error("number.out_of_range", p.origin, message, "degrees are wanted");
            return None;
        }
        if p.vertical_road_selection.is_some() {
            self.not_covered(p.origin, "verticalRoadSelection", "the uppermost road is taken");
        }
        Some(Position::Geo {
            latitude_deg,
            longitude_deg,
            altitude_m: p.altitude.or(p.height),
            orientation: orientation(p.orientation.as_ref()),
        })
    }
}
