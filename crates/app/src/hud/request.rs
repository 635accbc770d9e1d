//! The request to intervene and the minimal risk maneuver: a banner over the world that says who must do what,
//! why, and how much time is left.
//!
//! A request escalates 4 s after its start at the latest (UN R157 §5.4.3.2): from yellow to vermillion, with a
//! faster pulse. The pulse follows shown time, so a paused run stands still and a picture of it is the same
//! every time.

use super::icons::{self, Icon};
use super::theme::{self, BODY, INK, TEXT, c32, digits, font};
use super::words::{capital, reasons};
use crate::palette;
use bevy_egui::egui::{
    Align2, Color32, Context, CornerRadius, Order, Rect, Stroke, StrokeKind, Ui, pos2, vec2,
};
use shakedown::automation::feature::ESCALATION_S;
use shakedown::record::RecordedEvent;
use shakedown::state::automation::{AutomationState, FeatureMode};
use shakedown::state::messages::Happening;

/// Who must answer the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// The person at the keyboard.
    You,
    /// The model of the human.
    Model,
}

/// A pending request to intervene.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Since it was issued, s.
    pub since_s: f64,
    /// Until its deadline, s; not below 0.
    pub left_s: f64,
    /// Whole budget, s.
    pub budget_s: f64,
    /// Why, in words.
    pub reason: String,
}

impl Request {
    /// Whether it has escalated.
    pub fn escalated(&self) -> bool {
        self.since_s >= ESCALATION_S
    }
    /// Share of the budget that is left, 0–1.
    pub fn share(&self) -> f64 {
        (self.left_s / self.budget_s.max(1e-3)).clamp(0.0, 1.0)
    }
}

/// The pending request at the shown time, with the reason of the latest request before it.
pub fn pending(state: &AutomationState, shown_s: f64, events: &[RecordedEvent]) -> Option<Request> {
    if state.mode != FeatureMode::RequestingIntervention {
        return None;
    }
    let since_s = state.request_since?.s();
    let deadline_s = state.request_deadline.map_or(since_s, |t| t.s());
    let reason = before(events, shown_s).find_map(|e| {
        let Happening::RequestToIntervene { reason, .. } = &e.happening else { return None };
        Some(reason.as_str())
    });
    Some(Request {
        since_s: (shown_s - since_s).max(0.0),
        left_s: (deadline_s - shown_s).max(0.0),
        budget_s: (deadline_s - since_s).max(0.0),
        reason: capital(&reason.map_or_else(|| "a limit of the feature".to_owned(), reasons::machine)),
    })
}

/// Why the latest minimal risk maneuver before the shown time began, in words.
pub fn maneuver_reason(shown_s: f64, events: &[RecordedEvent]) -> Option<String> {
    before(events, shown_s).find_map(|e| {
        let Happening::MinimalRiskManeuverStarted { reason } = &e.happening else { return None };
        Some(capital(&reasons::machine(reason)))
    })
}

/// Events up to the shown time, latest first.
fn before(events: &[RecordedEvent], shown_s: f64) -> impl Iterator<Item = &RecordedEvent> {
    events.iter().rev().skip_while(move |e| e.time_s > shown_s + 1e-6)
}

/// Brightness of the pulse, 0–1, from the time since the request: 1 Hz, after escalation 2.5 Hz.
pub fn pulse(request: &Request) -> f32 {
    let phase = if request.escalated() {
        ESCALATION_S + (request.since_s - ESCALATION_S) * 2.5
    } else {
        request.since_s
    };
    (0.5 + 0.5 * (phase * core::f64::consts::TAU).cos()) as f32
}

/// Draws the banner of whatever is pending, if anything is.
pub fn show(
    ctx: &Context,
    place: Rect,
    state: &AutomationState,
    shown_s: f64,
    events: &[RecordedEvent],
    answerer: Answerer,
) {
    if let Some(request) = pending(state, shown_s, events) {
        banner(ctx, place, |ui, rect| request_banner(ui, rect, &request, answerer));
        return;
    }
    let (title, icon) = match state.mode {
        FeatureMode::MinimalRiskManeuver => ("Minimal risk maneuver: the car stops by itself", Icon::Shield),
        FeatureMode::MinimalRiskCondition => ("Stopped in a minimal risk condition", Icon::Shield),
        FeatureMode::Off
        | FeatureMode::Available
        | FeatureMode::Active
        | FeatureMode::RequestingIntervention
        | FeatureMode::Overridden
        | FeatureMode::Failed => return,
    };
    let reason = maneuver_reason(shown_s, events).unwrap_or_default();
    let mut place = place;
    place.set_height(58.0);
    banner(ctx, place, |ui, rect| maneuver_banner(ui, rect, title, icon, &reason));
}

fn banner(ctx: &Context, place: Rect, add: impl FnOnce(&Ui, Rect)) {
    let width = place.width().min(720.0);
    let rect = Rect::from_center_size(place.center(), vec2(width, place.height()));
    theme::floating(ctx, "banner", rect, Order::Foreground, |ui| {
        let shadow = theme::panel_frame().shadow.as_shape(rect, CornerRadius::same(12));
        ui.painter().add(shadow);
        add(ui, rect);
    });
}

fn request_banner(ui: &Ui, rect: Rect, request: &Request, answerer: Answerer) {
    let painter = ui.painter();
    let glow = pulse(request);
    let (base, ink) = if request.escalated() {
        (theme::mixed(Color32::from_rgb(176, 58, 0), c32(palette::BAD), glow), Color32::WHITE)
    } else {
        (theme::mixed(Color32::from_rgb(214, 196, 40), c32(palette::WARN), glow), INK)
    };
    let radius = CornerRadius::same(12);
    painter.rect_filled(rect, radius, base);
    let edge = Stroke::new(2.0 + 2.5 * glow, theme::faded(ink, 0.25 + 0.5 * glow));
    painter.rect_stroke(rect.shrink(1.0), radius, edge, StrokeKind::Inside);
    let body = rect.shrink2(vec2(18.0, 8.0));
    let middle = body.center().y - 5.0;
    icons::paint(painter, Icon::Wheel, pos2(body.left() + 24.0, middle), 48.0, ink);
    let title = match (answerer, request.escalated()) {
        (Answerer::You, false) => "Take over",
        (Answerer::You, true) => "Take over now!",
        (Answerer::Model, _) => "Request to intervene",
    };
    let left = body.left() + 64.0;
    let right = body.right() - 108.0;
    let galley = theme::fitted(painter, title, 29.0, 17.0, ink, right - left);
    let below = theme::paint_heavy(painter, pos2(left, body.top() - 1.0), galley, ink);
    let galley = theme::fitted(painter, &request.reason, 15.5, 12.0, ink, right - left);
    let reason = theme::paint_heavy(painter, pos2(left, below.bottom() - 1.0), galley, ink);
    let hint = match answerer {
        Answerer::You => "Steer or brake: the controls are yours from the first touch.",
        Answerer::Model => "The fallback-ready user must take the controls before the time is up.",
    };
    let galley = theme::fitted(painter, hint, 12.5, 11.0, ink, right - left);
    painter.galley(pos2(left, reason.bottom()), galley, ink);
    let count = format!("{:.1}", request.left_s);
    let at = pos2(body.right() - 14.0, middle - 5.0);
    theme::heavy_at(painter, at, Align2::RIGHT_CENTER, &count, digits(40.0), ink);
    painter.text(
        pos2(body.right() - 14.0, middle + 24.0),
        Align2::RIGHT_CENTER,
        "seconds left",
        font(12.5),
        ink,
    );
    let mut bar = Rect::from_min_max(
        pos2(rect.left() + 12.0, rect.bottom() - 10.0),
        pos2(rect.right() - 12.0, rect.bottom() - 4.5),
    );
    painter.rect_filled(bar, CornerRadius::same(3), theme::faded(ink, 0.22));
    bar.set_width(bar.width() * request.share() as f32);
    painter.rect_filled(bar, CornerRadius::same(3), ink);
}

fn maneuver_banner(ui: &Ui, rect: Rect, title: &str, icon: Icon, reason: &str) {
    let painter = ui.painter();
    let radius = CornerRadius::same(12);
    let color = c32(palette::SYSTEM);
    painter.rect_filled(rect, radius, Color32::from_rgb(16, 34, 48));
    painter.rect_stroke(rect.shrink(1.0), radius, Stroke::new(2.0, color), StrokeKind::Inside);
    icons::paint(painter, icon, pos2(rect.left() + 34.0, rect.center().y), 30.0, color);
    let left = rect.left() + 62.0;
    let width = rect.right() - left - 12.0;
    let galley = theme::fitted(painter, title, 19.0, 14.0, TEXT, width);
    let below = theme::paint_heavy(painter, pos2(left, rect.top() + 8.0), galley, TEXT);
    let galley = theme::cut(painter, reason, font(BODY), theme::WEAK, width, 1);
    painter.galley(pos2(left, below.bottom() + 1.0), galley, theme::WEAK);
}

/// Whether a banner is up in this state.
pub fn bannered(state: &AutomationState) -> bool {
    matches!(
        state.mode,
        FeatureMode::RequestingIntervention
            | FeatureMode::MinimalRiskManeuver
            | FeatureMode::MinimalRiskCondition
    )
}

/// Who answers: the person, if one sits in the driver's seat.
pub fn answerer(seat: bool) -> Answerer {
    if seat { Answerer::You } else { Answerer::Model }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::automation::feature;
    use shakedown::base::time::SimTime;
    use shakedown::state::automation::{OddStatus, PlanReason, Warnings};

    fn state(mode: FeatureMode, since_s: f64) -> AutomationState {
        let feature = feature::by_name("urban_l3").unwrap();
        AutomationState {
            level: feature.level,
            feature: feature.name,
            mode,
            mode_since: SimTime::from_s(since_s),
            allocation: feature.allocation(mode),
            odd: OddStatus::default(),
            request_since: Some(SimTime::from_s(since_s)),
            request_deadline: Some(SimTime::from_s(since_s + 10.0)),
            reason: PlanReason::Cruise,
            target_speed_mps: 0.0,
            warning: Warnings::default(),
            path_m: Vec::new(),
        }
    }

    fn event(time_s: f64, reason: &str) -> RecordedEvent {
        let happening = Happening::RequestToIntervene { reason: reason.into(), budget_s: 10.0 };
        RecordedEvent { tick: 0, time_s, happening }
    }

    #[test]
    fn the_countdown_follows_the_deadline() {
        let state = state(FeatureMode::RequestingIntervention, 12.0);
        let events =
            [event(2.0, "fault"), event(12.0, "odd_exit_foreseen:work_zone"), event(40.0, "blocked")];
        let request = pending(&state, 14.5, &events).unwrap();
        assert!((request.left_s - 7.5).abs() < 1e-9 && (request.share() - 0.75).abs() < 1e-9);
        assert!(!request.escalated());
        assert_eq!(request.reason, "Limit ahead: road works");
        assert!(pending(&state, 16.1, &events).unwrap().escalated());
        assert_eq!(pending(&state, 99.0, &events).unwrap().left_s, 0.0);
        assert_eq!(pending(&self::state(FeatureMode::Active, 12.0), 14.5, &events), None);
    }

    #[test]
    fn the_pulse_quickens() {
        let beats = |from: f64, to: f64| {
            let steps = 2000;
            let at = |i: usize| {
                let since_s = from + (to - from) * i as f64 / steps as f64;
                pulse(&Request { since_s, left_s: 1.0, budget_s: 10.0, reason: String::new() }) > 0.5
            };
            (1..steps).filter(|i| at(*i) && !at(i - 1)).count()
        };
        assert_eq!(beats(0.0, 4.0), 4);
        assert_eq!(beats(4.0, 8.0), 10);
        let calm = Request { since_s: 3.999, left_s: 6.0, budget_s: 10.0, reason: String::new() };
        let urgent = Request { since_s: 4.0, ..calm.clone() };
        assert!((pulse(&calm) - pulse(&urgent)).abs() < 0.05, "no jump in between");
    }
}
