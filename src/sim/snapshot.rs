//! The ground-truth snapshot: one contiguous copy of all participants in id order, made once a tick
//! after motion. *Judge* and *Record* see it as the world at T + dt; the next tick's sets see the same
//! copy as the world at T.

use super::tick::{PhysicsStep, SimTick};
use crate::base::math;
use crate::state::object::Participant;
use crate::state::pose::{Motion, Pose};
use crate::state::truth::{ExteriorLights, GroundTruth, Presence, TrueLane};
use bevy::prelude::*;

/// Adds the snapshot to the tick.
pub fn plugin(app: &mut App) {
    app.add_systems(SimTick, refresh_ground_truth.in_set(PhysicsStep::Snapshot));
}

/// Copies the participants' components into [`GroundTruth`].
pub fn refresh_ground_truth(
    participants: Query<(&Participant, &Pose, &Motion, &TrueLane, &ExteriorLights, &Presence)>,
    mut truth: ResMut<GroundTruth>,
) {
    for (participant, pose, motion, lane, lights, presence) in &participants {
        let Some(object) = truth.objects.get_mut(participant.id.ix()) else { continue };
        object.presence = *presence;
        if *presence == Presence::Absent {
            continue;
        }
        if object.pose.heading_rad != pose.heading_rad || object.forward == math::DVec2::ZERO {
            object.forward = pose.forward();
        }
        object.pose = *pose;
        object.motion = *motion;
        object.lane = lane.0;
        object.lights = *lights;
        object.center_m = pose.position_m.truncate() + object.forward * object.extent.center_x_m();
    }
}
