//! Chores of the project: `cargo xtask maps [--check]` builds the bundled maps, `cargo xtask preview MAP --out
//! FILE.svg` draws one from above, `cargo xtask coverage [--check]` writes COVERAGE.md.

mod coverage;
mod maps;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask coverage [--check]
       cargo xtask maps [--check]
       cargo xtask preview MAP --out FILE.svg";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["maps"] => maps::write().map(|written| {
            for path in written {
                println!("wrote {}", path.display());
            }
            ExitCode::SUCCESS
        }),
        ["maps", "--check"] => maps::stale().map(|stale| {
            for (path, _) in &stale {
                eprintln!("stale: {} (run `cargo xtask maps`)", path.display());
            }
            if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }),
        ["coverage"] => coverage::write().map(|said| {
            println!("{said}");
            ExitCode::SUCCESS
        }),
        ["coverage", "--check"] => coverage::check().map(|()| ExitCode::SUCCESS).or_else(|why| {
            eprintln!("{why}");
            Ok(ExitCode::from(1))
        }),
        ["preview", map, "--out", file] => maps::build(map).and_then(|map| {
            std::fs::write(file, maps::preview::svg(&map)).map_err(|e| format!("{file}: {e}"))?;
            Ok(ExitCode::SUCCESS)
        }),
        _ => Err(USAGE.to_string()),
    };
    result.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(2)
    })
}
