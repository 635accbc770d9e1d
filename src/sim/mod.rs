//! Layer 2: the kernel: clock, ordered tick sets, run plan, fired actions.

pub mod plan;
pub mod tick;

pub use plan::{FiredActions, Intervention, RunPlan};
pub use tick::{Clock, SimTick, TickSet};
