//! Keys of the interface: one table for the keyboard and for the help page.
//!
//! Letters and signs are taken by what they type, so that they stay where the keyboard's language has them;
//! arrows and function keys by their place. While a person drives, arrows and space bar belong to the driving
//! ([`crate::control`], which also has the keys of the automation).

use super::marks::Jump;
use bevy::input::keyboard::{Key, KeyCode};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// Play or pause.
    TogglePlay,
    /// So many ticks.
    Step(i64),
    /// So many seconds from the shown time.
    Skip(f64),
    /// To the start.
    Home,
    /// To the end of what is simulated.
    End,
    /// Slower.
    Slower,
    /// Faster.
    Faster,
    /// To the next event in a direction.
    Jump(Jump),
    /// Plots on or off.
    Plots,
    /// Events on or off.
    Events,
    /// Help on or off.
    Help,
    /// More or less of the interface.
    Interface,
    /// Side panel on or off.
    Side,
    /// Split view on or off.
    Split,
    /// The next camera.
    Camera,
    /// The run from the start.
    Restart,
    /// Closes what is open, else leaves the run.
    Escape,
}

/// What is held while a key goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Control or command.
    pub control: bool,
    /// A person drives.
    pub driving: bool,
}

/// The wish of a key.
pub fn wish(key: &Key, code: KeyCode, held: Held) -> Option<Wish> {
    if held.control {
        return None;
    }
    let steps = !held.driving;
    match key {
        Key::Space if steps => return Some(Wish::TogglePlay),
        Key::ArrowRight if steps => return Some(if held.shift { Wish::Skip(1.0) } else { Wish::Step(1) }),
        Key::ArrowLeft if steps => return Some(if held.shift { Wish::Skip(-1.0) } else { Wish::Step(-1) }),
        Key::Home => return Some(Wish::Home),
        Key::End => return Some(Wish::End),
        Key::Escape => return Some(Wish::Escape),
        Key::F1 => return Some(Wish::Help),
        Key::Pause => return Some(Wish::TogglePlay),
        _ => {}
    }
    let text = match key {
        Key::Character(text) => text.as_str(),
        _ => "",
    };
    match text {
        "," => return Some(Wish::Slower),
        "." => return Some(Wish::Faster),
        "[" => return Some(Wish::Jump(Jump::Back)),
        "]" => return Some(Wish::Jump(Jump::Forward)),
        _ => {}
    }
    match code {
        KeyCode::BracketLeft => return Some(Wish::Jump(Jump::Back)),
        KeyCode::BracketRight => return Some(Wish::Jump(Jump::Forward)),
        _ => {}
    }
    match text.to_ascii_lowercase().as_str() {
        "p" => Some(Wish::Plots),
        "l" => Some(Wish::Events),
        "i" => Some(Wish::Interface),
        "m" => Some(Wish::Side),
        "b" => Some(Wish::Split),
        "c" => Some(Wish::Camera),
        "r" => Some(Wish::Restart),
        _ => None,
    }
}

/// Paces, slowest first.
pub const PACES: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

/// The next pace in a direction.
pub fn next_pace(pace: f64, way: Jump) -> f64 {
    match way {
        Jump::Forward => PACES.into_iter().find(|p| *p > pace * 1.001).unwrap_or(PACES[PACES.len() - 1]),
        Jump::Back => PACES.into_iter().rev().find(|p| *p < pace * 0.999).unwrap_or(PACES[0]),
    }
}

/// Rows of the help page for the keys of this module: (keys, what they do).
pub const TIME: &[(&str, &str)] = &[
    ("Space", "play or pause (Pause key while you drive)"),
    ("← →", "one tick back or on"),
    ("Shift ← →", "one second back or on"),
    ("Home End", "start, and end of what is simulated"),
    (", .", "slower, faster"),
    ("[ ]", "previous, next event"),
    ("R", "run it again from the start"),
];

/// Rows of the help page for what is seen.
pub const VIEW: &[(&str, &str)] = &[
    ("P", "curves of speed, gap and attention"),
    ("L", "list of events"),
    ("C", "next camera"),
    ("B", "split view: truth beside belief"),
    ("M", "side panel"),
    ("I", "more or less of the interface"),
    ("F1", "this page"),
    ("Esc", "close what is open, then back to the start"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Key {
        Key::Character(text.into())
    }

    #[test]
    fn keys_do_what_the_help_says() {
        let check = |key: Key, code: KeyCode, held: Held, expect: Option<Wish>| {
            assert_eq!(wish(&key, code, held), expect, "{key:?} {held:?}");
        };
        let (none, shift) = (Held::default(), Held { shift: true, ..Held::default() });
        check(Key::Space, KeyCode::Space, none, Some(Wish::TogglePlay));
        check(Key::ArrowRight, KeyCode::ArrowRight, none, Some(Wish::Step(1)));
        check(Key::ArrowLeft, KeyCode::ArrowLeft, shift, Some(Wish::Skip(-1.0)));
        check(typed("l"), KeyCode::KeyL, none, Some(Wish::Events));
        check(typed("]"), KeyCode::Digit9, none, Some(Wish::Jump(Jump::Forward)));
        check(typed("ü"), KeyCode::BracketLeft, none, Some(Wish::Jump(Jump::Back)));
        check(typed("P"), KeyCode::KeyP, shift, Some(Wish::Plots));
        let control = Held { control: true, ..Held::default() };
        check(typed("p"), KeyCode::KeyP, control, None);
    }

    #[test]
    fn who_drives_keeps_the_arrows_and_the_space_bar() {
        let driving = Held { driving: true, ..Held::default() };
        for (key, code) in [
            (Key::ArrowLeft, KeyCode::ArrowLeft),
            (Key::ArrowRight, KeyCode::ArrowRight),
            (Key::Space, KeyCode::Space),
            (typed("w"), KeyCode::KeyW),
            (typed("a"), KeyCode::KeyA),
            (typed("s"), KeyCode::KeyS),
            (typed("d"), KeyCode::KeyD),
            (typed("q"), KeyCode::KeyQ),
            (typed("e"), KeyCode::KeyE),
            (typed("h"), KeyCode::KeyH),
        ] {
            assert_eq!(wish(&key, code, driving), None, "{key:?}");
        }
        assert_eq!(wish(&Key::Pause, KeyCode::Pause, driving), Some(Wish::TogglePlay));
        assert_eq!(wish(&typed("p"), KeyCode::KeyP, driving), Some(Wish::Plots));
    }

    #[test]
    fn the_help_has_a_row_for_every_single_key() {
        let rows: Vec<&str> = TIME.iter().chain(VIEW).flat_map(|(keys, _)| keys.split(' ')).collect();
        for letter in 'a'..='z' {
            let text = letter.to_string();
            let taken = wish(
                &typed(&text),
                KeyCode::Unidentified(bevy::input::keyboard::NativeKeyCode::Unidentified),
                Held::default(),
            );
            assert_eq!(taken.is_some(), rows.contains(&text.to_uppercase().as_str()), "{letter}");
        }
        for sign in [",", ".", "[", "]"] {
            assert!(rows.contains(&sign), "{sign}");
        }
    }

    #[test]
    fn no_key_means_two_things() {
        let theirs = crate::control::KEYS.iter().flat_map(|row| row.keys.split([' ', ',']));
        let ours: Vec<&str> = TIME.iter().chain(VIEW).flat_map(|(keys, _)| keys.split(' ')).collect();
        let shared: Vec<&str> = theirs.filter(|k| !k.is_empty() && ours.contains(k)).collect();
        // Those that drive belong to the driving alone while a person sits at the wheel.
        assert!(shared.iter().all(|k| matches!(*k, "Space" | "←" | "→" | "or")), "{shared:?}");
    }

    #[test]
    fn paces_step_through_the_list() {
        let mut pace = PACES[0];
        for expect in &PACES[1..] {
            pace = next_pace(pace, Jump::Forward);
            assert_eq!(pace, *expect);
        }
        assert_eq!(next_pace(pace, Jump::Forward), 32.0);
        assert_eq!(next_pace(0.1, Jump::Back), 0.1);
        assert_eq!(next_pace(3.0, Jump::Back), 2.0);
    }
}
