//! Catalogue rows: every replaceable part (sensor, effect, behavior, action, metric …) has one.
//! `shakedown list` and the tables in the documentation are made from them.

use serde::Serialize;

/// One row of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CatalogRow {
    /// The name that files use, lower snake case.
    pub name: &'static str,
    /// One sentence: what it is or does.
    pub about: &'static str,
}
