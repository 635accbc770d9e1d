//! `<signal>`, `<signalReference>` and `<controller>`.

use super::cursor::{Cursor, Done, Element};
use super::read_user_data;
use super::road::push;
use super::value::{COORDINATE, Else, NUMBER, STATION};
use crate::model::{
    Control, Controller, Orientation, Signal, SignalDependency, SignalLink, SignalPosition, SignalReference,
    Validity,
};
use crate::problem::Severity;

pub(crate) fn read_signal<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Signal>) -> Done {
    let mut signal = Signal {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        t_m: r.number(&mut el, "t", &COORDINATE, Else::Refuse),
        z_offset_m: r.number(&mut el, "zOffset", &COORDINATE, Else::Warn(0.0)),
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
    let bare = Element::bare("signal", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "validity" => read_validity(r, child, &mut signal.validity),
        "dependency" => {
            let signal_id = r.id(&mut child, "id", Severity::Warning);
            let kind = r.optional_text(&mut child, "type");
            push(r, &child, &mut signal.dependencies, SignalDependency { signal_id, kind });
            r.leaf(child)
        }
        "reference" => {
            let link = SignalLink {
                element_id: r.id(&mut child, "elementId", Severity::Warning),
                element_type: r.text(&mut child, "elementType"),
                kind: r.optional_text(&mut child, "type"),
            };
            push(r, &child, &mut signal.references, link);
            r.leaf(child)
        }
        "positionInertial" | "positionRoad" | "physicalPosition" => {
            read_position(r, child, &mut signal.position)
        }
        "userData" => read_user_data(r, child, &mut signal.user_data),
        _ => r.skip(child),
    });
    push(r, &bare, list, signal);
    done
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
    let (from, to) = (r.needed_integer(&mut el, "fromLane"), r.needed_integer(&mut el, "toLane"));
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
