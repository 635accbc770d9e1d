//! Which camera: names for people, keys and the command line.

use bevy::prelude::Resource;
use shakedown::base::ids::SensorIx;
use shakedown::state::sensor_data::SensorInfo;

/// Which view is up.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraMode {
    /// Behind the car.
    #[default]
    Chase,
    /// The driver's eye.
    Driver,
    /// From above.
    Top,
    /// Around the car, with the mouse.
    Orbit,
    /// Anywhere, with mouse and keys.
    Free,
    /// Bird's eye on the next junction.
    Junction,
    /// A sensor's own view.
    Sensor(SensorIx),
}

/// Whether truth and belief share one picture.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// One picture with both.
    #[default]
    Off,
    /// Truth on the left, belief on the right.
    TruthBelief,
}

impl Split {
    /// The other one.
    pub fn toggled(self) -> Self {
        match self {
            Self::Off => Self::TruthBelief,
            Self::TruthBelief => Self::Off,
        }
    }
}

/// A view with its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraRow {
    /// Which.
    pub mode: CameraMode,
    /// Key on the command line.
    pub key: &'static str,
    /// Name on the screen.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
}

const fn row(mode: CameraMode, key: &'static str, name: &'static str, about: &'static str) -> CameraRow {
    CameraRow { mode, key, name, about }
}

/// All views but the sensors', in the order in which a key goes through them.
pub const CAMERAS: [CameraRow; 6] = [
    row(CameraMode::Chase, "chase", "Chase", "Behind the car"),
    row(CameraMode::Driver, "driver", "Driver", "From the driver's seat"),
    row(CameraMode::Top, "top", "Top", "From above, the way of the car up"),
    row(CameraMode::Junction, "junction", "Junction", "The next junction from above"),
    row(CameraMode::Orbit, "orbit", "Orbit", "Around the car: drag to turn, wheel to zoom"),
    row(CameraMode::Free, "free", "Free", "Fly: hold the right button to look, W A S D Q E to move"),
];

impl CameraMode {
    /// Name on the screen.
    pub fn name(self, suite: &[SensorInfo]) -> String {
        match self {
            Self::Sensor(ix) => {
                suite.get(ix.ix()).map_or_else(|| "Sensor".to_owned(), |info| info.name.replace('_', " "))
            }
            Self::Chase | Self::Driver | Self::Top | Self::Orbit | Self::Free | Self::Junction => CAMERAS
                .iter()
                .find(|row| row.mode == self)
                .map_or_else(String::new, |row| row.name.to_owned()),
        }
    }

    /// The sensor whose own view this is.
    pub fn sensor(self) -> Option<SensorIx> {
        match self {
            Self::Sensor(ix) => Some(ix),
            Self::Chase | Self::Driver | Self::Top | Self::Orbit | Self::Free | Self::Junction => None,
        }
    }

    /// The next view, through all but the sensors'.
    pub fn next(self) -> Self {
        let here = CAMERAS.iter().position(|row| row.mode == self);
        here.map_or(Self::Chase, |ix| CAMERAS[(ix + 1) % CAMERAS.len()].mode)
    }

    /// Reads `--camera`: a key of [`CAMERAS`], or the name of a fitted sensor that sees.
    pub fn from_name(text: &str, suite: &[SensorInfo]) -> Result<Self, String> {
        if let Some(row) = CAMERAS.iter().find(|row| row.key == text) {
            return Ok(row.mode);
        }
        let sees = |info: &SensorInfo| info.range_max_m > 0.0;
        if let Some(ix) = suite.iter().position(|info| info.name == text && sees(info)) {
            return Ok(Self::Sensor(SensorIx(ix as u8)));
        }
        let names = CAMERAS.iter().map(|row| row.key);
        let sensors = suite.iter().filter(|info| sees(info)).map(|info| info.name.as_str());
        Err(format!("no camera `{text}`; there are {}", names.chain(sensors).collect::<Vec<_>>().join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::sensor::{SensorLibrary, build};
    use shakedown::state::object::Extent;

    fn suite() -> Vec<SensorInfo> {
        let library = SensorLibrary::default();
        let extent = Extent { length_m: 4.77, width_m: 1.885, height_m: 1.685, rear_m: 1.0 };
        build(&library.suites[0], &library, &extent, 1).infos()
    }

    #[test]
    fn every_view_is_read_by_its_key_and_keys_go_round() {
        let mut mode = CameraMode::Chase;
        for row in CAMERAS {
            assert_eq!(CameraMode::from_name(row.key, &[]), Ok(row.mode));
            assert_eq!(mode, row.mode);
            mode = mode.next();
        }
        assert_eq!(mode, CameraMode::Chase);
        assert_eq!(CameraMode::Sensor(SensorIx(3)).next(), CameraMode::Chase);
    }

    #[test]
    fn sensors_that_see_are_views_and_others_are_not() {
        let suite = suite();
        let Ok(CameraMode::Sensor(ix)) = CameraMode::from_name("camera_left", &suite) else {
            panic!("fitted")
        };
        assert_eq!(suite[ix.ix()].name, "camera_left");
        assert_eq!(CameraMode::Sensor(ix).name(&suite), "camera left");
        assert_eq!((CameraMode::Sensor(ix).sensor(), CameraMode::Top.sensor()), (Some(ix), None));
        let problem = CameraMode::from_name("imu", &suite).expect_err("blind");
        assert!(problem.contains("radar_front") && problem.contains("junction"), "{problem}");
    }
}
