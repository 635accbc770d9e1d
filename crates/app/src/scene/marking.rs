//! Lane markings by the road marks of the map: type, color, width, strokes and gaps.
//!
//! Where the file says nothing of strokes: broken lines as in the United States are 10 ft long with gaps of
//! 30 ft (MUTCD 2009 §3A.06), elsewhere 3 m with 6 m gaps in towns, 6 m with 12 m gaps on motorways (RMS-1).
//! Double lines of a stated width above 0.22 m are taken as that wide altogether.

use super::mesh::{Chunks, PLAIN, Tint, Vertex, srgb};
use super::ribbon::Ribbon;
use super::skin::Skin;
use opendrive::{self as odr, RoadMarkColor, RoadMarkKind};
use shakedown::base::math::{DVec2, DVec3};

/// Thickness of paint as shown, m: over the pavement's own error.
pub const PAINT_M: f64 = 0.012;
/// The same in junctions, where the pavement's height is a mean.
pub const PAINT_JUNCTION_M: f64 = 0.03;
/// Width where the file says none, m (MUTCD: 4 to 6 inches).
const WIDTH_M: f64 = 0.12;
/// Width of a bold line, m.
const BOLD_M: f64 = 0.25;
/// Distance between raised dots, m (Caltrans: 4 ft groups).
const DOT_STEP_M: f64 = 1.2;

/// Strokes that repeat within less than this are drawn as a line, m.
const PERIOD_M_MIN: f64 = 0.2;

/// Strokes and gaps of broken lines, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Length of a stroke.
    pub stroke_m: f64,
    /// Length of a gap.
    pub gap_m: f64,
}

/// Custom of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Custom {
    /// United States.
    American,
    /// Elsewhere.
    International,
}

impl Custom {
    /// The custom of a map: American if a sign is, or if it lies in North America.
    pub fn of(map: &odr::Map, origin_deg: Option<(f64, f64)>) -> Self {
        let signs = map.roads.iter().flat_map(|r| &r.signals);
        let american = signs.filter_map(|s| s.country.as_deref()).any(|c| matches!(c, "US" | "USA" | "us"));
        let there = origin_deg.is_some_and(|(lat, lon)| lat > 15.0 && (-170.0..-50.0).contains(&lon));
        if american || there { Custom::American } else { Custom::International }
    }

    /// Broken lines at a place.
    fn rhythm(self, road: &odr::Road, s_m: f64) -> Rhythm {
        let fast = road.type_at(s_m).is_some_and(|t| t.kind == odr::RoadKind::Motorway);
        match (self, fast) {
            (Custom::American, _) => Rhythm { stroke_m: 3.05, gap_m: 9.14 },
            (Custom::International, false) => Rhythm { stroke_m: 3.0, gap_m: 6.0 },
            (Custom::International, true) => Rhythm { stroke_m: 6.0, gap_m: 12.0 },
        }
    }
}

/// One line of a marking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Middle, to the left of the border, m.
    pub t_m: f64,
    /// Width, m.
    pub width_m: f64,
    /// Strokes; `None` = unbroken.
    pub rhythm: Option<Rhythm>,
    /// Where the first stroke begins after the marking's start, m; `None` = strokes count from the road's start.
    pub phase_m: Option<f64>,
}

/// The lines of a marking. `outward` is +1 where the lane's outside is to the left.
pub fn lines(mark: &odr::RoadMark, outward: f64, rhythm: Rhythm) -> Vec<Line> {
    if !mark.lines.is_empty() {
        let one = |l: &odr::RoadMarkLine| Line {
            t_m: l.t_m,
            width_m: l.width_m.or(mark.width_m).filter(|w| *w > 0.0).unwrap_or(WIDTH_M),
            rhythm: (l.space_m > 0.0).then_some(Rhythm { stroke_m: l.length_m.max(0.05), gap_m: l.space_m }),
            phase_m: (l.space_m > 0.0).then_some(l.s_m),
        };
        return mark.lines.iter().map(one).collect();
    }
    let plain = if mark.bold { BOLD_M } else { WIDTH_M };
    let width_m = mark.width_m.filter(|w| *w > 0.01).unwrap_or(plain).min(1.0);
    let line = |t_m: f64, width_m: f64, broken: bool| Line {
        t_m,
        width_m,
        rhythm: broken.then_some(rhythm),
        phase_m: None,
    };
    let pair = |inner: bool, outer: bool| {
        let each = if width_m > 0.22 { width_m / 3.0 } else { width_m };
        vec![line(-outward * each, each, inner), line(outward * each, each, outer)]
    };
    match mark.kind {
        RoadMarkKind::Solid | RoadMarkKind::Edge => vec![line(0.0, width_m, false)],
        RoadMarkKind::Broken => vec![line(0.0, width_m, true)],
        RoadMarkKind::SolidSolid => pair(false, false),
        RoadMarkKind::SolidBroken => pair(false, true),
        RoadMarkKind::BrokenSolid => pair(true, false),
        RoadMarkKind::BrokenBroken => pair(true, true),
        RoadMarkKind::BottsDots => {
            let dots = Rhythm { stroke_m: 0.1, gap_m: DOT_STEP_M - 0.1 };
            vec![Line { t_m: 0.0, width_m: 0.1, rhythm: Some(dots), phase_m: None }]
        }
        RoadMarkKind::None
        | RoadMarkKind::Grass
        | RoadMarkKind::Curb
        | RoadMarkKind::Custom
        | RoadMarkKind::Other(_) => Vec::new(),
    }
}

/// Material and tint of a paint.
pub fn paint(color: &RoadMarkColor) -> (Skin, Tint) {
    match color {
        RoadMarkColor::White | RoadMarkColor::Other(_) => (Skin::WhitePaint, PLAIN),
        RoadMarkColor::Yellow => (Skin::YellowPaint, PLAIN),
        RoadMarkColor::Red => (Skin::OtherPaint, srgb(0xB3352C)),
        RoadMarkColor::Blue => (Skin::OtherPaint, srgb(0x2F5FA8)),
        RoadMarkColor::Green => (Skin::OtherPaint, srgb(0x3C8A52)),
        RoadMarkColor::Orange => (Skin::OtherPaint, srgb(0xD9772B)),
        RoadMarkColor::Violet => (Skin::OtherPaint, srgb(0x7A4B8F)),
        RoadMarkColor::Black => (Skin::OtherPaint, srgb(0x1E1E1F)),
    }
}

/// Paints the markings of a ribbon.
pub fn build(ribbon: &Ribbon, custom: Custom, chunks: &mut Chunks) {
    let (s0, s1) = (ribbon.s_m[0], ribbon.s_m[ribbon.s_m.len() - 1]);
    let center = std::iter::once(&ribbon.section.center);
    for lane in ribbon.section.lanes().chain(center) {
        if lane.road_marks.is_empty() {
            continue;
        }
        let Some(border) = outer_border(ribbon, lane.id) else { continue };
        let brush = Brush { ribbon, border };
        for (i, mark) in lane.road_marks.iter().enumerate() {
            let from = (ribbon.section.s_m + mark.s_m).max(s0);
            let to = lane.road_marks.get(i + 1).map_or(s1, |next| ribbon.section.s_m + next.s_m).min(s1);
            if to - from < 0.05 {
                continue;
            }
            let outward = if lane.id > 0 { 1.0 } else { -1.0 };
            let (skin, tint) = paint(&mark.color);
            for line in lines(mark, outward, custom.rhythm(ribbon.road, from)) {
                brush.line(line, [from, to], (skin, tint), chunks);
            }
        }
    }
}

/// A lane's outer border; for the center lane the line between the two sides.
fn outer_border<'a>(ribbon: &'a Ribbon, lane: i32) -> Option<&'a [DVec3]> {
    let of = |id: i32| ribbon.strips.iter().find(|s| s.lane.id == id);
    match lane {
        0 => of(-1).map(|s| &s.left).or_else(|| of(1).map(|s| &s.right)),
        id if id > 0 => of(id).map(|s| &s.left),
        id => of(id).map(|s| &s.right),
    }
    .map(Vec::as_slice)
}

/// Paints along one border.
struct Brush<'a> {
    ribbon: &'a Ribbon<'a>,
    border: &'a [DVec3],
}

impl Brush<'_> {
    fn line(&self, line: Line, [from, to]: [f64; 2], ink: (Skin, Tint), chunks: &mut Chunks) {
        let Some(rhythm) = line.rhythm else {
            self.stroke(line, [from, to], ink, chunks);
            return;
        };
        let period = rhythm.stroke_m + rhythm.gap_m;
        let origin = line.phase_m.map_or(0.0, |p| from + p);
        // A period of almost nothing would fill memory: such strokes are a line.
        if period.is_nan() || period <= PERIOD_M_MIN {
            self.stroke(line, [from, to], ink, chunks);
            return;
        }
        let mut s = origin + ((from - origin) / period).floor() * period;
        while s < to {
            let piece = [s.max(from), (s + rhythm.stroke_m).min(to)];
            if piece[1] - piece[0] > 0.03 {
                self.stroke(line, piece, ink, chunks);
            }
            s += period;
        }
    }

    /// A place on the pavement as drawn, `t_m` left of the border.
    fn at(&self, s_m: f64, t_m: f64) -> DVec3 {
        let s = &self.ribbon.s_m;
        let k = s.partition_point(|x| *x <= s_m).clamp(1, s.len() - 1);
        let w = ((s_m - s[k - 1]) / (s[k] - s[k - 1])).clamp(0.0, 1.0);
        let up = self.ribbon.up[k - 1].lerp(self.ribbon.up[k], w);
        let forward = self.ribbon.forward[k - 1].lerp(self.ribbon.forward[k], w);
        let left = up.cross(forward.extend(0.0)).normalize_or(DVec3::Y);
        let lift = if self.ribbon.in_junction() { PAINT_JUNCTION_M } else { PAINT_M };
        self.border[k - 1].lerp(self.border[k], w) + left * t_m + up * lift
    }

    fn stroke(&self, line: Line, [from, to]: [f64; 2], (skin, tint): (Skin, Tint), chunks: &mut Chunks) {
        let stations = &self.ribbon.s_m;
        let inner = stations.iter().filter(|s| **s > from + 0.02 && **s < to - 0.02);
        let at: Vec<f64> = std::iter::once(from).chain(inner.copied()).chain(std::iter::once(to)).collect();
        let half = 0.5 * line.width_m;
        let up = self.ribbon.up[stations.partition_point(|s| *s < from).min(stations.len() - 1)];
        let pair = |s: f64| [self.at(s, line.t_m + half), self.at(s, line.t_m - half)];
        let mut before = pair(at[0]);
        for (i, s) in at.iter().enumerate().skip(1) {
            let next = pair(*s);
            let corner =
                |at_m: DVec3, s: f64, t: f64| Vertex { at: at_m, normal: up, uv: DVec2::new(s, t), tint };
            chunks.at(skin, next[0]).quad([
                corner(before[1], at[i - 1], 0.0),
                corner(next[1], *s, 0.0),
                corner(next[0], *s, line.width_m),
                corner(before[0], at[i - 1], line.width_m),
            ]);
            before = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: RoadMarkKind, width_m: f64) -> odr::RoadMark {
        odr::RoadMark { kind, width_m: Some(width_m), ..odr::RoadMark::default() }
    }

    #[test]
    fn lines_follow_the_type() {
        let rhythm = Rhythm { stroke_m: 3.0, gap_m: 9.0 };
        let broken = |kind: RoadMarkKind| {
            lines(&mark(kind, 0.12), -1.0, rhythm).iter().map(|l| l.rhythm.is_some()).collect::<Vec<_>>()
        };
        assert_eq!(broken(RoadMarkKind::Solid), [false]);
        assert_eq!(broken(RoadMarkKind::Broken), [true]);
        assert_eq!(broken(RoadMarkKind::SolidSolid), [false, false]);
        assert_eq!(broken(RoadMarkKind::SolidBroken), [false, true]);
        assert_eq!(broken(RoadMarkKind::BrokenSolid), [true, false]);
        assert_eq!(broken(RoadMarkKind::BottsDots), [true]);
        assert!(broken(RoadMarkKind::None).is_empty());
        assert!(broken(RoadMarkKind::Curb).is_empty());
    }

    #[test]
    fn double_lines_keep_their_stated_width() {
        let rhythm = Rhythm { stroke_m: 3.0, gap_m: 9.0 };
        let pair = lines(&mark(RoadMarkKind::SolidSolid, 0.3), -1.0, rhythm);
        let edges = pair.iter().flat_map(|l| [l.t_m - 0.5 * l.width_m, l.t_m + 0.5 * l.width_m]);
        let (low, high) = edges.fold((f64::MAX, f64::MIN), |(a, b), e| (a.min(e), b.max(e)));
        assert!((high - low - 0.3).abs() < 1e-9);
        // The solid one of a solid-broken pair lies inside: for a right lane that is to the left.
        let mixed = lines(&mark(RoadMarkKind::SolidBroken, 0.12), -1.0, rhythm);
        assert!(mixed[0].t_m > mixed[1].t_m && mixed[0].rhythm.is_none());
    }

    #[test]
    fn single_lines_of_the_file_win() {
        let mut m = mark(RoadMarkKind::Solid, 0.12);
        m.lines.push(odr::RoadMarkLine {
            s_m: 1.0,
            t_m: 0.2,
            length_m: 2.0,
            space_m: 4.0,
            width_m: Some(0.3),
            ..odr::RoadMarkLine::default()
        });
        let found = lines(&m, -1.0, Rhythm { stroke_m: 3.0, gap_m: 9.0 });
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].rhythm, Some(Rhythm { stroke_m: 2.0, gap_m: 4.0 }));
        assert_eq!((found[0].t_m, found[0].width_m, found[0].phase_m), (0.2, 0.3, Some(1.0)));
    }
}
