//! Objects of the map's file that stand beside the road: trees, poles, buildings, barriers.
//!
//! The bundled maps have none; maps of other origin have hundreds. Each is drawn by its type and size: what
//! has an outline as a block on it, what repeats along the road as a band or a row.

use super::building::{Building, Garage, Kind};
use super::coverage::{Coverage, uses};
use super::mesh::{Bottom, Chunks, Tint, gray, srgb};
use super::noise::{Dice, mix};
use super::skin::Skin;
use super::tree::{self, Detail, Tree};
use opendrive as odr;
use shakedown::base::math::{DVec2, DVec3, unit};

/// Most copies of one object.
const COPIES_MAX: usize = 2_000;
/// Longest side of an object that is believed, m.
const SIZE_M_MAX: f64 = 400.0;

/// How much of the scenery the map brings itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Trees.
    pub trees: usize,
    /// Buildings.
    pub buildings: usize,
}

/// What an object looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Tree,
    Bush,
    Pole,
    Building,
    Rail,
    Wall,
    Block,
}

fn look(object: &odr::Object) -> Option<Look> {
    let name = object.name.to_ascii_lowercase();
    Some(match object.kind.as_str() {
        "tree" => Look::Tree,
        "vegetation" if name.contains("tree") || object.height_m.is_some_and(|h| h > 3.0) => Look::Tree,
        "vegetation" => Look::Bush,
        "pole" | "streetLamp" | "rail-pole" | "guide-post" => Look::Pole,
        "building" => Look::Building,
        "railing" => Look::Rail,
        "barrier" if name.contains("rail") => Look::Rail,
        "barrier" | "soundBarrier" | "wall" => Look::Wall,
        "obstacle" | "gantry" => Look::Block,
        _ => return None,
    })
}

/// Draws a map's own objects and marks the ground they take.
pub fn build(map: &odr::Map, offset_m: DVec3, coverage: &mut Coverage, chunks: &mut Chunks) -> Own {
    let mut own = Own::default();
    for road in &map.roads {
        for object in &road.objects {
            let Some(look) = look(object) else { continue };
            let mut maker = Maker { road, offset_m, coverage, chunks, own: &mut own };
            maker.object(object, look);
        }
    }
    own
}

struct Maker<'a, 'b> {
    road: &'a odr::Road,
    offset_m: DVec3,
    coverage: &'b mut Coverage,
    chunks: &'b mut Chunks,
    own: &'b mut Own,
}

/// One copy: place, direction, size.
#[derive(Clone, Copy)]
struct Copy {
    at: DVec3,
    forward: DVec2,
    size: DVec3,
}

impl Maker<'_, '_> {
    fn object(&mut self, object: &odr::Object, look: Look) {
        let closed = object.outlines.iter().filter(|o| o.corners.len() >= 3);
        let mut outlined = false;
        for outline in closed {
            if matches!(look, Look::Building | Look::Wall | Look::Block | Look::Rail) {
                self.outline(object, outline, look);
                outlined = true;
            }
        }
        if outlined {
            return;
        }
        let sized = |v: Option<f64>, default: f64| v.filter(|v| *v > 0.02).unwrap_or(default).min(SIZE_M_MAX);
        let round = object.radius_m.map(|r| 2.0 * r);
        let (l, w, h) = match look {
            Look::Tree => (2.0, 2.0, 7.0),
            Look::Bush => (1.2, 1.2, 1.0),
            Look::Pole => (0.14, 0.14, 3.0),
            Look::Building => (10.0, 8.0, 6.0),
            Look::Rail => (2.0, 0.1, 0.75),
            Look::Wall => (2.0, 0.3, 1.0),
            Look::Block => (1.0, 1.0, 1.0),
        };
        let size = DVec3::new(
            sized(object.length_m.or(round), l),
            sized(object.width_m.or(round), w),
            sized(object.height_m, h),
        );
        if object.repeats.is_empty() {
            let copy = self.copy(object.s_m, object.t_m, object.z_offset_m, object.heading_rad, size);
            self.one(copy, look, object);
        }
        for repeat in &object.repeats {
            self.repeat(object, repeat, size, look);
        }
    }

    fn copy(&self, s_m: f64, t_m: f64, z_m: f64, heading_rad: f64, size: DVec3) -> Copy {
        let p = self.road.position(s_m, t_m);
        let at = DVec3::new(p.x_m, p.y_m, p.z_m + z_m) - self.offset_m;
        Copy { at, forward: unit(p.heading_rad + heading_rad), size }
    }

    fn repeat(&mut self, object: &odr::Object, repeat: &odr::Repeat, size: DVec3, look: Look) {
        if repeat.length_m.is_nan() || repeat.length_m <= 0.0 {
            return;
        }
        let height = repeat.height_start_m.filter(|h| *h > 0.02).unwrap_or(size.z);
        let width = repeat.width_start_m.filter(|w| *w > 0.02).unwrap_or(size.y);
        let size = DVec3::new(repeat.length_start_m.filter(|l| *l > 0.02).unwrap_or(size.x), width, height);
        let band = repeat.distance_m <= 0.01;
        let step = if band { 4.0 } else { repeat.distance_m.max(0.2) };
        let count = ((repeat.length_m / step).ceil() as usize).clamp(1, COPIES_MAX);
        let place = |i: usize| {
            let share = (i as f64 * step / repeat.length_m).min(1.0);
            let s = repeat.s_m + share * repeat.length_m;
            let t = repeat.t_start_m + share * (repeat.t_end_m - repeat.t_start_m);
            let z = repeat.z_offset_start_m + share * (repeat.z_offset_end_m - repeat.z_offset_start_m);
            (s, t, z)
        };
        for i in 0..count {
            let (s, t, z) = place(i);
            let copy = self.copy(s, t, z, object.heading_rad, size);
            if !band {
                self.one(copy, look, object);
                continue;
            }
            let (s1, t1, z1) = place(i + 1);
            let next = self.copy(s1, t1, z1, object.heading_rad, size);
            self.band(copy.at, next.at, size, look);
        }
    }

    /// A stretch of rail or wall.
    fn band(&mut self, a: DVec3, b: DVec3, size: DVec3, look: Look) {
        let flat = (b - a).truncate();
        if !(a.is_finite() && b.is_finite()) || flat.length() < 0.05 {
            return;
        }
        let side = (flat.normalize().perp() * (0.5 * size.y.min(1.0))).extend(0.0);
        let tint = tint_of(look);
        let patch = self.chunks.at(Skin::Matte, a);
        // A rail is a band on posts.
        let (low, high) = match look {
            Look::Rail => (0.55 * size.z, size.z),
            _ => (-0.3, size.z),
        };
        let (low, high) = (DVec3::Z * low, DVec3::Z * high);
        patch.flat([a - side + low, b - side + low, b - side + high, a - side + high], tint);
        patch.flat([b + side + low, a + side + low, a + side + high, b + side + high], tint);
        patch.flat([a - side + high, b - side + high, b + side + high, a + side + high], tint);
        if look == Look::Rail {
            patch.rod(a - DVec3::Z * 0.3, a + high, [0.05, 0.05], 4, srgb(0x7C8083));
        }
    }

    fn one(&mut self, copy: Copy, look: Look, object: &odr::Object) {
        let Copy { at, forward, size } = copy;
        if !at.is_finite() || size.z > SIZE_M_MAX {
            return;
        }
        let seed = mix(at.x.to_bits() ^ at.y.to_bits().rotate_left(17));
        let tree = |kind: tree::Kind, height_m: f64, chunks: &mut Chunks| {
            Tree { kind, at, height_m, detail: Detail::Near, seed }.build(chunks);
        };
        match look {
            Look::Tree => {
                self.own.trees += 1;
                tree(tree::Kind::Broad, size.z.clamp(3.0, 25.0), self.chunks);
            }
            Look::Bush => {
                self.own.trees += 1;
                tree(tree::Kind::Bush, size.z.clamp(0.5, 3.0), self.chunks);
            }
            Look::Pole => {
                let radius = (0.5 * size.x.min(size.y)).clamp(0.03, 0.4);
                let patch = self.chunks.at(Skin::Matte, at);
                patch.rod(at - DVec3::Z * 0.3, at + DVec3::Z * size.z, [radius, radius], 6, tint_of(look));
            }
            Look::Building => self.building(at, forward, size),
            Look::Rail | Look::Wall | Look::Block => {
                // Nothing without a size of its own is believed to block a carriageway.
                let on_road = self.coverage.flags(at.truncate()) & uses::PAVED != 0;
                if !(on_road && object.height_m.is_none()) {
                    let patch = self.chunks.at(Skin::Matte, at);
                    patch.cuboid(at - DVec3::Z * 0.05, forward, size, tint_of(look), Bottom::Hidden);
                }
            }
        }
    }

    fn building(&mut self, at: DVec3, forward: DVec2, size: DVec3) {
        self.own.buildings += 1;
        let seed = mix(at.x.to_bits() ^ at.y.to_bits().rotate_left(9));
        let mut dice = Dice::new(seed, 5);
        let stories = ((size.z / 3.4).round() as usize).clamp(1, 60);
        let half = DVec2::new(0.5 * size.x, 0.5 * size.y).max(DVec2::splat(1.5));
        let kind = if stories <= 2 && half.min_element() < 7.0 { Kind::House } else { Kind::Block };
        const WALLS: [u32; 5] = [0xC9C2B2, 0xB5ADA0, 0xA9745F, 0xD6D1C6, 0x9DA3A3];
        let building = Building {
            kind,
            middle: at.truncate(),
            along: forward,
            half,
            low_m: at.z - 0.5,
            floor_m: at.z + 0.05,
            stories,
            walls: srgb(WALLS[dice.index(WALLS.len())]),
            roof: srgb(0x6E6560),
            garage: Garage::None,
            seed,
        };
        self.coverage.mark(building.middle, forward, half, uses::BUILT);
        building.build(self.chunks);
    }

    /// A block on an outline: its corners may have heights of their own.
    fn outline(&mut self, object: &odr::Object, outline: &odr::Outline, look: Look) {
        let points: Vec<DVec3> = self
            .road
            .outline_points(object, outline)
            .into_iter()
            .map(|p| DVec3::from_array(p) - self.offset_m)
            .collect();
        if points.iter().any(|p| !p.is_finite()) {
            return;
        }
        let height = |i: usize| {
            let own = match outline.corners[i] {
                odr::Corner::Local { height_m, .. } | odr::Corner::Road { height_m, .. } => height_m,
            };
            if own > 0.02 { own } else { object.height_m.filter(|h| *h > 0.02).unwrap_or(1.0) }
                .min(SIZE_M_MAX)
        };
        let n = points.len();
        let area: f64 = (0..n).map(|i| points[i].truncate().perp_dot(points[(i + 1) % n].truncate())).sum();
        let order: Vec<usize> = if area >= 0.0 { (0..n).collect() } else { (0..n).rev().collect() };
        let low: Vec<DVec3> = order.iter().map(|i| points[*i]).collect();
        let high: Vec<DVec3> = order.iter().map(|i| points[*i] + DVec3::Z * height(*i)).collect();
        if look == Look::Building {
            self.own.buildings += 1;
        }
        let tint = tint_of(look);
        let patch = self.chunks.at(Skin::Matte, low[0]);
        for i in 0..n {
            let j = (i + 1) % n;
            if !outline.closed && j == 0 {
                continue;
            }
            let foot = DVec3::Z * 0.2;
            patch.flat([low[i] - foot, low[j] - foot, high[j], high[i]], tint);
            if !outline.closed {
                patch.flat([low[j] - foot, low[i] - foot, high[i], high[j]], tint);
            }
        }
        if outline.closed {
            let flat: Vec<f64> = high.iter().flat_map(|p| [p.x - low[0].x, p.y - low[0].y]).collect();
            let triangles = earcutr::earcut(&flat, &[], 2).unwrap_or_default();
            for t in triangles.chunks_exact(3) {
                let mut corners = [high[t[0]], high[t[1]], high[t[2]]];
                if (corners[1] - corners[0]).truncate().perp_dot((corners[2] - corners[0]).truncate()) < 0.0 {
                    corners.swap(1, 2);
                }
                patch.polygon(&corners, tint, |_| DVec2::ZERO);
            }
        }
    }
}

fn tint_of(look: Look) -> Tint {
    match look {
        Look::Tree | Look::Bush => srgb(0x5E753F),
        Look::Pole => srgb(0x7C8083),
        Look::Building => srgb(0xBDB6A8),
        Look::Rail => srgb(0x8F9498),
        Look::Wall => srgb(0xA3A09A),
        Look::Block => gray(0.3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_looks_and_unknown_ones_none() {
        let of = |kind: &str| look(&odr::Object { kind: kind.into(), ..odr::Object::default() });
        assert_eq!(of("tree"), Some(Look::Tree));
        assert_eq!(of("vegetation"), Some(Look::Bush));
        assert_eq!(of("building"), Some(Look::Building));
        assert_eq!(of("crosswalk"), None);
        assert_eq!(of("roadMark"), None);
        assert_eq!(of("anything"), None);
    }
}
