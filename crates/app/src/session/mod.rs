//! The run in the window: the engine's world in a world of its own, pacing, history, live input.
//!
//! Everything a person changes goes in through two doors that are recorded with their ticks: interventions
//! (level, weather, Go and Stop) and the human input of the driver's seat. The specification that holds
//! them replays the run bit for bit.

use crate::command::{Command, Opening};
use bevy::prelude::*;
use shakedown::engine::RunSpec;
use shakedown::record::RecordedEvent;
use shakedown::state::record::RunRecord;
use std::path::PathBuf;

/// Which screen is up.
#[derive(States, Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Pick a scenario or a run.
    #[default]
    Start,
    /// A run.
    Run,
}

/// How a takeover by the person in the driver's seat went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TakeoverReport {
    /// When the request was issued, s.
    pub request_s: f64,
    /// Request to hands and feet, s; `None` = not yet.
    pub reaction_s: Option<f64>,
    /// Time that was left until the deadline when the person took over, s.
    pub left_s: Option<f64>,
    /// Share of the model's humans (same role, task and budget) that would have been slower, 0–1.
    pub slower_share: Option<f64>,
    /// Largest deceleration within 10 s after the takeover, m/s² (positive).
    pub decel_max_mps2: f64,
    /// Largest lateral acceleration within 10 s after the takeover, m/s².
    pub lateral_accel_max_mps2: f64,
    /// Smallest time to collision within 10 s after the takeover, s.
    pub ttc_min_s: f64,
}

/// The opened run. Present while [`Screen::Run`] is up.
#[derive(Resource)]
pub struct Session {
    /// What was opened.
    pub opening: Opening,
    /// The specification with everything that people have changed so far.
    pub spec: RunSpec,
    /// Time runs.
    pub playing: bool,
    /// Simulated seconds per second.
    pub pace: f64,
    /// Shown time, s.
    pub shown_s: f64,
    /// How far the run has been simulated, s.
    pub simulated_s: f64,
    /// Longest duration, s.
    pub duration_s: f64,
    /// Everything that has happened up to `simulated_s`.
    pub events: Vec<RecordedEvent>,
    /// The record, once the run has ended.
    pub record: Option<RunRecord>,
    /// A person sits in the driver's seat.
    pub seat: bool,
    /// The latest takeover by that person.
    pub takeover: Option<TakeoverReport>,
    /// A replay of a kept run: its directory and id.
    pub replay: Option<(PathBuf, String)>,
    /// Where the run was saved last.
    pub saved: Option<PathBuf>,
    /// Last message for people, and when it came (window time, s).
    pub notice: Option<(String, f64)>,
    /// A person has changed the run (so its hash is its own).
    pub touched: bool,
}

/// Adds the session.
pub fn plugin(app: &mut App) {
    app.init_state::<Screen>();
    app.add_message::<Command>();
}
