//! One run: what happened on a line of time, and seen from above.

use super::data::{ReportData, RunRow, TracePoint, read_trace};
use super::map::{Projection, Window, draw_lanes, scale_bar};
use super::page::{common_arguments, shell_word, significant, terms};
use super::svg::{Anchor, Svg, n1, polyline};
use super::words;
use crate::base::math;
use crate::batch::directory::BatchDir;
use crate::batch::tables::read_events;
use crate::record::sink::EventRow;
use crate::state::record::Outcome;
use maud::{Markup, PreEscaped, html};

/// Events worth a mark; the others are in `events.parquet`.
const MARKED: [(&str, &str); 26] = [
    ("collision", "collision"),
    ("disengagement", "disengagement"),
    ("request_to_intervene", "request to take over"),
    ("driver_reaction_started", "the human begins to react"),
    ("driver_took_over", "the human takes over"),
    ("driver_no_response", "the human does not respond"),
    ("driver_engaged", "the human engages the feature"),
    ("minimal_risk_maneuver_started", "minimal risk maneuver begins"),
    ("minimal_risk_condition_reached", "minimal risk condition reached"),
    ("odd_clause_changed", "design domain"),
    ("feature_mode_changed", "mode"),
    ("aeb_activated", "automatic emergency braking"),
    ("forward_collision_warning", "collision warning"),
    ("red_light_violation", "passes a red light"),
    ("stop_line_violation", "passes a stop line without a stop"),
    ("off_road", "leaves the road"),
    ("lane_departure", "leaves its lane"),
    ("hard_braking", "brakes hard"),
    ("critical_ttc", "close call"),
    ("reckless_road_user", "breaks a rule"),
    ("object_missed", "is not tracked; its sensors say"),
    ("ghost_track", "sees something that is not there"),
    ("signal_misperceived", "misreads a signal"),
    ("sensor_fault_set", "sensor fault"),
    ("signal_fault_set", "signal fault"),
    ("map_mismatch_found", "map disagrees with the picture"),
];

/// Marks of one run.
const MARKS_MAX: usize = 16;

fn detail<'a>(event: &'a EventRow, name: &str) -> Option<&'a str> {
    event.detail.split("; ").find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
}

/// A number of an event, with as many digits as mean something.
fn figure(event: &EventRow, name: &str) -> String {
    detail(event, name).map_or("?".to_owned(), short)
}

/// An event as a sentence.
fn sentence(event: &EventRow) -> String {
    let words_of = MARKED.iter().find(|(name, _)| *name == event.event).map_or("", |(_, words)| words);
    let about = |name: &str| detail(event, name).map(words::spaced);
    let element = words::spaced(&event.element);
    let with = |text: Option<String>| text.map_or(String::new(), |t| format!(": {t}"));
    match event.event.as_str() {
        "collision" => {
            let speed = figure(event, "relative_speed_mps");
            format!("collision of {} at {speed} m/s", event.element.replace(' ', " and "))
        }
        "feature_mode_changed" => {
            let (from, to) = (about("from").unwrap_or_default(), about("to").unwrap_or_default());
            format!("mode: {from} to {to}{}", about("reason").map_or(String::new(), |r| format!(" ({r})")))
        }
        "odd_clause_changed" => {
            let held = detail(event, "satisfied") == Some("true");
            let (value, limit) = (figure(event, "value"), figure(event, "limit"));
            format!(
                "design domain {}: {element} ({value}, limit {limit})",
                if held { "met again" } else { "left" }
            )
        }
        "request_to_intervene" | "driver_reaction_started" | "minimal_risk_maneuver_started" => {
            format!("{words_of}{}", with(about("reason")))
        }
        "driver_took_over" => {
            let after =
                detail(event, "reaction_s").map_or(String::new(), |s| format!(" after {} s", short(s)));
            format!("{words_of}{after}")
        }
        "aeb_activated" => format!("{words_of} (TTC {} s)", figure(event, "ttc_s")),
        "critical_ttc" => {
            format!("{words_of} with {element} (TTC {} s)", figure(event, "ttc_s"))
        }
        "reckless_road_user" => format!("{element} {words_of}{}", with(about("what"))),
        "object_missed" => format!("{element} {words_of}{}", with(about("reason"))),
        "red_light_violation" | "stop_line_violation" | "off_road" | "lane_departure" | "hard_braking" => {
            format!("{element} {words_of}")
        }
        _ => format!("{words_of}{}", with(about("fault").or_else(|| about("reason")))),
    }
}

/// The events worth a mark, the important ones first if there are too many, in order of time.
fn marks(events: &[EventRow]) -> Vec<(f64, String)> {
    let rank = |event: &EventRow| MARKED.iter().position(|(name, _)| *name == event.event);
    let mut chosen: Vec<(usize, usize, &EventRow)> =
        events.iter().enumerate().filter_map(|(ix, e)| rank(e).map(|r| (r, ix, e))).collect();
    // The same thing again within a second is one mark.
    chosen.dedup_by(|b, a| a.0 == b.0 && a.2.element == b.2.element && b.2.time_s - a.2.time_s < 1.0);
    chosen.sort_by_key(|(rank, ix, _)| (*rank, *ix));
    chosen.truncate(MARKS_MAX);
    chosen.sort_by_key(|(_, ix, _)| *ix);
    chosen.into_iter().map(|(_, _, event)| (event.time_s, sentence(event))).collect()
}

/// One of the worst runs.
pub fn worst_run(data: &ReportData, dir: &BatchDir, row: &RunRow) -> Markup {
    let trace = read_trace(dir, &row.run_id);
    let events = read_events(dir, &row.run_id).unwrap_or_default();
    let marks = marks(&events);
    let tag = match row.outcome {
        Outcome::Collision => "collision",
        Outcome::Fault => "fault",
        Outcome::MinimalRiskCondition => "mrc",
        Outcome::Completed => "completed",
        Outcome::Timeout => "",
    };
    let planned = data.batch.plan.runs.iter().find(|r| r.run_id == row.run_id);
    let mut command =
        format!("shakedown run {} --level {} --seed {}", shell_word(&row.scenario), row.level, row.seed);
    for (name, value) in planned.iter().flat_map(|r| &r.overrides) {
        command.push_str(&format!(" --set {}", shell_word(&format!("{name}={value}"))));
    }
    match planned.and_then(|run| run.own) {
        Some(own) => command.push_str(&terms(own.dt_ns, own.until_s)),
        None => command.push_str(&common_arguments(data)),
    }
    if dir.input_file(&row.run_id).is_file() {
        command.push_str(&format!(" --input {}", shell_word(&format!("runs/{}/input.json", row.run_id))));
    }
    let parameters: Vec<String> = planned
        .iter()
        .flat_map(|r| &r.overrides)
        .map(|(name, value)| format!("{name} {}", short(value)))
        .collect();
    html! { div.worst {
        h3 { span class=(format!("tag {tag}")) { (words::outcome(row.outcome)) } (row.scenario) " at " (row.level.as_str()) }
        p.soft {
            "variation " (row.variation)
            @if !parameters.is_empty() { " (" (parameters.join(", ")) ")" }
            " · " (format!("{:.1} s, {:.0} m, {:.0} m automated", row.sim_time_s, row.distance_m, row.distance_automated_m))
            @if let Some(ttc) = row.ttc_min_s { " · smallest TTC " (significant(ttc)) " s" }
            @if !row.failed_criteria.is_empty() { " · not met: " (words::spaced(&row.failed_criteria)) }
        }
        @if !row.fault.is_empty() { p { code { (row.fault) } } }
        @for d in data.disengagements.iter().filter(|d| d.run_id == row.run_id).take(4) {
            p { strong { (format!("{:.1} s", d.time_s)) } " " (d.description) span.soft { " (" (words::spaced(d.cause.as_str())) ", " (words::spaced(&d.initiator)) ")" } }
        }
        div.pair {
            div {
                (timeline(row, &trace, &marks))
                ol.events { @for (ix, (time_s, text)) in marks.iter().enumerate() {
                    li { span { (ix + 1) } span.t { (format!("{time_s:.1} s")) } span { (text) } }
                } }
            }
            (top_view(data, row, &trace, &events))
        }
        pre { code { (command) } }
    } }
}

/// A value without needless digits.
fn short(value: &str) -> String {
    value.parse::<f64>().map_or_else(|_| value.trim_matches('"').to_owned(), significant)
}

/// Speed, who drives, the feature's mode, and the events.
fn timeline(row: &RunRow, trace: &[TracePoint], marks: &[(f64, String)]) -> Markup {
    let ego: Vec<&TracePoint> = trace.iter().filter(|p| !p.driver.is_empty()).collect();
    let end_s = row.sim_time_s.max(0.1);
    let (left, width) = (34.0, 476.0);
    let x = |t: f64| left + (t / end_s).clamp(0.0, 1.0) * width;
    let mut svg = Svg::new();
    let (top, height) = (18.0, 74.0);
    let fastest = ego.iter().map(|p| p.speed_mps.abs() * 3.6).fold(10.0, f64::max);
    let y = |kmph: f64| top + height - kmph / fastest * height;
    let step = if fastest > 80.0 {
        40.0
    } else if fastest > 30.0 {
        20.0
    } else {
        10.0
    };
    let mut line = 0.0;
    while line <= fastest {
        svg.line([left, y(line)], [left + width, y(line)], "#e3e7eb", 1.0);
        svg.text(left - 5.0, y(line) + 4.0, 10.5, Anchor::End, "", &format!("{line:.0}"));
        line += step;
    }
    svg.text(left - 5.0, 9.0, 10.5, Anchor::End, r##"style="fill:#5b6670""##, "km/h");
    let speed = polyline(ego.iter().map(|p| [x(p.time_s), y(p.speed_mps.abs() * 3.6)]));
    svg.path(&speed, r##"fill="none" stroke="#1d2329" stroke-width="1.6""##);
    let band = |svg: &mut Svg, at: f64, part: fn(&TracePoint) -> &str, color: fn(&str) -> &'static str| {
        let mut from = 0;
        for ix in 1..=ego.len() {
            if ix == ego.len() || part(ego[ix]) != part(ego[from]) {
                let (a, b) = (x(ego[from].time_s), ego.get(ix).map_or(x(end_s), |p| x(p.time_s)));
                let name = part(ego[from]);
                svg.rect(a, at, b - a, 12.0, color(name), &words::spaced(name));
                from = ix;
            }
        }
    };
    if !ego.is_empty() {
        band(&mut svg, top + height + 8.0, |p| &p.driver, words::driver_color);
        band(&mut svg, top + height + 22.0, |p| &p.mode, words::mode_color);
    }
    let base = top + height + 38.0;
    let mut rows_end = [f64::NEG_INFINITY; 4];
    for (ix, (time_s, text)) in marks.iter().enumerate() {
        let at = x(*time_s);
        let row = rows_end.iter().position(|end| at - end > 15.0).unwrap_or(3);
        rows_end[row] = at;
        let cy = base + 9.0 + 15.0 * row as f64;
        svg.line([at, top], [at, cy - 7.0], "#d55e00", 0.8);
        svg.circle(at, cy, 7.0, r##"fill="#fff" stroke="#d55e00""##, text);
        svg.text(at, cy + 3.6, 9.5, Anchor::Middle, "", &(ix + 1).to_string());
    }
    let used = rows_end.iter().filter(|end| end.is_finite()).count().max(1) as f64;
    let axis = base + 15.0 * used + 6.0;
    let tick = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0]
        .into_iter()
        .find(|step| end_s / step <= 10.0)
        .unwrap_or(1800.0);
    let mut t = 0.0;
    while t <= end_s + 1e-9 {
        svg.line([x(t), axis], [x(t), axis + 4.0], "#8a949e", 1.0);
        svg.text(x(t), axis + 15.0, 10.5, Anchor::Middle, "", &format!("{t:.0}"));
        t += tick;
    }
    svg.line([left, axis], [left + width, axis], "#8a949e", 1.0);
    svg.text(left - 6.0, axis + 15.0, 10.5, Anchor::End, r##"style="fill:#5b6670""##, "s");
    let mut drivers: Vec<&str> = ego.iter().map(|p| p.driver.as_str()).collect();
    drivers.sort_unstable();
    drivers.dedup();
    let mut modes: Vec<&str> = ego.iter().map(|p| p.mode.as_str()).collect();
    modes.sort_unstable();
    modes.dedup();
    let label = format!("Speed, mode and events of run {}", row.run_id);
    html! { figure {
        (PreEscaped(svg.finish(0.0, 0.0, 520.0, axis + 20.0, "chart", &label)))
        ul.legend {
            li.soft { "Upper band:" }
            @for name in &drivers { li { i style=(format!("background:{}", words::driver_color(name))) {} (words::driver(name)) } }
        }
        ul.legend {
            li.soft { "Lower band:" }
            @for name in &modes { li { i style=(format!("background:{}", words::mode_color(name))) {} (words::spaced(name)) } }
        }
    } }
}

/// Moment that the view from above shows.
fn moment(row: &RunRow, events: &[EventRow]) -> Option<f64> {
    let last = |name: &str| events.iter().rev().find(|e| e.event == name).map(|e| e.time_s);
    match row.outcome {
        Outcome::Collision => last("collision"),
        Outcome::Completed | Outcome::MinimalRiskCondition | Outcome::Timeout | Outcome::Fault => {
            last("collision").or_else(|| events.iter().find(|e| e.event == "disengagement").map(|e| e.time_s))
        }
    }
}

/// The ego's path by who drives, the others, and the lanes around, from 6 s before the moment to 2 s after;
/// the whole path where there is no such moment.
fn top_view(data: &ReportData, row: &RunRow, trace: &[TracePoint], events: &[EventRow]) -> Markup {
    let moment = moment(row, events);
    let shown = |p: &&TracePoint| moment.is_none_or(|t| (t - 6.1..=t + 2.1).contains(&p.time_s));
    let ego: Vec<&TracePoint> = trace.iter().filter(|p| !p.driver.is_empty()).filter(shown).collect();
    let Some(own) = Window::around(ego.iter().map(|p| [p.x_m, p.y_m])) else { return html! {} };
    let window = own.wider(if moment.is_some() { 14.0 } else { 40.0 }).at_least(60.0, 36.0).shaped(0.5, 1.1);
    let to = Projection::new(window, 520.0);
    let mut svg = Svg::new();
    if let Some(map) = data.map_of(&row.scenario) {
        draw_lanes(&mut svg, map, &to);
    }
    if let Some(t) = moment {
        let mut names: Vec<&str> =
            trace.iter().filter(|p| p.driver.is_empty()).filter(shown).map(|p| p.entity.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let path: Vec<&TracePoint> = trace.iter().filter(|p| p.entity == name).filter(shown).collect();
            let d = polyline(path.iter().map(|p| to.at([p.x_m, p.y_m])));
            svg.path(&d, r##"fill="none" stroke="#8a5a00" stroke-width="1.4" stroke-dasharray="2 3""##);
            if let Some(p) = nearest(&path, t) {
                body(&mut svg, &to, p, "#e0b25a", name);
            }
        }
    }
    for pair in ego.windows(2) {
        let (a, b) = (to.at([pair[0].x_m, pair[0].y_m]), to.at([pair[1].x_m, pair[1].y_m]));
        svg.line(a, b, words::driver_color(&pair[0].driver), 3.0);
    }
    if let Some(p) = moment.and_then(|t| nearest(&ego, t)).or(ego.last().copied()) {
        body(&mut svg, &to, p, words::driver_color(&p.driver), "ego");
    }
    scale_bar(&mut svg, &to);
    let size = to.size();
    let caption = match moment {
        Some(t) => {
            format!("Seen from above, north up: boxes at {t:.1} s, paths from 6 s before to 2 s after.")
        }
        None => "Seen from above, north up: the whole drive.".to_owned(),
    };
    html! { figure {
        div.map { (PreEscaped(svg.finish(0.0, 0.0, size[0], size[1], "plan", &caption))) }
        figcaption { (caption) " Ego: colored by who drives. Others: ochre." }
    } }
}

fn nearest<'a>(path: &[&'a TracePoint], time_s: f64) -> Option<&'a TracePoint> {
    path.iter().min_by(|a, b| (a.time_s - time_s).abs().total_cmp(&(b.time_s - time_s).abs())).copied()
}

/// A participant's box. The reference point of a vehicle is its rear axle, about a fifth of the length
/// before its tail.
fn body(svg: &mut Svg, to: &Projection, p: &TracePoint, fill: &str, name: &str) {
    let [x, y] = to.at([p.x_m, p.y_m]);
    let (sin, cos) = math::sin_cos(p.heading_rad);
    let tail = if p.length_m > 2.5 { 0.22 } else { 0.5 };
    let (front, rear, half) = (p.length_m * (1.0 - tail), -p.length_m * tail, p.width_m / 2.0);
    let corner = |along: f64, left: f64| {
        let at = [x + (along * cos - left * sin) * to.scale, y - (along * sin + left * cos) * to.scale];
        format!("{} {}", n1(at[0]), n1(at[1]))
    };
    let d = format!(
        "M{}L{}L{}L{}L{}Z",
        corner(rear, half),
        corner(front - half, half),
        corner(front, 0.0),
        corner(front - half, -half),
        corner(rear, -half)
    );
    svg.path(&d, &format!(r##"fill="{fill}" stroke="#fff" stroke-width="1""##));
    let halo = r##"style="paint-order:stroke;stroke:#fff;stroke-width:3px""##;
    // The ego's name stands above it and the others' below: they are often near each other.
    let dy = half * to.scale + if name == "ego" { 5.0 } else { 13.0 };
    let at = if name == "ego" { y - dy } else { y + dy };
    svg.text(x, at, 11.0, Anchor::Middle, halo, name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time_s: f64, event: &str, element: &str, detail: &str) -> EventRow {
        EventRow { time_s, tick: 0, event: event.into(), element: element.into(), detail: detail.into() }
    }

    #[test]
    fn events_become_sentences() {
        let check = |e: EventRow, expect: &str| assert_eq!(sentence(&e), expect);
        check(
            event(1.0, "collision", "ego truck", "relative_speed_mps=4.2"),
            "collision of ego and truck at 4.20 m/s",
        );
        check(
            event(
                1.0,
                "feature_mode_changed",
                "",
                "from=active; level=L3; reason=odd_exit; to=requesting_intervention",
            ),
            "mode: active to requesting intervention (odd exit)",
        );
        check(
            event(1.0, "odd_clause_changed", "rain", "limit=10; satisfied=false; value=12.5"),
            "design domain left: rain (12.5, limit 10.0)",
        );
        check(event(1.0, "critical_ttc", "truck", "ttc_s=0.8"), "close call with truck (TTC 0.800 s)");
        check(event(1.0, "minimal_risk_condition_reached", "", ""), "minimal risk condition reached");
    }

    #[test]
    fn marks_keep_what_matters_in_order_of_time() {
        let mut events: Vec<EventRow> = (0..40)
            .map(|i| event(f64::from(i) * 2.0, "ghost_track", &format!("track {i}"), "origin=clutter"))
            .collect();
        events.push(event(81.0, "collision", "ego a", "relative_speed_mps=1"));
        events.push(event(81.2, "plan_reason_changed", "", ""));
        let found = marks(&events);
        assert_eq!(found.len(), MARKS_MAX);
        assert!(found.windows(2).all(|w| w[0].0 <= w[1].0));
        assert_eq!(found[MARKS_MAX - 1].1, "collision of ego and a at 1.00 m/s");
        let twice = [event(1.0, "off_road", "ego", ""), event(1.4, "off_road", "ego", "")];
        assert_eq!(marks(&twice).len(), 1);
    }
}
