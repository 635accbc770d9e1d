//! `shakedown schema`: the JSON Schema of the scenario format, for editors.
//!
//! Put it beside a scenario and name it in the first line of the file, `#:schema ./scenario.schema.json`:
//! editors that know TOML then complete keys and show what they mean.

use clap::Args;
use std::process::ExitCode;

/// Prints the JSON Schema of the scenario format.
///
/// Example: shakedown schema > scenario.schema.json
#[derive(Args, Debug)]
pub struct SchemaArgs {}

/// Prints the schema.
pub fn run(_: SchemaArgs) -> ExitCode {
    match serde_json::to_string_pretty(&crate::scenario::editor_schema()) {
        Ok(json) => {
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(super::EXIT_FAULT)
        }
    }
}
