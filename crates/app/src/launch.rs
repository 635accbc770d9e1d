//! From the command line to a window, a picture or a film.

use crate::camera::{CameraMode, Split};
use crate::capture::{self, Film, FilmFault, WARM_UP_FRAMES};
use crate::cli::Args;
use crate::command::Command;
use crate::dressing::QualityAsked;
use crate::session::{Diligence, Failure, KeepDir, Loader, Session};
use crate::settings::Settings;
use crate::weather::Quality;
use crate::{belief, hud, shell};
use bevy::prelude::*;
use indicatif::{ProgressBar, ProgressStyle};
use shakedown::cli::{EXIT_FAULT, EXIT_USAGE};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Size of a window or picture, pixels.
const SIZE: (u32, u32) = (1280, 720);
/// Size of a film, pixels.
const FILM_SIZE: (u32, u32) = (640, 360);

/// Carries the command line out.
pub fn launch(args: &Args) -> ExitCode {
    say_missing_gpu_plainly();
    let result = if let Some(path) = &args.screenshot {
        screenshot(args, path)
    } else if let Some(path) = &args.video {
        video(args, path)
    } else if args.frame_cost {
        frame_cost(args)
    } else if let Some(dir) = &args.cards {
        cards(args, dir)
    } else {
        return window(args);
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("error: {}", refusal.0);
            ExitCode::from(refusal.1)
        }
    }
}

/// A reason to end, and the exit code.
struct Refusal(String, u8);

/// The renderer panics where there is no Vulkan; people get a sentence instead.
fn say_missing_gpu_plainly() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        if text.contains("Unable to find a GPU") {
            eprintln!(
                "error: no graphics device was found: shakedown-app draws with Vulkan.\n\
                 hint: install your card's driver, or software Vulkan (Debian: `apt-get install \
                 mesa-vulkan-drivers libvulkan1`).\n\
                 hint: the headless program `shakedown` needs no graphics at all."
            );
            std::process::exit(i32::from(EXIT_USAGE));
        }
        if text.contains("EventLoop") || text.contains("event loop") {
            eprintln!(
                "error: no display was found, so no window can open.\n\
                 hint: `--screenshot FILE --at S` and `--video FILE` work without a display."
            );
            std::process::exit(i32::from(EXIT_USAGE));
        }
        usual(info);
    }));
}

/// Directory of the runs that a person has touched.
fn keep_dir(args: &Args) -> PathBuf {
    args.out.clone().unwrap_or_else(|| {
        crate::settings::data_dir().unwrap_or_else(|| PathBuf::from("shakedown-data")).join("runs")
    })
}

/// What both kinds of app get from the command line.
fn equip(app: &mut App, args: &Args, settings: &Settings) -> Result<(), Refusal> {
    let loader = Loader::open().map_err(|error| Refusal(error.to_string(), EXIT_USAGE))?;
    app.insert_resource(loader);
    app.insert_resource(KeepDir(keep_dir(args)));
    let overlays = match &args.show {
        Some(list) => belief::Overlays::from_names(list).map_err(|why| Refusal(why, EXIT_USAGE))?,
        None if args.off_screen() => belief::Overlays::NONE,
        None => belief::Overlays::from_names(&settings.overlays).unwrap_or_default(),
    };
    app.insert_resource(overlays);
    app.insert_resource(if args.split { Split::TruthBelief } else { Split::Off });
    let quality = args.quality.as_deref().or(settings.quality.as_deref());
    match quality {
        Some("low") => {
            app.insert_resource(Quality::Low).insert_resource(QualityAsked);
        }
        Some("high") => {
            app.insert_resource(Quality::High).insert_resource(QualityAsked);
        }
        Some(_) | None => {}
    }
    app.insert_resource(hud::Layout { bare: args.bare, scale: args.scale.or(settings.ui_scale) });
    Ok(())
}

/// Names the camera; sensors are known only once a run is open.
fn choose_camera(app: &mut App, args: &Args) -> Result<(), Refusal> {
    let suite = app.world().get_resource::<crate::stage::Stage>().map(|stage| stage.run.suite.clone());
    let suite = suite.as_deref().map_or(&[][..], |suite| suite.as_slice());
    let mode = CameraMode::from_name(&args.camera, suite).map_err(|why| Refusal(why, EXIT_USAGE))?;
    app.insert_resource(mode);
    Ok(())
}

fn first_command(args: &Args) -> Option<Command> {
    if let (Some(dir), Some(run_id)) = (&args.replay, &args.run) {
        return Some(Command::Replay { dir: dir.clone(), run_id: run_id.clone(), at_s: args.at });
    }
    if let Some(dir) = &args.batch {
        return Some(Command::OpenBatch(dir.clone()));
    }
    args.opening().map(Command::Open)
}

// --- window ---

fn window(args: &Args) -> ExitCode {
    let settings = Settings::load();
    let (w, h) = args.size.or(settings.window).unwrap_or(SIZE);
    // A scenario that can't be opened is said before a window flashes up.
    if let Some(opening) = args.opening()
        && let Err(error) = Loader::open().and_then(|loader| loader.spec(&opening).map(|_| ()))
    {
        eprintln!("error: {error}");
        return ExitCode::from(EXIT_USAGE);
    }
    let mut app = shell::windowed("shakedown", UVec2::new(w, h));
    if let Err(refusal) = equip(&mut app, args, &settings) {
        eprintln!("error: {}", refusal.0);
        return ExitCode::from(refusal.1);
    }
    app.insert_resource(settings);
    app.add_plugins(capture::plugin);
    app.insert_resource(Wishes { args: args.clone(), stage: Progress::Unopened });
    app.add_systems(First, fulfil);
    if let Some(after_s) = args.close_after {
        app.add_systems(Last, move |time: Res<Time<Real>>, mut exit: MessageWriter<AppExit>| {
            if time.elapsed_secs_f64() > after_s {
                exit.write(AppExit::Success);
            }
        });
    }
    match app.run() {
        AppExit::Success => ExitCode::SUCCESS,
        AppExit::Error(code) => ExitCode::from(code.get()),
    }
}

/// What the command line asks of a window once it is up.
#[derive(Resource)]
struct Wishes {
    args: Args,
    stage: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Unopened,
    UnderWay,
    Done,
}

fn fulfil(world: &mut World) {
    let Some(stage) = world.get_resource::<Wishes>().map(|wishes| wishes.stage) else { return };
    match stage {
        Progress::Unopened => {
            let command = first_command(&world.resource::<Wishes>().args);
            if let Some(command) = command {
                world.write_message(command);
            }
            world.resource_mut::<Wishes>().stage = Progress::UnderWay;
        }
        Progress::UnderWay if world.contains_resource::<crate::stage::Stage>() => {
            let args = world.resource::<Wishes>().args.clone();
            let suite = world.resource::<crate::stage::Stage>().run.suite.clone();
            if let Ok(mode) = CameraMode::from_name(&args.camera, &suite) {
                world.insert_resource(mode);
            }
            if let Some(mut session) = world.get_resource_mut::<Session>() {
                session.playing = !args.paused;
                session.pace = args.pace.clamp(crate::session::PACE_MIN, crate::session::PACE_MAX);
                if args.at > 0.0 {
                    session.show_at(args.at);
                }
            }
            if args.drive {
                world.write_message(Command::Seat(true));
            }
            world.resource_mut::<Wishes>().stage = Progress::Done;
        }
        Progress::UnderWay | Progress::Done => {}
    }
}

// --- pictures and films ---

/// An off-screen app with the run of the command line opened.
fn open_off_screen(args: &Args, size: (u32, u32)) -> Result<App, Refusal> {
    let mut app = shell::off_screen(UVec2::new(size.0, size.1));
    equip(&mut app, args, &Settings::default())?;
    // Nobody reads a hint on a picture.
    app.insert_resource(Settings { hint_seen: true, ..Settings::default() });
    app.insert_resource(Diligence::Exact);
    shell::ready(&mut app);
    if let Some(command) = first_command(args) {
        app.world_mut().write_message(command);
    }
    app.update();
    app.update();
    if let Some(failure) = app.world().resource::<Failure>().0.clone() {
        return Err(Refusal(failure, EXIT_USAGE));
    }
    choose_camera(&mut app, args)?;
    Ok(app)
}

fn screenshot(args: &Args, path: &Path) -> Result<(), Refusal> {
    if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("png")) {
        return Err(Refusal(format!("{}: pictures are written as .png", path.display()), EXIT_USAGE));
    }
    let mut app = open_off_screen(args, args.size.unwrap_or(SIZE))?;
    capture::stand_at(&mut app, args.at, WARM_UP_FRAMES);
    let picture = capture::picture(&mut app).map_err(|error| Refusal(error.to_string(), EXIT_FAULT))?;
    capture::write_png(path, &picture)
        .map_err(|error| Refusal(format!("{}: {error}", path.display()), EXIT_FAULT))
}

fn video(args: &Args, path: &Path) -> Result<(), Refusal> {
    let kind = capture::kind_of(path).map_err(|error| Refusal(error.to_string(), EXIT_USAGE))?;
    let fps = args.fps.unwrap_or(if kind == capture::FilmKind::Gif { 12 } else { 30 }).clamp(1, 120);
    let size = args.size.unwrap_or(FILM_SIZE);
    let mut film = Film::create(path, size, fps).map_err(|error| Refusal(error.to_string(), EXIT_USAGE))?;
    let mut app = open_off_screen(args, size)?;
    let Some(end_s) = app.world().get_resource::<Session>().map(|session| session.duration_s) else {
        return Err(Refusal("a film needs a scenario or a run to replay".into(), EXIT_USAGE));
    };
    // The run may end before its longest duration.
    capture::stand_at(&mut app, args.to.unwrap_or(end_s), 1);
    let end_s = app.world().get_resource::<Session>().map_or(end_s, |session| session.shown_s);
    capture::stand_at(&mut app, args.from, WARM_UP_FRAMES);
    let pace = args.pace.clamp(crate::session::PACE_MIN, crate::session::PACE_MAX);
    let times_s = film_times_s(args.from, end_s, fps, pace);
    if times_s.is_empty() {
        return Err(Refusal(
            format!("the run ends at {end_s:.1} s, before --from {}", args.from),
            EXIT_USAGE,
        ));
    }
    let bar = progress_bar(times_s.len());
    let filmed = capture::film(&mut app, &mut film, &times_s, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    filmed.map_err(|fault| {
        let code = match fault {
            FilmFault::NoPicture(_) | FilmFault::Film(_) => EXIT_FAULT,
        };
        Refusal(fault.to_string(), code)
    })?;
    film.finish().map(|_| ()).map_err(|error| Refusal(error.to_string(), EXIT_FAULT))
}

fn frame_cost(args: &Args) -> Result<(), Refusal> {
    let begin = std::time::Instant::now();
    let mut app = open_off_screen(args, args.size.unwrap_or(SIZE))?;
    capture::stand_at(&mut app, args.at, 1);
    let first_s = begin.elapsed().as_secs_f64();
    let size = app.world().resource::<shell::Canvas>().size;
    println!("{} at {}x{}", capture::device(&app), size.x, size.y);
    println!("{first_s:9.2} s from the start to the first frame");
    for row in capture::frame_cost(&mut app, args.at) {
        println!("{:9.1} ms  {}", row.frame_ms, row.what);
    }
    Ok(())
}

fn cards(args: &Args, dir: &Path) -> Result<(), Refusal> {
    let mut app = open_off_screen(args, args.size.unwrap_or(capture::CARD_SIZE.into()))?;
    app.insert_resource(hud::Layout { bare: true, scale: None });
    let bar = progress_bar(0);
    let problems = capture::draw_cards(&mut app, dir, &mut |_, done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if problems.is_empty() { Ok(()) } else { Err(Refusal(problems.join("\n"), EXIT_FAULT)) }
}

/// Simulated times of a film's frames.
fn film_times_s(from_s: f64, to_s: f64, fps: u32, pace: f64) -> Vec<f64> {
    let step_s = pace / f64::from(fps);
    let count = ((to_s - from_s) / step_s + 1e-9).floor();
    if count < 0.0 { Vec::new() } else { (0..=count as u64).map(|i| from_s + i as f64 * step_s).collect() }
}

fn progress_bar(frames: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(frames as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} frames  {per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn film_frames_are_evenly_spaced_and_end_in_time() {
        let times = film_times_s(2.0, 3.0, 10, 1.0);
        assert_eq!(times.len(), 11);
        assert!((times[10] - 3.0).abs() < 1e-9 && times[0] == 2.0);
        assert_eq!(film_times_s(0.0, 4.0, 10, 4.0).len(), 11, "four times as fast");
        assert!(film_times_s(5.0, 3.0, 10, 1.0).is_empty());
    }
}
