//! The monitor of the operational design domain, clause by clause, in words and figures.
//!
//! State (inside, violated, foreseen) is the monitor's own, debounced as it is. The figures are read from
//! the world model and the feature's limits with the scenario's changes; three of them the planner alone
//! knows exactly (`Ahead`: along its path), so they are told as perception reports them anywhere near: map
//! contradictions, road works, unread signals. Units: as written.

use crate::hud::words::terms;
use crate::stage::RunInfo;
use shakedown::automation::feature;
use shakedown::automation::odd::{Junctions, OddLimits, sensing_performance};
use shakedown::state::automation::{AutomationState, OddClause};
use shakedown::state::belief::{Localized, WorldModel};
use shakedown::state::object::ObjectClass;

/// State of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddState {
    /// Satisfied.
    Inside,
    /// Violated now.
    Violated,
    /// Satisfied now, will not be ahead.
    Foreseen,
    /// Not part of this feature's domain.
    NotMonitored,
}

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub struct OddRow {
    /// Which.
    pub clause: OddClause,
    /// Its state.
    pub state: OddState,
    /// Its name.
    pub name: &'static str,
    /// What it asks.
    pub about: &'static str,
    /// Perceived value and limit.
    pub value: String,
}

/// What a clause asks.
fn about(clause: OddClause) -> &'static str {
    match clause {
        OddClause::Rain => "Rain rate as estimated from lens and lidar",
        OddClause::Visibility => "How far cameras and lidar see through the air",
        OddClause::SnowIce => "Snow on the road, snowfall, ice",
        OddClause::Friction => "Grip as estimated, against dry asphalt",
        OddClause::Light => "Brightness; a low sun ahead where the feature minds it",
        OddClause::RoadClass => "Kinds of road, and whether junctions belong to it",
        OddClause::Speed => "Own speed",
        OddClause::Map => "The live picture fits the map",
        OddClause::Localization => "The car knows where it is",
        OddClause::Sensors => "Sensors work as in clear weather",
        OddClause::WorkZone => "No road works on the way",
        OddClause::Signals => "The next signal can be read",
        OddClause::Grade => "Steepness of the road",
    }
}

/// Limits of the fitted feature in this run.
pub fn limits(automation: &AutomationState, run: &RunInfo) -> OddLimits {
    let limits =
        feature::by_name(automation.feature).unwrap_or_else(|| feature::default_of(automation.level)).odd;
    match &run.spec.scenario.ego {
        Some(ego) => limits.with_overrides(&ego.odd),
        None => limits,
    }
}

/// State of a clause as the monitor reports it.
pub fn state_of(automation: &AutomationState, clause: OddClause) -> OddState {
    let odd = &automation.odd;
    let bit = clause.bit();
    if odd.violated & bit != 0 {
        OddState::Violated
    } else if odd.foreseen & bit != 0 {
        OddState::Foreseen
    } else if odd.monitored & bit != 0 {
        OddState::Inside
    } else {
        OddState::NotMonitored
    }
}

/// All clauses in order.
pub fn odd_rows(automation: &AutomationState, world: &WorldModel, run: &RunInfo) -> Vec<OddRow> {
    let limits = limits(automation, run);
    OddClause::ALL
        .into_iter()
        .map(|clause| OddRow {
            clause,
            state: state_of(automation, clause),
            name: terms::clause(clause),
            about: about(clause),
            value: value(clause, world, &limits, run),
        })
        .collect()
}

/// A value that must not exceed its limit.
fn at_most(value: f64, limit: f64, unit: &str, digits: usize) -> String {
    if limit.is_finite() {
        let sign = if value > limit { '>' } else { '≤' };
        format!("{value:.digits$} {sign} {limit:.digits$}{unit}")
    } else {
        format!("{value:.digits$}{unit}")
    }
}

/// A value that must reach its limit.
fn at_least(value: f64, limit: f64, unit: &str, digits: usize) -> String {
    if limit > 0.0 && limit.is_finite() {
        let sign = if value < limit { '<' } else { '≥' };
        format!("{value:.digits$} {sign} {limit:.digits$}{unit}")
    } else {
        format!("{value:.digits$}{unit}")
    }
}

/// The perceived value and its limit, in words.
fn value(clause: OddClause, world: &WorldModel, limits: &OddLimits, run: &RunInfo) -> String {
    let weather = &world.weather;
    match clause {
        OddClause::Rain => at_most(weather.rain_mmph, limits.rain_mmph_max, " mm/h", 1),
        OddClause::Visibility if world.visibility_m > 2000.0 => "clear".to_owned(),
        OddClause::Visibility => at_least(world.visibility_m, limits.visibility_m_min, " m", 0),
        OddClause::SnowIce => {
            let worst = [
                (weather.snow_depth_mm, limits.snow_depth_mm_max, " mm snow"),
                (weather.snow_mmph, limits.snow_mmph_max, " mm/h snowfall"),
                (100.0 * weather.ice_cover, 100.0 * limits.ice_cover_max, " % ice"),
            ]
            .into_iter()
            .max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
            match worst {
                Some((value, limit, unit)) if value > 0.0 => at_most(value, limit, unit, 1),
                Some(_) | None => "none".to_owned(),
            }
        }
        OddClause::Friction => {
            at_least(100.0 * world.friction_scale, 100.0 * limits.friction_scale_min, " %", 0)
        }
        OddClause::Light => at_least(weather.illuminance_lx, limits.illuminance_lx_min, " lx", 0),
        OddClause::RoadClass => {
            let network = run.network();
            let lane = world.ego.lane.and_then(|at| network.lanes.get(at.lane.ix()));
            let class = lane.map_or("off the map", |lane| road_class(network.road(lane.road).class));
            match limits.junctions {
                Junctions::Inside => class.to_owned(),
                Junctions::Outside => format!("{class}; no junctions"),
            }
        }
        OddClause::Speed => at_most(world.ego.speed_mps * 3.6, limits.speed_mps_max * 3.6, " km/h", 0),
        OddClause::Map => {
            let worst = world.mismatches.iter().map(|found| found.confidence).fold(0.0, f64::max);
            if worst > 0.0 {
                at_most(100.0 * worst, 100.0 * limits.map_mismatch_max, " % sure it is wrong", 0)
            } else {
                "agrees".to_owned()
            }
        }
        OddClause::Localization => match world.localized {
            Localized::No => "lost".to_owned(),
            Localized::Yes => at_most(world.ego.position_sigma_m, limits.position_sigma_m_max, " m", 2),
        },
        OddClause::Sensors => {
            at_least(100.0 * sensing_performance(world), 100.0 * limits.sensor_performance_min, " %", 0)
        }
        OddClause::WorkZone => {
            let worst = world
                .tracks
                .iter()
                .filter(|track| track.class == ObjectClass::WorkZone)
                .map(|track| track.existence * track.class_confidence)
                .fold(0.0, f64::max);
            if worst > 0.0 {
                at_most(100.0 * worst, 100.0 * limits.work_zone_max, " % sure", 0)
            } else {
                "none seen".to_owned()
            }
        }
        OddClause::Signals => {
            let unread_s = world
                .movements
                .iter()
                .map(|movement| movement.unseen_s)
                .filter(|unseen_s| unseen_s.is_finite())
                .fold(None, |least: Option<f64>, s| Some(least.map_or(s, |least| least.min(s))));
            match unread_s {
                Some(unread_s) => at_most(unread_s, limits.signal_unseen_s_max, " s unread", 1),
                None => "none near".to_owned(),
            }
        }
        OddClause::Grade => {
            at_most(100.0 * world.ego.pitch_rad.tan().abs(), limits.grade_percent_max, " %", 1)
        }
    }
}

/// A kind of road in words.
fn road_class(class: shakedown::road::RoadClass) -> &'static str {
    use shakedown::road::RoadClass;
    match class {
        RoadClass::Interstate => "interstate",
        RoadClass::Freeway => "freeway",
        RoadClass::Highway => "highway",
        RoadClass::RuralRoad => "rural road",
        RoadClass::Street => "street",
        RoadClass::ParkingFacility => "parking",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::base::time::SimTime;
    use shakedown::state::automation::{
        AutomationLevel, DdtAllocation, FeatureMode, OddStatus, PlanReason, Warnings,
    };

    fn automation(odd: OddStatus) -> AutomationState {
        AutomationState {
            level: AutomationLevel::L3,
            feature: "urban_ads",
            mode: FeatureMode::Active,
            mode_since: SimTime::ZERO,
            allocation: DdtAllocation::DRIVER,
            odd,
            request_since: None,
            request_deadline: None,
            reason: PlanReason::Cruise,
            target_speed_mps: 0.0,
            warning: Warnings::default(),
            path_m: vec![],
        }
    }

    #[test]
    fn states_are_the_monitor_s() {
        let odd = OddStatus {
            monitored: OddClause::Rain.bit() | OddClause::Map.bit() | OddClause::WorkZone.bit(),
            violated: OddClause::Rain.bit(),
            foreseen: OddClause::WorkZone.bit() | OddClause::Rain.bit(),
        };
        let automation = automation(odd);
        for (clause, expect) in [
            (OddClause::Rain, OddState::Violated),
            (OddClause::WorkZone, OddState::Foreseen),
            (OddClause::Map, OddState::Inside),
            (OddClause::Grade, OddState::NotMonitored),
        ] {
            assert_eq!(state_of(&automation, clause), expect, "{clause:?}");
        }
    }

    #[test]
    fn values_name_their_limits() {
        assert_eq!(at_most(12.34, 7.6, " mm/h", 1), "12.3 > 7.6 mm/h");
        assert_eq!(at_most(2.0, 7.6, " mm/h", 1), "2.0 ≤ 7.6 mm/h");
        assert_eq!(at_most(12.34, f64::INFINITY, " mm/h", 1), "12.3 mm/h");
        assert_eq!(at_least(80.0, 150.0, " m", 0), "80 < 150 m");
        assert_eq!(at_least(180.0, 150.0, " m", 0), "180 ≥ 150 m");
        assert_eq!(at_least(80.0, 0.0, " m", 0), "80 m");
    }
}
