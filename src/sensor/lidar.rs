//! Rotating lidar on the roof: objects from returns, not from labels.
//!
//! ```text
//! return    P/P_min = (ρ/0.9)·(R_max/R)²·e^(−2σR)                        (lidar equation, §5.2)
//! count     n = (azimuth angle/step)·(rise/step)·visible·p(return)       returns on the silhouette
//! detection P_d = 1 − e^(−n/2.5)
//! noise     σ_R = 0.02 m + ΔR/√(2·P/P_min)                               (LISA, ΔR = 0.09 m)
//! ```
//!
//! Occlusion by rays at the silhouettes (at most 10 for each hidden candidate); `Returns::Dense` casts
//! every beam of its pattern instead and counts true hits. False returns: drops and flakes in the near
//! field (rate from the drops in a beam), fog backscatter (β = 0.046/MOR, Hahner), spray behind vehicles
//! on wet roads. Wet and dark surfaces reflect less.
//!
//! Units and frames: ego frame, m, rad. Validity: 905 nm units of the HDL-64 kind (64 beams, 0.17° × 0.4°,
//! 10 Hz, a 90 % target to 200 m). Sources: REFERENCE §5.2, 5.3, 8.1. Not modeled: dirt ring patterns,
//! interference between units, retro-reflector blooming.

use super::medium::Extinction;
use super::noise::poisson;
use super::sense::{Evidence, Fidelity, SceneObject, SenseInput, Sensor, blame, detections};
use super::view::{Aperture, Occlusion, View, look};
use crate::base::math::{DVec2, exp, interpolate, smoothstep};
use crate::base::rng::{ChaCha8Rng, normal, uniform};
use crate::state::object::ObjectClass;
use crate::state::sensor_data::{Detection, SensorFrame, SensorInfo};
use crate::state::truth::{DetectionOrigin, MissReason};

/// How returns are counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Returns {
    /// From the visible silhouette.
    Silhouette,
    /// From a full pattern of rays.
    Dense {
        /// Rays around.
        azimuths: u32,
        /// Layers up and down.
        layers: u32,
    },
}

/// The lidar.
pub struct Lidar {
    info: SensorInfo,
    aperture: Aperture,
    returns: Returns,
    rng: ChaCha8Rng,
    views: Vec<View>,
    hits: Vec<u32>,
    azimuth: Vec<DVec2>,
}

/// Azimuth between two shots of a beam, rad (0.17°, HDL-64 at 10 Hz).
const AZIMUTH_STEP_RAD: f64 = 0.003;
/// Elevation between two beams as a slope (0.42°).
const ELEVATION_STEP: f64 = 0.0073;
/// Reflectivity at which the range is quoted, –.
const QUOTED_REFLECTIVITY: f64 = 0.9;
/// Returns that make a detection likely: P_d = 1 − e^(−n/2.5), so that 4 returns give 80 %.
const RETURNS_SCALE: f64 = 2.5;
/// Share of dry reflectivity that a wet surface keeps at 905 nm, –: chosen from the darkening of wet
/// asphalt and cloth by a third to a half.
const WET_REFLECTIVITY: f64 = 0.65;
/// Ghost clusters for each detectable drop in a beam and frame: chosen so that heavy rain (25 mm/h)
/// leaves about one cluster in two frames after the unit's own filter for single returns.
const GHOSTS_PER_DROP: f64 = 6.0;

impl Lidar {
    /// A lidar with this calibration, pattern and stream.
    pub fn new(info: SensorInfo, slopes: (f64, f64), returns: Returns, rng: ChaCha8Rng) -> Self {
        let aperture = Aperture {
            mount_m: info.mount_m,
            yaw_rad: info.mount_yaw_rad,
            fov_rad: info.fov_rad,
            slopes,
            range_max_m: info.range_max_m,
        };
        let azimuth = match returns {
            Returns::Silhouette => Vec::new(),
            Returns::Dense { azimuths, .. } => (0..azimuths)
                .map(|i| crate::base::math::unit(f64::from(i) / f64::from(azimuths) * core::f64::consts::TAU))
                .collect(),
        };
        Self { info, aperture, returns, rng, views: Vec::new(), hits: Vec::new(), azimuth }
    }

    /// Counts the true hits of the full pattern by scene object and the share of the pattern's beams.
    fn cast_pattern(&mut self, input: &SenseInput, layers: u32) {
        self.hits.clear();
        self.hits.resize(input.scene.objects.len(), 0);
        let (low, high) = self.aperture.slopes;
        for layer in 0..layers {
            let slope = low + (high - low) * (f64::from(layer) + 0.5) / f64::from(layers);
            for &planar in &self.azimuth {
                let lean = slope + input.scene.grade * planar.x;
                let dir = planar.extend(lean) / (1.0 + lean * lean).sqrt();
                if let Some((id, _)) = input.rays.cast(self.aperture.mount_m, dir, self.aperture.range_max_m)
                    && let Ok(ix) = input.scene.objects.binary_search_by(|o| o.id.cmp(&id))
                {
                    self.hits[ix] += 1;
                }
            }
        }
    }
}

/// Reflectivity of a class at 905 nm, – (0.9 white paint … 0.1 dark cloth; plates and lamps return more).
fn reflectivity(class: ObjectClass) -> f64 {
    match class {
        ObjectClass::Car | ObjectClass::Van | ObjectClass::Truck => 0.5,
        ObjectClass::Bus | ObjectClass::EmergencyVehicle => 0.6,
        ObjectClass::Motorcycle | ObjectClass::Bicycle => 0.35,
        ObjectClass::Pedestrian => 0.4,
        ObjectClass::WorkZone => 0.8,
        ObjectClass::Debris => 0.25,
    }
}

/// Echo over the detection limit at a distance, –.
pub fn echo_ratio(reflectivity: f64, range_max_m: f64, distance_m: f64, extinction_per_m: f64) -> f64 {
    let spread = range_max_m / distance_m;
    let through = if extinction_per_m > 0.0 { exp(-2.0 * extinction_per_m * distance_m) } else { 1.0 };
    reflectivity / QUOTED_REFLECTIVITY * spread * spread * through
}

/// Probability that one shot returns, given its echo ratio (the limit is blurred by ±40 %).
#[inline]
fn return_probability(ratio: f64) -> f64 {
    smoothstep(0.6, 1.4, ratio)
}

/// Detection probability from the number of returns.
#[inline]
fn detection_probability(returns: f64) -> f64 {
    if returns > 40.0 { 1.0 } else { 1.0 - exp(-returns / RETURNS_SCALE) }
}

/// Ghost clusters by precipitation and fog in one frame, expected.
pub fn precipitation_ghosts(drops_per_beam: f64, mor_m: f64) -> f64 {
    let backscatter = if mor_m.is_finite() { 0.046 / mor_m } else { 0.0 };
    // Soft returns win over hard ones only in dense fog: 0.5 clusters a frame at a visibility of 50 m.
    GHOSTS_PER_DROP * drops_per_beam + 0.5 * (backscatter / 9.2e-4) * smoothstep(1.5e-4, 6e-4, backscatter)
}

/// Probability that a vehicle's spray makes a ghost behind it in one frame: none below 6 m/s, rising
/// with the square of the speed, full at 30 m/s on a wet road; trucks and buses throw twice as much.
pub fn spray_probability(class: ObjectClass, wetness: f64, speed_mps: f64) -> f64 {
    let fast = ((speed_mps - 6.0) / 24.0).clamp(0.0, 1.0);
    let heavy = match class {
        ObjectClass::Truck | ObjectClass::Bus => 2.0,
        ObjectClass::Car | ObjectClass::Van | ObjectClass::EmergencyVehicle => 1.0,
        ObjectClass::Motorcycle => 0.5,
        ObjectClass::Bicycle | ObjectClass::Pedestrian | ObjectClass::WorkZone | ObjectClass::Debris => 0.0,
    };
    (0.6 * heavy * wetness * fast * fast).min(0.9)
}

impl Sensor for Lidar {
    fn info(&self) -> &SensorInfo {
        &self.info
    }

    fn casts_rays(&self) -> bool {
        true
    }

    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, evidence: &mut Evidence) {
        let occlusion = match self.returns {
            Returns::Silhouette => Occlusion::World,
            Returns::Dense { layers, .. } => {
                self.cast_pattern(input, layers);
                Occlusion::Boxes
            }
        };
        look(input, &self.aperture, occlusion, &mut self.views, evidence);
        let list = detections(&mut frame.content);
        let air = &input.medium.lidar;
        let free = input.fidelity.free_share();
        let wet = 1.0 - (1.0 - WET_REFLECTIVITY) * input.weather.wetness.clamp(0.0, 1.0);
        for view in &self.views {
            let object = &input.scene.objects[view.ix];
            let distance = view.distance_m;
            let rho = reflectivity(object.class) * object.conspicuity.clamp(0.15, 1.8);
            let clear = echo_ratio(rho, self.info.range_max_m, distance, 0.0);
            let echo = echo_ratio(rho * wet, self.info.range_max_m, distance, air.total_per_m());
            let shots = match self.returns {
                Returns::Silhouette => {
                    2.0 * view.half_across_m / (distance * AZIMUTH_STEP_RAD) * view.rise / ELEVATION_STEP
                }
                Returns::Dense { azimuths, layers } => {
                    // The pattern is coarser than the unit's own: each ray stands for many shots.
                    let share = AZIMUTH_STEP_RAD * f64::from(azimuths) / core::f64::consts::TAU;
                    let (low, high) = self.aperture.slopes;
                    let lines = (high - low) / ELEVATION_STEP / f64::from(layers);
                    f64::from(self.hits[view.ix]) / share * lines
                }
            };
            let shown = match self.returns {
                Returns::Silhouette => view.visible,
                Returns::Dense { .. } => 1.0,
            };
            if input.fidelity.is_perfect() {
                let seen = if view.visible > 0.0 { MissReason::Seen } else { MissReason::Occluded };
                evidence.object(object.id, seen);
                if view.visible > 0.0 {
                    list.push(detection(object, view, 1e3, input.fidelity, &mut self.rng, 10.0));
                }
                continue;
            }
            let returns = shots * shown * return_probability(echo);
            let in_clear = detection_probability(shots * shown * return_probability(clear));
            let unhidden = detection_probability(shots * return_probability(clear)).max(1e-9);
            let now = detection_probability(returns);
            let factors = [
                (unhidden, MissReason::OutOfRange),
                ((in_clear / unhidden).min(1.0), MissReason::Occluded),
                ((now / in_clear.max(1e-9)).min(1.0), weather_reason(air, input.weather.wetness)),
                (free, MissReason::Fault),
            ];
            let reason = blame(uniform(&mut self.rng), &factors);
            evidence.object(object.id, reason);
            if reason == MissReason::Seen {
                list.push(detection(object, view, returns, input.fidelity, &mut self.rng, echo));
            }
        }
        if !input.fidelity.is_perfect() {
            push_ghosts(input, &self.info, &self.views, &mut self.rng, list, evidence);
        }
        let near_field = (input.medium.drops_per_beam * 8.0).min(1.0);
        let noise = input.fidelity.noise();
        frame.precipitation_level = Some((near_field + 0.02 * noise * normal(&mut self.rng)).clamp(0.0, 1.0));
        // Farthest returns of the street scene tell the extinction; clear air reads as the unit's range.
        let sigma = air.total_per_m();
        let reads = if sigma > 0.0 { super::medium::KOSCHMIEDER_5 / sigma } else { f64::INFINITY };
        frame.visibility_m = Some((reads * (1.0 + 0.1 * noise * normal(&mut self.rng))).clamp(10.0, 2_000.0));
    }
}

/// What to blame for echoes lost against clear air: the air, or water on the surfaces when the air is clear.
fn weather_reason(air: &Extinction, wetness: f64) -> MissReason {
    if air.total_per_m() <= 0.0 && wetness > 0.0 { MissReason::Rain } else { air.worst() }
}

/// A detection of an object from its returns.
fn detection(
    object: &SceneObject,
    view: &View,
    returns: f64,
    fidelity: Fidelity,
    rng: &mut ChaCha8Rng,
    echo: f64,
) -> Detection {
    let noise = fidelity.noise();
    let many = returns.max(1.0);
    // The unseen back of a box is guessed from its front: 0.25 m at ten returns.
    let guess = 0.8 / many.sqrt();
    let range_sigma_m = 0.02 + 0.09 / (2.0 * echo.max(0.5)).sqrt() + guess.min(1.0) * 0.5;
    let cross_sigma_m = 0.02 + 0.5 * guess.min(1.0) * view.half_across_m.min(1.0);
    let position_in_ego_m = object.center_m
        + view.dir * (noise * range_sigma_m * normal(rng))
        + view.dir.perp() * (noise * cross_sigma_m * normal(rng));
    let heading = crate::base::math::atan2(object.forward.y, object.forward.x);
    let heading_in_ego_rad = (many >= 20.0 && !matches!(object.class, ObjectClass::Pedestrian))
        .then(|| heading + noise * 0.03 * normal(rng));
    let size = DVec2::new(object.half_m.x * 2.0, object.half_m.y * 2.0);
    let size_m = (many >= 12.0).then(|| size + DVec2::new(normal(rng), normal(rng)) * (noise * 0.1));
    let sure = interpolate(&[1.0, 10.0, 60.0], &[0.3, 0.55, 0.8], many);
    Detection {
        position_in_ego_m,
        range_sigma_m,
        cross_sigma_m,
        range_rate_mps: None,
        range_rate_sigma_mps: 0.0,
        heading_in_ego_rad,
        class: Some((class_by_size(object), sure)),
        size_m,
        confidence: interpolate(&[1.0, 4.0, 15.0], &[0.4, 0.75, 0.97], many),
    }
}

/// Class that the size of a cluster suggests (a lidar can't tell a police car from a car).
fn class_by_size(object: &SceneObject) -> ObjectClass {
    let (length, height) = (2.0 * object.half_m.x, object.height_m);
    match object.class {
        ObjectClass::EmergencyVehicle if length > 6.0 => ObjectClass::Truck,
        ObjectClass::EmergencyVehicle if height > 1.9 => ObjectClass::Van,
        ObjectClass::EmergencyVehicle => ObjectClass::Car,
        ObjectClass::Car
        | ObjectClass::Van
        | ObjectClass::Bus
        | ObjectClass::Truck
        | ObjectClass::Motorcycle
        | ObjectClass::Bicycle
        | ObjectClass::Pedestrian
        | ObjectClass::WorkZone
        | ObjectClass::Debris => object.class,
    }
}

/// Adds the frame's false returns.
fn push_ghosts(
    input: &SenseInput,
    info: &SensorInfo,
    views: &[View],
    rng: &mut ChaCha8Rng,
    list: &mut Vec<Detection>,
    evidence: &mut Evidence,
) {
    let expected = precipitation_ghosts(input.medium.drops_per_beam, input.weather.fog_mor_m);
    let count = poisson(rng, expected).min(MAX_GHOSTS);
    for _ in 0..count {
        // Detectable drops lie within a few meters (r⁴ law); fog echoes come from 5–15 m.
        let foggy = input.medium.drops_per_beam == 0.0;
        let range = if foggy { 5.0 + 10.0 * uniform(rng) } else { 2.5 + 5.5 * uniform(rng) };
        let dir = crate::base::math::unit(core::f64::consts::TAU * uniform(rng));
        let place = info.mount_m.truncate() + dir * range;
        evidence.ghost(DetectionOrigin::Precipitation, input.to_world(place));
        list.push(ghost(place, 0.15 + 0.25 * uniform(rng)));
    }
    let wetness = input.weather.wetness;
    if wetness <= 0.05 {
        return;
    }
    for view in views {
        let object = &input.scene.objects[view.ix];
        let chance = spray_probability(object.class, wetness, object.speed_mps);
        if chance <= 0.0 || view.distance_m > 60.0 || view.visible < 0.1 || uniform(rng) >= chance {
            continue;
        }
        let behind = object.half_m.x + 1.5 + 4.5 * uniform(rng);
        let aside = 0.6 * object.half_m.y * normal(rng);
        let place = object.center_m - object.forward * behind + object.forward.perp() * aside;
        evidence.ghost(DetectionOrigin::Spray, input.to_world(place));
        list.push(ghost(place, 0.25 + 0.35 * uniform(rng)));
    }
}

/// Most ghosts that one frame may hold (the unit's own cluster limit).
const MAX_GHOSTS: u32 = 12;

/// A false cluster: loose, without heading, weak.
fn ghost(position_in_ego_m: DVec2, confidence: f64) -> Detection {
    Detection {
        position_in_ego_m,
        range_sigma_m: 0.3,
        cross_sigma_m: 0.3,
        range_rate_mps: None,
        range_rate_sigma_mps: 0.0,
        heading_in_ego_rad: None,
        class: None,
        size_m: None,
        confidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensor::medium::{lidar_range_m, rain_extinction_per_m};

    #[test]
    fn the_echo_meets_its_limit_at_the_table_range() {
        for rate in [0.0, 5.0, 25.0, 100.0] {
            let sigma = rain_extinction_per_m(rate);
            let range = lidar_range_m(200.0, sigma);
            let ratio = echo_ratio(QUOTED_REFLECTIVITY, 200.0, range, sigma);
            assert!((ratio - 1.0).abs() < 1e-9, "{rate} mm/h: {ratio}");
        }
    }

    #[test]
    fn false_returns_rise_with_rain_fog_and_spray() {
        let drops = |rain_mmph| {
            let mut medium = crate::sensor::medium::Medium::default();
            medium.update(&crate::state::weather::Weather { rain_mmph, ..Default::default() });
            precipitation_ghosts(medium.drops_per_beam, f64::INFINITY)
        };
        assert_eq!(drops(0.0), 0.0);
        let rates = [1.0, 5.0, 25.0, 50.0].map(drops);
        assert!(rates.windows(2).all(|w| w[1] > w[0]), "{rates:?}");
        assert!((0.2..2.0).contains(&rates[2]), "{rates:?}");
        let fog = [1000.0, 200.0, 100.0, 50.0].map(|mor| precipitation_ghosts(0.0, mor));
        assert!(fog[0] < 1e-3 && fog.windows(2).all(|w| w[1] >= w[0]) && fog[3] > 0.3, "{fog:?}");
        let spray = |speed, wet| spray_probability(ObjectClass::Car, wet, speed);
        assert_eq!(spray(5.0, 1.0), 0.0);
        assert_eq!(spray(25.0, 0.0), 0.0);
        assert!(spray(15.0, 1.0) < spray(25.0, 1.0));
        assert!(spray_probability(ObjectClass::Truck, 1.0, 25.0) > spray(25.0, 1.0));
    }
}
