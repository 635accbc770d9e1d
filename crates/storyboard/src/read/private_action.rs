//! Actions of one entity, but for those on controllers.

use super::context::Context;
use super::path::all;
use super::word;
use crate::standard::{
    Continuous, Displacement, DynamicConstraints, FinalSpeed, Gap, LaneTarget, LightKind, LightMode,
    OffsetTarget, PrivateAction, RelativeSpeedKind, SpeedProfileEntry, SpeedTarget, SteadyState, TimeDomain,
    TimeReference, TrailerAction, TransitionDynamics,
};
use openscenario::Origin;
use openscenario::model as xml;

fn constraints(c: Option<&xml::DynamicConstraints>) -> Option<DynamicConstraints> {
    let free = f64::INFINITY;
    c.map(|c| DynamicConstraints {
        accel_mps2_max: c.max_acceleration.unwrap_or(free),
        decel_mps2_max: c.max_deceleration.unwrap_or(free),
        speed_mps_max: c.max_speed.unwrap_or(free),
        accel_rate_mps3_max: c.max_acceleration_rate.unwrap_or(free),
        decel_rate_mps3_max: c.max_deceleration_rate.unwrap_or(free),
    })
}

fn relative_speed_kind(word: xml::SpeedTargetValueType) -> RelativeSpeedKind {
    match word {
        xml::SpeedTargetValueType::Delta => RelativeSpeedKind::Delta,
        xml::SpeedTargetValueType::Factor => RelativeSpeedKind::Factor,
    }
}

impl Context<'_> {
    /// One action of the file; some hold several (the 1.0 schema asks for two controller actions at once).
    pub(super) fn private_action(&mut self, action: &xml::PrivateAction) -> Option<Vec<PrivateAction>> {
        let one = match action {
            xml::PrivateAction::LongitudinalAction(action) => self.longitudinal(action)?,
            xml::PrivateAction::LateralAction(action) => self.lateral(action)?,
            xml::PrivateAction::VisibilityAction(action) => PrivateAction::Visibility {
                graphics: action.graphics,
                sensors: action.sensors,
                traffic: action.traffic,
                sensor_names: action
                    .sensor_reference_set
                    .iter()
                    .flat_map(|s| &s.sensor_references)
                    .map(|s| s.name.clone())
                    .collect(),
            },
            xml::PrivateAction::SynchronizeAction(action) => self.synchronize(action)?,
            xml::PrivateAction::ActivateControllerAction(action) => self.activate_controller(action),
            xml::PrivateAction::ControllerAction(action) => return self.controller_action(action),
            xml::PrivateAction::TeleportAction(action) => {
                PrivateAction::Teleport(self.position(&action.position)?)
            }
            xml::PrivateAction::RoutingAction(action) => self.routing(action)?,
            xml::PrivateAction::AppearanceAction(action) => return self.appearance(action),
            xml::PrivateAction::TrailerAction(action) => PrivateAction::Trailer(match action {
                xml::TrailerAction::ConnectTrailerAction(action) => {
                    TrailerAction::Connect(self.entity(&action.trailer_ref, action.origin)?)
                }
                xml::TrailerAction::DisconnectTrailerAction(_) => TrailerAction::Disconnect,
            }),
        };
        Some(vec![one])
    }

    fn dynamics(&mut self, d: &xml::TransitionDynamics) -> Option<TransitionDynamics> {
        let shape = word::shape(d.dynamics_shape);
        let value = match d.dynamics_shape {
            // The value of a step has no meaning.
            xml::DynamicsShape::Step => d.value,
            xml::DynamicsShape::Cubic | xml::DynamicsShape::Linear | xml::DynamicsShape::Sinusoidal => {
                match d.dynamics_dimension {
                    // The target says in which direction; files of the field (ASAM's among them) write -4.
                    xml::DynamicsDimension::Rate => d.value.abs(),
                    xml::DynamicsDimension::Time | xml::DynamicsDimension::Distance => {
                        self.check_not_negative("the value of a transition", d.value, d.origin)?
                    }
                }
            }
        };
        let dimension = word::dimension(d.dynamics_dimension);
        Some(TransitionDynamics { shape, dimension, value, following: word::following(d.following_mode) })
    }

    fn longitudinal(&mut self, action: &xml::LongitudinalAction) -> Option<PrivateAction> {
        match action {
            xml::LongitudinalAction::SpeedAction(action) => {
                let dynamics = self.dynamics(&action.speed_action_dynamics);
                let target = match &action.speed_action_target {
                    xml::SpeedActionTarget::AbsoluteTargetSpeed(t) => Some(SpeedTarget::Absolute(t.value)),
                    xml::SpeedActionTarget::RelativeTargetSpeed(t) => {
                        self.entity(&t.entity_ref, t.origin).map(|entity| SpeedTarget::Relative {
                            entity,
                            value: t.value,
                            kind: relative_speed_kind(t.speed_target_value_type),
                            continuous: word::continuous(&t.continuous),
                        })
                    }
                };
                Some(PrivateAction::Speed { dynamics: dynamics?, target: target? })
            }
            xml::LongitudinalAction::LongitudinalDistanceAction(action) => self.longitudinal_distance(action),
            xml::LongitudinalAction::SpeedProfileAction(action) => {
                let relative_to = match &action.entity_ref {
                    Some(name) => Some(self.entity(name, action.origin)?),
                    None => None,
                };
                let entries = action.speed_profile_entries.iter().map(|e| {
                    let time_s = match e.time {
                        Some(time) => {
                            Some(self.check_not_negative("the time of an entry", time, e.origin)?)
                        }
                        None => None,
                    };
                    Some(SpeedProfileEntry { time_s, speed_mps: e.speed })
                });
                Some(PrivateAction::SpeedProfile {
                    relative_to,
                    following: word::following(Some(action.following_mode)),
                    entries: all(entries)?,
                    constraints: constraints(action.dynamic_constraints.as_ref()),
                })
            }
        }
    }

    fn longitudinal_distance(&mut self, a: &xml::LongitudinalDistanceAction) -> Option<PrivateAction> {
        let gap = match (a.distance, a.time_gap) {
            (Some(_), Some(_)) => {
                let message = "distance and timeGap exclude each other".to_owned();
                self.error("attribute.exclusive", a.origin, message, "one of them is wanted");
                return None;
            }
            (Some(distance), None) => {
                if distance < 0.0 {
                    let message = format!("the distance is {distance}");
                    self.warn("value.assumed", a.origin, message, "its magnitude was taken");
                }
                Some(Gap::Distance(distance.abs()))
            }
            (None, Some(time)) => Some(Gap::Time(self.check_not_negative("the time gap", time, a.origin)?)),
            (None, None) => None,
        };
        Some(PrivateAction::LongitudinalDistance {
            entity: self.entity(&a.entity_ref, a.origin)?,
            gap,
            displacement: match a.displacement {
                Some(xml::LongitudinalDisplacement::Any) => Displacement::Any,
                Some(xml::LongitudinalDisplacement::LeadingReferencedEntity) => Displacement::Leading,
                // The standard's default.
                Some(xml::LongitudinalDisplacement::TrailingReferencedEntity) | None => {
                    Displacement::Trailing
                }
            },
            extents: word::extents(&a.freespace),
            system: a.coordinate_system.map(word::system).unwrap_or_default(),
            continuous: word::continuous(&a.continuous),
            constraints: constraints(a.dynamic_constraints.as_ref()),
        })
    }

    fn lateral(&mut self, action: &xml::LateralAction) -> Option<PrivateAction> {
        match action {
            xml::LateralAction::LaneChangeAction(action) => {
                let dynamics = self.dynamics(&action.lane_change_action_dynamics);
                let target = match &action.lane_change_target {
                    xml::LaneChangeTarget::AbsoluteTargetLane(t) => {
                        self.lane(&t.value, t.origin).map(LaneTarget::Absolute)
                    }
                    xml::LaneChangeTarget::RelativeTargetLane(t) => {
                        self.entity(&t.entity_ref, t.origin).map(|e| LaneTarget::Relative(e, t.value))
                    }
                };
                let target_offset_m = action.target_lane_offset.unwrap_or(0.0);
                Some(PrivateAction::LaneChange { dynamics: dynamics?, target: target?, target_offset_m })
            }
            xml::LateralAction::LaneOffsetAction(action) => {
                let dynamics = &action.lane_offset_action_dynamics;
                let target = match &action.lane_offset_target {
                    xml::LaneOffsetTarget::AbsoluteTargetLaneOffset(t) => OffsetTarget::Absolute(t.value),
                    xml::LaneOffsetTarget::RelativeTargetLaneOffset(t) => {
                        OffsetTarget::Relative(self.entity(&t.entity_ref, t.origin)?, t.value)
                    }
                };
                let lateral_accel_mps2_max = match dynamics.max_lateral_acc {
                    Some(limit) => {
                        Some(self.check_not_negative("the lateral acceleration", limit, dynamics.origin)?)
                    }
                    None => None,
                };
                Some(PrivateAction::LaneOffset {
                    shape: word::shape(dynamics.dynamics_shape),
                    lateral_accel_mps2_max,
                    target,
                    continuous: word::continuous(&action.continuous),
                })
            }
            xml::LateralAction::LateralDistanceAction(a) => {
                let distance = a.distance.unwrap_or(0.0);
                Some(PrivateAction::LateralDistance {
                    entity: self.entity(&a.entity_ref, a.origin)?,
                    // Missing is 0, as the standard says.
                    distance_m: Some(self.check_not_negative("the distance", distance, a.origin)?),
                    displacement: match a.displacement {
                        Some(xml::LateralDisplacement::Any) | None => Displacement::Any,
                        Some(xml::LateralDisplacement::LeftToReferencedEntity) => Displacement::Leading,
                        Some(xml::LateralDisplacement::RightToReferencedEntity) => Displacement::Trailing,
                    },
                    extents: word::extents(&a.freespace),
                    system: a.coordinate_system.map(word::system).unwrap_or_default(),
                    continuous: word::continuous(&a.continuous),
                    constraints: constraints(a.dynamic_constraints.as_ref()),
                })
            }
        }
    }

    fn synchronize(&mut self, a: &xml::SynchronizeAction) -> Option<PrivateAction> {
        let master = self.entity(&a.master_entity_ref, a.origin);
        let master_target = self.position(&a.target_position_master);
        let target = self.position(&a.target_position);
        let (final_speed, steady_state) = match &a.final_speed {
            None => (None, None),
            Some(xml::FinalSpeed::AbsoluteSpeed(s)) => {
                (Some(FinalSpeed::Absolute(s.value)), s.steady_state.as_ref())
            }
            Some(xml::FinalSpeed::RelativeSpeedToMaster(s)) => {
                if s.speed_target_value_type == xml::SpeedTargetValueType::Factor {
                    self.not_covered(s.origin, "a final speed by factor", "no final speed is aimed at");
                    (None, None)
                } else {
                    (Some(FinalSpeed::RelativeToMaster(s.value)), s.steady_state.as_ref())
                }
            }
        };
        let steady_state = steady_state.map(|s| match s {
            xml::SteadyState::TargetDistanceSteadyState(s) => SteadyState::Distance(s.distance),
            xml::SteadyState::TargetTimeSteadyState(s) => SteadyState::Time(s.time),
        });
        Some(PrivateAction::Synchronize {
            master: master?,
            master_target: master_target?,
            target: target?,
            final_speed,
            steady_state,
            master_tolerance_m: a.target_tolerance_master.unwrap_or(0.0),
            // Where none is said there is none (the standard names no default; the yardstick's numbers ask for 0).
            tolerance_m: a.target_tolerance.unwrap_or(0.0),
        })
    }

    fn routing(&mut self, action: &xml::RoutingAction) -> Option<PrivateAction> {
        match action {
            xml::RoutingAction::AssignRouteAction(xml::AssignRouteAction::Route(route)) => {
                self.route(route).map(PrivateAction::AssignRoute)
            }
            xml::RoutingAction::AssignRouteAction(xml::AssignRouteAction::CatalogReference(reference)) => {
                self.route_entry(reference).map(PrivateAction::AssignRoute)
            }
            xml::RoutingAction::FollowTrajectoryAction(action) => self.follow_trajectory(action),
            xml::RoutingAction::AcquirePositionAction(action) => {
                self.position(&action.position).map(PrivateAction::AcquirePosition)
            }
            xml::RoutingAction::RandomRouteAction(_) => Some(PrivateAction::RandomRoute),
        }
    }

    fn follow_trajectory(&mut self, a: &xml::FollowTrajectoryAction) -> Option<PrivateAction> {
        let trajectory = match (&a.trajectory_ref, &a.trajectory, &a.catalog_reference) {
            (Some(reference), _, _) => self.trajectory_ref(reference)?,
            (None, Some(trajectory), _) => self.trajectory(trajectory)?,
            (None, None, Some(reference)) => self.trajectory_entry(reference)?,
            (None, None, None) => {
                let message = "there is no trajectory to follow".to_owned();
                self.error("element.missing", a.origin, message, "<TrajectoryRef> is wanted");
                return None;
            }
        };
        let time_reference = match &a.time_reference {
            xml::TimeReference::None(_) => TimeReference::None,
            xml::TimeReference::Timing(t) => TimeReference::Timing {
                domain: match t.domain_absolute_relative {
                    xml::ReferenceContext::Absolute => TimeDomain::Absolute,
                    xml::ReferenceContext::Relative => TimeDomain::Relative,
                },
                scale: t.scale,
                offset_s: t.offset,
            },
        };
        let offset = a.initial_distance_offset.unwrap_or(0.0);
        Some(PrivateAction::FollowTrajectory {
            trajectory,
            time_reference,
            following: word::following(Some(a.trajectory_following_mode.following_mode)),
            initial_offset_m: self.check_not_negative("initialDistanceOffset", offset, a.origin)?,
        })
    }

    fn appearance(&mut self, action: &xml::AppearanceAction) -> Option<Vec<PrivateAction>> {
        let mut list = Vec::new();
        if let Some(a) = &action.light_state_action {
            list.push(self.light_state(a)?);
        }
        if let Some(a) = &action.animation_action {
            list.push(self.animation(a));
        }
        if list.is_empty() {
            let message = "an appearance action changes nothing".to_owned();
            let hint = "LightStateAction or AnimationAction is wanted";
            self.error("element.choice", action.origin, message, hint);
            return None;
        }
        Some(list)
    }

    fn light_state(&mut self, a: &xml::LightStateAction) -> Option<PrivateAction> {
        let state = &a.light_state;
        if state.color.is_some() || state.luminous_intensity.is_some() {
            self.not_covered(state.origin, "color and intensity of a light", "the light is on or off");
        }
        if state.flashing_on_duration.is_some() || state.flashing_off_duration.is_some() {
            self.not_covered(state.origin, "the rhythm of a flashing light", "it flashes");
        }
        Some(PrivateAction::LightState {
            light: match &a.light_type {
                xml::LightType::VehicleLight(l) => LightKind::Vehicle(l.vehicle_light_type.name().to_owned()),
                xml::LightType::UserDefinedLight(l) => {
                    LightKind::UserDefined(l.user_defined_light_type.clone())
                }
            },
            mode: match state.mode {
                xml::LightMode::On => LightMode::On,
                xml::LightMode::Off => LightMode::Off,
                xml::LightMode::Flashing => LightMode::Flashing,
            },
            transition_s: self.check_not_negative(
                "transitionTime",
                a.transition_time.unwrap_or(0.0),
                a.origin,
            )?,
        })
    }

    fn animation(&mut self, a: &xml::AnimationAction) -> PrivateAction {
        let (kind, at): (String, Origin) = match &a.animation_type {
            xml::AnimationType::ComponentAnimation(xml::ComponentAnimation::VehicleComponent(c)) => {
                (format!("vehicle_component:{}", c.vehicle_component_type), c.origin)
            }
            xml::AnimationType::ComponentAnimation(xml::ComponentAnimation::UserDefinedComponent(c)) => {
                (format!("user_defined_component:{}", c.user_defined_component_type), c.origin)
            }
            xml::AnimationType::PedestrianAnimation(p) => {
                let gestures = p.pedestrian_gestures.iter().map(|g| g.gesture.name().to_owned());
                let motion = p.motion.map(|m| m.name().to_owned());
                let words: Vec<String> = motion
                    .into_iter()
                    .chain(p.user_defined_pedestrian_animation.clone())
                    .chain(gestures)
                    .collect();
                (format!("pedestrian:{}", words.join("+")), p.origin)
            }
            xml::AnimationType::AnimationFile(f) => (format!("file:{}", f.file.filepath), f.origin),
            xml::AnimationType::UserDefinedAnimation(u) => {
                (format!("user_defined:{}", u.user_defined_animation_type), u.origin)
            }
        };
        self.not_covered(at, "animation", "it is recorded and not shown");
        PrivateAction::Animation {
            kind,
            state: a.animation_state.as_ref().map_or(1.0, |s| s.state),
            duration_s: a.animation_duration,
            looped: a.looped.as_ref().map_or(Continuous::No, word::continuous),
        }
    }
}
