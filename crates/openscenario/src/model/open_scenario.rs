//! Documents: a scenario, a catalog, or distributions of parameter values.

use super::catalog::{Catalog, CatalogLocations};
use super::distribution::ParameterValueDistribution;
use super::entity::Entities;
use super::file::{FileHeader, RoadNetwork};
use super::parameter::{MonitorDeclarations, ParameterDeclarations, VariableDeclarations};
use super::storyboard::Storyboard;
use crate::origin::{Origin, Placed};
use crate::read::{ChildField, Reader};
use crate::schema::{ChildRow, ElementRow, TypeRow};
use crate::tree::Node;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// A scenario to be run.
    Scenario(Box<OpenScenario>),
    /// A catalog of things for scenarios.
    Catalog(Box<CatalogDocument>),
    /// Values for the parameters of a scenario.
    Distribution(Box<DistributionDocument>),
}

/// A scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenScenario {
    /// Child `FileHeader`.
    pub file_header: FileHeader,
    /// Child `ParameterDeclarations`.
    pub parameter_declarations: Option<ParameterDeclarations>,
    /// Child `VariableDeclarations`.
    pub variable_declarations: Option<VariableDeclarations>,
    /// Child `MonitorDeclarations`.
    pub monitor_declarations: Option<MonitorDeclarations>,
    /// Child `CatalogLocations`.
    pub catalog_locations: Option<CatalogLocations>,
    /// Child `RoadNetwork`.
    pub road_network: Option<RoadNetwork>,
    /// Child `Entities`.
    pub entities: Option<Entities>,
    /// Child `Storyboard`.
    pub storyboard: Storyboard,
    /// Where it stands.
    pub origin: Origin,
}

/// A catalog file.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogDocument {
    /// Child `FileHeader`.
    pub file_header: FileHeader,
    /// Child `Catalog`.
    pub catalog: Catalog,
    /// Where it stands.
    pub origin: Origin,
}

/// A file of distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionDocument {
    /// Child `FileHeader`.
    pub file_header: FileHeader,
    /// Child `ParameterValueDistribution`.
    pub distribution: ParameterValueDistribution,
    /// Where it stands.
    pub origin: Origin,
}

/// The root's row: children of all three kinds of documents.
const ROW: ElementRow = ElementRow {
    name: "OpenScenario",
    ordered: true,
    children: &[
        ChildRow { name: "FileHeader", ..<FileHeader as ChildField>::CHILD },
        ChildRow { name: "ParameterDeclarations", ..<Option<ParameterDeclarations> as ChildField>::CHILD },
        ChildRow {
            name: "VariableDeclarations",
            since: 2,
            ..<Option<VariableDeclarations> as ChildField>::CHILD
        },
        ChildRow {
            name: "MonitorDeclarations",
            since: 3,
            ..<Option<MonitorDeclarations> as ChildField>::CHILD
        },
        ChildRow { name: "CatalogLocations", ..<Option<CatalogLocations> as ChildField>::CHILD },
        ChildRow { name: "RoadNetwork", ..<Option<RoadNetwork> as ChildField>::CHILD },
        ChildRow { name: "Entities", ..<Option<Entities> as ChildField>::CHILD },
        ChildRow { name: "Storyboard", ..<Option<Storyboard> as ChildField>::CHILD },
        ChildRow { name: "Catalog", ..<Option<Catalog> as ChildField>::CHILD },
        ChildRow {
            name: "ParameterValueDistribution",
            since: 1,
            ..<Option<ParameterValueDistribution> as ChildField>::CHILD
        },
    ],
    ..ElementRow::NONE
};

/// Rows of this table.
pub(crate) const TYPES: &[TypeRow] = &[TypeRow::Element(&ROW)];

impl Document {
    /// Reads the root element. Header and version were looked at before.
    pub(crate) fn read(r: &mut Reader<'_>, node: Node<'_>) -> Option<Self> {
        let entered = r.enter(node, &ROW)?;
        let origin = node.origin();
        let file_header = FileHeader::take_child(r, node, "FileHeader");
        let document = if node.child("Catalog").is_some() {
            let catalog = Catalog::take_child(r, node, "Catalog");
            file_header.zip(catalog).map(|(file_header, catalog)| {
                Document::Catalog(Box::new(CatalogDocument { file_header, catalog, origin }))
            })
        } else if node.child("ParameterValueDistribution").is_some() {
            let distribution = ParameterValueDistribution::take_child(r, node, "ParameterValueDistribution");
            file_header.zip(distribution).map(|(file_header, distribution)| {
                Document::Distribution(Box::new(DistributionDocument { file_header, distribution, origin }))
            })
        } else {
            OpenScenario::read(r, node, file_header).map(|s| Document::Scenario(Box::new(s)))
        };
        r.leave(entered);
        document
    }
}

impl OpenScenario {
    fn read(r: &mut Reader<'_>, node: Node<'_>, file_header: Option<FileHeader>) -> Option<Self> {
        for name in ["CatalogLocations", "RoadNetwork", "Entities"] {
            if node.child(name).is_none() {
                let message = format!("the scenario lacks <{name}>");
                r.report.warn("element.missing", node.origin(), message, "an empty one was taken");
            }
        }
        let parameters = Option::<ParameterDeclarations>::take_child(r, node, "ParameterDeclarations");
        let variables = Option::<VariableDeclarations>::take_child(r, node, "VariableDeclarations");
        let monitors = Option::<MonitorDeclarations>::take_child(r, node, "MonitorDeclarations");
        let locations = Option::<CatalogLocations>::take_child(r, node, "CatalogLocations");
        r.set_catalogs(locations.as_ref().and_then(|l| l.as_ref()));
        let road_network = Option::<RoadNetwork>::take_child(r, node, "RoadNetwork");
        let entities = Option::<Entities>::take_child(r, node, "Entities");
        let storyboard = Storyboard::take_child(r, node, "Storyboard");
        Some(OpenScenario {
            file_header: file_header?,
            parameter_declarations: parameters?,
            variable_declarations: variables?,
            monitor_declarations: monitors?,
            catalog_locations: locations?,
            road_network: road_network?,
            entities: entities?,
            storyboard: storyboard?,
            origin: node.origin(),
        })
    }
}

impl Placed for OpenScenario {
    fn origin(&self) -> Origin {
        self.origin
    }
}
