//! What becomes of one scenario file: refused and why, or played and how far.

use super::{Disk, found};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use storyboard::coverage::gaps;
use storyboard::play::entity::Taking;
use storyboard::play::player::{Effect, Player};
use storyboard::play::roads::Roads;

/// How long a file may play.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Length of a step, ns.
    pub dt_ns: u64,
    /// Steps.
    pub steps: u64,
    /// Wall-clock time.
    pub wall: Duration,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// Read; it is no scenario but this.
    Other(&'static str),
    /// Refused: rule, message.
    Refused(&'static str, String),
    /// Its stop trigger fired.
    Stopped,
    /// It has no stop trigger, and all its stories are complete.
    StoriesComplete,
    /// The steps are used up.
    TimeUp,
    /// The wall-clock time is used up at a step: a hang.
    Hung(u64),
    /// An entity's state is no number, at a step.
    NoNumber(String, u64),
    /// A panic.
    Panicked(String),
}

/// A file and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What became of it.
    pub fate: Fate,
    /// What the readers named as not covered.
    pub not_covered: BTreeSet<String>,
    /// Types that it uses and that are not covered in full.
    pub gaps: BTreeSet<&'static str>,
    /// What could not be done in the run.
    pub troubles: BTreeSet<String>,
    /// Steps played.
    pub steps: u64,
}

/// Maps that have been read, by path.
#[derive(Default)]
pub struct Maps(BTreeMap<String, Result<Arc<Roads>, (&'static str, String)>>);

impl Maps {
    fn roads(&mut self, file: &str) -> Result<Arc<Roads>, (&'static str, String)> {
        let read = || {
            let missing = |_| ("map.missing", "its map is not in the corpus".to_owned());
            let bytes = std::fs::read(found(file)).map_err(missing)?;
            let broken = |p: openscenario::Problems| ("map.refused", first_error(&p).1);
            let parsed = opendrive::parse(&bytes, file).map_err(broken)?;
            Ok(Arc::new(Roads::new(Arc::new(parsed.map))))
        };
        self.0.entry(file.to_owned()).or_insert_with(read).clone()
    }
}

fn first_error(problems: &openscenario::Problems) -> (&'static str, String) {
    let errors = problems.iter().find(|p| p.severity == openscenario::Severity::Error);
    errors.map_or(("unknown", String::new()), |p| (p.rule, p.message.clone()))
}

/// All files below a folder whose names end so, sorted.
pub fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    let (mut files, mut open) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Reads and plays a file.
pub fn fate(path: &Path, maps: &mut Maps, budget: Budget) -> Outcome {
    let mut outcome = Outcome {
        fate: Fate::TimeUp,
        not_covered: BTreeSet::new(),
        gaps: BTreeSet::new(),
        troubles: BTreeSet::new(),
        steps: 0,
    };
    let caught = catch_unwind(AssertUnwindSafe(|| outcome.fate = go(path, maps, budget, &mut outcome)));
    if let Err(panic) = caught {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        outcome.fate = Fate::Panicked(text.unwrap_or_default());
    }
    outcome
}

fn go(path: &Path, maps: &mut Maps, budget: Budget, outcome: &mut Outcome) -> Fate {
    let name = path.display().to_string();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Fate::Refused("file.missing", error.to_string()),
    };
    let parsed = openscenario::parse(&bytes, &name, &Disk, &BTreeMap::new());
    outcome.gaps = gaps(&parsed.covered).map(|(row, _)| row.element).collect();
    let scenario = match parsed.document {
        Some(openscenario::Document::Scenario(scenario)) => scenario,
        Some(openscenario::Document::Catalog(_)) => return Fate::Other("catalog"),
        Some(openscenario::Document::Distribution(_)) => return Fate::Other("distribution"),
        None => {
            let (rule, message) = first_error(&parsed.problems);
            return Fate::Refused(rule, message);
        }
    };
    let read = storyboard::read::from_openscenario(&scenario, &parsed.files);
    let named = parsed.problems.iter().chain(read.problems.iter());
    outcome.not_covered = named.filter(|p| p.rule == "not_covered").map(|p| p.message.clone()).collect();
    let Some(play) = read.play else {
        let (rule, message) = first_error(&read.problems);
        return Fate::Refused(rule, message);
    };
    let roads = match &play.map_file {
        None => Ok(Arc::new(Roads::none())),
        Some(file) => maps.roads(&openscenario::resolve_path(&name, file)),
    };
    match roads {
        Ok(roads) => play_on(Player::new(Arc::new(play), roads), budget, outcome),
        Err((rule, message)) => Fate::Refused(rule, message),
    }
}

fn play_on(mut player: Player, budget: Budget, outcome: &mut Outcome) -> Fate {
    let begin = Instant::now();
    let endless = player.play().board.stop.is_none();
    for step in 0..budget.steps {
        player.step(step.saturating_sub(1) * budget.dt_ns, budget.dt_ns);
        outcome.steps = step + 1;
        for effect in &player.effects {
            if let Effect::Trouble(text) = effect {
                outcome.troubles.insert(text.clone());
            }
        }
        for entity in player.scene.entities.iter().filter(|e| e.taking == Taking::Part) {
            let (p, a) = (entity.at.pose.position_m, &entity.at.pose);
            let numbers = [p.x, p.y, p.z, a.h_rad, a.p_rad, a.r_rad, entity.speed_mps];
            if numbers.iter().any(|n| !n.is_finite()) {
                return Fate::NoNumber(entity.name.to_string(), step);
            }
        }
        if player.ended() {
            return Fate::Stopped;
        }
        if endless && player.stories_complete() {
            return Fate::StoriesComplete;
        }
        if begin.elapsed() > budget.wall {
            return Fate::Hung(step);
        }
    }
    Fate::TimeUp
}
