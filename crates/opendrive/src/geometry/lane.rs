//! Lanes across the road: borders, centres, widths, and places on a lane.
//!
//! # Equations
//! Borders run outward from the lane offset: `outer = inner ± width`, or the border record's own t where
//! a lane has no width. The centre lies half-way.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §11.4 (lane offset), §11.6 (width, border, height), §11.2 (driving direction).

use super::cubic::{cubic_at, value_at};
use super::surface::Relief;
use super::{Position, wrap_positive};
use crate::model::{Lane, LaneDirection, LaneSection, Map, Road, TrafficRule};

/// A lane's two borders at one s, with their slopes over s.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LaneSpan {
    /// t of the border toward the reference line, metres.
    pub inner_t_m: f64,
    /// t of the other border, metres.
    pub outer_t_m: f64,
    /// d(inner t)/ds.
    pub inner_slope: f64,
    /// d(outer t)/ds.
    pub outer_slope: f64,
}

impl LaneSpan {
    /// Width, metres, never negative for a sound file.
    pub fn width_m(self) -> f64 {
        (self.outer_t_m - self.inner_t_m).abs()
    }

    /// t of the centre, metres.
    pub fn center_t_m(self) -> f64 {
        0.5 * (self.inner_t_m + self.outer_t_m)
    }

    /// d(centre t)/ds.
    pub fn center_slope(self) -> f64 {
        0.5 * (self.inner_slope + self.outer_slope)
    }
}

impl LaneSection {
    /// The lane's borders at `ds_m` from the section's start, with the lane offset given as (t, slope).
    pub fn lane_span(&self, lane_id: i32, ds_m: f64, offset: (f64, f64)) -> Option<LaneSpan> {
        let mut span = LaneSpan {
            inner_t_m: offset.0,
            outer_t_m: offset.0,
            inner_slope: offset.1,
            outer_slope: offset.1,
        };
        if lane_id == 0 {
            return Some(span);
        }
        let (lanes, side) = if lane_id > 0 { (&self.left, 1.0) } else { (&self.right, -1.0) };
        for lane in lanes {
            span.inner_t_m = span.outer_t_m;
            span.inner_slope = span.outer_slope;
            match (cubic_at(&lane.widths, ds_m), cubic_at(&lane.borders, ds_m)) {
                (Some(width), _) => {
                    span.outer_t_m += side * width.value(ds_m);
                    span.outer_slope += side * width.slope(ds_m);
                }
                (None, Some(border)) => {
                    // Files write right borders with either sign; the side decides.
                    let value = border.value(ds_m);
                    let sign = if value * side < 0.0 { -1.0 } else { 1.0 };
                    span.outer_t_m = offset.0 + sign * value;
                    span.outer_slope = offset.1 + sign * border.slope(ds_m);
                }
                (None, None) => {}
            }
            if lane.id == lane_id {
                return Some(span);
            }
        }
        None
    }
}

impl Road {
    /// t of the centre lane and its slope at `s_m`.
    pub fn lane_offset_at(&self, s_m: f64) -> (f64, f64) {
        value_at(&self.lane_offset, s_m)
    }

    /// The lane's borders at `s_m`; `None` where there is no such lane.
    pub fn lane_span_at(&self, lane_id: i32, s_m: f64) -> Option<LaneSpan> {
        let section = self.section_at(s_m)?;
        section.lane_span(lane_id, s_m - section.s_m, self.lane_offset_at(s_m))
    }

    /// t of the lane's centre at `s_m`, metres.
    pub fn lane_center_t_m(&self, lane_id: i32, s_m: f64) -> Option<f64> {
        self.lane_span_at(lane_id, s_m).map(LaneSpan::center_t_m)
    }

    /// Width of the lane at `s_m`, metres.
    pub fn lane_width_m(&self, lane_id: i32, s_m: f64) -> Option<f64> {
        self.lane_span_at(lane_id, s_m).map(LaneSpan::width_m)
    }

    /// The lane whose borders hold t at `s_m`.
    pub fn lane_at(&self, s_m: f64, t_m: f64) -> Option<&Lane> {
        let section = self.section_at(s_m)?;
        let offset = self.lane_offset_at(s_m);
        section.lanes().find(|lane| {
            section.lane_span(lane.id, s_m - section.s_m, offset).is_some_and(|span| {
                (span.inner_t_m.min(span.outer_t_m)..=span.inner_t_m.max(span.outer_t_m)).contains(&t_m)
            })
        })
    }

    /// Whether the lane is driven with falling s.
    pub fn runs_backward(&self, lane: &Lane) -> bool {
        let left_is_backward = match self.rule {
            TrafficRule::RightHand => true,
            TrafficRule::LeftHand => false,
        };
        let backward = if lane.id > 0 { left_is_backward } else { lane.id < 0 && !left_is_backward };
        match lane.direction {
            LaneDirection::Standard | LaneDirection::Both => backward,
            LaneDirection::Reversed => !backward,
        }
    }

    /// The place on a lane, heading in its driving direction. `offset_m` is added to the centre's t: positive
    /// = left of the reference line, whatever the lane's sign.
    ///
    /// `None` where `s_m` is not on the road or there is no such lane.
    pub fn lane_position(&self, lane_id: i32, s_m: f64, offset_m: f64) -> Option<Position> {
        if !(0.0..=self.length_m).contains(&s_m) {
            return None;
        }
        let lane = self.section_at(s_m)?.lane(lane_id)?;
        let span = self.lane_span_at(lane_id, s_m)?;
        let t_m = span.center_t_m() + offset_m;
        let ds_m = s_m - self.section_at(s_m)?.s_m;
        let height = height_on(lane, span, ds_m, t_m);
        let level = if lane.level { self.level_from_t_m(lane_id, s_m) } else { None };
        let along = self.raised_position(s_m, t_m, span.center_slope(), height, level);
        Some(if self.runs_backward(lane) { along.turned_around() } else { along })
    }
}

impl Road {
    /// Inner border of the innermost level lane on the lane's side: from there outward the road is not banked.
    fn level_from_t_m(&self, lane_id: i32, s_m: f64) -> Option<f64> {
        let section = self.section_at(s_m)?;
        let lanes = if lane_id > 0 { &section.left } else { &section.right };
        let first = lanes.iter().find(|l| l.level)?;
        self.lane_span_at(first.id, s_m).map(|span| span.inner_t_m)
    }
}

/// The lane's own height over the road at t, from the record that holds; linear from border to border.
fn height_on(lane: &Lane, span: LaneSpan, ds_m: f64, t_m: f64) -> Relief {
    let Some(index) = lane.heights.partition_point(|h| h.s_m <= ds_m).checked_sub(1) else {
        return Relief::default();
    };
    let (inner_m, outer_m) = (lane.heights[index].inner_m, lane.heights[index].outer_m);
    let across = span.outer_t_m - span.inner_t_m;
    if across.abs() < 1e-9 {
        return Relief { h_m: inner_m, ..Relief::default() };
    }
    let share = ((t_m - span.inner_t_m) / across).clamp(0.0, 1.0);
    Relief { h_m: inner_m + share * (outer_m - inner_m), across: (outer_m - inner_m) / across, along: 0.0 }
}

impl Position {
    /// The same place, facing the other way.
    pub fn turned_around(self) -> Self {
        Position {
            heading_rad: wrap_positive(self.heading_rad + std::f64::consts::PI),
            pitch_rad: -self.pitch_rad,
            roll_rad: -self.roll_rad,
            ..self
        }
    }
}

impl Map {
    /// The place on a lane of a road: see [`Road::lane_position`].
    pub fn lane_position(&self, road_id: &str, lane_id: i32, s_m: f64, offset_m: f64) -> Option<Position> {
        self.road(road_id)?.lane_position(lane_id, s_m, offset_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cubic, Curve, Geometry, LaneHeight};
    use crate::problem::Place;

    /// Straight along x, banked by 0.1 rad, two lanes of 3 m to the right.
    fn banked(second: Lane) -> Road {
        let widths = vec![Cubic { a: 3.0, ..Cubic::default() }];
        let lane = Lane { widths: widths.clone(), id: -1, ..Lane::default() };
        let line = Geometry {
            s_m: 0.0,
            x_m: 0.0,
            y_m: 0.0,
            heading_rad: 0.0,
            length_m: 50.0,
            curve: Curve::Line,
            at: Place::default(),
        };
        Road {
            length_m: 50.0,
            plan_view: vec![line],
            superelevation: vec![Cubic { a: 0.1, ..Cubic::default() }],
            lane_sections: vec![LaneSection {
                right: vec![lane, Lane { widths, id: -2, ..second }],
                ..LaneSection::default()
            }],
            ..Road::default()
        }
    }

    #[test]
    fn level_lanes_are_not_banked_and_raised_ones_stand_on_the_road() {
        let (sin, cos) = (0.1f64.sin(), 0.1f64.cos());
        let check = |second: Lane, expect: [f64; 3]| {
            let p = banked(second).lane_position(-2, 10.0, 0.0).unwrap();
            let found = [p.y_m, p.z_m, p.roll_rad];
            assert!(found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} vs {expect:?}");
        };
        check(Lane::default(), [-4.5 * cos, -4.5 * sin, 0.1]);
        check(Lane { level: true, ..Lane::default() }, [-3.0 * cos - 1.5, -3.0 * sin, 0.0]);
        let heights = vec![LaneHeight { s_m: 0.0, inner_m: 0.2, outer_m: 0.2 }];
        check(
            Lane { level: true, heights: heights.clone(), ..Lane::default() },
            [-3.0 * cos - 1.5, -3.0 * sin + 0.2, 0.0],
        );
        check(Lane { heights, ..Lane::default() }, [-4.5 * cos - 0.2 * sin, -4.5 * sin + 0.2 * cos, 0.1]);
    }

    #[test]
    fn offsets_count_to_the_left_on_either_side() {
        let mut road = banked(Lane::default());
        road.superelevation.clear();
        let y = |offset| road.lane_position(-1, 10.0, offset).map(|p| p.y_m);
        assert_eq!((y(0.0), y(0.5), y(-0.5)), (Some(-1.5), Some(-1.0), Some(-2.0)));
    }
}
