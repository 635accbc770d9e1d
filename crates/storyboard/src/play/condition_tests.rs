//! Every condition, on states made by hand.

use super::*;
use crate::play::position::Stage;
use crate::play::position::tests::{lane_position, on_lane};
use crate::play::roads::testing::straight;
use crate::standard::{DistanceKind, EntityKind, Routing};
use std::f64::consts::{FRAC_PI_2, PI};

const GREATER: Rule = Rule::Is(Comparison::Greater);
const LESS: Rule = Rule::Is(Comparison::Less);
const EQUAL: Rule = Rule::Is(Comparison::Equal);
const AT_LEAST: Rule = Rule::Is(Comparison::GreaterOrEqual);

struct Known;

impl Facts for Known {
    fn time_s(&self) -> f64 {
        0.1 + 0.2
    }
    fn time_of_day_s(&self) -> Option<f64> {
        Some(1.0e9)
    }
    fn parameter(&self, name: &str) -> Option<String> {
        (name == "p").then(|| "3.0".into())
    }
    fn variable(&self, name: &str) -> Option<String> {
        (name == "v").then(|| "true".into())
    }
    fn user_value(&self, name: &str) -> Option<String> {
        (name == "u").then(|| "7".into())
    }
    fn element(&self, kind: ElementKind, element: &str, state: ElementEvent) -> bool {
        (kind, element, state) == (ElementKind::Event, "e", ElementEvent::CompleteState)
    }
    fn signal(&self, name: &str) -> Option<String> {
        (name == "s").then(|| "off;off;on".into())
    }
    fn controller_phase(&self, controller: &str) -> Option<String> {
        (controller == "c").then(|| "go".into())
    }
}

#[test]
fn values() {
    let check = |test: ValueTest, expect: bool| assert_eq!(value_holds(&test, &Known), expect, "{test:?}");
    check(ValueTest::SimulationTime(0.3, AT_LEAST), true);
    check(ValueTest::SimulationTime(0.3, GREATER), false);
    check(ValueTest::SimulationTime(0.300_000_000_000_000_1, AT_LEAST), true);
    check(ValueTest::SimulationTime(0.31, AT_LEAST), false);
    check(ValueTest::TimeOfDay(9.0e8, GREATER), true);
    check(ValueTest::Parameter("p".into(), EQUAL, "3".into()), true);
    check(ValueTest::Parameter("p".into(), GREATER, "2.5".into()), true);
    check(ValueTest::Parameter("unknown".into(), Rule::NotEqual, "2".into()), false);
    check(ValueTest::Variable("v".into(), EQUAL, "true".into()), true);
    check(ValueTest::Variable("v".into(), GREATER, "false".into()), false);
    check(ValueTest::UserDefined("u".into(), LESS, "8".into()), true);
    check(
        ValueTest::StoryboardElement {
            kind: ElementKind::Event,
            element: "e".into(),
            state: ElementEvent::CompleteState,
        },
        true,
    );
    check(
        ValueTest::StoryboardElement {
            kind: ElementKind::Act,
            element: "e".into(),
            state: ElementEvent::CompleteState,
        },
        false,
    );
    check(ValueTest::TrafficSignal { name: "s".into(), state: "off;off;on".into() }, true);
    check(ValueTest::TrafficSignal { name: "s".into(), state: "on;off;off".into() }, false);
    check(ValueTest::TrafficSignalController { controller: "c".into(), phase: "go".into() }, true);
    check(ValueTest::TrafficSignalController { controller: "d".into(), phase: "go".into() }, false);
}

#[test]
fn rules_of_numbers() {
    let check = |left, rule, right, expect| {
        assert_eq!(rule_holds(left, rule, right), expect, "{left} {rule:?} {right}")
    };
    check(1.0, EQUAL, 1.0 + 1e-7, true);
    check(1.0, Rule::NotEqual, 1.0 + 1e-7, false);
    check(1.0, Rule::NotEqual, 1.1, true);
    check(1.0 + 1e-12, GREATER, 1.0, false);
    check(1.0 + 1e-6, GREATER, 1.0, true);
    check(f64::INFINITY, GREATER, 10.0, true);
    check(f64::INFINITY, EQUAL, f64::INFINITY, true);
    check(f64::NAN, AT_LEAST, 0.0, false);
    check(f64::NAN, EQUAL, f64::NAN, false);
}

/// Two cars on lane −1 at 50 m (20 m/s) and 90 m (10 m/s), one oncoming on lane 1 at 60 m.
fn stage() -> (Roads, Vec<Entity>) {
    let roads = straight(200.0);
    let mut list = vec![
        on_lane(&roads, "own", "1", -1, 50.0),
        on_lane(&roads, "lead", "1", -1, 90.0),
        on_lane(&roads, "oncoming", "1", 1, 60.0),
    ];
    for (e, v) in list.iter_mut().zip([20.0, 10.0, 15.0]) {
        e.speed_mps = v;
        e.velocity_mps = e.at.pose.matrix().x_axis * v;
    }
    (roads, list)
}

fn of(roads: &Roads, list: &Vec<Entity>, name: &str, test: &EntityTest) -> Result<bool, PositionError> {
    let setting = Setting { roads, stage: list, geo: None, curve: None };
    let index = list.iter().position(|e| &*e.name == name).unwrap();
    entity_holds(test, index, &setting)
}

fn road(extents: Extents) -> Measure {
    Measure {
        system: CoordinateSystem::Road,
        kind: DistanceKind::Longitudinal,
        extents,
        routing: Routing::Undefined,
    }
}

#[test]
fn motion() {
    let (roads, mut list) = stage();
    list[0].accel_mps2 = DVec3::new(-3.0, 4.0, 0.0);
    list[0].traveled_m = 12.0;
    let check = |name: &str, test: EntityTest, expect: bool| {
        assert_eq!(of(&roads, &list, name, &test), Ok(expect), "{name}: {test:?}");
    };
    use Direction::{Lateral, Longitudinal, Total, Vertical};
    check("own", EntityTest::Speed(19.0, GREATER, Total), true);
    check("own", EntityTest::Speed(20.0, EQUAL, Longitudinal), true);
    check("oncoming", EntityTest::Speed(15.0, EQUAL, Longitudinal), true);
    check("own", EntityTest::Speed(0.0, EQUAL, Lateral), true);
    check("own", EntityTest::Acceleration(-5.0, EQUAL, Total), true);
    check("own", EntityTest::Acceleration(-3.0, EQUAL, Longitudinal), true);
    check("own", EntityTest::Acceleration(4.0, EQUAL, Lateral), true);
    check("own", EntityTest::Acceleration(0.0, EQUAL, Vertical), true);
    let relative = |to: &str, value_mps, direction| EntityTest::RelativeSpeed {
        to: to.into(),
        value_mps,
        rule: EQUAL,
        direction,
    };
    check("own", relative("lead", 10.0, Total), true);
    check("own", relative("oncoming", 5.0, Total), true);
    // Along the oncoming one's axis: −20 − 15.
    check("own", relative("oncoming", -35.0, Longitudinal), true);
    check("own", relative("nobody", 0.0, Total), false);
    check("own", EntityTest::TraveledDistance(12.0), true);
    check("own", EntityTest::TraveledDistance(12.1), false);
}

#[test]
fn durations_hold_when_they_are_reached() {
    let (roads, mut list) = stage();
    list[0].standing_s = 2.0;
    list[0].end_of_road_s = Some(0.0);
    list[1].offroad_s = Some(3.0);
    let check = |name: &str, test: EntityTest, expect: bool| {
        assert_eq!(of(&roads, &list, name, &test), Ok(expect), "{name}: {test:?}");
    };
    check("own", EntityTest::StandStill(1.9), true);
    check("own", EntityTest::StandStill(2.0), true);
    check("own", EntityTest::StandStill(2.1), false);
    check("own", EntityTest::EndOfRoad(0.0), true);
    check("lead", EntityTest::EndOfRoad(0.0), false);
    check("lead", EntityTest::Offroad(2.0), true);
    check("own", EntityTest::Offroad(0.0), false);
}

#[test]
fn distances() {
    let (roads, list) = stage();
    let check = |name: &str, test: EntityTest, expect: bool| {
        assert_eq!(of(&roads, &list, name, &test), Ok(expect), "{name}: {test:?}");
    };
    let relative = |to: &str, value_m, measure| EntityTest::RelativeDistance {
        to: to.into(),
        value_m,
        rule: EQUAL,
        measure,
    };
    check("own", relative("lead", 40.0, road(Extents::ReferencePoints)), true);
    check("lead", relative("own", 35.0, road(Extents::FreeSpace)), true);
    check("own", relative("nobody", 40.0, road(Extents::FreeSpace)), false);
    let to = |s_m, value_m, rule| EntityTest::Distance {
        to: lane_position("1", -1, s_m),
        value_m,
        rule,
        measure: road(Extents::ReferencePoints),
    };
    check("own", to(30.0, 20.0, EQUAL), true);
    check("own", to(30.0, 20.0, GREATER), false);
    check("own", EntityTest::ReachPosition(lane_position("1", -1, 51.0), 1.5), true);
    check("own", EntityTest::ReachPosition(lane_position("1", -1, 52.0), 1.5), false);
    let headway = |to: &str, value_s| EntityTest::TimeHeadway {
        to: to.into(),
        value_s,
        rule: LESS,
        measure: road(Extents::ReferencePoints),
    };
    check("own", headway("lead", 2.1), true);
    check("own", headway("lead", 1.9), false);
    check("lead", headway("own", 100.0), false);
    let ttc = |target, value_s| EntityTest::TimeToCollision {
        target,
        value_s,
        rule: LESS,
        measure: road(Extents::ReferencePoints),
    };
    check("own", ttc(EntityOrPosition::Entity("lead".into()), 4.1), true);
    check("own", ttc(EntityOrPosition::Entity("lead".into()), 3.9), false);
    check("own", ttc(EntityOrPosition::Position(lane_position("1", -1, 100.0)), 2.6), true);
    check("own", ttc(EntityOrPosition::Position(lane_position("1", -1, 10.0)), 100.0), false);
    // A position without a meaning is an error, not a silent no.
    let bad = EntityTest::ReachPosition(lane_position("9", 1, 0.0), 1.0);
    assert_eq!(of(&roads, &list, "own", &bad), Err(PositionError::UnknownRoad("9".into())));
}

#[test]
fn collisions() {
    let (roads, mut list) = stage();
    list[1] = on_lane(&roads, "lead", "1", -1, 54.5);
    let hit = |name: &str| EntityTest::Collision(CollisionWith::Entity(name.into()));
    assert_eq!(of(&roads, &list, "own", &hit("lead")), Ok(true));
    assert_eq!(of(&roads, &list, "own", &hit("oncoming")), Ok(false));
    assert_eq!(of(&roads, &list, "own", &hit("own")), Ok(false));
    let kind = |kind| EntityTest::Collision(CollisionWith::Type(kind));
    assert_eq!(of(&roads, &list, "own", &kind(EntityKind::Vehicle)), Ok(true));
    assert_eq!(of(&roads, &list, "own", &kind(EntityKind::Pedestrian)), Ok(false));
    list[1].taking = Taking::NoPart;
    assert_eq!(of(&roads, &list, "own", &kind(EntityKind::Vehicle)), Ok(false));
}

#[test]
fn clearance() {
    let (roads, list) = stage();
    let test =
        |lanes: &[(Option<i32>, Option<i32>)], ahead_m, behind_m, opposite| EntityTest::RelativeClearance {
            entities: Vec::new(),
            lanes: lanes.to_vec(),
            ahead_m,
            behind_m,
            extents: Extents::ReferencePoints,
            opposite,
        };
    use OppositeLanes::{Excluded, Included};
    let check = |name: &str, test: EntityTest, expect: bool| {
        assert_eq!(of(&roads, &list, name, &test), Ok(expect), "{name}: {test:?}");
    };
    let own = [(Some(0), Some(0))];
    check("own", test(&own, 39.0, 10.0, Excluded), true);
    check("own", test(&own, 41.0, 10.0, Excluded), false);
    check("lead", test(&own, 41.0, 39.0, Excluded), true);
    check("lead", test(&own, 41.0, 41.0, Excluded), false);
    // The oncoming one counts only where it is asked for.
    check("own", test(&[(Some(1), Some(1))], 20.0, 0.0, Included), false);
    check("own", test(&[(None, None)], 20.0, 0.0, Excluded), true);
    check("own", test(&[], 20.0, 0.0, Included), false);
    // No such lane: not free.
    check("own", test(&[(Some(-2), Some(-1))], 20.0, 0.0, Included), false);
    check("own", test(&[(Some(1), None)], 5.0, 0.0, Excluded), false);
    let mut named = test(&own, 41.0, 10.0, Excluded);
    if let EntityTest::RelativeClearance { entities, .. } = &mut named {
        entities.push("oncoming".into());
    }
    check("own", named, true);
}

#[test]
fn angle_conditions() {
    let (roads, mut list) = stage();
    // Turned by 0.2 to the left in its lane; the oncoming one by 0.1.
    for (i, turn) in [(0, 0.2), (2, PI + 0.1)] {
        let place = list[i].at.place.unwrap();
        list[i].at =
            roads.located(place, super::super::entity::Relative { h_rad: turn, ..Default::default() });
    }
    let angle = |angle_rad, system| EntityTest::Angle {
        kind: AngleKind::Heading,
        angle_rad,
        tolerance_rad: 0.01,
        system,
    };
    let check = |name: &str, test: EntityTest, expect: bool| {
        assert_eq!(of(&roads, &list, name, &test), Ok(expect), "{name}: {test:?}");
    };
    use CoordinateSystem::{Entity as OfEntity, Lane, Road, Trajectory, World};
    check("own", angle(0.2, World), true);
    check("own", angle(0.2 + 2.0 * PI, World), true);
    check("own", angle(0.22, World), false);
    check("oncoming", angle(PI + 0.1, Road), true);
    check("oncoming", angle(0.1, Lane), true);
    check("oncoming", angle(0.1, World), false);
    check("own", angle(0.2, Trajectory), false);
    let relative = |to: &str, angle_rad, system| EntityTest::RelativeAngle {
        to: to.into(),
        kind: AngleKind::Heading,
        angle_rad,
        tolerance_rad: 0.01,
        system,
    };
    check("own", relative("lead", 0.2, OfEntity), true);
    check("own", relative("oncoming", 0.1 - PI, World), true);
    check("own", relative("oncoming", 0.1, Lane), true);
    check("own", relative("nobody", 0.0, World), false);
    let roll = EntityTest::Angle { kind: AngleKind::Roll, angle_rad: 0.0, tolerance_rad: 0.0, system: Road };
    check("own", roll, true);
}

struct Slope;

impl Curve for Slope {
    fn at(&self, s_m: f64) -> Option<crate::play::entity::Pose> {
        let position_m = DVec3::new(50.0, -10.0 + s_m, 0.1 * s_m);
        Some(crate::play::entity::Pose { position_m, h_rad: FRAC_PI_2, ..Default::default() })
    }

    fn length_m(&self) -> f64 {
        20.0
    }
}

/// A stage on which everybody follows [`Slope`].
struct Following(Vec<Entity>);

impl Stage for Following {
    fn entity(&self, name: &str) -> Option<&Entity> {
        self.0.entity(name)
    }

    fn all(&self) -> &[Entity] {
        &self.0
    }

    fn path(&self, _: usize) -> Option<&dyn Curve> {
        Some(&Slope)
    }
}

#[test]
fn angles_against_a_trajectory() {
    let (roads, list) = stage();
    let stage = Following(list);
    let setting = Setting { roads: &roads, stage: &stage, geo: None, curve: None };
    let check = |kind, angle_rad, expect| {
        let test =
            EntityTest::Angle { kind, angle_rad, tolerance_rad: 1e-6, system: CoordinateSystem::Trajectory };
        assert_eq!(entity_holds(&test, 0, &setting), Ok(expect), "{kind:?}");
    };
    check(AngleKind::Heading, -FRAC_PI_2, true);
    // Level on a path that climbs: nose down against it.
    check(AngleKind::Pitch, libm::atan(0.1), true);
    check(AngleKind::Pitch, 0.0, false);
}

#[test]
fn quantifiers() {
    let (roads, mut list) = stage();
    let verdict = |list: &Vec<Entity>, quantifier, value: f64| {
        let setting = Setting { roads: &roads, stage: list, geo: None, curve: None };
        let condition = StandardCondition::ByEntity {
            entities: vec!["own".into(), "lead".into(), "oncoming".into()],
            quantifier,
            test: EntityTest::Speed(value, GREATER, Direction::Total),
        };
        let v = holds(&condition, &setting, &Known);
        (v.holds, v.by)
    };
    assert_eq!(verdict(&list, Quantifier::Any, 12.0), (true, vec![0, 2]));
    assert_eq!(verdict(&list, Quantifier::Any, 30.0), (false, vec![]));
    assert_eq!(verdict(&list, Quantifier::All, 9.0), (true, vec![0, 1, 2]));
    assert_eq!(verdict(&list, Quantifier::All, 12.0), (false, vec![]));
    assert_eq!(verdict(&list, Quantifier::None, 30.0), (true, vec![0, 1, 2]));
    assert_eq!(verdict(&list, Quantifier::None, 12.0), (false, vec![]));
    // Who takes no part is not asked.
    list[1].taking = Taking::NoPart;
    assert_eq!(verdict(&list, Quantifier::All, 12.0), (true, vec![0, 2]));
    let by_value = StandardCondition::ByValue(ValueTest::SimulationTime(0.0, GREATER));
    let setting = Setting { roads: &roads, stage: &list, geo: None, curve: None };
    assert!(holds(&by_value, &setting, &Known).holds);
    let bad = StandardCondition::ByEntity {
        entities: vec!["own".into()],
        quantifier: Quantifier::None,
        test: EntityTest::ReachPosition(lane_position("9", 1, 0.0), 1.0),
    };
    let verdict = holds(&bad, &setting, &Known);
    assert_eq!((verdict.holds, verdict.problem.is_some()), (false, true));
}
