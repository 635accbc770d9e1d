//! Actions that make, remove or stop traffic.

use super::context::Context;
use super::entity::{Object, object};
use super::path::all;
use super::word;
use crate::standard::{GlobalAction, TrafficArea, TrafficDefinition};
use openscenario::Origin;
use openscenario::model as xml;

impl Context<'_> {
    pub(super) fn traffic_action(&mut self, action: &xml::TrafficAction) -> Option<GlobalAction> {
        let name = action.traffic_name.clone().unwrap_or_default();
        match &action.action {
            xml::TrafficActionKind::TrafficSourceAction(a) => {
                let definition =
                    self.traffic(a.traffic_definition.as_ref(), a.traffic_distribution.as_ref(), a.origin);
                let position = self.position(&a.position);
                let radius_m = self.check_not_negative("radius", a.radius, a.origin);
                let rate_ps = self.check_not_negative("rate", a.rate, a.origin);
                Some(GlobalAction::TrafficSource {
                    name,
                    position: position?,
                    radius_m: radius_m?,
                    rate_ps: rate_ps?,
                    speed_mps: a.speed.or(a.velocity),
                    definition,
                })
            }
            xml::TrafficActionKind::TrafficSinkAction(a) => {
                if a.traffic_definition.is_some() {
                    self.not_covered(a.origin, "a sink for some vehicles only", "all that come disappear");
                }
                let position = self.position(&a.position);
                let radius_m = self.check_not_negative("radius", a.radius, a.origin);
                Some(GlobalAction::TrafficSink {
                    name,
                    position: position?,
                    radius_m: radius_m?,
                    rate_ps: a.rate,
                })
            }
            xml::TrafficActionKind::TrafficSwarmAction(a) => self.swarm(name, a),
            xml::TrafficActionKind::TrafficAreaAction(a) => {
                let definition = self.traffic(None, Some(&a.traffic_distribution), a.origin);
                Some(GlobalAction::TrafficArea {
                    name,
                    continuous: word::continuous(&a.continuous),
                    vehicles: a.number_of_entities,
                    area: self.area(&a.traffic_area)?,
                    definition,
                })
            }
            xml::TrafficActionKind::TrafficStopAction(_) => {
                Some(GlobalAction::TrafficStop(action.traffic_name.clone()))
            }
        }
    }

    fn swarm(&mut self, name: String, a: &xml::TrafficSwarmAction) -> Option<GlobalAction> {
        if let Some(d) = &a.direction_of_travel_distribution {
            self.not_covered(d.origin, "the share of directions of travel", "lanes decide");
        }
        let definition =
            self.traffic(a.traffic_definition.as_ref(), a.traffic_distribution.as_ref(), a.origin);
        let center = self.entity(&a.central_object.entity_ref, a.central_object.origin);
        let along = self.check_not_negative("semiMajorAxis", a.semi_major_axis, a.origin);
        let across = self.check_not_negative("semiMinorAxis", a.semi_minor_axis, a.origin);
        let inner = self.check_not_negative("innerRadius", a.inner_radius, a.origin);
        let range = a.initial_speed_range.as_ref().map(|r| (r.lower_limit, r.upper_limit));
        Some(GlobalAction::TrafficSwarm {
            name,
            center: center?,
            half_axes_m: (along?, across?),
            inner_radius_m: inner?,
            offset_m: a.offset,
            vehicles: a.number_of_vehicles,
            speed_mps: range.or(a.velocity.map(|v| (v, v))),
            definition,
        })
    }

    fn area(&mut self, area: &xml::TrafficArea) -> Option<TrafficArea> {
        match (&area.polygon, area.road_ranges.as_slice()) {
            (Some(polygon), []) if polygon.positions.len() >= 3 => {
                all(polygon.positions.iter().map(|p| self.position(p))).map(TrafficArea::Polygon)
            }
            (None, [_, ..]) => {
                Some(TrafficArea::Roads(area.road_ranges.iter().flat_map(road_range).collect()))
            }
            (Some(_), _) | (None, []) => {
                let message = "a traffic area is neither a polygon nor stretches of road".to_owned();
                let hint = "a polygon of three corners or more, or RoadRange is wanted";
                self.error("element.choice", area.origin, message, hint);
                None
            }
        }
    }

    /// What traffic consists of: the definition of 1.0–1.2 or the distribution of 1.3.
    fn traffic(
        &mut self,
        definition: Option<&xml::TrafficDefinition>,
        distribution: Option<&xml::TrafficDistribution>,
        at: Origin,
    ) -> TrafficDefinition {
        match (definition, distribution) {
            (_, Some(distribution)) => self.distribution(distribution),
            (Some(definition), None) => self.definition(definition),
            (None, None) => {
                let message = "traffic does not say what it consists of".to_owned();
                self.warn("element.missing", at, message, "cars were taken");
                TrafficDefinition::default()
            }
        }
    }

    fn definition(&mut self, d: &xml::TrafficDefinition) -> TrafficDefinition {
        if let Some(roles) = &d.vehicle_role_distribution {
            self.not_covered(roles.origin, "roles of vehicles in traffic", "they have none");
        }
        let categories = &d.vehicle_category_distribution.vehicle_category_distribution_entries;
        let categories = categories.iter().filter_map(|e| {
            let weight = self.check_not_negative("a weight", e.weight, e.origin)?;
            Some((e.category.name().to_owned(), weight))
        });
        let categories = categories.collect();
        let controllers = &d.controller_distribution.controller_distribution_entries;
        let controllers = controllers.iter().filter_map(|e| {
            let weight = self.check_not_negative("a weight", e.weight, e.origin)?;
            Some((self.controller_source(&e.source)?, weight))
        });
        let controllers = controllers.collect();
        TrafficDefinition { name: d.name.clone(), categories, controllers }
    }

    fn distribution(&mut self, d: &xml::TrafficDistribution) -> TrafficDefinition {
        let mut found = TrafficDefinition::default();
        for group in &d.traffic_distribution_entries {
            let entries = &group.entity_distribution.entity_distribution_entries;
            let sum: f64 = entries.iter().map(|e| e.weight.max(0.0)).sum();
            for entry in entries {
                let part = self.check_not_negative("a weight", entry.weight, entry.origin);
                let whole = self.check_not_negative("a weight", group.weight, group.origin);
                let (Some(part), Some(whole)) = (part, whole) else { continue };
                let weight = if sum > 0.0 { whole * part / sum } else { 0.0 };
                let template = &entry.scenario_object_template;
                match object(&template.object) {
                    Some(Object::Vehicle(vehicle)) => {
                        let category = vehicle.vehicle_category.name().to_owned();
                        match found.categories.iter_mut().find(|c| c.0 == category) {
                            Some(known) => known.1 += weight,
                            None => found.categories.push((category, weight)),
                        }
                    }
                    Some(Object::Pedestrian(_) | Object::Misc(_) | Object::External(_)) | None => {
                        self.not_covered(
                            template.origin,
                            "traffic of other things than vehicles",
                            "left out",
                        );
                    }
                }
                for controller in &template.object_controllers {
                    found.controllers.extend(self.object_controller(controller).map(|c| (c, weight)));
                }
            }
        }
        found
    }
}

/// The stretches between neighbouring cursors. Where the road changes, the first road counts from its cursor
/// to its end, and the next from its beginning to its cursor.
fn road_range(range: &xml::RoadRange) -> Vec<(String, Vec<i32>, f64, f64)> {
    let lanes = |c: &xml::RoadCursor| c.lanes.iter().map(|l| l.id).collect::<Vec<i32>>();
    let stretch =
        |c: &xml::RoadCursor, from: f64, to: f64| (c.road_id.clone(), lanes(c), from.min(to), from.max(to));
    if let ([only], Some(length)) = (range.road_cursors.as_slice(), range.length) {
        let from = only.s.unwrap_or(0.0);
        return vec![stretch(only, from, from + length)];
    }
    let pairs = range.road_cursors.windows(2);
    pairs
        .flat_map(|pair| {
            let [from, to] = [&pair[0], &pair[1]];
            if from.road_id == to.road_id {
                vec![stretch(from, from.s.unwrap_or(0.0), to.s.unwrap_or(f64::INFINITY))]
            } else {
                vec![
                    stretch(from, from.s.unwrap_or(0.0), f64::INFINITY),
                    stretch(to, 0.0, to.s.unwrap_or(f64::INFINITY)),
                ]
            }
        })
        .collect()
}
