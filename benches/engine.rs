//! What the engine costs: a tick of the standard workloads, building a run, loading a map, asking the road.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use shakedown::base::math::DVec3;
use shakedown::cli::assets::Assets;
use shakedown::engine::workload::{FULL_20, TRAFFIC_20, Workload};
use shakedown::engine::{RunSpec, build, tick};
use shakedown::road::{LaneCoord, RoadNetwork};
use shakedown::scenario::Files;
use std::hint::black_box;

/// Ticks before measuring: tracks are there, buffers have grown.
const WARM_UP_TICKS: u32 = 100;
/// After this many ticks a bench starts its run again, so that all samples see the same traffic.
const RUN_TICKS: u32 = 1_500;

fn spec(assets: &Assets, workload: Workload) -> RunSpec {
    let network = assets.map(workload.map).unwrap_or_else(|why| panic!("{}: {why:?}", workload.map));
    workload.spec(network, assets.vehicles.clone()).unwrap_or_else(|why| panic!("{why}"))
}

fn assets() -> Assets {
    Assets::open().unwrap_or_else(|why| panic!("{why}"))
}

fn started(spec: &RunSpec) -> bevy::prelude::App {
    let mut app = build(spec).unwrap_or_else(|why| panic!("{why}"));
    for _ in 0..WARM_UP_TICKS {
        tick(app.world_mut());
    }
    app
}

fn ticks(c: &mut Criterion) {
    let assets = assets();
    for workload in [FULL_20, TRAFFIC_20] {
        let spec = spec(&assets, workload);
        let mut app = started(&spec);
        let mut done = 0;
        c.bench_function(&format!("tick/{}", workload.name), |b| {
            b.iter(|| {
                if done == RUN_TICKS {
                    app = started(&spec);
                    done = 0;
                }
                done += 1;
                tick(app.world_mut());
            });
        });
    }
}

fn set_up(c: &mut Criterion) {
    let assets = assets();
    let spec = spec(&assets, FULL_20);
    c.bench_function("build/full_20", |b| {
        b.iter_batched(|| &spec, |spec| build(spec).is_ok(), BatchSize::SmallInput);
    });
    for name in ["kirkland", "austin"] {
        let path = assets.root().join("assets").join("maps").join(format!("{name}.xodr"));
        let bytes = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        c.bench_function(&format!("map_load/{name}"), |b| {
            b.iter(|| RoadNetwork::from_opendrive(name, black_box(&bytes)).is_ok());
        });
    }
}

fn road(c: &mut Criterion) {
    let assets = assets();
    let network = assets.map("austin").unwrap_or_else(|why| panic!("{why:?}"));
    // Places all over the map, in a fixed order that jumps about.
    let coords: Vec<LaneCoord> = (0..network.lanes.len())
        .map(|ix| {
            let lane = shakedown::base::ids::LaneId(((ix * 7_919) % network.lanes.len()) as u32);
            LaneCoord { along_m: network.lane(lane).length_m * 0.37, ..LaneCoord::center(lane, 0.0) }
        })
        .collect();
    let points: Vec<DVec3> = coords.iter().map(|&coord| network.lane_pose(coord).pose.position_m).collect();
    let mut next = 0;
    c.bench_function("road/lane_pose", |b| {
        b.iter(|| {
            next = (next + 1) % coords.len();
            black_box(network.lane_pose(coords[next]))
        });
    });
    c.bench_function("road/nearest_lane", |b| {
        b.iter(|| {
            next = (next + 1) % points.len();
            black_box(network.nearest_lane(points[next], None))
        });
    });
}

criterion_group!(benches, ticks, set_up, road);
criterion_main!(benches);
