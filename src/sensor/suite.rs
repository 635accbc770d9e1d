//! Sensor models and suites by name.
//!
//! A [`Model`] builds a [`Sensor`] from its calibration; a [`Suite`] lists what is fitted where. Both live
//! in [`SensorLibrary`]: insert an own one into the world before `attach` to add or replace models.
//! Mounts are named places on the vehicle, resolved from its dimensions (ego frame, m).

use super::camera::{Camera, CameraTask};
use super::inertial::{Gnss, GnssGrade, Imu, Odometry};
use super::lidar::{Lidar, Returns};
use super::radar::Radar;
use super::sense::Sensor;
use crate::base::catalog::CatalogRow;
use crate::base::math::DVec3;
use crate::base::rng::ChaCha8Rng;
use crate::base::units::DEG_RAD;
use crate::state::object::Extent;
use crate::state::sensor_data::{SensorInfo, SensorKind};
use bevy::prelude::Resource;
use core::f64::consts::TAU;

/// A named place on a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Middle of the roof, on a mast of 0.25 m.
    Roof,
    /// Behind the windshield, under the roof.
    Windshield,
    /// Middle of the front bumper.
    FrontBumper,
    /// Left front corner.
    FrontLeft,
    /// Right front corner.
    FrontRight,
    /// Left side at mirror height.
    Left,
    /// Right side at mirror height.
    Right,
    /// Rear window.
    Rear,
    /// Reference point on the rear axle.
    RearAxle,
}

impl Place {
    /// Position in the vehicle frame, m.
    pub fn position_m(self, extent: &Extent) -> DVec3 {
        let (front, rear) = (extent.front_x_m(), -extent.rear_m);
        let (side, top) = (extent.width_m * 0.5, extent.height_m);
        let at = |share: f64| rear + share * extent.length_m;
        match self {
            Self::Roof => DVec3::new(at(0.5), 0.0, top + 0.25),
            Self::Windshield => DVec3::new(at(0.63), 0.0, 0.87 * top),
            Self::FrontBumper => DVec3::new(front, 0.0, 0.5),
            Self::FrontLeft => DVec3::new(front - 0.2, side, 0.55),
            Self::FrontRight => DVec3::new(front - 0.2, -side, 0.55),
            Self::Left => DVec3::new(at(0.6), side, 0.65 * top),
            Self::Right => DVec3::new(at(0.6), -side, 0.65 * top),
            Self::Rear => DVec3::new(at(0.08), 0.0, 0.85 * top),
            Self::RearAxle => DVec3::new(0.0, 0.0, 0.4),
        }
    }
}

/// A sensor model.
#[derive(Clone, Copy)]
pub struct Model {
    /// Name and sentence.
    pub row: CatalogRow,
    /// Kind of its frames.
    pub kind: SensorKind,
    /// Builds one.
    pub build: fn(SensorInfo, ChaCha8Rng) -> Box<dyn Sensor>,
}

/// One sensor of a suite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitting {
    /// Name of this sensor, e.g. `camera_front`.
    pub name: &'static str,
    /// Name of its model.
    pub model: &'static str,
    /// Where it sits.
    pub place: Place,
    /// Direction of its axis, deg, left positive.
    pub yaw_deg: f64,
    /// Horizontal field of view, deg.
    pub fov_deg: f64,
    /// Range in clear weather, m (lidar: of a 90 % target; radar: of a car at P_d = ½).
    pub range_m: f64,
    /// Frame period, ms.
    pub period_ms: u32,
    /// Latency, ms.
    pub latency_ms: u32,
}

/// A set of sensors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suite {
    /// Name and sentence.
    pub row: CatalogRow,
    /// Sensors in `SensorIx` order.
    pub fittings: &'static [Fitting],
}

impl Fitting {
    /// Calibration on a vehicle.
    pub fn info(&self, kind: SensorKind, extent: &Extent) -> SensorInfo {
        SensorInfo {
            name: self.name.into(),
            kind,
            mount_m: self.place.position_m(extent),
            mount_yaw_rad: self.yaw_deg * DEG_RAD,
            fov_rad: if self.fov_deg >= 360.0 { TAU } else { self.fov_deg * DEG_RAD },
            range_max_m: self.range_m,
            period_s: f64::from(self.period_ms) * 1e-3,
            latency_s: f64::from(self.latency_ms) * 1e-3,
        }
    }
}

/// Vertical field of the 64-beam unit as slopes: +2° … −24.8°.
const HDL64_SLOPES: (f64, f64) = (-0.462, 0.035);

/// All models that come with the engine.
pub const MODELS: &[Model] = &[
    Model {
        row: CatalogRow {
            name: "lidar",
            about: "Rotating 64-beam lidar: returns on visible silhouettes, rain and fog by the lidar equation, spray and drop ghosts",
        },
        kind: SensorKind::Lidar,
        build: |info, rng| Box::new(Lidar::new(info, HDL64_SLOPES, Returns::Silhouette, rng)),
    },
    Model {
        row: CatalogRow {
            name: "lidar_rays",
            about: "The same lidar with a dense pattern of real rays (1800 around, 4 layers) instead of rays at silhouettes",
        },
        kind: SensorKind::Lidar,
        build: |info, rng| {
            let returns = Returns::Dense { azimuths: 1800, layers: 4 };
            Box::new(Lidar::new(info, HDL64_SLOPES, returns, rng))
        },
    },
    Model {
        row: CatalogRow {
            name: "radar_long_range",
            about: "77 GHz front radar: ±9° far beam, wide near beam, range rate, clutter and mirror images",
        },
        kind: SensorKind::Radar,
        build: |info, rng| Box::new(Radar::new(info, 9.0 * DEG_RAD, rng)),
    },
    Model {
        row: CatalogRow { name: "radar_corner", about: "77 GHz corner radar with one wide beam" },
        kind: SensorKind::Radar,
        build: |info, rng| Box::new(Radar::new(info, f64::INFINITY, rng)),
    },
    Model {
        row: CatalogRow {
            name: "camera_front",
            about: "2-megapixel front camera: objects, lane marks, signal faces, light and visibility",
        },
        kind: SensorKind::Camera,
        build: |info, rng| Box::new(Camera::new(info, 1920.0, CameraTask::Front, rng)),
    },
    Model {
        row: CatalogRow { name: "camera_surround", about: "1-megapixel side or rear camera: objects" },
        kind: SensorKind::Camera,
        build: |info, rng| Box::new(Camera::new(info, 1280.0, CameraTask::Surround, rng)),
    },
    Model {
        row: CatalogRow {
            name: "gnss",
            about: "Satellite positioning, standard service: 2 m with wandering bias",
        },
        kind: SensorKind::Gnss,
        build: |info, rng| Box::new(Gnss::new(info, GnssGrade::STANDARD, rng)),
    },
    Model {
        row: CatalogRow {
            name: "gnss_rtk",
            about: "Satellite positioning with carrier-phase corrections: 2 cm",
        },
        kind: SensorKind::Gnss,
        build: |info, rng| Box::new(Gnss::new(info, GnssGrade::RTK, rng)),
    },
    Model {
        row: CatalogRow {
            name: "imu",
            about: "Inertial unit: specific force, yaw rate and attitude with bias and random walk",
        },
        kind: SensorKind::Imu,
        build: |info, rng| Box::new(Imu::new(info, rng)),
    },
    Model {
        row: CatalogRow {
            name: "odometry",
            about: "Wheel speeds with slip under braking and drive, and the steering angle",
        },
        kind: SensorKind::Odometry,
        build: |info, rng| Box::new(Odometry::new(info, rng)),
    },
];

const fn fitting(
    name: &'static str,
    model: &'static str,
    place: Place,
    direction_deg: [f64; 2],
    range_m: f64,
    timing_ms: [u32; 2],
) -> Fitting {
    Fitting {
        name,
        model,
        place,
        yaw_deg: direction_deg[0],
        fov_deg: direction_deg[1],
        range_m,
        period_ms: timing_ms[0],
        latency_ms: timing_ms[1],
    }
}

const LIDAR_ROOF: Fitting = fitting("lidar_roof", "lidar", Place::Roof, [0.0, 360.0], 200.0, [100, 60]);
const LIDAR_RAYS: Fitting = Fitting { model: "lidar_rays", ..LIDAR_ROOF };
const RADAR_FRONT: Fitting =
    fitting("radar_front", "radar_long_range", Place::FrontBumper, [0.0, 90.0], 250.0, [60, 50]);
const RADAR_LEFT: Fitting =
    fitting("radar_front_left", "radar_corner", Place::FrontLeft, [55.0, 120.0], 160.0, [80, 50]);
const RADAR_RIGHT: Fitting =
    fitting("radar_front_right", "radar_corner", Place::FrontRight, [-55.0, 120.0], 160.0, [80, 50]);
const CAMERA_FRONT: Fitting =
    fitting("camera_front", "camera_front", Place::Windshield, [0.0, 60.0], 180.0, [60, 70]);
const CAMERA_LEFT: Fitting =
    fitting("camera_left", "camera_surround", Place::Left, [70.0, 100.0], 80.0, [120, 70]);
const CAMERA_RIGHT: Fitting =
    fitting("camera_right", "camera_surround", Place::Right, [-70.0, 100.0], 80.0, [120, 70]);
const CAMERA_REAR: Fitting =
    fitting("camera_rear", "camera_surround", Place::Rear, [180.0, 100.0], 80.0, [120, 70]);
const GNSS: Fitting = fitting("gnss", "gnss", Place::Roof, [0.0, 360.0], 0.0, [200, 40]);
const GNSS_RTK: Fitting = Fitting { model: "gnss_rtk", ..GNSS };
const IMU: Fitting = fitting("imu", "imu", Place::RearAxle, [0.0, 360.0], 0.0, [20, 0]);
const ODOMETRY: Fitting = fitting("odometry", "odometry", Place::RearAxle, [0.0, 360.0], 0.0, [20, 0]);

/// All suites that come with the engine; the first is the default.
pub const SUITES: &[Suite] = &[
    Suite {
        row: CatalogRow {
            name: "lexus_2015",
            about: "Retrofitted Lexus of 2015: roof lidar, front radar, front, side and rear cameras, RTK GNSS, IMU, odometry",
        },
        fittings: &[
            LIDAR_ROOF,
            RADAR_FRONT,
            CAMERA_FRONT,
            CAMERA_LEFT,
            CAMERA_RIGHT,
            CAMERA_REAR,
            GNSS_RTK,
            IMU,
            ODOMETRY,
        ],
    },
    Suite {
        row: CatalogRow {
            name: "prototype_2015",
            about: "Purpose-built prototype of 2015: roof lidar, front and corner radars, cameras all around, RTK GNSS, IMU, odometry",
        },
        fittings: &[
            LIDAR_ROOF,
            RADAR_FRONT,
            RADAR_LEFT,
            RADAR_RIGHT,
            CAMERA_FRONT,
            CAMERA_LEFT,
            CAMERA_RIGHT,
            CAMERA_REAR,
            GNSS_RTK,
            IMU,
            ODOMETRY,
        ],
    },
    Suite {
        row: CatalogRow {
            name: "minimal_camera_radar",
            about: "Series car with driver assistance: front camera, front radar, GNSS, IMU, odometry",
        },
        fittings: &[RADAR_FRONT, CAMERA_FRONT, GNSS, IMU, ODOMETRY],
    },
    Suite {
        row: CatalogRow {
            name: "lidar_dense",
            about: "As lexus_2015 with the dense ray pattern of the lidar",
        },
        fittings: &[
            LIDAR_RAYS,
            RADAR_FRONT,
            CAMERA_FRONT,
            CAMERA_LEFT,
            CAMERA_RIGHT,
            CAMERA_REAR,
            GNSS_RTK,
            IMU,
            ODOMETRY,
        ],
    },
];

/// Models and suites of a run.
#[derive(Resource, Clone)]
pub struct SensorLibrary {
    /// Models by name; later ones override earlier ones of the same name.
    pub models: Vec<Model>,
    /// Suites by name; later ones override earlier ones of the same name.
    pub suites: Vec<Suite>,
}

impl Default for SensorLibrary {
    fn default() -> Self {
        Self { models: MODELS.to_vec(), suites: SUITES.to_vec() }
    }
}

impl SensorLibrary {
    /// The suite of this name.
    pub fn suite(&self, name: &str) -> Option<&Suite> {
        self.suites.iter().rev().find(|suite| suite.row.name == name)
    }
    /// The model of this name.
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().rev().find(|model| model.row.name == name)
    }
}

/// Every name that a sensor fault may use: names of fitted sensors in all suites, and kinds.
pub fn fault_names() -> Vec<&'static str> {
    let kinds = SensorKind::ALL.map(super::rig::kind_name);
    let fitted = SUITES.iter().flat_map(|suite| suite.fittings).map(|fitting| fitting.name);
    let mut names: Vec<&str> = fitted.chain(kinds).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Catalogue rows of the sensor models.
pub fn catalog() -> Vec<CatalogRow> {
    MODELS.iter().map(|model| model.row).collect()
}

/// Catalogue rows of the suites.
pub fn suite_catalog() -> Vec<CatalogRow> {
    SUITES.iter().map(|suite| suite.row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fitting_names_a_model_and_names_are_unique() {
        let library = SensorLibrary::default();
        for suite in SUITES {
            for (ix, fitting) in suite.fittings.iter().enumerate() {
                assert!(library.model(fitting.model).is_some(), "{} of {}", fitting.model, suite.row.name);
                assert!(
                    suite.fittings[..ix].iter().all(|other| other.name != fitting.name),
                    "{}",
                    fitting.name
                );
                assert!(fitting.period_ms >= 20 && fitting.latency_ms <= fitting.period_ms.max(100));
            }
        }
        assert!(library.suite("lexus_2015").is_some() && library.suite("none").is_none());
    }

    #[test]
    fn mounts_lie_on_the_vehicle() {
        let extent = Extent { length_m: 4.77, width_m: 1.885, height_m: 1.685, rear_m: 1.0 };
        for (place, expect) in [
            (Place::FrontBumper, DVec3::new(3.77, 0.0, 0.5)),
            (Place::FrontLeft, DVec3::new(3.57, 0.9425, 0.55)),
            (Place::RearAxle, DVec3::new(0.0, 0.0, 0.4)),
        ] {
            assert!((place.position_m(&extent) - expect).length() < 1e-9, "{place:?}");
        }
    }
}
