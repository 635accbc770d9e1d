//! Queries of the road network.

use super::*;
use crate::base::ids::{JunctionIx, LaneId, RoadIx, SignalIx};
use crate::base::math::{DVec2, DVec3};

impl RoadNetwork {
    /// Builds the network from a parsed OpenDRIVE map.
    pub fn from_opendrive(_name: &str, _bytes: &[u8]) -> Result<Self, RoadError> {
        todo!()
    }
    /// The lane with this id.
    #[inline]
    pub fn lane(&self, id: LaneId) -> &Lane {
        &self.lanes[id.ix()]
    }
    /// The road with this index.
    pub fn road(&self, ix: RoadIx) -> &Road {
        &self.roads[ix.ix()]
    }
    /// The junction with this index.
    pub fn junction(&self, ix: JunctionIx) -> &Junction {
        &self.junctions[ix.ix()]
    }
    /// The face with this index.
    pub fn signal(&self, ix: SignalIx) -> &SignalFace {
        &self.signals[ix.ix()]
    }
    /// Geometry at a lane place, O(1). `along_m` is clamped to the lane.
    pub fn lane_pose(&self, _coord: LaneCoord) -> LanePose {
        todo!()
    }
    /// Nearest lane of a drivable kind to a world point, O(log n). With a heading, lanes that run within
    /// 90° of it are preferred (a lane the other way costs an extra 3 m of distance).
    pub fn nearest_lane(&self, _position_m: DVec3, _heading_rad: Option<f64>) -> Option<NearestLane> {
        todo!()
    }
    /// Follows a moving point from its last known place in O(1): checks the lane, its neighbors and
    /// successors; prefers lanes in `route_hint`. Falls back to [`Self::nearest_lane`].
    pub fn track_lane(
        &self,
        _last: LaneCoord,
        _position_m: DVec2,
        _heading_rad: f64,
        _route: Option<&Route>,
    ) -> Option<LaneCoord> {
        todo!()
    }
    /// Height of the road surface at a planar point near a known lane place, m, with (pitch, roll) along
    /// `heading_rad`.
    pub fn surface_at(&self, _near: LaneCoord, _position_m: DVec2, _heading_rad: f64) -> (f64, f64, f64) {
        todo!()
    }
    /// Advances along the lane graph by `distance_m`, taking the first successor at forks unless the
    /// route says otherwise; `None` at a dead end.
    pub fn advance(&self, _from: LaneCoord, _distance_m: f64, _route: Option<&Route>) -> Option<LaneCoord> {
        todo!()
    }
    /// Shortest route (by time at the limit, lane changes cost 5 s) from a place to a lane.
    pub fn route(&self, _from: LaneCoord, _to: LaneId) -> Option<Route> {
        todo!()
    }
    /// Shortest route through waypoints in order.
    pub fn route_via(&self, _from: LaneCoord, _via: &[LaneId]) -> Option<Route> {
        todo!()
    }
    /// Travel coordinates of a place in OpenDRIVE terms; `lane_offset_m` along t.
    pub fn coord_of(
        &self,
        _road_id: &str,
        _lane_id: i32,
        _s_m: f64,
        _lane_offset_m: f64,
    ) -> Option<LaneCoord> {
        todo!()
    }
    /// A place in OpenDRIVE terms.
    pub fn road_coord(&self, _coord: LaneCoord) -> RoadCoord<'_> {
        todo!()
    }
    /// Junction with this OpenDRIVE id.
    pub fn junction_by_id(&self, _id: &str) -> Option<JunctionIx> {
        todo!()
    }
    /// Face with this OpenDRIVE id.
    pub fn signal_by_id(&self, _id: &str) -> Option<SignalIx> {
        todo!()
    }
    /// Whether the point lies on a lane of a drivable kind (or within `margin_m` of one).
    pub fn on_drivable(&self, _position_m: DVec3, _margin_m: f64) -> bool {
        todo!()
    }
}

/// Spatial index over center-line samples.
#[derive(Clone, Debug, Default)]
pub struct SpatialIndex {}

/// Why a network could not be built.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    /// The file is not usable OpenDRIVE; all problems with their places.
    #[error("{0}")]
    Map(String),
}

impl Route {
    /// Leg index of a lane at or after `from_leg`.
    pub fn leg_of(&self, _lane: LaneId, _from_leg: usize) -> Option<usize> {
        todo!()
    }
    /// Next connecting lane (in a junction) at or after a leg, with its distance ahead of `along_m` on that leg.
    pub fn next_connecting(
        &self,
        _network: &RoadNetwork,
        _leg: usize,
        _along_m: f64,
    ) -> Option<(LaneId, f64)> {
        todo!()
    }
}
