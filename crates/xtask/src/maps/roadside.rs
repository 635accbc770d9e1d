//! What stands along roads away from junctions: speed limits, mid-block crosswalks, bus stops.
//!
//! Units: metres; t to the left of the reference line. Posts stand 0.6 m behind the curb (MUTCD 2009 §2A.19: at
//! least 2 ft).

use super::description::{Description, Side};
use super::geometry::rounded;
use super::model::{LaneKind, Map, Object, ObjectKind, Road, Signal, SignalKind};

/// t of the curbs (left, right) of a road at `s`.
pub fn curbs(road: &Road, s: f64) -> (f64, f64) {
    let section = road.section_at(s);
    let edges = road.edges(section, s);
    let carriage = |sign: i32| {
        edges
            .iter()
            .filter(move |(l, _, _)| l.id.signum() == sign && l.kind != LaneKind::Sidewalk)
            .map(|(_, _, outer)| *outer)
    };
    (carriage(1).fold(f64::NEG_INFINITY, f64::max), carriage(-1).fold(f64::INFINITY, f64::min))
}

/// What stands along roads away from junctions: speed limits, mid-block crosswalks, bus stops.
pub fn furnish(d: &Description, map: &mut Map) -> Result<(), String> {
    for road in map.roads.iter_mut().filter(|r| r.junction.is_none()) {
        let length = road.length();
        for (s, orientation) in [(25.0, "+"), (length - 25.0, "-")] {
            let (left, right) = curbs(road, s);
            let t = if orientation == "+" { right - 0.6 } else { left + 0.6 };
            let lanes = driving_range(road, s, orientation);
            if length > 120.0
                && let Some(lanes) = lanes
            {
                let n = if orientation == "+" { "forward" } else { "backward" };
                road.signals.push(Signal {
                    id: format!("limit_{}_{n}", road.id),
                    kind: SignalKind::Sign { code: "R2-1", mph: Some(road.speed_mph) },
                    s: rounded(s, 3),
                    t: rounded(t, 3),
                    orientation,
                    lanes: vec![lanes],
                    head: None,
                });
            }
        }
    }
    for (n, c) in d.crosswalk.iter().enumerate() {
        let road = road_mut(map, &c.road)?;
        let (left, right) = curbs(road, c.s_m);
        road.objects.push(Object {
            id: format!("crosswalk_{}_midblock_{}", c.road, n + 1),
            kind: ObjectKind::Crosswalk,
            s: c.s_m,
            t: rounded((left + right) / 2.0, 3),
            length_m: 3.0,
            width_m: rounded(left - right, 3),
            orientation: "none",
            lanes: None,
        });
        for (orientation, t) in [("+", right - 0.6), ("-", left + 0.6)] {
            road.signals.push(Signal {
                id: format!(
                    "crossing_{}_{}_{}",
                    c.road,
                    n + 1,
                    if orientation == "+" { "forward" } else { "backward" }
                ),
                kind: SignalKind::Sign { code: "W11-2", mph: None },
                s: c.s_m,
                t: rounded(t, 3),
                orientation,
                lanes: driving_range(road, c.s_m, orientation).into_iter().collect(),
                head: None,
            });
        }
    }
    for (n, b) in d.bus_stop.iter().enumerate() {
        let road = road_mut(map, &b.road)?;
        let (left, right) = curbs(road, b.s_m);
        let (t, post, orientation) = match b.side {
            Side::Left => (left - 1.3, left + 0.6, "-"),
            Side::Right => (right + 1.3, right - 0.6, "+"),
        };
        road.objects.push(Object {
            id: format!("bus_stop_{}_{}", b.road, n + 1),
            kind: ObjectKind::BusStop,
            s: b.s_m,
            t: rounded(t, 3),
            length_m: 20.0,
            width_m: 2.6,
            orientation,
            lanes: None,
        });
        road.signals.push(Signal {
            id: format!("bus_stop_sign_{}_{}", b.road, n + 1),
            kind: SignalKind::Sign { code: "R7-107", mph: None },
            s: b.s_m,
            t: rounded(post, 3),
            orientation,
            lanes: driving_range(road, b.s_m, orientation).into_iter().collect(),
            head: None,
        });
    }
    for (road, s, _) in &map.notes {
        match map.road(road) {
            Some(r) if *s <= r.length() => {}
            _ => return Err(format!("note at {road:?}, s = {s}: no such place")),
        }
    }
    Ok(())
}

fn road_mut<'a>(map: &'a mut Map, id: &str) -> Result<&'a mut Road, String> {
    map.roads.iter_mut().find(|r| r.id == id).ok_or_else(|| format!("no road {id:?}"))
}

/// First and last driving lane of one direction at `s`.
fn driving_range(road: &Road, s: f64, orientation: &str) -> Option<(i32, i32)> {
    let sign = if orientation == "+" { -1 } else { 1 };
    let ids: Vec<i32> = road
        .section_at(s)
        .lanes
        .iter()
        .filter(|l| l.kind == LaneKind::Driving && l.id.signum() == sign)
        .map(|l| l.id)
        .collect();
    Some((*ids.iter().min()?, *ids.iter().max()?))
}
