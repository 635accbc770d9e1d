//! `<road>`: links, types, plan view, elevation and lateral profile.

use super::cursor::{Cursor, Done, Element};
use super::value::{COEFFICIENT, COORDINATE, CURVATURE, Else, LENGTH, NUMBER, STATION};
use super::{lane, object, rail, read_user_data, signal};
use crate::geometry::arc_length::ArcTable;
use crate::limits::{RECORDS_MAX, SPIRAL_TURN_RAD_MAX};
use crate::model::{
    CrossSection, Crossfall, CrossfallSide, Cubic, Curve, Geometry, LinkTarget, ParamRange, Road, RoadKind,
    RoadLink, RoadType, Shape, SurfaceStrip, TrafficRule,
};
use crate::problem::Severity;

pub(crate) fn read_road<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, roads: &mut Vec<Road>) -> Done {
    let problems = r.problems.len();
    let length_m = r.number(&mut el, "length", &LENGTH, Else::Refuse);
    let sound_length = r.problems.len() == problems;
    let mut road = Road {
        id: r.id(&mut el, "id", Severity::Error),
        name: r.text(&mut el, "name"),
        length_m,
        junction: r.optional_id(&mut el, "junction"),
        rule: traffic_rule(r, &mut el),
        at: r.at(&el),
        ..Road::default()
    };
    let span = el.span.clone();
    let done = r.children(el, |r, child| match child.name {
        "link" => r.children(child, |r, link| match link.name {
            "predecessor" => read_link(r, link, &mut road.predecessor),
            "successor" => read_link(r, link, &mut road.successor),
            _ => r.skip(link),
        }),
        "type" => read_type(r, child, &mut road.types),
        "planView" => r.children(child, |r, piece| match piece.name {
            "geometry" => read_geometry(r, piece, &mut road.plan_view),
            _ => r.skip(piece),
        }),
        "elevationProfile" => r.children(child, |r, record| match record.name {
            "elevation" => read_cubic(r, record, "s", &mut road.elevation),
            _ => r.skip(record),
        }),
        "lateralProfile" => r.children(child, |r, record| read_lateral(r, record, &mut road)),
        "lanes" => r.children(child, |r, record| match record.name {
            "laneOffset" => read_cubic(r, record, "s", &mut road.lane_offset),
            "laneSection" => lane::read_section(r, record, &mut road.lane_sections),
            _ => r.skip(record),
        }),
        "objects" => r.children(child, |r, record| {
            let lists = (&mut road.objects, &mut road.object_references, &mut road.structures);
            object::read_any(r, record, lists)
        }),
        "signals" => r.children(child, |r, record| match record.name {
            "signal" => signal::read_signal(r, record, &mut road.signals),
            "signalReference" => signal::read_reference(r, record, &mut road.signal_references),
            _ => r.skip(record),
        }),
        "userData" => read_user_data(r, child, &mut road.user_data),
        "surface" => rail::read_surface(r, child, &mut road.surfaces),
        "railroad" => rail::read_railroad(r, child, &mut road.switches),
        _ => r.skip(child),
    });
    r.settle_hollow(None);
    if r.is_stopped() {
        return done;
    }
    keep_lengths(&mut road);
    if road.plan_view.is_empty() {
        let message = format!("road {:?} has no plan view", road.id);
        r.report(Severity::Warning, "road.plan_view", span, message, "it lies nowhere and was left out");
        return done;
    }
    if road.lane_sections.is_empty() {
        let message = format!("road {:?} has no lane section", road.id);
        r.report(Severity::Warning, "road.lane_section", span.clone(), message, "no one can drive on it");
    }
    if sound_length && road.length_m <= 0.0 {
        road.length_m = road.plan_view.last().map_or(0.0, |g| g.s_m + g.length_m);
        let message = format!("road {:?} has no length", road.id);
        let hint = format!("{} m was taken from its plan view", road.length_m);
        r.report(Severity::Warning, "road.length", span.clone(), message, &hint);
    }
    order(r, &mut road);
    roads.push(road);
    done
}

/// Leaves out pieces without length, unless there is nothing else: a lone one is as long as its road (short connecting
/// roads of some tools).
fn keep_lengths(road: &mut Road) {
    let lone = road.plan_view.first().filter(|g| g.curve == Curve::Line).cloned();
    road.plan_view.retain(|g| g.length_m > 0.0);
    if let (true, Some(lone)) = (road.plan_view.is_empty() && road.length_m > 0.0, lone) {
        road.plan_view.push(Geometry { length_m: road.length_m, ..lone });
    }
}

fn traffic_rule<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> TrafficRule {
    match el.raw("rule") {
        None | Some(("RHT" | "", _)) => TrafficRule::RightHand,
        Some(("LHT", _)) => TrafficRule::LeftHand,
        Some((raw, span)) => {
            r.unknown_word(el.name, "rule", raw, span, "RHT or LHT is wanted; RHT was taken");
            TrafficRule::RightHand
        }
    }
}

/// Brings every list of the road into rising s, with a warning where the file did not.
fn order(r: &mut Cursor<'_>, road: &mut Road) {
    let at = road.at;
    let id = road.id.clone();
    let mut unordered = |name: &str, changed: bool| {
        if changed {
            let message = format!("road {id:?}: <{name}> records do not stand in rising s");
            r.report_at(Severity::Warning, "records.rising_s", at, message, "they were sorted");
        }
    };
    unordered("geometry", sort_by(&mut road.plan_view, |g| g.s_m));
    unordered("elevation", sort_by(&mut road.elevation, |c| c.s_m));
    unordered("superelevation", sort_by(&mut road.superelevation, |c| c.s_m));
    unordered("crossfall", sort_by(&mut road.crossfall, |c| c.angle.s_m));
    unordered("laneOffset", sort_by(&mut road.lane_offset, |c| c.s_m));
    unordered("laneSection", sort_by(&mut road.lane_sections, |l| l.s_m));
    unordered("type", sort_by(&mut road.types, |t| t.s_m));
    let shape_before: Vec<_> = road.shape.iter().map(|x| (x.s_m, x.t_m)).collect();
    road.shape.sort_by(|a, b| a.s_m.total_cmp(&b.s_m).then(a.t_m.total_cmp(&b.t_m)));
    unordered("shape", !shape_before.iter().zip(&road.shape).all(|(b, x)| *b == (x.s_m, x.t_m)));
}

/// Stable sort; whether anything moved.
pub(crate) fn sort_by<T>(list: &mut [T], key: impl Fn(&T) -> f64) -> bool {
    if list.is_sorted_by(|a, b| key(a) <= key(b)) {
        return false;
    }
    list.sort_by(|a, b| key(a).total_cmp(&key(b)));
    true
}

/// Adds a record unless the list is full.
pub(crate) fn push<T>(r: &mut Cursor<'_>, el: &Element<'_>, list: &mut Vec<T>, record: T) {
    if list.len() < RECORDS_MAX {
        list.push(record);
    } else if list.len() == RECORDS_MAX {
        let message = format!("more than RECORDS_MAX = {RECORDS_MAX} <{}> records in one list", el.name);
        r.report(Severity::Error, "limit.records", el.span.clone(), message, "");
    }
}

/// `s` (or `sOffset`) and `a b c d`.
///
/// A record that is not finite but has no extent, because the next one begins at the same place, is left out
/// with a warning; any other one is an error.
pub(crate) fn read_cubic<'a>(
    r: &mut Cursor<'a>,
    mut el: Element<'a>,
    s: &str,
    list: &mut Vec<Cubic>,
) -> Done {
    let s_m = r.number(&mut el, s, &STATION, Else::Refuse);
    r.settle_hollow(Some((el.name, s_m)));
    if let Some((name, raw, span)) = el.first_not_finite(["a", "b", "c", "d"]) {
        let message = format!("<{} {name}={raw:?}> is not finite", el.name);
        let place = r.place(&span);
        r.hold_hollow(el.name, s_m, place, message);
        let _ = ["a", "b", "c", "d"].map(|n| el.raw(n));
        return r.leaf(el);
    }
    let [a, b, c, d] = r.coefficients(&mut el, ["a", "b", "c", "d"]);
    push(r, &el, list, Cubic { s_m, a, b, c, d });
    r.leaf(el)
}

fn read_link<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<RoadLink>) -> Done {
    let id = r.id(&mut el, "elementId", Severity::Warning);
    let contact = r.contact(&mut el, "contactPoint");
    let target = match el.raw("elementType") {
        Some(("road", _)) => LinkTarget::Road { id, contact },
        Some(("junction", _)) => LinkTarget::Junction { id },
        None if contact.is_some() => LinkTarget::Road { id, contact },
        None => {
            let message = format!("<{}> says neither road nor junction", el.name);
            r.report(Severity::Warning, "attribute.missing", el.span.clone(), message, "a road was taken");
            LinkTarget::Road { id, contact }
        }
        Some((raw, span)) => {
            r.unknown_word(el.name, "elementType", raw, span, "road or junction is wanted; a road was taken");
            LinkTarget::Road { id, contact }
        }
    };
    let link = RoadLink {
        target,
        element_s_m: r.optional(&mut el, "elementS", &STATION),
        element_dir: r.orientation(&mut el, "elementDir"),
        at: r.at(&el),
    };
    let empty = match &link.target {
        LinkTarget::Road { id, .. } | LinkTarget::Junction { id } => id.is_empty(),
    };
    if !empty {
        *slot = Some(link);
    }
    r.leaf(el)
}

fn read_type<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<RoadType>) -> Done {
    let s_m = r.number(&mut el, "s", &STATION, Else::Warn(0.0));
    let word = r.text(&mut el, "type");
    let kind = RoadKind::from_word(&word);
    if let RoadKind::Other(word) = &kind {
        let span = el.span.clone();
        r.unknown_word("type", "type", word, span, "it was kept as it stands");
    }
    let mut record = RoadType { s_m, kind, country: r.optional_text(&mut el, "country"), speed: None };
    let span = el.span.clone();
    let done = r.children(el, |r, mut child| match child.name {
        "speed" => {
            record.speed = Some(r.speed_limit(&mut child));
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    let probe = Element::bare("type", span);
    push(r, &probe, list, record);
    done
}

pub(crate) fn read_geometry<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<Geometry>) -> Done {
    let at = r.at(&el);
    let s_m = r.number(&mut el, "s", &STATION, Else::Refuse);
    let x_m = r.number(&mut el, "x", &COORDINATE, Else::Refuse);
    let y_m = r.number(&mut el, "y", &COORDINATE, Else::Refuse);
    let heading_rad = r.number(&mut el, "hdg", &NUMBER, Else::Refuse);
    let length_m = r.number(&mut el, "length", &LENGTH, Else::Refuse);
    let mut curve = None;
    let mut curves = 0;
    let bare = Element::bare("geometry", el.span.clone());
    let done = r.children(el, |r, child| {
        let known = matches!(child.name, "line" | "arc" | "spiral" | "poly3" | "paramPoly3");
        if !known {
            return r.skip(child);
        }
        curves += 1;
        read_curve(r, child, length_m, &mut curve)
    });
    if r.is_stopped() {
        return done;
    }
    if curves != 1 {
        let message = format!("<geometry> holds {curves} curves");
        let severity = if curves == 0 { Severity::Error } else { Severity::Warning };
        r.report(
            severity,
            "geometry.one_curve",
            bare.span.clone(),
            message,
            "one of line, arc, spiral, poly3, paramPoly3 is wanted",
        );
    }
    if length_m <= 0.0 {
        let message = "<geometry> has no length".to_owned();
        r.report(Severity::Warning, "geometry.length", bare.span.clone(), message, "it was left out");
    }
    if let Some(curve) = curve {
        push(r, &bare, list, Geometry { s_m, x_m, y_m, heading_rad, length_m, curve, at });
    }
    done
}

fn read_curve<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, length_m: f64, slot: &mut Option<Curve>) -> Done {
    let curve = match el.name {
        "arc" => Curve::Arc { curvature_pm: r.number(&mut el, "curvature", &CURVATURE, Else::Refuse) },
        "spiral" => {
            let curvature_start_pm = r.number(&mut el, "curvStart", &CURVATURE, Else::Refuse);
            let curvature_end_pm = r.number(&mut el, "curvEnd", &CURVATURE, Else::Refuse);
            let turn = curvature_start_pm.abs().max(curvature_end_pm.abs()) * length_m;
            if turn > SPIRAL_TURN_RAD_MAX {
                let message = format!(
                    "<spiral> turns by up to {turn} rad; SPIRAL_TURN_RAD_MAX = {SPIRAL_TURN_RAD_MAX}"
                );
                r.report(
                    Severity::Error,
                    "limit.spiral_turn",
                    el.span.clone(),
                    message,
                    "check length and curvatures",
                );
            }
            Curve::Spiral { curvature_start_pm, curvature_end_pm }
        }
        "poly3" => {
            let v = r.coefficients(&mut el, ["a", "b", "c", "d"]);
            Curve::Poly3 { v, table: ArcTable::of_function(&v, length_m) }
        }
        "paramPoly3" => {
            let u = r.coefficients(&mut el, ["aU", "bU", "cU", "dU"]);
            let v = r.coefficients(&mut el, ["aV", "bV", "cV", "dV"]);
            let range = param_range(r, &mut el);
            let p_max = match range {
                ParamRange::ArcLength => length_m,
                ParamRange::Normalized => 1.0,
            };
            Curve::ParamPoly3 { u, v, range, table: ArcTable::new(&u, &v, p_max, length_m) }
        }
        // "line": the caller lets no other through.
        _ => Curve::Line,
    };
    slot.get_or_insert(curve);
    r.leaf(el)
}

fn param_range<'a>(r: &mut Cursor<'a>, el: &mut Element<'a>) -> ParamRange {
    match el.raw("pRange") {
        Some(("arcLength", _)) => ParamRange::ArcLength,
        // The standard's default where it is not said (1.4).
        Some(("normalized", _)) | None => ParamRange::Normalized,
        Some((raw, span)) => {
            r.unknown_word(
                el.name,
                "pRange",
                raw,
                span,
                "arcLength or normalized is wanted; normalized was taken",
            );
            ParamRange::Normalized
        }
    }
}

fn read_lateral<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, road: &mut Road) -> Done {
    match el.name {
        "superelevation" => read_cubic(r, el, "s", &mut road.superelevation),
        "crossfall" => {
            let side = match el.raw("side") {
                Some(("left", _)) => CrossfallSide::Left,
                Some(("right", _)) => CrossfallSide::Right,
                Some(("both", _)) | None => CrossfallSide::Both,
                Some((raw, span)) => {
                    r.unknown_word(
                        el.name,
                        "side",
                        raw,
                        span,
                        "left, right or both is wanted; both was taken",
                    );
                    CrossfallSide::Both
                }
            };
            let mut one = Vec::new();
            let done = read_cubic(r, el, "s", &mut one);
            road.crossfall.extend(one.into_iter().map(|angle| Crossfall { side, angle }));
            done
        }
        "shape" => {
            let s_m = r.number(&mut el, "s", &STATION, Else::Refuse);
            let t_m = r.number(&mut el, "t", &COORDINATE, Else::Refuse);
            let h = r.coefficients(&mut el, ["a", "b", "c", "d"]);
            push(r, &el, &mut road.shape, Shape { s_m, t_m, h });
            r.leaf(el)
        }
        "crossSectionSurface" => {
            let section = road.cross_section.get_or_insert_with(CrossSection::default);
            r.children(el, |r, child| match child.name {
                "tOffset" => read_sparse(r, child, &mut section.t_offset),
                "surfaceStrips" => r.children(child, |r, strip| match strip.name {
                    "strip" => read_strip(r, strip, &mut section.strips),
                    _ => r.skip(strip),
                }),
                _ => r.skip(child),
            })
        }
        _ => r.skip(el),
    }
}

fn read_strip<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, strips: &mut Vec<SurfaceStrip>) -> Done {
    let mut strip = SurfaceStrip { id: r.integer(&mut el, "id").unwrap_or(1), ..SurfaceStrip::default() };
    strip.relative = match el.raw("mode") {
        Some(("relative", _)) => true,
        Some(("independent", _)) | None => false,
        Some((raw, span)) => {
            r.unknown_word(
                el.name,
                "mode",
                raw,
                span,
                "independent or relative is wanted; independent was taken",
            );
            false
        }
    };
    let done = r.children(el, |r, child| match child.name {
        "width" => read_sparse(r, child, &mut strip.width),
        "constant" => read_sparse(r, child, &mut strip.constant),
        "linear" => read_sparse(r, child, &mut strip.linear),
        "quadratic" => read_sparse(r, child, &mut strip.quadratic),
        "cubic" => read_sparse(r, child, &mut strip.cubic),
        _ => r.skip(child),
    });
    strips.push(strip);
    done
}

/// `<coefficients s a b c d>`, each 0 where it is not said.
fn read_sparse<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Cubic>) -> Done {
    let done = r.children(el, |r, mut child| match child.name {
        "coefficients" => {
            let s_m = r.number(&mut child, "s", &STATION, Else::Default(0.0));
            let [a, b, c, d] =
                ["a", "b", "c", "d"].map(|n| r.number(&mut child, n, &COEFFICIENT, Else::Default(0.0)));
            push(r, &child, list, Cubic { s_m, a, b, c, d });
            r.leaf(child)
        }
        _ => r.skip(child),
    });
    sort_by(list, |c| c.s_m);
    done
}
