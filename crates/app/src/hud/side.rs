//! What one can do during a run: switch the level, press Go and Stop, take the wheel, change the weather, show
//! overlays, choose a camera, run variations.

use super::icons::{self, Icon};
use super::knobs::{self, KNOBS};
use super::theme::{self, BODY, Chosen, EDGE, INK, RAISED, SMALL, TEXT, WEAK, c32, font, weak};
use super::words::{capital, number, spaced, terms};
use super::{BackgroundBatch, CameraChoice, Hud, Toggles};
use crate::command::Command;
use crate::palette;
use crate::session::Session;
use crate::stage::Stage;
use bevy_egui::egui::{
    Align2, Color32, ComboBox, CornerRadius, CursorIcon, DragValue, Rect, RichText, Sense, Stroke,
    StrokeKind, Ui, pos2, vec2,
};
use shakedown::scenario::WeatherTargets;
use shakedown::state::automation::AutomationLevel;

/// How long a change of the weather takes to come, s.
const WEATHER_OVER_S: f64 = 2.0;

/// What the panel remembers between frames.
#[derive(Debug, Default)]
pub struct SideState {
    /// Run whose weather is being turned.
    serial: u64,
    /// Knobs that were turned: value, and shown time from which the weather itself is shown again.
    turned: Vec<Option<(f64, f64)>>,
    /// Number of variations to run.
    variations: u32,
    /// Open groups.
    open: Vec<(&'static str, bool)>,
}

impl SideState {
    /// Opens a group by its title.
    pub fn unfold(&mut self, title: &'static str) {
        self.open.retain(|(name, _)| *name != title);
        self.open.push((title, true));
    }
}

/// Draws the panel's content.
pub fn show(
    ui: &mut Ui,
    stage: &Stage,
    session: &Session,
    hud: &mut Hud,
    toggles: &mut Toggles,
    cameras: &mut CameraChoice,
    batch: &BackgroundBatch,
    out: &mut Vec<Command>,
) {
    ui.spacing_mut().item_spacing.y = 6.0;
    levels(ui, stage, out);
    go_and_stop(ui, out);
    seat(ui, session, out);
    let state = &mut hud.side_state;
    if !cameras.names.is_empty() && group(ui, state, Icon::Camera, "View", Chosen::Yes) {
        views(ui, cameras);
    }
    if !toggles.0.is_empty() && group(ui, state, Icon::Layers, "Overlays", Chosen::No) {
        overlays(ui, toggles);
    }
    if group(ui, state, Icon::Weather, "Weather", Chosen::No) {
        weather(ui, stage, state, out);
    }
    if group(ui, state, Icon::Dice, "Variations", Chosen::No) {
        variations(ui, state, batch, out);
    }
}

/// A group with a title that folds; whether it is open.
fn group(ui: &mut Ui, state: &mut SideState, icon: Icon, title: &'static str, first: Chosen) -> bool {
    let ix = state.open.iter().position(|(name, _)| *name == title).unwrap_or_else(|| {
        state.open.push((title, first == Chosen::Yes));
        state.open.len() - 1
    });
    ui.add_space(1.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 25.0), Sense::click());
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.top() - 2.0, Stroke::new(1.0, theme::faded(EDGE, 0.8)));
    let color = if response.hovered() { Color32::WHITE } else { TEXT };
    icons::paint(painter, icon, pos2(rect.left() + 8.0, rect.center().y), 15.0, WEAK);
    theme::heavy_at(
        painter,
        pos2(rect.left() + 24.0, rect.center().y),
        Align2::LEFT_CENTER,
        title,
        font(BODY),
        color,
    );
    let open = &mut state.open[ix].1;
    let arrow = if *open { Icon::Unfolded } else { Icon::Folded };
    icons::paint(painter, arrow, pos2(rect.right() - 8.0, rect.center().y), 12.0, WEAK);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        *open = !*open;
    }
    *open
}

fn levels(ui: &mut Ui, stage: &Stage, out: &mut Vec<Command>) {
    let now = stage.shot().automation.as_ref().map(|state| state.level);
    let width = (ui.available_width() - 5.0 * 3.0) / 6.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        for level in AutomationLevel::ALL {
            let chosen = Chosen::from(now == Some(level));
            let hint = format!("{}. {}", terms::level_name(level), terms::level_meaning(level));
            ui.add_enabled_ui(now.is_some(), |ui| {
                if theme::choice(ui, vec2(width, 30.0), level.as_str(), chosen).on_hover_text(hint).clicked()
                {
                    out.push(Command::Level(level));
                }
            });
        }
    });
}

fn go_and_stop(ui: &mut Ui, out: &mut Vec<Command>) {
    let width = (ui.available_width() - 6.0) * 0.5;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let go = theme::solid_button(ui, vec2(width, 42.0), "GO", 20.0, c32(palette::GOOD), Color32::WHITE);
        if go.on_hover_text("Engage the feature (G)").clicked() {
            out.push(Command::Engage);
        }
        let stop = theme::solid_button(
            ui,
            vec2(width, 42.0),
            "STOP",
            20.0,
            Color32::from_rgb(196, 50, 24),
            Color32::WHITE,
        );
        if stop.on_hover_text("End automation (X)").clicked() {
            out.push(Command::Disengage);
        }
    });
}

fn seat(ui: &mut Ui, session: &Session, out: &mut Vec<Command>) {
    let (text, fill, ink) = match session.seat {
        true => ("You sit at the wheel: leave it", c32(palette::HUMAN), INK),
        false => ("Take the wheel", RAISED, TEXT),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::click());
    let fill = if response.hovered() { theme::mixed(fill, Color32::WHITE, 0.12) } else { fill };
    ui.painter().rect_filled(rect, CornerRadius::same(6), fill);
    let galley = theme::cut(ui.painter(), text, font(BODY), ink, rect.width() - 40.0, 1);
    let left = rect.center().x - galley.size().x * 0.5 + 11.0;
    icons::paint(ui.painter(), Icon::Wheel, pos2(left - 15.0, rect.center().y), 17.0, ink);
    theme::paint_heavy(ui.painter(), pos2(left, rect.center().y - galley.size().y * 0.5), galley, ink);
    let hint = match session.seat {
        true => "Leave the driver's seat to the model of the human (T)",
        false => "Drive with keyboard, gamepad or wheel; you also answer requests to intervene (T)",
    };
    if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(hint).clicked() {
        out.push(Command::Seat(!session.seat));
    }
}

/// Views with a button of their own; those beyond (each sensor's view) are in a list.
pub const VIEW_BUTTONS: usize = 6;

fn views(ui: &mut Ui, cameras: &mut CameraChoice) {
    let columns = 3;
    let width = (ui.available_width() - 4.0 * (columns - 1) as f32) / columns as f32;
    let names: Vec<String> = cameras.names.iter().map(|name| capital(&spaced(name))).collect();
    let buttons = names.len().min(VIEW_BUTTONS);
    for (row, chunk) in names[..buttons].chunks(columns).enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (ix, name) in chunk.iter().enumerate() {
                let ix = row * columns + ix;
                let chosen = Chosen::from(ix == cameras.chosen);
                if small_choice(ui, width, name, chosen).clicked() {
                    cameras.chosen = ix;
                }
            }
        });
    }
    if names.len() > buttons {
        let chosen = names.get(cameras.chosen).filter(|_| cameras.chosen >= buttons);
        let text = chosen.map_or("View of a sensor", String::as_str);
        ComboBox::from_id_salt("sensor views").width(ui.available_width() - 8.0).selected_text(text).show_ui(
            ui,
            |ui| {
                for (ix, name) in names.iter().enumerate().skip(buttons) {
                    ui.selectable_value(&mut cameras.chosen, ix, name);
                }
            },
        );
    }
    let text = if cameras.split { "Truth beside belief: on" } else { "Truth beside belief: off" };
    if small_choice(ui, ui.available_width(), text, Chosen::from(cameras.split))
        .on_hover_text("Split view (B)")
        .clicked()
    {
        cameras.split = !cameras.split;
    }
}

fn small_choice(ui: &mut Ui, width: f32, text: &str, chosen: Chosen) -> bevy_egui::egui::Response {
    let (fill, ink) = match chosen {
        Chosen::Yes => (TEXT, INK),
        Chosen::No => (RAISED, TEXT),
    };
    theme::solid_button(ui, vec2(width, 25.0), text, SMALL, fill, ink)
}

fn overlays(ui: &mut Ui, toggles: &mut Toggles) {
    ui.spacing_mut().item_spacing.y = 2.0;
    for toggle in &mut toggles.0 {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::click());
        let painter = ui.painter();
        if response.hovered() {
            painter.rect_filled(rect, CornerRadius::same(4), RAISED);
        }
        let color = c32(toggle.color);
        let box_at = Rect::from_center_size(pos2(rect.left() + 9.0, rect.center().y), vec2(14.0, 14.0));
        if toggle.on {
            painter.rect_filled(box_at, CornerRadius::same(4), color);
            icons::paint(painter, Icon::Check, box_at.center(), 10.0, theme::on(color));
        } else {
            painter.rect_stroke(box_at, CornerRadius::same(4), Stroke::new(1.5, color), StrokeKind::Inside);
        }
        let ink = if toggle.on { TEXT } else { WEAK };
        let galley = theme::cut(painter, &toggle.name, font(13.0), ink, rect.width() - 26.0, 1);
        painter.galley(pos2(rect.left() + 23.0, rect.center().y - galley.size().y * 0.5), galley, ink);
        let response = response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(&toggle.about);
        if response.clicked() {
            toggle.on = !toggle.on;
        }
    }
}

fn weather(ui: &mut Ui, stage: &Stage, state: &mut SideState, out: &mut Vec<Command>) {
    let now_s = stage.time_s();
    if state.serial != stage.serial || state.turned.len() != KNOBS.len() {
        state.serial = stage.serial;
        state.turned = vec![None; KNOBS.len()];
    }
    let mut targets = WeatherTargets::default();
    if let Some(preset) = knobs::presets(ui) {
        for (key, value) in preset {
            let Some(ix) = KNOBS.iter().position(|k| k.key == *key) else { continue };
            *KNOBS[ix].target(&mut targets) = Some(*value);
            state.turned[ix] = Some((*value, now_s + WEATHER_OVER_S));
        }
    }
    ui.spacing_mut().slider_width = ui.available_width() - 4.0;
    for (ix, knob) in KNOBS.iter().enumerate() {
        let actual = knob.value(&stage.shot().weather);
        // After the transition (or when time was turned back) the weather itself is shown again.
        if state.turned[ix].is_some_and(|(_, until)| now_s > until + 0.3 || now_s < until - 60.0) {
            state.turned[ix] = None;
        }
        let mut value = state.turned[ix].map_or(actual, |(value, _)| value);
        knob_line(ui, knob, value);
        let response = ui.add(knob.slider(&mut value)).on_hover_text(knob.about);
        if response.changed() || response.dragged() {
            state.turned[ix] = Some((value, f64::INFINITY));
        }
        if response.drag_stopped() || (response.changed() && !response.dragged()) {
            *knob.target(&mut targets) = Some(value);
            state.turned[ix] = Some((value, now_s + WEATHER_OVER_S));
        }
    }
    if targets != WeatherTargets::default() {
        out.push(Command::Weather(targets, WEATHER_OVER_S));
    }
}

/// Name and value above a slider.
pub fn knob_line(ui: &mut Ui, knob: &knobs::Knob, value: f64) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 13.0), Sense::hover());
    let painter = ui.painter();
    painter.text(rect.left_center(), Align2::LEFT_CENTER, knob.name, font(SMALL), WEAK);
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, knob.text(value), font(SMALL), TEXT);
}

fn variations(ui: &mut Ui, state: &mut SideState, batch: &BackgroundBatch, out: &mut Vec<Command>) {
    if state.variations == 0 {
        state.variations = 200;
    }
    let running = batch.planned > 0 && batch.done < batch.planned;
    if running {
        progress(ui, batch);
        return;
    }
    ui.label(weak(
        "Runs this scenario many times with parameters drawn from their distributions, at this level.",
    ));
    ui.horizontal(|ui| {
        ui.add(DragValue::new(&mut state.variations).range(1..=10_000).speed(2.0));
        let text = format!("Run {} variations", state.variations);
        if theme::solid_button(ui, vec2(ui.available_width(), 26.0), &text, SMALL, TEXT, INK).clicked() {
            out.push(Command::Variations(state.variations));
        }
    });
    if batch.planned > 0 {
        progress(ui, batch);
    }
    if let Some(report) = &batch.report {
        let width = (ui.available_width() - 4.0) * 0.5;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if small_choice(ui, width, "Open report", Chosen::No)
                .on_hover_text(report.display().to_string())
                .clicked()
            {
                super::open_outside(report);
            }
            if let Some(dir) = report.parent()
                && small_choice(ui, width, "Browse runs", Chosen::No).clicked()
            {
                out.push(Command::OpenBatch(dir.to_path_buf()));
            }
        });
    }
}

fn progress(ui: &mut Ui, batch: &BackgroundBatch) {
    let share = batch.done as f32 / batch.planned.max(1) as f32;
    theme::meter(ui, vec2(ui.available_width(), 8.0), share, TEXT);
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{} of {}", batch.done, batch.planned)).size(SMALL));
        ui.label(weak(batch.status.clone()));
    });
}

/// The title of the run with the way back.
pub fn title(ui: &mut Ui, session: &Session, out: &mut Vec<Command>) {
    let scenario = &session.spec.scenario;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 9.0;
        if icons::button(ui, Icon::Home, 34.0, "Back to the start screen (Esc)").clicked() {
            out.push(Command::Leave);
        }
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 50.0), Sense::hover());
        let painter = ui.painter();
        let galley = theme::cut(painter, &scenario.title, font(14.0), TEXT, rect.width(), 2);
        let one_row = galley.rows.len() < 2;
        let top = if one_row { 7.0 } else { -1.0 };
        theme::paint_heavy(painter, rect.min + vec2(0.0, top), galley, TEXT);
        let mut line = format!("seed {}, {}", session.spec.seed, scenario.name);
        if session.replay.is_some() {
            line = format!("replay, {line}");
        } else if session.touched {
            line = format!("changed by you, {line}");
        }
        let galley = theme::cut(painter, &line, font(SMALL), WEAK, rect.width(), 1);
        painter.galley(
            pos2(rect.left(), rect.bottom() - galley.size().y + if one_row { -6.0 } else { 1.0 }),
            galley,
            WEAK,
        );
        let pace = if (session.pace - 1.0).abs() > 1e-9 {
            format!(" Pace ×{}.", number(session.pace))
        } else {
            String::new()
        };
        response.on_hover_text(format!("{}\n{}{pace}", scenario.title, scenario.about));
    });
}
