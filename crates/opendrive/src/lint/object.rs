//! Rules on objects and on the road's surface.

use super::Findings;
use crate::model::{Map, Object};

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    for road in &map.roads {
        if road.cross_section.is_some() && !(road.superelevation.is_empty() && road.shape.is_empty()) {
            let message = format!("road {:?} has a cross section and a superelevation or shape", road.id);
            let rule = "shakedown:road.cross_section_alone";
            findings.warn(rule, road.at, message, "they exclude each other");
        }
        for object in &road.objects {
            size(findings, object);
        }
    }
}

/// A round object has a radius, any other one length and width.
fn size(findings: &mut Findings<'_>, object: &Object) {
    let boxed = object.length_m.is_some_and(|x| x > 0.0) || object.width_m.is_some_and(|x| x > 0.0);
    if boxed && object.radius_m.is_some_and(|x| x > 0.0) {
        let message = format!("object {:?} has a radius and a length or width", object.id);
        findings.warn("shakedown:object.round_or_boxed", object.at, message, "it is round or it is a box");
    }
}
