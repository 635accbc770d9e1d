//! Signals of a scenario: controllers run through their phases, actions set phases and single states.
//!
//! A controller begins its first phase at its delay after the reference's first phase (after the start where
//! it has none), and repeats its phases for ever. Before that its signals have no state. Entering a phase
//! sets the states that it lists; an action sets a phase from now on, or the state of one signal until a
//! controller's phase sets it again.
//!
//! Source: ASAM OpenSCENARIO XML 1.3, TrafficSignalController and the actions on it.

use crate::machine::nanoseconds;
use crate::read::SignalController;
use crate::standard::SignalState;
use std::collections::BTreeMap;

/// Longest chain of references between controllers.
const CHAIN_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq)]
struct Controller {
    /// Start of the first phase, ns: may lie in the past after an action.
    begins_ns: i128,
    /// Ends of the phases from the cycle's start, ns.
    ends_ns: Vec<u64>,
    /// Present phase.
    phase: Option<usize>,
}

/// Signals and their controllers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    plans: Vec<SignalController>,
    controllers: Vec<Controller>,
    states: BTreeMap<String, String>,
}

impl Signals {
    /// Controllers before their first phase.
    pub fn new(plans: &[SignalController]) -> Self {
        let delay_of = |plan: &SignalController| {
            let mut delay_s = plan.delay_s;
            let mut at = plan.reference.as_deref();
            for _ in 0..CHAIN_MAX {
                let Some(next) = at.and_then(|name| plans.iter().find(|p| p.name == name)) else { break };
                delay_s += next.delay_s;
                at = next.reference.as_deref();
            }
            delay_s
        };
        let controllers = plans
            .iter()
            .map(|plan| {
                let mut sum = 0_u64;
                let ends_ns = plan.phases.iter().map(|phase| {
                    sum = sum.saturating_add(nanoseconds(phase.duration_s));
                    sum
                });
                let ends_ns: Vec<u64> = ends_ns.collect();
                Controller { begins_ns: i128::from(nanoseconds(delay_of(plan))), ends_ns, phase: None }
            })
            .collect();
        Self { plans: plans.to_vec(), controllers, states: BTreeMap::new() }
    }

    /// Brings the controllers to a time; returns the signals whose state was set.
    pub fn advance(&mut self, now_ns: u64) -> Vec<SignalState> {
        let mut changed = Vec::new();
        for (controller, plan) in self.controllers.iter_mut().zip(&self.plans) {
            let Some(cycle) = controller.ends_ns.last().copied() else { continue };
            let since = i128::from(now_ns) - controller.begins_ns;
            if since < 0 {
                continue;
            }
            // Phases without a duration: the last one holds.
            let within = if cycle == 0 { 0 } else { (since % i128::from(cycle)) as u64 };
            let phase = controller.ends_ns.iter().position(|end| within < *end);
            let phase = phase.unwrap_or(controller.ends_ns.len() - 1);
            if controller.phase != Some(phase) {
                controller.phase = Some(phase);
                changed.extend(plan.phases[phase].states.iter().cloned());
            }
        }
        for SignalState { signal, state } in &changed {
            self.states.insert(signal.clone(), state.clone());
        }
        changed
    }

    /// Puts a controller into a phase from now on. Says whether there are both.
    pub fn set_phase(&mut self, controller: &str, phase: &str, now_ns: u64) -> bool {
        let Some(ix) = self.plans.iter().position(|plan| plan.name == controller) else { return false };
        let Some(at) = self.plans[ix].phases.iter().position(|p| p.name == phase) else { return false };
        let before = at.checked_sub(1).map_or(0, |before| self.controllers[ix].ends_ns[before]);
        self.controllers[ix].begins_ns = i128::from(now_ns) - i128::from(before);
        self.controllers[ix].phase = None;
        true
    }

    /// Sets the state of one signal.
    pub fn set_state(&mut self, state: &SignalState) {
        self.states.insert(state.signal.clone(), state.state.clone());
    }

    /// State of a signal.
    pub fn state(&self, signal: &str) -> Option<&str> {
        self.states.get(signal).map(String::as_str)
    }

    /// All states, by signal.
    pub fn states(&self) -> &BTreeMap<String, String> {
        &self.states
    }

    /// Name of the present phase of a controller.
    pub fn phase(&self, controller: &str) -> Option<&str> {
        let ix = self.plans.iter().position(|plan| plan.name == controller)?;
        Some(self.plans[ix].phases[self.controllers[ix].phase?].name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::SignalPhase;

    fn plan(name: &str, delay_s: f64, reference: Option<&str>) -> SignalController {
        let phase = |phase: &str, duration_s: f64, state: &str| SignalPhase {
            name: phase.into(),
            duration_s,
            states: vec![SignalState { signal: format!("{name}_1"), state: state.into() }],
            group_state: None,
        };
        SignalController {
            name: name.into(),
            delay_s,
            reference: reference.map(str::to_owned),
            phases: vec![phase("go", 10.0, "off;off;on"), phase("stop", 5.0, "on;off;off")],
        }
    }

    #[test]
    fn phases_follow_each_other_and_references_are_delayed() {
        let mut signals = Signals::new(&[plan("a", 0.0, None), plan("b", 3.0, Some("a"))]);
        let mut check = |now_s: f64, a: Option<&str>, b: Option<&str>| {
            signals.advance(nanoseconds(now_s));
            assert_eq!((signals.phase("a"), signals.phase("b")), (a, b), "at {now_s} s");
        };
        check(0.0, Some("go"), None);
        check(9.99, Some("go"), Some("go"));
        check(10.0, Some("stop"), Some("go"));
        check(13.0, Some("stop"), Some("stop"));
        check(15.0, Some("go"), Some("stop"));
        check(34.0, Some("go"), Some("go"));
    }

    #[test]
    fn actions_set_phases_and_states_until_the_next_phase() {
        let mut signals = Signals::new(&[plan("a", 0.0, None)]);
        signals.advance(0);
        signals.set_state(&SignalState { signal: "a_1".into(), state: "dark".into() });
        signals.advance(nanoseconds(9.0));
        assert_eq!(signals.state("a_1"), Some("dark"));
        signals.advance(nanoseconds(10.0));
        assert_eq!(signals.state("a_1"), Some("on;off;off"));
        assert!(signals.set_phase("a", "go", nanoseconds(11.0)));
        signals.advance(nanoseconds(11.0));
        assert_eq!(signals.state("a_1"), Some("off;off;on"));
        signals.advance(nanoseconds(20.9));
        assert_eq!(signals.phase("a"), Some("go"));
        assert!(!signals.set_phase("a", "nowhere", 0) && !signals.set_phase("x", "go", 0));
    }
}
