//! References into catalogs, with the entry that they lead to.

use super::entity::{Controller, MiscObject, Pedestrian, Vehicle};
use super::environment::Environment;
use super::parameter::ParameterAssignments;
use super::path::{Route, Trajectory};
use super::storyboard::Maneuver;
use crate::origin::{Origin, Placed};
use crate::read::{AttributeField, ChildField, Choice, Element, Reader};
use crate::schema::{AttributeRow, ChildRow, ElementRow, TypeRow};
use crate::tree::Node;

/// A reference to an entry of a catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogReference {
    /// Attribute `catalogName`.
    pub catalog_name: String,
    /// Attribute `entryName`.
    pub entry_name: String,
    /// Child `ParameterAssignments`.
    pub parameter_assignments: Option<ParameterAssignments>,
    /// The entry, read with these assignments. `None` in files that are themselves catalogs: they do not
    /// say where others lie.
    pub entry: Option<Box<CatalogEntry>>,
    /// Where it stands.
    pub origin: Origin,
}

impl Element for CatalogReference {
    const NAME: &'static str = "CatalogReference";
    const ROW: ElementRow = ElementRow {
        name: "CatalogReference",
        attributes: &[
            AttributeRow {
                name: "catalogName",
                required: <String as AttributeField>::REQUIRED,
                ..AttributeRow::NONE
            },
            AttributeRow {
                name: "entryName",
                required: <String as AttributeField>::REQUIRED,
                ..AttributeRow::NONE
            },
        ],
        children: &[ChildRow {
            name: "ParameterAssignments",
            ..<Option<ParameterAssignments> as ChildField>::CHILD
        }],
        ..ElementRow::NONE
    };

    fn read(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self> {
        let entered = r.enter(node, &Self::ROW)?;
        let catalog_name: Option<String> = r.attribute(node, &Self::ROW, "catalogName", None);
        let entry_name: Option<String> = r.attribute(node, &Self::ROW, "entryName", None);
        let assignments =
            <Option<ParameterAssignments> as ChildField>::take_child(r, node, "ParameterAssignments");
        let reference = match (catalog_name, entry_name, assignments) {
            (Some(catalog_name), Some(entry_name), Some(parameter_assignments)) => {
                let origin = node.origin();
                let mut reference =
                    CatalogReference { catalog_name, entry_name, parameter_assignments, entry: None, origin };
                r.follow(node, &reference).map(|entry| {
                    reference.entry = entry;
                    reference
                })
            }
            _ => None,
        };
        r.leave(entered);
        reference
    }
}

impl Placed for CatalogReference {
    fn origin(&self) -> Origin {
        self.origin
    }
}

/// Rows of this table.
pub(crate) const TYPES: &[TypeRow] = &[TypeRow::Element(&CatalogReference::ROW)];

group! {
    /// An entry of a catalog.
    CatalogEntry [] {
        Vehicle(Vehicle) = "Vehicle";
        Controller(Controller) = "Controller";
        Pedestrian(Pedestrian) = "Pedestrian";
        MiscObject(MiscObject) = "MiscObject";
        Environment(Environment) = "Environment";
        Maneuver(Maneuver) = "Maneuver";
        Trajectory(Trajectory) = "Trajectory";
        Route(Route) = "Route";
    }
}

impl CatalogEntry {
    /// Reads an entry of any kind; reports an element that is none.
    pub(crate) fn read(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self> {
        if !Self::OPTIONS.iter().any(|o| o.name == node.name()) {
            let message = format!("a catalog has no entries <{}>", node.name());
            r.report.error("element.unknown", node.origin(), message, "");
            return None;
        }
        Self::read_option(r, node)
    }
}
