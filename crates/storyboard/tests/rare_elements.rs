//! Our own scenarios for elements that no file of the corpus uses (`scenarios/openscenario`): each is read without
//! an error, played, and does what it says.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Disk, load, state};
use openscenario::sampling::Variations;
use openscenario::{Document, resolve_path};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storyboard::play::player::{Effect, Player};
use storyboard::play::roads::Roads;
use storyboard::standard::{GlobalAction, PrivateAction};

/// Length of a step, ns.
const DT_NS: u64 = 20_000_000;
/// Speed of [`state`].
const SPEED: usize = 6;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/openscenario").join(name)
}

fn player(name: &str) -> Player {
    let (play, roads) = load(&file(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
    Player::new(play, roads)
}

/// Plays until the storyboard stops; `look` sees the time of every step's end and the player, and gets all effects.
fn play(player: &mut Player, mut look: impl FnMut(f64, &mut Player)) -> Vec<Effect> {
    let mut effects = Vec::new();
    for step in 0..5_000_u64 {
        let now_ns = step.saturating_sub(1) * DT_NS;
        player.step(now_ns, DT_NS);
        effects.extend(player.effects.iter().cloned());
        look(if step == 0 { 0.0 } else { (now_ns + DT_NS) as f64 * 1e-9 }, player);
        if player.ended() {
            return effects;
        }
    }
    panic!("the storyboard has not stopped");
}

fn troubles(effects: &[Effect]) -> Vec<&Effect> {
    effects.iter().filter(|e| matches!(e, Effect::Trouble(_))).collect()
}

#[test]
fn a_car_starts_with_the_phase_of_a_signal_controller() {
    let mut player = player("signal_phase.xosc");
    let mut speeds = BTreeMap::new();
    let effects = play(&mut player, |at_s, player| {
        speeds.insert((at_s * 1000.0).round() as u64, state(player, "Ego").unwrap()[SPEED]);
    });
    assert_eq!((speeds[&2_000], speeds[&3_000], speeds[&3_060]), (0.0, 0.0, 8.0));
    let states: Vec<&str> = effects
        .iter()
        .filter_map(|e| match e {
            Effect::Global(GlobalAction::SignalState(s)) => Some(s.state.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(states, ["on;off;off", "off;off;on"]);
    assert_eq!(troubles(&effects), Vec::<&Effect>::new());
}

#[test]
fn a_car_slows_when_it_is_turned_against_another_one() {
    let mut player = player("relative_angle.xosc");
    let mut slowed: Option<(f64, f64)> = None;
    let mut before = 0.0;
    play(&mut player, |at_s, player| {
        let [_, _, _, h_rad, _, _, speed] = state(player, "Ego").unwrap();
        if speed == 7.0 && slowed.is_none() {
            slowed = Some((at_s, before));
        }
        before = h_rad;
    });
    let (at_s, h_rad) = slowed.expect("it has slowed");
    let turned = state(&player, "Other").unwrap()[3] - h_rad;
    // The condition sees the heading at the step's begin: within its tolerance.
    assert!((1.0..3.0).contains(&at_s), "at {at_s} s");
    assert!((turned.rem_euclid(std::f64::consts::TAU) - 0.1).abs() < 0.021, "turned by {turned}");
}

#[test]
fn traffic_actions_reach_the_world() {
    let mut player = player("traffic_area_sink_stop.xosc");
    let mut stopped_s = None;
    let effects = play(&mut player, |at_s, player| {
        let stop = |e: &Effect| matches!(e, Effect::Global(GlobalAction::TrafficStop(Some(name))) if name == "crowd");
        if player.effects.iter().any(stop) {
            stopped_s = Some(at_s);
        }
    });
    let found = |test: &dyn Fn(&GlobalAction) -> bool| {
        effects.iter().filter(|e| matches!(e, Effect::Global(action) if test(action))).count()
    };
    assert_eq!(
        found(
            &|a| matches!(a, GlobalAction::TrafficSink { name, radius_m, .. } if name == "drain" && *radius_m == 15.0)
        ),
        1
    );
    assert_eq!(
        found(&|a| matches!(a, GlobalAction::TrafficArea { name, vehicles: 6, .. } if name == "crowd")),
        1
    );
    assert!(stopped_s.is_some_and(|at| (1.99..2.05).contains(&at)), "{stopped_s:?}");
    // Whoever is there goes on.
    assert!((state(&player, "Ego").unwrap()[0] - 100.0 - 40.0).abs() < 0.5);
}

#[test]
fn a_value_from_outside_opens_a_door_and_sets_a_monitor() {
    let mut player = player("door_and_monitor.xosc");
    let mut opened = BTreeSet::new();
    let effects = play(&mut player, |at_s, player| {
        if at_s > 1.0 {
            player.scene.user_values.insert("button".to_owned(), "pressed".to_owned());
        }
        if player.scene.monitors["opened"] {
            opened.insert((at_s * 1000.0).round() as u64);
        }
    });
    let first = opened.first().copied().unwrap();
    assert!((1_020..=1_080).contains(&first), "opened at {first} ms");
    let doors: Vec<&Effect> = effects
        .iter()
        .filter(|e| matches!(e, Effect::Private(_, PrivateAction::Animation { duration_s: Some(d), .. }) if *d == 1.5))
        .collect();
    assert_eq!(doors.len(), 1);
}

#[test]
fn an_animation_is_named_as_not_covered() {
    let path = file("door_and_monitor.xosc");
    let name = path.display().to_string();
    let parsed = openscenario::parse(&std::fs::read(&path).unwrap(), &name, &Disk, &BTreeMap::new());
    let Some(Document::Scenario(scenario)) = parsed.document else { panic!("{}", parsed.problems) };
    let problems = storyboard::read::from_openscenario(&scenario, &parsed.files).problems;
    assert_eq!(problems.iter().filter(|p| p.rule == "not_covered").count(), 1, "{problems}");
}

#[test]
fn drawn_values_are_within_their_ranges_and_reach_the_run() {
    let path = file("sampled_lead_distributions.xosc");
    let name = path.display().to_string();
    let parsed = openscenario::parse(&std::fs::read(&path).unwrap(), &name, &Disk, &BTreeMap::new());
    assert_eq!(parsed.problems.to_string(), "");
    let Some(Document::Distribution(document)) = parsed.document else { panic!("no distribution") };
    let variations = Variations::of(&document.distribution).unwrap();
    assert_eq!(variations.count(), 20);
    let target = resolve_path(&name, &document.distribution.scenario_file.filepath);
    let text = std::fs::read(&target).unwrap();
    let (mut speeds, mut starts) = (BTreeSet::new(), BTreeSet::new());
    for set in variations.iter() {
        let values: BTreeMap<String, String> = set.into_iter().map(|a| (a.parameter, a.value)).collect();
        let number = |name: &str| values[name].parse::<f64>().unwrap();
        let (speed, gap, start) = (number("speed"), number("gap"), number("start"));
        assert!((8.0..=14.0).contains(&speed) && (5.0..=200.0).contains(&gap), "{values:?}");
        assert!(start.fract() == 0.0 && (0.0..=15.0).contains(&start), "{values:?}");
        speeds.insert(values["speed"].clone());
        starts.insert(values["start"].clone());
        let parsed = openscenario::parse(&text, &target, &Disk, &values);
        let Some(Document::Scenario(scenario)) = parsed.document else { panic!("{}", parsed.problems) };
        let read = storyboard::read::from_openscenario(&scenario, &parsed.files);
        let play_of = Arc::new(read.play.unwrap());
        let map = resolve_path(&target, play_of.map_file.as_ref().unwrap());
        let map = opendrive::parse(&std::fs::read(&map).unwrap(), &map).unwrap().map;
        let mut player = Player::new(play_of, Arc::new(Roads::new(Arc::new(map))));
        play(&mut player, |at_s, player| {
            let ego = state(player, "Ego").unwrap();
            let lead = state(player, "Lead").unwrap();
            if at_s == 0.0 {
                assert_eq!(ego[SPEED], speed);
                assert!((lead[0] - ego[0] - gap).abs() < 1e-6);
            }
            // From its time on the ego is slow.
            let slow = at_s > start + 0.03;
            assert!(slow == (ego[SPEED] == 2.0) || (at_s - start).abs() < 0.03, "{at_s} s: {ego:?}");
        });
    }
    assert!(speeds.len() == 20 && starts.len() > 3, "{speeds:?} {starts:?}");
}
