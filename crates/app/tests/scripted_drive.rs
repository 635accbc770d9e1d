//! A person at the keyboard, played by a script: answers the request to intervene, brakes, hands back. The
//! run that is kept replays to the same state hash.

#![allow(clippy::unwrap_used, reason = "helpers of tests may unwrap")]

use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::input::{ButtonState, InputPlugin};
use bevy::prelude::*;
use bevy::state::app::StatesPlugin;
use bevy::time::TimeUpdateStrategy;
use bevy::window::FileDragAndDrop;
use shakedown::batch::{BatchDir, load_run};
use shakedown::cli::batch::AssetSource;
use shakedown::engine::simulate;
use shakedown::state::automation::{AutomationLevel, FeatureMode};
use shakedown::state::driver::TakeoverReason;
use shakedown::state::messages::Happening;
use shakedown_app::command::{Command, Opening};
use shakedown_app::session::{self, Diligence, KeepDir, Loader, Session};
use shakedown_app::stage::Stage;
use shakedown_app::{control, stage};
use std::path::Path;
use std::time::Duration;

struct Drive {
    app: App,
}

impl Drive {
    fn open(keep: &Path) -> Self {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, StatesPlugin, InputPlugin, session::plugin, control::plugin));
        app.add_message::<FileDragAndDrop>();
        app.insert_resource(Loader::open().unwrap());
        app.insert_resource(KeepDir(keep.to_owned()));
        app.insert_resource(Diligence::Exact);
        // 60 frames a second: ticks and frames do not line up.
        app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_micros(16_667)));
        app.world_mut().write_message(Command::Open(Opening {
            scenario: "levels/work_zone".into(),
            level: Some(AutomationLevel::L3),
            seed: 2,
            overrides: Vec::new(),
        }));
        app.update();
        let mut drive = Self { app };
        drive.tap(KeyCode::KeyT);
        drive
    }

    fn key(&mut self, key_code: KeyCode, state: ButtonState) {
        self.app.world_mut().write_message(KeyboardInput {
            key_code,
            logical_key: Key::Dead(None),
            state,
            text: None,
            repeat: false,
            window: Entity::PLACEHOLDER,
        });
    }

    fn tap(&mut self, key: KeyCode) {
        self.key(key, ButtonState::Pressed);
        self.app.update();
        self.key(key, ButtonState::Released);
        self.app.update();
    }

    fn hold(&mut self, key: KeyCode, seconds: f64) {
        self.key(key, ButtonState::Pressed);
        self.run(seconds);
        self.key(key, ButtonState::Released);
        self.app.update();
    }

    fn run(&mut self, seconds: f64) {
        let until_s = self.session().shown_s + seconds;
        while self.session().shown_s < until_s && self.session().record.is_none() {
            self.app.update();
        }
    }

    fn run_until(&mut self, what: &str, done: impl Fn(&Session) -> bool) {
        while !done(self.session()) {
            assert!(self.session().record.is_none(), "the run ended before: {what}");
            self.app.update();
        }
    }

    fn session(&self) -> &Session {
        self.app.world().resource::<Session>()
    }

    fn stage(&self) -> &stage::Shot {
        self.app.world().resource::<Stage>().shot()
    }
}

fn happened(session: &Session, wanted: impl Fn(&Happening) -> bool) -> bool {
    session.events.iter().any(|event| wanted(&event.happening))
}

#[test]
fn taking_over_braking_and_handing_back_replays_to_the_same_hash() {
    let dir = tempfile::tempdir().unwrap();
    let mut drive = Drive::open(dir.path());
    assert!(drive.session().seat);
    drive.run_until("request", |s| happened(s, |h| matches!(h, Happening::RequestToIntervene { .. })));
    let request_s = drive.session().takeover.unwrap().request_s;
    // Looks up, then brakes.
    drive.run(1.5);
    let before_mps = drive.stage().objects[drive.app.world().resource::<Stage>().run.ego.unwrap().0 as usize]
        .motion
        .speed_mps;
    drive.hold(KeyCode::KeyS, 2.0);
    let session = drive.session();
    let took_over = session
        .events
        .iter()
        .find_map(|event| match &event.happening {
            Happening::DriverTookOver { reason, reaction_s } => Some((event.time_s, *reason, *reaction_s)),
            _ => None,
        })
        .unwrap();
    assert_eq!(took_over.1, TakeoverReason::Request);
    assert!((1.4..2.2).contains(&took_over.2), "reaction {}", took_over.2);
    assert!((took_over.0 - request_s - took_over.2).abs() < 0.05);
    let report = session.takeover.unwrap();
    assert_eq!(report.reaction_s, Some(took_over.2));
    assert!(report.slower_share.unwrap() > 0.5 && report.decel_max_mps2 > 1.0, "{report:?}");
    let ego = drive.app.world().resource::<Stage>().ego().unwrap().motion.speed_mps;
    assert!(ego < before_mps - 2.0, "braked from {before_mps} to {ego}");
    assert_eq!(drive.stage().automation.as_ref().unwrap().mode, FeatureMode::Overridden);
    // A touch of steering, some speed, and back to the feature.
    drive.hold(KeyCode::KeyA, 0.3);
    drive.hold(KeyCode::KeyW, 1.0);
    drive.tap(KeyCode::KeyG);
    drive.run(4.0);
    drive.tap(KeyCode::F5);
    let session = drive.session();
    let saved = session.saved.clone().unwrap_or_else(|| panic!("{:?}", session.notice));
    let run_id = saved.file_name().unwrap().to_string_lossy().into_owned();

    let loader = Loader::open().unwrap();
    let batch = BatchDir::new(dir.path());
    let record = batch.read_record(&run_id).unwrap().unwrap();
    assert_eq!(record.disengagements.len(), 1, "{:?}", record.disengagements);
    assert_eq!(record.disengagements[0].reaction_time_s, Some(took_over.2));
    let spec = load_run(&batch, &run_id, &AssetSource(loader.assets())).unwrap();
    assert!(spec.human_input.len() > 20, "{} changes", spec.human_input.len());
    let replayed = simulate(&spec, &mut []).unwrap();
    assert_eq!((replayed.run_id, replayed.state_hash), (run_id, record.state_hash));
}
