//! The road's surface: height and attitude at (s, t).
//!
//! # Equations
//! `z = elevation(s) + t·sin(bank(s)) + shape(s, t)`, pitch `= −atan(elevation')`,
//! roll `= bank + atan(∂shape/∂t)`. Bank is superelevation plus the crossfall of the side.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §10.5 (elevation), §10.6 (superelevation, shape, crossSectionSurface), 1.4H §5.3.6.2
//! (crossfall).

use super::cubic::value_at;
use super::{Position, wrap_positive};
use crate::model::{CrossSection, CrossfallSide, Cubic, Road, Shape, SurfaceStrip};

/// Height and its slopes over the plane of the reference line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Relief {
    /// Height, metres.
    pub h_m: f64,
    /// ∂h/∂t.
    pub across: f64,
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

    /// The place at (s, t) on the surface, heading along the reference line.
    pub fn position(&self, s_m: f64, t_m: f64) -> Position {
        let s_m = s_m.clamp(0.0, self.length_m.max(0.0));
        let line = self.reference_point(s_m);
        let (z_m, slope) = self.elevation_at(s_m);
        let bank = self.bank_at(s_m, t_m);
        let relief = self.relief_at(s_m, t_m);
        let (sin, cos) = libm::sincos(line.heading_rad);
        Position {
            x_m: line.x_m - t_m * sin,
            y_m: line.y_m + t_m * cos,
            z_m: z_m + t_m * libm::sin(bank) + relief.h_m,
            heading_rad: wrap_positive(line.heading_rad),
            pitch_rad: -libm::atan(slope),
            roll_rad: bank + libm::atan(relief.across),
        }
    }

    /// Height over the banked plane at (s, t), metres, from `shape` or `crossSectionSurface`.
    pub(crate) fn relief_at(&self, s_m: f64, t_m: f64) -> Relief {
        let shape = shape_at(&self.shape, s_m, t_m);
        let strip =
            self.cross_section.as_ref().map_or_else(Relief::default, |c| cross_section_at(c, s_m, t_m));
        Relief { h_m: shape.h_m + strip.h_m, across: shape.across + strip.across }
    }
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
    }
}

/// One station's profile; left of its first record that record goes on.
fn station_at(profile: &[Shape], t_m: f64) -> Relief {
    let index = profile.partition_point(|r| r.t_m <= t_m).saturating_sub(1);
    profile.get(index).map_or_else(Relief::default, |r| {
        let dt = t_m - r.t_m;
        let [a, b, c, d] = r.h;
        Relief { h_m: a + dt * (b + dt * (c + dt * d)), across: b + dt * (2.0 * c + dt * 3.0 * d) }
    })
}

/// Strips 1, 2 lie left of `t_offset`, −1, −2 right of it; each begins at the inner one's outer edge.
fn cross_section_at(section: &CrossSection, s_m: f64, t_m: f64) -> Relief {
    let at = |records: &[Cubic]| value_at(records, s_m).0;
    let offset = t_m - at(&section.t_offset);
    let side = if offset >= 0.0 { 1 } else { -1 };
    let find = |id: i32| section.strips.iter().find(|s| s.id == id);
    let relief = |strip: &SurfaceStrip, d: f64| Relief {
        h_m: at(&strip.constant)
            + d * (at(&strip.linear) + d * (at(&strip.quadratic) + d * at(&strip.cubic))),
        across: at(&strip.linear) + d * (2.0 * at(&strip.quadratic) + 3.0 * d * at(&strip.cubic)),
    };
    let (mut inner_edge, mut base, mut found) = (0.0, 0.0, Relief::default());
    for id in [side, 2 * side] {
        let Some(strip) = find(id) else { break };
        let width = if strip.width.is_empty() { f64::INFINITY } else { at(&strip.width).max(0.0) };
        let distance = (offset.abs() - inner_edge).min(width);
        let start = if strip.relative { base } else { 0.0 };
        // dt is signed: it falls to the right of the reference line.
        let here = relief(strip, distance * f64::from(side));
        found = Relief { h_m: start + here.h_m, across: here.across };
        if offset.abs() <= inner_edge + width {
            return found;
        }
        inner_edge += width;
        base = found.h_m;
    }
    Relief { across: 0.0, ..found }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn crossfall_falls_outward() {
        let mut road = Road { length_m: 10.0, ..Road::default() };
        let angle = Cubic { a: 0.02, ..Cubic::default() };
        road.crossfall.push(crate::model::Crossfall { side: CrossfallSide::Both, angle });
        assert!(road.position(1.0, 3.0).z_m < -0.05);
        assert!(road.position(1.0, -3.0).z_m < -0.05);
    }
}
