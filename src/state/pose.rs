//! Where something is and how it moves. Plain values: whether they are true or believed depends on who
//! holds them.

use crate::base::ids::LaneId;
use crate::base::math::{self, DVec2, DVec3};
use bevy::prelude::Component;
use serde::{Deserialize, Serialize};

/// Pose of the reference point (rear axle on the ground; for pedestrians and obstacles their center).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// World position, m.
    pub position_m: DVec3,
    /// Yaw, rad, 0 = east, counter-clockwise.
    pub heading_rad: f64,
    /// Pitch, rad, positive nose **up** (road grade = tan(pitch)).
    pub pitch_rad: f64,
    /// Roll, rad, positive left side up.
    pub roll_rad: f64,
}

impl Pose {
    /// A pose in the plane.
    pub fn planar(x_m: f64, y_m: f64, heading_rad: f64) -> Self {
        Self { position_m: DVec3::new(x_m, y_m, 0.0), heading_rad, ..Self::default() }
    }
    /// Unit vector of the heading.
    #[inline]
    pub fn forward(&self) -> DVec2 {
        math::unit(self.heading_rad)
    }
    /// A world point in this pose's frame (x forward, y left), planar.
    #[inline]
    pub fn to_local(&self, world_m: DVec2) -> DVec2 {
        let d = world_m - self.position_m.truncate();
        let f = self.forward();
        DVec2::new(d.dot(f), f.perp_dot(d))
    }
    /// A point of this pose's frame in the world, planar.
    #[inline]
    pub fn to_world(&self, local_m: DVec2) -> DVec2 {
        let f = self.forward();
        self.position_m.truncate() + f * local_m.x + f.perp() * local_m.y
    }
}

/// Velocities and accelerations in the vehicle frame at the reference point.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    /// Longitudinal speed, m/s, signed.
    pub speed_mps: f64,
    /// Lateral speed, m/s, left positive.
    pub lateral_speed_mps: f64,
    /// Longitudinal acceleration, m/s².
    pub accel_mps2: f64,
    /// Lateral acceleration, m/s², left positive.
    pub lateral_accel_mps2: f64,
    /// Yaw rate, rad/s.
    pub yaw_rate_radps: f64,
}

impl Motion {
    /// Planar velocity in the world frame, m/s.
    #[inline]
    pub fn velocity_mps(&self, heading_rad: f64) -> DVec2 {
        let f = math::unit(heading_rad);
        f * self.speed_mps + f.perp() * self.lateral_speed_mps
    }
}

/// A place on the lane graph, in travel coordinates of one lane.
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LaneCoord {
    /// The lane.
    pub lane: LaneId,
    /// Distance from the lane's start along its **driving direction**, m, in [0, length].
    pub along_m: f64,
    /// Offset from the lane's center line, m, positive to the **left of the driving direction**.
    pub offset_m: f64,
}

impl LaneCoord {
    /// A place on the center line.
    pub fn center(lane: LaneId, along_m: f64) -> Self {
        Self { lane, along_m, offset_m: 0.0 }
    }
}
