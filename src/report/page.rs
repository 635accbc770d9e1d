//! The page: sections in the order in which a reader asks.

use super::charts;
use super::data::{ReportData, RunRow};
use super::map;
use super::run;
use super::stats::rate_per_1000_km;
use super::words;
use super::worst;
use crate::base::units::MILE_M;
use crate::batch::directory::BatchDir;
use crate::engine::RunSpec;
use crate::state::automation::AutomationLevel;
use crate::state::record::Outcome;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Rows of the list of disengagements; all of them are in the table.
const LISTED_MAX: usize = 200;

/// A command longer than this is folded away, characters.
const LONG_COMMAND: usize = 400;

/// The whole page.
pub fn page(data: &ReportData, dir: &BatchDir, progress: &dyn Fn(usize, usize)) -> String {
    let ranked = worst::worst_runs(&data.runs);
    let steps = ranked.len() + 3;
    progress(1, steps);
    let names: Vec<&str> = data.batch.plan.scenarios.iter().map(|s| s.name.as_str()).collect();
    let title = match names.as_slice() {
        [one] => format!("Batch report: {one}"),
        many => format!("Batch report: {} scenarios", many.len()),
    };
    let has_disengagements = !data.disengagements.is_empty();
    let maps = html! { @for markup in map::maps(data) { (markup) } };
    progress(2, steps);
    let runs: Vec<Markup> = ranked
        .iter()
        .enumerate()
        .map(|(ix, row)| {
            progress(3 + ix, steps);
            run::worst_run(data, dir, row)
        })
        .collect();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="generator" content=(format!("shakedown {}", data.batch.plan.engine_version));
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { main {
                (header(data, &title))
                section id="outcomes" {
                    h2 { "How the runs ended" }
                    (matrix(data))
                }
                section id="rates" {
                    h2 { "Disengagements per 1000 km" }
                    (rates(data))
                }
                @if has_disengagements {
                    section id="causes" {
                        h2 { "Why automation ended" }
                        div.pair {
                            (charts::causes(data))
                            (charts::who(data))
                        }
                    }
                    section id="reaction" {
                        h2 { "How fast people reacted" }
                        (charts::reaction(data))
                    }
                    section id="map" {
                        h2 { "Where it happened" }
                        (maps)
                    }
                }
                section id="runs" {
                    h2 { "Runs to look at first" }
                    @if runs.is_empty() {
                        p { "Every run was completed without a disengagement, a collision or a close call." }
                    } @else {
                        p.note { "Ranked by: engine fault, collision, criteria not met, minimal risk condition, smallest time to collision; at most three of each scenario and level." }
                        @for markup in &runs { (markup) }
                    }
                }
                @if has_disengagements {
                    section id="list" { h2 { "Disengagements" } (list(data)) }
                }
                section id="words" {
                    h2 { "Words" }
                    dl.terms { @for (term, meaning) in words::GLOSSARY { dt { (term) } dd { (meaning) } } }
                    p.note { "All numbers come from the tables beside this file: " code { "runs.csv" } ", " code { "disengagements.csv" } ", " code { "events.parquet" } " (the first two also as Parquet)." }
                }
            } }
        }
    };
    progress(steps, steps);
    markup.into_string()
}

fn header(data: &ReportData, title: &str) -> Markup {
    let plan = &data.batch.plan;
    let counts = &data.batch.counts;
    let km: f64 = data.runs.iter().map(|r| r.distance_m).sum::<f64>() / 1000.0;
    let automated: f64 = data.runs.iter().map(|r| r.distance_automated_m).sum::<f64>() / 1000.0;
    let hours: f64 = data.runs.iter().map(|r| r.sim_time_s).sum::<f64>() / 3600.0;
    let of = |outcome: Outcome| data.runs.iter().filter(|r| r.outcome == outcome).count();
    let missing = counts.planned.saturating_sub(data.runs.len());
    let share = |n: usize| match data.runs.len() {
        0 => String::new(),
        all => format!("{:.0} % of the runs", 100.0 * n as f64 / all as f64),
    };
    let day = data.batch.started.get(..16).map(|t| t.replace('T', " ")).unwrap_or_default();
    html! {
        header {
            p.soft { "shakedown " (plan.engine_version) " · " (day) " UTC" }
            h1 { (title) }
            p.soft {
                (plan.scenarios.iter().map(|s| s.title.as_str()).take(3).collect::<Vec<_>>().join(" · "))
                @if plan.scenarios.len() > 3 { " · and " (plan.scenarios.len() - 3) " more" }
            }
            @if missing > 0 {
                p { strong { (missing) " of " (counts.planned) " runs are missing." } " Finish the batch with " code { "--resume" } "." }
            }
            nav {
                a href="#outcomes" { "Outcomes" } a href="#rates" { "Rates" }
                @if !data.disengagements.is_empty() {
                    a href="#causes" { "Causes" } a href="#reaction" { "Reaction" } a href="#map" { "Map" }
                }
                a href="#runs" { "Worst runs" } a href="#words" { "Words" }
            }
        }
        section {
            dl.figures {
                div { dt { "Runs" } dd { (data.runs.len()) small { (counted(plan.scenarios.len(), "scenario")) ", " (counted(plan.variations as usize, "variation")) } } }
                div { dt { "Met their criteria" } dd { (counts.passed) small { (share(counts.passed)) } } }
                div { dt { "Collisions" } dd { (of(Outcome::Collision)) small { (share(of(Outcome::Collision))) } } }
                div { dt { "Disengagements" } dd { (data.disengagements.len()) small { "in " (data.runs.iter().filter(|r| r.disengagements > 0).count()) " runs" } } }
                div { dt { "Minimal risk conditions" } dd { (of(Outcome::MinimalRiskCondition)) small { (share(of(Outcome::MinimalRiskCondition))) } } }
                div { dt { "Driven" } dd { (format!("{km:.1} km")) small { (format!("{automated:.1} km automated, {hours:.1} h")) } } }
            }
            p.soft {
                "Simulated in " (duration(data.batch.wall_s)) " (" (duration(data.batch.cpu_s)) " of processor time"
                @if data.batch.wall_s > 0.0 { ", " (format!("{:.0}", hours * 3600.0 / data.batch.wall_s)) " × real time" }
                "). Made again, bit for bit, by:"
            }
            @if command(data).len() < LONG_COMMAND {
                pre { code { (command(data)) } }
            } @else {
                details { summary { "the command" } pre { code { (command(data)) } } }
            }
        }
    }
}

/// A number of things.
fn counted(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// A duration for people.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// A word of a shell command, quoted if it must be.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=:,+@".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// What plan and runs share of a command line.
pub fn common_arguments(data: &ReportData) -> String {
    let plan = &data.batch.plan;
    let mut text = terms(plan.dt_ns, plan.until_s);
    for (path, value) in &plan.overrides {
        text.push_str(&format!(" --set {}", shell_word(&format!("{path}={value}"))));
    }
    text
}

/// Tick and end of a run as arguments, where they are not the usual ones.
pub fn terms(dt_ns: u64, until_s: Option<f64>) -> String {
    let mut text = String::new();
    if dt_ns != RunSpec::DT_NS_DEFAULT {
        text.push_str(&format!(" --dt {}", dt_ns as f64 * 1e-9));
    }
    if let Some(until) = until_s {
        text.push_str(&format!(" --until {until}"));
    }
    text
}

fn command(data: &ReportData) -> String {
    let plan = &data.batch.plan;
    if plan.runs.iter().all(|run| run.own.is_some()) {
        // Kept one by one: there is no one command that made them.
        return "shakedown verify DIRECTORY".to_owned();
    }
    let mut text = "shakedown batch".to_owned();
    for scenario in &plan.scenarios {
        text.push_str(&format!(" {}", shell_word(&scenario.name)));
    }
    if !plan.levels.is_empty() {
        let levels: Vec<&str> = plan.levels.iter().map(|l| l.as_str()).collect();
        text.push_str(&format!(" --levels {}", levels.join(",")));
    }
    text.push_str(&format!(
        " --variations {} --sampler {} --seed {}",
        plan.variations,
        plan.sampler.as_str(),
        plan.seed
    ));
    if let Some(shard) = plan.shard {
        text.push_str(&format!(" --shard {shard}"));
    }
    text + &common_arguments(data)
}

/// Outcomes by scenario and level.
fn matrix(data: &ReportData) -> Markup {
    let levels = data.levels();
    html! {
        div.wide { table.matrix {
            thead { tr { th { "Scenario" } @for level in &levels { th { (level.as_str()) } } } }
            tbody { @for scenario in &data.batch.plan.scenarios {
                tr {
                    th scope="row" { (scenario.name) div.soft { (scenario.title) } }
                    @for level in &levels { (cell(data, &scenario.name, *level)) }
                }
            } }
        } }
        ul.legend { @for outcome in words::OUTCOMES { li { i style=(format!("background:{}", words::outcome_color(outcome))) {} (words::outcome(outcome)) } } }
        p.note { "Bars: share of the runs by outcome. “Passed” counts the runs that met all criteria of their scenario." }
    }
}

fn cell(data: &ReportData, scenario: &str, level: AutomationLevel) -> Markup {
    let runs: Vec<&RunRow> =
        data.runs.iter().filter(|r| r.scenario == scenario && r.level == level).collect();
    if runs.is_empty() {
        return html! { td data-level=(level.as_str()) {} };
    }
    let count = |outcome| runs.iter().filter(|r| r.outcome == outcome).count();
    let passed = runs.iter().filter(|r| r.passed).count();
    let disengagements: u64 = runs.iter().map(|r| r.disengagements).sum();
    html! {
        td data-level=(level.as_str()) {
            div.bar aria-hidden="true" {
                @for outcome in words::OUTCOMES { @if count(outcome) > 0 {
                    i style=(format!("width:{:.1}%;background:{}", 100.0 * count(outcome) as f64 / runs.len() as f64, words::outcome_color(outcome))) {}
                } }
            }
            b { (passed) "/" (runs.len()) } " passed"
            @for outcome in words::OUTCOMES { @if count(outcome) > 0 && outcome != Outcome::Completed {
                small.bad[matches!(outcome, Outcome::Collision | Outcome::Fault)] { (words::outcome_short(outcome, count(outcome))) }
            } }
            @if disengagements > 0 { small { (counted(disengagements as usize, "disengagement")) } }
        }
    }
}

/// Rates by level with their intervals.
fn rates(data: &ReportData) -> Markup {
    let rows: Vec<charts::RateRow> = data
        .levels()
        .into_iter()
        .map(|level| {
            let runs = || data.runs.iter().filter(move |r| r.level == level);
            let km = runs().map(|r| r.distance_automated_m).sum::<f64>() / 1000.0;
            let events = runs().map(|r| r.disengagements).sum();
            charts::RateRow { level, runs: runs().count(), km, events, rate: rate_per_1000_km(events, km) }
        })
        .collect();
    html! {
        div.wide { table {
            thead { tr { th { "Level" } th.n.hide-small { "Runs" } th.n { "Automated km" } th.n { "Disengage­ments" } th.n { "per 1000 km" } th.n { "95 % interval" } th.n.hide-small { "per 1000 miles" } } }
            tbody { @for row in &rows { tr {
                td { (row.level.as_str()) }
                td.n.hide-small { (row.runs) }
                td.n { (format!("{:.2}", row.km)) }
                td.n { (row.events) }
                @match row.rate {
                    Some([rate, low, high]) => {
                        td.n { (significant(rate)) }
                        td.n { (significant(low)) " – " (significant(high)) }
                        td.n.hide-small { (significant(rate * MILE_M / 1000.0)) }
                    }
                    None => { td.n { "–" } td.n { "–" } td.n.hide-small { "–" } }
                }
            } } }
        } }
        (charts::rates(&rows))
        p.note { "Distance driven with the feature engaged. Intervals: exact Poisson, 95 %. The scenarios are made to be hard: compare levels and versions, not with road mileage (California 2015: 341 disengagements in 424 331 mi, 0.50 per 1000 km)." }
    }
}

/// A number with three significant digits.
pub fn significant(x: f64) -> String {
    match x.abs() {
        0.0 => "0".to_owned(),
        a if a >= 100.0 => format!("{x:.0}"),
        a if a >= 10.0 => format!("{x:.1}"),
        a if a >= 1.0 => format!("{x:.2}"),
        _ => format!("{x:.3}"),
    }
}

fn list(data: &ReportData) -> Markup {
    let rest = data.disengagements.len().saturating_sub(LISTED_MAX);
    html! {
        details open[data.disengagements.len() <= 12] {
            summary { (data.disengagements.len() - rest) " disengagements with their identities" }
            div.wide { table {
                thead { tr { th { "Scenario" } th { "Level" } th.n { "Time" } th { "What happened" } th { "Cause" } th.hide-small { "Identity" } } }
                tbody { @for d in data.disengagements.iter().take(LISTED_MAX) { tr {
                    td { (d.scenario) } td { (d.level.as_str()) } td.n { (format!("{:.1} s", d.time_s)) }
                    td { (d.description) } td { (words::spaced(d.cause.as_str())) }
                    td.hide-small { code { (d.id) } }
                } } }
            } }
        }
        @if rest > 0 { p.note { (rest) " more are in " code { "disengagements.csv" } "." } }
        p.note { "Root cause of one by counterfactual re-runs: " code { "shakedown explain DIR --disengagement ID" } }
    }
}
