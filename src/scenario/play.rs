//! A scenario of the standard in a run: what is played, on which roads, and who of its entities is the ego.

use super::model::{CivilTime, DriverPlan, EgoPlan, EntityPlan, PlaceRef, Scenario, Storyboard, TrafficPlan};
use crate::base::math::{DVec3, wrap_pi};
use crate::road::{GeoFrame, LaneCoord, RoadNetwork};
use crate::state::automation::AutomationLevel;
use crate::state::driver::SecondaryTask;
use crate::state::object::ObjectClass;
use crate::state::pose::Pose;
use ::storyboard::play::entity::{Body, Entity};
use ::storyboard::play::player::{Geo, Player};
use ::storyboard::play::roads::Roads;
use ::storyboard::read::Play;
use ::storyboard::standard::EntityKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Length of a run whose scenario has no end of its own, s.
pub const DURATION_S_DEFAULT: f64 = 300.0;
/// Our vehicle where the scenario's ego is replaced.
pub const EGO_VEHICLE: &str = "lexus_rx450h_2012";
/// Its sensors.
pub const EGO_SENSORS: &str = "lexus_2015";

/// Who of a scenario's entities our vehicle replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EgoChoice {
    /// Nobody: everything is played as written.
    Nobody,
    /// The one with a controller to be replaced, else the first vehicle.
    #[default]
    Default,
    /// This one.
    Named(String),
}

/// Whether the scenario's controllers are heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controllers {
    /// Their activation is noted; a controller that is not part of this program is a warning.
    #[default]
    Heard,
    /// Their activation is ignored.
    Ignored,
}

/// A scenario of the standard, set up for a run.
#[derive(Clone, Debug)]
pub struct PlayPlan {
    /// What is played.
    pub play: Arc<Play>,
    /// Its roads.
    pub roads: Arc<Roads>,
    /// The entity that our vehicle replaces.
    pub ego: Option<usize>,
    /// Its controllers.
    pub controllers: Controllers,
}

impl PlayPlan {
    /// A player after its init phase; our vehicle has taken its entity's place.
    pub fn player(&self) -> Player {
        let mut player = self.before_init();
        player.step(0, 0);
        if let Some(ego) = self.ego {
            player.hand_over(ego);
        }
        player
    }

    /// A player before its init phase, with the map's projection.
    fn before_init(&self) -> Player {
        let mut player = Player::new(self.play.clone(), self.roads.clone());
        let reference = self.roads.map().header.geo_reference.as_deref();
        if let Some(frame) = reference.and_then(|text| GeoFrame::new(text).ok()) {
            let project = move |longitude: f64, latitude: f64| frame.to_map(longitude, latitude).ok();
            player.scene.geo = Some(Geo(Arc::new(project)));
        }
        player
    }

    /// Name of the entity that our vehicle replaces.
    pub fn ego_name(&self) -> Option<&str> {
        self.ego.and_then(|ix| self.play.entities.get(ix)).map(|e| &*e.name)
    }
}

/// Class of an entity's body; `role` is what a vehicle is there for (`police`, …).
pub fn class_of(body: &Body, role: Option<&str>) -> ObjectClass {
    if matches!(role, Some("ambulance" | "fire" | "police")) {
        return ObjectClass::EmergencyVehicle;
    }
    let category = body.category.to_ascii_lowercase();
    match body.kind {
        EntityKind::Pedestrian => ObjectClass::Pedestrian,
        EntityKind::Miscellaneous => match category.as_str() {
            "barrier" | "trafficisland" | "roadmark" | "pole" => ObjectClass::WorkZone,
            _ => ObjectClass::Debris,
        },
        EntityKind::Vehicle | EntityKind::External => match category.as_str() {
            "bicycle" => ObjectClass::Bicycle,
            "bus" => ObjectClass::Bus,
            "van" => ObjectClass::Van,
            "truck" | "trailer" | "semitrailer" | "train" | "tram" => ObjectClass::Truck,
            "motorbike" | "motorcycle" => ObjectClass::Motorcycle,
            _ => ObjectClass::Car,
        },
    }
}

/// The parameter set that stands for a body beyond its size.
pub fn vehicle_of(class: ObjectClass) -> &'static str {
    match class {
        ObjectClass::Car => "compact_car",
        ObjectClass::Van => "van",
        ObjectClass::Bus => "bus",
        ObjectClass::Truck => "box_truck",
        ObjectClass::Motorcycle => "motorcycle",
        ObjectClass::Bicycle => "bicycle",
        ObjectClass::Pedestrian => "pedestrian",
        ObjectClass::EmergencyVehicle => "ambulance",
        ObjectClass::WorkZone => "barrier",
        ObjectClass::Debris => "debris_box",
    }
}

/// A pose of the player in the engine's frame: the map's offset removed, pitch positive nose up.
pub fn engine_pose(pose: &::storyboard::play::entity::Pose, offset_m: DVec3) -> Pose {
    Pose {
        position_m: pose.position_m - offset_m,
        heading_rad: wrap_pi(pose.h_rad),
        pitch_rad: -wrap_pi(pose.p_rad),
        roll_rad: wrap_pi(pose.r_rad),
    }
}

/// A pose of the engine in the player's frame.
pub fn player_pose(pose: &Pose, offset_m: DVec3) -> ::storyboard::play::entity::Pose {
    ::storyboard::play::entity::Pose {
        position_m: pose.position_m + offset_m,
        h_rad: pose.heading_rad,
        p_rad: -pose.pitch_rad,
        r_rad: pose.roll_rad,
    }
}

/// Place on the lane graph of an entity that stands on a road, if that lane is one the engine drives on.
pub fn lane_coord(network: &RoadNetwork, roads: &Roads, entity: &Entity) -> Option<LaneCoord> {
    let place = entity.at.place?;
    let road = roads.road(place.road)?;
    network.coord_of(&road.id, place.lane, place.s_m, place.offset_m)
}

/// Why an ego cannot be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgoError {
    /// No entity of that name.
    #[error("the scenario has no entity `{name}`; it has {entities}")]
    Unknown {
        /// Name.
        name: String,
        /// Entities that there are.
        entities: String,
    },
    /// Not a vehicle.
    #[error("`{0}` is no vehicle: our vehicle cannot take its place")]
    NoVehicle(String),
    /// Not on a lane.
    #[error(
        "`{0}` does not start on a lane that can be driven on; run with --no-ego or name another with --ego"
    )]
    NotOnALane(String),
}

/// The entity that a choice means: with a controller whose properties ask for one from outside, else the
/// first vehicle.
fn chosen(play: &Play, choice: &EgoChoice) -> Result<Option<usize>, EgoError> {
    let is_vehicle = |ix: usize| play.entities[ix].body.kind == EntityKind::Vehicle;
    match choice {
        EgoChoice::Nobody => Ok(None),
        EgoChoice::Named(name) => match play.entities.iter().position(|e| *e.name == **name) {
            None => {
                let names: Vec<&str> = play.entities.iter().map(|e| &*e.name).collect();
                Err(EgoError::Unknown { name: name.clone(), entities: names.join(", ") })
            }
            Some(ix) if !is_vehicle(ix) => Err(EgoError::NoVehicle(name.clone())),
            Some(ix) => Ok(Some(ix)),
        },
        EgoChoice::Default => {
            let vehicles = || (0..play.entities.len()).filter(|ix| is_vehicle(*ix));
            let asks = |ix: &usize| !play.entities[*ix].controllers.is_empty();
            let called = |ix: &usize| play.entities[*ix].name.to_ascii_lowercase().contains("ego");
            Ok(vehicles().find(asks).or_else(|| vehicles().find(called)).or_else(|| vehicles().next()))
        }
    }
}

/// A run's scenario from one of the standard. `name` stands in results, `map` is the map file's path.
pub fn scenario(
    name: &str,
    map: String,
    play: Arc<Play>,
    roads: Arc<Roads>,
    network: &RoadNetwork,
    choice: &EgoChoice,
    controllers: Controllers,
    content_hash: u64,
    warnings: Vec<String>,
) -> Result<Scenario, EgoError> {
    let ego_ix = chosen(&play, choice)?;
    let plan = PlayPlan { play: play.clone(), roads, ego: ego_ix, controllers };
    let ego = ego_ix.map(|ix| ego_plan(&plan, network, ix)).transpose()?;
    let entities = Vec::<EntityPlan>::new();
    let values = play
        .parameters
        .iter()
        .map(|p| (p.name.clone(), super::model::ParameterValue::Text(p.value.clone())))
        .collect();
    Ok(Scenario {
        name: name.to_owned(),
        title: if play.description.trim().is_empty() { name.to_owned() } else { play.description.clone() },
        about: String::new(),
        expect: BTreeMap::new(),
        map,
        duration_s: DURATION_S_DEFAULT,
        level: AutomationLevel::L4,
        clock: CivilTime { year: 2016, month: 6, day: 21, second_of_day: 43_200.0, utc_offset_h: 0.0 },
        weather: None,
        ego,
        entities,
        traffic: TrafficPlan { radius_m: 300.0, speed_factor: 1.0, ..TrafficPlan::default() },
        signals: Vec::new(),
        storyboard: Storyboard::default(),
        parameters: Vec::new(),
        values,
        criteria: Vec::new(),
        content_hash,
        play: Some(plan),
        variations: None,
        warnings,
    })
}

/// Our vehicle at the place and with the speed that the entity has after the init phase.
fn ego_plan(plan: &PlayPlan, network: &RoadNetwork, ix: usize) -> Result<EgoPlan, EgoError> {
    let mut player = plan.before_init();
    player.step(0, 0);
    let entity = &player.scene.entities[ix];
    let no_lane = || EgoError::NotOnALane(entity.name.to_string());
    let pose = engine_pose(&entity.at.pose, network.offset_m);
    let near = network.nearest_lane(pose.position_m, Some(pose.heading_rad)).ok_or_else(no_lane)?;
    if near.distance_m > 3.0 {
        return Err(no_lane());
    }
    let start = PlaceRef { coord: near.coord, heading_offset_rad: 0.0 };
    let route = entity.route.as_ref().and_then(|route| {
        let last = route.roads.last()?;
        let road = plan.roads.road(last.0)?;
        let lane = if last.1 > 0 { -1 } else { 1 };
        let s_m = if last.1 > 0 { road.length_m - 1.0 } else { 1.0 };
        network.coord_of(&road.id, lane, s_m.max(0.0), 0.0)
    });
    Ok(EgoPlan {
        vehicle: EGO_VEHICLE.to_owned(),
        start,
        speed_mps: entity.speed_mps.max(0.0),
        route: route.map(|coord| PlaceRef { coord, heading_offset_rad: 0.0 }).into_iter().collect(),
        set_speed_mps: Some(entity.speed_mps).filter(|speed| *speed > 1.0),
        sensors: EGO_SENSORS.to_owned(),
        features: BTreeMap::new(),
        odd: BTreeMap::new(),
        driver: DriverPlan {
            role: None,
            task: SecondaryTask::default(),
            non_response: None,
            takeover_time_s: None,
            speed_factor: 1.0,
        },
        unmapped_signals: Vec::new(),
    })
}
