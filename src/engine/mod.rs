//! Layer 5: puts the domains together. One plugin line a domain; [`simulate`] is the one public door.

mod input;
mod live;
mod setup;
mod simulate;
mod spec;
pub mod workload;

pub use input::{INPUT_CHANGES_MAX, INTERVENTIONS_MAX, InputError, RunInput};
pub use live::Live;
pub use setup::{build, build_with, tick};
pub use simulate::{RunError, record_of, simulate, simulate_app, simulate_full};
pub use spec::RunSpec;

/// Version of the engine: part of every run id.
pub const ENGINE_VERSION: &str = env!("CARGO_PKG_VERSION");
