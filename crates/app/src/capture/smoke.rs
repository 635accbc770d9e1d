//! A look at every bundled scenario: opened, run for some seconds, drawn, and checked for a blank picture.

use super::{Picture, WARM_UP_FRAMES, picture, stand_at};
use crate::command::{Command, Opening};
use crate::session::{Loader, Session};
use bevy::prelude::*;

/// What a look at one scenario found.
#[derive(Clone, Debug)]
pub struct Look {
    /// Scenario.
    pub scenario: String,
    /// The picture; `None` if it could not be opened or drawn.
    pub picture: Option<Picture>,
    /// What went wrong, in words.
    pub problem: Option<String>,
}

/// Opens every bundled scenario in turn, runs `seconds` of it and takes a picture.
pub fn look_at_all(app: &mut App, seconds: f64, done: &mut dyn FnMut(&Look)) -> usize {
    let scenarios = app.world().resource::<Loader>().assets().bundled();
    let mut problems = 0;
    for file in &scenarios {
        let opening = Opening { scenario: file.name.clone(), seed: 1, ..Opening::default() };
        app.world_mut().write_message(Command::Open(opening));
        app.update();
        let look = look_at(app, &file.name, seconds);
        problems += usize::from(look.problem.is_some());
        done(&look);
    }
    problems
}

fn look_at(app: &mut App, name: &str, seconds: f64) -> Look {
    let failed = |problem: String| Look { scenario: name.to_owned(), picture: None, problem: Some(problem) };
    let opened = app.world().get_resource::<Session>().map(|session| session.spec.scenario.name.clone());
    if opened.as_deref() != Some(name) {
        return failed("it did not open".into());
    }
    stand_at(app, seconds, WARM_UP_FRAMES);
    match picture(app) {
        Err(error) => failed(error.to_string()),
        Ok(picture) => {
            let problem = picture.is_blank().then(|| {
                let (fullest, used) = picture.spread();
                format!("blank picture: {:.1} % of the pixels alike, {used} brightnesses", fullest * 100.0)
            });
            Look { scenario: name.to_owned(), picture: Some(picture), problem }
        }
    }
}
