//! The monitor of the operational design domain, clause by clause, as rows to show.

use super::icons::Icon;
use super::theme::c32;
use super::words::terms;
use crate::palette;
use bevy_egui::egui::Color32;
use shakedown::state::automation::{OddClause, OddStatus};

/// State of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClauseState {
    /// Violated now.
    Violated,
    /// Foreseen to be violated ahead.
    Foreseen,
    /// Holds.
    Inside,
}

impl ClauseState {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Foreseen => "ahead",
            Self::Inside => "inside",
        }
    }
    /// Its color.
    pub fn color(self) -> Color32 {
        match self {
            Self::Violated => c32(palette::BAD),
            Self::Foreseen => c32(palette::WARN),
            Self::Inside => c32(palette::GOOD),
        }
    }
    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Violated => Icon::Cross,
            Self::Foreseen => Icon::Warning,
            Self::Inside => Icon::Check,
        }
    }
}

/// A row of the monitor.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseRow {
    /// Name of the clause.
    pub name: String,
    /// State.
    pub state: ClauseState,
    /// Value and limit in words, where known.
    pub detail: Option<String>,
}

/// Rows of all monitored clauses, in the order of the enum.
pub fn rows(odd: &OddStatus) -> Vec<ClauseRow> {
    let row = |clause: OddClause| {
        let bit = clause.bit();
        (odd.monitored & bit != 0).then(|| ClauseRow {
            name: terms::clause(clause).to_owned(),
            state: match (odd.violated & bit != 0, odd.foreseen & bit != 0) {
                (true, _) => ClauseState::Violated,
                (false, true) => ClauseState::Foreseen,
                (false, false) => ClauseState::Inside,
            },
            detail: None,
        })
    };
    OddClause::ALL.into_iter().filter_map(row).collect()
}

/// The worst state of all rows; `None` without limits.
pub fn worst(rows: &[ClauseRow]) -> Option<ClauseState> {
    rows.iter().map(|row| row.state).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_the_bits() {
        let odd = OddStatus {
            monitored: OddClause::Rain.bit() | OddClause::Light.bit() | OddClause::Grade.bit(),
            violated: OddClause::Light.bit(),
            foreseen: OddClause::Light.bit() | OddClause::Grade.bit(),
        };
        let rows = rows(&odd);
        let found: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.state)).collect();
        assert_eq!(
            found,
            [
                ("Rain", ClauseState::Inside),
                ("Light", ClauseState::Violated),
                ("Slope", ClauseState::Foreseen)
            ]
        );
        assert_eq!(worst(&rows), Some(ClauseState::Violated));
        assert_eq!(worst(&super::rows(&OddStatus::default())), None, "no limits, no rows");
    }
}
