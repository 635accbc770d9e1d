//! The whole chain from frames to tracks on a made-up street.

use super::synthetic::{CAMERA, LIDAR, RADAR, Street, Thing};
use crate::base::math::{self, DVec2};
use crate::state::belief::TrackStatus;
use crate::state::object::ObjectClass;
use crate::state::sensor_data::Detection;

fn ghost(x: f64, y: f64, confidence: f64) -> Detection {
    Detection {
        position_in_ego_m: DVec2::new(x, y),
        range_sigma_m: 0.2,
        cross_sigma_m: 0.2,
        range_rate_mps: None,
        range_rate_sigma_mps: 0.1,
        heading_in_ego_rad: None,
        class: None,
        size_m: None,
        confidence,
    }
}

#[test]
fn objects_become_one_confirmed_track_each() {
    let things = vec![
        Thing::car(30.0, 0.0, 12.0, 0.0),
        Thing::car(60.0, 3.5, -13.0, 0.0),
        Thing::car(45.0, -3.5, 0.0, 0.0),
        Thing::walker(40.0, 6.0, 0.0, -1.3),
    ];
    let mut street = Street::new(1, 10.0, things);
    street.run_s(0.6);
    assert!(street.confirmed().len() >= 3, "after 0.6 s: {}", street.confirmed().len());
    street.run_s(1.4);
    assert_eq!(street.confirmed().len(), 4, "{:#?}", street.model.tracks);
    for ix in 0..4 {
        let thing = street.things[ix];
        let track = street.track_of(ix).expect("tracked");
        assert_eq!(track.class, thing.class, "{ix}");
        let heading = math::unit(track.heading_rad);
        let velocity = heading * track.speed_mps;
        assert!((velocity - thing.velocity_mps).length() < 0.8, "{ix}: {velocity}");
        assert!(track.sources.count_ones() >= 2);
        if thing.class == ObjectClass::Car {
            assert!((track.extent.length_m - thing.size_m.x).abs() < 0.3, "{ix}");
        }
    }
    assert!(street.model.tracks.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn positions_have_no_latency_bias() {
    // Camera 100 ms late, closing at 25 m/s: uncompensated, the error would be 2.5 m.
    for dead in [vec![LIDAR, RADAR], vec![CAMERA, RADAR], vec![]] {
        let mut street = Street::new(2, 10.0, vec![Thing::car(110.0, 3.0, -15.0, 0.0)]);
        street.dead = dead.clone();
        street.run_s(1.5);
        let (mut bias, mut count) = (0.0, 0);
        for _ in 0..50 {
            street.run_s(0.02);
            let truth = street.things[0].at(street.now().s());
            // Relative to the ego: errors of localization are common to both.
            let relative = street.ego_at(street.now().s()).local(truth);
            let ego = street.perception.localization.pose();
            if let Some(track) = street.track_of(0) {
                bias += ego.local(track.center_m).x - relative.x;
                count += 1;
            }
        }
        assert!(count > 40, "tracked in {count} of 50 ticks without {dead:?}");
        let bias = bias / f64::from(count);
        let limit = if dead.contains(&LIDAR) { 0.6 } else { 0.15 };
        assert!(bias.abs() < limit, "without {dead:?}: {bias} m");
    }
}

#[test]
fn crossing_targets_keep_their_identity() {
    for seed in 0..10 {
        // Two cars on crossing courses that pass 2.5 m from each other.
        let things = vec![Thing::car(30.0, -20.0, 2.0, 10.0), Thing::car(37.0, 20.0, -2.0, -10.0)];
        let mut street = Street::new(seed, 0.0, things);
        street.run_s(1.5);
        let before = [street.track_of(0).expect("first").id, street.track_of(1).expect("second").id];
        street.run_s(1.8);
        let after = [street.track_of(0).expect("first").id, street.track_of(1).expect("second").id];
        assert_eq!(before, after, "seed {seed}");
    }
}

#[test]
fn a_vanished_object_coasts_and_is_dropped() {
    let mut street = Street::new(4, 0.0, vec![Thing::car(25.0, 0.0, 3.0, 0.0)]);
    street.run_s(2.0);
    let id = street.track_of(0).expect("tracked").id;
    let existence = street.track_of(0).expect("tracked").existence;
    assert!(existence > 0.9);
    // All sensors lose it but keep running: they see that nothing is there.
    street.miss = 1.0;
    street.run_s(0.3);
    let left = street.model.tracks.iter().find(|t| t.id == id);
    assert!(left.is_none_or(|t| t.existence < existence));
    street.run_s(0.7);
    assert!(street.model.tracks.iter().all(|t| t.id != id));
}

#[test]
fn without_any_frames_a_track_coasts_for_a_while() {
    let mut street = Street::new(5, 0.0, vec![Thing::car(25.0, 0.0, 3.0, 0.0)]);
    street.run_s(2.0);
    street.dead = vec![CAMERA, LIDAR, RADAR];
    street.run_s(0.6);
    let track = street.track_of(0).expect("still there");
    assert_eq!(track.status, TrackStatus::Coasting);
    street.run_s(3.5);
    assert!(street.model.tracks.is_empty());
}

#[test]
fn rare_ghosts_do_not_confirm_but_persistent_ones_can() {
    for (rate, confirms) in [(0.1, false), (0.25, false), (1.0, true)] {
        let mut ever = 0;
        for seed in 0..10 {
            let mut street = Street::new(seed, 0.0, vec![]);
            // Nobody else looks there: the ghost is the lidar's word alone.
            street.dead = vec![CAMERA, RADAR];
            street.ghosts = vec![(LIDAR, rate, ghost(20.0, 0.5, 0.6))];
            let mut seen = false;
            for _ in 0..150 {
                street.step();
                seen |= !street.confirmed().is_empty();
            }
            ever += u32::from(seen);
        }
        if confirms {
            assert!(ever >= 9, "rate {rate}: {ever} of 10");
        } else {
            assert!(ever <= 1, "rate {rate}: {ever} of 10");
        }
    }
}

#[test]
fn two_kinds_confirm_faster_than_one() {
    let ticks_to_confirm = |dead: Vec<usize>| {
        let mut street = Street::new(7, 0.0, vec![Thing::car(30.0, 0.0, 0.0, 0.0)]);
        street.miss = 0.0;
        street.dead = dead;
        (0..100).find(|_| {
            street.step();
            !street.confirmed().is_empty()
        })
    };
    let both = ticks_to_confirm(vec![RADAR]).expect("confirmed");
    let one = ticks_to_confirm(vec![RADAR, CAMERA]).expect("confirmed");
    assert!(both < one, "{both} {one}");
}

#[test]
fn several_radar_hits_on_a_truck_stay_one_track() {
    let mut truck = Thing::car(40.0, 0.0, 8.0, 0.0);
    truck.class = ObjectClass::Truck;
    truck.size_m = DVec2::new(12.0, 2.5);
    let mut street = Street::new(8, 8.0, vec![truck]);
    for dx in [-4.0, -1.0, 3.0] {
        let mut hit = ghost(40.0 + dx, 0.5, 0.8);
        hit.range_rate_mps = Some(0.05);
        street.ghosts.push((RADAR, 0.9, hit));
    }
    street.run_s(3.0);
    assert_eq!(street.confirmed().len(), 1, "{:#?}", street.model.tracks);
}

#[test]
fn tracks_do_not_jump_with_the_ego_in_a_turn() {
    let mut street = Street::new(9, 8.0, vec![Thing::car(20.0, 15.0, 0.0, 0.0)]);
    street.ego_yaw_rate_radps = 0.3;
    street.run_s(2.0);
    let mut last: Option<DVec2> = None;
    for _ in 0..50 {
        street.step();
        let track = street.track_of(0).expect("tracked");
        assert!(track.speed_mps < 0.8, "{}", track.speed_mps);
        let local = street.perception.localization.pose().local(track.center_m);
        if let Some(last) = last {
            // 8 m/s and the turn at 20 m move it by at most 0.3 m a tick.
            assert!((local - last).length() < 0.45);
        }
        last = Some(local);
    }
}
