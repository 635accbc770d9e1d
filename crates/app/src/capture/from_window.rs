//! Pictures and films asked for in the window.
//!
//! A picture is read back from the window. A film of the last seconds is drawn by the same program without a
//! display, from the kept run, so that it has every frame and the window does not stutter.

use super::{Picture, write_png};
use crate::camera::{CAMERAS, CameraMode, Split};
use crate::command::Command;
use crate::session::{KeepDir, Running, Session, keep_run};
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use shakedown::state::sensor_data::SensorInfo;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

/// Length of a film asked for in the window, s.
pub const FILM_S: f64 = 8.0;

/// A film being drawn beside the window.
#[derive(Resource, Default)]
struct Filming(Option<(PathBuf, Child)>);

/// Adds pictures and films to a window.
pub fn plugin(app: &mut App) {
    app.init_resource::<Filming>();
    app.add_systems(Update, (take_pictures, start_films, finish_films));
}

fn tell(session: &mut Session, time: &Time<Real>, text: String) {
    session.notice = Some((text, time.elapsed_secs_f64()));
}

/// A file name that tells what is on it and overwrites nothing.
fn free_name(dir: &Path, scenario: &str, time_s: f64, ending: &str) -> PathBuf {
    let stem = scenario.replace(['/', '\\'], "_");
    let plain = dir.join(format!("{stem}_{time_s:06.2}s.{ending}"));
    let numbered = (2..).map(|n| dir.join(format!("{stem}_{time_s:06.2}s_{n}.{ending}")));
    std::iter::once(plain).chain(numbered).find(|path| !path.exists()).unwrap_or_default()
}

/// What `--camera` calls a view.
fn camera_key(mode: CameraMode, suite: &[SensorInfo]) -> String {
    match mode {
        CameraMode::Sensor(ix) => suite.get(ix.ix()).map_or_else(String::new, |info| info.name.clone()),
        CameraMode::Chase
        | CameraMode::Driver
        | CameraMode::Top
        | CameraMode::Orbit
        | CameraMode::Free
        | CameraMode::Junction => {
            CAMERAS.iter().find(|row| row.mode == mode).map_or("chase", |row| row.key).to_owned()
        }
    }
}

fn take_pictures(
    mut messages: MessageReader<Command>,
    mut commands: Commands,
    keep: Option<Res<KeepDir>>,
    session: Option<Res<Session>>,
) {
    for message in messages.read() {
        let Command::Screenshot(path) = message else { continue };
        let Some(keep) = &keep else { continue };
        let path = path.clone().unwrap_or_else(|| {
            let dir = keep.0.join("pictures");
            match &session {
                Some(session) => free_name(&dir, &session.spec.scenario.name, session.shown_s, "png"),
                None => free_name(&dir, "start", 0.0, "png"),
            }
        });
        commands.spawn(Screenshot::primary_window()).observe(
            move |event: On<ScreenshotCaptured>, time: Res<Time<Real>>, session: Option<ResMut<Session>>| {
                let written = match Picture::from_image(&event.image) {
                    Some(picture) => write_png(&path, &picture).map_err(|error| error.to_string()),
                    None => Err("the window has a pixel format that is not known".to_owned()),
                };
                let text = match written {
                    Ok(()) => format!("picture kept in {}", path.display()),
                    Err(why) => format!("no picture: {}: {why}", path.display()),
                };
                match session {
                    Some(mut session) => tell(&mut session, &time, text),
                    None => info!("{text}"),
                }
            },
        );
    }
}

fn start_films(
    mut messages: MessageReader<Command>,
    time: Res<Time<Real>>,
    keep: Option<Res<KeepDir>>,
    mode: Res<CameraMode>,
    split: Res<Split>,
    overlays: Res<crate::belief::Overlays>,
    session: Option<ResMut<Session>>,
    running: Option<Res<Running>>,
    mut filming: ResMut<Filming>,
) {
    let asked = messages.read().filter(|message| matches!(message, Command::Film)).count() > 0;
    let (true, Some(keep), Some(mut session), Some(running)) = (asked, keep, session, running) else {
        return;
    };
    if filming.0.is_some() {
        return tell(&mut session, &time, "a film is being drawn already".into());
    }
    let run_id = match keep_run(&keep.0, &mut session, &running) {
        Ok(run_id) => run_id,
        Err(why) => return tell(&mut session, &time, why),
    };
    let path = free_name(&keep.0.join("pictures"), &session.spec.scenario.name, session.shown_s, "gif");
    let camera = camera_key(*mode, &running.info.suite);
    let child = std::env::current_exe().and_then(|program| {
        std::process::Command::new(program)
            .arg("--replay")
            .arg(&keep.0)
            .args(["--run", &run_id, "--camera", &camera])
            .args(["--show", &overlays.names().join(",")])
            .args((*split == Split::TruthBelief).then_some("--split"))
            .args(["--from", &format!("{:.2}", (session.shown_s - FILM_S).max(0.0))])
            .args(["--to", &format!("{:.2}", session.shown_s)])
            .arg("--video")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    });
    match child {
        Ok(child) => {
            let text = format!("the last {FILM_S:.0} s are being drawn to {}", path.display());
            tell(&mut session, &time, text);
            filming.0 = Some((path, child));
        }
        Err(error) => tell(&mut session, &time, format!("no film: {error}")),
    }
}

fn finish_films(time: Res<Time<Real>>, session: Option<ResMut<Session>>, mut filming: ResMut<Filming>) {
    let Some((_, child)) = &mut filming.0 else { return };
    let Ok(Some(status)) = child.try_wait() else { return };
    if let (Some((path, _)), Some(mut session)) = (filming.0.take(), session) {
        let text = if status.success() {
            format!("film kept in {}", path.display())
        } else {
            format!("no film: drawing {} failed", path.display())
        };
        tell(&mut session, &time, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_and_never_overwrite() {
        let dir = tempfile::tempdir().unwrap();
        let first = free_name(dir.path(), "kirkland/fog_bank", 4.25, "png");
        assert!(first.ends_with("kirkland_fog_bank_004.25s.png"));
        std::fs::write(&first, b"x").unwrap();
        assert!(
            free_name(dir.path(), "kirkland/fog_bank", 4.25, "png")
                .ends_with("kirkland_fog_bank_004.25s_2.png")
        );
    }
}
