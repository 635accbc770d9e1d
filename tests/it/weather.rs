//! Weather acts on three layers of its own: the road, the sensors, and what automation and human make of
//! both. And weather that is off changes no bit.

use crate::support::{full, remembered, run, straight, watched};
use shakedown::engine::{Live, build_with, tick};
use shakedown::scenario::{Action, WeatherTargets};
use shakedown::sim::{SimTick, TickSet};
use shakedown::state::automation::AutomationLevel;
use shakedown::state::belief::{TrackStatus, WorldModel};
use shakedown::state::command::ControlCommand;
use shakedown::state::truth::{GroundTruth, RoadSurface};
use shakedown::state::weather::Weather;

/// Distance from full braking at 55 mph to a standstill, whoever drives, m.
fn braking_distance_m(weather: &str) -> f64 {
    let spec = straight(weather, 2_800.0, AutomationLevel::L0, 60.0);
    let mut app = build_with(&spec, |app| {
        let brake = |mut egos: bevy::prelude::Query<&mut ControlCommand>| {
            for mut control in &mut egos {
                control.0.accel_mps2 = -9.0;
                control.0.steer_rad = 0.0;
            }
        };
        use bevy::prelude::IntoScheduleConfigs;
        app.add_systems(SimTick, brake.after(TickSet::Actuate).before(TickSet::Physics));
    })
    .unwrap();
    let world = app.world_mut();
    let ego_x_m = |world: &bevy::prelude::World| {
        let ego = world.resource::<GroundTruth>().ego().unwrap();
        (ego.pose.position_m.x, ego.motion.speed_mps)
    };
    let (start_m, _) = ego_x_m(world);
    for _ in 0..3_000 {
        tick(world);
        let (x_m, speed_mps) = ego_x_m(world);
        if speed_mps < 0.05 {
            return x_m - start_m;
        }
    }
    panic!("never stopped in `{weather}`");
}

#[test]
fn layer_one_the_road_braking_distance_follows_friction() {
    let dry_m = braking_distance_m("");
    let wet_m = braking_distance_m("[weather]\nrain_mmph = 30\nwater_film_mm = 1.0");
    let ice_m = braking_distance_m("[weather]\ntemperature_c = -5\nice_cover = 1.0");
    // 24.6 m/s: v²/(2·µ·g) is 36 m for µ = 0.85 and 300 m for µ = 0.1, and brakes need a moment to build up.
    assert!((34.0..50.0).contains(&dry_m), "dry {dry_m:.1} m");
    assert!(wet_m > 1.3 * dry_m && wet_m < 2.5 * dry_m, "wet {wet_m:.1} m, dry {dry_m:.1} m");
    assert!((200.0..400.0).contains(&ice_m), "ice {ice_m:.1} m");
}

/// Sources of a track: bit 0 camera, 1 lidar, 2 radar.
const OPTICAL: u8 = 0b011;
const RADAR: u8 = 0b100;

/// Share of the approach from 160 m to 40 m over which the parked car is a confirmed track that one of
/// these kinds of sensors supports, –.
fn share_seen(weather: &str, sources: u8) -> f64 {
    // At L0 the sensors are the same and no automation slows for what it does not see yet.
    let spec = straight(weather, 450.0, AutomationLevel::L0, 20.0);
    let (mut seen, mut all) = (0.0, 0.0);
    watched(&spec, |view| {
        let (Some(belief), Some(ego)) = (view.belief, view.truth.ego()) else { return };
        let lead = view.truth.objects.iter().find(|o| &*o.name == "lead").unwrap();
        if !(40.0..160.0).contains(&(lead.center_m - ego.center_m).length()) {
            return;
        }
        // By distance, not by time: the human slows when sight is poor.
        let step_m = ego.motion.speed_mps * 0.02;
        all += step_m;
        if belief.tracks.iter().any(|track| {
            track.status == TrackStatus::Confirmed
                && track.sources & sources != 0
                && (track.center_m - lead.center_m).length() < 4.0
        }) {
            seen += step_m;
        }
    });
    assert!(all > 60.0, "only {all:.0} m of the approach were driven");
    seen / all
}

#[test]
fn layer_two_fog_and_rain_take_camera_and_lidar_and_leave_the_radar() {
    let rain = "[weather]\nrain_mmph = 60\ncloud_cover = 1.0";
    let fog = "[weather]\nfog_visibility_m = 60\ncloud_cover = 1.0";
    let of = |sources| ["", rain, fog].map(|weather| share_seen(weather, sources));
    let ([clear, in_rain, in_fog], radar) = (of(OPTICAL), of(RADAR));
    let words = format!("camera and lidar {clear:.2} {in_rain:.2} {in_fog:.2}, radar {radar:.2?}");
    assert!(clear > 0.9, "{words}");
    assert!(in_rain < clear - 0.02, "{words}");
    assert!(in_fog < 0.6 * clear && in_fog < in_rain, "{words}");
    // A standing car is hard for a radar that nothing else confirms; it is still there.
    assert!(radar.iter().all(|share| *share > 0.5 * radar[0]) && radar[2] > in_fog + 0.3, "{words}");
}

#[test]
fn layer_three_the_automation_leaves_its_domain_and_the_human_slows() {
    let clear = "";
    let rain = "[weather]\nrain_mmph = 40\ncloud_cover = 1.0";
    let fog = "[weather]\nfog_visibility_m = 80\ncloud_cover = 1.0";
    // L3 gives 7.6 mm/h as its limit, L5 has none.
    let exits = |weather: &str, level| {
        let (_, memory) = remembered(&straight(weather, 2_800.0, level, 12.0));
        let left = |e: &&shakedown::record::sink::EventRow| {
            e.event == "odd_clause_changed"
                && format!("{} {}", e.element, e.detail).contains("rain")
                && e.detail.contains("satisfied=false")
        };
        memory.events.iter().filter(left).count()
    };
    assert_eq!(exits(clear, AutomationLevel::L3), 0);
    assert!(exits(rain, AutomationLevel::L3) > 0);
    assert_eq!(exits(rain, AutomationLevel::L5), 0);
    // The same road, the same human.
    let human_mps = |weather: &str| {
        let spec = straight(weather, 2_800.0, AutomationLevel::L0, 20.0);
        run(&spec).distance_m / 20.0
    };
    let (clear_mps, fog_mps) = (human_mps(clear), human_mps(fog));
    assert!(clear_mps > 22.0, "clear {clear_mps:.1} m/s");
    assert!(fog_mps < 0.9 * clear_mps, "fog {fog_mps:.1} m/s, clear {clear_mps:.1} m/s");
}

#[test]
fn weather_that_is_off_changes_no_bit() {
    // The default values of `Weather`, spelled out.
    let spelled_out = "[weather]
rain_mmph = 0
snow_mmph = 0
temperature_c = 15
wind_mps = 0
cloud_cover = 0
water_film_mm = 0
snow_depth_mm = 0
ice_cover = 0
sun_elevation_deg = 60
sun_azimuth_deg = -90
";
    for level in [AutomationLevel::L0, AutomationLevel::L2, AutomationLevel::L4] {
        let of = |weather: &str| full(&straight(weather, 900.0, level, 6.0));
        let (none, spelled, drizzle) =
            (of(""), of(spelled_out), of(&spelled_out.replace("rain_mmph = 0", "rain_mmph = 0.5")));
        assert_eq!(none.1, spelled.1, "{level}");
        assert_eq!(none.0.state_hash, spelled.0.state_hash, "{level}");
        assert_eq!(none.0.metrics, spelled.0.metrics, "{level}");
        assert_ne!(none.0.state_hash, drizzle.0.state_hash, "{level}: rain has no effect");
    }
}

#[test]
fn weather_moved_while_the_run_goes_on_changes_road_sensors_and_light() {
    let to = WeatherTargets {
        rain_mmph: Some(40.0),
        water_film_mm: Some(3.0),
        fog_visibility_m: Some(150.0),
        sun_elevation_deg: Some(-20.0),
        ..WeatherTargets::default()
    };
    for (section, at_tick) in [("", 333_u64), ("", 0), ("[weather]\nrain_mmph = 0", 101)] {
        let spec = straight(section, 2_800.0, AutomationLevel::L5, 14.0);
        let mut live = Live::new(&spec).unwrap();
        live.run_to(at_tick);
        let look = |live: &Live| {
            let weather = *live.world().resource::<Weather>();
            let belief = live.of_ego::<WorldModel>().unwrap();
            (
                weather,
                live.world().resource::<RoadSurface>().friction_scale,
                belief.visibility_m,
                belief.weather,
            )
        };
        let (before, grip, ..) = look(&live);
        assert!(before.rain_mmph == 0.0 && grip == 1.0 && before.illuminance_lx > 50_000.0);
        live.push_intervention(Action::Weather { to, over_s: 2.0 });
        live.run_to(at_tick + 51);
        let (half, ..) = look(&live);
        assert!((half.rain_mmph - 20.0).abs() < 0.5, "{at_tick}: {} mm/h after a second", half.rain_mmph);
        live.run_to(at_tick + 110);
        let (after, wet_grip, ..) = look(&live);
        assert_eq!((after.rain_mmph, after.fog_mor_m), (40.0, 150.0));
        assert!((after.sun_elevation_rad.to_degrees() + 20.0).abs() < 1e-9 && after.illuminance_lx < 50.0);
        assert!(wet_grip < 0.8, "{at_tick}: friction {wet_grip}");
        live.run_to(u64::MAX);
        let (_, _, visibility_m, believed) = look(&live);
        assert!(visibility_m < 300.0 && believed.rain_mmph > 10.0, "{visibility_m} m, {believed:?}");
        assert_eq!(full(live.spec()).1, live.hashes(), "{at_tick}");
    }
}
