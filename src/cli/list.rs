//! `shakedown list`: what there is, from the catalogues.

use super::assets::Assets;
use super::common::Refusal;
use crate::base::catalog::CatalogRow;
use crate::scenario::Severity;
use crate::state::record::Cause;
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// Kinds of things that can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Bundled scenarios.
    Scenarios,
    /// Vehicle parameter sets.
    Vehicles,
    /// Sensor models and suites.
    Sensors,
    /// Weather quantities a scenario can set.
    Weather,
    /// Features, controllers and driver kinds.
    Controllers,
    /// Storyboard actions.
    Actions,
    /// Storyboard conditions.
    Conditions,
    /// Metrics of a run.
    Metrics,
    /// Causes of disengagements.
    Causes,
}

/// Arguments of `list`.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  shakedown list scenarios")]
pub struct ListArgs {
    /// What to list [default: everything].
    pub kind: Option<Kind>,
    /// Prints one JSON value.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(args: ListArgs) -> ExitCode {
    match execute(&args) {
        Ok(code) => code,
        Err(refusal) => refusal.exit(),
    }
}

fn execute(args: &ListArgs) -> Result<ExitCode, Refusal> {
    let assets = Assets::open()?;
    let kinds: Vec<Kind> = match args.kind {
        Some(kind) => vec![kind],
        None => Kind::value_variants().to_vec(),
    };
    let mut json = serde_json::Map::new();
    for kind in &kinds {
        let rows = rows(*kind, &assets);
        let name = kind.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
        if args.json {
            let list: Vec<_> =
                rows.iter().map(|(name, about)| serde_json::json!({"name": name, "about": about})).collect();
            json.insert(name, list.into());
            continue;
        }
        if kinds.len() > 1 {
            println!("{name}");
        }
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(44);
        for (name, about) in rows {
            println!("  {name:<width$}  {about}");
        }
        if kinds.len() > 1 {
            println!();
        }
    }
    if args.json {
        let value = match (args.kind, json.len()) {
            (Some(_), 1) => json.into_iter().next().map(|(_, v)| v).unwrap_or_default(),
            _ => serde_json::Value::Object(json),
        };
        println!("{}", serde_json::to_string_pretty(&value).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

fn from_catalog(rows: &[CatalogRow]) -> Vec<(String, String)> {
    rows.iter().map(|row| (row.name.to_owned(), row.about.to_owned())).collect()
}

fn rows(kind: Kind, assets: &Assets) -> Vec<(String, String)> {
    match kind {
        Kind::Scenarios => assets
            .bundled()
            .into_iter()
            .map(|file| {
                let about = match assets.load(&file, &[]) {
                    Ok(Ok(scenario)) => scenario.title,
                    Ok(Err(problems)) => format!(
                        "(has {} problems)",
                        problems.iter().filter(|d| d.severity == Severity::Error).count()
                    ),
                    Err(error) => format!("({error})"),
                };
                (file.name, about)
            })
            .collect(),
        Kind::Vehicles => assets
            .vehicles
            .values()
            .map(|v| {
                let e = v.extent;
                (
                    v.name.clone(),
                    format!(
                        "{} ({:.2} × {:.2} × {:.2} m, {:.0} kg)",
                        v.title, e.length_m, e.width_m, e.height_m, v.mass_kg
                    ),
                )
            })
            .collect(),
        Kind::Sensors => {
            let mut rows = from_catalog(&crate::sensor::catalog());
            rows.extend(
                from_catalog(&crate::sensor::suite_catalog())
                    .into_iter()
                    .map(|(name, about)| (name, format!("suite: {about}"))),
            );
            rows
        }
        Kind::Weather => weather_quantities(),
        Kind::Controllers => {
            let features: Vec<CatalogRow> =
                crate::automation::feature::FEATURES.iter().map(|f| f.row()).collect();
            let mut rows = from_catalog(&features);
            rows.extend(
                from_catalog(crate::driver::CATALOG).into_iter().map(|(n, a)| (n, format!("human: {a}"))),
            );
            rows
        }
        Kind::Actions => from_catalog(crate::scenario::catalog::ACTIONS),
        Kind::Conditions => from_catalog(crate::scenario::catalog::CONDITIONS),
        Kind::Metrics => from_catalog(crate::judge::METRICS),
        Kind::Causes => Cause::ALL
            .iter()
            .map(|cause| (cause.as_str().to_owned(), crate::judge::cause::about(*cause).to_owned()))
            .collect(),
    }
}

/// Weather quantities with their descriptions, from the schema of the scenario format.
fn weather_quantities() -> Vec<(String, String)> {
    let schema =
        serde_json::to_value(schemars::schema_for!(crate::scenario::WeatherTargets)).unwrap_or_default();
    schema
        .get("properties")
        .and_then(|p| p.as_object())
        .map(|properties| {
            properties
                .iter()
                .map(|(key, value)| {
                    let about = value.get("description").and_then(|d| d.as_str()).unwrap_or_default();
                    (key.clone(), about.to_owned())
                })
                .collect()
        })
        .unwrap_or_default()
}
