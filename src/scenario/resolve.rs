//! From raw values to the model: names are looked up, places are found on the map, dates are read.
//! Everything that cannot be resolved is reported and left out, so that one pass reports every problem.

use super::diagnostic::{Report, Span, did_you_mean};
use super::files::{Files, MapFailure, NameKind, PlaceProblem};
use super::limits::DISTANCE_M_MAX;
use super::located::At;
use super::model::*;
use super::raw::*;
use crate::base::ids::{JunctionIx, SignalIx};
use crate::base::units::DEG_RAD;
use crate::road::RoadNetwork;
use crate::state::automation::AutomationLevel;
use crate::state::messages::Happening;
use crate::state::pose::LaneCoord;
use crate::state::signal::SignalFault;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names that the file declares, collected before anything was taken out of the tree, so that one mistake
/// in an entity does not make every event that names it wrong.
#[derive(Default)]
pub(super) struct Declared {
    /// Entities.
    pub entities: Vec<String>,
    /// Events.
    pub events: Vec<String>,
}

/// Looks names up and reports those that are not there.
pub(super) struct Resolver<'x, 'r, 'a> {
    pub report: &'r mut Report<'a>,
    pub files: &'x dyn Files,
    pub map: Option<Arc<RoadNetwork>>,
    pub declared: Declared,
}

impl Resolver<'_, '_, '_> {
    pub(super) fn load_map(&mut self, name: &At<String>) {
        match self.files.map(name) {
            Ok(map) => self.map = Some(map),
            Err(MapFailure::Unknown) => {
                let names = self.files.names(NameKind::Map).unwrap_or_default();
                let hint = did_you_mean(name, names.iter().map(String::as_str));
                self.report.error(
                    name.span,
                    "unknown_map",
                    format!("there is no map `{}`", name.value),
                    hint,
                );
            }
            Err(MapFailure::Broken(why)) => {
                let message = format!("map `{}` cannot be used: {why}", name.value);
                self.report.error(name.span, "broken_map", message, "`shakedown check` on the map says more");
            }
        }
    }

    /// A name of a kind; unknown ones are reported.
    pub(super) fn known(
        &mut self,
        name: &At<String>,
        kind: NameKind,
        rule: &'static str,
        what: &str,
    ) -> String {
        if let Some(names) = self.files.names(kind)
            && !names.contains(&name.value)
        {
            let hint = did_you_mean(name, names.iter().map(String::as_str));
            self.report.error(name.span, rule, format!("there is no {what} `{}`", name.value), hint);
        }
        name.value.clone()
    }

    /// An entity of the file.
    pub(super) fn entity(&mut self, name: &At<String>) -> String {
        if !self.declared.entities.contains(&name.value) {
            let hint = match (name.as_str(), self.declared.entities.is_empty()) {
                ("ego", _) => "this scenario has no [ego]".to_owned(),
                (_, true) => "this scenario has neither [ego] nor [[entity]]".to_owned(),
                _ => did_you_mean(name, self.declared.entities.iter().map(String::as_str)),
            };
            let message = format!("there is no entity `{}`", name.value);
            self.report.error(name.span, "unknown_entity", message, hint);
        }
        name.value.clone()
    }

    /// The name of something that can happen.
    pub(super) fn happening(&mut self, name: &At<String>) -> String {
        if !Happening::NAMES.contains(&name.as_str()) {
            let hint = did_you_mean(name, Happening::NAMES);
            let message = format!("nothing that happens is called `{}`", name.value);
            self.report.error(name.span, "unknown_happening", message, hint);
        }
        name.value.clone()
    }

    pub(super) fn place(&mut self, raw: &At<RawPlace>) -> Option<PlaceRef> {
        let map = self.map.clone()?;
        if !(0.0..=DISTANCE_M_MAX).contains(&*raw.s_m) {
            return None; // reported as out of range
        }
        let found = self.files.place(&map, &raw.road, *raw.lane, *raw.s_m);
        match found {
            Ok(coord) => {
                let coord = LaneCoord { offset_m: raw.offset_m.unwrap_or(0.0), ..coord };
                Some(PlaceRef { coord, heading_offset_rad: raw.heading_deg.unwrap_or(0.0) * DEG_RAD })
            }
            Err(PlaceProblem::NoRoad) => {
                let hint = did_you_mean(&raw.road, map.roads.iter().map(|r| r.id.as_str()));
                let message = format!("map `{}` has no road `{}`", map.name, raw.road.value);
                self.report.error(raw.road.span, "unknown_road", message, hint);
                None
            }
            Err(PlaceProblem::BeyondEnd { length_m }) => {
                let message =
                    format!("s_m = {} is beyond the end of road `{}`", raw.s_m.value, raw.road.value);
                let hint = format!("the road is {length_m:.1} m long");
                self.report.error(raw.s_m.span, "beyond_road_end", message, hint);
                None
            }
            Err(PlaceProblem::NoLane { lanes }) => {
                let message = format!(
                    "road `{}` has no lane {} at s_m = {}",
                    raw.road.value, raw.lane.value, raw.s_m.value
                );
                let lanes: Vec<String> = lanes.iter().map(i32::to_string).collect();
                let hint = match lanes.is_empty() {
                    true => "there is no lane at all there".to_owned(),
                    false => format!("the lanes there are {}", lanes.join(", ")),
                };
                self.report.error(raw.lane.span, "unknown_lane", message, hint);
                None
            }
        }
    }

    pub(super) fn places(&mut self, raw: &[At<RawPlace>]) -> Vec<PlaceRef> {
        raw.iter().filter_map(|place| self.place(place)).collect()
    }

    pub(super) fn junction(&mut self, id: &At<String>) -> Option<JunctionIx> {
        let map = self.map.clone()?;
        let ix = map.junctions.iter().position(|j| j.id == id.value);
        if ix.is_none() {
            let hint = did_you_mean(id, map.junctions.iter().map(|j| j.id.as_str()));
            let message = format!("map `{}` has no junction `{}`", map.name, id.value);
            self.report.error(id.span, "unknown_junction", message, hint);
        }
        ix.map(|ix| JunctionIx(ix as u32))
    }

    pub(super) fn signal(&mut self, id: &At<String>) -> Option<SignalIx> {
        let map = self.map.clone()?;
        let ix = map.signals.iter().position(|s| s.id == id.value);
        if ix.is_none() {
            let hint = did_you_mean(id, map.signals.iter().map(|s| s.id.as_str()));
            let message = format!("map `{}` has no signal head `{}`", map.name, id.value);
            self.report.error(id.span, "unknown_signal", message, hint);
        }
        ix.map(|ix| SignalIx(ix as u32))
    }

    fn check_route(&mut self, start: Option<PlaceRef>, raw: &[At<RawPlace>], route: &[PlaceRef]) {
        let (Some(map), Some(start)) = (self.map.clone(), start) else { return };
        if raw.len() != route.len() {
            return;
        }
        let mut from = start.coord;
        for (raw, place) in raw.iter().zip(route) {
            if !self.files.leads_through(&map, from, &[place.coord]) {
                let message = format!("no way leads to road `{}`, lane {}", raw.road.value, raw.lane.value);
                let hint =
                    "the lane graph has no connection from the place before it; look at the lane's side";
                self.report.error(raw.span, "no_way", message, hint);
                return;
            }
            from = place.coord;
        }
    }

    pub(super) fn weather(&mut self, raw: &RawWeather, duration_s: f64) -> WeatherPlan {
        let mut timeline = Vec::new();
        for change in &raw.change {
            if *change.at_s > duration_s {
                let message =
                    format!("this change begins at {} s, after the end at {duration_s} s", change.at_s.value);
                self.report.warning(change.at_s.span, "after_the_end", message, "");
            }
            timeline.push(WeatherChange { at_s: *change.at_s, over_s: change.over_s, to: change.to });
        }
        timeline.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        let patches = raw.patch.iter().filter_map(|patch| {
            Some(PatchPlan {
                at: self.place(&patch.at)?,
                radius_m: patch.radius_m,
                water_film_mm: patch.water_film_mm,
                ice_cover: patch.ice_cover,
                snow_depth_mm: patch.snow_depth_mm,
            })
        });
        WeatherPlan { initial: raw.initial, timeline, patches: patches.collect() }
    }

    pub(super) fn ego(&mut self, raw: &RawEgo) -> Option<EgoPlan> {
        let vehicle = self.known(&raw.vehicle, NameKind::Vehicle, "unknown_vehicle", "vehicle");
        let sensors = match &raw.sensors {
            Some(name) => self.known(name, NameKind::SensorSuite, "unknown_sensors", "sensor suite"),
            None => {
                let suites = self.files.names(NameKind::SensorSuite).unwrap_or_default();
                let own = suites.iter().find(|s| **s == vehicle).or(suites.first());
                own.cloned().unwrap_or_else(|| "default".to_owned())
            }
        };
        let start = self.place(&raw.start);
        let route = self.places(&raw.route);
        self.check_route(start, &raw.route, &route);
        let fitted = [
            (AutomationLevel::L1, &raw.features.l1),
            (AutomationLevel::L2, &raw.features.l2),
            (AutomationLevel::L3, &raw.features.l3),
            (AutomationLevel::L4, &raw.features.l4),
            (AutomationLevel::L5, &raw.features.l5),
        ];
        let mut features = BTreeMap::new();
        for (level, name) in fitted {
            if let Some(name) = name {
                features.insert(level, self.known(name, NameKind::Feature, "unknown_feature", "feature"));
            }
        }
        let mut odd = BTreeMap::new();
        for (key, limit) in &raw.odd {
            let name = At { span: limit.span, value: key.clone() };
            self.known(&name, NameKind::OddLimit, "unknown_odd_limit", "limit of the design domain");
            odd.insert(key.clone(), limit.value);
        }
        let unmapped_signals = raw.unmapped_signals.iter().filter_map(|id| self.signal(id)).collect();
        let driver = &raw.driver;
        Some(EgoPlan {
            vehicle,
            start: start?,
            speed_mps: raw.speed_mps,
            route,
            set_speed_mps: raw.set_speed_mps,
            sensors,
            features,
            odd,
            driver: DriverPlan {
                role: driver.role,
                task: driver.task,
                non_response: driver.non_response,
                takeover_time_s: driver.takeover_time_s,
                speed_factor: driver.speed_factor.unwrap_or(1.0),
            },
            unmapped_signals,
        })
    }

    pub(super) fn entities(&mut self, raw: &[RawEntity]) -> Vec<EntityPlan> {
        let mut entities = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for entity in raw {
            if entity.name.value == "ego" {
                let message = "`ego` is the name of the automated vehicle";
                self.report.error(entity.name.span, "duplicate_name", message, "give it another name");
            }
            check_element_name(&entity.name, self.report);
            if names.contains(&entity.name.as_str()) {
                let message = format!("there are two entities called `{}`", entity.name.value);
                self.report.error(entity.name.span, "duplicate_name", message, "give this one another name");
            }
            names.push(&entity.name.value);
            let vehicle = self.known(&entity.vehicle, NameKind::Vehicle, "unknown_vehicle", "vehicle");
            let behavior = entity.behavior.unwrap_or_else(|| usual_behavior(&vehicle));
            let start = self.place(&entity.start);
            let route = self.places(&entity.route);
            if behavior == Behavior::Traffic {
                self.check_route(start, &entity.route, &route);
            }
            let Some(start) = start else { continue };
            entities.push(EntityPlan {
                name: entity.name.value.clone(),
                vehicle,
                start,
                speed_mps: entity.speed_mps,
                behavior,
                route,
                hidden_at_start: entity.hidden_at_start,
                runs_red: entity.runs_red,
                conspicuity: entity.conspicuity.unwrap_or(1.0),
                siren: entity.siren,
            });
        }
        entities.sort_by(|a, b| a.name.cmp(&b.name));
        entities
    }

    pub(super) fn signals(&mut self, raw: &[RawSignal]) -> Vec<SignalPlan> {
        let mut plans: Vec<SignalPlan> = Vec::new();
        for signal in raw {
            let Some(junction) = self.junction(&signal.junction) else { continue };
            if plans.iter().any(|p| p.junction == junction) {
                let message = format!("junction `{}` has two [[signal]] sections", signal.junction.value);
                self.report.error(signal.junction.span, "duplicate_name", message, "join them");
            }
            if let (Some(map), Some(green_s)) = (&self.map, &signal.green_s) {
                let groups = &map.junction(junction).groups;
                let mut stages: Vec<u32> = groups.iter().map(|g| g.stage).collect();
                stages.sort_unstable();
                stages.dedup();
                if stages.len() != green_s.len() {
                    let message = format!(
                        "`green_s` has {} values; junction `{}` has {} stages",
                        green_s.len(),
                        signal.junction.value,
                        stages.len()
                    );
                    self.report.error(green_s.span, "wrong_count", message, "give the green of each stage");
                }
            }
            plans.push(SignalPlan {
                junction,
                offset_s: signal.offset_s,
                green_s: signal.green_s.as_ref().map(|g| g.value.clone()),
                yellow_s: signal.yellow_s,
                red_clearance_s: signal.red_clearance_s,
                fault: signal.fault.map_or(SignalFault::None, signal_fault),
                orientation: signal.orientation,
            });
        }
        plans
    }

    pub(super) fn criteria(&mut self, raw: &[RawCriterion]) -> Vec<Criterion> {
        let mut criteria: Vec<Criterion> = Vec::new();
        for criterion in raw {
            let metric = |this: &mut Self, m: &RawMetric| {
                this.known(&m.metric, NameKind::Metric, "unknown_metric", "metric")
            };
            let (rule, usual_name) = match &criterion.rule.value {
                RawRule::NoCollision => (CriterionRule::NoCollision, "no_collision".to_owned()),
                RawRule::NoRedLightViolation => {
                    (CriterionRule::NoRedLightViolation, "no_red_light_violation".to_owned())
                }
                RawRule::NoStopLineViolation => {
                    (CriterionRule::NoStopLineViolation, "no_stop_line_violation".to_owned())
                }
                RawRule::NoOffRoad => (CriterionRule::NoOffRoad, "no_off_road".to_owned()),
                RawRule::DistanceMinM(d) => (CriterionRule::DistanceMin(*d), "distance_min".to_owned()),
                RawRule::MetricMin(m) => {
                    let name = metric(self, m);
                    (CriterionRule::MetricMin(name.clone(), m.value), format!("{name}_min"))
                }
                RawRule::MetricMax(m) => {
                    let name = metric(self, m);
                    (CriterionRule::MetricMax(name.clone(), m.value), format!("{name}_max"))
                }
                RawRule::Happens(name) => {
                    let name = self.happening(name);
                    (CriterionRule::Happens(name.clone()), name)
                }
                RawRule::Never(name) => {
                    let name = self.happening(name);
                    (CriterionRule::Never(name.clone()), format!("no_{name}"))
                }
            };
            let (name, span) = match &criterion.name {
                Some(name) => (name.value.clone(), name.span),
                None => (usual_name, criterion.rule.span),
            };
            let clash = criteria.iter().any(|c| {
                let both = |l| c.levels.is_empty() || c.levels.contains(l);
                c.name == name && (criterion.levels.is_empty() || criterion.levels.iter().any(both))
            });
            if clash {
                let message = format!("there are two criteria called `{name}` for the same level");
                self.report.error(span, "duplicate_name", message, "give one of them a `name` of its own");
            }
            criteria.push(Criterion { name, rule, levels: criterion.levels.clone() });
        }
        criteria
    }
}

/// Names take part in paths and tables, so they hold no dots, slashes or spaces.
pub(super) fn check_element_name(name: &At<String>, report: &mut Report<'_>) {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if !name.chars().all(fine) {
        let message = format!("`{}` cannot be a name", name.value);
        report.error(name.span, "bad_name", message, "use letters, digits, `_` and `-`");
    }
}

/// How something moves when the file does not say.
fn usual_behavior(vehicle: &str) -> Behavior {
    let is = |names: &[&str]| names.iter().any(|n| vehicle.starts_with(n));
    if is(&["pedestrian"]) {
        Behavior::Pedestrian
    } else if is(&["bicycle", "cyclist"]) {
        Behavior::Cyclist
    } else if is(&["cone", "barrier", "debris"]) {
        Behavior::Parked
    } else {
        Behavior::Traffic
    }
}

pub(super) fn signal_fault(raw: RawSignalFault) -> SignalFault {
    match raw {
        RawSignalFault::None => SignalFault::None,
        RawSignalFault::Dark => SignalFault::Dark,
        RawSignalFault::FlashingRed => SignalFault::FlashingRed,
        RawSignalFault::Dimmed(share) => SignalFault::Dimmed(share),
    }
}

pub(super) fn traffic(raw: &RawTraffic) -> TrafficPlan {
    TrafficPlan {
        vehicles: raw.vehicles,
        radius_m: raw.radius_m.unwrap_or(300.0),
        violator_share: raw.violator_share,
        heavy_share: raw.heavy_share.unwrap_or(0.1),
        pedestrians: raw.pedestrians,
        jaywalker_share: raw.jaywalker_share,
        cyclists: raw.cyclists,
        speed_factor: raw.speed_factor.unwrap_or(1.0),
    }
}

pub(super) fn expectations(raw: &RawExpect) -> BTreeMap<String, String> {
    let all = [
        ("all", &raw.all),
        ("L0", &raw.l0),
        ("L1", &raw.l1),
        ("L2", &raw.l2),
        ("L3", &raw.l3),
        ("L4", &raw.l4),
        ("L5", &raw.l5),
    ];
    all.into_iter().filter_map(|(k, v)| Some((k.to_owned(), v.clone()?))).collect()
}

/// Local date and time with offset from UTC.
pub(super) fn civil_time(raw: Option<&At<String>>, report: &mut Report<'_>) -> CivilTime {
    let noon = CivilTime { year: 2016, month: 6, day: 21, second_of_day: 43_200.0, utc_offset_h: -8.0 };
    let Some(raw) = raw else { return noon };
    match parse_civil(raw) {
        Ok(time) => time,
        Err(why) => {
            let hint = "write it as \"2016-11-14T07:45:00-08:00\"";
            report.error(raw.span, "bad_date", format!("`start` is no date and time: {why}"), hint);
            noon
        }
    }
}

fn parse_civil(text: &str) -> Result<CivilTime, String> {
    let text = text.trim();
    let (local, offset_h) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, 0.0),
        None => {
            let at = text.rfind(['+', '-']).filter(|at| *at > 10);
            let at = at.ok_or("the offset from UTC is missing, such as -08:00")?;
            (&text[..at], parse_offset(&text[at..]).ok_or("the offset from UTC is not like -08:00")?)
        }
    };
    let time: jiff::civil::DateTime = local.parse().map_err(|e: jiff::Error| e.to_string())?;
    if !(1900..=2100).contains(&time.year()) {
        return Err(format!("the year {} is not between 1900 and 2100", time.year()));
    }
    let seconds =
        f64::from(time.hour()) * 3600.0 + f64::from(time.minute()) * 60.0 + f64::from(time.second());
    Ok(CivilTime {
        year: i32::from(time.year()),
        month: time.month().unsigned_abs(),
        day: time.day().unsigned_abs(),
        second_of_day: seconds + f64::from(time.subsec_nanosecond()) * 1e-9,
        utc_offset_h: offset_h,
    })
}

fn parse_offset(text: &str) -> Option<f64> {
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let (hours, minutes) = text.get(1..)?.split_once(':').unwrap_or((text.get(1..)?, "0"));
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then(|| sign * (f64::from(hours) + f64::from(minutes) / 60.0))
}

/// A place in the file that stands for the whole of it.
pub(super) const WHOLE_FILE: Span = Span { source: 0, start: 0, end: 0 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let check = |text: &str, expect: Option<(i32, u8, u8, f64, f64)>| {
            let found = parse_civil(text).ok();
            let found = found.map(|t| (t.year, t.month, t.day, t.second_of_day, t.utc_offset_h));
            assert_eq!(found, expect, "{text}");
        };
        check("2016-11-14T07:45:00-08:00", Some((2016, 11, 14, 27_900.0, -8.0)));
        check("2016-11-14 07:45:00-08:00", Some((2016, 11, 14, 27_900.0, -8.0)));
        check("2016-02-29T00:00:00.5+05:30", Some((2016, 2, 29, 0.5, 5.5)));
        check("2016-02-29T12:00:00Z", Some((2016, 2, 29, 43_200.0, 0.0)));
        check("2015-02-29T12:00:00Z", None);
        check("2016-11-14T07:45:00", None);
        check("2016-11-14", None);
        check("1016-11-14T07:45:00Z", None);
        check("tomorrow", None);
        check("2016-11-14T07:45:00-8x", None);
        check("2016-11-14T07:45:00+99:00", None);
    }
}
