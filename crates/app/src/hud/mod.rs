//! The interface: panels over the world, the start screen, the batch browser, help and sound.
//!
//! | file | what |
//! |---|---|
//! | [`theme`], [`icons`], [`layout`] | look, painted icons, where panels stand |
//! | [`words`] | every word for people |
//! | [`driving`], [`odd`], [`gap`], [`sign`] | who is driving |
//! | [`request`], [`chime`], [`cards`] | request to intervene: banner, sound; what has just happened |
//! | [`time`], [`timeline`], [`marks`], [`lanes`] | transport and time line |
//! | [`plots`], [`samples`], [`eventlist`] | curves and list of events |
//! | [`side`], [`knobs`] | what one can do during a run |
//! | [`start`], [`batch`] | start screen, batch browser |
//! | [`keys`], [`help`] | keyboard and its page |
//! | `screens`, `input` | the systems: what is drawn, what comes in |
//!
//! Reads [`crate::stage::Stage`] and [`crate::session::Session`], writes [`Command`]s and its own resources; it never touches the engine.
//! Everything is drawn in [`EguiPrimaryContextPass`], so that a window and an off-screen camera (with
//! `PrimaryEguiContext` on it) show the same. Panels are areas of egui, not docked panels: the pointer over them
//! counts as the interface's, and the world keeps the whole picture. [`FreeRect`] tells cameras what is not
//! covered.

pub mod batch;
pub mod cards;
pub mod chime;
pub mod driving;
pub mod eventlist;
pub mod gap;
pub mod help;
pub mod icons;
mod input;
pub mod keys;
pub mod knobs;
pub mod lanes;
pub mod layout;
pub mod marks;
pub mod odd;
pub mod plots;
pub mod request;
pub mod samples;
mod screens;
pub mod side;
pub mod sign;
pub mod start;
pub mod theme;
pub mod time;
pub mod timeline;
pub mod words;

use crate::command::Command;
use crate::session::{Loader, Screen};
use crate::settings::Settings;
use batch::Browser;
use bevy::math::Rect as BevyRect;
use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use layout::Fold;
use start::Start;
use std::path::{Path, PathBuf};

/// How much of the interface is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    #[default]
    All,
    /// Who is driving, banners and the time line.
    Essential,
    /// Banners alone.
    Bare,
    /// Nothing at all.
    Nothing,
}

impl Extent {
    /// The next one, for the key.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::Essential,
            Self::Essential => Self::Bare,
            Self::Bare => Self::Nothing,
            Self::Nothing => Self::All,
        }
    }
}

/// What the panel above the time line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lower {
    /// Curves.
    Plots,
    /// List of events.
    Events,
}

/// What the command line says about the interface.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct Layout {
    /// No panels at all.
    pub bare: bool,
    /// Size of text and panels relative to what fits the picture.
    pub scale: Option<f32>,
}

/// What of the interface is open.
#[derive(Resource, Debug)]
pub struct Hud {
    /// How much is shown.
    pub extent: Extent,
    /// Side panel.
    pub side: Fold,
    /// Panel above the time line.
    pub lower: Option<Lower>,
    /// Help page.
    pub help: Fold,
    /// Number of the run whose closing card was put away.
    pub end_closed: Option<u64>,
    /// A file hovers over the window.
    pub dropping: bool,
    /// Commands that wait until the run they belong to is open.
    waiting: Vec<Command>,
    side_state: side::SideState,
}

impl Default for Hud {
    fn default() -> Self {
        Self {
            extent: Extent::All,
            side: Fold::Open,
            lower: None,
            help: Fold::Folded,
            end_closed: None,
            dropping: false,
            waiting: Vec::new(),
            side_state: side::SideState::default(),
        }
    }
}

impl Hud {
    /// Opens a group of the side panel by its title (`View`, `Overlays`, `Weather`, `Variations`).
    pub fn unfold(&mut self, title: &'static str) {
        self.side_state.unfold(title);
    }

    /// Opens or closes the panel above the time line.
    pub fn toggle_lower(&mut self, lower: Lower) {
        self.lower = if self.lower == Some(lower) { None } else { Some(lower) };
    }
}

/// The part of the picture that no panel covers, physical pixels; where a camera should center its subject.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub struct FreeRect(pub Option<BevyRect>);

/// One overlay that can be switched.
#[derive(Clone, Debug, PartialEq)]
pub struct Toggle {
    /// Name.
    pub name: String,
    /// What it shows, as a sentence.
    pub about: String,
    /// Color it is drawn in.
    pub color: Color,
    /// On.
    pub on: bool,
}

/// Overlays for the side panel. Whoever draws them fills this and follows `on`.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Toggles(pub Vec<Toggle>);

/// Cameras for the side panel. Whoever moves them fills this and follows `chosen` and `split`.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct CameraChoice {
    /// Names, in the order of the buttons.
    pub names: Vec<String>,
    /// Index of the chosen one.
    pub chosen: usize,
    /// Truth beside belief.
    pub split: bool,
}

/// A batch that runs in the background.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct BackgroundBatch {
    /// Runs done.
    pub done: usize,
    /// Runs planned; 0 = none was started.
    pub planned: usize,
    /// What it does now, or how it ended, in words.
    pub status: String,
    /// The finished report.
    pub report: Option<PathBuf>,
}

/// Rows of the design-domain monitor with values and limits; `None` = made from the monitor's bits alone.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct ClauseRows(pub Option<Vec<odd::ClauseRow>>);

/// Adds the interface. `EguiPlugin` must be there; [`Settings`] and [`Layout`] are made if nobody has.
pub fn plugin(app: &mut App) {
    app.init_resource::<Hud>()
        .init_resource::<Layout>()
        .init_resource::<Settings>()
        .init_resource::<FreeRect>()
        .init_resource::<Toggles>()
        .init_resource::<CameraChoice>()
        .init_resource::<BackgroundBatch>()
        .init_resource::<ClauseRows>()
        .init_resource::<Browser>()
        .init_resource::<samples::Samples>();
    #[cfg(feature = "audio")]
    chime::plugin(app);
    app.add_systems(Startup, open_start);
    app.add_systems(
        Update,
        (input::keyboard, input::hovering, input::batches, input::sample, input::follow_up),
    );
    app.add_systems(Last, input::keep_settings);
    app.add_systems(
        EguiPrimaryContextPass,
        (
            screens::style,
            screens::run_screen.run_if(in_state(Screen::Run)),
            screens::start_screen.run_if(in_state(Screen::Start)),
            screens::overlay_pages,
        )
            .chain()
            .run_if(|layout: Res<Layout>| !layout.bare),
    );
}

/// Reads the scenarios, unless somebody has.
fn open_start(
    existing: Option<Res<Start>>,
    loader: Option<Res<Loader>>,
    settings: Res<Settings>,
    mut commands: Commands,
) {
    let (None, Some(loader)) = (existing, loader) else { return };
    let mut start = Start::open(loader.shared());
    start.setup.level = settings.level;
    commands.insert_resource(start);
}

/// Opens a file with the system's own program for it.
pub fn open_outside(path: &Path) {
    #[cfg(target_os = "windows")]
    let mut command = {
        let mut command = std::process::Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    };
    #[cfg(target_os = "macos")]
    let mut command = std::process::Command::new("open");
    #[cfg(not(any(target_os = "windows", target_os = "macos")))]
    let mut command = std::process::Command::new("xdg-open");
    if let Err(error) = command.arg(path).spawn() {
        warn!("{} cannot be opened: {error}", path.display());
    }
}

#[cfg(test)]
pub(crate) mod tests;
