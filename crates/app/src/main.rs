//! The window of shakedown.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    shakedown_app::launch::launch(&shakedown_app::cli::Args::parse())
}
