//! The vehicle domain in a world: an ego on the bundled straight road, driven by commands alone.

use super::systems::VehicleBody;
use crate::base::ids::ParticipantId;
use crate::road::{LaneCoord, RoadNetwork};
use crate::scenario::{
    Action, Behavior, CivilTime, DriverPlan, EgoPlan, EntityPlan, PlaceRef, Scenario, Storyboard, TrafficPlan,
};
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, participants, snapshot, tick};
use crate::state::automation::AutomationLevel;
use crate::state::command::{DriverCommand, MotionRequest};
use crate::state::driver::SecondaryTask;
use crate::state::messages::{EventLog, Happening};
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{Ego, GroundTruth, ObjectTruth, Presence, TrueLane};
use bevy::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

fn network() -> RoadNetwork {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/maps/straight.xodr");
    let bytes = std::fs::read(path).expect("the bundled map");
    RoadNetwork::from_opendrive("straight", &bytes).expect("a right map")
}

/// The longest driving lane of the map.
fn lane(network: &RoadNetwork) -> crate::base::ids::LaneId {
    let driving = |lane: &&crate::road::Lane| lane.kind == crate::road::LaneKind::Driving;
    network
        .lanes
        .iter()
        .filter(driving)
        .max_by(|a, b| a.length_m.total_cmp(&b.length_m))
        .expect("a driving lane")
        .id
}

fn place(network: &RoadNetwork, along_m: f64) -> PlaceRef {
    PlaceRef { coord: LaneCoord::center(lane(network), along_m), heading_offset_rad: 0.0 }
}

/// A run with the ego at 20 m and other participants (vehicle, place along the lane).
fn run(speed_mps: f64, others: &[(&str, f64)]) -> App {
    let network = network();
    let entities = others
        .iter()
        .enumerate()
        .map(|(ix, (vehicle, along_m))| EntityPlan {
            name: format!("other_{ix}"),
            vehicle: (*vehicle).into(),
            start: place(&network, *along_m),
            speed_mps: 0.0,
            behavior: Behavior::Parked,
            route: Vec::new(),
            hidden_at_start: false,
            runs_red: false,
            conspicuity: 1.0,
            siren: false,
        })
        .collect();
    let ego = EgoPlan {
        vehicle: "lexus_rx450h_2012".into(),
        start: place(&network, 20.0),
        speed_mps,
        route: Vec::new(),
        set_speed_mps: None,
        sensors: "full".into(),
        features: BTreeMap::new(),
        odd: BTreeMap::new(),
        driver: DriverPlan {
            role: None,
            task: SecondaryTask::Monitoring,
            non_response: None,
            takeover_time_s: None,
            speed_factor: 1.0,
        },
        unmapped_signals: Vec::new(),
    };
    let scenario = Scenario {
        name: "test".into(),
        title: "Test".into(),
        about: String::new(),
        expect: BTreeMap::new(),
        map: "straight".into(),
        duration_s: 60.0,
        level: AutomationLevel::L0,
        clock: CivilTime { year: 2024, month: 6, day: 1, second_of_day: 43_200.0, utc_offset_h: 0.0 },
        weather: None,
        ego: Some(ego),
        entities,
        traffic: TrafficPlan::default(),
        signals: Vec::new(),
        storyboard: Storyboard::default(),
        parameters: Vec::new(),
        values: BTreeMap::new(),
        criteria: Vec::new(),
        content_hash: 0,
        play: None,
        variations: None,
        warnings: Vec::new(),
    };
    let mut app = App::empty();
    app.insert_resource(Clock::new(20_000_000))
        .insert_resource(RunPlan {
            scenario: Arc::new(scenario),
            network: Arc::new(network),
            vehicles: Arc::new(super::spec::bundled().expect("bundled files are right")),
            level: AutomationLevel::L0,
            seed: 1,
            dt_ns: 20_000_000,
            interventions: Vec::new(),
        })
        .init_resource::<EventLog>()
        .init_resource::<FiredActions>()
        .add_plugins((tick::plugin, super::plugin, snapshot::plugin));
    let world = app.world_mut();
    participants::spawn(world).expect("known vehicles");
    super::attach(world);
    world.run_system_cached(snapshot::refresh_ground_truth).expect("runs");
    app
}

fn drive(app: &mut App, seconds: f64, accel_mps2: f64, steer_rad: f64) -> Vec<Happening> {
    let world = app.world_mut();
    let mut happenings = Vec::new();
    for _ in 0..(seconds * 50.0).round() as usize {
        let mut egos = world.query_filtered::<&mut DriverCommand, With<Ego>>();
        for mut command in egos.iter_mut(world) {
            let request = MotionRequest { accel_mps2, steer_rad, ..MotionRequest::default() };
            *command = DriverCommand { request, steering: true, pedals: true };
        }
        world.run_schedule(SimTick);
        happenings.append(&mut world.resource_mut::<EventLog>().this_tick);
        world.resource_mut::<FiredActions>().this_tick.clear();
    }
    happenings
}

fn object(app: &App, name: &str) -> ObjectTruth {
    let truth = app.world().resource::<GroundTruth>();
    truth.objects.iter().find(|o| &*o.name == name).expect("a participant").clone()
}

#[test]
fn the_driver_moves_the_ego_along_the_road() {
    let mut app = run(10.0, &[]);
    let happenings = drive(&mut app, 5.0, 0.0, 0.0);
    assert!(happenings.is_empty(), "{happenings:?}");
    let ego = object(&app, "ego");
    let lane = ego.lane.expect("on the road");
    assert!((lane.along_m - 70.0).abs() < 0.5, "{lane:?}");
    assert!((ego.motion.speed_mps - 10.0).abs() < 0.1, "{:?}", ego.motion);
    let surface = app.world().resource::<RunPlan>().network.lane_pose(lane).pose;
    assert!((ego.pose.position_m.z - surface.position_m.z).abs() < 0.01);
    drive(&mut app, 6.0, -3.0, 0.0);
    let ego = object(&app, "ego");
    assert_eq!(ego.motion, Motion::default(), "stands");
    assert!(ego.lights.braking);
}

#[test]
fn a_crash_is_told_once_and_leaves_wrecks_that_come_to_rest() {
    let mut app = run(15.0, &[("compact_car", 60.0)]);
    let mut happenings = drive(&mut app, 8.0, 0.0, 0.0);
    let collisions: Vec<&Happening> =
        happenings.iter().filter(|h| matches!(h, Happening::Collision { .. })).collect();
    assert_eq!(collisions.len(), 1, "{happenings:?}");
    let Happening::Collision { a, b, relative_speed_mps } = *collisions[0] else { unreachable!() };
    assert_eq!((a, b), (ParticipantId(0), ParticipantId(1)));
    assert!((relative_speed_mps - 15.0).abs() < 0.2, "{relative_speed_mps}");
    let (ego, other) = (object(&app, "ego"), object(&app, "other_0"));
    assert_eq!((ego.presence, other.presence), (Presence::Wreck, Presence::Wreck));
    // The struck car was thrown forward and both have come to rest without overlapping.
    let (ego_along, other_along) = (ego.lane.expect("on it").along_m, other.lane.expect("on it").along_m);
    assert!(other_along > 62.0, "{other_along}");
    assert!(other_along - other.extent.rear_m - (ego_along + ego.extent.front_x_m()) > -0.1);
    assert!(ego.motion.speed_mps.abs() < 0.05 && other.motion.speed_mps.abs() < 0.05);
    happenings = drive(&mut app, 1.0, 0.0, 0.0);
    assert!(happenings.is_empty(), "{happenings:?}");
}

#[test]
fn a_cone_is_pushed_away_and_the_ego_drives_on() {
    let mut app = run(10.0, &[("cone", 60.0)]);
    let happenings = drive(&mut app, 6.0, 0.0, 0.0);
    assert_eq!(happenings.iter().filter(|h| matches!(h, Happening::Collision { .. })).count(), 1);
    let (ego, cone) = (object(&app, "ego"), object(&app, "other_0"));
    assert_eq!((ego.presence, cone.presence), (Presence::Present, Presence::Wreck));
    assert!((ego.motion.speed_mps - 10.0).abs() < 0.1, "{:?}", ego.motion);
    let moved = cone.pose.position_m.distance(
        app.world().resource::<RunPlan>().network.lane_pose(place(&network(), 60.0).coord).pose.position_m,
    );
    assert!(moved > 1.0, "{moved}");
}

#[test]
fn actions_place_the_ego() {
    let mut app = run(10.0, &[]);
    let to = place(&app.world().resource::<RunPlan>().network.clone(), 100.0);
    let mut fired = app.world_mut().resource_mut::<FiredActions>();
    fired.this_tick.push(Action::Teleport { entity: "ego".into(), place: to });
    drive(&mut app, 0.02, 0.0, 0.0);
    let world = app.world_mut();
    let mut egos = world.query_filtered::<(&TrueLane, &Pose, &VehicleBody), With<Ego>>();
    let (lane, pose, body) = egos.single(world).expect("one ego");
    assert!((lane.0.expect("on it").along_m - 100.2).abs() < 0.05, "{lane:?}");
    assert!((pose.position_m.x - body.state.x_m).abs() < 1e-12);
}
