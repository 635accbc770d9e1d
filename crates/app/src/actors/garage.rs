//! Meshes of all models, made once for each model, size and outfit, and shared by all who look alike.

use super::body::Detail;
use super::kind::Kind;
use super::model::{Model, Size, WheelAt};
use super::people::{self, Outfit};
use super::sketch::{Finish, Sketch, turned};
use super::{cars, cycles, heavy, pod, props, sensors, suv, vans};
use bevy::prelude::*;
use std::collections::BTreeMap;

/// What a model is asked for with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// Which.
    pub kind: Kind,
    /// How finely.
    pub detail: Detail,
    /// With the sensors of an automated vehicle.
    pub equipped: bool,
    /// Outfit of rider or walker.
    pub outfit: u32,
    /// Size of the participant.
    pub size: Size,
}

impl Order {
    fn key(&self) -> (Kind, Detail, bool, u32, [i32; 5]) {
        let s = &self.size;
        let size = [s.length, s.width, s.height, s.rear, s.wheelbase].map(|v| (v * 1000.0).round() as i32);
        (self.kind, self.detail, self.equipped, self.outfit, size)
    }
}

/// Meshes of one sketch.
pub type Pieces = Vec<(Finish, Handle<Mesh>)>;

/// Legs that pedal.
#[derive(Clone, Debug)]
pub struct PedalPieces {
    /// Cranks.
    pub crank: Pieces,
    /// Thigh.
    pub thigh: Pieces,
    /// Shin with shoe.
    pub shin: Pieces,
    /// Geometry.
    pub plan: super::model::Pedals,
}

/// Parts of a walker.
#[derive(Clone, Debug)]
pub struct WalkerPieces {
    /// Trunk and head.
    pub trunk: Pieces,
    /// Arm.
    pub arm: Pieces,
    /// Thigh.
    pub thigh: Pieces,
    /// Shin with shoe.
    pub shin: Pieces,
}

/// A model as meshes.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    /// Rigid body.
    pub body: Pieces,
    /// Meshes of the wheels.
    pub wheel_kinds: Vec<Pieces>,
    /// Wheels.
    pub wheels: Vec<WheelAt>,
    /// Spinning parts: pieces, center, turns per second.
    pub spinners: Vec<(Pieces, Vec3, f32)>,
    /// Fork of a two-wheeler.
    pub fork: Option<Pieces>,
    /// Cranks and legs of a cyclist.
    pub pedals: Option<PedalPieces>,
    /// Limbs of a walker.
    pub walker: Option<WalkerPieces>,
    /// Left low beam.
    pub beam: Option<Vec3>,
}

/// Draws a model in the size it was drawn for.
pub fn draw(order: &Order) -> (Size, Model) {
    let (detail, outfit) = (order.detail, people::outfit(order.outfit));
    let (size, mut model) = match order.kind {
        Kind::Lexus => suv::lexus(detail),
        Kind::Prototype => pod::prototype(detail),
        Kind::Minivan => cars::minivan(detail),
        Kind::Crossover => cars::crossover(detail),
        Kind::Compact => cars::compact(detail),
        Kind::Police => suv::police(detail),
        Kind::Van => vans::van(detail),
        Kind::Ambulance => vans::ambulance(detail),
        Kind::Bus => heavy::bus(detail),
        Kind::BoxTruck => heavy::box_truck(detail),
        Kind::Tractor => heavy::tractor(detail, order.size.length),
        Kind::Motorcycle => cycles::motorcycle(&outfit, detail),
        Kind::Bicycle => cycles::bicycle(&outfit, detail),
        Kind::Pedestrian => (people::SIZE, Model::default()),
        Kind::Cone => props::cone(detail),
        Kind::Barrier => props::barrier(detail),
        Kind::Box => props::carton(detail),
    };
    if order.equipped {
        sensors::fit(order.kind, &mut model, detail);
    }
    (size, model)
}

/// Map of a model's points from the size it was drawn for to the participant's: axles stay axles, ends
/// stay ends.
pub fn fitted(drawn: &Size, wanted: &Size, p: Vec3) -> Vec3 {
    let stretch = |x: f32, from: (f32, f32), to: (f32, f32)| {
        let span = from.1 - from.0;
        if span.abs() < 1e-4 { x } else { to.0 + (x - from.0) / span * (to.1 - to.0) }
    };
    let (ra, rb) = (-drawn.rear, -wanted.rear);
    let (fa, fb) = (drawn.front(), wanted.front());
    let (wa, wb) = (drawn.wheelbase, wanted.wheelbase);
    let x = if wa < 1e-3 || wb < 1e-3 {
        stretch(p.x, (ra, fa), (rb, fb))
    } else if p.x < 0.0 {
        stretch(p.x, (ra, 0.0), (rb, 0.0))
    } else if p.x <= wa {
        stretch(p.x, (0.0, wa), (0.0, wb))
    } else {
        stretch(p.x, (wa, fa), (wb, fb))
    };
    Vec3::new(x, p.y * wanted.width / drawn.width, p.z * wanted.height / drawn.height)
}

/// Draws a model and fits it to the participant's size.
pub fn build(order: &Order) -> Model {
    let (drawn, mut model) = draw(order);
    let wanted = order.size;
    let same = [
        drawn.length - wanted.length,
        drawn.width - wanted.width,
        drawn.height - wanted.height,
        drawn.rear - wanted.rear,
        drawn.wheelbase - wanted.wheelbase,
    ]
    .iter()
    .all(|d| d.abs() < 1e-3);
    if same {
        return model;
    }
    let map = |p: Vec3| fitted(&drawn, &wanted, p);
    model.body.warp(map);
    if let Some((fork, crown)) = &mut model.fork {
        fork.warp(map);
        *crown = map(*crown);
    }
    let grow = wanted.height / drawn.height;
    for wheel in &mut model.wheels {
        wheel.center = map(wheel.center);
        wheel.radius *= grow;
    }
    for wheel in &mut model.wheel_kinds {
        wheel.warp(|p| Vec3::new(p.x * grow, p.y * wanted.width / drawn.width, p.z * grow));
    }
    for spinner in &mut model.spinners {
        spinner.center = map(spinner.center);
    }
    if let Some(pedals) = &mut model.pedals {
        pedals.bracket = map(pedals.bracket);
        pedals.hip = map(pedals.hip);
    }
    model.beam = model.beam.map(map);
    model
}

/// All meshes made so far.
#[derive(Resource, Default)]
pub struct Garage {
    cuts: BTreeMap<(Kind, Detail, bool, u32, [i32; 5]), Cut>,
}

impl Garage {
    /// The model for an order; made at the first call.
    pub fn cut(&mut self, meshes: &mut Assets<Mesh>, order: &Order) -> &Cut {
        self.cuts.entry(order.key()).or_insert_with(|| make(meshes, order))
    }
}

fn pieces(meshes: &mut Assets<Mesh>, sketch: &Sketch) -> Pieces {
    sketch.meshes().into_iter().map(|(finish, mesh)| (finish, meshes.add(mesh))).collect()
}

fn make(meshes: &mut Assets<Mesh>, order: &Order) -> Cut {
    let model = build(order);
    let o: Outfit = people::outfit(order.outfit);
    let d = order.detail;
    let pedals = model.pedals.map(|plan| PedalPieces {
        crank: pieces(meshes, &plan.sketch),
        thigh: pieces(meshes, &people::thigh(&o, d)),
        shin: pieces(meshes, &people::shin(&o, d)),
        plan,
    });
    let walker = (order.kind == Kind::Pedestrian).then(|| WalkerPieces {
        trunk: pieces(meshes, &people::trunk(&o, d)),
        arm: pieces(meshes, &people::arm(&o, d, 0.35)),
        thigh: pieces(meshes, &people::thigh(&o, d)),
        shin: pieces(meshes, &people::shin(&o, d)),
    });
    Cut {
        body: pieces(meshes, &model.body),
        wheel_kinds: model.wheel_kinds.iter().map(|wheel| pieces(meshes, wheel)).collect(),
        wheels: model.wheels,
        spinners: model
            .spinners
            .iter()
            .map(|s| (pieces(meshes, &s.sketch), turned(s.center), s.rate_hz))
            .collect(),
        fork: model.fork.as_ref().map(|(fork, _)| pieces(meshes, fork)),
        pedals,
        walker,
        beam: model.beam,
    }
}
