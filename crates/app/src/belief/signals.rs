//! Traffic signals as the car takes them, beside what they show.
//!
//! Each head near the route gets a small head with lenses as bright as their probabilities; those of the
//! ego's next movement say it in words. A vermilion frame marks a head that is taken for something else
//! (by the judge's measure: yellow may pass for red or green). Where the next movement enters its junction
//! a bar lies across the lane in the color that the car believes governs it: gray = not known.

use super::ink::Pen;
use super::labels::{Label, LabelKind, Priority, SIGNAL_GREEN, SIGNAL_RED, SIGNAL_YELLOW, SignalChip};
use super::route::EgoRoute;
use super::shown::{Shown, Sketch};
use super::words;
use crate::{frames, layers, palette};
use bevy::color::{Alpha, Color};
use bevy::math::Vec3;
use shakedown::base::ids::{LaneId, SignalIx};
use shakedown::base::math::{self, DVec2};
use shakedown::judge::misperception::same_meaning;
use shakedown::road::SignalFace;
use shakedown::state::belief::SignalBelief;
use shakedown::state::pose::LaneCoord;
use shakedown::state::signal::{FaceOrientation, Indication, LensColor, LitLenses};

/// A signal that was looked at this recently and is not known is unclear, not unread, s.
const UNCLEAR_S: f64 = 1.0;
/// Heads farther from the ego than this are not shown, m.
const RANGE_M: f64 = 130.0;

/// Color of a head: index into [`SignalBelief::probability`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Red.
    Red,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Nothing lit.
    Unlit,
}

impl Shows {
    /// In the order of the probabilities.
    pub const ALL: [Self; 4] = [Self::Red, Self::Yellow, Self::Green, Self::Unlit];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Unlit => "dark",
        }
    }

    /// On the screen.
    pub fn color(self) -> Color {
        match self {
            Self::Red => SIGNAL_RED,
            Self::Yellow => SIGNAL_YELLOW,
            Self::Green => SIGNAL_GREEN,
            Self::Unlit => Color::srgb(0.7, 0.72, 0.75),
        }
    }
}

/// What a face shows: the most restrictive of its lit lenses. A flashing lens counts as lit.
pub fn shows(face: &SignalFace, lit: LitLenses) -> Shows {
    let lights = |color: LensColor| {
        face.lenses.iter().enumerate().any(|(ix, lens)| lens.color == color && lit.mask >> ix & 1 == 1)
    };
    if lights(LensColor::Red) {
        Shows::Red
    } else if lights(LensColor::Yellow) {
        Shows::Yellow
    } else if lights(LensColor::Green) {
        Shows::Green
    } else {
        Shows::Unlit
    }
}

/// Most probable color and its probability.
pub fn believed(belief: &SignalBelief) -> (Shows, f64) {
    let mut best = (Shows::Unlit, 0.0);
    for (shows, probability) in Shows::ALL.into_iter().zip(belief.probability) {
        if probability > best.1 {
            best = (shows, probability);
        }
    }
    best
}

/// Whether a head is taken for something that would be obeyed differently.
pub fn is_wrong(believed: Shows, truth: Shows) -> bool {
    let as_told = |shows| match shows {
        Shows::Red => Indication::Red,
        Shows::Yellow => Indication::Yellow,
        Shows::Green => Indication::Green,
        Shows::Unlit => Indication::Dark,
    };
    !same_meaning(Some(as_told(believed)), as_told(truth))
}

/// Whether a face looks towards the car and lies ahead of it.
fn faces_the_car(face: &SignalFace, position_m: DVec2, heading_rad: f64) -> bool {
    let way = face.position_m.truncate() - position_m;
    let distance_m = way.length();
    (3.0..RANGE_M).contains(&distance_m)
        && way.dot(math::unit(heading_rad)) > 0.25 * distance_m
        && way.dot(math::unit(face.heading_rad)) < -0.2 * distance_m
}

/// Draws the heads and the bar at the next junction.
pub fn draw(shown: &Shown, route: &EgoRoute, sketch: &mut Sketch) {
    let network = shown.run.network();
    let next = shown.ego.lane.and_then(|at| route.next_movement(shown.run, at));
    let governing: &[SignalIx] = next
        .filter(|(_, distance_m)| *distance_m < RANGE_M)
        .and_then(|(lane, _)| network.faces_of_movement.get(lane.ix()))
        .map_or(&[], Vec::as_slice);
    for belief in &shown.belief.signals {
        let Some(face) = network.signals.get(belief.face.ix()) else { continue };
        if !faces_the_car(face, shown.ego.position_m, shown.ego.heading_rad) {
            continue;
        }
        let truth = shows(face, shown.shot.signals.of_face(belief.face));
        let governs = governing.contains(&belief.face);
        let orientation = shown.shot.signals.orientation.get(belief.face.ix()).copied();
        sketch.labels.push(chip(face, belief, truth, governs, orientation, shown.ego.position_m));
    }
    if let Some((movement, distance_m)) = next.filter(|(_, distance_m)| (-2.0..90.0).contains(distance_m)) {
        draw_bar(shown, movement, distance_m, sketch);
    }
}

fn chip(
    face: &SignalFace,
    belief: &SignalBelief,
    truth: Shows,
    governs: bool,
    orientation: Option<FaceOrientation>,
    ego_m: DVec2,
) -> Label {
    let (taken_for, probability) = believed(belief);
    let unseen = belief.last_seen.is_none();
    let wrong = !unseen && probability > 0.5 && is_wrong(taken_for, truth);
    let mut text = String::new();
    if governs || wrong {
        text = if unseen {
            "not seen yet".to_owned()
        } else {
            format!("{} {:.0} %", taken_for.word(), probability * 100.0)
        };
    }
    if wrong {
        text.push_str(&format!("\nWRONG: it is {}", truth.word()));
    }
    let color = if wrong {
        palette::BAD
    } else if unseen {
        Shows::Unlit.color()
    } else {
        taken_for.color()
    };
    Label {
        world: frames::point(face.position_m) + Vec3::Y * 0.75,
        text,
        color,
        layer: layers::BELIEF,
        priority: if wrong || governs { Priority::Signal } else { Priority::Detail },
        distance_m: face.position_m.truncate().distance(ego_m),
        kind: LabelKind::Signal(SignalChip {
            probability: if unseen { [0.0, 0.0, 0.0, 1.0] } else { belief.probability },
            orientation: orientation.unwrap_or(face.orientation),
            wrong: wrong.then(|| truth.word().to_owned()),
        }),
    }
}

/// A bar across the entry of the next movement.
fn draw_bar(shown: &Shown, movement: LaneId, distance_m: f64, sketch: &mut Sketch) {
    let network = shown.run.network();
    let governed = network.faces_of_movement.get(movement.ix()).is_some_and(|faces| !faces.is_empty());
    if !governed {
        return;
    }
    let belief = shown.belief.movements.iter().find(|belief| belief.connecting == movement);
    let told = belief.and_then(|belief| belief.indication);
    let truth = shown.shot.signals.of_movement(movement);
    let color = match told {
        None => Shows::Unlit.color(),
        Some(Indication::Red | Indication::FlashingRed | Indication::DontWalk) => SIGNAL_RED,
        Some(Indication::Yellow | Indication::FlashingYellow | Indication::PedestrianClearance) => {
            SIGNAL_YELLOW
        }
        Some(Indication::Green | Indication::GreenArrow | Indication::Walk) => SIGNAL_GREEN,
        Some(Indication::Dark) => Shows::Unlit.color(),
    };
    let entry = network.lane_pose(LaneCoord::center(movement, 0.0));
    let (center, left) = (entry.pose.position_m, entry.pose.forward().perp());
    let half_m = 0.5 * entry.width_m - 0.1;
    let end = |sign: f64| frames::point(center + (left * (sign * half_m)).extend(0.08));
    let pen = Pen::new(color.with_alpha(0.95), 4.0).wide(0.35);
    sketch.ground.line(end(1.0), end(-1.0), if told.is_some() { pen } else { pen.dashed(0.8) });
    let wrong = truth.is_some_and(|truth| told.is_some() && !same_meaning(told, truth));
    let mut text = match (told, belief) {
        (Some(told), Some(belief)) => {
            format!("believes {} {:.0} %", words::indication(told), belief.confidence * 100.0)
        }
        (None, Some(belief)) if belief.unseen_s < UNCLEAR_S => "signal unclear".to_owned(),
        (None, Some(belief)) if belief.unseen_s.is_finite() => {
            format!("signal unread for {:.0} s", belief.unseen_s)
        }
        (_, Some(_) | None) => "signal not known yet".to_owned(),
    };
    if let Some(truth) = truth.filter(|_| wrong) {
        text.push_str(&format!("\nWRONG: it is {}", words::indication(truth)));
    }
    let at = frames::point(center) + Vec3::Y * 0.4;
    let (color, rank) = if wrong { (palette::BAD, Priority::Wrong) } else { (color, Priority::Signal) };
    sketch.labels.push(Label::text(at, text, color, layers::BELIEF, rank, distance_m.max(0.0)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::state::belief::{ArrowSeen, Blinking};
    use shakedown::state::signal::{Flashing, Lens, LensShape};

    fn face() -> SignalFace {
        let lens = |color| Lens { color, shape: LensShape::Circle, flashing: Flashing::Steady };
        SignalFace {
            ix: SignalIx(0),
            id: "1".into(),
            junction: None,
            position_m: math::DVec3::new(50.0, 0.0, 5.0),
            heading_rad: core::f64::consts::PI,
            orientation: FaceOrientation::Vertical,
            lenses: vec![lens(LensColor::Red), lens(LensColor::Yellow), lens(LensColor::Green)],
            lens_diameter_m: 0.3,
            brightness: 1.0,
            lanes: vec![],
            crosswalk: None,
        }
    }

    fn belief(probability: [f64; 4]) -> SignalBelief {
        SignalBelief {
            face: SignalIx(0),
            probability,
            arrow: ArrowSeen::No,
            last_seen: Some(shakedown::base::time::SimTime::ZERO),
            blinking: Blinking::No,
        }
    }

    #[test]
    fn a_face_shows_its_most_restrictive_lit_lens() {
        for (mask, expect) in [
            (0b001, Shows::Red),
            (0b010, Shows::Yellow),
            (0b100, Shows::Green),
            (0b101, Shows::Red),
            (0, Shows::Unlit),
        ] {
            assert_eq!(shows(&face(), LitLenses { mask, flashing: 0 }), expect);
        }
    }

    #[test]
    fn wrong_is_what_would_be_obeyed_differently() {
        assert!(is_wrong(Shows::Green, Shows::Red));
        assert!(is_wrong(Shows::Unlit, Shows::Green));
        assert!(!is_wrong(Shows::Red, Shows::Yellow));
        assert!(!is_wrong(Shows::Green, Shows::Green));
    }

    #[test]
    fn chips_speak_when_they_govern_or_are_wrong() {
        let sure = belief([0.97, 0.01, 0.01, 0.01]);
        let quiet = chip(&face(), &sure, Shows::Red, false, None, DVec2::ZERO);
        assert_eq!((quiet.text.as_str(), quiet.priority), ("", Priority::Detail));
        let governing = chip(&face(), &sure, Shows::Red, true, None, DVec2::ZERO);
        assert_eq!(governing.text, "red 97 %");
        let wrong = chip(&face(), &sure, Shows::Green, false, None, DVec2::ZERO);
        assert!(wrong.text.ends_with("WRONG: it is green"), "{}", wrong.text);
        let unsure = chip(&face(), &belief([0.4, 0.3, 0.2, 0.1]), Shows::Green, true, None, DVec2::ZERO);
        assert_eq!(unsure.text, "red 40 %", "below one half it is not held against the car");
        let unseen = SignalBelief { last_seen: None, ..sure };
        assert_eq!(chip(&face(), &unseen, Shows::Green, true, None, DVec2::ZERO).text, "not seen yet");
    }

    #[test]
    fn only_heads_ahead_that_look_at_the_car_count() {
        assert!(faces_the_car(&face(), DVec2::ZERO, 0.0));
        assert!(!faces_the_car(&face(), DVec2::ZERO, core::f64::consts::PI), "behind");
        assert!(!faces_the_car(&face(), DVec2::new(100.0, 0.0), core::f64::consts::PI), "seen from its back");
        assert!(!faces_the_car(&face(), DVec2::new(-200.0, 0.0), 0.0), "far");
    }
}
