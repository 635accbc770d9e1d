//! What comes in beside the pointer: keys, files over the window, and what is remembered for next time.

use super::start::{self, Start};
use super::{CameraChoice, Hud, Lower, batch, keys, layout::Fold, marks, samples, side, time};
use crate::command::Command;
use crate::session::{Screen, Session};
use crate::settings::Settings;
use crate::stage::Stage;
use batch::Browser;
use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyCode, KeyboardInput};
use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, PrimaryWindow};
use bevy_egui::input::EguiWantsInput;

/// Keeps the curves.
pub(super) fn sample(
    stage: Option<Res<Stage>>,
    session: Option<Res<Session>>,
    mut samples: ResMut<samples::Samples>,
) {
    if let (Some(stage), Some(session)) = (stage, session) {
        samples.take(&stage, session.simulated_s.max(session.shown_s));
    }
}

/// Shows where to drop; what is dropped the controls open.
pub(super) fn hovering(mut drops: MessageReader<FileDragAndDrop>, mut hud: ResMut<Hud>) {
    for drop in drops.read() {
        hud.dropping = match drop {
            FileDragAndDrop::HoveredFile { .. } => true,
            FileDragAndDrop::DroppedFile { .. } | FileDragAndDrop::HoveredFileCanceled { .. } => false,
        };
    }
}

/// Sends what had to wait for the run.
pub(super) fn follow_up(
    session: Option<Res<Session>>,
    mut hud: ResMut<Hud>,
    mut commands: MessageWriter<Command>,
) {
    if session.is_some() && !hud.waiting.is_empty() {
        commands.write_batch(std::mem::take(&mut hud.waiting));
    }
}

/// Shows the browser when a batch is to be opened.
pub(super) fn batches(
    mut asked: MessageReader<Command>,
    mut browser: ResMut<Browser>,
    mut start: Option<ResMut<Start>>,
) {
    for command in asked.read() {
        if let Command::OpenBatch(dir) = command {
            browser.open(dir);
            if let Some(start) = &mut start {
                start.tab = start::Tab::Batch;
            }
        }
    }
}

/// Remembers what has changed, and writes it when the pointer rests. Off-screen nothing is written.
pub(super) fn keep_settings(
    mut settings: ResMut<Settings>,
    windows: Query<&Window, With<PrimaryWindow>>,
    mouse: Option<Res<ButtonInput<MouseButton>>>,
    session: Option<Res<Session>>,
    cameras: Res<CameraChoice>,
    mut kept: Local<Option<Settings>>,
) {
    let Ok(window) = windows.single() else { return };
    let mut wanted = settings.clone();
    let size = (window.width().round() as u32, window.height().round() as u32);
    if size.0 >= 480 && size.1 >= 320 {
        wanted.window = Some(size);
    }
    if let Some(name) = cameras.names.get(cameras.chosen) {
        wanted.camera.clone_from(name);
    }
    if let Some(session) = session {
        wanted.pace = session.pace;
    }
    settings.set_if_neq(wanted);
    let last = kept.get_or_insert_with(|| settings.clone());
    if *last == *settings || mouse.is_some_and(|m| m.pressed(MouseButton::Left)) {
        return;
    }
    *last = settings.clone();
    if let Err(error) = Settings::file().and_then(|path| settings.write(&path)) {
        warn!("{error}");
    }
}

/// Turns keys into commands.
pub(super) fn keyboard(
    mut keys: MessageReader<KeyboardInput>,
    held: Option<Res<ButtonInput<KeyCode>>>,
    wants: Option<Res<EguiWantsInput>>,
    screen: Option<Res<State<Screen>>>,
    session: Option<Res<Session>>,
    mut hud: ResMut<Hud>,
    mut cameras: ResMut<CameraChoice>,
    start: Option<ResMut<Start>>,
    mut commands: MessageWriter<Command>,
) {
    let typing = wants.is_some_and(|w| w.wants_any_keyboard_input());
    let running = screen.is_some_and(|s| *s.get() == Screen::Run);
    let down = |codes: [KeyCode; 2]| held.as_ref().is_some_and(|h| h.any_pressed(codes));
    let held = keys::Held {
        shift: down([KeyCode::ShiftLeft, KeyCode::ShiftRight]),
        control: down([KeyCode::ControlLeft, KeyCode::ControlRight])
            || down([KeyCode::SuperLeft, KeyCode::SuperRight]),
        driving: session.as_ref().is_some_and(|s| s.seat),
    };
    let mut start = start;
    for key in keys.read().filter(|k| k.state == ButtonState::Pressed) {
        let wish = keys::wish(&key.logical_key, key.key_code, held);
        if typing && wish != Some(keys::Wish::Help) {
            continue;
        }
        if !running {
            match (&key.logical_key, wish) {
                (_, Some(keys::Wish::Help)) => hud.help = hud.help.other(),
                (Key::Enter, _) => {
                    if let Some(start) = &mut start {
                        start.go = true;
                    }
                }
                _ => {}
            }
            continue;
        }
        let (Some(wish), Some(session)) = (wish, &session) else { continue };
        if key.repeat && !matches!(wish, keys::Wish::Step(_) | keys::Wish::Skip(_)) {
            continue;
        }
        let command = obey(wish, session, &mut hud, &mut cameras);
        commands.write_batch(command);
    }
}

/// Carries a wish out, or says which command does.
pub(super) fn obey(
    wish: keys::Wish,
    session: &Session,
    hud: &mut Hud,
    cameras: &mut CameraChoice,
) -> Option<Command> {
    use keys::Wish;
    match wish {
        Wish::TogglePlay => Some(Command::TogglePlay),
        Wish::Step(ticks) => Some(Command::Step(ticks)),
        Wish::Skip(seconds) => {
            Some(Command::Seek((session.shown_s + seconds).clamp(0.0, time::length_s(session))))
        }
        Wish::Home => Some(Command::Seek(0.0)),
        Wish::End => Some(Command::Seek(session.simulated_s)),
        Wish::Slower => Some(Command::Pace(keys::next_pace(session.pace, marks::Jump::Back))),
        Wish::Faster => Some(Command::Pace(keys::next_pace(session.pace, marks::Jump::Forward))),
        Wish::Jump(way) => {
            marks::jump(&marks::marks(&session.events), session.shown_s, way).map(Command::Seek)
        }
        Wish::Restart => Some(Command::Restart),
        Wish::Plots => {
            hud.toggle_lower(Lower::Plots);
            None
        }
        Wish::Events => {
            hud.toggle_lower(Lower::Events);
            None
        }
        Wish::Help => {
            hud.help = hud.help.other();
            None
        }
        Wish::Interface => {
            hud.extent = hud.extent.next();
            None
        }
        Wish::Side => {
            hud.side = hud.side.other();
            None
        }
        Wish::Split => {
            cameras.split = !cameras.split;
            None
        }
        Wish::Camera => {
            // Through those with a button: sensors are picked by name.
            let count = cameras.names.len().clamp(1, side::VIEW_BUTTONS);
            cameras.chosen = (cameras.chosen + 1) % count;
            None
        }
        Wish::Escape => match (hud.help, hud.lower) {
            (Fold::Open, _) => {
                hud.help = Fold::Folded;
                None
            }
            (Fold::Folded, Some(_)) => {
                hud.lower = None;
                None
            }
            (Fold::Folded, None) => Some(Command::Leave),
        },
    }
}
