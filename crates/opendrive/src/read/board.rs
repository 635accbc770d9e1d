//! `<semantics>`, `<staticBoard>`, `<vmsBoard>` and `<vmsGroup>`.

use super::cursor::{Cursor, Done, Element};
use super::read_user_data;
use super::road::push;
use super::signal::{On, read_link, signal_of};
use super::value::{COORDINATE, Else, NUMBER};
use crate::model::{BoardSign, DisplayArea, Semantic, StaticBoard, VmsBoard, VmsBoardReference, VmsGroup};
use crate::problem::Severity;

/// Children of `<semantics>` that the standard knows.
const SUBJECTS: [&str; 15] = [
    "speed",
    "lane",
    "priority",
    "prohibited",
    "warning",
    "routing",
    "streetname",
    "parking",
    "tourist",
    "supplementaryTime",
    "supplementaryAllows",
    "supplementaryProhibits",
    "supplementaryDistance",
    "supplementaryEnvironment",
    "supplementaryExplanatory",
];

pub(crate) fn read_semantics<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Semantic>) -> Done {
    r.children(el, |r, mut child| {
        if !SUBJECTS.contains(&child.name) {
            return r.skip(child);
        }
        let bare = Element::bare(child.name, child.span.clone());
        let mut semantic = Semantic {
            subject: child.name.to_owned(),
            kind: r.optional_text(&mut child, "type"),
            value: r.optional(&mut child, "value", &NUMBER),
            unit: r.optional_text(&mut child, "unit"),
            content: String::new(),
        };
        let (done, content) = r.verbatim(child);
        content.trim().clone_into(&mut semantic.content);
        push(r, &bare, list, semantic);
        done
    })
}

pub(crate) fn read_static_board<'a>(
    r: &mut Cursor<'a>,
    el: Element<'a>,
    list: &mut Vec<StaticBoard>,
) -> Done {
    let mut board = StaticBoard { at: r.at(&el), ..StaticBoard::default() };
    let bare = Element::bare("staticBoard", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "sign" => {
            let v_m = r.number(&mut child, "v", &COORDINATE, Else::Default(0.0));
            let z_m = r.number(&mut child, "z", &COORDINATE, Else::Default(0.0));
            let named = Element::bare("sign", child.span.clone());
            let (done, sign) = signal_of(r, child, On::Board);
            push(r, &named, &mut board.signs, BoardSign { v_m, z_m, sign });
            done
        }
        "userData" => read_user_data(r, child, &mut board.user_data),
        _ => read_link(r, child, &mut board.validity, &mut board.dependencies, &mut board.references),
    });
    push(r, &bare, list, board);
    done
}

pub(crate) fn read_vms_board<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<VmsBoard>) -> Done {
    let mut board = VmsBoard {
        display_type: r.optional_text(&mut el, "displayType"),
        display_height_m: r.optional(&mut el, "displayHeight", &COORDINATE),
        display_width_m: r.optional(&mut el, "displayWidth", &COORDINATE),
        v_m: r.number(&mut el, "v", &COORDINATE, Else::Default(0.0)),
        z_m: r.number(&mut el, "z", &COORDINATE, Else::Default(0.0)),
        at: r.at(&el),
        ..VmsBoard::default()
    };
    let bare = Element::bare("vmsBoard", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "displayArea" => {
            let area = DisplayArea {
                index: r.integer(&mut child, "index").and_then(|n| u32::try_from(n).ok()),
                v_m: r.number(&mut child, "v", &COORDINATE, Else::Default(0.0)),
                z_m: r.number(&mut child, "z", &COORDINATE, Else::Default(0.0)),
                height_m: r.optional(&mut child, "height", &COORDINATE),
                width_m: r.optional(&mut child, "width", &COORDINATE),
            };
            push(r, &child, &mut board.areas, area);
            r.leaf(child)
        }
        "userData" => read_user_data(r, child, &mut board.user_data),
        _ => read_link(r, child, &mut board.validity, &mut board.dependencies, &mut board.references),
    });
    push(r, &bare, list, board);
    done
}

pub(crate) fn read_vms_group<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<VmsGroup>) -> Done {
    let mut group =
        VmsGroup { id: r.id(&mut el, "id", Severity::Warning), boards: Vec::new(), at: r.at(&el) };
    let bare = Element::bare("vmsGroup", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "vmsBoardReference" => {
            let index = |r: &mut Cursor<'a>, child: &mut Element<'a>, name| {
                r.integer(child, name).and_then(|n| u32::try_from(n).ok())
            };
            let reference = VmsBoardReference {
                signal_id: r.id(&mut child, "signalId", Severity::Warning),
                vms_index: index(r, &mut child, "vmsIndex"),
                group_index: index(r, &mut child, "groupIndex"),
            };
            push(r, &child, &mut group.boards, reference);
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    push(r, &bare, list, group);
    done
}
