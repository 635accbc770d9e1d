//! Road markings as strokes of paint in (s, t).
//!
//! # Equations
//! A marking holds from its sOffset to the next marking's or the section's end. Its lines lie at
//! `t = border + tOffset + sway(s)`, the border being the lane's outer one (the lane offset for lane 0). Lines of
//! `<type>` repeat: stroke, gap, stroke, …, from their own sOffset on; lines of `<explicit>` stand once. Where the
//! file gives no lines, those of the marking's type are taken: one line, or two that stand a line's width apart. For
//! a pair the first word names the inner line, on lane 0 the left one.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §11.9.
//!
//! # What it does not do
//! Grass, kerbs, custom and unknown types give no lines: they are no paint.

use super::cubic::value_at;
use crate::limits::{PIECES_MAX, STEP_M_MIN};
use crate::model::{ExplicitLine, LaneSection, Road, RoadMark, RoadMarkColor, RoadMarkKind, RoadMarkRule};

/// Width of a line that has none, metres: standard and bold (German RMS-1: 0.12 and 0.25).
const WIDTH_M: [f64; 2] = [0.12, 0.25];
/// Stroke and gap of a broken line without lines of its own, metres (German RMS-1, roads in towns).
const BROKEN_M: (f64, f64) = (3.0, 6.0);
/// Diameter of a raised dot and the gap to the next one, metres (four inches every four feet, as in California).
const DOTS_M: (f64, f64) = (0.1, 1.12);

/// A stroke of paint.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its middle line: (s, t), metres, rising s.
    pub points: Vec<[f64; 2]>,
    /// Width, metres.
    pub width_m: f64,
    /// Colour.
    pub color: RoadMarkColor,
    /// Rule that it stands for.
    pub rule: Option<RoadMarkRule>,
}

/// A line of a marking before it is cut into strokes.
struct Line {
    t_m: f64,
    /// From the marking's start to the first stroke, metres.
    start_m: f64,
    /// Stroke and gap; `None` = unbroken.
    rhythm: Option<(f64, f64)>,
    /// Only the first stroke.
    once: bool,
    width_m: f64,
    color: RoadMarkColor,
    rule: Option<RoadMarkRule>,
}

impl Road {
    /// The strokes of paint on a lane's outer border (on the centre line for lane 0) in the lane section `index`.
    /// Points stand at most `step_m` apart. At most [`PIECES_MAX`] strokes and ten times as many points are made.
    pub fn road_mark_strokes(&self, index: usize, lane_id: i32, step_m: f64) -> Vec<Stroke> {
        let mut strokes = Vec::new();
        let Some(section) = self.lane_sections.get(index) else { return strokes };
        let Some(lane) = section.lane(lane_id) else { return strokes };
        let end_m = self.section_end_m(index);
        let step_m = if step_m.is_finite() { step_m.max(STEP_M_MIN) } else { 1.0 };
        let mut points = 0;
        for mark in &lane.road_marks {
            let after = lane.road_marks.partition_point(|m| m.s_m <= mark.s_m);
            let next = lane.road_marks.get(after).map(|m| m.s_m);
            let from_m = section.s_m + mark.s_m;
            let to_m = next.map_or(end_m, |s| (section.s_m + s).min(end_m));
            for line in lines_of(mark, lane_id) {
                let mut low = from_m + line.start_m;
                let (stroke_m, period_m) = match line.rhythm {
                    None => (f64::INFINITY, f64::INFINITY),
                    Some((stroke, gap)) => (stroke.max(STEP_M_MIN), stroke.max(STEP_M_MIN) + gap.max(0.0)),
                };
                while low < to_m && strokes.len() < PIECES_MAX && points < 10 * PIECES_MAX {
                    let high = (low + stroke_m).min(to_m);
                    let middle = self.painted(section, lane_id, mark, &line, [low.max(from_m), high], step_m);
                    points += middle.len();
                    strokes.push(Stroke {
                        points: middle,
                        width_m: line.width_m,
                        color: line.color.clone(),
                        rule: line.rule.clone(),
                    });
                    if line.once {
                        break;
                    }
                    low += period_m;
                }
            }
        }
        strokes
    }

    /// The middle line of a stroke from one station to another.
    fn painted(
        &self,
        section: &LaneSection,
        lane_id: i32,
        mark: &RoadMark,
        line: &Line,
        [low, high]: [f64; 2],
        step_m: f64,
    ) -> Vec<[f64; 2]> {
        let count = (((high - low) / step_m).ceil().clamp(1.0, PIECES_MAX as f64)) as usize;
        let point = |i: usize| {
            let s_m = low + (high - low) * i as f64 / count as f64;
            let ds_m = s_m - section.s_m;
            let span = section.lane_span(lane_id, ds_m, self.lane_offset_at(s_m)).unwrap_or_default();
            [s_m, span.outer_t_m + line.t_m + value_at(&mark.sway, ds_m - mark.s_m).0]
        };
        (0..=count).map(point).collect()
    }

    /// A stroke's middle line in the world: x, y, z, metres.
    pub fn stroke_points(&self, stroke: &Stroke) -> Vec<[f64; 3]> {
        let place = |[s_m, t_m]: &[f64; 2]| {
            let p = self.position(*s_m, *t_m);
            [p.x_m, p.y_m, p.z_m]
        };
        stroke.points.iter().map(place).collect()
    }
}

fn lines_of(mark: &RoadMark, lane_id: i32) -> Vec<Line> {
    let positive = |w: Option<f64>| w.filter(|w| *w > 0.0);
    let plain_m = positive(mark.width_m).unwrap_or(WIDTH_M[usize::from(mark.bold)]);
    if !mark.lines.is_empty() || !mark.explicit.is_empty() {
        let repeated = mark.lines.iter().map(|l| Line {
            t_m: l.t_m,
            start_m: l.s_m,
            rhythm: (l.space_m > 0.0 && l.length_m > 0.0).then_some((l.length_m, l.space_m)),
            once: false,
            width_m: positive(l.width_m).unwrap_or(plain_m),
            color: l.color.clone().unwrap_or_else(|| mark.color.clone()),
            rule: l.rule.clone(),
        });
        let single = mark.explicit.iter().map(|l: &ExplicitLine| Line {
            t_m: l.t_m,
            start_m: l.s_m,
            rhythm: Some((l.length_m, 0.0)),
            once: true,
            width_m: positive(l.width_m).unwrap_or(plain_m),
            color: mark.color.clone(),
            rule: l.rule.clone(),
        });
        return repeated.chain(single).collect();
    }
    let line = |t_m, rhythm, width_m| Line {
        t_m,
        start_m: 0.0,
        rhythm,
        once: false,
        width_m,
        color: mark.color.clone(),
        rule: None,
    };
    let (solid, broken) = (None, Some(BROKEN_M));
    let pair = |first, second| {
        let inward = if lane_id > 0 { -plain_m } else { plain_m };
        vec![line(inward, first, plain_m), line(-inward, second, plain_m)]
    };
    match mark.kind {
        RoadMarkKind::Solid | RoadMarkKind::Edge => vec![line(0.0, solid, plain_m)],
        RoadMarkKind::Broken => vec![line(0.0, broken, plain_m)],
        RoadMarkKind::SolidSolid => pair(solid, solid),
        RoadMarkKind::SolidBroken => pair(solid, broken),
        RoadMarkKind::BrokenSolid => pair(broken, solid),
        RoadMarkKind::BrokenBroken => pair(broken, broken),
        RoadMarkKind::BottsDots => vec![line(0.0, Some(DOTS_M), DOTS_M.0)],
        RoadMarkKind::None
        | RoadMarkKind::Grass
        | RoadMarkKind::Curb
        | RoadMarkKind::Custom
        | RoadMarkKind::Other(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cubic, Lane, RoadMarkLine};

    /// 30 m long, one lane of 3 m to the right that carries these markings.
    fn road(road_marks: Vec<RoadMark>) -> Road {
        let widths = vec![Cubic { a: 3.0, ..Cubic::default() }];
        let lane = Lane { id: -1, widths, road_marks, ..Lane::default() };
        let section = LaneSection { right: vec![lane], ..LaneSection::default() };
        Road { length_m: 30.0, lane_sections: vec![section], ..Road::default() }
    }

    fn spans(strokes: &[Stroke]) -> Vec<(f64, f64, f64)> {
        let ends = |s: &Stroke| (s.points[0], s.points[s.points.len() - 1]);
        strokes.iter().map(ends).map(|(a, b)| (a[0], b[0], a[1])).collect()
    }

    #[test]
    fn strokes_follow_the_type_until_the_next_marking() {
        let mark = |s_m, kind| RoadMark { s_m, kind, ..RoadMark::default() };
        let r = road(vec![mark(0.0, RoadMarkKind::Broken), mark(20.0, RoadMarkKind::SolidBroken)]);
        let found = spans(&r.road_mark_strokes(0, -1, 1.0));
        let expect = [
            (0.0, 3.0, -3.0),
            (9.0, 12.0, -3.0),
            (18.0, 20.0, -3.0),
            (20.0, 30.0, -2.88),
            (20.0, 23.0, -3.12),
            (29.0, 30.0, -3.12),
        ];
        assert_eq!(found, expect);
        assert!(r.road_mark_strokes(0, -2, 1.0).is_empty() && r.road_mark_strokes(1, -1, 1.0).is_empty());
        let none = road(vec![mark(0.0, RoadMarkKind::Curb)]);
        assert!(none.road_mark_strokes(0, -1, 1.0).is_empty());
    }

    #[test]
    fn lines_of_the_file_win_and_sway() {
        let lines =
            vec![RoadMarkLine { s_m: 1.0, t_m: 0.1, length_m: 4.0, space_m: 6.0, ..RoadMarkLine::default() }];
        let explicit = vec![ExplicitLine { s_m: 25.0, t_m: -0.2, length_m: 2.0, ..ExplicitLine::default() }];
        let sway = vec![Cubic { s_m: 0.0, a: 0.0, b: 0.01, ..Cubic::default() }];
        let mark = RoadMark { kind: RoadMarkKind::Custom, lines, explicit, sway, ..RoadMark::default() };
        let strokes = road(vec![mark]).road_mark_strokes(0, -1, 0.5);
        let near = |a: (f64, f64, f64), b: (f64, f64, f64)| {
            assert!((a.0 - b.0).abs() + (a.1 - b.1).abs() + (a.2 - b.2).abs() < 1e-9, "{a:?} for {b:?}");
        };
        let found = spans(&strokes);
        assert_eq!(found.len(), 4, "{found:?}");
        near(found[0], (1.0, 5.0, -2.89));
        near(found[1], (11.0, 15.0, -2.79));
        near(found[2], (21.0, 25.0, -2.69));
        near(found[3], (25.0, 27.0, -2.95));
        assert_eq!(strokes[0].points.len(), 9);
    }

    #[test]
    fn no_file_makes_more_than_the_limits() {
        let lines = vec![RoadMarkLine { length_m: 1e-9, space_m: 1e-9, ..RoadMarkLine::default() }];
        let mark = RoadMark { kind: RoadMarkKind::Custom, lines, ..RoadMark::default() };
        let long = Road { length_m: 1e6, ..road(vec![mark]) };
        assert_eq!(long.road_mark_strokes(0, -1, f64::NAN).len(), PIECES_MAX);
    }
}
