//! A tick in the steady state allocates next to nothing. A binary of its own, because it counts the
//! allocations of the whole process: one test, one thread.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

use bevy::prelude::*;
use shakedown::cli::assets::Assets;
use shakedown::engine::workload::{FULL_20, TRAFFIC_20, Workload};
use shakedown::engine::{build, tick};
use shakedown::record::RunLog;
use shakedown::scenario::Files;
use shakedown::sim::{SimTick, TickSet};
use shakedown::state::record::Verdict;
use shakedown::state::truth::GroundTruth;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Ticks before the window: buffers have grown to their size.
const WARM_UP_TICKS: u64 = 400;
/// Ticks of the window.
const WINDOW_TICKS: u64 = 200;
/// Windows; the steady state is the quietest of those in which nothing is recorded.
const WINDOWS: u64 = 12;

/// Allocations and reallocations so far.
fn count() -> usize {
    let stats = ALLOCATOR.stats();
    stats.allocations + stats.reallocations
}

/// Allocations of each set.
#[derive(Resource, Default)]
struct BySet {
    last: usize,
    spent: [usize; 12],
}

fn note<const SET: usize>(mut by_set: ResMut<BySet>) {
    let now = count();
    by_set.spent[SET] += now - by_set.last;
    by_set.last = now;
}

fn start(mut by_set: ResMut<BySet>) {
    by_set.last = count();
}

/// What was counted.
struct Counted {
    /// Allocations a tick in the quietest window without an event.
    steady: f64,
    /// Over all windows.
    mean: f64,
    /// Which sets made them, over all windows.
    words: String,
}

fn measure(workload: Workload) -> Counted {
    let assets = Assets::open().unwrap();
    let spec = workload.spec(assets.map(workload.map).unwrap(), assets.vehicles.clone()).unwrap();
    let mut app = build(&spec).unwrap();
    app.init_resource::<BySet>();
    app.add_systems(
        SimTick,
        (
            start.before(TickSet::Advance),
            note::<0>.after(TickSet::Advance).before(TickSet::Script),
            note::<1>.after(TickSet::Script).before(TickSet::Environment),
            note::<2>.after(TickSet::Environment).before(TickSet::Traffic),
            note::<3>.after(TickSet::Traffic).before(TickSet::Sense),
            note::<4>.after(TickSet::Sense).before(TickSet::Perceive),
            note::<5>.after(TickSet::Perceive).before(TickSet::Automate),
            note::<6>.after(TickSet::Automate).before(TickSet::Drive),
            note::<7>.after(TickSet::Drive).before(TickSet::Actuate),
            note::<8>.after(TickSet::Actuate).before(TickSet::Physics),
            note::<9>.after(TickSet::Physics).before(TickSet::Judge),
            note::<10>.after(TickSet::Judge).before(TickSet::Record),
            note::<11>.after(TickSet::Record),
        ),
    );
    let world = app.world_mut();
    for _ in 0..WARM_UP_TICKS {
        tick(world);
    }
    world.resource_mut::<BySet>().spent = [0; 12];
    let mut steady = None;
    let mut total = 0;
    let distance_before_m = world.resource::<Verdict>().distance_m;
    for _ in 0..WINDOWS {
        let events = world.resource::<RunLog>().events.len();
        let before = count();
        for _ in 0..WINDOW_TICKS {
            tick(world);
        }
        let spent = count() - before;
        total += spent;
        if world.resource::<RunLog>().events.len() == events {
            steady = Some(steady.map_or(spent, |fewest: usize| fewest.min(spent)));
        }
    }
    // The world is at work, not at rest.
    assert!(world.resource::<GroundTruth>().present().count() > 10, "{}", workload.name);
    if workload.ego_sensors.is_some() {
        assert!(world.resource::<Verdict>().distance_m > distance_before_m + 50.0, "the ego hardly moves");
    }
    let ticks = (WINDOWS * WINDOW_TICKS) as f64;
    let mut parts: Vec<_> =
        TickSet::ALL.into_iter().zip(world.resource::<BySet>().spent).filter(|(_, n)| *n > 0).collect();
    parts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let words: Vec<_> = parts.iter().map(|(set, n)| format!("{set:?} {:.3}", *n as f64 / ticks)).collect();
    Counted {
        steady: steady.expect("a window without an event") as f64 / WINDOW_TICKS as f64,
        mean: total as f64 / ticks,
        words: words.join(", "),
    }
}

#[test]
fn a_steady_tick_allocates_next_to_nothing() {
    // The counter counts.
    let before = count();
    std::hint::black_box(vec![1_u8; 32]);
    assert!(count() > before);

    for workload in [FULL_20, TRAFFIC_20] {
        let Counted { steady, mean, words } = measure(workload);
        println!(
            "{}: {steady:.3} allocations a tick in the steady state, {mean:.3} in all ({words})",
            workload.name
        );
        assert!(steady <= 0.1, "{}: {steady:.3} allocations a steady tick: {words}", workload.name);
        assert!(mean <= 2.0, "{}: {mean:.3} allocations a tick: {words}", workload.name);
    }
}
