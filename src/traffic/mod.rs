//! Everybody else on the road: background traffic and the scenario's own participants.
//!
//! - [`agent`]: state and motion of a road user on lanes; [`path`]: where it goes.
//! - [`decide`]: what it does in a tick, with [`rules`] (lines, right of way), [`lane_change`], [`caps`]
//!   (curve speeds), [`look`] (weather), [`siren`].
//! - [`style`]: how one driver differs from another.
//! - [`walker`]: people on foot.
//! - [`script`]: orders of the storyboard. [`place`]: where background traffic starts and re-enters.
//!
//! Motion is kinematic in lane coordinates, in constant time for each vehicle. Units SI.
//! Not modeled: overtaking on two-lane roads, reversing, parking maneuvers, destinations.

pub mod agent;
mod attach;
pub mod caps;
pub mod decide;
pub mod lane_change;
pub mod look;
pub mod path;
pub mod place;
pub mod rules;
pub mod script;
pub mod siren;
pub mod style;
mod systems;
pub mod walker;
mod walker_systems;

pub use attach::attach;
pub use systems::plugin;

use crate::base::catalog::CatalogRow;

/// Behaviors of participants other than the ego.
pub const CATALOG: &[CatalogRow] = &[
    CatalogRow {
        name: "traffic",
        about: "car following (IDM+), lane changes (MOBIL), signals, stop signs, right of way, turns",
    },
    CatalogRow { name: "scripted", about: "keeps lane and speed until the storyboard says otherwise" },
    CatalogRow { name: "parked", about: "stands" },
    CatalogRow { name: "pedestrian", about: "walks its way points when told to" },
    CatalogRow { name: "cyclist", about: "rides on the right or in the bicycle lane; rocks at lines" },
];

#[cfg(test)]
mod tests;
