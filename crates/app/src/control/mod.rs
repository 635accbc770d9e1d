//! Keyboard, gamepad and steering wheel.
//!
//! Keys that ask for something become [`Command`]s; what hands and feet do while a person sits in the
//! driver's seat becomes [`Hands`]. A steering wheel shows up as a gamepad: its wheel is the left stick's x
//! axis, its pedals are the triggers.
//!
//! Devices with travel (sticks, triggers, wheels) are passed on as they are. A key has no travel, so a held
//! key moves its control at a human rate ([`pedals`]).

mod keys;
pub mod pedals;

pub use keys::{KEYS, KeyRow};

use crate::session::{Hands, Session, SessionSet};
use bevy::input::InputSystems;
use bevy::prelude::*;
use pedals::{Held, Travel};
use shakedown::state::command::{Hands as OnWheel, HumanControls, Indicator, Seat};

/// Adds the controls.
pub fn plugin(app: &mut App) {
    app.init_resource::<Travel>();
    app.init_resource::<keys::Typing>();
    app.add_systems(
        PreUpdate,
        (keys::read_keys, keys::read_drops, drive).after(InputSystems).before(SessionSet::Commands),
    );
}

/// Stick or pedal movement that is none (worn sticks rest a little off their center).
const DEAD_ZONE: f64 = 0.06;

/// What hands and feet do in this frame.
fn drive(
    keys: Res<ButtonInput<KeyCode>>,
    gamepads: Query<&Gamepad>,
    time: Res<Time<Real>>,
    typing: Res<keys::Typing>,
    session: Option<Res<Session>>,
    mut travel: ResMut<Travel>,
    mut hands: ResMut<Hands>,
) {
    let Some(session) = session.filter(|session| session.seat) else {
        *travel = Travel::default();
        return;
    };
    if !session.playing {
        return;
    }
    let down = |codes: &[KeyCode]| !typing.0 && codes.iter().any(|code| keys.pressed(*code));
    let held = Held {
        left: down(&[KeyCode::KeyA, KeyCode::ArrowLeft]),
        right: down(&[KeyCode::KeyD, KeyCode::ArrowRight]),
        accelerate: down(&[KeyCode::KeyW, KeyCode::ArrowUp]),
        brake: down(&[KeyCode::KeyS, KeyCode::ArrowDown]),
        brake_hard: down(&[KeyCode::Space]),
    };
    travel.step(&held, time.delta_secs_f64() * session.pace.min(1.0));
    let mut controls = HumanControls {
        seat: Seat::Person,
        steer: travel.steer,
        accelerator: travel.accelerator,
        brake: travel.brake,
        indicator: indicator(hands.0.indicator, &keys, &gamepads),
        hazard: hands.0.hazard != keys.just_pressed(KeyCode::KeyH),
        hands: OnWheel::On,
    };
    for gamepad in &gamepads {
        let stick = gamepad.get(GamepadAxis::LeftStickX).map_or(0.0, f64::from);
        let gas = gamepad.get(GamepadButton::RightTrigger2).map_or(0.0, f64::from);
        let brake = gamepad.get(GamepadButton::LeftTrigger2).map_or(0.0, f64::from);
        if stick.abs() > DEAD_ZONE {
            // Stick to the right is positive, steering to the left is.
            controls.steer = -stick;
        }
        controls.accelerator = controls.accelerator.max(past_dead_zone(gas));
        controls.brake = controls.brake.max(past_dead_zone(brake));
    }
    hands.0 = rounded(controls);
}

fn past_dead_zone(value: f64) -> f64 {
    if value > DEAD_ZONE { value } else { 0.0 }
}

/// Positions to a thousandth of the travel: finer is noise, and every change is recorded.
fn rounded(controls: HumanControls) -> HumanControls {
    let round = |value: f64| (value * 1000.0).round() / 1000.0;
    HumanControls {
        steer: round(controls.steer),
        accelerator: round(controls.accelerator),
        brake: round(controls.brake),
        ..controls
    }
}

/// The stalk stays where it was put; the same key again turns it off.
fn indicator(now: Indicator, keys: &ButtonInput<KeyCode>, gamepads: &Query<&Gamepad>) -> Indicator {
    let pressed = |button| gamepads.iter().any(|gamepad| gamepad.just_pressed(button));
    let toggle = |side: Indicator| if now == side { Indicator::Off } else { side };
    if keys.just_pressed(KeyCode::KeyQ) || pressed(GamepadButton::LeftTrigger) {
        toggle(Indicator::Left)
    } else if keys.just_pressed(KeyCode::KeyE) || pressed(GamepadButton::RightTrigger) {
        toggle(Indicator::Right)
    } else {
        now
    }
}
