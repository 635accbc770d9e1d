//! Layer 7: the command line, one file a subcommand.
//!
//! Results go to stdout, diagnostics and progress to stderr; `--json` prints exactly one JSON value.
//! Exit codes: 0 ok, 1 a criterion failed or a difference was found, 2 bad input, 3 warnings or lost data,
//! 4 engine fault.

pub mod assets;
pub mod batch;
pub mod bench;
pub mod check;
pub mod common;
pub mod convert;
pub mod keep;
pub mod levels;
pub mod list;
pub mod merge;
pub mod new;
pub mod open;
pub mod report;
pub mod road;
pub mod run;
pub mod schema;
pub mod standard;
pub mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Ran, but a criterion failed or a difference was found.
pub const EXIT_FAILED: u8 = 1;
/// Usage or bad input; nothing was run.
pub const EXIT_USAGE: u8 = 2;
/// Finished with warnings that matter or lost data.
pub const EXIT_WARNINGS: u8 = 3;
/// Engine fault.
pub const EXIT_FAULT: u8 = 4;

/// A deterministic laboratory for driving automation: SAE L0-L5, weather, traffic signals,
/// disengagements and their causes.
#[derive(Parser, Debug)]
#[command(name = "shakedown", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// One run of one scenario: a summary, or its record as JSON.
    Run(run::RunArgs),
    /// The same scenario and seeds at L0…L5, side by side.
    Levels(levels::LevelsArgs),
    /// Many runs in parallel: tables and a report in one directory; can be stopped and resumed.
    Batch(batch::BatchArgs),
    /// Joins the shards of a batch.
    Merge(merge::MergeArgs),
    /// (Re)writes a batch's report.html from its tables.
    Report(report::ReportArgs),
    /// Re-runs and compares state hashes tick by tick.
    Verify(verify::VerifyArgs),
    /// Validates scenario, vehicle and map files: all problems at once, with their places.
    Check(check::CheckArgs),
    /// Prints the JSON Schema of the scenario format, for editors.
    Schema(schema::SchemaArgs),
    /// Writes a small commented scenario to start from.
    New(new::NewArgs),
    /// Writes an OpenSCENARIO file in the native format, and says what is lost.
    Convert(convert::ConvertArgs),
    /// Where a place of an OpenDRIVE map is in the world.
    Road(road::RoadArgs),
    /// What there is: scenarios, vehicles, sensors, weather, controllers, actions, conditions, metrics, causes.
    List(list::ListArgs),
    /// The machine's own figures: real-time factor and agent-steps per CPU-second.
    Bench(bench::BenchArgs),
}

/// Parses the command line and runs it.
pub fn main() -> ExitCode {
    quiet_on_closed_pipe();
    match Cli::parse().command {
        Command::Run(args) => run::run(args),
        Command::Levels(args) => levels::run(args),
        Command::Batch(args) => batch::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Report(args) => report::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Check(args) => check::run(args),
        Command::Schema(args) => schema::run(args),
        Command::New(args) => new::run(args),
        Command::List(args) => list::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Road(args) => road::run(args),
        Command::Bench(args) => bench::run(args),
    }
}

/// `shakedown list | head` closes our output early: that is no error and no panic.
fn quiet_on_closed_pipe() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to") && message.contains("pipe") {
            // 128 + SIGPIPE, as other tools report it.
            std::process::exit(141);
        }
        before(info);
    }));
}
