//! A tick in the steady state allocates next to nothing. A binary of its own, because it counts the
//! allocations of the whole process: one test, one thread.

use bevy::prelude::*;
use shakedown::cli::assets::Assets;
use shakedown::engine::workload::{FULL_20, TRAFFIC_20, Workload};
use shakedown::engine::{build, tick};
use shakedown::record::RunLog;
use shakedown::scenario::Files;
use shakedown::sim::{SimTick, TickSet};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Ticks before the window: buffers have grown to their size.
const WARM_UP_TICKS: u64 = 400;
/// Ticks of the window.
const WINDOW_TICKS: u64 = 200;
/// Longest list of windows tried until one holds no recorded event.
const WINDOWS_MAX: u64 = 12;

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

/// Allocations a tick over the quietest window, and in words which sets made them.
fn measure(workload: Workload) -> (f64, String) {
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
    let mut best: Option<(usize, usize, [usize; 12])> = None;
    for _ in 0..WINDOWS_MAX {
        let events = world.resource::<RunLog>().events.len();
        world.resource_mut::<BySet>().spent = [0; 12];
        let before = count();
        for _ in 0..WINDOW_TICKS {
            tick(world);
        }
        let spent = count() - before;
        let happened = world.resource::<RunLog>().events.len() - events;
        let by_set = world.resource::<BySet>().spent;
        if best.is_none_or(|(fewest, _, _)| spent < fewest) {
            best = Some((spent, happened, by_set));
        }
        if happened == 0 {
            break;
        }
    }
    let (spent, happened, by_set) = best.unwrap();
    let mut parts: Vec<_> =
        TickSet::ALL.iter().zip(by_set).filter(|(_, n)| *n > 0).map(|(s, n)| (n, *s)).collect();
    parts.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let each = |n: usize| n as f64 / WINDOW_TICKS as f64;
    let words: Vec<_> = parts.iter().map(|(n, set)| format!("{set:?} {:.2}", each(*n))).collect();
    (each(spent), format!("{}; {happened} events in the window", words.join(", ")))
}

#[test]
fn a_steady_tick_allocates_next_to_nothing() {
    // The counter counts.
    let before = count();
    std::hint::black_box(vec![1_u8; 32]);
    assert!(count() > before);

    for (workload, allocations_max) in [(FULL_20, 2.0), (TRAFFIC_20, 0.2)] {
        let (each, words) = measure(workload);
        println!("{}: {each:.2} allocations a tick ({words})", workload.name);
        assert!(each <= allocations_max, "{}: {each:.2} allocations a tick: {words}", workload.name);
    }
}
