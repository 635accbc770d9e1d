//! A drawn participant before it becomes meshes: rigid body, wheels, moving parts, lamp places.

use super::sketch::Sketch;
use bevy::math::Vec3;
use shakedown::state::object::Extent;

/// The size a model was drawn for, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Length.
    pub length: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// Rear end to the rear axle.
    pub rear: f32,
    /// Wheelbase (0 = none).
    pub wheelbase: f32,
}

impl Size {
    /// Size of a participant.
    pub fn of(extent: &Extent, wheelbase_m: f64) -> Self {
        Self {
            length: extent.length_m as f32,
            width: extent.width_m as f32,
            height: extent.height_m as f32,
            rear: extent.rear_m as f32,
            wheelbase: wheelbase_m as f32,
        }
    }

    /// x of the front end.
    pub fn front(&self) -> f32 {
        self.length - self.rear
    }

    /// Half of the width.
    pub fn half(&self) -> f32 {
        self.width * 0.5
    }
}

/// A wheel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WheelAt {
    /// Place of its center.
    pub center: Vec3,
    /// Rolling radius.
    pub radius: f32,
    /// Turns with the steering.
    pub steered: bool,
    /// Which of [`Model::wheel_kinds`].
    pub kind: usize,
}

/// A part that turns by itself.
#[derive(Clone, Debug)]
pub struct Spinner {
    /// Its sketch, around its own origin; the axis is z.
    pub sketch: Sketch,
    /// Where its origin sits.
    pub center: Vec3,
    /// Turns per second of shown time.
    pub rate_hz: f32,
}

/// Cranks with pedals, and the legs that turn them.
#[derive(Clone, Debug)]
pub struct Pedals {
    /// Cranks around their own origin, left pedal up.
    pub sketch: Sketch,
    /// Axle of the cranks.
    pub bracket: Vec3,
    /// Length of a crank.
    pub radius: f32,
    /// Middle between the rider's hip joints.
    pub hip: Vec3,
    /// Half distance of the hip joints.
    pub hip_half: f32,
    /// Hip to knee.
    pub thigh: f32,
    /// Knee to ankle.
    pub shin: f32,
    /// Ankle above the pedal.
    pub ankle: f32,
}

/// A drawn vehicle.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Everything rigid above the suspension.
    pub body: Sketch,
    /// Wheels.
    pub wheels: Vec<WheelAt>,
    /// Sketches of the wheels, outside towards +y.
    pub wheel_kinds: Vec<Sketch>,
    /// Spinning parts (lidar).
    pub spinners: Vec<Spinner>,
    /// Fork and handlebar of a two-wheeler, and a point of the steering axis.
    pub fork: Option<(Sketch, Vec3)>,
    /// Cranks and legs of a cyclist.
    pub pedals: Option<Pedals>,
    /// Where the low beams sit (left; the right ones are mirrored).
    pub beam: Option<Vec3>,
}

impl Model {
    /// Four wheels of a car; `width` over the outer faces of the tires.
    pub fn car_wheels(&mut self, size: &Size, wheel: Sketch, radius: f32, tire: f32, over: f32) {
        self.wheel_kinds.push(wheel);
        let y = over * 0.5 - tire * 0.5;
        for (x, steered) in [(size.wheelbase, true), (0.0, false)] {
            for y in [y, -y] {
                self.wheels.push(WheelAt { center: Vec3::new(x, y, radius), radius, steered, kind: 0 });
            }
        }
    }

    /// Triangles of one instance, wheels counted as often as they are drawn.
    pub fn triangles(&self) -> usize {
        let wheels: usize = self.wheels.iter().map(|w| self.wheel_kinds[w.kind].len()).sum();
        let spinners: usize = self.spinners.iter().map(|s| s.sketch.len()).sum();
        let fork =
            self.fork.as_ref().map_or(0, |f| f.0.len()) + self.pedals.as_ref().map_or(0, |p| p.sketch.len());
        self.body.len() + wheels + spinners + fork
    }
}
