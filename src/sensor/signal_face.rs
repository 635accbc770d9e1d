//! Reading signal faces with a camera. Errors come from the margin of the lens against what outshines
//! it, never from a dice over labels.
//!
//! ```text
//! lens       L = I(color)·brightness·a(θ)/A,  a(θ) = 0.05 + 0.95·e^(−½(θ/11°)²)   (ITE LED specification)
//! phantom    L_p = ρ_lens·(E_sun·cos on the lens + E_sky)/π          sunlight in an unlit lens
//! background L_b = (phantom + noise)·T + sky·(1 − T) + veil,  T = e^(−σd)·(1 − lens rain)
//! margin     m = (L·T/L_b)·(px/px₀)²/demand
//! ```
//!
//! m ≥ 1 is read in half of the frames with a spread of 0.35 in ln m; the chance of a wrong color falls
//! with e^(−m). px is the lens in the picture; px₀ = 4, and 8 for horizontal heads, whose demand is 1.6
//! times higher too: a detector trained on vertical heads can't use the position of the lens. Arrows are
//! told from circles from 9 px on (13 px at night: bloom). A flashing lens is seen unlit in its dark half
//! (55 flashes a minute, half on). Tall vehicles in the line from camera to head hide it.
//!
//! Several lenses lit at once (circle and arrow): the circle is reported first, an arrow only if it is
//! told apart. Units and frames: ego frame, m, cd, cd/m², lx. Validity: up to 150 m. Sources: REFERENCE
//! §5.5, 6.1, 6.3; ITE LED circular signal supplement (365/910/475 cd for red/yellow/green 300 mm).
//! Not modeled: LED flicker, bagged or turned heads, reflections in windows.

use super::light::Glare;
use super::sense::{Evidence, SenseInput};
use super::view::{Aperture, line_of_sight};
use crate::base::ids::SignalIx;
use crate::base::math::{DVec2, DVec3, exp, ln};
use crate::base::rng::{ChaCha8Rng, normal, uniform};
use crate::road::SignalFace;
use crate::state::sensor_data::{LightDetection, LightReading};
use crate::state::signal::{FaceOrientation, Lens, LensColor, LensShape};
use crate::state::truth::MissReason;
use core::f64::consts::PI;

/// Distance within which heads are looked for, m.
pub const FACE_RANGE_M: f64 = 150.0;
/// Reflectance of a lens that looks lit in the sun, –.
const PHANTOM_REFLECTANCE: f64 = 0.06;
/// Share of the sky's light that reaches a lens under its visor, –.
const UNDER_VISOR: f64 = 0.1;
/// Flashes a minute (REFERENCE §6.3: 50–60), half of the time on.
const FLASHES_PER_MIN: f64 = 55.0;
/// Spread of ln m from frame to frame.
const MARGIN_SPREAD: f64 = 0.35;
/// Pixels for a lens from which circle and arrow differ.
const ARROW_PX: f64 = 9.0;
/// Illuminance below which lenses bloom, lx.
const BLOOM_LX: f64 = 50.0;

/// The part of the front camera that reads faces.
pub struct FaceReader {
    aperture: Aperture,
    focal_px: f64,
    cos_half_fov: f64,
}

/// What decides whether a lens can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensScene {
    /// Color.
    pub color: LensColor,
    /// Luminous intensity relative to a standard head, 0–1.
    pub brightness: f64,
    /// Lens diameter, m.
    pub diameter_m: f64,
    /// Cosine of the angle between the face's axis and the line to the camera.
    pub cos_off_axis: f64,
    /// Distance, m.
    pub distance_m: f64,
    /// Focal length, px.
    pub focal_px: f64,
    /// How the head hangs.
    pub orientation: FaceOrientation,
    /// Extinction of visible light, 1/m.
    pub extinction_per_m: f64,
    /// Light lost on the wet lens, 0–1.
    pub lens_rain: f64,
    /// Horizontal illuminance, lx.
    pub illuminance_lx: f64,
    /// Low sun that falls on the face, lx.
    pub sun_on_face_lx: f64,
    /// Veil over the head, cd/m².
    pub veil_cdpm2: f64,
}

/// Margins of a lens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensMargin {
    /// Margin m of the lit lens.
    pub lit: f64,
    /// Luminance of a sunlit unlit lens relative to the lit one.
    pub phantom: f64,
    /// Size in the picture, px.
    pub pixels: f64,
    /// What costs most of the margin.
    pub reason: MissReason,
}

/// Peak intensity of a 300 mm LED lens, cd.
fn intensity_cd(color: LensColor) -> f64 {
    match color {
        LensColor::Red => 365.0,
        LensColor::Yellow => 910.0,
        LensColor::Green => 475.0,
        LensColor::White => 365.0,
    }
}

/// Margins of one lens in its scene.
pub fn lens_margin(scene: &LensScene) -> LensMargin {
    let pixels = scene.focal_px * scene.diameter_m / scene.distance_m;
    // Intensity goes with the area, so the luminance does not hang on the lens size.
    let area = PI * 0.15 * 0.15;
    let off_deg_sq =
        2.0 * (1.0 - scene.cos_off_axis) / (crate::base::units::DEG_RAD * crate::base::units::DEG_RAD);
    let beam = 0.05 + 0.95 * exp(-0.5 * off_deg_sq / 121.0);
    // Night dimming keeps the lens about twenty times over its surround: the controller's business is in
    // `brightness`, the camera's exposure follows the scene.
    let lens = intensity_cd(scene.color) * scene.brightness * beam / area;
    let through = exp(-scene.extinction_per_m * scene.distance_m) * (1.0 - scene.lens_rain);
    let sky = 0.25 * scene.illuminance_lx / PI;
    let phantom = PHANTOM_REFLECTANCE * (scene.sun_on_face_lx + UNDER_VISOR * scene.illuminance_lx) / PI;
    let noise = 0.02 * sky + 2.0;
    let airlight = sky * (1.0 - exp(-scene.extinction_per_m * scene.distance_m));
    let behind = (phantom + noise) * through + airlight + scene.veil_cdpm2;
    let (pixels_needed, demand) = match scene.orientation {
        FaceOrientation::Vertical => (4.0, 5.0),
        FaceOrientation::Horizontal => (8.0, 8.0),
    };
    let scale = pixels / pixels_needed;
    // Averaging over the lens stops paying when it fills many pixels.
    let size = (scale * scale).min(16.0);
    // At night contrast is endless; the size still limits: a lens below a third of a pixel is noise.
    let contrast = (lens * through / behind).min(60.0);
    let lit = contrast * size / demand;
    let shares = [
        (scene.veil_cdpm2 + (phantom * through - 0.004 * scene.illuminance_lx).max(0.0), MissReason::Glare),
        (airlight, MissReason::Fog),
        (lens * (1.0 - through) * 0.02, MissReason::Rain),
    ];
    let mut reason = (0.3 * behind, MissReason::OutOfRange);
    for share in shares {
        if share.0 > reason.0 {
            reason = share;
        }
    }
    LensMargin { lit, phantom: phantom / lens.max(1.0), pixels, reason: reason.1 }
}

/// Distance, m, at which a lens has margin 1, within [`FACE_RANGE_M`] (bisection).
pub fn read_distance_m(scene: &LensScene) -> f64 {
    let (mut lo, mut hi) = (1.0, 2.0 * FACE_RANGE_M);
    for _ in 0..50 {
        let mid = 0.5 * (lo + hi);
        if lens_margin(&LensScene { distance_m: mid, ..*scene }).lit > 1.0 {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    0.5 * (lo + hi)
}

/// The reading of a lens whose color and shape are told.
fn reading(color: LensColor, is_arrow: bool) -> LightReading {
    match (color, is_arrow) {
        (LensColor::Red, false) => LightReading::Red,
        (LensColor::Red, true) => LightReading::RedArrow,
        (LensColor::Yellow, false) => LightReading::Yellow,
        (LensColor::Yellow, true) => LightReading::YellowArrow,
        (LensColor::Green, false) => LightReading::Green,
        (LensColor::Green, true) => LightReading::GreenArrow,
        (LensColor::White, _) => LightReading::Unlit,
    }
}

/// A lens for cars (pedestrian symbols are not read).
fn is_vehicle_lens(lens: &Lens) -> bool {
    !matches!(lens.shape, LensShape::Pedestrian) && !matches!(lens.color, LensColor::White)
}

fn is_arrow(lens: &Lens) -> bool {
    matches!(lens.shape, LensShape::ArrowLeft | LensShape::ArrowRight)
}

/// Whether flashing lenses are lit at a time.
pub fn flash_is_on(time_s: f64) -> bool {
    let cycles = time_s * FLASHES_PER_MIN / 60.0;
    cycles - cycles.floor() < 0.5
}

impl FaceReader {
    /// A reader for a camera with this aperture and focal length.
    pub fn new(aperture: Aperture, focal_px: f64) -> Self {
        Self { aperture, focal_px, cos_half_fov: crate::base::math::cos(aperture.fov_rad * 0.5) }
    }

    /// Looks at every mapped face within range that looks at the ego.
    pub fn read(
        &mut self,
        input: &SenseInput,
        glare: &Glare,
        rng: &mut ChaCha8Rng,
        lights: &mut Vec<LightDetection>,
        evidence: &mut Evidence,
    ) {
        let own = input.ego.pose.position_m.truncate();
        for face in &input.network.signals {
            let line = face.position_m.truncate() - own;
            let ahead = line.dot(input.ego.forward);
            if ahead <= 2.0 || ahead > FACE_RANGE_M || line.length_squared() > FACE_RANGE_M * FACE_RANGE_M {
                continue;
            }
            if input.unknown_faces.contains(&face.ix) || !face.lenses.first().is_some_and(is_vehicle_lens) {
                continue;
            }
            self.look_at(face, input, glare, rng, lights, evidence);
        }
    }

    fn look_at(
        &self,
        face: &SignalFace,
        input: &SenseInput,
        glare: &Glare,
        rng: &mut ChaCha8Rng,
        lights: &mut Vec<LightDetection>,
        evidence: &mut Evidence,
    ) {
        let point = input.to_ego(face.position_m);
        let ray = point - self.aperture.mount_m;
        let distance = ray.length();
        let dir = ray / distance;
        let run = ray.truncate().length().max(0.1);
        let slope = ray.z / run - input.scene.grade * dir.x;
        let axis = crate::base::math::unit(self.aperture.yaw_rad);
        if dir.truncate().dot(axis) < self.cos_half_fov * run / distance || slope > self.aperture.slopes.1 {
            evidence.face(face.ix, MissReason::OutOfView);
            return;
        }
        // The direction the face looks, in ego axes.
        let looks_world = crate::base::math::unit(face.heading_rad);
        let forward = input.ego.forward;
        let looks = DVec2::new(looks_world.dot(forward), forward.perp_dot(looks_world));
        let cos_off_axis = -looks.dot(dir.truncate()) / dir.truncate().length().max(1e-6);
        // Beyond 50° the visor and the louvers hide the lenses: another approach's head.
        if cos_off_axis < 0.64 {
            return;
        }
        let mount = self.aperture.mount_m;
        if line_of_sight(input.scene, mount, point).is_some()
            || input.hidden_below_m(mount, point.truncate()) > point.z
        {
            evidence.face(face.ix, MissReason::Occluded);
            return;
        }
        let free = input.fidelity.free_share();
        if free < 1.0 && uniform(rng) >= free {
            evidence.face(face.ix, MissReason::Fault);
            return;
        }
        let lit = input.signals.of_face(face.ix);
        let flash = flash_is_on(input.now.s());
        let shines = |ix: usize| lit.mask & (1 << ix) != 0 && (flash || lit.flashing & (1 << ix) == 0);
        let scene = LensScene {
            color: LensColor::Red,
            brightness: input.signals.brightness.get(face.ix.ix()).copied().unwrap_or(face.brightness),
            diameter_m: face.lens_diameter_m,
            cos_off_axis,
            distance_m: distance,
            focal_px: self.focal_px,
            orientation: input.signals.orientation.get(face.ix.ix()).copied().unwrap_or(face.orientation),
            extinction_per_m: input.medium.visible.total_per_m(),
            lens_rain: input.medium.lens_rain,
            illuminance_lx: input.weather.illuminance_lx,
            sun_on_face_lx: visor_sun_lx(glare, looks),
            veil_cdpm2: glare.veil_cdpm2(dir),
        };
        let arrow_px = if scene.illuminance_lx < BLOOM_LX { ARROW_PX * 1.45 } else { ARROW_PX };
        let mut reported = 0;
        let mut worst = MissReason::Seen;
        let mut lit_lenses = 0;
        // Circles before arrows, so that an unresolved arrow never hides the circle.
        for want_arrow in [false, true] {
            for (ix, lens) in face.lenses.iter().enumerate() {
                if !shines(ix) || is_arrow(lens) != want_arrow || !is_vehicle_lens(lens) {
                    continue;
                }
                lit_lenses += 1;
                if input.fidelity.is_perfect() {
                    lights.push(told(face.ix, reading(lens.color, want_arrow), 1.0));
                    reported += 1;
                    continue;
                }
                let margin = lens_margin(&LensScene { color: lens.color, ..scene });
                let seen = margin.lit * exp(MARGIN_SPREAD * normal(rng));
                if seen < 1.0 {
                    worst = margin.reason;
                    continue;
                }
                let resolved = want_arrow && margin.pixels * exp(0.15 * normal(rng)) > arrow_px;
                if want_arrow && !resolved && reported > 0 {
                    continue;
                }
                let color = confused(lens.color, seen, margin.phantom, face, rng);
                let confidence = (1.0 - 0.5 * exp(-(seen - 0.6))).clamp(0.3, 0.99);
                lights.push(told(face.ix, reading(color, resolved), confidence));
                reported += 1;
            }
        }
        if reported == 0 {
            self.nothing_lit(face, &scene, lit_lenses == 0, input, rng, lights);
        }
        evidence.face(face.ix, if reported > 0 || lit_lenses == 0 { MissReason::Seen } else { worst });
    }

    /// No lens was told: report the head itself if it can be seen, or a phantom if the sun makes one.
    fn nothing_lit(
        &self,
        face: &SignalFace,
        scene: &LensScene,
        truly_dark: bool,
        input: &SenseInput,
        rng: &mut ChaCha8Rng,
        lights: &mut Vec<LightDetection>,
    ) {
        if input.fidelity.is_perfect() {
            lights.push(told(face.ix, LightReading::Unlit, 1.0));
            return;
        }
        let margin = lens_margin(scene);
        // A sunlit lens that is nearly as bright as a lit one reads as lit.
        let phantom = margin.phantom * margin.phantom;
        if uniform(rng) < 0.5 * phantom / (1.0 + phantom) {
            let lens = face.lenses[(uniform(rng) * face.lenses.len() as f64) as usize % face.lenses.len()];
            if is_vehicle_lens(&lens) {
                lights.push(told(face.ix, reading(lens.color, false), 0.35));
                return;
            }
        }
        // The housing (about three lenses tall) against the sky: contrast by Koschmieder, size in pixels.
        let lit_scene = scene.illuminance_lx > BLOOM_LX || scene.distance_m < 40.0;
        let contrast = exp(-scene.extinction_per_m * scene.distance_m) * (1.0 - scene.lens_rain);
        let glare = 0.2 * scene.illuminance_lx / PI;
        let left = contrast * (glare + 1.0) / (glare + 1.0 + scene.veil_cdpm2);
        if lit_scene && left > 0.08 && margin.pixels > 2.5 {
            // A dark head is told from an unreadable one only where a lit lens would have been read.
            let sure = if truly_dark { (margin.lit / (1.0 + margin.lit)).min(0.9) } else { 0.3 };
            lights.push(told(face.ix, LightReading::Unlit, sure.max(0.1)));
        }
    }
}

/// Low sun on the lenses: the visor shades them when the sun stands higher than about 25°.
fn visor_sun_lx(glare: &Glare, looks: DVec2) -> f64 {
    let shaded = crate::base::math::smoothstep(0.25, 0.5, glare.sun_rise());
    glare.sun_on_lx(DVec3::new(looks.x, looks.y, 0.0)) * (1.0 - shaded)
}

fn told(face: SignalIx, reading: LightReading, confidence: f64) -> LightDetection {
    LightDetection { face, reading, confidence }
}

/// The color read: mistaken for a neighbor with e^(−m), or for a sunlit unlit lens.
fn confused(
    color: LensColor,
    margin: f64,
    phantom: f64,
    face: &SignalFace,
    rng: &mut ChaCha8Rng,
) -> LensColor {
    let mistake = 0.25 * exp(-1.2 * margin);
    let phantom_sq = phantom * phantom;
    let ghost = 0.5 * phantom_sq / (1.0 + phantom_sq);
    let u = uniform(rng);
    if u < mistake {
        return match color {
            LensColor::Red | LensColor::Green => LensColor::Yellow,
            LensColor::Yellow if uniform(rng) < 0.7 => LensColor::Red,
            LensColor::Yellow => LensColor::Green,
            LensColor::White => LensColor::White,
        };
    }
    if u < mistake + ghost {
        let other = face.lenses[(uniform(rng) * face.lenses.len() as f64) as usize % face.lenses.len()];
        return other.color;
    }
    color
}

/// Margin that a color needs at a distance for charts: ln m of a standard red vertical head at noon.
pub fn noon_margin(distance_m: f64, orientation: FaceOrientation, brightness: f64, focal_px: f64) -> f64 {
    ln(lens_margin(&LensScene { distance_m, orientation, brightness, ..noon_red(focal_px) }).lit)
}

/// A standard red vertical head straight ahead at a clear noon.
pub fn noon_red(focal_px: f64) -> LensScene {
    LensScene {
        color: LensColor::Red,
        brightness: 1.0,
        diameter_m: 0.3,
        cos_off_axis: 1.0,
        distance_m: 80.0,
        focal_px,
        orientation: FaceOrientation::Vertical,
        extinction_per_m: 0.0,
        lens_rain: 0.0,
        illuminance_lx: 100_000.0,
        sun_on_face_lx: 0.0,
        veil_cdpm2: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensor::medium::KOSCHMIEDER_5;

    const FOCAL_PX: f64 = 1663.0;

    #[test]
    fn horizontal_and_dim_heads_are_read_later() {
        let red = noon_red(FOCAL_PX);
        let at = |orientation, brightness| read_distance_m(&LensScene { orientation, brightness, ..red });
        use FaceOrientation::{Horizontal, Vertical};
        let (bright, dim) = (at(Vertical, 1.0), at(Vertical, 0.4));
        let (lying, lying_dim) = (at(Horizontal, 1.0), at(Horizontal, 0.4));
        assert!(bright > FACE_RANGE_M, "{bright}");
        assert!(dim < bright && lying < dim && lying_dim < lying, "{bright} {dim} {lying} {lying_dim}");
        assert!((40.0..80.0).contains(&lying_dim), "{lying_dim}");
    }

    #[test]
    fn fog_and_sun_wash_lenses_out() {
        let red = noon_red(FOCAL_PX);
        let margin = |scene: LensScene| lens_margin(&scene);
        let clear = margin(red).lit;
        let fog = LensScene { extinction_per_m: KOSCHMIEDER_5 / 100.0, illuminance_lx: 20_000.0, ..red };
        assert!(margin(fog).lit < 0.3 * clear);
        assert_eq!(margin(fog).reason, MissReason::Fog);
        // Low sun behind the ego shines into the lenses; behind the head it veils the picture.
        let phantom = LensScene { sun_on_face_lx: 40_000.0, illuminance_lx: 20_000.0, ..red };
        assert!(margin(phantom).lit < 0.5 * clear && margin(phantom).phantom > 0.1);
        assert_eq!(margin(phantom).reason, MissReason::Glare);
        let veil = LensScene { veil_cdpm2: 20_000.0, illuminance_lx: 20_000.0, ..red };
        assert!(margin(veil).lit < 0.1 * clear);
        assert_eq!(margin(veil).reason, MissReason::Glare);
    }

    #[test]
    fn lenses_fade_off_their_axis() {
        let red = noon_red(FOCAL_PX);
        let at = |deg: f64| {
            let cos_off_axis = crate::base::math::cos(deg * crate::base::units::DEG_RAD);
            lens_margin(&LensScene { cos_off_axis, ..red }).lit
        };
        assert!(at(0.0) > at(10.0) && at(10.0) > at(25.0) && at(25.0) < 0.15 * at(0.0));
    }

    #[test]
    fn flashes_are_on_half_of_the_time() {
        let on = (0..6000).filter(|i| flash_is_on(f64::from(*i) * 0.01)).count();
        assert!((2950..3050).contains(&on), "{on}");
        let edges = (1..6000)
            .filter(|i| flash_is_on(f64::from(*i) * 0.01) && !flash_is_on(f64::from(*i - 1) * 0.01))
            .count();
        assert!((54..=55).contains(&edges), "{edges}");
    }
}
