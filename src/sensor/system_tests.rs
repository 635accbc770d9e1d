//! The domain in the tick: attach, schedule, faults from the storyboard.

use super::*;
use crate::base::math::DVec2;
use crate::road::RoadNetwork;
use crate::scenario::{Action, Files, MapFailure, NameKind, PlaceProblem, Scenario, SensorFault};
use crate::sim::{Clock, tick};
use crate::state::automation::AutomationLevel;
use crate::state::messages::Happening;
use crate::state::object::ObjectClass;
use crate::state::pose::{LaneCoord, Motion, Pose};
use crate::state::sensor_data::SensorKind;
use crate::state::truth::{ExteriorLights, ObjectTruth, Presence};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An empty map on which every place is on one lane.
struct Anywhere;

impl Files for Anywhere {
    fn map(&self, _: &str) -> Result<Arc<RoadNetwork>, MapFailure> {
        Ok(Arc::new(RoadNetwork::default()))
    }
    fn names(&self, _: NameKind) -> Option<Vec<String>> {
        None
    }
    fn place(&self, _: &RoadNetwork, _: &str, _: i32, s_m: f64) -> Result<LaneCoord, PlaceProblem> {
        Ok(LaneCoord::center(crate::base::ids::LaneId(0), s_m))
    }
    fn leads_through(&self, _: &RoadNetwork, _: LaneCoord, _: &[LaneCoord]) -> bool {
        true
    }
}

const SCENARIO: &str = r#"
version = 1
title = "one car"
map = "anywhere"
[ego]
vehicle = "car"
sensors = "minimal_camera_radar"
start = { road = "r1", lane = -1, s_m = 5 }
"#;

fn app() -> App {
    let checked = Scenario::check("one", "one.toml", SCENARIO.as_bytes(), &Anywhere, &[]);
    let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    let mut app = App::empty();
    app.insert_resource(Clock::new(20_000_000)).insert_resource(RunPlan {
        scenario: Arc::new(scenario),
        network: Arc::new(RoadNetwork::default()),
        vehicles: Arc::new(BTreeMap::new()),
        level: AutomationLevel::L2,
        seed: 1,
        dt_ns: 20_000_000,
        interventions: Vec::new(),
    });
    app.add_plugins((tick::plugin, plugin));
    let extent = tests::extent(ObjectClass::Car);
    let world = app.world_mut();
    world.spawn((Ego, extent));
    world.insert_resource(GroundTruth {
        objects: vec![ObjectTruth {
            id: crate::base::ids::ParticipantId(0),
            name: "ego".into(),
            class: ObjectClass::Car,
            extent,
            pose: Pose::default(),
            motion: Motion::default(),
            lane: None,
            forward: DVec2::X,
            center_m: DVec2::ZERO,
            lights: ExteriorLights::default(),
            conspicuity: 1.0,
            presence: Presence::Present,
        }],
        ego: Some(crate::base::ids::ParticipantId(0)),
    });
    attach(world);
    app
}

#[test]
fn the_named_suite_works_in_the_tick() {
    let mut app = app();
    let world = app.world_mut();
    for _ in 0..20 {
        world.run_schedule(SimTick);
    }
    let mut buses = world.query::<&SensorBus>();
    let bus = buses.single(world).expect("one ego");
    let names: Vec<&str> = bus.suite.iter().map(|info| info.name.as_str()).collect();
    assert_eq!(names, ["radar_front", "camera_front", "gnss", "imu", "odometry"]);
    for (ix, info) in bus.suite.iter().enumerate() {
        assert!(bus.in_flight.iter().any(|frame| frame.sensor.ix() == ix), "{}", info.name);
    }
    assert!(bus.in_flight.is_sorted_by_key(|frame| (frame.available_at, frame.sensor)));
}

#[test]
fn storyboard_faults_reach_sensors_by_name_and_kind_and_are_logged() {
    for (sensor, expect) in [("camera_front", &[1_u8][..]), ("radar", &[0]), ("lidar", &[])] {
        let mut app = app();
        let world = app.world_mut();
        let fault = Action::SensorFault { sensor: sensor.into(), fault: SensorFault::Dead };
        world.resource_mut::<FiredActions>().this_tick.push(fault);
        world.run_schedule(SimTick);
        let logged: Vec<u8> = world
            .resource::<EventLog>()
            .this_tick
            .iter()
            .filter_map(|event| match event {
                Happening::SensorFaultSet { sensor, fault } if fault == "dead" => Some(sensor.0),
                _ => None,
            })
            .collect();
        assert_eq!(logged, expect, "{sensor}");
        world.resource_mut::<FiredActions>().this_tick.clear();
        for _ in 0..20 {
            world.run_schedule(SimTick);
        }
        let mut buses = world.query::<&SensorBus>();
        let bus = buses.single(world).expect("one ego");
        for ix in expect {
            assert!(bus.in_flight.iter().all(|frame| frame.sensor.0 != *ix), "{sensor} is dead");
        }
        assert!(bus.in_flight.iter().any(|frame| frame.kind == SensorKind::Gnss));
    }
}
