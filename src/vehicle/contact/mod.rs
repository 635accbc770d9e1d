//! Contacts between participants, impacts, wrecks.
//!
//! What it models: every tick, all present participants are tested for touching ([`overlap`]); at the
//! first touch of a pair a [`Happening::Collision`] is recorded and both become wrecks that Rapier moves
//! ([`wreck`]) from the moment of contact. A light obstacle (a cone, a box on the road) does not stop a
//! vehicle: the vehicle drives on and pushes it away.
//!
//! Cost: a sorted sweep over x with bounding radii decides; the exact test runs for neighbors only, and
//! Rapier steps only while something that crashed still moves.
//!
//! Units and frames: world, m.
//!
//! What it does not do: guard rails and buildings are not solid; pedestrians do not bump into each other.

pub mod overlap;
pub mod wreck;

use super::systems::VehicleBody;
use crate::base::math::{DVec2, DVec3, unit};
use crate::sim::participants::ParticipantIndex;
use crate::sim::{Clock, RunPlan};
use crate::state::messages::{EventLog, Happening};
use crate::state::object::{Extent, ObjectClass, Participant};
use crate::state::pose::{Motion, Pose};
use crate::state::tire::FRICTION_REFERENCE;
use crate::state::truth::{GroundTruth, ObjectTruth, Presence, RoadSurface, TrueLane};
use crate::state::vehicle_spec::Spec;
use bevy::prelude::*;
use overlap::{Outline, Sweep, first_touch};
use wreck::Wreckage;

/// An obstacle lighter than this share of a vehicle's mass does not stop it, – (chosen: a cone or box
/// changes a car's speed by less than that share).
const LIGHT_SHARE: f64 = 0.02;

/// What the contact test knows about a participant.
#[derive(Clone, Copy, Debug)]
struct Shape {
    class: ObjectClass,
    extent: Extent,
    mass_kg: f64,
    /// Distance of the farthest corner from the reference point, m.
    reach_m: f64,
    /// Reference point, m; x is infinite while absent.
    at_m: DVec3,
    heading_rad: f64,
    /// Heading for which `forward` holds.
    forward_for_rad: f64,
    forward: DVec2,
}

/// State of contacts.
#[derive(Resource, Debug, Default)]
pub struct ContactWorld {
    shapes: Vec<Shape>,
    /// Participants by rising left end; nearly sorted from tick to tick.
    order: Vec<u32>,
    /// Pairs that touch or have touched, sorted.
    touched: Vec<(u32, u32)>,
    /// Pairs found in this tick.
    found: Vec<(u32, u32)>,
    wreckage: Option<Box<Wreckage>>,
    /// Participants that Rapier moves.
    wrecks: Vec<u32>,
    /// Participants that drive on among wrecks.
    driven: Vec<u32>,
    started: bool,
}

impl ContactWorld {
    /// For the participants of a run, in id order.
    pub fn new<'a>(participants: impl Iterator<Item = (ObjectClass, &'a Extent, f64)>) -> Self {
        let shapes: Vec<Shape> = participants
            .map(|(class, extent, mass_kg)| Shape {
                class,
                extent: *extent,
                mass_kg,
                reach_m: crate::base::math::hypot(
                    extent.front_x_m().max(extent.rear_m),
                    extent.width_m * 0.5,
                ),
                at_m: DVec3::INFINITY,
                heading_rad: 0.0,
                forward_for_rad: f64::NAN,
                forward: DVec2::X,
            })
            .collect();
        Self { order: (0..shapes.len() as u32).collect(), shapes, ..Self::default() }
    }

    /// Takes over where a participant is (`None` = absent).
    #[inline]
    pub fn place(&mut self, id: usize, pose: Option<&Pose>) {
        let shape = &mut self.shapes[id];
        match pose {
            Some(pose) => {
                shape.at_m = pose.position_m;
                shape.heading_rad = pose.heading_rad;
            }
            None => shape.at_m = DVec3::INFINITY,
        }
    }

    /// Finds the pairs that touch now and had not touched before.
    pub fn find(&mut self) -> &[(u32, u32)] {
        self.found.clear();
        let left = |shapes: &[Shape], id: u32| shapes[id as usize].at_m.x - shapes[id as usize].reach_m;
        // Insertion sort: linear while the order hardly changes; ties keep their order.
        for i in 1..self.order.len() {
            let id = self.order[i];
            let x = left(&self.shapes, id);
            let mut at = i;
            while at > 0 && left(&self.shapes, self.order[at - 1]) > x {
                self.order[at] = self.order[at - 1];
                at -= 1;
            }
            self.order[at] = id;
        }
        for i in 0..self.order.len() {
            let a = self.order[i];
            let shape = self.shapes[a as usize];
            let right_m = shape.at_m.x + shape.reach_m;
            if !right_m.is_finite() {
                break;
            }
            for j in i + 1..self.order.len() {
                let b = self.order[j];
                let other = self.shapes[b as usize];
                if other.at_m.x - other.reach_m > right_m {
                    break;
                }
                let reach_m = shape.reach_m + other.reach_m;
                let between = (other.at_m - shape.at_m).truncate();
                if between.length_squared() > reach_m * reach_m || !can_touch(shape.class, other.class) {
                    continue;
                }
                let pair = (a.min(b), a.max(b));
                if self.outline(a as usize).touches(&self.outline(b as usize))
                    && self.touched.binary_search(&pair).is_err()
                {
                    self.found.push(pair);
                }
            }
        }
        self.found.sort_unstable();
        for &pair in &self.found {
            let at = self.touched.partition_point(|known| *known < pair);
            self.touched.insert(at, pair);
        }
        &self.found
    }

    #[inline]
    fn outline(&mut self, id: usize) -> Outline {
        let shape = &mut self.shapes[id];
        if shape.forward_for_rad != shape.heading_rad {
            shape.forward_for_rad = shape.heading_rad;
            shape.forward = unit(shape.heading_rad);
        }
        let pose = Pose { position_m: shape.at_m, heading_rad: shape.heading_rad, ..Pose::default() };
        Outline::new(&shape.extent, &pose, shape.forward)
    }

    /// Whether `other` stops `own` when they touch.
    fn stops(&self, own: u32, other: u32) -> bool {
        let (own, other) = (&self.shapes[own as usize], &self.shapes[other as usize]);
        !(other.class.is_static() && other.mass_kg < LIGHT_SHARE * own.mass_kg)
    }
}

/// Whether contacts between two classes are looked for.
fn can_touch(a: ObjectClass, b: ObjectClass) -> bool {
    let both = |class: ObjectClass| a == class && b == class;
    !(a.is_static() && b.is_static() || both(ObjectClass::Pedestrian))
}

/// Sets contacts up for a run.
pub fn attach(world: &mut World) {
    let entities = world.get_resource::<ParticipantIndex>().map(|index| index.entities.clone());
    let parts: Vec<(ObjectClass, Extent, f64)> = entities
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entity| {
            let entity = world.entity(entity);
            let participant = entity.get::<Participant>()?;
            Some((participant.class, *entity.get::<Extent>()?, entity.get::<Spec>()?.0.mass_kg))
        })
        .collect();
    let contacts = ContactWorld::new(parts.iter().map(|(class, extent, mass)| (*class, extent, *mass)));
    world.insert_resource(contacts);
}

type Everyone<'w, 's> = Query<
    'w,
    's,
    (
        &'static Participant,
        &'static mut Pose,
        &'static mut Motion,
        &'static mut Presence,
        &'static mut TrueLane,
        Option<&'static mut VehicleBody>,
    ),
>;

/// Moves the wrecks, finds new contacts.
pub fn meet(
    clock: Res<Clock>,
    plan: Res<RunPlan>,
    truth: Res<GroundTruth>,
    surface: Res<RoadSurface>,
    index: Res<ParticipantIndex>,
    mut contacts: ResMut<ContactWorld>,
    mut log: ResMut<EventLog>,
    mut everyone: Everyone,
) {
    let contacts = &mut *contacts;
    move_wrecks(contacts, &clock, &plan, &surface, &index, &mut everyone);
    for (participant, pose, _, presence, ..) in &everyone {
        let place = if *presence == Presence::Absent { None } else { Some(pose) };
        contacts.place(participant.id.ix(), place);
    }
    contacts.find();
    let first_tick = !core::mem::replace(&mut contacts.started, true);
    for at in 0..contacts.found.len() {
        let (a, b) = contacts.found[at];
        // Participants that were put into each other are the scenario's affair, unless the ego is one.
        let with_ego = truth.ego.is_some_and(|ego| ego.0 == a || ego.0 == b);
        if first_tick && !with_ego {
            continue;
        }
        // What a scenario of the standard moves goes on as written, whatever it touches.
        if plan.scenario.play.is_some() && !with_ego {
            let of = |id: u32| truth.objects.get(id as usize);
            if let (Some(first), Some(second)) = (of(a), of(b)) {
                let velocity = |o: &ObjectTruth| o.motion.velocity_mps(o.pose.heading_rad);
                log.push(Happening::Collision {
                    a: first.id,
                    b: second.id,
                    relative_speed_mps: (velocity(first) - velocity(second)).length(),
                });
            }
            continue;
        }
        collide(contacts, a, b, &truth, &index, &mut everyone, &mut log);
    }
}

/// Lets Rapier move what crashed and writes it back.
fn move_wrecks(
    contacts: &mut ContactWorld,
    clock: &Clock,
    plan: &RunPlan,
    surface: &RoadSurface,
    index: &ParticipantIndex,
    everyone: &mut Everyone,
) {
    let Some(wreckage) = contacts.wreckage.as_deref_mut().filter(|wreckage| wreckage.moving()) else {
        return;
    };
    for &id in &contacts.driven {
        if let Ok((_, pose, ..)) = everyone.get(index.entities[id as usize]) {
            wreckage.drive(id as usize, pose);
        }
    }
    wreckage.step(surface.friction_scale * FRICTION_REFERENCE, clock.dt_s());
    for &id in &contacts.wrecks {
        let Ok((_, mut pose, mut motion, _, mut lane, body)) = everyone.get_mut(index.entities[id as usize])
        else {
            continue;
        };
        let Some(moved) = wreckage.motion(id as usize, &motion, clock.dt_s()) else { continue };
        *motion = moved.motion;
        let tracked =
            lane.0.and_then(|last| plan.network.track_lane(last, moved.position_m, moved.heading_rad, None));
        lane.0 = tracked;
        let (z_m, pitch_rad, roll_rad) = match tracked {
            Some(near) => plan.network.surface_at(near, moved.position_m, moved.heading_rad),
            None => (pose.position_m.z, pose.pitch_rad, pose.roll_rad),
        };
        *pose = Pose {
            position_m: moved.position_m.extend(z_m),
            heading_rad: moved.heading_rad,
            pitch_rad,
            roll_rad,
        };
        wreckage.lift(id as usize, z_m);
        if let Some(mut body) = body {
            body.follow(&pose, &motion);
        }
    }
}

/// Records the first touch of a pair and hands it to Rapier.
fn collide(
    contacts: &mut ContactWorld,
    a: u32,
    b: u32,
    truth: &GroundTruth,
    index: &ParticipantIndex,
    everyone: &mut Everyone,
    log: &mut EventLog,
) {
    let ids = [a, b];
    let entities = ids.map(|id| index.entities[id as usize]);
    let Ok([first, second]) = everyone.get_many_mut(entities) else { return };
    let mut pair = [first, second];
    // Back to the moment of first touch, so that Rapier starts without deep overlap.
    let share = {
        let sweeps = [0, 1].map(|at| {
            let id = ids[at] as usize;
            let to = *pair[at].1;
            let before = &truth.objects[id];
            let moves = before.presence != Presence::Absent && *pair[at].3 != Presence::Wreck;
            Sweep { extent: &contacts.shapes[id].extent, from: if moves { before.pose } else { to }, to }
        });
        let share = first_touch(&sweeps[0], &sweeps[1]);
        let poses = [0, 1].map(|at| sweeps[at].pose(share));
        for (at, pose) in poses.into_iter().enumerate() {
            if share > 0.0 && *pair[at].3 != Presence::Wreck && contacts.stops(ids[at], ids[1 - at]) {
                *pair[at].1 = pose;
            }
        }
        share
    };
    debug_assert!((0.0..=1.0).contains(&share));
    let velocity = |at: usize| {
        let (pose, motion) = (&*pair[at].1, &*pair[at].2);
        let forward = pose.forward();
        let arm_m = contacts.shapes[ids[at] as usize].extent.center_x_m();
        forward * motion.speed_mps
            + forward.perp() * (motion.lateral_speed_mps + motion.yaw_rate_radps * arm_m)
    };
    log.push(Happening::Collision {
        a: pair[0].0.id,
        b: pair[1].0.id,
        relative_speed_mps: (velocity(0) - velocity(1)).length(),
    });
    let participants = contacts.shapes.len();
    let near_m = pair[0].1.position_m;
    let stops = [0, 1].map(|at| contacts.stops(ids[at], ids[1 - at]));
    let wreckage = contacts.wreckage.get_or_insert_with(|| Box::new(Wreckage::new(near_m, participants)));
    for at in 0..2 {
        let id = ids[at];
        let shape = &contacts.shapes[id as usize];
        let (_, pose, motion, presence, _, body) = &mut pair[at];
        wreckage.add(id as usize, shape.class, &shape.extent, shape.mass_kg, pose, motion, stops[at]);
        if stops[at] {
            if **presence != Presence::Wreck {
                **presence = Presence::Wreck;
                contacts.wrecks.push(id);
                contacts.driven.retain(|&driven| driven != id);
            }
            if let Some(body) = body {
                body.follow(pose, motion);
            }
        } else if !contacts.driven.contains(&id) && **presence == Presence::Present {
            contacts.driven.push(id);
        }
        contacts.shapes[id as usize].at_m = pair[at].1.position_m;
    }
    contacts.wrecks.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: Extent = Extent { length_m: 4.0, width_m: 2.0, height_m: 1.5, rear_m: 1.0 };
    const CONE: Extent = Extent { length_m: 0.4, width_m: 0.4, height_m: 0.7, rear_m: 0.2 };

    #[test]
    fn the_sweep_finds_what_the_exhaustive_test_finds_and_each_pair_once() {
        use crate::base::rng;
        let count = 60;
        let mut contacts = ContactWorld::new((0..count).map(|_| (ObjectClass::Car, &CAR, 1_500.0)));
        let mut stream = rng::stream(1, "contacts", "test");
        let mut poses: Vec<Pose> = (0..count)
            .map(|_| {
                let mut u = || rng::uniform(&mut stream);
                Pose::planar(u() * 80.0, u() * 60.0, u() * 6.0)
            })
            .collect();
        let mut known: Vec<(u32, u32)> = Vec::new();
        for _ in 0..50 {
            for (id, pose) in poses.iter_mut().enumerate() {
                pose.position_m.x += (id % 7) as f64 * 0.1 - 0.3;
                pose.position_m.y += (id % 5) as f64 * 0.1 - 0.2;
                contacts.place(id, (id != 3).then_some(&*pose));
            }
            let mut expect = Vec::new();
            for a in 0..count as u32 {
                for b in a + 1..count as u32 {
                    let outline = |id: u32| {
                        let pose = &poses[id as usize];
                        Outline::new(&CAR, pose, pose.forward())
                    };
                    if a != 3 && b != 3 && outline(a).touches(&outline(b)) && !known.contains(&(a, b)) {
                        expect.push((a, b));
                    }
                }
            }
            assert_eq!(contacts.find(), expect);
            known.extend(expect);
        }
        assert!(known.len() > 20, "the test must see contacts: {}", known.len());
    }

    #[test]
    fn light_obstacles_do_not_stop_vehicles_but_people_do() {
        let contacts = ContactWorld::new(
            [
                (ObjectClass::Car, &CAR, 2_000.0),
                (ObjectClass::WorkZone, &CONE, 4.5),
                (ObjectClass::Pedestrian, &CONE, 75.0),
                (ObjectClass::WorkZone, &CAR, 1_800.0),
                (ObjectClass::Truck, &CAR, 9_000.0),
            ]
            .into_iter(),
        );
        for (own, other, expect) in [
            (0, 1, false),
            (1, 0, true),
            (0, 2, true),
            (0, 3, true),
            (4, 3, true),
            (4, 2, true),
            (4, 1, false),
        ] {
            assert_eq!(contacts.stops(own, other), expect, "{own} meets {other}");
        }
    }
}
