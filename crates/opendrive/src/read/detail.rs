//! Parts of objects: `<material>`, `<parkingSpace>`, `<markings>`, `<borders>`, `<skeleton>`, `<surface>`.

use super::cursor::{Cursor, Done, Element};
use super::rail::{not_evaluated, z_scale};
use super::road::push;
use super::value::{COORDINATE, Else, NUMBER, STATION};
use crate::model::{
    Border, BoxSide, Corner, Marking, ObjectCrg, ObjectDetail, ObjectMaterial, ParkingSpace, Polyline,
    RoadMarkColor, Vertex,
};
use crate::problem::Severity;

/// A child of `<object>` that says what it is made of or carries.
pub(crate) fn read<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, detail: &mut ObjectDetail) -> Done {
    match el.name {
        "material" => {
            let material = ObjectMaterial {
                surface: r.optional_text(&mut el, "surface"),
                friction: r.optional(&mut el, "friction", &NUMBER),
                roughness: r.optional(&mut el, "roughness", &NUMBER),
                road_mark_color: r
                    .optional_text(&mut el, "roadMarkColor")
                    .map(|w| RoadMarkColor::from_word(&w)),
            };
            push(r, &el, &mut detail.materials, material);
            r.leaf(el)
        }
        "parkingSpace" => {
            detail.parking = Some(ParkingSpace {
                access: r.optional_text(&mut el, "access").unwrap_or_else(|| "all".to_owned()),
                restrictions: r.optional_text(&mut el, "restrictions"),
            });
            // 1.4 gave painted lines by <marking> here; they are counted as ignored.
            r.leaf(el)
        }
        "markings" => r.children(el, |r, child| match child.name {
            "marking" => read_marking(r, child, &mut detail.markings),
            _ => r.skip(child),
        }),
        "borders" => r.children(el, |r, child| match child.name {
            "border" => read_border(r, child, &mut detail.borders),
            _ => r.skip(child),
        }),
        "skeleton" => r.children(el, |r, child| match child.name {
            "polyline" => read_polyline(r, child, &mut detail.skeleton),
            _ => r.skip(child),
        }),
        "surface" => r.children(el, |r, child| match child.name {
            "CRG" => read_object_crg(r, child, &mut detail.surface),
            _ => r.skip(child),
        }),
        _ => r.skip(el),
    }
}

fn read_corner_reference<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<String>) -> Done {
    match el.name {
        "cornerReference" => {
            let id = r.id(&mut el, "id", Severity::Warning);
            push(r, &el, list, id);
            r.leaf(el)
        }
        _ => r.skip(el),
    }
}

fn read_marking<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Marking>) -> Done {
    let mut marking = Marking {
        side: r.optional_text(&mut el, "side").map(|w| BoxSide::from_word(&w)),
        color: r
            .optional_text(&mut el, "color")
            .map_or(RoadMarkColor::White, |w| RoadMarkColor::from_word(&w)),
        bold: matches!(el.raw("weight"), Some(("bold", _))),
        width_m: r.optional(&mut el, "width", &COORDINATE),
        z_offset_m: r.number(&mut el, "zOffset", &COORDINATE, Else::Default(0.0)),
        line_m: r.number(&mut el, "lineLength", &COORDINATE, Else::Warn(0.0)),
        space_m: r.number(&mut el, "spaceLength", &COORDINATE, Else::Warn(0.0)),
        start_offset_m: r.number(&mut el, "startOffset", &COORDINATE, Else::Warn(0.0)),
        stop_offset_m: r.number(&mut el, "stopOffset", &COORDINATE, Else::Warn(0.0)),
        at: r.at(&el),
        ..Marking::default()
    };
    let bare = Element::bare("marking", el.span.clone());
    let done = r.children(el, |r, child| read_corner_reference(r, child, &mut marking.corners));
    push(r, &bare, list, marking);
    done
}

fn read_border<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Border>) -> Done {
    let mut border = Border {
        outline_id: r.text(&mut el, "outlineId"),
        kind: r.text(&mut el, "type"),
        width_m: r.number(&mut el, "width", &COORDINATE, Else::Warn(0.0)),
        whole_outline: r.flag(&mut el, "useCompleteOutline", false),
        at: r.at(&el),
        ..Border::default()
    };
    let bare = Element::bare("border", el.span.clone());
    let done = r.children(el, |r, child| read_corner_reference(r, child, &mut border.corners));
    push(r, &bare, list, border);
    done
}

fn read_polyline<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Polyline>) -> Done {
    let mut line = Polyline { id: r.optional_text(&mut el, "id"), vertices: Vec::new(), at: r.at(&el) };
    let bare = Element::bare("polyline", el.span.clone());
    let done = r.children(el, |r, mut child| {
        let place = match child.name {
            "vertexLocal" => Corner::Local {
                u_m: r.number(&mut child, "u", &COORDINATE, Else::Warn(0.0)),
                v_m: r.number(&mut child, "v", &COORDINATE, Else::Warn(0.0)),
                z_m: r.number(&mut child, "z", &COORDINATE, Else::Default(0.0)),
                height_m: 0.0,
            },
            "vertexRoad" => Corner::Road {
                s_m: r.number(&mut child, "s", &STATION, Else::Warn(0.0)),
                t_m: r.number(&mut child, "t", &COORDINATE, Else::Warn(0.0)),
                dz_m: r.number(&mut child, "dz", &COORDINATE, Else::Default(0.0)),
                height_m: 0.0,
            },
            _ => return r.skip(child),
        };
        let vertex = Vertex {
            id: r.optional_text(&mut child, "id"),
            place,
            radius_m: r.optional(&mut child, "radius", &COORDINATE),
            intersection: r.flag(&mut child, "intersectionPoint", false),
        };
        push(r, &child, &mut line.vertices, vertex);
        r.leaf(child)
    });
    push(r, &bare, list, line);
    done
}

fn read_object_crg<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<ObjectCrg>) -> Done {
    let crg = ObjectCrg {
        file: r.text(&mut el, "file"),
        hides_road: r.flag(&mut el, "hideRoadSurfaceCRG", false),
        z_scale: z_scale(r, &mut el),
        at: r.at(&el),
    };
    not_evaluated(r, &el, &crg.file);
    *slot = Some(crg);
    r.leaf(el)
}
