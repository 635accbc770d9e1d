//! Storyboard tests: each row of a table is a small storyboard, what its conditions see, and what fires at
//! which tick (dt = 0.1 s).

use super::*;

/// `speed > n` holds at tick k if bit k of the n-th mask is set.
struct Bits(Vec<u64>, u64);

impl ConditionView for Bits {
    fn holds(&mut self, _: usize, test: &ConditionTest) -> bool {
        match test {
            ConditionTest::Speed(_, _, n) => self.0[*n as usize] >> self.1 & 1 == 1,
            other => panic!("{other:?}"),
        }
    }
    fn speed_mps(&mut self, _: &str) -> Option<f64> {
        Some(10.0)
    }
}

fn bit(n: usize) -> ConditionTest {
    ConditionTest::Speed("a".into(), Comparison::Greater, n as f64)
}

fn condition(test: ConditionTest, edge: Edge, delay_s: f64) -> Condition {
    Condition { name: "c".into(), edge, delay_s, test }
}

fn when(test: ConditionTest) -> Trigger {
    Trigger { any: vec![vec![condition(test, Edge::None, 0.0)]] }
}

fn engage_for(over_s: f64) -> Vec<EventAction<Action>> {
    let action = Action::LaneOffset { entity: "a".into(), offset_m: 0.0, over_s };
    vec![EventAction { name: String::new(), action }]
}

fn event(name: &str, start: Trigger, over_s: f64) -> Event {
    Event {
        name: name.into(),
        priority: EventPriority::Parallel,
        max_executions: 1,
        start,
        actions: engage_for(over_s),
    }
}

fn board(events: Vec<Event>) -> Storyboard {
    let maneuvers = vec![Maneuver { name: String::new(), events }];
    let group = ManeuverGroup {
        name: "g".into(),
        max_executions: 1,
        actors: Vec::new(),
        select_triggering: SelectTriggering::No,
        maneuvers,
    };
    let act = Act { name: "act".into(), groups: vec![group], start: Trigger::default(), stop: None };
    Storyboard { stories: vec![Story { name: "s".into(), acts: vec![act] }], ..Storyboard::default() }
}

/// Transitions of events over `ticks` ticks, as `tick name transition`.
fn play(board: &Storyboard, masks: &[u64], ticks: u64) -> Vec<String> {
    let mut state = StoryboardState::new(board);
    let mut out = Fired::default();
    let mut log = Vec::new();
    for tick in 0..ticks {
        let mut view = Bits(masks.to_vec(), tick);
        state.step(board, &mut view, SimTime(tick * 100_000_000), &mut out);
        for (path, transition) in &out.transitions {
            if path.matches('/').count() == 3 || &**path == "storyboard" {
                let name = path.rsplit('/').next().unwrap_or(path);
                log.push(format!("{tick} {name} {}", transition.as_str()));
            }
        }
    }
    log
}

fn check(board: &Storyboard, masks: &[u64], expect: &[&str]) {
    assert_eq!(play(board, masks, 12), expect);
}

#[test]
fn time_conditions() {
    let at = |comparison, limit: f64, expect: Option<u64>| {
        let b = board(vec![event("e", when(ConditionTest::Time(comparison, limit)), 0.0)]);
        let expect: Vec<String> =
            expect.iter().flat_map(|t| [format!("{t} e start"), format!("{t} e end")]).collect();
        assert_eq!(play(&b, &[], 12), expect, "{comparison:?} {limit}");
    };
    at(Comparison::GreaterOrEqual, 0.0, Some(0));
    at(Comparison::Greater, 0.0, Some(1));
    at(Comparison::GreaterOrEqual, 0.3, Some(3));
    at(Comparison::Greater, 0.3, Some(4));
    at(Comparison::Equal, 0.7, Some(7));
    at(Comparison::GreaterOrEqual, 9.0, None);
    at(Comparison::Less, 9.0, Some(0));
}

#[test]
fn edges_and_delays() {
    let at = |edge, delay_s, mask: u64, expect: Option<u64>| {
        let start = Trigger { any: vec![vec![condition(bit(0), edge, delay_s)]] };
        let b = board(vec![event("e", start, 0.0)]);
        let found = play(&b, &[mask], 12).first().map(|l| l.split(' ').next().unwrap().parse().unwrap());
        assert_eq!(found, expect, "{edge:?} {delay_s} {mask:b}");
    };
    at(Edge::None, 0.0, 0b1, Some(0));
    at(Edge::Rising, 0.0, 0b1, None);
    at(Edge::Rising, 0.0, 0b1101, Some(2));
    at(Edge::Falling, 0.0, 0b0111, Some(3));
    at(Edge::Falling, 0.0, 0, None);
    at(Edge::RisingOrFalling, 0.0, 0b1, Some(1));
    at(Edge::RisingOrFalling, 0.0, 0b1000, Some(3));
    // The edge first, then the delay; what happens meanwhile does not matter.
    at(Edge::Rising, 0.3, 0b100, Some(5));
    at(Edge::Falling, 0.3, 0b100, Some(6));
    at(Edge::None, 0.3, 0b100, Some(5));
    at(Edge::None, 0.3, 0b1, Some(3));
    at(Edge::Rising, 0.25, 0b100, Some(5));
    at(Edge::Rising, 2.0, 0b100, None);
}

#[test]
fn groups_of_conditions() {
    let c = |n| condition(bit(n), Edge::None, 0.0);
    let trigger = Trigger { any: vec![vec![c(0), c(1)], vec![c(2)]] };
    let b = board(vec![event("e", trigger, 0.0)]);
    check(&b, &[0b0110, 0b1100, 0], &["2 e start", "2 e end"]);
    check(&b, &[0b0110, 0b1000, 0b1000], &["3 e start", "3 e end"]);
    check(&b, &[0b0110, 0b1001, 0], &[]);
}

#[test]
fn events_last_as_long_as_their_longest_action() {
    let mut long = event("e", when(bit(0)), 0.2);
    let speed = Action::Speed {
        entity: "a".into(),
        speed_mps: 13.0,
        rate_mps2: Some(6.0),
        over_s: None,
        shape: Shape::Linear,
    };
    long.actions.push(EventAction { name: String::new(), action: speed });
    check(&board(vec![long]), &[0b10], &["1 e start", "6 e end"]);
}

#[test]
fn executions() {
    let mut e = event("e", when(bit(0)), 0.2);
    e.max_executions = 2;
    check(&board(vec![e.clone()]), &[u64::MAX], &["0 e start", "2 e end", "3 e start", "5 e end"]);
    e.start = Trigger { any: vec![vec![condition(bit(0), Edge::Rising, 0.0)]] };
    // The rise at tick 2 falls into the run; the one at 5 counts.
    check(&board(vec![e]), &[0b10_0110 | 1 << 1], &["1 e start", "3 e end", "5 e start", "7 e end"]);
    let mut b = board(vec![event("e", when(bit(0)), 0.1)]);
    b.stories[0].acts[0].groups[0].max_executions = 2;
    check(&b, &[u64::MAX], &["0 e start", "1 e end", "2 e start", "3 e end"]);
}

#[test]
fn priorities() {
    let with = |priority| {
        let mut second = event("b", when(bit(1)), 0.1);
        second.priority = priority;
        board(vec![event("a", when(bit(0)), 0.3), second])
    };
    let masks = [0b1, 0b10];
    check(&with(EventPriority::Parallel), &masks, &["0 a start", "1 b start", "2 b end", "3 a end"]);
    check(&with(EventPriority::Override), &masks, &["0 a start", "1 a stop", "1 b start", "2 b end"]);
    check(&with(EventPriority::Skip), &masks, &["0 a start", "1 b skip", "3 a end"]);
    check(
        &with(EventPriority::Skip),
        &[0b1, 0b10_0010],
        &["0 a start", "1 b skip", "3 a end", "5 b start", "6 b end"],
    );
}

#[test]
fn events_see_each_other_one_step_later_whatever_their_order() {
    let waits = |state| when(ConditionTest::EventState("a".into(), state));
    for flip in [false, true] {
        let mut events = vec![event("a", when(bit(0)), 0.2), event("b", waits(ElementState::Complete), 0.0)];
        if flip {
            events.reverse();
        }
        check(&board(events), &[0b10], &["1 a start", "3 a end", "4 b start", "4 b end"]);
    }
    let running = vec![event("b", waits(ElementState::Running), 0.0), event("a", when(bit(0)), 0.2)];
    let mut log = play(&board(running), &[0b10], 12);
    log.sort();
    assert_eq!(log, ["1 a start", "2 b end", "2 b start", "3 a end"]);
}

#[test]
fn acts_wait_and_stop() {
    let mut b = board(vec![event("e", when(bit(0)), 0.5), event("f", when(bit(2)), 0.0)]);
    b.stories[0].acts[0].start = when(bit(1));
    b.stories[0].acts[0].stop = Some(when(bit(3)));
    check(&b, &[u64::MAX, 0b100, 0, 0b1_0000], &["2 e start", "4 e stop"]);
    check(&b, &[u64::MAX, 0b100, u64::MAX, 0], &["2 e start", "2 f start", "2 f end", "7 e end"]);
}

#[test]
fn the_storyboard_stops() {
    let mut b = board(vec![event("e", when(bit(0)), 0.5)]);
    b.stop = Some(when(bit(1)));
    check(&b, &[0b1, 0b100], &["0 e start", "2 e stop", "2 storyboard stop"]);
}

#[test]
fn init_actions_fire_once() {
    let b = Storyboard {
        init: vec![InitAction { entity: None, action: Action::EngageFeature }],
        ..Storyboard::default()
    };
    let mut state = StoryboardState::new(&b);
    let mut out = Fired::default();
    let mut view = Bits(Vec::new(), 0);
    state.step(&b, &mut view, SimTime(0), &mut out);
    assert_eq!(out.actions, [Action::EngageFeature]);
    state.step(&b, &mut view, SimTime(1), &mut out);
    assert_eq!(out.actions, []);
}

#[test]
fn conditions_are_numbered_as_listed() {
    let mut b = board(vec![event("e", when(bit(4)), 0.5), event("f", when(bit(5)), 0.0)]);
    b.stories[0].acts[0].start = when(bit(2));
    b.stories[0].acts[0].stop = Some(when(bit(3)));
    b.stop = Some(when(bit(6)));
    struct Numbers(Vec<(usize, f64)>);
    impl ConditionView for Numbers {
        fn holds(&mut self, ix: usize, test: &ConditionTest) -> bool {
            if let ConditionTest::Speed(_, _, n) = test {
                self.0.push((ix, *n));
            }
            test == &bit(2)
        }
        fn speed_mps(&mut self, _: &str) -> Option<f64> {
            None
        }
    }
    let mut view = Numbers(Vec::new());
    let mut state = StoryboardState::new(&b);
    state.step(&b, &mut view, SimTime(0), &mut Fired::default());
    let listed: Vec<_> = StoryboardState::conditions_of(&b).map(|c| c.test.clone()).collect();
    assert_eq!(view.0.len(), state.condition_count());
    for (ix, n) in view.0 {
        assert_eq!(listed[ix], bit(n as usize));
    }
}
