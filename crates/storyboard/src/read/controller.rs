//! Controllers and actions on them.

use super::context::Context;
use super::entity::properties;
use super::word;
use crate::standard::{Controller, Override, Overrides, PrivateAction, Switch};
use openscenario::model::{self as xml, CatalogEntry, CatalogReference, ControllerSource};

impl Context<'_> {
    pub(super) fn object_controller(&mut self, object: &xml::ObjectController) -> Option<Controller> {
        let mut controller = match object.source.as_ref()? {
            ControllerSource::Controller(controller) => controller_of(controller),
            ControllerSource::CatalogReference(reference) => self.controller_entry(reference)?,
        };
        if let Some(name) = &object.name {
            controller.name.clone_from(name);
        }
        Some(controller)
    }

    pub(super) fn controller_source(&mut self, source: &ControllerSource) -> Option<Controller> {
        match source {
            ControllerSource::Controller(controller) => Some(controller_of(controller)),
            ControllerSource::CatalogReference(reference) => self.controller_entry(reference),
        }
    }

    fn controller_entry(&mut self, reference: &CatalogReference) -> Option<Controller> {
        match reference.entry.as_deref() {
            Some(CatalogEntry::Controller(controller)) => Some(controller_of(controller)),
            Some(_) | None => {
                self.wrong_entry(reference, "controller");
                None
            }
        }
    }

    pub(super) fn controller_action(&mut self, action: &xml::ControllerAction) -> Option<Vec<PrivateAction>> {
        let mut list = Vec::new();
        if let Some(a) = &action.assign_controller_action {
            let own = a.controller.as_ref().map(controller_of);
            let entry = a.catalog_reference.as_ref().map(|r| self.controller_entry(r));
            let object = a.object_controller.as_ref().and_then(|o| self.object_controller(o));
            let controllers = own.into_iter().chain(entry.flatten()).chain(object).collect();
            list.push(PrivateAction::AssignController {
                controllers,
                lateral: word::switch(a.activate_lateral),
                longitudinal: word::switch(a.activate_longitudinal),
                lighting: word::switch(a.activate_lighting),
                animation: word::switch(a.activate_animation),
            });
        }
        if let Some(a) = &action.override_controller_value_action {
            list.push(PrivateAction::OverrideController(self.overrides(a)));
        }
        if let Some(a) = &action.activate_controller_action {
            list.push(self.activate_controller(a));
        }
        if list.is_empty() {
            let message = "a controller action does nothing".to_owned();
            let hint =
                "AssignControllerAction, OverrideControllerValueAction or ActivateControllerAction is wanted";
            self.error("element.choice", action.origin, message, hint);
            return None;
        }
        Some(list)
    }

    pub(super) fn activate_controller(&mut self, a: &xml::ActivateControllerAction) -> PrivateAction {
        PrivateAction::ActivateController {
            controller: a.object_controller_ref.clone().or_else(|| a.controller_ref.clone()),
            lateral: word::switch(a.lateral),
            longitudinal: word::switch(a.longitudinal),
            lighting: word::switch(a.lighting),
            animation: word::switch(a.animation),
        }
    }

    fn overrides(&mut self, a: &xml::OverrideControllerValueAction) -> Overrides {
        let pedal = |active: bool, value: f64, rate_max: Option<f64>| Override {
            switch: word::switch(Some(active)),
            value,
            rate_max,
        };
        Overrides {
            throttle: a.throttle.as_ref().map(|o| pedal(o.active, o.value, o.max_rate)),
            brake: a.brake.as_ref().map(|o| self.brake(o.active, o.value, o.input.as_ref())),
            clutch: a.clutch.as_ref().map(|o| pedal(o.active, o.value, o.max_rate)),
            parking_brake: a.parking_brake.as_ref().map(|o| self.brake(o.active, o.value, o.input.as_ref())),
            steering_wheel: a.steering_wheel.as_ref().map(|o| {
                if o.max_torque.is_some() {
                    self.not_covered(
                        o.origin,
                        "the greatest torque at the wheel",
                        "its rate alone is limited",
                    );
                }
                pedal(o.active, o.value, o.max_rate)
            }),
            gear: a.gear.as_ref().map(|o| {
                let value = match &o.gear {
                    Some(xml::Gear::ManualGear(gear)) => f64::from(gear.number),
                    Some(xml::Gear::AutomaticGear(gear)) => match gear.gear {
                        xml::AutomaticGearType::R => -1.0,
                        xml::AutomaticGearType::N | xml::AutomaticGearType::P => 0.0,
                        xml::AutomaticGearType::D => 1.0,
                    },
                    None => o.number.unwrap_or(0.0),
                };
                pedal(o.active, value, None)
            }),
        }
    }

    fn brake(&mut self, active: bool, value: Option<f64>, input: Option<&xml::BrakeInput>) -> Override {
        let switch = word::switch(Some(active));
        match input {
            Some(xml::BrakeInput::BrakePercent(b)) => {
                Override { switch, value: b.value, rate_max: b.max_rate }
            }
            Some(xml::BrakeInput::BrakeForce(b)) => {
                self.not_covered(b.origin, "a brake by its force", "the brake is not overridden");
                Override { switch: Switch::Keep, value: 0.0, rate_max: None }
            }
            None => Override { switch, value: value.unwrap_or(0.0), rate_max: None },
        }
    }
}

fn controller_of(controller: &xml::Controller) -> Controller {
    Controller { name: controller.name.clone(), properties: properties(controller.properties.as_ref()) }
}
