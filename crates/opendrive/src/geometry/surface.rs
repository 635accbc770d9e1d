//! The road's surface: place and attitude at (s, t).
//!
//! # Equations
//! `p(s, t) = c(s) + R(s)·(0, t, h)` with the reference line's point `c`, the relief `h` and
//! `R = Rz(heading)·Ry(pitch)·Rx(bank)`, pitch `= −atan(elevation')`; bank is superelevation plus the crossfall
//! of the side. Whoever moves along `t(s)` heads along the tangent `dp/ds`, so that varying bank, lane offset and
//! width turn and pitch lanes; up is the normal of the tangent and the surface's own cross direction.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §7.4 (s/t/h frame: heading, then pitch, then roll), §10.5 (elevation), §10.6
//! (superelevation, shape, crossSectionSurface), 1.4H §5.3.6.2 (crossfall).
//!
//! # What it does not do
//! The cross section of 1.8 (`crossSectionSurface`) is not part of [`Road::position`], so that places on a map are those
//! of the field's other players, which do not know it: [`Road::cross_section_position`] is the place on it. OpenCRG
//! surfaces and a junction's elevation grid are not part of either.

use super::cubic::{cubic_at, value_at};
use super::{Position, wrap_positive};
use crate::model::{CrossSection, CrossfallSide, Cubic, Road, Shape};

/// Height and its slopes over the plane of the reference line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Relief {
    /// Height, metres.
    pub h_m: f64,
    /// ∂h/∂t.
    pub across: f64,
    /// ∂h/∂s.
    pub along: f64,
}

impl Road {
    /// Height of the reference line and its slope at `s_m`: (metres, metres per metre).
    pub fn elevation_at(&self, s_m: f64) -> (f64, f64) {
        value_at(&self.elevation, s_m)
    }

    /// Bank angle at (s, t), radians, positive = falls to the right (superelevation and crossfall).
    pub fn bank_at(&self, s_m: f64, t_m: f64) -> f64 {
        let mut bank = value_at(&self.superelevation, s_m).0;
        if !self.crossfall.is_empty() {
            // Crossfall is positive where the road falls outward: to the left that is a negative bank.
            bank += if t_m >= 0.0 {
                -self.crossfall_at(s_m, CrossfallSide::Left)
            } else {
                self.crossfall_at(s_m, CrossfallSide::Right)
            };
        }
        bank
    }

    fn crossfall_at(&self, s_m: f64, side: CrossfallSide) -> f64 {
        self.crossfall
            .iter()
            .rfind(|c| c.angle.s_m <= s_m && (c.side == side || c.side == CrossfallSide::Both))
            .map_or(0.0, |c| c.angle.value(s_m))
    }

    /// The place at (s, t) on the surface, heading along the line of constant t.
    pub fn position(&self, s_m: f64, t_m: f64) -> Position {
        self.position_on(s_m, t_m, 0.0)
    }

    /// The place at (s, t) on the surface, heading along a line whose t changes by `t_slope` per metre of s.
    pub fn position_on(&self, s_m: f64, t_m: f64, t_slope: f64) -> Position {
        self.raised_position(s_m, t_m, t_slope, Relief::default(), None)
    }

    /// The same on something that lies on the surface, such as a raised lane. Beyond `level_from_t_m` the surface is
    /// not banked (level lanes).
    pub(crate) fn raised_position(
        &self,
        s_m: f64,
        t_m: f64,
        t_slope: f64,
        raised: Relief,
        level_from_t_m: Option<f64>,
    ) -> Position {
        let s_m = s_m.clamp(0.0, self.length_m.max(0.0));
        let frame = self.frame_at(s_m, t_m);
        let shape = shape_at(&self.shape, s_m, t_m);
        let relief = Relief {
            h_m: shape.h_m + raised.h_m,
            across: shape.across + raised.across,
            along: shape.along + raised.along,
        };
        // How far the bank reaches, and the frame of the surface where the place lies.
        let banked_m = level_from_t_m.unwrap_or(t_m);
        let here = if level_from_t_m.is_some() { frame.level() } else { frame };
        let axes = frame.axes();
        let ([left, _], [side, up]) = (axes, here.axes());
        let place = |i: usize| banked_m * left[i] + (t_m - banked_m) * side[i] + relief.h_m * up[i];
        let straight =
            t_slope == 0.0 && frame.bank_rad == 0.0 && frame.bank_slope == 0.0 && relief == Relief::default();
        let attitude = if straight {
            frame.plain_attitude()
        } else {
            let ([left_turn, up_turn], forward) = (frame.axes_slope(axes), frame.forward());
            // Along constant t, plus the share of the sideways motion over the relief.
            let rise = relief.along + relief.across * t_slope;
            let tangent = [0, 1, 2].map(|i| {
                forward[i]
                    + t_slope * side[i]
                    + banked_m * left_turn[i]
                    + rise * up[i]
                    + relief.h_m * up_turn[i]
            });
            let sideways = [0, 1, 2].map(|i| side[i] + relief.across * up[i]);
            Attitude::of(tangent, sideways).unwrap_or_else(|| here.plain_attitude())
        };
        Position {
            x_m: frame.origin[0] + place(0),
            y_m: frame.origin[1] + place(1),
            z_m: frame.origin[2] + place(2),
            heading_rad: wrap_positive(attitude.heading_rad),
            pitch_rad: attitude.pitch_rad,
            roll_rad: attitude.roll_rad,
        }
    }

    /// Height of `crossSectionSurface` over the reference line at (s, t), metres; 0 without one.
    pub fn cross_section_m(&self, s_m: f64, t_m: f64) -> f64 {
        self.cross_section.as_ref().map_or(0.0, |c| cross_section_at(c, s_m, t_m).0)
    }

    /// The place at (s, t) on the surface with its `crossSectionSurface`, heading along the line of constant t; that of
    /// [`Road::position`] without one.
    pub fn cross_section_position(&self, s_m: f64, t_m: f64) -> Position {
        let s_m = s_m.clamp(0.0, self.length_m.max(0.0));
        let relief =
            self.cross_section.as_ref().map_or_else(Relief::default, |c| section_relief(c, s_m, t_m));
        self.raised_position(s_m, t_m, 0.0, relief, None)
    }

    fn frame_at(&self, s_m: f64, t_m: f64) -> Frame {
        let line = self.reference_point(s_m);
        let (z_m, grade, bend) = cubic_at(&self.elevation, s_m)
            .map_or((0.0, 0.0, 0.0), |c| (c.value(s_m), c.slope(s_m), c.bend(s_m)));
        let bank_rad = self.bank_at(s_m, t_m);
        let steep = 1.0 / (1.0 + grade * grade).sqrt();
        Frame {
            origin: [line.x_m, line.y_m, z_m],
            heading_rad: line.heading_rad,
            grade,
            bank_rad,
            heading: libm::sincos(line.heading_rad),
            // Pitch is −atan(grade): its sine and cosine need no trigonometry.
            pitch: (-grade * steep, steep),
            bank: libm::sincos(bank_rad),
            pitch_slope: -bend / (1.0 + grade * grade),
            bank_slope: value_at(&self.superelevation, s_m).1,
        }
    }
}

/// The reference line's moving frame, with its derivatives over s.
#[derive(Clone, Copy)]
struct Frame {
    origin: [f64; 3],
    heading_rad: f64,
    grade: f64,
    bank_rad: f64,
    /// (sine, cosine) of heading, pitch and bank.
    heading: (f64, f64),
    pitch: (f64, f64),
    bank: (f64, f64),
    pitch_slope: f64,
    bank_slope: f64,
}

impl Frame {
    /// The tangent of the reference line, per metre of s.
    fn forward(&self) -> [f64; 3] {
        let (sh, ch) = self.heading;
        [ch, sh, self.grade]
    }

    /// The same frame, not banked.
    fn level(self) -> Self {
        Frame { bank_rad: 0.0, bank: (0.0, 1.0), bank_slope: 0.0, ..self }
    }

    /// The left and the up axis: columns of `Rz·Ry·Rx`.
    fn axes(&self) -> [[f64; 3]; 2] {
        let ((sh, ch), (sp, cp), (sr, cr)) = (self.heading, self.pitch, self.bank);
        [
            [ch * sp * sr - sh * cr, sh * sp * sr + ch * cr, cp * sr],
            [ch * sp * cr + sh * sr, sh * sp * cr - ch * sr, cp * cr],
        ]
    }

    /// Derivatives over s of the left and the up axis, without the turn of the reference line itself.
    fn axes_slope(&self, [left, up]: [[f64; 3]; 2]) -> [[f64; 3]; 2] {
        let ((sh, ch), (sp, cp), (sr, cr)) = (self.heading, self.pitch, self.bank);
        let (p, r) = (self.pitch_slope, self.bank_slope);
        // d/dp acts on the sp, cp factors; d/dr exchanges left and up.
        [
            [p * ch * cp * sr + r * up[0], p * sh * cp * sr + r * up[1], -p * sp * sr + r * up[2]],
            [p * ch * cp * cr - r * left[0], p * sh * cp * cr - r * left[1], -p * sp * cr - r * left[2]],
        ]
    }

    /// Attitude of what stands still sideways on a flat cross section.
    fn plain_attitude(&self) -> Attitude {
        Attitude {
            heading_rad: self.heading_rad,
            pitch_rad: -libm::atan(self.grade),
            roll_rad: self.bank_rad,
        }
    }
}

/// Heading, pitch, roll (z, y, x) of a forward and a leftward direction.
struct Attitude {
    heading_rad: f64,
    pitch_rad: f64,
    roll_rad: f64,
}

impl Attitude {
    /// `None` where the two do not span a plane.
    fn of(forward: [f64; 3], left: [f64; 3]) -> Option<Self> {
        let level = libm::hypot(forward[0], forward[1]);
        let up = cross(forward, left);
        // Left again, square to forward: its height and that of up give the roll.
        let square = cross(up, forward);
        let length = (forward[0] * forward[0] + forward[1] * forward[1] + forward[2] * forward[2]).sqrt();
        let sound = level > 0.0 && length.is_finite() && up != [0.0; 3];
        sound.then(|| Attitude {
            heading_rad: libm::atan2(forward[1], forward[0]),
            pitch_rad: -libm::atan2(forward[2], level),
            roll_rad: libm::atan2(square[2] / length, up[2]),
        })
    }
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Linear between the stations before and after `s_m`.
fn shape_at(records: &[Shape], s_m: f64, t_m: f64) -> Relief {
    let split = records.partition_point(|r| r.s_m <= s_m);
    let Some(before) = split.checked_sub(1).map(|i| records[i].s_m) else {
        return Relief::default();
    };
    let station = |at: f64| {
        let first = records.partition_point(|r| r.s_m < at);
        let last = records.partition_point(|r| r.s_m <= at);
        station_at(&records[first..last], t_m)
    };
    let here = station(before);
    let Some(after) = records.get(split).map(|r| r.s_m) else {
        return here;
    };
    let there = station(after);
    let share = (s_m - before) / (after - before);
    Relief {
        h_m: here.h_m + share * (there.h_m - here.h_m),
        across: here.across + share * (there.across - here.across),
        along: (there.h_m - here.h_m) / (after - before),
    }
}

/// One station's profile; left of its first record that record goes on.
fn station_at(profile: &[Shape], t_m: f64) -> Relief {
    let index = profile.partition_point(|r| r.t_m <= t_m).saturating_sub(1);
    profile.get(index).map_or_else(Relief::default, |r| {
        let dt = t_m - r.t_m;
        let [a, b, c, d] = r.h;
        Relief {
            h_m: a + dt * (b + dt * (c + dt * d)),
            across: b + dt * (2.0 * c + dt * 3.0 * d),
            along: 0.0,
        }
    })
}

/// Height and slopes of a cross section; the slope along the road by differences.
fn section_relief(section: &CrossSection, s_m: f64, t_m: f64) -> Relief {
    /// Chosen: the cubics along s are smooth over far more than this.
    const STEP_M: f64 = 1e-3;
    let (h_m, across) = cross_section_at(section, s_m, t_m);
    let (before, after) =
        (cross_section_at(section, s_m - STEP_M, t_m).0, cross_section_at(section, s_m + STEP_M, t_m).0);
    Relief { h_m, across, along: (after - before) / (2.0 * STEP_M) }
}

/// Height, metres, and ∂h/∂t. Strips 1, 2 lie left of `t_offset`, −1, −2 right of it; each begins at the inner one's outer
/// edge. Beyond the outermost strip its edge's height goes on.
fn cross_section_at(section: &CrossSection, s_m: f64, t_m: f64) -> (f64, f64) {
    let at = |records: &[Cubic]| value_at(records, s_m).0;
    let offset = t_m - at(&section.t_offset);
    let side = if offset >= 0.0 { 1 } else { -1 };
    let (mut inner_edge, mut height, mut across) = (0.0, 0.0, 0.0);
    for id in [side, 2 * side] {
        let Some(strip) = section.strips.iter().find(|s| s.id == id) else { break };
        let width = if strip.width.is_empty() { f64::INFINITY } else { at(&strip.width).max(0.0) };
        // dt is signed: it falls to the right of the reference line.
        let inside = offset.abs() - inner_edge <= width;
        let d = (offset.abs() - inner_edge).min(width) * f64::from(side);
        let start = if strip.relative { height } else { 0.0 };
        let (b, c, cubic) = (at(&strip.linear), at(&strip.quadratic), at(&strip.cubic));
        height = start + at(&strip.constant) + d * (b + d * (c + d * cubic));
        across = if inside { b + d * (2.0 * c + d * 3.0 * cubic) } else { 0.0 };
        inner_edge += width;
        if inside {
            break;
        }
    }
    (height, across)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SurfaceStrip;

    #[test]
    fn shape_is_linear_between_stations() {
        let at = |s_m, t_m, a, b| Shape { s_m, t_m, h: [a, b, 0.0, 0.0] };
        let records = [
            at(0.0, -5.0, 0.5, -0.1),
            at(0.0, 0.0, 0.0, 0.2),
            at(10.0, -5.0, 1.5, -0.3),
            at(10.0, 0.0, 0.0, 0.4),
        ];
        let check = |s_m, t_m, h_m: f64, across: f64| {
            let r = shape_at(&records, s_m, t_m);
            assert!(
                (r.h_m - h_m).abs() < 1e-12 && (r.across - across).abs() < 1e-12,
                "({s_m}, {t_m}): {r:?}"
            );
        };
        check(0.0, -5.0, 0.5, -0.1);
        check(5.0, -5.0, 1.0, -0.2);
        check(5.0, 2.0, 0.6, 0.3);
        check(12.0, 2.0, 0.8, 0.4);
    }

    #[test]
    fn the_cross_section_falls_to_both_sides() {
        let linear = |id, a| SurfaceStrip {
            id,
            linear: vec![Cubic { a, ..Cubic::default() }],
            ..SurfaceStrip::default()
        };
        let section = CrossSection { t_offset: Vec::new(), strips: vec![linear(1, -0.1), linear(-1, 0.15)] };
        let check = |t_m: f64, h_m: f64, across: f64| {
            let found = cross_section_at(&section, 0.0, t_m);
            assert!((found.0 - h_m).abs() < 1e-12 && (found.1 - across).abs() < 1e-12, "{t_m}: {found:?}");
        };
        check(2.0, -0.2, -0.1);
        check(-2.0, -0.3, 0.15);
        // On a road along x that climbs nowhere it is the height, and a lane on it leans.
        let line = crate::model::Geometry {
            s_m: 0.0,
            x_m: 0.0,
            y_m: 0.0,
            heading_rad: 0.0,
            length_m: 10.0,
            curve: crate::model::Curve::Line,
            at: crate::problem::Place::default(),
        };
        let road = Road {
            length_m: 10.0,
            plan_view: vec![line],
            cross_section: Some(section.clone()),
            ..Road::default()
        };
        let p = road.cross_section_position(5.0, 2.0);
        assert_eq!(road.position(5.0, 2.0).z_m, 0.0);
        assert!((p.z_m + 0.2).abs() < 1e-12 && (p.roll_rad - libm::atan(-0.1)).abs() < 1e-9, "{p:?}");
        assert_eq!((p.x_m, p.y_m), (5.0, 2.0));
    }

    #[test]
    fn crossfall_falls_outward() {
        let mut road = Road { length_m: 10.0, ..Road::default() };
        let angle = Cubic { a: 0.02, ..Cubic::default() };
        road.crossfall.push(crate::model::Crossfall { side: CrossfallSide::Both, angle });
        assert!(road.position(1.0, 3.0).z_m < -0.05);
        assert!(road.position(1.0, -3.0).z_m < -0.05);
    }
}
