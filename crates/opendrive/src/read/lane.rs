//! `<laneSection>` and `<lane>`.

use super::cursor::{Cursor, Done, Element};
use super::read_user_data;
use super::road::{push, read_cubic, sort_by};
use super::value::{COORDINATE, Else, NUMBER, STATION};
use crate::limits::LANES_MAX;
use crate::model::{
    Cubic, ExplicitLine, Lane, LaneAccess, LaneAdvisory, LaneChange, LaneDirection, LaneHeight, LaneMaterial,
    LaneRule, LaneSection, LaneSpeed, LaneType, RoadMark, RoadMarkColor, RoadMarkKind, RoadMarkLine,
    RoadMarkRule,
};
use crate::problem::Severity;

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Center,
    Right,
}

pub(crate) fn read_section<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<LaneSection>) -> Done {
    let mut section = LaneSection {
        s_m: r.number(&mut el, "s", &STATION, Else::Refuse),
        single_side: r.flag(&mut el, "singleSide", false),
        at: r.at(&el),
        ..LaneSection::default()
    };
    let bare = Element::bare("laneSection", el.span.clone());
    let mut lanes = Vec::new();
    let done = r.children(el, |r, child| {
        let side = match child.name {
            "left" => Side::Left,
            "center" => Side::Center,
            "right" => Side::Right,
            "userData" => return read_user_data(r, child, &mut section.user_data),
            _ => return r.skip(child),
        };
        r.children(child, |r, lane| match lane.name {
            "lane" => read_lane(r, lane, side, &mut lanes),
            "userData" => read_user_data(r, lane, &mut section.user_data),
            _ => r.skip(lane),
        })
    });
    if r.is_stopped() {
        return done;
    }
    let (centers, sides): (Vec<Lane>, Vec<Lane>) = lanes.into_iter().partition(|l| l.id == 0);
    (section.left, section.right) = sides.into_iter().partition(|l| l.id > 0);
    if centers.len() != 1 {
        let message = format!("<laneSection> has {} center lanes", centers.len());
        r.report(Severity::Warning, "lane_section.center", bare.span.clone(), message, "one is wanted");
    }
    section.center = centers.into_iter().next().unwrap_or_default();
    for (lanes, sign) in [(&mut section.left, 1), (&mut section.right, -1)] {
        lanes.sort_by_key(|l| l.id * sign);
        if let Some(pair) = lanes.windows(2).find(|w| w[0].id == w[1].id) {
            let message = format!("lane {} stands twice in one section", pair[1].id);
            r.report_at(Severity::Warning, "lane.unique_id", pair[1].at, message, "the first one counts");
        }
        lanes.dedup_by_key(|l| l.id);
        for (i, lane) in lanes.iter().enumerate() {
            let wanted = sign * i32::try_from(i + 1).unwrap_or(i32::MAX);
            if lane.id != wanted {
                let message = format!("lane {} stands where {wanted} is wanted", lane.id);
                r.report_at(
                    Severity::Warning,
                    "lane.consecutive_ids",
                    lane.at,
                    message,
                    "lane ids run on without gaps",
                );
                break;
            }
        }
    }
    push(r, &bare, list, section);
    done
}

fn read_lane<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, side: Side, list: &mut Vec<Lane>) -> Done {
    if list.len() >= 2 * LANES_MAX {
        let message = format!("more than LANES_MAX = {LANES_MAX} lanes a side");
        r.report(Severity::Error, "limit.lanes", el.span.clone(), message, "");
        return r.pass_over(el);
    }
    let id = r.needed_integer(&mut el, "id");
    let span = el.span.clone();
    let word = r.text(&mut el, "type");
    let kind = if word.is_empty() { LaneType::None } else { LaneType::from_word(&word) };
    if let LaneType::Other(word) = &kind {
        r.unknown_word("lane", "type", word, span.clone(), "it was kept as it stands");
    }
    let mut lane = Lane {
        id: id.unwrap_or(0),
        kind,
        level: r.flag(&mut el, "level", false),
        direction: direction(r, &mut el),
        advisory: r.optional_text(&mut el, "advisory").map(|w| LaneAdvisory::from_word(&w)),
        dynamic_direction: r.flag(&mut el, "dynamicLaneDirection", false),
        dynamic_type: r.flag(&mut el, "dynamicLaneType", false),
        road_works: r.flag(&mut el, "roadWorks", false),
        at: r.at(&el),
        ..Lane::default()
    };
    let done = r.children(el, |r, child| read_lane_child(r, child, &mut lane));
    r.settle_hollow(None);
    if r.is_stopped() {
        return done;
    }
    sort_lane(r, &mut lane);
    let fits = match side {
        Side::Left => lane.id > 0,
        Side::Center => lane.id == 0,
        Side::Right => lane.id < 0,
    };
    if id.is_some() && !fits {
        let message = format!("lane {} stands on the wrong side of the center lane", lane.id);
        r.report(
            Severity::Warning,
            "lane.side",
            span.clone(),
            message,
            "its id decides: left is positive, right negative, the center 0",
        );
    }
    if side != Side::Center && lane.widths.is_empty() && lane.borders.is_empty() {
        let message = format!("lane {} has neither width nor border", lane.id);
        r.report(Severity::Warning, "lane.width", span, message, "it was read with no width");
    } else if lane.widths.first().or(lane.borders.first()).is_some_and(|w| w.s_m > 0.0) {
        let message = format!("lane {} has no width at the start of its section", lane.id);
        r.report(Severity::Warning, "lane.width", span, message, "the first record needs sOffset=\"0\"");
    }
    list.push(lane);
    done
}

fn direction<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> LaneDirection {
    match el.raw("direction") {
        None | Some(("standard" | "", _)) => LaneDirection::Standard,
        Some(("reversed", _)) => LaneDirection::Reversed,
        Some(("both", _)) => LaneDirection::Both,
        Some((raw, span)) => {
            r.unknown_word(el.name, "direction", raw, span, "standard, reversed or both is wanted");
            LaneDirection::Standard
        }
    }
}

fn sort_lane(r: &mut Cursor<'_>, lane: &mut Lane) {
    let changed = [
        ("width", sort_by(&mut lane.widths, |c| c.s_m)),
        ("border", sort_by(&mut lane.borders, |c| c.s_m)),
        ("height", sort_by(&mut lane.heights, |h| h.s_m)),
        ("roadMark", sort_by(&mut lane.road_marks, |m| m.s_m)),
        ("speed", sort_by(&mut lane.speeds, |v| v.s_m)),
        ("access", sort_by(&mut lane.accesses, |a| a.s_m)),
        ("material", sort_by(&mut lane.materials, |m| m.s_m)),
        ("rule", sort_by(&mut lane.rules, |x| x.s_m)),
    ];
    for (name, _) in changed.into_iter().filter(|(_, moved)| *moved) {
        let message = format!("lane {}: <{name}> records do not stand in rising sOffset", lane.id);
        r.report_at(Severity::Warning, "records.rising_s", lane.at, message, "they were sorted");
    }
}

fn read_lane_child<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, lane: &mut Lane) -> Done {
    match el.name {
        "link" => r.children(el, |r, mut link| {
            let slot = match link.name {
                "predecessor" => &mut lane.predecessors,
                "successor" => &mut lane.successors,
                _ => return r.skip(link),
            };
            if let Some(id) = r.integer(&mut link, "id") {
                push(r, &link, slot, id);
            }
            r.leaf(link)
        }),
        "width" => read_cubic(r, el, "sOffset", &mut lane.widths),
        "border" => read_cubic(r, el, "sOffset", &mut lane.borders),
        "height" => {
            let s_m = offset(r, &mut el);
            let mut edge = |r: &mut Cursor<'a>, old: &str, new: &str| {
                let name = if el.has(new) { new } else { old };
                r.number(&mut el, name, &COORDINATE, Else::Warn(0.0))
            };
            let (inner_m, outer_m) = (edge(r, "inner", "heightInner"), edge(r, "outer", "heightOuter"));
            push(r, &el, &mut lane.heights, LaneHeight { s_m, inner_m, outer_m });
            r.leaf(el)
        }
        "roadMark" => read_road_mark(r, el, &mut lane.road_marks),
        "speed" => {
            let s_m = offset(r, &mut el);
            let limit = r.speed_limit(&mut el);
            push(r, &el, &mut lane.speeds, LaneSpeed { s_m, limit });
            r.leaf(el)
        }
        "access" => read_access(r, el, &mut lane.accesses),
        "material" => {
            let material = LaneMaterial {
                s_m: offset(r, &mut el),
                surface: r.text(&mut el, "surface"),
                friction: r.optional(&mut el, "friction", &NUMBER),
                roughness: r.optional(&mut el, "roughness", &NUMBER),
            };
            push(r, &el, &mut lane.materials, material);
            r.leaf(el)
        }
        "rule" => {
            let rule = LaneRule { s_m: offset(r, &mut el), value: r.text(&mut el, "value") };
            push(r, &el, &mut lane.rules, rule);
            r.leaf(el)
        }
        "userData" => read_user_data(r, el, &mut lane.user_data),
        _ => r.skip(el),
    }
}

fn offset<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> f64 {
    r.number(el, "sOffset", &STATION, Else::Warn(0.0))
}

fn read_access<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<LaneAccess>) -> Done {
    let mut access = LaneAccess { s_m: offset(r, &mut el), deny: false, restrictions: Vec::new() };
    access.deny = matches!(el.raw("rule"), Some(("deny", _)));
    access.restrictions.extend(r.optional_text(&mut el, "restriction"));
    let bare = Element::bare("access", el.span.clone());
    let done = r.children(el, |r, mut child| match child.name {
        "restriction" => {
            access.restrictions.push(r.text(&mut child, "type"));
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    push(r, &bare, list, access);
    done
}

fn read_road_mark<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<RoadMark>) -> Done {
    let span = el.span.clone();
    let word = r.text(&mut el, "type");
    let kind = if word.is_empty() { RoadMarkKind::None } else { RoadMarkKind::from_word(&word) };
    if let RoadMarkKind::Other(word) = &kind {
        r.unknown_word("roadMark", "type", word, span.clone(), "it was kept as it stands");
    }
    let color =
        r.optional_text(&mut el, "color").map_or(RoadMarkColor::White, |w| RoadMarkColor::from_word(&w));
    let mut mark = RoadMark {
        s_m: offset(r, &mut el),
        kind,
        bold: matches!(el.raw("weight"), Some(("bold", _))),
        color,
        width_m: r.optional(&mut el, "width", &COORDINATE),
        height_m: r.optional(&mut el, "height", &COORDINATE),
        lane_change: r
            .optional_text(&mut el, "laneChange")
            .filter(|w| !w.is_empty())
            .map(|w| LaneChange::from_word(&w)),
        material: r.optional_text(&mut el, "material"),
        ..RoadMark::default()
    };
    let done = r.children(el, |r, mut child| match child.name {
        "type" => {
            mark.type_name = r.optional_text(&mut child, "name");
            // The type's width is that of its lines.
            let width = r.optional(&mut child, "width", &COORDINATE);
            r.children(child, |r, line| match line.name {
                "line" => read_line(r, line, width, &mut mark.lines),
                _ => r.skip(line),
            })
        }
        "explicit" => r.children(child, |r, line| match line.name {
            "line" => read_explicit(r, line, &mut mark.explicit),
            _ => r.skip(line),
        }),
        "sway" => {
            let s_m = r.number(&mut child, "ds", &STATION, Else::Warn(0.0));
            let [a, b, c, d] = r.coefficients(&mut child, ["a", "b", "c", "d"]);
            push(r, &child, &mut mark.sway, Cubic { s_m, a, b, c, d });
            r.leaf(child)
        }
        "userData" => read_user_data(r, child, &mut mark.user_data),
        _ => r.skip(child),
    });
    sort_by(&mut mark.sway, |c| c.s_m);
    push(r, &Element::bare("roadMark", span), list, mark);
    done
}

fn rule<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> Option<RoadMarkRule> {
    r.optional_text(el, "rule").filter(|w| !w.is_empty()).map(|w| RoadMarkRule::from_word(&w))
}

fn read_explicit<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<ExplicitLine>) -> Done {
    let line = ExplicitLine {
        s_m: r.number(&mut el, "sOffset", &COORDINATE, Else::Default(0.0)),
        t_m: r.number(&mut el, "tOffset", &COORDINATE, Else::Default(0.0)),
        length_m: r.number(&mut el, "length", &COORDINATE, Else::Default(0.0)),
        width_m: r.optional(&mut el, "width", &COORDINATE),
        rule: rule(r, &mut el),
    };
    push(r, &el, list, line);
    r.leaf(el)
}

fn read_line<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    width: Option<f64>,
    list: &mut Vec<RoadMarkLine>,
) -> Done {
    let line = RoadMarkLine {
        s_m: r.number(&mut el, "sOffset", &COORDINATE, Else::Default(0.0)),
        t_m: r.number(&mut el, "tOffset", &COORDINATE, Else::Default(0.0)),
        length_m: r.number(&mut el, "length", &COORDINATE, Else::Default(0.0)),
        space_m: r.number(&mut el, "space", &COORDINATE, Else::Default(0.0)),
        width_m: r.optional(&mut el, "width", &COORDINATE).or(width),
        rule: rule(r, &mut el),
        color: r
            .optional_text(&mut el, "color")
            .filter(|w| !w.is_empty())
            .map(|w| RoadMarkColor::from_word(&w)),
    };
    push(r, &el, list, line);
    r.leaf(el)
}
