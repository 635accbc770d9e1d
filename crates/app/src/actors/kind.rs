//! Which model a participant is drawn with.
//!
//! The truth tells class and size, not the vehicle's name: the scenario does for the ego and scripted
//! participants; background traffic is found by class and size, which it has from its specification
//! unchanged. A vehicle with an unknown name is drawn as the nearest model of its class in its own size.

use shakedown::engine::RunSpec;
use shakedown::state::object::{Extent, ObjectClass};
use shakedown::state::truth::ObjectTruth;
use shakedown::state::vehicle_spec::VehicleSpec;
use std::sync::Arc;

/// Models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Lexus RX 450h, sport utility vehicle.
    Lexus,
    /// Rounded two-seat pod.
    Prototype,
    /// Minivan.
    Minivan,
    /// Jaguar I-PACE, low crossover.
    Crossover,
    /// Compact sedan.
    Compact,
    /// Police utility vehicle.
    Police,
    /// Delivery van.
    Van,
    /// Ambulance.
    Ambulance,
    /// City bus.
    Bus,
    /// Box truck.
    BoxTruck,
    /// Sleeper tractor, with trailer when it is as long as that.
    Tractor,
    /// Motorcycle with rider.
    Motorcycle,
    /// Bicycle with rider.
    Bicycle,
    /// Person on foot.
    Pedestrian,
    /// Traffic cone.
    Cone,
    /// Concrete barrier.
    Barrier,
    /// Cardboard box.
    Box,
}

impl Kind {
    /// All models.
    pub const ALL: [Self; 17] = [
        Self::Lexus,
        Self::Prototype,
        Self::Minivan,
        Self::Crossover,
        Self::Compact,
        Self::Police,
        Self::Van,
        Self::Ambulance,
        Self::Bus,
        Self::BoxTruck,
        Self::Tractor,
        Self::Motorcycle,
        Self::Bicycle,
        Self::Pedestrian,
        Self::Cone,
        Self::Barrier,
        Self::Box,
    ];

    /// Model of a vehicle file; `None` = no file of that name comes with the program.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "lexus_rx450h_2012" => Self::Lexus,
            "prototype_two_seat" => Self::Prototype,
            "chrysler_pacifica" => Self::Minivan,
            "jaguar_ipace" => Self::Crossover,
            "compact_car" => Self::Compact,
            "police_car" => Self::Police,
            "van" => Self::Van,
            "ambulance" => Self::Ambulance,
            "bus" => Self::Bus,
            "box_truck" => Self::BoxTruck,
            "class8_tractor" => Self::Tractor,
            "motorcycle" => Self::Motorcycle,
            "bicycle" => Self::Bicycle,
            "pedestrian" => Self::Pedestrian,
            "cone" => Self::Cone,
            "barrier" => Self::Barrier,
            "debris_box" => Self::Box,
            _ => return None,
        })
    }

    /// Nearest model by class and size.
    pub fn of_class(class: ObjectClass, extent: &Extent) -> Self {
        match class {
            ObjectClass::Car if extent.length_m < 3.3 => Self::Prototype,
            ObjectClass::Car if extent.height_m > 1.72 && extent.length_m > 4.9 => Self::Minivan,
            ObjectClass::Car if extent.height_m > 1.62 => Self::Lexus,
            ObjectClass::Car if extent.height_m > 1.52 => Self::Crossover,
            ObjectClass::Car => Self::Compact,
            ObjectClass::Van => Self::Van,
            ObjectClass::Bus => Self::Bus,
            ObjectClass::Truck if extent.length_m > 10.0 || extent.height_m > 3.8 => Self::Tractor,
            ObjectClass::Truck => Self::BoxTruck,
            ObjectClass::Motorcycle => Self::Motorcycle,
            ObjectClass::Bicycle => Self::Bicycle,
            ObjectClass::Pedestrian => Self::Pedestrian,
            ObjectClass::EmergencyVehicle if extent.height_m > 2.2 => Self::Ambulance,
            ObjectClass::EmergencyVehicle => Self::Police,
            ObjectClass::WorkZone if extent.length_m > 1.0 => Self::Barrier,
            ObjectClass::WorkZone => Self::Cone,
            ObjectClass::Debris => Self::Box,
        }
    }
}

/// What a participant is made from; `None` = the run's catalog has nothing of that size.
pub fn spec_of<'a>(run: &'a RunSpec, object: &ObjectTruth, is_ego: bool) -> Option<&'a Arc<VehicleSpec>> {
    let scenario = &run.scenario;
    let named = if is_ego {
        scenario.ego.as_ref().map(|ego| ego.vehicle.as_str())
    } else {
        scenario.entities.iter().find(|entity| *entity.name == *object.name).map(|e| e.vehicle.as_str())
    };
    named.and_then(|name| run.vehicles.get(name)).or_else(|| {
        run.vehicles.values().find(|spec| spec.class == object.class && spec.extent == object.extent)
    })
}

/// Drives with its siren on.
pub fn has_siren(run: &RunSpec, object: &ObjectTruth) -> bool {
    run.scenario.entities.iter().any(|entity| *entity.name == *object.name && entity.siren)
}

/// A number that belongs to a name: the same in every run and on every machine (FNV-1a).
pub fn seed_of(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<Arc<VehicleSpec>> {
        shakedown::vehicle::spec::bundled().unwrap().into_values().collect()
    }

    #[test]
    fn every_vehicle_file_has_its_model_and_every_model_its_file() {
        let kinds: Vec<Kind> =
            specs().iter().map(|spec| Kind::of_name(&spec.name).expect(&spec.name)).collect();
        for kind in Kind::ALL {
            assert_eq!(kinds.iter().filter(|k| **k == kind).count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn an_unknown_name_of_a_known_size_gets_the_same_model() {
        for spec in specs() {
            assert_eq!(
                Some(Kind::of_class(spec.class, &spec.extent)),
                Kind::of_name(&spec.name),
                "{}",
                spec.name
            );
        }
    }

    #[test]
    fn seeds_differ_by_name() {
        assert_eq!(seed_of("traffic_001"), seed_of("traffic_001"));
        assert_ne!(seed_of("traffic_001"), seed_of("traffic_002"));
    }
}
