//! Actions that belong to no single entity.

use super::catalog_reference::CatalogReference;
use super::environment::Environment;
use super::position::Position;
use super::traffic_action::TrafficAction;

elements! {
    /// An action that belongs to no single entity.
    choice GlobalAction {
        EnvironmentAction(EnvironmentAction) = "EnvironmentAction";
        EntityAction(EntityAction) = "EntityAction";
        ParameterAction(ParameterAction) = "ParameterAction" [deprecated 2];
        InfrastructureAction(InfrastructureAction) = "InfrastructureAction";
        TrafficAction(TrafficAction) = "TrafficAction";
        VariableAction(VariableAction) = "VariableAction" [since 2];
        SetMonitorAction(SetMonitorAction) = "SetMonitorAction" [since 3];
    }
    /// Change of weather, time or road condition.
    choice EnvironmentAction {
        Environment(Environment) = "Environment";
        CatalogReference(CatalogReference) = "CatalogReference";
    }
    /// An entity comes or goes.
    record EntityAction {
        attributes {
            entity_ref: String = "entityRef";
        }
        choices {
            action: EntityActionKind;
        }
    }
    /// Coming or going.
    group EntityActionKind {
        AddEntityAction(AddEntityAction) = "AddEntityAction";
        DeleteEntityAction(DeleteEntityAction) = "DeleteEntityAction";
    }
    /// The entity appears at a position.
    record AddEntityAction {
        children {
            position: Position = "Position";
        }
    }
    /// The entity disappears.
    record DeleteEntityAction {
    }
    /// Change of the infrastructure.
    record InfrastructureAction {
        children {
            traffic_signal_action: TrafficSignalAction = "TrafficSignalAction";
        }
    }
    /// Change of traffic signals.
    choice TrafficSignalAction {
        TrafficSignalControllerAction(TrafficSignalControllerAction) = "TrafficSignalControllerAction";
        TrafficSignalStateAction(TrafficSignalStateAction) = "TrafficSignalStateAction";
    }
    /// Setting a controller's phase.
    record TrafficSignalControllerAction {
        attributes {
            traffic_signal_controller_ref: String = "trafficSignalControllerRef";
            phase: String = "phase";
        }
    }
    /// Setting one signal's state.
    record TrafficSignalStateAction {
        attributes {
            name: String = "name";
            state: String = "state";
        }
    }
    /// Setting a monitor.
    record SetMonitorAction [since 3] {
        attributes {
            monitor_ref: String = "monitorRef";
            value: bool = "value";
        }
    }
    /// Setting a parameter while the scenario runs, before 1.2.
    record ParameterAction [deprecated 2] {
        attributes {
            parameter_ref: String = "parameterRef";
        }
        choices {
            action: ParameterActionKind;
        }
    }
    /// How the parameter is set.
    group ParameterActionKind {
        SetAction(ParameterSetAction) = "SetAction" [deprecated 2];
        ModifyAction(ParameterModifyAction) = "ModifyAction" [deprecated 2];
    }
    /// A new value.
    record ParameterSetAction [deprecated 2] {
        attributes {
            value: String = "value";
        }
    }
    /// A change of the value.
    record ParameterModifyAction [deprecated 2] {
        children {
            rule: ModifyRule = "Rule";
        }
    }
    /// How the value changes.
    choice ModifyRule [deprecated 2] {
        AddValue(ParameterAddValueRule) = "AddValue";
        MultiplyByValue(ParameterMultiplyByValueRule) = "MultiplyByValue";
    }
    /// A sum.
    record ParameterAddValueRule [deprecated 2] {
        attributes {
            value: f64 = "value";
        }
    }
    /// A product.
    record ParameterMultiplyByValueRule [deprecated 2] {
        attributes {
            value: f64 = "value";
        }
    }
    /// Setting a variable.
    record VariableAction [since 2] {
        attributes {
            variable_ref: String = "variableRef";
        }
        choices {
            action: VariableActionKind;
        }
    }
    /// How the variable is set.
    group VariableActionKind {
        SetAction(VariableSetAction) = "SetAction";
        ModifyAction(VariableModifyAction) = "ModifyAction";
    }
    /// A new value.
    record VariableSetAction [since 2] {
        attributes {
            value: String = "value";
        }
    }
    /// A change of the value.
    record VariableModifyAction [since 2] {
        children {
            rule: VariableModifyRule = "Rule";
        }
    }
    /// How the value changes.
    choice VariableModifyRule [since 2] {
        AddValue(VariableAddValueRule) = "AddValue";
        MultiplyByValue(VariableMultiplyByValueRule) = "MultiplyByValue";
    }
    /// A sum.
    record VariableAddValueRule [since 2] {
        attributes {
            value: f64 = "value";
        }
    }
    /// A product.
    record VariableMultiplyByValueRule [since 2] {
        attributes {
            value: f64 = "value";
        }
    }
    /// An action without a meaning in the standard.
    record UserDefinedAction {
        children {
            custom_command_action: CustomCommandAction = "CustomCommandAction";
        }
    }
    /// Any text, with a type.
    record CustomCommandAction {
        attributes {
            kind: String = "type";
        }
        content { content }
    }
}
