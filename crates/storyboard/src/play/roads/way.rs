//! Ways through the network: which roads lead from one place to another, and how long they are.
//!
//! # How
//! Dijkstra's algorithm over (road, direction of travel). Both directions from the start are tried where
//! asked; roads may be driven either way, lanes may be changed, nobody turns around on a road. The lane at the
//! end is the one that the start's lane becomes by lane links (the nearest where it has none).
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3: "Routes", enumeration `RouteStrategy`.

use super::Roads;
use super::links::Entry;
use crate::play::entity::RoadPlace;
use crate::standard::RouteStrategy;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Most (road, direction) pairs looked at for one way.
pub const WAY_ROADS_MAX: usize = 50_000;
/// Speed where a road sets no limit, m/s (the German limit outside towns, 100 km/h).
const SPEED_MPS: f64 = 100.0 / 3.6;
/// Length that one intersection outweighs where few intersections are wanted, m.
const INTERSECTION_M: f64 = 1.0e6;

/// A way.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Length along the reference lines, m.
    pub length_m: f64,
    /// Roads with their directions of travel (+1 with rising s), the first and the last included.
    pub roads: Vec<(usize, i8)>,
    /// The lane at the end that the start's lane becomes; 0 where the start has none.
    pub lane: i32,
}

impl Way {
    /// Direction of travel at the start: +1 with rising s.
    pub fn first_direction(&self) -> i8 {
        self.roads.first().map_or(1, |r| r.1)
    }

    /// Direction of travel at the end.
    pub fn last_direction(&self) -> i8 {
        self.roads.last().map_or(1, |r| r.1)
    }

    /// Whether s runs the other way at the end than at the start.
    pub fn turned(&self) -> bool {
        self.first_direction() != self.last_direction()
    }

    /// Signed length: positive with rising s of the first road, m.
    pub fn ds_m(&self) -> f64 {
        f64::from(self.first_direction()) * self.length_m
    }
}

/// How far a search has come.
#[derive(Clone, Copy)]
struct Reached {
    entry: Entry,
    lane: i32,
    length_m: f64,
    from: Option<usize>,
}

impl Roads {
    /// The best way between two places. `directions` are those tried from the start (+1 with rising s);
    /// ways longer than `limit_m` are not looked for.
    pub fn way(
        &self,
        from: RoadPlace,
        to: RoadPlace,
        directions: &[i8],
        limit_m: f64,
        strategy: RouteStrategy,
    ) -> Option<Way> {
        let ahead = |s_m: f64, direction: i8| (to.s_m - s_m) * f64::from(direction) >= 0.0;
        if from.road == to.road
            && let Some(direction) = directions.iter().find(|d| ahead(from.s_m, **d))
        {
            let length_m = (to.s_m - from.s_m).abs();
            let lane = self.lane_at_s(from, to.s_m);
            return (length_m <= limit_m).then(|| Way {
                length_m,
                roads: vec![(from.road, *direction)],
                lane,
            });
        }
        let mut reached: Vec<Reached> = Vec::new();
        let mut open: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
        let mut closed: BTreeSet<(usize, i8)> = BTreeSet::new();
        let mut best: Option<(f64, usize, f64)> = None;
        for &direction in directions {
            let entry = Entry { road: from.road, s_m: from.s_m, direction };
            reached.push(Reached { entry, lane: from.lane, length_m: 0.0, from: None });
            open.push(Reverse((0, reached.len() - 1)));
        }
        while let Some(Reverse((cost_bits, at))) = open.pop() {
            let cost = f64::from_bits(cost_bits);
            let Reached { entry, lane, length_m, from: parent } = reached[at];
            if best.is_some_and(|(least, ..)| cost >= least) || closed.len() >= WAY_ROADS_MAX {
                break;
            }
            // The start's own road may be entered again from outside.
            if parent.is_some() && !closed.insert((entry.road, entry.direction)) {
                continue;
            }
            if parent.is_some() && entry.road == to.road && ahead(entry.s_m, entry.direction) {
                let rest_m = (to.s_m - entry.s_m).abs();
                let total = cost + self.cost(entry.road, rest_m, strategy);
                if length_m + rest_m <= limit_m && best.is_none_or(|(least, ..)| total < least) {
                    best = Some((total, at, length_m + rest_m));
                }
            }
            let end_m = if entry.direction > 0 { self.length_m(entry.road) } else { 0.0 };
            let through_m = (end_m - entry.s_m).abs();
            let next_m = length_m + through_m;
            if next_m > limit_m {
                continue;
            }
            let onward = self.onward(entry.road, entry.direction);
            if onward.is_empty() {
                continue;
            }
            let here = RoadPlace { road: entry.road, lane, s_m: entry.s_m, t_m: 0.0, offset_m: 0.0 };
            let at_end = RoadPlace {
                lane: if lane == 0 { 0 } else { self.lane_at_s(here, end_m) },
                s_m: end_m,
                ..here
            };
            let next_cost = cost + self.cost(entry.road, through_m, strategy);
            for next in onward {
                if closed.contains(&(next.road, next.direction)) {
                    continue;
                }
                let lane = self.lane_at_entry(at_end, entry.direction, next);
                reached.push(Reached { entry: next, lane, length_m: next_m, from: Some(at) });
                open.push(Reverse((next_cost.to_bits(), reached.len() - 1)));
            }
        }
        let (_, mut at, length_m) = best?;
        let last = reached[at];
        let last_place =
            RoadPlace { road: to.road, lane: last.lane, s_m: last.entry.s_m, t_m: 0.0, offset_m: 0.0 };
        let lane = if last.lane == 0 { 0 } else { self.lane_at_s(last_place, to.s_m) };
        let mut roads = vec![(last.entry.road, last.entry.direction)];
        while let Some(before) = reached[at].from {
            at = before;
            roads.push((reached[at].entry.road, reached[at].entry.direction));
        }
        roads.reverse();
        Some(Way { length_m, roads, lane })
    }

    /// The lane on which one goes on, by links, else the nearest across the border.
    fn lane_at_entry(&self, at_end: RoadPlace, direction: i8, entry: Entry) -> i32 {
        if at_end.lane == 0 {
            return 0;
        }
        self.lane_onward(at_end, direction, entry).unwrap_or_else(|| {
            let t_m = self.refreshed(at_end).t_m;
            let t_m = if entry.direction == direction { t_m } else { -t_m };
            self.road(entry.road).and_then(|r| super::nearest_lane(r, entry.s_m, t_m)).map_or(0, |l| l.0)
        })
    }

    fn cost(&self, road: usize, length_m: f64, strategy: RouteStrategy) -> f64 {
        match strategy {
            RouteStrategy::Shortest | RouteStrategy::Random => length_m,
            RouteStrategy::Fastest => {
                let limit = self.road(road).and_then(|r| r.speed_limit_at(0.5 * r.length_m));
                let speed = limit.and_then(|l| l.mps()).filter(|v| *v > 0.0).unwrap_or(SPEED_MPS);
                length_m / speed
            }
            RouteStrategy::LeastIntersections => {
                length_m + if self.is_connecting(road) { INTERSECTION_M } else { 0.0 }
            }
        }
    }
}
