//! Standard workloads: what `shakedown bench`, the criterion benches and the allocation test measure.
//!
//! All in code, so that no scenario file can change what is measured. Each workload is a map, a number of
//! background vehicles, maybe an ego with a sensor suite, maybe rain. Speeds in m/s, rain in mm/h.
//!
//! What it does not do: it measures nothing and reads no file.

use super::RunSpec;
use crate::road::RoadNetwork;
use crate::scenario::{
    CivilTime, DriverPlan, EgoPlan, PlaceRef, Scenario, Storyboard, TrafficPlan, WeatherPlan, WeatherTargets,
};
use crate::state::automation::AutomationLevel;
use crate::state::driver::SecondaryTask;
use crate::state::vehicle_spec::VehicleSpec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A standard workload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Workload {
    /// Name.
    pub name: &'static str,
    /// Bundled map.
    pub map: &'static str,
    /// Background vehicles.
    pub vehicles: u32,
    /// Sensor suite of the ego; `None` = no ego.
    pub ego_sensors: Option<&'static str>,
    /// Rain rate, mm/h; `None` = no weather section.
    pub rain_mmph: Option<f64>,
    /// Simulated time, s.
    pub seconds: f64,
}

/// The workloads of `shakedown bench`.
pub const WORKLOADS: [Workload; 5] = [
    FULL_20,
    TRAFFIC_20,
    Workload { name: "traffic_100", vehicles: 100, ..TRAFFIC_20 },
    Workload { name: "traffic_signals_40", map: "crossing", vehicles: 40, ..TRAFFIC_20 },
    Workload {
        name: "full_20_rain_rays",
        ego_sensors: Some("lidar_dense"),
        rain_mmph: Some(25.0),
        seconds: 40.0,
        ..FULL_20
    },
];

/// An ego at L4 with the whole chain among 20 vehicles on an arterial with signals.
pub const FULL_20: Workload = Workload {
    name: "full_20",
    map: "austin",
    vehicles: 20,
    ego_sensors: Some("lexus_2015"),
    rain_mmph: None,
    seconds: 60.0,
};

/// 20 vehicles on a straight road, no ego.
pub const TRAFFIC_20: Workload = Workload {
    name: "traffic_20",
    map: "straight",
    vehicles: 20,
    ego_sensors: None,
    rain_mmph: None,
    seconds: 40.0,
};

/// One run of a batch: short, light traffic.
pub const BATCH_40S: Workload = Workload { name: "batch_40s", vehicles: 8, seconds: 40.0, ..FULL_20 };

/// A place of a workload is not on its map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the places of workload `{0}` are not on its map")]
pub struct PlaceMissing(pub &'static str);

impl Workload {
    /// Participants that move: background vehicles and the ego.
    pub fn agents(&self) -> u32 {
        self.vehicles + u32::from(self.ego_sensors.is_some())
    }

    /// The run specification on this map with these vehicles, seed 1.
    pub fn spec(
        &self,
        network: Arc<RoadNetwork>,
        vehicles: Arc<BTreeMap<String, Arc<VehicleSpec>>>,
    ) -> Result<RunSpec, PlaceMissing> {
        let ego = self.ego_sensors.map(|sensors| ego_plan(&network, sensors).ok_or(PlaceMissing(self.name)));
        let scenario = Scenario {
            name: format!("bench/{}", self.name),
            title: self.name.into(),
            about: String::new(),
            expect: BTreeMap::new(),
            map: self.map.into(),
            duration_s: self.seconds,
            level: AutomationLevel::L4,
            clock: CivilTime {
                year: 2016,
                month: 6,
                day: 1,
                second_of_day: 12.0 * 3600.0,
                utc_offset_h: -5.0,
            },
            weather: self.rain_mmph.map(|rain| WeatherPlan {
                initial: WeatherTargets { rain_mmph: Some(rain), ..WeatherTargets::default() },
                timeline: Vec::new(),
                patches: Vec::new(),
            }),
            ego: ego.transpose()?,
            entities: Vec::new(),
            traffic: TrafficPlan {
                vehicles: self.vehicles,
                // The straight road has one line of lanes; a town has streets on all sides.
                radius_m: if self.map == "straight" { 1500.0 } else { 300.0 },
                speed_factor: 1.0,
                heavy_share: 0.1,
                ..TrafficPlan::default()
            },
            signals: Vec::new(),
            storyboard: Storyboard::default(),
            parameters: Vec::new(),
            values: BTreeMap::new(),
            criteria: Vec::new(),
            content_hash: 0,
            play: None,
            variations: None,
            warnings: Vec::new(),
        };
        Ok(RunSpec {
            scenario: Arc::new(scenario),
            network,
            vehicles,
            level: AutomationLevel::L4,
            seed: 1,
            dt_ns: RunSpec::DT_NS_DEFAULT,
            interventions: Vec::new(),
            human_input: Vec::new(),
            until_s: None,
        })
    }
}

/// The ego of the workloads with one: up the arterial of the Austin map.
fn ego_plan(network: &RoadNetwork, sensors: &str) -> Option<EgoPlan> {
    let place = |road: &str, lane: i32, s_m: f64| {
        network.coord_of(road, lane, s_m, 0.0).map(|coord| PlaceRef { coord, heading_offset_rad: 0.0 })
    };
    Some(EgoPlan {
        vehicle: "lexus_rx450h_2012".into(),
        start: place("lamar_1", -2, 40.0)?,
        speed_mps: 10.0,
        route: vec![place("lamar_6", -2, 200.0)?],
        set_speed_mps: None,
        sensors: sensors.into(),
        features: BTreeMap::new(),
        odd: BTreeMap::new(),
        driver: DriverPlan {
            role: None,
            task: SecondaryTask::Monitoring,
            non_response: None,
            takeover_time_s: None,
            speed_factor: 1.0,
        },
        unmapped_signals: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workload_without_its_map_is_refused() {
        let spec = |workload: Workload| workload.spec(Arc::default(), Arc::default()).map(|_| ());
        assert_eq!(spec(FULL_20), Err(PlaceMissing("full_20")));
        assert_eq!(spec(TRAFFIC_20), Ok(()));
        assert_eq!((FULL_20.agents(), TRAFFIC_20.agents()), (21, 20));
    }
}
