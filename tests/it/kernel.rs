//! The kernel: tick lengths, the order of the sets, ambiguity as an error, the finite guard.

use crate::support::{bundled, run};
use bevy::ecs::schedule::Schedules;
use bevy::prelude::*;
use shakedown::engine::{RunSpec, build, build_with, simulate_app, tick};
use shakedown::sim::{Clock, PhysicsStep, SimTick, TickSet, tick as clock};
use shakedown::state::automation::AutomationLevel;
use shakedown::state::object::Participant;
use shakedown::state::pose::{Motion, Pose};
use shakedown::state::record::Outcome;

#[test]
fn every_tick_length_drives_about_the_same() {
    let of = |dt_ns| {
        let spec =
            bundled("kirkland/dry_baseline", AutomationLevel::L4, 1, 8.0, &[("traffic.vehicles", "0")]);
        let record = run(&RunSpec { dt_ns, ..spec });
        assert_ne!(record.outcome, Outcome::Fault, "{dt_ns} ns: {:?}", record.fault);
        assert!((record.sim_time_s - 8.0).abs() < 0.1, "{dt_ns} ns ended at {} s", record.sim_time_s);
        record.distance_m
    };
    let standard_m = of(RunSpec::DT_NS_DEFAULT);
    assert!(standard_m > 50.0, "drove {standard_m} m");
    for dt_ns in [RunSpec::DT_NS_MIN, 3_000_000, 10_000_000, 33_000_000, 50_000_000, RunSpec::DT_NS_MAX] {
        let distance_m = of(dt_ns);
        let ratio = distance_m / standard_m;
        assert!((0.85..1.15).contains(&ratio), "{dt_ns} ns: {distance_m:.1} m against {standard_m:.1} m");
    }
}

/// Which sets have run in this tick.
#[derive(Resource, Default)]
struct Order(Vec<TickSet>);

fn note<const SET: usize>(mut order: ResMut<Order>) {
    order.0.push(TickSet::ALL[SET]);
}

#[test]
fn the_twelve_sets_run_in_order() {
    let spec = bundled("kirkland/dry_baseline", AutomationLevel::L4, 1, 1.0, &[]);
    let mut app = build_with(&spec, |app| {
        app.init_resource::<Order>();
        // Added backwards, so that only the sets' own order can put them right.
        app.add_systems(SimTick, (note::<11>.in_set(TickSet::Record), note::<10>.in_set(TickSet::Judge)));
        app.add_systems(SimTick, (note::<9>.in_set(TickSet::Physics), note::<8>.in_set(TickSet::Actuate)));
        app.add_systems(SimTick, (note::<7>.in_set(TickSet::Drive), note::<6>.in_set(TickSet::Automate)));
        app.add_systems(SimTick, (note::<5>.in_set(TickSet::Perceive), note::<4>.in_set(TickSet::Sense)));
        app.add_systems(
            SimTick,
            (note::<3>.in_set(TickSet::Traffic), note::<2>.in_set(TickSet::Environment)),
        );
        app.add_systems(SimTick, (note::<1>.in_set(TickSet::Script), note::<0>.in_set(TickSet::Advance)));
    })
    .unwrap();
    tick(app.world_mut());
    assert_eq!(app.world().resource::<Order>().0, TickSet::ALL);
}

#[derive(Resource, Default)]
struct Shared(u32);

fn one(mut shared: ResMut<Shared>) {
    shared.0 += 1;
}
fn another(mut shared: ResMut<Shared>) {
    shared.0 *= 2;
}

/// What building the tick's schedule says.
fn built(app: &mut App) -> Result<(), String> {
    let world = app.world_mut();
    let mut schedule = world.resource_mut::<Schedules>().remove(SimTick).unwrap();
    schedule.initialize(world).map(|_| ()).map_err(|error| format!("{error:?}"))
}

#[test]
fn an_ambiguous_pair_of_systems_does_not_build() {
    let with = |add: fn(&mut App)| {
        let mut app = App::empty();
        app.insert_resource(Clock::new(RunSpec::DT_NS_DEFAULT)).init_resource::<Shared>();
        clock::plugin(&mut app);
        add(&mut app);
        built(&mut app)
    };
    let planted = with(|app| {
        app.add_systems(SimTick, (one, another).in_set(TickSet::Judge));
    });
    assert!(planted.as_ref().is_err_and(|e| e.contains("mbigu")), "{planted:?}");
    let ordered = with(|app| {
        app.add_systems(SimTick, (one, another).chain().in_set(TickSet::Judge));
    });
    assert_eq!(ordered, Ok(()));
    let apart = with(|app| {
        app.add_systems(SimTick, (one.in_set(TickSet::Judge), another.in_set(TickSet::Record)));
    });
    assert_eq!(apart, Ok(()));
    // And the engine's own schedule.
    let spec = bundled("kirkland/dry_baseline", AutomationLevel::L4, 1, 1.0, &[]);
    assert_eq!(built(&mut build(&spec).unwrap()), Ok(()));
}

/// Plants a value at tick 40 where the world has moved and the snapshot has not been taken.
fn faulty(plant: fn(&mut Pose, &mut Motion)) -> shakedown::state::record::RunRecord {
    let spec = bundled("kirkland/dry_baseline", AutomationLevel::L2, 1, 4.0, &[]);
    let mut app = build_with(&spec, |app| {
        let system = move |clock: Res<Clock>, mut all: Query<(&Participant, &mut Pose, &mut Motion)>| {
            for (participant, mut pose, mut motion) in &mut all {
                if clock.tick == 40 && &*participant.name == "ego" {
                    plant(&mut pose, &mut motion);
                }
            }
        };
        app.add_systems(SimTick, system.after(PhysicsStep::Contact).before(PhysicsStep::Snapshot));
    })
    .unwrap();
    simulate_app(&mut app, &spec, &mut []).unwrap().0
}

#[test]
fn a_planted_nan_ends_the_run_as_a_fault_with_names() {
    let none = faulty(|_, _| {});
    assert_eq!((none.outcome, &none.fault, none.ticks), (Outcome::Completed, &None, 200));
    let plants: [(fn(&mut Pose, &mut Motion), &str); 3] = [
        (|pose, _| pose.position_m.y = f64::NAN, "pose"),
        (|_, motion| motion.yaw_rate_radps = f64::NAN, "motion"),
        (|_, motion| motion.speed_mps = f64::INFINITY, "motion"),
    ];
    for (plant, component) in plants {
        let record = faulty(plant);
        assert_eq!(record.outcome, Outcome::Fault);
        assert_eq!(record.ticks, 41);
        assert!(!record.passed);
        let fault = record.fault.unwrap();
        assert!(fault.contains(component) && fault.contains("`ego`") && fault.contains("tick 40"), "{fault}");
    }
}
