//! `shakedown merge`: joins the shards of a batch.

use super::common::Refusal;
use super::{EXIT_FAULT, EXIT_USAGE, EXIT_WARNINGS};
use crate::batch::BatchDir;
use crate::batch::merge::{MergeError, merge};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `merge`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown merge out/part1 out/part2 out/part3 --out out/whole")]
pub struct MergeArgs {
    /// Directories made by `shakedown batch --shard K/N`.
    #[arg(required = true, value_name = "DIR")]
    pub parts: Vec<PathBuf>,
    /// Directory of the joined batch.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Makes no report.html.
    #[arg(long)]
    pub no_report: bool,
    /// No progress bar and no summary.
    #[arg(long, short)]
    pub quiet: bool,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: MergeArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

fn execute(args: &MergeArgs) -> Result<ExitCode, Refusal> {
    if let Some(file) = args.parts.iter().chain([&args.out]).find(|path| path.exists() && !path.is_dir()) {
        return Err(Refusal(format!("error: {} is no directory", file.display()), EXIT_USAGE));
    }
    let parts: Vec<BatchDir> = args.parts.iter().map(BatchDir::new).collect();
    let (file, made) = merge(&parts, &BatchDir::new(&args.out)).map_err(|error| {
        let code = match error {
            MergeError::NoBatch(_) | MergeError::Different { .. } | MergeError::Occupied(_) => EXIT_USAGE,
            MergeError::Io(_) => EXIT_WARNINGS,
        };
        Refusal(format!("error: {error}"), code)
    })?;
    let mut code = match (made.faults.is_empty(), made.lost.is_empty()) {
        (false, _) => EXIT_FAULT,
        (true, false) => EXIT_WARNINGS,
        (true, true) => 0,
    };
    if !args.no_report && !super::report::write(&args.out, args.quiet) {
        code = code.max(EXIT_WARNINGS);
    }
    if args.json {
        let json = serde_json::json!({
            "out": args.out.display().to_string(),
            "status": file.status,
            "counts": file.counts,
            "lost": made.lost,
        });
        println!("{}", serde_json::to_string_pretty(&json).unwrap_or_default());
    } else if !args.quiet {
        print!("{}", super::batch::table_text(&super::batch::summary(&made.records)));
        println!("\n{} of {} runs in {}", file.counts.done, file.counts.planned, args.out.display());
    }
    if !made.lost.is_empty() {
        eprintln!("{} runs of the plan are in none of the directories", made.lost.len());
    }
    Ok(ExitCode::from(code))
}
