//! Puts all participants of a run on the stage as entities, once for each opened run.
//!
//! Each has a root (its pose), below it a sprung body that leans, and wheels or limbs. Participants who
//! come later exist from the start and stay hidden, as in the engine.

use super::body::Detail;
use super::finishes::{Finishes, paint_of};
use super::garage::{Garage, Order, PedalPieces, Pieces, WalkerPieces};
use super::kind::{Kind, has_siren, seed_of, spec_of};
use super::model::Size;
use super::people::outfit_index;
use super::sketch::{Finish, Lamp, turned};
use crate::layers;
use crate::stage::Stage;
use bevy::camera::visibility::RenderLayers;
use bevy::light::NotShadowCaster;
use bevy::math::DVec2;
use bevy::prelude::*;
use shakedown::base::ids::ParticipantId;

/// A wheel as an entity.
#[derive(Clone, Copy, Debug)]
pub struct WheelPart {
    /// Entity.
    pub entity: Entity,
    /// Rolling radius, m.
    pub radius_m: f32,
    /// Turns with the steering.
    pub steered: bool,
    /// On the right side: its outside looks the other way.
    pub right: bool,
}

/// Legs that pedal.
#[derive(Clone, Debug)]
pub struct PedalPart {
    /// Cranks.
    pub crank: Entity,
    /// Left and right thigh.
    pub thighs: [Entity; 2],
    /// Left and right shin.
    pub shins: [Entity; 2],
    /// Geometry, vehicle frame.
    pub plan: super::model::Pedals,
}

/// Limbs of a walker.
#[derive(Clone, Copy, Debug)]
pub struct WalkerPart {
    /// Trunk with head; the arms hang from it.
    pub trunk: Entity,
    /// Arms.
    pub arms: [Entity; 2],
    /// Thighs.
    pub thighs: [Entity; 2],
    /// Shins.
    pub shins: [Entity; 2],
}

/// What is remembered from frame to frame. All of it can be lost without harm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rolling {
    /// Distance rolled forward, m.
    pub odometer_m: f64,
    /// Last shown place and time.
    pub last: Option<(DVec2, f64)>,
    /// Shown road-wheel angle, rad.
    pub steer_rad: f64,
    /// Shown pitch and roll of the sprung body, rad.
    pub lean_rad: (f64, f64),
    /// Shown speed, m/s (smoothed, for the gait).
    pub speed_mps: f64,
}

/// A participant on the stage.
#[derive(Debug)]
pub struct Actor {
    /// Who.
    pub id: ParticipantId,
    /// Model.
    pub kind: Kind,
    /// The own vehicle.
    pub is_ego: bool,
    /// Size and wheelbase, m.
    pub size: Size,
    /// Entity at the pose.
    pub root: Entity,
    /// Entity of the sprung body.
    pub sprung: Entity,
    /// Wheels.
    pub wheels: Vec<WheelPart>,
    /// Spinning parts and turns per second.
    pub spinners: Vec<(Entity, f32)>,
    /// Fork of a two-wheeler.
    pub fork: Option<Entity>,
    /// Pedalling legs.
    pub pedals: Option<PedalPart>,
    /// Walking limbs.
    pub walker: Option<WalkerPart>,
    /// Lights and the entities that show them.
    pub lamps: Vec<(Lamp, Entity)>,
    /// Painted pieces, in their whole and their wrecked color.
    pub painted: Vec<Entity>,
    /// Whole and wrecked paint.
    pub paint: (Handle<StandardMaterial>, Handle<StandardMaterial>),
    /// Shown as a wreck.
    pub wrecked: bool,
    /// Left low beam, model axes; `None` = has none.
    pub beam: Option<Vec3>,
    /// Drives with its siren on.
    pub siren: bool,
    /// Memory.
    pub rolling: Rolling,
}

/// Everybody on the stage. Index = `ParticipantId`.
#[derive(Resource, Default)]
pub struct Cast {
    /// Run they belong to.
    pub serial: Option<u64>,
    /// Participants.
    pub actors: Vec<Actor>,
}

/// Stores of meshes and materials.
pub struct Stores<'a> {
    /// Meshes.
    pub meshes: &'a mut Assets<Mesh>,
    /// Materials.
    pub materials: &'a mut Assets<StandardMaterial>,
    /// Shared materials.
    pub finishes: &'a mut Finishes,
}

/// Spawns everybody when another run is opened, and clears the stage when it is left.
pub fn call(
    mut commands: Commands,
    stage: Option<Res<Stage>>,
    mut cast: ResMut<Cast>,
    mut garage: ResMut<Garage>,
    mut finishes: ResMut<Finishes>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let serial = stage.as_ref().map(|stage| stage.serial);
    if cast.serial == serial {
        return;
    }
    for actor in cast.actors.drain(..) {
        commands.entity(actor.root).despawn();
    }
    cast.serial = serial;
    let Some(stage) = stage else { return };
    let mut stores = Stores { meshes: &mut meshes, materials: &mut materials, finishes: &mut finishes };
    let count = stage.b.objects.len();
    cast.actors = (0..count).map(|ix| enter(&mut commands, &stage, ix, &mut garage, &mut stores)).collect();
}

/// Spawns the pieces of a sketch below a parent.
struct Spawner<'a, 'w, 's> {
    commands: &'a mut Commands<'w, 's>,
    layers: RenderLayers,
    paint: u32,
    lamps: Vec<(Lamp, Entity)>,
    painted: Vec<Entity>,
}

impl Spawner<'_, '_, '_> {
    /// One entity that carries pieces as children, or the only piece itself.
    fn part(&mut self, stores: &mut Stores, parent: Entity, pieces: &Pieces, at: Transform) -> Entity {
        if let [(finish @ (Finish::Trim | Finish::Glass), mesh)] = pieces.as_slice() {
            let material = stores.finishes.material(stores.materials, *finish, self.paint);
            let bundle =
                (Mesh3d(mesh.clone()), MeshMaterial3d(material), at, self.layers.clone(), ChildOf(parent));
            return self.commands.spawn(bundle).id();
        }
        let holder = self.commands.spawn((at, Visibility::Inherited, ChildOf(parent))).id();
        self.pieces(stores, holder, pieces);
        holder
    }

    fn pieces(&mut self, stores: &mut Stores, parent: Entity, pieces: &Pieces) {
        for (finish, mesh) in pieces {
            let material = stores.finishes.material(stores.materials, *finish, self.paint);
            let mut piece = self.commands.spawn((
                Mesh3d(mesh.clone()),
                MeshMaterial3d(material),
                Transform::IDENTITY,
                self.layers.clone(),
                ChildOf(parent),
            ));
            match finish {
                Finish::Lit(lamp) => {
                    piece.insert((Visibility::Hidden, NotShadowCaster));
                    self.lamps.push((*lamp, piece.id()));
                }
                Finish::Paint => self.painted.push(piece.id()),
                Finish::Glass | Finish::Trim => {}
            }
        }
    }
}

fn enter(
    commands: &mut Commands,
    stage: &Stage,
    ix: usize,
    garage: &mut Garage,
    stores: &mut Stores,
) -> Actor {
    let object = &stage.b.objects[ix];
    let run = &stage.run;
    let is_ego = run.ego == Some(object.id);
    let spec = spec_of(&run.spec, object, is_ego);
    let kind = spec
        .and_then(|spec| Kind::of_name(&spec.name))
        .unwrap_or_else(|| Kind::of_class(object.class, &object.extent));
    let seed = seed_of(&object.name);
    let order = Order {
        kind,
        detail: if is_ego { Detail::Hero } else { Detail::Traffic },
        equipped: is_ego,
        outfit: match kind {
            Kind::Pedestrian | Kind::Bicycle | Kind::Motorcycle => outfit_index(seed, object.conspicuity),
            _ => 0,
        },
        size: Size::of(&object.extent, spec.map_or(0.0, |spec| spec.wheelbase_m)),
    };
    let cut = garage.cut(stores.meshes, &order).clone();
    let paint = paint_of(kind, is_ego, seed);
    let whole = stores.finishes.material(stores.materials, Finish::Paint, paint);
    let wrecked = stores.finishes.wrecked(stores.materials, paint);

    let layers = layers::set(&[if is_ego { layers::OWN_BODY } else { layers::TRUTH }]);
    let root = commands.spawn((Transform::IDENTITY, Visibility::Hidden)).id();
    let sprung = commands.spawn((Transform::IDENTITY, Visibility::Inherited, ChildOf(root))).id();
    contact(commands, stores, root, &order.size, kind, &layers);

    let mut spawner = Spawner { commands, layers, paint, lamps: Vec::new(), painted: Vec::new() };
    spawner.pieces(stores, sprung, &cut.body);
    let two_wheeled = matches!(kind, Kind::Bicycle | Kind::Motorcycle);
    let wheels = cut
        .wheels
        .iter()
        .map(|wheel| {
            // Two-wheelers lean as a whole; other wheels stay on the ground.
            let parent = if two_wheeled { sprung } else { root };
            let at = Transform::from_translation(turned(wheel.center));
            WheelPart {
                entity: spawner.part(stores, parent, &cut.wheel_kinds[wheel.kind], at),
                radius_m: wheel.radius,
                steered: wheel.steered,
                right: wheel.center.y < 0.0,
            }
        })
        .collect();
    let spinners = cut
        .spinners
        .iter()
        .map(|(pieces, center, rate)| {
            (spawner.part(stores, sprung, pieces, Transform::from_translation(*center)), *rate)
        })
        .collect();
    let fork = cut.fork.as_ref().map(|pieces| spawner.part(stores, sprung, pieces, Transform::IDENTITY));
    let pedals = cut.pedals.as_ref().map(|part| pedals(&mut spawner, stores, sprung, part));
    let walker = cut.walker.as_ref().map(|part| walker(&mut spawner, stores, sprung, part));
    let (lamps, painted) = (spawner.lamps, spawner.painted);
    Actor {
        id: object.id,
        kind,
        is_ego,
        size: order.size,
        root,
        sprung,
        wheels,
        spinners,
        fork,
        pedals,
        walker,
        lamps,
        painted,
        paint: (whole, wrecked),
        wrecked: false,
        beam: cut.beam.map(turned),
        siren: has_siren(&run.spec, object),
        rolling: Rolling::default(),
    }
}

/// The soft dark patch under a participant, so that it stands on the ground in diffuse light too.
fn contact(
    commands: &mut Commands,
    stores: &Stores,
    root: Entity,
    size: &Size,
    kind: Kind,
    layers: &RenderLayers,
) {
    let grow = match kind {
        Kind::Pedestrian | Kind::Cone | Kind::Box => 1.5,
        Kind::Bicycle | Kind::Motorcycle => 1.15,
        _ => 1.12,
    };
    let at = Transform {
        translation: Vec3::new(size.length * 0.5 - size.rear, 0.025, 0.0),
        scale: Vec3::new(size.length * grow, 1.0, size.width * grow),
        ..Transform::IDENTITY
    };
    commands.spawn((
        Mesh3d(stores.finishes.square.clone()),
        MeshMaterial3d(stores.finishes.contact.clone()),
        at,
        layers.clone(),
        NotShadowCaster,
        ChildOf(root),
    ));
}

fn pedals(spawner: &mut Spawner, stores: &mut Stores, sprung: Entity, part: &PedalPieces) -> PedalPart {
    let crank =
        spawner.part(stores, sprung, &part.crank, Transform::from_translation(turned(part.plan.bracket)));
    let mut leg = |side: f32| {
        let hip = part.plan.hip + Vec3::Y * part.plan.hip_half * side;
        let thigh = spawner.part(stores, sprung, &part.thigh, Transform::from_translation(turned(hip)));
        let knee = Transform::from_xyz(0.0, -part.plan.thigh, 0.0);
        (thigh, spawner.part(stores, thigh, &part.shin, knee))
    };
    let (left, right) = (leg(1.0), leg(-1.0));
    PedalPart { crank, thighs: [left.0, right.0], shins: [left.1, right.1], plan: part.plan.clone() }
}

fn walker(spawner: &mut Spawner, stores: &mut Stores, sprung: Entity, part: &WalkerPieces) -> WalkerPart {
    use super::gait::THIGH_M;
    use super::people::{HIP_HALF_M, SHOULDER_HALF_M, SHOULDER_M};
    // The sprung entity is the hip: its height changes with the gait.
    let trunk = spawner.part(stores, sprung, &part.trunk, Transform::IDENTITY);
    let mut limb = |parent: Entity, pieces: &Pieces, at: Vec3| {
        spawner.part(stores, parent, pieces, Transform::from_translation(turned(at)))
    };
    let sides = [1.0, -1.0];
    let arms = sides.map(|s| limb(trunk, &part.arm, Vec3::new(0.0, SHOULDER_HALF_M * s, SHOULDER_M)));
    let thighs = sides.map(|s| limb(sprung, &part.thigh, Vec3::new(0.0, HIP_HALF_M * s, 0.0)));
    let shins = thighs.map(|thigh| limb(thigh, &part.shin, Vec3::new(0.0, 0.0, -THIGH_M)));
    WalkerPart { trunk, arms, thighs, shins }
}
