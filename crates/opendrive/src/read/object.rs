//! `<object>`, `<objectReference>`, `<tunnel>` and `<bridge>`.

use super::cursor::{Cursor, Done, Element};
use super::road::push;
use super::signal::read_validity;
use super::value::{COORDINATE, Else, LENGTH, NUMBER, STATION};
use super::{detail, read_user_data};
use crate::model::{Corner, Object, ObjectReference, Orientation, Outline, Repeat, Structure, StructureKind};
use crate::problem::Severity;

/// Where objects, references to objects, tunnels and bridges go.
pub(crate) type Lists<'l> = (&'l mut Vec<Object>, &'l mut Vec<ObjectReference>, &'l mut Vec<Structure>);

/// A child of `<objects>`.
pub(crate) fn read_any<'a>(r: &mut Cursor<'a>, el: Element<'a>, lists: Lists<'_>) -> Done {
    let (objects, references, structures) = lists;
    match el.name {
        "object" => read_object(r, el, objects),
        "objectReference" => read_reference(r, el, references),
        "tunnel" | "bridge" => read_structure(r, el, structures),
        _ => r.skip(el),
    }
}

fn read_object<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Object>) -> Done {
    let mut object = Object {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        kind: r.text(&mut el, "type"),
        subtype: r.text(&mut el, "subtype"),
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        t_m: r.number(&mut el, "t", &COORDINATE, Else::Refuse),
        // Some tools write it in lower case.
        z_offset_m: {
            let name = if el.has("zOffset") { "zOffset" } else { "zoffset" };
            r.number(&mut el, name, &COORDINATE, Else::Default(0.0))
        },
        heading_rad: r.number(&mut el, "hdg", &NUMBER, Else::Default(0.0)),
        pitch_rad: r.number(&mut el, "pitch", &NUMBER, Else::Default(0.0)),
        roll_rad: r.number(&mut el, "roll", &NUMBER, Else::Default(0.0)),
        orientation_said: el.has("orientation"),
        orientation: r.orientation(&mut el, "orientation").unwrap_or(Orientation::Both),
        valid_length_m: r.optional(&mut el, "validLength", &LENGTH),
        dynamic: r.flag(&mut el, "dynamic", false),
        perp_to_road: r.flag(&mut el, "perpToRoad", false),
        length_m: r.optional(&mut el, "length", &LENGTH),
        width_m: r.optional(&mut el, "width", &LENGTH),
        radius_m: r.optional(&mut el, "radius", &LENGTH),
        height_m: r.optional(&mut el, "height", &COORDINATE),
        at: r.at(&el),
        ..Object::default()
    };
    let bare = Element::bare("object", el.span.clone());
    let done = r.children(el, |r, child| match child.name {
        "repeat" => read_repeat(r, child, &mut object.repeats),
        "outline" => read_outline(r, child, &mut object.outlines),
        "outlines" => r.children(child, |r, outline| match outline.name {
            "outline" => read_outline(r, outline, &mut object.outlines),
            _ => r.skip(outline),
        }),
        "validity" => read_validity(r, child, &mut object.validity),
        "userData" => read_user_data(r, child, &mut object.user_data),
        _ => detail::read(r, child, &mut object.detail),
    });
    push(r, &bare, list, object);
    done
}

fn read_repeat<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Repeat>) -> Done {
    let repeat = Repeat {
        distance_said: el.has("distance"),
        straight: r.flag(&mut el, "detachFromReferenceLine", false),
        s_m: r.number(&mut el, "s", &STATION, Else::Warn(0.0)),
        length_m: r.number(&mut el, "length", &LENGTH, Else::Warn(0.0)),
        distance_m: r.number(&mut el, "distance", &LENGTH, Else::Warn(0.0)),
        t_start_m: r.number(&mut el, "tStart", &COORDINATE, Else::Warn(0.0)),
        t_end_m: r.number(&mut el, "tEnd", &COORDINATE, Else::Warn(0.0)),
        width_start_m: r.optional(&mut el, "widthStart", &LENGTH),
        width_end_m: r.optional(&mut el, "widthEnd", &LENGTH),
        height_start_m: r.optional(&mut el, "heightStart", &COORDINATE),
        height_end_m: r.optional(&mut el, "heightEnd", &COORDINATE),
        z_offset_start_m: r.number(&mut el, "zOffsetStart", &COORDINATE, Else::Default(0.0)),
        z_offset_end_m: r.number(&mut el, "zOffsetEnd", &COORDINATE, Else::Default(0.0)),
        length_start_m: r.optional(&mut el, "lengthStart", &LENGTH),
        length_end_m: r.optional(&mut el, "lengthEnd", &LENGTH),
        radius_start_m: r.optional(&mut el, "radiusStart", &LENGTH),
        radius_end_m: r.optional(&mut el, "radiusEnd", &LENGTH),
    };
    push(r, &el, list, repeat);
    r.leaf(el)
}

fn read_outline<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Outline>) -> Done {
    let mut outline = Outline {
        id: r.optional_text(&mut el, "id"),
        outer: r.flag(&mut el, "outer", true),
        closed: r.flag(&mut el, "closed", true),
        fill_type: r.optional_text(&mut el, "fillType"),
        lane_type: r.optional_text(&mut el, "laneType"),
        corners: Vec::new(),
        corner_ids: Vec::new(),
    };
    let mut ids = 0;
    let bare = Element::bare("outline", el.span.clone());
    let done = r.children(el, |r, mut child| {
        let corner = match child.name {
            "cornerLocal" => {
                // Some files write x, y for u, v.
                let mut axis = |r: &mut Cursor<'a>, name: &str, old: &str| {
                    let name = if !child.has(name) && child.has(old) { old } else { name };
                    r.number(&mut child, name, &COORDINATE, Else::Warn(0.0))
                };
                let (u_m, v_m) = (axis(r, "u", "x"), axis(r, "v", "y"));
                Corner::Local {
                    u_m,
                    v_m,
                    z_m: r.number(&mut child, "z", &COORDINATE, Else::Default(0.0)),
                    height_m: r.number(&mut child, "height", &COORDINATE, Else::Default(0.0)),
                }
            }
            "cornerRoad" => Corner::Road {
                s_m: r.number(&mut child, "s", &STATION, Else::Warn(0.0)),
                t_m: r.number(&mut child, "t", &COORDINATE, Else::Warn(0.0)),
                dz_m: r.number(&mut child, "dz", &COORDINATE, Else::Default(0.0)),
                height_m: r.number(&mut child, "height", &COORDINATE, Else::Default(0.0)),
            },
            _ => return r.skip(child),
        };
        let id = r.optional_text(&mut child, "id");
        ids += usize::from(id.is_some());
        push(r, &child, &mut outline.corners, corner);
        push(r, &child, &mut outline.corner_ids, id);
        r.leaf(child)
    });
    if ids == 0 {
        outline.corner_ids = Vec::new();
    }
    if !r.is_stopped() {
        let rule = match outline.corners.as_slice() {
            [] => Some("rule_247_road_object_outline_outline_followed_by_corner"),
            [Corner::Road { .. }] => Some("rule_253_road_corner_road_element_min_amount"),
            [Corner::Local { .. }] => Some("rule_255_road_corner_local_element_min_amount"),
            [_, _, ..] => None,
        };
        if let Some(rule) = rule {
            let message = format!("<outline> has {} corners", outline.corners.len());
            let hint = "two or more of one kind are wanted";
            r.report(Severity::Warning, rule, bare.span.clone(), message, hint);
        }
    }
    push(r, &bare, list, outline);
    done
}

fn read_reference<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<ObjectReference>) -> Done {
    let mut reference = ObjectReference {
        object_id: r.id(&mut el, "id", Severity::Warning),
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        t_m: r.number(&mut el, "t", &COORDINATE, Else::Refuse),
        z_offset_m: r.number(&mut el, "zOffset", &COORDINATE, Else::Default(0.0)),
        valid_length_m: r.optional(&mut el, "validLength", &LENGTH),
        orientation: r.orientation(&mut el, "orientation").unwrap_or(Orientation::Both),
        validity: Vec::new(),
        at: r.at(&el),
    };
    let bare = Element::bare("objectReference", el.span.clone());
    let done = r.children(el, |r, child| match child.name {
        "validity" => read_validity(r, child, &mut reference.validity),
        _ => r.skip(child),
    });
    push(r, &bare, list, reference);
    done
}

fn read_structure<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Structure>) -> Done {
    let kind = if el.name == "tunnel" {
        let lighting = r.optional(&mut el, "lighting", &NUMBER);
        StructureKind::Tunnel { lighting, daylight: r.optional(&mut el, "daylight", &NUMBER) }
    } else {
        StructureKind::Bridge
    };
    let mut structure = Structure {
        kind,
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        subtype: r.text(&mut el, "type"),
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        length_m: r.number(&mut el, "length", &LENGTH, Else::Refuse),
        validity: Vec::new(),
        user_data: Vec::new(),
        at: r.at(&el),
    };
    let bare = Element::bare(el.name, el.span.clone());
    let done = r.children(el, |r, child| match child.name {
        "validity" => read_validity(r, child, &mut structure.validity),
        "userData" => read_user_data(r, child, &mut structure.user_data),
        _ => r.skip(child),
    });
    push(r, &bare, list, structure);
    done
}
