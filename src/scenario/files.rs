//! What a scenario may refer to. Loaders do no IO: whoever calls them hands in a [`Files`].

use crate::road::RoadNetwork;
use crate::state::automation::AutomationLevel;
use crate::state::pose::LaneCoord;
use std::sync::Arc;

/// Kinds of names a scenario can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Maps.
    Map,
    /// Vehicles, pedestrians and obstacles.
    Vehicle,
    /// Sensor suites of the ego.
    SensorSuite,
    /// Sensors and kinds of sensors.
    Sensor,
    /// Features of driving automation.
    Feature,
    /// Features of one level.
    FeatureOf(AutomationLevel),
    /// Limits of an operational design domain (`rain_mmph_max`).
    OddLimit,
    /// Metrics.
    Metric,
}

/// Why there is no map.
#[derive(Clone, Debug, PartialEq)]
pub enum MapFailure {
    /// No map of this name.
    Unknown,
    /// There is one, but it cannot be used; why.
    Broken(String),
}

/// Why there is no such place.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceProblem {
    /// The map has no such road.
    NoRoad,
    /// The road ends before.
    BeyondEnd {
        /// Its length, m.
        length_m: f64,
    },
    /// The road has no such lane there; those it has.
    NoLane {
        /// Lane ids at that s, from right to left.
        lanes: Vec<i32>,
    },
}

/// Files that a scenario refers to.
pub trait Files {
    /// The map of this name (bundled, or a path relative to the scenario).
    fn map(&self, name: &str) -> Result<Arc<RoadNetwork>, MapFailure>;

    /// All names of a kind; `None` = not known, so names of that kind are not checked.
    fn names(&self, kind: NameKind) -> Option<Vec<String>>;

    /// The place on the lane graph, on the center of the lane.
    fn place(&self, map: &RoadNetwork, road: &str, lane: i32, s_m: f64) -> Result<LaneCoord, PlaceProblem> {
        resolve_place(map, road, lane, s_m)
    }

    /// Whether the lane graph leads from a place through others in order.
    fn leads_through(&self, map: &RoadNetwork, from: LaneCoord, via: &[LaneCoord]) -> bool {
        let mut at = from;
        via.iter().all(|to| {
            let behind = to.lane == at.lane && to.along_m < at.along_m;
            let found = match behind {
                // The same lane again: only by a way round.
                true => map.lane(at.lane).successors.iter().any(|next| {
                    let start = LaneCoord::center(*next, 0.0);
                    map.route(start, to.lane).is_some()
                }),
                false => map.route(at, to.lane).is_some(),
            };
            at = *to;
            found
        })
    }
}

/// Looks a place up in the network.
pub fn resolve_place(map: &RoadNetwork, road: &str, lane: i32, s_m: f64) -> Result<LaneCoord, PlaceProblem> {
    let found = map.roads.iter().find(|r| r.id == road).ok_or(PlaceProblem::NoRoad)?;
    if s_m > found.length_m + 1e-6 {
        return Err(PlaceProblem::BeyondEnd { length_m: found.length_m });
    }
    let coord = map.coord_of(road, lane, s_m, 0.0);
    coord.ok_or_else(|| {
        let spans = |l: &crate::road::Lane| {
            let (lo, hi) = (l.s_from_m.min(l.s_to_m), l.s_from_m.max(l.s_to_m));
            (lo - 1e-6..=hi + 1e-6).contains(&s_m)
        };
        let mut lanes: Vec<i32> =
            found.lanes.iter().map(|id| map.lane(*id)).filter(|l| spans(l)).map(|l| l.odr_lane).collect();
        lanes.sort_unstable();
        lanes.dedup();
        PlaceProblem::NoLane { lanes }
    })
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::base::ids::LaneId;

    /// One straight road `r1` of 1000 m with the lanes -1 and 1, and one junction `j1` with a head `h1`.
    pub(crate) struct OneRoad;

    impl Files for OneRoad {
        fn map(&self, name: &str) -> Result<Arc<RoadNetwork>, MapFailure> {
            match name {
                "one_road" => {
                    let junction = crate::road::Junction {
                        id: "j1".to_owned(),
                        control: crate::road::JunctionControl::Signal,
                        lanes: Vec::new(),
                        groups: Vec::new(),
                        center_m: Default::default(),
                        radius_m: 10.0,
                    };
                    let mut map = RoadNetwork::default();
                    map.name = name.to_owned();
                    map.junctions.push(junction);
                    Ok(Arc::new(map))
                }
                _ => Err(MapFailure::Unknown),
            }
        }
        fn names(&self, kind: NameKind) -> Option<Vec<String>> {
            let names: &[&str] = match kind {
                NameKind::Map => &["one_road"],
                NameKind::Vehicle => &["car", "truck", "pedestrian"],
                NameKind::SensorSuite => &["usual"],
                NameKind::OddLimit => &["rain_mmph_max", "visibility_m_min"],
                NameKind::Metric => &["ttc_min_s"],
                NameKind::Sensor | NameKind::Feature | NameKind::FeatureOf(_) => return None,
            };
            Some(names.iter().map(|n| (*n).to_owned()).collect())
        }
        fn place(&self, _: &RoadNetwork, road: &str, lane: i32, s_m: f64) -> Result<LaneCoord, PlaceProblem> {
            match (road, lane) {
                ("r1", _) if s_m > 1000.0 => Err(PlaceProblem::BeyondEnd { length_m: 1000.0 }),
                ("r1", -1) => Ok(LaneCoord::center(LaneId(0), s_m)),
                ("r1", 1) => Ok(LaneCoord::center(LaneId(1), 1000.0 - s_m)),
                ("r1", _) => Err(PlaceProblem::NoLane { lanes: vec![-1, 1] }),
                _ => Err(PlaceProblem::NoRoad),
            }
        }
        fn leads_through(&self, _: &RoadNetwork, from: LaneCoord, via: &[LaneCoord]) -> bool {
            via.iter().all(|v| v.lane == from.lane)
        }
    }
}
