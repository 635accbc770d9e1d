//! Layer 1: scenarios: file → raw → validated [`Scenario`] with a storyboard (pure state machine).

pub mod catalog;
pub mod diagnostic;
mod distribution;
mod expression;
pub mod files;
mod fit;
pub mod limits;
mod load;
mod located;
pub mod model;
mod parameters;
pub mod play;
mod raw;
mod raw_event;
mod resolve;
mod resolve_event;
mod schema;
pub mod storyboard;
mod tree;
mod units;

pub use diagnostic::{Diagnostic, Severity};
pub use files::{Files, MapFailure, NameKind, PlaceProblem};
pub use load::Checked;
pub use model::*;
pub use schema::editor_schema;
