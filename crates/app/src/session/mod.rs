//! The run in the window: the engine's world in a world of its own, pacing, history, live input.
//!
//! Everything a person changes goes in through two doors that are recorded with their ticks: interventions
//! (level, weather, Go and Stop) and the human input of the driver's seat. The specification that holds
//! them replays the run bit for bit.
//!
//! | file | what |
//! |---|---|
//! | `running` | the engine's world, stepping, forking at an earlier tick |
//! | `shot`, `history` | what each tick shows, and which ticks are kept |
//! | `pace` | from the window's clock to simulated time |
//! | `carry_out` | commands |
//! | `loader` | scenarios, maps, kept runs on disk |
//! | `takeover` | how a takeover went |
//! | `variations` | a batch in the background |

mod carry_out;
mod history;
mod loader;
mod pace;
mod running;
mod shot;
mod takeover;
#[cfg(test)]
pub(crate) mod tests;
mod variations;

pub use carry_out::{Failure, keep_run};
pub use loader::{Loader, NotOpened};
pub use pace::{PACE_MAX, PACE_MIN};
pub use running::{Running, cut};
pub use takeover::slower_share;
pub use variations::Background;

use crate::command::{Command, Opening};
use crate::stage::Stage;
use bevy::input::InputSystems;
use bevy::prelude::*;
use shakedown::engine::RunSpec;
use shakedown::record::RecordedEvent;
use shakedown::state::command::HumanControls;
use shakedown::state::record::RunRecord;
use std::path::PathBuf;
use takeover::TakeoverWatch;

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
    /// The latest takeover after a request.
    pub takeover: Option<TakeoverReport>,
    /// A replay of a kept run: its directory and id.
    pub replay: Option<(PathBuf, String)>,
    /// Where the run was saved last.
    pub saved: Option<PathBuf>,
    /// Last message for people, and when it came (window time, s).
    pub notice: Option<(String, f64)>,
    /// A person has changed the run (so its hash is its own).
    pub touched: bool,
    /// A time to go to as soon as it has been simulated, s.
    pub(crate) goal_s: Option<f64>,
    /// The scenario's file.
    pub(crate) file: shakedown::cli::assets::ScenarioFile,
    /// Follows takeovers.
    pub(crate) watch: TakeoverWatch,
    /// The finished run was kept, or needs no keeping.
    pub(crate) kept: bool,
}

impl Session {
    /// Goes to a simulated time exactly, whatever it costs, at the next frame.
    pub fn show_at(&mut self, time_s: f64) {
        self.goal_s = Some(time_s.max(0.0));
    }

    /// Seconds simulated of those a pending jump needs, 0–1; `None` = no jump is pending.
    pub fn progress(&self) -> Option<f64> {
        self.goal_s.filter(|goal| *goal > 0.0).map(|goal| (self.simulated_s / goal).clamp(0.0, 1.0))
    }
}

/// What the person's hands and feet do now; the control module writes it every frame.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Hands(pub HumanControls);

/// Where runs that a person has touched are kept.
#[derive(Resource, Clone, Debug)]
pub struct KeepDir(pub PathBuf);

/// How much a frame may simulate. Off-screen everything that is asked for is done before the frame is drawn.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diligence {
    /// Frames come first: a jump goes on in the next frame.
    Responsive,
    /// The frame waits until the asked time is reached.
    Exact,
}

/// The parts of a frame's session work, in order, before everything that shows it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionSet {
    /// Commands are carried out.
    Commands,
    /// Time goes on.
    Advance,
    /// [`Stage`] is set.
    Publish,
}

/// Adds the session.
pub fn plugin(app: &mut App) {
    app.init_state::<Screen>();
    app.add_message::<Command>();
    app.init_resource::<Hands>();
    app.init_resource::<Background>();
    app.init_resource::<Failure>();
    app.insert_resource(Diligence::Responsive);
    app.configure_sets(
        PreUpdate,
        (SessionSet::Commands, SessionSet::Advance, SessionSet::Publish).chain().after(InputSystems),
    );
    app.add_systems(
        PreUpdate,
        (
            (carry_out::carry_out, variations::poll).chain().in_set(SessionSet::Commands),
            (pace::advance, pace::keep_finished).chain().in_set(SessionSet::Advance),
            publish.in_set(SessionSet::Publish),
        ),
    );
}

/// Sets the stage to the shown time.
fn publish(
    mut commands: Commands,
    running: Option<Res<Running>>,
    session: Option<Res<Session>>,
    stage: Option<ResMut<Stage>>,
) {
    let (Some(running), Some(session)) = (running, session) else {
        if stage.is_some() {
            commands.remove_resource::<Stage>();
        }
        return;
    };
    let Some((a, b, blend)) = running.around(session.shown_s) else { return };
    let next = Stage { run: running.info.clone(), serial: running.serial, a, b, blend };
    match stage {
        Some(mut stage) => *stage = next,
        None => commands.insert_resource(next),
    }
}
