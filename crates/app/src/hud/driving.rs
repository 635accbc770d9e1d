//! Who is driving: the permanent panel. The role table of SAE J3016 (lateral and longitudinal motion control,
//! OEDR, DDT fallback: human or system), level, feature and mode, speed and limit, what lies ahead and what the
//! planner makes of it, the human aboard, and the design-domain monitor.
//!
//! Human and system have a color, an icon and a word each; none of them carries the meaning alone.

use super::gap::{self, Gap};
use super::icons::{self, Icon};
use super::odd::{self, ClauseState};
use super::sign::{self, MPH_PER_MPS};
use super::theme::{
    self, BODY, Chosen, EDGE, FAINT, RAISED, SMALL, SUNKEN, TEXT, WEAK, c32, font, heavy, weak,
};
use super::words::{reasons, terms};
use crate::palette;
use crate::stage::{Shot, Stage};
use bevy_egui::egui::{
    Align, Align2, Color32, CornerRadius, Layout, Rect, RichText, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};
use shakedown::state::automation::{
    AutomationLevel, AutomationState, ControlAuthority, FallbackHolder, FeatureMode,
};
use shakedown::state::driver::{DriverState, HumanRole};

/// How much height the panel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Enough for a line of its own for each clause of the design domain.
    Wide,
    /// Two clauses share a line, but for those that are not fine.
    Tight,
}

impl Room {
    /// What a height in points allows.
    pub fn of(height: f32) -> Self {
        if height > 670.0 { Self::Wide } else { Self::Tight }
    }
}

/// Who holds a part of the driving task, as far as a chip shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A human.
    Human,
    /// The system.
    System,
}

impl Holder {
    /// Color.
    pub fn color(self) -> Color32 {
        match self {
            Self::Human => c32(palette::HUMAN),
            Self::System => c32(palette::SYSTEM),
        }
    }
    /// Icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Human => Icon::Human,
            Self::System => Icon::System,
        }
    }
}

/// Holder of a control axis or of OEDR.
pub fn holder(authority: ControlAuthority) -> Holder {
    match authority {
        ControlAuthority::Driver => Holder::Human,
        ControlAuthority::Feature | ControlAuthority::Fallback => Holder::System,
    }
}

/// Holder of the fallback.
pub fn fallback_holder(fallback: FallbackHolder) -> Holder {
    match fallback {
        FallbackHolder::Driver | FallbackHolder::FallbackReadyUser => Holder::Human,
        FallbackHolder::System => Holder::System,
    }
}

/// Who drives, in a headline, with the holder whose color it takes.
pub fn headline(state: &AutomationState) -> (&'static str, Holder) {
    let roles = &state.allocation;
    let axes = (holder(roles.lateral), holder(roles.longitudinal), holder(roles.oedr));
    match (state.mode, axes) {
        (FeatureMode::MinimalRiskManeuver, _) => ("The system stops the car", Holder::System),
        (FeatureMode::MinimalRiskCondition, _) => ("The system has stopped", Holder::System),
        (_, (Holder::Human, Holder::Human, _)) => ("The human drives", Holder::Human),
        (_, (Holder::System, Holder::System, Holder::System)) => ("The system drives", Holder::System),
        (_, (Holder::System, Holder::System, Holder::Human)) => ("The human supervises", Holder::Human),
        (_, (Holder::System, Holder::Human, _) | (Holder::Human, Holder::System, _)) => {
            ("Human and system share", Holder::Human)
        }
    }
}

/// Color of a time to collision.
pub fn ttc_color(ttc_s: f64) -> Color32 {
    // 1.5 s: serious conflict (Hydén 1987); 3 s: chosen as the border of comfort.
    match ttc_s {
        t if t < 1.5 => theme::BAD_TEXT,
        t if t < 3.0 => c32(palette::WARN),
        _ => TEXT,
    }
}

/// Draws the panel's content. `clauses` replaces the rows that the monitor's bits alone give.
pub fn show(ui: &mut Ui, stage: &Stage, clauses: Option<&[odd::ClauseRow]>, room: Room) {
    let shot = stage.shot();
    ui.spacing_mut().item_spacing.y = 3.0;
    ui.spacing_mut().interact_size.y = 17.0;
    let Some(state) = &shot.automation else {
        heavy(ui, "No ego vehicle", theme::TITLE, TEXT);
        ui.label(weak("This scenario shows traffic alone: nobody to hand the driving task to."));
        return;
    };
    head(ui, state);
    ui.add_space(4.0);
    roles(ui, state);
    ui.add_space(2.0);
    speed(ui, stage, state);
    ahead(ui, stage, state);
    if let Some(driver) = &shot.driver {
        human(ui, driver);
    }
    match clauses {
        Some(rows) => domain(ui, state, rows, room),
        None => domain(ui, state, &odd::rows(&state.odd), room),
    }
}

fn head(ui: &mut Ui, state: &AutomationState) {
    let (headline, by) = headline(state);
    let letter = terms::mode_letter(state.mode, state.level);
    let color = match state.mode {
        FeatureMode::RequestingIntervention => c32(palette::WARN),
        FeatureMode::Off
        | FeatureMode::Available
        | FeatureMode::Active
        | FeatureMode::MinimalRiskManeuver
        | FeatureMode::MinimalRiskCondition
        | FeatureMode::Overridden
        | FeatureMode::Failed => by.color(),
    };
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, 56.0), Sense::hover());
    let painter = ui.painter();
    let badge = Rect::from_min_size(rect.min, vec2(56.0, 56.0));
    painter.rect_filled(badge, CornerRadius::same(10), color);
    if state.mode == FeatureMode::MinimalRiskManeuver {
        icons::hatch(painter, badge, 9.0, Stroke::new(2.5, Color32::from_black_alpha(50)));
    }
    let ink = theme::on(color);
    theme::heavy_at(
        painter,
        badge.center() - vec2(0.0, 5.0),
        Align2::CENTER_CENTER,
        &letter.to_string(),
        font(33.0),
        ink,
    );
    let under = terms::letter_word(letter, state.level);
    painter.text(pos2(badge.center().x, badge.bottom() - 9.0), Align2::CENTER_CENTER, under, font(11.5), ink);
    let left = badge.right() + 11.0;
    let galley = theme::cut(painter, headline, font(18.5), TEXT, rect.right() - left, 1);
    theme::paint_heavy(painter, pos2(left, rect.top() - 0.5), galley, TEXT);
    let feature = format!("{}  {}", state.level, terms::feature_name(state.feature));
    let galley = theme::cut(painter, &feature, font(BODY), TEXT, rect.right() - left, 1);
    painter.galley(pos2(left, rect.top() + 23.5), galley, TEXT);
    let mode_color = match state.mode {
        FeatureMode::RequestingIntervention | FeatureMode::MinimalRiskManeuver => c32(palette::WARN),
        FeatureMode::Failed => theme::BAD_TEXT,
        FeatureMode::Off
        | FeatureMode::Available
        | FeatureMode::Active
        | FeatureMode::MinimalRiskCondition
        | FeatureMode::Overridden => WEAK,
    };
    let mode = if state.level == AutomationLevel::L0 {
        "Warnings and emergency braking"
    } else {
        terms::mode(state.mode)
    };
    let galley = theme::cut(painter, mode, font(SMALL), mode_color, rect.right() - left, 1);
    painter.galley(pos2(left, rect.top() + 40.5), galley, mode_color);
    response.on_hover_text(terms::mode_meaning(state.mode));
    ui.add_space(2.0);
    ui.label(weak(terms::level_short(state.level))).on_hover_text(terms::level_meaning(state.level));
}

fn roles(ui: &mut Ui, state: &AutomationState) {
    let roles = &state.allocation;
    let rows = [
        (
            Icon::Wheel,
            "Steering",
            "lateral",
            holder(roles.lateral),
            terms::authority(roles.lateral),
            "Lateral vehicle motion control (SAE J3016)",
        ),
        (
            Icon::Dial,
            "Speed",
            "longitudinal",
            holder(roles.longitudinal),
            terms::authority(roles.longitudinal),
            "Longitudinal vehicle motion control (SAE J3016)",
        ),
        (
            Icon::Eye,
            "Watching",
            "OEDR",
            holder(roles.oedr),
            terms::authority(roles.oedr),
            "Object and event detection and response (SAE J3016)",
        ),
        (
            Icon::Shield,
            "Backup",
            "fallback",
            fallback_holder(roles.fallback),
            terms::fallback(roles.fallback),
            "Fallback of the dynamic driving task: who acts when the feature reaches a limit or fails (SAE J3016)",
        ),
    ];
    for (icon, label, term, by, word, about) in rows {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let painter = ui.painter();
        icons::paint(painter, icon, pos2(rect.left() + 9.0, rect.center().y), 17.0, WEAK);
        let text = painter.text(
            pos2(rect.left() + 26.0, rect.center().y),
            Align2::LEFT_CENTER,
            label,
            font(BODY),
            TEXT,
        );
        painter.text(
            pos2(text.right() + 5.0, rect.center().y + 1.0),
            Align2::LEFT_CENTER,
            term,
            font(theme::CAPTION),
            FAINT,
        );
        let chip = Rect::from_min_max(
            pos2(rect.right() - 138.0, rect.top() + 1.0),
            rect.right_bottom() - vec2(0.0, 1.0),
        );
        chip_at(ui, chip, by, word);
        response.on_hover_text(about);
    }
}

/// A chip with the color, the icon and the word of a holder.
fn chip_at(ui: &Ui, rect: Rect, by: Holder, word: &str) {
    let painter = ui.painter();
    let color = by.color();
    painter.rect_filled(rect, CornerRadius::same(6), color);
    let ink = theme::on(color);
    icons::paint(painter, by.icon(), pos2(rect.left() + 14.0, rect.center().y), 15.0, ink);
    let galley = theme::cut(painter, word, font(13.5), ink, rect.width() - 31.0, 1);
    theme::paint_heavy(
        painter,
        pos2(rect.left() + 27.0, rect.center().y - galley.size().y * 0.5),
        galley,
        ink,
    );
}

fn speed(ui: &mut Ui, stage: &Stage, state: &AutomationState) {
    let Some(ego) = stage.ego() else { return };
    let limit = ego.lane.map(|at| stage.run.network().lane(at.lane).speed_limit_mps);
    let speed_mps = ego.motion.speed_mps.abs();
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 62.0), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(8), RAISED);
    let over = limit.is_some_and(|limit| speed_mps > limit + 1.3);
    let color = if over { c32(palette::WARN) } else { TEXT };
    let mph = format!("{:.0}", speed_mps * MPH_PER_MPS);
    let at = pos2(rect.left() + 70.0, rect.center().y);
    theme::heavy_at(painter, at, Align2::RIGHT_CENTER, &mph, font(44.0), color);
    painter.text(at + vec2(7.0, -11.0), Align2::LEFT_CENTER, "mph", font(BODY), TEXT);
    let kmh = format!("{:.0} km/h", speed_mps * 3.6);
    painter.text(at + vec2(7.0, 10.0), Align2::LEFT_CENTER, kmh, font(SMALL), WEAK);
    if let Some(limit) = limit {
        let sign = Rect::from_min_size(pos2(rect.right() - 50.0, rect.top() + 5.0), vec2(41.6, 52.0));
        sign::paint(painter, sign, limit);
    }
    let set = stage.run.spec.scenario.ego.as_ref().and_then(|ego| ego.set_speed_mps).or(limit);
    let engaged = terms::mode_letter(state.mode, state.level) == 'A';
    let right = rect.right() - 60.0;
    if let Some(set) = set.filter(|_| engaged) {
        let text = format!("set {:.0}", set * MPH_PER_MPS);
        painter.text(pos2(right, rect.center().y - 11.0), Align2::RIGHT_CENTER, text, font(BODY), TEXT);
    }
    if engaged {
        let text = format!("plans {:.0}", state.target_speed_mps.max(0.0) * MPH_PER_MPS);
        painter.text(pos2(right, rect.center().y + 10.0), Align2::RIGHT_CENTER, text, font(SMALL), WEAK);
    }
}

fn ahead(ui: &mut Ui, stage: &Stage, state: &AutomationState) {
    let shot = stage.shot();
    let gap = stage.run.ego.and_then(|ego| gap::ahead(stage.run.network(), shot, ego));
    let width = (ui.available_width() - 6.0) * 0.5;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let ttc = if shot.ttc_s.is_finite() { format!("{:.1} s", shot.ttc_s) } else { "none".to_owned() };
        let color = if shot.ttc_s.is_finite() { ttc_color(shot.ttc_s) } else { FAINT };
        cell(ui, width, "Time to collision", &ttc, color)
            .on_hover_text("Until the ego and the road user ahead would touch if both kept their speed.");
        let (text, color) = match gap {
            Some(Gap { headway_s, gap_m, .. }) if headway_s.is_finite() => (
                format!("{headway_s:.1} s  {gap_m:.0} m"),
                if headway_s < 1.0 { c32(palette::WARN) } else { TEXT },
            ),
            Some(Gap { gap_m, .. }) => (format!("{gap_m:.0} m"), TEXT),
            None => ("free".to_owned(), FAINT),
        };
        cell(ui, width, "Headway", &text, color)
            .on_hover_text("Distance to whoever drives ahead, in seconds of own driving and in meters.");
    });
    if terms::mode_letter(state.mode, state.level) == 'A' {
        let plan = reasons::plan(state.reason, |track| track_class(shot, track));
        ui.horizontal(|ui| {
            icons::label(ui, Icon::System, 14.0, c32(palette::SYSTEM));
            ui.label(RichText::new(plan).size(BODY));
        });
    }
}

/// What the automation takes a track for.
fn track_class(shot: &Shot, track: u32) -> Option<shakedown::state::object::ObjectClass> {
    shot.belief.as_ref()?.tracks.iter().find(|t| t.id == track).map(|t| t.class)
}

fn cell(ui: &mut Ui, width: f32, name: &str, value: &str, color: Color32) -> bevy_egui::egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 41.0), Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, CornerRadius::same(8), RAISED);
    painter.text(rect.min + vec2(9.0, 4.0), Align2::LEFT_TOP, name, font(theme::CAPTION), WEAK);
    let at = pos2(rect.left() + 9.0, rect.bottom() - 3.0);
    theme::heavy_at(painter, at, Align2::LEFT_BOTTOM, value, font(16.0), color);
    response
}

fn human(ui: &mut Ui, driver: &DriverState) {
    if driver.role == HumanRole::None {
        ui.label(weak("Nobody aboard."));
        return;
    }
    let color = c32(palette::HUMAN);
    ui.horizontal(|ui| {
        icons::label(ui, Icon::Human, 14.0, color);
        let role = RichText::new(terms::role(driver.role)).size(BODY);
        ui.label(role);
        let doing = match (driver.reacting_since, driver.driving) {
            (Some(_), false) => "reacts",
            (_, true) => "at the controls",
            (None, false) => terms::task(driver.task),
        };
        ui.label(weak(doing));
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width() - 152.0, 20.0), Sense::hover());
        let painter = ui.painter();
        painter.rect_filled(rect, CornerRadius::same(5), SUNKEN);
        let mut full = rect;
        full.set_width(rect.width() * driver.attention.clamp(0.0, 1.0) as f32);
        painter.rect_filled(full, CornerRadius::same(5), theme::faded(color, 0.55));
        painter.rect_stroke(rect, CornerRadius::same(5), Stroke::new(1.0, EDGE), StrokeKind::Inside);
        let text = format!("attention {:.0} %", driver.attention * 100.0);
        painter.text(rect.center(), Align2::CENTER_CENTER, text, font(SMALL), TEXT);
        response.on_hover_text("Attention to the road, as the model of the human has it.");
        let (icon, word) = if driver.eyes_on_road { (Icon::Eye, "on road") } else { (Icon::EyeOff, "away") };
        state_chip(ui, icon, word, Chosen::from(driver.eyes_on_road)).on_hover_text("Where the eyes are.");
        let (icon, word) =
            if driver.hands_on_wheel { (Icon::Hand, "on wheel") } else { (Icon::Hand, "off wheel") };
        state_chip(ui, icon, word, Chosen::from(driver.hands_on_wheel)).on_hover_text("Where the hands are.");
    });
}

fn state_chip(ui: &mut Ui, icon: Icon, word: &str, on: Chosen) -> bevy_egui::egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(71.0, 20.0), Sense::hover());
    let painter = ui.painter();
    let (edge, color) = match on {
        Chosen::Yes => (c32(palette::HUMAN), TEXT),
        Chosen::No => (EDGE, WEAK),
    };
    painter.rect_stroke(rect, CornerRadius::same(5), Stroke::new(1.0, edge), StrokeKind::Inside);
    icons::paint(painter, icon, pos2(rect.left() + 11.0, rect.center().y), 12.0, color);
    let galley = theme::cut(painter, word, font(11.5), color, rect.width() - 22.0, 1);
    painter.galley(pos2(rect.left() + 20.0, rect.center().y - galley.size().y * 0.5), galley, color);
    response
}

fn domain(ui: &mut Ui, state: &AutomationState, rows: &[odd::ClauseRow], room: Room) {
    ui.add_space(2.0);
    let worst = odd::worst(rows);
    ui.horizontal(|ui| {
        theme::caption(ui, "Design domain").on_hover_text(
            "Operational design domain (SAE J3016): the conditions the feature is made for, as the car perceives them.",
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (text, color) = match worst {
                None if state.level == AutomationLevel::L0 => ("no feature", FAINT),
                None => ("no limits", theme::GOOD_TEXT),
                Some(ClauseState::Inside) => ("all inside", theme::GOOD_TEXT),
                Some(ClauseState::Foreseen) => ("limit ahead", c32(palette::WARN)),
                Some(ClauseState::Violated) => ("outside", theme::BAD_TEXT),
            };
            ui.label(RichText::new(text).size(SMALL).color(color));
        });
    });
    ui.spacing_mut().item_spacing.y = 2.0;
    let whole = ui.available_width();
    let alone = |row: &&odd::ClauseRow| {
        row.detail.is_some() && (room == Room::Wide || row.state != ClauseState::Inside)
    };
    for row in rows.iter().filter(alone) {
        clause(ui, whole, row, row.detail.as_deref().unwrap_or_default());
    }
    let width = (whole - 6.0) * 0.5;
    let beside: Vec<&odd::ClauseRow> = rows.iter().filter(|row| !alone(row)).collect();
    for pair in beside.chunks(2) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for row in pair {
                clause(ui, width, row, row.state.word());
            }
        });
    }
}

/// A row of the monitor: icon, name, and a value or the word of its state.
fn clause(ui: &mut Ui, width: f32, row: &odd::ClauseRow, text: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 18.0), Sense::hover());
    let painter = ui.painter();
    let color = row.state.color();
    if row.state != ClauseState::Inside {
        painter.rect_filled(rect, CornerRadius::same(4), theme::faded(color, 0.22));
        painter.rect_stroke(rect, CornerRadius::same(4), Stroke::new(1.0, color), StrokeKind::Inside);
    }
    icons::paint(painter, row.state.icon(), pos2(rect.left() + 9.0, rect.center().y), 11.0, color);
    let at = pos2(rect.left() + 20.0, rect.center().y);
    let name = painter.text(at, Align2::LEFT_CENTER, &row.name, font(SMALL), TEXT);
    let ink = if row.state == ClauseState::Inside { WEAK } else { TEXT };
    let room = rect.right() - name.right() - 13.0;
    let galley = theme::cut(painter, text, font(11.5), ink, room, 1);
    // "inside" cut short says nothing that the icon does not say.
    if row.state != ClauseState::Inside || !galley.elided {
        painter.galley(rect.right_center() - vec2(5.0 + galley.size().x, galley.size().y * 0.5), galley, ink);
    }
    let detail = row.detail.as_deref().unwrap_or_default();
    response.on_hover_text(format!("{}: {}. {detail}", row.name, row.state.word()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::automation::feature::FEATURES;
    use shakedown::base::time::SimTime;
    use shakedown::state::automation::{OddStatus, PlanReason, Warnings};

    fn state(feature: &str, mode: FeatureMode) -> AutomationState {
        let feature = FEATURES.iter().find(|f| f.name == feature).unwrap();
        AutomationState {
            level: feature.level,
            feature: feature.name,
            mode,
            mode_since: SimTime::ZERO,
            allocation: feature.allocation(mode),
            odd: OddStatus::default(),
            request_since: None,
            request_deadline: None,
            reason: PlanReason::Cruise,
            target_speed_mps: 0.0,
            warning: Warnings::default(),
            path_m: Vec::new(),
        }
    }

    #[test]
    fn headlines_follow_the_role_table() {
        use FeatureMode as M;
        let check = |feature: &str, mode, expect: &str, by| {
            assert_eq!(headline(&state(feature, mode)), (expect, by), "{feature} {mode:?}");
        };
        check("manual_aeb", M::Active, "The human drives", Holder::Human);
        check("acc", M::Active, "Human and system share", Holder::Human);
        check("lane_keeping", M::Active, "Human and system share", Holder::Human);
        check("highway_assist", M::Active, "The human supervises", Holder::Human);
        check("highway_assist", M::Overridden, "The human drives", Holder::Human);
        check("urban_l3", M::Active, "The system drives", Holder::System);
        check("urban_l3", M::MinimalRiskManeuver, "The system stops the car", Holder::System);
        check("urban_l4", M::MinimalRiskCondition, "The system has stopped", Holder::System);
        check("full_l5", M::Active, "The system drives", Holder::System);
    }
}
