//! The traffic domain in a small world: kernel, snapshot, occupancy, traffic; signals set by hand.

mod flow;
mod junctions;
mod walkers;

use super::*;
use crate::base::ids::LaneId;
use crate::base::math::{DVec2, unit};
use crate::road::{LaneCoord, RoadNetwork};
use crate::scenario::*;
use crate::sim::participants;
use crate::sim::{Clock, FiredActions, RunPlan, SimTick, occupancy, snapshot, tick};
use crate::state::automation::AutomationLevel;
use crate::state::messages::{EventLog, Happening};
use crate::state::object::{Extent, ObjectClass};
use crate::state::signal::Indication;
use crate::state::truth::{GroundTruth, ObjectTruth, Presence, SignalStates};
use crate::state::vehicle_spec::VehicleSpec;
use bevy::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn straight() -> Arc<RoadNetwork> {
    network("straight", include_bytes!("../../../assets/maps/straight.xodr"))
}
pub fn crossing() -> Arc<RoadNetwork> {
    network("crossing", include_bytes!("../../../assets/maps/crossing.xodr"))
}
pub fn kirkland() -> Arc<RoadNetwork> {
    network("kirkland", include_bytes!("../../../assets/maps/kirkland.xodr"))
}
pub fn austin() -> Arc<RoadNetwork> {
    network("austin", include_bytes!("../../../assets/maps/austin.xodr"))
}
fn network(name: &str, bytes: &[u8]) -> Arc<RoadNetwork> {
    Arc::new(RoadNetwork::from_opendrive(name, bytes).unwrap())
}

fn spec(name: &str, class: ObjectClass, length_m: f64, width_m: f64, rear_m: f64) -> VehicleSpec {
    VehicleSpec {
        name: name.into(),
        title: name.into(),
        class,
        extent: Extent { length_m, width_m, height_m: 1.6, rear_m },
        mass_kg: 1500.0,
        wheelbase_m: 2.7,
        cg_to_front_m: 1.2,
        cg_height_m: 0.55,
        yaw_inertia_kgm2: 2500.0,
        cornering_front_per_rad: 14.0,
        cornering_rear_per_rad: 19.0,
        tire_friction_dry: 0.85,
        tread_depth_mm: 6.0,
        tire_pressure_kpa: 230.0,
        steer_max_rad: 0.6,
        steer_rate_max_radps: 0.6,
        steer_lag_s: 0.1,
        power_max_w: 1e5,
        accel_max_mps2: 3.5,
        drive_lag_s: 0.3,
        brake_max_mps2: 10.0,
        brake_lag_s: 0.12,
        brake_front_share: 0.7,
        drive_front_share: 1.0,
        drag_area_m2: 0.65,
        rolling_resistance: 0.011,
        speed_max_mps: 50.0,
        has_manual_controls: true,
    }
}

fn specs() -> Arc<BTreeMap<String, Arc<VehicleSpec>>> {
    let mut specs = BTreeMap::new();
    for (name, class, length_m, width_m, rear_m) in [
        ("compact_car", ObjectClass::Car, 4.63, 1.78, 0.98),
        ("lexus_rx450h_2012", ObjectClass::Car, 4.77, 1.88, 1.0),
        ("chrysler_pacifica", ObjectClass::Van, 5.17, 2.02, 1.1),
        ("jaguar_ipace", ObjectClass::Car, 4.68, 1.9, 0.9),
        ("van", ObjectClass::Van, 5.9, 2.0, 1.2),
        ("bus", ObjectClass::Bus, 12.0, 2.55, 3.3),
        ("box_truck", ObjectClass::Truck, 8.0, 2.4, 2.2),
        ("ambulance", ObjectClass::EmergencyVehicle, 6.5, 2.2, 1.7),
        ("bicycle", ObjectClass::Bicycle, 1.8, 0.6, 0.35),
        ("pedestrian", ObjectClass::Pedestrian, 0.5, 0.5, 0.25),
        ("cone", ObjectClass::WorkZone, 0.4, 0.4, 0.2),
    ] {
        specs.insert(name.to_owned(), Arc::new(spec(name, class, length_m, width_m, rear_m)));
    }
    Arc::new(specs)
}

/// A scenario with nothing in it.
pub fn blank() -> Scenario {
    Scenario {
        name: "test".into(),
        title: String::new(),
        about: String::new(),
        expect: BTreeMap::new(),
        map: String::new(),
        duration_s: 600.0,
        level: AutomationLevel::L0,
        clock: CivilTime { year: 2016, month: 6, day: 1, second_of_day: 43_200.0, utc_offset_h: -7.0 },
        weather: None,
        ego: None,
        entities: Vec::new(),
        traffic: TrafficPlan { radius_m: 300.0, speed_factor: 1.0, ..TrafficPlan::default() },
        signals: Vec::new(),
        storyboard: Storyboard::default(),
        parameters: Vec::new(),
        values: BTreeMap::new(),
        criteria: Vec::new(),
        content_hash: 0,
        play: None,
        variations: None,
        warnings: Vec::new(),
    }
}

/// An entity on a lane.
pub fn entity(name: &str, coord: LaneCoord, speed_mps: f64, behavior: Behavior) -> EntityPlan {
    EntityPlan {
        name: name.into(),
        vehicle: "compact_car".into(),
        start: PlaceRef { coord, heading_offset_rad: 0.0 },
        speed_mps,
        behavior,
        route: Vec::new(),
        hidden_at_start: false,
        runs_red: false,
        conspicuity: 1.0,
        siren: false,
    }
}

/// A small world.
pub struct Lab {
    pub app: App,
    pub events: Vec<Happening>,
    pub network: Arc<RoadNetwork>,
    history: Vec<Vec<String>>,
}

impl Lab {
    pub fn new(network: Arc<RoadNetwork>, scenario: Scenario, seed: u64) -> Self {
        let mut app = App::empty();
        let dt_ns = 20_000_000;
        app.insert_resource(Clock::new(dt_ns));
        let mut scenario = scenario;
        scenario.entities.sort_by(|a, b| a.name.cmp(&b.name));
        app.insert_resource(RunPlan {
            scenario: Arc::new(scenario),
            network: network.clone(),
            vehicles: specs(),
            level: AutomationLevel::L0,
            seed,
            dt_ns,
            interventions: Vec::new(),
        });
        app.init_resource::<EventLog>();
        app.init_resource::<FiredActions>();
        app.add_plugins((tick::plugin, plugin, snapshot::plugin, occupancy::plugin));
        let mut lab = Self { app, events: Vec::new(), network, history: Vec::new() };
        let world = lab.app.world_mut();
        participants::spawn(world).unwrap();
        attach(world);
        world.run_system_cached(snapshot::refresh_ground_truth).unwrap();
        world.run_system_cached(occupancy::refresh_occupancy).unwrap();
        lab
    }
    pub fn tick(&mut self) {
        let world = self.app.world_mut();
        world.run_schedule(SimTick);
        world.resource_mut::<FiredActions>().this_tick.clear();
        self.events.append(&mut world.resource_mut::<EventLog>().this_tick);
    }
    /// Fails with the last seconds of both if two bodies overlap.
    pub fn check_no_overlap(&mut self) {
        let tick = self.app.world().resource::<Clock>().tick;
        if tick.is_multiple_of(25) {
            let now = self.truth().objects.iter().map(|o| describe(&self.network, o)).collect();
            self.history.push(now);
            if self.history.len() > 16 {
                self.history.remove(0);
            }
        }
        if !tick.is_multiple_of(5) {
            return;
        }
        if let Some((a, b)) = self.overlap() {
            for then in &self.history {
                for line in then
                    .iter()
                    .filter(|l| [&a, &b].iter().any(|o| l.split(' ').next() == o.split(' ').next()))
                {
                    println!("{line}");
                }
            }
            panic!("at {} s\n{a}\n{b}", self.time_s());
        }
    }
    pub fn run_s(&mut self, seconds: f64, mut each: impl FnMut(&mut Self)) {
        for _ in 0..(seconds * 50.0) as u32 {
            self.tick();
            each(self);
        }
    }
    pub fn time_s(&self) -> f64 {
        self.app.world().resource::<Clock>().end().s()
    }
    pub fn truth(&self) -> &GroundTruth {
        self.app.world().resource::<GroundTruth>()
    }
    pub fn object(&self, name: &str) -> &ObjectTruth {
        self.truth().objects.iter().find(|o| &*o.name == name).unwrap()
    }
    pub fn fire(&mut self, action: Action) {
        self.app.world_mut().resource_mut::<FiredActions>().this_tick.push(action);
    }
    /// Sets what movements are told, by rule.
    pub fn signals(&mut self, of: impl Fn(&RoadNetwork, LaneId) -> Option<Indication>) {
        let network = self.network.clone();
        let movement = (0..network.lanes.len() as u32)
            .map(|ix| {
                let id = LaneId(ix);
                network.lane(id).junction.and_then(|_| of(&network, id))
            })
            .collect();
        self.app.world_mut().resource_mut::<SignalStates>().movement = movement;
    }
    /// First pair of bodies that overlap.
    pub fn overlap(&self) -> Option<(String, String)> {
        let present: Vec<&ObjectTruth> = self.truth().present().collect();
        for (ix, a) in present.iter().enumerate() {
            for b in &present[ix + 1..] {
                if overlaps(a, b) {
                    return Some((describe(&self.network, a), describe(&self.network, b)));
                }
            }
        }
        None
    }
}

pub fn describe(network: &RoadNetwork, o: &ObjectTruth) -> String {
    let at = o.lane.map(|c| {
        let lane = network.lane(c.lane);
        let road = &network.roads[lane.road.ix()].id;
        format!("{road} {} along {:.1}/{:.1} off {:.2}", lane.odr_lane, c.along_m, lane.length_m, c.offset_m)
    });
    format!("{} v {:.2} a {:.2} {:?}", o.name, o.motion.speed_mps, o.motion.accel_mps2, at)
}

/// Separating axes of two boxes.
pub fn overlaps(a: &ObjectTruth, b: &ObjectTruth) -> bool {
    let delta = b.center_m - a.center_m;
    if delta.length() > a.extent.length_m + b.extent.length_m {
        return false;
    }
    let half = |o: &ObjectTruth, axis: DVec2| {
        let f = unit(o.pose.heading_rad);
        0.5 * (o.extent.length_m * f.dot(axis).abs() + o.extent.width_m * f.perp().dot(axis).abs())
    };
    [a, b].iter().all(|o| {
        let f = unit(o.pose.heading_rad);
        [f, f.perp()].iter().all(|axis| delta.dot(*axis).abs() < half(a, *axis) + half(b, *axis))
    })
}

/// Position on a road.
pub fn at(network: &RoadNetwork, road: &str, lane: i32, s_m: f64) -> LaneCoord {
    network.coord_of(road, lane, s_m, 0.0).unwrap()
}

/// Those present.
pub fn count_present(lab: &Lab) -> usize {
    lab.truth().objects.iter().filter(|o| o.presence == Presence::Present).count()
}
