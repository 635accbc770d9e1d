//! Keys that ask for something, and files dropped on the window.

use crate::command::Command;
use crate::session::Session;
use bevy::prelude::*;
use bevy::window::FileDragAndDrop;
use bevy_egui::input::EguiWantsInput;
use shakedown::state::automation::AutomationLevel;

/// A text field has the keyboard.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Typing(pub bool);

/// A row of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Keys as people call them.
    pub keys: &'static str,
    /// What they do.
    pub about: &'static str,
}

/// What this module's keys do, for the help.
pub const KEYS: &[KeyRow] = &[
    KeyRow { keys: "0 – 5", about: "switch the level live: L0 to L5" },
    KeyRow { keys: "G", about: "Go: engage the feature" },
    KeyRow { keys: "X", about: "Stop: end automation" },
    KeyRow { keys: "T", about: "take the driver's seat, or leave it to the model" },
    KeyRow { keys: "W S or ↑ ↓", about: "accelerate, brake (seated)" },
    KeyRow { keys: "A D or ← →", about: "steer (seated)" },
    KeyRow { keys: "Space", about: "brake hard (seated)" },
    KeyRow { keys: "Q E, H", about: "indicators, hazard lights (seated)" },
    KeyRow { keys: "F5", about: "keep the run so far" },
    KeyRow { keys: "F11", about: "film of the last 8 seconds (.gif)" },
    KeyRow { keys: "F12", about: "picture of the window" },
    KeyRow {
        keys: "Gamepad",
        about: "left stick steers, triggers accelerate and brake, A go, B stop, Y seat",
    },
];

const LEVELS: [(KeyCode, KeyCode, AutomationLevel); 6] = [
    (KeyCode::Digit0, KeyCode::Numpad0, AutomationLevel::L0),
    (KeyCode::Digit1, KeyCode::Numpad1, AutomationLevel::L1),
    (KeyCode::Digit2, KeyCode::Numpad2, AutomationLevel::L2),
    (KeyCode::Digit3, KeyCode::Numpad3, AutomationLevel::L3),
    (KeyCode::Digit4, KeyCode::Numpad4, AutomationLevel::L4),
    (KeyCode::Digit5, KeyCode::Numpad5, AutomationLevel::L5),
];

/// Reads the keys of this module.
pub fn read_keys(
    keys: Res<ButtonInput<KeyCode>>,
    gamepads: Query<&Gamepad>,
    egui: Option<Res<EguiWantsInput>>,
    mut typing: ResMut<Typing>,
    session: Option<Res<Session>>,
    mut commands: MessageWriter<Command>,
) {
    typing.0 = egui.is_some_and(|egui| egui.wants_keyboard_input());
    let Some(session) = session else { return };
    if !typing.0 {
        for (digit, numpad, level) in LEVELS {
            if keys.just_pressed(digit) || keys.just_pressed(numpad) {
                commands.write(Command::Level(level));
            }
        }
        let simple = [
            (KeyCode::KeyG, Command::Engage),
            (KeyCode::KeyX, Command::Disengage),
            (KeyCode::KeyT, Command::Seat(!session.seat)),
            (KeyCode::F5, Command::Save),
            (KeyCode::F11, Command::Film),
            (KeyCode::F12, Command::Screenshot(None)),
        ];
        for (key, command) in simple {
            if keys.just_pressed(key) {
                commands.write(command);
            }
        }
    }
    for gamepad in &gamepads {
        let simple = [
            (GamepadButton::South, Command::Engage),
            (GamepadButton::East, Command::Disengage),
            (GamepadButton::North, Command::Seat(!session.seat)),
            (GamepadButton::Start, Command::TogglePlay),
        ];
        for (button, command) in simple {
            if gamepad.just_pressed(button) {
                commands.write(command);
            }
        }
    }
}

/// A file dropped on the window is opened.
pub fn read_drops(mut drops: MessageReader<FileDragAndDrop>, mut commands: MessageWriter<Command>) {
    for drop in drops.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = drop {
            commands.write(Command::OpenPath(path_buf.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::ecs::message::Messages;

    fn pressed(code: KeyCode) -> Vec<Command> {
        let mut app = App::new();
        app.init_resource::<ButtonInput<KeyCode>>()
            .init_resource::<Typing>()
            .add_message::<Command>()
            .insert_resource(crate::session::tests::session("levels/hard_braking_lead"))
            .add_systems(Update, read_keys);
        app.world_mut().resource_mut::<ButtonInput<KeyCode>>().press(code);
        app.update();
        app.world_mut().resource_mut::<Messages<Command>>().drain().collect()
    }

    #[test]
    fn digits_switch_levels_and_letters_ask() {
        assert_eq!(pressed(KeyCode::Digit3), [Command::Level(AutomationLevel::L3)]);
        assert_eq!(pressed(KeyCode::Numpad0), [Command::Level(AutomationLevel::L0)]);
        assert_eq!(pressed(KeyCode::KeyG), [Command::Engage]);
        assert_eq!(pressed(KeyCode::KeyT), [Command::Seat(true)]);
        assert_eq!(pressed(KeyCode::KeyZ), []);
    }
}
