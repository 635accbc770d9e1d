//! `shakedown convert`: an OpenSCENARIO file in the native format, where that can say it.
//!
//! The text goes to stdout or `--out`, what it does not say to stderr and to the head of the file. Exit code
//! 3 where something is lost.

use super::assets::Assets;
use super::common::{parse_override, print_diagnostics};
use super::standard::Disk;
use super::{EXIT_USAGE, EXIT_WARNINGS};
use crate::scenario::Scenario;
use crate::scenario::play::EGO_VEHICLE;
use ::storyboard::convert::{Native, Wanted, to_native};
use ::storyboard::play::roads::Roads;
use ::storyboard::read::{Play, from_openscenario};
use ::storyboard::standard::EntityKind;
use clap::Args;
use openscenario::{Document, Problems, Severity, resolve_path};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Writes an OpenSCENARIO file in the native format.
///
/// Example: shakedown convert cut-in.xosc --ego Ego --out cut_in.toml
#[derive(Args, Debug)]
pub struct ConvertArgs {
    /// Scenario, OpenSCENARIO XML 1.0 to 1.3.
    #[arg(value_name = "FILE.xosc")]
    pub file: PathBuf,
    /// File to write; without it the text goes to stdout.
    #[arg(long, value_name = "FILE.toml")]
    pub out: Option<PathBuf>,
    /// The entity that becomes the ego. Default: the first vehicle called so, else the first vehicle.
    #[arg(long, value_name = "NAME", conflicts_with = "no_ego")]
    pub ego: Option<String>,
    /// No entity becomes the ego.
    #[arg(long)]
    pub no_ego: bool,
    /// Values for the scenario's parameters: TargetSpeed=12.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = parse_override)]
    pub overrides: Vec<(String, String)>,
}

/// Converts; refuses files with errors.
pub fn run(args: ConvertArgs) -> ExitCode {
    match convert(&args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(EXIT_USAGE)
        }
    }
}

fn convert(args: &ConvertArgs) -> Result<ExitCode, String> {
    let file = args.file.display().to_string();
    let bytes = std::fs::read(&args.file).map_err(|error| format!("error: cannot read {file}: {error}"))?;
    let overrides: BTreeMap<String, String> = args.overrides.iter().cloned().collect();
    let parsed = openscenario::parse(&bytes, &file, &Disk, &overrides);
    let mut warned = show(&parsed.problems);
    let scenario = match parsed.document {
        Some(Document::Scenario(scenario)) => scenario,
        Some(_) => return Err(format!("error: {file} is no scenario; nothing was written")),
        None => return Err(format!("error: {file} was refused; nothing was written")),
    };
    let outcome = from_openscenario(&scenario, &parsed.files);
    warned |= show(&outcome.problems);
    let play = outcome.play.ok_or_else(|| format!("error: {file} was refused; nothing was written"))?;
    let (roads, map) = roads_of(&play, &file, args.out.as_deref())?;
    let wanted = Wanted { map, ego: ego_of(&play, args)?, ego_vehicle: EGO_VEHICLE.to_owned() };
    let Native { text, lost } = to_native(&Arc::new(play), &Arc::new(roads), &wanted);
    let mut head =
        format!("# Converted from {}.\n", args.file.file_name().unwrap_or_default().to_string_lossy());
    for loss in &lost {
        head.push_str(&format!("# lost: {}\n", loss.replace('\n', " ")));
        eprintln!("lost: {loss}");
    }
    let text = head + &text;
    match &args.out {
        Some(out) => {
            std::fs::write(out, &text)
                .map_err(|error| format!("error: cannot write {}: {error}", out.display()))?;
            println!("wrote {}; {} things were lost", out.display(), lost.len());
        }
        None => print!("{text}"),
    }
    let sound = check(args, &text);
    let clean = sound && lost.is_empty() && !warned;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::from(EXIT_WARNINGS) })
}

/// Prints problems; whether there are any.
fn show(problems: &Problems) -> bool {
    for problem in problems {
        eprintln!("{problem}");
    }
    problems.iter().any(|p| p.severity == Severity::Warning)
}

/// The scenario's map, and how the native file names it: as the scenario does where both lie in one
/// directory, else by its whole path.
fn roads_of(play: &Play, file: &str, out: Option<&Path>) -> Result<(Roads, String), String> {
    let Some(named) = &play.map_file else {
        return Err(format!("error: {file} names no map; a native scenario needs one"));
    };
    let path = resolve_path(file, named);
    let bytes =
        std::fs::read(&path).map_err(|error| format!("error: cannot read the map {path}: {error}"))?;
    let parsed = opendrive::parse(&bytes, &path).map_err(|problems| problems.to_string())?;
    let parent = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let together = out.is_none_or(|out| parent(out) == parent(Path::new(file)));
    let map = match Path::new(&path).canonicalize() {
        Ok(whole) if !together => whole.display().to_string(),
        Ok(_) | Err(_) => named.replace('\\', "/"),
    };
    Ok((Roads::new(Arc::new(parsed.map)), map))
}

fn ego_of(play: &Play, args: &ConvertArgs) -> Result<Option<usize>, String> {
    if args.no_ego {
        return Ok(None);
    }
    let vehicles = || play.entities.iter().enumerate().filter(|(_, e)| e.body.kind == EntityKind::Vehicle);
    match &args.ego {
        Some(name) => match vehicles().find(|(_, e)| *e.name == **name) {
            Some((ix, _)) => Ok(Some(ix)),
            None => Err(format!("error: the scenario has no vehicle `{name}`")),
        },
        None => {
            let called = vehicles().find(|(_, e)| e.name.to_ascii_lowercase().contains("ego"));
            Ok(called.or_else(|| vehicles().next()).map(|(ix, _)| ix))
        }
    }
}

/// Whether the native reader takes the text; its problems are printed.
fn check(args: &ConvertArgs, text: &str) -> bool {
    let assets = match Assets::open() {
        Ok(assets) => assets,
        Err(error) => {
            eprintln!("the text was not checked: {error}");
            return false;
        }
    };
    let path = args.out.clone().unwrap_or_else(|| args.file.with_extension("toml"));
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let checked = Scenario::check(&name, &path.display().to_string(), text.as_bytes(), &assets, &[]);
    print_diagnostics(&checked.diagnostics, text);
    checked.diagnostics.is_empty()
}
