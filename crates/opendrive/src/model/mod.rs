//! The typed model: what an OpenDRIVE file says, in SI units, before any meaning is drawn from it.
//!
//! Lists keep the file's order, except that lanes run outward from the centre and records along `s`
//! rise with `s`. Every place-bearing type has `at`, its line and column in the source.

mod annotation;
mod board;
mod detail;
mod junction;
mod lane;
mod object;
mod rail;
mod road;
mod signal;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use annotation::*;
pub use board::*;
pub use detail::*;
pub use junction::*;
pub use lane::*;
pub use object::*;
pub use rail::*;
pub use road::*;
pub use signal::*;
pub use value::*;

use crate::problem::Place;

/// A whole OpenDRIVE file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// `<header>`.
    pub header: Header,
    /// `<road>`, file order.
    pub roads: Vec<Road>,
    /// `<junction>`, file order.
    pub junctions: Vec<Junction>,
    /// `<controller>`: signals that switch together, file order.
    pub controllers: Vec<Controller>,
    /// `<junctionGroup>`, file order.
    pub junction_groups: Vec<JunctionGroup>,
    /// `<station>`: stops of trains and trams, file order.
    pub stations: Vec<Station>,
    /// `<vmsGroup>`: boards with changing signs that show one content together (1.8).
    pub vms_groups: Vec<VmsGroup>,
    /// `<userData>` of the root element.
    pub user_data: Vec<UserData>,
    /// What may stand in any element and has no place of its own in the model.
    pub annotations: Annotations,
    pub(crate) index: Index,
}

/// Look-ups by id; the first of equal ids wins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Index {
    pub roads: BTreeMap<String, usize>,
    pub junctions: BTreeMap<String, usize>,
    pub controllers: BTreeMap<String, usize>,
    pub signals: BTreeMap<String, (usize, usize)>,
    pub objects: BTreeMap<String, (usize, usize)>,
}

impl Map {
    /// The road with this id.
    pub fn road(&self, id: &str) -> Option<&Road> {
        self.roads.get(*self.index.roads.get(id)?)
    }

    /// The junction with this id.
    pub fn junction(&self, id: &str) -> Option<&Junction> {
        self.junctions.get(*self.index.junctions.get(id)?)
    }

    /// The controller with this id.
    pub fn controller(&self, id: &str) -> Option<&Controller> {
        self.controllers.get(*self.index.controllers.get(id)?)
    }

    /// The signal with this id and the road that carries it.
    pub fn signal(&self, id: &str) -> Option<(&Road, &Signal)> {
        let (road, signal) = *self.index.signals.get(id)?;
        let road = self.roads.get(road)?;
        Some((road, road.signals.get(signal)?))
    }

    /// The object with this id and the road that carries it.
    pub fn object(&self, id: &str) -> Option<(&Road, &Object)> {
        let (road, object) = *self.index.objects.get(id)?;
        let road = self.roads.get(road)?;
        Some((road, road.objects.get(object)?))
    }

    /// Fills the look-ups after `roads`, `junctions` or `controllers` were changed by hand.
    pub fn reindex(&mut self) {
        let mut index = Index::default();
        for (i, road) in self.roads.iter().enumerate() {
            index.roads.entry(road.id.clone()).or_insert(i);
            for (j, signal) in road.signals.iter().enumerate() {
                index.signals.entry(signal.id.clone()).or_insert((i, j));
            }
            for (j, object) in road.objects.iter().enumerate() {
                index.objects.entry(object.id.clone()).or_insert((i, j));
            }
        }
        for (i, junction) in self.junctions.iter().enumerate() {
            index.junctions.entry(junction.id.clone()).or_insert(i);
        }
        for (i, controller) in self.controllers.iter().enumerate() {
            index.controllers.entry(controller.id.clone()).or_insert(i);
        }
        self.index = index;
    }
}

/// `<header>`: version and extent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// OpenDRIVE major version: 1.
    pub rev_major: u32,
    /// OpenDRIVE minor version: 1–8.
    pub rev_minor: u32,
    /// Name of the database.
    pub name: String,
    /// The database's own version.
    pub version: String,
    /// Date as written.
    pub date: String,
    /// Who made it.
    pub vendor: String,
    /// Largest y, metres.
    pub north_m: Option<f64>,
    /// Smallest y, metres.
    pub south_m: Option<f64>,
    /// Largest x, metres.
    pub east_m: Option<f64>,
    /// Smallest x, metres.
    pub west_m: Option<f64>,
    /// `<offset>`: by how much the file's coordinates are moved, then turned about the origin. Everything in
    /// the model is moved and turned already.
    pub offset: Option<HeaderOffset>,
    /// `<geoReference>`: a PROJ string, such as `+proj=tmerc +lat_0=… …`, trimmed.
    pub geo_reference: Option<String>,
    /// `<license>` (1.8).
    pub license: Option<License>,
    /// `<defaultRegulations>`: what holds where no signal says otherwise (1.8).
    pub regulations: Vec<Regulation>,
    /// `<userData>` of the header.
    pub user_data: Vec<UserData>,
    /// Where it is written.
    pub at: Place,
}

/// `<header><offset>`: metres and radians.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeaderOffset {
    /// East, metres.
    pub x_m: f64,
    /// North, metres.
    pub y_m: f64,
    /// Up, metres.
    pub z_m: f64,
    /// Counter-clockwise, radians.
    pub heading_rad: f64,
}
