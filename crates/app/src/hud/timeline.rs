//! The time line: who drove when, what happened when, and where one is. Click or drag to go there, hover to
//! read what happened.
//!
//! ```text
//! marks of who drives and how it ended
//! ▒▒▒▒▒▒▒▒▒▒▒▒▒ steering                three strips: human or system
//! ▒▒▒▒▒▒▒▒▒▒▒▒▒ speed
//! ▒▒▒▒▒▒▒▒▒▒▒▒▒ watching
//! marks of what happened around it
//! 0:00    0:10    0:20                  axis
//! ```

use super::driving::{Holder, holder};
use super::icons::{self, Icon};
use super::lanes::Span;
use super::marks::{self, Mark, MarkRow};
use super::theme::{self, EDGE, FAINT, SUNKEN, TEXT, WEAK, c32, font};
use super::words::events::{Names, sentence};
use super::words::{clock, terms};
use crate::palette;
use bevy_egui::egui::{
    self, Align2, Color32, CornerRadius, Painter, Rect, Response, RichText, Sense, Shape, Stroke, Ui, pos2,
    vec2,
};
use shakedown::record::RecordedEvent;
use shakedown::state::automation::{ControlAuthority, FeatureMode};

/// Height of the whole line, points.
pub const HEIGHT: f32 = 76.0;
/// Width of the column of icons at its left.
const LEGEND: f32 = 18.0;
/// Height of one strip.
const STRIP: f32 = 9.0;
/// Most events that a hover lists.
const LISTED: usize = 7;

/// What the line shows.
pub struct Line<'a> {
    /// Length of the axis, s.
    pub length_s: f64,
    /// Shown time, s.
    pub shown_s: f64,
    /// How far it is simulated, s.
    pub simulated_s: f64,
    /// Who drove when.
    pub spans: &'a [Span],
    /// Marks of all events.
    pub marks: &'a [Mark],
    /// The events.
    pub events: &'a [RecordedEvent],
    /// Names in the events.
    pub names: Names<'a>,
}

/// Time ↔ place on the axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    left: f32,
    width: f32,
    length_s: f64,
}

impl Axis {
    /// An axis over these points.
    pub fn new(left: f32, width: f32, length_s: f64) -> Self {
        Self { left, width: width.max(1.0), length_s: length_s.max(0.1) }
    }
    /// Place of a time.
    pub fn x(&self, time_s: f64) -> f32 {
        self.left + self.width * (time_s / self.length_s).clamp(0.0, 1.0) as f32
    }
    /// Time of a place.
    pub fn time_s(&self, x: f32) -> f64 {
        f64::from((x - self.left) / self.width).clamp(0.0, 1.0) * self.length_s
    }
    /// Seconds that so many points are.
    pub fn seconds(&self, points: f32) -> f64 {
        f64::from(points / self.width) * self.length_s
    }
}

/// Distance of labels on the axis, s: a round number with at least `least_s` between labels.
pub fn label_step_s(least_s: f64) -> f64 {
    const STEPS: [f64; 15] =
        [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0];
    STEPS.into_iter().find(|s| *s >= least_s).unwrap_or_else(|| (least_s / 3600.0).ceil() * 3600.0)
}

/// Draws the line; the time to go to, if the user asked for one.
pub fn show(ui: &mut Ui, line: &Line<'_>) -> Option<f64> {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let track = Rect::from_min_max(pos2(rect.left() + LEGEND + 4.0, rect.top()), rect.max);
    let response = ui.interact(track, ui.id().with("time_line"), Sense::click_and_drag());
    let axis = Axis::new(track.left() + 5.0, track.width() - 10.0, line.length_s);
    let painter = ui.painter().clone();
    let strips_top = rect.top() + 16.0;
    let strips = Rect::from_min_size(pos2(axis.x(0.0), strips_top), vec2(axis.width, 3.0 * STRIP + 2.0));
    ground(&painter, line, &axis, strips);
    roles(&painter, line, &axis, strips);
    for (ix, icon) in [Icon::Wheel, Icon::Dial, Icon::Eye].into_iter().enumerate() {
        let y = strips.top() + (STRIP + 1.0) * ix as f32 + STRIP * 0.5;
        icons::paint(&painter, icon, pos2(rect.left() + 8.0, y), 9.0, WEAK);
    }
    let rows = [(MarkRow::Upper, strips.top() - 8.0), (MarkRow::Lower, strips.bottom() + 8.0)];
    for (row, y) in rows {
        for mark in marks::thinned(line.marks, row, axis.seconds(7.0)) {
            let future = mark.time_s > line.shown_s + 1e-9;
            let color = if future { theme::faded(mark.color, 0.6) } else { mark.color };
            icons::mark(&painter, mark.kind.shape(), pos2(axis.x(mark.time_s), y), mark.kind.size(), color);
        }
    }
    labels(&painter, line, &axis, rect.bottom());
    head(&painter, axis.x(line.shown_s), rect.top(), strips.bottom() + 16.0);
    hover(ui, line, &axis, &response, strips);
    asked(line, &axis, &response)
}

fn ground(painter: &Painter, line: &Line<'_>, axis: &Axis, strips: Rect) {
    painter.rect_filled(strips.expand2(vec2(2.0, 2.0)), CornerRadius::same(4), SUNKEN);
    let mut done = strips;
    done.set_right(axis.x(line.simulated_s));
    painter.rect_filled(done, CornerRadius::same(2), theme::RAISED);
}

fn roles(painter: &Painter, line: &Line<'_>, axis: &Axis, strips: Rect) {
    for span in line.spans {
        let roles = [span.roles.lateral, span.roles.longitudinal, span.roles.oedr];
        let (x0, x1) = (axis.x(span.from_s), axis.x(span.to_s));
        for (ix, authority) in roles.into_iter().enumerate() {
            let y = strips.top() + (STRIP + 1.0) * ix as f32;
            let bar = Rect::from_min_max(pos2(x0, y), pos2(x1, y + STRIP));
            painter.rect_filled(bar, CornerRadius::ZERO, holder(authority).color());
        }
        let all = Rect::from_min_max(pos2(x0, strips.top()), pos2(x1, strips.bottom()));
        let hatching = match span.mode {
            FeatureMode::RequestingIntervention => Some((c32(palette::WARN), 3.0)),
            FeatureMode::MinimalRiskManeuver | FeatureMode::MinimalRiskCondition => {
                Some((Color32::from_black_alpha(130), 2.0))
            }
            FeatureMode::Off
            | FeatureMode::Available
            | FeatureMode::Active
            | FeatureMode::Overridden
            | FeatureMode::Failed => None,
        };
        if let Some((color, width)) = hatching {
            icons::hatch(painter, all, 8.0, Stroke::new(width, color));
        }
        if x1 - x0 > 3.0 {
            painter.vline(x1, strips.top()..=strips.bottom(), Stroke::new(1.0, SUNKEN));
        }
    }
}

fn labels(painter: &Painter, line: &Line<'_>, axis: &Axis, bottom: f32) {
    let step_s = label_step_s(axis.seconds(64.0));
    let mut last = f32::NEG_INFINITY;
    let count = (line.length_s / step_s + 1e-9) as usize;
    for i in 0..=count {
        let time_s = i as f64 * step_s;
        let x = axis.x(time_s);
        painter.vline(x, bottom - 13.0..=bottom - 10.0, Stroke::new(1.0, EDGE));
        let text = axis_label(time_s);
        let anchor = match i {
            0 => Align2::LEFT_BOTTOM,
            _ if x > axis.left + axis.width - 14.0 => Align2::RIGHT_BOTTOM,
            _ => Align2::CENTER_BOTTOM,
        };
        let rect = painter.layout_no_wrap(text, font(11.0), FAINT);
        let place = anchor.anchor_size(pos2(x, bottom + 2.0), rect.size());
        if place.left() > last + 6.0 {
            last = place.right();
            painter.galley(place.min, rect, FAINT);
        }
    }
}

/// Label of the axis: whole seconds as minutes, else tenths.
fn axis_label(time_s: f64) -> String {
    let text = clock(time_s);
    match text.split_once('.') {
        Some((whole, rest)) if rest.chars().all(|c| c == '0') => whole.to_owned(),
        _ => text.trim_end_matches('0').to_owned(),
    }
}

fn head(painter: &Painter, x: f32, top: f32, bottom: f32) {
    painter.vline(x, top + 3.0..=bottom, Stroke::new(3.5, Color32::from_black_alpha(150)));
    painter.vline(x, top + 3.0..=bottom, Stroke::new(1.6, Color32::WHITE));
    let points = vec![
        pos2(x - 5.5, top - 3.0),
        pos2(x + 5.5, top - 3.0),
        pos2(x + 5.5, top + 1.5),
        pos2(x, top + 7.0),
        pos2(x - 5.5, top + 1.5),
    ];
    painter.add(Shape::convex_polygon(
        points,
        Color32::WHITE,
        Stroke::new(1.0, Color32::from_black_alpha(160)),
    ));
}

fn hover(ui: &Ui, line: &Line<'_>, axis: &Axis, response: &Response, strips: Rect) {
    let Some(pointer) = response.hover_pos() else { return };
    let time_s = axis.time_s(pointer.x);
    let x = axis.x(time_s);
    ui.painter().vline(
        x,
        strips.top() - 12.0..=strips.bottom() + 12.0,
        Stroke::new(1.0, theme::faded(TEXT, 0.45)),
    );
    let found = marks::near(line.marks, time_s, axis.seconds(6.0));
    response.clone().on_hover_ui_at_pointer(|ui| {
        ui.set_max_width(400.0);
        let span = line.spans.iter().find(|s| (s.from_s..=s.to_s).contains(&time_s));
        ui.horizontal(|ui| {
            ui.label(RichText::new(clock(time_s)).font(theme::digits(13.0)).color(TEXT));
            let who = match span {
                Some(span) => span_words(span),
                None => "not simulated yet".to_owned(),
            };
            ui.label(theme::weak(who));
        });
        for mark in found.iter().take(LISTED) {
            let Some(event) = line.events.get(mark.event) else { continue };
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
                icons::mark(
                    ui.painter(),
                    mark.kind.shape(),
                    rect.center(),
                    mark.kind.size().min(5.0),
                    mark.color,
                );
                ui.set_max_width(370.0);
                ui.add(egui::Label::new(sentence(&event.happening, &line.names)).wrap());
            });
        }
        if found.len() > LISTED {
            ui.label(theme::weak(format!("and {} more", found.len() - LISTED)));
        }
    });
}

/// Who drives in a span, in words.
pub fn span_words(span: &Span) -> String {
    let part = |authority: ControlAuthority| holder(authority) == Holder::System;
    let roles = &span.roles;
    let who = match (part(roles.lateral), part(roles.longitudinal), part(roles.oedr)) {
        (false, false, _) => "human drives",
        (true, true, true) => "system drives",
        (true, true, false) => "system steers and keeps the speed, human watches",
        (true, false, _) => "system steers, human does the rest",
        (false, true, _) => "system keeps the speed, human does the rest",
    };
    format!("{}, {who} ({})", span.level, terms::mode(span.mode).to_lowercase())
}

/// The time that a click or drag asks for. A click near a mark means the mark.
fn asked(line: &Line<'_>, axis: &Axis, response: &Response) -> Option<f64> {
    let pointer = response.interact_pointer_pos()?;
    let time_s = axis.time_s(pointer.x);
    if response.clicked() {
        let near = marks::near(line.marks, time_s, axis.seconds(5.0));
        let nearest =
            near.iter().min_by(|a, b| (a.time_s - time_s).abs().total_cmp(&(b.time_s - time_s).abs()));
        return Some(nearest.map_or(time_s, |mark| mark.time_s));
    }
    (response.dragged() && (time_s - line.shown_s).abs() > axis.seconds(0.5)).then_some(time_s)
}

/// The meaning of colors and shapes, for the help page.
pub fn legend(ui: &mut Ui) {
    for by in [Holder::Human, Holder::System] {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(22.0, 14.0), Sense::hover());
            ui.painter().rect_filled(rect, CornerRadius::same(3), by.color());
            icons::paint(ui.painter(), by.icon(), rect.center(), 11.0, theme::on(by.color()));
            ui.label(theme::weak(match by {
                Holder::Human => "Human",
                Holder::System => "System",
            }));
        });
    }
    for kind in marks::MarkKind::ALL {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(22.0, 14.0), Sense::hover());
            icons::mark(ui.painter(), kind.shape(), rect.center(), kind.size(), kind.color());
            ui.label(theme::weak(kind.name()));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_goes_both_ways() {
        let axis = Axis::new(100.0, 500.0, 50.0);
        for time_s in [0.0, 12.5, 50.0] {
            assert!((axis.time_s(axis.x(time_s)) - time_s).abs() < 1e-4);
        }
        assert_eq!(axis.time_s(0.0), 0.0, "left of it is the start");
        assert_eq!(axis.time_s(9999.0), 50.0);
        assert_eq!(axis.x(99.0), 600.0);
        assert!((axis.seconds(10.0) - 1.0).abs() < 1e-6);
        assert!(Axis::new(0.0, 0.0, 0.0).x(1.0).is_finite());
    }

    #[test]
    fn labels_are_round_and_never_crowd() {
        for (least, expect) in [(0.03, 0.1), (0.7, 1.0), (4.0, 5.0), (11.0, 15.0), (70.0, 120.0)] {
            assert_eq!(label_step_s(least), expect);
        }
        assert!(label_step_s(9000.0) >= 9000.0);
        assert_eq!(axis_label(75.0), "1:15");
        assert_eq!(axis_label(0.2), "0:00.2");
    }
}
