//! Routes and trajectories, and references to them.

use super::context::Context;
use super::word;
use crate::standard::{
    Closed, Clothoid, ClothoidSegment, ControlPoint, Route, Trajectory, TrajectoryShape, TrajectoryVertex,
    Waypoint,
};
use openscenario::model::{self as xml, CatalogEntry, CatalogReference};
use std::sync::Arc;

fn closed(value: &bool) -> Closed {
    match value {
        true => Closed::Closed,
        false => Closed::Open,
    }
}

impl Context<'_> {
    /// Reports a reference whose entry is of another kind. References without an entry were reported when
    /// the file was read.
    pub(super) fn wrong_entry(&mut self, reference: &CatalogReference, wanted: &str) {
        let message = format!("the catalog entry {:?} is no {wanted}", reference.entry_name);
        self.error("catalog.kind", reference.origin, message, "");
    }

    pub(super) fn route_entry(&mut self, reference: &CatalogReference) -> Option<Arc<Route>> {
        match reference.entry.as_deref() {
            Some(CatalogEntry::Route(route)) => self.route(route),
            Some(_) | None => {
                self.wrong_entry(reference, "route");
                None
            }
        }
    }

    pub(super) fn trajectory_entry(&mut self, reference: &CatalogReference) -> Option<Arc<Trajectory>> {
        match reference.entry.as_deref() {
            Some(CatalogEntry::Trajectory(trajectory)) => self.trajectory(trajectory),
            Some(_) | None => {
                self.wrong_entry(reference, "trajectory");
                None
            }
        }
    }

    pub(super) fn trajectory_ref(&mut self, reference: &xml::TrajectoryRef) -> Option<Arc<Trajectory>> {
        match reference {
            xml::TrajectoryRef::Trajectory(trajectory) => self.trajectory(trajectory),
            xml::TrajectoryRef::CatalogReference(reference) => self.trajectory_entry(reference),
        }
    }

    pub(super) fn route(&mut self, route: &xml::Route) -> Option<Arc<Route>> {
        if route.waypoints.len() < 2 {
            let message = format!("the route {:?} has {} waypoints", route.name, route.waypoints.len());
            self.error("element.count", route.origin, message, "at least two are wanted");
            return None;
        }
        let waypoints = route.waypoints.iter().map(|w| {
            let strategy = word::strategy(w.route_strategy);
            self.position(&w.position).map(|position| Waypoint { position, strategy })
        });
        let waypoints = all(waypoints)?;
        Some(Arc::new(Route { name: route.name.clone(), closed: closed(&route.closed), waypoints }))
    }

    pub(super) fn trajectory(&mut self, trajectory: &xml::Trajectory) -> Option<Arc<Trajectory>> {
        let shape = match &trajectory.shape {
            xml::Shape::Polyline(line) => self.polyline(line)?,
            xml::Shape::Clothoid(clothoid) => self.clothoid(clothoid)?,
            xml::Shape::ClothoidSpline(spline) => self.clothoid_spline(spline)?,
            xml::Shape::Nurbs(nurbs) => self.nurbs(nurbs)?,
        };
        let (name, closed) = (trajectory.name.clone(), closed(&trajectory.closed));
        Some(Arc::new(Trajectory { name, closed, shape }))
    }

    fn polyline(&mut self, line: &xml::Polyline) -> Option<TrajectoryShape> {
        if line.vertices.len() < 2 {
            let message = format!("a polyline has {} vertices", line.vertices.len());
            self.error("element.count", line.origin, message, "at least two are wanted");
            return None;
        }
        let vertices = line.vertices.iter().map(|v| {
            self.position(&v.position).map(|position| TrajectoryVertex { time_s: v.time, position })
        });
        all(vertices).map(TrajectoryShape::Polyline)
    }

    fn clothoid(&mut self, c: &xml::Clothoid) -> Option<TrajectoryShape> {
        if c.curvature_prime.or(c.curvature_dot).is_none() {
            let message = "a clothoid lacks its curvaturePrime".to_owned();
            self.warn("attribute.missing", c.origin, message, "0 was taken: an arc or a straight line");
        }
        let length_m = self.check_not_negative("a clothoid's length", c.length, c.origin)?;
        Some(TrajectoryShape::Clothoid(Clothoid {
            curvature_pm: c.curvature,
            curvature_prime_pm2: c.curvature_prime.or(c.curvature_dot).unwrap_or(0.0),
            length_m,
            start: self.position(&c.position)?,
            start_time_s: c.start_time,
            stop_time_s: c.stop_time,
        }))
    }

    fn clothoid_spline(&mut self, spline: &xml::ClothoidSpline) -> Option<TrajectoryShape> {
        if spline.clothoid_spline_segments.is_empty() {
            let message = "a clothoid spline has no segments".to_owned();
            self.error("element.count", spline.origin, message, "at least one is wanted");
            return None;
        }
        let segments = spline.clothoid_spline_segments.iter().map(|s| {
            let length_m = self.check_not_negative("a segment's length", s.length, s.origin)?;
            let start = match &s.position_start {
                Some(position) => Some(self.position(position)?),
                None => None,
            };
            Some(ClothoidSegment {
                curvature_start_pm: s.curvature_start,
                curvature_end_pm: s.curvature_end,
                length_m,
                h_offset_rad: s.h_offset.unwrap_or(0.0),
                time_start_s: s.time_start,
                start,
            })
        });
        let segments = all(segments)?;
        Some(TrajectoryShape::ClothoidSpline { time_end_s: spline.time_end, segments })
    }

    fn nurbs(&mut self, nurbs: &xml::Nurbs) -> Option<TrajectoryShape> {
        let (points, order) = (nurbs.control_points.len(), nurbs.order as usize);
        let knots: Vec<f64> = nurbs.knots.iter().map(|k| k.value).collect();
        let wrong = if order < 2 || points < order {
            Some(format!(
                "a NURBS of order {order} has {points} control points; it wants at least its order, and that at least 2"
            ))
        } else if knots.len() != points + order {
            Some(format!(
                "a NURBS of order {order} with {points} control points has {} knots; it wants {}",
                knots.len(),
                points + order
            ))
        } else if knots.windows(2).any(|k| k[0] > k[1]) {
            Some("a NURBS has knots that fall".to_owned())
        } else {
            None
        };
        if let Some(message) = wrong {
            self.error("nurbs", nurbs.origin, message, "");
            return None;
        }
        let control_points = nurbs.control_points.iter().map(|p| {
            let weight =
                self.check_not_negative("a control point's weight", p.weight.unwrap_or(1.0), p.origin)?;
            let position = self.position(&p.position)?;
            Some(ControlPoint { position, weight, time_s: p.time })
        });
        let control_points = all(control_points)?;
        Some(TrajectoryShape::Nurbs { order: nurbs.order, control_points, knots })
    }
}

/// All, if there are all; each one is tried, so that each one's problems are reported.
pub(super) fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let (mut list, mut whole) = (Vec::new(), true);
    for item in items {
        match item {
            Some(item) => list.push(item),
            None => whole = false,
        }
    }
    whole.then_some(list)
}
