//! The state machine of a feature, as one pure function.
//!
//! ```text
//!            inside ODD                engage
//!   Off  ⇄───────────── Available ───────────────→ Active ──┐ override
//!            outside ODD     ↑   dropout (L1, L2)    │  ↑   ↓
//!                            └───────────────────────┤  └─ Overridden      (engage)
//!   L3: limit, fault → RequestingIntervention ───────┤
//!          answer → Overridden    deadline → MRM     │ fault (L1, L2) → Failed
//!   L4, L5: limit, fault, blocked, Stop button → MinimalRiskManeuver → MinimalRiskCondition
//!           Go button, inside the ODD → Active
//! ```
//!
//! What ends an engaged feature: driver override, end of the ODD, fault, the user's wish, standstill at the
//! end of a minimal risk maneuver. One event a tick; the order of the tests below is the order of urgency.
//!
//! Source: SAE J3016 APR2021 §5 and the expected outcomes derived from it (driver continues at L1/L2, request
//! to intervene at L3, own fallback at L4/L5); UN R157 §5.4 for the L3 deadline and the minimal risk maneuver
//! that J3016 itself does not demand.
//!
//! Not modeled: remote assistance, and a second engaged feature of a lower level after a dropout.

use super::feature::{ESCALATION_S, Feature};
use crate::state::automation::{AutomationLevel, FeatureMode};

/// Ability of the system to do its share of the driving task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Works.
    None,
    /// A part failed; what is left can drive on for several seconds.
    Partial,
    /// The driving task can't be continued.
    Severe,
}

/// Who is aboard, as far as the feature cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aboard {
    /// Somebody who can take the controls.
    PossibleDriver,
    /// Passengers or nobody.
    NoDriver,
}

/// What the machine reads at one tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inputs {
    /// All clauses of the ODD hold now.
    pub odd_inside: bool,
    /// How long they have held, s.
    pub odd_inside_s: f64,
    /// Time until the foreseen end of the ODD along the route, s (`INFINITY` = none foreseen).
    pub odd_exit_in_s: f64,
    /// Time a comfortable stop takes from the present speed, s.
    pub stop_time_s: f64,
    /// Fault.
    pub fault: Fault,
    /// The planner sees no way to go on.
    pub blocked: bool,
    /// The human presses the engage button.
    pub engage: bool,
    /// The human cancels or presses Stop.
    pub cancel: bool,
    /// The human overrides.
    pub overrides: bool,
    /// Who is aboard.
    pub aboard: Aboard,
    /// How long the supervising driver has had no hands on the wheel, s (L1, L2).
    pub hands_off_s: f64,
    /// How long the vehicle has stood, s.
    pub standing_s: f64,
    /// Age of the present mode, s.
    pub mode_age_s: f64,
}

impl Inputs {
    /// Nothing happens: inside the ODD, no fault, a driver aboard.
    pub const QUIET: Self = Self {
        odd_inside: true,
        odd_inside_s: f64::INFINITY,
        odd_exit_in_s: f64::INFINITY,
        stop_time_s: 5.0,
        fault: Fault::None,
        blocked: false,
        engage: false,
        cancel: false,
        overrides: false,
        aboard: Aboard::PossibleDriver,
        hands_off_s: 0.0,
        standing_s: 0.0,
        mode_age_s: 1.0,
    };
}

/// Hands off the wheel for so long ends an L2 feature, s. UN R79 §5.6.2.2.5 warns after 15 s, again after
/// 30 s, and deactivates 30 s later.
pub const HANDS_OFF_DROPOUT_S: f64 = 60.0;
/// Standing for so long completes a minimal risk maneuver, s (chosen because a rolling stop shorter than that
/// is not yet "stable stopped").
pub const STANDING_S: f64 = 1.0;
/// A minimal risk maneuver caused by the ODD alone is broken off when the ODD has held again for so long
/// while the vehicle still rolls, s (chosen: longer than the hysteresis of any clause).
pub const RESUME_S: f64 = 8.0;

/// Next mode with the reason for the change, or `None` to stay.
pub fn transition(feature: &Feature, mode: FeatureMode, i: &Inputs) -> Option<(FeatureMode, &'static str)> {
    use FeatureMode as M;
    let level = feature.level;
    if level == AutomationLevel::L0 {
        return None; // nothing to engage: momentary interventions run outside this machine
    }
    let own_fallback = level >= AutomationLevel::L4;
    // A passenger's Go after a stop: only an ADS with its own fallback drives off by itself.
    let may_resume = own_fallback
        && i.engage
        && i.odd_inside
        && i.odd_exit_in_s > i.stop_time_s
        && i.fault == Fault::None
        && !i.blocked
        && !i.cancel;
    match mode {
        M::Failed => None,
        M::Off | M::Available | M::Overridden if i.fault != Fault::None => Some((M::Failed, "fault")),
        M::Off => i.odd_inside.then_some((M::Available, "odd_entered")),
        M::Available | M::Overridden => {
            if !i.odd_inside {
                Some((M::Off, "odd_exit"))
            } else if i.engage && !i.overrides {
                Some((M::Active, "driver_engaged"))
            } else {
                None
            }
        }
        M::Active if !level.is_ads() => {
            if i.fault != Fault::None {
                Some((M::Failed, "fault"))
            } else if i.overrides {
                Some((M::Overridden, "driver_override"))
            } else if i.cancel {
                Some((M::Available, "user_request"))
            } else if !i.odd_inside {
                Some((M::Off, "odd_exit"))
            } else if level == AutomationLevel::L2 && i.hands_off_s >= HANDS_OFF_DROPOUT_S {
                Some((M::Available, "driver_unresponsive"))
            } else {
                None
            }
        }
        M::Active => {
            if i.overrides {
                Some((M::Overridden, "driver_override"))
            } else if i.cancel && i.aboard == Aboard::PossibleDriver {
                Some((M::Available, "user_request"))
            } else if i.fault == Fault::Severe {
                Some((M::MinimalRiskManeuver, "severe_fault"))
            } else if own_fallback {
                if i.fault == Fault::Partial {
                    Some((M::MinimalRiskManeuver, "fault"))
                } else if i.cancel {
                    Some((M::MinimalRiskManeuver, "user_request"))
                } else if !i.odd_inside {
                    Some((M::MinimalRiskManeuver, "odd_exit"))
                } else if i.odd_exit_in_s <= i.stop_time_s {
                    Some((M::MinimalRiskManeuver, "odd_exit_foreseen"))
                } else if i.blocked {
                    Some((M::MinimalRiskManeuver, "blocked"))
                } else {
                    None
                }
            } else if i.fault == Fault::Partial {
                Some((M::RequestingIntervention, "fault"))
            } else if !i.odd_inside {
                Some((M::RequestingIntervention, "odd_exit"))
            } else if i.odd_exit_in_s <= feature.request_budget_s + ESCALATION_S {
                Some((M::RequestingIntervention, "odd_exit_foreseen"))
            } else if i.blocked {
                Some((M::RequestingIntervention, "blocked"))
            } else if i.cancel {
                Some((M::RequestingIntervention, "user_request"))
            } else {
                None
            }
        }
        // R157 §5.4.4: a transition demand ends only by deactivation or by the maneuver.
        M::RequestingIntervention => {
            if i.overrides {
                Some((M::Overridden, "driver_took_over"))
            } else if i.cancel && i.aboard == Aboard::PossibleDriver {
                Some((M::Available, "user_request"))
            } else if i.fault == Fault::Severe {
                Some((M::MinimalRiskManeuver, "severe_fault"))
            } else if i.mode_age_s >= feature.request_budget_s {
                Some((M::MinimalRiskManeuver, "request_unanswered"))
            } else {
                None
            }
        }
        M::MinimalRiskManeuver => {
            if i.overrides {
                Some((M::Overridden, "driver_took_over"))
            } else if may_resume {
                Some((M::Active, "user_resumed"))
            } else if i.standing_s >= STANDING_S {
                Some((M::MinimalRiskCondition, "standstill"))
            } else if own_fallback
                && i.odd_inside
                && i.odd_inside_s >= RESUME_S
                && i.odd_exit_in_s > 2.0 * i.stop_time_s
                && i.fault == Fault::None
                && !i.blocked
                && !i.cancel
                && i.mode_age_s >= RESUME_S
            {
                Some((M::Active, "odd_reentered"))
            } else {
                None
            }
        }
        M::MinimalRiskCondition => {
            if i.overrides {
                Some((M::Overridden, "driver_took_over"))
            } else {
                may_resume.then_some((M::Active, "user_resumed"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::feature::{FEATURES, by_name};
    use super::*;
    use crate::state::automation::{ControlAuthority, FallbackHolder};
    use FeatureMode as M;

    const MODES: [M; 8] = [
        M::Off,
        M::Available,
        M::Active,
        M::RequestingIntervention,
        M::MinimalRiskManeuver,
        M::MinimalRiskCondition,
        M::Overridden,
        M::Failed,
    ];

    fn check(name: &str, mode: M, inputs: Inputs, expect: Option<(M, &str)>) {
        assert_eq!(transition(by_name(name).unwrap(), mode, &inputs), expect, "{name} {mode:?} {inputs:?}");
    }

    /// REFERENCE matrix of J3016: the same event, level by level.
    #[test]
    fn odd_exit_fault_and_unresponsive_user_end_as_the_level_demands() {
        let outside = Inputs { odd_inside: false, odd_inside_s: 0.0, ..Inputs::QUIET };
        for name in ["acc", "lane_keeping", "highway_assist"] {
            check(name, M::Active, outside, Some((M::Off, "odd_exit")));
        }
        check("urban_l3", M::Active, outside, Some((M::RequestingIntervention, "odd_exit")));
        check("urban_l4", M::Active, outside, Some((M::MinimalRiskManeuver, "odd_exit")));

        let ahead = Inputs { odd_exit_in_s: 12.0, ..Inputs::QUIET };
        check("highway_assist", M::Active, ahead, None);
        check("urban_l3", M::Active, ahead, Some((M::RequestingIntervention, "odd_exit_foreseen")));
        check("urban_l4", M::Active, ahead, None);
        let near = Inputs { odd_exit_in_s: 4.0, ..Inputs::QUIET };
        check("urban_l4", M::Active, near, Some((M::MinimalRiskManeuver, "odd_exit_foreseen")));

        let fault = Inputs { fault: Fault::Partial, ..Inputs::QUIET };
        check("acc", M::Active, fault, Some((M::Failed, "fault")));
        check("highway_assist", M::Active, fault, Some((M::Failed, "fault")));
        check("urban_l3", M::Active, fault, Some((M::RequestingIntervention, "fault")));
        check("urban_l4", M::Active, fault, Some((M::MinimalRiskManeuver, "fault")));
        check("full_l5", M::Active, fault, Some((M::MinimalRiskManeuver, "fault")));
        let severe = Inputs { fault: Fault::Severe, ..Inputs::QUIET };
        check("urban_l3", M::Active, severe, Some((M::MinimalRiskManeuver, "severe_fault")));

        let waiting = |age_s| Inputs { mode_age_s: age_s, odd_inside: false, ..Inputs::QUIET };
        check("urban_l3", M::RequestingIntervention, waiting(9.9), None);
        let late = Some((M::MinimalRiskManeuver, "request_unanswered"));
        check("urban_l3", M::RequestingIntervention, waiting(10.0), late);
        let hands_off = |hands_off_s| Inputs { hands_off_s, ..Inputs::QUIET };
        check("highway_assist", M::Active, hands_off(59.0), None);
        let dropped = Some((M::Available, "driver_unresponsive"));
        check("highway_assist", M::Active, hands_off(61.0), dropped);
        check("acc", M::Active, hands_off(61.0), None);
    }

    #[test]
    fn the_human_can_always_take_over_and_give_back() {
        let overrides = Inputs { overrides: true, ..Inputs::QUIET };
        for feature in FEATURES.iter().filter(|f| f.level > AutomationLevel::L0) {
            let to = transition(feature, M::Active, &overrides).unwrap();
            assert_eq!(to, (M::Overridden, "driver_override"), "{}", feature.name);
            let engage = Inputs { engage: true, ..Inputs::QUIET };
            let to = transition(feature, M::Overridden, &engage).unwrap();
            assert_eq!(to, (M::Active, "driver_engaged"), "{}", feature.name);
        }
        for mode in [M::RequestingIntervention, M::MinimalRiskManeuver, M::MinimalRiskCondition] {
            check("urban_l3", mode, overrides, Some((M::Overridden, "driver_took_over")));
        }
        // A passenger's Stop button is carried out by the vehicle; a person at the controls gets them at once.
        let stop = Inputs { cancel: true, aboard: Aboard::NoDriver, ..Inputs::QUIET };
        check("urban_l4", M::Active, stop, Some((M::MinimalRiskManeuver, "user_request")));
        let cancel = Inputs { cancel: true, ..Inputs::QUIET };
        check("urban_l4", M::Active, cancel, Some((M::Available, "user_request")));
    }

    #[test]
    fn a_minimal_risk_maneuver_ends_at_rest_or_back_in_the_odd() {
        let still = Inputs { standing_s: 1.0, odd_inside: false, ..Inputs::QUIET };
        check("urban_l4", M::MinimalRiskManeuver, still, Some((M::MinimalRiskCondition, "standstill")));
        let back = Inputs { odd_inside_s: 9.0, mode_age_s: 9.0, ..Inputs::QUIET };
        check("urban_l4", M::MinimalRiskManeuver, back, Some((M::Active, "odd_reentered")));
        check("urban_l3", M::MinimalRiskManeuver, back, None);
        check("urban_l4", M::MinimalRiskCondition, back, None);
        // The passenger presses Go.
        let go = Inputs { engage: true, standing_s: 5.0, ..Inputs::QUIET };
        for mode in [M::MinimalRiskManeuver, M::MinimalRiskCondition] {
            check("urban_l4", mode, go, Some((M::Active, "user_resumed")));
        }
        check("urban_l4", M::MinimalRiskCondition, Inputs { odd_inside: false, ..go }, None);
        check("urban_l4", M::MinimalRiskCondition, Inputs { fault: Fault::Partial, ..go }, None);
        check("urban_l4", M::MinimalRiskCondition, Inputs { odd_exit_in_s: 4.0, ..go }, None);
        check("urban_l3", M::MinimalRiskCondition, go, None);
        check("acc", M::Failed, Inputs { engage: true, ..Inputs::QUIET }, None);
    }

    /// All inputs on a grid, all modes, all features: the result has one holder of each part, roles fit the
    /// level, and nothing is left without a holder. Exhaustive: 8 × 8 × 3 × 2⁶ × 2 × 3 × 2 × 3 × 3.
    #[test]
    fn every_reachable_state_has_exactly_one_holder_of_each_part() {
        let mut states = 0_u32;
        for feature in &FEATURES {
            for mode in MODES.into_iter().filter(|&mode| belongs(feature, mode)) {
                for fault in [Fault::None, Fault::Partial, Fault::Severe] {
                    for bits in 0..64_u32 {
                        for (aboard, exit_s, hands_off_s, standing_s, age_s) in variants() {
                            let on = |bit: u32| bits & (1 << bit) != 0;
                            let inputs = Inputs {
                                odd_inside: on(0),
                                odd_inside_s: if on(0) { age_s } else { 0.0 },
                                odd_exit_in_s: exit_s,
                                blocked: on(1),
                                engage: on(2),
                                cancel: on(3),
                                overrides: on(4),
                                fault,
                                aboard,
                                hands_off_s,
                                standing_s,
                                mode_age_s: if on(5) { age_s } else { 0.0 },
                                ..Inputs::QUIET
                            };
                            let to = transition(feature, mode, &inputs).map_or(mode, |t| t.0);
                            holds(feature, mode, to, &inputs);
                            states += 1;
                        }
                    }
                }
            }
        }
        assert!(states > 300_000, "{states}");
    }

    fn variants() -> impl Iterator<Item = (Aboard, f64, f64, f64, f64)> {
        [Aboard::PossibleDriver, Aboard::NoDriver].into_iter().flat_map(|aboard| {
            [3.0, 12.0, f64::INFINITY].into_iter().flat_map(move |exit_s| {
                [0.0, 61.0].into_iter().flat_map(move |hands_s| {
                    [0.0, 0.5, 2.0].into_iter().flat_map(move |standing_s| {
                        [1.0, 9.0, 20.0].map(|age_s| (aboard, exit_s, hands_s, standing_s, age_s))
                    })
                })
            })
        })
    }

    /// Modes that a level has.
    fn belongs(feature: &Feature, mode: M) -> bool {
        match mode {
            M::Off => true,
            M::Available | M::Active | M::Overridden | M::Failed => feature.level > AutomationLevel::L0,
            M::RequestingIntervention => feature.level == AutomationLevel::L3,
            M::MinimalRiskManeuver | M::MinimalRiskCondition => feature.level.is_ads(),
        }
    }

    fn holds(feature: &Feature, from: M, to: M, inputs: &Inputs) {
        let parts = feature.allocation(to);
        let what = format!("{} {from:?} -> {to:?} {inputs:?}", feature.name);
        let system = [parts.lateral, parts.longitudinal, parts.oedr]
            .iter()
            .filter(|&&holder| holder != ControlAuthority::Driver)
            .count();
        let most = match feature.level {
            AutomationLevel::L0 => 0,
            AutomationLevel::L1 => 1,
            AutomationLevel::L2 => 2,
            AutomationLevel::L3 | AutomationLevel::L4 | AutomationLevel::L5 => 3,
        };
        assert!(system <= most, "{what}");
        assert!(belongs(feature, to), "{what}");
        if feature.level.is_ads() && system == 0 {
            assert_eq!(parts.fallback, FallbackHolder::Driver, "{what}");
        }
        // An ADS without anybody who could drive never lets go by itself.
        if feature.level >= AutomationLevel::L4
            && from == M::Active
            && inputs.aboard == Aboard::NoDriver
            && !inputs.overrides
        {
            assert_eq!(system, 3, "{what}");
        }
    }
}
