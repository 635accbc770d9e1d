//! Pedestrians: waiting, crossing, strolling; one small state machine and a social force.
//!
//! ```text
//! Rest → Stroll → Wait → Cross → Rest …            (background)
//! Stand → Follow → Stand                           (scenario: way points, on `walk`)
//! ```
//!
//! Motion: dv/dt = (v₀ e − v)/τ + Σ (V⁰/σ) e^(−d/σ) n over others in front, |v| ≤ 1.3 v₀ (Helbing &
//! Molnár 1995: v₀ 1.34 ± 0.26 m/s, τ 0.5 s, V⁰ 2.1 m²/s², σ 0.3 m).
//! Crossing without a signal: a gap is taken if everybody who comes arrives later than the own exit of
//! that lane plus a margin (HCM critical gap: L/S_p + 3 s start and end clearance; the margin is its
//! part that is not walking). Jaywalkers misjudge arrival times by a log-normal error with σ 0.25
//! (chosen: people err by a quarter) and leave half the margin.
//!
//! Units: m, m/s, s. On the way a walker stops before a lane whose traffic does not yield, and hurries in
//! one. Way points of scenarios are walked without looking: the scenario wants the conflict.
//! Not modeled: groups, children's behavior, people on their phones.

use crate::base::ids::{CrosswalkIx, LaneId, ParticipantId};
use crate::base::math::{self, DVec2, exp};
use crate::base::rng::{self, ChaCha8Rng};
use crate::maneuver::Surroundings;
use crate::road::LaneCoord;
use crate::state::object::ObjectClass;
use crate::state::signal::Indication;
use bevy::prelude::Component;

/// Relaxation time τ, s.
const RELAX_S: f64 = 0.5;
/// Strength of the repulsion V⁰/σ, m/s².
const REPULSION_MPS2: f64 = 7.0;
/// Range of the repulsion σ, m.
const RANGE_M: f64 = 0.3;
/// Body radius, m.
const BODY_M: f64 = 0.35;
/// Margin after the own exit of a lane, s.
const MARGIN_S: f64 = 2.0;
/// Farthest vehicle looked at, m.
const LOOK_M: f64 = 120.0;

/// One lane to be crossed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneStrip {
    /// Lane.
    pub lane: LaneId,
    /// Where the walk crosses it, along the lane, m.
    pub along_m: f64,
    /// Near edge, from end 0 of the crossing, m.
    pub from_m: f64,
    /// Far edge, m.
    pub to_m: f64,
}

/// A way over a road.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Crosswalk, if it is one.
    pub crosswalk: Option<CrosswalkIx>,
    /// Its ends at the curbs, m.
    pub ends_m: [DVec2; 2],
    /// Lanes in between.
    pub strips: Vec<LaneStrip>,
}

impl Crossing {
    fn length_m(&self) -> f64 {
        self.ends_m[0].distance(self.ends_m[1])
    }
    /// Where people stand before they cross from an end, m.
    pub fn waiting_place(&self, end: usize, side_m: f64) -> DVec2 {
        let axis = (self.ends_m[1] - self.ends_m[0]).normalize_or_zero();
        let outward = if end == 0 { -axis } else { axis };
        self.ends_m[end] + outward * 1.2 + axis.perp() * side_m
    }
}

/// What a walker does.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Stands until told.
    Stand,
    /// Walks way points of the scenario; the index of the next one.
    Follow(usize),
    /// Stands for a while, s.
    Rest(f64),
    /// Walks to the waiting place of an end.
    Stroll(usize),
    /// Waits at an end for a gap or the signal, s.
    Wait(usize, f64),
    /// Crosses from an end.
    Cross(usize),
}

/// A rule broken by a walker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jaywalk {
    /// Steps onto the road where or when pedestrians may not.
    Begins,
}

/// A pedestrian.
#[derive(Component, Clone, Debug)]
pub struct Walker {
    /// Position, m.
    pub position_m: DVec2,
    /// Velocity, m/s.
    pub velocity_mps: DVec2,
    /// Heading, rad.
    pub heading_rad: f64,
    /// Desired speed v₀, m/s.
    pub pace_mps: f64,
    /// Factor on the desired speed now, –.
    pub hurry: f64,
    /// What it does.
    pub task: Task,
    /// Crossing it uses.
    pub crossing: Option<Crossing>,
    /// Way points of the scenario, m.
    pub points_m: Vec<DVec2>,
    /// Sideways place on the crossing, m.
    pub side_m: f64,
    /// Crosses by gaps, whatever the signal says.
    pub jaywalks: bool,
    /// Was on the road at the last look.
    pub on_road: bool,
    /// Place on the road near it, for its height.
    pub near: Option<LaneCoord>,
    /// Choices.
    pub stream: Box<ChaCha8Rng>,
}

/// Who comes next on a lane towards a place: distance, m, and speed, m/s, of all within reach.
fn coming(around: &Surroundings, strip: &LaneStrip, mut each: impl FnMut(f64, f64)) {
    let mut lanes = [Some((strip.lane, strip.along_m)), None, None, None];
    let mut count = 1;
    let mut ix = 0;
    while ix < count {
        let Some((lane, to_m)) = lanes[ix] else { break };
        ix += 1;
        for occupant in around.occupancy.on_lane(lane) {
            let other = &around.truth.objects[occupant.id.ix()];
            let distance_m = to_m - occupant.along_m - other.extent.front_x_m();
            let tail_m = to_m - occupant.along_m + other.extent.rear_m;
            if tail_m > 0.0 && distance_m < LOOK_M && other.class != ObjectClass::Pedestrian {
                each(distance_m.max(0.0), other.motion.speed_mps.max(0.0));
            }
        }
        if to_m < LOOK_M {
            for &before in &around.network.lane(lane).predecessors {
                if count < lanes.len() {
                    lanes[count] = Some((before, to_m + around.network.lane(before).length_m));
                    count += 1;
                }
            }
        }
    }
}

/// Whether all lanes leave a gap for a start now from `end` at `speed_mps`.
pub fn gap_is_good(
    around: &Surroundings,
    crossing: &Crossing,
    end: usize,
    speed_mps: f64,
    margin_s: f64,
    misjudge: f64,
) -> bool {
    let length_m = crossing.length_m();
    crossing.strips.iter().all(|strip| {
        let (near_m, far_m) = if end == 0 {
            (strip.from_m, strip.to_m)
        } else {
            (length_m - strip.to_m, length_m - strip.from_m)
        };
        let enter_s = (near_m.max(0.0) + 0.5) / speed_mps;
        let exit_s = (far_m + 0.5) / speed_mps;
        let mut good = true;
        coming(around, strip, |distance_m, speed| {
            // Who stands and has room yields.
            if speed < 0.5 && distance_m > 0.8 {
                return;
            }
            let arrive_s = distance_m / speed.max(0.5) * misjudge;
            // Gone before one gets there?
            let gone_s = (distance_m + 6.0) / speed.max(0.5) * misjudge;
            if arrive_s < exit_s + margin_s && gone_s + 0.5 > enter_s {
                good = false;
            }
        });
        good
    })
}

impl Walker {
    /// Decides what to do; returns a rule broken in this tick.
    pub fn decide(&mut self, around: &Surroundings, dt_s: f64, look_now: bool) -> Option<Jaywalk> {
        self.hurry = 1.0;
        match self.task.clone() {
            Task::Stand | Task::Follow(_) => {}
            Task::Rest(left_s) => {
                self.task = if left_s > dt_s { Task::Rest(left_s - dt_s) } else { self.choose_next(around) };
            }
            Task::Stroll(end) => {
                if self.target().is_none_or(|t| t.distance_squared(self.position_m) < 0.25) {
                    self.task = Task::Wait(end, 0.0);
                }
            }
            Task::Wait(end, for_s) => {
                self.task = Task::Wait(end, for_s + dt_s);
                if look_now && for_s > 0.5 {
                    return self.maybe_start(around, end, for_s);
                }
            }
            Task::Cross(end) => {
                if self.target().is_none_or(|t| t.distance_squared(self.position_m) < 0.36) {
                    self.task = Task::Rest(3.0 + 15.0 * rng::uniform(&mut self.stream));
                } else if let Some(crossing) = &self.crossing {
                    self.hurry = care(around, crossing, end, self.position_m, self.pace_mps);
                }
            }
        }
        None
    }

    fn maybe_start(&mut self, around: &Surroundings, end: usize, waited_s: f64) -> Option<Jaywalk> {
        let crossing = self.crossing.as_ref()?;
        let told = crossing.crosswalk.and_then(|ix| around.signals.crosswalk.get(ix.ix()).copied().flatten());
        let by_gap = match told {
            Some(Indication::Walk) => {
                self.task = Task::Cross(end);
                return None;
            }
            Some(Indication::Dark) | None => true,
            Some(_) => self.jaywalks,
        };
        if !by_gap {
            return None;
        }
        // Patience: who has waited long takes smaller gaps.
        let patience = (1.0 - waited_s / 60.0).max(0.4);
        let (margin_s, misjudge) = if self.jaywalks {
            (0.5 * MARGIN_S * patience, exp(0.25 * rng::normal(&mut self.stream)))
        } else {
            (MARGIN_S * patience, 1.0)
        };
        if !gap_is_good(around, crossing, end, self.pace_mps, margin_s, misjudge) {
            return None;
        }
        self.task = Task::Cross(end);
        let forbidden = crossing.crosswalk.is_none() || told.is_some_and(|t| t != Indication::Dark);
        forbidden.then_some(Jaywalk::Begins)
    }

    /// After a rest: back over the same crossing, or another crosswalk at this corner.
    fn choose_next(&mut self, around: &Surroundings) -> Task {
        let Some(crossing) = &self.crossing else { return Task::Stand };
        let end = usize::from(
            crossing.ends_m[1].distance_squared(self.position_m)
                < crossing.ends_m[0].distance_squared(self.position_m),
        );
        if crossing.crosswalk.is_some() && rng::uniform(&mut self.stream) < 0.5 {
            let here = self.position_m;
            let other =
                around.network.crosswalks.iter().filter(|c| Some(c.ix) != crossing.crosswalk).find_map(|c| {
                    (0..2).find(|e| c.ends_m[*e].distance_squared(here) < 12.0 * 12.0).map(|e| (c.ix, e))
                });
            if let Some((ix, end)) = other {
                self.crossing = Some(of_crosswalk(around.network, ix));
                return Task::Stroll(end);
            }
        }
        Task::Stroll(end)
    }

    /// Where it walks to.
    pub fn target(&self) -> Option<DVec2> {
        match &self.task {
            Task::Stand | Task::Rest(_) | Task::Wait(..) => None,
            Task::Follow(ix) => self.points_m.get(*ix).copied(),
            Task::Stroll(end) => self.crossing.as_ref().map(|c| c.waiting_place(*end, self.side_m)),
            Task::Cross(end) => self.crossing.as_ref().map(|c| c.waiting_place(1 - end, self.side_m)),
        }
    }

    /// Moves by `dt_s`; `others` are those near.
    pub fn advance(&mut self, dt_s: f64, others: impl Iterator<Item = DVec2>) {
        let wish = match self.target() {
            Some(target) => (target - self.position_m).normalize_or_zero() * (self.pace_mps * self.hurry),
            None => DVec2::ZERO,
        };
        let mut force = (wish - self.velocity_mps) / RELAX_S;
        // Those who stand do not step aside, and scenarios' walkers keep to their points.
        if wish != DVec2::ZERO && !matches!(self.task, Task::Follow(_)) {
            for other in others {
                let apart = self.position_m - other;
                let distance = apart.length();
                if distance > 1e-6 && distance < 2.5 && apart.dot(wish) < 0.0 {
                    let push = REPULSION_MPS2 * exp(-(distance - 2.0 * BODY_M).max(0.0) / RANGE_M);
                    force += apart / distance * push;
                }
            }
        }
        self.velocity_mps += force * dt_s;
        let fastest = 1.3 * self.pace_mps * self.hurry.max(1.0);
        let speed = self.velocity_mps.length();
        if speed > fastest {
            self.velocity_mps *= fastest / speed;
        }
        if wish == DVec2::ZERO && speed < 0.02 {
            self.velocity_mps = DVec2::ZERO;
        }
        self.position_m += self.velocity_mps * dt_s;
        if speed > 0.2 {
            let along = math::atan2(self.velocity_mps.y, self.velocity_mps.x);
            let turn = math::wrap_pi(along - self.heading_rad);
            self.heading_rad = math::wrap_pi(self.heading_rad + turn.clamp(-4.0 * dt_s, 4.0 * dt_s));
        }
        if let Task::Follow(ix) = self.task
            && self.points_m.get(ix).is_none_or(|p| p.distance_squared(self.position_m) < 0.09)
        {
            self.task = if ix + 1 < self.points_m.len() { Task::Follow(ix + 1) } else { Task::Stand };
        }
    }

    /// Starts on the way points at a speed.
    pub fn walk(&mut self, speed_mps: f64) {
        if speed_mps > 0.0 {
            self.pace_mps = speed_mps;
        }
        if self.points_m.is_empty() {
            // Straight on, over any street of this world.
            self.points_m.push(self.position_m + math::unit(self.heading_rad) * 40.0);
        }
        self.task = Task::Follow(0);
    }
}

/// Factor on the speed while crossing: 0 before a lane whose traffic does not yield, above 1 in one.
fn care(around: &Surroundings, crossing: &Crossing, end: usize, here: DVec2, pace_mps: f64) -> f64 {
    let length_m = crossing.length_m();
    let axis = (crossing.ends_m[1] - crossing.ends_m[0]) / length_m.max(0.1);
    let at_m = (here - crossing.ends_m[0]).dot(axis);
    let at_m = if end == 0 { at_m } else { length_m - at_m };
    let mut factor: f64 = 1.0;
    for strip in &crossing.strips {
        let (near_m, far_m) = if end == 0 {
            (strip.from_m, strip.to_m)
        } else {
            (length_m - strip.to_m, length_m - strip.from_m)
        };
        let inside = at_m > near_m - 0.2 && at_m < far_m;
        let soon = at_m <= near_m - 0.2 && near_m - at_m < 1.6;
        if !inside && !soon {
            continue;
        }
        let exit_s = (far_m - at_m + 0.3) / pace_mps;
        coming(around, strip, |distance_m, speed| {
            // Would it hit although it brakes comfortably?
            let stops_m = speed * speed / (2.0 * 3.0);
            if speed < 0.5 || stops_m < distance_m - 1.0 {
                return;
            }
            if distance_m / speed < exit_s + 0.5 {
                factor = if inside { factor.max(1.7) } else { 0.0 };
            }
        });
        if factor == 0.0 {
            break;
        }
    }
    factor
}

/// The crossing of a crosswalk.
pub fn of_crosswalk(network: &crate::road::RoadNetwork, ix: CrosswalkIx) -> Crossing {
    let walk = &network.crosswalks[ix.ix()];
    let length_m = walk.ends_m[0].distance(walk.ends_m[1]).max(0.1);
    let axis = (walk.ends_m[1] - walk.ends_m[0]) / length_m;
    let mut strips = Vec::new();
    for &lane in &walk.lanes {
        for place in network.lane(lane).crosswalks.iter().filter(|c| c.crosswalk == ix) {
            let along_m = 0.5 * (place.from_m + place.to_m);
            let here = network.lane_pose(LaneCoord::center(lane, along_m));
            let at_m = (here.pose.position_m.truncate() - walk.ends_m[0]).dot(axis);
            let half_m = 0.5 * here.width_m;
            strips.push(LaneStrip { lane, along_m, from_m: at_m - half_m, to_m: at_m + half_m });
        }
    }
    strips.sort_by(|a, b| a.from_m.total_cmp(&b.from_m).then(a.lane.cmp(&b.lane)));
    Crossing { crosswalk: Some(ix), ends_m: walk.ends_m, strips }
}

/// A crossing away from crosswalks, square to a lane, from its right edge to the far side of the road.
pub fn across_road(network: &crate::road::RoadNetwork, from: LaneCoord) -> Option<Crossing> {
    let here = network.lane_pose(from);
    let left = here.pose.forward().perp();
    let z_m = here.pose.position_m.z;
    let start = here.pose.position_m.truncate() - left * (0.5 * here.width_m);
    let mut strips: Vec<LaneStrip> = Vec::new();
    let (mut far_m, mut step) = (0.0, 0.5);
    while step < 45.0 {
        let point = start + left * step;
        let Some(found) = network.nearest_lane(point.extend(z_m), None) else { break };
        let width_m = network.lane_pose(found.coord).width_m;
        if found.distance_m <= 0.5 * width_m + 0.2 {
            far_m = step;
            match strips.last_mut().filter(|s| s.lane == found.coord.lane) {
                Some(strip) => strip.to_m = step,
                None => strips.push(LaneStrip {
                    lane: found.coord.lane,
                    along_m: found.coord.along_m,
                    from_m: step - 0.5,
                    to_m: step,
                }),
            }
        } else if step - far_m > 8.0 {
            break;
        }
        step += 0.5;
    }
    (far_m > 2.0).then(|| Crossing { crosswalk: None, ends_m: [start, start + left * (far_m + 0.3)], strips })
}

/// Desired walking speed of a person, m/s.
pub fn pace_of(stream: &mut ChaCha8Rng) -> f64 {
    (1.34 + 0.26 * rng::normal(stream)).clamp(0.7, 2.1)
}

/// Others on foot or bicycle near a place, m.
pub fn near<'a>(
    around: &'a Surroundings<'a>,
    own: ParticipantId,
    here: DVec2,
) -> impl Iterator<Item = DVec2> + 'a {
    around.occupancy.vulnerable.iter().filter(move |id| **id != own).filter_map(move |id| {
        let center_m = around.truth.objects[id.ix()].center_m;
        (center_m.distance_squared(here) < 2.5 * 2.5).then_some(center_m)
    })
}
