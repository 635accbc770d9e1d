//! `<railroad>`, `<station>` and OpenCRG surfaces.

use super::cursor::{Cursor, Done, Element};
use super::read_user_data;
use super::road::push;
use super::value::{COORDINATE, Else, NUMBER, STATION};
use crate::model::{
    Crg, CrgMode, CrgPurpose, Orientation, Platform, PlatformSegment, Station, Switch, Track,
};
use crate::problem::Severity;

pub(crate) fn read_railroad<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Switch>) -> Done {
    r.children(el, |r, child| match child.name {
        "switch" => read_switch(r, child, list),
        _ => r.skip(child),
    })
}

fn read_switch<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Switch>) -> Done {
    let mut switch = Switch {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        position: r.text(&mut el, "position"),
        at: r.at(&el),
        ..Switch::default()
    };
    let bare = Element::bare("switch", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "mainTrack" => read_track(r, child, &mut switch.main_track),
        "sideTrack" => read_track(r, child, &mut switch.side_track),
        "partner" => {
            let id = r.id(&mut child, "id", Severity::Warning);
            switch.partner = Some((id, r.text(&mut child, "name")));
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    push(r, &bare, list, switch);
    done
}

fn read_track<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<Track>) -> Done {
    *slot = Some(Track {
        road_id: r.id(&mut el, "id", Severity::Warning),
        s_m: r.number(&mut el, "s", &STATION, Else::Warn(0.0)),
        direction: r.orientation(&mut el, "dir").unwrap_or(Orientation::Both),
    });
    r.leaf(el)
}

pub(crate) fn read_station<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Station>) -> Done {
    let mut station = Station {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        kind: r.optional_text(&mut el, "type"),
        at: r.at(&el),
        ..Station::default()
    };
    let bare = Element::bare("station", el.span.clone());
    let done = r.children(el, |r, child| match child.name {
        "platform" => read_platform(r, child, &mut station.platforms),
        "userData" => read_user_data(r, child, &mut station.user_data),
        _ => r.skip(child),
    });
    push(r, &bare, list, station);
    done
}

fn read_platform<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Platform>) -> Done {
    let mut platform = Platform {
        id: r.id(&mut el, "id", Severity::Warning),
        name: r.text(&mut el, "name"),
        segments: Vec::new(),
    };
    let bare = Element::bare("platform", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "segment" => {
            let segment = PlatformSegment {
                road_id: r.id(&mut child, "roadId", Severity::Warning),
                s_start_m: r.number(&mut child, "sStart", &STATION, Else::Warn(0.0)),
                s_end_m: r.number(&mut child, "sEnd", &STATION, Else::Warn(0.0)),
                side: r.text(&mut child, "side"),
            };
            push(r, &child, &mut platform.segments, segment);
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    push(r, &bare, list, platform);
    done
}

/// `<surface>` of a road or junction: names the OpenCRG files and warns that they are not evaluated.
pub(crate) fn read_surface<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Crg>) -> Done {
    r.children(el, |r, child| match child.name {
        "CRG" => read_crg(r, child, list),
        _ => r.skip(child),
    })
}

fn read_crg<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Crg>) -> Done {
    let word = |text: Option<String>, default: &str| text.unwrap_or_else(|| default.to_owned());
    let mode = word(r.optional_text(&mut el, "mode"), "attached");
    let purpose = word(r.optional_text(&mut el, "purpose"), "elevation");
    let mut number = |r: &mut Cursor<'a>, name: &str, default: f64| {
        r.number(&mut el, name, &NUMBER, Else::Default(default))
    };
    let (s_start_m, s_end_m) = (number(r, "sStart", 0.0), number(r, "sEnd", 0.0));
    let (s_offset_m, t_offset_m) = (number(r, "sOffset", 0.0), number(r, "tOffset", 0.0));
    let (z_offset_m, z_scale) = (number(r, "zOffset", 0.0), number(r, "zScale", 1.0));
    let heading_offset_rad = number(r, "hOffset", 0.0);
    let orientation = match el.raw("orientation") {
        Some(("same", _)) => Orientation::Plus,
        Some(("opposite", _)) => Orientation::Minus,
        Some(_) | None => Orientation::Plus,
    };
    let crg = Crg {
        file: r.text(&mut el, "file"),
        s_start_m,
        s_end_m,
        mode: CrgMode::from_word(&mode),
        purpose: CrgPurpose::from_word(&purpose),
        orientation,
        s_offset_m,
        t_offset_m,
        z_offset_m,
        z_scale,
        heading_offset_rad,
        at: r.at(&el),
    };
    not_evaluated(r, &el, &crg.file);
    push(r, &el, list, crg);
    r.leaf(el)
}

/// Tells that a surface file changes neither heights nor friction here.
pub(crate) fn not_evaluated(r: &mut Cursor<'_>, el: &Element<'_>, file: &str) {
    let message = format!("the OpenCRG surface {file:?} is not evaluated");
    let hint = "heights and friction are those without it";
    r.report(Severity::Warning, "surface.not_evaluated", el.span.clone(), message, hint);
}

/// Factor on a surface's heights.
pub(crate) fn z_scale<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> f64 {
    r.number(el, "zScale", &COORDINATE, Else::Default(1.0))
}
