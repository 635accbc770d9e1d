//! The full trace: one row per participant and tick, from the state after Init on.
//!
//! Reference point: rear axle on the ground (center for pedestrians and obstacles). World of the map file,
//! ENU, m; angles in [0, 2π) rad, ISO 8855: pitch positive nose down, roll positive right side down. `road_id`, `lane_id`, `s_m` and `lane_offset_m` are OpenDRIVE's (offset along t, from
//! the lane's center) and are empty off the road network.

use super::text::{csv_text, time_text};
use super::{Sink, TickView};
use crate::base::math::wrap_tau;
use crate::road::RoadNetwork;
use crate::state::record::RunRecord;
use crate::state::truth::ObjectTruth;
use std::io::Write;

/// Columns of `--trace`.
pub const TRACE_COLUMNS: [&str; 13] = [
    "time_s",
    "entity",
    "x_m",
    "y_m",
    "z_m",
    "heading_rad",
    "pitch_rad",
    "roll_rad",
    "speed_mps",
    "road_id",
    "lane_id",
    "s_m",
    "lane_offset_m",
];

/// One row of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRow {
    /// Time of the state, s.
    pub time_s: f64,
    /// Participant.
    pub entity: std::sync::Arc<str>,
    /// World position, m.
    pub position_m: [f64; 3],
    /// Heading, pitch and roll in [0, 2π), rad.
    pub attitude_rad: [f64; 3],
    /// Longitudinal speed, m/s.
    pub speed_mps: f64,
    /// Road, lane, s in m, offset from the lane's center along t in m.
    pub road: Option<(String, i32, f64, f64)>,
}

/// The row of a participant.
pub fn trace_row(time_s: f64, object: &ObjectTruth, network: &RoadNetwork) -> TraceRow {
    let pose = &object.pose;
    TraceRow {
        time_s,
        entity: object.name.clone(),
        position_m: (pose.position_m + network.offset_m).to_array(),
        // The engine's pitch is positive nose up, the trace's nose down.
        attitude_rad: [pose.heading_rad, -pose.pitch_rad, pose.roll_rad].map(wrap_tau),
        speed_mps: object.motion.speed_mps,
        road: object.lane.map(|coord| {
            let place = network.road_coord(coord);
            (place.road_id.to_owned(), place.lane_id, place.s_m, place.lane_offset_m)
        }),
    }
}

/// Writes the full trace as CSV.
pub struct TraceSink<W: Write> {
    out: W,
}

impl TraceSink<std::io::BufWriter<std::fs::File>> {
    /// Writes to a file.
    pub fn create(path: &std::path::Path) -> std::io::Result<Self> {
        Self::new(std::io::BufWriter::with_capacity(1 << 16, std::fs::File::create(path)?))
    }
}

impl<W: Write> TraceSink<W> {
    /// Writes the header to `out`, then a row per participant and tick.
    pub fn new(mut out: W) -> std::io::Result<Self> {
        writeln!(out, "{}", TRACE_COLUMNS.join(","))?;
        Ok(Self { out })
    }
}

/// `-0.000000` and `0.000000` are the same number: only the second is written.
fn plain(value: f64) -> f64 {
    if value.abs() < 5e-7 { 0.0 } else { value }
}

impl<W: Write> Sink for TraceSink<W> {
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
        let time = time_text(view.time_s);
        for object in view.truth.present() {
            let row = trace_row(view.time_s, object, view.network);
            let [x, y, z] = row.position_m.map(plain);
            let [heading, pitch, roll] = row.attitude_rad.map(plain);
            write!(
                self.out,
                "{time},{},{x:.6},{y:.6},{z:.6},{heading:.6},{pitch:.6},{roll:.6},{:.6},",
                csv_text(&row.entity),
                plain(row.speed_mps)
            )?;
            match &row.road {
                Some((road, lane, s_m, offset_m)) => writeln!(
                    self.out,
                    "{},{lane},{:.6},{:.6}",
                    csv_text(road),
                    plain(*s_m),
                    plain(*offset_m)
                )?,
                None => writeln!(self.out, ",,,")?,
            }
        }
        Ok(())
    }

    fn finish(&mut self, _record: &RunRecord) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{car, view};
    use super::*;
    use crate::state::truth::GroundTruth;

    #[test]
    fn columns_are_the_contract() {
        assert_eq!(
            TRACE_COLUMNS.join(", "),
            "time_s, entity, x_m, y_m, z_m, heading_rad, pitch_rad, roll_rad, speed_mps, road_id, lane_id, s_m, lane_offset_m"
        );
    }

    #[test]
    fn one_row_per_participant_with_angles_in_the_circle() {
        let mut ego = car(0, "ego");
        ego.pose.heading_rad = -0.5;
        ego.pose.pitch_rad = 1e-12;
        ego.motion.speed_mps = 12.5;
        let truth = GroundTruth { objects: vec![ego, car(1, "a,b")], ego: None };
        let network = RoadNetwork::default();
        let mut bytes = Vec::new();
        let mut sink = TraceSink::new(&mut bytes).unwrap();
        sink.tick(&view(1, &truth, &network, &[])).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        let pitch = lines[1].split(',').nth(6).unwrap();
        assert!(pitch.parse::<f64>().unwrap() < std::f64::consts::TAU);
        assert!(lines[1].starts_with("0.02,ego,0.000000,0.000000,0.000000,5.783185,"), "{}", lines[1]);
        assert!(lines[1].ends_with(",12.500000,,,,"));
        assert!(lines[2].starts_with("0.02,\"a,b\","));
    }
}
