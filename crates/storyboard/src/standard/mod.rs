//! What the standard's storyboards can say (ASAM OpenSCENARIO XML 1.0–1.3), validated: actions, conditions,
//! positions, trajectories and the environment, with parameters resolved and catalogs read.
//!
//! A `.xosc` file is read into it; the native format has words of its own for the same structure
//! ([`crate::board`]). Entities are named; the player looks the names up once, before the run.
//!
//! Units: m, s, m/s, m/s², rad; signs as in the standard: t and lane offsets positive to the left of the
//! reference line, headings counter-clockwise, pitch positive nose down, roll positive right side down.
//! Positions are in the file's own world frame (no offset removed).
//!
//! What it does not do: it moves nobody; [`crate::play`] gives these words their meaning.

mod action;
mod condition;
mod environment;
mod position;
mod trajectory;

pub use action::*;
pub use condition::*;
pub use environment::*;
pub use position::*;
pub use trajectory::*;

impl crate::machine::Test for StandardCondition {
    fn time(&self) -> Option<(f64, crate::machine::TimeRule)> {
        match self {
            Self::ByValue(ValueTest::SimulationTime(seconds, rule)) => Some((
                *seconds,
                match rule {
                    Rule::Is(comparison) => crate::machine::TimeRule::Is(*comparison),
                    Rule::NotEqual => crate::machine::TimeRule::NotEqual,
                },
            )),
            Self::ByValue(_) | Self::ByEntity { .. } => None,
        }
    }

    fn element(&self) -> Option<(ElementKind, &str, ElementEvent)> {
        match self {
            Self::ByValue(ValueTest::StoryboardElement { kind, element, state }) => {
                Some((*kind, element, *state))
            }
            Self::ByValue(_) | Self::ByEntity { .. } => None,
        }
    }
}

impl crate::machine::Named for StandardAction {
    fn kind_name(&self) -> &'static str {
        match self {
            Self::Private(action) => action.kind_name(),
            Self::Global(_) => "GlobalAction",
            Self::UserDefined { .. } => "UserDefinedAction",
        }
    }
}
