//! What the storyboard's conditions see: distances, speeds, signals, modes.
//!
//! - **Gap**: distance between the bumpers along the road: along the lane graph up to 500 m ahead or
//!   behind, beyond it (or off the road, or against the traffic) along the first entity's heading. At least 0.
//! - **Headway**: gap over the first entity's speed; infinite when it stands.
//! - **Time to collision**: gap over the speed at which the two approach; infinite when they do not.
//! - **Time to place**: straight distance over the entity's speed.
//!
//! Conditions on somebody who is not there do not hold.

use crate::base::ids::ParticipantId;
use crate::base::math::DVec2;
use crate::base::time::SimTime;
use crate::road::{Lane, LaneCoord, RoadNetwork};
use crate::scenario::storyboard::{ConditionView, StoryboardState, compare};
use crate::scenario::{ConditionTest, Storyboard};
use crate::sim::tick::Clock;
use crate::state::automation::FeatureMode;
use crate::state::messages::Happening;
use crate::state::signal::{Indication, Lens, LensColor, LensShape, LitLenses};
use crate::state::truth::{GroundTruth, ObjectTruth, Presence, SignalStates};

/// Speed below which somebody stands, m/s (chosen as the field's players have it).
const STANDING_MPS: f64 = 0.01;
/// How far ahead the lane graph is searched, m.
const REACH_M: f64 = 500.0;
/// Most lanes looked at in one search.
const LANES_MAX: usize = 128;

/// What a condition means in this run.
#[derive(Clone, Copy, Debug, Default)]
struct Meaning {
    first: Option<ParticipantId>,
    second: Option<ParticipantId>,
    place_m: Option<DVec2>,
    /// Bit of the happening in `EventLog::happened`.
    happening: u64,
}

/// Resolved names and what has to be remembered between ticks.
#[derive(Debug, Default)]
pub(super) struct Memory {
    meanings: Vec<Meaning>,
    needs_odometer: bool,
    needs_standing: bool,
    traveled_m: Vec<f64>,
    standing_since: Vec<Option<SimTime>>,
}

impl Memory {
    pub(super) fn new(board: &Storyboard, network: &RoadNetwork, truth: &GroundTruth) -> Self {
        let mut memory = Self {
            traveled_m: vec![0.0; truth.objects.len()],
            standing_since: vec![None; truth.objects.len()],
            ..Self::default()
        };
        let who = |name: &String| find(truth, name).map(|o| o.id);
        for condition in StoryboardState::conditions_of(board) {
            let mut meaning = Meaning::default();
            match &condition.test {
                ConditionTest::Speed(a, ..) => meaning.first = who(a),
                ConditionTest::TraveledDistance(a, ..) => {
                    memory.needs_odometer = true;
                    meaning.first = who(a);
                }
                ConditionTest::StandStill(a, _) => {
                    memory.needs_standing = true;
                    meaning.first = who(a);
                }
                ConditionTest::Gap(a, b, ..)
                | ConditionTest::Distance(a, b, ..)
                | ConditionTest::Headway(a, b, ..)
                | ConditionTest::TimeToCollision(a, b, ..) => {
                    meaning.first = who(a);
                    meaning.second = who(b);
                }
                ConditionTest::ReachPosition(a, place, _) | ConditionTest::TimeToPlace(a, place, ..) => {
                    meaning.first = who(a);
                    meaning.place_m = Some(network.lane_pose(place.coord).pose.position_m.truncate());
                }
                ConditionTest::Happened(name) => meaning.happening = Happening::bit_of(name),
                ConditionTest::Time(..)
                | ConditionTest::SignalIs(..)
                | ConditionTest::FeatureMode(_)
                | ConditionTest::EventState(..) => {}
            }
            memory.meanings.push(meaning);
        }
        memory
    }

    /// Brings odometers and times of standing up to the start of this tick.
    pub(super) fn advance(&mut self, truth: &GroundTruth, clock: &Clock) {
        if self.needs_odometer && clock.tick > 0 {
            for (traveled_m, object) in self.traveled_m.iter_mut().zip(&truth.objects) {
                if object.presence != Presence::Absent {
                    *traveled_m += object.motion.speed_mps.abs() * clock.dt_s();
                }
            }
        }
        if self.needs_standing {
            for (since, object) in self.standing_since.iter_mut().zip(&truth.objects) {
                let stands =
                    object.presence != Presence::Absent && object.motion.speed_mps.abs() < STANDING_MPS;
                *since = if stands { since.or(Some(clock.time)) } else { None };
            }
        }
    }
}

fn find<'t>(truth: &'t GroundTruth, name: &str) -> Option<&'t ObjectTruth> {
    truth.objects.iter().find(|o| &*o.name == name)
}

/// The view of one tick.
pub(super) struct View<'w> {
    pub memory: &'w Memory,
    pub truth: &'w GroundTruth,
    pub network: &'w RoadNetwork,
    pub signals: Option<&'w SignalStates>,
    pub mode: Option<FeatureMode>,
    pub happened: u64,
    pub now: SimTime,
}

impl View<'_> {
    fn present(&self, id: Option<ParticipantId>) -> Option<&ObjectTruth> {
        let object = self.truth.objects.get(id?.ix())?;
        (object.presence != Presence::Absent).then_some(object)
    }

    /// Value of a test that compares a quantity, or `None` where there is none.
    fn quantity(&self, meaning: &Meaning, test: &ConditionTest) -> Option<f64> {
        let a = self.present(meaning.first)?;
        match test {
            ConditionTest::Speed(..) => return Some(a.motion.speed_mps),
            ConditionTest::TraveledDistance(..) => return self.memory.traveled_m.get(a.id.ix()).copied(),
            ConditionTest::StandStill(..) => {
                let since = (*self.memory.standing_since.get(a.id.ix())?)?;
                return Some(self.now.since_s(since));
            }
            ConditionTest::ReachPosition(..) => {
                return Some(a.pose.position_m.truncate().distance(meaning.place_m?));
            }
            ConditionTest::TimeToPlace(..) => {
                let distance_m = a.pose.position_m.truncate().distance(meaning.place_m?);
                return Some(time_s(distance_m, a.motion.speed_mps));
            }
            _ => {}
        }
        let b = self.present(meaning.second)?;
        match test {
            ConditionTest::Distance(..) => Some(a.pose.position_m.distance(b.pose.position_m)),
            ConditionTest::Gap(..) => Some(gap_m(self.network, a, b)),
            ConditionTest::Headway(..) => Some(time_s(gap_m(self.network, a, b), a.motion.speed_mps)),
            ConditionTest::TimeToCollision(..) => {
                let towards = (b.center_m - a.center_m).normalize_or_zero();
                let velocity = |o: &ObjectTruth| o.motion.velocity_mps(o.pose.heading_rad);
                let closing_mps = (velocity(a) - velocity(b)).dot(towards);
                Some(time_s(gap_m(self.network, a, b), closing_mps))
            }
            _ => None,
        }
    }
}

impl ConditionView for View<'_> {
    fn holds(&mut self, condition: usize, test: &ConditionTest) -> bool {
        let Some(meaning) = self.memory.meanings.get(condition) else { return false };
        match test {
            ConditionTest::SignalIs(face, wanted) => {
                let Some(signals) = self.signals else { return false };
                let lenses = self.network.signals.get(face.ix()).map(|f| f.lenses.as_slice());
                indication(lenses.unwrap_or_default(), signals.of_face(*face)) == *wanted
            }
            ConditionTest::FeatureMode(mode) => self.mode == Some(*mode),
            ConditionTest::Happened(_) => self.happened & meaning.happening != 0,
            ConditionTest::ReachPosition(_, _, within_m) => {
                self.quantity(meaning, test).is_some_and(|d| d <= *within_m)
            }
            ConditionTest::StandStill(_, for_s) => {
                self.quantity(meaning, test).is_some_and(|s| s >= *for_s - 1e-9)
            }
            ConditionTest::Speed(_, comparison, limit)
            | ConditionTest::TraveledDistance(_, comparison, limit)
            | ConditionTest::Gap(_, _, comparison, limit)
            | ConditionTest::Distance(_, _, comparison, limit)
            | ConditionTest::Headway(_, _, comparison, limit)
            | ConditionTest::TimeToCollision(_, _, comparison, limit)
            | ConditionTest::TimeToPlace(_, _, comparison, limit) => {
                self.quantity(meaning, test).is_some_and(|v| compare(v, *comparison, *limit))
            }
            ConditionTest::Time(..) | ConditionTest::EventState(..) => false,
        }
    }

    fn speed_mps(&mut self, entity: &str) -> Option<f64> {
        find(self.truth, entity).map(|o| o.motion.speed_mps)
    }
}

fn time_s(distance_m: f64, speed_mps: f64) -> f64 {
    if speed_mps > 1e-6 { distance_m / speed_mps } else { f64::INFINITY }
}

/// Bumper-to-bumper distance along the road, m, at least 0.
fn gap_m(network: &RoadNetwork, a: &ObjectTruth, b: &ObjectTruth) -> f64 {
    let on_graph = match (a.lane, b.lane) {
        (Some(from), Some(to)) => {
            ahead_m(network, from, to).or_else(|| ahead_m(network, to, from).map(|d| -d))
        }
        _ => None,
    };
    let ahead_m = on_graph
        .unwrap_or_else(|| (b.pose.position_m.truncate() - a.pose.position_m.truncate()).dot(a.forward));
    let free_m = if ahead_m >= 0.0 {
        ahead_m - a.extent.front_x_m() - b.extent.rear_m
    } else {
        -ahead_m - b.extent.front_x_m() - a.extent.rear_m
    };
    free_m.max(0.0)
}

/// Distance from `from` ahead to `to` (or to the place beside it), m; negative if it lies behind on the
/// same stretch; `None` if it does not lie ahead within reach.
fn ahead_m(network: &RoadNetwork, from: LaneCoord, to: LaneCoord) -> Option<f64> {
    let goal = network.lanes.get(to.lane.ix())?;
    let start = network.lanes.get(from.lane.ix())?;
    if let Some(at_m) = beside(start, goal, to.along_m) {
        return Some(at_m - from.along_m);
    }
    let mut stack = [(from.lane, 0.0); LANES_MAX];
    let (mut top, mut looked) = (0, 0);
    for next in &start.successors {
        if top < LANES_MAX {
            stack[top] = (*next, start.length_m - from.along_m);
            top += 1;
        }
    }
    let mut best: Option<f64> = None;
    while top > 0 && looked < LANES_MAX {
        top -= 1;
        looked += 1;
        let (id, before_m) = stack[top];
        let lane = network.lane(id);
        if let Some(at_m) = beside(lane, goal, to.along_m) {
            best = Some(best.map_or(before_m + at_m, |b: f64| b.min(before_m + at_m)));
            continue;
        }
        let end_m = before_m + lane.length_m;
        if end_m > REACH_M || best.is_some_and(|b| end_m >= b) {
            continue;
        }
        for next in &lane.successors {
            if top < LANES_MAX {
                stack[top] = (*next, end_m);
                top += 1;
            }
        }
    }
    best
}

/// Where on `lane` a place of `goal` lies, m, if the two run side by side.
fn beside(lane: &Lane, goal: &Lane, along_m: f64) -> Option<f64> {
    if lane.id == goal.id {
        return Some(along_m);
    }
    let same = |a: f64, b: f64| (a - b).abs() < 1e-3;
    let parallel = lane.road == goal.road
        && same(lane.s_from_m, goal.s_from_m)
        && same(lane.s_to_m, goal.s_to_m)
        && goal.length_m > 0.0;
    parallel.then(|| along_m * lane.length_m / goal.length_m)
}

/// What a face shows, from its lit lenses: the most restrictive of what is lit.
fn indication(lenses: &[Lens], lit: LitLenses) -> Indication {
    let mut shown = Indication::Dark;
    let mut rank = 0;
    for (ix, lens) in lenses.iter().enumerate().take(16) {
        if lit.mask >> ix & 1 == 0 {
            continue;
        }
        let flashes =
            lit.flashing >> ix & 1 == 1 || lens.flashing == crate::state::signal::Flashing::Flashing;
        let (found, strength) = match (lens.shape, lens.color) {
            (LensShape::Pedestrian, LensColor::White) => (Indication::Walk, 1),
            (LensShape::Pedestrian, _) if flashes => (Indication::PedestrianClearance, 2),
            (LensShape::Pedestrian, _) => (Indication::DontWalk, 3),
            (_, LensColor::Red) if flashes => (Indication::FlashingRed, 6),
            (_, LensColor::Red) => (Indication::Red, 5),
            (_, LensColor::Yellow) if flashes => (Indication::FlashingYellow, 3),
            (_, LensColor::Yellow) => (Indication::Yellow, 4),
            (LensShape::ArrowLeft | LensShape::ArrowRight, _) => (Indication::GreenArrow, 2),
            (LensShape::Circle, _) => (Indication::Green, 1),
        };
        if strength > rank {
            (shown, rank) = (found, strength);
        }
    }
    shown
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
