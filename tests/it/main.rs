//! The integration tests, one binary.

mod command_line;
mod determinism;
mod layering;
mod tidy;
