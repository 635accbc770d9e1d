//! Short cards under the banner: what has just happened that a viewer must not miss, and how the run ended.
//!
//! Cards follow shown time, so that scrubbing back shows them again.

use super::icons::{self, Icon};
use super::request::{Answerer, answerer};
use super::theme::{self, BODY, SMALL, TEXT, WEAK, c32};
use super::words::events::{Names, sentence};
use super::words::{clock, number, spaced};
use crate::command::Command;
use crate::palette;
use crate::session::{Session, TakeoverReport};
use bevy_egui::egui::{
    self, Color32, CornerRadius, Frame, Id, Margin, Order, Rect, RichText, Stroke, Ui, vec2,
};
use shakedown::record::RecordedEvent;
use shakedown::state::messages::Happening;
use shakedown::state::record::{Outcome, RunRecord};

/// How long a card stays, s of shown time.
const STAYS_S: f64 = 6.0;
/// Most cards at a time.
const CARDS_MAX: usize = 4;

/// Weight of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Something bad.
    Bad,
    /// A human took the controls.
    Human,
    /// A fact.
    Plain,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Weight.
    pub weight: Weight,
    /// Icon.
    pub icon: Icon,
    /// What happened.
    pub title: String,
    /// More of it; may be empty.
    pub detail: String,
}

impl Weight {
    fn color(self) -> Color32 {
        match self {
            Self::Bad => c32(palette::BAD),
            Self::Human => c32(palette::HUMAN),
            Self::Plain => theme::EDGE,
        }
    }
}

/// How a takeover went, as a sentence.
pub fn takeover_title(report: &TakeoverReport, answerer: Answerer) -> String {
    let who = match answerer {
        Answerer::You => "You",
        Answerer::Model => "The human",
    };
    match (report.reaction_s, report.slower_share) {
        (Some(reaction_s), Some(share)) => format!(
            "{who} took over after {} s: faster than {:.0} % of the modeled drivers.",
            number(reaction_s),
            share * 100.0
        ),
        (Some(reaction_s), None) => format!("{who} took over after {} s.", number(reaction_s)),
        (None, _) => format!("{who} did not take over yet."),
    }
}

/// How well a takeover went, in figures.
pub fn takeover_detail(report: &TakeoverReport) -> String {
    let mut parts = Vec::new();
    if let Some(left_s) = report.left_s {
        parts.push(format!("{} s were left", number(left_s)));
    }
    parts.push(format!("hardest braking {} m/s²", number(report.decel_max_mps2)));
    parts.push(format!("sideways {} m/s²", number(report.lateral_accel_max_mps2)));
    if report.ttc_min_s.is_finite() {
        parts.push(format!("least time to collision {} s", number(report.ttc_min_s)));
    }
    format!("{}.", super::words::capital(&parts.join(", ")))
}

/// How long the card of a happening stays, s. What the car misreads may be read a moment later: such a
/// card must not contradict the picture.
fn stays_s(happening: &Happening) -> f64 {
    if matches!(happening, Happening::SignalMisperceived { .. } | Happening::ObjectMissed { .. }) {
        0.3 * STAYS_S
    } else {
        STAYS_S
    }
}

/// Cards for the shown time, latest first.
pub fn cards(session: &Session, shown_s: f64, names: &Names<'_>) -> Vec<Card> {
    let recent =
        |e: &&RecordedEvent| e.time_s <= shown_s + 1e-6 && e.time_s > shown_s - stays_s(&e.happening);
    let mut cards: Vec<Card> = session
        .events
        .iter()
        .rev()
        .filter(recent)
        .filter_map(|e| card_of(e, session, names))
        .take(CARDS_MAX)
        .collect();
    if let Some(report) = &session.takeover
        && let Some(reaction_s) = report.reaction_s
    {
        let at_s = report.request_s + reaction_s;
        // The figures of the ten seconds after it are worth a longer look.
        if (at_s..at_s + 12.0).contains(&shown_s) {
            cards.retain(|card| card.weight != Weight::Human);
            cards.insert(
                0,
                Card {
                    weight: Weight::Human,
                    icon: Icon::Wheel,
                    title: takeover_title(report, answerer(session.seat)),
                    detail: takeover_detail(report),
                },
            );
        }
    }
    cards
}

fn card_of(event: &RecordedEvent, session: &Session, names: &Names<'_>) -> Option<Card> {
    let title = || sentence(&event.happening, names);
    let card = |weight, icon, title, detail: String| Some(Card { weight, icon, title, detail });
    match &event.happening {
        Happening::Collision { .. } => card(Weight::Bad, Icon::Warning, title(), String::new()),
        Happening::Disengagement { index } => {
            let record = session.record.as_ref().and_then(|r| r.disengagements.get(*index as usize));
            let (title, detail) = match record {
                Some(d) => {
                    let by = spaced(d.initiator.as_str()).replace("av system", "the automation");
                    (
                        d.description.clone(),
                        format!("Disengagement by {by}. Cause: {}.", spaced(d.cause.as_str())),
                    )
                }
                None => (title(), String::new()),
            };
            card(Weight::Bad, Icon::Shield, title, detail)
        }
        Happening::DriverTookOver { .. } => card(Weight::Human, Icon::Wheel, title(), String::new()),
        Happening::DriverNoResponse => card(Weight::Bad, Icon::EyeOff, title(), String::new()),
        Happening::DriverEngaged => card(Weight::Plain, Icon::System, title(), String::new()),
        Happening::AebActivated { .. }
        | Happening::RedLightViolation { .. }
        | Happening::StopLineViolation { .. }
        | Happening::OffRoad { .. }
        | Happening::SignalMisperceived { .. }
        | Happening::ObjectMissed { .. } => card(Weight::Bad, Icon::Warning, title(), String::new()),
        Happening::Storyboard { .. }
        | Happening::Spawned { .. }
        | Happening::Removed { .. }
        | Happening::SignalChanged { .. }
        | Happening::SignalFaultSet { .. }
        | Happening::SensorFaultSet { .. }
        | Happening::SensorHealthChanged { .. }
        | Happening::GhostTrack { .. }
        | Happening::MapMismatchFound { .. }
        | Happening::OddClauseChanged { .. }
        | Happening::FeatureModeChanged { .. }
        | Happening::RequestToIntervene { .. }
        | Happening::DriverReactionStarted { .. }
        | Happening::MinimalRiskManeuverStarted { .. }
        | Happening::MinimalRiskConditionReached
        | Happening::ForwardCollisionWarning
        | Happening::LaneDepartureWarning
        | Happening::PlanReasonChanged { .. }
        | Happening::LaneDeparture { .. }
        | Happening::HardBraking { .. }
        | Happening::UnneededStop { .. }
        | Happening::CriticalTtc { .. }
        | Happening::RecklessRoadUser { .. }
        | Happening::Criterion { .. } => None,
    }
}

/// Draws cards from the top of `place` downwards.
pub fn show(ctx: &egui::Context, place: Rect, cards: &[Card], notice: Option<&str>) {
    let width = place.width().min(560.0);
    let left = place.center().x - width * 0.5;
    egui::Area::new(Id::new("hud cards"))
        .order(Order::Middle)
        .fixed_pos(egui::pos2(left, place.top()))
        .default_width(width)
        .constrain(false)
        .fade_in(false)
        .interactable(false)
        .show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            ui.set_width(width);
            for card in cards {
                one(ui, card);
            }
            if let Some(notice) = notice {
                let card = Card {
                    weight: Weight::Plain,
                    icon: Icon::Check,
                    title: notice.to_owned(),
                    detail: String::new(),
                };
                one(ui, &card);
            }
        });
}

fn one(ui: &mut Ui, card: &Card) {
    let color = card.weight.color();
    Frame::NONE
        .fill(Color32::from_rgb(14, 18, 24))
        .stroke(Stroke::new(1.5, color))
        .corner_radius(CornerRadius::same(9))
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                let ink = if card.weight == Weight::Plain { WEAK } else { color };
                icons::label(ui, card.icon, 20.0, ink);
                ui.add_space(4.0);
                ui.vertical(|ui| {
                    theme::heavy(ui, &card.title, BODY + 0.5, TEXT);
                    if !card.detail.is_empty() {
                        ui.label(RichText::new(&card.detail).size(SMALL).color(WEAK));
                    }
                });
            });
        });
}

/// How a run ended, in words and its weight.
pub fn outcome(outcome: Outcome) -> (&'static str, Weight) {
    match outcome {
        Outcome::Completed => ("Run completed", Weight::Plain),
        Outcome::Collision => ("Ended by a collision", Weight::Bad),
        Outcome::MinimalRiskCondition => ("Ended in a minimal risk condition", Weight::Plain),
        Outcome::Timeout => ("Out of time before the destination", Weight::Plain),
        Outcome::Fault => ("The engine could not go on", Weight::Bad),
    }
}

/// The card at the end of a run; whether it was put away.
pub fn end_card(ctx: &egui::Context, place: Rect, record: &RunRecord, out: &mut Vec<Command>) -> bool {
    let width = place.width().min(460.0);
    let (title, weight) = outcome(record.outcome);
    let center = place.center();
    egui::Area::new(Id::new("hud end"))
        .order(Order::Middle)
        .pivot(egui::Align2::CENTER_CENTER)
        .fixed_pos(center)
        .constrain(true)
        .fade_in(false)
        .show(ctx, |ui| {
            let frame =
                theme::panel_frame().stroke(Stroke::new(1.5, weight.color())).inner_margin(Margin::same(16));
            frame
                .show(ui, |ui| {
                    ui.set_width(width);
                    end(ui, record, title, weight, out)
                })
                .inner
        })
        .inner
}

fn end(ui: &mut Ui, record: &RunRecord, title: &str, weight: Weight, out: &mut Vec<Command>) -> bool {
    let mut closed = false;
    ui.horizontal(|ui| {
        let (icon, color) = match (weight, record.passed) {
            (Weight::Bad, _) => (Icon::Warning, c32(palette::BAD)),
            (Weight::Human | Weight::Plain, true) => (Icon::Check, theme::GOOD_TEXT),
            (Weight::Human | Weight::Plain, false) => (Icon::Cross, theme::BAD_TEXT),
        };
        icons::label(ui, icon, 24.0, color);
        ui.add_space(4.0);
        theme::heavy_line(ui, title, 20.0, TEXT);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            closed = icons::button(ui, Icon::Cross, 24.0, "Put this away").clicked();
        });
    });
    let verdict = match (record.passed, record.criteria.len()) {
        (true, 0) => "The scenario sets no criteria.".to_owned(),
        (true, 1) => "Its criterion is met.".to_owned(),
        (true, n) => format!("All {n} criteria are met."),
        (false, _) => {
            let failed = record.criteria.iter().filter(|(_, held)| !**held);
            let failed: Vec<String> = failed.map(|(name, _)| spaced(name)).collect();
            format!("Not met: {}.", failed.join(", "))
        }
    };
    ui.label(verdict);
    if let Some(fault) = &record.fault {
        ui.label(RichText::new(fault).color(theme::BAD_TEXT));
    }
    ui.add_space(4.0);
    let figures = [
        ("Time", clock(record.sim_time_s)),
        ("Distance", format!("{:.0} m", record.distance_m)),
        ("Automated", format!("{:.0} %", 100.0 * record.distance_automated_m / record.distance_m.max(1.0))),
        ("Disengagements", record.disengagements.len().to_string()),
        (
            "Least TTC",
            record
                .metrics
                .get("ttc_min_s")
                .filter(|t| t.is_finite())
                .map_or("–".to_owned(), |t| format!("{} s", number(*t))),
        ),
        (
            "Hardest braking",
            record.metrics.get("decel_max_mps2").map_or("–".to_owned(), |a| format!("{} m/s²", number(*a))),
        ),
    ];
    let width = ui.available_width() / 3.0;
    for row in figures.chunks(3) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 42.0), egui::Sense::hover());
        for (ix, (name, value)) in row.iter().enumerate() {
            let at = rect.min + vec2(width * ix as f32, 0.0);
            let painter = ui.painter();
            painter.text(at, egui::Align2::LEFT_TOP, *name, theme::font(theme::CAPTION), WEAK);
            let below = at + vec2(0.0, 15.0);
            theme::heavy_at(painter, below, egui::Align2::LEFT_TOP, value, theme::font(18.0), TEXT);
        }
    }
    ui.add_space(4.0);
    let galley = theme::cut(
        ui.painter(),
        &format!("state hash {}", record.state_hash),
        theme::digits(theme::CAPTION),
        theme::FAINT,
        ui.available_width(),
        1,
    );
    let (rect, _) = ui.allocate_exact_size(galley.size(), egui::Sense::hover());
    ui.painter().galley(rect.min, galley, theme::FAINT);
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        if theme::solid_button(ui, vec2(128.0, 32.0), "Run it again", BODY, TEXT, theme::INK).clicked() {
            out.push(Command::Restart);
        }
        if theme::choice(ui, vec2(120.0, 32.0), "Save the run", theme::Chosen::No).clicked() {
            out.push(Command::Save);
        }
        if theme::choice(ui, vec2(120.0, 32.0), "Start screen", theme::Chosen::No).clicked() {
            out.push(Command::Leave);
        }
    });
    closed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> TakeoverReport {
        TakeoverReport {
            request_s: 10.0,
            reaction_s: Some(2.4),
            left_s: Some(7.6),
            slower_share: Some(0.61),
            decel_max_mps2: 3.25,
            lateral_accel_max_mps2: 1.0,
            ttc_min_s: f64::INFINITY,
        }
    }

    #[test]
    fn takeovers_are_told_with_their_figures() {
        assert_eq!(
            takeover_title(&report(), Answerer::You),
            "You took over after 2.4 s: faster than 61 % of the modeled drivers."
        );
        assert_eq!(
            takeover_detail(&report()),
            "7.6 s were left, hardest braking 3.25 m/s², sideways 1 m/s²."
        );
        let late = TakeoverReport { ttc_min_s: 1.2, left_s: None, ..report() };
        assert!(takeover_detail(&late).ends_with("least time to collision 1.2 s."));
        let pending = TakeoverReport { reaction_s: None, ..report() };
        assert_eq!(takeover_title(&pending, Answerer::Model), "The human did not take over yet.");
    }

    #[test]
    fn every_outcome_has_words() {
        use Outcome as O;
        let all = [O::Completed, O::Collision, O::MinimalRiskCondition, O::Timeout, O::Fault];
        let mut titles: Vec<&str> = all.iter().map(|o| outcome(*o).0).collect();
        titles.dedup();
        assert_eq!(titles.len(), all.len());
        assert_eq!(outcome(O::Collision).1, Weight::Bad);
    }
}
