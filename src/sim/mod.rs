//! Layer 2: the kernel: clock, ordered tick sets, run plan, participants, ground-truth snapshot, state
//! hash, finite guard.

pub mod finite;
pub mod occupancy;
pub mod participants;
pub mod plan;
pub mod script;
pub mod snapshot;
pub mod state_hash;
pub mod tick;

pub use plan::{FiredActions, Intervention, PlayEnd, RunPlan, RunWarnings};
pub use tick::{Clock, PhysicsStep, SimTick, TickSet};
