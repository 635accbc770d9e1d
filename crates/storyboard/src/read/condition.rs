//! Conditions and the triggers around them.

use super::context::{Context, Named};
use super::path::all;
use super::word;
use crate::board::{Condition, Trigger};
use crate::standard::{
    CollisionWith, CoordinateSystem, DistanceKind, EntityOrPosition, EntityTest, Measure, OppositeLanes,
    StandardCondition, ValueTest,
};
use openscenario::model as xml;

/// How a distance is measured. Before 1.1 `alongRoute` says whether along the road or straight.
fn measure(
    along_route: Option<bool>,
    system: Option<xml::CoordinateSystem>,
    kind: Option<xml::RelativeDistanceType>,
    routing: Option<xml::RoutingAlgorithm>,
    freespace: &bool,
) -> Measure {
    let along = system.is_none() && along_route == Some(true);
    let system = system.map(word::system);
    let kind = kind.map(word::distance_kind);
    Measure {
        system: system.unwrap_or(if along { CoordinateSystem::Road } else { CoordinateSystem::Entity }),
        kind: kind.unwrap_or(if along { DistanceKind::Longitudinal } else { DistanceKind::Euclidean }),
        extents: word::extents(freespace),
        routing: word::routing(routing),
    }
}

impl Context<'_> {
    /// A trigger. One without condition groups starts at once: the standard calls it meaningless, the
    /// field's files mean that by it.
    pub(super) fn trigger(&mut self, trigger: Option<&xml::Trigger>) -> Trigger<StandardCondition> {
        let groups = trigger.iter().flat_map(|t| &t.condition_groups);
        let any = groups.map(|group| {
            let conditions = group.conditions.iter().filter_map(|c| self.condition(c));
            conditions.collect()
        });
        Trigger { any: any.collect() }
    }

    /// A trigger that stops. One without condition groups never does.
    pub(super) fn stop_trigger(
        &mut self,
        trigger: Option<&xml::Trigger>,
    ) -> Option<Trigger<StandardCondition>> {
        let trigger = trigger.filter(|t| !t.condition_groups.is_empty())?;
        Some(self.trigger(Some(trigger)))
    }

    fn condition(&mut self, c: &xml::Condition) -> Option<Condition<StandardCondition>> {
        let delay_s = self.check_not_negative("the delay of a condition", c.delay, c.origin);
        let test = match &c.kind {
            xml::ConditionKind::ByEntityCondition(by) => {
                let mut entities = Vec::new();
                for reference in &by.triggering_entities.entity_refs {
                    entities.extend(self.entities_of(&reference.entity_ref, reference.origin));
                }
                let test = self.entity_test(&by.entity_condition);
                let quantifier = word::quantifier(by.triggering_entities.triggering_entities_rule);
                test.map(|test| StandardCondition::ByEntity { entities, quantifier, test })
            }
            xml::ConditionKind::ByValueCondition(by) => self.value_test(by).map(StandardCondition::ByValue),
        };
        let edge = word::edge(c.condition_edge);
        Some(Condition { name: c.name.clone(), edge, delay_s: delay_s?, test: test? })
    }

    fn entity_test(&mut self, condition: &xml::EntityCondition) -> Option<EntityTest> {
        use xml::EntityCondition as E;
        let test = match condition {
            E::EndOfRoadCondition(c) => EntityTest::EndOfRoad(self.duration(c.duration, c.origin)?),
            E::OffroadCondition(c) => EntityTest::Offroad(self.duration(c.duration, c.origin)?),
            E::StandStillCondition(c) => EntityTest::StandStill(self.duration(c.duration, c.origin)?),
            E::CollisionCondition(xml::CollisionCondition::EntityRef(r)) => {
                EntityTest::Collision(CollisionWith::Entity(self.entity(&r.entity_ref, r.origin)?))
            }
            E::CollisionCondition(xml::CollisionCondition::ByType(t)) => {
                EntityTest::Collision(CollisionWith::Type(word::entity_kind(t.kind)))
            }
            E::TimeHeadwayCondition(c) => EntityTest::TimeHeadway {
                to: self.entity(&c.entity_ref, c.origin)?,
                value_s: c.value,
                rule: word::rule(c.rule),
                measure: measure(
                    c.along_route,
                    c.coordinate_system,
                    c.relative_distance_type,
                    c.routing_algorithm,
                    &c.freespace,
                ),
            },
            E::TimeToCollisionCondition(c) => EntityTest::TimeToCollision {
                target: match &c.time_to_collision_condition_target {
                    xml::TimeToCollisionConditionTarget::Position(p) => {
                        EntityOrPosition::Position(self.position(p)?)
                    }
                    xml::TimeToCollisionConditionTarget::EntityRef(r) => {
                        EntityOrPosition::Entity(self.entity(&r.entity_ref, r.origin)?)
                    }
                },
                value_s: c.value,
                rule: word::rule(c.rule),
                measure: measure(
                    c.along_route,
                    c.coordinate_system,
                    c.relative_distance_type,
                    c.routing_algorithm,
                    &c.freespace,
                ),
            },
            E::AccelerationCondition(c) => {
                EntityTest::Acceleration(c.value, word::rule(c.rule), word::direction(c.direction))
            }
            E::SpeedCondition(c) => {
                EntityTest::Speed(c.value, word::rule(c.rule), word::direction(c.direction))
            }
            E::RelativeSpeedCondition(c) => EntityTest::RelativeSpeed {
                to: self.entity(&c.entity_ref, c.origin)?,
                value_mps: c.value,
                rule: word::rule(c.rule),
                direction: word::direction(c.direction),
            },
            E::TraveledDistanceCondition(c) => EntityTest::TraveledDistance(c.value),
            E::ReachPositionCondition(c) => {
                let tolerance = self.check_not_negative("the tolerance", c.tolerance, c.origin);
                EntityTest::ReachPosition(self.position(&c.position)?, tolerance?)
            }
            E::DistanceCondition(c) => EntityTest::Distance {
                to: self.position(&c.position)?,
                value_m: c.value,
                rule: word::rule(c.rule),
                measure: measure(
                    c.along_route,
                    c.coordinate_system,
                    c.relative_distance_type,
                    c.routing_algorithm,
                    &c.freespace,
                ),
            },
            E::RelativeDistanceCondition(c) => EntityTest::RelativeDistance {
                to: self.entity(&c.entity_ref, c.origin)?,
                value_m: c.value,
                rule: word::rule(c.rule),
                measure: measure(
                    None,
                    c.coordinate_system,
                    Some(c.relative_distance_type),
                    c.routing_algorithm,
                    &c.freespace,
                ),
            },
            E::RelativeClearanceCondition(c) => self.relative_clearance(c)?,
            E::AngleCondition(c) => EntityTest::Angle {
                kind: word::angle(c.angle_type),
                angle_rad: c.angle,
                tolerance_rad: self.check_not_negative("angleTolerance", c.angle_tolerance, c.origin)?,
                system: c.coordinate_system.map(word::system).unwrap_or_default(),
            },
            E::RelativeAngleCondition(c) => EntityTest::RelativeAngle {
                to: self.entity(&c.entity_ref, c.origin)?,
                kind: word::angle(c.angle_type),
                angle_rad: c.angle,
                tolerance_rad: self.check_not_negative("angleTolerance", c.angle_tolerance, c.origin)?,
                system: c.coordinate_system.map(word::system).unwrap_or_default(),
            },
        };
        Some(test)
    }

    fn duration(&mut self, seconds: f64, at: openscenario::Origin) -> Option<f64> {
        self.check_not_negative("the duration", seconds, at)
    }

    fn relative_clearance(&mut self, c: &xml::RelativeClearanceCondition) -> Option<EntityTest> {
        let entities = all(c.entity_refs.iter().map(|r| {
            let found = self.entities_of(&r.entity_ref, r.origin);
            Some(found).filter(|f| !f.is_empty())
        }));
        Some(EntityTest::RelativeClearance {
            entities: entities?.concat(),
            lanes: c.relative_lane_ranges.iter().map(|r| (r.from, r.to)).collect(),
            ahead_m: self.check_not_negative(
                "distanceForward",
                c.distance_forward.unwrap_or(0.0),
                c.origin,
            )?,
            behind_m: self.check_not_negative(
                "distanceBackward",
                c.distance_backward.unwrap_or(0.0),
                c.origin,
            )?,
            extents: word::extents(&c.free_space),
            opposite: if c.opposite_lanes { OppositeLanes::Included } else { OppositeLanes::Excluded },
        })
    }

    fn value_test(&mut self, condition: &xml::ByValueCondition) -> Option<ValueTest> {
        use xml::ByValueCondition as V;
        let test = match condition {
            V::ParameterCondition(c) => {
                self.check_parameter(&c.parameter_ref, c.origin);
                ValueTest::Parameter(c.parameter_ref.clone(), word::rule(c.rule), c.value.clone())
            }
            V::VariableCondition(c) => {
                let (name, rule, value) = (c.variable_ref.clone(), word::rule(c.rule), c.value.clone());
                match self.variable(&c.variable_ref, c.origin) {
                    Named::Variable => ValueTest::Variable(name, rule, value),
                    Named::Parameter => ValueTest::Parameter(name, rule, value),
                }
            }
            V::UserDefinedValueCondition(c) => {
                ValueTest::UserDefined(c.name.clone(), word::rule(c.rule), c.value.clone())
            }
            V::TimeOfDayCondition(c) => ValueTest::TimeOfDay(c.date_time.since_epoch_s(), word::rule(c.rule)),
            V::SimulationTimeCondition(c) => ValueTest::SimulationTime(c.value, word::rule(c.rule)),
            V::StoryboardElementStateCondition(c) => {
                let kind = word::element_kind(c.storyboard_element_type);
                self.check_element(kind, &c.storyboard_element_ref, c.origin);
                let element = c.storyboard_element_ref.clone();
                ValueTest::StoryboardElement { kind, element, state: word::element_event(c.state) }
            }
            V::TrafficSignalCondition(c) => {
                ValueTest::TrafficSignal { name: c.name.clone(), state: c.state.clone() }
            }
            V::TrafficSignalControllerCondition(c) => {
                let controller = &c.traffic_signal_controller_ref;
                self.check_signal_phase(controller, &c.phase, c.origin);
                ValueTest::TrafficSignalController { controller: controller.clone(), phase: c.phase.clone() }
            }
        };
        Some(test)
    }
}
