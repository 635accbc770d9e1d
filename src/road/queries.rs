//! Look-ups of the road network.

use super::*;
use crate::base::ids::{JunctionIx, LaneId, RoadIx, SignalIx};
use crate::base::math::{self, DVec3};
use crate::state::pose::Pose;

/// Nothing farther from a lane's border than this counts as on the road through its edges, m.
const EDGE_M: f64 = 1e-6;

impl RoadNetwork {
    /// The network of a scenario without a map: open flat ground at height 0. Every query answers that there is
    /// nothing: no lane near, no route, no signal.
    pub fn empty() -> Self {
        Self::default()
    }
    /// Whether there is no lane at all.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// The lane with this id, which this network gave out.
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

    /// Geometry at a lane place, O(1). `along_m` is clamped to the lane. On a lane that this network does not have
    /// (an empty network has none): the origin, without width.
    #[inline]
    pub fn lane_pose(&self, coord: LaneCoord) -> LanePose {
        let Some(lane) = self.lanes.get(coord.lane.ix()) else {
            return LanePose { pose: Pose::default(), curvature_per_m: 0.0, width_m: 0.0 };
        };
        let spot = lane.line.spot(coord.along_m);
        let mut position_m = spot.position();
        if coord.offset_m != 0.0 {
            let across = spot.tangent().perp() * coord.offset_m;
            position_m += across.extend(coord.offset_m * spot.mix(|s| s.cross_slope));
        }
        LanePose {
            pose: Pose {
                position_m,
                heading_rad: math::wrap_pi(spot.mix(|s| s.heading_rad)),
                pitch_rad: spot.mix(|s| s.pitch_rad),
                roll_rad: spot.mix(|s| s.roll_rad),
            },
            curvature_per_m: spot.mix(|s| s.curvature_per_m),
            width_m: spot.mix(|s| s.width_m),
        }
    }

    /// Nearest lane of a drivable kind (driving, bus, biking) to a world point, O(log n): the one whose
    /// edge lies farthest outside the point, so that a point inside a lane belongs to it. With a heading,
    /// lanes that run within 90° of it are preferred (a lane the other way costs an extra 3 m of
    /// distance); lanes more than 2 m above or below cost the difference, up to 20 m.
    pub fn nearest_lane(&self, position_m: DVec3, heading_rad: Option<f64>) -> Option<NearestLane> {
        let found = self.index.nearest(self, position_m, heading_rad, |_| true)?;
        let spot = self.lane(found.lane).line.spot(found.foot.along_m);
        Some(NearestLane {
            coord: LaneCoord { lane: found.lane, along_m: found.foot.along_m, offset_m: found.foot.offset_m },
            distance_m: found.foot.distance_m,
            heading_rad: math::wrap_pi(spot.mix(|s| s.heading_rad)),
        })
    }

    /// Travel coordinates of a place in OpenDRIVE terms; `lane_offset_m` along t (to the left of the
    /// reference line). `None` where there is no such lane at that s.
    pub fn coord_of(&self, road_id: &str, lane_id: i32, s_m: f64, lane_offset_m: f64) -> Option<LaneCoord> {
        let road = &self.roads[*self.index.roads.get(road_id)? as usize];
        if !(-EDGE_M..=road.length_m + EDGE_M).contains(&s_m) {
            return None;
        }
        // At the border of two sections the later one holds; at the road's end the last one.
        let holds = |l: &&Lane| {
            let (low, high) = (l.s_from_m.min(l.s_to_m), l.s_from_m.max(l.s_to_m));
            let first = l.twin.is_none_or(|twin| l.id < twin);
            first && l.odr_lane == lane_id && low - EDGE_M <= s_m && s_m <= high + EDGE_M
        };
        let lane = road.lanes.iter().rev().map(|id| self.lane(*id)).find(holds)?;
        let along_m = lane.line.along_at_road_s(s_m);
        let offset_m = if lane.runs_with_s() { lane_offset_m } else { -lane_offset_m };
        // Offsets across the reference line stand askew to a lane that tapers.
        let (sin, cos) = math::sin_cos(lane.line.spot(along_m).mix(|s| s.skew_rad));
        Some(LaneCoord {
            lane: lane.id,
            along_m: (along_m + offset_m * sin).clamp(0.0, lane.length_m),
            offset_m: offset_m * cos,
        })
    }

    /// A place in OpenDRIVE terms. On a lane that this network does not have: a road without a name.
    pub fn road_coord(&self, coord: LaneCoord) -> RoadCoord<'_> {
        let Some(lane) = self.lanes.get(coord.lane.ix()) else {
            return RoadCoord { road_id: "", lane_id: 0, s_m: 0.0, lane_offset_m: 0.0 };
        };
        let spot = lane.line.spot(coord.along_m);
        let mut s_m = spot.mix(|s| s.road_s_m);
        let mut offset_m = coord.offset_m;
        let skew_rad = spot.mix(|s| s.skew_rad);
        if skew_rad != 0.0 && offset_m != 0.0 {
            let (sin, cos) = math::sin_cos(skew_rad);
            offset_m /= cos.max(0.1);
            s_m = lane.line.spot(coord.along_m - offset_m * sin).mix(|s| s.road_s_m);
        }
        RoadCoord {
            road_id: &self.roads[lane.road.ix()].id,
            lane_id: lane.odr_lane,
            s_m,
            lane_offset_m: if lane.runs_with_s() { offset_m } else { -offset_m },
        }
    }

    /// Road with this OpenDRIVE id.
    pub fn road_by_id(&self, id: &str) -> Option<RoadIx> {
        self.index.roads.get(id).copied().map(RoadIx)
    }
    /// Junction with this OpenDRIVE id.
    pub fn junction_by_id(&self, id: &str) -> Option<JunctionIx> {
        self.index.junctions.get(id).copied().map(JunctionIx)
    }
    /// Face with this OpenDRIVE id.
    pub fn signal_by_id(&self, id: &str) -> Option<SignalIx> {
        self.index.signals.get(id).copied().map(SignalIx)
    }

    /// Whether the point lies on a lane that vehicles may be on — driving, bus, biking, or beside one of
    /// these on its shoulder or parking lane — or within `margin_m` of one.
    pub fn on_drivable(&self, position_m: DVec3, margin_m: f64) -> bool {
        let Some(found) = self.index.nearest(self, position_m, None, |_| true) else { return false };
        if found.score_m <= margin_m {
            return true;
        }
        // Shoulders and parking lanes are no lanes of the index: look across the nearest lane's road.
        let lane = self.lane(found.lane);
        let s_m = lane.line.spot(found.foot.along_m).mix(|s| s.road_s_m);
        let p = position_m.truncate();
        self.roads[lane.road.ix()].lanes.iter().map(|id| self.lane(*id)).any(|l| {
            let paved = matches!(l.kind, LaneKind::Shoulder | LaneKind::Parking);
            if !paved || s_m < l.s_from_m.min(l.s_to_m) || s_m > l.s_from_m.max(l.s_to_m) {
                return false;
            }
            let from = l.line.interval(l.line.along_at_road_s(s_m));
            let foot = l.line.project_from(from, p);
            foot.distance_m - 0.5 * l.line.samples[foot.interval].width_m <= margin_m
        })
    }
}
