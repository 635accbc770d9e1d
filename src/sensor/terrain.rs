//! Hills as sensors meet them: which part of an object a crest hides.
//!
//! ```text
//! hidden height at the target = max over samples of  z_eye + (z_ground − margin − z_eye)/t,  t = share of the way
//! ```
//!
//! The ground is a raster of road heights made once from the lanes' center lines; where no road is, nothing
//! is known and nothing hides. Maps with little relief get no raster, so that flat worlds cost nothing.
//!
//! Units and frames: world, m. Validity: grades up to 25 % (the margin covers half a cell of it). Not
//! modeled: embankments, buildings, vegetation beside the road.

use crate::base::math::{DVec2, DVec3};
use crate::road::{LaneCoord, RoadNetwork};

/// Heights of the road surface.
#[derive(Clone, Debug, Default)]
pub struct Terrain {
    corner_m: DVec2,
    columns: usize,
    rows: usize,
    height_m: Vec<f32>,
}

/// Side of a cell, m.
const CELL_M: f64 = 2.5;
/// Spacing of the samples along lanes, m.
const SPACING_M: f64 = 2.0;
/// Largest raster, cells (a square map of 5 km); bigger maps get none.
const CELLS_MAX: usize = 4_000_000;
/// Relief below which a map counts as flat, m.
const RELIEF_MIN_M: f64 = 1.0;
/// What the ground must stand over the line of sight to hide, m: half a cell at a grade of 20 %.
const MARGIN_M: f64 = 0.25;
/// Samples along a line of sight.
const SAMPLES: u32 = 14;
/// Last sample as a share of the way: the target's own grade must not hide it.
const LAST_SHARE: f64 = 0.9;

impl Terrain {
    /// Raster of these ground points; `None` when they are flat, too few or too far apart.
    pub fn from_points(points_m: &[DVec3]) -> Option<Self> {
        let first = *points_m.first()?;
        let (mut low, mut high) = (first, first);
        for point in points_m {
            low = low.min(*point);
            high = high.max(*point);
        }
        if high.z - low.z < RELIEF_MIN_M {
            return None;
        }
        let corner_m = low.truncate() - DVec2::splat(CELL_M);
        let span = (high.truncate() - corner_m) / CELL_M;
        let (columns, rows) = (span.x as usize + 2, span.y as usize + 2);
        if columns.saturating_mul(rows) > CELLS_MAX {
            return None;
        }
        let mut terrain = Self { corner_m, columns, rows, height_m: vec![f32::NAN; columns * rows] };
        let mut sums = vec![(0.0_f64, 0_u32); columns * rows];
        for point in points_m {
            if let Some(cell) = terrain.cell(point.truncate()) {
                sums[cell].0 += point.z;
                sums[cell].1 += 1;
            }
        }
        for (height, (sum, count)) in terrain.height_m.iter_mut().zip(&sums) {
            if *count > 0 {
                *height = (sum / f64::from(*count)) as f32;
            }
        }
        Some(terrain)
    }

    /// Raster of a map's lanes.
    pub fn from_network(network: &RoadNetwork) -> Option<Self> {
        let mut points = Vec::new();
        for lane in &network.lanes {
            let steps = (lane.length_m / SPACING_M) as u32 + 1;
            for step in 0..=steps {
                let along_m = (f64::from(step) * SPACING_M).min(lane.length_m);
                points.push(network.lane_pose(LaneCoord::center(lane.id, along_m)).pose.position_m);
            }
        }
        Self::from_points(&points)
    }

    fn cell(&self, place_m: DVec2) -> Option<usize> {
        let at = (place_m - self.corner_m) / CELL_M;
        if at.x < 0.0 || at.y < 0.0 {
            return None;
        }
        let (column, row) = (at.x as usize, at.y as usize);
        (column < self.columns && row < self.rows).then_some(row * self.columns + column)
    }

    /// Height of the ground, m, where a road is.
    pub fn height_m(&self, place_m: DVec2) -> Option<f64> {
        let height = self.height_m[self.cell(place_m)?];
        (!height.is_nan()).then(|| f64::from(height))
    }

    /// Height (world z, m) below which the ground hides things at `target_m` from `eye_m`;
    /// −∞ when the view is free.
    pub fn hidden_below_m(&self, eye_m: DVec3, target_m: DVec2) -> f64 {
        let (from, way) = (eye_m.truncate(), target_m - eye_m.truncate());
        let mut hidden = f64::NEG_INFINITY;
        for sample in 1..=SAMPLES {
            let share = LAST_SHARE * f64::from(sample) / f64::from(SAMPLES);
            if let Some(ground) = self.height_m(from + way * share) {
                hidden = hidden.max(eye_m.z + (ground - MARGIN_M - eye_m.z) / share);
            }
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight road along x with this height profile.
    fn road(profile: impl Fn(f64) -> f64) -> Option<Terrain> {
        let points: Vec<DVec3> = (0..400)
            .flat_map(|i| {
                let x = f64::from(i);
                let z = profile(x);
                [-1.5, 1.5].map(|y| DVec3::new(x, y, z))
            })
            .collect();
        Terrain::from_points(&points)
    }

    #[test]
    fn a_crest_hides_what_lies_behind_it() {
        // Up 8 % for 60 m, then down 8 %.
        let terrain = road(|x| 4.8 - 0.08 * (x - 60.0).abs()).expect("relief");
        let hidden_over_ground = |x: f64| {
            let eye = DVec3::new(10.0, 0.0, 0.8 + 1.4);
            terrain.hidden_below_m(eye, DVec2::new(x, 0.0)) - (4.8 - 0.08 * (x - 60.0).abs())
        };
        assert!(hidden_over_ground(50.0) < 0.3, "{}", hidden_over_ground(50.0));
        assert!(hidden_over_ground(110.0) > 2.0, "{}", hidden_over_ground(110.0));
        assert!(hidden_over_ground(80.0) < hidden_over_ground(110.0));
    }

    #[test]
    fn the_raster_follows_the_streets_of_a_hilly_map() {
        let map = include_bytes!("../../assets/maps/kirkland.xodr");
        let network = RoadNetwork::from_opendrive("kirkland", map).expect("a bundled map");
        let terrain = Terrain::from_network(&network).expect("Kirkland has hills");
        let (mut known, mut worst) = (0, 0.0_f64);
        for lane in &network.lanes {
            let along_m = 0.37 * lane.length_m;
            let place = network.lane_pose(LaneCoord::center(lane.id, along_m)).pose.position_m;
            // A lane may cut the corner of a cell between two samples: nothing is known there.
            if let Some(ground) = terrain.height_m(place.truncate()) {
                known += 1;
                worst = worst.max((ground - place.z).abs());
            }
        }
        assert!(known * 10 > network.lanes.len() * 9, "{known} of {}", network.lanes.len());
        assert!(worst < 0.6, "{worst} m off");
        // Along every lane of some length a mast sees the foot of the next one 12 m on.
        let blind = network.lanes.iter().filter(|lane| lane.length_m > 40.0).filter(|lane| {
            let at = |m: f64| network.lane_pose(LaneCoord::center(lane.id, m)).pose.position_m;
            terrain.hidden_below_m(at(10.0) + DVec3::Z * 1.7, at(22.0).truncate()) > at(22.0).z + 0.5
        });
        let blind = blind.count();
        assert!(blind * 100 <= network.lanes.len(), "{blind} lanes");

        let flat = include_bytes!("../../assets/maps/straight.xodr");
        let network = RoadNetwork::from_opendrive("straight", flat).expect("a bundled map");
        assert!(Terrain::from_network(&network).is_none());
    }

    #[test]
    fn an_even_grade_hides_nothing_and_flat_maps_have_no_raster() {
        assert!(road(|_| 12.0).is_none());
        for grade in [0.05, -0.12, 0.2] {
            let terrain = road(|x| grade * x).expect("relief");
            let eye = DVec3::new(5.0, 0.0, grade * 5.0 + 1.4);
            for x in [30.0, 80.0, 150.0] {
                let hidden = terrain.hidden_below_m(eye, DVec2::new(x, 0.0)) - grade * x;
                assert!(hidden < 0.3, "{grade} at {x} m: {hidden}");
            }
        }
        let off_road = road(|x| 0.05 * x).expect("relief");
        assert_eq!(
            off_road.hidden_below_m(DVec3::new(0.0, 50.0, 0.0), DVec2::new(300.0, 60.0)),
            f64::NEG_INFINITY
        );
    }
}
