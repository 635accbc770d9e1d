//! OpenSCENARIO reader: ASAM OpenSCENARIO XML 1.0–1.3 → typed model, catalogs included.
//!
//! ```text
//! bytes ──tree──▶ elements ──read──▶ Document        parameters and expressions replaced,
//!                              │                     catalog references followed
//!                              ├──▶ Problems         every mistake at once, with line, column, rule, hint
//!                              └──▶ covered, ignored, deprecated: what was met, counted
//! ```
//!
//! [`parse`] is the one door in, [`model`] what comes out. Types, readers and the rows of [`schema()`] are
//! made from the same tables, so that what the crate says to cover is what it reads.
//!
//! # Units, frames
//! As the standard has them; see [`model`].
//!
//! # Validity
//! Files that break the schema in harmless ways are read, with a warning: wrong order, unknown attributes
//! and elements, things of a later version, lacking descriptions. A file is refused where meaning would be
//! lost: an action that is not known, a value that lacks or cannot be read, a reference into nowhere.
//!
//! # Source
//! ASAM OpenSCENARIO XML 1.0.0–1.3.1 and their schemas.
//!
//! # What it does not do
//! It opens no file: catalogs come through [`Files`]. It reads no road network, and does not ask whether
//! entities, storyboard elements and signals that are named exist.

// First: the tables of the model are written in its macros.
#[macro_use]
mod read;

pub mod expression;
mod files;
pub mod limits;
mod lint;
pub mod model;
mod origin;
mod report;
pub mod sampling;
mod schema;
mod tree;
mod value;

use std::collections::BTreeMap;

pub use files::{Files, NoFiles, resolve_path};
pub use lint::lint;
pub use model::{CatalogDocument, DistributionDocument, Document, OpenScenario};
pub use origin::{Origin, Placed};
pub use schema::{
    AttributeRow, ChildRow, ChoiceRow, ElementRow, EnumerationRow, LiteralRow, ValueKind, enumerations,
    schema,
};
pub use source::{Place, Problem, Problems, Severity};
pub use value::DateTime;

/// What [`parse`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The document, if nothing in it is an error.
    pub document: Option<Document>,
    /// Warnings and errors, in the order of files and places.
    pub problems: Problems,
    /// Names of the files read: the document's own, then catalogs. [`Origin::file`] points here.
    pub files: Vec<String>,
    /// Types of elements that were read → how often.
    pub covered: BTreeMap<&'static str, usize>,
    /// Elements (`Parent/Child`) and attributes (`Parent@name`) that were not → how often.
    pub ignored: BTreeMap<String, usize>,
    /// Elements and attributes that the file's version calls deprecated → how often.
    pub deprecated: BTreeMap<String, usize>,
}

/// Reads an OpenSCENARIO file: a scenario, a catalog, or distributions of parameter values.
///
/// `file_name` stands in the problems, and directories of catalogs are relative to it. `overrides` are
/// values for parameters that the scenario itself declares.
///
/// ```
/// let text = br#"<OpenSCENARIO>
///   <FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" author="me" description="example"/>
///   <ParameterDeclarations>
///     <ParameterDeclaration name="v" parameterType="double" value="10"/>
///   </ParameterDeclarations>
///   <CatalogLocations/> <RoadNetwork/> <Entities/>
///   <Storyboard><Init><Actions><Private entityRef="Ego"><PrivateAction><LongitudinalAction><SpeedAction>
///     <SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/>
///     <SpeedActionTarget><AbsoluteTargetSpeed value="${$v * 2}"/></SpeedActionTarget>
///   </SpeedAction></LongitudinalAction></PrivateAction></Private></Actions></Init></Storyboard>
/// </OpenSCENARIO>"#;
/// use openscenario::model::{LongitudinalAction, PrivateAction, SpeedActionTarget};
/// let overrides = [("v".to_owned(), "15".to_owned())].into();
/// let parsed = openscenario::parse(text, "example.xosc", &openscenario::NoFiles, &overrides);
/// assert_eq!(parsed.problems.to_string(), "");
/// let Some(openscenario::Document::Scenario(scenario)) = parsed.document else { return };
/// let action = &scenario.storyboard.init.actions.privates[0].private_actions[0];
/// let PrivateAction::LongitudinalAction(LongitudinalAction::SpeedAction(speed)) = action else { return };
/// let SpeedActionTarget::AbsoluteTargetSpeed(target) = &speed.speed_action_target else { return };
/// assert_eq!(target.value, 30.0);
/// ```
pub fn parse(
    bytes: &[u8],
    file_name: &str,
    files: &dyn Files,
    overrides: &BTreeMap<String, String>,
) -> Parsed {
    let mut reader = read::Reader::new(files, file_name);
    let document = read::read_document(&mut reader, bytes, overrides);
    let read::Reader { report, notes, .. } = reader;
    let (problems, files) = report.finish();
    let read::Notes { covered, ignored, deprecated } = notes;
    Parsed { document, problems, files, covered, ignored, deprecated }
}
