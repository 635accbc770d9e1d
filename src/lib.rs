//! shakedown: a deterministic laboratory for driving automation.

pub mod automation;
pub mod base;
pub mod batch;
pub mod cli;
pub mod driver;
pub mod engine;
pub mod environment;
pub mod judge;
pub mod maneuver;
pub mod perception;
pub mod play;
pub mod record;
pub mod report;
pub mod road;
pub mod scenario;
pub mod sensor;
pub mod signal;
pub mod sim;
pub mod state;
pub mod traffic;
pub mod vehicle;
