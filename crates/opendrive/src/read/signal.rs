//! `<signal>`, `<signalReference>` and `<controller>`.

use super::cursor::{Cursor, Done, Element};
use super::road::push;
use super::value::{COORDINATE, Else, NUMBER, STATION};
use super::{board, read_user_data};
use crate::model::{
    Control, Controller, Orientation, Signal, SignalDependency, SignalLink, SignalPosition, SignalReference,
    Validity,
};
use crate::problem::Severity;

/// What carries a signal: on a board it has no place of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum On {
    Road,
    Board,
}

pub(crate) fn read_signal<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Signal>) -> Done {
    let bare = Element::bare("signal", el.span.clone());
    let (done, signal) = signal_of(r, el, On::Road);
    push(r, &bare, list, signal);
    done
}

pub(crate) fn signal_of<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, on: On) -> (Done, Signal) {
    let place = |r: &mut Cursor<'a>, el: &mut Element<'a>| match on {
        On::Road => (
            r.number(el, "s", &STATION, Else::Refuse),
            r.number(el, "t", &COORDINATE, Else::Refuse),
            r.number(el, "zOffset", &COORDINATE, Else::Warn(0.0)),
        ),
        On::Board => (0.0, 0.0, r.number(el, "zOffset", &COORDINATE, Else::Default(0.0))),
    };
    let id = r.id(&mut el, "id", Severity::Warning);
    let name = r.text(&mut el, "name");
    let (s_m, t_m, z_offset_m) = place(r, &mut el);
    let mut signal = Signal {
        id,
        name,
        s_m,
        t_m,
        z_offset_m,
        dynamic: r.flag(&mut el, "dynamic", false),
        orientation: r.orientation(&mut el, "orientation").unwrap_or(Orientation::Both),
        country: r.optional_text(&mut el, "country").filter(|t| !t.is_empty()),
        country_revision: r.optional_text(&mut el, "countryRevision").filter(|t| !t.is_empty()),
        kind: r.text(&mut el, "type"),
        subtype: r.text(&mut el, "subtype"),
        value: r.optional(&mut el, "value", &NUMBER),
        unit: r.optional_text(&mut el, "unit").filter(|t| !t.is_empty()),
        text: r.optional_text(&mut el, "text").filter(|t| !t.is_empty()),
        height_m: r.optional(&mut el, "height", &COORDINATE),
        width_m: r.optional(&mut el, "width", &COORDINATE),
        length_m: r.optional(&mut el, "length", &COORDINATE),
        heading_offset_rad: r.number(&mut el, "hOffset", &NUMBER, Else::Default(0.0)),
        pitch_rad: r.number(&mut el, "pitch", &NUMBER, Else::Default(0.0)),
        roll_rad: r.number(&mut el, "roll", &NUMBER, Else::Default(0.0)),
        at: r.at(&el),
        ..Signal::default()
    };
    let done = r.children(el, |r, child| match (child.name, on) {
        ("positionInertial" | "positionRoad" | "physicalPosition", _) => {
            read_position(r, child, &mut signal.position)
        }
        ("semantics", _) => board::read_semantics(r, child, &mut signal.semantics),
        ("staticBoard", On::Road) => board::read_static_board(r, child, &mut signal.static_boards),
        ("vmsBoard", On::Road) => board::read_vms_board(r, child, &mut signal.vms_boards),
        ("userData", _) => read_user_data(r, child, &mut signal.user_data),
        _ => read_link(r, child, &mut signal.validity, &mut signal.dependencies, &mut signal.references),
    });
    (done, signal)
}

/// `<validity>`, `<dependency>` or `<reference>` of a signal or board.
pub(crate) fn read_link<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    validity: &mut Vec<Validity>,
    dependencies: &mut Vec<SignalDependency>,
    references: &mut Vec<SignalLink>,
) -> Done {
    match el.name {
        "validity" => read_validity(r, el, validity),
        "dependency" => {
            let signal_id = r.id(&mut el, "id", Severity::Warning);
            let kind = r.optional_text(&mut el, "type");
            push(r, &el, dependencies, SignalDependency { signal_id, kind });
            r.leaf(el)
        }
        "reference" => {
            let link = SignalLink {
                element_id: r.id(&mut el, "elementId", Severity::Warning),
                element_type: r.text(&mut el, "elementType"),
                kind: r.optional_text(&mut el, "type"),
            };
            push(r, &el, references, link);
            r.leaf(el)
        }
        _ => r.skip(el),
    }
}

fn read_position<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<SignalPosition>) -> Done {
    let angles = |r: &mut Cursor<'a>, el: &mut Element<'a>| {
        let pitch = r.number(el, "pitch", &NUMBER, Else::Default(0.0));
        (pitch, r.number(el, "roll", &NUMBER, Else::Default(0.0)))
    };
    // 1.4's <physicalPosition> came in both shapes; its attributes tell which.
    *slot = Some(if el.name == "positionInertial" || !el.has("roadId") {
        let (pitch_rad, roll_rad) = angles(r, &mut el);
        SignalPosition::Inertial {
            x_m: r.number(&mut el, "x", &COORDINATE, Else::Refuse),
            y_m: r.number(&mut el, "y", &COORDINATE, Else::Refuse),
            z_m: r.number(&mut el, "z", &COORDINATE, Else::Refuse),
            heading_rad: r.number(&mut el, "hdg", &NUMBER, Else::Warn(0.0)),
            pitch_rad,
            roll_rad,
        }
    } else {
        let (pitch_rad, roll_rad) = angles(r, &mut el);
        SignalPosition::Road {
            road_id: r.id(&mut el, "roadId", Severity::Warning),
            s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
            t_m: r.number(&mut el, "t", &COORDINATE, Else::Refuse),
            z_offset_m: r.number(&mut el, "zOffset", &COORDINATE, Else::Warn(0.0)),
            heading_offset_rad: r.number(&mut el, "hOffset", &NUMBER, Else::Default(0.0)),
            pitch_rad,
            roll_rad,
        }
    });
    r.leaf(el)
}

pub(crate) fn read_validity<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Validity>) -> Done {
    // Some files write from, to.
    let mut lane = |r: &mut Cursor<'a>, name: &str, short: &str| {
        let name = if !el.has(name) && el.has(short) { short } else { name };
        r.needed_integer(&mut el, name)
    };
    let (from, to) = (lane(r, "fromLane", "from"), lane(r, "toLane", "to"));
    if let (Some(from), Some(to)) = (from, to) {
        if from > to {
            let message = format!("<validity> runs from lane {from} to lane {to}");
            r.report(
                Severity::Warning,
                "validity.order",
                el.span.clone(),
                message,
                "fromLane ≤ toLane is wanted; they were exchanged",
            );
        }
        push(r, &el, list, Validity { from_lane: from.min(to), to_lane: from.max(to) });
    }
    r.leaf(el)
}

pub(crate) fn read_reference<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    list: &mut Vec<SignalReference>,
) -> Done {
    let mut reference = SignalReference {
        signal_id: r.id(&mut el, "id", Severity::Warning),
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        t_m: r.number(&mut el, "t", &COORDINATE, Else::Refuse),
        orientation: r.orientation(&mut el, "orientation").unwrap_or(Orientation::Both),
        at: r.at(&el),
        ..SignalReference::default()
    };
    let bare = Element::bare("signalReference", el.span.clone());
    let done = r.children(el, |r, child| match child.name {
        "validity" => read_validity(r, child, &mut reference.validity),
        "userData" => read_user_data(r, child, &mut reference.user_data),
        _ => r.skip(child),
    });
    push(r, &bare, list, reference);
    done
}

pub(crate) fn read_controller<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    list: &mut Vec<Controller>,
) -> Done {
    let mut controller = Controller {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        sequence: r.integer(&mut el, "sequence").and_then(|n| u32::try_from(n).ok()),
        at: r.at(&el),
        ..Controller::default()
    };
    let bare = Element::bare("controller", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "control" => {
            let signal_id = r.id(&mut child, "signalId", Severity::Warning);
            let kind = r.optional_text(&mut child, "type");
            push(r, &child, &mut controller.controls, Control { signal_id, kind });
            r.leaf(child)
        }
        "userData" => read_user_data(r, child, &mut controller.user_data),
        _ => r.skip(child),
    });
    push(r, &bare, list, controller);
    done
}
