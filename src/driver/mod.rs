//! The human aboard: what he or she sees, how attentive, how a vehicle is driven by hand, and how control
//! is taken over from a feature.
//!
//! - [`takeover`]: reaction and takeover times by published distributions.
//! - [`attention`]: where the eyes are, second by second.
//! - [`sight`]: how far a human sees through fog, rain and darkness.
//! - [`drive`]: manual driving by eye: following, signals, junctions, pedestrians, steering.
//! - [`input`]: what a person in the driver's seat does.
//! - [`manual`]: from pedals and wheel to the actuators.
//! - `person`: what moving the controls means at each level.
//! - [`supervise`]: when a supervising human decides to take over.
//!
//! Not modeled: fatigue over hours, individual skill beyond the sampled factors, passengers' talk.

pub mod attention;
pub mod drive;
pub mod input;
pub mod manual;
mod person;
pub mod sight;
pub mod supervise;
mod systems;
pub mod takeover;

pub use input::InputQueue;
pub use systems::{attach, plugin};

use crate::base::catalog::CatalogRow;

/// Kinds of humans that scenarios can name.
pub const CATALOG: &[CatalogRow] = &[
    CatalogRow { name: "driver", about: "drives or supervises a driver-support feature" },
    CatalogRow {
        name: "test_driver",
        about: "trained, watches the road, hands near the wheel, at any level",
    },
    CatalogRow {
        name: "fallback_ready_user",
        about: "free to do something else, answers requests to intervene",
    },
    CatalogRow { name: "passenger", about: "does not drive; may press Stop" },
    CatalogRow { name: "none", about: "nobody aboard" },
];
