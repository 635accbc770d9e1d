//! The lanes of a map, and disengagements on it.

use super::charts::legend;
use super::data::{DisengagementRow, ReportData};
use super::svg::{Anchor, Svg, polyline};
use super::words;
use crate::batch::map_outline::MapOutline;
use crate::road::LaneKind;
use crate::state::record::Cause;
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// A window on the plane, m, north up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// West, south, east, north.
    pub x: [f64; 2],
    /// South and north.
    pub y: [f64; 2],
}

impl Window {
    /// The smallest window around points; `None` without any.
    pub fn around(points: impl IntoIterator<Item = [f64; 2]>) -> Option<Self> {
        let mut points = points.into_iter().filter(|p| p[0].is_finite() && p[1].is_finite());
        let first = points.next()?;
        let mut window = Self { x: [first[0]; 2], y: [first[1]; 2] };
        for p in points {
            window.x = [window.x[0].min(p[0]), window.x[1].max(p[0])];
            window.y = [window.y[0].min(p[1]), window.y[1].max(p[1])];
        }
        Some(window)
    }

    /// Wider by a margin on each side.
    pub fn wider(self, margin_m: f64) -> Self {
        Self {
            x: [self.x[0] - margin_m, self.x[1] + margin_m],
            y: [self.y[0] - margin_m, self.y[1] + margin_m],
        }
    }

    /// At least this wide and high, around the same middle.
    pub fn at_least(self, width_m: f64, height_m: f64) -> Self {
        let grow = |[a, b]: [f64; 2], wanted: f64| {
            let more = (wanted - (b - a)).max(0.0) / 2.0;
            [a - more, b + more]
        };
        Self { x: grow(self.x, width_m), y: grow(self.y, height_m) }
    }

    /// Grown on one side so that height / width lies between two ratios.
    pub fn shaped(self, flattest: f64, steepest: f64) -> Self {
        self.at_least(self.height() / steepest, self.width() * flattest)
    }

    /// The common part; `self` where there is none.
    pub fn clipped_to(self, other: Self) -> Self {
        let x = [self.x[0].max(other.x[0]), self.x[1].min(other.x[1])];
        let y = [self.y[0].max(other.y[0]), self.y[1].min(other.y[1])];
        if x[0] < x[1] && y[0] < y[1] { Self { x, y } } else { self }
    }

    /// East-west extent, m.
    pub fn width(&self) -> f64 {
        self.x[1] - self.x[0]
    }

    /// North-south extent, m.
    pub fn height(&self) -> f64 {
        self.y[1] - self.y[0]
    }

    /// Whether a stretch may show in it.
    fn touches(&self, a: [f64; 2], b: [f64; 2]) -> bool {
        a[0].max(b[0]) >= self.x[0]
            && a[0].min(b[0]) <= self.x[1]
            && a[1].max(b[1]) >= self.y[0]
            && a[1].min(b[1]) <= self.y[1]
    }
}

/// World m to picture units: `scale` units a m, origin in the north-west corner of the window.
#[derive(Clone, Copy)]
pub struct Projection {
    /// What is shown.
    pub window: Window,
    /// Units a m.
    pub scale: f64,
}

impl Projection {
    /// A window on a picture of this width.
    pub fn new(window: Window, width: f64) -> Self {
        Self { window, scale: width / window.width().max(1.0) }
    }
    /// A point.
    pub fn at(&self, p: [f64; 2]) -> [f64; 2] {
        [(p[0] - self.window.x[0]) * self.scale, (self.window.y[1] - p[1]) * self.scale]
    }
    /// Size of the picture.
    pub fn size(&self) -> [f64; 2] {
        [self.window.width() * self.scale, self.window.height() * self.scale]
    }
}

/// Draws the lanes of a map that show in the window.
pub fn draw_lanes(svg: &mut Svg, map: &MapOutline, to: &Projection) {
    // From the edge of the road inward, junctions last, so that driving lanes lie on top.
    let layers: [(&[LaneKind], &str); 4] = [
        (&[LaneKind::Sidewalk], "#eceef0"),
        (&[LaneKind::Shoulder, LaneKind::Parking], "#dfe3e6"),
        (&[LaneKind::Driving, LaneKind::Bus], "#c9ced3"),
        (&[LaneKind::Biking], "#bfd8c8"),
    ];
    for (kinds, color) in layers {
        // Lanes of one width share a path.
        let mut paths: BTreeMap<i64, String> = BTreeMap::new();
        for lane in map.lanes.iter().filter(|lane| kinds.contains(&lane.kind)) {
            let d = paths.entry((lane.width_m * 4.0).round() as i64).or_default();
            let mut piece: Vec<[f64; 2]> = Vec::new();
            for pair in lane.points.windows(2) {
                if to.window.touches(pair[0], pair[1]) {
                    if piece.is_empty() {
                        piece.push(to.at(pair[0]));
                    }
                    piece.push(to.at(pair[1]));
                } else if !piece.is_empty() {
                    d.push_str(&polyline(piece.drain(..)));
                }
            }
            if !piece.is_empty() {
                d.push_str(&polyline(piece));
            }
        }
        for (quarter_m, d) in paths {
            let width = (quarter_m as f64 / 4.0 * to.scale).max(0.8);
            let attributes =
                format!(r#"fill="none" stroke="{color}" stroke-width="{width:.1}" stroke-linejoin="round""#);
            svg.path(&d, &attributes);
        }
    }
    let mut d = String::new();
    for outline in map.crosswalks.iter().filter(|o| o.len() > 2) {
        if outline.iter().any(|p| to.window.touches(*p, *p)) {
            d.push_str(&polyline(outline.iter().map(|p| to.at(*p))));
            d.push('Z');
        }
    }
    svg.path(&d, r##"fill="#fff" fill-opacity=".75""##);
}

/// One picture a map with its disengagements by cause.
pub fn maps(data: &ReportData) -> Vec<Markup> {
    let mut by_map: BTreeMap<&str, Vec<&DisengagementRow>> = BTreeMap::new();
    for d in &data.disengagements {
        if let Some(scenario) = data.batch.plan.scenarios.iter().find(|s| s.name == d.scenario) {
            by_map.entry(&scenario.map).or_default().push(d);
        }
    }
    by_map.into_iter().map(|(name, rows)| one_map(data.maps.get(name), name, &rows)).collect()
}

fn one_map(outline: Option<&MapOutline>, name: &str, rows: &[&DisengagementRow]) -> Markup {
    let Some(dots) = Window::around(rows.iter().map(|d| d.at_m)) else { return html! {} };
    let mut window = dots.wider(60.0);
    if let Some(map) = outline
        && let Some(all) = Window::around(map.lanes.iter().flat_map(|l| l.points.iter().copied()))
    {
        // The streets around matter: at least 400 m of them, as far as the map goes.
        window = window.at_least(420.0, 240.0).clipped_to(all.wider(15.0));
    }
    let window = window.at_least(80.0, 40.0).shaped(0.3, 0.75);
    let to = Projection::new(window, 900.0);
    let mut svg = Svg::new();
    if let Some(map) = outline {
        draw_lanes(&mut svg, map, &to);
        street_names(&mut svg, map, &to);
    }
    // Disengagements at one place and of one cause become one larger dot.
    let mut places: BTreeMap<(i64, i64, Cause), (usize, [f64; 2], &str)> = BTreeMap::new();
    for d in rows {
        let at = to.at(d.at_m);
        let cell = ((at[0] / 7.0).round() as i64, (at[1] / 7.0).round() as i64, d.cause);
        places.entry(cell).or_insert((0, at, &d.description)).0 += 1;
    }
    let mut order: Vec<_> = places.into_iter().collect();
    order.sort_by_key(|(_, (n, _, _))| std::cmp::Reverse(*n));
    for ((_, _, cause), (n, at, description)) in &order {
        let r = (5.0 + 2.2 * (*n as f64).sqrt()).min(26.0);
        let title = match n {
            1 => format!("{}: {description}", words::spaced(cause.as_str())),
            n => format!("{n} times {}, e.g. {description}", words::spaced(cause.as_str())),
        };
        let attributes = format!(
            r##"fill="{}" fill-opacity=".85" stroke="#fff" stroke-width="1.2""##,
            words::cause_color(*cause)
        );
        svg.circle(at[0], at[1], r, &attributes, &title);
        if *n > 1 {
            svg.text(
                at[0],
                at[1] + 4.0,
                11.0,
                Anchor::Middle,
                r#"style="fill:#fff;font-weight:600""#,
                &n.to_string(),
            );
        }
    }
    scale_bar(&mut svg, &to);
    let mut causes: Vec<Cause> = rows.iter().map(|d| d.cause).collect();
    causes.sort();
    causes.dedup();
    let size = to.size();
    let label = format!("Disengagements on the map {name}");
    html! { figure {
        h3 { "Map: " (name) }
        div.map { (PreEscaped(svg.finish(0.0, 0.0, size[0], size[1], "plan", &label))) }
        (legend(&causes, &|cause| rows.iter().filter(|d| d.cause == cause).count()))
    } }
}

/// Names of the streets, where they do not cover each other.
pub fn street_names(svg: &mut Svg, map: &MapOutline, to: &Projection) {
    let mut taken: Vec<[f64; 4]> = Vec::new();
    let [w, h] = to.size();
    for (name, middle) in &map.streets {
        let at = to.at(*middle);
        let half = 3.4 * name.chars().count() as f64;
        let area = [at[0] - half, at[1] - 8.0, at[0] + half, at[1] + 8.0];
        let inside = area[0] > 0.0 && area[1] > 0.0 && area[2] < w && area[3] < h;
        let free = taken.iter().all(|t| area[2] < t[0] || t[2] < area[0] || area[3] < t[1] || t[3] < area[1]);
        if inside && free {
            let halo = r##"style="fill:#56616b;paint-order:stroke;stroke:#fff;stroke-width:3px""##;
            svg.text(at[0], at[1] + 4.0, 12.0, Anchor::Middle, halo, name);
            taken.push(area);
        }
    }
}

/// A bar of a round length in the lower left corner.
pub fn scale_bar(svg: &mut Svg, to: &Projection) {
    let [w, h] = to.size();
    let longest = w / 4.0 / to.scale;
    let lengths = [1000.0, 500.0, 200.0, 100.0, 50.0, 20.0, 10.0];
    let length_m = lengths.into_iter().find(|l| *l <= longest).unwrap_or(5.0);
    let (x, y) = (12.0, h - 14.0);
    svg.rect(x - 4.0, y - 15.0, length_m * to.scale + 8.0, 22.0, "#fffc", "");
    svg.line([x, y], [x + length_m * to.scale, y], "#1d2329", 2.0);
    svg.text(x, y - 4.0, 11.0, Anchor::Start, "", &format!("{length_m:.0} m"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows() {
        let w = Window::around([[0.0, 0.0], [10.0, 4.0], [f64::NAN, 1.0]]).unwrap();
        assert_eq!((w.width(), w.height()), (10.0, 4.0));
        let grown = w.at_least(6.0, 10.0);
        assert_eq!((grown.width(), grown.height(), grown.y), (10.0, 10.0, [-3.0, 7.0]));
        assert_eq!(w.shaped(0.5, 0.8).y, [-0.5, 4.5]);
        assert_eq!(grown.shaped(0.5, 0.8).x, [-1.25, 11.25]);
        assert_eq!(w.wider(1.0).clipped_to(w), w);
        assert_eq!(Window::around([]), None);
        let to = Projection::new(w, 100.0);
        assert_eq!((to.at([0.0, 4.0]), to.at([10.0, 0.0])), ([0.0, 0.0], [100.0, 40.0]));
    }

    #[test]
    fn lanes_outside_the_window_are_left_out() {
        let lane = |y: f64| crate::batch::map_outline::LaneOutline {
            kind: LaneKind::Driving,
            junction: false,
            width_m: 3.5,
            points: vec![[-500.0, y], [0.0, y], [500.0, y]],
        };
        let draw = |lanes| {
            let map = MapOutline { lanes, ..MapOutline::default() };
            let mut svg = Svg::new();
            draw_lanes(&mut svg, &map, &Projection::new(Window { x: [10.0, 60.0], y: [0.0, 50.0] }, 500.0));
            svg.finish(0.0, 0.0, 1.0, 1.0, "", "")
        };
        assert!(!draw(vec![lane(200.0)]).contains("<path"));
        let one = draw(vec![lane(20.0)]);
        assert!(one.contains("M-100 300l5000 0") && !one.contains("-5100"), "{one}");
    }
}
