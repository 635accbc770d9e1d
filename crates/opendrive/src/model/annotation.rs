//! What may stand in any element — `<userData>`, `<include>`, `<dataQuality>` — and the header's licence and
//! regulations.
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §6.4–6.6, §8.4–8.5.
//!
//! # What it does not do
//! Included files are named, not read; the accuracy of the data changes nothing.

use serde::{Deserialize, Serialize};

use super::Semantic;
use crate::problem::Place;

/// `<userData code value>`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserData {
    /// What kind of data it is.
    pub code: String,
    /// The data.
    pub value: String,
    /// What stands inside of the element: XML as written, trimmed.
    pub content: String,
    /// Where it is written.
    pub at: Place,
}

/// The value of the first `userData` with this code.
pub fn user_value<'a>(list: &'a [UserData], code: &str) -> Option<&'a str> {
    list.iter().find(|u| u.code == code).map(|u| u.value.as_str())
}

/// Annotations of elements that have no place for them in the model, in file order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotations {
    /// `<include>`: further files. They are not read.
    pub includes: Vec<Include>,
    /// `<dataQuality>`.
    pub data_quality: Vec<DataQuality>,
    /// `<userData>` with the path of the element that holds it.
    pub user_data: Vec<(String, UserData)>,
}

/// `<include>`: a file whose content belongs here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// Path of the element that holds it, such as `OpenDRIVE/road`.
    pub element: String,
    /// The file, as written.
    pub file: String,
    /// Where it is written.
    pub at: Place,
}

/// `<dataQuality>`: how good the data of an element is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataQuality {
    /// Path of the element that it describes.
    pub element: String,
    /// Largest errors.
    pub error: Option<DataError>,
    /// Where the data comes from.
    pub raw_data: Option<RawData>,
    /// Where it is written.
    pub at: Place,
}

/// `<error>` of a [`DataQuality`], metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataError {
    /// In the plane, absolute.
    pub xy_absolute_m: Option<f64>,
    /// In the plane, relative to what is near.
    pub xy_relative_m: Option<f64>,
    /// In height, absolute.
    pub z_absolute_m: Option<f64>,
    /// In height, relative to what is near.
    pub z_relative_m: Option<f64>,
}

/// `<rawData>` of a [`DataQuality`], as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawData {
    /// Date of the survey.
    pub date: String,
    /// `sensor`, `cadaster` or `custom`.
    pub source: String,
    /// About the source.
    pub source_comment: String,
    /// `raw`, `cleaned`, `processed` or `fused`.
    pub post_processing: String,
    /// About the processing.
    pub post_processing_comment: String,
}

/// `<license>` of the header, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct License {
    /// Its name.
    pub name: String,
    /// Where its text is found.
    pub resource: String,
    /// Its SPDX identifier.
    pub spdx_id: String,
    /// Its text.
    pub text: String,
}

/// `<roadRegulations>` or `<signalRegulations>` of the header: what a road type or signal means by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regulation {
    /// Of signals, where it is not of roads.
    pub of_signals: bool,
    /// Type of road or signal.
    pub kind: String,
    /// Subtype of signal.
    pub subtype: String,
    /// What it means.
    pub semantics: Vec<Semantic>,
}
