//! What is shown in this frame: two neighboring ticks of the run and the blend between them.

use bevy::prelude::*;
use shakedown::base::ids::ParticipantId;
use shakedown::engine::RunSpec;
use shakedown::road::RoadNetwork;
use shakedown::state::automation::AutomationState;
use shakedown::state::belief::WorldModel;
use shakedown::state::driver::DriverState;
use shakedown::state::pose::Pose;
use shakedown::state::sensor_data::{SensorFrame, SensorInfo};
use shakedown::state::truth::{ObjectTruth, Presence, SensingEvidence, SignalStates};
use shakedown::state::weather::Weather;
use std::sync::Arc;

/// Everything one tick shows. A copy: nothing here reaches the engine.
#[derive(Debug, Default)]
pub struct Shot {
    /// Completed ticks: 0 = the state after Init.
    pub tick: u64,
    /// Time of the state, s.
    pub time_s: f64,
    /// All participants, index = `ParticipantId`.
    pub objects: Vec<ObjectTruth>,
    /// True signals.
    pub signals: SignalStates,
    /// True weather.
    pub weather: Weather,
    /// The ego's belief.
    pub belief: Option<WorldModel>,
    /// The ego's automation.
    pub automation: Option<AutomationState>,
    /// The human aboard.
    pub driver: Option<DriverState>,
    /// Road-wheel angle of the ego, rad, left positive.
    pub steer_rad: f64,
    /// Acceleration asked of the actuators, m/s².
    pub asked_mps2: f64,
    /// Latest frame of each sensor; index = `SensorIx`.
    pub frames: Vec<Option<Arc<SensorFrame>>>,
    /// What sensors saw and missed, as the truth knows it.
    pub missed: Vec<Vec<shakedown::state::truth::MissReason>>,
    /// Latest false returns: sensor, where from, position in the world.
    pub ghosts: Vec<(
        shakedown::base::ids::SensorIx,
        shakedown::state::truth::DetectionOrigin,
        shakedown::base::math::DVec2,
    )>,
    /// Time to collision with the participant ahead, s (`INFINITY` = none).
    pub ttc_s: f64,
}

impl Shot {
    /// Takes over what the evidence says.
    pub fn set_evidence(&mut self, evidence: &SensingEvidence) {
        self.missed.clone_from(&evidence.objects);
        self.ghosts.clone_from(&evidence.ghosts);
    }
}

/// What the run is made from.
#[derive(Clone)]
pub struct RunInfo {
    /// Specification.
    pub spec: RunSpec,
    /// The ego.
    pub ego: Option<ParticipantId>,
    /// Its sensors; index = `SensorIx`.
    pub suite: Arc<Vec<SensorInfo>>,
    /// The map as its file says it (lane marks, objects, sidewalks).
    pub map: Arc<opendrive::Map>,
}

impl RunInfo {
    /// The lane graph.
    pub fn network(&self) -> &RoadNetwork {
        &self.spec.network
    }
}

/// What is shown now. Changes every frame; [`Stage::serial`] changes when another run is opened.
#[derive(Resource, Clone)]
pub struct Stage {
    /// The run.
    pub run: Arc<RunInfo>,
    /// Number of the opened run: static things are rebuilt when it changes.
    pub serial: u64,
    /// Earlier tick.
    pub a: Arc<Shot>,
    /// Later tick (the present one where the two differ).
    pub b: Arc<Shot>,
    /// 0 = `a`, 1 = `b`.
    pub blend: f32,
}

impl Stage {
    /// The tick to read numbers from: the nearer one.
    pub fn shot(&self) -> &Shot {
        if self.blend < 0.5 { &self.a } else { &self.b }
    }

    /// Shown time, s.
    pub fn time_s(&self) -> f64 {
        self.a.time_s + (self.b.time_s - self.a.time_s) * f64::from(self.blend)
    }

    /// The ego's truth.
    pub fn ego(&self) -> Option<&ObjectTruth> {
        self.run.ego.and_then(|id| self.shot().objects.get(id.0 as usize))
    }

    /// Pose between the two ticks; `None` while the participant is absent. A jump of more than 5 m in one
    /// tick (teleport, re-entry of traffic) is not blended.
    pub fn pose(&self, id: ParticipantId) -> Option<Pose> {
        let ix = id.0 as usize;
        let b = self.b.objects.get(ix).filter(|o| o.presence != Presence::Absent)?;
        let Some(a) = self.a.objects.get(ix).filter(|o| o.presence != Presence::Absent) else {
            return Some(b.pose);
        };
        let ticks = (self.b.tick.saturating_sub(self.a.tick)).max(1) as f64;
        if a.pose.position_m.distance(b.pose.position_m) > 5.0 * ticks {
            return Some(b.pose);
        }
        let w = f64::from(self.blend);
        let turn = |from: f64, to: f64| from + shakedown::base::math::wrap_pi(to - from) * w;
        Some(Pose {
            position_m: a.pose.position_m.lerp(b.pose.position_m, w),
            heading_rad: turn(a.pose.heading_rad, b.pose.heading_rad),
            pitch_rad: turn(a.pose.pitch_rad, b.pose.pitch_rad),
            roll_rad: turn(a.pose.roll_rad, b.pose.roll_rad),
        })
    }

    /// Pose of the ego between the two ticks.
    pub fn ego_pose(&self) -> Option<Pose> {
        self.run.ego.and_then(|id| self.pose(id))
    }
}
