//! Connecting roads of a junction: which lane may go where, and the path it takes.
//!
//! Rule of the lanes: a pocket turns left only; without a pocket the innermost lane may turn left; every through
//! lane goes straight on into its own continuation; the outermost may turn right. On the stem of a T the inner
//! half turns left, the outer half right. One connecting road a lane pair; its reference line is the left border of
//! the driving lane (−1), from the arm's lane border to the other arm's, so nothing has to be shifted.
//! At the corner of two neighbouring arms the connecting road next to the curb also carries the sidewalk; strips of
//! shoulder on the left pave what no lane covers (medians, the triangles of a T).

use super::geometry::{Pose, rounded, turn};
use super::model::{Connection, Contact, Junction, Lane, LaneKind, LaneSection, Link, Mark, Road, Tag};
use super::network::{Arm, Node, StreetLine, THROUGH_MAX_RAD};
use super::profile::Poly;
use libm::{fabs, floor, sqrt};

/// Lateral acceleration that gives the advisory speed of turns, m/s² (chosen: a comfortable city turn).
const TURN_ACCEL_MPS2: f64 = 2.5;
const MPH_PER_MPS: f64 = 2.236_936;

/// A lane where its road touches the junction.
#[derive(Clone, Debug)]
pub struct LaneEnd {
    pub id: i32,
    pub kind: LaneKind,
    pub tag: Tag,
    /// t of the border nearer to the road's center, and of the other one.
    pub inner_t: f64,
    pub outer_t: f64,
}

impl LaneEnd {
    pub fn width(&self) -> f64 {
        fabs(self.outer_t - self.inner_t)
    }
    pub fn middle_t(&self) -> f64 {
        (self.inner_t + self.outer_t) / 2.0
    }
}

/// Lanes of one direction at a road's end, innermost first.
fn lane_ends(road: &Road, contact: Contact, right_side: bool) -> Vec<LaneEnd> {
    let s = road.end_s(contact);
    let Some(section) = (match contact {
        Contact::Start => road.sections.first(),
        Contact::End => road.sections.last(),
    }) else {
        return Vec::new();
    };
    road.edges(section, s)
        .into_iter()
        .filter(|(l, _, _)| (l.id < 0) == right_side)
        .map(|(l, inner_t, outer_t)| LaneEnd { id: l.id, kind: l.kind, tag: l.tag, inner_t, outer_t })
        .collect()
}

/// Driving lanes towards the junction, innermost first.
pub fn approach_lanes(road: &Road, contact: Contact) -> Vec<LaneEnd> {
    let mut lanes = lane_ends(road, contact, contact == Contact::End);
    lanes.retain(|l| l.kind == LaneKind::Driving);
    lanes
}

/// Driving lanes away from the junction, innermost first.
pub fn exit_lanes(road: &Road, contact: Contact) -> Vec<LaneEnd> {
    let mut lanes = lane_ends(road, contact, contact == Contact::Start);
    lanes.retain(|l| l.kind == LaneKind::Driving);
    lanes
}

/// Lanes outside the outermost driving lane.
fn outside(lanes: Vec<LaneEnd>) -> Vec<LaneEnd> {
    let last = lanes.iter().rposition(|l| l.kind == LaneKind::Driving).map_or(0, |i| i + 1);
    lanes.into_iter().skip(last).collect()
}

pub fn is_pocket(lane: &LaneEnd) -> bool {
    matches!(lane.tag, Tag::PocketForward | Tag::PocketBackward)
}

/// The arms that a vehicle from one arm can leave through.
pub struct Ways<'a> {
    pub left: Option<&'a Arm>,
    pub through: Option<&'a Arm>,
    pub right: Option<&'a Arm>,
}

pub fn ways<'a>(node: &'a Node<'_>, from: &Arm, roads: &[Road]) -> Ways<'a> {
    let mut w = Ways { left: None, through: None, right: None };
    for arm in &node.arms {
        if arm.letter == from.letter || exit_lanes(&roads[arm.road], arm.contact).is_empty() {
            continue;
        }
        let delta = Node::deflection(from, arm);
        if fabs(delta) < THROUGH_MAX_RAD {
            w.through = Some(arm);
        } else if delta > 0.0 {
            w.left = Some(arm);
        } else {
            w.right = Some(arm);
        }
    }
    w
}

/// (index of the approach lane, arm, index of the exit lane counted from the innermost).
fn movements<'a>(lanes: &[LaneEnd], w: &Ways<'a>, roads: &[Road]) -> Vec<(usize, &'a Arm, usize)> {
    let mut out = Vec::new();
    let pockets = lanes.iter().filter(|l| is_pocket(l)).count();
    let n = lanes.len();
    let exits = |arm: &Arm| exit_lanes(&roads[arm.road], arm.contact).len();
    if let Some(through) = w.through {
        if let Some(left) = w.left {
            out.push((0, left, 0));
        }
        for i in pockets..n {
            let m = exits(through);
            out.push((i, through, (m + i).saturating_sub(n).min(m - 1)));
        }
        if let Some(right) = w.right {
            out.push((n - 1, right, exits(right) - 1));
        }
        return out;
    }
    match (w.left, w.right) {
        (Some(left), Some(right)) => {
            let left_count = pockets.max(1).max(n / 2);
            for i in 0..left_count {
                out.push((i, left, i.min(exits(left) - 1)));
            }
            let first_right = if n == 1 { 0 } else { left_count };
            for i in first_right..n {
                let m = exits(right);
                out.push((i, right, (m + i).saturating_sub(n)));
            }
        }
        (Some(arm), None) | (None, Some(arm)) => {
            for i in 0..n {
                out.push((i, arm, i.min(exits(arm) - 1)));
            }
        }
        (None, None) => {}
    }
    out
}

fn border_pose(road: &Road, contact: Contact, t: f64, inward: bool) -> Pose {
    let (pose, _) = road.point(road.end_s(contact), t);
    // Along the road's direction at its end and against it at its start, when driving in.
    if (contact == Contact::End) == inward { pose } else { pose.reversed() }
}

/// Adds the connecting roads of `node` to `roads` and its connections and priorities to `j`.
pub fn connect(
    node: &Node<'_>,
    streets: &[StreetLine],
    roads: &mut Vec<Road>,
    j: &mut Junction,
) -> Result<(), String> {
    for (index, from) in node.arms.iter().enumerate() {
        let corner = &node.arms[(index + 1) % node.arms.len()];
        let lanes = approach_lanes(&roads[from.road], from.contact);
        let w = ways(node, from, roads);
        let moves = movements(&lanes, &w, roads);
        if let Some(i) = (0..lanes.len()).find(|i| !moves.iter().any(|m| m.0 == *i)) {
            return Err(format!(
                "{}: lane {} of {} leads nowhere",
                node.id, lanes[i].id, roads[from.road].id
            ));
        }
        for (n, (lane_index, to, exit_index)) in moves.iter().enumerate() {
            let exits = exit_lanes(&roads[to.road], to.contact);
            let (lane, exit) = (&lanes[*lane_index], &exits[*exit_index]);
            let nth = moves[..n].iter().filter(|m| m.1.letter == to.letter).count();
            let suffix = if nth == 0 { String::new() } else { format!("_{}", nth + 1) };
            let id = format!("{}__{}_{}{suffix}", node.id, from.letter, to.letter);
            let is_corner = corner.letter == to.letter
                && *lane_index + 1 == lanes.len()
                && *exit_index + 1 == exits.len();
            // The innermost through lane also paves half the median's strip, a stem's corner roads its triangles.
            let innermost = w.through.is_some_and(|t| t.letter == to.letter) && nth == 0;
            let stem = |arm: &Arm| ways(node, arm, roads).through.is_none();
            let is_left = w.left.is_some_and(|l| l.letter == to.letter);
            let median_m = streets[from.street].section.median_m;
            let pave = if innermost && from.street == to.street {
                Pave::Strip(median_m / 2.0, median_m / 2.0)
            } else if is_left && nth == 0 && stem(from) {
                Pave::Strip(median_m, 0.0)
            } else if !innermost && is_corner && (stem(from) || stem(to)) {
                Pave::Bulge
            } else {
                Pave::Nothing
            };
            let road = connecting_road(id, node, (from, lane), (to, exit), roads, streets, is_corner, pave)?;
            j.connections.push(Connection {
                incoming: roads[from.road].id.clone(),
                connecting: road.id.clone(),
                from_lane: lane.id,
            });
            roads.push(road);
        }
    }
    if node.text.control == super::model::Control::TwoWayStop {
        for high in node.arms.iter().filter(|a| !node.stops(a)) {
            for low in node.arms.iter().filter(|a| node.stops(a)) {
                let (h, l) = (&roads[high.road], &roads[low.road]);
                if !approach_lanes(h, high.contact).is_empty() && !approach_lanes(l, low.contact).is_empty() {
                    j.priorities.push((h.id.clone(), l.id.clone()));
                }
            }
        }
    }
    Ok(())
}

/// A width that passes smoothly from `w0` to `w1`.
fn blend(length: f64, w0: f64, w1: f64) -> Vec<Poly> {
    if fabs(w0 - w1) < 1e-6 { vec![Poly::constant(0.0, w0)] } else { vec![Poly::step(0.0, length, w0, w1)] }
}

/// What a connecting road paves to its left, so that no hole stays in the junction.
enum Pave {
    Nothing,
    /// A strip of this width at the start and at the end, m.
    Strip(f64, f64),
    /// A bulge into the corner of the turn.
    Bulge,
}

/// Height of a bulge over the radius of its turn: an arc of 90° leaves a corner of (√2 − 1)·R.
const BULGE_SHARE: f64 = 0.35;

#[allow(clippy::too_many_arguments, reason = "all of it names one path")]
fn connecting_road(
    id: String,
    node: &Node<'_>,
    (from, lane): (&Arm, &LaneEnd),
    (to, exit): (&Arm, &LaneEnd),
    roads: &[Road],
    streets: &[StreetLine],
    is_corner: bool,
    pave: Pave,
) -> Result<Road, String> {
    let (a, b) = (&roads[from.road], &roads[to.road]);
    let curve = turn(
        border_pose(a, from.contact, lane.inner_t, true),
        border_pose(b, to.contact, exit.inner_t, false),
    );
    let length = curve.length();
    if !(3.0..90.0).contains(&length) {
        return Err(format!("{id}: a path of {length:.1} m"));
    }
    let (sa, sb) = (a.end_s(from.contact), b.end_s(to.contact));
    let toward = |contact: Contact| if contact == Contact::End { 1.0 } else { -1.0 };
    let (start, end) =
        ((a.z(sa), a.slope(sa) * toward(from.contact)), (b.z(sb), -b.slope(sb) * toward(to.contact)));
    let elevation = if node.text.tilt == [0.0, 0.0] {
        vec![Poly::hermite(0.0, length, start, end)]
    } else {
        // Halfway the path lies on the junction's plane.
        let half = rounded(length / 2.0, 6);
        let p = curve.at(half);
        let middle = (node.plane(p.x, p.y), node.slope(p.hdg));
        vec![Poly::hermite(0.0, half, start, middle), Poly::hermite(half, length - half, middle, end)]
    };

    let mut lanes = Vec::new();
    let mut push = |kind, w0: f64, w1: f64, link: Option<(i32, i32)>| {
        let widths = blend(length, w0, w1);
        let id = -1 - lanes.len() as i32;
        lanes.push(Lane {
            id,
            kind,
            tag: Tag::Connecting,
            widths,
            mark: Mark::None,
            predecessor: link.map(|l| l.0),
            successor: link.map(|l| l.1),
        });
    };
    push(LaneKind::Driving, lane.width(), exit.width(), Some((lane.id, exit.id)));
    let outer_a = outside(lane_ends(a, from.contact, from.contact == Contact::End));
    let outer_b = outside(lane_ends(b, to.contact, to.contact == Contact::Start));
    let straight = fabs(Node::deflection(from, to)) < THROUGH_MAX_RAD;
    let outermost = approach_lanes(a, from.contact).last().is_some_and(|l| l.id == lane.id);
    let beside = |lanes: &[LaneEnd]| lanes.first().filter(|l| l.kind == LaneKind::Biking).cloned();
    let bikes = if straight && outermost { beside(&outer_a).zip(beside(&outer_b)) } else { None };
    if let Some((x, y)) = &bikes {
        push(LaneKind::Biking, x.width(), y.width(), Some((x.id, y.id)));
    }
    let walk = |lanes: &[LaneEnd]| lanes.iter().find(|l| l.kind == LaneKind::Sidewalk).cloned();
    if is_corner && let Some((x, y)) = walk(&outer_a).zip(walk(&outer_b)) {
        let used = usize::from(bikes.is_some());
        let gap = |lanes: &[LaneEnd]| {
            lanes
                .iter()
                .skip(used)
                .take_while(|l| l.kind != LaneKind::Sidewalk)
                .map(LaneEnd::width)
                .sum::<f64>()
        };
        let (ga, gb) = (gap(&outer_a), gap(&outer_b));
        if ga > 0.01 || gb > 0.01 {
            push(LaneKind::Shoulder, ga, gb, None);
        }
        push(LaneKind::Sidewalk, x.width(), y.width(), Some((x.id, y.id)));
    }

    let paved = match pave {
        Pave::Strip(a, b) if a > 0.01 || b > 0.01 => Some(blend(length, a, b)),
        Pave::Bulge => {
            let (half, top) = (length / 2.0, BULGE_SHARE / curve.curvature_max().max(0.02));
            Some(vec![Poly::step(0.0, half, 0.0, top), Poly::step(half, half, top, 0.0)])
        }
        _ => None,
    };
    if let Some(widths) = paved {
        lanes.insert(
            0,
            Lane {
                id: 1,
                kind: LaneKind::Shoulder,
                tag: Tag::Connecting,
                widths,
                mark: Mark::None,
                predecessor: None,
                successor: None,
            },
        );
    }

    let limit = streets[from.street].speed_mph.min(streets[to.street].speed_mph);
    let k = curve.curvature_max();
    let advisory =
        if k > 1e-4 { floor(sqrt(TURN_ACCEL_MPS2 / k) * MPH_PER_MPS / 5.0) * 5.0 } else { f64::INFINITY };
    Ok(Road {
        id,
        name: String::new(),
        junction: Some(node.id.clone()),
        lane_offset: Vec::new(),
        sections: vec![LaneSection { s: 0.0, lanes, center_mark: Mark::None }],
        speed_mph: (rounded(advisory.min(f64::from(limit)), 0) as u32).max(10),
        predecessor: Some(Link::Road(a.id.clone(), from.contact)),
        successor: Some(Link::Road(b.id.clone(), to.contact)),
        objects: Vec::new(),
        signals: Vec::new(),
        curve,
        elevation,
    })
}
