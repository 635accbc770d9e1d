//! The integration tests, one binary.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod command_line;
mod determinism;
mod golden;
mod interventions;
mod kept;
mod kernel;
mod layering;
mod levels;
mod live;
mod manual;
mod standard;
mod support;
mod tidy;
mod weather;
