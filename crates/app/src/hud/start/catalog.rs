//! The bundled scenarios as the start screen shows them: title, sentence, pack, and what is wrong with a file.
//!
//! Titles are read at once from the files' own text; the engine's full check of all files (maps and all) runs
//! on a thread of its own and adds its findings when they are there.

use super::super::words::{capital, first_sentence, spaced};
use shakedown::cli::assets::{Assets, ScenarioFile};
use shakedown::scenario::{Diagnostic, Scenario};
use shakedown::state::automation::AutomationLevel;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// One scenario file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Bundled name, `kirkland/road_works`.
    pub name: String,
    /// File.
    pub path: PathBuf,
    /// Title.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Map.
    pub map: String,
    /// Its own level, if it names one.
    pub level: Option<AutomationLevel>,
    /// What its parameters are, as the file says.
    pub parameter_abouts: BTreeMap<String, String>,
    /// What is wrong with it; empty = nothing, or not checked yet.
    pub problems: Vec<Diagnostic>,
}

impl Entry {
    /// Reads what the card shows. A broken file still gives a card, named after the file.
    pub fn read(file: &ScenarioFile) -> Self {
        let text = std::fs::read_to_string(&file.path).unwrap_or_default();
        Self::of_text(&file.name, file.path.clone(), &text)
    }

    /// The card of a file's text.
    pub fn of_text(name: &str, path: PathBuf, text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let string = |key: &str| table.get(key).and_then(|v| v.as_str()).map(str::to_owned);
        let stem = name.rsplit('/').next().unwrap_or(name);
        let abouts = table.get("parameters").and_then(|p| p.as_table()).into_iter().flatten();
        let about_of = |(name, value): (&String, &toml::Value)| {
            Some((name.clone(), value.get("about")?.as_str()?.to_owned()))
        };
        Self {
            name: name.to_owned(),
            path,
            title: string("title").unwrap_or_else(|| capital(&spaced(stem))),
            about: string("about").unwrap_or_default(),
            map: string("map").unwrap_or_default(),
            level: string("level").and_then(|l| l.parse().ok()),
            parameter_abouts: abouts.filter_map(about_of).collect(),
            problems: Vec::new(),
        }
    }

    /// Pack: what stands before the slash.
    pub fn pack(&self) -> &str {
        self.name.rsplit_once('/').map_or("other", |(pack, _)| pack)
    }

    /// The sentence on the card.
    pub fn sentence(&self) -> &str {
        first_sentence(&self.about)
    }

    /// Whether all words of a filter occur in it.
    pub fn matches(&self, filter: &str) -> bool {
        let hay = format!("{} {} {} {}", self.name, self.title, self.about, self.map).to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| hay.contains(word))
    }
}

/// All entries.
#[derive(Default)]
pub struct Catalog {
    /// In order of their names, the teaching pack first.
    pub entries: Vec<Entry>,
    found: Arc<Mutex<Vec<(String, Vec<Diagnostic>)>>>,
}

impl Catalog {
    /// Reads the bundled scenarios and starts their check.
    pub fn open(assets: &Arc<Assets>) -> Self {
        let files = assets.bundled();
        let mut entries: Vec<Entry> = files.iter().map(Entry::read).collect();
        // `levels` explains what the levels are: it comes first.
        entries.sort_by_key(|e| (e.pack() != "levels", e.name.clone()));
        let found: Arc<Mutex<Vec<(String, Vec<Diagnostic>)>>> = Arc::default();
        let (shared, assets) = (found.clone(), assets.clone());
        let checks = std::thread::Builder::new().name("scenario check".to_owned()).spawn(move || {
            for file in files {
                let problems = check(&assets, &file, &[]).err().unwrap_or_default();
                if !problems.is_empty() {
                    shared.lock().unwrap_or_else(PoisonError::into_inner).push((file.name, problems));
                }
            }
        });
        if let Err(error) = checks {
            bevy::log::warn!("the scenarios are not checked in advance: {error}");
        }
        Self { entries, found }
    }

    /// Takes over what the check has found since.
    pub fn refresh(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, problems) in found.drain(..) {
            if let Some(entry) = self.entries.iter_mut().find(|e| e.name == name) {
                entry.problems = problems;
            }
        }
    }

    /// Packs in order.
    pub fn packs(&self) -> Vec<&str> {
        let mut packs: Vec<&str> = Vec::new();
        for entry in &self.entries {
            if !packs.contains(&entry.pack()) {
                packs.push(entry.pack());
            }
        }
        packs
    }
}

/// Loads a scenario file; `Err` = its problems, each with its place.
pub fn check(
    assets: &Assets,
    file: &ScenarioFile,
    overrides: &[(String, String)],
) -> Result<Arc<Scenario>, Vec<Diagnostic>> {
    match assets.load(file, overrides) {
        Ok(Ok(scenario)) => Ok(Arc::new(scenario)),
        Ok(Err(problems)) => Err(problems),
        Err(error) => Err(vec![Diagnostic {
            file: file.path.display().to_string(),
            line: 1,
            column: 1,
            offset: 0,
            len: 0,
            severity: shakedown::scenario::Severity::Error,
            rule: "cannot_read",
            message: error.to_string(),
            hint: "is it still there, and may you read it?".to_owned(),
        }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_scenarios_have_cards() {
        let assets = Arc::new(Assets::open().unwrap());
        let catalog = Catalog::open(&assets);
        assert!(catalog.entries.len() >= 20);
        assert_eq!(catalog.packs()[0], "levels");
        for entry in &catalog.entries {
            assert!(!entry.title.is_empty() && !entry.map.is_empty(), "{}", entry.name);
            assert!(entry.sentence().ends_with(['.', '?', '!']), "{}: {:?}", entry.name, entry.sentence());
        }
        let works = catalog.entries.iter().find(|e| e.name == "kirkland/road_works").unwrap();
        assert_eq!(works.pack(), "kirkland");
        assert!(works.matches("Kirkland works") && !works.matches("kirkland austin"));
        assert!(works.matches(""));
    }

    #[test]
    fn broken_files_have_a_card_with_their_problems() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("bad_one.toml");
        std::fs::write(&path, "version = 1\ntitle = \"Bad\"\nmap = \"kirkand\"\n[ego\n").unwrap();
        let file = ScenarioFile { name: "mine/bad_one".to_owned(), path };
        let entry = Entry::read(&file);
        assert_eq!((entry.title.as_str(), entry.pack()), ("Bad one", "mine"));
        let assets = Assets::open().unwrap();
        let problems = check(&assets, &file, &[]).unwrap_err();
        assert_eq!(problems[0].line, 4, "{problems:?}");
        let gone = ScenarioFile { name: "gone".to_owned(), path: dir.path().join("gone.toml") };
        assert_eq!(check(&assets, &gone, &[]).unwrap_err()[0].rule, "cannot_read");
    }

    #[test]
    fn parameters_keep_their_explanations() {
        let entry = Entry::of_text(
            "a",
            PathBuf::new(),
            "title = \"t\"\n[parameters]\nrain = { default = 3, about = \"rain rate\" }\nspeed = 4\n",
        );
        assert_eq!(entry.parameter_abouts.get("rain").map(String::as_str), Some("rain rate"));
        assert_eq!(entry.parameter_abouts.len(), 1);
    }
}
