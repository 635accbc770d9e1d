//! Actions on an entity's controllers.

use super::catalog_reference::CatalogReference;
use super::entity::{Controller, ObjectController};
use super::value::AutomaticGearType;

elements! {
    /// Assigning, activating or overriding controllers. 1.0 asks for the first two at once.
    record ControllerAction {
        children {
            assign_controller_action: Option<AssignControllerAction> = "AssignControllerAction";
            override_controller_value_action: Option<OverrideControllerValueAction> = "OverrideControllerValueAction";
            activate_controller_action: Option<ActivateControllerAction> = "ActivateControllerAction" [since 1];
        }
    }
    /// Giving the entity a controller.
    record AssignControllerAction {
        attributes {
            activate_lateral: Option<bool> = "activateLateral" [since 1];
            activate_longitudinal: Option<bool> = "activateLongitudinal" [since 1];
            activate_animation: Option<bool> = "activateAnimation" [since 2];
            activate_lighting: Option<bool> = "activateLighting" [since 2];
        }
        children {
            controller: Option<Controller> = "Controller" [deprecated 3];
            catalog_reference: Option<CatalogReference> = "CatalogReference" [deprecated 3];
            object_controller: Option<ObjectController> = "ObjectController" [since 3];
        }
    }
    /// Switching a controller's domains on or off.
    record ActivateControllerAction {
        attributes {
            lateral: Option<bool> = "lateral";
            longitudinal: Option<bool> = "longitudinal";
            controller_ref: Option<String> = "controllerRef" [since 2] [deprecated 3];
            animation: Option<bool> = "animation" [since 2];
            lighting: Option<bool> = "lighting" [since 2];
            object_controller_ref: Option<String> = "objectControllerRef" [since 3];
        }
    }
    /// Setting pedals, wheel and gear by hand.
    record OverrideControllerValueAction {
        children {
            throttle: Option<OverrideThrottleAction> = "Throttle";
            brake: Option<OverrideBrakeAction> = "Brake";
            clutch: Option<OverrideClutchAction> = "Clutch";
            parking_brake: Option<OverrideParkingBrakeAction> = "ParkingBrake";
            steering_wheel: Option<OverrideSteeringWheelAction> = "SteeringWheel";
            gear: Option<OverrideGearAction> = "Gear";
        }
    }
    /// Throttle in [0, 1].
    record OverrideThrottleAction {
        attributes {
            active: bool = "active";
            value: f64 = "value";
            max_rate: Option<f64> = "maxRate" [since 2];
        }
    }
    /// Brake by its input; `value` in [0, 1] before 1.2.
    record OverrideBrakeAction [ordered true] {
        attributes {
            active: bool = "active";
            value: Option<f64> = "value" [deprecated 2];
        }
        choices {
            input: Option<BrakeInput>;
        }
    }
    /// Brake as a part of the greatest force, or as a force.
    group BrakeInput {
        BrakePercent(Brake) = "BrakePercent" [since 2];
        BrakeForce(Brake) = "BrakeForce" [since 2];
    }
    /// Clutch in [0, 1].
    record OverrideClutchAction {
        attributes {
            active: bool = "active";
            value: f64 = "value";
            max_rate: Option<f64> = "maxRate" [since 2];
        }
    }
    /// Parking brake by its input; `value` in [0, 1] before 1.2.
    record OverrideParkingBrakeAction [ordered true] {
        attributes {
            active: bool = "active";
            value: Option<f64> = "value" [deprecated 2];
        }
        choices {
            input: Option<BrakeInput>;
        }
    }
    /// Angle of the steering wheel in radians.
    record OverrideSteeringWheelAction {
        attributes {
            active: bool = "active";
            value: f64 = "value";
            max_rate: Option<f64> = "maxRate" [since 2];
            max_torque: Option<f64> = "maxTorque" [since 2];
        }
    }
    /// Gear by lever or number; `number` before 1.2.
    record OverrideGearAction [ordered true] {
        attributes {
            active: bool = "active";
            number: Option<f64> = "number" [deprecated 2];
        }
        choices {
            gear: Option<Gear>;
        }
    }
    /// Gear by number or by lever.
    group Gear {
        ManualGear(ManualGear) = "ManualGear" [since 2];
        AutomaticGear(AutomaticGear) = "AutomaticGear" [since 2];
    }
    /// Value in [0, 1] or newtons, and its greatest rate of change.
    record Brake [since 2] {
        attributes {
            value: f64 = "value";
            max_rate: Option<f64> = "maxRate";
        }
    }
    /// Number of a gear; negative for reverse.
    record ManualGear [since 2] {
        attributes {
            number: i32 = "number";
        }
    }
    /// Position of the gear lever.
    record AutomaticGear [since 2] {
        attributes {
            gear: AutomaticGearType = "gear";
        }
    }
}
