//! Who drove when: spans of time with one holder for each part of the driving task, made from the recorded
//! mode changes and the table of roles of the fitted feature.
//!
//! Validity: as complete as the events are; the first span begins in the mode that the first change leaves
//! (or in the present mode when nothing has changed yet).

use shakedown::automation::feature::{self, Feature};
use shakedown::record::RecordedEvent;
use shakedown::scenario::Scenario;
use shakedown::state::automation::{AutomationLevel, AutomationState, DdtAllocation, FeatureMode};
use shakedown::state::messages::Happening;

/// A span of time without a change of roles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Begin, s.
    pub from_s: f64,
    /// End, s.
    pub to_s: f64,
    /// Level.
    pub level: AutomationLevel,
    /// Mode.
    pub mode: FeatureMode,
    /// Who did what.
    pub roles: DdtAllocation,
}

/// The feature a scenario fits at a level.
pub fn fitted(scenario: &Scenario, level: AutomationLevel) -> &'static Feature {
    let chosen = scenario.ego.as_ref().and_then(|ego| ego.features.get(&level));
    chosen.and_then(|name| feature::by_name(name)).unwrap_or_else(|| feature::default_of(level))
}

/// Spans up to `until_s`. `first_level` is the level that the run began at: a change of mode names the level
/// that it leads to. `now` is the state that is shown at present.
pub fn spans(
    events: &[RecordedEvent],
    scenario: &Scenario,
    first_level: AutomationLevel,
    now: Option<&AutomationState>,
    until_s: f64,
) -> Vec<Span> {
    let change = |e: &RecordedEvent| {
        let Happening::FeatureModeChanged { level, from, to, .. } = &e.happening else { return None };
        Some((e.time_s, *level, *from, *to))
    };
    let mut changes = events.iter().filter_map(change).peekable();
    let (mut level, mut mode) = match (changes.peek(), now) {
        (Some((_, _, from, _)), _) => (first_level, *from),
        (None, Some(now)) => (now.level, now.mode),
        (None, None) => (first_level, FeatureMode::Off),
    };
    let mut from_s = 0.0;
    let mut spans: Vec<Span> = Vec::new();
    let mut close = |from_s: f64, to_s: f64, level, mode| {
        if to_s > from_s {
            let roles = fitted(scenario, level).allocation(mode);
            match spans.last_mut() {
                Some(last) if last.mode == mode && last.level == level => last.to_s = to_s,
                _ => spans.push(Span { from_s, to_s, level, mode, roles }),
            }
        }
    };
    for (at_s, next_level, _, to) in changes.take_while(|c| c.0 <= until_s) {
        close(from_s, at_s, level, mode);
        (from_s, level, mode) = (at_s, next_level, to);
    }
    close(from_s, until_s, level, mode);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::cli::assets::Assets;
    use shakedown::state::automation::{ControlAuthority, FallbackHolder};

    fn changed(time_s: f64, from: FeatureMode, to: FeatureMode) -> RecordedEvent {
        let happening =
            Happening::FeatureModeChanged { level: AutomationLevel::L3, from, to, reason: "odd_exit".into() };
        RecordedEvent { tick: (time_s * 50.0) as u64, time_s, happening }
    }

    fn scenario() -> Scenario {
        let assets = Assets::open().unwrap();
        let file = assets.resolve("levels/work_zone").unwrap().remove(0);
        assets.load(&file, &[]).unwrap().unwrap()
    }

    #[test]
    fn spans_cover_the_time_without_holes() {
        use FeatureMode as M;
        let events = [
            changed(10.0, M::Active, M::RequestingIntervention),
            changed(14.0, M::RequestingIntervention, M::Overridden),
        ];
        let spans = spans(&events, &scenario(), AutomationLevel::L3, None, 20.0);
        assert_eq!(spans.len(), 3);
        assert_eq!((spans[0].from_s, spans[2].to_s), (0.0, 20.0));
        assert!(spans.windows(2).all(|w| w[0].to_s == w[1].from_s));
        assert_eq!(spans[0].roles.lateral, ControlAuthority::Feature);
        assert_eq!(spans[0].roles.fallback, FallbackHolder::FallbackReadyUser);
        assert_eq!(spans[1].mode, M::RequestingIntervention);
        assert_eq!(spans[2].roles, DdtAllocation::DRIVER);
    }

    #[test]
    fn a_level_switched_live_does_not_repaint_the_past() {
        use FeatureMode as M;
        let events = [changed(10.0, M::Active, M::Active)];
        let spans = spans(&events, &scenario(), AutomationLevel::L0, None, 20.0);
        let levels: Vec<_> = spans.iter().map(|span| (span.level, span.to_s)).collect();
        assert_eq!(levels, [(AutomationLevel::L0, 10.0), (AutomationLevel::L3, 20.0)]);
    }

    #[test]
    fn the_first_change_tells_what_was_before() {
        use FeatureMode as M;
        let events = [changed(10.0, M::Active, M::RequestingIntervention)];
        let spans = spans(&events, &scenario(), AutomationLevel::L3, None, 5.0);
        assert_eq!(spans.len(), 1, "{spans:?}");
        assert_eq!((spans[0].mode, spans[0].to_s), (M::Active, 5.0));
    }
}
