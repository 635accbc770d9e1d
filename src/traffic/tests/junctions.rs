//! Signals, stop lines, right of way.

use super::*;

/// Behind the crossing, straight on.
const THROUGH: [(&str, i32, f64, &str, i32, f64); 4] = [
    ("east_west_1", -2, 0.0, "east_west_2", -2, 300.0),
    ("east_west_2", 2, 400.0, "east_west_1", 2, 100.0),
    ("north_south_1", -2, 0.0, "north_south_2", -2, 300.0),
    ("north_south_2", 2, 400.0, "north_south_1", 2, 100.0),
];

/// A car on arm `arm`, `before_m` ahead of the end of its road, going straight on.
fn through(network: &RoadNetwork, name: &str, arm: usize, before_m: f64, speed_mps: f64) -> EntityPlan {
    let (road, lane, _, to_road, to_lane, to_s) = THROUGH[arm];
    let length = 405.4;
    let s_m = if lane < 0 { length - before_m } else { before_m };
    let mut car = entity(name, at(network, road, lane, s_m), speed_mps, Behavior::Traffic);
    car.route = vec![PlaceRef { coord: at(network, to_road, to_lane, to_s), heading_offset_rad: 0.0 }];
    car
}

fn east_west(network: &RoadNetwork, movement: LaneId) -> bool {
    let heading = network.lane_pose(LaneCoord::center(movement, 0.0)).pose.heading_rad;
    crate::base::math::cos(heading).abs() > 0.7
}

fn inside(lab: &Lab, name: &str) -> bool {
    lab.object(name).lane.is_some_and(|c| lab.network.lane(c.lane).junction.is_some())
}

fn passed(lab: &Lab, name: &str, arm: usize) -> bool {
    let road = THROUGH[arm].3;
    lab.object(name).lane.is_some_and(|c| lab.network.roads[lab.network.lane(c.lane).road.ix()].id == road)
}

#[test]
fn red_holds_all_but_who_runs_it() {
    let network = crossing();
    let mut scenario = blank();
    scenario.entities = vec![
        through(&network, "good", 0, 150.0, 14.0),
        EntityPlan { runs_red: true, ..through(&network, "runner", 2, 150.0, 14.0) },
    ];
    let mut lab = Lab::new(network, scenario, 4);
    lab.signals(|_, _| Some(Indication::Red));
    lab.run_s(30.0, |_| {});
    let good = lab.object("good");
    let coord = good.lane.unwrap();
    let line_m = lab.network.lane(coord.lane).stop_line_m.unwrap();
    let to_line_m = line_m - coord.along_m - good.extent.front_x_m();
    assert!((0.0..3.0).contains(&to_line_m) && good.motion.speed_mps < 0.05, "{to_line_m}");
    assert!(passed(&lab, "runner", 2), "{:?}", lab.object("runner").lane);
    lab.signals(|_, _| Some(Indication::Green));
    lab.run_s(20.0, |_| {});
    assert!(passed(&lab, "good", 0));
}

#[test]
fn yellow_is_stopped_for_when_ten_feet_per_second_squared_suffice() {
    // At 15 m/s the boundary is 37 m; styles spread it by some meters.
    for (before_m, goes) in [(75.0, false), (32.0, true)] {
        let network = crossing();
        let mut scenario = blank();
        scenario.entities = vec![through(&network, "car", 0, before_m, 15.0)];
        let mut lab = Lab::new(network, scenario, 4);
        lab.signals(|_, _| Some(Indication::Yellow));
        lab.run_s(3.5, |_| {});
        lab.signals(|_, _| Some(Indication::Red));
        lab.run_s(12.0, |_| {});
        assert_eq!(passed(&lab, "car", 0), goes, "{before_m}");
    }
}

#[test]
fn a_queue_discharges_at_the_saturation_flow() {
    let network = crossing();
    let mut headways = Vec::new();
    for seed in 0..4 {
        let mut scenario = blank();
        for ix in 0..14 {
            scenario.entities.push(through(
                &network,
                &format!("q_{ix:02}"),
                0,
                8.0 + 7.0 * f64::from(ix),
                0.0,
            ));
            let mut inner = through(&network, &format!("r_{ix:02}"), 0, 8.0 + 7.0 * f64::from(ix), 0.0);
            inner.start.coord = at(&network, "east_west_1", -1, 405.4 - 8.0 - 7.0 * f64::from(ix));
            inner.route[0].coord = at(&network, "east_west_2", -1, 300.0);
            scenario.entities.push(inner);
        }
        let mut lab = Lab::new(network.clone(), scenario, seed);
        lab.signals(|_, _| Some(Indication::Red));
        lab.run_s(4.0, |_| {});
        lab.signals(|n, m| Some(if east_west(n, m) { Indication::Green } else { Indication::Red }));
        for row in ["q", "r"] {
            assert!(lab.object(&format!("{row}_00")).motion.speed_mps < 0.05);
        }
        let mut crossed = [[None::<f64>; 14]; 2];
        lab.run_s(45.0, |lab| {
            let now = lab.time_s();
            for (r, row) in ["q", "r"].iter().enumerate() {
                for (ix, at_s) in crossed[r].iter_mut().enumerate() {
                    if at_s.is_none() && inside(lab, &format!("{row}_{ix:02}")) {
                        *at_s = Some(now);
                    }
                }
            }
        });
        for row in crossed {
            if let (Some(fourth), Some(last)) = (row[3], row[11]) {
                headways.push((last - fourth) / 8.0);
            }
        }
    }
    assert!(headways.len() >= 6, "{headways:?}");
    let mean = headways.iter().sum::<f64>() / headways.len() as f64;
    let flow = 3600.0 / mean;
    assert!((1710.0..2090.0).contains(&flow), "{flow:.0} veh/h/lane from {headways:?}");
}

#[test]
fn an_all_way_stop_serves_in_the_order_of_arrival() {
    for dark in [Indication::FlashingRed, Indication::Dark] {
        let network = crossing();
        let mut scenario = blank();
        let order = [2_usize, 0, 3, 1];
        for (rank, arm) in order.iter().enumerate() {
            let name = format!("car_{arm}");
            scenario.entities.push(through(&network, &name, *arm, 45.0 + 22.0 * rank as f64, 12.0));
        }
        let mut lab = Lab::new(network, scenario, 3);
        lab.signals(|_, _| Some(dark));
        let mut entered: Vec<usize> = Vec::new();
        let mut stopped = [false; 4];
        lab.run_s(60.0, |lab| {
            lab.check_no_overlap();
            for (arm, stopped) in stopped.iter_mut().enumerate() {
                let name = format!("car_{arm}");
                let object = lab.object(&name);
                *stopped |= object.motion.speed_mps < 0.3;
                if !entered.contains(&arm) && inside(lab, &name) {
                    entered.push(arm);
                    assert!(*stopped, "{name} did not stop");
                }
            }
        });
        assert_eq!(entered, order, "{dark:?}");
    }
}

#[test]
fn a_permissive_left_waits_for_oncoming_traffic() {
    let network = crossing();
    let mut scenario = blank();
    let mut turner = entity("turner", at(&network, "east_west_1", -1, 340.0), 10.0, Behavior::Traffic);
    turner.route =
        vec![PlaceRef { coord: at(&network, "north_south_2", -1, 300.0), heading_offset_rad: 0.0 }];
    scenario.entities.push(turner);
    for ix in 0..8 {
        scenario.entities.push(through(&network, &format!("on_{ix}"), 1, 50.0 + 26.0 * f64::from(ix), 14.0));
    }
    let mut lab = Lab::new(network, scenario, 6);
    lab.signals(|n, m| Some(if east_west(n, m) { Indication::Green } else { Indication::Red }));
    let mut turned_after = None;
    let mut hardest: f64 = 0.0;
    lab.run_s(60.0, |lab| {
        lab.check_no_overlap();
        // Those who have not passed yet, while it turns in front of them.
        let before =
            |lab: &Lab, ix: u32| !inside(lab, &format!("on_{ix}")) && !passed(lab, &format!("on_{ix}"), 1);
        for ix in (0..8).filter(|ix| inside(lab, "turner") && before(lab, *ix)) {
            hardest = hardest.min(lab.object(&format!("on_{ix}")).motion.accel_mps2);
        }
        if turned_after.is_none() && inside(lab, "turner") {
            turned_after = Some(
                (0..8)
                    .filter(|ix| passed(lab, &format!("on_{ix}"), 1) || inside(lab, &format!("on_{ix}")))
                    .count(),
            );
        }
    });
    // A platoon 26 m apart leaves no gap of 4.5 s: it waits for all, or all but stragglers, and makes
    // nobody brake harder than for a yellow (with a margin for the spread of styles).
    assert!(turned_after.is_some_and(|n| n >= 5), "{turned_after:?}");
    assert!(hardest > -3.5, "{hardest}");
    let turner = lab.object("turner").lane.unwrap();
    assert_eq!(lab.network.roads[lab.network.lane(turner.lane).road.ix()].id, "north_south_2");
}

/// A coarse programme for whole towns: east–west and north–south in turn.
fn town_signals(lab: &mut Lab, time_s: f64) {
    let phase = time_s % 60.0;
    lab.signals(|network, movement| {
        let junction = network.lane(movement).junction?;
        if network.junctions[junction.ix()].control != crate::road::JunctionControl::Signal {
            return None;
        }
        let (green, yellow) = if east_west(network, movement) { (0.0, 24.0) } else { (30.0, 54.0) };
        Some(if (green..yellow).contains(&phase) {
            Indication::Green
        } else if (yellow..yellow + 4.0).contains(&phase) {
            Indication::Yellow
        } else {
            Indication::Red
        })
    });
}

#[test]
fn towns_keep_moving_without_collisions() {
    for (network, vehicles, cyclists) in [(crossing(), 40, 2), (kirkland(), 60, 4), (austin(), 60, 4)] {
        for seed in [1, 2] {
            let mut scenario = blank();
            scenario.traffic = TrafficPlan {
                vehicles,
                cyclists,
                radius_m: 350.0,
                speed_factor: 1.0,
                ..TrafficPlan::default()
            };
            let mut lab = Lab::new(network.clone(), scenario, seed);
            let mut driven: f64 = 0.0;
            lab.run_s(150.0, |lab| {
                let tick = lab.app.world().resource::<Clock>().tick;
                if tick.is_multiple_of(25) {
                    let now = lab.time_s();
                    town_signals(lab, now);
                }
                lab.check_no_overlap();
                driven += lab.truth().present().map(|o| o.motion.speed_mps * 0.02).sum::<f64>();
            });
            let mean_mps = driven / 150.0 / f64::from(vehicles + cyclists);
            assert!(mean_mps > 2.5, "{} seed {seed}: {mean_mps}", network.name);
        }
    }
}
