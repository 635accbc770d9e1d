//! Helpers for the tests of this domain.

use super::sense::SceneObject;
use crate::base::ids::ParticipantId;
use crate::base::math::DVec2;
use crate::state::object::{Extent, ObjectClass};

/// Usual dimensions of a class: length, width, height, m.
pub fn size(class: ObjectClass) -> [f64; 3] {
    match class {
        ObjectClass::Car | ObjectClass::EmergencyVehicle => [4.7, 1.85, 1.5],
        ObjectClass::Van => [5.4, 2.0, 2.4],
        ObjectClass::Bus => [12.0, 2.55, 3.2],
        ObjectClass::Truck => [10.0, 2.5, 3.9],
        ObjectClass::Motorcycle => [2.1, 0.8, 1.5],
        ObjectClass::Bicycle => [1.8, 0.6, 1.75],
        ObjectClass::Pedestrian => [0.5, 0.5, 1.75],
        ObjectClass::WorkZone | ObjectClass::Debris => [0.6, 0.6, 0.8],
    }
}

/// Dimensions of a class.
pub fn extent(class: ObjectClass) -> Extent {
    let [length_m, width_m, height_m] = size(class);
    Extent { length_m, width_m, height_m, rear_m: length_m * 0.5 }
}

/// A box of a class that stands at a place, heading along x.
pub fn scene_object(id: u32, class: ObjectClass, x_m: f64, y_m: f64) -> SceneObject {
    let [length, width, height_m] = size(class);
    let center_m = DVec2::new(x_m, y_m);
    SceneObject {
        id: ParticipantId(id),
        class,
        center_m,
        foot_m: 0.0,
        forward: DVec2::X,
        half_m: DVec2::new(length, width) * 0.5,
        height_m,
        velocity_mps: DVec2::ZERO,
        speed_mps: 0.0,
        distance_sq_m2: center_m.length_squared(),
        conspicuity: 1.0,
    }
}
