//! State of a road user on lanes, and its motion: kinematic, in lane coordinates.
//!
//! Longitudinal: v ← v + a dt, never below 0; the drive train follows the command with a lag of 0.25 s.
//! Lateral: the offset follows a smooth curve from where it is to where it shall be; the heading is that
//! of the lane plus the angle of the path, atan(ẏ / v). Passing the middle between two lanes hands the
//! road user over to the other lane.
//!
//! Units: m, m/s, m/s², rad; offsets left positive. Validity: while the tires hold; accelerations are
//! clipped to the friction of the road before they get here, side forces are not.
//! It does not slide, tip or bounce: after contact the contact world takes over.

use super::path::{Goal, Path};
use super::style::Style;
use crate::base::ids::{LaneId, ParticipantId};
use crate::base::math;
use crate::base::rng::ChaCha8Rng;
use crate::road::{LaneCoord, RoadNetwork, Route};
use crate::scenario::Shape;
use crate::state::command::Indicator;
use crate::state::pose::{Motion, Pose};
use bevy::prelude::Component;
use core::f64::consts::PI;
use std::sync::Arc;

/// Lag of drive train and brakes, s (chosen between the brakes' 0.12 s and the engine's 0.3 s).
const LAG_S: f64 = 0.25;
/// Greatest tangent of the angle between path and lane in a lane change, – (chosen: 27°, which a car
/// reaches at full lock from walking speed).
const SLOPE_MAX: f64 = 0.5;
/// Half length of a track stand, m (chosen: riders rock within a hand's breadth to both sides).
const WOBBLE_M: f64 = 0.22;
/// Angular frequency of a track stand, rad/s (chosen: about one cycle in 2.2 s).
const WOBBLE_RADPS: f64 = 2.85;

/// Who decides the motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The behavior models.
    Traffic,
    /// The scenario: lane and speed are kept until told otherwise.
    Scripted,
    /// Nobody: stands.
    Parked,
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Motor vehicle or obstacle.
    Motor,
    /// Bicycle.
    Cycle,
}

/// A lateral movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// Offset at the start, m.
    pub from_m: f64,
    /// Offset at the end, m.
    pub to_m: f64,
    /// Time into it, s.
    pub at_s: f64,
    /// Duration, s.
    pub over_s: f64,
    /// Shape.
    pub shape: Shape,
    /// Lanes still to be crossed, left positive.
    pub lanes: i32,
}

/// A commanded transition of the speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedProfile {
    /// Speed at the start, m/s.
    pub from_mps: f64,
    /// Speed at the end, m/s.
    pub to_mps: f64,
    /// Time into it, s.
    pub at_s: f64,
    /// Duration, s.
    pub over_s: f64,
    /// Shape.
    pub shape: Shape,
}

/// Wish to change lanes, shown by the indicator before it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intent {
    /// +1 left, −1 right.
    pub side: i8,
    /// Since, s.
    pub for_s: f64,
}

/// What a road user remembers about rules.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RuleMemory {
    /// Movement for which a full stop was made.
    pub stopped_for: Option<LaneId>,
    /// Movement for which a yellow is run.
    pub committed: Option<LaneId>,
    /// Movement and distance to its line at the last decision, m.
    pub line: Option<(LaneId, f64)>,
    /// Road user yielded to, at the last look.
    pub yields_to: Option<ParticipantId>,
    /// Standing, s.
    pub waiting_s: f64,
    /// Standing behind an obstacle, s.
    pub blocked_s: f64,
    /// Whether it waits at a line now.
    pub at_line: bool,
}

/// A road user on lanes.
#[derive(Component, Clone, Debug)]
pub struct Agent {
    /// Who decides.
    pub mode: Mode,
    /// What it is.
    pub kind: Kind,
    /// How it drives.
    pub style: Style,
    /// Place of the reference point.
    pub coord: LaneCoord,
    /// Speed, m/s.
    pub speed_mps: f64,
    /// Acceleration, m/s².
    pub accel_mps2: f64,
    /// Acceleration asked for, m/s².
    pub command_mps2: f64,
    /// Lanes ahead.
    pub path: Path,
    /// Route, if the scenario gives one.
    pub route: Option<Arc<Route>>,
    /// Wish at the next junction.
    pub goal: Option<Goal>,
    /// Lateral movement under way.
    pub shift: Option<Shift>,
    /// Offset kept within the lane, m.
    pub rest_offset_m: f64,
    /// Wish to change lanes.
    pub intent: Option<Intent>,
    /// Rules.
    pub rules: RuleMemory,
    /// Speed by order of the scenario.
    pub profile: Option<SpeedProfile>,
    /// Desired speed by order of the scenario, m/s.
    pub ordered_mps: Option<f64>,
    /// Heading relative to the lane that the scenario gave, rad.
    pub heading_offset_rad: f64,
    /// Turn indicator.
    pub indicator: Indicator,
    /// Hazard lights.
    pub hazard: bool,
    /// Phase of the track stand, rad.
    pub wobble_rad: f64,
    /// Came to the end of the map.
    pub off_map: bool,
    /// Belongs to the background traffic: may re-enter elsewhere.
    pub background: bool,
    /// Lane at the last decision.
    pub last_lane: Option<LaneId>,
    /// Choices.
    pub stream: Box<ChaCha8Rng>,
}

/// Share of a transition done at `x` in 0–1, and its derivative.
pub fn ease(shape: Shape, x: f64) -> (f64, f64) {
    let x = x.clamp(0.0, 1.0);
    match shape {
        Shape::Linear => (x, 1.0),
        Shape::Cubic => (x * x * (3.0 - 2.0 * x), 6.0 * x * (1.0 - x)),
        Shape::Sinusoidal => {
            let (s, c) = math::sin_cos(PI * x);
            (0.5 - 0.5 * c, 0.5 * PI * s)
        }
        Shape::Step => (1.0, 0.0),
    }
}

/// Greatest slope of a shape relative to the linear one.
pub fn steepness(shape: Shape) -> f64 {
    match shape {
        Shape::Linear | Shape::Step => 1.0,
        Shape::Cubic => 1.5,
        Shape::Sinusoidal => 0.5 * PI,
    }
}

/// What a step of motion gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Pose.
    pub pose: Pose,
    /// Motion.
    pub motion: Motion,
}

impl Agent {
    /// Moves the agent by `dt_s`.
    pub fn advance(&mut self, network: &RoadNetwork, dt_s: f64) -> Moved {
        let before_mps = self.speed_mps;
        let mut wobble = 0.0;
        match self.mode {
            Mode::Traffic => {
                self.accel_mps2 += (self.command_mps2 - self.accel_mps2) * (dt_s / LAG_S).min(1.0);
                if before_mps <= 0.0 && self.accel_mps2 < 0.0 {
                    self.accel_mps2 = 0.0;
                }
                self.speed_mps = (before_mps + self.accel_mps2 * dt_s).max(0.0);
            }
            Mode::Scripted => self.follow_profile(dt_s),
            Mode::Parked => self.speed_mps = 0.0,
        }
        let step_m = 0.5 * (before_mps + self.speed_mps) * dt_s;
        if self.heading_offset_rad.abs() > 0.5 * PI {
            self.back(network, step_m);
        } else {
            self.coord.along_m += step_m;
        }
        if self.kind == Kind::Cycle && self.rules.at_line && self.speed_mps < 0.05 {
            // Track stand: rocks to and fro over the same spot.
            let (before, _) = math::sin_cos(self.wobble_rad);
            self.wobble_rad += WOBBLE_RADPS * dt_s;
            let (after, rate) = math::sin_cos(self.wobble_rad);
            self.coord.along_m = (self.coord.along_m + WOBBLE_M * (after - before)).max(0.0);
            wobble = rate;
        }
        self.coord.along_m = self.coord.along_m.max(0.0);
        while self.coord.along_m > network.lane(self.coord.lane).length_m {
            let length = network.lane(self.coord.lane).length_m;
            if !self.path.pop() {
                self.coord.along_m = length;
                self.off_map = true;
                break;
            }
            self.coord.along_m -= length;
            self.coord.lane = self.path.lanes()[0];
        }
        let side_mps = self.slide(network, dt_s);

        let place = network.lane_pose(self.coord);
        let mut pose = place.pose;
        let mut yaw_rate = place.curvature_per_m * self.speed_mps;
        if side_mps != 0.0 && self.speed_mps > 0.1 {
            pose.heading_rad = math::wrap_pi(
                pose.heading_rad + math::atan((side_mps / self.speed_mps).clamp(-SLOPE_MAX, SLOPE_MAX)),
            );
        }
        if self.heading_offset_rad != 0.0 {
            pose.heading_rad = math::wrap_pi(pose.heading_rad + self.heading_offset_rad);
            let (z, pitch, roll) =
                network.surface_at(self.coord, pose.position_m.truncate(), pose.heading_rad);
            (pose.position_m.z, pose.pitch_rad, pose.roll_rad) = (z, pitch, roll);
        }
        let mut speed_mps = self.speed_mps;
        if wobble != 0.0 {
            pose.heading_rad += 0.06 * wobble;
            speed_mps += WOBBLE_M * WOBBLE_RADPS * wobble;
        }
        if self.speed_mps < 1e-9 {
            yaw_rate = 0.0;
        }
        let motion = Motion {
            speed_mps,
            lateral_speed_mps: 0.0,
            accel_mps2: if dt_s > 0.0 { (self.speed_mps - before_mps) / dt_s } else { 0.0 },
            lateral_accel_mps2: yaw_rate * self.speed_mps,
            yaw_rate_radps: yaw_rate,
        };
        Moved { pose, motion }
    }

    /// Goes against the lane: wrong-way drivers of scenarios.
    fn back(&mut self, network: &RoadNetwork, step_m: f64) {
        self.coord.along_m -= step_m;
        while self.coord.along_m < 0.0 {
            let Some(&before) = network.lane(self.coord.lane).predecessors.first() else {
                self.off_map = true;
                break;
            };
            self.coord.lane = before;
            self.coord.along_m += network.lane(before).length_m;
            self.path = Path::start(before);
        }
    }

    fn follow_profile(&mut self, dt_s: f64) {
        if let Some(profile) = &mut self.profile {
            profile.at_s += dt_s;
            let share = if profile.over_s > 0.0 { profile.at_s / profile.over_s } else { 1.0 };
            self.speed_mps =
                math::lerp(profile.from_mps, profile.to_mps, ease(profile.shape, share).0).max(0.0);
            if share >= 1.0 {
                self.profile = None;
            }
        }
    }

    /// Moves sideways; returns the lateral speed, m/s.
    fn slide(&mut self, network: &RoadNetwork, dt_s: f64) -> f64 {
        let Some(mut shift) = self.shift else {
            return 0.0;
        };
        // Wheels roll forward: the path never turns out of the lane by more than SLOPE_MAX.
        let steepest = 1.5 * (shift.to_m - shift.from_m).abs() / shift.over_s.max(1e-3);
        let pace = if self.mode == Mode::Traffic {
            (SLOPE_MAX * self.speed_mps / steepest.max(1e-3)).min(1.0)
        } else {
            1.0
        };
        shift.at_s += dt_s * pace;
        let x = if shift.over_s > 0.0 { shift.at_s / shift.over_s } else { 1.0 };
        let (share, rate) = ease(shift.shape, x);
        let before_m = self.coord.offset_m;
        self.coord.offset_m = math::lerp(shift.from_m, shift.to_m, share);
        let side_mps = if shift.over_s > 0.0 && x < 1.0 {
            rate * (shift.to_m - shift.from_m) / shift.over_s * pace
        } else if dt_s > 0.0 {
            ((self.coord.offset_m - before_m) / dt_s).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        if shift.lanes != 0 {
            self.hand_over(network, &mut shift, share);
        }
        self.shift = (x < 1.0).then_some(shift);
        if self.shift.is_none() && self.mode == Mode::Traffic {
            self.settle();
        }
        side_mps
    }

    /// Gives the agent to the neighbor lane once it is past the middle between both.
    fn hand_over(&mut self, network: &RoadNetwork, shift: &mut Shift, share: f64) {
        let side = shift.lanes.signum();
        let lane = network.lane(self.coord.lane);
        let neighbor = if side > 0 { lane.left } else { lane.right };
        let Some(neighbor) = neighbor else {
            if self.mode == Mode::Traffic {
                // The neighbor lane has gone: back to the own one.
                *shift = Shift {
                    from_m: self.coord.offset_m,
                    to_m: self.rest_offset_m,
                    at_s: 0.0,
                    over_s: 2.5,
                    shape: Shape::Cubic,
                    lanes: 0,
                };
            }
            return;
        };
        let other = network.lane(neighbor);
        let along_m = (self.coord.along_m / lane.length_m.max(1e-6)) * other.length_m;
        let here = network.lane_pose(LaneCoord::center(lane.id, self.coord.along_m));
        let there = network.lane_pose(LaneCoord::center(neighbor, along_m));
        let apart_m = 0.5 * (here.width_m + there.width_m);
        let side = f64::from(side);
        if self.coord.offset_m * side < 0.5 * apart_m {
            return;
        }
        self.coord = LaneCoord { lane: neighbor, along_m, offset_m: self.coord.offset_m - side * apart_m };
        shift.lanes -= shift.lanes.signum();
        if shift.lanes == 0 && self.mode == Mode::Traffic && share < 0.95 {
            // End in the middle of the new lane, whatever the widths did meanwhile.
            shift.to_m = self.rest_offset_m;
            shift.from_m = (self.coord.offset_m - share * shift.to_m) / (1.0 - share);
        } else {
            shift.from_m -= side * apart_m;
            shift.to_m -= side * apart_m;
        }
        self.path = Path::start(neighbor);
        if let Some(goal) = &mut self.goal {
            goal.steps -= side as i8;
        }
    }

    /// Goes back to the offset kept within the lane, if off it.
    fn settle(&mut self) {
        if (self.coord.offset_m - self.rest_offset_m).abs() > 0.05 {
            self.shift = Some(Shift {
                from_m: self.coord.offset_m,
                to_m: self.rest_offset_m,
                at_s: 0.0,
                over_s: 2.5,
                shape: Shape::Cubic,
                lanes: 0,
            });
        }
    }

    /// Puts the agent somewhere, at rest relative to its lane.
    pub fn place(&mut self, coord: LaneCoord, speed_mps: f64) {
        self.coord = coord;
        self.rest_offset_m = coord.offset_m;
        self.speed_mps = speed_mps;
        self.accel_mps2 = 0.0;
        self.command_mps2 = 0.0;
        self.path = Path::start(coord.lane);
        self.goal = None;
        self.shift = None;
        self.intent = None;
        self.rules = RuleMemory::default();
        self.profile = None;
        self.off_map = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_go_from_nothing_to_all_with_their_slopes() {
        for shape in [Shape::Linear, Shape::Cubic, Shape::Sinusoidal] {
            assert!(ease(shape, 0.0).0.abs() < 1e-12);
            assert!((ease(shape, 1.0).0 - 1.0).abs() < 1e-12);
            let mut steepest: f64 = 0.0;
            for ix in 1..200 {
                let x = f64::from(ix) / 200.0;
                let slope = (ease(shape, x + 1e-6).0 - ease(shape, x - 1e-6).0) / 2e-6;
                assert!((slope - ease(shape, x).1).abs() < 1e-6, "{shape:?} at {x}");
                steepest = steepest.max(slope);
            }
            assert!((steepest - steepness(shape)).abs() < 1e-3, "{shape:?}: {steepest}");
        }
    }
}
