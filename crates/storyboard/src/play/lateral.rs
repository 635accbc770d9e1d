//! Lateral motion on a road: lane changes and lane offsets.
//!
//! The offset from the target lane's center follows the transition; the heading shows the way really made.
//!
//! A lane change by time or rate, with the rate v_t of the offset and the speed v, points asin(v_t / v) off
//! the road; one over a distance atan(dt/ds). Its speed along the road is v·cos of that angle. A lane offset is
//! a correction within the lane: it points atan(v_t / v) off the road and goes on along it with v; it
//! begins to change in the step after the one that starts it.
//!
//! # Duration of an offset that is limited by lateral acceleration a
//! sinusoidal: π·√(Δ/2a) · cubic: √(6Δ/a) · linear: √(2Δ/a), with the way Δ; a step takes no time. Without a
//! limit it takes none either.
//!
//! Units: m, s, rad; t positive to the left of the reference line. Source: ASAM OpenSCENARIO XML 1.3,
//! LaneChangeAction and LaneOffsetAction; the angles as players of the field have them.

use super::entity::{Entity, RoadPlace};
use super::roads::{Along, JunctionChoice, Roads};
use super::transition::Transition;
use crate::board::Shape;
use crate::standard::{Dimension, TransitionDynamics};
use std::f64::consts::PI;

/// Slower than this an entity does not point off the road, m/s.
const STANDING_MPS: f64 = 1e-3;

/// An offset this near to its target is reached, m.
const REACHED_M: f64 = 1e-6;

/// What moves laterally.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// To another lane.
    Change(Dimension),
    /// Within the lane.
    Offset,
}

/// What a step gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LateralStep {
    /// Whether the action is over.
    pub done: bool,
    /// Share of the speed that leads along rising s.
    pub along: f64,
}

/// A lateral motion under way.
#[derive(Clone, Debug, PartialEq)]
pub struct LateralMove {
    /// Place on the target lane's center, beside the entity.
    pub track: RoadPlace,
    transition: Transition,
    kind: Kind,
}

/// Seconds that an offset of `delta_m` takes within a lateral acceleration.
pub fn offset_duration_s(shape: Shape, delta_m: f64, accel_mps2: Option<f64>) -> f64 {
    let Some(accel) = accel_mps2.filter(|a| a.is_finite() && *a > 0.0) else { return 0.0 };
    let ratio = delta_m.abs() / accel;
    match shape {
        Shape::Sinusoidal => PI * libm::sqrt(ratio / 2.0),
        Shape::Cubic => libm::sqrt(6.0 * ratio),
        Shape::Linear => libm::sqrt(2.0 * ratio),
        Shape::Step => 0.0,
    }
}

impl LateralMove {
    /// A change to `lane` (of the entity's road) with an offset in it. `None` where the entity is on no road.
    pub fn to_lane(
        roads: &Roads,
        entity: &Entity,
        lane: i32,
        offset_m: f64,
        dynamics: &TransitionDynamics,
    ) -> Option<Self> {
        let place = entity.at.place?;
        let track = roads.locate_lane(place.road, lane, place.s_m, 0.0)?;
        let from_m = place.t_m - track.t_m;
        let transition =
            Transition::new(dynamics.shape, dynamics.dimension, dynamics.value, from_m, offset_m);
        Some(Self { track, transition, kind: Kind::Change(dynamics.dimension) })
    }

    /// An offset in the present lane.
    pub fn to_offset(
        roads: &Roads,
        entity: &Entity,
        offset_m: f64,
        shape: Shape,
        accel_mps2: Option<f64>,
    ) -> Option<Self> {
        let place = entity.at.place?;
        let track = roads.locate_lane(place.road, place.lane, place.s_m, 0.0)?;
        let from_m = place.t_m - track.t_m;
        let over_s = offset_duration_s(shape, offset_m - from_m, accel_mps2);
        let transition = Transition::new(shape, Dimension::Time, over_s, from_m, offset_m);
        Some(Self { track, transition, kind: Kind::Offset })
    }

    /// Goes on by `dt_s`: moves the entity across the road and turns it.
    pub fn step(&mut self, roads: &Roads, entity: &mut Entity, dt_s: f64) -> LateralStep {
        let Some(place) = entity.at.place else { return LateralStep { done: true, along: 1.0 } };
        let speed = entity.speed_mps.abs();
        let forward = Roads::faces_rising_s(entity.at.relative.h_rad);
        let share = if speed > STANDING_MPS { self.transition.rate() / speed } else { 0.0 };
        let (angle, done) = match self.kind {
            Kind::Change(Dimension::Time | Dimension::Rate) => {
                self.transition.step(dt_s);
                (libm::asin(share.clamp(-1.0, 1.0)), self.transition.is_done())
            }
            Kind::Change(Dimension::Distance) => {
                let angle = libm::atan(self.transition.rate());
                self.transition.step(speed * dt_s * libm::cos(angle));
                (angle, self.transition.is_done())
            }
            Kind::Offset => {
                let rest_m = (self.transition.to - self.transition.value()).abs();
                (libm::atan(share), rest_m < REACHED_M || self.transition.is_done())
            }
        };
        let t_m = self.track.t_m + self.transition.value();
        // The rear end leads when it drives backwards.
        let shown = if done { 0.0 } else { angle * if entity.speed_mps < 0.0 { -1.0 } else { 1.0 } };
        let beside = match self.kind {
            // Who changes to a lane belongs to it already: in a split it goes where that lane goes.
            Kind::Change(Dimension::Time | Dimension::Rate | Dimension::Distance) if !done => {
                Some(RoadPlace {
                    road: place.road,
                    lane: self.track.lane,
                    s_m: place.s_m,
                    t_m,
                    offset_m: self.transition.value(),
                })
            }
            Kind::Change(Dimension::Time | Dimension::Rate | Dimension::Distance) | Kind::Offset => {
                roads.locate_road(place.road, place.s_m, t_m)
            }
        };
        if let Some(beside) = beside {
            entity.at.relative.h_rad = if forward { shown } else { PI - shown };
            entity.at = roads.located(beside, entity.at.relative);
        }
        let along = match self.kind {
            Kind::Change(Dimension::Time | Dimension::Rate | Dimension::Distance) => libm::cos(angle),
            Kind::Offset => {
                self.transition.step(dt_s);
                1.0
            }
        };
        LateralStep { done, along: if forward { along } else { -along } }
    }

    /// The entity went `moved_m` along s: the target lane goes with it.
    pub fn follow(&mut self, roads: &Roads, entity: &Entity, moved_m: f64, turned: bool) {
        let Some(place) = entity.at.place else { return };
        let still = super::entity::Relative::default();
        let straight = JunctionChoice::Straightest;
        let moved = roads.move_along(self.track, still, moved_m, Along::Reference, straight, None);
        self.track = moved.at;
        if self.track.road != place.road {
            // Another branch: the lane beside which the entity would be if it had made its way.
            let t_m = place.t_m - self.transition.value();
            if let Some(track) = roads.locate_road(place.road, place.s_m, t_m) {
                self.track = roads.locate_lane(track.road, track.lane, track.s_m, 0.0).unwrap_or(track);
            }
        } else {
            self.track.s_m = place.s_m;
            self.track = roads.refreshed(self.track);
        }
        if turned {
            self.transition.from = -self.transition.from;
            self.transition.to = -self.transition.to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_take_the_time_that_the_acceleration_allows() {
        let check = |shape, delta: f64, accel, expect: f64| {
            let got = offset_duration_s(shape, delta, accel);
            assert!((got - expect).abs() < 1e-9, "{shape:?} {delta} {accel:?}: {got}");
        };
        check(Shape::Sinusoidal, 0.5, Some(2.0), PI * 0.125_f64.sqrt());
        check(Shape::Sinusoidal, -3.5, Some(2.0), PI * 0.875_f64.sqrt());
        check(Shape::Cubic, 3.0, Some(2.0), 3.0);
        check(Shape::Linear, 4.0, Some(2.0), 2.0);
        check(Shape::Cubic, 3.0, None, 0.0);
        check(Shape::Step, 3.0, Some(2.0), 0.0);
    }
}
