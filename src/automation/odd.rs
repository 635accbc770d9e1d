//! Operational design domain (ODD): a predicate over what the vehicle **perceives**, clause by clause.
//!
//! A clause is violated when its value has been beyond the limit for [`DEBOUNCE_S`], and satisfied again
//! when the value has been inside the limit by the [`HYSTERESIS`] margin for [`RECOVERY_S`]. A single bad
//! frame therefore neither ends a feature nor does a lull in the rain bring it back.
//!
//! Units: as the suffixes say; grade in percent as on road signs. Validity: perceived values, which may be
//! wrong — that difference is what this laboratory studies.
//!
//! Source of the default limits: each constant names it. Not modeled: time of day and geofences as such
//! (light and map coverage stand for them), traffic density.

use crate::base::math::{self, DVec2};
use crate::road::RoadClass;
use crate::state::automation::{OddClause, OddStatus};
use crate::state::belief::{HealthState, Localized, WorldModel};
use crate::state::sensor_data::SensorKind;
use std::collections::BTreeMap;

/// Limits of a feature's ODD. A limit that no value can exceed means "not monitored".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OddLimits {
    /// Largest rain rate, mm/h.
    pub rain_mmph_max: f64,
    /// Smallest visibility, m.
    pub visibility_m_min: f64,
    /// Largest snow depth on the road, mm.
    pub snow_depth_mm_max: f64,
    /// Largest snowfall, mm/h water equivalent.
    pub snow_mmph_max: f64,
    /// Largest ice cover, 0–1.
    pub ice_cover_max: f64,
    /// Smallest friction relative to dry asphalt, 0–1.
    pub friction_scale_min: f64,
    /// Smallest illuminance, lx.
    pub illuminance_lx_min: f64,
    /// Smallest elevation of a sun that stands ahead within ±25° and is not hidden by clouds, deg.
    pub sun_glare_deg_min: f64,
    /// Allowed road classes, bit `RoadClass as u8`.
    pub road_classes: u8,
    /// Whether junctions belong to the ODD.
    pub junctions: Junctions,
    /// Largest speed, m/s.
    pub speed_mps_max: f64,
    /// Largest confidence of a contradiction with the map within the foresight, 0–1.
    pub map_mismatch_max: f64,
    /// Largest standard deviation of the position, m.
    pub position_sigma_m_max: f64,
    /// Smallest performance of the sensing against clear weather, 0–1.
    pub sensor_performance_min: f64,
    /// Largest confidence of road works ahead, 0–1.
    pub work_zone_max: f64,
    /// Longest time without a reading of the next signal when it should be readable, s.
    pub signal_unseen_s_max: f64,
    /// Steepest grade, %.
    pub grade_percent_max: f64,
}

/// Whether junctions belong to the ODD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Junctions {
    /// They do.
    Inside,
    /// They don't: the feature ends before one.
    Outside,
}

/// Bit of a road class in [`OddLimits::road_classes`].
const fn class_bit(class: RoadClass) -> u8 {
    1 << class as u8
}

const ALL_CLASSES: u8 = 0xff;
const NO_PARKING: u8 = ALL_CLASSES & !class_bit(RoadClass::ParkingFacility);
const HIGHWAYS: u8 =
    class_bit(RoadClass::Interstate) | class_bit(RoadClass::Freeway) | class_bit(RoadClass::Highway);

impl OddLimits {
    /// No limits.
    pub const UNLIMITED: Self = Self {
        rain_mmph_max: f64::INFINITY,
        visibility_m_min: 0.0,
        snow_depth_mm_max: f64::INFINITY,
        snow_mmph_max: f64::INFINITY,
        ice_cover_max: f64::INFINITY,
        friction_scale_min: 0.0,
        illuminance_lx_min: 0.0,
        sun_glare_deg_min: f64::NEG_INFINITY,
        road_classes: ALL_CLASSES,
        junctions: Junctions::Inside,
        speed_mps_max: f64::INFINITY,
        map_mismatch_max: f64::INFINITY,
        position_sigma_m_max: f64::INFINITY,
        sensor_performance_min: 0.0,
        work_zone_max: f64::INFINITY,
        signal_unseen_s_max: f64::INFINITY,
        grade_percent_max: f64::INFINITY,
    };
    /// Cruise control. Chosen because owner's manuals exclude heavy rain, slippery roads and steep hills, and
    /// because the driver watches: wide limits. 50 mm/h is "violent" rain; 160 km/h a usual set-speed cap.
    pub const ACC: Self = Self {
        rain_mmph_max: 50.0,
        visibility_m_min: 60.0,
        snow_depth_mm_max: 20.0,
        ice_cover_max: 0.3,
        friction_scale_min: 0.3,
        speed_mps_max: 44.5,
        sensor_performance_min: 0.25,
        road_classes: NO_PARKING,
        ..Self::UNLIMITED
    };
    /// Lane keeping. Chosen because the markings must be seen: less rain than [`Self::ACC`], no snow cover.
    pub const LANE_KEEPING: Self = Self {
        rain_mmph_max: 25.0,
        snow_depth_mm_max: 5.0,
        position_sigma_m_max: 1.0,
        map_mismatch_max: 0.9,
        ..Self::ACC
    };
    /// L2. Chosen as lane keeping; 130 km/h is R79's usual upper limit of lane keeping.
    pub const HIGHWAY_ASSIST: Self = Self { speed_mps_max: 36.2, ..Self::LANE_KEEPING };
    /// Urban L3. Rain up to 7.6 mm/h (AMS: upper end of "moderate"); visibility 150 m (chosen: stopping from
    /// 100 km/h at 4 m/s² after 1.5 s takes 138 m); friction 0.55 (chosen: wet asphalt is inside, standing
    /// water and snow are not); sun above 5° or not ahead; daylight or street lamps (5 lx).
    pub const URBAN_L3: Self = Self {
        rain_mmph_max: 7.6,
        visibility_m_min: 150.0,
        snow_depth_mm_max: 2.0,
        snow_mmph_max: 0.5,
        ice_cover_max: 0.05,
        friction_scale_min: 0.55,
        illuminance_lx_min: 5.0,
        sun_glare_deg_min: 5.0,
        road_classes: NO_PARKING,
        junctions: Junctions::Inside,
        speed_mps_max: 36.2,
        map_mismatch_max: 0.7,
        position_sigma_m_max: 0.5,
        sensor_performance_min: 0.5,
        work_zone_max: 0.6,
        signal_unseen_s_max: 4.0,
        grade_percent_max: 12.0,
    };
    /// Highway L3. Weather as [`Self::URBAN_L3`]; R157: access-controlled roads, no junctions, 130 km/h.
    pub const TRAFFIC_PILOT: Self =
        Self { road_classes: HIGHWAYS, junctions: Junctions::Outside, ..Self::URBAN_L3 };
    /// Urban L4. Rain up to 30 mm/h (chosen between AMS "heavy" and "violent"), visibility 60 m (chosen:
    /// stopping from 50 km/h at 3 m/s² after 1 s takes 46 m), friction 0.4 (snow-covered roads are outside),
    /// 20 % grade (San Francisco's and Austin's steep streets are inside).
    pub const URBAN_L4: Self = Self {
        rain_mmph_max: 30.0,
        visibility_m_min: 60.0,
        snow_depth_mm_max: 10.0,
        snow_mmph_max: 2.0,
        ice_cover_max: 0.1,
        friction_scale_min: 0.4,
        illuminance_lx_min: 0.0,
        sun_glare_deg_min: f64::NEG_INFINITY,
        road_classes: ALL_CLASSES,
        junctions: Junctions::Inside,
        speed_mps_max: 29.1,
        map_mismatch_max: f64::INFINITY,
        position_sigma_m_max: 1.0,
        sensor_performance_min: 0.35,
        work_zone_max: f64::INFINITY,
        signal_unseen_s_max: 10.0,
        grade_percent_max: 20.0,
    };

    /// Names of the limits that a scenario's `ego.odd` may change.
    pub const NAMES: [&str; 16] = [
        "rain_mmph_max",
        "visibility_m_min",
        "snow_depth_mm_max",
        "snow_mmph_max",
        "ice_cover_max",
        "friction_scale_min",
        "illuminance_lx_min",
        "sun_glare_deg_min",
        "speed_mps_max",
        "map_mismatch_max",
        "position_sigma_m_max",
        "sensor_performance_min",
        "work_zone_max",
        "signal_unseen_s_max",
        "grade_percent_max",
        "junctions_max",
    ];

    /// These limits with the scenario's changes. Unknown names are ignored: the scenario's validation
    /// reports them before a run begins.
    pub fn with_overrides(mut self, changes: &BTreeMap<String, f64>) -> Self {
        for (name, &value) in changes {
            let field = match name.as_str() {
                "rain_mmph_max" => &mut self.rain_mmph_max,
                "visibility_m_min" => &mut self.visibility_m_min,
                "snow_depth_mm_max" => &mut self.snow_depth_mm_max,
                "snow_mmph_max" => &mut self.snow_mmph_max,
                "ice_cover_max" => &mut self.ice_cover_max,
                "friction_scale_min" => &mut self.friction_scale_min,
                "illuminance_lx_min" => &mut self.illuminance_lx_min,
                "sun_glare_deg_min" => &mut self.sun_glare_deg_min,
                "speed_mps_max" => &mut self.speed_mps_max,
                "map_mismatch_max" => &mut self.map_mismatch_max,
                "position_sigma_m_max" => &mut self.position_sigma_m_max,
                "sensor_performance_min" => &mut self.sensor_performance_min,
                "work_zone_max" => &mut self.work_zone_max,
                "signal_unseen_s_max" => &mut self.signal_unseen_s_max,
                "grade_percent_max" => &mut self.grade_percent_max,
                "junctions_max" => {
                    self.junctions = if value >= 1.0 { Junctions::Inside } else { Junctions::Outside };
                    continue;
                }
                _ => continue,
            };
            *field = value;
        }
        self
    }
}

/// What only the planner knows about the way ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// Class of the road under the vehicle (`None` = off the map).
    pub class: Option<RoadClass>,
    /// Grade under the vehicle, %.
    pub grade_percent: f64,
    /// Time without a reading of the next signal although it is near enough to be read, s (0 = fine or none).
    pub signal_unseen_s: f64,
    /// Highest confidence of a contradiction with the map on the path within the foresight, 0–1.
    pub mismatch: f64,
    /// Distance to it, m.
    pub mismatch_at_m: f64,
    /// Highest confidence of road-works equipment on or beside the path, 0–1.
    pub work_zone: f64,
    /// Distance to it, m.
    pub work_zone_at_m: f64,
    /// Distance to a road class outside the ODD, a junction outside the ODD or the end of the map, m.
    pub road_exit_at_m: f64,
    /// Distance to a grade outside the ODD, m.
    pub grade_exit_at_m: f64,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            class: Some(RoadClass::Street),
            grade_percent: 0.0,
            signal_unseen_s: 0.0,
            mismatch: 0.0,
            mismatch_at_m: f64::INFINITY,
            work_zone: 0.0,
            work_zone_at_m: f64::INFINITY,
            road_exit_at_m: f64::INFINITY,
            grade_exit_at_m: f64::INFINITY,
        }
    }
}

/// A change of one clause, for the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClauseChange {
    /// Which.
    pub clause: OddClause,
    /// Satisfied now?
    pub satisfied: bool,
    /// Perceived value.
    pub value: f64,
    /// Limit.
    pub limit: f64,
}

/// A value beyond its limit for so long violates the clause, s (chosen: longer than a few lost frames,
/// shorter than the 1.5 s headway that a request to intervene must leave).
pub const DEBOUNCE_S: f64 = 1.0;
/// A value inside for so long satisfies the clause again, s.
pub const RECOVERY_S: f64 = 4.0;
/// Relative margin by which a value must be inside again.
pub const HYSTERESIS: f64 = 0.1;
/// Time the monitor looks ahead, s: budget of a request (10 s), escalation (4 s) and a reserve.
pub const FORESIGHT_S: f64 = 16.0;
/// Localization and sensors may take so long to start, s.
const START_UP_S: f64 = 2.0;

/// One clause's reading.
#[derive(Clone, Copy)]
struct Reading {
    value: f64,
    limit: f64,
    /// +1: violated above the limit, −1: below it.
    side: f64,
}

impl Reading {
    fn beyond(&self) -> bool {
        self.side * (self.value - self.limit) > 0.0
    }
    fn well_inside(&self) -> bool {
        let margin = HYSTERESIS * self.limit.abs().min(1e6);
        self.side * (self.value - self.limit) <= -margin
            || (self.limit == 0.0 && self.value == 0.0)
            || !self.limit.is_finite()
    }
}

/// The monitor: debounced clauses.
#[derive(Clone, Debug)]
pub struct OddMonitor {
    /// Limits in force.
    pub limits: OddLimits,
    violated: u16,
    beyond_s: [f64; OddClause::ALL.len()],
    inside_s: [f64; OddClause::ALL.len()],
    age_s: f64,
    /// All clauses have held for so long, s.
    pub all_inside_s: f64,
    /// Time to the nearest foreseen exit, s.
    pub exit_in_s: f64,
}

impl OddMonitor {
    /// A monitor at the start of a run: everything satisfied.
    pub fn new(limits: OddLimits) -> Self {
        Self {
            limits,
            violated: 0,
            beyond_s: [0.0; OddClause::ALL.len()],
            inside_s: [0.0; OddClause::ALL.len()],
            age_s: 0.0,
            all_inside_s: 0.0,
            exit_in_s: f64::INFINITY,
        }
    }

    /// First picture of a run: clauses that need no start-up and are beyond their limits are violated at
    /// once, without debouncing. Returns whether there is any.
    pub fn presume(
        &mut self,
        world: &WorldModel,
        ahead: &Ahead,
        mut changed: impl FnMut(ClauseChange),
    ) -> bool {
        for clause in OddClause::ALL {
            let reading = self.read(clause, world, ahead);
            let sure = match clause {
                OddClause::Rain
                | OddClause::Visibility
                | OddClause::SnowIce
                | OddClause::Friction
                | OddClause::Light
                | OddClause::RoadClass
                | OddClause::Speed
                | OddClause::Grade => true,
                OddClause::Map
                | OddClause::Localization
                | OddClause::Sensors
                | OddClause::WorkZone
                | OddClause::Signals => false,
            };
            if sure && reading.limit.is_finite() && reading.beyond() {
                self.violated |= clause.bit();
                changed(ClauseChange {
                    clause,
                    satisfied: false,
                    value: reading.value,
                    limit: reading.limit,
                });
            }
        }
        self.violated != 0
    }

    /// Updates all clauses; `changed` is called for each clause that changed its state.
    pub fn update(
        &mut self,
        world: &WorldModel,
        ahead: &Ahead,
        dt_s: f64,
        mut changed: impl FnMut(ClauseChange),
    ) -> OddStatus {
        self.age_s += dt_s;
        let mut monitored = 0;
        for (ix, clause) in OddClause::ALL.into_iter().enumerate() {
            let reading = self.read(clause, world, ahead);
            if !reading.limit.is_finite() {
                continue;
            }
            monitored |= clause.bit();
            let starting = self.age_s < START_UP_S
                && matches!(clause, OddClause::Localization | OddClause::Sensors | OddClause::Signals);
            self.beyond_s[ix] = if reading.beyond() && !starting { self.beyond_s[ix] + dt_s } else { 0.0 };
            self.inside_s[ix] = if reading.well_inside() { self.inside_s[ix] + dt_s } else { 0.0 };
            let was = self.violated & clause.bit() != 0;
            let satisfied = if !was && self.beyond_s[ix] >= DEBOUNCE_S {
                self.violated |= clause.bit();
                false
            } else if was && self.inside_s[ix] >= RECOVERY_S {
                self.violated &= !clause.bit();
                true
            } else {
                continue;
            };
            changed(ClauseChange { clause, satisfied, value: reading.value, limit: reading.limit });
        }
        self.all_inside_s = if self.violated == 0 { self.all_inside_s + dt_s } else { 0.0 };
        let foreseen = self.foresee(world, ahead);
        OddStatus { monitored, violated: self.violated, foreseen }
    }

    /// Clauses that will be violated along the route; sets [`Self::exit_in_s`].
    fn foresee(&mut self, world: &WorldModel, ahead: &Ahead) -> u16 {
        let speed_mps = world.ego.speed_mps.max(1.0);
        self.exit_in_s = f64::INFINITY;
        let mut foreseen = 0;
        let mut see = |clause: OddClause, at_m: f64, exceeds: bool| {
            let in_s = at_m / speed_mps;
            if exceeds && in_s <= FORESIGHT_S {
                foreseen |= clause.bit();
                self.exit_in_s = self.exit_in_s.min(in_s);
            }
        };
        see(OddClause::Map, ahead.mismatch_at_m, ahead.mismatch > self.limits.map_mismatch_max);
        see(OddClause::WorkZone, ahead.work_zone_at_m, ahead.work_zone > self.limits.work_zone_max);
        see(OddClause::RoadClass, ahead.road_exit_at_m, true);
        see(OddClause::Grade, ahead.grade_exit_at_m, true);
        foreseen
    }

    fn read(&self, clause: OddClause, world: &WorldModel, ahead: &Ahead) -> Reading {
        let limits = &self.limits;
        let weather = &world.weather;
        let max = |value: f64, limit: f64| Reading { value, limit, side: 1.0 };
        let min = |value: f64, limit: f64| {
            // A lower limit of "anything" is not monitored.
            let limit = if limit <= 0.0 { f64::NEG_INFINITY } else { limit };
            Reading { value, limit, side: -1.0 }
        };
        match clause {
            OddClause::Rain => max(weather.rain_mmph, limits.rain_mmph_max),
            OddClause::Visibility => min(world.visibility_m, limits.visibility_m_min),
            OddClause::SnowIce => {
                // The clause with the smallest reserve speaks for the three.
                let worst = [
                    (weather.snow_depth_mm, limits.snow_depth_mm_max),
                    (weather.snow_mmph, limits.snow_mmph_max),
                    (weather.ice_cover, limits.ice_cover_max),
                ]
                .into_iter()
                .max_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
                worst.map_or(max(0.0, f64::INFINITY), |(value, limit)| max(value, limit))
            }
            OddClause::Friction => min(world.friction_scale, limits.friction_scale_min),
            OddClause::Light => {
                let glare = sun_ahead(world) && weather.cloud_cover < 0.7;
                if glare && limits.sun_glare_deg_min.is_finite() {
                    let elevation_deg = weather.sun_elevation_rad / crate::base::units::DEG_RAD;
                    min(elevation_deg, limits.sun_glare_deg_min)
                } else {
                    min(weather.illuminance_lx, limits.illuminance_lx_min)
                }
            }
            OddClause::RoadClass => {
                if limits.road_classes == ALL_CLASSES {
                    return max(0.0, f64::INFINITY);
                }
                let inside = ahead.class.is_some_and(|class| limits.road_classes & class_bit(class) != 0);
                max(if inside { 0.0 } else { 1.0 }, 0.5)
            }
            OddClause::Speed => max(world.ego.speed_mps, limits.speed_mps_max * 1.03),
            OddClause::Map => {
                let here = if ahead.mismatch_at_m < 10.0 { ahead.mismatch } else { 0.0 };
                max(here, limits.map_mismatch_max)
            }
            OddClause::Localization => {
                let lost = world.localized == Localized::No;
                let sigma_m = if lost { f64::MAX } else { world.ego.position_sigma_m };
                max(sigma_m, limits.position_sigma_m_max)
            }
            OddClause::Sensors => min(sensing_performance(world), limits.sensor_performance_min),
            OddClause::WorkZone => {
                let here = if ahead.work_zone_at_m < 10.0 { ahead.work_zone } else { 0.0 };
                max(here, limits.work_zone_max)
            }
            OddClause::Signals => max(ahead.signal_unseen_s, limits.signal_unseen_s_max),
            OddClause::Grade => max(ahead.grade_percent.abs(), limits.grade_percent_max),
        }
    }
}

/// Whether the sun stands ahead within ±25°, above the horizon and below 20° (chosen: a windshield's upper
/// edge and visor hide a higher sun).
fn sun_ahead(world: &WorldModel) -> bool {
    let elevation_rad = world.weather.sun_elevation_rad;
    let off = math::wrap_pi(world.weather.sun_azimuth_rad - world.ego.heading_rad).abs();
    (0.0..20.0 * crate::base::units::DEG_RAD).contains(&elevation_rad)
        && off < 25.0 * crate::base::units::DEG_RAD
}

/// Mean performance of one kind of sensor, 0 when all of them are lost; `None` when none is fitted.
pub fn kind_performance(world: &WorldModel, kind: SensorKind) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for health in world.health.iter().filter(|health| health.kind == kind) {
        count += 1.0;
        sum += match health.state {
            HealthState::Lost => 0.0,
            HealthState::Good | HealthState::Degraded => health.performance,
        };
    }
    (count > 0.0).then_some(sum / count)
}

/// Performance of the sensing as a whole: the second-best kind of camera, lidar and radar, since driving
/// needs two kinds that confirm each other; the only kind where one alone is fitted. 1 with no report.
pub fn sensing_performance(world: &WorldModel) -> f64 {
    let (mut best, mut second, mut kinds) = (0.0_f64, 0.0_f64, 0);
    for kind in [SensorKind::Camera, SensorKind::Lidar, SensorKind::Radar] {
        if let Some(performance) = kind_performance(world, kind) {
            kinds += 1;
            if performance > best {
                second = best;
                best = performance;
            } else {
                second = second.max(performance);
            }
        }
    }
    match kinds {
        0 => 1.0,
        1 => best,
        _ => second,
    }
}

/// Distance along `heading` to a point if it lies ahead within `half_width_m` of the axis.
pub fn ahead_of(position_m: DVec2, heading_rad: f64, point_m: DVec2, half_width_m: f64) -> Option<f64> {
    let forward = math::unit(heading_rad);
    let d = point_m - position_m;
    let along_m = d.dot(forward);
    (along_m > 0.0 && forward.perp_dot(d).abs() <= half_width_m).then_some(along_m)
}

#[cfg(test)]
#[path = "odd_tests.rs"]
mod tests;
