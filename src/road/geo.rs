//! Longitude and latitude ↔ the map's x, y, by the map's `<geoReference>`.
//!
//! # Equations
//! The projection is the PROJ string's own (UTM, transverse Mercator, …), by the `proj4rs` crate. Longitude and latitude
//! are those of WGS 84. A string without `+proj` that gives `+lat_0` and `+lon_0` (maps of some tools) is read
//! as transverse Mercator about that point. `world = projected − offset`.
//!
//! # Units, frames
//! Degrees at this edge, east and north positive; meters, x east, y north.
//!
//! # Validity
//! Results are rounded to a micrometer and to 1e-12 deg: the crate takes sine and cosine from the platform, and
//! what differs between platforms lies far below. Within ±3° of a transverse Mercator's meridian both ways agree
//! to a millimeter (tests below).
//!
//! # Source
//! ASAM OpenDRIVE 1.8.1 §8.3 (georeferencing); Snyder, *Map Projections: A Working Manual*, USGS 1395, §8.
//!
//! # What it does not do
//! No heights: vertical datums, geoid grids and vertical units are passed over. No grids of datum shifts and no
//! EPSG codes: such a string is an error.

use super::RoadNetwork;
use crate::base::math::DVec2;
use proj4rs::Proj;
use proj4rs::transform::transform;

/// Keys of a PROJ string that say nothing about x and y.
const VERTICAL_KEYS: [&str; 3] = ["+geoidgrids", "+vunits", "+vto_meter"];
/// The frame of longitude and latitude.
const WGS84: &str = "+proj=longlat +datum=WGS84 +no_defs";
/// Longest PROJ string, bytes. Chosen: the field's longest has some 200.
const PROJ_BYTES_MAX: usize = 4_096;

/// Why a place has no coordinates on the map, or none on Earth.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GeoError {
    /// The map has no `<geoReference>`.
    #[error("the map has no <geoReference>: longitude and latitude have no place on it")]
    NoReference,
    /// The string is longer than [`PROJ_BYTES_MAX`].
    #[error("the <geoReference> has {0} bytes; PROJ_BYTES_MAX = {PROJ_BYTES_MAX}")]
    TooLong(usize),
    /// The string is no projection that can be computed.
    #[error("the <geoReference> {text:?} cannot be used: {why}")]
    Projection {
        /// The string.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// The coordinates lie outside of what the projection can do.
    #[error("({first}, {second}) cannot be projected: {why}")]
    Outside {
        /// Longitude, deg, or x, m.
        first: f64,
        /// Latitude, deg, or y, m.
        second: f64,
        /// What is wrong with it.
        why: String,
    },
}

/// A map's projection.
#[derive(Clone)]
pub struct GeoFrame {
    text: String,
    projected: Proj,
    geographic: Proj,
    /// World = projected − offset, m.
    offset_m: DVec2,
}

impl std::fmt::Debug for GeoFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeoFrame").field("text", &self.text).field("offset_m", &self.offset_m).finish()
    }
}

impl GeoFrame {
    /// The projection of a PROJ string.
    pub fn new(proj: &str) -> Result<Self, GeoError> {
        if proj.len() > PROJ_BYTES_MAX {
            return Err(GeoError::TooLong(proj.len()));
        }
        let text = sound_text(proj);
        let read = |s: &str| {
            Proj::from_proj_string(s)
                .map_err(|e| GeoError::Projection { text: proj.to_string(), why: e.to_string() })
        };
        let projected = read(&text)?;
        let says = |key: &str| text.split_whitespace().any(|w| w.split('=').next() == Some(key));
        if text.contains("+proj=utm") && !says("+zone") && !says("+lon_0") {
            let why = "UTM needs a +zone".to_string();
            return Err(GeoError::Projection { text: proj.to_string(), why });
        }
        if projected.is_latlong() || !projected.has_forward() || !projected.has_inverse() {
            let why = "it is no projection to meters and back".to_string();
            return Err(GeoError::Projection { text: proj.to_string(), why });
        }
        Ok(Self { text, projected, geographic: read(WGS84)?, offset_m: DVec2::ZERO })
    }

    /// The same for a world that was moved: world = projected − offset.
    pub fn with_offset(self, offset_m: DVec2) -> Self {
        Self { offset_m, ..self }
    }

    /// World x, y of a place on Earth, m.
    pub fn to_map(&self, longitude_deg: f64, latitude_deg: f64) -> Result<(f64, f64), GeoError> {
        let fail = |why: String| GeoError::Outside { first: longitude_deg, second: latitude_deg, why };
        if !longitude_deg.is_finite() || !(-90.0..=90.0).contains(&latitude_deg) {
            return Err(fail("no longitude and latitude".to_string()));
        }
        let mut point = (longitude_deg.to_radians(), latitude_deg.to_radians(), 0.0);
        transform(&self.geographic, &self.projected, &mut point).map_err(|e| fail(e.to_string()))?;
        let (x_m, y_m) = (rounded(point.0, 1e6), rounded(point.1, 1e6));
        if !(x_m.is_finite() && y_m.is_finite()) {
            return Err(fail("the projection has no finite value there".to_string()));
        }
        Ok((x_m - self.offset_m.x, y_m - self.offset_m.y))
    }

    /// Longitude and latitude of a place in the world, deg.
    pub fn to_geo(&self, x_m: f64, y_m: f64) -> Result<(f64, f64), GeoError> {
        let fail = |why: String| GeoError::Outside { first: x_m, second: y_m, why };
        if !(x_m.is_finite() && y_m.is_finite()) {
            return Err(fail("no coordinates".to_string()));
        }
        let mut point = (x_m + self.offset_m.x, y_m + self.offset_m.y, 0.0);
        transform(&self.projected, &self.geographic, &mut point).map_err(|e| fail(e.to_string()))?;
        let (longitude_deg, latitude_deg) =
            (rounded(point.0.to_degrees(), 1e12), rounded(point.1.to_degrees(), 1e12));
        if !(longitude_deg.is_finite() && latitude_deg.is_finite()) {
            return Err(fail("the projection has no finite value there".to_string()));
        }
        Ok((longitude_deg, latitude_deg))
    }
}

impl RoadNetwork {
    /// The frame of longitude and latitude in this network's world.
    pub fn geo_frame(&self) -> Result<GeoFrame, GeoError> {
        let text = self.geo_reference.as_deref().ok_or(GeoError::NoReference)?;
        Ok(GeoFrame::new(text)?.with_offset(self.offset_m.truncate()))
    }
}

fn rounded(value: f64, per_unit: f64) -> f64 {
    (value * per_unit).round() / per_unit
}

/// The string without what says nothing about x and y, and with the projection that it means.
fn sound_text(proj: &str) -> String {
    let wanted = |word: &&str| VERTICAL_KEYS.iter().all(|k| word.split('=').next() != Some(k));
    let words: Vec<&str> = proj.split_whitespace().filter(wanted).collect();
    let says = |key: &str| words.iter().any(|w| w.split('=').next() == Some(key));
    let mut text = words.join(" ");
    if !says("+proj") && !says("+init") && says("+lat_0") && says("+lon_0") {
        text = format!("+proj=tmerc {text} +datum=WGS84");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTM10: &str = "+proj=utm +zone=10 +datum=WGS84";
    const LOCAL: &str = "+proj=tmerc +lat_0=37.4168716 +lon_0=-122.1030492 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m \
                         +vunits=m +no_defs";

    fn near(found: (f64, f64), expect: (f64, f64), tolerance: f64) {
        let close = (found.0 - expect.0).abs() <= tolerance && (found.1 - expect.1).abs() <= tolerance;
        assert!(close, "{found:?} for {expect:?}");
    }

    /// Arc of the meridian from the equator, m: Snyder (3-21) for WGS 84.
    fn meridian_m(latitude_deg: f64) -> f64 {
        let (a, f) = (6_378_137.0, 1.0 / 298.257_223_563);
        let e2: f64 = f * (2.0 - f);
        let (e4, e6) = (e2 * e2, e2 * e2 * e2);
        let phi = latitude_deg.to_radians();
        a * ((1.0 - e2 / 4.0 - 3.0 * e4 / 64.0 - 5.0 * e6 / 256.0) * phi
            - (3.0 * e2 / 8.0 + 3.0 * e4 / 32.0 + 45.0 * e6 / 1024.0) * libm::sin(2.0 * phi)
            + (15.0 * e4 / 256.0 + 45.0 * e6 / 1024.0) * libm::sin(4.0 * phi)
            - (35.0 * e6 / 3072.0) * libm::sin(6.0 * phi))
    }

    #[test]
    fn utm_on_its_central_meridian_is_the_meridian_arc() {
        let frame = GeoFrame::new(UTM10).unwrap();
        for latitude_deg in [0.0, 10.0, 37.0, 47.6, 60.0, 80.0] {
            let expect = (500_000.0, 0.9996 * meridian_m(latitude_deg));
            near(frame.to_map(-123.0, latitude_deg).unwrap(), expect, 1e-3);
        }
        // The southern half counts from 10,000 km.
        let south = GeoFrame::new("+proj=utm +zone=10 +south +datum=WGS84").unwrap();
        near(south.to_map(-123.0, -20.0).unwrap(), (500_000.0, 1.0e7 - 0.9996 * meridian_m(20.0)), 1e-3);
    }

    #[test]
    fn a_local_frame_has_its_origin_at_its_point() {
        let frame = GeoFrame::new(LOCAL).unwrap();
        near(frame.to_map(-122.1030492, 37.4168716).unwrap(), (0.0, 0.0), 1e-5);
        // A hundredth of a degree to the north along the meridian.
        let north_m = meridian_m(37.4268716) - meridian_m(37.4168716);
        near(frame.to_map(-122.1030492, 37.4268716).unwrap(), (0.0, north_m), 1e-3);
        // To the east along the parallel: radius of the parallel times the angle, to the second order.
        let phi = 37.4168716_f64.to_radians();
        let e2 = 0.006_694_379_990_14;
        let parallel_m = 6_378_137.0 / (1.0 - e2 * libm::sin(phi) * libm::sin(phi)).sqrt() * libm::cos(phi);
        let (x_m, y_m) = frame.to_map(-122.0930492, 37.4168716).unwrap();
        near((x_m, y_m), (parallel_m * 0.01_f64.to_radians(), 0.05), 0.06);
        // Without +proj: the same.
        let bare = GeoFrame::new("+lat_0=37.4168716 +lon_0=-122.1030492").unwrap();
        near(
            bare.to_map(-122.0930492, 37.4268716).unwrap(),
            frame.to_map(-122.0930492, 37.4268716).unwrap(),
            1e-6,
        );
    }

    #[test]
    fn there_and_back_is_the_same_place() {
        let strings = [
            UTM10,
            LOCAL,
            "+proj=utm +zone=18 +ellps=WGS84 +datum=WGS84 +units=m +no_defs",
            "+proj=tmerc +lat_0=0 +lon_0=4.491576420595753e-05 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m \
             +geoidgrids=egm96_15.gtx +vunits=m +no_defs",
            "+lat_0=4.9000000000000000e+1 +lon_0=8.0000000000000000e+0",
        ];
        for text in strings {
            let frame = GeoFrame::new(text).unwrap().with_offset(DVec2::new(1_000.0, -2_000.0));
            let middle = frame.to_geo(500_000.0 * f64::from(u8::from(text.contains("utm"))), 0.0).unwrap();
            for (dx, dy) in [(0.0, 0.0), (2.5, 1.5), (-2.5, 0.5), (1.0, 8.0)] {
                let (lon, lat) = (middle.0 + dx, middle.1 + dy);
                let (x_m, y_m) = frame.to_map(lon, lat).unwrap();
                near(frame.to_geo(x_m, y_m).unwrap(), (lon, lat), 1e-8);
            }
        }
    }

    #[test]
    fn what_cannot_be_computed_is_a_clear_error() {
        let check = |text: &str| {
            let error = GeoFrame::new(text).unwrap_err().to_string();
            assert!(error.contains("cannot be used") && error.contains("geoReference"), "{text:?}: {error}");
        };
        check("");
        check("EPSG:32632");
        check("+proj=nonsense +lat_0=1");
        check("+proj=longlat +datum=WGS84");
        check("+proj=utm");
        assert_eq!(GeoFrame::new(&"+".repeat(5_000)).unwrap_err(), GeoError::TooLong(5_000));
        let frame = GeoFrame::new(UTM10).unwrap();
        for (lon, lat) in [(f64::NAN, 0.0), (0.0, 91.0), (f64::INFINITY, 3.0), (0.0, f64::NAN)] {
            assert!(matches!(frame.to_map(lon, lat), Err(GeoError::Outside { .. })), "{lon} {lat}");
        }
        assert!(frame.to_geo(f64::NAN, 0.0).is_err());
        assert_eq!(RoadNetwork::empty().geo_frame().unwrap_err(), GeoError::NoReference);
    }
}
