//! The integration tests, one binary.

mod command_line;
mod determinism;
mod golden;
mod interventions;
mod kernel;
mod layering;
mod support;
mod tidy;
mod weather;
