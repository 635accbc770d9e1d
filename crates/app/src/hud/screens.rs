//! What is drawn in a frame: the panels of a run, the start screen, and the pages over either.

use super::layout::{self, Fold, Places};
use super::start::{self, Start};
use super::{
    BackgroundBatch, CameraChoice, ClauseRows, Extent, FreeRect, Hud, Layout, Lower, Toggles, batch, cards,
    driving, eventlist, help, lanes, marks, odd, plots, request, samples, side, theme, time, timeline, words,
};
use crate::command::Command;
use crate::session::{Failure, Session};
use crate::settings::Settings;
use crate::stage::Stage;
use batch::Browser;
use bevy::math::Rect as BevyRect;
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use shakedown::state::record::RunRecord;

/// Sets colors and scale.
pub(super) fn style(
    mut contexts: EguiContexts,
    layout: Res<Layout>,
    mut styled: Local<Option<u64>>,
) -> Result {
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
pub(super) fn run_screen(
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
    let panels = Panels {
        ctx: &ctx,
        stage: &stage,
        session: &session,
        batch: &batch,
        clauses: clauses.0.as_deref(),
        samples: &samples,
        now_s: time.elapsed_secs_f64(),
    };
    free.set_if_neq(panels.free_rect(&hud));
    let mut out = Vec::new();
    // Copies: whoever follows the switches sees a change only where there is one.
    let (mut switches, mut views) = (toggles.clone(), cameras.clone());
    panels.show(&mut hud, &mut switches, &mut views, &mut out);
    toggles.set_if_neq(switches);
    cameras.set_if_neq(views);
    let ended = panels.ended().is_some();
    if !settings.hint_seen && hud.extent == Extent::All && hud.lower.is_none() && !ended {
        let places = panels.places(&hud);
        if help::hint(&ctx, places.free.center().x, places.time.top()) {
            settings.hint_seen = true;
        }
    }
    commands.write_batch(out);
    Ok(())
}

/// What the panels of a run show.
pub(super) struct Panels<'a> {
    /// Where to draw.
    pub ctx: &'a egui::Context,
    /// The shown moment.
    pub stage: &'a Stage,
    /// The run.
    pub session: &'a Session,
    /// Batch in the background.
    pub batch: &'a BackgroundBatch,
    /// Rows of the design domain, if somebody has better ones than the monitor's bits.
    pub clauses: Option<&'a [odd::ClauseRow]>,
    /// Curves.
    pub samples: &'a samples::Samples,
    /// Time of the window, s.
    pub now_s: f64,
}

impl Panels<'_> {
    fn places(&self, hud: &Hud) -> Places {
        let lower = if hud.lower.is_some() { Fold::Open } else { Fold::Folded };
        layout::places(self.ctx.content_rect().size(), hud.side, lower)
    }

    /// What no panel covers, in physical pixels.
    fn free_rect(&self, hud: &Hud) -> FreeRect {
        let places = self.places(hud);
        let free = match hud.extent {
            Extent::All => places.free,
            Extent::Essential => egui::Rect::from_min_max(egui::Pos2::ZERO, places.free.max),
            Extent::Bare | Extent::Nothing => self.ctx.content_rect(),
        };
        let scale = self.ctx.pixels_per_point();
        let corner = |p: egui::Pos2| Vec2::new(p.x * scale, p.y * scale);
        FreeRect(Some(BevyRect::from_corners(corner(free.min), corner(free.max))))
    }

    /// The record, when the end of the run is shown.
    fn ended(&self) -> Option<&RunRecord> {
        self.session.record.as_ref().filter(|r| self.stage.time_s() >= r.sim_time_s - 0.05)
    }

    /// Draws everything that is open.
    pub fn show(
        &self,
        hud: &mut Hud,
        toggles: &mut Toggles,
        cameras: &mut CameraChoice,
        out: &mut Vec<Command>,
    ) {
        let places = self.places(hud);
        match hud.extent {
            Extent::All => {
                self.essential(&places, hud, out);
                theme::panel(self.ctx, "title", places.title, |ui| side::title(ui, self.session, out));
                self.side(places.side, hud, toggles, cameras, out);
            }
            Extent::Essential => self.essential(&places, hud, out),
            Extent::Bare => {}
            Extent::Nothing => return,
        }
        self.news(&places, hud, out);
    }

    /// Who is driving, the time line, and what stands above it.
    fn essential(&self, places: &Places, hud: &mut Hud, out: &mut Vec<Command>) {
        let (stage, session) = (self.stage, self.session);
        let (shown_s, names) = (stage.time_s(), names(stage));
        let room = driving::Room::of(places.driving.height());
        theme::panel_auto(self.ctx, "driving", places.driving, |ui| {
            driving::show(ui, stage, self.clauses, room);
        });
        let marks = marks::marks(&session.events);
        let spans = lanes::spans(
            &session.events,
            &session.spec.scenario,
            session.spec.level,
            stage.shot().automation.as_ref(),
            session.simulated_s.max(shown_s),
        );
        let line = timeline::Line {
            length_s: time::length_s(session),
            shown_s,
            simulated_s: session.simulated_s,
            spans: &spans,
            marks: &marks,
            events: &session.events,
            names,
        };
        theme::panel(self.ctx, "time", places.time, |ui| time::show(ui, session, &line, hud, out));
        match hud.lower {
            Some(Lower::Plots) => theme::panel(self.ctx, "plots", places.lower, |ui| {
                out.extend(plots::show(ui, self.samples, shown_s, line.length_s).map(Command::Seek));
            }),
            Some(Lower::Events) => theme::panel(self.ctx, "events", places.lower, |ui| {
                out.extend(eventlist::show(ui, &session.events, &names, shown_s).map(Command::Seek));
            }),
            None => {}
        }
    }

    fn side(
        &self,
        place: egui::Rect,
        hud: &mut Hud,
        toggles: &mut Toggles,
        cameras: &mut CameraChoice,
        out: &mut Vec<Command>,
    ) {
        match hud.side {
            Fold::Open => theme::panel_auto(self.ctx, "side", place, |ui| {
                side::show(ui, self.stage, self.session, hud, toggles, cameras, self.batch, out);
            }),
            Fold::Folded => theme::floating(self.ctx, "side folded", place, egui::Order::Middle, |ui| {
                let size = egui::vec2(place.width(), 32.0);
                let unfold =
                    theme::solid_button(ui, size, "Controls (M)", theme::SMALL, theme::RAISED, theme::TEXT);
                if unfold.clicked() {
                    hud.side = Fold::Open;
                }
            }),
        }
    }

    /// Banner, cards and the card of the end.
    fn news(&self, places: &Places, hud: &mut Hud, out: &mut Vec<Command>) {
        let (stage, session) = (self.stage, self.session);
        let shown_s = stage.time_s();
        let mut below = places.banner;
        if let Some(state) = &stage.shot().automation {
            let answerer = request::answerer(session.seat);
            request::show(self.ctx, places.banner, state, shown_s, &session.events, answerer);
            if request::bannered(state) {
                below = below.translate(egui::vec2(0.0, places.banner.height() + theme::GAP));
            }
        }
        let fresh = |at_s: &f64| (-1.0..NOTICE_S).contains(&(self.now_s - at_s));
        let notice = session.notice.as_ref().filter(|(_, at_s)| fresh(at_s)).map(|(text, _)| text.as_str());
        let ended = self.ended();
        let closing = ended.filter(|_| hud.end_closed != Some(stage.serial));
        let news = match closing {
            Some(_) => Vec::new(),
            None => cards::cards(session, shown_s, &names(stage)),
        };
        cards::show(self.ctx, below, &news, notice);
        if let Some(record) = closing {
            if cards::end_card(self.ctx, places.free, record, out) {
                hud.end_closed = Some(stage.serial);
            }
        } else if ended.is_none() {
            hud.end_closed = None;
        }
    }
}

/// How long a message of the session stays, s of the window.
const NOTICE_S: f64 = 6.0;

/// Start screen.
pub(super) fn start_screen(
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
pub(super) fn overlay_pages(mut contexts: EguiContexts, mut hud: ResMut<Hud>) -> Result {
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
