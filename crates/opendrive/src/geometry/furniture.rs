//! Where signals and objects stand: from road coordinates to the world.
//!
//! # Frames
//! An object's own frame stands at (s, t, zOffset), turned by its heading, pitch and roll relative to the road's
//! surface there: u forward, v left, z up.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §13.1–13.4 (objects, outlines), §14.1 (signal position).

use std::collections::BTreeMap;

use super::{Position, wrap_positive};
use crate::limits::{PIECES_MAX, STEP_M_MIN};
use crate::model::{
    BoardSign, Border, BoxSide, Corner, Map, Marking, Object, Orientation, Outline, Polyline, Road, Signal,
    SignalPosition,
};

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
        outline.corners.iter().map(|c| self.corner_point(&origin, c)).collect()
    }

    fn corner_point(&self, origin: &Position, corner: &Corner) -> [f64; 3] {
        match *corner {
            Corner::Local { u_m, v_m, z_m, .. } => origin.offset_by([u_m, v_m, z_m]),
            Corner::Road { s_m, t_m, dz_m, .. } => {
                let ground = self.position(s_m, t_m);
                [ground.x_m, ground.y_m, ground.z_m + dz_m]
            }
        }
    }

    /// The ground that an object covers, counter-clockwise in its own frame, metres: its first closed outer outline,
    /// else its circle, else its box. Empty for an object without extent.
    pub fn object_footprint(&self, object: &Object) -> Vec<[f64; 3]> {
        /// Corners of a circle. Chosen: 2 % of the radius off at most.
        const CIRCLE_CORNERS: usize = 16;
        if let Some(outline) = object.outlines.iter().find(|o| o.outer && o.closed && o.corners.len() >= 3) {
            return self.outline_points(object, outline);
        }
        let origin = self.object_position(object);
        if let Some(radius_m) = object.radius_m.filter(|r| *r > 0.0) {
            let turn = std::f64::consts::TAU / CIRCLE_CORNERS as f64;
            let corner = |i: usize| {
                let (sin, cos) = libm::sincos(turn * i as f64);
                origin.offset_by([radius_m * cos, radius_m * sin, 0.0])
            };
            return (0..CIRCLE_CORNERS).map(corner).collect();
        }
        let (u, v) = (0.5 * object.length_m.unwrap_or(0.0), 0.5 * object.width_m.unwrap_or(0.0));
        if u <= 0.0 && v <= 0.0 {
            return Vec::new();
        }
        [[-u, -v], [u, -v], [u, v], [-u, v]].iter().map(|[u, v]| origin.offset_by([*u, *v, 0.0])).collect()
    }

    /// A line of an object's skeleton in the world, metres.
    pub fn skeleton_points(&self, object: &Object, line: &Polyline) -> Vec<[f64; 3]> {
        let origin = self.object_position(object);
        line.vertices.iter().map(|v| self.corner_point(&origin, &v.place)).collect()
    }

    /// The line along which a marking of an object is painted, metres: a side of its box or the named corners of
    /// its outlines.
    pub fn object_marking_line(&self, object: &Object, marking: &Marking) -> Vec<[f64; 3]> {
        let origin = self.object_position(object);
        let (u, v) = (0.5 * object.length_m.unwrap_or(0.0), 0.5 * object.width_m.unwrap_or(0.0));
        let side = match &marking.side {
            Some(BoxSide::Left) => Some([[-u, v], [u, v]]),
            Some(BoxSide::Right) => Some([[-u, -v], [u, -v]]),
            Some(BoxSide::Front) => Some([[u, -v], [u, v]]),
            Some(BoxSide::Rear) => Some([[-u, -v], [-u, v]]),
            Some(BoxSide::Other(_)) | None => None,
        };
        let z = marking.z_offset_m;
        match side {
            Some(ends) => ends.iter().map(|[u, v]| origin.offset_by([*u, *v, z])).collect(),
            None => {
                let mut line = self.named_corners(object, &object.outlines, &marking.corners);
                line.iter_mut().for_each(|p| p[2] += z);
                line
            }
        }
    }

    /// The strokes of a marking of an object: start and end of each, metres.
    pub fn object_marking_strokes(&self, object: &Object, marking: &Marking) -> Vec<[[f64; 3]; 2]> {
        let line = self.object_marking_line(object, marking);
        let mut strokes = Vec::new();
        let lengths: Vec<f64> = line.windows(2).map(|w| distance(w[0], w[1])).collect();
        let end_m = lengths.iter().sum::<f64>() - marking.stop_offset_m.max(0.0);
        let solid = marking.space_m <= 0.0 || marking.line_m <= 0.0;
        let (stroke_m, period_m) = if solid {
            (f64::INFINITY, f64::INFINITY)
        } else {
            let stroke_m = marking.line_m.max(STEP_M_MIN);
            (stroke_m, stroke_m + marking.space_m)
        };
        let mut from_m = marking.start_offset_m.max(0.0);
        // The stretch of the line where the last stroke ended, and the length before it.
        let (mut at, mut before_m) = (0, 0.0);
        while from_m < end_m && strokes.len() < PIECES_MAX {
            let to_m = (from_m + stroke_m).min(end_m);
            while at < lengths.len() {
                let after_m = before_m + lengths[at];
                let (low, high) = (from_m.max(before_m), to_m.min(after_m));
                if low < high {
                    let share = |m: f64| (m - before_m) / lengths[at];
                    strokes.push([low, high].map(|m| between(line[at], line[at + 1], share(m))));
                }
                if after_m >= to_m {
                    break;
                }
                (at, before_m) = (at + 1, after_m);
            }
            from_m += period_m;
        }
        strokes
    }

    /// The line of a border of an object, metres: its whole outline, closed, or the named corners of it.
    pub fn object_border_line(&self, object: &Object, border: &Border) -> Vec<[f64; 3]> {
        let named = |o: &&Outline| o.id.as_deref() == Some(border.outline_id.as_str());
        let Some(outline) = object.outlines.iter().find(named) else { return Vec::new() };
        if !border.whole_outline {
            return self.named_corners(object, std::slice::from_ref(outline), &border.corners);
        }
        let mut line = self.outline_points(object, outline);
        if outline.closed {
            line.extend(line.first().copied());
        }
        line
    }

    /// Corners by their ids, in the order of the ids; those that do not exist are left out.
    fn named_corners(&self, object: &Object, outlines: &[Outline], ids: &[String]) -> Vec<[f64; 3]> {
        let origin = self.object_position(object);
        let mut by_id: BTreeMap<&str, &Corner> = BTreeMap::new();
        for outline in outlines {
            for (id, corner) in outline.corner_ids.iter().zip(&outline.corners) {
                if let Some(id) = id {
                    by_id.entry(id).or_insert(corner);
                }
            }
        }
        let named = ids.iter().filter_map(|id| by_id.get(id.as_str()));
        named.map(|c| self.corner_point(&origin, c)).collect()
    }
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let d = [0, 1, 2].map(|i| b[i] - a[i]);
    (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt()
}

fn between(a: [f64; 3], b: [f64; 3], share: f64) -> [f64; 3] {
    [0, 1, 2].map(|i| a[i] + share * (b[i] - a[i]))
}

impl Map {
    /// Where a sign of a board stands: `v` to the left and `z` up from the board's signal.
    pub fn board_sign_position(&self, road: &Road, signal: &Signal, sign: &BoardSign) -> Position {
        let board = self.signal_position(road, signal);
        let [x_m, y_m, z_m] = board.offset_by([0.0, sign.v_m, sign.z_m]);
        Position {
            x_m,
            y_m,
            z_m,
            heading_rad: wrap_positive(board.heading_rad + sign.sign.heading_offset_rad),
            ..board
        }
    }

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
    fn an_object_covers_its_outline_its_circle_or_its_box() {
        let check = |object: Object, count: usize, first: [f64; 3]| {
            let found = road().object_footprint(&object);
            assert_eq!(found.len(), count);
            let close = |p: &[f64; 3]| p.iter().zip(first).all(|(a, b)| (a - b).abs() < 1e-9);
            assert!(found.first().is_none_or(close), "{found:?}");
        };
        let base = Object { s_m: 10.0, t_m: 2.0, ..Object::default() };
        check(base.clone(), 0, [0.0; 3]);
        check(Object { length_m: Some(4.0), width_m: Some(2.0), ..base.clone() }, 4, [99.0, 8.0, 0.0]);
        check(Object { radius_m: Some(3.0), ..base.clone() }, 16, [98.0, 13.0, 0.0]);
        let corner = |s_m, t_m| Corner::Road { s_m, t_m, dz_m: 0.0, height_m: 0.0 };
        let outline = Outline {
            outer: true,
            closed: true,
            corners: vec![corner(1.0, 0.0), corner(2.0, 0.0), corner(2.0, 1.0)],
            ..Outline::default()
        };
        check(Object { outlines: vec![outline], ..base }, 3, [100.0, 1.0, 0.0]);
    }

    #[test]
    fn markings_and_borders_follow_sides_and_named_corners() {
        let corner = |s_m, t_m| Corner::Road { s_m, t_m, dz_m: 0.0, height_m: 0.0 };
        let outline = Outline {
            id: Some("7".into()),
            closed: true,
            corners: vec![corner(0.0, 0.0), corner(4.0, 0.0), corner(4.0, 3.0)],
            corner_ids: ["a", "b", "c"].map(|i| Some(i.to_owned())).into(),
            ..Outline::default()
        };
        let object = Object {
            s_m: 10.0,
            length_m: Some(6.0),
            width_m: Some(2.0),
            outlines: vec![outline],
            ..Object::default()
        };
        // Along the named corners: 4 m and 3 m, strokes of 2 m with gaps of 1 m from 0.5 m on, up to 0.5 m before the end.
        let named = Marking {
            corners: ["a", "b", "c", "none"].map(str::to_owned).into(),
            line_m: 2.0,
            space_m: 1.0,
            start_offset_m: 0.5,
            stop_offset_m: 0.5,
            z_offset_m: 0.01,
            ..Marking::default()
        };
        assert_eq!(road().object_marking_line(&object, &named).len(), 3);
        let strokes = road().object_marking_strokes(&object, &named);
        let along: Vec<[f64; 2]> = strokes.iter().map(|s| [s[0][1], s[1][1]]).collect();
        // 0.5–2.5; 3.5–4 and on round the corner to 5.5; 6.5–6.5 is nothing.
        assert_eq!(strokes.len(), 3, "{along:?}");
        assert!((strokes[0][0][1] - 0.5).abs() < 1e-9 && (strokes[0][1][1] - 2.5).abs() < 1e-9);
        assert!((strokes[2][1][0] - 98.5).abs() < 1e-9 && strokes[2][1][2] == 0.01);
        let side = Marking { side: Some(BoxSide::Left), ..Marking::default() };
        let line = road().object_marking_strokes(&object, &side);
        let expect = [[99.0, 7.0, 0.0], [99.0, 13.0, 0.0]];
        assert_eq!(line.len(), 1);
        for (p, e) in line[0].iter().zip(expect) {
            assert!(p.iter().zip(e).all(|(a, b)| (a - b).abs() < 1e-9), "{line:?}");
        }
        let border = |whole_outline, corners: &[&str]| Border {
            outline_id: "7".into(),
            whole_outline,
            corners: corners.iter().map(|c| (*c).to_owned()).collect(),
            ..Border::default()
        };
        assert_eq!(road().object_border_line(&object, &border(true, &[])).len(), 4);
        assert_eq!(road().object_border_line(&object, &border(false, &["c", "a"])).len(), 2);
        let other = Border { outline_id: "8".into(), ..Border::default() };
        assert!(road().object_border_line(&object, &other).is_empty());
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
        let sign = BoardSign { v_m: 2.0, z_m: 1.0, ..BoardSign::default() };
        let p = map.board_sign_position(&map.roads[0], &signal, &sign);
        assert!((p.x_m - 101.0).abs() < 1e-9 && (p.z_m - 6.0).abs() < 1e-9, "{p:?}");
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
