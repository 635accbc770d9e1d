//! The column beside the cards: what the chosen scenario is about, what to expect of which level, and every
//! choice for its run, down to the Start button.

use super::super::icons::{self, Icon};
use super::super::knobs::{self, KNOBS};
use super::super::side::knob_line;
use super::super::theme::{
    self, BODY, CAPTION, Chosen, EDGE, FAINT, INK, RAISED, SMALL, TEXT, WEAK, c32, font,
};
use super::super::words::{events, terms};
use super::setup::Setup;
use super::{Chosen as Loaded, Start, parameters};
use crate::command::Command;
use crate::palette;
use bevy_egui::egui::{
    self, Align2, Color32, CornerRadius, CursorIcon, DragValue, Frame, Margin, Rect, RichText, ScrollArea,
    Sense, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};
use shakedown::scenario::{Diagnostic, Severity, WeatherTargets};
use shakedown::state::automation::AutomationLevel;
use shakedown::state::weather::Weather;

/// Height of the bar with the Start button.
const BAR: f32 = 62.0;

/// Draws the column.
pub fn show(ui: &mut Ui, start: &mut Start, out: &mut Vec<Command>) {
    let whole = ui.max_rect();
    let bar = Rect::from_min_max(pos2(whole.left(), whole.bottom() - BAR), whole.max);
    let body = Rect::from_min_max(whole.min, pos2(whole.right(), bar.top()));
    let mut inner = ui.new_child(UiBuilder::new().max_rect(body));
    inner.set_clip_rect(body.intersect(ui.clip_rect()));
    ScrollArea::vertical().auto_shrink([false, false]).show(&mut inner, |ui| {
        ui.set_width(body.width() - 10.0);
        content(ui, start);
    });
    start_bar(ui, bar, start, out);
}

fn content(ui: &mut Ui, start: &mut Start) {
    let Some(entry) = start.entry().cloned() else {
        ui.add_space(60.0);
        ui.vertical_centered(|ui| {
            theme::heavy(ui, "Pick a scenario", 20.0, TEXT);
            ui.label(theme::weak("Then choose who drives, the weather and the rest here."));
        });
        return;
    };
    theme::heavy(ui, &entry.title, 20.0, TEXT);
    ui.label(RichText::new(&entry.name).size(CAPTION).color(FAINT));
    ui.label(RichText::new(&entry.about).size(13.5).color(WEAK));
    problems(ui, &start.loaded);
    let scenario = start.loaded.as_ref().and_then(|l| l.scenario.as_ref().ok()).cloned();
    let own = scenario.as_ref().map(|s| s.level).or(entry.level).unwrap_or(AutomationLevel::L4);
    ui.add_space(6.0);
    level(ui, &mut start.setup, own);
    let chosen = start.setup.level.unwrap_or(own);
    if let Some(text) = scenario.as_ref().and_then(|s| events::expectation(s, chosen)) {
        Frame::NONE
            .fill(RAISED)
            .corner_radius(CornerRadius::same(8))
            .inner_margin(Margin::symmetric(10, 7))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.label(RichText::new(format!("What to expect at {chosen}")).size(CAPTION).color(FAINT));
                ui.label(RichText::new(text).size(13.0).color(TEXT));
            });
    }
    ui.add_space(4.0);
    driver_and_seed(ui, &mut start.setup);
    ui.add_space(2.0);
    let weather = start.setup.weather.iter().flatten().count();
    if group(ui, &mut start.open.weather, Icon::Weather, "Weather and light", weather) {
        let initial = scenario.as_ref().and_then(|s| s.weather.as_ref()).map(|w| w.initial);
        weather_group(ui, &mut start.setup.weather, initial);
    }
    if let Some(scenario) = &scenario
        && !scenario.parameters.is_empty()
    {
        let changed = start.setup.values.len();
        if group(ui, &mut start.open.parameters, Icon::Sliders, "Parameters", changed) {
            parameters::show(
                ui,
                &scenario.parameters,
                &entry.parameter_abouts,
                &mut start.setup,
                &mut start.draws,
            );
        }
    }
    ui.add_space(8.0);
}

/// Level buttons with their meaning.
pub fn level(ui: &mut Ui, setup: &mut Setup, own: AutomationLevel) {
    let now = setup.level.unwrap_or(own);
    let width = (ui.available_width() - 5.0 * 4.0) / 6.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for level in AutomationLevel::ALL {
            let response = theme::choice(ui, vec2(width, 34.0), level.as_str(), Chosen::from(level == now));
            if level == own {
                // A dot marks the scenario's own level.
                let at = response.rect.center_bottom() - vec2(0.0, 4.5);
                let ink = if level == now { INK } else { WEAK };
                ui.painter().circle_filled(at, 1.8, ink);
            }
            if response.on_hover_text(terms::level_name(level)).clicked() {
                setup.level = Some(level);
            }
        }
    });
    ui.label(
        RichText::new(format!("{}. {}", terms::level_name(now), terms::level_meaning(now)))
            .size(SMALL)
            .color(TEXT),
    );
}

/// Who drives, and the seed.
pub fn driver_and_seed(ui: &mut Ui, setup: &mut Setup) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (fill, ink, text) = match setup.seat {
            true => (c32(palette::HUMAN), INK, "You sit at the wheel"),
            false => (RAISED, TEXT, "Drive yourself"),
        };
        let (rect, response) = ui.allocate_exact_size(vec2(188.0, 30.0), Sense::click());
        let fill = if response.hovered() { theme::mixed(fill, Color32::WHITE, 0.12) } else { fill };
        ui.painter().rect_filled(rect, CornerRadius::same(6), fill);
        icons::paint(ui.painter(), Icon::Wheel, pos2(rect.left() + 17.0, rect.center().y), 17.0, ink);
        theme::heavy_at(ui.painter(), pos2(rect.left() + 33.0, rect.center().y), Align2::LEFT_CENTER, text, font(BODY), ink);
        let hint = "Keyboard, gamepad or wheel instead of the model of the human. You also answer requests to intervene.";
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(hint).clicked() {
            setup.seat = !setup.seat;
        }
        ui.add_space(4.0);
        ui.label(theme::weak("Seed"));
        ui.add(DragValue::new(&mut setup.seed).speed(0.2)).on_hover_text("Same scenario, level and seed: same run, bit for bit.");
        if icons::button(ui, Icon::Dice, 26.0, "Another seed").clicked() {
            setup.seed = setup.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) % 100_000;
        }
    });
}

/// A group with a title that folds; whether it is open. `changed` choices are counted beside the title.
pub fn group(ui: &mut Ui, open: &mut bool, icon: Icon, title: &str, changed: usize) -> bool {
    ui.add_space(3.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::click());
    let painter = ui.painter();
    painter.hline(rect.x_range(), rect.top(), Stroke::new(1.0, EDGE));
    let color = if response.hovered() { Color32::WHITE } else { TEXT };
    icons::paint(painter, icon, pos2(rect.left() + 9.0, rect.center().y), 16.0, WEAK);
    let at = pos2(rect.left() + 26.0, rect.center().y);
    let name = theme::heavy_at(painter, at, Align2::LEFT_CENTER, title, font(15.0), color);
    if changed > 0 {
        let text = format!("{changed} changed");
        painter.text(
            name.right_center() + vec2(9.0, 0.0),
            Align2::LEFT_CENTER,
            text,
            font(SMALL),
            c32(palette::WARN),
        );
    }
    let arrow = if *open { Icon::Unfolded } else { Icon::Folded };
    icons::paint(painter, arrow, pos2(rect.right() - 9.0, rect.center().y), 13.0, WEAK);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        *open = !*open;
    }
    *open
}

/// Knobs that stay "as the scenario says" until they are turned.
pub fn weather_group(ui: &mut Ui, weather: &mut [Option<f64>], initial: Option<WeatherTargets>) {
    if let Some(preset) = knobs::presets(ui) {
        for (key, value) in preset {
            if let Some(ix) = KNOBS.iter().position(|k| k.key == *key) {
                weather[ix] = Some(*value);
            }
        }
    }
    let clear = Weather::default();
    for (knob, turned) in KNOBS.iter().zip(weather.iter_mut()) {
        let mut own = initial.unwrap_or_default();
        let said = *knob.target(&mut own);
        let mut value = turned.or(said).unwrap_or_else(|| knob.value(&clear)).clamp(knob.min, knob.max);
        ui.horizontal(|ui| {
            let width = ui.available_width() - 28.0;
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.spacing_mut().slider_width = width - 4.0;
                match turned {
                    Some(value) => knob_line(ui, knob, *value),
                    None => unturned_line(ui, knob, said),
                }
                let response = ui.add(knob.slider(&mut value)).on_hover_text(knob.about);
                if response.changed() {
                    *turned = Some(value);
                }
            });
            ui.add_enabled_ui(turned.is_some(), |ui| {
                if icons::button(ui, Icon::Cross, 20.0, "As the scenario says").clicked() {
                    *turned = None;
                }
            });
        });
    }
}

fn unturned_line(ui: &mut Ui, knob: &knobs::Knob, said: Option<f64>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 13.0), Sense::hover());
    let painter = ui.painter();
    painter.text(rect.left_center(), Align2::LEFT_CENTER, knob.name, font(SMALL), WEAK);
    let text = match said {
        Some(value) => format!("as the scenario says: {}", knob.text(value)),
        None => "as the scenario says".to_owned(),
    };
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, text, font(CAPTION), FAINT);
}

/// What is wrong with the file or with the choices, each with its place and what to do.
fn problems(ui: &mut Ui, loaded: &Option<Loaded>) {
    let Some(Loaded { scenario: Err(problems), .. }) = loaded else { return };
    diagnostics(ui, problems);
}

/// Problems of a scenario file, with line and hint.
pub fn diagnostics(ui: &mut Ui, problems: &[Diagnostic]) {
    const SHOWN: usize = 8;
    ui.add_space(4.0);
    Frame::NONE
        .fill(Color32::from_rgb(46, 22, 12))
        .stroke(Stroke::new(1.0, c32(palette::BAD)))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            theme::heavy(ui, &events::problems(problems), BODY, theme::BAD_TEXT);
            for problem in problems.iter().take(SHOWN) {
                let (place, color) = match problem.severity {
                    Severity::Error => (place_words(problem), TEXT),
                    Severity::Warning => (format!("{} (warning)", place_words(problem)), WEAK),
                };
                ui.add_space(2.0);
                ui.label(RichText::new(place).size(CAPTION).color(FAINT));
                ui.label(RichText::new(&problem.message).size(13.0).color(color));
                if !problem.hint.is_empty() {
                    ui.label(RichText::new(&problem.hint).size(SMALL).color(WEAK).italics());
                }
            }
            if problems.len() > SHOWN {
                ui.label(theme::weak(format!("and {} more", problems.len() - SHOWN)));
            }
        });
}

/// Where a problem is: line and column of the file, or the choice that caused it.
fn place_words(problem: &Diagnostic) -> String {
    match problem.file.strip_prefix("--set ") {
        Some(choice) => format!("your choice {choice}"),
        None => format!("line {}, column {}", problem.line, problem.column),
    }
}

fn start_bar(ui: &mut Ui, bar: Rect, start: &mut Start, out: &mut Vec<Command>) {
    let painter = ui.painter();
    painter.hline(bar.x_range(), bar.top(), Stroke::new(1.0, EDGE));
    let ready = start.loaded.as_ref().is_some_and(|l| l.scenario.is_ok());
    let rect = Rect::from_min_max(bar.min + vec2(0.0, 12.0), bar.max - vec2(10.0, 0.0));
    let response = ui.interact(rect, ui.id().with("start"), Sense::click());
    let painter = ui.painter();
    let (fill, ink) = match (ready, response.hovered()) {
        (false, _) => (RAISED, FAINT),
        (true, true) => (Color32::WHITE, INK),
        (true, false) => (TEXT, INK),
    };
    painter.rect_filled(rect, CornerRadius::same(10), fill);
    if !ready {
        painter.rect_stroke(rect, CornerRadius::same(10), Stroke::new(1.0, EDGE), StrokeKind::Inside);
    }
    let text = theme::heavy_at(
        painter,
        rect.center() + vec2(12.0, 0.0),
        Align2::CENTER_CENTER,
        "Start",
        font(22.0),
        ink,
    );
    icons::paint(painter, Icon::Play, text.left_center() - vec2(22.0, 0.0), 19.0, ink);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, ready, "Start"));
    let wished = response.clicked() || start.go;
    start.go = false;
    if ready
        && wished
        && let Some(entry) = start.entry()
    {
        out.extend(start.setup.commands(&entry.name));
    }
}
