//! Camera: objects with class and bearing, lane marks, light and visibility, and (front) signal faces.
//!
//! ```text
//! size      q_px = smoothstep(7, 20, f·√(w·h)/d)            detector needs pixels
//! contrast  C = C₀·conspicuity·e^(−σd)·veil·(1 − lens rain); q_c = smoothstep(0.03, 0.12, C)
//! light     q_l = smoothstep(0.15, 0.6, (E_ambient + E_headlight)·ρ); own lamps make vehicles seen at night
//! P_d = q_px · q_c · q_l · visible
//! ```
//!
//! Bearing is good (2 mrad), range comes from size and ground contact and is coarse (8 %). The class is
//! confused more with fewer pixels. Lane marks need contrast at 15 m; snow covers them, a water film under
//! low sun or at night hides them. Faces: [`super::signal_face`].
//!
//! Units and frames: ego frame, m, px, lx. Validity: 2 megapixel class cameras at 10–25 Hz. Sources:
//! REFERENCE §5.1, 5.5, 8.1. Not modeled: motion blur, exposure control as a loop, lens dirt patterns
//! (a blocked share stands for them).

use super::light::{Glare, headlight_lx};
use super::sense::{Evidence, SceneObject, SenseInput, Sensor, blame, detections};
use super::signal_face::FaceReader;
use super::view::{Aperture, Occlusion, View, look};
use crate::base::math::{DVec2, exp, smoothstep, tan};
use crate::base::rng::{ChaCha8Rng, normal, uniform};
use crate::state::object::ObjectClass;
use crate::state::sensor_data::{Detection, SensorFrame, SensorInfo};
use crate::state::truth::MissReason;
use crate::state::weather::Weather;

/// The camera.
pub struct Camera {
    info: SensorInfo,
    aperture: Aperture,
    focal_px: f64,
    faces: Option<FaceReader>,
    rng: ChaCha8Rng,
    views: Vec<View>,
}

/// Contrast of a typical road user against the scene, –.
const OBJECT_CONTRAST: f64 = 0.5;
/// Contrast of fresh lane marks, –.
const MARK_CONTRAST: f64 = 0.45;
/// Distance at which lane marks are measured, m.
const MARK_DISTANCE_M: f64 = 15.0;
/// Standard deviation of the bearing, rad.
const BEARING_SIGMA_RAD: f64 = 0.002;
/// Standard deviation of the range, share of the distance.
const RANGE_SIGMA_SHARE: f64 = 0.08;

/// What a camera is used for besides objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraTask {
    /// Lane marks and signal faces: the front camera.
    Front,
    /// Objects only.
    Surround,
}

impl Camera {
    /// A camera with this calibration, width of the picture in px, task and stream.
    pub fn new(info: SensorInfo, width_px: f64, task: CameraTask, rng: ChaCha8Rng) -> Self {
        let focal_px = width_px / (2.0 * tan(info.fov_rad * 0.5));
        let aperture = Aperture {
            mount_m: info.mount_m,
            yaw_rad: info.mount_yaw_rad,
            fov_rad: info.fov_rad,
            // Vertical field −15° … +22°, tilted up a little for overhead heads.
            slopes: (-0.27, 0.4),
            range_max_m: info.range_max_m,
        };
        let faces = match task {
            CameraTask::Front => Some(FaceReader::new(aperture, focal_px)),
            CameraTask::Surround => None,
        };
        Self { info, aperture, focal_px, faces, rng, views: Vec::new() }
    }
}

/// Reflectance of clothes and paint at conspicuity 1, –.
const REFLECTANCE: f64 = 0.3;

/// Share of detections that the light allows: ambient and the ego's low beam on the target; motor
/// vehicles carry lamps of their own.
pub fn light_share(class: ObjectClass, conspicuity: f64, illuminance_lx: f64, distance_m: f64) -> f64 {
    if illuminance_lx > 50.0 {
        return 1.0;
    }
    let lit = (illuminance_lx + headlight_lx(illuminance_lx, distance_m)) * REFLECTANCE * conspicuity;
    let seen = smoothstep(0.15, 0.6, lit);
    let lamps = if class.is_motor_vehicle() && conspicuity >= 0.5 { 0.97 } else { 0.0 };
    seen.max(lamps)
}

impl Sensor for Camera {
    fn info(&self) -> &SensorInfo {
        &self.info
    }

    fn sample(&mut self, input: &SenseInput, frame: &mut SensorFrame, evidence: &mut Evidence) {
        look(input, &self.aperture, Occlusion::Boxes, &mut self.views, evidence);
        let list = detections(&mut frame.content);
        let glare = Glare::new(input.weather, input.medium, input.ego.forward);
        let sigma = input.medium.visible.total_per_m();
        let dry_lens = 1.0 - input.medium.lens_rain;
        let free = input.fidelity.free_share();
        let lux = input.weather.illuminance_lx;
        let noise = input.fidelity.noise();
        let rng = &mut self.rng;
        for view in &self.views {
            let object = &input.scene.objects[view.ix];
            let pixels = self.focal_px * (2.0 * view.half_across_m * view.rise / view.distance_m).sqrt();
            if input.fidelity.is_perfect() {
                let seen = if view.visible > 0.0 { MissReason::Seen } else { MissReason::Occluded };
                evidence.object(object.id, seen);
                if view.visible > 0.0 {
                    list.push(detection(object, view, pixels, &self.info, 0.0, 1.0, rng));
                }
                continue;
            }
            let size = smoothstep(7.0, 20.0, pixels);
            let base = OBJECT_CONTRAST * object.conspicuity.clamp(0.4, 1.5);
            let through = if sigma > 0.0 { exp(-sigma * view.distance_m) } else { 1.0 };
            let line = view.dir.extend(0.0);
            let veil = glare.contrast_left(line);
            let readable = |contrast: f64| smoothstep(0.03, 0.12, contrast);
            let (clear, in_air) = (readable(base), readable(base * through));
            let in_glare = readable(base * through * veil);
            let on_lens = readable(base * through * veil * dry_lens);
            let light = light_share(object.class, object.conspicuity, lux, view.distance_m);
            let shown = smoothstep(0.1, 0.6, view.visible);
            let ratio = |a: f64, b: f64| if b > 1e-9 { a / b } else { 0.0 };
            let factors = [
                (size * clear, MissReason::OutOfRange),
                (shown, MissReason::Occluded),
                (ratio(in_air, clear), input.medium.visible.worst()),
                (ratio(in_glare, in_air), MissReason::Glare),
                (ratio(on_lens, in_glare) * (1.0 - 0.3 * input.medium.lens_rain), lens_reason(input.weather)),
                (light, MissReason::Darkness),
                (free, MissReason::Fault),
                (0.985, MissReason::Chance),
            ];
            let reason = blame(uniform(rng), &factors);
            evidence.object(object.id, reason);
            if reason == MissReason::Seen {
                let margin = on_lens * light * shown;
                list.push(detection(object, view, pixels, &self.info, noise, margin, rng));
            }
        }
        // Specular flashes and lens flare make false objects now and then.
        let flare = 0.05 * (1.0 - glare.contrast_left(axis(self.info.mount_yaw_rad)));
        if noise > 0.0 && flare > 0.0 && uniform(rng) < flare {
            let place = self.info.mount_m.truncate()
                + crate::base::math::unit(self.info.mount_yaw_rad + 0.2 * normal(rng))
                    * (10.0 + 40.0 * uniform(rng));
            evidence.ghost(crate::state::truth::DetectionOrigin::Artefact, input.to_world(place));
            list.push(Detection {
                position_in_ego_m: place,
                range_sigma_m: 5.0,
                cross_sigma_m: 0.5,
                range_rate_mps: None,
                range_rate_sigma_mps: 0.0,
                heading_in_ego_rad: None,
                class: Some((ObjectClass::Car, 0.3)),
                size_m: None,
                confidence: 0.25,
            });
        }
        if let Some(reader) = &mut self.faces {
            frame.lane_offset_m = lane_marks(input, &glare, rng);
            reader.read(input, &glare, rng, &mut frame.lights, evidence);
        }
        frame.precipitation_level =
            Some((input.medium.lens_rain * 1.6 + 0.02 * noise * normal(rng)).clamp(0.0, 1.0));
        frame.visibility_m =
            Some((input.medium.mor_m * (1.0 + 0.12 * noise * normal(rng))).clamp(10.0, 2_000.0));
        frame.illuminance_lx = Some(lux * free * (1.0 + 0.05 * noise * normal(rng)).max(0.0));
    }
}

/// Unit vector of a bearing, level.
fn axis(yaw_rad: f64) -> crate::base::math::DVec3 {
    crate::base::math::unit(yaw_rad).extend(0.0)
}

/// Rain or snow on the lens.
fn lens_reason(weather: &Weather) -> MissReason {
    if weather.snow_mmph > weather.rain_mmph { MissReason::Snow } else { MissReason::Rain }
}

/// A detection of an object from its picture; `margin` 0–1 says how clearly it is seen.
fn detection(
    object: &SceneObject,
    view: &View,
    pixels: f64,
    info: &SensorInfo,
    noise: f64,
    margin: f64,
    rng: &mut ChaCha8Rng,
) -> Detection {
    let blur = 1.0 + 2.0 * (1.0 - margin) + 0.5 * (1.0 - view.visible);
    let range_sigma_m = (0.3 + RANGE_SIGMA_SHARE * view.distance_m) * blur;
    let cross_sigma_m = (0.1 + BEARING_SIGMA_RAD * view.distance_m) * blur;
    let mount = info.mount_m.truncate();
    // Range error scales the whole ray; it never puts an object behind the lens.
    let range = (view.distance_m + noise * range_sigma_m * normal(rng)).max(0.5);
    let position_in_ego_m =
        mount + view.dir * range + view.dir.perp() * (noise * cross_sigma_m * normal(rng));
    let clarity = smoothstep(4.0, 40.0, pixels) * margin;
    let mistaken = noise > 0.0 && uniform(rng) < 0.25 * (1.0 - clarity);
    let class = if mistaken { look_alike(object.class) } else { object.class };
    let size = DVec2::new(object.half_m.x * 2.0, object.half_m.y * 2.0);
    Detection {
        position_in_ego_m,
        range_sigma_m,
        cross_sigma_m,
        range_rate_mps: None,
        range_rate_sigma_mps: 0.0,
        heading_in_ego_rad: None,
        class: Some((class, 0.55 + 0.43 * clarity)),
        size_m: (pixels > 15.0).then(|| size * (1.0 + noise * 0.1 * normal(rng))),
        confidence: (0.45 + 0.53 * clarity).min(0.98),
    }
}

/// The class that a blurred picture is taken for.
fn look_alike(class: ObjectClass) -> ObjectClass {
    match class {
        ObjectClass::Car => ObjectClass::Van,
        ObjectClass::Van | ObjectClass::EmergencyVehicle => ObjectClass::Car,
        ObjectClass::Bus => ObjectClass::Truck,
        ObjectClass::Truck => ObjectClass::Bus,
        ObjectClass::Motorcycle => ObjectClass::Bicycle,
        ObjectClass::Bicycle => ObjectClass::Pedestrian,
        ObjectClass::Pedestrian => ObjectClass::Bicycle,
        ObjectClass::WorkZone => ObjectClass::Debris,
        ObjectClass::Debris => ObjectClass::WorkZone,
    }
}

/// Share of the lane marks' contrast that is left under the weather at the measuring distance, 0–1.
pub fn mark_contrast(weather: &Weather, extinction_per_m: f64, veil_share: f64, lens_rain: f64) -> f64 {
    let snow = 1.0 - smoothstep(0.5, 6.0, weather.snow_depth_mm);
    let night = 1.0 - smoothstep(5.0, 400.0, weather.illuminance_lx);
    // A film mirrors the sky instead of the paint: some loss by day, most of it under low sun or lamps.
    let film = smoothstep(0.05, 1.0, weather.water_film_mm.max(0.3 * weather.wetness));
    let mirror = 1.0 - film * (0.25 + 0.5 * night.max(1.0 - veil_share));
    let dark =
        smoothstep(0.02, 1.5, weather.illuminance_lx + headlight_lx(weather.illuminance_lx, MARK_DISTANCE_M));
    MARK_CONTRAST
        * exp(-extinction_per_m * MARK_DISTANCE_M)
        * snow
        * mirror
        * dark
        * (1.0 - lens_rain)
        * veil_share.max(0.15)
}

/// Lateral offset from the marks, if they are there and can be seen.
fn lane_marks(input: &SenseInput, glare: &Glare, rng: &mut ChaCha8Rng) -> Option<(f64, f64)> {
    let place = input.ego.lane?;
    let lane = input.network.lanes.get(place.lane.ix())?;
    if lane.junction.is_some() {
        return None;
    }
    if input.fidelity.is_perfect() {
        return Some((place.offset_m, 0.01));
    }
    let ahead = crate::base::math::DVec3::new(1.0, 0.0, -0.09);
    let contrast = mark_contrast(
        input.weather,
        input.medium.visible.total_per_m(),
        glare.contrast_left(ahead),
        input.medium.lens_rain,
    );
    let seen = smoothstep(0.03, 0.15, contrast) * input.fidelity.free_share();
    if uniform(rng) >= seen {
        return None;
    }
    let sigma_m = 0.03 + 0.15 * (1.0 - seen);
    Some((place.offset_m + sigma_m * normal(rng), sigma_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn darkness_hides_pedestrians_beyond_the_low_beam() {
        let dark = |d| light_share(ObjectClass::Pedestrian, 0.3, 1.0, d);
        assert!(dark(40.0) > 0.9 && dark(60.0) < 0.5, "{} {}", dark(40.0), dark(60.0));
        assert!(light_share(ObjectClass::Car, 1.0, 1.0, 120.0) > 0.9);
        assert_eq!(light_share(ObjectClass::Pedestrian, 0.3, 100_000.0, 120.0), 1.0);
        // Street lamps (20 lx) keep a dark pedestrian visible.
        assert!(light_share(ObjectClass::Pedestrian, 0.3, 20.0, 80.0) > 0.9);
    }

    #[test]
    fn snow_and_wet_glare_take_the_lane_marks() {
        let clear = Weather::default();
        let snow = Weather { snow_depth_mm: 10.0, ..clear };
        let wet = Weather { water_film_mm: 1.0, wetness: 1.0, illuminance_lx: 15_000.0, ..clear };
        let check = |weather: &Weather, veil: f64, lo: f64, hi: f64| {
            let got = mark_contrast(weather, 0.0, veil, 0.0);
            assert!((lo..=hi).contains(&got), "{got} not in {lo}..{hi}");
        };
        check(&clear, 1.0, 0.449, 0.451);
        check(&snow, 1.0, 0.0, 0.0);
        check(&wet, 1.0, 0.3, 0.36);
        check(&wet, 0.2, 0.0, 0.05);
    }
}
