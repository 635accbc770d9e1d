//! The text a map is made from: `assets/maps/src/*.toml`.
//!
//! Streets are center lines with a cross-section; where two of them cross, the description names the junction and
//! says its height and control. Streets stand in falling importance: at a two-way stop the later street stops.
//! Units: metres, mph for speed limits, grades as rise over run.

use super::model::{Control, LaneKind};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    pub name: String,
    pub title: String,
    /// Markdown for the README: what the map is and where its figures come from.
    pub about: String,
    pub origin: Origin,
    pub heads: Heads,
    pub section: BTreeMap<String, SectionText>,
    pub street: Vec<Street>,
    /// "street x street" → what stands there.
    #[serde(default)]
    pub junction: BTreeMap<String, JunctionText>,
    /// Road id → points of vertical intersection [s, z, curve length] between its ends.
    #[serde(default)]
    pub profile: BTreeMap<String, Vec<[f64; 3]>>,
    #[serde(default)]
    pub crosswalk: Vec<MidBlockCrosswalk>,
    #[serde(default)]
    pub bus_stop: Vec<BusStop>,
    #[serde(default)]
    pub note: Vec<Note>,
}

/// A map that shows some junctions of another one, geometry and ids unchanged, under other signal heads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    pub name: String,
    pub title: String,
    pub about: String,
    pub twin_of: String,
    pub origin: Origin,
    pub heads: Heads,
    /// Junctions to keep; roads stay if they touch one.
    pub keep: Vec<String>,
    #[serde(default)]
    pub note: Vec<Note>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    pub lat_deg: f64,
    pub lon_deg: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    pub orientation: HeadOrientation,
    pub brightness: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadOrientation {
    Vertical,
    Horizontal,
}

impl HeadOrientation {
    pub fn name(self) -> &'static str {
        match self {
            HeadOrientation::Vertical => "vertical",
            HeadOrientation::Horizontal => "horizontal",
        }
    }
}

/// Lanes from the center outwards, each "kind width".
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionText {
    /// Width of the median; left-turn pockets are cut out of it.
    #[serde(default)]
    pub median_m: f64,
    pub forward: Vec<String>,
    /// As `forward` unless given; an empty list makes a one-way street.
    pub backward: Option<Vec<String>>,
    /// Length of a left-turn pocket with its taper.
    #[serde(default = "pocket_default")]
    pub pocket_m: f64,
}

fn pocket_default() -> f64 {
    45.0
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Street {
    pub id: String,
    pub name: String,
    pub section: String,
    pub speed_mph: u32,
    /// Steepest grade that the street reaches (checked by the tests and stated for readers).
    #[cfg_attr(not(test), allow(dead_code, reason = "a promise that the tests hold the map to"))]
    pub grade_max: f64,
    /// [x, y] or, at a bend, [x, y, radius].
    pub path: Vec<Vec<f64>>,
    /// Height where the street leaves the map; as at the next junction unless given.
    pub start_z_m: Option<f64>,
    pub end_z_m: Option<f64>,
    /// Vertical curve at junctions.
    #[serde(default = "curve_default")]
    pub curve_m: f64,
}

fn curve_default() -> f64 {
    30.0
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JunctionText {
    pub z_m: f64,
    /// Slope of the junction's plane, towards east and towards north.
    #[serde(default)]
    pub tilt: [f64; 2],
    pub control: Control,
    /// Left turns by street, at signals; permissive unless named.
    #[serde(default)]
    pub left: BTreeMap<String, Left>,
    /// Streets whose protected left turn comes after their through movement, not before.
    #[serde(default)]
    pub lag: Vec<String>,
    /// Radius of the curb returns.
    #[serde(default = "corner_default")]
    pub corner_m: f64,
    #[serde(default = "yes")]
    pub crosswalks: bool,
}

fn corner_default() -> f64 {
    8.0
}

fn yes() -> bool {
    true
}

/// How a left turn is signalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    Permissive,
    Protected,
    ProtectedPermissive,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MidBlockCrosswalk {
    pub road: String,
    pub s_m: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusStop {
    pub road: String,
    pub s_m: f64,
    pub side: Side,
}

/// Side of a road, seen along rising s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Left,
    Right,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub road: String,
    pub s_m: f64,
    pub text: String,
}

/// A cross-section, read.
#[derive(Clone, Debug)]
pub struct Section {
    pub median_m: f64,
    pub forward: Vec<(LaneKind, f64)>,
    pub backward: Vec<(LaneKind, f64)>,
    pub pocket_m: f64,
}

impl SectionText {
    pub fn read(&self) -> Result<Section, String> {
        let side = |lanes: &[String]| lanes.iter().map(|l| read_lane(l)).collect::<Result<Vec<_>, _>>();
        let forward = side(&self.forward)?;
        let backward = match &self.backward {
            Some(lanes) => side(lanes)?,
            None => forward.clone(),
        };
        Ok(Section { median_m: self.median_m, forward, backward, pocket_m: self.pocket_m })
    }
}

fn read_lane(text: &str) -> Result<(LaneKind, f64), String> {
    let wrong = || format!("lane {text:?} is not \"kind width\"");
    let (kind, width) = text.split_once(' ').ok_or_else(wrong)?;
    let kind =
        [LaneKind::Driving, LaneKind::Biking, LaneKind::Parking, LaneKind::Shoulder, LaneKind::Sidewalk]
            .into_iter()
            .find(|k| k.name() == kind)
            .ok_or_else(wrong)?;
    Ok((kind, width.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_read() {
        assert_eq!(read_lane("driving 3.3"), Ok((LaneKind::Driving, 3.3)));
        for bad in ["driving", "flying 3", "driving x"] {
            assert!(read_lane(bad).is_err(), "{bad}");
        }
    }
}
