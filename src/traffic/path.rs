//! The lanes ahead of a road user, and the choice of where to go at junctions.
//!
//! A path is a chain of lanes joined by succession; its first lane is the present one. It is extended to
//! a horizon as the road user moves. Before a junction a movement is drawn by turn probabilities from
//! all movements that own lane and neighbors offer in the room left for lane changes; a scripted route
//! decides instead where there is one.
//!
//! Units: m. Turn probabilities: chosen because about a fifth of the traffic turns to each side at urban
//! signals. It knows no destination: background traffic wanders.

use crate::base::ids::LaneId;
use crate::base::rng::{self, ChaCha8Rng};
use crate::road::{LegExit, RoadNetwork, Route, Turn};

/// Most lanes of a path.
pub const PATH_MAX: usize = 12;
/// Length to which a path is kept, m.
pub const HORIZON_M: f64 = 160.0;
/// From this distance on the movement at a junction is decided even where lanes cannot be changed
/// any more, m.
const LATE_M: f64 = 60.0;
/// Room for one lane change, m.
const CHANGE_ROOM_M: f64 = 40.0;

/// Lanes ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    lanes: [LaneId; PATH_MAX],
    len: u8,
}

impl Path {
    /// A path of one lane.
    pub fn start(lane: LaneId) -> Self {
        Self { lanes: [lane; PATH_MAX], len: 1 }
    }
    /// The lanes.
    #[inline]
    pub fn lanes(&self) -> &[LaneId] {
        &self.lanes[..usize::from(self.len)]
    }
    /// Last known lane.
    #[inline]
    pub fn last(&self) -> LaneId {
        self.lanes[usize::from(self.len) - 1]
    }
    /// Drops the first lane; false if it is the only one.
    pub fn pop(&mut self) -> bool {
        if self.len < 2 {
            return false;
        }
        self.lanes.copy_within(1..usize::from(self.len), 0);
        self.len -= 1;
        true
    }
    fn push(&mut self, lane: LaneId) -> bool {
        if usize::from(self.len) == PATH_MAX {
            return false;
        }
        self.lanes[usize::from(self.len)] = lane;
        self.len += 1;
        true
    }
}

/// What is wanted at the next junction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Turn there.
    pub turn: Turn,
    /// Lane changes to the left still wanted (negative: right).
    pub steps: i8,
}

/// How the path goes on beyond its last lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Far enough.
    Known,
    /// The lane ends; a neighbor goes on (+1 left, −1 right).
    MustChange(i8),
    /// The map ends.
    MapEnds,
}

/// Relative frequency of a turn.
fn weight(turn: Turn) -> f64 {
    match turn {
        Turn::Straight => 0.6,
        Turn::Left => 0.18,
        Turn::Right => 0.22,
        Turn::UTurn => 0.0,
    }
}

/// A movement on offer.
#[derive(Clone, Copy)]
struct Offer {
    turn: Turn,
    steps: i8,
}

/// Extends `path`, of which `along_m` of the first lane is behind; sets or clears `goal`.
pub fn extend(
    network: &RoadNetwork,
    route: Option<&Route>,
    path: &mut Path,
    along_m: f64,
    goal: &mut Option<Goal>,
    stream: &mut ChaCha8Rng,
) -> Onward {
    let mut known_m: f64 = path.lanes().iter().map(|l| network.lane(*l).length_m).sum::<f64>() - along_m;
    let mut on_this_road = path.lanes().iter().all(|l| network.lane(*l).junction.is_none());
    while known_m < HORIZON_M {
        let last = path.last();
        let lane = network.lane(last);
        let next = match planned(route, last) {
            Some(Next::Lane(next)) => Some(next),
            Some(Next::Change(side)) => {
                if path.lanes().len() == 1 {
                    *goal = Some(Goal { turn: Turn::Straight, steps: side });
                }
                // As long as there is room the path stays open; then it goes on as the lane does.
                if known_m > LATE_M || lane.successors.is_empty() {
                    return if lane.successors.is_empty() { Onward::MustChange(side) } else { Onward::Known };
                }
                lane.successors.first().copied()
            }
            None => {
                let enters_junction = lane.junction.is_none()
                    && lane.successors.first().is_some_and(|s| network.lane(*s).junction.is_some());
                if enters_junction {
                    if !on_this_road && known_m > LATE_M {
                        return Onward::Known;
                    }
                    match movement(network, last, known_m, on_this_road, goal, stream) {
                        Some(next) => Some(next),
                        None => return Onward::Known,
                    }
                } else {
                    match lane.successors.as_slice() {
                        [] => None,
                        [only] => Some(*only),
                        // "Straightest first".
                        [first, rest @ ..] => Some(if rng::uniform(stream) < 0.75 {
                            *first
                        } else {
                            rest[(rng::uniform(stream) * rest.len() as f64) as usize % rest.len()]
                        }),
                    }
                }
            }
        };
        let Some(next) = next else { return dead_end(network, last) };
        on_this_road &= network.lane(next).junction.is_none();
        if !path.push(next) {
            return Onward::Known;
        }
        known_m += network.lane(next).length_m;
    }
    Onward::Known
}

enum Next {
    Lane(LaneId),
    Change(i8),
}

/// What the route says about leaving a lane.
fn planned(route: Option<&Route>, lane: LaneId) -> Option<Next> {
    let route = route?;
    let ix = route.leg_of(lane, 0)?;
    match route.legs[ix].exit {
        LegExit::Forward => route.legs.get(ix + 1).map(|leg| Next::Lane(leg.lane)),
        LegExit::ChangeLeft => Some(Next::Change(1)),
        LegExit::ChangeRight => Some(Next::Change(-1)),
        LegExit::End => None,
    }
}

/// Movement to take from the approach lane, `room_m` before its end; `None` while lanes are to be changed.
fn movement(
    network: &RoadNetwork,
    approach: LaneId,
    room_m: f64,
    may_change: bool,
    goal: &mut Option<Goal>,
    stream: &mut ChaCha8Rng,
) -> Option<LaneId> {
    if goal.is_none() {
        *goal = draw(network, approach, if may_change { room_m } else { 0.0 }, stream);
    }
    let wanted = (*goal)?;
    if wanted.steps != 0 {
        if room_m > CHANGE_ROOM_M * 0.6 {
            return None;
        }
        // Too late to get over: take what the own lane offers.
        *goal = draw(network, approach, 0.0, stream);
    }
    let successors = &network.lane(approach).successors;
    let turn = (*goal)?.turn;
    successors.iter().find(|s| network.lane(**s).turn == turn).or(successors.first()).copied()
}

/// Draws a movement among those of the approach lane and of the neighbors that can be reached.
fn draw(network: &RoadNetwork, approach: LaneId, room_m: f64, stream: &mut ChaCha8Rng) -> Option<Goal> {
    let mut offers = [None::<Offer>; 24];
    let mut count = 0;
    let mut add = |lane: LaneId, steps: i8| {
        for next in &network.lane(lane).successors {
            if count < offers.len() {
                offers[count] = Some(Offer { turn: network.lane(*next).turn, steps });
                count += 1;
            }
        }
    };
    add(approach, 0);
    for side in [1_i8, -1] {
        let mut lane = approach;
        for step in 1..=2_i8 {
            let neighbor = if side > 0 { network.lane(lane).left } else { network.lane(lane).right };
            let Some(neighbor) = neighbor else { break };
            if room_m < CHANGE_ROOM_M * f64::from(step) {
                break;
            }
            add(neighbor, side * step);
            lane = neighbor;
        }
    }
    // One offer for each turn: the one with the fewest lane changes.
    let mut best = [None::<Offer>; 4];
    for offer in offers.iter().flatten() {
        let slot = &mut best[offer.turn as usize];
        if slot.is_none_or(|b| offer.steps.abs() < b.steps.abs()) {
            *slot = Some(*offer);
        }
    }
    let total: f64 = best.iter().flatten().map(|o| weight(o.turn)).sum();
    let mut u = rng::uniform(stream) * total;
    let mut chosen = None;
    for offer in best.iter().flatten() {
        if weight(offer.turn) <= 0.0 && total > 0.0 {
            continue;
        }
        chosen = Some(*offer);
        u -= weight(offer.turn);
        if u < 0.0 {
            break;
        }
    }
    chosen.map(|o| Goal { turn: o.turn, steps: o.steps })
}

/// A lane that leads nowhere: a lane drop beside a lane that goes on, or the border of the map.
fn dead_end(network: &RoadNetwork, lane: LaneId) -> Onward {
    for side in [-1_i8, 1] {
        let mut at = lane;
        while let Some(next) = if side > 0 { network.lane(at).left } else { network.lane(at).right } {
            if !network.lane(next).successors.is_empty() {
                return Onward::MustChange(side);
            }
            at = next;
        }
    }
    Onward::MapEnds
}
