//! The model: a type for every complex type, choice and enumeration of OpenSCENARIO 1.0–1.3.
//!
//! Names are the standard's, in Rust's letter case; `type` is `kind`, `loop` is `looped`, and the type
//! `None` is [`NoTimeReference`]. Parameters and expressions are replaced by their values, catalog
//! references hold the entry that they lead to. What a version lacks or calls deprecated is optional.
//! Every element knows its [`Origin`](crate::Origin).
//!
//! # Units, frames
//! As the standard has them: metres, seconds, m/s, m/s², radians, kilograms, newtons, kelvin, pascal, lux,
//! candela; mm/h of precipitation; degrees in [`GeoPosition`] alone, and there not in the deprecated
//! attributes. World frame: as the road network's. Entity frame: origin at the reference point (for
//! vehicles the rear axle's centre on the ground), x forward, y left, z up. Headings are counter-clockwise,
//! pitch is positive nose down, roll positive right side down.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.0.0–1.3.1 and their schemas.
//!
//! # What it does not do
//! It holds what a file says. Whether names lead somewhere, and numbers make sense together, is not asked.

mod appearance_action;
mod catalog;
mod catalog_reference;
mod condition;
mod controller_action;
mod distribution;
mod entity;
mod environment;
mod file;
mod global_action;
mod open_scenario;
mod parameter;
mod path;
mod position;
mod private_action;
mod storyboard;
mod traffic_action;
mod value;

pub use appearance_action::*;
pub use catalog::*;
pub use catalog_reference::*;
pub use condition::*;
pub use controller_action::*;
pub use distribution::*;
pub use entity::*;
pub use environment::*;
pub use file::*;
pub use global_action::*;
pub use open_scenario::*;
pub use parameter::*;
pub use path::*;
pub use position::*;
pub use private_action::*;
pub use storyboard::*;
pub use traffic_action::*;
pub use value::*;

use crate::schema::TypeRow;

/// All tables' rows.
pub(crate) fn tables() -> impl Iterator<Item = &'static TypeRow> {
    [
        appearance_action::TYPES,
        catalog::TYPES,
        catalog_reference::TYPES,
        condition::TYPES,
        controller_action::TYPES,
        distribution::TYPES,
        entity::TYPES,
        environment::TYPES,
        file::TYPES,
        global_action::TYPES,
        open_scenario::TYPES,
        parameter::TYPES,
        path::TYPES,
        position::TYPES,
        private_action::TYPES,
        storyboard::TYPES,
        traffic_action::TYPES,
        value::TYPES,
    ]
    .into_iter()
    .flatten()
}
