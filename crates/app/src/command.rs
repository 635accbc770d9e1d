//! What keys, buttons and panels ask for. The session carries commands out in the order they come.

use bevy::prelude::Message;
use shakedown::scenario::WeatherTargets;
use shakedown::state::automation::AutomationLevel;
use std::path::PathBuf;

/// What to open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opening {
    /// Scenario: a bundled name or a path.
    pub scenario: String,
    /// Level; `None` = the scenario's.
    pub level: Option<AutomationLevel>,
    /// Seed.
    pub seed: u64,
    /// `path=value` overrides.
    pub overrides: Vec<(String, String)>,
}

/// A wish of the user.
#[derive(Message, Clone, Debug, PartialEq)]
pub enum Command {
    /// Opens a scenario.
    Open(Opening),
    /// Opens a batch directory in the browser of the start screen.
    OpenBatch(PathBuf),
    /// Replays a run of a batch directory, from `at_s` on.
    Replay {
        /// Batch directory.
        dir: PathBuf,
        /// Run.
        run_id: String,
        /// Simulated time to start at, s.
        at_s: f64,
    },
    /// Opens whatever was dropped: scenario, batch directory, record.
    OpenPath(PathBuf),
    /// Back to the start screen.
    Leave,
    /// Runs on.
    Play,
    /// Stands still.
    Pause,
    /// Play or pause.
    TogglePlay,
    /// So many ticks forward (or back), then stands still.
    Step(i64),
    /// Simulated seconds per second, 0.1 to 32.
    Pace(f64),
    /// Goes to a simulated time, s.
    Seek(f64),
    /// The same run from the start.
    Restart,
    /// Fits the default feature of another level from now on.
    Level(AutomationLevel),
    /// Weather goes to these targets over so many seconds.
    Weather(WeatherTargets, f64),
    /// Go button: engage.
    Engage,
    /// Stop button: end automation.
    Disengage,
    /// A person takes the driver's seat (`true`) or leaves it to the model (`false`).
    Seat(bool),
    /// Writes the run so far as an ordinary run directory.
    Save,
    /// Takes a picture of the window; `None` = a file with a name of its own.
    Screenshot(Option<PathBuf>),
    /// Draws a film of the last seconds beside the window.
    Film,
    /// Runs so many variations of the shown scenario in the background and opens their report.
    Variations(u32),
}
