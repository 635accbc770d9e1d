//! Nearest lane: an R-tree over short chunks of center lines.
//!
//! # Equations
//! Score of a lane at a point: `distance to its center line − half its width`, so that the border between
//! two lanes lies on their common edge whatever their widths, plus [`AGAINST_M`] where the given heading
//! runs against it, plus the height difference beyond [`STORY_M`] (bridges). Least score wins, then the
//! lower id. The search looks at growing squares until no lane outside can win.
//!
//! # What it does not do
//! It knows only lanes that vehicles travel along (driving, bus, biking).

use super::RoadNetwork;
use super::centerline::Foot;
use crate::base::ids::LaneId;
use crate::base::math::{self, DVec2, DVec3};
use rstar::{AABB, RTree, RTreeObject};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Extra distance of a lane that runs against the heading, m.
const AGAINST_M: f64 = 3.0;
/// Height difference that says nothing, m (half a clear height).
const STORY_M: f64 = 2.0;
/// Most that height adds to the score, m.
const HEIGHT_PENALTY_M_MAX: f64 = 20.0;
/// Intervals in one chunk. Chosen: chunks of some 8 m make boxes about as long as a lane is wide.
const CHUNK: usize = 8;
/// First search square's half side, m.
const FIRST_REACH_M: f64 = 6.0;

/// A stretch of a center line.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    lane: LaneId,
    from: u32,
    low: [f64; 2],
    high: [f64; 2],
}

impl RTreeObject for Chunk {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

/// Spatial index of a network and its look-ups by id.
#[derive(Clone, Debug, Default)]
pub struct SpatialIndex {
    tree: RTree<Chunk>,
    half_width_m_max: f64,
    reach_m_max: f64,
    /// Roads by OpenDRIVE id.
    pub(super) roads: BTreeMap<String, u32>,
    /// Junctions by OpenDRIVE id.
    pub(super) junctions: BTreeMap<String, u32>,
    /// Faces by OpenDRIVE id.
    pub(super) signals: BTreeMap<String, u32>,
}

/// A candidate lane with its score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub lane: LaneId,
    pub foot: Foot,
    pub score_m: f64,
}

impl SpatialIndex {
    /// Builds the index of a network whose lanes are complete.
    pub(super) fn new(network: &RoadNetwork) -> Self {
        let mut chunks = Vec::new();
        let mut half_width_m_max = 0.0_f64;
        let (mut low_all, mut high_all) = (DVec2::ZERO, DVec2::ZERO);
        for lane in network.lanes.iter().filter(|l| l.kind.is_drivable()) {
            let samples = &lane.line.samples;
            for from in (0..samples.len() - 1).step_by(CHUNK) {
                let part = &samples[from..(from + CHUNK + 1).min(samples.len())];
                let mut low = DVec2::splat(f64::INFINITY);
                let mut high = DVec2::splat(f64::NEG_INFINITY);
                for s in part {
                    low = low.min(s.position_m.truncate());
                    high = high.max(s.position_m.truncate());
                    half_width_m_max = half_width_m_max.max(0.5 * s.width_m);
                }
                low_all = low_all.min(low);
                high_all = high_all.max(high);
                chunks.push(Chunk {
                    lane: lane.id,
                    from: from as u32,
                    low: low.to_array(),
                    high: high.to_array(),
                });
            }
        }
        Self {
            tree: RTree::bulk_load(chunks),
            half_width_m_max,
            reach_m_max: (high_all - low_all).length(),
            ..Self::default()
        }
    }

    /// Fills the look-ups by id; the first of equal ids wins.
    pub(super) fn add_ids(
        &mut self,
        roads: &[super::Road],
        junctions: &[super::Junction],
        signals: &[super::SignalFace],
    ) {
        fn by_id<'a>(
            ids: impl DoubleEndedIterator<Item = &'a String>,
            count: usize,
        ) -> BTreeMap<String, u32> {
            ids.rev().zip((0..count as u32).rev()).map(|(id, i)| (id.clone(), i)).collect()
        }
        self.roads = by_id(roads.iter().map(|r| &r.id), roads.len());
        self.junctions = by_id(junctions.iter().map(|j| &j.id), junctions.len());
        self.signals = by_id(signals.iter().map(|s| &s.id), signals.len());
    }

    /// Lanes with a chunk whose box meets the given one, by id.
    pub(super) fn lanes_in(&self, low: DVec2, high: DVec2) -> Vec<LaneId> {
        let square = AABB::from_corners(low.to_array(), high.to_array());
        let mut lanes: Vec<LaneId> =
            self.tree.locate_in_envelope_intersecting(square).map(|chunk| chunk.lane).collect();
        lanes.sort();
        lanes.dedup();
        lanes
    }

    /// The lane with the least score among those that pass `wanted`.
    pub(super) fn nearest(
        &self,
        network: &RoadNetwork,
        position_m: DVec3,
        heading_rad: Option<f64>,
        wanted: impl Fn(LaneId) -> bool,
    ) -> Option<Candidate> {
        let p = position_m.truncate();
        if !position_m.is_finite() || self.tree.size() == 0 {
            return None;
        }
        let forward = heading_rad.map(math::unit);
        let mut reach_m = FIRST_REACH_M;
        // Beyond this square lies no lane: the map's diagonal, seen from the map's far side.
        let last_reach_m = 2.0 * (self.reach_m_max + p.length() + FIRST_REACH_M);
        loop {
            let mut best: Option<Candidate> = None;
            let square = AABB::from_corners([p.x - reach_m, p.y - reach_m], [p.x + reach_m, p.y + reach_m]);
            let _ = self.tree.locate_in_envelope_intersecting_int(square, |chunk: &Chunk| {
                if wanted(chunk.lane) {
                    let found = candidate(network, chunk.lane, chunk.from as usize, position_m, forward);
                    if best.is_none_or(|b| {
                        found.score_m < b.score_m || (found.score_m == b.score_m && found.lane < b.lane)
                    }) {
                        best = Some(found);
                    }
                }
                ControlFlow::<()>::Continue(())
            });
            // A lane outside the square is at least `reach_m` away.
            let settled = best.is_some_and(|b| b.score_m <= reach_m - self.half_width_m_max);
            if settled || reach_m > last_reach_m {
                return best;
            }
            reach_m *= 4.0;
        }
    }
}

/// Foot and score of a point on a lane, starting the descent at the interval `from`.
pub(super) fn candidate(
    network: &RoadNetwork,
    lane: LaneId,
    from: usize,
    position_m: DVec3,
    forward: Option<DVec2>,
) -> Candidate {
    let line = &network.lane(lane).line;
    let foot = line.project_from(nearest_vertex(line, from, position_m.truncate()), position_m.truncate());
    let s = &line.samples[foot.interval];
    let mut score_m = foot.distance_m - 0.5 * s.width_m;
    if forward.is_some_and(|f| f.dot(s.tangent) < 0.0) {
        score_m += AGAINST_M;
    }
    score_m += ((position_m.z - s.position_m.z).abs() - STORY_M).clamp(0.0, HEIGHT_PENALTY_M_MAX);
    Candidate { lane, foot, score_m }
}

/// Nearest vertex of a chunk, where the descent to the foot point starts.
fn nearest_vertex(line: &super::centerline::CenterLine, from: usize, p: DVec2) -> usize {
    let end = (from + CHUNK + 1).min(line.samples.len());
    let mut best = (f64::INFINITY, from);
    for (i, s) in line.samples[from..end].iter().enumerate() {
        let d = (s.position_m.truncate() - p).length_squared();
        if d < best.0 {
            best = (d, from + i);
        }
    }
    best.1
}
