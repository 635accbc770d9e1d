//! What weather the car believes to be in, and how much grip it expects.
//!
//! ```text
//! rain        R = −35·ln(1 − level/0.96) mm/h   (rain sensor behind the windshield), smoothed over 2 s
//! visibility  least over the sensors, smoothed as extinction over 1 s
//! fog         extinction left after rain → optical range
//! wetness     rises with rain within a minute, dries with a time constant of 15 min
//! film        depth that a 2 % crossfall keeps at this rain (Gallaway, two lanes)
//! friction    wet: falls with the film; ≤ 1 °C and wet: suspicion of snow or ice; slip: u = s/(0.02 + 0.8·s),
//!             friction ≤ |a|/(g·u)
//! ```
//!
//! The thermometer decides between rain and snow. Units: mm/h, m, lx, °C, mm; friction relative to dry
//! asphalt. Validity: everyday weather; film below 2 mm. Sources: REFERENCE §5.1, 5.3, 5.6 (Bosch
//! friction table, Noon 1994 for snow, Gallaway film); slip law of the wheels as the odometry has it.
//! It does not perceive wind, clouds or the sun; these keep their defaults.

use crate::base::math;
use crate::base::time::SimTime;
use crate::base::units::GRAVITY_MPS2;
use crate::state::sensor_data::{SensorFrame, SensorKind};
use crate::state::weather::Weather;

/// Level of a drowned rain sensor.
const LEVEL_MAX: f64 = 0.96;
/// Rain that takes the level to 63 %, mm/h.
const LEVEL_RATE_MMPH: f64 = 35.0;
/// Smoothed level below this is sensor noise.
const LEVEL_NOISE: f64 = 0.015;
/// Smoothing of precipitation and visibility, s.
const RAIN_SMOOTHING_S: f64 = 2.0;
const VISIBILITY_SMOOTHING_S: f64 = 1.0;
/// A reading above this is "clear", m (the units' own limit is 2 km).
const CLEAR_M: f64 = 1_500.0;
/// Drying time constant, s.
const DRYING_S: f64 = 900.0;
/// Temperature below which precipitation is snow and wet roads may freeze, °C.
const FREEZING_C: f64 = 1.0;
/// Friction of dry asphalt, – (new tires, 50 km/h).
const DRY: f64 = 0.85;
/// Slip must last this long to count, s.
const SLIP_LASTS_S: f64 = 0.4;
/// Signs of slip farther apart than this do not belong together, s.
const SLIP_GAP_S: f64 = 0.12;
/// A slip finding is believed for this long, s.
const SLIP_MEMORY_S: f64 = 30.0;
/// ln 20: optical range × extinction.
const OPTICAL_RANGE: f64 = 2.995_732;

/// Smoothed readings of one kind of sensor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Level {
    value: f64,
    at: Option<SimTime>,
}

impl Level {
    fn read(&mut self, at: SimTime, value: f64, smoothing_s: f64) {
        match self.at {
            None => self.value = value,
            Some(last) => {
                let dt_s = at.since_s(last).max(0.0);
                self.value += (value - self.value) * dt_s / (smoothing_s + dt_s);
            }
        }
        self.at = Some(self.at.map_or(at, |last| last.max(at)));
    }
    fn fresh(&self, now: SimTime) -> Option<f64> {
        self.at.filter(|at| now.since_s(*at) < 2.0).map(|_| self.value)
    }
}

/// The estimator.
#[derive(Clone, Debug, Default)]
pub struct WeatherEstimate {
    camera_level: Level,
    lidar_level: Level,
    camera_extinction: Level,
    lidar_extinction: Level,
    illuminance: Level,
    wetness: f64,
    snow_mm: f64,
    slip_limit: Option<(f64, SimTime)>,
    /// Since when the wheels have been slipping, and the latest sign of it.
    slipping: Option<(SimTime, SimTime)>,
}

/// Result of a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeatherBelief {
    /// Perceived weather.
    pub weather: Weather,
    /// Visibility, m.
    pub visibility_m: f64,
    /// Friction relative to dry asphalt, 0–1.
    pub friction_scale: f64,
    /// Precipitation near the lidar, 0–1.
    pub precipitation: f64,
}

impl WeatherEstimate {
    /// Takes in what a frame says about the weather.
    pub fn note(&mut self, frame: &SensorFrame) {
        let at = frame.measured_at;
        let (level, extinction) = match frame.kind {
            SensorKind::Camera => (&mut self.camera_level, &mut self.camera_extinction),
            SensorKind::Lidar => (&mut self.lidar_level, &mut self.lidar_extinction),
            SensorKind::Radar | SensorKind::Gnss | SensorKind::Imu | SensorKind::Odometry => return,
        };
        if let Some(read) = frame.precipitation_level {
            level.read(at, read, RAIN_SMOOTHING_S);
        }
        if let Some(visibility_m) = frame.visibility_m {
            let read = if visibility_m >= CLEAR_M { 0.0 } else { 1.0 / visibility_m.max(5.0) };
            extinction.read(at, read, VISIBILITY_SMOOTHING_S);
        }
        if let Some(lx) = frame.illuminance_lx {
            // Cameras that look into the dark or are covered say less; the brightest view counts.
            let read = lx.max(0.8 * self.illuminance.value);
            self.illuminance.read(at, read, 1.0);
        }
    }

    /// Notes wheel slip: `slip_mps` wheel speed minus ground speed.
    pub fn note_slip(&mut self, now: SimTime, slip_mps: f64, speed_mps: f64, accel_mps2: f64) {
        let v = speed_mps.abs().max(1.0);
        let slip = slip_mps.abs() / v;
        // Below this the difference is noise of the wheels.
        if v < 3.0 || slip_mps.abs() < 0.2 + 0.02 * v || accel_mps2.abs() < 0.3 {
            return;
        }
        // A moment of slip is the onset of braking or a bump; sliding lasts.
        let since = match self.slipping {
            Some((since, latest)) if now.since_s(latest) < SLIP_GAP_S => since,
            _ => now,
        };
        self.slipping = Some((since, now));
        if now.since_s(since) < SLIP_LASTS_S {
            return;
        }
        let used = (slip / (0.02 + 0.8 * slip)).clamp(0.1, 1.0);
        let friction = (accel_mps2.abs() / (GRAVITY_MPS2 * used) / DRY).clamp(0.05, 1.0);
        self.slip_limit = Some(match self.slip_limit {
            Some((known, at)) if now.since_s(at) < 1.0 => (known.min(friction), now),
            Some(_) | None => (friction, now),
        });
    }

    /// The belief now; `dt_s` is the tick, `temperature_c` the outside thermometer.
    pub fn judge(&mut self, now: SimTime, dt_s: f64, temperature_c: f64) -> WeatherBelief {
        let level = self.camera_level.fresh(now).or(self.lidar_level.fresh(now)).unwrap_or(0.0);
        let rate_mmph = if level < LEVEL_NOISE { 0.0 } else { rain_of_level(level) };
        let freezing = temperature_c <= FREEZING_C;
        let (rain_mmph, snow_mmph) = if freezing { (0.0, 0.15 * rate_mmph) } else { (rate_mmph, 0.0) };
        let wetting = (rate_mmph / 2.0).min(1.0) / 60.0;
        self.wetness =
            (self.wetness + dt_s * (wetting * (1.0 - self.wetness) - self.wetness / DRYING_S)).max(0.0);
        // Fresh snow has about ten times the depth of its water; it melts within half an hour above zero.
        let melting = if freezing { 0.0 } else { self.snow_mm / 1_800.0 };
        self.snow_mm = (self.snow_mm + dt_s * (10.0 * snow_mmph / 3_600.0 - melting)).max(0.0);
        let water_film_mm = film_mm(rain_mmph) * self.wetness.min(1.0);
        let extinction = self
            .camera_extinction
            .fresh(now)
            .unwrap_or(0.0)
            .max(self.lidar_extinction.fresh(now).unwrap_or(0.0));
        let visibility_m = if extinction < 1.0 / CLEAR_M { f64::INFINITY } else { 1.0 / extinction };
        let fog_per_m = OPTICAL_RANGE * extinction - rain_extinction_per_m(rate_mmph);
        let fog_mor_m =
            if fog_per_m < OPTICAL_RANGE / CLEAR_M { f64::INFINITY } else { OPTICAL_RANGE / fog_per_m };
        let mut friction_scale = wet_friction(self.wetness, water_film_mm);
        let mut ice_cover = 0.0;
        if freezing {
            if self.snow_mm > 1.0 {
                // Packed snow: 0.20–0.25 of 0.85 (Noon 1994).
                friction_scale = f64::min(friction_scale, 0.27);
            } else if self.wetness > 0.2 {
                // Wet and near freezing: black ice is possible, not proved.
                friction_scale = f64::min(friction_scale, 0.5);
                ice_cover = 0.3;
            }
        }
        if let Some((limit, at)) = self.slip_limit {
            let age_s = now.since_s(at);
            if age_s < SLIP_MEMORY_S {
                friction_scale = f64::min(friction_scale, math::lerp(limit, 1.0, age_s / SLIP_MEMORY_S));
                if freezing && limit < 0.3 {
                    ice_cover = 0.8;
                }
            } else {
                self.slip_limit = None;
            }
        }
        let weather = Weather {
            rain_mmph,
            snow_mmph,
            fog_mor_m,
            temperature_c,
            illuminance_lx: self
                .illuminance
                .at
                .map_or(Weather::default().illuminance_lx, |_| self.illuminance.value),
            water_film_mm,
            wetness: self.wetness.min(1.0),
            snow_depth_mm: self.snow_mm,
            ice_cover,
            ..Weather::default()
        };
        WeatherBelief { weather, visibility_m, friction_scale, precipitation: level.clamp(0.0, 1.0) }
    }
}

/// Rain rate for a level of the rain sensor, mm/h.
pub fn rain_of_level(level: f64) -> f64 {
    -LEVEL_RATE_MMPH * math::ln(1.0 - (level / LEVEL_MAX).clamp(0.0, 0.985))
}

/// Water film at a rain rate, mm: Gallaway with 0.8 mm texture, 2 % crossfall, 7.3 m (REFERENCE §5.6).
pub fn film_mm(rain_mmph: f64) -> f64 {
    math::interpolate(&[0.0, 10.0, 25.0, 50.0, 100.0], &[0.0, 0.03, 0.38, 0.97, 1.87], rain_mmph)
}

/// Friction of a wet road relative to a dry one (Bosch table, new tires at 50 km/h: 0.65, 0.55, 0.5 of 0.85).
pub fn wet_friction(wetness: f64, film_mm: f64) -> f64 {
    let damp = math::lerp(1.0, 0.85, wetness.clamp(0.0, 1.0));
    damp.min(math::interpolate(&[0.0, 0.2, 1.0, 2.0], &[1.0, 0.765, 0.647, 0.588], film_mm))
}

/// Extinction of light by rain, 1/m (Marshall–Palmer, Q = 2).
fn rain_extinction_per_m(rain_mmph: f64) -> f64 {
    if rain_mmph <= 0.0 {
        return 0.0;
    }
    let slope = 4.1 * math::pow(rain_mmph, -0.21);
    core::f64::consts::PI * 8_000.0 / (slope * slope * slope) * 1e-6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::SensorIx;
    use crate::base::rng;
    use crate::state::sensor_data::SensorContent;

    fn level_of_rain(rain_mmph: f64) -> f64 {
        LEVEL_MAX * (1.0 - f64::exp(-rain_mmph / LEVEL_RATE_MMPH))
    }

    fn settle(rain_mmph: f64, visibility_m: f64, temperature_c: f64, seconds: f64) -> WeatherBelief {
        let mut estimate = WeatherEstimate::default();
        let mut rng = rng::stream(1, "ego", "weather");
        let mut belief = estimate.judge(SimTime::ZERO, 0.0, temperature_c);
        let frames = (seconds / 0.1) as u64;
        for frame in 1..=frames {
            let now = SimTime(frame * 100_000_000);
            estimate.note(&SensorFrame {
                sensor: SensorIx(0),
                kind: SensorKind::Camera,
                measured_at: now,
                available_at: now,
                content: SensorContent::Objects(vec![]),
                lights: vec![],
                lane_offset_m: None,
                precipitation_level: Some(
                    (level_of_rain(rain_mmph) + 0.02 * rng::normal(&mut rng)).clamp(0.0, 1.0),
                ),
                visibility_m: Some(
                    (visibility_m * (1.0 + 0.12 * rng::normal(&mut rng))).clamp(10.0, 2_000.0),
                ),
                illuminance_lx: Some(800.0),
            });
            belief = estimate.judge(now, 0.1, temperature_c);
        }
        belief
    }

    #[test]
    fn rain_and_fog_are_found() {
        for (rain, visibility_m, tolerance) in
            [(0.0, 2_000.0, 1e-9), (3.0, 2_000.0, 0.8), (25.0, 1_080.0, 3.0)]
        {
            let belief = settle(rain, visibility_m, 15.0, 20.0);
            assert!(
                (belief.weather.rain_mmph - rain).abs() <= tolerance,
                "{rain}: {}",
                belief.weather.rain_mmph
            );
            assert_eq!(belief.weather.fog_mor_m, f64::INFINITY, "{rain} mm/h is no fog");
            assert!((belief.weather.illuminance_lx - 800.0).abs() < 1.0);
        }
        let fog = settle(0.0, 80.0, 8.0, 10.0);
        assert!((fog.visibility_m / 80.0 - 1.0).abs() < 0.15, "{}", fog.visibility_m);
        assert!((fog.weather.fog_mor_m / 80.0 - 1.0).abs() < 0.15);
        assert_eq!(settle(0.0, 2_000.0, 15.0, 5.0).visibility_m, f64::INFINITY);
    }

    #[test]
    fn grip_follows_water_and_cold() {
        let dry = settle(0.0, 2_000.0, 15.0, 20.0).friction_scale;
        let light = settle(2.0, 2_000.0, 15.0, 120.0).friction_scale;
        let heavy = settle(50.0, 2_000.0, 15.0, 120.0).friction_scale;
        let snow = settle(20.0, 2_000.0, -3.0, 300.0);
        assert_eq!(dry, 1.0);
        assert!(light < dry && heavy < light && snow.friction_scale < heavy);
        assert!((0.6..0.75).contains(&heavy), "{heavy}");
        assert!(snow.weather.snow_mmph > 0.0 && snow.weather.rain_mmph == 0.0);
    }

    #[test]
    fn slip_under_braking_tells_the_grip() {
        let mut estimate = WeatherEstimate::default();
        // Braking with 1 m/s² at 15 m/s, wheels 8 % slow: the road gives little more than that.
        // A moment of it says nothing yet.
        estimate.note_slip(SimTime::from_s(0.2), -1.2, 15.0, -1.0);
        assert_eq!(estimate.judge(SimTime::from_s(0.2), 0.02, 15.0).friction_scale, 1.0);
        for tick in 0..=25 {
            estimate.note_slip(SimTime::from_s(0.5 + 0.02 * f64::from(tick)), -1.2, 15.0, -1.0);
        }
        let belief = estimate.judge(SimTime::from_s(1.0), 0.02, -2.0);
        assert!((0.1..0.2).contains(&belief.friction_scale), "{}", belief.friction_scale);
        assert!(belief.weather.ice_cover > 0.5);
        let later = estimate.judge(SimTime::from_s(40.0), 0.02, 15.0);
        assert_eq!(later.friction_scale, 1.0);
        // Ordinary wheel noise says nothing.
        estimate.note_slip(SimTime::from_s(50.0), 0.1, 15.0, -1.0);
        assert_eq!(estimate.judge(SimTime::from_s(50.0), 0.02, 15.0).friction_scale, 1.0);
    }
}
