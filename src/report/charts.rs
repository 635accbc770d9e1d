//! Charts as inline SVG.

use super::data::ReportData;
use super::page::significant;
use super::stats::median;
use super::svg::{Anchor, Svg};
use super::words;
use crate::base::math;
use crate::state::automation::AutomationLevel;
use crate::state::record::Cause;
use maud::{Markup, PreEscaped, html};

/// A row of the table of rates.
pub struct RateRow {
    /// Level.
    pub level: AutomationLevel,
    /// Runs.
    pub runs: usize,
    /// Automated distance, km.
    pub km: f64,
    /// Disengagements.
    pub events: u64,
    /// Rate and interval per 1000 km.
    pub rate: Option<[f64; 3]>,
}

/// Intervals of the rates on one logarithmic axis.
pub fn rates(rows: &[RateRow]) -> Markup {
    let shown: Vec<(&RateRow, [f64; 3])> = rows.iter().filter_map(|r| r.rate.map(|rate| (r, rate))).collect();
    let positive = || shown.iter().flat_map(|(_, r)| r.iter().copied()).filter(|v| *v > 0.0);
    let (Some(low), Some(high)) = (positive().min_by(f64::total_cmp), positive().max_by(f64::total_cmp))
    else {
        return html! {};
    };
    let (from, to) = (math::log10(low).floor(), math::log10(high).ceil().max(math::log10(low).floor() + 1.0));
    let (left, right, row_h) = (44.0, 700.0, 26.0);
    let x = |v: f64| left + (math::log10(v.max(low / 10.0)).max(from) - from) / (to - from) * (right - left);
    let height = 30.0 + row_h * shown.len() as f64;
    let mut svg = Svg::new();
    for decade in from as i32..=to as i32 {
        let at = x(math::pow(10.0, f64::from(decade)));
        svg.line([at, 4.0], [at, height - 22.0], "#e3e7eb", 1.0);
        let label = if decade >= 0 {
            format!("{:.0}", math::pow(10.0, f64::from(decade)))
        } else {
            format!("{}", math::pow(10.0, f64::from(decade)))
        };
        svg.text(at, height - 7.0, 12.0, Anchor::Middle, "", &label);
    }
    for (ix, (row, [rate, lo, hi])) in shown.iter().enumerate() {
        let y = 18.0 + row_h * ix as f64;
        svg.text(6.0, y + 4.5, 14.0, Anchor::Start, r#"font-weight="600""#, row.level.as_str());
        svg.line([x(*lo), y], [x(*hi), y], "#0072b2", 3.0);
        svg.line([x(*hi), y - 5.0], [x(*hi), y + 5.0], "#0072b2", 2.0);
        if *lo > 0.0 {
            svg.line([x(*lo), y - 5.0], [x(*lo), y + 5.0], "#0072b2", 2.0);
        }
        if *rate > 0.0 {
            let title = format!(
                "{}: {} per 1000 km ({} to {})",
                row.level,
                significant(*rate),
                significant(*lo),
                significant(*hi)
            );
            svg.circle(x(*rate), y, 5.5, r##"fill="#0072b2" stroke="#fff" stroke-width="1.5""##, &title);
        }
    }
    html! { figure {
        (PreEscaped(svg.finish(0.0, 0.0, 720.0, height, "chart", "Disengagements per 1000 km by level with 95 % intervals")))
        figcaption { "Disengagements per 1000 automated km, logarithmic. Dot: rate; line: 95 % interval (open to the left where none happened)." }
    } }
}

/// Causes by level, stacked.
pub fn causes(data: &ReportData) -> Markup {
    let levels: Vec<AutomationLevel> =
        data.levels().into_iter().filter(|l| data.disengagements.iter().any(|d| d.level == *l)).collect();
    let count = |level: Option<AutomationLevel>, cause: Cause| {
        data.disengagements.iter().filter(|d| d.cause == cause && level.is_none_or(|l| l == d.level)).count()
    };
    let mut present: Vec<Cause> = Cause::ALL.iter().copied().filter(|c| count(None, *c) > 0).collect();
    present.sort_by_key(|c| std::cmp::Reverse(count(None, *c)));
    let most = levels
        .iter()
        .map(|l| data.disengagements.iter().filter(|d| d.level == *l).count())
        .max()
        .unwrap_or(1)
        .max(1) as f64;
    let (left, width, row_h) = (40.0, 420.0, 34.0);
    let mut svg = Svg::new();
    for (ix, level) in levels.iter().enumerate() {
        let y = 6.0 + row_h * ix as f64;
        svg.text(0.0, y + 17.0, 14.0, Anchor::Start, r#"font-weight="600""#, level.as_str());
        let mut x = left;
        let mut total = 0;
        for cause in &present {
            let n = count(Some(*level), *cause);
            if n == 0 {
                continue;
            }
            let w = n as f64 / most * width;
            svg.rect(
                x,
                y,
                w - 1.0,
                24.0,
                words::cause_color(*cause),
                &format!("{level} {}: {n}", words::spaced(cause.as_str())),
            );
            if w > 22.0 {
                let ink = if dark(words::cause_color(*cause)) { r#"style="fill:#fff""# } else { "" };
                svg.text(x + w / 2.0, y + 16.5, 12.0, Anchor::Middle, ink, &n.to_string());
            }
            x += w;
            total += n;
        }
        svg.text(x + 5.0, y + 16.5, 12.5, Anchor::Start, "", &total.to_string());
    }
    let height = 8.0 + row_h * levels.len() as f64;
    html! { figure {
        h3 { "Causes by level" }
        (PreEscaped(svg.finish(0.0, 0.0, left + width + 40.0, height, "chart", "Causes of disengagements by level")))
        (legend(&present, &|c| count(None, c)))
    } }
}

/// Legend of causes with their counts.
pub fn legend(causes: &[Cause], count: &dyn Fn(Cause) -> usize) -> Markup {
    html! { ul.legend { @for cause in causes { li {
        i style=(format!("background:{}", words::cause_color(*cause))) {}
        (words::spaced(cause.as_str())) " (" (count(*cause)) ")"
    } } } }
}

/// Whether white text reads better on a color `#rrggbb`.
fn dark(color: &str) -> bool {
    let part = |range| u32::from_str_radix(color.get(range).unwrap_or("ff"), 16).unwrap_or(255);
    (part(1..3) * 299 + part(3..5) * 587 + part(5..7) * 114) / 1000 < 140
}

/// Who initiated, what kind, and how it ended.
pub fn who(data: &ReportData) -> Markup {
    type Part = fn(&super::data::DisengagementRow) -> &str;
    let parts: [(&str, Part); 3] =
        [("Who ended it", |d| &d.initiator), ("What kind", |d| &d.kind), ("What came of it", |d| &d.outcome)];
    let total = data.disengagements.len().max(1) as f64;
    html! { div {
        @for (title, part) in parts {
            h3 { (title) }
            table { tbody { @for (name, n) in counted(data, part) { tr {
                td style="width:46%" { (words::spaced(&name)) }
                td.n style="width:3.5em" { (n) }
                td { div style=(format!("height:12px;margin-top:5px;border-radius:2px;background:#7aa6c2;width:{:.1}%", 100.0 * n as f64 / total)) {} }
            } } } }
        }
    } }
}

fn counted(data: &ReportData, part: fn(&super::data::DisengagementRow) -> &str) -> Vec<(String, usize)> {
    let mut counts: std::collections::BTreeMap<String, usize> = Default::default();
    for d in &data.disengagements {
        *counts.entry(part(d).to_owned()).or_default() += 1;
    }
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    list
}

/// Published figures on the axis of reaction times: s, label.
pub const PUBLISHED: [(f64, &str); 3] =
    [(0.84, "0.84 s test drivers"), (4.57, "4.57 s watching"), (6.06, "6.06 s reading")];

/// Width of a class, s, and end of the axis, s.
const CLASS_S: f64 = 0.5;
const AXIS_S: f64 = 12.0;

/// Distribution of the reaction times.
pub fn reaction(data: &ReportData) -> Markup {
    let of = |requested: bool| -> Vec<f64> {
        let rows = data.disengagements.iter().filter(|d| d.level.is_ads() == requested);
        rows.filter_map(|d| d.reaction_time_s).filter(|t| t.is_finite()).collect()
    };
    let (watching, asked) = (of(false), of(true));
    if watching.is_empty() && asked.is_empty() {
        return html! { p { "No disengagement of this batch has a reaction time: no human took over." } };
    }
    let classes = (AXIS_S / CLASS_S) as usize;
    let class = |t: f64| ((t / CLASS_S) as usize).min(classes - 1);
    let histogram = |times: &[f64]| {
        let mut counts = vec![0_usize; classes];
        times.iter().for_each(|t| counts[class(t.max(0.0))] += 1);
        counts
    };
    let (low, high) = (histogram(&watching), histogram(&asked));
    let most = low.iter().zip(&high).map(|(a, b)| a + b).max().unwrap_or(1).max(1) as f64;
    let (left, top, width, height) = (36.0, 46.0, 660.0, 150.0);
    let x = |t: f64| left + t / AXIS_S * width;
    let mut svg = Svg::new();
    for tick in 0..=AXIS_S as i32 {
        let t = f64::from(tick);
        svg.line([x(t), top + height], [x(t), top + height + 4.0], "#8a949e", 1.0);
        if tick % 2 == 0 {
            let label = if t == AXIS_S { format!("{t}+ s") } else { format!("{t}") };
            svg.text(x(t), top + height + 18.0, 12.0, Anchor::Middle, "", &label);
        }
    }
    svg.line([left, top + height], [left + width, top + height], "#8a949e", 1.0);
    svg.text(left - 6.0, top + 10.0, 12.0, Anchor::End, "", &format!("{most:.0}"));
    for (ix, (a, b)) in low.iter().zip(&high).enumerate() {
        let (at, w) = (x(ix as f64 * CLASS_S) + 1.0, width / classes as f64 - 2.0);
        let (ha, hb) = (*a as f64 / most * height, *b as f64 / most * height);
        let range = format!("{:.1} to {:.1} s", ix as f64 * CLASS_S, (ix + 1) as f64 * CLASS_S);
        if *a > 0 {
            svg.rect(at, top + height - ha, w, ha, "#009e73", &format!("{range}: {a} supervising (L1, L2)"));
        }
        if *b > 0 {
            svg.rect(
                at,
                top + height - ha - hb,
                w,
                hb,
                "#cc79a7",
                &format!("{range}: {b} asked to take over (L3 to L5)"),
            );
        }
    }
    for (ix, (t, label)) in PUBLISHED.iter().enumerate() {
        let y = 14.0 + 14.0 * (ix % 2) as f64;
        svg.raw(&format!(
            r##"<path d="M{0:.1} {1:.1}V{2:.1}" stroke="#1d2329" stroke-width="1.4" stroke-dasharray="4 3"/>"##,
            x(*t),
            y + 3.0,
            top + height
        ));
        // The middle label stands to the left of its line: the one to the right is near.
        let (dx, anchor) = if ix == 1 { (-4.0, Anchor::End) } else { (4.0, Anchor::Start) };
        svg.text(x(*t) + dx, y + 4.0, 12.0, anchor, "", label);
    }
    let middle = |times: &[f64]| match median(times) {
        Some(m) => format!("{} times, median {m:.2} s", times.len()),
        None => "none".to_owned(),
    };
    html! { figure {
        (PreEscaped(svg.finish(0.0, 0.0, 720.0, top + height + 26.0, "chart", "Histogram of reaction times")))
        ul.legend {
            li { i style="background:#009e73" {} "supervising a driver assistance feature, L1 and L2 (" (middle(&watching)) ")" }
            li { i style="background:#cc79a7" {} "after L3 to L5 automation (" (middle(&asked)) ")" }
        }
        figcaption { "From stimulus to hands and feet on the controls. Dashed: published figures, 0.84 s mean of trained test drivers (California reports for 2015), 4.57 s and 6.06 s medians of drivers who watched the road or read when asked to take over without urgency (Eriksson and Stanton 2017)." }
    } }
}
