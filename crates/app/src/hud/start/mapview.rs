//! A map from above, drawn from its lanes: as a picture where a scenario has none, and to pick a start on.
//!
//! World: east and north, m; the picture has north up.

use super::super::theme::{self, WEAK, font};
use bevy_egui::egui::{Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};
use shakedown::base::math::DVec2;
use shakedown::road::{LaneCoord, LaneKind, RoadNetwork};

/// Distance of points along a lane, m.
const STEP_M: f64 = 6.0;
/// Distance of points in the coarse drawing, m.
const COARSE_M: f64 = 30.0;

/// A lane's center line.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke2 {
    /// Points, m.
    pub points_m: Vec<DVec2>,
    /// Width of the lane at its middle, m.
    pub width_m: f64,
    /// Whether it lies in a junction.
    pub junction: bool,
}

/// Lines of a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// Every driving lane.
    pub lanes: Vec<Stroke2>,
    /// The streets alone, with few points.
    pub coarse: Vec<Vec<DVec2>>,
    /// South-west corner, m.
    pub min_m: DVec2,
    /// North-east corner, m.
    pub max_m: DVec2,
}

impl Sketch {
    /// Draws a network.
    pub fn of(network: &RoadNetwork) -> Self {
        let mut sketch = Self { min_m: DVec2::MAX, max_m: DVec2::MIN, ..Self::default() };
        for lane in network.lanes.iter().filter(|l| l.kind == LaneKind::Driving) {
            let line = |step_m: f64| -> Vec<DVec2> {
                let pieces = (lane.length_m / step_m).ceil().max(1.0) as usize;
                let at = |i: usize| {
                    let along_m = lane.length_m * i as f64 / pieces as f64;
                    network.lane_pose(LaneCoord::center(lane.id, along_m)).pose.position_m.truncate()
                };
                (0..=pieces).map(at).collect()
            };
            let points_m = line(STEP_M);
            for p in &points_m {
                sketch.min_m = sketch.min_m.min(*p);
                sketch.max_m = sketch.max_m.max(*p);
            }
            let middle = LaneCoord::center(lane.id, lane.length_m * 0.5);
            let width_m = network.lane_pose(middle).width_m;
            if lane.junction.is_none() && lane.left.is_none() {
                sketch.coarse.push(line(COARSE_M));
            }
            sketch.lanes.push(Stroke2 { points_m, width_m, junction: lane.junction.is_some() });
        }
        if sketch.lanes.is_empty() {
            (sketch.min_m, sketch.max_m) = (DVec2::ZERO, DVec2::ONE);
        }
        sketch
    }

    /// How the map lies in a rectangle.
    pub fn fit(&self, rect: Rect) -> Fit {
        let size = (self.max_m - self.min_m).max(DVec2::splat(1.0));
        let scale = (f64::from(rect.width()) / size.x).min(f64::from(rect.height()) / size.y);
        Fit { center_m: (self.min_m + self.max_m) * 0.5, scale, center: rect.center() }
    }
}

/// World ↔ picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    center_m: DVec2,
    scale: f64,
    center: Pos2,
}

impl Fit {
    /// A place of the world in the picture.
    pub fn point(&self, at_m: DVec2) -> Pos2 {
        let d = (at_m - self.center_m) * self.scale;
        self.center + vec2(d.x as f32, -d.y as f32)
    }
    /// A place of the picture in the world, m.
    pub fn world(&self, at: Pos2) -> DVec2 {
        let d = at - self.center;
        self.center_m + DVec2::new(f64::from(d.x), f64::from(-d.y)) / self.scale
    }
    /// Points of a meter.
    pub fn scale(&self) -> f32 {
        self.scale as f32
    }
}

/// Streets in one color, for a small picture.
pub fn paint_coarse(painter: &Painter, sketch: &Sketch, rect: Rect, stroke: Stroke) {
    let fit = sketch.fit(rect);
    for line in &sketch.coarse {
        painter.add(Shape::line(line.iter().map(|p| fit.point(*p)).collect(), stroke));
    }
}

/// All lanes with their widths.
pub fn paint_lanes(painter: &Painter, sketch: &Sketch, fit: &Fit) {
    let asphalt = Color32::from_rgb(104, 117, 132);
    let crossing = Color32::from_rgb(82, 93, 106);
    for pass in [true, false] {
        for lane in sketch.lanes.iter().filter(|l| l.junction == pass) {
            let width = (lane.width_m as f32 * fit.scale()).max(2.2) * 0.92;
            let color = if lane.junction { crossing } else { asphalt };
            let points = lane.points_m.iter().map(|p| fit.point(*p)).collect();
            painter.add(Shape::line(points, Stroke::new(width, color)));
        }
    }
}

/// An arrow along the driving direction.
pub fn paint_arrow(painter: &Painter, fit: &Fit, at_m: DVec2, heading_rad: f64, color: Color32) {
    let at = fit.point(at_m);
    let forward = vec2(heading_rad.cos() as f32, -heading_rad.sin() as f32);
    let side = vec2(-forward.y, forward.x);
    let points = [
        at + forward * 11.0,
        at - forward * 7.0 + side * 7.0,
        at - forward * 3.0,
        at - forward * 7.0 - side * 7.0,
    ];
    // Two triangles: an arrow head with a notch is not convex.
    for half in [[0, 1, 2], [0, 2, 3]] {
        let triangle = half.iter().map(|i| points[*i]).collect();
        painter.add(Shape::convex_polygon(triangle, color, Stroke::NONE));
    }
    painter.circle_stroke(at, 13.0, Stroke::new(1.5, color));
}

/// A flag at the destination.
pub fn paint_flag(painter: &Painter, fit: &Fit, at_m: DVec2, color: Color32) {
    let at = fit.point(at_m);
    painter.line_segment([at, at - vec2(0.0, 20.0)], Stroke::new(2.0, color));
    let cloth = vec![at - vec2(0.0, 20.0), at + vec2(13.0, -15.5), at - vec2(0.0, 11.0)];
    painter.add(Shape::convex_polygon(cloth, color, Stroke::NONE));
    painter.circle_filled(at, 3.0, color);
}

/// A bar of a round length, at the lower left.
pub fn paint_scale(painter: &Painter, fit: &Fit, rect: Rect) {
    let longest_m = f64::from(rect.width()) * 0.25 / f64::from(fit.scale()).max(1e-6);
    let length_m = [10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0]
        .into_iter()
        .take_while(|l| *l <= longest_m)
        .last()
        .unwrap_or(10.0);
    let at = rect.left_bottom() + vec2(14.0, -14.0);
    let end = at + vec2(length_m as f32 * fit.scale(), 0.0);
    let stroke = Stroke::new(1.5, WEAK);
    painter.line_segment([at, end], stroke);
    for x in [at.x, end.x] {
        painter.line_segment([pos2(x, at.y - 4.0), pos2(x, at.y + 1.0)], stroke);
    }
    painter.text(
        end + vec2(6.0, -1.0),
        Align2::LEFT_CENTER,
        format!("{length_m} m"),
        font(theme::CAPTION),
        WEAK,
    );
}

/// Size of a picture that fills a width at 16:9.
pub fn wide(width: f32) -> Vec2 {
    vec2(width, width * 9.0 / 16.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::cli::assets::Assets;
    use shakedown::scenario::{Files, NameKind};

    #[test]
    fn maps_fit_their_pictures_both_ways() {
        let assets = Assets::open().unwrap();
        for map in assets.names(NameKind::Map).unwrap() {
            let network = assets.map(&map).unwrap();
            let sketch = Sketch::of(&network);
            let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(400.0, 300.0));
            let fit = sketch.fit(rect);
            let mut points = 0;
            for lane in &sketch.lanes {
                for p in &lane.points_m {
                    assert!(rect.expand(0.01).contains(fit.point(*p)), "{map}: {p}");
                    assert!((fit.world(fit.point(*p)) - *p).length() < 0.05, "{map}: {p}");
                    points += 1;
                }
            }
            assert!(!sketch.coarse.is_empty(), "{map}");
            assert!(points < 60_000, "{map}: {points} points are too many to draw each frame");
        }
    }

    #[test]
    fn north_is_up() {
        let fit = Fit { center_m: DVec2::ZERO, scale: 1.0, center: pos2(0.0, 0.0) };
        assert_eq!(fit.point(DVec2::new(2.0, 3.0)), pos2(2.0, -3.0));
    }
}
