//! What the standard's conditions mean: tests of entities and of values, on the state of the moment.
//!
//! Edges, delays and groups are the storyboard's; here a condition holds now or it does not. What the player
//! does not move (parameters, variables, time, signals, storyboard elements) comes through [`Facts`].
//!
//! # Rules
//! - Numbers: two that differ by less than [`EQUAL_TOLERANCE`] are equal; beyond rounding
//!   ([`ROUNDING`]) nothing is greater than what it equals.
//! - Durations (end of road, off the road, standstill) hold when they are reached.
//! - Distances compare without their sign; where there is none (no way along the roads) it is infinite.
//! - Time headway is undefined, and the condition false, where the target is behind or the entity reverses;
//!   while it stands it is infinite. Time to collision is undefined where the two do not close in.
//! - Components of speed and acceleration are those along the entity's axes; of a relative speed, along the
//!   **reference's** axes (the yardstick's choice, which its expected values need; the standard names the triggering
//!   entity).
//! - Relative clearance needs at least one lane in the asked range; a range beyond the road is not free.
//! - Angles: `world` and `entity` are the world's angles; `road` against rising s; `lane` against the lane's
//!   driving direction; `trajectory` against the trajectory's tangent, with pitch against its slope.
//! - Entities that take no part neither trigger nor are looked at.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.3, classes `…Condition`.

use super::distance::{
    Target, distance_m, lane_difference, on_curve, straight_m, time_headway_s, time_to_collision_s,
    velocity_mps,
};
use super::entity::{Entity, Located, Taking};
use super::footprint::collide;
use super::frame::{angles, wrap};
use super::position::{Curve, PositionError, Setting};
use super::roads::Roads;
use crate::board::{Comparison, compare};
use crate::standard::{
    AngleKind, CollisionWith, CoordinateSystem, Direction, ElementEvent, ElementKind, EntityOrPosition,
    EntityTest, Extents, Measure, OppositeLanes, Quantifier, Rule, StandardCondition, ValueTest,
};
use glam::{DVec2, DVec3};

/// Numbers closer than this are equal for `equalTo` and `notEqualTo`.
pub const EQUAL_TOLERANCE: f64 = 1e-6;
/// Rounding that does not count in the other comparisons.
pub const ROUNDING: f64 = 1e-9;

/// What conditions ask that the player does not know itself.
pub trait Facts {
    /// Simulated time, s.
    fn time_s(&self) -> f64;
    /// Time of day: seconds since 1970-01-01T00:00:00 UTC; `None` where no environment sets one.
    fn time_of_day_s(&self) -> Option<f64>;
    /// A parameter's value.
    fn parameter(&self, name: &str) -> Option<String>;
    /// A variable's value.
    fn variable(&self, name: &str) -> Option<String>;
    /// A value that the user sets from outside.
    fn user_value(&self, name: &str) -> Option<String>;
    /// Whether a storyboard element is in a state or transition in this step.
    fn element(&self, kind: ElementKind, element: &str, state: ElementEvent) -> bool;
    /// State of a traffic signal (its semicolon list).
    fn signal(&self, name: &str) -> Option<String>;
    /// Phase of a signal controller.
    fn controller_phase(&self, controller: &str) -> Option<String>;
}

/// Whether a condition holds, and who made it hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// It holds.
    pub holds: bool,
    /// Indices of the entities that made it hold, in their order; empty for conditions by value.
    pub by: Vec<usize>,
    /// A position in it that has no meaning: it counts as not fulfilled.
    pub problem: Option<PositionError>,
}

/// Whether a condition holds now.
pub fn holds(condition: &StandardCondition, setting: &Setting<'_>, facts: &dyn Facts) -> Verdict {
    match condition {
        StandardCondition::ByValue(test) => Verdict { holds: value_holds(test, facts), ..Verdict::default() },
        StandardCondition::ByEntity { entities, quantifier, test } => {
            let mut verdict = Verdict::default();
            let (mut asked, mut fulfilled) = (Vec::new(), Vec::new());
            for name in entities {
                let found = setting.stage.index_of(name);
                let part = |i: &usize| setting.stage.all().get(*i).is_some_and(takes_part);
                let Some(index) = found.filter(part) else { continue };
                asked.push(index);
                match entity_holds(test, index, setting) {
                    Ok(true) => fulfilled.push(index),
                    Ok(false) => {}
                    Err(problem) => verdict.problem = Some(problem),
                }
            }
            match quantifier {
                Quantifier::Any => {
                    verdict.holds = !fulfilled.is_empty();
                    verdict.by = fulfilled;
                }
                Quantifier::All => {
                    verdict.holds = !asked.is_empty() && fulfilled.len() == asked.len();
                    verdict.by = fulfilled;
                }
                Quantifier::None => {
                    verdict.holds = !asked.is_empty() && fulfilled.is_empty() && verdict.problem.is_none();
                    verdict.by = asked;
                }
            }
            if !verdict.holds {
                verdict.by.clear();
            }
            verdict
        }
    }
}

/// Compares two numbers by a rule; nothing holds of NaN but "not equal".
pub fn rule_holds(left: f64, rule: Rule, right: f64) -> bool {
    let same = |tolerance: f64| left == right || (left - right).abs() <= tolerance;
    match rule {
        Rule::NotEqual => !same(EQUAL_TOLERANCE),
        Rule::Is(Comparison::Equal) => same(EQUAL_TOLERANCE),
        Rule::Is(comparison @ (Comparison::GreaterOrEqual | Comparison::LessOrEqual)) => {
            same(ROUNDING) || compare(left, comparison, right)
        }
        Rule::Is(comparison @ (Comparison::Greater | Comparison::Less)) => {
            !same(ROUNDING) && compare(left, comparison, right)
        }
    }
}

/// Compares two texts by a rule: as numbers where both are numbers; else only for being equal or not.
pub fn text_holds(left: &str, rule: Rule, right: &str) -> bool {
    let (left, right) = (left.trim(), right.trim());
    if let (Ok(a), Ok(b)) = (left.parse::<f64>(), right.parse::<f64>()) {
        return rule_holds(a, rule, b);
    }
    match rule {
        Rule::Is(Comparison::Equal) => left == right,
        Rule::NotEqual => left != right,
        Rule::Is(
            Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual,
        ) => false,
    }
}

/// Whether a test by value holds.
pub fn value_holds(test: &ValueTest, facts: &dyn Facts) -> bool {
    let text = |found: Option<String>, rule: &Rule, value: &str| {
        found.is_some_and(|found| text_holds(&found, *rule, value))
    };
    match test {
        ValueTest::SimulationTime(value_s, rule) => rule_holds(facts.time_s(), *rule, *value_s),
        ValueTest::TimeOfDay(value_s, rule) => {
            facts.time_of_day_s().is_some_and(|now| rule_holds(now, *rule, *value_s))
        }
        ValueTest::Parameter(name, rule, value) => text(facts.parameter(name), rule, value),
        ValueTest::Variable(name, rule, value) => text(facts.variable(name), rule, value),
        ValueTest::UserDefined(name, rule, value) => text(facts.user_value(name), rule, value),
        ValueTest::StoryboardElement { kind, element, state } => facts.element(*kind, element, *state),
        ValueTest::TrafficSignal { name, state } => {
            facts.signal(name).is_some_and(|now| now.trim() == state.trim())
        }
        ValueTest::TrafficSignalController { controller, phase } => {
            facts.controller_phase(controller).is_some_and(|now| now.trim() == phase.trim())
        }
    }
}

fn takes_part(entity: &Entity) -> bool {
    match entity.taking {
        Taking::Part => true,
        Taking::NoPart => false,
    }
}

/// Whether a test holds of the entity with an index.
pub fn entity_holds(test: &EntityTest, index: usize, setting: &Setting<'_>) -> Result<bool, PositionError> {
    let Some(own) = setting.stage.all().get(index) else { return Ok(false) };
    let roads = setting.roads;
    let curve = setting.stage.path(index);
    let other = |name: &str| setting.stage.entity(name).filter(|e| takes_part(e));
    let lasted = |since: Option<f64>, duration_s: f64| since.is_some_and(|t| t >= duration_s - ROUNDING);
    // The distance without its sign; infinite where there is none.
    let away = |to: Target<'_>, measure: Measure| {
        distance_m(own, to, measure, roads, curve).map_or(f64::INFINITY, f64::abs)
    };
    Ok(match test {
        EntityTest::EndOfRoad(duration_s) => lasted(own.end_of_road_s, *duration_s),
        EntityTest::Offroad(duration_s) => lasted(own.offroad_s, *duration_s),
        EntityTest::StandStill(duration_s) => lasted(Some(own.standing_s), *duration_s),
        EntityTest::Collision(with) => collides(own, index, with, setting),
        EntityTest::TimeHeadway { to, value_s, rule, measure } => other(to).is_some_and(|to| {
            let d = distance_m(own, Target::Entity(to), *measure, roads, curve).unwrap_or(f64::INFINITY);
            time_headway_s(own, d).is_some_and(|headway_s| rule_holds(headway_s, *rule, *value_s))
        }),
        EntityTest::TimeToCollision { target, value_s, rule, measure } => {
            let located;
            let to = match target {
                EntityOrPosition::Entity(name) => match other(name) {
                    Some(entity) => Target::Entity(entity),
                    None => return Ok(false),
                },
                EntityOrPosition::Position(position) => {
                    located = setting.resolve(position, Some(index))?;
                    Target::Place(&located)
                }
            };
            distance_m(own, to, *measure, roads, curve)
                .and_then(|d| time_to_collision_s(own, to, *measure, d, roads, curve))
                .is_some_and(|ttc_s| rule_holds(ttc_s, *rule, *value_s))
        }
        EntityTest::Acceleration(value, rule, direction) => {
            let accel =
                component(own.accel_mps2, &own.at, *direction, signed_length(own.accel_mps2, &own.at));
            rule_holds(accel, *rule, *value)
        }
        EntityTest::Speed(value, rule, direction) => {
            rule_holds(component(velocity_mps(own), &own.at, *direction, own.speed_mps), *rule, *value)
        }
        EntityTest::RelativeSpeed { to, value_mps, rule, direction } => other(to).is_some_and(|to| {
            let difference = velocity_mps(own) - velocity_mps(to);
            let speed = component(difference, &to.at, *direction, own.speed_mps - to.speed_mps);
            rule_holds(speed, *rule, *value_mps)
        }),
        EntityTest::TraveledDistance(value_m) => own.traveled_m >= value_m - ROUNDING,
        EntityTest::ReachPosition(position, tolerance_m) => {
            let at = setting.resolve(position, Some(index))?;
            straight_m(own, Target::Place(&at), Extents::ReferencePoints) <= *tolerance_m
        }
        EntityTest::Distance { to, value_m, rule, measure } => {
            let at = setting.resolve(to, Some(index))?;
            rule_holds(away(Target::Place(&at), *measure), *rule, *value_m)
        }
        EntityTest::RelativeDistance { to, value_m, rule, measure } => {
            other(to).is_some_and(|to| rule_holds(away(Target::Entity(to), *measure), *rule, *value_m))
        }
        EntityTest::RelativeClearance { entities, lanes, ahead_m, behind_m, extents, opposite } => {
            let around = Around {
                lanes,
                ahead_m: *ahead_m,
                behind_m: *behind_m,
                extents: *extents,
                opposite: *opposite,
            };
            around.exists(own, roads)
                && !setting.stage.all().iter().enumerate().any(|(i, e)| {
                    let meant = entities.is_empty() || entities.contains(&e.name);
                    i != index && meant && takes_part(e) && around.holds(own, e, roads)
                })
        }
        EntityTest::Angle { kind, angle_rad, tolerance_rad, system } => {
            frame_angle(own, *kind, *system, roads, curve)
                .is_some_and(|found| wrap(found - angle_rad).abs() <= tolerance_rad + ROUNDING)
        }
        EntityTest::RelativeAngle { to, kind, angle_rad, tolerance_rad, system } => {
            let found = other(to).and_then(|to| match system {
                CoordinateSystem::Entity => {
                    let turn = to.at.pose.matrix().transpose() * own.at.pose.matrix();
                    Some(pick(angles(&turn), *kind))
                }
                CoordinateSystem::World
                | CoordinateSystem::Road
                | CoordinateSystem::Lane
                | CoordinateSystem::Trajectory => {
                    let mine = frame_angle(own, *kind, *system, roads, curve)?;
                    Some(mine - frame_angle(to, *kind, *system, roads, curve)?)
                }
            });
            found.is_some_and(|found| wrap(found - angle_rad).abs() <= tolerance_rad + ROUNDING)
        }
    })
}

fn collides(own: &Entity, index: usize, with: &CollisionWith, setting: &Setting<'_>) -> bool {
    let meant = |e: &Entity| match with {
        CollisionWith::Entity(name) => e.name == *name,
        CollisionWith::Type(kind) => e.body.kind == *kind,
    };
    let mut others = setting.stage.all().iter().enumerate();
    others.any(|(i, e)| i != index && takes_part(e) && meant(e) && collide(own, e))
}

/// The component along an axis of a body; `total` where no direction is asked.
fn component(vector: DVec3, of: &Located, direction: Direction, total: f64) -> f64 {
    let axes = of.pose.matrix();
    match direction {
        Direction::Total => total,
        Direction::Longitudinal => vector.dot(axes.x_axis),
        Direction::Lateral => vector.dot(axes.y_axis),
        Direction::Vertical => vector.dot(axes.z_axis),
    }
}

/// Magnitude with the sign of its forward component.
fn signed_length(vector: DVec3, of: &Located) -> f64 {
    if vector.dot(of.pose.matrix().x_axis) < 0.0 { -vector.length() } else { vector.length() }
}

/// Where a lane lies against the entity's own.
#[derive(Clone, Copy)]
enum Side {
    /// On the same side of the reference line.
    Same,
    /// On the other.
    Opposite,
}

/// The area of a relative clearance.
struct Around<'a> {
    lanes: &'a [(Option<i32>, Option<i32>)],
    ahead_m: f64,
    behind_m: f64,
    extents: Extents,
    opposite: OppositeLanes,
}

impl Around<'_> {
    fn in_lanes(&self, lanes: i32, side: Side) -> bool {
        let looked_at = match (self.opposite, side) {
            (OppositeLanes::Included, Side::Same | Side::Opposite)
            | (OppositeLanes::Excluded, Side::Same) => true,
            (OppositeLanes::Excluded, Side::Opposite) => false,
        };
        let within = |(from, to): &(Option<i32>, Option<i32>)| {
            from.is_none_or(|from| from <= lanes) && to.is_none_or(|to| lanes <= to)
        };
        looked_at && (self.lanes.is_empty() || self.lanes.iter().any(within))
    }

    /// Whether the road has a driving lane there.
    fn exists(&self, own: &Entity, roads: &Roads) -> bool {
        let Some(place) = own.at.place else { return false };
        roads.lane_ids_at(place.road, place.s_m).into_iter().any(|id| {
            let there = super::entity::RoadPlace { lane: id, ..place };
            let opposite = id.signum() * place.lane.signum() < 0;
            let lanes = id - place.lane;
            let lanes = if opposite { lanes - lanes.signum() } else { lanes };
            roads.is_driving_lane(there)
                && self.in_lanes(lanes, if opposite { Side::Opposite } else { Side::Same })
        })
    }

    fn holds(&self, own: &Entity, other: &Entity, roads: &Roads) -> bool {
        lane_difference(own, Target::Entity(other), self.extents, roads).is_some_and(|d| {
            let side = if d.opposite { Side::Opposite } else { Side::Same };
            -self.behind_m <= d.ds_m && d.ds_m <= self.ahead_m && self.in_lanes(d.lanes, side)
        })
    }
}

fn pick((h_rad, p_rad, r_rad): (f64, f64, f64), kind: AngleKind) -> f64 {
    match kind {
        AngleKind::Heading => h_rad,
        AngleKind::Pitch => p_rad,
        AngleKind::Roll => r_rad,
    }
}

/// An angle of an entity in a system; `None` off the roads, or without a trajectory.
fn frame_angle(
    of: &Entity,
    kind: AngleKind,
    system: CoordinateSystem,
    roads: &Roads,
    curve: Option<&dyn Curve>,
) -> Option<f64> {
    let pose = of.at.pose;
    let world = (pose.h_rad, pose.p_rad, pose.r_rad);
    let found = match system {
        CoordinateSystem::World | CoordinateSystem::Entity => world,
        CoordinateSystem::Road => {
            let place = super::entity::RoadPlace { lane: 0, ..of.at.place? };
            let r = roads.relative_at(place, &pose);
            (r.h_rad, r.p_rad, r.r_rad)
        }
        CoordinateSystem::Lane => {
            let place = of.at.place?;
            let r = roads.relative_at(place, &pose);
            let turn = if roads.driving_direction(place) < 0 { std::f64::consts::PI } else { 0.0 };
            (r.h_rad - turn, r.p_rad, r.r_rad)
        }
        CoordinateSystem::Trajectory => {
            let curve = curve?;
            let (s_m, _, tangent) = on_curve(curve, DVec2::new(pose.position_m.x, pose.position_m.y))?;
            let h = 1e-3f64.min(0.5 * curve.length_m());
            let (a, b) = ((s_m - h).max(0.0), (s_m + h).min(curve.length_m()));
            let rise = curve.at(b)?.position_m.z - curve.at(a)?.position_m.z;
            let slope = if b > a { libm::atan(rise / (b - a)) } else { 0.0 };
            (pose.h_rad - libm::atan2(tangent.y, tangent.x), pose.p_rad + slope, pose.r_rad)
        }
    };
    Some(pick(found, kind))
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
