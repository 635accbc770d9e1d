//! Signs: their faces drawn into one picture, plates and posts as meshes.
//!
//! Known: MUTCD R1-1 stop, R1-2 yield, R2-1 speed limit, R7-107 bus stop, W11-2 pedestrians, W20-1 road work;
//! Vienna convention (German numbers) 206 stop, 205 yield, 274 speed limit, 306 priority road, 123 road work.
//! Street names hang at junctions where roads have names. Other signs are left out: a blank plate would tell
//! nothing.
//!
//! Sizes: MUTCD 2009 table 2B-1 (conventional roads), StVO.

use super::canvas::{Canvas, Ink, ink, polygon, stroke};
use super::coverage::Coverage;
use super::glyph;
use super::mesh::{Chunks, PLAIN, Patch, Tint, gray, srgb};
use super::ribbon::CURB_M;
use super::skin::Skin;
use super::terrain::Terrain;
use opendrive as odr;
use shakedown::base::math::{DVec2, DVec3, sin_cos, unit};
use shakedown::road::RoadNetwork;
use std::f64::consts::TAU;

/// Side of a face's square in the picture, pixels.
const CELL_PX: usize = 128;
/// Faces in a row of the picture.
const ROW: usize = 8;
/// Rows kept for street names, each name as wide as half the picture.
const NAME_PX: usize = 32;

/// What a sign shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Octagon.
    Stop,
    /// Triangle on its tip.
    Yield,
    /// American speed limit, mph.
    SpeedMph(u32),
    /// Round speed limit, km/h.
    SpeedKmph(u32),
    /// American pedestrian crossing.
    Pedestrian,
    /// American road work.
    RoadWork,
    /// Triangular road work.
    RoadWorkTriangle,
    /// Bus stop.
    Bus,
    /// Priority road.
    Priority,
    /// Name of a street.
    Name(String),
}

impl Face {
    /// The face of a signal of the map; `None` for unknown signs and for traffic lights.
    pub fn of(signal: &odr::Signal) -> Option<Self> {
        if signal.dynamic {
            return None;
        }
        let mph = |v: f64| v / (1609.344 / 3600.0);
        match signal.kind.as_str() {
            "R1-1" | "R1" | "206" => Some(Face::Stop),
            "R1-2" | "205" => Some(Face::Yield),
            "R2-1" => {
                let value = signal.value_mps().map(mph).or(signal.value)?;
                Some(Face::SpeedMph(value.round().clamp(0.0, 995.0) as u32))
            }
            "274" => {
                let said = signal.value_mps().map(|v| v * 3.6).or(signal.value);
                let value = said.or_else(|| signal.subtype.parse::<f64>().ok().filter(|v| *v > 0.0))?;
                // German subtypes 50 to 62 are the limits 10 to 130 km/h in old files; others say it plainly.
                Some(Face::SpeedKmph(value.round().clamp(0.0, 995.0) as u32))
            }
            "W11-2" => Some(Face::Pedestrian),
            "W20-1" => Some(Face::RoadWork),
            "123" => Some(Face::RoadWorkTriangle),
            "R7-107" => Some(Face::Bus),
            "306" => Some(Face::Priority),
            _ => None,
        }
    }

    /// Outline in the face's square (0–1, y up), counter-clockwise, and the square's side, m.
    fn plate(&self) -> (Vec<DVec2>, DVec2) {
        let ring = |n: usize, turn: f64| {
            (0..n)
                .map(|i| {
                    let (sin, cos) = sin_cos(turn + TAU * i as f64 / n as f64);
                    DVec2::new(0.5 + 0.5 * cos, 0.5 + 0.5 * sin)
                })
                .collect::<Vec<_>>()
        };
        let rect = |w: f64| {
            [(0.5 - w, 0.0), (0.5 + w, 0.0), (0.5 + w, 1.0), (0.5 - w, 1.0)]
                .map(|(x, y)| DVec2::new(x, y))
                .to_vec()
        };
        match self {
            // A regular octagon whose flats touch the square.
            Face::Stop => {
                let k = 0.5 / (TAU / 16.0).cos();
                let turned = ring(8, TAU / 16.0);
                (
                    turned
                        .into_iter()
                        .map(|p| DVec2::splat(0.5) + (p - DVec2::splat(0.5)) * (2.0 * k))
                        .collect(),
                    DVec2::splat(0.75),
                )
            }
            Face::Yield => {
                (vec![DVec2::new(0.5, 0.06), DVec2::new(1.0, 0.93), DVec2::new(0.0, 0.93)], DVec2::splat(0.9))
            }
            Face::SpeedMph(_) | Face::Bus => (rect(0.4), DVec2::splat(0.76)),
            Face::SpeedKmph(_) => (ring(20, 0.0), DVec2::splat(0.6)),
            Face::Pedestrian | Face::RoadWork => (ring(4, 0.0), DVec2::splat(1.06)),
            Face::Priority => (ring(4, 0.0), DVec2::splat(0.85)),
            Face::RoadWorkTriangle => {
                (vec![DVec2::new(0.0, 0.07), DVec2::new(1.0, 0.07), DVec2::new(0.5, 0.94)], DVec2::splat(0.9))
            }
            Face::Name(text) => {
                let long = (0.16 * glyph::width(text) + 0.16).clamp(0.6, 2.2);
                (vec![DVec2::ZERO, DVec2::X, DVec2::ONE, DVec2::Y], DVec2::new(long, 0.23))
            }
        }
    }
}

/// Picture of all faces of a map.
#[derive(Clone, Debug, Default)]
pub struct Atlas {
    faces: Vec<Face>,
    names: Vec<String>,
}

const WHITE: Ink = [0.95, 0.95, 0.94];
const BLACK: Ink = [0.08, 0.08, 0.08];

impl Atlas {
    /// What the signs of a map show, and the names of its streets.
    pub fn of(map: &odr::Map) -> Self {
        let signals = map.roads.iter().flat_map(|r| &r.signals);
        let mut faces: Vec<Face> = signals.filter_map(Face::of).collect();
        faces.sort();
        faces.dedup();
        faces.truncate(ROW * 4);
        let roads = map.roads.iter().filter(|r| r.junction.is_none() && !r.name.trim().is_empty());
        let mut names: Vec<String> =
            roads.map(|r| r.name.trim().to_string()).filter(|n| n.len() <= 28).collect();
        names.sort();
        names.dedup();
        names.truncate(2 * 4 * CELL_PX / NAME_PX);
        Self { faces, names }
    }

    fn size(&self) -> (usize, usize) {
        (ROW * CELL_PX, 8 * CELL_PX)
    }

    /// Pixels of a face: left, top, right, bottom.
    fn area(&self, face: &Face) -> Option<[f64; 4]> {
        if let Face::Name(name) = face {
            let i = self.names.iter().position(|n| n == name)?;
            let (x, y) = ((i % 2) * 4 * CELL_PX, 4 * CELL_PX + (i / 2) * NAME_PX);
            return Some([x as f64, y as f64, (x + 4 * CELL_PX) as f64, (y + NAME_PX) as f64]);
        }
        let i = self.faces.iter().position(|f| f == face)?;
        let (x, y) = ((i % ROW * CELL_PX) as f64, (i / ROW * CELL_PX) as f64);
        Some([x, y, x + CELL_PX as f64, y + CELL_PX as f64])
    }

    /// Draws it.
    pub fn picture(&self) -> Canvas {
        let (w, h) = self.size();
        let mut canvas = Canvas::new(w, h, [0.5; 3]);
        for face in &self.faces {
            if let Some(area) = self.area(face) {
                draw(&mut canvas, face, area);
            }
        }
        for name in &self.names {
            if let Some(area) = self.area(&Face::Name(name.clone())) {
                let [x0, y0, x1, y1] = area;
                canvas.rect(area, ink(0x1D5E3A));
                canvas.rect([x0 + 1.0, y0 + 1.0, x1 - 1.0, y0 + 2.5], WHITE);
                canvas.rect([x0 + 1.0, y1 - 2.5, x1 - 1.0, y1 - 1.0], WHITE);
                // The blade is as long as its text: letters are stretched to the picture's width here.
                glyph_row(&mut canvas, name, area);
            }
        }
        canvas
    }
}

/// Letters over the whole width of a name's row; on the blade they have their own proportions again.
fn glyph_row(canvas: &mut Canvas, name: &str, [x0, y0, x1, y1]: [f64; 4]) {
    let (w, h) = (x1 - x0, y1 - y0);
    let (_, blade) = Face::Name(name.to_string()).plate();
    // Draw at the blade's proportions, then spread sideways.
    let wide = h * blade.x / blade.y;
    let mut small = Canvas::new(wide.ceil() as usize * 2, NAME_PX * 2, [0.0; 3]);
    let (sw, sh) = (small.width as f64, small.height as f64);
    glyph::write(&mut small, name, [0.05 * sh, 0.0, sw - 0.05 * sh, sh], 0.62 * sh, [1.0; 3]);
    canvas.shade(|x, y, p| {
        let (u, v) = ((x as f64 + 0.5 - x0) / w, (y as f64 + 0.5 - y0) / h);
        if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            return p;
        }
        let (sx, sy) = ((u * sw) as usize, (v * sh) as usize);
        let share = small.pixel(sx.min(small.width - 1), sy.min(small.height - 1))[0];
        let mix = |i: usize| p[i] + (WHITE[i] - p[i]) * share;
        [mix(0), mix(1), mix(2), 1.0]
    });
}

/// Draws a face into its square; what lies outside its plate is never seen.
fn draw(canvas: &mut Canvas, face: &Face, area: [f64; 4]) {
    let [x0, y0, x1, y1] = area;
    let size = x1 - x0;
    let place = |x: f64, y: f64| DVec2::new(x0 + x * size, y1 - y * size);
    let text = |canvas: &mut Canvas, s: &str, [a, b, c, d]: [f64; 4], height: f64, color: Ink| {
        glyph::write(
            canvas,
            s,
            [x0 + a * size, y0 + b * size, x0 + c * size, y0 + d * size],
            height * size,
            color,
        );
    };
    let inset = |points: &[DVec2], by: f64| -> Vec<DVec2> {
        let middle = points.iter().sum::<DVec2>() / points.len() as f64;
        points
            .iter()
            .map(|p| {
                let q = middle + (*p - middle) * by;
                place(q.x, q.y)
            })
            .collect()
    };
    let (plate, _) = face.plate();
    let fill = |canvas: &mut Canvas, by: f64, color: Ink| {
        let corners = inset(&plate, by);
        canvas.shape(area, color, |p| polygon(p, &corners));
    };
    match face {
        Face::Stop => {
            canvas.rect(area, ink(0xB3202A));
            fill(canvas, 0.97, WHITE);
            fill(canvas, 0.90, ink(0xB3202A));
            text(canvas, "STOP", [0.08, 0.3, 0.92, 0.7], 0.34, WHITE);
        }
        Face::Yield => {
            canvas.rect(area, ink(0xB3202A));
            fill(canvas, 0.55, WHITE);
            text(canvas, "YIELD", [0.30, 0.20, 0.70, 0.34], 0.13, ink(0xB3202A));
        }
        Face::SpeedMph(value) => {
            canvas.rect(area, WHITE);
            for (a, b) in [
                ((0.13, 0.03), (0.87, 0.03)),
                ((0.87, 0.03), (0.87, 0.97)),
                ((0.87, 0.97), (0.13, 0.97)),
                ((0.13, 0.97), (0.13, 0.03)),
            ] {
                let (a, b) = (place(a.0, a.1), place(b.0, b.1));
                canvas.shape(area, BLACK, |p| stroke(p, a, b, 0.011 * size));
            }
            text(canvas, "SPEED", [0.18, 0.09, 0.82, 0.25], 0.15, BLACK);
            text(canvas, "LIMIT", [0.18, 0.28, 0.82, 0.44], 0.15, BLACK);
            text(canvas, &value.to_string(), [0.17, 0.50, 0.83, 0.94], 0.40, BLACK);
        }
        Face::SpeedKmph(value) => {
            canvas.rect(area, ink(0xC0272D));
            let middle = place(0.5, 0.5);
            canvas.shape(area, WHITE, |p| p.distance(middle) - 0.39 * size);
            text(canvas, &value.to_string(), [0.18, 0.3, 0.82, 0.7], 0.36, BLACK);
        }
        Face::Pedestrian => {
            canvas.rect(area, ink(0xE5B13A));
            fill(canvas, 0.96, BLACK);
            fill(canvas, 0.91, ink(0xE5B13A));
            walker(canvas, area, BLACK);
        }
        Face::RoadWork => {
            canvas.rect(area, ink(0xE07A26));
            fill(canvas, 0.96, BLACK);
            fill(canvas, 0.91, ink(0xE07A26));
            text(canvas, "ROAD", [0.28, 0.28, 0.72, 0.42], 0.13, BLACK);
            text(canvas, "WORK", [0.2, 0.44, 0.8, 0.58], 0.13, BLACK);
            text(canvas, "AHEAD", [0.26, 0.60, 0.74, 0.74], 0.13, BLACK);
        }
        Face::RoadWorkTriangle => {
            canvas.rect(area, ink(0xC0272D));
            fill(canvas, 0.70, WHITE);
            for (a, b, w) in [
                ((0.40, 0.42), (0.46, 0.56), 0.03),
                ((0.40, 0.42), (0.34, 0.2), 0.025),
                ((0.40, 0.42), (0.46, 0.2), 0.025),
                ((0.46, 0.52), (0.62, 0.22), 0.015),
            ] {
                let (a, b) = (place(a.0, a.1), place(b.0, b.1));
                canvas.shape(area, BLACK, |p| stroke(p, a, b, w * size));
            }
            let heap = [place(0.52, 0.18), place(0.72, 0.18), place(0.62, 0.28)];
            canvas.shape(area, BLACK, |p| polygon(p, &heap));
            let head = place(0.47, 0.62);
            canvas.shape(area, BLACK, |p| p.distance(head) - 0.04 * size);
        }
        Face::Bus => {
            canvas.rect(area, WHITE);
            canvas.rect(
                [x0 + 0.14 * size, y0 + 0.05 * size, x0 + 0.86 * size, y0 + 0.62 * size],
                ink(0x27588C),
            );
            canvas.rect([x0 + 0.24 * size, y0 + 0.18 * size, x0 + 0.76 * size, y0 + 0.48 * size], WHITE);
            canvas.rect(
                [x0 + 0.28 * size, y0 + 0.22 * size, x0 + 0.72 * size, y0 + 0.34 * size],
                ink(0x27588C),
            );
            for x in [0.34, 0.66] {
                let hub = place(x, 0.50);
                canvas.shape(area, WHITE, |p| p.distance(hub) - 0.055 * size);
            }
            text(canvas, "BUS", [0.2, 0.66, 0.8, 0.80], 0.12, ink(0x27588C));
            text(canvas, "STOP", [0.2, 0.82, 0.8, 0.95], 0.12, ink(0x27588C));
        }
        Face::Priority => {
            canvas.rect(area, WHITE);
            fill(canvas, 0.92, BLACK);
            fill(canvas, 0.88, WHITE);
            fill(canvas, 0.66, ink(0xE8B32E));
        }
        Face::Name(_) => {}
    }
}

/// A walking person, as on W11-2 and in pedestrian heads; `area` in pixels.
pub fn walker(canvas: &mut Canvas, area: [f64; 4], ink: Ink) {
    let [x0, _, x1, y1] = area;
    let size = x1 - x0;
    let place = |(x, y): (f64, f64)| DVec2::new(x0 + x * size, y1 - y * size);
    let head = place((0.50, 0.78));
    canvas.shape(area, ink, |p| p.distance(head) - 0.055 * size);
    let limbs = [
        ((0.50, 0.66), (0.48, 0.46), 0.055),
        ((0.50, 0.67), (0.40, 0.56), 0.024),
        ((0.40, 0.56), (0.36, 0.46), 0.022),
        ((0.50, 0.67), (0.60, 0.57), 0.024),
        ((0.60, 0.57), (0.66, 0.50), 0.022),
        ((0.48, 0.45), (0.56, 0.32), 0.034),
        ((0.56, 0.32), (0.58, 0.18), 0.030),
        ((0.47, 0.45), (0.43, 0.31), 0.034),
        ((0.43, 0.31), (0.32, 0.20), 0.030),
    ];
    for (a, b, half) in limbs {
        let (a, b) = (place(a), place(b));
        canvas.shape(area, ink, |p| stroke(p, a, b, half * size));
    }
}

/// A sign to be put up.
#[derive(Clone, Debug)]
pub struct Sign {
    face: Face,
    /// Middle of its lower edge, m.
    low: DVec3,
    /// Direction it looks, unit.
    look: DVec2,
    /// Ground below it, m.
    ground_m: f64,
}

/// The signs of a map.
pub fn collect(map: &odr::Map, network: &RoadNetwork, coverage: &Coverage, terrain: &Terrain) -> Vec<Sign> {
    let mut signs = Vec::new();
    for road in &map.roads {
        for signal in &road.signals {
            let Some(face) = Face::of(signal) else { continue };
            let p = map.signal_position(road, signal);
            let place = DVec3::new(p.x_m, p.y_m, p.z_m) - network.offset_m;
            if !place.is_finite() {
                continue;
            }
            let inertial = matches!(signal.position, Some(odr::SignalPosition::Inertial { .. }));
            // In road coordinates the heading is that of the traffic; the face looks at it.
            let look = unit(p.heading_rad) * if inertial { 1.0 } else { -1.0 };
            let here = place.truncate();
            let ground_m = match coverage.low_m(here) {
                Some(z) if (z - place.z).abs() < 8.0 => z,
                _ => terrain.height_m(here),
            };
            // Maps without heights put signs on the ground: raise them over people's heads.
            let low = if place.z - ground_m < 0.6 { here.extend(ground_m + 2.1 + CURB_M) } else { place };
            signs.push(Sign { face, low, look, ground_m });
        }
    }
    signs
}

/// Blades with street names at the corners of junctions: on posts of their own.
pub fn names(network: &RoadNetwork, corners: &[(DVec3, usize, usize)]) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (foot, first, second) in corners {
        for (i, road_ix) in [*first, *second].into_iter().enumerate() {
            let road = &network.roads[road_ix];
            let name = road.name.trim();
            let Some(lane) = road.lanes.first().filter(|_| !name.is_empty()) else { continue };
            let coord = shakedown::road::LaneCoord { lane: *lane, along_m: 0.0, offset_m: 0.0 };
            // A blade lies along its street: it looks across.
            let look = unit(network.lane_pose(coord).pose.heading_rad).perp();
            let low = *foot + DVec3::Z * (2.75 + 0.26 * i as f64);
            signs.push(Sign { face: Face::Name(name.to_string()), low, look, ground_m: foot.z });
        }
    }
    signs
}

impl Sign {
    /// Where it stands.
    pub fn place(&self) -> DVec2 {
        self.low.truncate()
    }

    /// Its meshes.
    pub fn build(&self, atlas: &Atlas, chunks: &mut Chunks) {
        let Some([x0, y0, x1, y1]) = atlas.area(&self.face) else { return };
        let (w, h) = atlas.size();
        let (outline, size) = self.face.plate();
        // As read: right is `look.perp()` seen from before the sign.
        let right = self.look.perp();
        let blade = matches!(self.face, Face::Name(_));
        let at = |p: DVec2, front: f64| {
            let side = right * ((p.x - 0.5) * size.x) + self.look * front;
            (self.low.truncate() + side).extend(self.low.z + p.y * size.y)
        };
        let uv = |p: DVec2| {
            let x = x0 + (x1 - x0) * p.x.clamp(0.004, 0.996);
            let y = y1 - (y1 - y0) * p.y.clamp(0.02, 0.98);
            DVec2::new(x / w as f64, y / h as f64)
        };
        let front: Vec<DVec3> = outline.iter().map(|p| at(*p, 0.05)).collect();
        let patch = chunks.at(Skin::Sign, self.low);
        patch.polygon(&front, PLAIN, |i| uv(outline[i]));
        let mut back: Vec<DVec3> = outline.iter().map(|p| at(*p, 0.035)).collect();
        back.reverse();
        if blade {
            let n = outline.len();
            // Read from the other side too.
            patch.polygon(&back, PLAIN, |i| {
                let p = outline[n - 1 - i];
                uv(DVec2::new(1.0 - p.x, p.y))
            });
        }
        let matte = chunks.at(Skin::Matte, self.low);
        if !blade {
            matte.polygon(&back, gray(0.32), |_| DVec2::ZERO);
        }
        let top = self.low.z + size.y * if blade { 1.0 } else { 0.93 };
        post(matte, self.low.truncate().extend(self.ground_m - 0.25), top, srgb(0x7C8083));
    }
}

/// A post up to a height.
fn post(patch: &mut Patch, foot: DVec3, top_m: f64, tint: Tint) {
    patch.rod(foot, foot.truncate().extend(top_m.max(foot.z + 0.5)), [0.032, 0.032], 5, tint);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(kind: &str, value: Option<f64>, unit: Option<&str>) -> odr::Signal {
        odr::Signal { kind: kind.into(), value, unit: unit.map(Into::into), ..odr::Signal::default() }
    }

    #[test]
    fn faces_follow_the_catalogue() {
        let of = |kind: &str, value, unit| Face::of(&signal(kind, value, unit));
        assert_eq!(of("R1-1", None, None), Some(Face::Stop));
        assert_eq!(of("206", None, None), Some(Face::Stop));
        assert_eq!(of("R2-1", Some(35.0), Some("mph")), Some(Face::SpeedMph(35)));
        assert_eq!(of("274", Some(50.0), Some("km/h")), Some(Face::SpeedKmph(50)));
        assert_eq!(of("R2-1", None, None), None);
        assert_eq!(of("unknown", None, None), None);
        let light = odr::Signal { dynamic: true, ..signal("R1-1", None, None) };
        assert_eq!(Face::of(&light), None);
    }

    #[test]
    fn plates_turn_to_the_reader() {
        let mut map = odr::Map::default();
        let mut road = odr::Road { name: "Main Street".into(), ..odr::Road::default() };
        road.signals.push(signal("R1-1", None, None));
        map.roads.push(road);
        let atlas = Atlas::of(&map);
        for face in [Face::Stop, Face::Name("Main Street".into())] {
            let sign =
                Sign { face, low: DVec3::new(0.0, 0.0, 2.0), look: DVec2::new(-1.0, 0.0), ground_m: 0.0 };
            let mut chunks = Chunks::default();
            sign.build(&atlas, &mut chunks);
            let front = chunks.patches.iter().find(|(k, _)| k.2 == Skin::Sign).unwrap().1;
            let first = front.faces().next().unwrap();
            let turn = (first[1].0 - first[0].0).cross(first[2].0 - first[0].0);
            assert!(turn.x < 0.0 && first[0].1.x < -0.99);
        }
    }
}
