//! The edges of roads as lines to place things along: houses, trees, lamps.

use super::ribbon::{Ground, Ribbons};
use shakedown::base::math::{DVec2, DVec3};

/// Side of a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left of rising s.
    Left,
    /// Right of it.
    Right,
}

/// A place on an edge.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// Place as drawn, m.
    pub at: DVec3,
    /// Away from the road, unit.
    pub out: DVec2,
    /// Road s, m.
    pub s_m: f64,
}

/// An edge of a road, from one end to the other.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Index of the road.
    pub road_ix: usize,
    /// Which side.
    pub side: Side,
    /// Whether a sidewalk runs along most of it.
    pub walk: bool,
    /// Width of the sidewalk where it begins, m.
    pub walk_m: f64,
    points: Vec<(f64, Spot)>,
}

impl Edge {
    /// An edge; `None` for a road without lanes.
    pub fn of(ribbons: Ribbons, road_ix: usize, side: Side) -> Option<Self> {
        let mut points: Vec<(f64, Spot)> = Vec::new();
        let (mut walked, mut total, mut walk_m) = (0.0, 0.0, 0.0);
        for ribbon in ribbons.of_road(road_ix) {
            let strip = match side {
                Side::Left => ribbon.strips.first(),
                Side::Right => ribbon.strips.last(),
            }?;
            let length = ribbon.s_m[ribbon.s_m.len() - 1] - ribbon.s_m[0];
            total += length;
            if strip.ground == Ground::Walk {
                walked += length;
                walk_m = strip.width_m(0);
            }
            for k in 0..ribbon.s_m.len() {
                let (share, turn) = match side {
                    Side::Left => (0.0, 1.0),
                    Side::Right => (1.0, -1.0),
                };
                let at = strip.at(k, share);
                let out = ribbon.forward[k].perp() * turn;
                let d = points.last().map_or(0.0, |(d, p)| d + (at - p.at).truncate().length());
                points.push((d, Spot { at, out, s_m: ribbon.s_m[k] }));
            }
        }
        (points.len() >= 2).then_some(Self { road_ix, side, walk: walked > 0.5 * total, walk_m, points })
    }

    /// Its length, m.
    pub fn length_m(&self) -> f64 {
        self.points[self.points.len() - 1].0
    }

    /// The place so far from its start.
    pub fn at(&self, along_m: f64) -> Spot {
        let k = self.points.partition_point(|(d, _)| *d <= along_m).clamp(1, self.points.len() - 1);
        let ((d0, a), (d1, b)) = (self.points[k - 1], self.points[k]);
        let w = if d1 > d0 { ((along_m - d0) / (d1 - d0)).clamp(0.0, 1.0) } else { 0.0 };
        Spot {
            at: a.at.lerp(b.at, w),
            out: a.out.lerp(b.out, w).normalize_or(a.out),
            s_m: a.s_m + (b.s_m - a.s_m) * w,
        }
    }

    /// Where `s` lies on it, m.
    pub fn along_of_s(&self, s_m: f64) -> f64 {
        let k = self.points.partition_point(|(_, p)| p.s_m <= s_m).clamp(1, self.points.len() - 1);
        let ((d0, a), (d1, b)) = (self.points[k - 1], self.points[k]);
        let w = if b.s_m > a.s_m { ((s_m - a.s_m) / (b.s_m - a.s_m)).clamp(0.0, 1.0) } else { 0.0 };
        d0 + (d1 - d0) * w
    }
}
