//! The automation in closed loop on the bundled maps, with a simple vehicle and perfect perception: what is
//! tested is tactics and control, not sensing.

use super::*;
use crate::base::ids::LaneId;
use crate::base::math::DVec2;
use crate::road::{RoadNetwork, Route};
use crate::state::belief::{EgoEstimate, Localized, MovementBelief, Track, TrackStatus};
use crate::state::command::Seat;
use crate::state::object::{Extent, ObjectClass};
use crate::state::pose::Pose;
use crate::state::signal::Indication;
use std::sync::Arc;

const DT_NS: u64 = 20_000_000;

const SEDAN: Body = Body {
    wheelbase_m: 2.74,
    front_m: 3.7,
    rear_m: 1.07,
    width_m: 1.89,
    steer_max_rad: 0.6,
    steer_lag_s: 0.1,
    understeer: 0.0,
    rear_slip: 0.0,
    friction_dry: 1.0,
    brake_max_mps2: 9.0,
    speed_max_mps: 50.0,
};

fn map(name: &str) -> Arc<RoadNetwork> {
    let bytes: &[u8] = match name {
        "straight" => include_bytes!("../../assets/maps/straight.xodr"),
        "crossing" => include_bytes!("../../assets/maps/crossing.xodr"),
        "kirkland" => include_bytes!("../../assets/maps/kirkland.xodr"),
        "austin" => include_bytes!("../../assets/maps/austin.xodr"),
        _ => panic!("no map {name}"),
    };
    Arc::new(RoadNetwork::from_opendrive(name, bytes).unwrap())
}

/// Another road user: follows its lanes at a speed, or moves on a line.
struct Actor {
    track: Track,
    place: Option<LaneCoord>,
}

/// A small world with one automated vehicle.
struct Drive {
    clock: Clock,
    prior: MapPrior,
    automation: Automation,
    state: AutomationState,
    command: AdsCommand,
    log: EventLog,
    world: WorldModel,
    actors: Vec<Actor>,
    /// Indication of every signalized movement.
    indication: Option<Indication>,
    driver: Option<DriverState>,
    intent: DriverIntent,
    happened: Vec<Happening>,
    steer_rad: f64,
    z_m: f64,
    worst_offset_m: f64,
    worst_lateral_mps2: f64,
    hardest_mps2: f64,
}

impl Drive {
    fn new(
        network: &Arc<RoadNetwork>,
        feature: &str,
        start: LaneCoord,
        via: &[LaneId],
        speed_mps: f64,
    ) -> Self {
        let route = if via.is_empty() { Route::default() } else { network.route_via(start, via).unwrap() };
        let feature = *feature::by_name(feature).unwrap();
        let destination = via.last().map(|&lane| LaneCoord::center(lane, 0.8 * network.lane(lane).length_m));
        let automation = Automation::new(SEDAN, feature, feature.odd, None, destination);
        let pose = network.lane_pose(start).pose;
        let world = WorldModel {
            ego: EgoEstimate {
                position_m: pose.position_m.truncate(),
                heading_rad: pose.heading_rad,
                speed_mps,
                position_sigma_m: 0.1,
                lane: Some(start),
                ..EgoEstimate::default()
            },
            visibility_m: 2000.0,
            friction_scale: 1.0,
            localized: Localized::Yes,
            ..WorldModel::default()
        };
        Self {
            clock: Clock::new(DT_NS),
            prior: MapPrior { network: network.clone(), unknown_faces: Vec::new(), route },
            state: automation.first_state(),
            automation,
            command: AdsCommand::default(),
            log: EventLog::default(),
            world,
            actors: Vec::new(),
            indication: Some(Indication::Green),
            driver: None,
            intent: DriverIntent::default(),
            happened: Vec::new(),
            steer_rad: 0.0,
            z_m: pose.position_m.z,
            worst_offset_m: 0.0,
            worst_lateral_mps2: 0.0,
            hardest_mps2: 0.0,
        }
    }

    fn add(&mut self, class: ObjectClass, pose: Pose, place: Option<LaneCoord>, speed_mps: f64) {
        let extent = match class {
            ObjectClass::Pedestrian => Extent { length_m: 0.5, width_m: 0.6, height_m: 1.7, rear_m: 0.25 },
            ObjectClass::Bicycle => Extent { length_m: 1.8, width_m: 0.6, height_m: 1.7, rear_m: 0.9 },
            _ => Extent { length_m: 4.5, width_m: 1.8, height_m: 1.5, rear_m: 1.0 },
        };
        let track = Track {
            id: self.actors.len() as u32 + 1,
            class,
            class_confidence: 0.95,
            center_m: pose.position_m.truncate(),
            heading_rad: pose.heading_rad,
            speed_mps,
            accel_mps2: 0.0,
            yaw_rate_radps: 0.0,
            extent,
            covariance_m2: [0.05, 0.0, 0.05],
            speed_sigma_mps: 0.1,
            existence: 0.99,
            status: TrackStatus::Confirmed,
            age_s: 3.0,
            unseen_s: 0.0,
            sources: 0b111,
            lane: place,
        };
        self.actors.push(Actor { track, place });
    }

    fn add_on_lane(&mut self, class: ObjectClass, place: LaneCoord, speed_mps: f64) {
        let pose = self.prior.network.lane_pose(place).pose;
        self.add(class, pose, Some(place), speed_mps);
    }

    fn step(&mut self) {
        let dt_s = self.clock.dt_s();
        let network = self.prior.network.clone();
        for actor in &mut self.actors {
            let track = &mut actor.track;
            let step_m = track.speed_mps * dt_s;
            if let Some(place) = actor.place {
                let next = network.advance(place, step_m, None);
                if next.is_none() {
                    track.speed_mps = 0.0;
                }
                let next = next.unwrap_or(place);
                let pose = network.lane_pose(next).pose;
                (track.center_m, track.heading_rad) = (pose.position_m.truncate(), pose.heading_rad);
                actor.place = Some(next);
                track.lane = Some(next);
            } else {
                track.center_m += math::unit(track.heading_rad) * step_m;
            }
        }
        self.world.tracks.clear();
        self.world.tracks.extend(self.actors.iter().map(|actor| actor.track));
        self.world.movements.clear();
        for span in &self.automation.planner.corridor.spans {
            self.world.movements.push(MovementBelief {
                connecting: span.lane,
                indication: self.indication,
                confidence: 0.99,
                unseen_s: 0.0,
            });
        }
        self.world.time = self.clock.time;
        self.automation.tick(
            &self.clock,
            &self.world,
            &self.prior,
            self.driver.as_ref(),
            Some(&self.intent),
            &mut self.state,
            &mut self.command,
            &mut self.log,
        );
        self.intent = DriverIntent::default();
        self.happened.append(&mut self.log.this_tick);
        self.clock.tick += 1;
        self.clock.time = self.clock.time.plus_ns(DT_NS);
        self.move_ego(dt_s);
    }

    /// Kinematic single-track vehicle on the map's grade, with lags of steering and drive.
    fn move_ego(&mut self, dt_s: f64) {
        let ego = &mut self.world.ego;
        let ask = self.command.request.accel_mps2.min(if self.command.aeb_mps2 < 0.0 {
            self.command.aeb_mps2
        } else {
            f64::INFINITY
        });
        let gravity = 9.806_65 * math::sin(ego.pitch_rad);
        let ask = ask.clamp(-9.0, 4.0);
        // At rest the brake holds against the grade, and does not push the vehicle backwards.
        let target = if ego.speed_mps < 0.01 && ask < 0.0 { 0.0 } else { ask - gravity };
        ego.accel_mps2 += (target - ego.accel_mps2) * (dt_s / 0.15);
        ego.speed_mps = (ego.speed_mps + ego.accel_mps2 * dt_s).max(0.0);
        let wish = self.command.request.steer_rad;
        self.steer_rad += ((wish - self.steer_rad) / SEDAN.steer_lag_s).clamp(-0.7, 0.7) * dt_s;
        ego.steer_rad = self.steer_rad;
        ego.yaw_rate_radps = ego.speed_mps * math::tan(self.steer_rad) / SEDAN.wheelbase_m;
        ego.position_m +=
            math::unit(ego.heading_rad + 0.5 * ego.yaw_rate_radps * dt_s) * (ego.speed_mps * dt_s);
        ego.heading_rad = math::wrap_pi(ego.heading_rad + ego.yaw_rate_radps * dt_s);
        let planner = &self.automation.planner;
        if let Some(point) = planner.corridor.at(planner.station_m) {
            ego.pitch_rad = point.pitch_rad;
            ego.lane = planner.corridor.coord_at(planner.station_m);
            let offset_m = (ego.position_m - point.position_m).perp_dot(math::unit(point.heading_rad)).abs();
            self.worst_offset_m = self.worst_offset_m.max(offset_m);
        }
        self.worst_lateral_mps2 = self.worst_lateral_mps2.max((ego.speed_mps * ego.yaw_rate_radps).abs());
        self.hardest_mps2 = self.hardest_mps2.min(ego.accel_mps2);
        assert!(ego.position_m.is_finite() && self.z_m.is_finite());
    }

    fn run(&mut self, seconds: f64) {
        for _ in 0..(seconds * 1e9 / DT_NS as f64).round() as u64 {
            self.step();
        }
    }

    fn run_until(&mut self, seconds: f64, mut stop: impl FnMut(&Self) -> bool) -> bool {
        (0..(seconds * 1e9 / DT_NS as f64).round() as u64).any(|_| {
            self.step();
            stop(self)
        })
    }

    fn front(&self) -> DVec2 {
        self.world.ego.position_m + math::unit(self.world.ego.heading_rad) * SEDAN.front_m
    }

    /// Smallest distance between the ego's box and an actor's, m, coarsely (points on the ego's outline).
    fn clearance(&self, ix: usize) -> f64 {
        let (ego, track) = (&self.world.ego, &self.actors[ix].track);
        let (f, t) = (math::unit(ego.heading_rad), math::unit(track.heading_rad));
        let mut best = f64::INFINITY;
        for x in [-SEDAN.rear_m, 0.0, 1.3, 2.5, SEDAN.front_m] {
            for y in [-0.945, 0.0, 0.945] {
                let d = ego.position_m + f * x + f.perp() * y - track.center_m;
                let dx = (d.dot(t).abs() - 0.5 * track.extent.length_m).max(0.0);
                let dy = (t.perp_dot(d).abs() - 0.5 * track.extent.width_m).max(0.0);
                best = best.min(math::hypot(dx, dy));
            }
        }
        best
    }

    fn names(&self) -> Vec<&'static str> {
        self.happened.iter().map(Happening::name).collect()
    }
}

#[test]
fn cruises_at_the_limit_in_the_middle_of_the_lane() {
    let network = map("straight");
    let lane = network.lanes.iter().find(|lane| lane.kind == crate::road::LaneKind::Driving).unwrap();
    let limit_mps = lane.speed_limit_mps;
    for feature in ["highway_assist", "urban_l4", "full_l5"] {
        let mut drive = Drive::new(&network, feature, LaneCoord::center(lane.id, 20.0), &[], 5.0);
        drive.run(25.0);
        let cap_mps = limit_mps.min(drive.automation.planner.limits.speed_mps_max);
        let v = drive.world.ego.speed_mps;
        assert!((v - cap_mps).abs() < 0.5, "{feature}: {v} of {cap_mps}");
        assert!(drive.worst_offset_m < 0.1, "{feature}: {}", drive.worst_offset_m);
        assert_eq!(drive.state.mode, FeatureMode::Active);
        assert!(drive.hardest_mps2 > -1.0);
    }
}

#[test]
fn stops_behind_a_standing_lead_and_follows_when_it_leaves() {
    let network = map("straight");
    let lane = network.lanes.iter().find(|lane| lane.kind == crate::road::LaneKind::Driving).unwrap().id;
    for feature in ["acc", "highway_assist", "urban_l3", "urban_l4", "full_l5"] {
        let mut drive = Drive::new(&network, feature, LaneCoord::center(lane, 20.0), &[], 15.0);
        drive.indication = None;
        drive.add_on_lane(ObjectClass::Car, LaneCoord::center(lane, 220.0), 0.0);
        // The car stands in a one-lane queue: no room to pass is looked for while it is "a lead".
        let mut least = f64::INFINITY;
        for _ in 0..1000 {
            drive.step();
            least = least.min(drive.clearance(0));
            if drive.automation.planner.lateral.changing() {
                break;
            }
        }
        assert!(least > 1.0, "{feature}: {least}");
        if drive.automation.planner.lateral.changing() {
            continue; // went around it
        }
        assert!(drive.world.ego.speed_mps < 0.1 && least < 6.0, "{feature}: {least}");
        drive.actors[0].track.speed_mps = 12.0;
        drive.run(12.0);
        assert!(drive.world.ego.speed_mps > 9.0, "{feature}: {}", drive.world.ego.speed_mps);
    }
}

/// A connecting lane with this turn and its approach lane, from a junction with this control.
fn approach(
    network: &RoadNetwork,
    control: crate::road::ApproachControl,
    turn: crate::road::Turn,
) -> impl Iterator<Item = (LaneId, LaneId)> {
    network.lanes.iter().filter_map(move |lane| {
        let fits = lane.junction.is_some()
            && lane.kind == crate::road::LaneKind::Driving
            && lane.turn == turn
            && network.approach_control[lane.id.ix()] == control;
        let before = *lane.predecessors.first()?;
        (fits && network.lane(before).length_m > 70.0).then_some((before, lane.id))
    })
}

fn toward(
    network: &Arc<RoadNetwork>,
    feature: &str,
    before: LaneId,
    connecting: LaneId,
    back_m: f64,
) -> Drive {
    let after = network.lane(connecting).successors[0];
    let start = LaneCoord::center(before, network.lane(before).length_m - back_m);
    Drive::new(network, feature, start, &[connecting, after], 10.0)
}

/// Distance of the front bumper past the stop line of the approach lane, m.
fn past_line(drive: &Drive, before: LaneId) -> f64 {
    let lane = drive.prior.network.lane(before);
    let line_m = lane.stop_line_m.unwrap_or(lane.length_m);
    let at = drive.prior.network.lane_pose(LaneCoord::center(before, line_m)).pose;
    (drive.front() - at.position_m.truncate()).dot(at.forward())
}

#[test]
fn red_stops_before_the_line_and_green_lets_go() {
    use crate::road::{ApproachControl, Turn};
    let network = map("crossing");
    for turn in [Turn::Straight, Turn::Right, Turn::Left] {
        let (before, connecting) = approach(&network, ApproachControl::Signal, turn).next().unwrap();
        for indication in [Some(Indication::Red), None] {
            let mut drive = toward(&network, "urban_l4", before, connecting, 65.0);
            drive.indication = indication;
            drive.run(9.0);
            let past_m = past_line(&drive, before);
            assert!(drive.world.ego.speed_mps < 0.1, "{turn:?} {indication:?}");
            assert!((-3.0..0.0).contains(&past_m), "{turn:?} {indication:?}: {past_m} past the line");
            drive.indication = Some(Indication::Green);
            assert!(
                drive.run_until(30.0, |d| past_line(d, before) > 15.0 || {
                    d.automation
                        .planner
                        .corridor
                        .span_at(d.automation.planner.station_m)
                        .is_some_and(|span| span.junction.is_none() && span.lane != before)
                }),
                "{turn:?} {indication:?}: does not go"
            );
            assert!(drive.worst_offset_m < 0.3, "{turn:?}: {}", drive.worst_offset_m);
            assert!(drive.worst_lateral_mps2 < 3.2, "{turn:?}: {}", drive.worst_lateral_mps2);
        }
    }
}

#[test]
fn a_stop_sign_is_obeyed_with_a_full_stop() {
    use crate::road::{ApproachControl, Turn};
    let network = map("kirkland");
    let mut tried = 0;
    for turn in [Turn::Straight, Turn::Right, Turn::Left] {
        for (before, connecting) in approach(&network, ApproachControl::Stop, turn).take(4) {
            let mut drive = toward(&network, "urban_l4", before, connecting, 65.0);
            let mut stopped = false;
            let passed = drive.run_until(40.0, |d| {
                stopped |= d.world.ego.speed_mps < 0.1;
                past_line(d, before) > 1.0
            });
            assert!(
                passed && stopped,
                "{turn:?} {before:?}: passed {passed}, stopped {stopped}, {:?}",
                drive.state.reason
            );
            tried += 1;
        }
    }
    assert!(tried >= 8, "{tried}");
}

#[test]
fn a_permissive_left_waits_for_oncoming_traffic() {
    use crate::road::{ApproachControl, Turn};
    let network = map("crossing");
    let (before, connecting) = approach(&network, ApproachControl::Signal, Turn::Left).next().unwrap();
    // The straight movement from the opposite approach that crosses ours.
    let heading = network.lane_pose(LaneCoord::center(before, 1e9)).pose.heading_rad;
    let oncoming = network.lane(connecting).conflicts.iter().find(|c| {
        let other = network.lane(c.other);
        let theirs = network.lane_pose(LaneCoord::center(c.other, 0.0)).pose.heading_rad;
        other.turn == Turn::Straight && math::cos(theirs - heading) < -0.7
    });
    let oncoming = oncoming.unwrap().other;
    let from = network.lane(oncoming).predecessors[0];
    let mut drive = toward(&network, "urban_l4", before, connecting, 40.0);
    // Four cars, 35 m apart, then a long gap.
    for ix in 0..4 {
        let along_m = network.lane(from).length_m - 25.0 - 30.0 * f64::from(ix);
        if along_m > 0.0 {
            drive.add_on_lane(ObjectClass::Car, LaneCoord::center(from, along_m), 11.0);
        }
    }
    assert!(drive.actors.len() >= 2);
    let mut least = f64::INFINITY;
    let mut waited = false;
    let through = drive.run_until(40.0, |d| {
        for ix in 0..d.actors.len() {
            least = least.min(d.clearance(ix));
        }
        waited |= matches!(d.state.reason, PlanReason::Yield(_));
        d.automation
            .planner
            .corridor
            .span_at(d.automation.planner.station_m)
            .is_some_and(|span| span.junction.is_none() && span.lane != before)
    });
    assert!(through && waited, "through {through}, waited {waited}");
    // Oncoming cars pass the waiting vehicle's corner, but nobody comes closer than that.
    assert!(least > 0.7, "{least}");
    assert!(drive.names().iter().all(|&name| name != "aeb_activated"));
}

#[test]
fn routes_across_the_cities_are_driven_to_their_end() {
    let mut worst: f64 = 0.0;
    for (name, step) in [("kirkland", 37), ("austin", 53)] {
        let network = map(name);
        let lanes: Vec<_> = network
            .lanes
            .iter()
            .filter(|l| l.kind == crate::road::LaneKind::Driving && l.junction.is_none() && l.length_m > 60.0)
            .map(|l| l.id)
            .collect();
        let mut driven = 0;
        for ix in 0..8 {
            let from = lanes[(ix * step) % lanes.len()];
            let to = lanes[(ix * step * 3 + 11) % lanes.len()];
            let start = LaneCoord::center(from, 10.0);
            let Some(route) = network.route(start, to) else { continue };
            if route.length_m < 200.0 {
                continue;
            }
            let mut drive = Drive::new(&network, "full_l5", start, &[to], 3.0);
            let seconds = route.length_m / 2.0 + 40.0;
            let arrived = drive.run_until(seconds, |d| {
                d.state.reason == PlanReason::Destination && d.world.ego.speed_mps < 0.1
            });
            let what = format!("{name} {from:?} -> {to:?} ({} m)", route.length_m);
            let place = drive.world.ego.lane;
            assert!(
                arrived,
                "{what}: stuck at {place:?} by {:?} {:?}",
                drive.state.reason, drive.automation.planner.corridor.change
            );
            assert!(drive.worst_offset_m < 0.3, "{what}: {} m off", drive.worst_offset_m);
            assert!(drive.worst_lateral_mps2 < 3.5, "{what}: {} m/s²", drive.worst_lateral_mps2);
            assert!(drive.hardest_mps2 > -4.5, "{what}: {} m/s²", drive.hardest_mps2);
            worst = worst.max(drive.worst_offset_m);
            driven += 1;
        }
        assert!(driven >= 5, "{name}: {driven}");
    }
    assert!(worst > 0.0);
}

fn attentive_driver() -> DriverState {
    DriverState {
        seat: Seat::Model,
        role: HumanRole::FallbackReadyUser,
        task: crate::state::driver::SecondaryTask::Monitoring,
        attention: 1.0,
        awareness: 1.0,
        eyes_on_road: true,
        hands_on_wheel: false,
        driving: false,
        reacting_since: None,
        took_over_at: None,
    }
}

fn middle_lane(network: &RoadNetwork) -> LaneId {
    let driving = |lane: &&crate::road::Lane| lane.kind == crate::road::LaneKind::Driving;
    let both = network.lanes.iter().filter(driving).find(|lane| lane.left.is_some() && lane.right.is_some());
    both.map(|lane| lane.id).unwrap()
}

#[test]
fn l4_reaches_a_minimal_risk_condition_when_the_rain_gets_too_heavy() {
    let network = map("straight");
    let mut drive =
        Drive::new(&network, "urban_l4", LaneCoord::center(middle_lane(&network), 20.0), &[], 20.0);
    drive.run(3.0);
    assert_eq!(drive.state.mode, FeatureMode::Active);
    drive.world.weather.rain_mmph = 45.0;
    let rests = drive.run_until(60.0, |d| d.state.mode == FeatureMode::MinimalRiskCondition);
    assert!(rests, "{:?}", drive.state.mode);
    assert!(drive.command.request.hazard);
    assert!(drive.hardest_mps2 > -4.2, "{}", drive.hardest_mps2);
    assert_eq!(drive.state.allocation.lateral, crate::state::automation::ControlAuthority::Fallback);
    let names: Vec<_> = drive
        .names()
        .into_iter()
        .filter(|&name| name != "plan_reason_changed" && name != "lane_departure_warning")
        .collect();
    assert_eq!(
        names,
        [
            "odd_clause_changed",
            "feature_mode_changed",
            "minimal_risk_maneuver_started",
            "feature_mode_changed",
            "minimal_risk_condition_reached"
        ]
    );
    // It pulled over to the right instead of stopping in the middle lane.
    let place = network.nearest_lane(drive.world.ego.position_m.extend(0.0), None).unwrap();
    assert!(network.lane(place.coord.lane).right.is_none() || place.coord.offset_m < -1.0, "{place:?}");
    // L5 has no such limit.
    let mut drive =
        Drive::new(&network, "full_l5", LaneCoord::center(middle_lane(&network), 20.0), &[], 20.0);
    drive.world.weather.rain_mmph = 45.0;
    drive.run(10.0);
    assert_eq!(drive.state.mode, FeatureMode::Active);
}

#[test]
fn l3_asks_in_time_and_stops_by_itself_when_nobody_answers() {
    let network = map("straight");
    let start = LaneCoord::center(middle_lane(&network), 20.0);
    let mut drive = Drive::new(&network, "urban_l3", start, &[], 20.0);
    drive.world.weather.rain_mmph = 12.0;
    assert_eq!(drive.automation.feature.level, AutomationLevel::L3);
    drive.driver = Some(attentive_driver());
    drive.run(2.0);
    // Outside from the start: off after the start check, and nobody is asked to intervene.
    assert_eq!(drive.state.mode, FeatureMode::Off);
    assert_eq!(drive.names(), ["odd_clause_changed"]);

    let mut drive = Drive::new(&network, "urban_l3", start, &[], 20.0);
    drive.run(2.0);
    drive.world.weather.rain_mmph = 12.0;
    assert!(drive.run_until(3.0, |d| d.state.mode == FeatureMode::RequestingIntervention));
    let asked = drive.clock.time;
    let v = drive.world.ego.speed_mps;
    assert!(drive.state.warning.take_over && drive.state.request_deadline.is_some());
    drive.run(9.5);
    assert_eq!(drive.state.mode, FeatureMode::RequestingIntervention);
    assert!(drive.world.ego.speed_mps > v - 5.0, "keeps driving meanwhile");
    assert!(drive.run_until(2.0, |d| d.state.mode == FeatureMode::MinimalRiskManeuver));
    assert!((drive.clock.time.since_s(asked) - 10.0).abs() < 0.1);
    assert!(drive.run_until(20.0, |d| d.state.mode == FeatureMode::MinimalRiskCondition));

    // Answered: the driver has it.
    let mut drive = Drive::new(&network, "urban_l3", start, &[], 20.0);
    drive.run(2.0);
    drive.world.weather.rain_mmph = 12.0;
    assert!(drive.run_until(3.0, |d| d.state.mode == FeatureMode::RequestingIntervention));
    drive.intent.override_reason = Some(crate::state::driver::TakeoverReason::Request);
    drive.step();
    assert_eq!(drive.state.mode, FeatureMode::Overridden);
    assert_eq!(drive.state.allocation, DdtAllocation::DRIVER);
    assert_eq!(drive.state.request_since, None);
    // Back in the ODD the driver may engage again.
    drive.world.weather.rain_mmph = 0.0;
    drive.run(6.0);
    drive.intent.engage = true;
    drive.run(0.1);
    assert_eq!(drive.state.mode, FeatureMode::Active);
}

#[test]
fn pedestrians_are_waited_for() {
    let network = map("straight");
    let lane = middle_lane(&network);
    // From the right at walking pace so that it would be in front of the vehicle; from the left, running;
    // standing in the lane.
    for (offset_m, heading, speed, along_m) in
        [(-6.0, 1.0, 1.4, 80.0), (7.0, -1.0, 2.5, 75.0), (0.4, 1.0, 0.0, 90.0)]
    {
        let mut drive = Drive::new(&network, "urban_l4", LaneCoord::center(lane, 20.0), &[], 13.0);
        drive.automation.planner.set_speed_mps = Some(13.0);
        let mut pose = network.lane_pose(LaneCoord { lane, along_m, offset_m }).pose;
        pose.heading_rad += heading * std::f64::consts::FRAC_PI_2;
        drive.add(ObjectClass::Pedestrian, pose, None, speed);
        let mut least = f64::INFINITY;
        for _ in 0..500 {
            drive.step();
            least = least.min(drive.clearance(0));
        }
        assert!(least > 0.5, "{offset_m}: {least}");
        assert!(!drive.names().contains(&"aeb_activated"), "{offset_m}");
        let vulnerable = |h: &Happening| {
            matches!(h, Happening::PlanReasonChanged { reason: PlanReason::VulnerableRoadUser(_) })
        };
        assert!(drive.happened.iter().any(vulnerable), "{offset_m}");
    }
    // One that walks along on the shoulder is no reason to stop.
    let mut drive = Drive::new(&network, "urban_l4", LaneCoord::center(lane, 20.0), &[], 13.0);
    drive.automation.planner.set_speed_mps = Some(13.0);
    let pose = network.lane_pose(LaneCoord { lane, along_m: 80.0, offset_m: -5.0 }).pose;
    drive.add(ObjectClass::Pedestrian, pose, None, 1.2);
    drive.run(10.0);
    assert!(drive.world.ego.speed_mps > 12.0);
}

#[test]
fn a_standing_obstacle_is_passed_when_the_next_lane_is_free() {
    let network = map("straight");
    let lane = middle_lane(&network);
    for class in [ObjectClass::Debris, ObjectClass::Car] {
        let mut drive = Drive::new(&network, "urban_l4", LaneCoord::center(lane, 20.0), &[], 13.0);
        drive.automation.planner.set_speed_mps = Some(13.0);
        drive.add_on_lane(class, LaneCoord::center(lane, 200.0), 0.0);
        let mut least = f64::INFINITY;
        let passed = drive.run_until(60.0, |d| {
            least = least.min(d.clearance(0));
            d.world.ego.lane.is_some_and(|place| place.along_m > 240.0)
        });
        assert!(passed, "{class:?}: {:?} {:?}", drive.state.reason, drive.world.ego.lane);
        assert!(least > 0.4, "{class:?}: {least}");
        assert_eq!(drive.state.mode, FeatureMode::Active);
    }
    // Both neighbors closed: the way is given up after a while.
    let mut drive = Drive::new(&network, "urban_l4", LaneCoord::center(lane, 20.0), &[], 13.0);
    drive.automation.planner.set_speed_mps = Some(13.0);
    for side in [Some(lane), network.lane(lane).left, network.lane(lane).right] {
        drive.add_on_lane(ObjectClass::WorkZone, LaneCoord::center(side.unwrap(), 200.0), 0.0);
    }
    assert!(drive.run_until(80.0, |d| d.state.mode == FeatureMode::MinimalRiskCondition));
    assert!(drive.names().contains(&"minimal_risk_maneuver_started"));
}

#[test]
fn a_close_cut_in_is_answered_without_contact() {
    let network = map("straight");
    let lane = middle_lane(&network);
    let right = network.lane(lane).right.unwrap();
    for (gap_m, speed) in [(18.0, 14.0), (12.0, 16.0), (35.0, 10.0)] {
        let mut drive = Drive::new(&network, "urban_l3", LaneCoord::center(lane, 20.0), &[], 20.0);
        let pose = network.lane_pose(LaneCoord::center(right, 20.0 + 3.7 + 2.2 + gap_m)).pose;
        drive.add(ObjectClass::Car, pose, None, speed);
        // Turns into our lane within 3 s and straightens out there.
        let width_m = 3.6;
        let mut least = f64::INFINITY;
        for tick in 0..1000 {
            let t = f64::from(tick) * 0.02;
            let rate = if t < 3.0 { width_m / 3.0 } else { 0.0 };
            drive.actors[0].track.heading_rad = pose.heading_rad + math::atan2(rate, speed);
            drive.step();
            least = least.min(drive.clearance(0));
        }
        assert!(least > 1.0, "{gap_m} m, {speed} m/s: {least}");
        assert!(drive.hardest_mps2 > -6.5, "{gap_m} m, {speed} m/s: {}", drive.hardest_mps2);
        let v = drive.world.ego.speed_mps;
        assert!((v - speed).abs() < 1.5, "{gap_m} m, {speed} m/s: {v} {:?}", drive.state.reason);
    }
}

#[test]
fn fog_and_ice_slow_the_vehicle_down() {
    let network = map("straight");
    let lane = middle_lane(&network);
    let cruise = |visibility_m: f64, friction_scale: f64| {
        let mut drive = Drive::new(&network, "full_l5", LaneCoord::center(lane, 20.0), &[], 15.0);
        drive.world.visibility_m = visibility_m;
        drive.world.friction_scale = friction_scale;
        drive.run(25.0);
        (drive.world.ego.speed_mps, drive.state.reason)
    };
    let (clear, _) = cruise(2000.0, 1.0);
    let (fog, why) = cruise(50.0, 1.0);
    let (ice, _) = cruise(100.0, 0.15);
    assert_eq!(why, PlanReason::Weather);
    assert!(fog < 0.9 * clear, "{fog} {clear}");
    // Stopping from there fits the sight: v + v²/(2·4) ≤ 50 m; on ice with 0.15·g/2.
    assert!(fog + fog * fog / 8.0 < 50.0, "{fog}");
    assert!(ice + ice * ice / (2.0 * 0.5 * 0.15 * 9.81) < 100.0, "{ice}");
    assert!(fog > 10.0 && ice > 5.0);
}
