//! The fusion step: object detections in, tracks out, behind one interface.
//!
//! A user's own fusion implements [`Fusion`] and is fitted with [`FusionChoice`]; everything else
//! (localization, signals, health, weather) stays. Frames reach it in the order in which they became
//! available, with positions still in the vehicle frame at measuring time; [`FusionContext`] says where
//! that frame was.

use super::dead_reckoning::{DeadReckoning, Planar};
use crate::base::catalog::CatalogRow;
use crate::base::ids::SensorIx;
use crate::base::time::SimTime;
use crate::road::{RoadNetwork, Route};
use crate::state::belief::{EgoEstimate, SensorHealth, Track};
use crate::state::sensor_data::{Detection, SensorInfo};
use bevy::prelude::Resource;

/// What a fusion step may know besides the detections.
pub struct FusionContext<'a> {
    /// Present time.
    pub now: SimTime,
    /// Smooth pose history of the ego (odometry frame).
    pub odometry: &'a DeadReckoning,
    /// The odometry frame seen from the world now.
    pub world_from_odometry: Planar,
    /// Believed ego state.
    pub ego: &'a EgoEstimate,
    /// Height of the road at the ego, m.
    pub ego_z_m: f64,
    /// Calibration of the suite.
    pub suite: &'a [SensorInfo],
    /// Health of the suite (empty before the first verdict).
    pub health: &'a [SensorHealth],
    /// Perceived precipitation level, 0–1.
    pub precipitation: f64,
    /// Perceived visibility, m.
    pub visibility_m: f64,
    /// The map prior, if there is one.
    pub network: Option<&'a RoadNetwork>,
    /// Route of the ego on it.
    pub route: Option<&'a Route>,
}

/// One object frame.
pub struct ObjectFrame<'a> {
    /// Which sensor.
    pub sensor: SensorIx,
    /// When the world was sampled.
    pub measured_at: SimTime,
    /// Detections in the vehicle frame at that time.
    pub detections: &'a [Detection],
}

/// What one frame says about the sensor it came from, for the health monitor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrameReport {
    /// Objects that other kinds of sensors see and this one should see too (sum of probabilities).
    pub expected: f64,
    /// Of these, those it saw.
    pub seen: f64,
    /// Sum of cross-range innovations in units of their σ, signed: a misaligned sensor has a bias.
    pub cross_bias: f64,
    /// Detections that went into `cross_bias`.
    pub matched: u32,
}

/// A fusion algorithm.
pub trait Fusion: Send + Sync {
    /// Takes in one frame.
    fn observe(&mut self, context: &FusionContext, frame: &ObjectFrame) -> FrameReport;
    /// Writes the tracks, extrapolated to now, by rising id. Called every tick.
    fn output(&mut self, context: &FusionContext, tracks: &mut Vec<Track>);
}

/// One row of the catalogue with its constructor.
#[derive(Clone, Copy)]
pub struct FusionRow {
    /// Name and sentence.
    pub row: CatalogRow,
    /// Makes a fresh instance.
    pub make: fn() -> Box<dyn Fusion>,
}

/// All fusion algorithms; the first is the default.
pub const FUSIONS: [FusionRow; 1] = [FusionRow {
    row: CatalogRow {
        name: "ekf_fusion",
        about: "Global nearest neighbor over extended Kalman tracks (CV, CTRV) with Bayesian existence and class.",
    },
    make: || Box::new(super::ekf_fusion::EkfFusion::default()),
}];

/// The fusion with a catalogue name.
pub fn by_name(name: &str) -> Option<FusionRow> {
    FUSIONS.into_iter().find(|row| row.row.name == name)
}

/// Which fusion the next run fits; insert it before the run is set up to use your own.
#[derive(Resource, Clone, Copy)]
pub struct FusionChoice(pub fn() -> Box<dyn Fusion>);

impl Default for FusionChoice {
    fn default() -> Self {
        Self(FUSIONS[0].make)
    }
}
