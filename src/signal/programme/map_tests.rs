//! Programmes of the bundled maps.

use super::*;

/// The bundled maps that have signals.
fn maps() -> Vec<RoadNetwork> {
    ["crossing", "austin", "kirkland", "mountain_view"]
        .map(|name| {
            let path = format!("{}/assets/maps/{name}.xodr", env!("CARGO_MANIFEST_DIR"));
            let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            RoadNetwork::from_opendrive(name, &bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
        })
        .into()
}

fn programmes(network: &RoadNetwork) -> Vec<(JunctionIx, Programme)> {
    (0..network.junctions.len() as u32)
        .map(JunctionIx)
        .filter_map(|junction| Some((junction, Programme::new(network, junction, None)?)))
        .collect()
}

#[test]
fn every_movement_and_crosswalk_of_the_bundled_maps_gets_its_turn() {
    let mut count = 0;
    for network in maps() {
        for (junction, programme) in programmes(&network) {
            let place = format!("{} {}", network.name, network.junction(junction).id);
            for (at, lane) in programme.movements.iter().enumerate() {
                let goes = programme.intervals.iter().any(|interval| {
                    matches!(
                        interval.movement[at],
                        Some(Indication::Green | Indication::GreenArrow | Indication::FlashingYellow)
                    )
                });
                assert!(goes, "{place}: lane {lane:?} ({:?}) never goes", network.lane(*lane).turn);
                assert!(
                    programme.intervals.iter().all(|i| i.movement[at] != Some(Indication::Dark)),
                    "{place}: lane {lane:?} is dark"
                );
            }
            for at in 0..programme.crosswalks.len() {
                let walks = |i: &Interval| i.crosswalk[at] == Some(Indication::Walk);
                assert!(programme.intervals.iter().any(walks), "{place}: crosswalk {at} never walks");
            }
            count += 1;
        }
    }
    assert!(count > 20, "{count} junctions with signals");
}

#[test]
fn crossing_movements_never_go_together_unless_one_must_yield() {
    use crate::road::ConflictKind;
    for network in maps() {
        for (junction, programme) in programmes(&network) {
            let index = |lane: LaneId| programme.movements.iter().position(|m| *m == lane);
            for (at, &lane) in programme.movements.iter().enumerate() {
                for conflict in &network.lane(lane).conflicts {
                    if conflict.kind != ConflictKind::Crossing {
                        continue;
                    }
                    let Some(other) = index(conflict.other) else { continue };
                    for interval in &programme.intervals {
                        let told = [interval.movement[at], interval.movement[other]];
                        let goes = |i: Option<Indication>| {
                            matches!(i, Some(Indication::Green | Indication::GreenArrow))
                        };
                        // A circular green lets a left turn wait for gaps and a right turn for people.
                        let yields = |i: Option<Indication>, lane: LaneId| {
                            i == Some(Indication::Green) && network.lane(lane).turn != Turn::Straight
                        };
                        assert!(
                            !(goes(told[0]) && goes(told[1]))
                                || yields(told[0], lane)
                                || yields(told[1], conflict.other),
                            "{} {}: {lane:?} and {:?} both go: {told:?}",
                            network.name,
                            network.junction(junction).id,
                            conflict.other,
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn faces_go_from_green_over_yellow_to_red_with_lawful_lengths() {
    for network in maps() {
        for (junction, programme) in programmes(&network) {
            let place = format!("{} {}", network.name, network.junction(junction).id);
            for stage in &programme.stages {
                assert!((3.0..=6.0).contains(&stage.yellow_s), "{place}: {stage:?}");
                assert!((1.0..=6.0).contains(&stage.red_s), "{place}: {stage:?}");
                if stage.walk_s > 0.0 {
                    assert!(stage.walk_s >= timing::WALK_S - 1e-9, "{place}: {stage:?}");
                    let rest =
                        stage.green_s + stage.yellow_s + stage.red_s - stage.walk_s - stage.clearance_s;
                    assert!(rest >= timing::PEDESTRIAN_BUFFER_S - 1e-6, "{place}: {stage:?}");
                }
            }
            let count = programme.intervals.len();
            for (at, face) in programme.faces.iter().enumerate() {
                let lenses = &network.signal(*face).lenses;
                let shows = |interval: usize, color: LensColor, shape: LensShape| {
                    let lit = programme.intervals[interval % count].lit[at].mask;
                    lenses
                        .iter()
                        .enumerate()
                        .any(|(ix, lens)| lens.color == color && lens.shape == shape && lit & (1 << ix) != 0)
                };
                for interval in 0..count {
                    for shape in [LensShape::Circle, LensShape::ArrowLeft, LensShape::ArrowRight] {
                        let green = shows(interval, LensColor::Green, shape);
                        let next_green = shows(interval + 1, LensColor::Green, shape);
                        if green && !next_green {
                            assert!(shows(interval + 1, LensColor::Yellow, shape), "{place} {face:?}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn cycles_repeat_exactly_and_offsets_shift_them() {
    let network = maps().remove(0);
    let (junction, programme) = programmes(&network).remove(0);
    assert_eq!(programme.intervals.last().map(|i| i.end_ns), Some(programme.cycle_ns));
    assert_eq!(programme.at(0), (0, 0));
    let cycle = programme.cycle_ns;
    for time in [0, 1, cycle / 3, cycle - 1, cycle, 5 * cycle + 17] {
        let (at, start) = programme.at(time);
        assert_eq!(programme.at(time + cycle), (at, start + i128::from(cycle)), "{time}");
        let within = (i128::from(time) - start) as u64;
        let begin = if at == 0 { 0 } else { programme.intervals[at - 1].end_ns };
        assert!((begin..programme.intervals[at].end_ns).contains(&within), "{time}");
    }
    let plan = SignalPlan {
        junction,
        offset_s: Some(7.0),
        green_s: Some(vec![31.0]),
        yellow_s: Some(3.5),
        red_clearance_s: Some(2.5),
        fault: crate::state::signal::SignalFault::None,
        orientation: None,
    };
    let changed = Programme::new(&network, junction, Some(&plan)).expect("has faces");
    assert_eq!(changed.at(7_000_000_000), (0, 7_000_000_000));
    assert_eq!(changed.at(6_999_999_999).0, changed.intervals.len() - 1);
    let first = &changed.stages[0];
    assert_eq!((first.green_s, first.yellow_s, first.red_s), (31.0, 3.5, 2.5));
    // The end of the first green is the first change of the faces that show it.
    let change = changed.intervals[0].changes_ns.iter().min().copied();
    assert!(change.is_some_and(|ns| ns <= 31_000_000_000), "{change:?}");
}
