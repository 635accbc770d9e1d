//! `shakedown new NAME`: writes a small commented scenario to start from.

use super::EXIT_USAGE;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a small commented scenario to start from.
///
/// Example: shakedown new my_first (writes my_first.toml)
#[derive(Args, Debug)]
pub struct NewArgs {
    /// Name of the scenario, or path of the file to write.
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// The scenario that is written; `TITLE` becomes its title.
pub const TEMPLATE: &str = include_str!("new_scenario.toml");

/// Writes the file; refuses to overwrite one.
pub fn run(args: NewArgs) -> ExitCode {
    let path = path_of(&args.name);
    let written =
        std::fs::File::create_new(&path).and_then(|mut file| file.write_all(text_for(&path).as_bytes()));
    match written {
        Ok(()) => {
            println!("wrote {}; run it: shakedown run {}", path.display(), path.display());
            ExitCode::SUCCESS
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            eprintln!("error: {} exists; nothing was written", path.display());
            ExitCode::from(EXIT_USAGE)
        }
        Err(error) => {
            eprintln!("error: cannot write {}: {error}", path.display());
            ExitCode::from(EXIT_USAGE)
        }
    }
}

fn path_of(name: &str) -> PathBuf {
    let path = PathBuf::from(name);
    match path.extension() {
        Some(extension) if extension == "toml" => path,
        _ => PathBuf::from(format!("{name}.toml")),
    }
}

/// The template with the file's stem as its title.
fn text_for(path: &std::path::Path) -> String {
    let stem = path.file_stem().map(|s| s.to_string_lossy().replace(['_', '-'], " ")).unwrap_or_default();
    let title: String =
        stem.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).take(60).collect();
    TEMPLATE.replace("TITLE", &title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_files() {
        let check = |name: &str, expect: &str| assert_eq!(path_of(name), PathBuf::from(expect));
        check("first", "first.toml");
        check("first.toml", "first.toml");
        check("dir/my.first", "dir/my.first.toml");
        assert!(text_for(&path_of("a_\"b\"")).contains("title = \"a b\""));
    }
}
