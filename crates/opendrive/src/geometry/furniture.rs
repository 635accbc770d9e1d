//! Where signals and objects stand: from road coordinates to the world.
//!
//! # Frames
//! An object's own frame stands at (s, t, zOffset), turned by its heading, pitch and roll relative to the road's
//! surface there: u forward, v left, z up.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §13.1–13.4 (objects, outlines), §14.1 (signal position).

use super::{Position, wrap_positive};
use crate::model::{Corner, Map, Object, Orientation, Outline, Road, Signal, SignalPosition};

impl Road {
    /// Where an object's origin stands, with the direction it points in.
    pub fn object_position(&self, object: &Object) -> Position {
        let ground = self.position(object.s_m, object.t_m);
        Position {
            z_m: ground.z_m + object.z_offset_m,
            heading_rad: wrap_positive(ground.heading_rad + object.heading_rad),
            pitch_rad: ground.pitch_rad + object.pitch_rad,
            roll_rad: ground.roll_rad + object.roll_rad,
            ..ground
        }
    }

    /// The corners of an object's outline in the world: x, y, z of the lower edge, metres.
    pub fn outline_points(&self, object: &Object, outline: &Outline) -> Vec<[f64; 3]> {
        let origin = self.object_position(object);
        let place = |corner: &Corner| match *corner {
            Corner::Local { u_m, v_m, z_m, .. } => origin.offset_by([u_m, v_m, z_m]),
            Corner::Road { s_m, t_m, dz_m, .. } => {
                let ground = self.position(s_m, t_m);
                [ground.x_m, ground.y_m, ground.z_m + dz_m]
            }
        };
        outline.corners.iter().map(place).collect()
    }
}

impl Map {
    /// Where a signal really stands: its `positionInertial` or `positionRoad` if it has one, else (s, t, zOffset).
    ///
    /// The heading is that of the file: in `positionInertial` as written; else the direction of travel for
    /// which the signal counts (falling s for `-`), turned by its heading offset.
    pub fn signal_position(&self, road: &Road, signal: &Signal) -> Position {
        let on = |road: &Road, s_m, t_m, z_offset_m, turn_rad: f64, pitch_rad, roll_rad| {
            let ground = road.position(s_m, t_m);
            let ground = match signal.orientation {
                Orientation::Plus | Orientation::Both => ground,
                Orientation::Minus => ground.turned_around(),
            };
            Position {
                z_m: ground.z_m + z_offset_m,
                heading_rad: wrap_positive(ground.heading_rad + turn_rad),
                pitch_rad,
                roll_rad,
                ..ground
            }
        };
        match &signal.position {
            Some(SignalPosition::Inertial { x_m, y_m, z_m, heading_rad, pitch_rad, roll_rad }) => Position {
                x_m: *x_m,
                y_m: *y_m,
                z_m: *z_m,
                heading_rad: wrap_positive(*heading_rad),
                pitch_rad: *pitch_rad,
                roll_rad: *roll_rad,
            },
            Some(SignalPosition::Road {
                road_id,
                s_m,
                t_m,
                z_offset_m,
                heading_offset_rad,
                pitch_rad,
                roll_rad,
            }) => {
                let other = self.road(road_id).unwrap_or(road);
                on(other, *s_m, *t_m, *z_offset_m, *heading_offset_rad, *pitch_rad, *roll_rad)
            }
            None => on(
                road,
                signal.s_m,
                signal.t_m,
                signal.z_offset_m,
                signal.heading_offset_rad,
                signal.pitch_rad,
                signal.roll_rad,
            ),
        }
    }
}

impl Position {
    /// The world's x, y, z of a point given in this place's own frame (forward, left, up), metres.
    pub fn offset_by(&self, point_m: [f64; 3]) -> [f64; 3] {
        let ((sh, ch), (sp, cp), (sr, cr)) =
            (libm::sincos(self.heading_rad), libm::sincos(self.pitch_rad), libm::sincos(self.roll_rad));
        let [u, v, w] = point_m;
        [
            self.x_m + u * ch * cp + v * (ch * sp * sr - sh * cr) + w * (ch * sp * cr + sh * sr),
            self.y_m + u * sh * cp + v * (sh * sp * sr + ch * cr) + w * (sh * sp * cr - ch * sr),
            self.z_m - u * sp + v * cp * sr + w * cp * cr,
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_2, PI};

    use super::*;
    use crate::model::{Curve, Geometry};
    use crate::problem::Place;

    /// Heads north from (100, 0), flat.
    fn road() -> Road {
        let line = Geometry {
            s_m: 0.0,
            x_m: 100.0,
            y_m: 0.0,
            heading_rad: FRAC_PI_2,
            length_m: 50.0,
            curve: Curve::Line,
            at: Place::default(),
        };
        Road { id: "r".into(), length_m: 50.0, plan_view: vec![line], ..Road::default() }
    }

    #[test]
    fn outlines_stand_in_the_objects_frame_or_on_the_road() {
        let object =
            Object { s_m: 10.0, t_m: 2.0, z_offset_m: 0.5, heading_rad: FRAC_PI_2, ..Object::default() };
        let check = |corner, expect: [f64; 3]| {
            let outline = Outline { corners: vec![corner], ..Outline::default() };
            let found = road().outline_points(&object, &outline)[0];
            assert!(found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-9), "{corner:?}: {found:?}");
        };
        // The origin is (98, 10); the object points west.
        check(Corner::Local { u_m: 1.0, v_m: 3.0, z_m: 0.25, height_m: 0.0 }, [97.0, 7.0, 0.75]);
        check(Corner::Road { s_m: 5.0, t_m: -1.0, dz_m: 0.1, height_m: 0.0 }, [101.0, 5.0, 0.1]);
    }

    #[test]
    fn signals_stand_where_their_position_says() {
        let mut map = Map { roads: vec![road()], ..Map::default() };
        map.reindex();
        let check = |signal: &Signal, expect: [f64; 4]| {
            let p = map.signal_position(&map.roads[0], signal);
            let found = [p.x_m, p.y_m, p.z_m, p.heading_rad];
            assert!(found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}");
        };
        let mut signal = Signal {
            s_m: 20.0,
            t_m: -3.0,
            z_offset_m: 5.0,
            orientation: Orientation::Plus,
            ..Signal::default()
        };
        check(&signal, [103.0, 20.0, 5.0, FRAC_PI_2]);
        signal.orientation = Orientation::Minus;
        check(&signal, [103.0, 20.0, 5.0, 3.0 * FRAC_PI_2]);
        signal.position = Some(SignalPosition::Inertial {
            x_m: 1.0,
            y_m: 2.0,
            z_m: 3.0,
            heading_rad: PI,
            pitch_rad: 0.0,
            roll_rad: 0.0,
        });
        check(&signal, [1.0, 2.0, 3.0, PI]);
        signal.position = Some(SignalPosition::Road {
            road_id: "r".into(),
            s_m: 40.0,
            t_m: 1.0,
            z_offset_m: 6.0,
            heading_offset_rad: 0.5,
            pitch_rad: 0.0,
            roll_rad: 0.0,
        });
        check(&signal, [99.0, 40.0, 6.0, 3.0 * FRAC_PI_2 + 0.5]);
    }
}
