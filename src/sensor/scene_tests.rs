//! The suite at work on small scenes: detection, occlusion, faults, determinism, no truth on the bus.

use super::tests::extent;
use super::*;
use crate::base::ids::{ParticipantId, SensorIx, SignalIx};
use crate::base::math::{DVec2, DVec3};
use crate::base::time::SimTime;
use crate::base::units::DEG_RAD;
use crate::road::{RoadNetwork, SignalFace};
use crate::scenario::SensorFault;
use crate::state::object::ObjectClass;
use crate::state::pose::{Motion, Pose};
use crate::state::sensor_data::{LightReading, SensorContent, SensorFrame, SensorKind};
use crate::state::signal::{FaceOrientation, Flashing, Lens, LensColor, LensShape, LitLenses};
use crate::state::truth::{DetectionOrigin, ExteriorLights, MissReason, ObjectTruth, Presence};
use std::fmt::Write;

/// A small world with an ego at the origin that heads along x.
struct Bench {
    truth: GroundTruth,
    weather: Weather,
    surface: RoadSurface,
    signals: SignalStates,
    network: RoadNetwork,
    rig: SensorRig,
    rays: RayWorld,
    bus: SensorBus,
    book: SensingEvidence,
    tick: u64,
}

fn object(id: u32, class: ObjectClass, x_m: f64, y_m: f64, speed_mps: f64) -> ObjectTruth {
    ObjectTruth {
        id: ParticipantId(id),
        name: format!("participant_{id}").into(),
        class,
        extent: extent(class),
        pose: Pose::planar(x_m, y_m, 0.0),
        motion: Motion { speed_mps, ..Motion::default() },
        lane: None,
        forward: DVec2::X,
        center_m: DVec2::new(x_m, y_m),
        lights: ExteriorLights::default(),
        conspicuity: 1.0,
        presence: Presence::Present,
    }
}

impl Bench {
    fn new(suite: &str, seed: u64, others: Vec<ObjectTruth>) -> Self {
        let library = SensorLibrary::default();
        let suite = library.suite(suite).expect("a bundled suite");
        let mut objects = vec![object(0, ObjectClass::Car, 0.0, 0.0, 12.0)];
        objects.extend(others);
        let rig = build(suite, &library, &extent(ObjectClass::Car), seed);
        let bus = SensorBus { suite: rig.infos(), ..SensorBus::default() };
        Self {
            truth: GroundTruth { objects, ego: Some(ParticipantId(0)) },
            weather: Weather::default(),
            surface: RoadSurface::default(),
            signals: SignalStates::default(),
            network: RoadNetwork::default(),
            rig,
            rays: RayWorld::default(),
            bus,
            book: SensingEvidence::default(),
            tick: 0,
        }
    }

    fn step(&mut self) -> Vec<SensorFrame> {
        let now = SimTime(self.tick * 20_000_000);
        self.tick += 1;
        let world = rig::World {
            now,
            truth: &self.truth,
            signals: &self.signals,
            weather: &self.weather,
            surface: &self.surface,
            network: &self.network,
            unknown_faces: &[],
            ego_steer_rad: 0.0,
        };
        self.rig.sense(&world, Some(&mut self.rays), &mut self.bus, &mut self.book);
        let ready = self.bus.in_flight.partition_point(|frame| frame.available_at <= now);
        let frames: Vec<SensorFrame> = self.bus.in_flight.drain(..ready).collect();
        self.bus.pool.extend(frames.iter().cloned());
        frames
    }

    fn run(&mut self, ticks: u64) -> Vec<SensorFrame> {
        (0..ticks).flat_map(|_| self.step()).collect()
    }

    fn sensor(&self, name: &str) -> SensorIx {
        let ix = self.bus.suite.iter().position(|info| info.name == name).expect("a sensor of the suite");
        SensorIx(ix as u8)
    }

    /// Share of this sensor's frames with a detection within `gate_m` of a place.
    fn seen_share(&mut self, name: &str, place_m: DVec2, gate_m: f64, ticks: u64) -> f64 {
        let sensor = self.sensor(name);
        let frames: Vec<SensorFrame> = self.run(ticks).into_iter().filter(|f| f.sensor == sensor).collect();
        let hits = frames
            .iter()
            .filter(|frame| match &frame.content {
                SensorContent::Objects(list) => {
                    list.iter().any(|d| d.position_in_ego_m.distance(place_m) < gate_m)
                }
                _ => false,
            })
            .count();
        assert!(!frames.is_empty(), "{name} sent nothing");
        hits as f64 / frames.len() as f64
    }

    fn face(&mut self, x_m: f64, orientation: FaceOrientation, brightness: f64) {
        let lens = |color| Lens { color, shape: LensShape::Circle, flashing: Flashing::Steady };
        self.network.signals.push(SignalFace {
            ix: SignalIx(self.network.signals.len() as u32),
            id: format!("face_{}", self.network.signals.len()),
            junction: None,
            position_m: DVec3::new(x_m, 0.0, 5.5),
            heading_rad: core::f64::consts::PI,
            orientation,
            lenses: vec![lens(LensColor::Red), lens(LensColor::Yellow), lens(LensColor::Green)],
            lens_diameter_m: 0.3,
            brightness,
            lanes: Vec::new(),
            crosswalk: None,
        });
        self.signals.lit.push(LitLenses { mask: 1, flashing: 0 });
        self.signals.brightness.push(brightness);
        self.signals.orientation.push(orientation);
    }

    /// Shares of the camera frames that read face 0 as red, as another color, as unlit, not at all.
    fn readings(&mut self, ticks: u64) -> [f64; 4] {
        let camera = self.sensor("camera_front");
        let mut counts = [0.0; 4];
        for frame in self.run(ticks).into_iter().filter(|frame| frame.sensor == camera) {
            let cell = match frame.lights.iter().find(|l| l.face == SignalIx(0)).map(|l| l.reading) {
                Some(LightReading::Red) => 0,
                Some(LightReading::Unlit) => 2,
                Some(_) => 1,
                None => 3,
            };
            counts[cell] += 1.0;
        }
        let sum: f64 = counts.iter().sum();
        counts.map(|c| c / sum)
    }
}

#[test]
fn every_sensor_delivers_after_its_latency() {
    for suite in SensorLibrary::default().suites {
        let mut bench = Bench::new(suite.row.name, 1, vec![object(1, ObjectClass::Car, 30.0, 0.0, 10.0)]);
        let mut seen = vec![0_u32; bench.bus.suite.len()];
        for _ in 0..50 {
            let now = SimTime(bench.tick * 20_000_000);
            for frame in bench.step() {
                let info = &bench.bus.suite[frame.sensor.ix()];
                assert_eq!(frame.kind, info.kind);
                let latency = frame.available_at.since_s(frame.measured_at);
                assert!((latency - info.latency_s).abs() < 1e-9 && frame.available_at <= now);
                seen[frame.sensor.ix()] += 1;
            }
        }
        for (info, count) in bench.bus.suite.iter().zip(&seen) {
            let expect = 1.0 / info.period_s;
            assert!((f64::from(*count) - expect).abs() <= 0.35 * expect + 1.0, "{}: {count}", info.name);
        }
    }
}

#[test]
fn clear_weather_shows_a_car_ahead_to_all() {
    let place = DVec2::new(40.0, 0.0);
    for (sensor, gate) in [("lidar_roof", 1.0), ("camera_front", 9.0), ("radar_front", 5.0)] {
        let mut bench = Bench::new("lexus_2015", 2, vec![object(1, ObjectClass::Car, 40.0, 0.0, 12.0)]);
        let share = bench.seen_share(sensor, place, gate, 200);
        assert!(share > 0.9, "{sensor}: {share}");
        let reason = bench.book.objects[1][bench.sensor(sensor).ix()];
        assert!(matches!(reason, MissReason::Seen | MissReason::Chance), "{sensor}: {reason:?}");
    }
}

#[test]
fn a_truck_hides_the_pedestrian_behind_it() {
    let others = |truck_y| {
        vec![
            object(1, ObjectClass::Truck, 20.0, truck_y, 0.0),
            object(2, ObjectClass::Pedestrian, 35.0, 0.0, 0.0),
        ]
    };
    for sensor in ["lidar_roof", "camera_front"] {
        let place = DVec2::new(35.0, 0.0);
        let mut hidden = Bench::new("lexus_2015", 3, others(0.0));
        assert_eq!(hidden.seen_share(sensor, place, 3.0, 100), 0.0, "{sensor}");
        assert_eq!(hidden.book.objects[2][hidden.sensor(sensor).ix()], MissReason::Occluded);
        let mut open = Bench::new("lexus_2015", 3, others(9.0));
        assert!(open.seen_share(sensor, place, 5.0, 100) > 0.6, "{sensor}");
    }
}

#[test]
fn dense_fog_blinds_lidar_and_camera_but_not_radar() {
    let fog = Weather { fog_mor_m: 40.0, illuminance_lx: 20_000.0, ..Weather::default() };
    for (sensor, gate, lo, hi) in
        [("lidar_roof", 2.0, 0.0, 0.1), ("camera_front", 15.0, 0.0, 0.1), ("radar_front", 6.0, 0.8, 1.0)]
    {
        let mut bench = Bench::new("lexus_2015", 4, vec![object(1, ObjectClass::Car, 70.0, 0.0, 12.0)]);
        bench.weather = fog;
        let share = bench.seen_share(sensor, DVec2::new(70.0, 0.0), gate, 200);
        assert!((lo..=hi).contains(&share), "{sensor}: {share}");
        if hi < 0.5 {
            assert_eq!(bench.book.objects[1][bench.sensor(sensor).ix()], MissReason::Fog, "{sensor}");
        }
    }
}

#[test]
fn ghosts_rise_with_rain_and_spray() {
    let count = |rain_mmph: f64, wetness: f64, speed: f64| {
        let mut bench = Bench::new("lexus_2015", 5, vec![object(1, ObjectClass::Truck, 20.0, 0.0, speed)]);
        bench.weather = Weather { rain_mmph, wetness, ..Weather::default() };
        let lidar = bench.sensor("lidar_roof");
        let (mut drops, mut spray) = (0, 0);
        for _ in 0..100 {
            // Five ticks: the lidar samples once.
            bench.run(5);
            for (sensor, origin, _) in &bench.book.ghosts {
                drops += u32::from(*sensor == lidar && *origin == DetectionOrigin::Precipitation);
                spray += u32::from(*sensor == lidar && *origin == DetectionOrigin::Spray);
            }
        }
        (drops, spray)
    };
    assert_eq!(count(0.0, 0.0, 25.0), (0, 0));
    let (light, heavy) = (count(4.0, 1.0, 0.0), count(40.0, 1.0, 25.0));
    assert!(heavy.0 > 2 * light.0 && light.1 == 0, "{light:?} {heavy:?}");
    assert!(heavy.1 > 30, "{heavy:?}");
}

#[test]
fn heads_are_read_by_distance_orientation_and_occlusion() {
    let check = |x: f64, orientation, brightness: f64, lo: f64, hi: f64| {
        let mut bench = Bench::new("lexus_2015", 6, Vec::new());
        bench.face(x, orientation, brightness);
        let [red, ..] = bench.readings(300);
        assert!((lo..=hi).contains(&red), "{orientation:?} {brightness} at {x} m: {red}");
    };
    use FaceOrientation::{Horizontal, Vertical};
    check(100.0, Vertical, 1.0, 0.95, 1.0);
    check(100.0, Horizontal, 0.4, 0.0, 0.2);
    check(35.0, Horizontal, 0.4, 0.85, 1.0);
    check(200.0, Vertical, 1.0, 0.0, 0.0);

    let mut bench = Bench::new("lexus_2015", 6, vec![object(1, ObjectClass::Truck, 14.0, 0.0, 0.0)]);
    bench.face(60.0, Vertical, 1.0);
    assert_eq!(bench.readings(100), [0.0, 0.0, 0.0, 1.0]);
    assert_eq!(bench.book.faces[0], MissReason::Occluded);
    // A car is too low to hide it.
    bench.truth.objects[1] = object(1, ObjectClass::Car, 14.0, 0.0, 0.0);
    assert!(bench.readings(100)[0] > 0.9);
}

#[test]
fn low_sun_behind_the_head_hides_it() {
    let red = |azimuth_deg: f64| {
        let mut bench = Bench::new("lexus_2015", 7, Vec::new());
        bench.face(80.0, FaceOrientation::Vertical, 1.0);
        bench.weather = Weather {
            sun_elevation_rad: 6.0 * DEG_RAD,
            sun_azimuth_rad: azimuth_deg * DEG_RAD,
            illuminance_lx: 12_000.0,
            ..Weather::default()
        };
        let share = bench.readings(300)[0];
        (share, bench.book.faces[0])
    };
    let (ahead, reason) = red(0.0);
    assert!(ahead < 0.2, "{ahead}");
    assert_eq!(reason, MissReason::Glare);
    assert!(red(90.0).0 > 0.9);
}

#[test]
fn flashing_lenses_are_seen_unlit_half_of_the_time() {
    let mut bench = Bench::new("lexus_2015", 8, Vec::new());
    bench.face(40.0, FaceOrientation::Vertical, 1.0);
    bench.signals.lit[0] = LitLenses { mask: 1, flashing: 1 };
    let [red, _, unlit, _] = bench.readings(1_000);
    assert!((0.4..0.6).contains(&red) && (0.4..0.6).contains(&unlit), "{red} {unlit}");
}

#[test]
fn faults_change_what_arrives() {
    let place = DVec2::new(40.0, 0.0);
    let with = |fault: SensorFault| {
        let mut bench = Bench::new("lexus_2015", 9, vec![object(1, ObjectClass::Car, 40.0, 0.0, 12.0)]);
        let lidar = bench.sensor("lidar_roof");
        bench.rig.set_fault(lidar, fault);
        bench
    };
    let mut dead = with(SensorFault::Dead);
    let lidar = dead.sensor("lidar_roof");
    assert!(dead.run(100).iter().all(|frame| frame.sensor != lidar));
    assert_eq!(dead.book.objects[1][lidar.ix()], MissReason::Fault);

    assert_eq!(with(SensorFault::Blocked(1.0)).seen_share("lidar_roof", place, 3.0, 100), 0.0);
    let turned = DVec2::new(40.0, 0.0).rotate(DVec2::from_angle(0.2));
    let mut skewed = with(SensorFault::Misaligned(0.2 / DEG_RAD));
    assert_eq!(skewed.seen_share("lidar_roof", place, 3.0, 50), 0.0);
    assert!(skewed.seen_share("lidar_roof", turned, 3.0, 50) > 0.9);

    let mut frozen = with(SensorFault::Frozen);
    frozen.run(20);
    frozen.truth.objects[1] = object(1, ObjectClass::Car, 60.0, 0.0, 12.0);
    assert!(frozen.seen_share("lidar_roof", place, 3.0, 100) > 0.99);

    let mut perfect = with(SensorFault::Perfect);
    perfect.weather.fog_mor_m = 30.0;
    assert_eq!(perfect.seen_share("lidar_roof", place, 1e-6, 100), 1.0);
}

/// Everything on the bus, bit by bit.
fn transcript(bench: &mut Bench, ticks: u64) -> String {
    let mut text = String::new();
    for frame in bench.run(ticks) {
        writeln!(text, "{frame:?}").expect("text grows");
    }
    text
}

fn busy(seed: u64) -> Bench {
    let mut bench = Bench::new(
        "prototype_2015",
        seed,
        vec![
            object(1, ObjectClass::Truck, 22.0, 3.5, 20.0),
            object(2, ObjectClass::Pedestrian, 30.0, -4.0, 1.0),
            object(3, ObjectClass::Car, 45.0, 0.5, 15.0),
        ],
    );
    bench.face(60.0, FaceOrientation::Horizontal, 0.5);
    bench.weather = Weather { rain_mmph: 20.0, wetness: 1.0, water_film_mm: 0.5, ..Weather::default() };
    bench
}

#[test]
fn the_same_seed_gives_the_same_frames() {
    let first = transcript(&mut busy(11), 150);
    assert_eq!(first, transcript(&mut busy(11), 150));
    assert_ne!(first, transcript(&mut busy(12), 150));
    // Identities are truth: other ids and names, same frames.
    let mut renamed = busy(11);
    let objects = &mut renamed.truth.objects;
    objects
        .insert(1, ObjectTruth { presence: Presence::Absent, ..object(1, ObjectClass::Bus, 15.0, 0.0, 0.0) });
    objects.push(object(5, ObjectClass::Car, 900.0, 0.0, 0.0));
    for (ix, object) in objects.iter_mut().enumerate() {
        object.id = ParticipantId(ix as u32);
        object.name = format!("other_{ix}").into();
    }
    assert_eq!(first, transcript(&mut renamed, 150));
}

#[test]
fn noise_streams_do_not_shift_each_other() {
    let gnss = |suite: &str| {
        let mut bench = Bench::new(suite, 13, Vec::new());
        let frames = bench.run(100);
        frames
            .iter()
            .filter(|frame| frame.kind == SensorKind::Gnss)
            .map(|frame| match frame.content {
                SensorContent::Gnss { position_m, .. } => position_m,
                _ => unreachable!("a GNSS frame"),
            })
            .collect::<Vec<_>>()
    };
    // The same receiver beside nine and beside eleven sensors.
    let (few, many) = (gnss("lexus_2015"), gnss("prototype_2015"));
    assert_eq!(few[0].to_array().map(f64::to_bits), many[0].to_array().map(f64::to_bits));
}

#[test]
fn the_dense_pattern_agrees_with_the_silhouettes() {
    let place = DVec2::new(30.0, 2.0);
    for suite in ["lexus_2015", "lidar_dense"] {
        let mut bench = Bench::new(suite, 14, vec![object(1, ObjectClass::Car, 30.0, 2.0, 12.0)]);
        let share = bench.seen_share("lidar_roof", place, 1.0, 50);
        assert!(share > 0.9, "{suite}: {share}");
    }
}

#[test]
fn steady_state_reuses_its_frames() {
    let mut bench = busy(15);
    let mut capacity = 0;
    for tick in 0..400 {
        let now = SimTime(bench.tick * 20_000_000);
        bench.tick += 1;
        let world = rig::World {
            now,
            truth: &bench.truth,
            signals: &bench.signals,
            weather: &bench.weather,
            surface: &bench.surface,
            network: &bench.network,
            unknown_faces: &[],
            ego_steer_rad: 0.0,
        };
        bench.rig.sense(&world, Some(&mut bench.rays), &mut bench.bus, &mut bench.book);
        let ready = bench.bus.in_flight.partition_point(|frame| frame.available_at <= now);
        bench.bus.pool.extend(bench.bus.in_flight.drain(..ready));
        let frames = bench.bus.pool.len() + bench.bus.in_flight.len();
        if tick == 100 {
            capacity = frames;
        }
        assert!(tick < 100 || frames == capacity, "tick {tick}: {frames} frames instead of {capacity}");
    }
}

#[test]
fn arrows_are_told_near_and_nearer_at_night() {
    let green_arrow = |x: f64, illuminance_lx: f64| {
        let mut bench = Bench::new("lexus_2015", 16, Vec::new());
        bench.face(x, FaceOrientation::Vertical, 1.0);
        let arrow = Lens { color: LensColor::Green, shape: LensShape::ArrowLeft, flashing: Flashing::Steady };
        bench.network.signals[0].lenses.push(arrow);
        // Red circle and green arrow together.
        bench.signals.lit[0] = LitLenses { mask: 0b1001, flashing: 0 };
        bench.weather.illuminance_lx = illuminance_lx;
        bench.weather.sun_elevation_rad = if illuminance_lx < 100.0 { -0.5 } else { 1.0 };
        let frames = bench.run(300);
        let looks: Vec<_> = frames.iter().filter(|frame| !frame.lights.is_empty()).collect();
        assert!(looks.len() > 50 && looks.iter().all(|f| f.lights[0].reading == LightReading::Red), "{x} m");
        let arrows = looks
            .iter()
            .filter(|frame| frame.lights.iter().any(|light| light.reading == LightReading::GreenArrow))
            .count();
        assert!(looks.iter().all(|f| f.lights.iter().all(|l| l.reading != LightReading::Green)));
        arrows as f64 / looks.len() as f64
    };
    for (x, lux, lo, hi) in [
        (30.0, 100_000.0, 0.9, 1.0),
        (110.0, 100_000.0, 0.0, 0.02),
        (50.0, 5.0, 0.0, 0.2),
        (50.0, 100_000.0, 0.5, 1.0),
    ] {
        let share = green_arrow(x, lux);
        assert!((lo..=hi).contains(&share), "{x} m at {lux} lx: {share}");
    }
}

#[test]
fn a_crest_hides_a_stopped_car() {
    let seen = |crest_m: f64| {
        let profile = |x: f64| crest_m - 0.08 * (x - 50.0).abs();
        let mut bench = Bench::new("lexus_2015", 17, vec![object(1, ObjectClass::Car, 95.0, 0.0, 0.0)]);
        let points: Vec<DVec3> =
            (-20..200).map(|x| DVec3::new(f64::from(x), 0.0, profile(f64::from(x)))).collect();
        bench.rig.terrain = (crest_m > 0.0).then(|| terrain::Terrain::from_points(&points).expect("relief"));
        if crest_m > 0.0 {
            bench.truth.objects[0].pose.position_m.z = profile(0.0);
            bench.truth.objects[0].pose.pitch_rad = 0.08;
            bench.truth.objects[1].pose.position_m.z = profile(95.0);
        }
        let share = bench.seen_share("camera_front", DVec2::new(95.0, 0.0), 25.0, 200);
        (share, bench.book.objects[1][bench.sensor("camera_front").ix()])
    };
    assert!(seen(0.0).0 > 0.9);
    assert_eq!(seen(4.0), (0.0, MissReason::Occluded));
}

#[test]
fn darkness_and_wet_dark_clothes_cost_the_camera_its_pedestrian() {
    let seen = |x: f64, conspicuity: f64, illuminance_lx: f64| {
        let mut bench = Bench::new("lexus_2015", 18, vec![object(1, ObjectClass::Pedestrian, x, 0.0, 0.0)]);
        bench.truth.objects[1].conspicuity = conspicuity;
        bench.weather.illuminance_lx = illuminance_lx;
        bench.weather.sun_elevation_rad = if illuminance_lx < 100.0 { -0.5 } else { 1.0 };
        let share = bench.seen_share("camera_front", DVec2::new(x, 0.0), 25.0, 300);
        (share, bench.book.objects[1][bench.sensor("camera_front").ix()])
    };
    assert!(seen(70.0, 0.4, 100_000.0).0 > 0.8);
    assert!(seen(35.0, 0.4, 1.0).0 > 0.7);
    let (share, reason) = seen(90.0, 0.4, 1.0);
    assert!(share < 0.15 && reason == MissReason::Darkness, "{share} {reason:?}");
}

#[test]
fn the_inertial_unit_feels_the_hill() {
    let mut bench = Bench::new("lexus_2015", 19, Vec::new());
    let imu = bench.sensor("imu");
    bench.rig.set_fault(imu, SensorFault::Perfect);
    bench.truth.objects[0].pose.pitch_rad = 0.1;
    bench.truth.objects[0].motion.accel_mps2 = -1.0;
    let frames = bench.run(5);
    let Some(SensorContent::Imu { accel_mps2, pitch_rad, .. }) =
        frames.iter().find(|frame| frame.sensor == imu).map(|frame| frame.content.clone())
    else {
        unreachable!("the inertial unit samples every tick")
    };
    assert!((accel_mps2 - (-1.0 + 9.806_65 * 0.1_f64.sin())).abs() < 1e-9 && pitch_rad == 0.1);
}
