//! Text of SVG pictures.

use std::fmt::Write;

/// A picture under construction: coordinates in its own units, y down.
pub struct Svg {
    body: String,
}

/// Text with the five characters that markup gives a meaning replaced.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A number with at most one decimal (a tenth of a unit is below what a screen shows).
pub fn n1(x: f64) -> String {
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Where a text is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Begins there.
    Start,
    /// Is centered there.
    Middle,
    /// Ends there.
    End,
}

impl Anchor {
    fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

impl Svg {
    /// An empty picture.
    pub fn new() -> Self {
        Self { body: String::new() }
    }

    /// A filled rectangle with a text that appears when pointed at.
    pub fn rect(&mut self, x: f64, y: f64, w: f64, h: f64, fill: &str, title: &str) {
        let _ = write!(
            self.body,
            r#"<rect x="{}" y="{}" width="{}" height="{}" fill="{fill}">{}</rect>"#,
            n1(x),
            n1(y),
            n1(w.max(0.0)),
            n1(h.max(0.0)),
            title_element(title)
        );
    }

    /// A straight line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], stroke: &str, width: f64) {
        let _ = write!(
            self.body,
            r#"<path d="M{} {}L{} {}" stroke="{stroke}" stroke-width="{width}" fill="none"/>"#,
            n1(from[0]),
            n1(from[1]),
            n1(to[0]),
            n1(to[1])
        );
    }

    /// A path in SVG's own language.
    pub fn path(&mut self, d: &str, attributes: &str) {
        if !d.is_empty() {
            let _ = write!(self.body, r#"<path d="{d}" {attributes}/>"#);
        }
    }

    /// A disc.
    pub fn circle(&mut self, x: f64, y: f64, r: f64, attributes: &str, title: &str) {
        let _ = write!(
            self.body,
            r#"<circle cx="{}" cy="{}" r="{}" {attributes}>{}</circle>"#,
            n1(x),
            n1(y),
            n1(r),
            title_element(title)
        );
    }

    /// A text.
    pub fn text(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, attributes: &str, text: &str) {
        let _ = write!(
            self.body,
            r#"<text x="{}" y="{}" font-size="{}" text-anchor="{}" {attributes}>{}</text>"#,
            n1(x),
            n1(y),
            n1(size),
            anchor.as_str(),
            escape(text)
        );
    }

    /// Raw markup.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    /// The whole element; `label` says in words what it shows.
    pub fn finish(self, x: f64, y: f64, w: f64, h: f64, class: &str, label: &str) -> String {
        format!(
            r#"<svg class="{class}" viewBox="{} {} {} {}" role="img" aria-label="{}">{}</svg>"#,
            n1(x),
            n1(y),
            n1(w),
            n1(h),
            escape(label),
            self.body
        )
    }
}

fn title_element(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(title)) }
}

/// Path of a polyline; `map` turns its points into picture coordinates. Each point is written relative to
/// the one before, which halves the text.
pub fn polyline(points: impl IntoIterator<Item = [f64; 2]>) -> String {
    let mut d = String::new();
    let mut last: Option<[i64; 2]> = None;
    for point in points {
        let tenths = point.map(|v| (v * 10.0).round() as i64);
        match last {
            None => {
                let _ = write!(d, "M{} {}", n1(tenths[0] as f64 / 10.0), n1(tenths[1] as f64 / 10.0));
            }
            Some(before) => {
                let step = [tenths[0] - before[0], tenths[1] - before[1]];
                if step != [0, 0] {
                    let _ = write!(d, "l{} {}", n1(step[0] as f64 / 10.0), n1(step[1] as f64 / 10.0));
                }
            }
        }
        last = Some(tenths);
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_numbers_are_short() {
        assert_eq!(escape("<a href='x'>&\u{7}"), "&lt;a href=&#39;x&#39;&gt;&amp; ");
        for (x, expect) in [(1.0, "1"), (-0.04, "0"), (2.25, "2.2"), (-3.46, "-3.5")] {
            assert_eq!(n1(x), expect);
        }
        assert_eq!(polyline([[0.0, 0.0], [1.0, 0.5], [1.0, 0.52], [0.0, 0.0]]), "M0 0l1 0.5l-1 -0.5");
    }
}
