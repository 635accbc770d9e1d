//! The integration tests, one binary.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

mod command_line;
mod determinism;
mod golden;
mod interventions;
mod kernel;
mod layering;
mod live;
mod support;
mod tidy;
mod weather;
