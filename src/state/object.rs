//! What kind of road user or obstacle something is, and its size.

use crate::base::ids::ParticipantId;
use bevy::prelude::Component;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Class of a road user or obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectClass {
    /// Passenger car.
    Car,
    /// Van.
    Van,
    /// Bus.
    Bus,
    /// Truck or tractor.
    Truck,
    /// Motorcycle.
    Motorcycle,
    /// Bicycle with rider.
    Bicycle,
    /// Pedestrian.
    Pedestrian,
    /// Police, fire or ambulance vehicle.
    EmergencyVehicle,
    /// Cone, barrier or other road-works equipment.
    WorkZone,
    /// Lost load, branch, other debris.
    Debris,
}

impl ObjectClass {
    /// All classes, in order.
    pub const ALL: [Self; 10] = [
        Self::Car,
        Self::Van,
        Self::Bus,
        Self::Truck,
        Self::Motorcycle,
        Self::Bicycle,
        Self::Pedestrian,
        Self::EmergencyVehicle,
        Self::WorkZone,
        Self::Debris,
    ];
    /// A motor vehicle (has lanes, obeys signals).
    pub fn is_motor_vehicle(self) -> bool {
        matches!(
            self,
            Self::Car | Self::Van | Self::Bus | Self::Truck | Self::Motorcycle | Self::EmergencyVehicle
        )
    }
    /// A pedestrian or cyclist.
    pub fn is_vulnerable(self) -> bool {
        matches!(self, Self::Bicycle | Self::Pedestrian)
    }
    /// Something that never moves by itself.
    pub fn is_static(self) -> bool {
        matches!(self, Self::WorkZone | Self::Debris)
    }
}

/// Outer dimensions. The box spans `[-rear_m, length_m - rear_m]` in x, `±width_m/2` in y, `[0, height_m]` in z
/// of the object's frame.
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extent {
    /// Length, m.
    pub length_m: f64,
    /// Width without mirrors, m.
    pub width_m: f64,
    /// Height, m.
    pub height_m: f64,
    /// Distance from the rear end to the reference point, m (rear overhang; half the length for
    /// pedestrians and obstacles).
    pub rear_m: f64,
}

impl Extent {
    /// x of the box's center in the object's frame, m.
    #[inline]
    pub fn center_x_m(&self) -> f64 {
        self.length_m * 0.5 - self.rear_m
    }
    /// x of the front end in the object's frame, m.
    #[inline]
    pub fn front_x_m(&self) -> f64 {
        self.length_m - self.rear_m
    }
}

/// Identity of a participant; never changes during a run.
#[derive(Component, Clone, Debug)]
pub struct Participant {
    /// Dense id.
    pub id: ParticipantId,
    /// Name as in the scenario (`ego`, `lead`, `traffic_017`).
    pub name: Arc<str>,
    /// Class.
    pub class: ObjectClass,
}
