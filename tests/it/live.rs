//! A run under somebody's eyes is the run without them, and what they change is kept in its specification.

use crate::support::{bundled, full, straight};
use shakedown::engine::{Live, RunSpec, build};
use shakedown::record::RecordedEvent;
use shakedown::scenario::{Action, SensorFault};
use shakedown::sim::Intervention;
use shakedown::state::automation::AutomationLevel;
use shakedown::state::record::Outcome;
use shakedown::state::sensor_data::SensorKind;
use shakedown::state::truth::GroundTruth;

fn baseline(level: AutomationLevel, until_s: f64) -> RunSpec {
    bundled("kirkland/dry_baseline", level, 3, until_s, &[])
}

#[test]
fn looking_at_a_run_does_not_change_it() {
    for level in [AutomationLevel::L0, AutomationLevel::L3, AutomationLevel::L4] {
        let spec = baseline(level, 6.0);
        let (record, hashes) = full(&spec);
        let mut live = Live::new(&spec).unwrap();
        let mut events: Vec<RecordedEvent> = Vec::new();
        // Irregular looks: the record, the view, the frames.
        while live.step() {
            assert_eq!(live.view().completed_ticks, live.completed_ticks());
            assert!((live.view().time_s - live.time_s()).abs() < 1e-12);
            events.extend_from_slice(live.view().events);
            if live.completed_ticks().is_multiple_of(7) {
                assert_eq!(live.record().ticks, live.completed_ticks());
                assert_eq!(live.ended(), None);
            }
        }
        assert_eq!(live.ended(), Some(Outcome::Completed));
        assert_eq!(live.hashes(), hashes);
        assert_eq!(
            (live.record(), live.state_hash()),
            (record.clone(), record.state_hash.clone()),
            "{level}"
        );
        assert_eq!(events, live.events(), "{level}");
        let ticks = live.completed_ticks();
        assert!(!live.step() && live.completed_ticks() == ticks);
    }
}

#[test]
fn a_record_on_the_way_does_not_end_a_run_that_has_crashed() {
    // Six meters to a standing car at 55 mph.
    let spec = straight("", 60.0, AutomationLevel::L4, 20.0);
    let (record, hashes) = full(&spec);
    assert_eq!(record.outcome, Outcome::Collision);
    assert!(record.ticks > 100, "{} ticks: the run goes on for 2 s after the crash", record.ticks);
    let mut live = Live::new(&spec).unwrap();
    while live.step() {
        let sofar = live.record();
        assert!(sofar.collisions.is_empty() || sofar.outcome == Outcome::Collision);
    }
    assert_eq!((live.hashes(), live.ended()), (hashes.as_slice(), Some(Outcome::Collision)));
    assert_eq!(live.record(), record);
}

#[test]
fn a_run_cut_short_ends_with_the_tick_that_was_seen_last() {
    let spec = baseline(AutomationLevel::L4, 60.0);
    let mut live = Live::new(&spec).unwrap();
    for ticks in [0, 1, 3, 57, 150] {
        live.run_to(ticks);
        let (record, hashes) = full(&live.spec_so_far());
        assert_eq!((record.ticks, hashes.as_slice()), (ticks, live.hashes()), "{ticks}");
    }
    for dt_ns in [1_000_000, 3_000_000, 33_000_000, 70_000_000] {
        for ticks in (0..3_000).step_by(7) {
            assert_eq!(RunSpec { dt_ns, ..spec.clone() }.until_tick(ticks).ticks_max(), ticks, "{dt_ns}");
        }
    }
}

#[test]
fn interventions_pushed_live_are_those_of_the_specification() {
    let spec = baseline(AutomationLevel::L4, 8.0);
    let perfect = Action::SensorFault { sensor: "camera".into(), fault: SensorFault::Dead };
    let mut live = Live::new(&spec).unwrap();
    live.push_intervention(Action::EngageFeature);
    live.run_to(100);
    live.push_intervention(perfect.clone());
    live.run_to(150);
    live.push_intervention(Action::DisengageFeature);
    live.run_to(u64::MAX);
    let expect = [(0, Action::EngageFeature), (100, perfect), (150, Action::DisengageFeature)]
        .map(|(from_tick, action)| Intervention { from_tick, action });
    assert_eq!(live.spec().interventions, expect);
    let (record, hashes) = full(live.spec());
    assert_eq!((live.hashes(), live.record()), (hashes.as_slice(), record));
    assert_ne!(live.state_hash(), full(&spec).0.state_hash);
    // A fork forgets what came later.
    assert_eq!(live.spec().forked_at(150).interventions, expect[..2]);
}

#[test]
fn what_the_window_reads_is_there() {
    let mut live = Live::new(&baseline(AutomationLevel::L4, 4.0)).unwrap();
    assert_eq!((live.completed_ticks(), live.measured().count()), (0, 0));
    let mut measured: Vec<SensorKind> = Vec::new();
    while live.step() {
        let tick_start_s = live.time_s() - 0.02;
        for frame in live.measured() {
            assert!((frame.measured_at.s() - tick_start_s).abs() < 1e-9);
            measured.push(frame.kind);
        }
    }
    for (kind, at_least) in [(SensorKind::Camera, 30), (SensorKind::Lidar, 30), (SensorKind::Imu, 190)] {
        assert!(measured.iter().filter(|k| **k == kind).count() >= at_least, "{kind:?}");
    }
    let truth = live.world().resource::<GroundTruth>();
    assert!(truth.ego().is_some_and(|ego| ego.motion.speed_mps > 3.0));
    assert!(live.steer_rad().abs() < 0.6 && live.steer_rad() != 0.0);
    assert!(live.asked().accel_mps2.abs() < 9.0);
    // The world of a run is the same whether an app or `Live` holds it.
    assert_eq!(build(live.spec()).unwrap().world().entities().len(), live.world().entities().len());
}
