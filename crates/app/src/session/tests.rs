//! A session without a window, for tests of everything that reads or drives one.

use super::*;
use bevy::input::InputPlugin;
use bevy::state::app::StatesPlugin;
use bevy::time::TimeUpdateStrategy;
use shakedown::state::automation::AutomationLevel;
use std::time::Duration;

/// A session on a bundled scenario, at its own level.
pub(crate) fn session(scenario: &str) -> Session {
    let mut app = app(Duration::from_millis(20));
    app.world_mut().write_message(Command::Open(Opening {
        scenario: scenario.to_owned(),
        seed: 1,
        ..Opening::default()
    }));
    app.update();
    app.update();
    app.world_mut().remove_resource::<Session>().unwrap()
}

/// An app with the session alone; each update is `frame` of window time.
pub(crate) fn app(frame: Duration) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, StatesPlugin, InputPlugin));
    app.insert_resource(TimeUpdateStrategy::ManualDuration(frame));
    app.insert_resource(Loader::open().unwrap());
    app.add_plugins(super::plugin);
    app
}

fn opened(scenario: &str) -> App {
    let mut app = app(Duration::from_millis(20));
    app.world_mut().write_message(Command::Open(Opening {
        scenario: scenario.to_owned(),
        seed: 1,
        ..Opening::default()
    }));
    app.update();
    app
}

fn shown(app: &App) -> (f64, f64) {
    let session = app.world().resource::<Session>();
    (session.shown_s, session.simulated_s)
}

#[test]
fn what_cannot_be_opened_is_said() {
    let mut app = app(Duration::from_millis(20));
    app.world_mut().write_message(Command::Open(Opening {
        scenario: "kirkland/rain_hil_stop".into(),
        ..Opening::default()
    }));
    app.update();
    let failure = app.world().resource::<Failure>().0.clone().unwrap();
    assert!(failure.contains("did you mean `kirkland/rain_hill_stop`"), "{failure}");
    assert!(!app.world().contains_resource::<Session>());
}

#[test]
fn going_back_shows_the_same_state_again() {
    let mut app = opened("levels/hard_braking_lead");
    app.insert_resource(Diligence::Exact);
    let state = |app: &mut App, time_s: f64| {
        app.world_mut().resource_mut::<Session>().show_at(time_s);
        app.update();
        let stage = app.world().resource::<Stage>();
        (stage.shot().tick, stage.ego().unwrap().pose, app.world().resource::<Session>().simulated_s)
    };
    app.update();
    let (tick, pose, _) = state(&mut app, 4.0);
    state(&mut app, 9.0);
    let (again, same, simulated_s) = state(&mut app, 4.0);
    assert_eq!((tick, pose), (again, same));
    assert!(simulated_s >= 9.0, "going back simulates nothing and forgets nothing: {simulated_s}");
}

#[test]
fn a_change_in_the_past_forgets_what_came_after() {
    let mut app = opened("levels/hard_braking_lead");
    app.insert_resource(Diligence::Exact);
    app.update();
    for time_s in [8.0, 3.0] {
        app.world_mut().resource_mut::<Session>().show_at(time_s);
        app.update();
    }
    app.world_mut().resource_mut::<Session>().playing = false;
    app.world_mut().write_message(Command::Disengage);
    app.update();
    let (shown_s, simulated_s) = shown(&app);
    assert!((shown_s - 3.0).abs() < 1e-9 && (simulated_s - 3.0).abs() < 1e-9, "{shown_s} {simulated_s}");
    let session = app.world().resource::<Session>();
    assert_eq!(session.spec.interventions.len(), 1);
    assert_eq!(session.spec.interventions[0].from_tick, 150);
    assert!(session.events.iter().all(|event| event.tick <= 150));
}

#[test]
fn pace_and_steps() {
    let mut app = opened("levels/hard_braking_lead");
    app.update();
    let from = shown(&app).0;
    app.world_mut().write_message(Command::Pace(4.0));
    for _ in 0..10 {
        app.update();
    }
    let at_four = shown(&app).0 - from;
    assert!((at_four - 0.8).abs() < 0.1, "10 frames of 20 ms at 4 x: {at_four}");
    app.world_mut().write_message(Command::Step(1));
    app.update();
    let (before, _) = shown(&app);
    app.world_mut().write_message(Command::Step(-1));
    app.update();
    assert!((before - shown(&app).0 - 0.02).abs() < 1e-9);
    assert!(!app.world().resource::<Session>().playing);
    app.world_mut().write_message(Command::Pace(1000.0));
    app.update();
    assert_eq!(app.world().resource::<Session>().pace, PACE_MAX);
}

#[test]
fn a_level_switched_live_holds_while_a_person_sits_there_too() {
    for person in [false, true] {
        let mut app = opened("levels/hard_braking_lead");
        app.insert_resource(Diligence::Exact);
        if person {
            app.world_mut().write_message(Command::Seat(true));
        }
        for _ in 0..50 {
            app.update();
        }
        app.world_mut().write_message(Command::Level(AutomationLevel::L4));
        for _ in 0..10 {
            app.update();
        }
        let stage = app.world().resource::<Stage>();
        let automation = stage.shot().automation.as_ref().unwrap();
        assert_eq!(automation.level, AutomationLevel::L4, "person: {person}");
        let session = app.world().resource::<Session>();
        assert_eq!(session.spec.interventions.len(), 1, "nothing was begun again");
        assert!(session.touched);
    }
}
