//! Builds the bundled maps: `assets/maps/src/*.toml` → `assets/maps/*.xodr` and the tables of
//! `assets/maps/README.md`. The choices of format are in `docs/map-conventions.md`.

mod description;
mod furniture;
mod geometry;
mod junction;
mod model;
mod network;
pub mod preview;
mod profile;
mod readme;
mod roadside;
mod section;
#[cfg(test)]
mod tests;
mod twin;
mod xml;

use model::Map;
use std::fs;
use std::path::{Path, PathBuf};

/// The maps, in the order of the README.
pub const NAMES: [&str; 6] = ["kirkland", "austin", "mountain_view", "levels_road", "straight", "crossing"];

/// `assets/maps` of this repository.
pub fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."));
    root.join("assets/maps")
}

fn read_description(name: &str) -> Result<String, String> {
    let path = folder().join("src").join(format!("{name}.toml"));
    fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Builds one map from its description.
pub fn build(name: &str) -> Result<Map, String> {
    let text = read_description(name)?;
    let located = |e: String| format!("{name}: {e}");
    let table: toml::Table = toml::from_str(&text).map_err(|e| located(e.to_string()))?;
    if !table.contains_key("twin_of") {
        let description = toml::from_str(&text).map_err(|e| located(e.to_string()))?;
        return network::build(&description).map_err(located);
    }
    let twin: description::Twin = toml::from_str(&text).map_err(|e| located(e.to_string()))?;
    let original = read_description(&twin.twin_of)?;
    let original = toml::from_str(&original).map_err(|e| located(e.to_string()))?;
    twin::build(&twin, original).map_err(located)
}

/// Every file that `cargo xtask maps` owns, with its text.
pub fn files() -> Result<Vec<(PathBuf, String)>, String> {
    let mut out = Vec::new();
    let mut maps = Vec::new();
    for name in NAMES {
        let map = build(name)?;
        out.push((folder().join(format!("{name}.xodr")), xml::write(&map)));
        maps.push(map);
    }
    out.push((folder().join("README.md"), readme::write(&maps)));
    Ok(out)
}

/// Writes the files whose text has changed; returns their paths.
pub fn write() -> Result<Vec<PathBuf>, String> {
    let stale = stale()?;
    for (path, text) in &stale {
        fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(stale.into_iter().map(|(path, _)| path).collect())
}

/// The files that differ from what the descriptions say.
pub fn stale() -> Result<Vec<(PathBuf, String)>, String> {
    let mut out = files()?;
    out.retain(|(path, text)| fs::read_to_string(path).map_or(true, |old| &old != text));
    Ok(out)
}
