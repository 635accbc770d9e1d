//! Speed that curves allow, by lane and distance: computed once, looked up in constant time.
//!
//! v²(s) = min(a_lat / |κ(s)|, v²(s + Δs) + 2 b Δs): the curve itself, and braking before it within the
//! same lane. Units: m, m²/s². Reference lateral acceleration 2.0 m/s² (AASHTO side friction of low-speed
//! urban streets is 0.2–0.3), braking b 1.5 m/s².
//! It does not look over the lane's end: callers add the next lanes' caps with their distance.

use crate::base::ids::LaneId;
use crate::base::math::sq;
use crate::road::{LaneCoord, LaneKind, RoadNetwork};

/// Lateral acceleration of the reference driver, m/s².
const LATERAL_MPS2: f64 = 2.0;
/// Braking before curves, m/s².
pub const BRAKING_MPS2: f64 = 1.5;
/// Distance between entries, m.
const STEP_M: f64 = 4.0;
/// Squared speed where no curve limits, m²/s².
const FREE: f64 = 80.0 * 80.0;

/// Squared speeds for all lanes.
#[derive(Clone, Debug, Default)]
pub struct CurveCaps {
    first: Vec<u32>,
    squares: Vec<f64>,
}

impl CurveCaps {
    /// Computes the caps of a network.
    pub fn new(network: &RoadNetwork) -> Self {
        let mut caps = Self { first: vec![0], squares: Vec::new() };
        for lane in &network.lanes {
            let begin = caps.squares.len();
            let rides = matches!(lane.kind, LaneKind::Driving | LaneKind::Bus | LaneKind::Biking);
            let count = if rides { (lane.length_m / STEP_M) as usize + 1 } else { 1 };
            for ix in 0..count {
                // The sharpest bend within the step.
                let bend = (0..4).fold(0.0_f64, |bend, quarter| {
                    let along_m = (ix as f64 + f64::from(quarter) * 0.25) * STEP_M;
                    let here = network.lane_pose(LaneCoord::center(lane.id, along_m.min(lane.length_m)));
                    bend.max(here.curvature_per_m.abs())
                });
                caps.squares.push((LATERAL_MPS2 / bend.max(1e-9)).min(FREE));
            }
            for ix in (begin..caps.squares.len() - 1).rev() {
                let after = caps.squares[ix + 1] + 2.0 * BRAKING_MPS2 * STEP_M;
                caps.squares[ix] = caps.squares[ix].min(after);
            }
            caps.first.push(caps.squares.len() as u32);
        }
        caps
    }

    /// Squared speed that the lane's curves allow at a distance along it, m²/s².
    #[inline]
    pub fn square_at(&self, lane: LaneId, along_m: f64) -> f64 {
        let (from, to) = (self.first[lane.ix()] as usize, self.first[lane.ix() + 1] as usize);
        self.squares[(from + (along_m / STEP_M) as usize).min(to - 1)]
    }
}

/// Speed of a squared speed after braking over `distance_m`, squared, m²/s².
#[inline]
pub fn before(square: f64, distance_m: f64) -> f64 {
    square + 2.0 * BRAKING_MPS2 * distance_m.max(0.0)
}

/// Acceleration towards a desired speed, m/s²: IDM's free road below it, a firm pull back above it.
#[inline]
pub fn toward(accel_mps2: f64, decel_mps2: f64, speed_mps: f64, desired_mps: f64) -> f64 {
    if speed_mps <= desired_mps {
        accel_mps2 * (1.0 - sq(sq(speed_mps / desired_mps.max(0.1))))
    } else {
        ((desired_mps - speed_mps) / 0.6).max(-decel_mps2)
    }
}
