//! Finite guard: a NaN or infinity in a participant's state ends the run as a recorded fault that names
//! the component and the participant; it never spreads and never panics.

use super::tick::{Clock, SimTick, TickSet};
use crate::state::record::{Outcome, Verdict};
use crate::state::truth::{GroundTruth, Presence};
use bevy::prelude::*;

/// What the guard found.
#[derive(Resource, Default, Debug, Clone, PartialEq, Eq)]
pub struct FaultFound(pub Option<String>);

/// Adds the guard to the tick.
pub fn plugin(app: &mut App) {
    app.init_resource::<FaultFound>();
    app.add_systems(SimTick, guard_finite.in_set(TickSet::Judge));
}

/// Checks the snapshot.
pub fn guard_finite(
    clock: Res<Clock>,
    truth: Res<GroundTruth>,
    mut fault: ResMut<FaultFound>,
    mut verdict: ResMut<Verdict>,
) {
    for object in &truth.objects {
        if object.presence == Presence::Absent {
            continue;
        }
        let (pose, motion) = (&object.pose, &object.motion);
        // A sum is finite only if all of its terms are (overflow of sane magnitudes is excluded).
        let pose_sum = pose.position_m.x
            + pose.position_m.y
            + pose.position_m.z
            + pose.heading_rad
            + pose.pitch_rad
            + pose.roll_rad;
        let motion_sum = motion.speed_mps
            + motion.lateral_speed_mps
            + motion.accel_mps2
            + motion.lateral_accel_mps2
            + motion.yaw_rate_radps;
        let component = if !pose_sum.is_finite() {
            "pose"
        } else if !motion_sum.is_finite() {
            "motion"
        } else {
            continue;
        };
        if fault.0.is_none() {
            fault.0 = Some(format!(
                "tick {}: the {component} of `{}` is not a finite number",
                clock.tick, object.name
            ));
            verdict.ended = Some(Outcome::Fault);
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::ParticipantId;
    use crate::base::math::DVec2;
    use crate::state::object::{Extent, ObjectClass};
    use crate::state::truth::{ExteriorLights, ObjectTruth};

    #[test]
    fn a_planted_nan_is_found_and_named() {
        for (plant, expect) in [
            (None, None),
            (Some(f64::NAN), Some("motion of `car`")),
            (Some(f64::INFINITY), Some("motion of `car`")),
        ] {
            let mut world = World::new();
            let mut object = ObjectTruth {
                id: ParticipantId(0),
                name: "car".into(),
                class: ObjectClass::Car,
                extent: Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 },
                pose: Default::default(),
                motion: Default::default(),
                lane: None,
                forward: DVec2::X,
                center_m: DVec2::ZERO,
                lights: ExteriorLights::default(),
                conspicuity: 1.0,
                presence: Presence::Present,
            };
            if let Some(value) = plant {
                object.motion.speed_mps = value;
            }
            world.insert_resource(GroundTruth { objects: vec![object], ego: None });
            world.insert_resource(Clock::new(20_000_000));
            world.init_resource::<FaultFound>();
            world.init_resource::<Verdict>();
            let mut schedule = Schedule::default();
            schedule.add_systems(guard_finite);
            schedule.run(&mut world);
            let found = world.resource::<FaultFound>().0.clone();
            match expect {
                None => assert_eq!(found, None),
                Some(text) => {
                    assert!(found.is_some_and(|f| f.contains(text)));
                    assert_eq!(world.resource::<Verdict>().ended, Some(Outcome::Fault));
                }
            }
        }
    }
}
