//! `shakedown report`: (re)writes `report.html` from a batch directory's tables alone.

use super::common::Refusal;
use super::{EXIT_USAGE, EXIT_WARNINGS};
use crate::report::{Report, ReportError};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Arguments of `report`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown report out/kirkland")]
pub struct ReportArgs {
    /// Directory of a batch.
    pub dir: PathBuf,
    /// No progress bar and no summary.
    #[arg(long, short)]
    pub quiet: bool,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: ReportArgs) -> ExitCode {
    match make(&args.dir, args.quiet) {
        Ok(bytes) => {
            let path = args.dir.join("report.html").display().to_string();
            if args.json {
                println!("{}", serde_json::json!({ "file": path, "bytes": bytes }));
            } else if !args.quiet {
                println!("{path} ({} kB)", bytes.div_ceil(1000));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let code = match error {
                ReportError::NoBatch(_) => EXIT_USAGE,
                ReportError::Table { .. } | ReportError::Io { .. } => EXIT_WARNINGS,
            };
            Refusal(format!("error: {error}"), code).exit()
        }
    }
}

/// Writes the report of a batch that was just made; what goes wrong is said, and `false` returned.
pub(super) fn write(dir: &Path, quiet: bool) -> bool {
    match make(dir, quiet) {
        Ok(_) => true,
        Err(error) => {
            eprintln!("warning: no report: {error}");
            false
        }
    }
}

fn make(dir: &Path, quiet: bool) -> Result<usize, ReportError> {
    let shown = !quiet && std::io::stderr().is_terminal();
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} report {pos}/{len}") {
        bar.set_style(style);
    }
    let begin = Instant::now();
    let made = Report::write(dir, &|step, of| {
        if shown && bar.is_hidden() && begin.elapsed() > Duration::from_secs(1) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(of as u64);
        bar.set_position(step as u64);
    });
    bar.finish_and_clear();
    made
}
