//! Manual driving by eye: one plan a tick, from the true surroundings as far as they are noticed.
//!
//! Longitudinal: the smallest of IDM car-following (Treiber et al. 2000), stopping for lines, crosswalks
//! and pedestrians, and a speed that fits curve, limit, sight and road. Lateral: pure pursuit with a
//! preview of about 0.9 s.
//! Units: m, m/s, m/s², rad. Frames: world ENU; offsets left positive.
//! Reaction delay is added by the caller to the reactive part only ([`Plan::reactive_mps2`]): drivers
//! anticipate curves and lines, but not what others do.
//! Not modeled: overtaking on two-lane roads, courtesy, communication.

use crate::base::ids::{LaneId, ParticipantId};
use crate::base::math::{self, DVec2};
use crate::base::units::GRAVITY_MPS2;
use crate::maneuver::idm::{self, IdmParams};
use crate::maneuver::junction::{Entrant, Entry, may_enter};
use crate::maneuver::vulnerable::{self, PathPoint};
use crate::maneuver::{Surroundings, stopping};
use crate::road::{ApproachControl, LaneCoord, LegExit, Route, Turn};
use crate::state::command::Indicator;
use crate::state::signal::Indication;
use crate::state::truth::ObjectTruth;
use crate::state::weather::Weather;

/// Most lanes looked at ahead.
const LANES_AHEAD_MAX: usize = 14;
/// Farthest point planned to, m.
const HORIZON_M: f64 = 160.0;

/// A vehicle that stands farther than this before a junction does not wait at its line, m.
const QUEUE_M: f64 = 60.0;

/// How this human drives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Car-following parameters.
    pub idm: IdmParams,
    /// Desired speed relative to the limit, –.
    pub speed_factor: f64,
    /// Lateral acceleration accepted in curves on a dry road, m/s².
    pub lateral_accel_mps2: f64,
    /// Gap left to crossing traffic, s.
    pub gap_s: f64,
}

impl Default for Style {
    fn default() -> Self {
        Self { idm: IdmParams::CITY, speed_factor: 1.0, lateral_accel_mps2: 2.2, gap_s: 2.0 }
    }
}

/// Memory between ticks.
#[derive(Clone, Debug, Default)]
pub struct DriveMemory {
    /// Connecting lane for which a full stop at the line was made.
    pub stopped_for: Option<LaneId>,
    /// Lane the driver steers to (differs from the present one during a lane change).
    pub target_lane: Option<LaneId>,
    /// Standing behind an obstacle, s.
    pub blocked_s: f64,
    /// Lanes ahead (reused).
    pub ahead: Vec<LaneId>,
    /// Path points (reused).
    pub path: Vec<PathPoint>,
}

/// Why the plan brakes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Concern {
    /// Nothing in particular.
    None,
    /// Someone ahead in the lane.
    Lead(ParticipantId),
    /// Pedestrian or cyclist.
    Vulnerable(ParticipantId),
    /// Crossing traffic.
    Crossing(ParticipantId),
    /// Red or yellow signal.
    Signal,
    /// Stop sign or dark signal.
    StopLine,
    /// Curve or turn.
    Curve,
}

/// What the human wants to do now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Acceleration because of others (subject to reaction delay), m/s².
    pub reactive_mps2: f64,
    /// Acceleration because of road, rules and speed (anticipated), m/s².
    pub anticipated_mps2: f64,
    /// Road-wheel angle, rad.
    pub steer_rad: f64,
    /// Indicator.
    pub indicator: Indicator,
    /// What dominates.
    pub concern: Concern,
    /// Distance of the front bumper to the next line that must be stopped at, m (`INFINITY` if none).
    pub stop_line_m: f64,
    /// Distance of the front bumper to the next turn of the route, m (`INFINITY` if none within sight).
    pub turn_m: f64,
}

impl Plan {
    /// The smaller of both accelerations.
    pub fn accel_mps2(&self) -> f64 {
        self.reactive_mps2.min(self.anticipated_mps2)
    }
}

/// The human's own vehicle.
#[derive(Clone, Copy, Debug)]
pub struct OwnVehicle<'a> {
    /// Truth of the own vehicle.
    pub object: &'a ObjectTruth,
    /// Place on the lane graph.
    pub coord: LaneCoord,
    /// Wheelbase, m.
    pub wheelbase_m: f64,
}

/// Fills `ahead` with the lanes the route takes from `from` on, and says which way the route wants to
/// leave the present lane.
pub fn lanes_ahead(
    around: &Surroundings,
    route: &Route,
    from: LaneCoord,
    ahead: &mut Vec<LaneId>,
) -> Option<LegExit> {
    let lane = from.lane;
    ahead.clear();
    let mut leg = route.leg_of(lane, 0);
    let wish = leg.map(|ix| route.legs[ix].exit);
    let mut current = lane;
    let mut length = -from.along_m;
    while ahead.len() < LANES_AHEAD_MAX && length < HORIZON_M + 60.0 {
        ahead.push(current);
        length += around.network.lane(current).length_m;
        let next = match leg.map(|ix| (ix, route.legs[ix].exit)) {
            Some((_, LegExit::End)) => return wish,
            Some((ix, LegExit::Forward)) => route.legs.get(ix + 1).map(|leg| leg.lane),
            _ => around.network.lane(current).successors.first().copied(),
        };
        let Some(next) = next else { return wish };
        leg = route.leg_of(next, leg.unwrap_or(0));
        current = next;
    }
    wish
}

/// Plans one tick. `sees` tells whether a participant is noticed; `sight_m` how far the road is seen.
pub fn plan(
    around: &Surroundings,
    own: OwnVehicle,
    route: &Route,
    style: &Style,
    weather: &Weather,
    sight_m: f64,
    dt_s: f64,
    memory: &mut DriveMemory,
    sees: impl Fn(ParticipantId) -> bool,
) -> Plan {
    let object = own.object;
    let speed = object.motion.speed_mps.max(0.0);
    let front_m = object.extent.front_x_m();
    let mut coord = own.coord;
    // During a lane change the target lane is what the driver plans along.
    if let Some(target) = memory.target_lane
        && target != coord.lane
    {
        let lane = around.network.lane(coord.lane);
        if lane.left == Some(target) || lane.right == Some(target) {
            let scale = around.network.lane(target).length_m / lane.length_m.max(1e-6);
            coord = LaneCoord { lane: target, along_m: coord.along_m * scale, offset_m: 0.0 };
        } else {
            memory.target_lane = None;
        }
    } else {
        memory.target_lane = None;
    }
    let mut ahead = core::mem::take(&mut memory.ahead);
    let wish = lanes_ahead(around, route, coord, &mut ahead);

    let looks = surface_friction_guess(weather);
    let mut plan = Plan {
        reactive_mps2: f64::INFINITY,
        anticipated_mps2: f64::INFINITY,
        steer_rad: 0.0,
        indicator: Indicator::Off,
        concern: Concern::None,
        stop_line_m: f64::INFINITY,
        turn_m: f64::INFINITY,
    };

    // --- speed that fits limit, curve, sight and rain ---
    let limit = around.network.lane(coord.lane).speed_limit_mps * style.speed_factor;
    let sight_speed = {
        let decel = 0.5 * looks * GRAVITY_MPS2;
        let t = 1.5 * decel;
        math::sqrt(t * t + 2.0 * decel * sight_m) - t
    };
    // Above 0.25 in/h (6.35 mm/h) drivers slow by 6–12 mph (FDOT): 9 mph at 25 mm/h and beyond.
    let rain_drop =
        math::interpolate(&[6.35, 7.0, 25.0], &[0.0, 6.0 * 0.447_04, 9.0 * 0.447_04], weather.rain_mmph);
    let mut desired = limit.min(sight_speed.max(3.0)) - rain_drop;
    let mut curve_bound = false;
    let comfort = 1.5;
    let mut start = -coord.along_m;
    for &lane in &ahead {
        let length = around.network.lane(lane).length_m;
        let mut along = (-start).max(0.0);
        while along <= length && start + along < 90.0 {
            let here = around.network.lane_pose(LaneCoord::center(lane, along));
            let distance = (start + along).max(0.0);
            let bend = here.curvature_per_m.abs().max(1e-4);
            let corner = math::sqrt(style.lateral_accel_mps2 * (looks / 0.8).min(1.0) / bend);
            let posted = around.network.lane(lane).speed_limit_mps * style.speed_factor;
            let allowed = math::sqrt(math::sq(corner.min(posted)) + 2.0 * comfort * distance);
            if allowed < desired {
                desired = allowed;
                curve_bound = corner < posted;
            }
            along += 4.0;
        }
        start += length;
    }
    let following = IdmParams { speed_mps: desired.max(1.0), ..style.idm };
    plan.anticipated_mps2 = idm::free(&following, speed);
    if curve_bound && plan.anticipated_mps2 < -0.3 {
        plan.concern = Concern::Curve;
    }

    // --- leaders ---
    let to_junction = distance_to_junction(around, coord, &ahead) - front_m;
    let mut leader = find_leader(around, object, coord, &ahead, None, front_m, &sees);
    // During a lane change the leader of the lane still occupied counts until the sides are clear.
    if coord.lane != own.coord.lane {
        let side_m = Some(own.coord.offset_m);
        let beside = find_leader(around, object, own.coord, &[own.coord.lane], side_m, front_m, &sees);
        leader = match (leader, beside) {
            (Some(a), Some(b)) => Some(if a.gap_m <= b.gap_m { a } else { b }),
            (a, b) => a.or(b),
        };
    }
    let mut blocked_rate = 0.0;
    if let Some(leader) = leader {
        let lead = &around.truth.objects[leader.id.ix()];
        let accel = idm::follow(&following, speed, leader.speed_mps, leader.gap_m.max(0.1));
        if accel < plan.reactive_mps2 {
            plan.reactive_mps2 = accel;
            if accel < plan.anticipated_mps2 {
                plan.concern = Concern::Lead(leader.id);
            }
        }
        if leader.speed_mps < 0.5 && leader.gap_m < 40.0 {
            if lead.class.is_static() || lead.lights.hazard {
                blocked_rate = 1.0;
            } else if speed < 1.0 && to_junction - leader.gap_m > QUEUE_M {
                // Not a queue: somebody has stopped in mid-block.
                blocked_rate = 0.2;
            }
        }
    }
    memory.blocked_s = if blocked_rate > 0.0 { memory.blocked_s + blocked_rate * dt_s } else { 0.0 };

    // --- pedestrians and cyclists on or near the path ---
    let mut path = core::mem::take(&mut memory.path);
    let reach = (speed * 4.0 + 15.0).min(80.0);
    vulnerable::sample_path(
        around,
        LaneCoord { offset_m: coord.offset_m.clamp(-1.0, 1.0), ..coord },
        front_m,
        ahead.iter().copied(),
        reach,
        2.0,
        &mut path,
    );
    if let Some((distance, id)) =
        vulnerable::first_conflict(around, object.id, &path, object.extent.width_m * 0.5, speed, |id| {
            !sees(id)
        })
    {
        let accel = idm::stop_at(&following, speed, (distance - 1.5).max(0.05));
        if accel < plan.reactive_mps2 {
            plan.reactive_mps2 = accel;
            plan.concern = Concern::Vulnerable(id);
        }
    }
    memory.path = path;

    // --- crosswalks, signals, stop lines, right of way ---
    let mut start = -coord.along_m;
    for (ix, &lane_id) in ahead.iter().enumerate() {
        let lane = around.network.lane(lane_id);
        for crossing in &lane.crosswalks {
            let distance = start + crossing.from_m - front_m;
            if !(0.0..60.0).contains(&distance) {
                continue;
            }
            if let Some(id) = vulnerable::crosswalk_in_use(around, crossing.crosswalk).filter(|id| sees(*id))
            {
                let stop = distance - 1.0;
                if stopping::required_decel(speed, stop) < 7.0 {
                    let accel = idm::stop_at(&following, speed, stop.max(0.05));
                    if accel < plan.reactive_mps2 {
                        plan.reactive_mps2 = accel;
                        plan.concern = Concern::Vulnerable(id);
                    }
                }
            }
        }
        let end = start + lane.length_m;
        if let Some(&next) = ahead.get(ix + 1)
            && around.network.lane(next).junction.is_some()
            && lane.junction.is_none()
        {
            let line = start + lane.stop_line_m.unwrap_or(lane.length_m) - front_m;
            let entry = end - front_m;
            if line > 110.0 {
                break;
            }
            let turn = around.network.lane(next).turn;
            if turn != Turn::Straight {
                plan.turn_m = plan.turn_m.min(entry.max(0.0));
                if entry < 45.0 {
                    plan.indicator = if turn == Turn::Right { Indicator::Right } else { Indicator::Left };
                }
            }
            line_rules(around, object, &following, style, speed, line, entry, next, memory, &mut plan);
            break;
        }
        if lane.junction.is_some() && ix == 0 && lane.turn != Turn::Straight {
            plan.indicator = if lane.turn == Turn::Right { Indicator::Right } else { Indicator::Left };
            plan.turn_m = 0.0;
        }
        start = end;
        if start > 120.0 {
            break;
        }
    }

    // --- lane changes: for the route, or around an obstacle ---
    consider_lane_change(around, object, own.coord, wish, &following, memory, &mut plan);

    // --- steering ---
    let look_m = (0.9 * speed + 4.0).clamp(5.0, 45.0);
    plan.steer_rad = pursuit(around, object, coord, &ahead, look_m, own.wheelbase_m);
    plan.reactive_mps2 = plan.reactive_mps2.min(3.0);
    memory.ahead = ahead;
    plan
}

/// Someone to follow.
#[derive(Clone, Copy)]
struct Leader {
    id: ParticipantId,
    /// Bumper to bumper, m.
    gap_m: f64,
    /// Speed in the own direction, m/s.
    speed_mps: f64,
}

/// Distance along `ahead` to the next junction, m (`INFINITY` if none).
fn distance_to_junction(around: &Surroundings, from: LaneCoord, ahead: &[LaneId]) -> f64 {
    let mut start = -from.along_m;
    for pair in ahead.windows(2) {
        start += around.network.lane(pair[0]).length_m;
        if around.network.lane(pair[1]).junction.is_some() {
            return start;
        }
    }
    f64::INFINITY
}

/// First noticed participant in the way on `ahead`; with `side_m` (own offset) only those who overlap
/// the own width.
fn find_leader(
    around: &Surroundings,
    object: &ObjectTruth,
    from: LaneCoord,
    ahead: &[LaneId],
    side_m: Option<f64>,
    front_m: f64,
    sees: impl Fn(ParticipantId) -> bool,
) -> Option<Leader> {
    let mut start = -from.along_m;
    for &lane in ahead {
        for occupant in around.occupancy.on_lane(lane) {
            let distance = start + occupant.along_m;
            if occupant.id == object.id || distance <= 0.0 || !sees(occupant.id) {
                continue;
            }
            let lead = &around.truth.objects[occupant.id.ix()];
            let beside = match side_m {
                Some(own_m) => {
                    let reach = 0.5 * (lead.extent.width_m + object.extent.width_m) + 0.3;
                    (occupant.offset_m - own_m).abs() > reach
                }
                None => {
                    let here = around.network.lane_pose(LaneCoord::center(lane, occupant.along_m));
                    occupant.offset_m.abs() > 0.5 * (here.width_m + lead.extent.width_m) - 0.3
                }
            };
            if beside {
                continue;
            }
            let gap_m = distance - lead.extent.rear_m - front_m;
            if gap_m > HORIZON_M {
                return None;
            }
            let same_way = object.forward.dot(lead.forward) > 0.0;
            let speed_mps = if same_way { lead.motion.speed_mps.max(0.0) } else { 0.0 };
            return Some(Leader { id: occupant.id, gap_m, speed_mps });
        }
        start += around.network.lane(lane).length_m;
        if start > HORIZON_M {
            return None;
        }
    }
    None
}

fn line_rules(
    around: &Surroundings,
    object: &ObjectTruth,
    following: &IdmParams,
    style: &Style,
    speed: f64,
    line: f64,
    entry: f64,
    next: LaneId,
    memory: &mut DriveMemory,
    plan: &mut Plan,
) {
    let indication = around.signals.of_movement(next);
    let control = around.network.approach_control.get(next.ix()).copied().unwrap_or(ApproachControl::None);
    let stop_first = matches!(indication, Some(Indication::Dark | Indication::FlashingRed))
        || (indication.is_none() && control == ApproachControl::Stop);
    let must_hold = match indication {
        Some(Indication::Red) => true,
        Some(Indication::Yellow) => line > 0.0 && stopping::stops_for_yellow(speed, line, 3.0),
        _ => false,
    };
    // Before the junction one can still stay, even with the front over the line.
    let not_yet_in = if must_hold { entry > 0.0 } else { line > -2.0 };
    if not_yet_in && (must_hold || (stop_first && memory.stopped_for != Some(next))) {
        if stop_first && speed < 0.2 && line < 3.0 {
            memory.stopped_for = Some(next);
        }
        plan.stop_line_m = line.max(0.0);
        // Past the line by a bumper's width on red: stay.
        let accel = idm::stop_at(following, speed, line.max(0.05));
        if accel < plan.anticipated_mps2 {
            plan.anticipated_mps2 = accel;
            plan.concern = if must_hold { Concern::Signal } else { Concern::StopLine };
        }
        return;
    }
    if !(-1.0..=60.0).contains(&entry) {
        return;
    }
    let entrant = Entrant {
        id: object.id,
        distance_m: entry.max(0.0),
        speed_mps: speed,
        accel_mps2: 1.8,
        length_m: object.extent.length_m,
        gap_s: style.gap_s,
    };
    if let Entry::YieldTo(other) = may_enter(around, &entrant, next)
        && stopping::required_decel(speed, line.max(0.3)) < 6.0
    {
        let accel = idm::stop_at(following, speed, line.max(0.05));
        if accel < plan.reactive_mps2 {
            plan.reactive_mps2 = accel;
            plan.concern = Concern::Crossing(other);
        }
    }
}

fn consider_lane_change(
    around: &Surroundings,
    object: &ObjectTruth,
    coord: LaneCoord,
    wish: Option<LegExit>,
    following: &IdmParams,
    memory: &mut DriveMemory,
    plan: &mut Plan,
) {
    let lane = around.network.lane(coord.lane);
    if lane.junction.is_some() {
        return;
    }
    if let Some(target) = memory.target_lane {
        plan.indicator = if lane.left == Some(target) { Indicator::Left } else { Indicator::Right };
        return;
    }
    let sides: [(Option<LaneId>, Indicator); 2] = match wish {
        Some(LegExit::ChangeLeft) => [(lane.left, Indicator::Left), (None, Indicator::Off)],
        Some(LegExit::ChangeRight) => [(lane.right, Indicator::Right), (None, Indicator::Off)],
        _ if memory.blocked_s > 1.5 => [(lane.left, Indicator::Left), (lane.right, Indicator::Right)],
        _ => return,
    };
    for (target, indicator) in sides {
        let Some(target) = target else { continue };
        plan.indicator = indicator;
        if gap_is_free(around, object, coord, target, following) {
            memory.target_lane = Some(target);
            memory.blocked_s = 0.0;
            return;
        }
    }
}

/// Whether the neighbor lane leaves room for a lane change now.
fn gap_is_free(
    around: &Surroundings,
    object: &ObjectTruth,
    coord: LaneCoord,
    target: LaneId,
    p: &IdmParams,
) -> bool {
    let lane = around.network.lane(coord.lane);
    let along = coord.along_m * around.network.lane(target).length_m / lane.length_m.max(1e-6);
    let speed = object.motion.speed_mps.max(0.0);
    if let Some((lead, distance)) = around.occupancy.leader(around.network, object.id, along, [target], 80.0)
    {
        let other = &around.truth.objects[lead.id.ix()];
        let gap = distance - other.extent.rear_m - object.extent.front_x_m();
        if gap < 1.5 || idm::follow(p, speed, other.motion.speed_mps.max(0.0), gap) < -3.0 {
            return false;
        }
    }
    if let Some((follower, distance)) =
        around.occupancy.follower(around.network, object.id, target, along, 80.0)
    {
        let other = &around.truth.objects[follower.id.ix()];
        let gap = distance - other.extent.front_x_m() - object.extent.rear_m;
        if gap < 1.5 || idm::follow(p, other.motion.speed_mps.max(0.0), speed, gap) < -3.0 {
            return false;
        }
    }
    true
}

/// Road-wheel angle of pure pursuit towards the point `look_m` ahead on the path, rad.
fn pursuit(
    around: &Surroundings,
    object: &ObjectTruth,
    coord: LaneCoord,
    ahead: &[LaneId],
    look_m: f64,
    wheelbase_m: f64,
) -> f64 {
    let mut remaining = coord.along_m + look_m;
    let mut target: Option<DVec2> = None;
    for (ix, &lane) in ahead.iter().enumerate() {
        let length = around.network.lane(lane).length_m;
        if remaining <= length || ix + 1 == ahead.len() {
            let pose = around.network.lane_pose(LaneCoord::center(lane, remaining.min(length))).pose;
            // Beyond the end of the path: straight on.
            target = Some(pose.position_m.truncate() + pose.forward() * (remaining - length).max(0.0));
            break;
        }
        remaining -= length;
    }
    let Some(target) = target else { return 0.0 };
    let local = object.pose.to_local(target);
    let distance_sq = local.length_squared().max(1.0);
    math::atan(2.0 * wheelbase_m * local.y / distance_sq)
}

/// Friction that the look of the road suggests, –: black ice is not seen.
pub fn surface_friction_guess(weather: &Weather) -> f64 {
    if weather.snow_depth_mm > 2.0 {
        0.3
    } else if weather.wetness > 0.3 || weather.water_film_mm > 0.1 {
        0.6
    } else {
        0.8
    }
}

#[cfg(test)]
#[path = "drive_tests.rs"]
mod tests;
