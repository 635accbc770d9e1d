//! Driving automation: features from L0 to L5 between what the vehicle believes and what it asks of its
//! actuators.
//!
//! ```text
//! WorldModel ──→ odd ──→ machine ──→ AutomationState (mode, who holds which part of the driving task)
//!     │                    │ task
//!     └────────→ planner ──┴─→ control ──→ AdsCommand
//!     └────────→ aeb (momentary, at every level)
//! ```
//!
//! Knows belief, map prior, driver monitoring and the vehicle's own numbers; never the truth.

pub mod aeb;
pub mod control;
mod demands;
pub mod feature;
pub mod junction;
pub mod lateral;
pub mod machine;
pub mod odd;
pub mod path;
pub mod planner;
pub mod prediction;
pub mod speed;
mod systems;

use crate::base::catalog::CatalogRow;

pub use systems::{Automation, attach, plugin};

/// Catalogue of the features.
pub fn catalog() -> impl Iterator<Item = CatalogRow> {
    feature::FEATURES.iter().map(feature::Feature::row)
}
