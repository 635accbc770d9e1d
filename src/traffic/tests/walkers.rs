//! People on foot, riders, sirens.

use super::super::walker::Task;
use super::*;
use crate::state::truth::SignalStates;

fn walks(lab: &mut Lab, told: Indication) {
    let count = lab.network.crosswalks.len();
    lab.app.world_mut().resource_mut::<SignalStates>().crosswalk = vec![Some(told); count];
}

fn crossing_now(lab: &mut Lab) -> usize {
    let world = lab.app.world_mut();
    let mut walkers = world.query::<&super::super::walker::Walker>();
    walkers.iter(world).filter(|w| matches!(w.task, Task::Cross(_))).count()
}

#[test]
fn pedestrians_cross_on_walk_and_not_before() {
    let mut scenario = blank();
    scenario.traffic.pedestrians = 12;
    let mut lab = Lab::new(austin(), scenario, 1);
    walks(&mut lab, Indication::DontWalk);
    let mut seen = 0;
    lab.run_s(40.0, |lab| seen += crossing_now(lab));
    assert_eq!(seen, 0);
    walks(&mut lab, Indication::Walk);
    lab.run_s(30.0, |lab| seen = seen.max(crossing_now(lab)));
    assert!(seen >= 6, "{seen}");
    // They walk at a walker's speed.
    let fastest = lab.truth().present().map(|o| o.motion.speed_mps).fold(0.0, f64::max);
    assert!(fastest < 1.3 * 2.1 + 1e-9, "{fastest}");
}

#[test]
fn a_walker_of_the_scenario_starts_on_walk_and_cars_stop_for_it() {
    let network = crossing();
    let mut scenario = blank();
    let lane = at(&network, "east_west_1", -2, 200.0);
    let mut walker = entity("walker", LaneCoord { offset_m: -4.0, ..lane }, 0.0, Behavior::Pedestrian);
    walker.vehicle = "pedestrian".into();
    walker.route = vec![PlaceRef { coord: LaneCoord { offset_m: 12.0, ..lane }, heading_offset_rad: 0.0 }];
    scenario.entities =
        vec![entity("car", at(&network, "east_west_1", -2, 120.0), 12.0, Behavior::Traffic), walker];
    let mut lab = Lab::new(network, scenario, 1);
    lab.run_s(2.0, |_| {});
    assert_eq!(lab.object("walker").motion.speed_mps, 0.0);
    lab.fire(Action::Walk { entity: "walker".into(), speed_mps: 1.4 });
    let mut slowest = f64::INFINITY;
    lab.run_s(15.0, |lab| {
        lab.check_no_overlap();
        slowest = slowest.min(lab.object("car").motion.speed_mps);
    });
    assert!(slowest < 6.0, "{slowest}");
    let (walker, car) = (lab.object("walker"), lab.object("car"));
    assert!((walker.center_m.y - car.center_m.y).abs() > 8.0, "{:?}", walker.center_m);
    assert!(car.center_m.x > walker.center_m.x);
}

#[test]
fn jaywalkers_cross_between_crosswalks_by_gaps() {
    let mut scenario = blank();
    scenario.traffic.pedestrians = 10;
    scenario.traffic.jaywalker_share = 1.0;
    scenario.traffic.vehicles = 20;
    let mut lab = Lab::new(crossing(), scenario, 2);
    lab.signals(|_, _| Some(Indication::Green));
    let mut seen = 0;
    lab.run_s(90.0, |lab| seen = seen.max(crossing_now(lab)));
    assert!(seen >= 1);
}

#[test]
fn a_rider_at_a_red_light_rocks_in_place() {
    let network = crossing();
    let mut scenario = blank();
    let mut rider = entity(
        "rider",
        LaneCoord { offset_m: -1.0, ..at(&network, "east_west_1", -2, 360.0) },
        5.0,
        Behavior::Cyclist,
    );
    rider.vehicle = "bicycle".into();
    scenario.entities = vec![rider];
    let mut lab = Lab::new(network, scenario, 1);
    lab.signals(|_, _| Some(Indication::Red));
    lab.run_s(25.0, |_| {});
    let (mut low, mut high): (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut back, mut forth): (f64, f64) = (0.0, 0.0);
    lab.run_s(6.0, |lab| {
        let rider = lab.object("rider");
        (low, high) = (low.min(rider.pose.position_m.x), high.max(rider.pose.position_m.x));
        (back, forth) = (back.min(rider.motion.speed_mps), forth.max(rider.motion.speed_mps));
    });
    assert!((0.3..0.6).contains(&(high - low)), "{}", high - low);
    assert!(back < -0.4 && forth > 0.4, "{back} {forth}");
    lab.signals(|_, _| Some(Indication::Green));
    lab.run_s(15.0, |_| {});
    assert!(lab.object("rider").pose.position_m.x > high + 20.0);
}

#[test]
fn a_siren_clears_the_way() {
    let network = straight();
    let mut scenario = blank();
    let mut ambulance = entity("ambulance", at(&network, "straight_1", -3, 100.0), 28.0, Behavior::Traffic);
    ambulance.vehicle = "ambulance".into();
    ambulance.siren = true;
    scenario.entities =
        vec![ambulance, entity("driver", at(&network, "straight_1", -3, 180.0), 22.0, Behavior::Traffic)];
    let mut lab = Lab::new(network, scenario, 1);
    let mut rightmost: f64 = 0.0;
    lab.run_s(12.0, |lab| {
        rightmost = rightmost.min(lab.object("driver").lane.map_or(0.0, |c| c.offset_m));
        lab.check_no_overlap();
    });
    assert!(rightmost < -1.0, "{rightmost}");
    lab.run_s(40.0, |_| {});
    assert!(lab.object("driver").lane.unwrap().offset_m.abs() < 0.1);
    assert!(lab.object("driver").motion.speed_mps > 15.0);
}
