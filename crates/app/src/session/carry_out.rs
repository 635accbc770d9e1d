//! Carries commands out, in the order they come.

use super::takeover::TakeoverWatch;
use super::variations::{self, Background};
use super::{Hands, Loader, NotOpened, PACE_MAX, PACE_MIN, Running, Screen, Session};
use crate::command::{Command, Opening};
use bevy::prelude::*;
use shakedown::batch::{BatchDir, Kept, load_run, save_run, simulate_run};
use shakedown::cli::assets::ScenarioFile;
use shakedown::engine::RunSpec;
use shakedown::scenario::Action;
use shakedown::state::command::{HumanControls, Seat};
use std::path::{Path, PathBuf};

/// Everything a command may touch.
#[derive(bevy::ecs::system::SystemParam)]
pub struct Desk<'w, 's> {
    commands: Commands<'w, 's>,
    time: Res<'w, Time<Real>>,
    loader: Option<Res<'w, Loader>>,
    session: Option<ResMut<'w, Session>>,
    running: Option<ResMut<'w, Running>>,
    hands: ResMut<'w, Hands>,
    background: ResMut<'w, Background>,
    keep: Option<Res<'w, super::KeepDir>>,
    next: ResMut<'w, NextState<Screen>>,
    failure: ResMut<'w, Failure>,
    serial: Local<'s, u64>,
}

/// Why the last thing could not be opened, for the start screen.
#[derive(Resource, Default, Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub Option<String>);

/// Reads commands.
pub fn carry_out(mut messages: MessageReader<Command>, mut desk: Desk) {
    // A run opened in this frame is there for the commands after it in the next.
    for command in messages.read() {
        desk.carry_out(command.clone());
    }
}

impl Desk<'_, '_> {
    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Open(opening) => self.open(opening),
            Command::OpenPath(path) => self.open_path(path),
            Command::Replay { dir, run_id, at_s } => self.replay(dir, run_id, at_s),
            Command::OpenBatch(_) | Command::Leave => self.leave(),
            Command::Variations(count) => self.start_variations(count),
            // The capture module takes pictures and films.
            Command::Screenshot(_) | Command::Film => {}
            Command::Play => self.set_playing(Playing::Yes),
            Command::Pause => self.set_playing(Playing::No),
            Command::TogglePlay => {
                let playing = self.session.as_ref().is_some_and(|session| session.playing);
                self.set_playing(if playing { Playing::No } else { Playing::Yes });
            }
            Command::Step(ticks) => self.step(ticks),
            Command::Pace(pace) => {
                if let Some(session) = &mut self.session {
                    session.pace = pace.clamp(PACE_MIN, PACE_MAX);
                }
            }
            Command::Seek(time_s) => self.seek(time_s),
            Command::Restart => self.restart(),
            Command::Level(level) => self.intervene(Action::FitFeature { level, feature: None }),
            Command::Weather(to, over_s) => self.intervene(Action::Weather { to, over_s }),
            Command::Engage => self.intervene(Action::EngageFeature),
            Command::Disengage => self.intervene(Action::DisengageFeature),
            Command::Seat(person) => self.seat(person),
            Command::Save => self.save(),
        }
    }

    fn tell(&mut self, text: String) {
        let now = self.time.elapsed_secs_f64();
        if let Some(session) = &mut self.session {
            session.notice = Some((text, now));
        } else {
            self.failure.0 = Some(text);
        }
    }

    fn open(&mut self, opening: Opening) {
        let Some(loader) = self.loader.as_ref().map(|loader| (*loader).clone()) else { return };
        match loader.spec(&opening) {
            Ok((spec, file)) => self.begin(&loader, opening, spec, file, None),
            Err(error) => self.tell(error.to_string()),
        }
    }

    fn open_path(&mut self, path: PathBuf) {
        if path.is_dir() && path.join("batch.json").is_file() {
            // The browser of the start screen shows it.
            self.commands.write_message(Command::OpenBatch(path));
        } else if path.file_name().is_some_and(|name| name == "record.json")
            && let Some((dir, run_id)) = run_of_record(&path)
        {
            self.replay(dir, run_id, 0.0);
        } else {
            let opening = Opening { scenario: path.display().to_string(), seed: 1, ..Opening::default() };
            self.open(opening);
        }
    }

    fn replay(&mut self, dir: PathBuf, run_id: String, at_s: f64) {
        let Some(loader) = self.loader.as_ref().map(|loader| (*loader).clone()) else { return };
        let batch = BatchDir::new(&dir);
        let spec = match load_run(&batch, &run_id, &shakedown::cli::batch::AssetSource(loader.assets())) {
            Ok(spec) => spec,
            Err(error) => return self.tell(format!("{}: {error}", dir.display())),
        };
        let file =
            ScenarioFile { name: spec.scenario.name.clone(), path: batch.scenario_copy(&spec.scenario.name) };
        let opening = Opening {
            scenario: file.path.display().to_string(),
            level: Some(spec.level),
            seed: spec.seed,
            overrides: Vec::new(),
        };
        self.begin(&loader, opening, spec, file, Some((dir, run_id)));
        if let Some(session) = &mut self.session {
            session.show_at(at_s);
        }
    }

    fn begin(
        &mut self,
        loader: &Loader,
        opening: Opening,
        spec: RunSpec,
        file: ScenarioFile,
        replay: Option<(PathBuf, String)>,
    ) {
        *self.serial += 1;
        let serial = *self.serial;
        let running = loader
            .map(&spec.scenario.map)
            .and_then(|map| Running::new(&spec, map, serial).map_err(|error| NotOpened(error.to_string())));
        let mut running = match running {
            Ok(running) => running,
            Err(error) => return self.tell(error.to_string()),
        };
        let duration_s = spec.duration_s();
        let whole = replay.is_some();
        let mut session = Session {
            opening,
            spec,
            playing: true,
            pace: self.session.as_ref().map_or(1.0, |session| session.pace),
            shown_s: 0.0,
            simulated_s: 0.0,
            duration_s,
            events: Vec::new(),
            record: None,
            seat: false,
            takeover: None,
            replay,
            saved: None,
            notice: None,
            touched: false,
            goal_s: None,
            file,
            watch: TakeoverWatch::default(),
            kept: false,
        };
        if whole {
            // A kept run is known to its end: its time line is shown whole from the start.
            let begin = std::time::Instant::now();
            while !running.ended() && begin.elapsed() < LOOK_AHEAD {
                running.step();
                super::pace::take_in(&running, &mut session);
            }
        }
        self.failure.0 = None;
        self.next.set(Screen::Run);
        // In place where there is a run already, so that what follows in this frame meets the new one.
        match (&mut self.session, &mut self.running) {
            (Some(old_session), Some(old_running)) => {
                **old_session = session;
                **old_running = running;
            }
            (None, _) | (_, None) => {
                self.commands.insert_resource(session);
                self.commands.insert_resource(running);
            }
        }
    }

    fn leave(&mut self) {
        self.commands.remove_resource::<Session>();
        self.commands.remove_resource::<Running>();
        self.next.set(Screen::Start);
    }

    fn set_playing(&mut self, playing: Playing) {
        let Some(session) = &mut self.session else { return };
        session.playing = playing == Playing::Yes;
        // Play at the end of a finished run shows it again.
        if session.playing && session.record.is_some() && session.shown_s + 0.05 >= session.simulated_s {
            session.shown_s = 0.0;
        }
    }

    fn step(&mut self, ticks: i64) {
        let (Some(session), Some(running)) = (&mut self.session, &self.running) else { return };
        session.playing = false;
        let dt_s = running.dt_s();
        let tick = (session.shown_s / dt_s).round() as i64 + ticks;
        let latest_s = if session.seat { running.time_s() } else { session.duration_s };
        session.show_at((tick.max(0) as f64 * dt_s).min(latest_s));
    }

    fn seek(&mut self, time_s: f64) {
        let (Some(session), Some(running)) = (&mut self.session, &self.running) else { return };
        // Nobody drives through the part that is skipped.
        let latest_s = if session.seat { running.time_s() } else { session.duration_s };
        session.show_at(time_s.clamp(0.0, latest_s));
    }

    fn restart(&mut self) {
        if let Some(session) = &mut self.session {
            session.show_at(0.0);
            session.playing = true;
        }
    }

    /// Makes the shown time the present: what came after it is forgotten.
    fn make_present(&mut self) -> bool {
        let (Some(session), Some(running)) = (&mut self.session, &mut self.running) else { return false };
        let dt_s = running.dt_s();
        let tick = (session.shown_s / dt_s).round().max(0.0) as u64;
        // The engine is up to a tick ahead of what is shown, so that there are two to blend between.
        if tick + 1 >= running.tick() {
            return !running.ended();
        }
        if let Err(error) = running.begin_again(tick) {
            let text = error.to_string();
            self.tell(text);
            return false;
        }
        session.record = None;
        session.kept = false;
        session.saved = None;
        session.duration_s = running.spec().duration_s();
        session.events.clear();
        session.watch = TakeoverWatch::default();
        while running.tick() < tick && !running.ended() {
            running.step();
            super::pace::take_in(running, session);
        }
        session.simulated_s = running.time_s();
        session.shown_s = running.time_s();
        session.replay = None;
        session.spec = running.spec().clone();
        true
    }

    fn intervene(&mut self, action: Action) {
        if !self.make_present() {
            return;
        }
        let (Some(session), Some(running)) = (&mut self.session, &mut self.running) else { return };
        running.intervene(action);
        session.touched = true;
        session.replay = None;
        session.spec = running.spec().clone();
    }

    fn seat(&mut self, person: bool) {
        if !self.make_present() {
            return;
        }
        let (Some(session), Some(running)) = (&mut self.session, &mut self.running) else { return };
        session.seat = person;
        session.touched = true;
        session.replay = None;
        if person {
            self.hands.0 = HumanControls { seat: Seat::Person, ..HumanControls::SEATED };
            running.control(self.hands.0);
        } else {
            running.control(HumanControls::default());
        }
        session.spec = running.spec().clone();
    }

    fn save(&mut self) {
        let Some(dir) = self.keep.as_ref().map(|keep| keep.0.clone()) else { return };
        let (Some(session), Some(running)) = (&mut self.session, &self.running) else { return };
        let told = save(&dir, session, running);
        self.tell(told);
    }

    fn start_variations(&mut self, count: u32) {
        let (Some(loader), Some(session), Some(keep)) = (&self.loader, &self.session, &self.keep) else {
            return;
        };
        let told = variations::start(&mut self.background, loader, session, &keep.0, count);
        self.tell(told);
    }
}

/// Longest time that opening a kept run may take to compute it to its end.
const LOOK_AHEAD: std::time::Duration = std::time::Duration::from_secs(2);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Playing {
    Yes,
    No,
}

/// Keeps the run so far as an ordinary run of a batch directory; returns its id, or what to tell.
pub fn keep_run(dir: &Path, session: &mut Session, running: &Running) -> Result<String, String> {
    let spec = running.live().spec_so_far();
    let output = simulate_run(&spec);
    let seen = running.live().state_hash();
    if output.record.state_hash != seen {
        return Err(format!(
            "not kept: the run does not replay to the same state hash ({seen} seen, {} replayed); this is a \
             defect of the program, please report it",
            output.record.state_hash
        ));
    }
    let not_kept =
        |error: &dyn std::fmt::Display| format!("the run could not be kept: {}: {error}", dir.display());
    let scenario_file = std::fs::read(&session.file.path).map_err(|error| not_kept(&error))?;
    let kept = Kept {
        spec: &spec,
        scenario_file: &scenario_file,
        overrides: &session.opening.overrides,
        output: &output,
    };
    save_run(&BatchDir::new(dir), &kept).map_err(|error| not_kept(&error))?;
    // The run is whole without its report; the command line makes one at any time.
    if let Err(error) = shakedown::report::Report::write(dir, &|_, _| {}) {
        warn!("no report in {}: {error}", dir.display());
    }
    let run_id = output.record.run_id;
    session.saved = Some(dir.join("runs").join(&run_id));
    Ok(run_id)
}

/// Keeps the run so far; returns what to tell.
pub(super) fn save(dir: &Path, session: &mut Session, running: &Running) -> String {
    match keep_run(dir, session, running) {
        Ok(run_id) => format!("run {run_id} kept in {}", dir.display()),
        Err(why) => why,
    }
}

/// Batch directory and run of a `…/runs/<run_id>/record.json`.
fn run_of_record(path: &Path) -> Option<(PathBuf, String)> {
    let run = path.parent()?;
    let batch = run.parent()?.parent()?;
    Some((batch.to_owned(), run.file_name()?.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_names_its_batch_and_run() {
        let found = run_of_record(Path::new("out/first/runs/0a1b/record.json"));
        assert_eq!(found, Some((PathBuf::from("out/first"), "0a1b".to_owned())));
        assert_eq!(run_of_record(Path::new("record.json")), None);
    }
}
