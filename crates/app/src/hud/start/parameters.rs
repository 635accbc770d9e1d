//! The scenario's parameters: name, meaning, distribution as a small density plot, a slider within its range,
//! and a die that draws a value.

use super::super::icons::{self, Icon};
use super::super::theme::{self, Chosen, FAINT, SMALL, SUNKEN, TEXT, WEAK, font};
use super::super::words::{capital, number, spaced};
use super::setup::{self, Setup};
use bevy_egui::egui::{
    self, Align2, Color32, ComboBox, CornerRadius, Rect, Sense, Shape, Stroke, Ui, pos2, vec2,
};
use shakedown::scenario::{Distribution, Parameter, ParameterValue};
use std::collections::BTreeMap;

/// Height of a density plot, points.
const PLOT: f32 = 26.0;
/// Points of a density plot.
const POINTS: usize = 72;

/// A parameter's name for people: its unit split off, `lead_speed_mph` → (`Lead speed`, ` mph`).
pub fn named(name: &str) -> (String, &'static str) {
    const UNITS: [(&str, &str); 18] = [
        ("_mmph", " mm/h"),
        ("_mps2", " m/s²"),
        ("_mps", " m/s"),
        ("_kmph", " km/h"),
        ("_mph", " mph"),
        ("_percent", " %"),
        ("_min", " min"),
        ("_deg", "°"),
        ("_lx", " lx"),
        ("_mm", " mm"),
        ("_km", " km"),
        ("_ft", " ft"),
        ("_mi", " mi"),
        ("_m", " m"),
        ("_s", " s"),
        ("_c", " °C"),
        ("_f", " °F"),
        ("_share", ""),
    ];
    let found = UNITS.iter().find_map(|(suffix, unit)| Some((name.strip_suffix(suffix)?, *unit)));
    match found {
        Some(("", _)) => (capital(&spaced(name)), ""),
        Some((_, "")) => (capital(&spaced(name)), ""),
        // `start_s_m` is a place along the road.
        Some((stem, unit)) => match stem.strip_suffix("_s") {
            Some(what) if unit == " m" => (format!("{} place", capital(&spaced(what))), unit),
            Some(_) | None => (capital(&spaced(stem)), unit),
        },
        None => (capital(&spaced(name)), ""),
    }
}

/// A value in words.
pub fn value_words(value: &ParameterValue, unit: &str) -> String {
    match value {
        ParameterValue::Number(x) => format!("{}{unit}", number(*x)),
        ParameterValue::Text(text) => spaced(text),
        ParameterValue::Flag(true) => "yes".to_owned(),
        ParameterValue::Flag(false) => "no".to_owned(),
    }
}

/// What a distribution is, in a line.
pub fn distribution_words(distribution: &Distribution, unit: &str) -> String {
    let n = |x: &f64| number(*x);
    match distribution {
        Distribution::Uniform { min, max } => format!("anything from {} to {}{unit}", n(min), n(max)),
        Distribution::Normal { mean, sd, min, max } => {
            format!("around {}{unit} (σ {}), from {} to {}", n(mean), n(sd), n(min), n(max))
        }
        Distribution::LogNormal { median, sigma, min, max } => {
            format!("half below {}{unit} (σ of ln {}), from {} to {}", n(median), n(sigma), n(min), n(max))
        }
        Distribution::Choice { values } => {
            let values: Vec<String> = values.iter().map(|v| value_words(v, unit)).collect();
            format!("one of {}", values.join(", "))
        }
    }
}

/// Draws all parameters; `draws` counts the clicks on dice.
pub fn show(
    ui: &mut Ui,
    parameters: &[Parameter],
    abouts: &BTreeMap<String, String>,
    setup: &mut Setup,
    draws: &mut u32,
) {
    if parameters.iter().any(|p| p.distribution.is_some()) {
        ui.horizontal(|ui| {
            if small(ui, 112.0, "Draw them all").clicked() {
                for parameter in parameters {
                    *draws = draws.wrapping_add(1);
                    setup.sample(parameter, setup::draw(*draws));
                }
            }
            ui.add_enabled_ui(!setup.values.is_empty(), |ui| {
                if small(ui, 112.0, "Defaults").clicked() {
                    setup.values.clear();
                }
            });
        });
    }
    for parameter in parameters {
        ui.add_space(3.0);
        one(ui, parameter, abouts.get(&parameter.name).map(String::as_str), setup, draws);
    }
}

fn small(ui: &mut Ui, width: f32, text: &str) -> egui::Response {
    theme::solid_button(ui, vec2(width, 24.0), text, SMALL, theme::RAISED, TEXT)
}

fn one(ui: &mut Ui, parameter: &Parameter, about: Option<&str>, setup: &mut Setup, draws: &mut u32) {
    let (name, unit) = named(&parameter.name);
    let changed = setup.values.contains_key(&parameter.name);
    let mut value = setup.value(parameter).clone();
    let words = parameter.distribution.as_ref().map(|d| distribution_words(d, unit));
    ui.horizontal(|ui| {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width() - 58.0, 18.0), Sense::hover());
        let painter = ui.painter();
        painter.text(rect.left_center(), Align2::LEFT_CENTER, &name, font(13.5), TEXT);
        let ink = if changed { Color32::WHITE } else { WEAK };
        let value = value_words(&value, unit);
        let at = rect.right_center() - vec2(4.0, 0.0);
        match changed {
            true => theme::heavy_at(painter, at, Align2::RIGHT_CENTER, &value, font(13.5), ink),
            false => painter.text(at, Align2::RIGHT_CENTER, value, font(13.5), ink),
        };
        let mut hint = format!("{}: default {}", parameter.name, value_words(&parameter.default, unit));
        if let Some(words) = &words {
            hint = format!("{hint}; variations draw {words}");
        }
        response.on_hover_text(hint);
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.add_enabled_ui(parameter.distribution.is_some(), |ui| {
            if icons::button(ui, Icon::Dice, 22.0, "Draw a value from the distribution").clicked() {
                *draws = draws.wrapping_add(1);
                setup.sample(parameter, setup::draw(*draws));
            }
        });
        ui.add_enabled_ui(changed, |ui| {
            if icons::button(ui, Icon::Cross, 22.0, "Back to the default").clicked() {
                setup.values.remove(&parameter.name);
            }
        });
    });
    if let Some(about) = about {
        ui.label(egui::RichText::new(capital(about)).size(theme::CAPTION).color(FAINT));
    }
    match (&parameter.distribution, &mut value) {
        (Some(Distribution::Choice { values }), _) => choices(ui, parameter, values, unit, setup),
        (Some(distribution), ParameterValue::Number(x)) => {
            if slider(ui, distribution, x) {
                setup.set(parameter, ParameterValue::Number(rounded(*x)));
            }
        }
        (None, ParameterValue::Number(x)) => {
            let speed = (x.abs() * 0.01).max(0.01);
            if ui.add(egui::DragValue::new(x).speed(speed).suffix(unit)).changed() {
                setup.set(parameter, ParameterValue::Number(rounded(*x)));
            }
        }
        (None | Some(_), ParameterValue::Text(text)) => {
            if ui.text_edit_singleline(text).changed() {
                setup.set(parameter, ParameterValue::Text(text.clone()));
            }
        }
        (None | Some(_), ParameterValue::Flag(flag)) => {
            if ui.checkbox(flag, "").changed() {
                setup.set(parameter, ParameterValue::Flag(*flag));
            }
        }
    }
}

/// Four significant digits: what a slider can mean.
fn rounded(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}

fn choices(ui: &mut Ui, parameter: &Parameter, values: &[ParameterValue], unit: &str, setup: &mut Setup) {
    let now = setup.value(parameter).clone();
    if values.len() <= 6 {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for value in values {
                let text = value_words(value, unit);
                let width = ui.painter().layout_no_wrap(text.clone(), font(SMALL), TEXT).size().x + 18.0;
                let chosen = Chosen::from(*value == now);
                let (fill, ink) = match chosen {
                    Chosen::Yes => (TEXT, theme::INK),
                    Chosen::No => (theme::RAISED, TEXT),
                };
                if theme::solid_button(ui, vec2(width, 23.0), &text, SMALL, fill, ink).clicked() {
                    setup.set(parameter, value.clone());
                }
            }
        });
        return;
    }
    ComboBox::from_id_salt(&parameter.name).selected_text(value_words(&now, unit)).show_ui(ui, |ui| {
        for value in values {
            if ui.selectable_label(*value == now, value_words(value, unit)).clicked() {
                setup.set(parameter, value.clone());
            }
        }
    });
}

/// A density plot with a slider below it; whether the value changed.
fn slider(ui: &mut Ui, distribution: &Distribution, value: &mut f64) -> bool {
    let Some((min, max)) = distribution.bounds() else { return false };
    let width = ui.available_width() - 2.0;
    let (rect, response) = ui.allocate_exact_size(vec2(width, PLOT), Sense::click_and_drag());
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(4), SUNKEN);
    // The slider's handle keeps within its rail: the plot's scale is that of the rail.
    let inner = Rect::from_min_max(
        pos2(rect.left() + 8.0, rect.top() + 3.0),
        pos2(rect.right() - 8.0, rect.bottom()),
    );
    if let Some(density) = setup::density(distribution, POINTS) {
        let step = inner.width() / POINTS as f32;
        // One mesh: bars with soft edges of their own would show seams.
        let mut mesh = egui::Mesh::default();
        for (ix, y) in density.iter().enumerate() {
            let x = inner.left() + ix as f32 * step;
            let top = inner.bottom() - y * inner.height();
            let bar = Rect::from_min_max(pos2(x, top), pos2(x + step, inner.bottom()));
            let below = f64::from((x - inner.left()) / inner.width()) <= (*value - min) / (max - min);
            let color = if below { theme::faded(WEAK, 0.85) } else { theme::faded(WEAK, 0.35) };
            mesh.add_colored_rect(bar, color);
        }
        painter.add(mesh);
    }
    let x = inner.left() + inner.width() * ((*value - min) / (max - min)).clamp(0.0, 1.0) as f32;
    painter.vline(x, rect.top()..=rect.bottom(), Stroke::new(1.8, Color32::WHITE));
    let knob = vec![
        pos2(x - 4.5, rect.bottom() + 5.0),
        pos2(x + 4.5, rect.bottom() + 5.0),
        pos2(x, rect.bottom() - 2.0),
    ];
    painter.add(Shape::convex_polygon(knob, Color32::WHITE, Stroke::NONE));
    ui.add_space(3.0);
    let mut changed = false;
    if let Some(pointer) = response.interact_pointer_pos() {
        let share = f64::from((pointer.x - inner.left()) / inner.width()).clamp(0.0, 1.0);
        *value = min + share * (max - min);
        changed = true;
    }
    response.widget_info(|| egui::WidgetInfo::slider(true, *value, "value"));
    response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal);
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_units() {
        let check = |name: &str, expect: (&str, &str)| {
            let (words, unit) = named(name);
            assert_eq!((words.as_str(), unit), expect, "{name}");
        };
        check("lead_speed_mph", ("Lead speed", " mph"));
        check("rain_mmph", ("Rain", " mm/h"));
        check("brake_mps2", ("Brake", " m/s²"));
        check("gap_m", ("Gap", " m"));
        check("vehicles", ("Vehicles", ""));
        check("lamp_share", ("Lamp share", ""));
        check("brake_at_s", ("Brake at", " s"));
        check("runner_s_m", ("Runner place", " m"));
    }

    #[test]
    fn distributions_are_told_in_a_line() {
        let check = |d: Distribution, expect: &str| assert_eq!(distribution_words(&d, " m"), expect);
        check(Distribution::Uniform { min: 1.0, max: 2.5 }, "anything from 1 to 2.5 m");
        check(
            Distribution::Normal { mean: 5.0, sd: 1.2, min: 2.5, max: 7.5 },
            "around 5 m (σ 1.2), from 2.5 to 7.5",
        );
        check(
            Distribution::Choice { values: vec![ParameterValue::Number(2.0), ParameterValue::Number(6.0)] },
            "one of 2 m, 6 m",
        );
    }
}
