//! Copies of objects along the road: `<repeat>` to places.
//!
//! # Equations
//! A copy stands every `distance` metres from the repeat's start to its end, both included where they fall on it; t,
//! height over the road and sizes are linear from start to end. Without a distance the object is one band, given by
//! cross sections.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §13.5.

use super::{Position, wrap_positive};
use crate::limits::{PIECES_MAX, STEP_M_MIN};
use crate::model::{Object, Repeat, Road};

/// One copy of an object, or one cross section of a band.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Instance {
    /// Along the road, metres.
    pub s_m: f64,
    /// Across the road, metres.
    pub t_m: f64,
    /// Over the road, metres.
    pub z_offset_m: f64,
    /// Length, metres.
    pub length_m: Option<f64>,
    /// Width, metres.
    pub width_m: Option<f64>,
    /// Height, metres.
    pub height_m: Option<f64>,
    /// Radius, metres.
    pub radius_m: Option<f64>,
    /// Where it stands and which way it points.
    pub position: Position,
}

impl Road {
    /// All copies of an object: those of its repeats (bands every `band_step_m` metres), or the object itself where it
    /// has none.
    pub fn object_instances(&self, object: &Object, band_step_m: f64) -> Vec<Instance> {
        if object.repeats.is_empty() {
            return vec![Instance {
                s_m: object.s_m,
                t_m: object.t_m,
                z_offset_m: object.z_offset_m,
                length_m: object.length_m,
                width_m: object.width_m,
                height_m: object.height_m,
                radius_m: object.radius_m,
                position: self.object_position(object),
            }];
        }
        let copies = |r| self.repeat_instances(object, r, band_step_m);
        object.repeats.iter().flat_map(copies).take(PIECES_MAX).collect()
    }

    /// The copies of one `<repeat>`; cross sections every `band_step_m` metres or less, both ends among them, where it
    /// is one band. At most [`PIECES_MAX`].
    pub fn repeat_instances(&self, object: &Object, repeat: &Repeat, band_step_m: f64) -> Vec<Instance> {
        let length_m = repeat.length_m.max(0.0);
        let band = repeat.distance_m <= 0.0;
        let (count, step_m) = if band {
            let step_m = if band_step_m.is_finite() { band_step_m.max(STEP_M_MIN) } else { 1.0 };
            let count = (length_m / step_m).ceil().max(1.0);
            (count + 1.0, length_m / count)
        } else {
            // A copy whose place misses the end by rounding alone still stands.
            ((length_m / repeat.distance_m + 1e-9).floor() + 1.0, repeat.distance_m)
        };
        let count = count.min(PIECES_MAX as f64) as usize;
        let share = |i: usize| if length_m > 0.0 { (i as f64 * step_m / length_m).min(1.0) } else { 0.0 };
        let ends = [0.0, 1.0].map(|w| self.copy_at(object, repeat, w).position);
        let place = |i: usize| {
            let copy = self.copy_at(object, repeat, share(i));
            if repeat.straight { Instance { position: on_line(ends, share(i)), ..copy } } else { copy }
        };
        (0..count).map(place).collect()
    }

    fn copy_at(&self, object: &Object, repeat: &Repeat, share: f64) -> Instance {
        let mix = |a: f64, b: f64| a + share * (b - a);
        // Where the repeat says nothing, the object's own size holds.
        let size = |start: Option<f64>, end: Option<f64>, own: Option<f64>| match (start, end) {
            (Some(a), Some(b)) => Some(mix(a, b)),
            (Some(a), None) | (None, Some(a)) => Some(a),
            (None, None) => own,
        };
        let s_m = repeat.s_m + share * repeat.length_m;
        let t_m = mix(repeat.t_start_m, repeat.t_end_m);
        let z_offset_m = mix(repeat.z_offset_start_m, repeat.z_offset_end_m);
        let moved = Object { s_m, t_m, z_offset_m, ..self.bare(object) };
        Instance {
            s_m,
            t_m,
            z_offset_m,
            length_m: size(repeat.length_start_m, repeat.length_end_m, object.length_m),
            width_m: size(repeat.width_start_m, repeat.width_end_m, object.width_m),
            height_m: size(repeat.height_start_m, repeat.height_end_m, object.height_m),
            radius_m: size(repeat.radius_start_m, repeat.radius_end_m, object.radius_m),
            position: self.object_position(&moved),
        }
    }

    /// The object's attitude alone.
    fn bare(&self, object: &Object) -> Object {
        Object {
            heading_rad: object.heading_rad,
            pitch_rad: object.pitch_rad,
            roll_rad: object.roll_rad,
            ..Object::default()
        }
    }
}

/// On the straight line between the first and the last copy, heading along it as the first one heads along the road.
fn on_line([a, b]: [Position; 2], share: f64) -> Position {
    let mix = |x: f64, y: f64| x + share * (y - x);
    let apart = libm::hypot(b.x_m - a.x_m, b.y_m - a.y_m);
    Position {
        x_m: mix(a.x_m, b.x_m),
        y_m: mix(a.y_m, b.y_m),
        z_m: mix(a.z_m, b.z_m),
        heading_rad: if apart > 0.0 {
            wrap_positive(libm::atan2(b.y_m - a.y_m, b.x_m - a.x_m))
        } else {
            a.heading_rad
        },
        ..a
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Curve, Geometry};
    use crate::problem::Place;

    /// A quarter circle to the left with a radius of 100 m.
    fn road() -> Road {
        let length_m = 50.0 * std::f64::consts::PI;
        let curve = Curve::Arc { curvature_pm: 0.01 };
        let arc = Geometry {
            s_m: 0.0,
            x_m: 0.0,
            y_m: 0.0,
            heading_rad: 0.0,
            length_m,
            curve,
            at: Place::default(),
        };
        Road { length_m, plan_view: vec![arc], ..Road::default() }
    }

    #[test]
    fn copies_stand_at_equal_distances_and_change_linearly() {
        let object = Object { height_m: Some(1.0), width_m: Some(0.5), ..Object::default() };
        let repeat = Repeat {
            s_m: 10.0,
            length_m: 40.0,
            distance_m: 10.0,
            t_start_m: 2.0,
            t_end_m: 4.0,
            height_start_m: Some(1.0),
            height_end_m: Some(3.0),
            ..Repeat::default()
        };
        let check = |repeat: Repeat, count: usize| {
            let found = road().repeat_instances(&object, &repeat, 4.0);
            assert_eq!(found.len(), count, "{repeat:?}");
            found
        };
        let found = check(repeat, 5);
        let third = found[2];
        assert_eq!((third.s_m, third.t_m, third.height_m, third.width_m), (30.0, 3.0, Some(2.0), Some(0.5)));
        let there = road().position(30.0, 3.0);
        assert_eq!((third.position.x_m, third.position.y_m), (there.x_m, there.y_m));
        check(Repeat { distance_m: 12.0, ..repeat }, 4);
        check(Repeat { distance_m: 0.0, ..repeat }, 11);
        check(Repeat { length_m: 0.0, ..repeat }, 1);
        check(Repeat { distance_m: 1e-12, ..repeat }, PIECES_MAX);
        // Off the reference line: the middle of the chord.
        let straight = check(Repeat { straight: true, ..repeat }, 5);
        let (a, b) = (straight[0].position, straight[4].position);
        assert!((straight[2].position.x_m - 0.5 * (a.x_m + b.x_m)).abs() < 1e-9);
        assert!((straight[2].position.y_m - third.position.y_m).abs() > 0.5);
    }

    #[test]
    fn an_object_without_repeats_is_its_only_copy() {
        let object = Object { s_m: 5.0, t_m: -1.0, radius_m: Some(2.0), ..Object::default() };
        let found = road().object_instances(&object, 1.0);
        assert_eq!((found.len(), found[0].s_m, found[0].radius_m), (1, 5.0, Some(2.0)));
        let twice = Object {
            repeats: vec![Repeat { distance_m: 1.0, length_m: 2.0, ..Repeat::default() }; 2],
            ..object
        };
        assert_eq!(road().object_instances(&twice, 1.0).len(), 6);
    }
}
