//! Lanes of a road between two junctions: cross-section, and the left-turn pockets cut out of its median.
//!
//! ```text
//! start end        middle                      end end          (drawn with s to the right, t up)
//! ← through        ← through                   ← through
//! ← pocket >──     median (lane 1)             median 0.x m (lane 1)
//! median 0.x m     median                  ──< pocket → (lane −1)
//! → through        → through (lane −1)         → through (lane −2)
//! ```
//! The center lane lies at the inner border of the forward lanes (`laneOffset` = −median/2) and swings to the
//! other side of the pocket in the last section, so that lane borders are continuous everywhere.

use super::description::Section;
use super::model::{Lane, LaneKind, LaneSection, Mark, Tag};
use super::profile::Poly;

/// Width of a left-turn pocket (10.8 ft; AASHTO allows 10–12 ft), m.
const POCKET_WIDTH_M: f64 = 3.3;
/// Share of a pocket's length in which it opens.
const TAPER_SHARE: f64 = 0.4;

/// Lane sections and lane offset of a road.
pub struct Layout {
    pub sections: Vec<LaneSection>,
    pub lane_offset: Vec<Poly>,
}

/// Lays out a road of `length_m`; `pocket_start` and `pocket_end`: a left-turn pocket before that end's junction.
pub fn lay_out(section: &Section, length_m: f64, pocket_start: bool, pocket_end: bool) -> Layout {
    let m = section.median_m;
    let pocket_w = POCKET_WIDTH_M.min(m - 0.3);
    let room =
        (length_m - 6.0) / (f64::from(u8::from(pocket_start)) + f64::from(u8::from(pocket_end))).max(1.0);
    let pocket_l = section.pocket_m.min(room);
    let taper = pocket_l * TAPER_SHARE;
    let base = -m / 2.0;
    let constant = |w: f64| vec![Poly::constant(0.0, w)];

    let mut sections = Vec::new();
    let mut lane_offset = vec![Poly::constant(0.0, base)];
    if pocket_start {
        // Storage at the junction (s = 0), then the taper.
        let storage = pocket_l - taper;
        let narrow = m - pocket_w;
        let median = vec![Poly::constant(0.0, narrow), Poly::step(storage, taper, narrow, m)];
        let pocket = vec![Poly::constant(0.0, pocket_w), Poly::step(storage, taper, pocket_w, 0.0)];
        let left =
            vec![(LaneKind::Median, Tag::Median, median), (LaneKind::Driving, Tag::PocketBackward, pocket)];
        sections.push(build(section, 0.0, left, None));
    }
    let middle_s = if pocket_start { pocket_l } else { 0.0 };
    let median = if m > 0.0 { vec![(LaneKind::Median, Tag::Median, constant(m))] } else { Vec::new() };
    sections.push(build(section, middle_s, median, None));
    if pocket_end {
        let s = length_m - pocket_l;
        let narrow = m - pocket_w;
        let median = vec![Poly::step(0.0, taper, m, narrow), Poly::constant(taper, narrow)];
        let pocket = vec![Poly::step(0.0, taper, 0.0, pocket_w), Poly::constant(taper, pocket_w)];
        let left = vec![(LaneKind::Median, Tag::Median, median)];
        sections.push(build(section, s, left, Some(pocket)));
        lane_offset.push(Poly::step(s, taper, base, base + pocket_w));
        lane_offset.push(Poly::constant(s + taper, base + pocket_w));
    }
    link(&mut sections);
    Layout { sections, lane_offset }
}

type Inner = (LaneKind, Tag, Vec<Poly>);

fn build(section: &Section, s: f64, inner_left: Vec<Inner>, pocket_right: Option<Vec<Poly>>) -> LaneSection {
    let side = |inner: Vec<Inner>, lanes: &[(LaneKind, f64)], tag: fn(usize) -> Tag, sign: i32| {
        let mut all = inner;
        all.extend(
            lanes.iter().enumerate().map(|(i, (kind, w))| (*kind, tag(i), vec![Poly::constant(0.0, *w)])),
        );
        let next: Vec<Option<(LaneKind, Tag)>> =
            all.iter().skip(1).map(|(k, t, _)| Some((*k, *t))).chain([None]).collect();
        all.into_iter()
            .zip(next)
            .zip(1..)
            .map(|(((kind, tag, widths), next), n)| Lane {
                id: sign * n,
                kind,
                tag,
                mark: mark_between(kind, tag, next),
                widths,
                predecessor: None,
                successor: None,
            })
            .collect::<Vec<_>>()
    };
    let two_way = section.backward.iter().any(|(k, _)| *k == LaneKind::Driving);
    let mut lanes = side(inner_left, &section.backward, Tag::Backward, 1);
    lanes.reverse();
    let pocket = pocket_right.map(|w| (LaneKind::Driving, Tag::PocketForward, w));
    lanes.extend(side(pocket.into_iter().collect(), &section.forward, Tag::Forward, -1));
    let center_mark = match (two_way, section.median_m > 0.0) {
        (true, true) | (false, _) => Mark::SolidYellow,
        (true, false) => Mark::DoubleYellow,
    };
    LaneSection { s, lanes, center_mark }
}

/// The line between a lane and its outer neighbour.
fn mark_between(kind: LaneKind, tag: Tag, outer: Option<(LaneKind, Tag)>) -> Mark {
    match (kind, outer) {
        (LaneKind::Median, Some(_)) => Mark::SolidYellow,
        (_, None) => Mark::None,
        (_, Some((LaneKind::Sidewalk, _))) => Mark::Curb,
        (LaneKind::Driving, Some((LaneKind::Driving, _))) => match tag {
            Tag::PocketForward | Tag::PocketBackward => Mark::SolidWhite,
            _ => Mark::BrokenWhite,
        },
        _ => Mark::SolidWhite,
    }
}

/// Links lanes of neighbouring sections that carry the same tag.
fn link(sections: &mut [LaneSection]) {
    for i in 1..sections.len() {
        let (before, after) = sections.split_at_mut(i);
        let (Some(a), Some(b)) = (before.last_mut(), after.first_mut()) else { continue };
        for lane in &mut a.lanes {
            if let Some(next) = b.lanes.iter_mut().find(|l| l.tag == lane.tag) {
                lane.successor = Some(next.id);
                next.predecessor = Some(lane.id);
            }
        }
    }
}
