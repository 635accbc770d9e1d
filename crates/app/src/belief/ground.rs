//! Heights of the road under overlays.
//!
//! The belief is planar: tracks, paths and detections have no height. They are drawn on the road of the
//! map; beside the road on the ground as the scene draws it, or, before there is a scene, at the height of
//! the nearest edge. Units: m, world frame.

use crate::scene::SceneGround;
use shakedown::base::math::DVec2;
use shakedown::road::{LaneCoord, RoadNetwork};

/// So far beyond a lane's border its cross slope goes on, m.
const SHOULDER_M: f64 = 1.5;

/// Two roads farther apart than this are different levels, m.
const LEVEL_M: f64 = 2.0;

/// Looks heights up near a reference height (bridges: the story the ego is on).
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    network: &'a RoadNetwork,
    scene: &'a SceneGround,
    reference_z_m: f64,
}

impl<'a> Ground<'a> {
    /// Heights of this network near `reference_z_m`.
    pub fn new(network: &'a RoadNetwork, scene: &'a SceneGround, reference_z_m: f64) -> Self {
        Self { network, scene, reference_z_m }
    }

    /// Height of the ground at a point, m; the reference height where the map has no lane at all.
    pub fn z_m(&self, p: DVec2) -> f64 {
        let Some(near) = self.network.nearest_lane(p.extend(self.reference_z_m), None) else {
            return self.reference_z_m;
        };
        let half_m = 0.5 * self.network.lane_pose(near.coord).width_m + SHOULDER_M;
        let beside = near.distance_m > half_m;
        if let Some(z_m) = self.scene.height_m(p).filter(|_| beside) {
            return z_m;
        }
        let offset_m = near.coord.offset_m.clamp(-half_m, half_m);
        let road_m = self.network.lane_pose(LaneCoord { offset_m, ..near.coord }).pose.position_m.z;
        if beside { road_m } else { road_m + self.scene.lift_m(p) }
    }
}

impl Ground<'_> {
    /// Height from the drawn scene's raster alone: some hundred times faster than [`Self::z_m`], a few
    /// centimeters off on steep roads, and the lower road of two that cross in height.
    pub fn rough_z_m(&self, p: DVec2) -> f64 {
        self.scene.height_m(p).unwrap_or_else(|| self.z_m(p))
    }
}

/// Heights on a square grid around a place: for thousands of look-ups.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    corner_m: DVec2,
    z_m: Vec<f64>,
}

impl Patch {
    /// Side of a cell, m.
    const CELL_M: f64 = 2.5;
    /// Cells along a side: 80 m around the center.
    const CELLS: usize = 64;
    /// The patch is good while the ego is this near to its center, m.
    const KEEP_M: f64 = 15.0;

    /// Takes the heights around a place, if the present ones lie elsewhere. Returns whether it did.
    pub fn follow(&mut self, ground: &Ground, center_m: DVec2) -> bool {
        let half_m = DVec2::splat(0.5 * Self::CELL_M * (Self::CELLS - 1) as f64);
        let known = !self.z_m.is_empty() && (self.corner_m + half_m).distance(center_m) < Self::KEEP_M;
        if known {
            return false;
        }
        self.corner_m = center_m - half_m;
        self.z_m.clear();
        // On a bridge the raster knows only what lies below.
        let same_level = (ground.rough_z_m(center_m) - ground.z_m(center_m)).abs() < LEVEL_M;
        for row in 0..Self::CELLS {
            for column in 0..Self::CELLS {
                let at = self.corner_m + DVec2::new(column as f64, row as f64) * Self::CELL_M;
                self.z_m.push(if same_level { ground.rough_z_m(at) } else { ground.z_m(at) });
            }
        }
        true
    }

    /// Forgets the heights (another map).
    pub fn forget(&mut self) {
        self.z_m.clear();
    }

    /// Height at a point, bilinear, m; beyond the patch that of its border, 0 when nothing is known.
    pub fn z_m(&self, p: DVec2) -> f64 {
        if self.z_m.is_empty() {
            return 0.0;
        }
        let last = (Self::CELLS - 1) as f64;
        let at = ((p - self.corner_m) / Self::CELL_M).clamp(DVec2::ZERO, DVec2::splat(last - 1e-6));
        let (column, row) = (at.x as usize, at.y as usize);
        let (u, v) = (at.x.fract(), at.y.fract());
        let z = |c: usize, r: usize| self.z_m[r * Self::CELLS + c];
        let low = z(column, row) * (1.0 - u) + z(column + 1, row) * u;
        let high = z(column, row + 1) * (1.0 - u) + z(column + 1, row + 1) * u;
        low * (1.0 - v) + high * v
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kirkland() -> RoadNetwork {
        let map = include_bytes!("../../../../assets/maps/kirkland.xodr");
        RoadNetwork::from_opendrive("kirkland", map).expect("a bundled map")
    }

    #[test]
    fn heights_are_the_road_s_on_it_and_steady_beside_it() {
        let network = kirkland();
        for lane in network.lanes.iter().step_by(17) {
            let place = network.lane_pose(LaneCoord::center(lane.id, 0.5 * lane.length_m)).pose;
            if network.nearest_lane(place.position_m, None).is_none_or(|near| near.coord.lane != lane.id) {
                continue;
            }
            let scene = SceneGround::default();
            let ground = Ground::new(&network, &scene, place.position_m.z);
            let z = ground.z_m(place.position_m.truncate());
            assert!((z - place.position_m.z).abs() < 0.05, "{z} on {}", place.position_m);
            let beside = place.position_m.truncate() + place.forward().perp() * 12.0;
            assert!((ground.z_m(beside) - z).abs() < 8.0);
        }
    }

    #[test]
    fn the_patch_agrees_with_the_road_and_follows_the_ego() {
        let network = kirkland();
        let lane = network.lanes.iter().find(|lane| lane.length_m > 60.0).expect("a long lane");
        let at = network.lane_pose(LaneCoord::center(lane.id, 30.0)).pose.position_m;
        let scene = SceneGround::default();
        let ground = Ground::new(&network, &scene, at.z);
        let mut patch = Patch::default();
        assert!(patch.follow(&ground, at.truncate()));
        assert!(!patch.follow(&ground, at.truncate() + DVec2::X * 10.0));
        assert!((patch.z_m(at.truncate()) - at.z).abs() < 0.5);
        assert!(patch.follow(&ground, at.truncate() + DVec2::X * 20.0));
        patch.forget();
        assert_eq!(patch.z_m(at.truncate()), 0.0);
    }
}
