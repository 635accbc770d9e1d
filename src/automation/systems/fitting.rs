//! Which feature the ego has, at the start and after a switch.

use super::Automation;
use crate::automation::control::Body;
use crate::automation::feature::{self, Feature};
use crate::sim::{Clock, RunPlan};
use crate::state::automation::{AutomationLevel, AutomationState};

/// The feature that `fit_feature` means: the named one, else the scenario's of that level, else the
/// default. A name of another level counts as none (files are checked for it before a run begins).
pub(super) fn feature_of(plan: &RunPlan, level: AutomationLevel, name: Option<&str>) -> Feature {
    let of_level = |name: &str| feature::by_name(name).filter(|feature| feature.level == level);
    let planned = plan.scenario.ego.as_ref().and_then(|ego| ego.features.get(&level));
    *name
        .and_then(of_level)
        .or_else(|| planned.and_then(|name| of_level(name)))
        .unwrap_or_else(|| feature::default_of(level))
}

impl Automation {
    /// A feature fitted to the ego of a run, before its first tick.
    pub(super) fn fitted(plan: &RunPlan, body: Body, feature: Feature) -> Self {
        let ego = plan.scenario.ego.as_ref();
        let mut limits = feature.odd;
        if let Some(ego) = ego
            && feature.level < AutomationLevel::L5
            && feature.level > AutomationLevel::L0
        {
            limits = limits.with_overrides(&ego.odd);
        }
        let destination = ego.and_then(|ego| ego.route.last()).map(|place| place.coord);
        Self::new(body, feature, limits, ego.and_then(|ego| ego.set_speed_mps), destination)
    }

    /// Puts another feature in place of this one. It starts as at the start of a run: engaged inside its
    /// ODD, else off. What belongs to the vehicle stays: emergency braking, and the way to the destination.
    pub(super) fn refit(
        &mut self,
        plan: &RunPlan,
        feature: Feature,
        clock: &Clock,
        state: &mut AutomationState,
    ) {
        let mut fresh = Self::fitted(plan, self.planner.body, feature);
        fresh.planner.route = self.planner.route.take();
        fresh.planner.leg = self.planner.leg;
        fresh.aeb = std::mem::take(&mut self.aeb);
        fresh.standing_s = self.standing_s;
        fresh.last_offset_m = self.last_offset_m;
        fresh.switched_from = Some(state.mode);
        *self = fresh;
        let path_m = std::mem::take(&mut state.path_m);
        let warning = state.warning;
        *state = AutomationState { path_m, warning, mode_since: clock.time, ..self.first_state() };
    }
}
