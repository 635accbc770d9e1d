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
//!
//! Reads [`Stage`] and [`Session`], writes [`Command`]s and its own resources; it never touches the engine.
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
pub mod keys;
pub mod knobs;
pub mod lanes;
pub mod layout;
pub mod marks;
pub mod odd;
pub mod plots;
pub mod request;
pub mod samples;
pub mod side;
pub mod sign;
pub mod start;
pub mod theme;
pub mod time;
pub mod timeline;
pub mod words;

use crate::command::Command;
use crate::session::{Background, Failure, Loader, Screen, Session};
use crate::settings::Settings;
use crate::stage::Stage;
use batch::Browser;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput};
use bevy::math::Rect as BevyRect;
use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, PrimaryWindow};
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};
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
    app.add_systems(Update, (keyboard, hovering, batches, background, sample, follow_up));
    app.add_systems(Last, keep_settings);
    app.add_systems(
        EguiPrimaryContextPass,
        (
            style,
            run_screen.run_if(in_state(Screen::Run)),
            start_screen.run_if(in_state(Screen::Start)),
            overlay_pages,
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

/// Sets colors and scale.
fn style(mut contexts: EguiContexts, layout: Res<Layout>, mut styled: Local<Option<u64>>) -> Result {
    let ctx = contexts.ctx_mut()?;
    // One context has one pass number at a time; a new context begins anew.
    let pass = ctx.cumulative_pass_nr();
    if styled.is_none_or(|last| pass < last) {
        theme::apply(ctx);
    }
    *styled = Some(pass);
    let now = ctx.pixels_per_point();
    let size = ctx.content_rect().size() * now;
    let wanted = theme::pixels_per_point(size.x, size.y, layout.scale.unwrap_or(1.0));
    if (wanted - now).abs() > 1e-3 {
        ctx.set_pixels_per_point(wanted);
    }
    Ok(())
}

/// Panels of a run.
fn run_screen(
    mut contexts: EguiContexts,
    stage: Option<Res<Stage>>,
    session: Option<Res<Session>>,
    mut hud: ResMut<Hud>,
    mut toggles: ResMut<Toggles>,
    mut cameras: ResMut<CameraChoice>,
    mut free: ResMut<FreeRect>,
    mut settings: ResMut<Settings>,
    batch: Res<BackgroundBatch>,
    clauses: Res<ClauseRows>,
    samples: Res<samples::Samples>,
    time: Res<Time<Real>>,
    mut commands: MessageWriter<Command>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (Some(stage), Some(session)) = (stage, session) else { return Ok(()) };
    let mut out = Vec::new();
    let screen = ctx.content_rect();
    let lower = if hud.lower.is_some() { Fold::Open } else { Fold::Folded };
    let places = layout::places(screen.size(), hud.side, lower);
    let names = names(&stage);
    let shown_s = stage.time_s();
    let state = stage.shot().automation.as_ref();
    let covered = match hud.extent {
        Extent::All => places.free,
        Extent::Essential => egui::Rect::from_min_max(egui::pos2(0.0, 0.0), places.free.max),
        Extent::Bare | Extent::Nothing => screen,
    };
    let scale = ctx.pixels_per_point();
    let corner = |p: egui::Pos2| Vec2::new(p.x * scale, p.y * scale);
    free.set_if_neq(FreeRect(Some(BevyRect::from_corners(corner(covered.min), corner(covered.max)))));
    if hud.extent == Extent::Nothing {
        return Ok(());
    }
    if matches!(hud.extent, Extent::All | Extent::Essential) {
        theme::panel_auto(&ctx, "driving", places.driving, |ui| {
            driving::show(ui, &stage, clauses.0.as_deref())
        });
        let marks = marks::marks(&session.events);
        let spans = lanes::spans(
            &session.events,
            &session.spec.scenario,
            session.spec.level,
            state,
            session.simulated_s.max(shown_s),
        );
        let line = timeline::Line {
            length_s: time::length_s(&session),
            shown_s,
            simulated_s: session.simulated_s,
            spans: &spans,
            marks: &marks,
            events: &session.events,
            names,
        };
        theme::panel(&ctx, "time", places.time, |ui| time::show(ui, &session, &line, &mut hud, &mut out));
        match hud.lower {
            Some(Lower::Plots) => theme::panel(&ctx, "plots", places.lower, |ui| {
                out.extend(plots::show(ui, &samples, shown_s, line.length_s).map(Command::Seek));
            }),
            Some(Lower::Events) => theme::panel(&ctx, "events", places.lower, |ui| {
                out.extend(eventlist::show(ui, &session.events, &names, shown_s).map(Command::Seek));
            }),
            None => {}
        }
    }
    if hud.extent == Extent::All {
        theme::panel(&ctx, "title", places.title, |ui| side::title(ui, &session, &mut out));
        side_panel(
            &ctx,
            places.side,
            &stage,
            &session,
            &mut hud,
            &mut toggles,
            &mut cameras,
            &batch,
            &mut out,
        );
    }
    let mut below = places.banner;
    if let Some(state) = state {
        let answerer = request::answerer(session.seat);
        request::show(&ctx, places.banner, state, shown_s, &session.events, answerer);
        if request::bannered(state) {
            below = below.translate(egui::vec2(0.0, places.banner.height() + theme::GAP));
        }
    }
    let notice = session.notice.as_ref().filter(|(_, at_s)| {
        let age_s = time.elapsed_secs_f64() - at_s;
        (-1.0..5.0).contains(&age_s)
    });
    let problem = settings.problem.clone();
    let notice = problem.as_deref().or(notice.map(|(text, _)| text.as_str()));
    cards::show(&ctx, below, &cards::cards(&session, shown_s, &names), notice);
    if problem.is_some() && time.elapsed_secs_f64() > 12.0 {
        settings.problem = None;
    }
    let ended = session.record.as_ref().filter(|r| shown_s >= r.sim_time_s - 0.05);
    if let Some(record) = ended
        && hud.end_closed != Some(stage.serial)
    {
        let closed = cards::end_card(&ctx, places.free, record, &mut out);
        if closed {
            hud.end_closed = Some(stage.serial);
        }
    } else if ended.is_none() {
        hud.end_closed = None;
    }
    if !settings.hint_seen && hud.extent == Extent::All && hud.lower.is_none() && ended.is_none() {
        let center = places.free.center().x;
        if help::hint(&ctx, center, places.time.top()) {
            settings.hint_seen = true;
        }
    }
    commands.write_batch(out);
    Ok(())
}

fn side_panel(
    ctx: &egui::Context,
    place: egui::Rect,
    stage: &Stage,
    session: &Session,
    hud: &mut Hud,
    toggles: &mut Toggles,
    cameras: &mut CameraChoice,
    batch: &BackgroundBatch,
    out: &mut Vec<Command>,
) {
    match hud.side {
        Fold::Open => theme::panel_auto(ctx, "side", place, |ui| {
            side::show(ui, stage, session, hud, toggles, cameras, batch, out);
        }),
        Fold::Folded => theme::floating(ctx, "side folded", place, egui::Order::Middle, |ui| {
            let (text, size) = ("Controls (M)", egui::vec2(place.width(), 32.0));
            if theme::solid_button(ui, size, text, theme::SMALL, theme::RAISED, theme::TEXT).clicked() {
                hud.side = Fold::Open;
            }
        }),
    }
}

/// Start screen.
fn start_screen(
    mut contexts: EguiContexts,
    start: Option<ResMut<Start>>,
    mut browser: ResMut<Browser>,
    mut settings: ResMut<Settings>,
    mut hud: ResMut<Hud>,
    mut layout: ResMut<Layout>,
    mut free: ResMut<FreeRect>,
    failure: Option<Res<Failure>>,
    mut commands: MessageWriter<Command>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    free.set_if_neq(FreeRect(None));
    let Some(mut start) = start else {
        no_assets(&ctx);
        return Ok(());
    };
    let mut out = Vec::new();
    let mut wanted = settings.clone();
    let failure = failure.and_then(|f| f.0.clone()).or_else(|| settings.problem.clone());
    start::show(&ctx, &mut start, &mut browser, &mut wanted, &mut hud, failure.as_deref(), &mut out);
    if out.iter().any(|c| matches!(c, Command::Open(_))) {
        wanted.level = start.setup.level;
        wanted.problem = None;
        // What follows the opening needs the opened run.
        let follow = out.iter().position(|c| matches!(c, Command::Open(_))).map_or(out.len(), |ix| ix + 1);
        hud.waiting = out.split_off(follow);
        if (wanted.pace - 1.0).abs() > 1e-9 {
            hud.waiting.push(Command::Pace(wanted.pace));
        }
    }
    if wanted.ui_scale != settings.ui_scale {
        layout.scale = wanted.ui_scale;
    }
    settings.set_if_neq(wanted);
    commands.write_batch(out);
    Ok(())
}

/// What to do when the program's own files are not there.
fn no_assets(ctx: &egui::Context) {
    let screen = ctx.content_rect();
    theme::floating(ctx, "no assets", screen, egui::Order::Background, |ui| {
        ui.painter().rect_filled(screen, egui::CornerRadius::ZERO, theme::PAGE);
        ui.add_space(screen.height() * 0.4);
        ui.vertical_centered(|ui| {
            theme::heavy_line(ui, "The bundled maps and scenarios were not found.", 22.0, theme::TEXT);
            ui.label(theme::weak("Set SHAKEDOWN_ASSETS to the directory that holds `assets` and `scenarios`, then start again."));
        });
    });
}

/// Help and the drop mark, over whichever screen.
fn overlay_pages(mut contexts: EguiContexts, mut hud: ResMut<Hud>) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    help::show(&ctx, &mut hud);
    if hud.dropping {
        let screen = ctx.content_rect();
        theme::floating(&ctx, "drop", screen, egui::Order::Tooltip, |ui| {
            let painter = ui.painter();
            painter.rect_filled(screen, egui::CornerRadius::ZERO, egui::Color32::from_black_alpha(190));
            let frame = screen.shrink(24.0);
            let stroke = egui::Stroke::new(3.0, theme::TEXT);
            painter.rect_stroke(frame, egui::CornerRadius::same(16), stroke, egui::StrokeKind::Inside);
            let text = "Drop to open: a scenario, a batch directory or a record";
            let (at, align) = (screen.center(), egui::Align2::CENTER_CENTER);
            theme::heavy_at(painter, at, align, text, theme::font(24.0), theme::TEXT);
        });
    }
    Ok(())
}

/// Names behind the numbers in events.
fn names(stage: &Stage) -> words::events::Names<'_> {
    words::events::Names { objects: &stage.b.objects, ego: stage.run.ego, suite: &stage.run.suite }
}

/// Keeps the curves.
fn sample(stage: Option<Res<Stage>>, session: Option<Res<Session>>, mut samples: ResMut<samples::Samples>) {
    if let (Some(stage), Some(session)) = (stage, session) {
        samples.take(&stage, session.simulated_s.max(session.shown_s));
    }
}

/// Shows where to drop; what is dropped the controls open.
fn hovering(mut drops: MessageReader<FileDragAndDrop>, mut hud: ResMut<Hud>) {
    for drop in drops.read() {
        hud.dropping = match drop {
            FileDragAndDrop::HoveredFile { .. } => true,
            FileDragAndDrop::DroppedFile { .. } | FileDragAndDrop::HoveredFileCanceled { .. } => false,
        };
    }
}

/// Sends what had to wait for the run.
fn follow_up(session: Option<Res<Session>>, mut hud: ResMut<Hud>, mut commands: MessageWriter<Command>) {
    if session.is_some() && !hud.waiting.is_empty() {
        commands.write_batch(std::mem::take(&mut hud.waiting));
    }
}

/// Shows the browser when a batch is to be opened.
fn batches(
    mut asked: MessageReader<Command>,
    mut browser: ResMut<Browser>,
    mut start: Option<ResMut<Start>>,
) {
    for command in asked.read() {
        if let Command::OpenBatch(dir) = command {
            browser.open(dir);
            if let Some(start) = &mut start {
                start.tab = start::Tab::Batch;
            }
        }
    }
}

/// Follows the batch in the background.
fn background(job: Option<Res<Background>>, mut batch: ResMut<BackgroundBatch>) {
    let Some(job) = job else { return };
    let next = match (job.progress(), &job.finished) {
        (Some((done, planned)), _) => {
            // All runs done, tables and report still to come.
            let status = if done >= planned { "writes the report" } else { "runs in the background" };
            BackgroundBatch {
                done: done.min(planned.saturating_sub(1)),
                planned,
                status: status.to_owned(),
                report: None,
            }
        }
        (None, Some((_, Ok(report)))) => BackgroundBatch {
            done: batch.planned,
            planned: batch.planned,
            status: "done".to_owned(),
            report: Some(report.clone()),
        },
        (None, Some((_, Err(why)))) => {
            BackgroundBatch { done: batch.planned, planned: batch.planned, status: why.clone(), report: None }
        }
        (None, None) => return,
    };
    batch.set_if_neq(next);
}

/// Remembers what has changed, and writes it when the pointer rests. Off-screen nothing is written.
fn keep_settings(
    mut settings: ResMut<Settings>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mouse: Option<Res<ButtonInput<MouseButton>>>,
    session: Option<Res<Session>>,
    toggles: Res<Toggles>,
    cameras: Res<CameraChoice>,
    mut kept: Local<Option<Settings>>,
) {
    let Ok(window) = windows.single() else { return };
    let mut wanted = settings.clone();
    let size = (window.width().round() as u32, window.height().round() as u32);
    if size.0 >= 480 && size.1 >= 320 {
        wanted.window = Some(size);
    }
    if !toggles.0.is_empty() {
        wanted.overlays = toggles.0.iter().filter(|t| t.on).map(|t| t.name.clone()).collect();
    }
    if let Some(name) = cameras.names.get(cameras.chosen) {
        wanted.camera.clone_from(name);
    }
    if let Some(session) = session {
        wanted.pace = session.pace;
    }
    settings.set_if_neq(wanted);
    let last = kept.get_or_insert_with(|| settings.clone());
    if *last == *settings || mouse.is_some_and(|m| m.pressed(MouseButton::Left)) {
        return;
    }
    *last = settings.clone();
    if let Err(error) = Settings::file().and_then(|path| settings.write(&path)) {
        warn!("{error}");
    }
}

/// Turns keys into commands.
fn keyboard(
    mut keys: MessageReader<KeyboardInput>,
    held: Option<Res<ButtonInput<KeyCode>>>,
    wants: Option<Res<EguiWantsInput>>,
    screen: Option<Res<State<Screen>>>,
    session: Option<Res<Session>>,
    mut hud: ResMut<Hud>,
    mut cameras: ResMut<CameraChoice>,
    start: Option<ResMut<Start>>,
    mut commands: MessageWriter<Command>,
) {
    let typing = wants.is_some_and(|w| w.wants_any_keyboard_input());
    let running = screen.is_some_and(|s| *s.get() == Screen::Run);
    let down = |codes: [KeyCode; 2]| held.as_ref().is_some_and(|h| h.any_pressed(codes));
    let held = keys::Held {
        shift: down([KeyCode::ShiftLeft, KeyCode::ShiftRight]),
        control: down([KeyCode::ControlLeft, KeyCode::ControlRight])
            || down([KeyCode::SuperLeft, KeyCode::SuperRight]),
        driving: session.as_ref().is_some_and(|s| s.seat),
    };
    let mut start = start;
    for key in keys.read().filter(|k| k.state == ButtonState::Pressed) {
        let wish = keys::wish(&key.logical_key, key.key_code, held);
        if typing && wish != Some(keys::Wish::Help) {
            continue;
        }
        if !running {
            match (&key.logical_key, wish) {
                (_, Some(keys::Wish::Help)) => hud.help = hud.help.other(),
                (Key::Enter, _) => {
                    if let Some(start) = &mut start {
                        start.go = true;
                    }
                }
                _ => {}
            }
            continue;
        }
        let (Some(wish), Some(session)) = (wish, &session) else { continue };
        if key.repeat && !matches!(wish, keys::Wish::Step(_) | keys::Wish::Skip(_)) {
            continue;
        }
        let command = obey(wish, session, &mut hud, &mut cameras);
        commands.write_batch(command);
    }
}

/// Carries a wish out, or says which command does.
fn obey(wish: keys::Wish, session: &Session, hud: &mut Hud, cameras: &mut CameraChoice) -> Option<Command> {
    use keys::Wish;
    match wish {
        Wish::TogglePlay => Some(Command::TogglePlay),
        Wish::Step(ticks) => Some(Command::Step(ticks)),
        Wish::Skip(seconds) => {
            Some(Command::Seek((session.shown_s + seconds).clamp(0.0, time::length_s(session))))
        }
        Wish::Home => Some(Command::Seek(0.0)),
        Wish::End => Some(Command::Seek(session.simulated_s)),
        Wish::Slower => Some(Command::Pace(keys::next_pace(session.pace, marks::Jump::Back))),
        Wish::Faster => Some(Command::Pace(keys::next_pace(session.pace, marks::Jump::Forward))),
        Wish::Jump(way) => {
            marks::jump(&marks::marks(&session.events), session.shown_s, way).map(Command::Seek)
        }
        Wish::Restart => Some(Command::Restart),
        Wish::Plots => {
            hud.toggle_lower(Lower::Plots);
            None
        }
        Wish::Events => {
            hud.toggle_lower(Lower::Events);
            None
        }
        Wish::Help => {
            hud.help = hud.help.other();
            None
        }
        Wish::Interface => {
            hud.extent = hud.extent.next();
            None
        }
        Wish::Side => {
            hud.side = hud.side.other();
            None
        }
        Wish::Split => {
            cameras.split = !cameras.split;
            None
        }
        Wish::Camera => {
            cameras.chosen = (cameras.chosen + 1) % cameras.names.len().max(1);
            None
        }
        Wish::Escape => match (hud.help, hud.lower) {
            (Fold::Open, _) => {
                hud.help = Fold::Folded;
                None
            }
            (Fold::Folded, Some(_)) => {
                hud.lower = None;
                None
            }
            (Fold::Folded, None) => Some(Command::Leave),
        },
    }
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
