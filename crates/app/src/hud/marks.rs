//! Events of a run as marks on the time line: which kind each one is, with its color, shape and name, and how
//! to jump from one to the next.
//!
//! A mark's kind shows in its color and in its shape, so that nobody needs the colors.

use super::theme::c32;
use crate::palette;
use bevy_egui::egui::Color32;
use shakedown::record::RecordedEvent;
use shakedown::state::messages::Happening;
use shakedown::state::signal::Indication;

/// Kind of a mark, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// Contact.
    Collision,
    /// A disengagement was recorded.
    Disengagement,
    /// Request to intervene, or no answer to it.
    Request,
    /// The human reacts, takes over, hands back.
    Takeover,
    /// The feature changes its mode; minimal risk maneuver.
    Mode,
    /// Hard braking, warnings, violations, narrow misses.
    Danger,
    /// Something is missed, imagined or misread; a sensor suffers.
    Misperception,
    /// A limit of the design domain is passed, either way.
    Domain,
    /// A signal on the ego's way changes.
    Signal,
    /// The scenario's script acts.
    Script,
}

/// Shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkShape {
    /// A cross.
    Cross,
    /// A diamond.
    Diamond,
    /// A triangle that stands on its tip.
    TriangleDown,
    /// A triangle that stands on its base.
    TriangleUp,
    /// A square.
    Square,
    /// A disc.
    Disc,
    /// A ring.
    Ring,
    /// A short upright bar.
    Bar,
    /// A star of four rays.
    Star,
    /// A small disc.
    Dot,
}

impl MarkKind {
    /// All kinds, in the order of the legend.
    pub const ALL: [Self; 10] = [
        Self::Collision,
        Self::Disengagement,
        Self::Request,
        Self::Takeover,
        Self::Mode,
        Self::Danger,
        Self::Misperception,
        Self::Domain,
        Self::Signal,
        Self::Script,
    ];

    /// Name for the legend.
    pub fn name(self) -> &'static str {
        match self {
            Self::Collision => "Collision",
            Self::Disengagement => "Disengagement",
            Self::Request => "Request to intervene",
            Self::Takeover => "Human takes or gives back",
            Self::Mode => "Mode of the feature",
            Self::Danger => "Braking, warning, violation",
            Self::Misperception => "Misperception, sensor trouble",
            Self::Domain => "Design-domain limit",
            Self::Signal => "Traffic signal",
            Self::Script => "Script",
        }
    }

    /// Shape.
    pub fn shape(self) -> MarkShape {
        match self {
            Self::Collision => MarkShape::Cross,
            Self::Disengagement => MarkShape::Diamond,
            Self::Request => MarkShape::TriangleDown,
            Self::Takeover => MarkShape::TriangleUp,
            Self::Mode => MarkShape::Square,
            Self::Danger => MarkShape::Bar,
            Self::Misperception => MarkShape::Star,
            Self::Domain => MarkShape::Ring,
            Self::Signal => MarkShape::Disc,
            Self::Script => MarkShape::Dot,
        }
    }

    /// Color, where the event itself says nothing better.
    pub fn color(self) -> Color32 {
        match self {
            Self::Collision => Color32::WHITE,
            Self::Disengagement => c32(palette::BAD),
            Self::Request => c32(palette::WARN),
            Self::Takeover => c32(palette::HUMAN),
            Self::Mode => c32(palette::SYSTEM),
            Self::Danger => c32(palette::BAD),
            Self::Misperception => c32(palette::CAMERA),
            Self::Domain => c32(palette::WARN),
            Self::Signal => Color32::from_rgb(200, 208, 216),
            Self::Script => Color32::from_rgb(150, 162, 175),
        }
    }

    /// Half of the mark's height relative to the others: what matters most is largest.
    pub fn size(self) -> f32 {
        match self {
            Self::Collision | Self::Disengagement | Self::Request | Self::Takeover => 6.0,
            Self::Mode | Self::Danger | Self::Misperception => 4.5,
            Self::Domain | Self::Signal => 4.0,
            Self::Script => 2.5,
        }
    }

    /// Whether the mark belongs in the upper row, which holds what a viewer looks for first.
    pub fn row(self) -> MarkRow {
        match self {
            Self::Collision | Self::Disengagement | Self::Request | Self::Takeover | Self::Mode => {
                MarkRow::Upper
            }
            Self::Danger | Self::Misperception | Self::Domain | Self::Signal | Self::Script => MarkRow::Lower,
        }
    }
}

/// Row of the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkRow {
    /// Who drives, and how it ended.
    Upper,
    /// What happened around it.
    Lower,
}

/// Kind of an event; `None` for what would only clutter the line.
pub fn kind(happening: &Happening) -> Option<MarkKind> {
    Some(match happening {
        Happening::Collision { .. } => MarkKind::Collision,
        Happening::Disengagement { .. } => MarkKind::Disengagement,
        Happening::RequestToIntervene { .. } | Happening::DriverNoResponse => MarkKind::Request,
        Happening::DriverReactionStarted { .. }
        | Happening::DriverTookOver { .. }
        | Happening::DriverEngaged => MarkKind::Takeover,
        Happening::FeatureModeChanged { .. }
        | Happening::MinimalRiskManeuverStarted { .. }
        | Happening::MinimalRiskConditionReached => MarkKind::Mode,
        Happening::ForwardCollisionWarning
        | Happening::LaneDepartureWarning
        | Happening::AebActivated { .. }
        | Happening::RedLightViolation { .. }
        | Happening::StopLineViolation { .. }
        | Happening::OffRoad { .. }
        | Happening::LaneDeparture { .. }
        | Happening::HardBraking { .. }
        | Happening::UnneededStop { .. }
        | Happening::CriticalTtc { .. }
        | Happening::RecklessRoadUser { .. } => MarkKind::Danger,
        Happening::ObjectMissed { .. }
        | Happening::GhostTrack { .. }
        | Happening::SignalMisperceived { .. }
        | Happening::MapMismatchFound { .. }
        | Happening::SensorFaultSet { .. }
        | Happening::SensorHealthChanged { .. } => MarkKind::Misperception,
        Happening::OddClauseChanged { .. } => MarkKind::Domain,
        Happening::SignalChanged { .. } | Happening::SignalFaultSet { .. } => MarkKind::Signal,
        Happening::Storyboard { element, transition }
            if matches!(transition.as_str(), "start" | "stop") && !wraps(element) =>
        {
            MarkKind::Script
        }
        Happening::Storyboard { .. }
        | Happening::Spawned { .. }
        | Happening::Removed { .. }
        | Happening::PlanReasonChanged { .. }
        | Happening::Criterion { .. } => return None,
    })
}

/// Whether a storyboard element is one of the act and group around a file's plain list of events.
fn wraps(element: &str) -> bool {
    element.split('/').all(|part| part == "events")
}

/// Color of an event: that of its kind, or what the signal shows.
pub fn color(happening: &Happening, kind: MarkKind) -> Color32 {
    let Happening::SignalChanged { indication, .. } = happening else { return kind.color() };
    match indication {
        Indication::Red | Indication::FlashingRed | Indication::DontWalk => Color32::from_rgb(255, 92, 72),
        Indication::Yellow | Indication::FlashingYellow | Indication::PedestrianClearance => {
            Color32::from_rgb(255, 200, 60)
        }
        Indication::Green | Indication::GreenArrow | Indication::Walk => Color32::from_rgb(64, 220, 160),
        Indication::Dark => kind.color(),
    }
}

/// One mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// When, s.
    pub time_s: f64,
    /// Kind.
    pub kind: MarkKind,
    /// Color.
    pub color: Color32,
    /// Index into the events it was made from.
    pub event: usize,
}

/// Marks of all events that deserve one, in order of time.
pub fn marks(events: &[RecordedEvent]) -> Vec<Mark> {
    let mark = |(event, e): (usize, &RecordedEvent)| {
        let kind = kind(&e.happening)?;
        Some(Mark { time_s: e.time_s, kind, color: color(&e.happening, kind), event })
    };
    events.iter().enumerate().filter_map(mark).collect()
}

/// Marks that are drawn when one takes `room_s` seconds of the line: of those of one row and place the most
/// important one, in order of time.
pub fn thinned(marks: &[Mark], row: MarkRow, room_s: f64) -> Vec<Mark> {
    let mut kept: Vec<Mark> = Vec::new();
    for mark in marks.iter().filter(|m| m.kind.row() == row) {
        match kept.last_mut() {
            Some(last) if mark.time_s - last.time_s < room_s => {
                if mark.kind < last.kind {
                    *last = *mark;
                }
            }
            _ => kept.push(*mark),
        }
    }
    kept
}

/// Events within `reach_s` of a time, nearest first when all are wanted, in order of time.
pub fn near(marks: &[Mark], time_s: f64, reach_s: f64) -> &[Mark] {
    let from = marks.partition_point(|m| m.time_s < time_s - reach_s);
    let to = marks.partition_point(|m| m.time_s <= time_s + reach_s);
    &marks[from..to.max(from)]
}

/// Direction of a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// Towards the start.
    Back,
    /// Towards the end.
    Forward,
}

/// Time of the next mark of importance in a direction; scripts and signals are passed over.
pub fn jump(marks: &[Mark], from_s: f64, jump: Jump) -> Option<f64> {
    /// Marks nearer than this are where one already is, s.
    const HERE_S: f64 = 0.05;
    let matters = |m: &&Mark| !matches!(m.kind, MarkKind::Script | MarkKind::Signal);
    match jump {
        Jump::Forward => marks.iter().filter(matters).find(|m| m.time_s > from_s + HERE_S),
        Jump::Back => marks.iter().rev().filter(matters).find(|m| m.time_s < from_s - HERE_S),
    }
    .map(|m| m.time_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(time_s: f64, kind: MarkKind) -> Mark {
        Mark { time_s, kind, color: kind.color(), event: 0 }
    }

    #[test]
    fn kinds_differ_in_shape_and_lie_in_rows() {
        for (ix, a) in MarkKind::ALL.iter().enumerate() {
            for b in &MarkKind::ALL[ix + 1..] {
                assert_ne!(a.shape(), b.shape(), "{a:?} {b:?}");
                assert_ne!(a.name(), b.name());
                assert!(a < b, "the legend follows importance");
            }
        }
    }

    #[test]
    fn of_crowded_marks_the_important_one_stays() {
        let marks = [
            mark(1.0, MarkKind::Mode),
            mark(1.1, MarkKind::Request),
            mark(1.2, MarkKind::Takeover),
            mark(1.2, MarkKind::Signal),
            mark(5.0, MarkKind::Mode),
        ];
        let kept = thinned(&marks, MarkRow::Upper, 0.5);
        assert_eq!(kept, [mark(1.1, MarkKind::Request), mark(5.0, MarkKind::Mode)]);
        assert_eq!(thinned(&marks, MarkRow::Upper, 0.0).len(), 4);
        assert_eq!(thinned(&marks, MarkRow::Lower, 0.5), [mark(1.2, MarkKind::Signal)]);
    }

    #[test]
    fn jumps_pass_over_signals() {
        let marks =
            [mark(1.0, MarkKind::Request), mark(2.0, MarkKind::Signal), mark(3.0, MarkKind::Collision)];
        let check = |from: f64, way: Jump, expect: Option<f64>| assert_eq!(jump(&marks, from, way), expect);
        check(0.0, Jump::Forward, Some(1.0));
        check(1.0, Jump::Forward, Some(3.0));
        check(3.0, Jump::Forward, None);
        check(3.0, Jump::Back, Some(1.0));
        check(1.02, Jump::Back, None);
    }

    #[test]
    fn what_only_wraps_the_events_of_a_file_has_no_mark() {
        let check = |element: &str, transition: &str, expect: Option<MarkKind>| {
            let story = Happening::Storyboard { element: element.into(), transition: transition.into() };
            assert_eq!(kind(&story), expect, "{element} {transition}");
        };
        check("events/events", "start", None);
        check("events/events/events/brakes", "start", Some(MarkKind::Script));
        check("events/events/events/brakes", "end", None);
        check("storyboard", "stop", Some(MarkKind::Script));
    }

    #[test]
    fn near_is_a_window() {
        let marks = [mark(1.0, MarkKind::Mode), mark(2.0, MarkKind::Mode), mark(2.1, MarkKind::Mode)];
        assert_eq!(near(&marks, 2.0, 0.2).len(), 2);
        assert_eq!(near(&marks, 0.0, 0.2).len(), 0);
        assert_eq!(near(&marks, 9.0, 0.2).len(), 0);
    }
}
