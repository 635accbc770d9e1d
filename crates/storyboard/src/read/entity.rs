//! Entities: bodies, controllers, trailers, selections.

use super::context::Context;
use super::play::PlayEntity;
use super::word;
use crate::play::entity::Body;
use crate::standard::{EntityKind, EntityName};
use glam::DVec3;
use openscenario::Origin;
use openscenario::model::{self as xml, CatalogEntry, EntityObject, ScenarioObject};

/// What an entity is, wherever it stands.
#[derive(Clone, Copy)]
pub(super) enum Object<'a> {
    Vehicle(&'a xml::Vehicle),
    Pedestrian(&'a xml::Pedestrian),
    Misc(&'a xml::MiscObject),
    External(&'a xml::ExternalObjectReference),
}

/// Follows the reference into a catalog, if it is one. `None` for entries that are no entities.
pub(super) fn object(object: &EntityObject) -> Option<Object<'_>> {
    match object {
        EntityObject::Vehicle(vehicle) => Some(Object::Vehicle(vehicle)),
        EntityObject::Pedestrian(pedestrian) => Some(Object::Pedestrian(pedestrian)),
        EntityObject::MiscObject(object) => Some(Object::Misc(object)),
        EntityObject::ExternalObjectReference(external) => Some(Object::External(external)),
        EntityObject::CatalogReference(reference) => match reference.entry.as_deref() {
            Some(CatalogEntry::Vehicle(vehicle)) => Some(Object::Vehicle(vehicle)),
            Some(CatalogEntry::Pedestrian(pedestrian)) => Some(Object::Pedestrian(pedestrian)),
            Some(CatalogEntry::MiscObject(object)) => Some(Object::Misc(object)),
            Some(
                CatalogEntry::Controller(_)
                | CatalogEntry::Environment(_)
                | CatalogEntry::Maneuver(_)
                | CatalogEntry::Trajectory(_)
                | CatalogEntry::Route(_),
            )
            | None => None,
        },
    }
}

/// Properties, in file order.
pub(super) fn properties(properties: Option<&xml::Properties>) -> Vec<(String, String)> {
    let all = properties.iter().flat_map(|p| &p.properties);
    all.map(|p| (p.name.clone(), p.value.clone())).collect()
}

/// Name of the trailer inside a tractor: catalogs give every truck's trailer the same one, so it has its tractor's
/// with a `+` (as the yardstick names it).
fn trailer_name(tractor: &str) -> EntityName {
    EntityName::from(format!("{tractor}+"))
}

/// The trailer that stands inside its tractor.
fn inner_trailer(o: &ScenarioObject) -> Option<&ScenarioObject> {
    match object(&o.object)? {
        Object::Vehicle(vehicle) => match vehicle.trailer.as_ref()? {
            xml::Trailer::Trailer(trailer) => Some(trailer),
            xml::Trailer::TrailerRef(_) => None,
        },
        Object::Pedestrian(_) | Object::Misc(_) | Object::External(_) => None,
    }
}

impl Context<'_> {
    /// All entities; their names and those of selections are known from here on.
    pub(super) fn entities(&mut self, entities: Option<&xml::Entities>) -> Vec<PlayEntity> {
        let Some(entities) = entities else { return Vec::new() };
        let mut objects: Vec<(&ScenarioObject, EntityName)> = Vec::new();
        for declared in &entities.scenario_objects {
            let own = EntityName::from(declared.name.as_str());
            if self.names.entities.insert(declared.name.clone(), own.clone()).is_some() {
                let message = format!("the entity {:?} is declared twice", declared.name);
                self.error("name.unique", declared.origin, message, "give each entity a name of its own");
            }
            let first = Some((declared, own));
            objects.extend(std::iter::successors(first, |(o, name)| {
                Some((inner_trailer(o)?, trailer_name(name)))
            }));
        }
        // Inner trailers answer to the name that they have in their tractor too, unless somebody else has it.
        for (o, name) in &objects {
            for known in [&**name, o.name.as_str()] {
                self.names.entities.entry(known.to_owned()).or_insert_with(|| name.clone());
            }
        }
        let list: Vec<PlayEntity> =
            objects.into_iter().filter_map(|(o, name)| self.play_entity(o, name)).collect();
        for selection in &entities.entity_selections {
            self.selection(selection, &list);
        }
        list
    }

    fn selection(&mut self, selection: &xml::EntitySelection, list: &[PlayEntity]) {
        let members = &selection.members;
        let mut names: Vec<EntityName> = Vec::new();
        for member in &members.entity_refs {
            names.extend(self.entities_of(&member.entity_ref, member.origin));
        }
        for kind in &members.by_types {
            let kind = word::entity_kind(kind.object_type);
            names.extend(list.iter().filter(|e| e.body.kind == kind).map(|e| e.name.clone()));
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|n| seen.insert(n.clone()));
        let twice = self.names.entities.contains_key(&selection.name);
        if self.names.selections.insert(selection.name.clone(), names).is_some() || twice {
            let message = format!("the name {:?} of a selection is taken", selection.name);
            self.error("name.unique", selection.origin, message, "give it a name of its own");
        }
    }

    fn play_entity(&mut self, o: &ScenarioObject, name: EntityName) -> Option<PlayEntity> {
        let Some(kind) = object(&o.object) else {
            if let EntityObject::CatalogReference(reference) = &o.object {
                self.wrong_entry(reference, "vehicle, pedestrian or object");
            }
            return None;
        };
        let controllers = o.object_controllers.iter().filter_map(|c| self.object_controller(c)).collect();
        let trailer = match &kind {
            Object::Vehicle(v) => self.trailer(v, &name),
            Object::Pedestrian(_) | Object::Misc(_) | Object::External(_) => None,
        };
        let entity = match kind {
            Object::Vehicle(v) => PlayEntity {
                name,
                model: v.name.clone(),
                body: self.vehicle(v),
                mass_kg: v.mass,
                role: v.role.map(|r| r.name().to_owned()),
                model_file: v.model3d.clone(),
                properties: properties(v.properties.as_ref()),
                controllers,
                trailer,
            },
            Object::Pedestrian(p) => PlayEntity {
                name,
                model: p.name.clone(),
                body: self.plain(EntityKind::Pedestrian, p.pedestrian_category.name(), &p.bounding_box),
                mass_kg: Some(p.mass).filter(|m| *m > 0.0),
                role: p.role.map(|r| r.name().to_owned()),
                model_file: p.model3d.clone().or_else(|| p.model.clone()),
                properties: properties(p.properties.as_ref()),
                controllers,
                trailer: None,
            },
            Object::Misc(m) => PlayEntity {
                name,
                model: m.name.clone(),
                body: self.plain(EntityKind::Miscellaneous, m.misc_object_category.name(), &m.bounding_box),
                mass_kg: Some(m.mass).filter(|m| *m > 0.0),
                role: None,
                model_file: m.model3d.clone(),
                properties: properties(m.properties.as_ref()),
                controllers,
                trailer: None,
            },
            Object::External(e) => {
                self.not_covered(e.origin, "an external object", "it is a point without extents");
                let body = bare(EntityKind::External, "external", DVec3::ZERO, DVec3::ZERO);
                let model = e.name.clone();
                PlayEntity {
                    name,
                    model,
                    body,
                    mass_kg: None,
                    role: None,
                    model_file: None,
                    properties: Vec::new(),
                    controllers,
                    trailer: None,
                }
            }
        };
        Some(entity)
    }

    fn trailer(&mut self, v: &xml::Vehicle, own: &EntityName) -> Option<EntityName> {
        match v.trailer.as_ref()? {
            xml::Trailer::Trailer(_) => Some(trailer_name(own)),
            // Catalogs have vehicles whose trailer is a parameter, and empty where there is none.
            xml::Trailer::TrailerRef(reference) if reference.entity_ref.trim().is_empty() => None,
            xml::Trailer::TrailerRef(reference) => self.entity(&reference.entity_ref, reference.origin),
        }
    }

    fn extents(&mut self, b: &xml::BoundingBox) -> (DVec3, DVec3) {
        let (c, d) = (&b.center, &b.dimensions);
        let size = DVec3::new(d.length, d.width, d.height);
        if size.min_element() < 0.0 {
            let message = format!("a bounding box of {} × {} × {} m", d.length, d.width, d.height);
            self.error("number.out_of_range", d.origin, message, "dimensions must not be negative");
        }
        (DVec3::new(c.x, c.y, c.z), size)
    }

    fn plain(&mut self, kind: EntityKind, category: &str, b: &xml::BoundingBox) -> Body {
        let (center, size) = self.extents(b);
        bare(kind, category, center, size)
    }

    fn vehicle(&mut self, v: &xml::Vehicle) -> Body {
        let (center, size) = self.extents(&v.bounding_box);
        let mut body = bare(EntityKind::Vehicle, v.vehicle_category.name(), center, size);
        match &v.axles {
            Some(axles) => {
                body.rear_axle_m = axles.rear_axle.position_x;
                // A trailer without a front axle turns about its coupler.
                let front = axles.front_axle.as_ref().map(|a| a.position_x);
                let coupler = v.trailer_coupler.as_ref().map(|c| c.dx);
                body.front_axle_m = front.or(coupler).unwrap_or(body.rear_axle_m);
            }
            None => self.lacks(v.origin, "Axles", "both axles stand at the reference point"),
        }
        match &v.performance {
            Some(p) => {
                body.speed_mps_max = p.max_speed;
                body.accel_mps2_max = p.max_acceleration;
                // Some files write it with a sign.
                body.decel_mps2_max = p.max_deceleration.abs();
            }
            None => self.lacks(v.origin, "Performance", "nothing limits its motion"),
        }
        body.hitch_m = v.trailer_hitch.as_ref().map(|h| h.dx);
        body.coupler_m = v.trailer_coupler.as_ref().map(|c| c.dx);
        body
    }

    fn lacks(&mut self, at: Origin, what: &str, instead: &str) {
        self.warn("element.missing", at, format!("a vehicle lacks its <{what}>"), instead);
    }
}

/// A body without axles and limits.
fn bare(kind: EntityKind, category: &str, center_m: DVec3, size_m: DVec3) -> Body {
    Body {
        kind,
        category: category.to_owned(),
        center_m,
        size_m,
        front_axle_m: 0.0,
        rear_axle_m: 0.0,
        speed_mps_max: f64::INFINITY,
        accel_mps2_max: f64::INFINITY,
        decel_mps2_max: f64::INFINITY,
        hitch_m: None,
        coupler_m: None,
    }
}
