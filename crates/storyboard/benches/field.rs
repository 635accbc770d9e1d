//! What the field's own files cost: loading the largest maps with their index, and playing simple scenarios.
//!
//! `play/…` plays to the end, or for 30 s, in steps of 0.02 s; its elements are simulated milliseconds, so 1 Melem/s is
//! 1000 × real time. The files lie in `$SHAKEDOWN_CORPUS` or `../shared/corpus`; where it is missing nothing is measured.

#[path = "../tests/common/mod.rs"]
mod common;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use storyboard::play::player::Player;
use storyboard::play::roads::Roads;

/// Length of a step, ns.
const DT_NS: u64 = 20_000_000;
/// Steps of 30 s, and the init phase.
const STEPS: u64 = 1_501;

/// CARLA's largest map, and the largest map of a real road.
const MAPS: [(&str, &str); 2] = [
    ("town04", "carla_opendrive_maps/OpenDrive/Town04.xodr"),
    ("beaver_avenue", "ivsg_psu/Data/TestWithRoadTypes/WBeaverAve.xodr"),
];

/// Simple scenarios.
const SCENARIOS: [(&str, &str); 4] = [
    ("cut-in", "esmini/resources/xosc/cut-in.xosc"),
    ("lane_change_simple", "esmini/resources/xosc/lane_change_simple.xosc"),
    ("drop-bike", "esmini/resources/xosc/drop-bike.xosc"),
    ("trajectory-test", "esmini/resources/xosc/trajectory-test.xosc"),
];

fn maps(c: &mut Criterion) {
    let Some(corpus) = common::corpus() else { return };
    let mut group = c.benchmark_group("load");
    group.sample_size(10);
    for (name, file) in MAPS {
        let Ok(bytes) = std::fs::read(corpus.join(file)) else { continue };
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| load(black_box(&bytes), file)));
    }
    group.finish();
}

fn load(bytes: &[u8], file: &str) -> Roads {
    match opendrive::parse(bytes, file) {
        Ok(parsed) => Roads::new(Arc::new(parsed.map)),
        Err(problems) => panic!("{problems}"),
    }
}

fn scenarios(c: &mut Criterion) {
    let Some(corpus) = common::corpus() else { return };
    let mut group = c.benchmark_group("play");
    group.sample_size(20);
    for (name, file) in SCENARIOS {
        let (play, roads) = common::load(Path::new(&corpus.join(file))).unwrap_or_else(|why| panic!("{why}"));
        let run = || {
            let mut player = Player::new(play.clone(), roads.clone());
            let mut played = 0;
            while played < STEPS && !player.ended() {
                player.step(u64::saturating_sub(played, 1) * DT_NS, DT_NS);
                played += 1;
            }
            played
        };
        group.throughput(Throughput::Elements(run() * DT_NS / 1_000_000));
        group.bench_function(name, |b| b.iter(|| black_box(run())));
    }
    group.finish();
}

criterion_group!(benches, maps, scenarios);
criterion_main!(benches);
