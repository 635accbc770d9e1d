//! The maps as a reader sees them: written, parsed with the OpenDRIVE reader, then measured with its geometry.

use super::description::Description;
use super::{NAMES, build, read_description, stale, xml};
use opendrive::{ContactPoint, LaneType, LinkTarget, Map, Orientation, Road, SignalPosition, user_value};
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::{PI, TAU};

fn parsed(name: &str) -> Map {
    let text = xml::write(&build(name).expect("builds"));
    let parsed = opendrive::parse(text.as_bytes(), name).unwrap_or_else(|p| panic!("{p}"));
    assert!(parsed.problems.to_string().is_empty(), "{name}: {}", parsed.problems);
    parsed.map
}

fn angle_between(a: f64, b: f64) -> f64 {
    let d = (a - b).rem_euclid(TAU);
    d.min(TAU - d)
}

/// A lane's two borders and slope at a road's end: x, y, z of each, heading and slope in driving direction.
fn lane_end(road: &Road, lane: i32, contact: ContactPoint, inward: bool) -> ([f64; 6], f64, f64) {
    let s = if contact == ContactPoint::Start { 0.0 } else { road.length_m };
    let span = road.lane_span_at(lane, s).unwrap_or_else(|| panic!("{} has no lane {lane} at {s}", road.id));
    let (a, b) = (road.position(s, span.inner_t_m), road.position(s, span.outer_t_m));
    let along = (contact == ContactPoint::End) == inward;
    let slope = road.elevation_at(s).1;
    let heading = road.reference_point(s).heading_rad;
    (
        [a.x_m, a.y_m, a.z_m, b.x_m, b.y_m, b.z_m],
        if along { heading } else { heading + PI },
        if along { slope } else { -slope },
    )
}

fn assert_meets(what: &str, a: ([f64; 6], f64, f64), b: ([f64; 6], f64, f64)) {
    for i in 0..6 {
        assert!((a.0[i] - b.0[i]).abs() < 2e-3, "{what}: {:?} against {:?}", a.0, b.0);
    }
    assert!(angle_between(a.1, b.1) < 1e-3, "{what}: heading {} against {}", a.1, b.1);
    assert!((a.2 - b.2).abs() < 5e-3, "{what}: slope {} against {}", a.2, b.2);
}

#[test]
fn committed_files_are_what_the_descriptions_say() {
    let stale: Vec<_> = stale().expect("builds").into_iter().map(|(path, _)| path).collect();
    assert!(stale.is_empty(), "run `cargo xtask maps`: {stale:?}");
}

#[test]
fn connecting_roads_meet_their_arms() {
    let mut connections = 0;
    for name in NAMES {
        let map = parsed(name);
        for c in map.junctions.iter().flat_map(|j| &j.connections) {
            let road = map.road(c.connecting_road.as_deref().expect("a road")).expect("exists");
            let arm = |link: &Option<opendrive::RoadLink>| match link.as_ref().map(|l| &l.target) {
                Some(LinkTarget::Road { id, contact: Some(contact) }) => {
                    (map.road(id).expect("exists"), *contact)
                }
                other => panic!("{}: linked to {other:?}", road.id),
            };
            let (from, from_contact) = arm(&road.predecessor);
            let (to, to_contact) = arm(&road.successor);
            assert_eq!(Some(from.id.as_str()), c.incoming_road.as_deref());
            let section = &road.lane_sections[0];
            for lane in section.lanes().filter(|l| !l.predecessors.is_empty()) {
                let (before, after) = (lane.predecessors[0], lane.successors[0]);
                let here = |contact, inward| lane_end(road, lane.id, contact, inward);
                let what = format!("{name} {} lane {}", road.id, lane.id);
                assert_meets(
                    &what,
                    here(ContactPoint::Start, false),
                    lane_end(from, before, from_contact, true),
                );
                assert_meets(&what, here(ContactPoint::End, true), lane_end(to, after, to_contact, false));
            }
            assert_eq!(c.lane_links[0].to, -1);
            assert_eq!(section.lane(-1).expect("lane -1").predecessors, [c.lane_links[0].from]);
            connections += 1;
        }
    }
    assert!(connections > 500, "{connections}");
}

#[test]
fn roads_are_continuous_along_s() {
    for name in NAMES {
        for road in &parsed(name).roads {
            let steps = (road.length_m / 0.5) as u32;
            let at = |i: u32| f64::from(i) * 0.5;
            for i in 1..steps {
                let (p, q) = (road.reference_point(at(i - 1)), road.reference_point(at(i)));
                let d = libm::hypot(q.x_m - p.x_m, q.y_m - p.y_m);
                assert!((d - 0.5).abs() < 2e-3, "{name} {} s {}: step of {d}", road.id, at(i));
                assert!(angle_between(p.heading_rad, q.heading_rad) < 0.12, "{name} {} s {}", road.id, at(i));
                let ((za, ga), (zb, gb)) = (road.elevation_at(at(i - 1)), road.elevation_at(at(i)));
                assert!((zb - za - 0.25 * (ga + gb)).abs() < 1e-3, "{name} {} s {}: z jumps", road.id, at(i));
                assert!((gb - ga).abs() < 0.01, "{name} {} s {}: slope {ga} then {gb}", road.id, at(i));
            }
            for section in road.lane_sections.iter().skip(1) {
                // Lanes that go on keep their borders across a change of sections.
                for lane in section.lanes() {
                    let Some(before) = lane.predecessors.first() else { continue };
                    let a = road.lane_center_t_m(*before, section.s_m - 1e-6).expect("linked lane");
                    let b = road.lane_center_t_m(lane.id, section.s_m + 1e-6).expect("lane");
                    assert!(
                        (a - b).abs() < 1e-3,
                        "{name} {} lane {} at {}: {a} then {b}",
                        road.id,
                        lane.id,
                        section.s_m
                    );
                }
            }
        }
    }
}

#[test]
fn grades_reach_what_is_declared_and_no_more() {
    for name in NAMES {
        let Ok(d) = toml::from_str::<Description>(&read_description(name).expect("there")) else { continue };
        let map = parsed(name);
        for street in &d.street {
            let of_street = |r: &&Road| {
                r.junction.is_none() && r.id.rsplit_once('_').is_some_and(|(s, _)| s == street.id)
            };
            let mut steepest: f64 = 0.0;
            for road in map.roads.iter().filter(of_street) {
                for i in 0..=(road.length_m as u32) {
                    steepest = steepest.max(road.elevation_at(f64::from(i)).1.abs());
                }
            }
            assert!(
                steepest <= street.grade_max + 1e-6,
                "{name} {}: {steepest} > {}",
                street.id,
                street.grade_max
            );
            assert!(steepest >= street.grade_max - 0.012, "{name} {}: only {steepest}", street.id);
        }
    }
    let kirkland =
        toml::from_str::<Description>(&read_description("kirkland").expect("there")).expect("reads");
    let max = |section: &str| {
        kirkland.street.iter().filter(|s| s.section == section).map(|s| s.grade_max).fold(0.0, f64::max)
    };
    assert_eq!((max("arterial"), max("local")), (0.12, 0.18));
}

/// Which signal faces (not pedestrian heads) stand on a road.
fn faces(road: &Road) -> impl Iterator<Item = &opendrive::Signal> {
    road.signals.iter().filter(|s| s.kind == "1000001")
}

fn detail<'a>(signal: &'a opendrive::Signal, key: &str) -> &'a str {
    let text = user_value(&signal.user_data, "shakedown.face").expect("face detail");
    text.split(';').find_map(|p| p.strip_prefix(key)?.strip_prefix('=')).expect("key")
}

#[test]
fn signalised_junctions_are_as_many_as_promised() {
    let check = |name: &str, orientation: &str, lowest: usize, highest: usize| {
        let map = parsed(name);
        let signalised = map.junctions.iter().filter(|j| !j.controllers.is_empty()).count();
        assert!((lowest..=highest).contains(&signalised), "{name}: {signalised}");
        for face in map.roads.iter().flat_map(faces) {
            assert_eq!(detail(face, "orientation"), orientation, "{name} {}", face.id);
        }
    };
    check("kirkland", "vertical", 2, 2);
    check("austin", "horizontal", 12, 20);
    check("mountain_view", "vertical", 4, 20);
    check("levels_road", "vertical", 1, 1);
    check("straight", "vertical", 0, 0);
    check("crossing", "vertical", 1, 1);
}

#[test]
fn faces_hang_where_drivers_look() {
    for name in NAMES {
        let map = parsed(name);
        let mut approaches: BTreeMap<(&str, bool), Vec<&opendrive::Signal>> = BTreeMap::new();
        for road in &map.roads {
            for face in faces(road) {
                let plus = face.orientation == Orientation::Plus;
                approaches.entry((&road.id, plus)).or_default().push(face);
                let line = road
                    .objects
                    .iter()
                    .find(|o| o.name == "stop_line" && o.orientation == face.orientation)
                    .expect("a stop line");
                assert!((line.s_m - face.s_m).abs() < 1e-6, "{}: not at its stop line", face.id);
                let Some(SignalPosition::Inertial { x_m, y_m, z_m, heading_rad, .. }) = face.position else {
                    panic!("{} hangs nowhere", face.id)
                };
                let at = road.position(line.s_m, line.t_m);
                let travel = if plus { at.heading_rad } else { at.heading_rad + PI };
                assert!(angle_between(heading_rad, travel + PI) < 1e-3, "{} looks away", face.id);
                let (dx, dy) = (x_m - at.x_m, y_m - at.y_m);
                let (c, s) = (libm::cos(travel), libm::sin(travel));
                let (ahead, left) = (dx * c + dy * s, dy * c - dx * s);
                assert!((12.0..=45.0).contains(&ahead), "{name} {}: {ahead} m beyond its stop line", face.id);
                // From 3 m before the stop line, MUTCD figure 4D-4.
                let cone = libm::atan2(left.abs(), ahead + 3.0).to_degrees();
                assert!(cone <= 20.0, "{name} {}: {cone}° off axis", face.id);
                // Height over whatever road lies below.
                let below = map.roads.iter().filter_map(|r| Some((r, r.nearest(x_m, y_m)?)));
                let below = below.min_by(|a, b| a.1.distance_m.total_cmp(&b.1.distance_m)).expect("roads");
                let surface = below.0.elevation_at(below.1.s_m).0;
                let height = z_m - surface;
                assert!((5.2..=5.8).contains(&height), "{name} {}: {height} m over the road", face.id);
            }
        }
        for ((road, plus), faces) in approaches {
            let through = faces.iter().filter(|f| f.id.contains("_through_")).count();
            assert!(through >= 2, "{name} {road} {plus}: {through} faces for through traffic");
            let road = map.road(road).expect("exists");
            let section = if plus { road.lane_sections.last() } else { road.lane_sections.first() };
            for lane in section.expect("a section").lanes() {
                if lane.kind == LaneType::Driving && (lane.id < 0) == plus {
                    let governed = faces.iter().any(|f| f.validity.iter().any(|v| v.contains(lane.id)));
                    assert!(governed, "{name} {} lane {}: no face", road.id, lane.id);
                }
            }
        }
    }
}

#[test]
fn every_approach_lane_leads_somewhere_and_every_left_turn_of_a_pocket_is_left() {
    for name in NAMES {
        let map = parsed(name);
        for road in map.roads.iter().filter(|r| r.junction.is_none()) {
            for (link, end) in
                [(&road.predecessor, ContactPoint::Start), (&road.successor, ContactPoint::End)]
            {
                let Some(LinkTarget::Junction { id }) = link.as_ref().map(|l| &l.target) else { continue };
                let junction = map.junction(id).expect("exists");
                let section = if end == ContactPoint::End {
                    road.lane_sections.last()
                } else {
                    road.lane_sections.first()
                };
                for lane in section.expect("a section").lanes() {
                    if lane.kind != LaneType::Driving || (lane.id < 0) != (end == ContactPoint::End) {
                        continue;
                    }
                    let found = junction.connections.iter().any(|c| {
                        c.incoming_road.as_deref() == Some(&road.id)
                            && c.lane_links.iter().any(|l| l.from == lane.id)
                    });
                    assert!(found, "{name}: lane {} of {} ends at {id}", lane.id, road.id);
                }
            }
        }
    }
}

#[test]
fn every_lens_is_switched_by_a_phase_of_its_junction() {
    for name in NAMES {
        let map = parsed(name);
        let staged: BTreeSet<&str> =
            map.junctions.iter().flat_map(|j| &j.controllers).map(|c| c.controller_id.as_str()).collect();
        let mut switched: BTreeSet<(&str, &str)> = BTreeSet::new();
        for c in &map.controllers {
            assert!(staged.contains(c.id.as_str()), "{name}: {} is in no junction", c.id);
            for control in &c.controls {
                assert!(
                    map.signal(&control.signal_id).is_some(),
                    "{name}: {} is no signal",
                    control.signal_id
                );
                switched.insert((&control.signal_id, control.kind.as_deref().expect("a type")));
            }
        }
        for signal in map.roads.iter().flat_map(|r| &r.signals).filter(|s| s.dynamic) {
            let lenses: Vec<&str> = detail(signal, "lenses").split(',').collect();
            let needs = [("G", "circular"), ("GL", "left_arrow"), ("W", "pedestrian")];
            for (lens, kind) in needs {
                assert_eq!(
                    lenses.contains(&lens),
                    switched.contains(&(signal.id.as_str(), kind)),
                    "{name} {}: lens {lens}, phase {kind}",
                    signal.id
                );
            }
        }
    }
}

#[test]
fn vehicles_can_drive_without_leaving() {
    for name in ["kirkland", "austin", "mountain_view"] {
        let map = parsed(name);
        // Directed edges between (road, end towards which one drives).
        let mut next: BTreeMap<(&str, bool), BTreeSet<(&str, bool)>> = BTreeMap::new();
        for road in map.roads.iter().filter(|r| r.junction.is_some()) {
            let end = |l: &'_ Option<opendrive::RoadLink>| match l.as_ref().map(|l| l.target.clone()) {
                Some(LinkTarget::Road { id, contact: Some(c) }) => {
                    (map.road(&id).expect("exists").id.as_str(), c)
                }
                other => panic!("{other:?}"),
            };
            let (a, ca) = end(&road.predecessor);
            let (b, cb) = end(&road.successor);
            next.entry((a, ca == ContactPoint::End)).or_default().insert((b, cb == ContactPoint::Start));
        }
        let inner = map
            .roads
            .iter()
            .filter(|r| r.junction.is_none() && r.predecessor.is_some() && r.successor.is_some());
        let inner: BTreeSet<&str> = inner.map(|r| r.id.as_str()).collect();
        for start in &inner {
            let mut seen = BTreeSet::new();
            let mut todo = vec![(*start, true)];
            while let Some(at) = todo.pop() {
                for to in next.get(&at).into_iter().flatten() {
                    if inner.contains(to.0) && seen.insert(*to) {
                        todo.push(*to);
                    }
                }
            }
            assert!(seen.contains(&(*start, true)), "{name}: no way back to {start}");
            assert_eq!(seen.len(), 2 * inner.len(), "{name}: from {start} not every road is reached");
        }
    }
}

#[test]
fn crossing_paths_of_a_junction_lie_on_one_surface() {
    for name in NAMES {
        let map = parsed(name);
        for j in &map.junctions {
            let mut points: Vec<(f64, f64, f64)> = Vec::new();
            for road in map.roads.iter().filter(|r| r.junction.as_deref() == Some(&j.id)) {
                for i in 0..=20 {
                    let p = road.position(road.length_m * f64::from(i) / 20.0, -1.6);
                    points.push((p.x_m, p.y_m, p.z_m));
                }
            }
            for (i, a) in points.iter().enumerate() {
                for b in &points[..i] {
                    let near = libm::hypot(a.0 - b.0, a.1 - b.1) < 0.5;
                    assert!(!near || (a.2 - b.2).abs() < 0.2, "{name} {}: {a:?} and {b:?}", j.id);
                }
            }
        }
    }
}

#[test]
fn twins_differ_in_their_heads_alone() {
    let (a, b) = (parsed("austin"), parsed("mountain_view"));
    assert!(b.roads.len() > 50);
    for twin in &b.roads {
        let original = a.road(&twin.id).expect("same ids");
        assert_eq!(original.length_m, twin.length_m);
        assert_eq!(original.position(twin.length_m / 3.0, 1.0), twin.position(twin.length_m / 3.0, 1.0));
        for face in faces(twin) {
            let (_, other) = a.signal(&face.id).expect("same faces");
            assert_eq!((face.s_m, &face.validity), (other.s_m, &other.validity));
            assert_ne!(detail(face, "orientation"), detail(other, "orientation"));
            assert_ne!(detail(face, "brightness"), detail(other, "brightness"));
            let sorted = |s| {
                let mut l: Vec<&str> = detail(s, "lenses").split(',').collect();
                l.sort_unstable();
                l
            };
            assert_eq!(sorted(face), sorted(other));
        }
    }
}

/// Longest distance at which an eye `eye_m` above the road at `s_m` sees an object of `object_m`, along rising s.
fn sight_m(road: &Road, s_m: f64, eye_m: f64, object_m: f64) -> f64 {
    let eye = road.elevation_at(s_m).0 + eye_m;
    let mut blocked: f64 = f64::NEG_INFINITY;
    let mut d = 1.0;
    while s_m + d < road.length_m {
        let z = road.elevation_at(s_m + d).0;
        if (z + object_m - eye) / d < blocked {
            return d;
        }
        blocked = blocked.max((z - eye) / d);
        d += 0.1;
    }
    f64::INFINITY
}

#[test]
fn the_crest_of_third_street_hides_its_crosswalk() {
    let map = parsed("kirkland");
    let road = map.road("third_street_1").expect("exists");
    let shortest = |object_m: f64| {
        (0..=95).map(|s| sight_m(road, f64::from(s), 1.08, object_m)).fold(f64::INFINITY, f64::min)
    };
    // AASHTO for S > L: S = L/2 + 100 (√h1 + √h2)² / A, with L = 30 m, A the change of grade.
    let change = road.elevation_at(75.0).1 - road.elevation_at(115.0).1;
    assert!(change > 0.2, "{change}");
    let formula = |object_m: f64| {
        let roots = libm::sqrt(1.08) + libm::sqrt(object_m);
        15.0 + roots * roots / change
    };
    for object_m in [0.6, 1.7] {
        let (a, b) = (shortest(object_m), formula(object_m));
        println!("object of {object_m} m: {a:.1} m, formula {b:.1} m, grades change by {change:.4}");
        assert!((a - b).abs() < 1.0, "object of {object_m} m: {a} m, formula {b} m");
        assert!(a < 47.0, "longer than the stopping sight distance at 25 mph");
    }
    let crosswalk =
        road.objects.iter().find(|o| o.name == "crosswalk" && o.id.contains("midblock")).expect("there");
    assert!(sight_m(road, crosswalk.s_m - 47.0, 1.08, 0.6) < 47.0, "seen in time from 47 m");
}

/// Center line of a connecting road's driving lane.
fn path(road: &Road) -> Vec<(f64, f64)> {
    (0..=40)
        .map(|i| road.lane_position(-1, road.length_m * (f64::from(i) / 40.0), 0.0).expect("lane −1"))
        .map(|p| (p.x_m, p.y_m))
        .collect()
}

fn turn_of(road: &Road) -> f64 {
    let d = road.reference_point(road.length_m).heading_rad - road.reference_point(0.0).heading_rad;
    (d + PI).rem_euclid(TAU) - PI
}

#[test]
fn movements_of_one_stage_do_not_cross_but_for_permissive_lefts() {
    let mut pairs = 0;
    for name in NAMES {
        let map = parsed(name);
        for j in &map.junctions {
            for stage in &j.controllers {
                // (connecting road, protected from crossing paths)
                let mut moving: Vec<(&Road, bool)> = Vec::new();
                let controls = &map.controller(&stage.controller_id).expect("exists").controls;
                for control in controls.iter().filter(|c| c.kind.as_deref() != Some("pedestrian")) {
                    let (approach, face) = map.signal(&control.signal_id).expect("exists");
                    let arrow = control.kind.as_deref() == Some("left_arrow");
                    for c in j.connections.iter().filter(|c| c.incoming_road.as_deref() == Some(&approach.id))
                    {
                        let governed = face.validity.iter().any(|v| v.contains(c.lane_links[0].from));
                        let road = map.road(c.connecting_road.as_deref().expect("a road")).expect("exists");
                        let left = turn_of(road) > 0.9;
                        if governed && (left || !arrow) {
                            moving.push((road, arrow || !left));
                        }
                    }
                }
                assert!(!moving.is_empty(), "{name} {}: nothing moves", stage.controller_id);
                let sure: Vec<&Road> = moving.iter().filter(|m| m.1).map(|m| m.0).collect();
                for (i, a) in sure.iter().enumerate() {
                    for b in &sure[..i] {
                        if a.predecessor.as_ref().map(|l| &l.target)
                            == b.predecessor.as_ref().map(|l| &l.target)
                        {
                            continue;
                        }
                        pairs += 1;
                        let near = path(a)
                            .iter()
                            .any(|p| path(b).iter().any(|q| libm::hypot(p.0 - q.0, p.1 - q.1) < 1.8));
                        assert!(!near, "{name} {}: {} meets {}", stage.controller_id, a.id, b.id);
                    }
                }
            }
        }
    }
    assert!(pairs > 100, "{pairs}");
}
