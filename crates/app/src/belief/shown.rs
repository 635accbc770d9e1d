//! What the overlays draw from: belief and truth of the frame, blended between its two ticks.
//!
//! Tracks and the believed pose move between two ticks as smoothly as the true vehicles do; everything
//! that is counted or said (status, class, reasons) is the later tick's. A world model stands for the start
//! of its tick, the truth beside it for the end: the belief is carried on by that tick at its own speeds,
//! so that both are shown for one moment. Frames: the engine's (ENU, m) unless a value is a `Vec3`, which
//! is the window's.

use super::ground::Ground;
use super::ink::Ink;
use super::labels::Label;
use crate::frames;
use crate::scene::SceneGround;
use crate::stage::{RunInfo, Shot, Stage};
use bevy::math::Vec3;
use shakedown::base::math::{self, DVec2};
use shakedown::base::time::SimTime;
use shakedown::perception::motion::{Model, Vec5, propagate};
use shakedown::state::belief::{EgoEstimate, Track, WorldModel};
use shakedown::state::pose::Pose;

/// Belief and truth of this frame.
pub struct Shown<'a> {
    /// The run.
    pub run: &'a RunInfo,
    /// The tick that numbers are read from.
    pub shot: &'a Shot,
    /// Its belief.
    pub belief: &'a WorldModel,
    /// Believed own state, blended.
    pub ego: EgoEstimate,
    /// True own pose, blended.
    pub true_ego: Pose,
    /// Tracks, blended, by rising id.
    pub tracks: Vec<Track>,
    /// Heights of the road.
    pub ground: Ground<'a>,
}

/// Where overlays put what they draw.
#[derive(Debug, Default)]
pub struct Sketch {
    /// Belief that lies on the road or hangs in the air: hidden by what stands before it.
    pub ground: Ink,
    /// Believed objects: shine through what hides them.
    pub belief: Ink,
    /// Seen by the cameras that see the truth; shines through.
    pub truth: Ink,
    /// Words.
    pub labels: Vec<Label>,
}

impl Sketch {
    /// Starts anew, keeps the memory.
    pub fn clear(&mut self) {
        self.ground.clear();
        self.belief.clear();
        self.truth.clear();
        self.labels.clear();
    }
}

impl<'a> Shown<'a> {
    /// What the stage shows; `None` where there is no ego or no belief.
    pub fn of(stage: &'a Stage, scene: &'a SceneGround) -> Option<Self> {
        let shot = stage.shot();
        let belief = shot.belief.as_ref()?;
        let true_ego = stage.ego_pose()?;
        let before = stage.a.belief.as_ref().unwrap_or(belief);
        let w = f64::from(stage.blend);
        let lag_s = |shot: &Shot, belief: &WorldModel| (shot.time_s - belief.time.s()).clamp(0.0, LAG_MAX_S);
        let (lag_a_s, lag_b_s) = (lag_s(&stage.a, before), lag_s(shot, belief));
        let tracks = |belief: &WorldModel, lag_s: f64| -> Vec<Track> {
            belief.tracks.iter().map(|track| carry_track(track, lag_s)).collect()
        };
        Some(Self {
            run: &stage.run,
            shot,
            belief,
            ego: blend_ego(&carry_ego(&before.ego, lag_a_s), &carry_ego(&belief.ego, lag_b_s), w),
            true_ego,
            tracks: blend_tracks(&tracks(before, lag_a_s), &tracks(belief, lag_b_s), w),
            ground: Ground::new(stage.run.network(), scene, true_ego.position_m.z),
        })
    }

    /// A point on the ground in the window.
    pub fn on_ground(&self, p: DVec2, above_m: f64) -> Vec3 {
        frames::planar(p, self.ground.z_m(p) + above_m)
    }

    /// A point on the ground in the window, by the fast raster: for wide shapes.
    pub fn on_rough_ground(&self, p: DVec2, above_m: f64) -> Vec3 {
        frames::planar(p, self.ground.rough_z_m(p) + above_m)
    }

    /// Where the car believes it was when something was measured: the present estimate turned back along
    /// the present speed and yaw rate.
    pub fn believed_pose_at(&self, then: SimTime) -> Pose {
        let dt_s = then.since_s(self.belief.time);
        believed_pose(&self.belief.ego, dt_s, self.true_ego.position_m.z)
    }
}

/// The estimate moved by `dt_s` (negative = into the past) along its present speed and yaw rate.
pub fn believed_pose(ego: &EgoEstimate, dt_s: f64, z_m: f64) -> Pose {
    let state =
        Vec5::from([ego.position_m.x, ego.position_m.y, ego.speed_mps, ego.heading_rad, ego.yaw_rate_radps]);
    let (moved, _) = propagate(Model::Ctrv, &state, dt_s);
    Pose {
        position_m: DVec2::new(moved[0], moved[1]).extend(z_m),
        heading_rad: moved[3],
        pitch_rad: ego.pitch_rad,
        roll_rad: 0.0,
    }
}

/// Longest tick that a belief is carried on by, s.
const LAG_MAX_S: f64 = 0.1;

fn carry_ego(ego: &EgoEstimate, lag_s: f64) -> EgoEstimate {
    let moved = believed_pose(ego, lag_s, 0.0);
    EgoEstimate { position_m: moved.position_m.truncate(), heading_rad: moved.heading_rad, ..*ego }
}

fn carry_track(track: &Track, lag_s: f64) -> Track {
    let way = math::unit(track.heading_rad) * (track.speed_mps * lag_s);
    Track { center_m: track.center_m + way, ..*track }
}

/// The estimate between two ticks.
pub fn blend_ego(a: &EgoEstimate, b: &EgoEstimate, w: f64) -> EgoEstimate {
    if a.position_m.distance_squared(b.position_m) > JUMP_M * JUMP_M {
        return *b;
    }
    EgoEstimate {
        position_m: a.position_m.lerp(b.position_m, w),
        heading_rad: turn(a.heading_rad, b.heading_rad, w),
        ..*b
    }
}

/// Farther than this in one tick nothing moves: it was replaced, m.
const JUMP_M: f64 = 5.0;

fn turn(from_rad: f64, to_rad: f64, w: f64) -> f64 {
    from_rad + math::wrap_pi(to_rad - from_rad) * w
}

/// Tracks of `b`, moved towards where they were in `a`.
pub fn blend_tracks(a: &[Track], b: &[Track], w: f64) -> Vec<Track> {
    b.iter()
        .map(|now| {
            let before = a.binary_search_by_key(&now.id, |track| track.id).ok().map(|ix| &a[ix]);
            match before {
                Some(was) if was.center_m.distance_squared(now.center_m) < JUMP_M * JUMP_M => Track {
                    center_m: was.center_m.lerp(now.center_m, w),
                    heading_rad: turn(was.heading_rad, now.heading_rad, w),
                    ..*now
                },
                Some(_) | None => *now,
            }
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use shakedown::state::belief::TrackStatus;
    use shakedown::state::object::{Extent, ObjectClass};

    /// A confirmed car.
    pub fn track(id: u32, x_m: f64, y_m: f64) -> Track {
        Track {
            id,
            class: ObjectClass::Car,
            class_confidence: 0.9,
            center_m: DVec2::new(x_m, y_m),
            heading_rad: 0.0,
            speed_mps: 10.0,
            accel_mps2: 0.0,
            yaw_rate_radps: 0.0,
            extent: Extent { length_m: 4.6, width_m: 1.85, height_m: 1.5, rear_m: 2.3 },
            covariance_m2: [0.2, 0.0, 0.1],
            speed_sigma_mps: 0.5,
            existence: 0.98,
            status: TrackStatus::Confirmed,
            age_s: 3.0,
            unseen_s: 0.0,
            sources: 0b111,
            lane: None,
        }
    }

    #[test]
    fn tracks_blend_by_number_and_new_or_jumping_ones_do_not() {
        let a = [track(1, 0.0, 0.0), track(4, 50.0, 0.0)];
        let b = [track(1, 1.0, 2.0), track(3, 7.0, 7.0), track(4, 90.0, 0.0)];
        let between = blend_tracks(&a, &b, 0.25);
        let places: Vec<_> = between.iter().map(|t| (t.id, t.center_m.x, t.center_m.y)).collect();
        assert_eq!(places, [(1, 0.25, 0.5), (3, 7.0, 7.0), (4, 90.0, 0.0)]);
    }

    #[test]
    fn a_belief_is_carried_on_to_the_moment_of_the_truth() {
        assert_eq!(carry_track(&track(1, 5.0, 0.0), 0.02).center_m, DVec2::new(5.2, 0.0));
        let ego = EgoEstimate { speed_mps: 15.0, ..EgoEstimate::default() };
        assert!((carry_ego(&ego, 0.02).position_m.x - 0.3).abs() < 1e-9);
        assert_eq!(carry_ego(&ego, 0.0), ego);
    }

    #[test]
    fn headings_blend_the_short_way_round() {
        let at = |heading_rad| EgoEstimate { heading_rad, ..EgoEstimate::default() };
        let between = blend_ego(&at(3.1), &at(-3.1), 0.5).heading_rad;
        assert!((math::wrap_pi(between).abs() - core::f64::consts::PI).abs() < 1e-9, "{between}");
    }

    #[test]
    fn the_pose_at_measuring_time_lies_behind_on_the_arc() {
        let ego = EgoEstimate { speed_mps: 10.0, yaw_rate_radps: 0.5, ..EgoEstimate::default() };
        let then = believed_pose(&ego, -0.1, 3.0);
        assert!((then.heading_rad + 0.05).abs() < 1e-12);
        // A circle of 20 m radius: the point 1 m back lies 2.5 cm to the left (outside of the tangent).
        assert!((then.position_m.x + 1.0).abs() < 1e-3, "{}", then.position_m);
        assert!((then.position_m.y - 0.025).abs() < 1e-3, "{}", then.position_m);
        assert_eq!(then.position_m.z, 3.0);
    }
}
