//! A junction's area: its edge in the world and the heights of its elevation grid.
//!
//! # Equations
//! The grid's corners stand at `s = sStart + i·spacing`, `t = k·spacing` along the junction's reference line; between
//! them heights are bilinear in s and t (the standard asks for interpolation and does not say which). The edge runs
//! counter-clockwise: along outer lane borders, and straight across roads from the left border to the right one at a
//! road's end, the other way round at its start.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §12.10 (boundary), §12.11 (elevation grid).
//!
//! # What it does not do
//! Roads keep their own heights inside of a junction: the grid is for those who ask it.

use super::nearest::nearest_on;
use crate::limits::{PIECES_MAX, STEP_M_MIN};
use crate::model::{BoundarySegment, ElevationGrid, GridRow, Junction, Map, Road, RoadStation};

impl GridRow {
    /// Height at the corner `k` squares left (right where negative) of the reference line, metres.
    fn height_m(&self, k: i64) -> Option<f64> {
        let side = if k > 0 { &self.left_m } else { &self.right_m };
        match usize::try_from(k.unsigned_abs()).ok()? {
            0 => Some(self.center_m),
            far => side.get(far - 1).copied(),
        }
    }
}

impl ElevationGrid {
    /// Height at (s, t) of the junction's reference line, metres; `None` outside of the grid.
    pub fn height_m(&self, s_m: f64, t_m: f64) -> Option<f64> {
        if self.spacing_m.is_nan() || self.spacing_m <= 0.0 || self.rows.is_empty() {
            return None;
        }
        let (row, column) = ((s_m - self.s_start_m) / self.spacing_m, t_m / self.spacing_m);
        let last = (self.rows.len() - 1) as f64;
        if !(0.0..=last).contains(&row) || !column.is_finite() || column.abs() > PIECES_MAX as f64 {
            return None;
        }
        let i = row.floor().min((last - 1.0).max(0.0));
        let k = column.floor();
        let (u, v) = (row - i, column - k);
        let corner = |di: usize, dk: i64| {
            // A corner with no weight need not exist.
            let unused = (di == 1 && u == 0.0) || (dk == 1 && v == 0.0);
            if unused { Some(0.0) } else { self.rows.get(i as usize + di)?.height_m(k as i64 + dk) }
        };
        let along = |dk: i64| Some((1.0 - u) * corner(0, dk)? + u * corner(1, dk)?);
        let right = along(0)?;
        if v == 0.0 { Some(right) } else { Some((1.0 - v) * right + v * along(1)?) }
    }
}

impl Junction {
    /// Height of the junction's elevation grid at a place in the world, metres; `None` without one and outside of it.
    pub fn grid_height_m(&self, x_m: f64, y_m: f64) -> Option<f64> {
        let grid = self.elevation_grid.as_ref()?;
        let foot = nearest_on(&self.plan_view, x_m, y_m)?;
        grid.height_m(foot.s_m, foot.t_m)
    }
}

impl Map {
    /// A junction's edge in the world: x, y, z, metres, counter-clockwise, with points along lanes at most `step_m`
    /// apart. Empty where the file gives none; segments of roads that do not exist are left out.
    pub fn junction_boundary(&self, junction: &Junction, step_m: f64) -> Vec<[f64; 3]> {
        let step_m = if step_m.is_finite() { step_m.max(STEP_M_MIN) } else { 1.0 };
        let mut edge: Vec<[f64; 3]> = Vec::new();
        for segment in &junction.boundary {
            let points = match segment {
                BoundarySegment::Lane { road_id, lane_id, from, to } => {
                    self.road(road_id).map(|road| along_lane(road, *lane_id, [*from, *to], step_m))
                }
                BoundarySegment::Joint { road_id, contact, lane_start, lane_end, .. } => {
                    self.road(road_id).map(|road| across(road, *contact, [*lane_start, *lane_end]))
                }
            };
            edge.extend(points.into_iter().flatten());
            if edge.len() > PIECES_MAX {
                edge.truncate(PIECES_MAX);
                break;
            }
        }
        edge
    }
}

fn point(road: &Road, s_m: f64, t_m: f64) -> [f64; 3] {
    let p = road.position(s_m, t_m);
    [p.x_m, p.y_m, p.z_m]
}

/// The outer border of a lane; in falling s where it runs so.
fn along_lane(road: &Road, lane_id: i32, ends: [RoadStation; 2], step_m: f64) -> Vec<[f64; 3]> {
    let [from, to] = ends.map(|e| e.s_m(road.length_m));
    let count = ((to - from).abs() / step_m).ceil().clamp(1.0, PIECES_MAX as f64) as usize;
    let place = |i: usize| {
        let s_m = from + (to - from) * i as f64 / count as f64;
        road.lane_span_at(lane_id, s_m).map(|span| point(road, s_m, span.outer_t_m))
    };
    (0..=count).filter_map(place).collect()
}

/// Straight across the lanes of a road.
fn across(road: &Road, contact: RoadStation, lanes: [Option<i32>; 2]) -> Vec<[f64; 3]> {
    let s_m = contact.s_m(road.length_m);
    let Some(section) = road.section_at(s_m) else { return Vec::new() };
    let [low_id, high_id] = match lanes {
        [Some(a), Some(b)] => [a.min(b), a.max(b)],
        [Some(a), None] | [None, Some(a)] => [a, a],
        [None, None] => [i32::MIN, i32::MAX],
    };
    let spans = section.lanes().filter(|l| (low_id..=high_id).contains(&l.id));
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for span in spans.filter_map(|l| road.lane_span_at(l.id, s_m)) {
        low = low.min(span.inner_t_m).min(span.outer_t_m);
        high = high.max(span.inner_t_m).max(span.outer_t_m);
    }
    if low > high {
        return Vec::new();
    }
    let ts = match contact {
        RoadStation::Start => [low, high],
        RoadStation::End | RoadStation::At(_) => [high, low],
    };
    ts.map(|t_m| point(road, s_m, t_m)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cubic, Curve, Geometry, Lane, LaneSection};
    use crate::problem::Place;

    fn line(x_m: f64, y_m: f64, heading_rad: f64, length_m: f64) -> Geometry {
        Geometry { s_m: 0.0, x_m, y_m, heading_rad, length_m, curve: Curve::Line, at: Place::default() }
    }

    #[test]
    fn the_grid_is_bilinear_and_ends_at_its_last_corners() {
        let row =
            |center_m, left: f64, right: f64| GridRow { center_m, left_m: vec![left], right_m: vec![right] };
        let grid = ElevationGrid {
            spacing_m: 10.0,
            s_start_m: 5.0,
            rows: vec![row(0.0, 1.0, 2.0), row(4.0, 5.0, 8.0)],
        };
        let check = |s, t, expect: Option<f64>| assert_eq!(grid.height_m(s, t), expect, "({s}, {t})");
        check(5.0, 0.0, Some(0.0));
        check(10.0, 0.0, Some(2.0));
        check(15.0, 0.0, Some(4.0));
        check(10.0, 5.0, Some(2.5));
        check(10.0, 10.0, Some(3.0));
        check(10.0, -5.0, Some(3.5));
        check(15.0, -10.0, Some(8.0));
        check(15.1, 0.0, None);
        check(4.9, 0.0, None);
        check(10.0, 10.1, None);
        check(10.0, f64::NAN, None);
        assert_eq!(ElevationGrid { spacing_m: 0.0, ..grid.clone() }.height_m(5.0, 0.0), None);
    }

    /// Two roads that meet in a junction of 10 m: `a` ends at x = 0, `b` begins at x = 10; lanes of 3 m to both sides.
    #[test]
    fn the_edge_runs_counter_clockwise() {
        let road = |id: &str, x_m: f64| {
            let widths = vec![Cubic { a: 3.0, ..Cubic::default() }];
            let lane = |id| Lane { id, widths: widths.clone(), ..Lane::default() };
            Road {
                id: id.to_owned(),
                length_m: 20.0,
                plan_view: vec![line(x_m, 0.0, 0.0, 20.0)],
                lane_sections: vec![LaneSection {
                    left: vec![lane(1)],
                    right: vec![lane(-1)],
                    ..LaneSection::default()
                }],
                ..Road::default()
            }
        };
        let mut through = road("c", 0.0);
        through.length_m = 10.0;
        let mut map = Map { roads: vec![road("a", -20.0), road("b", 10.0), through], ..Map::default() };
        map.reindex();
        let joint = |road_id: &str, contact| BoundarySegment::Joint {
            road_id: road_id.to_owned(),
            contact,
            lane_start: None,
            lane_end: None,
            transition_m: None,
        };
        let lane = |lane_id, from, to| BoundarySegment::Lane { road_id: "c".to_owned(), lane_id, from, to };
        let text = br#"<OpenDRIVE><header revMajor="1" revMinor="8"/><junction id="j"/></OpenDRIVE>"#;
        let mut junction = crate::parse(text, "").unwrap().map.junctions.remove(0);
        junction.boundary = vec![
            joint("a", RoadStation::End),
            lane(-1, RoadStation::Start, RoadStation::End),
            joint("b", RoadStation::Start),
            lane(1, RoadStation::End, RoadStation::At(0.0)),
            joint("nowhere", RoadStation::End),
        ];
        let edge = map.junction_boundary(&junction, 5.0);
        assert_eq!(edge.len(), 2 + 3 + 2 + 3);
        let area: f64 = (0..edge.len())
            .map(|i| (edge[i], edge[(i + 1) % edge.len()]))
            .map(|(a, b)| 0.5 * (a[0] * b[1] - a[1] * b[0]))
            .sum();
        assert!((area - 60.0).abs() < 1e-9, "{area}: {edge:?}");
        // One lane alone.
        junction.boundary = vec![BoundarySegment::Joint {
            road_id: "a".to_owned(),
            contact: RoadStation::End,
            lane_start: Some(-1),
            lane_end: Some(-1),
            transition_m: None,
        }];
        assert_eq!(map.junction_boundary(&junction, 5.0), [[0.0, 0.0, 0.0], [0.0, -3.0, 0.0]]);
        // The grid in the world: the junction's own line runs north from (5, −5).
        assert_eq!(junction.grid_height_m(5.0, 0.0), None);
        junction.plan_view = vec![line(5.0, -5.0, std::f64::consts::FRAC_PI_2, 10.0)];
        let row = |z: f64| GridRow { center_m: z, left_m: vec![z], right_m: vec![z] };
        junction.elevation_grid =
            Some(ElevationGrid { spacing_m: 10.0, s_start_m: 0.0, rows: vec![row(0.0), row(10.0)] });
        let z = junction.grid_height_m(8.0, 0.0).unwrap();
        assert!((z - 5.0).abs() < 1e-9, "{z}");
    }
}
