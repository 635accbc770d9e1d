//! Catalogue of driving-automation features: what each one does, at which level, and who holds which
//! part of the dynamic driving task (DDT) while it is engaged.
//!
//! | level | lateral | longitudinal | OEDR | DDT fallback |
//! |---|---|---|---|---|
//! | L0 | driver | driver | driver | driver |
//! | L1 | driver **or** feature (one axis) | feature or driver | driver | driver |
//! | L2 | feature | feature | driver | driver |
//! | L3 | feature | feature | feature | fallback-ready user |
//! | L4, L5 | feature | feature | feature | system |
//!
//! Source: SAE J3016 APR2021, table 1 and §5. Momentary interventions (emergency braking, warnings) are not
//! sustained, so they belong to no level and stay on at all of them.
//!
//! Not modeled: features that share one axis at the same time, and vehicles with several engaged features.

use super::odd::OddLimits;
use crate::base::catalog::CatalogRow;
use crate::state::automation::{
    AutomationLevel, ControlAuthority, DdtAllocation, FallbackHolder, FeatureMode,
};

/// Which motion-control axes a feature holds while it is engaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axes {
    /// None: momentary interventions only.
    None,
    /// Longitudinal control.
    Longitudinal,
    /// Lateral control.
    Lateral,
    /// Both.
    Both,
}

/// How a feature plans its motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planning {
    /// Follows the lane and the lead; knows no signals, stop lines, crossing traffic or pedestrians.
    LaneAndLead,
    /// The whole tactical task.
    FullTask,
}

/// One feature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// Name that scenario files use.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// SAE level.
    pub level: AutomationLevel,
    /// Axes it holds.
    pub axes: Axes,
    /// How it plans.
    pub planning: Planning,
    /// Its operational design domain.
    pub odd: OddLimits,
    /// Time budget of a request to intervene, s (L3).
    pub request_budget_s: f64,
}

impl Feature {
    /// Row for `shakedown list controllers`.
    pub const fn row(&self) -> CatalogRow {
        CatalogRow { name: self.name, about: self.about }
    }

    /// Who does what in a mode. Total: every mode of every feature has exactly one holder of each part.
    pub fn allocation(&self, mode: FeatureMode) -> DdtAllocation {
        let engaged = match mode {
            FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed => {
                return DdtAllocation::DRIVER;
            }
            FeatureMode::Active | FeatureMode::RequestingIntervention => ControlAuthority::Feature,
            FeatureMode::MinimalRiskManeuver | FeatureMode::MinimalRiskCondition => {
                ControlAuthority::Fallback
            }
        };
        let driver = ControlAuthority::Driver;
        let (lateral, longitudinal) = match self.axes {
            Axes::None => (driver, driver),
            Axes::Longitudinal => (driver, engaged),
            Axes::Lateral => (engaged, driver),
            Axes::Both => (engaged, engaged),
        };
        DdtAllocation {
            lateral,
            longitudinal,
            oedr: if self.level.is_ads() { engaged } else { driver },
            fallback: match self.level {
                AutomationLevel::L0 | AutomationLevel::L1 | AutomationLevel::L2 => FallbackHolder::Driver,
                AutomationLevel::L3 if engaged == ControlAuthority::Feature => {
                    FallbackHolder::FallbackReadyUser
                }
                // An L3 maneuver after an unanswered request is failure mitigation by the system (R157 §5.4.4).
                AutomationLevel::L3 | AutomationLevel::L4 | AutomationLevel::L5 => FallbackHolder::System,
            },
        }
    }
}

/// Time budget of a request to intervene, s. R157 §5.4.4.1: a minimal risk maneuver starts at the earliest
/// 10 s after the start of the transition demand.
pub const REQUEST_BUDGET_S: f64 = 10.0;
/// Time after which a request escalates at the latest, s (R157 §5.4.3.2).
pub const ESCALATION_S: f64 = 4.0;

/// All features. The first one of a level is its default.
pub const FEATURES: [Feature; 8] = [
    Feature {
        name: "manual_aeb",
        about: "L0: the driver drives; emergency braking, collision and lane-departure warnings only",
        level: AutomationLevel::L0,
        axes: Axes::None,
        planning: Planning::LaneAndLead,
        odd: OddLimits::UNLIMITED,
        request_budget_s: 0.0,
    },
    Feature {
        name: "acc",
        about: "L1: adaptive cruise control, keeps set speed and time gap; the driver steers",
        level: AutomationLevel::L1,
        axes: Axes::Longitudinal,
        planning: Planning::LaneAndLead,
        odd: OddLimits::ACC,
        request_budget_s: 0.0,
    },
    Feature {
        name: "lane_keeping",
        about: "L1: keeps the middle of the lane; the driver accelerates and brakes",
        level: AutomationLevel::L1,
        axes: Axes::Lateral,
        planning: Planning::LaneAndLead,
        odd: OddLimits::LANE_KEEPING,
        request_budget_s: 0.0,
    },
    Feature {
        name: "highway_assist",
        about: "L2: cruise control and lane keeping together under a supervising driver",
        level: AutomationLevel::L2,
        axes: Axes::Both,
        planning: Planning::LaneAndLead,
        odd: OddLimits::HIGHWAY_ASSIST,
        request_budget_s: 0.0,
    },
    Feature {
        name: "urban_l3",
        about: "L3: drives streets and highways in fair weather; asks its fallback-ready user in time",
        level: AutomationLevel::L3,
        axes: Axes::Both,
        planning: Planning::FullTask,
        odd: OddLimits::URBAN_L3,
        request_budget_s: REQUEST_BUDGET_S,
    },
    Feature {
        name: "traffic_pilot",
        about: "L3: drives access-controlled highways up to 130 km/h (UN R157, 01 series)",
        level: AutomationLevel::L3,
        axes: Axes::Both,
        planning: Planning::FullTask,
        odd: OddLimits::TRAFFIC_PILOT,
        request_budget_s: REQUEST_BUDGET_S,
    },
    Feature {
        name: "urban_l4",
        about: "L4: drives the mapped area; reaches a minimal risk condition by itself",
        level: AutomationLevel::L4,
        axes: Axes::Both,
        planning: Planning::FullTask,
        odd: OddLimits::URBAN_L4,
        request_budget_s: 0.0,
    },
    Feature {
        name: "full_l5",
        about: "L5: no limits of the operational design domain; slows down with visibility and friction",
        level: AutomationLevel::L5,
        axes: Axes::Both,
        planning: Planning::FullTask,
        odd: OddLimits::UNLIMITED,
        request_budget_s: 0.0,
    },
];

/// The feature with this name.
pub fn by_name(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}

/// The default feature of a level.
pub fn default_of(level: AutomationLevel) -> &'static Feature {
    let ix = FEATURES.iter().position(|feature| feature.level == level).unwrap_or(0);
    &FEATURES[ix]
}

#[cfg(test)]
mod tests {
    use super::*;
    use ControlAuthority::{Driver, Fallback, Feature as Ads};

    #[test]
    fn roles_follow_the_table_of_j3016() {
        let check = |name: &str, mode, lateral, longitudinal, oedr, fallback| {
            let expect = DdtAllocation { lateral, longitudinal, oedr, fallback };
            assert_eq!(by_name(name).unwrap().allocation(mode), expect, "{name} {mode:?}");
        };
        let (active, mrm) = (FeatureMode::Active, FeatureMode::MinimalRiskManeuver);
        check("manual_aeb", active, Driver, Driver, Driver, FallbackHolder::Driver);
        check("acc", active, Driver, Ads, Driver, FallbackHolder::Driver);
        check("lane_keeping", active, Ads, Driver, Driver, FallbackHolder::Driver);
        check("highway_assist", active, Ads, Ads, Driver, FallbackHolder::Driver);
        check("urban_l3", active, Ads, Ads, Ads, FallbackHolder::FallbackReadyUser);
        check("urban_l3", mrm, Fallback, Fallback, Fallback, FallbackHolder::System);
        check("urban_l4", active, Ads, Ads, Ads, FallbackHolder::System);
        check("urban_l4", mrm, Fallback, Fallback, Fallback, FallbackHolder::System);
        check("full_l5", FeatureMode::Overridden, Driver, Driver, Driver, FallbackHolder::Driver);
    }

    #[test]
    fn every_level_has_a_default_and_names_are_unique() {
        for level in AutomationLevel::ALL {
            assert_eq!(default_of(level).level, level);
        }
        assert_eq!(default_of(AutomationLevel::L1).name, "acc");
        for (ix, feature) in FEATURES.iter().enumerate() {
            assert!(FEATURES[..ix].iter().all(|other| other.name != feature.name));
            assert_eq!(by_name(feature.name), Some(feature));
        }
        assert_eq!(by_name("autopilot"), None);
    }
}
