//! Words of the standard that have one counterpart each.

use crate::board::{Comparison, Edge, EventPriority, Shape};
use crate::standard::{
    AngleKind, Continuous, CoordinateSystem, Dimension, Direction, DistanceKind, ElementEvent, ElementKind,
    EntityKind, Extents, Following, Quantifier, RouteStrategy, Routing, Rule, Switch, Wetness,
};
use openscenario::model as xml;

pub(super) fn rule(word: xml::Rule) -> Rule {
    match word {
        xml::Rule::EqualTo => Rule::Is(Comparison::Equal),
        xml::Rule::GreaterThan => Rule::Is(Comparison::Greater),
        xml::Rule::LessThan => Rule::Is(Comparison::Less),
        xml::Rule::GreaterOrEqual => Rule::Is(Comparison::GreaterOrEqual),
        xml::Rule::LessOrEqual => Rule::Is(Comparison::LessOrEqual),
        xml::Rule::NotEqualTo => Rule::NotEqual,
    }
}

pub(super) fn shape(word: xml::DynamicsShape) -> Shape {
    match word {
        xml::DynamicsShape::Cubic => Shape::Cubic,
        xml::DynamicsShape::Linear => Shape::Linear,
        xml::DynamicsShape::Sinusoidal => Shape::Sinusoidal,
        xml::DynamicsShape::Step => Shape::Step,
    }
}

pub(super) fn dimension(word: xml::DynamicsDimension) -> Dimension {
    match word {
        xml::DynamicsDimension::Distance => Dimension::Distance,
        xml::DynamicsDimension::Rate => Dimension::Rate,
        xml::DynamicsDimension::Time => Dimension::Time,
    }
}

/// Without a word, the position is met exactly.
pub(super) fn following(word: Option<xml::FollowingMode>) -> Following {
    match word {
        Some(xml::FollowingMode::Follow) => Following::Follow,
        Some(xml::FollowingMode::Position) | None => Following::Position,
    }
}

pub(super) fn edge(word: xml::ConditionEdge) -> Edge {
    match word {
        xml::ConditionEdge::Falling => Edge::Falling,
        xml::ConditionEdge::None => Edge::None,
        xml::ConditionEdge::Rising => Edge::Rising,
        xml::ConditionEdge::RisingOrFalling => Edge::RisingOrFalling,
    }
}

pub(super) fn priority(word: xml::Priority) -> EventPriority {
    match word {
        xml::Priority::Overwrite | xml::Priority::Override => EventPriority::Override,
        xml::Priority::Parallel => EventPriority::Parallel,
        xml::Priority::Skip => EventPriority::Skip,
    }
}

pub(super) fn quantifier(word: xml::TriggeringEntitiesRule) -> Quantifier {
    match word {
        xml::TriggeringEntitiesRule::All => Quantifier::All,
        xml::TriggeringEntitiesRule::Any => Quantifier::Any,
    }
}

pub(super) fn system(word: xml::CoordinateSystem) -> CoordinateSystem {
    match word {
        xml::CoordinateSystem::Entity => CoordinateSystem::Entity,
        xml::CoordinateSystem::Lane => CoordinateSystem::Lane,
        xml::CoordinateSystem::Road => CoordinateSystem::Road,
        xml::CoordinateSystem::Trajectory => CoordinateSystem::Trajectory,
        xml::CoordinateSystem::World => CoordinateSystem::World,
    }
}

pub(super) fn distance_kind(word: xml::RelativeDistanceType) -> DistanceKind {
    match word {
        xml::RelativeDistanceType::Lateral => DistanceKind::Lateral,
        xml::RelativeDistanceType::Longitudinal => DistanceKind::Longitudinal,
        xml::RelativeDistanceType::CartesianDistance | xml::RelativeDistanceType::EuclidianDistance => {
            DistanceKind::Euclidean
        }
    }
}

pub(super) fn routing(word: Option<xml::RoutingAlgorithm>) -> Routing {
    match word {
        Some(xml::RoutingAlgorithm::AssignedRoute) => Routing::AssignedRoute,
        Some(xml::RoutingAlgorithm::Fastest) => Routing::Fastest,
        Some(xml::RoutingAlgorithm::LeastIntersections) => Routing::LeastIntersections,
        Some(xml::RoutingAlgorithm::Shortest) => Routing::Shortest,
        Some(xml::RoutingAlgorithm::Undefined) | None => Routing::Undefined,
    }
}

pub(super) fn direction(word: Option<xml::DirectionalDimension>) -> Direction {
    match word {
        Some(xml::DirectionalDimension::Longitudinal) => Direction::Longitudinal,
        Some(xml::DirectionalDimension::Lateral) => Direction::Lateral,
        Some(xml::DirectionalDimension::Vertical) => Direction::Vertical,
        None => Direction::Total,
    }
}

pub(super) fn angle(word: xml::AngleType) -> AngleKind {
    match word {
        xml::AngleType::Heading => AngleKind::Heading,
        xml::AngleType::Pitch => AngleKind::Pitch,
        xml::AngleType::Roll => AngleKind::Roll,
    }
}

pub(super) fn element_kind(word: xml::StoryboardElementType) -> ElementKind {
    match word {
        xml::StoryboardElementType::Act => ElementKind::Act,
        xml::StoryboardElementType::Action => ElementKind::Action,
        xml::StoryboardElementType::Event => ElementKind::Event,
        xml::StoryboardElementType::Maneuver => ElementKind::Maneuver,
        xml::StoryboardElementType::ManeuverGroup => ElementKind::ManeuverGroup,
        xml::StoryboardElementType::Story => ElementKind::Story,
    }
}

pub(super) fn element_event(word: xml::StoryboardElementState) -> ElementEvent {
    match word {
        xml::StoryboardElementState::CompleteState => ElementEvent::CompleteState,
        xml::StoryboardElementState::EndTransition => ElementEvent::EndTransition,
        xml::StoryboardElementState::RunningState => ElementEvent::RunningState,
        xml::StoryboardElementState::SkipTransition => ElementEvent::SkipTransition,
        xml::StoryboardElementState::StandbyState => ElementEvent::StandbyState,
        xml::StoryboardElementState::StartTransition => ElementEvent::StartTransition,
        xml::StoryboardElementState::StopTransition => ElementEvent::StopTransition,
    }
}

pub(super) fn entity_kind(word: xml::ObjectType) -> EntityKind {
    match word {
        xml::ObjectType::Miscellaneous => EntityKind::Miscellaneous,
        xml::ObjectType::Pedestrian => EntityKind::Pedestrian,
        xml::ObjectType::Vehicle => EntityKind::Vehicle,
        xml::ObjectType::External => EntityKind::External,
    }
}

pub(super) fn strategy(word: xml::RouteStrategy) -> RouteStrategy {
    match word {
        xml::RouteStrategy::Fastest => RouteStrategy::Fastest,
        xml::RouteStrategy::LeastIntersections => RouteStrategy::LeastIntersections,
        xml::RouteStrategy::Random => RouteStrategy::Random,
        xml::RouteStrategy::Shortest => RouteStrategy::Shortest,
    }
}

pub(super) fn wetness(word: xml::Wetness) -> Wetness {
    match word {
        xml::Wetness::Dry => Wetness::Dry,
        xml::Wetness::Moist => Wetness::Moist,
        xml::Wetness::WetWithPuddles => Wetness::WetWithPuddles,
        xml::Wetness::LowFlooded => Wetness::LowFlooded,
        xml::Wetness::HighFlooded => Wetness::HighFlooded,
    }
}

pub(super) fn extents(freespace: &bool) -> Extents {
    match freespace {
        true => Extents::FreeSpace,
        false => Extents::ReferencePoints,
    }
}

pub(super) fn continuous(value: &bool) -> Continuous {
    match value {
        true => Continuous::Yes,
        false => Continuous::No,
    }
}

pub(super) fn switch(value: Option<bool>) -> Switch {
    match value {
        Some(true) => Switch::On,
        Some(false) => Switch::Off,
        None => Switch::Keep,
    }
}
