//! Following, flow, placement, determinism, orders.

use super::*;

fn traffic(vehicles: u32, radius_m: f64) -> Scenario {
    let mut scenario = blank();
    scenario.traffic =
        TrafficPlan { vehicles, radius_m, heavy_share: 0.15, speed_factor: 1.0, ..TrafficPlan::default() };
    scenario
}

#[test]
fn nobody_overlaps_at_the_start_for_200_seeds() {
    for (network, vehicles, radius_m) in
        [(straight(), 100, 400.0), (crossing(), 60, 300.0), (kirkland(), 80, 400.0)]
    {
        for seed in 0..67 {
            let lab = Lab::new(network.clone(), traffic(vehicles, radius_m), seed);
            assert_eq!(lab.overlap(), None, "{} seed {seed}", network.name);
            assert!(
                count_present(&lab) as u32 > vehicles * 9 / 10,
                "{}: {}",
                network.name,
                count_present(&lab)
            );
        }
    }
}

#[test]
fn a_hundred_vehicles_on_the_straight_drive_five_minutes_without_a_collision() {
    let mut lab = Lab::new(straight(), traffic(100, 700.0), 5);
    let mut hardest: f64 = 0.0;
    lab.run_s(300.0, |lab| {
        lab.check_no_overlap();
        for o in lab.truth().present() {
            hardest = hardest.min(o.motion.accel_mps2);
        }
    });
    assert!(hardest > -7.6, "{hardest}");
    // They did drive, and change lanes.
    let moving = lab.truth().present().filter(|o| o.motion.speed_mps > 15.0).count();
    assert!(moving > 60, "{moving}");
}

#[test]
fn same_seed_same_bits_other_seed_other_bits() {
    let run = |seed: u64| {
        let mut lab = Lab::new(crossing(), traffic(30, 300.0), seed);
        lab.run_s(20.0, |_| {});
        lab.truth().objects.iter().map(|o| o.pose.position_m.x.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn orders_of_the_storyboard_are_obeyed() {
    let network = straight();
    let mut scenario = blank();
    let lane = at(&network, "straight_1", -2, 100.0);
    scenario.entities = vec![
        entity("cutter", lane, 20.0, Behavior::Scripted),
        EntityPlan {
            hidden_at_start: true,
            ..entity("late", at(&network, "straight_1", -1, 50.0), 10.0, Behavior::Scripted)
        },
        entity("stander", at(&network, "straight_1", -3, 500.0), 0.0, Behavior::Parked),
    ];
    let mut lab = Lab::new(network.clone(), scenario, 0);
    lab.run_s(5.0, |_| {});
    let cutter = lab.object("cutter");
    assert!((cutter.lane.unwrap().along_m - 200.0).abs() < 1.0, "{:?}", cutter.lane);
    assert_eq!(lab.object("late").presence, Presence::Absent);
    assert_eq!(lab.object("stander").motion.speed_mps, 0.0);

    lab.fire(Action::Speed {
        entity: "cutter".into(),
        speed_mps: 10.0,
        rate_mps2: Some(2.0),
        over_s: None,
        shape: Shape::Linear,
    });
    lab.fire(Action::LaneChange { entity: "cutter".into(), lanes: 1, over_s: 4.0, shape: Shape::Sinusoidal });
    lab.fire(Action::Add { entity: "late".into() });
    lab.run_s(2.5, |_| {});
    let cutter = lab.object("cutter");
    assert!((cutter.motion.speed_mps - 15.0).abs() < 0.05, "{}", cutter.motion.speed_mps);
    assert!(cutter.lights.braking);
    lab.run_s(2.5, |_| {});
    let cutter = lab.object("cutter");
    assert!((cutter.motion.speed_mps - 10.0).abs() < 1e-9);
    let coord = cutter.lane.unwrap();
    assert_eq!(network.lane(coord.lane).odr_lane, -1);
    assert!(coord.offset_m.abs() < 1e-6, "{}", coord.offset_m);
    assert_eq!(lab.object("late").presence, Presence::Present);
    assert!(lab.object("late").lane.unwrap().along_m > 90.0);

    lab.fire(Action::Remove { entity: "late".into() });
    lab.fire(Action::Teleport {
        entity: "stander".into(),
        place: PlaceRef { coord: at(&network, "straight_1", -1, 1000.0), heading_offset_rad: 0.0 },
    });
    lab.fire(Action::LaneOffset { entity: "cutter".into(), offset_m: 0.5, over_s: 2.0 });
    lab.run_s(2.5, |_| {});
    assert_eq!(lab.object("late").presence, Presence::Absent);
    assert!((lab.object("stander").pose.position_m.x - 1000.0).abs() < 1e-6);
    assert!((lab.object("cutter").lane.unwrap().offset_m - 0.5).abs() < 1e-6);
    let spawned = lab.events.iter().filter(|e| matches!(e, Happening::Spawned { .. })).count();
    let removed = lab.events.iter().filter(|e| matches!(e, Happening::Removed { .. })).count();
    assert_eq!((spawned, removed), (1, 1));
}

#[test]
fn a_platoon_stops_behind_a_braking_leader_with_its_standstill_gaps() {
    let network = straight();
    let mut scenario = blank();
    for ix in 0..8 {
        let behavior = if ix == 7 { Behavior::Scripted } else { Behavior::Traffic };
        let coord = at(&network, "straight_1", -2, 100.0 + 45.0 * f64::from(ix));
        scenario.entities.push(entity(&format!("car_{ix}"), coord, 25.0, behavior));
    }
    let mut lab = Lab::new(network, scenario, 2);
    lab.run_s(5.0, |_| {});
    lab.fire(Action::Speed {
        entity: "car_7".into(),
        speed_mps: 0.0,
        rate_mps2: Some(6.0),
        over_s: None,
        shape: Shape::Linear,
    });
    lab.run_s(60.0, Lab::check_no_overlap);
    // Whoever did not find a way around stands behind somebody.
    let standing = lab.truth().present().filter(|o| o.motion.speed_mps < 0.05).count();
    assert!(standing >= 1);
}

#[test]
fn an_obstacle_is_passed_in_the_next_lane() {
    let network = straight();
    let mut scenario = blank();
    scenario.entities = vec![
        entity("driver", at(&network, "straight_1", -2, 100.0), 20.0, Behavior::Traffic),
        entity("obstacle", at(&network, "straight_1", -2, 400.0), 0.0, Behavior::Parked),
    ];
    let mut lab = Lab::new(network, scenario, 1);
    lab.run_s(60.0, Lab::check_no_overlap);
    assert!(lab.object("driver").pose.position_m.x > 600.0, "{:?}", lab.object("driver").lane);
}

#[test]
fn rain_slows_and_fog_slows_more() {
    let speed_in = |weather: crate::state::weather::Weather| {
        let network = straight();
        let mut scenario = blank();
        scenario.entities =
            vec![entity("driver", at(&network, "straight_1", -2, 100.0), 25.0, Behavior::Traffic)];
        let mut lab = Lab::new(network, scenario, 1);
        lab.app.insert_resource(weather);
        lab.run_s(30.0, |_| {});
        lab.object("driver").motion.speed_mps
    };
    let clear = crate::state::weather::Weather::default();
    let dry = speed_in(clear);
    let rain = speed_in(crate::state::weather::Weather {
        rain_mmph: 25.0,
        water_film_mm: 0.8,
        wetness: 1.0,
        ..clear
    });
    let fog = speed_in(crate::state::weather::Weather { fog_mor_m: 40.0, ..clear });
    assert!(rain < dry - 2.5 && rain > dry - 6.0, "{dry} {rain}");
    assert!(fog < 17.0, "{fog}");
}
