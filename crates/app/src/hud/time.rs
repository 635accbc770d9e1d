//! The time panel: the line above, the transport below: restart, step, play, events, pace, and the buttons of
//! what else one can open.

use super::icons::{self, Icon};
use super::keys::{self, PACES};
use super::layout::Fold;
use super::marks::Jump;
use super::theme::{self, Chosen, INK, TEXT, WEAK, digits};
use super::timeline::{self, Line};
use super::words::clock;
use super::{Hud, Lower};
use crate::command::Command;
use crate::session::Session;
use bevy_egui::egui::{self, Align, Align2, CornerRadius, Layout, Rect, Sense, Ui, pos2, vec2};

/// Edge of the transport's buttons, points.
const BUTTON: f32 = 32.0;

/// End of the axis: the run's longest duration, or where it ended.
pub fn length_s(session: &Session) -> f64 {
    match &session.record {
        Some(record) if record.sim_time_s > 0.0 => record.sim_time_s.max(session.shown_s),
        Some(_) | None => session.duration_s.max(session.simulated_s),
    }
}

/// Pace as on its button.
pub fn pace_text(pace: f64) -> String {
    format!("×{pace}")
}

/// Draws the panel's content.
pub fn show(ui: &mut Ui, session: &Session, line: &Line<'_>, hud: &mut Hud, out: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing = vec2(5.0, 4.0);
    if let Some(time_s) = timeline::show(ui, line) {
        out.push(Command::Seek(time_s));
    }
    ui.horizontal(|ui| {
        transport(ui, session, line, out);
        ui.add_space(8.0);
        time(ui, session, line);
        ui.add_space(8.0);
        pace(ui, session, out);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| more(ui, hud, out));
    });
}

fn transport(ui: &mut Ui, session: &Session, line: &Line<'_>, out: &mut Vec<Command>) {
    if icons::button(ui, Icon::Restart, BUTTON, "Run it again from the start (R)").clicked() {
        out.push(Command::Restart);
    }
    let jump = |way| super::marks::jump(line.marks, session.shown_s, way);
    let back = jump(Jump::Back);
    ui.add_enabled_ui(back.is_some(), |ui| {
        if icons::button(ui, Icon::PreviousEvent, BUTTON, "Previous event ([)").clicked() {
            out.extend(back.map(Command::Seek));
        }
    });
    if icons::button(ui, Icon::StepBack, BUTTON, "One tick back (←)").clicked() {
        out.push(Command::Step(-1));
    }
    if play_button(ui, session.playing).clicked() {
        out.push(Command::TogglePlay);
    }
    if icons::button(ui, Icon::StepForward, BUTTON, "One tick on (→)").clicked() {
        out.push(Command::Step(1));
    }
    let forward = jump(Jump::Forward);
    ui.add_enabled_ui(forward.is_some(), |ui| {
        if icons::button(ui, Icon::NextEvent, BUTTON, "Next event (])").clicked() {
            out.extend(forward.map(Command::Seek));
        }
    });
}

fn play_button(ui: &mut Ui, playing: bool) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(54.0, BUTTON), Sense::click());
    let fill = if response.hovered() { egui::Color32::WHITE } else { TEXT };
    ui.painter().rect_filled(rect, CornerRadius::same(8), fill);
    let (icon, hint) = if playing { (Icon::Pause, "Pause (Space)") } else { (Icon::Play, "Play (Space)") };
    icons::paint(ui.painter(), icon, rect.center(), 17.0, INK);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, hint));
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hint)
}

fn time(ui: &mut Ui, session: &Session, line: &Line<'_>) {
    let (rect, response) = ui.allocate_exact_size(vec2(164.0, BUTTON), Sense::hover());
    let painter = ui.painter();
    let now = theme::heavy_at(
        painter,
        pos2(rect.left(), rect.center().y),
        Align2::LEFT_CENTER,
        &clock(session.shown_s),
        digits(20.0),
        TEXT,
    );
    let rest = clock(line.length_s);
    let rest = rest.strip_suffix(".00").unwrap_or(&rest);
    let at = pos2(now.right() + 7.0, rect.center().y + 1.5);
    painter.text(at, Align2::LEFT_CENTER, format!("/ {rest}"), digits(13.0), WEAK);
    if let Some(share) = session.progress().filter(|share| *share < 1.0) {
        let mut bar = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 3.0), rect.max);
        painter.rect_filled(bar, CornerRadius::same(1), theme::SUNKEN);
        bar.set_width(bar.width() * share as f32);
        painter.rect_filled(bar, CornerRadius::same(1), TEXT);
    }
    let ahead = line.simulated_s - session.shown_s;
    response.on_hover_text(if ahead > 0.05 {
        format!("Simulated time. {ahead:.1} s of it lie ahead, simulated already.")
    } else {
        "Simulated time.".to_owned()
    });
}

fn pace(ui: &mut Ui, session: &Session, out: &mut Vec<Command>) {
    let now = |pace: f64| Chosen::from((session.pace / pace - 1.0).abs() < 1e-3);
    // The right-hand buttons need about 200 points.
    let room = ui.available_width() - 205.0;
    ui.spacing_mut().item_spacing.x = 2.0;
    if room >= 9.0 * 42.0 {
        for pace in PACES {
            if theme::choice(ui, vec2(40.0, 26.0), &pace_text(pace), now(pace))
                .on_hover_text("Simulated seconds in a second (, and .)")
                .clicked()
            {
                out.push(Command::Pace(pace));
            }
        }
        return;
    }
    for (text, way) in [("slower", Jump::Back), ("faster", Jump::Forward)] {
        if way == Jump::Forward {
            theme::choice(ui, vec2(46.0, 26.0), &pace_text(session.pace), Chosen::Yes);
        }
        if theme::choice(ui, vec2(52.0, 26.0), text, Chosen::No).clicked() {
            out.push(Command::Pace(keys::next_pace(session.pace, way)));
        }
    }
}

/// The buttons at the right, from the right edge on.
fn more(ui: &mut Ui, hud: &mut Hud, out: &mut Vec<Command>) {
    if icons::toggle(ui, Icon::Help, BUTTON, Chosen::from(hud.help == Fold::Open), "Help and keys (F1)")
        .clicked()
    {
        hud.help = hud.help.other();
    }
    if icons::button(ui, Icon::Photo, BUTTON, "Picture of the window (F12)").clicked() {
        out.push(Command::Screenshot(None));
    }
    if icons::button(ui, Icon::Save, BUTTON, "Save the run as an ordinary record (F5)").clicked() {
        out.push(Command::Save);
    }
    let events = Chosen::from(hud.lower == Some(Lower::Events));
    if icons::toggle(ui, Icon::List, BUTTON, events, "List of events (L)").clicked() {
        hud.toggle_lower(Lower::Events);
    }
    let plots = Chosen::from(hud.lower == Some(Lower::Plots));
    if icons::toggle(ui, Icon::Plot, BUTTON, plots, "Curves of speed, gap and attention (P)").clicked() {
        hud.toggle_lower(Lower::Plots);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_read_as_factors() {
        let texts: Vec<String> = PACES.into_iter().map(pace_text).collect();
        assert_eq!(texts, ["×0.1", "×0.25", "×0.5", "×1", "×2", "×4", "×8", "×16", "×32"]);
    }
}
