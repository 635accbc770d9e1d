//! Actions that belong to no single entity, but for those that make traffic.

use super::context::{Context, Named};
use crate::standard::{GlobalAction, Modification, SignalState, StandardAction};
use openscenario::model::{self as xml, CatalogEntry};

impl Context<'_> {
    pub(super) fn global_action(&mut self, action: &xml::GlobalAction) -> Option<GlobalAction> {
        match action {
            xml::GlobalAction::EnvironmentAction(xml::EnvironmentAction::Environment(e)) => {
                Some(GlobalAction::Environment(Box::new(self.environment(e))))
            }
            xml::GlobalAction::EnvironmentAction(xml::EnvironmentAction::CatalogReference(reference)) => {
                match reference.entry.as_deref() {
                    Some(CatalogEntry::Environment(e)) => {
                        Some(GlobalAction::Environment(Box::new(self.environment(e))))
                    }
                    Some(_) | None => {
                        self.wrong_entry(reference, "environment");
                        None
                    }
                }
            }
            xml::GlobalAction::EntityAction(action) => {
                let entity = self.entity(&action.entity_ref, action.origin);
                match &action.action {
                    xml::EntityActionKind::AddEntityAction(add) => {
                        let position = self.position(&add.position);
                        Some(GlobalAction::AddEntity(entity?, position?))
                    }
                    xml::EntityActionKind::DeleteEntityAction(_) => Some(GlobalAction::DeleteEntity(entity?)),
                }
            }
            xml::GlobalAction::ParameterAction(action) => {
                self.check_parameter(&action.parameter_ref, action.origin);
                let modification = match &action.action {
                    xml::ParameterActionKind::SetAction(set) => Modification::Set(set.value.clone()),
                    xml::ParameterActionKind::ModifyAction(modify) => match &modify.rule {
                        xml::ModifyRule::AddValue(rule) => Modification::Add(rule.value),
                        xml::ModifyRule::MultiplyByValue(rule) => Modification::Multiply(rule.value),
                    },
                };
                Some(GlobalAction::Parameter(action.parameter_ref.clone(), modification))
            }
            xml::GlobalAction::VariableAction(action) => {
                let named = self.variable(&action.variable_ref, action.origin);
                let modification = match &action.action {
                    xml::VariableActionKind::SetAction(set) => Modification::Set(set.value.clone()),
                    xml::VariableActionKind::ModifyAction(modify) => match &modify.rule {
                        xml::VariableModifyRule::AddValue(rule) => Modification::Add(rule.value),
                        xml::VariableModifyRule::MultiplyByValue(rule) => Modification::Multiply(rule.value),
                    },
                };
                let name = action.variable_ref.clone();
                Some(match named {
                    Named::Variable => GlobalAction::Variable(name, modification),
                    Named::Parameter => GlobalAction::Parameter(name, modification),
                })
            }
            xml::GlobalAction::SetMonitorAction(action) => {
                self.check_monitor(&action.monitor_ref, action.origin);
                Some(GlobalAction::SetMonitor(action.monitor_ref.clone(), action.value))
            }
            xml::GlobalAction::InfrastructureAction(action) => match &action.traffic_signal_action {
                xml::TrafficSignalAction::TrafficSignalControllerAction(a) => {
                    self.check_signal_phase(&a.traffic_signal_controller_ref, &a.phase, a.origin);
                    Some(GlobalAction::SignalController {
                        controller: a.traffic_signal_controller_ref.clone(),
                        phase: a.phase.clone(),
                        states: Vec::new(),
                    })
                }
                xml::TrafficSignalAction::TrafficSignalStateAction(a) => {
                    Some(GlobalAction::SignalState(SignalState {
                        signal: a.name.clone(),
                        state: a.state.clone(),
                    }))
                }
            },
            xml::GlobalAction::TrafficAction(action) => self.traffic_action(action),
        }
    }

    pub(super) fn user_defined_action(&mut self, action: &xml::UserDefinedAction) -> StandardAction {
        let command = &action.custom_command_action;
        self.not_covered(
            command.origin,
            &format!("the command of type {:?}", command.kind),
            "it is recorded",
        );
        StandardAction::UserDefined { kind: command.kind.clone(), content: command.content.clone() }
    }
}
