//! Parameters, their constraints, variables and monitors.

use super::value::{ParameterType, Rule};

elements! {
    /// Parameters of this scope.
    record ParameterDeclarations {
        children {
            parameter_declarations: Vec<ParameterDeclaration> = "ParameterDeclaration";
        }
    }
    /// One parameter. `value` is the value in force, after assignments and overrides.
    record ParameterDeclaration {
        attributes {
            name: String = "name";
            parameter_type: ParameterType = "parameterType";
            value: String = "value";
        }
        children {
            constraint_groups: Vec<ValueConstraintGroup> = "ConstraintGroup" [since 1];
        }
    }
    /// Constraints that must all hold. Of several groups one must.
    record ValueConstraintGroup [since 1] {
        children {
            value_constraints: Vec<ValueConstraint> = "ValueConstraint" [min 1];
        }
    }
    /// One comparison that the parameter's value must pass.
    record ValueConstraint [since 1] {
        attributes {
            rule: Rule = "rule";
            value: String = "value";
        }
    }
    /// Variables that actions and the outside may change while the scenario runs.
    record VariableDeclarations [since 2] {
        children {
            variable_declarations: Vec<VariableDeclaration> = "VariableDeclaration";
        }
    }
    /// One variable and its first value.
    record VariableDeclaration [since 2] {
        attributes {
            name: String = "name";
            variable_type: ParameterType = "variableType";
            value: String = "value";
        }
    }
    /// Monitors that actions set.
    record MonitorDeclarations [since 3] {
        children {
            monitor_declarations: Vec<MonitorDeclaration> = "MonitorDeclaration";
        }
    }
    /// One monitor and its first value.
    record MonitorDeclaration [since 3] {
        attributes {
            name: String = "name";
            value: bool = "value";
        }
    }
    /// Values for the parameters of a catalog entry.
    record ParameterAssignments {
        children {
            parameter_assignments: Vec<ParameterAssignment> = "ParameterAssignment";
        }
    }
    /// One value for a named parameter.
    record ParameterAssignment {
        attributes {
            parameter_ref: String = "parameterRef";
            value: String = "value";
        }
    }
}
