//! Rules on objects and on the road's surface.

use std::collections::BTreeSet;

use super::Findings;
use crate::model::{Corner, Map, Object, Repeat};

/// What objects of a type may not have.
struct Forbidden {
    kind: &'static str,
    rule: &'static str,
    parts: &'static [Part],
    copies: Copies,
}

/// A part of an object.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Radius,
    Markings,
    Borders,
    Material,
    Surface,
    Parking,
    Skeleton,
}

/// How an object may be repeated.
#[derive(Clone, Copy, PartialEq)]
enum Copies {
    /// As the file likes.
    Any,
    /// As one band only: the distance is 0.
    Band,
    /// As single copies only: the distance is not 0.
    Single,
}

use Part::{Borders, Markings, Material, Parking, Radius, Skeleton, Surface};

/// The standard's table of what goes with which type of object.
const FORBIDDEN: &[Forbidden] = &[
    Forbidden {
        kind: "barrier",
        rule: "rule_305_road.object.attributes_barrier",
        parts: &[Radius, Markings, Borders, Material, Surface, Parking, Skeleton],
        copies: Copies::Band,
    },
    Forbidden {
        kind: "building",
        rule: "rule_305_road.object.attributes_building",
        parts: &[Markings, Borders, Material, Surface, Parking, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "crosswalk",
        rule: "rule_305_road.object.attributes_crosswalk",
        parts: &[Radius, Borders, Parking, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "gantry",
        rule: "rule_305_road.object.attributes_gantry",
        parts: &[Radius, Markings, Borders, Material, Surface, Parking],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "obstacle",
        rule: "rule_305_road.object.attributes_obstacle",
        parts: &[Markings, Borders, Material, Surface, Parking, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "parkingSpace",
        rule: "rule_305_road.object.attributes_parkingSpace",
        parts: &[Radius, Borders, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "pole",
        rule: "rule_305_road.object.attributes_pole",
        parts: &[Markings, Borders, Material, Surface, Parking],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "roadMark",
        rule: "rule_305_road.object.attributes_roadMark",
        parts: &[Radius, Borders, Parking, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "roadSurface",
        rule: "rule_305_road.object.attributes_roadSurface",
        parts: &[Markings, Borders, Parking, Skeleton],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "trafficIsland",
        rule: "rule_305_road.object.attributes_trafficIsland",
        parts: &[Surface, Parking, Skeleton],
        copies: Copies::Any,
    },
    Forbidden {
        kind: "tree",
        rule: "rule_305_road.object.attributes_tree",
        parts: &[Markings, Borders, Material, Surface, Parking],
        copies: Copies::Single,
    },
    Forbidden {
        kind: "vegetation",
        rule: "rule_305_road.object.attributes_vegetation",
        parts: &[Markings, Borders, Material, Surface, Parking, Skeleton],
        copies: Copies::Single,
    },
];

pub(super) fn check(findings: &mut Findings<'_>, map: &Map) {
    for road in &map.roads {
        if road.cross_section.is_some() && !(road.superelevation.is_empty() && road.shape.is_empty()) {
            let message = format!("road {:?} has a cross section and a superelevation or shape", road.id);
            let rule = "rule_64_road_cross_section_surface_no_shape_superelevation";
            findings.warn(rule, road.at, message, "they exclude each other");
        }
    }
    let own = map.junctions.iter().flat_map(|j| &j.objects);
    for object in map.roads.iter().flat_map(|r| &r.objects).chain(own) {
        size(findings, object);
        corner_references(findings, object);
        if findings.since(8) {
            attributes(findings, object);
            skeleton(findings, object);
            if !object.orientation_said {
                let message = format!("object {:?} has no orientation", object.id);
                let rule = "rule_242_road_object_orientation";
                findings.warn(rule, object.at, message, "+, - or none is wanted");
            }
        }
    }
}

/// A round object has a radius, any other one length and width.
fn size(findings: &mut Findings<'_>, object: &Object) {
    let boxed = object.length_m.is_some_and(|x| x > 0.0) || object.width_m.is_some_and(|x| x > 0.0);
    if boxed && object.radius_m.is_some_and(|x| x > 0.0) {
        let message = format!("object {:?} has a radius and a length or width", object.id);
        let rule = "rule_371_general_optional_param_used";
        findings.warn(rule, object.at, message, "it is round or it is a box");
    }
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Radius => "a radius",
            Markings => "markings",
            Borders => "borders",
            Material => "a material",
            Surface => "a surface",
            Parking => "a parking space",
            Skeleton => "a skeleton",
        }
    }

    fn is_in(self, object: &Object) -> bool {
        let detail = &object.detail;
        match self {
            Radius => object.radius_m.is_some(),
            Markings => !detail.markings.is_empty(),
            Borders => !detail.borders.is_empty(),
            Material => !detail.materials.is_empty(),
            Surface => detail.surface.is_some(),
            Parking => detail.parking.is_some(),
            Skeleton => !detail.skeleton.is_empty(),
        }
    }
}

/// Parts and repeats that an object of this type may not have.
fn attributes(findings: &mut Findings<'_>, object: &Object) {
    let Some(forbidden) = FORBIDDEN.iter().find(|f| f.kind == object.kind) else { return };
    let mut wrong: Vec<&str> = forbidden.parts.iter().filter(|p| p.is_in(object)).map(|p| p.name()).collect();
    let copies = |wanted: fn(&Repeat) -> bool| object.repeats.iter().any(|r| r.distance_said && !wanted(r));
    match forbidden.copies {
        Copies::Any => {}
        Copies::Band if copies(|r| r.distance_m == 0.0) => wrong.push("a repeat of single copies"),
        Copies::Single if copies(|r| r.distance_m > 0.0) => wrong.push("a repeat without distance"),
        Copies::Band | Copies::Single => {}
    }
    if !wrong.is_empty() {
        let message = format!("object {:?} of type {} has {}", object.id, object.kind, wrong.join(", "));
        findings.warn(forbidden.rule, object.at, message, "objects of this type have none");
    }
}

/// A line of a skeleton has two vertices or more.
fn skeleton(findings: &mut Findings<'_>, object: &Object) {
    for line in &object.detail.skeleton {
        let rule = match line.vertices.as_slice() {
            [] => "rule_257_road_object_skeleton_polyline_followed_by_vertex",
            [one] => match one.place {
                Corner::Road { .. } => "rule_263_road_object_skeleton_vertex_road_element_min_amount",
                Corner::Local { .. } => "rule_267_road_object_skeleton_vertex_local_element_min_amount",
            },
            [_, _, ..] => continue,
        };
        let message = format!("a <polyline> of object {:?} has {} vertices", object.id, line.vertices.len());
        findings.warn(rule, line.at, message, "two or more of one kind are wanted");
    }
}

/// Markings and borders name corners that exist; a border names some or takes the whole outline.
fn corner_references(findings: &mut Findings<'_>, object: &Object) {
    let ids: BTreeSet<&String> = object.outlines.iter().flat_map(|o| &o.corner_ids).flatten().collect();
    let known = |id: &String| ids.contains(id);
    let (markings, borders) = (&object.detail.markings, &object.detail.borders);
    let named = markings.iter().map(|m| (m.at, &m.corners)).chain(borders.iter().map(|b| (b.at, &b.corners)));
    for (at, corners) in named {
        if let Some(id) = corners.iter().find(|id| !known(id)) {
            let message = format!("object {:?} has no corner {id:?}", object.id);
            let rule = "rule_284_road_object_no_cornerreference_if_no_outline";
            findings.warn(rule, at, message, "name corners of the object's outlines");
        }
    }
    for border in borders {
        let (rule, hint) = match (border.whole_outline, border.corners.len()) {
            (true, 1..) => (
                "rule_285_road_object_border_useCompleteOutline_true",
                "along the whole outline no corners are named",
            ),
            (false, 0 | 1) => {
                ("rule_286_road_object_border_useCompleteOutline_false", "name two corners or more")
            }
            (true, 0) | (false, 2..) => continue,
        };
        let message = format!("a <border> of object {:?} names {} corners", object.id, border.corners.len());
        findings.warn(rule, border.at, message, hint);
    }
}
