//! What the conformance tests and `cargo xtask coverage` share: files of the corpus, and scenarios that are played.

#![allow(dead_code, clippy::unwrap_used)]

pub mod fate;
pub mod oracle;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use storyboard::play::player::Player;
use storyboard::play::roads::Roads;
use storyboard::read::Play;

/// The corpus beside the project, or where `SHAKEDOWN_CORPUS` says; `None` on a machine without it.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("SHAKEDOWN_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = named.unwrap_or(beside);
    if found.is_dir() {
        return Some(found);
    }
    eprintln!("skipped: no corpus at {}", found.display());
    None
}

/// Rows of a tab-separated table with a header.
pub fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let row = |line: &str| {
        header.iter().zip(line.split('\t')).map(|(k, v)| ((*k).to_owned(), v.to_owned())).collect()
    };
    lines.map(row).collect()
}

/// Folders of the corpus whose files others of its files look for in folders of their own.
const ELSEWHERE: [(&str, &str); 4] = [
    (
        "exampleFilesVersion1_3/Catalogs/",
        "gt_openscenario_editor/test-fixtures/openscenario-v1.3.1/Examples/Catalogs",
    ),
    ("xosc/Catalogs/", "esmini/resources/xosc/Catalogs"),
    ("xodr/", "esmini/resources/xodr"),
    (
        "Databases/",
        "rac_openscenario_api_test/cpp/applications/openScenarioTester/res/exampleFilesVersion1_3/Databases",
    ),
];

/// Where a file or folder is: as written, or where another folder of the corpus has it.
pub fn found(path: &str) -> PathBuf {
    let given = PathBuf::from(path);
    if given.exists() {
        return given;
    }
    for (marker, folder) in ELSEWHERE {
        if let (Some(at), Some(root)) = (path.rfind(marker), corpus()) {
            let there = root.join(folder).join(&path[at + marker.len()..]);
            if there.exists() {
                return there;
            }
        }
    }
    given
}

/// Files on disk.
pub struct Disk;

impl openscenario::Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(found(path)).map_err(|error| error.to_string())
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = std::fs::read_dir(found(directory)).map_err(|error| error.to_string())?;
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }
}

/// Reads a scenario and its map.
pub fn load(path: &Path) -> Result<(Arc<Play>, Arc<Roads>), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let name = path.display().to_string();
    let parsed = openscenario::parse(&bytes, &name, &Disk, &BTreeMap::new());
    let scenario = match parsed.document {
        Some(openscenario::Document::Scenario(scenario)) => scenario,
        Some(_) => return Err("no scenario".to_owned()),
        None => return Err(first_error(&parsed.problems)),
    };
    let outcome = storyboard::read::from_openscenario(&scenario, &parsed.files);
    let play = outcome.play.ok_or_else(|| first_error(&outcome.problems))?;
    let roads = match &play.map_file {
        None => Roads::none(),
        Some(file) => {
            let file = openscenario::resolve_path(&name, file);
            let bytes = std::fs::read(found(&file)).map_err(|error| format!("{file}: {error}"))?;
            let parsed = opendrive::parse(&bytes, &file).map_err(|problems| problems.to_string())?;
            Roads::new(Arc::new(parsed.map))
        }
    };
    Ok((Arc::new(play), Arc::new(roads)))
}

fn first_error(problems: &openscenario::Problems) -> String {
    problems
        .iter()
        .find(|p| p.severity == openscenario::Severity::Error)
        .map_or_else(|| "no document".to_owned(), ToString::to_string)
}

/// x, y, z, h, p, r, speed of an entity.
pub fn state(player: &Player, name: &str) -> Option<[f64; 7]> {
    let entity = &player.scene.entities[player.scene.index_of(name)?];
    if entity.taking == storyboard::play::entity::Taking::NoPart {
        return None;
    }
    let pose = &entity.at.pose;
    let p = pose.position_m;
    Some([p.x, p.y, p.z, pose.h_rad, pose.p_rad, pose.r_rad, entity.speed_mps])
}
