//! The pictures of the start screen: one for each bundled scenario, at a moment that shows what it is about.

use super::{WARM_UP_FRAMES, picture, stand_at, write_png};
use crate::command::{Command, Opening};
use crate::session::{Loader, Session};
use bevy::prelude::*;
use shakedown::engine::{Live, RunSpec};
use shakedown::state::messages::Happening;
use std::path::{Path, PathBuf};

/// Size of a card's picture, pixels.
pub const CARD_SIZE: UVec2 = UVec2::new(320, 180);

/// File of a scenario's picture below a directory.
pub fn card_path(dir: &Path, scenario: &str) -> PathBuf {
    dir.join(format!("{scenario}.png"))
}

/// The telling moment of a run, s: just before the first disengagement, request or collision, else the
/// middle of the run.
fn moment_s(spec: &RunSpec) -> f64 {
    let Ok(mut live) = Live::new(spec) else { return 3.0 };
    live.run_to(u64::MAX);
    let event = live.events().iter().find(|event| {
        matches!(
            event.happening,
            Happening::RequestToIntervene { .. }
                | Happening::Disengagement { .. }
                | Happening::Collision { .. }
                | Happening::MinimalRiskManeuverStarted { .. }
        )
    });
    event.map_or(live.time_s() * 0.5, |event| event.time_s).clamp(1.0, live.time_s().max(1.0))
}

/// Draws the picture of every bundled scenario into a directory; returns what went wrong.
pub fn draw_cards(app: &mut App, dir: &Path, done: &mut dyn FnMut(&str, usize, usize)) -> Vec<String> {
    let loader = app.world().resource::<Loader>().clone();
    let files = loader.assets().bundled();
    let mut problems = Vec::new();
    for (ix, file) in files.iter().enumerate() {
        let opening = Opening { scenario: file.name.clone(), seed: 1, ..Opening::default() };
        let drawn = loader.spec(&opening).map_err(|error| error.to_string()).and_then(|(spec, _)| {
            app.world_mut().write_message(Command::Open(opening));
            app.update();
            app.update();
            if app.world().get_resource::<Session>().is_none() {
                return Err("it did not open".to_owned());
            }
            stand_at(app, moment_s(&spec), WARM_UP_FRAMES);
            let picture = picture(app).map_err(|error| error.to_string())?;
            write_png(&card_path(dir, &file.name), &picture).map_err(|error| error.to_string())
        });
        if let Err(why) = drawn {
            problems.push(format!("{}: {why}", file.name));
        }
        done(&file.name, ix + 1, files.len());
    }
    problems
}
