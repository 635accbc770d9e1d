//! The human's plan on the bundled maps, without a world.

use super::*;
use crate::base::time::SimTime;
use crate::road::RoadNetwork;
use crate::sim::occupancy::LaneOccupancy;
use crate::state::object::{Extent, ObjectClass};
use crate::state::pose::Motion;
use crate::state::truth::{ExteriorLights, GroundTruth, Presence, SignalStates};

fn network(name: &str) -> RoadNetwork {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/maps/{name}.xodr"));
    RoadNetwork::from_opendrive(name, &std::fs::read(path).unwrap()).unwrap()
}

fn car(network: &RoadNetwork, coord: LaneCoord, speed_mps: f64) -> ObjectTruth {
    let pose = network.lane_pose(coord).pose;
    ObjectTruth {
        id: ParticipantId(0),
        name: "ego".into(),
        class: ObjectClass::Car,
        extent: Extent { length_m: 4.77, width_m: 1.885, height_m: 1.685, rear_m: 1.0 },
        pose,
        motion: Motion { speed_mps, ..Motion::default() },
        lane: Some(coord),
        forward: pose.forward(),
        center_m: pose.position_m.truncate(),
        lights: ExteriorLights::default(),
        conspicuity: 1.0,
        presence: Presence::Present,
    }
}

fn plan_at(
    network: &RoadNetwork,
    signals: &SignalStates,
    from: LaneCoord,
    to: LaneCoord,
    speed_mps: f64,
) -> Plan {
    let truth = GroundTruth { objects: vec![car(network, from, speed_mps)], ego: Some(ParticipantId(0)) };
    let mut occupancy = LaneOccupancy::default();
    occupancy.rebuild(network, &truth, SimTime::ZERO);
    let around = Surroundings { network, truth: &truth, occupancy: &occupancy, signals };
    let route = network.route(from, to.lane).unwrap();
    let own = OwnVehicle { object: &truth.objects[0], coord: from, wheelbase_m: 2.74 };
    plan(
        &around,
        own,
        &route,
        &Style::default(),
        &Weather::default(),
        300.0,
        0.02,
        &mut DriveMemory::default(),
        |_| true,
    )
}

#[test]
fn stops_for_stop_signs_red_and_dark_signals_but_not_for_green() {
    let kirkland = network("kirkland");
    let austin = network("austin");
    let place = |n: &RoadNetwork, road: &str, lane, s| n.coord_of(road, lane, s, 0.0).unwrap();
    let quiet = |n: &RoadNetwork, shown: Option<Indication>| SignalStates {
        movement: n.faces_of_movement.iter().map(|f| shown.filter(|_| !f.is_empty())).collect(),
        ..SignalStates::default()
    };
    let down =
        (place(&kirkland, "kirkland_avenue_4", 1, 40.0), place(&kirkland, "kirkland_avenue_3", 1, 20.0));
    let through = (place(&austin, "sixth_street_2", -1, 220.0), place(&austin, "sixth_street_3", -1, 100.0));
    for (label, map, (from, to), shown, stops) in [
        ("stop sign", &kirkland, down, None, true),
        ("red", &austin, through, Some(Indication::Red), true),
        ("dark", &austin, through, Some(Indication::Dark), true),
        ("flashing red", &austin, through, Some(Indication::FlashingRed), true),
        ("green", &austin, through, Some(Indication::Green), false),
    ] {
        let plan = plan_at(map, &quiet(map, shown), from, to, 11.0);
        assert_eq!(plan.stop_line_m.is_finite(), stops, "{label}: {plan:?}");
        assert_eq!(plan.accel_mps2() < -0.8, stops, "{label}: {plan:?}");
    }
}

#[test]
fn waits_behind_a_queue_and_passes_who_stands_in_mid_block() {
    let austin = network("austin");
    let place = |s: f64| austin.coord_of("sixth_street_2", -1, s, 0.0).unwrap();
    let goal = austin.coord_of("sixth_street_3", -1, 100.0, 0.0).unwrap();
    for (label, lead_s, changes) in
        [("queue at the line", 252.0, false), ("stalled in mid-block", 120.0, true)]
    {
        let mut lead = car(&austin, place(lead_s), 0.0);
        lead.id = ParticipantId(1);
        let ego = car(&austin, place(lead_s - 8.0), 0.0);
        let coord = ego.lane.unwrap();
        let truth = GroundTruth { objects: vec![ego, lead], ego: Some(ParticipantId(0)) };
        let mut occupancy = LaneOccupancy::default();
        occupancy.rebuild(&austin, &truth, SimTime::ZERO);
        let signals = SignalStates {
            movement: austin
                .faces_of_movement
                .iter()
                .map(|f| Some(Indication::Red).filter(|_| !f.is_empty()))
                .collect(),
            ..SignalStates::default()
        };
        let around =
            Surroundings { network: &austin, truth: &truth, occupancy: &occupancy, signals: &signals };
        let route = austin.route(coord, goal.lane).unwrap();
        let mut memory = DriveMemory::default();
        for _ in 0..1000 {
            let own = OwnVehicle { object: &truth.objects[0], coord, wheelbase_m: 2.74 };
            let style = Style::default();
            plan(&around, own, &route, &style, &Weather::default(), 300.0, 0.02, &mut memory, |_| true);
        }
        assert_eq!(memory.target_lane.is_some(), changes, "{label}");
    }
}
