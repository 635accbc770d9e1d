//! What conditions see, on a straight line of participants, and the script in a small world.

use super::*;
use crate::scenario::{
    Action, Comparison, Condition, Edge, Event, EventAction, EventPriority, InitAction, Maneuver,
    ManeuverGroup, SelectTriggering, Trigger,
};
use crate::sim::plan::{FiredActions, Intervention, RunPlan};
use crate::sim::script::{Script, attach, plugin};
use crate::sim::tick::SimTick;
use crate::state::automation::AutomationLevel;
use crate::state::messages::EventLog;
use crate::state::object::{Extent, ObjectClass};
use crate::state::pose::{Motion, Pose};
use crate::state::signal::Flashing;
use bevy::prelude::App;
use std::sync::Arc;

fn object(id: u32, name: &str, x_m: f64, speed_mps: f64) -> ObjectTruth {
    let extent = Extent { length_m: 5.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 };
    let pose = Pose::planar(x_m, 0.0, 0.0);
    ObjectTruth {
        id: ParticipantId(id),
        name: name.into(),
        class: ObjectClass::Car,
        extent,
        pose,
        motion: Motion { speed_mps, ..Motion::default() },
        lane: None,
        forward: DVec2::X,
        center_m: DVec2::new(x_m + 1.5, 0.0),
        lights: Default::default(),
        conspicuity: 1.0,
        presence: Presence::Present,
    }
}

fn truth() -> GroundTruth {
    let mut away = object(2, "away", 3.0, 1.0);
    away.presence = Presence::Absent;
    GroundTruth { objects: vec![object(0, "a", 0.0, 10.0), object(1, "b", 40.0, 5.0), away], ego: None }
}

#[test]
fn quantities() {
    let (a, b) = ("a".to_owned(), "b".to_owned());
    let truth = truth();
    let network = RoadNetwork::default();
    let check = |test: ConditionTest, expect: bool| {
        let condition = Condition { name: "c".into(), edge: Edge::None, delay_s: 0.0, test: test.clone() };
        let board =
            Storyboard { stop: Some(Trigger { any: vec![vec![condition]] }), ..Storyboard::default() };
        let mut memory = Memory::new(&board, &network, &truth);
        let mut clock = Clock::new(100_000_000);
        for tick in 0..=20 {
            clock.tick = tick;
            clock.time = SimTime(tick * 100_000_000);
            memory.advance(&truth, &clock);
        }
        let mut view = View {
            memory: &memory,
            truth: &truth,
            network: &network,
            signals: None,
            mode: Some(FeatureMode::Active),
            happened: Happening::bit_of("collision"),
            now: clock.time,
        };
        assert_eq!(view.holds(0, &test), expect, "{test:?}");
    };
    use Comparison::{Greater, GreaterOrEqual, Less, LessOrEqual};
    check(ConditionTest::Speed(a.clone(), GreaterOrEqual, 10.0), true);
    check(ConditionTest::Speed(a.clone(), Greater, 10.0), false);
    check(ConditionTest::Speed("away".into(), Greater, 0.0), false);
    check(ConditionTest::Speed("nobody".into(), Less, 99.0), false);
    // 20 ticks of 0.1 s at 10 m/s.
    check(ConditionTest::TraveledDistance(a.clone(), GreaterOrEqual, 19.999), true);
    check(ConditionTest::TraveledDistance(a.clone(), Greater, 20.001), false);
    // 40 m between the rear axles, 4 m to the front of a, 1 m to the rear of b.
    check(ConditionTest::Gap(a.clone(), b.clone(), LessOrEqual, 35.0), true);
    check(ConditionTest::Gap(b.clone(), a.clone(), Less, 35.0), false);
    check(ConditionTest::Distance(a.clone(), b.clone(), GreaterOrEqual, 40.0), true);
    check(ConditionTest::Headway(a.clone(), b.clone(), LessOrEqual, 3.5), true);
    check(ConditionTest::TimeToCollision(a.clone(), b.clone(), LessOrEqual, 7.0), true);
    check(ConditionTest::TimeToCollision(b.clone(), a.clone(), LessOrEqual, 7.0), true);
    check(ConditionTest::TimeToCollision(a.clone(), b.clone(), Less, 6.999), false);
    check(ConditionTest::StandStill(a, 0.0), false);
    check(ConditionTest::FeatureMode(FeatureMode::Active), true);
    check(ConditionTest::FeatureMode(FeatureMode::Off), false);
    check(ConditionTest::Happened("collision".into()), true);
    check(ConditionTest::Happened("off_road".into()), false);
}

#[test]
fn standing_is_timed() {
    let mut truth = truth();
    let mut memory =
        Memory { needs_standing: true, standing_since: vec![None; truth.objects.len()], ..Memory::default() };
    let mut clock = Clock::new(100_000_000);
    for (tick, speed_mps, expect_s) in
        [(0, 1.0, None), (1, 0.0, Some(0.0)), (4, 0.0, Some(0.3)), (5, 2.0, None)]
    {
        truth.objects[0].motion.speed_mps = speed_mps;
        clock.time = SimTime(tick * 100_000_000);
        memory.advance(&truth, &clock);
        let stood_s = memory.standing_since[0].map(|s| clock.time.since_s(s));
        assert_eq!(stood_s.map(|s| (s * 10.0).round()), expect_s.map(|s: f64| (s * 10.0).round()), "{tick}");
    }
}

#[test]
fn faces() {
    let lens = |color, shape| Lens { color, shape, flashing: Flashing::Steady };
    let car = [LensColor::Red, LensColor::Yellow, LensColor::Green].map(|c| lens(c, LensShape::Circle));
    let walk = [LensColor::Red, LensColor::White].map(|c| lens(c, LensShape::Pedestrian));
    let arrow = [lens(LensColor::Red, LensShape::Circle), lens(LensColor::Green, LensShape::ArrowLeft)];
    let check = |lenses: &[Lens], mask, flashing, expect| {
        assert_eq!(indication(lenses, LitLenses { mask, flashing }), expect);
    };
    check(&car, 0, 0, Indication::Dark);
    check(&car, 1, 0, Indication::Red);
    check(&car, 1, 1, Indication::FlashingRed);
    check(&car, 2, 0, Indication::Yellow);
    check(&car, 2, 2, Indication::FlashingYellow);
    check(&car, 4, 0, Indication::Green);
    check(&walk, 2, 0, Indication::Walk);
    check(&walk, 1, 1, Indication::PedestrianClearance);
    check(&walk, 1, 0, Indication::DontWalk);
    check(&arrow, 2, 0, Indication::GreenArrow);
    check(&arrow, 3, 0, Indication::Red);
}

#[test]
fn the_script_fires_actions_and_interventions_at_their_ticks() {
    let toml = "version = 1\ntitle = \"t\"\nmap = \"one_road\"\n";
    let files = crate::scenario::files::testing::OneRoad;
    let mut scenario = crate::scenario::Scenario::load("t", toml.as_bytes(), &files, &[]).unwrap();
    let test = ConditionTest::Time(Comparison::Greater, 0.2);
    let start =
        Trigger { any: vec![vec![Condition { name: "late".into(), edge: Edge::None, delay_s: 0.0, test }]] };
    let event = Event {
        name: "e".into(),
        priority: EventPriority::Parallel,
        max_executions: 1,
        start,
        actions: vec![EventAction { name: String::new(), action: Action::EngageFeature }],
    };
    let group = ManeuverGroup {
        name: "g".into(),
        max_executions: 1,
        actors: vec![],
        select_triggering: SelectTriggering::No,
        maneuvers: vec![Maneuver { name: String::new(), events: vec![event] }],
    };
    let act =
        crate::scenario::Act { name: "a".into(), groups: vec![group], start: Trigger::default(), stop: None };
    scenario.storyboard.init = vec![InitAction { entity: None, action: Action::DisengageFeature }];
    scenario.storyboard.stories = vec![crate::scenario::Story { name: "s".into(), acts: vec![act] }];
    let mut app = App::empty();
    app.add_plugins((crate::sim::tick::plugin, plugin));
    app.insert_resource(Clock::new(100_000_000));
    app.insert_resource(truth());
    app.init_resource::<EventLog>();
    app.init_resource::<FiredActions>();
    let remove = Action::Remove { entity: "b".into() };
    app.insert_resource(RunPlan {
        scenario: Arc::new(scenario),
        network: Arc::new(RoadNetwork::default()),
        vehicles: Arc::default(),
        level: AutomationLevel::L4,
        seed: 1,
        dt_ns: 100_000_000,
        interventions: vec![Intervention { from_tick: 2, action: remove.clone() }],
    });
    let world = app.world_mut();
    attach(world);
    let mut fired = Vec::new();
    for tick in 0..6 {
        world.resource_mut::<EventLog>().this_tick.clear();
        world.run_schedule(SimTick);
        fired.extend(world.resource::<FiredActions>().this_tick.iter().map(|a| (tick, a.clone())));
        let log = &world.resource::<EventLog>().this_tick;
        assert_eq!(
            log.iter().any(|h| matches!(h, Happening::Storyboard { element, transition }
            if element == "s/a/g/e" && transition == "start")),
            tick == 3
        );
    }
    assert_eq!(fired, [(0, Action::DisengageFeature), (2, remove), (3, Action::EngageFeature)]);
    assert!(!world.resource::<Script>().ended());
}
