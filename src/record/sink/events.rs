//! Events as rows: what happened to whom, with the rest in words.
//!
//! `event` is the happening's name; `element` is what it happened to (a participant, a storyboard path, a
//! lane, a face, a sensor); `detail` holds the other fields as `name=value` joined by `; `, sorted by name.
//! Conditions that come to hold, and the elements of a played scenario of the standard, have the
//! transition itself as `event` (`condition_true`, `startTransition>runningState`) and their own name as
//! `element`; the path stands in `detail`.

use super::text::{csv_text, time_text};
use super::{Sink, TickView};
use crate::base::ids::{LaneId, ParticipantId, SignalIx};
use crate::record::RecordedEvent;
use crate::road::RoadNetwork;
use crate::state::messages::Happening;
use crate::state::record::RunRecord;
use crate::state::truth::GroundTruth;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write;

/// Columns of `--events`.
pub const EVENT_COLUMNS: [&str; 5] = ["time_s", "tick", "event", "element", "detail"];

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRow {
    /// Start of its tick, s.
    pub time_s: f64,
    /// Tick.
    pub tick: u64,
    /// Name of the happening.
    pub event: String,
    /// What it happened to.
    pub element: String,
    /// The rest.
    pub detail: String,
}

/// Fields that name the element, in order of preference.
const ELEMENT_KEYS: [&str; 8] =
    ["element", "participant", "face", "movement", "sensor", "track", "clause", "name"];

/// The row of an event.
pub fn event_row(event: &RecordedEvent, truth: &GroundTruth, network: &RoadNetwork) -> EventRow {
    let name = event.happening.name();
    let mut row = EventRow {
        time_s: event.time_s,
        tick: event.tick,
        event: name.to_owned(),
        element: String::new(),
        detail: String::new(),
    };
    if let Happening::Collision { a, b, relative_speed_mps } = &event.happening {
        row.element = format!("{} {}", participant(truth, *a), participant(truth, *b));
        row.detail = format!("relative_speed_mps={}", number(*relative_speed_mps));
        return row;
    }
    if let Happening::Storyboard { element, transition } = &event.happening
        && (transition.contains('>') || transition == "condition_true")
    {
        // As the standard's players name them: the element by its own name, the transition with its state.
        row.event = transition.clone();
        row.element = element.rsplit('/').next().unwrap_or(element).to_owned();
        row.detail = format!("{transition}; path={element}");
        return row;
    }
    // A happening is a plain tagged struct: it always becomes a map.
    let Ok(Value::Object(fields)) = serde_json::to_value(&event.happening) else { return row };
    let named = |key: &str, value: &Value| -> String {
        let ix = value.as_u64().and_then(|ix| u32::try_from(ix).ok());
        match (key, ix) {
            ("participant", Some(ix)) => participant(truth, ParticipantId(ix)),
            ("face", Some(ix)) => {
                network.signals.get(SignalIx(ix).ix()).map_or(format!("face {ix}"), |face| face.id.clone())
            }
            ("movement", Some(ix)) => lane_name(network, LaneId(ix)),
            ("sensor" | "track", Some(ix)) => format!("{key} {ix}"),
            _ => words(value, truth),
        }
    };
    let element = ELEMENT_KEYS.into_iter().find(|key| fields.contains_key(*key));
    if let Some(key) = element {
        row.element = named(key, &fields[key]);
    }
    let mut rest: Vec<_> =
        fields.iter().filter(|(key, _)| *key != "event" && Some(key.as_str()) != element).collect();
    rest.sort_by(|a, b| a.0.cmp(b.0));
    row.detail =
        rest.iter().map(|(key, value)| format!("{key}={}", named(key, value))).collect::<Vec<_>>().join("; ");
    row
}

fn participant(truth: &GroundTruth, id: ParticipantId) -> String {
    truth.objects.get(id.ix()).map_or(format!("participant {}", id.0), |object| object.name.to_string())
}

fn lane_name(network: &RoadNetwork, id: LaneId) -> String {
    match network.lanes.get(id.ix()) {
        Some(lane) => format!("{}:{}", network.road(lane.road).id, lane.odr_lane),
        None => format!("lane {}", id.0),
    }
}

/// Twelve digits are far beyond what any quantity here means, and hide the last bits of a sum.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() }
}

fn words(value: &Value, truth: &GroundTruth) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::String(text) => text.clone(),
        Value::Number(n) if n.is_f64() => number(n.as_f64().unwrap_or_default()),
        Value::Number(n) => n.to_string(),
        Value::Array(items) => items.iter().map(|v| words(v, truth)).collect::<Vec<_>>().join(" "),
        Value::Object(fields) => {
            let mut parts: Vec<String> = fields
                .iter()
                .map(|(key, value)| {
                    match (key.as_str(), value.as_u64().and_then(|v| u32::try_from(v).ok())) {
                        ("object", Some(ix)) => participant(truth, ParticipantId(ix)),
                        _ => format!("{key} {}", words(value, truth)),
                    }
                })
                .collect();
            parts.sort();
            parts.join(" ")
        }
    }
}

/// Writes every recorded event as CSV.
pub struct EventsSink<W: Write> {
    out: W,
}

impl EventsSink<std::io::BufWriter<std::fs::File>> {
    /// Writes to a file.
    pub fn create(path: &std::path::Path) -> std::io::Result<Self> {
        Self::new(std::io::BufWriter::new(std::fs::File::create(path)?))
    }
}

impl<W: Write> EventsSink<W> {
    /// Writes the header to `out`, then a row per event.
    pub fn new(mut out: W) -> std::io::Result<Self> {
        writeln!(out, "{}", EVENT_COLUMNS.join(","))?;
        Ok(Self { out })
    }
}

impl<W: Write> Sink for EventsSink<W> {
    fn tick(&mut self, view: &TickView<'_>) -> std::io::Result<()> {
        for event in view.events {
            let row = event_row(event, view.truth, view.network);
            writeln!(
                self.out,
                "{},{},{},{},{}",
                time_text(row.time_s),
                row.tick,
                row.event,
                csv_text(&row.element),
                csv_text(&row.detail)
            )?;
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
    use crate::state::automation::{AutomationLevel, FeatureMode, PlanReason};
    use crate::state::truth::DetectionOrigin;

    #[test]
    fn columns_are_the_contract() {
        assert_eq!(EVENT_COLUMNS.join(", "), "time_s, tick, event, element, detail");
    }

    #[test]
    fn happenings_become_words() {
        let truth = GroundTruth { objects: vec![car(0, "ego"), car(1, "truck")], ego: None };
        let network = RoadNetwork::default();
        let check = |happening: Happening, element: &str, detail: &str| {
            let event = RecordedEvent { tick: 3, time_s: 0.06, happening };
            let row = event_row(&event, &truth, &network);
            assert_eq!((row.element.as_str(), row.detail.as_str()), (element, detail), "{row:?}");
        };
        check(
            Happening::Collision { a: ParticipantId(0), b: ParticipantId(1), relative_speed_mps: 4.25 },
            "ego truck",
            "relative_speed_mps=4.25",
        );
        check(
            Happening::RedLightViolation { participant: ParticipantId(1), red_for_s: f64::INFINITY },
            "truck",
            "red_for_s=unknown",
        );
        check(Happening::PlanReasonChanged { reason: PlanReason::Follow(7) }, "", "reason=follow 7");
        check(Happening::PlanReasonChanged { reason: PlanReason::Cruise }, "", "reason=cruise");
        check(
            Happening::GhostTrack { track: 4, origin: DetectionOrigin::Object(ParticipantId(1)) },
            "track 4",
            "origin=truck",
        );
        check(
            Happening::FeatureModeChanged {
                level: AutomationLevel::L3,
                from: FeatureMode::Active,
                to: FeatureMode::RequestingIntervention,
                reason: "odd_exit".into(),
            },
            "",
            "from=active; level=L3; reason=odd_exit; to=requesting_intervention",
        );
        check(Happening::DriverEngaged, "", "");
    }

    #[test]
    fn rows_are_csv() {
        let truth = GroundTruth { objects: vec![car(0, "e,go")], ego: None };
        let network = RoadNetwork::default();
        let events = [RecordedEvent {
            tick: 5,
            time_s: 0.1,
            happening: Happening::Spawned { participant: ParticipantId(0) },
        }];
        let mut bytes = Vec::new();
        let mut sink = EventsSink::new(&mut bytes).unwrap();
        sink.tick(&view(6, &truth, &network, &events)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "time_s,tick,event,element,detail\n0.1,5,spawned,\"e,go\",\n");
    }
}
