//! Which junction the bird's eye looks at.

use crate::belief::EgoRoute;
use crate::stage::RunInfo;
use shakedown::base::ids::JunctionIx;
use shakedown::base::math::DVec3;
use shakedown::road::RoadNetwork;
use shakedown::state::pose::{LaneCoord, Pose};

/// A junction to look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Which.
    pub junction: JunctionIx,
    /// Center on the ground, m.
    pub center_m: DVec3,
    /// Radius, m.
    pub radius_m: f64,
    /// Heading of the approach that is looked along, rad.
    pub heading_rad: f64,
}

/// The junction the ego is in or comes to next on its route; else the one nearest to `near`.
pub fn choose(run: &RunInfo, route: &EgoRoute, lane: Option<LaneCoord>, near: &Pose) -> Option<Target> {
    let network = run.network();
    let lane = lane.filter(|at| at.lane.ix() < network.lanes.len());
    let here = lane.filter(|at| network.lane(at.lane).junction.is_some()).map(|at| at.lane);
    let next = || lane.and_then(|at| route.next_movement(run, at)).map(|(connecting, _)| connecting);
    if let Some(connecting) = here.or_else(next)
        && let Some(junction) = network.lane(connecting).junction
    {
        let entry = network.lane_pose(LaneCoord::center(connecting, 0.0)).pose;
        return Some(target(network, junction, entry.heading_rad));
    }
    let junction = nearest(network, near)?;
    Some(target(network, junction, near.heading_rad))
}

fn target(network: &RoadNetwork, junction: JunctionIx, heading_rad: f64) -> Target {
    let of = network.junction(junction);
    let height = |id| network.lane_pose(LaneCoord::center(id, 0.0)).pose.position_m.z;
    let z_m = of.lanes.first().map_or(0.0, |id| height(*id));
    Target { junction, center_m: of.center_m.extend(z_m), radius_m: of.radius_m, heading_rad }
}

/// The nearest junction that has lanes.
fn nearest(network: &RoadNetwork, near: &Pose) -> Option<JunctionIx> {
    let place = near.position_m.truncate();
    network
        .junctions
        .iter()
        .enumerate()
        .filter(|(_, junction)| !junction.lanes.is_empty())
        .min_by(|a, b| a.1.center_m.distance_squared(place).total_cmp(&b.1.center_m.distance_squared(place)))
        .map(|(ix, _)| JunctionIx(ix as u32))
}

/// Lowest and highest corner of the map's lanes, m; `None` for a map without lanes.
pub fn bounds(network: &RoadNetwork) -> Option<(DVec3, DVec3)> {
    let mut corners: Option<(DVec3, DVec3)> = None;
    for lane in &network.lanes {
        for share in [0.0, 0.5, 1.0] {
            let at = network.lane_pose(LaneCoord::center(lane.id, share * lane.length_m)).pose.position_m;
            corners = Some(corners.map_or((at, at), |(low, high)| (low.min(at), high.max(at))));
        }
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn austin() -> RoadNetwork {
        let map = include_bytes!("../../../../assets/maps/austin.xodr");
        RoadNetwork::from_opendrive("austin", map).expect("a bundled map")
    }

    #[test]
    fn the_nearest_junction_is_found_from_its_own_center() {
        let network = austin();
        for (ix, junction) in network.junctions.iter().enumerate().filter(|(_, j)| !j.lanes.is_empty()) {
            let here = Pose::planar(junction.center_m.x, junction.center_m.y, 0.0);
            assert_eq!(nearest(&network, &here), Some(JunctionIx(ix as u32)));
            let found = target(&network, JunctionIx(ix as u32), 0.0);
            assert!(found.radius_m > 1.0);
        }
        assert_eq!(nearest(&RoadNetwork::default(), &Pose::default()), None);
    }

    #[test]
    fn bounds_hold_every_lane() {
        let network = austin();
        let (low, high) = bounds(&network).expect("lanes");
        for lane in &network.lanes {
            let at = network.lane_pose(LaneCoord::center(lane.id, 0.0)).pose.position_m;
            assert!(at.cmpge(low).all() && at.cmple(high).all());
        }
        assert_eq!(bounds(&RoadNetwork::default()), None);
    }
}
