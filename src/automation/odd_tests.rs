//! Tests of the ODD monitor.

use super::*;
use crate::base::ids::SensorIx;
use crate::state::belief::SensorHealth;

fn clear() -> WorldModel {
    let mut world = WorldModel {
        visibility_m: 10_000.0,
        friction_scale: 1.0,
        localized: Localized::Yes,
        ..WorldModel::default()
    };
    world.ego.position_sigma_m = 0.1;
    world.ego.speed_mps = 10.0;
    world
}

/// Runs the monitor for a time and returns the violated clauses.
fn after(monitor: &mut OddMonitor, world: &WorldModel, ahead: &Ahead, seconds: f64) -> u16 {
    let mut status = OddStatus::default();
    for _ in 0..(seconds / 0.02).round() as usize {
        status = monitor.update(world, ahead, 0.02, |_| ());
    }
    status.violated
}

#[test]
fn each_clause_is_violated_by_its_own_value_alone() {
    let check = |change: &dyn Fn(&mut WorldModel, &mut Ahead), expect: &[OddClause]| {
        let (mut world, mut ahead) = (clear(), Ahead::default());
        change(&mut world, &mut ahead);
        let violated = after(&mut OddMonitor::new(OddLimits::URBAN_L3), &world, &ahead, 4.0);
        let mask = expect.iter().fold(0, |mask, clause| mask | clause.bit());
        assert_eq!(violated, mask, "{expect:?}");
    };
    check(&|_, _| (), &[]);
    check(&|w, _| w.weather.rain_mmph = 7.5, &[]);
    check(&|w, _| w.weather.rain_mmph = 7.7, &[OddClause::Rain]);
    check(&|w, _| w.visibility_m = 149.0, &[OddClause::Visibility]);
    check(&|w, _| w.weather.snow_depth_mm = 3.0, &[OddClause::SnowIce]);
    check(&|w, _| w.weather.ice_cover = 0.2, &[OddClause::SnowIce]);
    check(&|w, _| w.friction_scale = 0.5, &[OddClause::Friction]);
    check(&|w, _| w.weather.illuminance_lx = 1.0, &[OddClause::Light]);
    check(
        &|w, _| {
            w.weather.sun_elevation_rad = 0.05;
            w.weather.sun_azimuth_rad = 0.1;
        },
        &[OddClause::Light],
    );
    check(
        &|w, _| {
            w.weather.sun_elevation_rad = 0.05;
            w.weather.sun_azimuth_rad = 3.0;
        },
        &[],
    );
    check(&|_, a| a.class = Some(RoadClass::ParkingFacility), &[OddClause::RoadClass]);
    check(&|_, a| a.class = None, &[OddClause::RoadClass]);
    check(&|w, _| w.ego.speed_mps = 38.0, &[OddClause::Speed]);
    check(&|w, _| w.ego.position_sigma_m = 0.8, &[OddClause::Localization]);
    check(&|w, _| w.localized = Localized::No, &[OddClause::Localization]);
    check(&|_, a| a.signal_unseen_s = 5.0, &[OddClause::Signals]);
    check(&|_, a| a.grade_percent = -13.0, &[OddClause::Grade]);
    check(&|_, a| (a.work_zone, a.work_zone_at_m) = (0.9, 5.0), &[OddClause::WorkZone]);
    check(&|_, a| (a.mismatch, a.mismatch_at_m) = (0.9, 5.0), &[OddClause::Map]);
}

#[test]
fn a_short_burst_is_ignored_and_recovery_takes_time_and_margin() {
    let mut monitor = OddMonitor::new(OddLimits::URBAN_L3);
    let ahead = Ahead::default();
    let mut world = clear();
    world.weather.rain_mmph = 20.0;
    assert_eq!(after(&mut monitor, &world, &ahead, 0.9), 0);
    assert_eq!(after(&mut monitor, &world, &ahead, 0.2), OddClause::Rain.bit());
    world.weather.rain_mmph = 7.4;
    assert_eq!(after(&mut monitor, &world, &ahead, 10.0), OddClause::Rain.bit());
    world.weather.rain_mmph = 6.0;
    assert_eq!(after(&mut monitor, &world, &ahead, 3.5), OddClause::Rain.bit());
    assert_eq!(after(&mut monitor, &world, &ahead, 1.0), 0);
}

#[test]
fn changes_are_reported_once_with_value_and_limit() {
    let mut monitor = OddMonitor::new(OddLimits::URBAN_L4);
    let mut world = clear();
    world.weather.rain_mmph = 45.0;
    let mut seen = Vec::new();
    for _ in 0..200 {
        monitor.update(&world, &Ahead::default(), 0.02, |change| seen.push(change));
    }
    let expect = ClauseChange { clause: OddClause::Rain, satisfied: false, value: 45.0, limit: 30.0 };
    assert_eq!(seen, [expect]);
}

#[test]
fn exits_ahead_are_foreseen_in_time_and_l5_has_none() {
    let world = clear();
    let check = |limits: OddLimits, ahead: Ahead, expect: u16, expect_s: f64| {
        let mut monitor = OddMonitor::new(limits);
        let status = monitor.update(&world, &ahead, 0.02, |_| ());
        assert_eq!(status.foreseen, expect);
        assert_eq!(monitor.exit_in_s, expect_s);
    };
    let works = Ahead { work_zone: 0.9, work_zone_at_m: 120.0, ..Ahead::default() };
    check(OddLimits::URBAN_L3, works, OddClause::WorkZone.bit(), 12.0);
    check(OddLimits::URBAN_L4, works, 0, f64::INFINITY);
    let far = Ahead { work_zone_at_m: 200.0, ..works };
    check(OddLimits::URBAN_L3, far, 0, f64::INFINITY);
    let end = Ahead { road_exit_at_m: 50.0, ..Ahead::default() };
    check(OddLimits::TRAFFIC_PILOT, end, OddClause::RoadClass.bit(), 5.0);

    let mut storm = clear();
    storm.weather.rain_mmph = 200.0;
    storm.weather.snow_depth_mm = 100.0;
    storm.visibility_m = 5.0;
    storm.friction_scale = 0.1;
    let mut monitor = OddMonitor::new(OddLimits::UNLIMITED);
    assert_eq!(after(&mut monitor, &storm, &works, 5.0), 0);
}

#[test]
fn two_kinds_of_sensors_must_work() {
    let health = |kind, state, performance| SensorHealth { sensor: SensorIx(0), kind, state, performance };
    let check = |rows: &[SensorHealth], expect: f64| {
        let world = WorldModel { health: rows.to_vec(), ..clear() };
        assert!((sensing_performance(&world) - expect).abs() < 1e-12, "{rows:?}");
    };
    use HealthState::{Good, Lost};
    use SensorKind::{Camera, Lidar, Radar};
    check(&[], 1.0);
    check(&[health(Radar, Good, 0.9)], 0.9);
    check(&[health(Radar, Good, 0.9), health(Camera, Good, 0.4)], 0.4);
    check(&[health(Radar, Good, 0.9), health(Camera, Lost, 1.0), health(Lidar, Good, 0.7)], 0.7);
    check(&[health(Camera, Good, 1.0), health(Camera, Lost, 1.0), health(Lidar, Good, 1.0)], 0.5);
}

#[test]
fn scenario_changes_reach_every_named_limit() {
    for name in OddLimits::NAMES {
        let changes = BTreeMap::from([(name.to_string(), 0.123)]);
        assert_ne!(OddLimits::URBAN_L3.with_overrides(&changes), OddLimits::URBAN_L3, "{name}");
    }
    let none = BTreeMap::from([("no_such_limit".to_string(), 1.0)]);
    assert_eq!(OddLimits::URBAN_L3.with_overrides(&none), OddLimits::URBAN_L3);
}
