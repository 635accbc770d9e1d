//! A point cloud for the eye.
//!
//! **Display only.** The engine's lidar works on silhouettes and delivers clusters, not points; this casts
//! points anew for the picture, with the engine's own boxes (`state::ray_world`), its lidar equation
//! (`sensor::lidar::echo_ratio`) and its weather (`sensor::medium`). Nothing here reaches the run, and the
//! clusters that perception gets are those of [`super::sensors::draw_clusters`], not of these points.
//!
//! ```text
//! object  echo = ρ/0.9·(R_max/R)²·e^(−2σR), returned where echo > 1 (blurred by ±40 %)
//! road    the same with ρ·cos θ, θ = angle to the road's normal: asphalt fades at some 30 m, wet at less
//! drops   share of the beams that meet a detectable drop or flake within 12 m (Medium::drops_per_beam)
//! fog     share of the beams that the near fog answers (backscatter 0.046/MOR, as in sensor::lidar)
//! ```
//!
//! Pattern: 32 of the 64 lines of an HDL-64 (upper block 2/3° apart, lower block 1° apart), 1° around; the
//! upper block, which meets traffic, looks every ½° for objects. Some 6–9 thousand points return. Units: m, world frame. Not in it: buildings, trees
//! and terrain beside the road (the engine has none), motion during a turn of the mirror.

use super::ground::Patch;
use shakedown::base::ids::ParticipantId;
use shakedown::base::math::{DVec2, DVec3, sin_cos, smoothstep, unit};
use shakedown::sensor::lidar::echo_ratio;
use shakedown::sensor::medium::Medium;
use shakedown::state::object::ObjectClass;
use shakedown::state::pose::Pose;
use shakedown::state::ray_world::{RayWorld, attitude};
use shakedown::state::truth::ObjectTruth;

/// What a beam met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// A participant.
    Object,
    /// The road.
    Road,
    /// A drop, a flake or fog.
    Air,
}

/// One point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// In the frame of the vehicle that carries the sensor (x forward, y left, z up; turned by heading
    /// only), m.
    pub local_m: DVec3,
    /// What it is.
    pub echo: Echo,
}

/// What a cast needs.
pub struct Cast<'a> {
    /// Boxes of all participants at measuring time.
    pub rays: &'a RayWorld,
    /// Participants, for their class; index = `ParticipantId`.
    pub objects: &'a [ObjectTruth],
    /// Who carries the sensor.
    pub carrier: ParticipantId,
    /// Its pose at measuring time.
    pub pose: Pose,
    /// Mount in the vehicle frame, m.
    pub mount_m: DVec3,
    /// Range in clear air to a 90 % target, m.
    pub range_max_m: f64,
    /// Heights of the road.
    pub ground: &'a Patch,
    /// The air.
    pub medium: &'a Medium,
    /// Wetness of the road, 0–1.
    pub wetness: f64,
    /// Number that the noise of this turn of the mirror is made from.
    pub turn: u64,
}

/// Steps around: half degrees.
const AROUND: u32 = 720;
/// Lines of the upper block.
const UPPER: u32 = 16;
/// Lines.
const LINES: u32 = 32;
/// Reflectivity of dry asphalt at 905 nm, –.
const ASPHALT: f64 = 0.2;
/// Share of dry reflectivity that a wet surface keeps (as in `sensor::lidar`), –.
const WET: f64 = 0.65;
/// A water film mirrors most of the rest away from the sensor, –: chosen; wet asphalt fades at half the
/// distance.
const FILM: f64 = 0.35;
/// Drops answer up to this distance, m.
const NEAR_FIELD_M: f64 = 12.0;

/// Elevation of a line, rad: 16 lines from +2° to −8.33°, 16 from −8.83° to −24.8°.
pub fn elevation_rad(line: u32) -> f64 {
    let deg = if line < UPPER {
        2.0 - f64::from(line) * (10.33 / 15.0)
    } else {
        -8.83 - f64::from(line - UPPER) * (15.97 / 15.0)
    };
    deg.to_radians()
}

/// Reflectivity of a class at 905 nm, – (as in `sensor::lidar`).
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

/// A number in [0, 1) from two (SplitMix64's finisher).
fn noise(turn: u64, beam: u64) -> f64 {
    let mut z =
        turn.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(beam.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Share of the beams that the air answers near the sensor.
pub fn air_share(medium: &Medium) -> f64 {
    let backscatter = if medium.mor_m.is_finite() { 0.046 / medium.mor_m } else { 0.0 };
    (medium.drops_per_beam + 0.12 * smoothstep(1.5e-4, 6e-4, backscatter)).min(0.5)
}

/// Casts one turn of the mirror.
pub fn cast(cast: &Cast, points: &mut Vec<Point>) {
    points.clear();
    let turn = attitude(cast.pose.heading_rad, cast.pose.pitch_rad, cast.pose.roll_rad);
    let eye = cast.pose.position_m + turn * cast.mount_m;
    let air = cast.medium.lidar.total_per_m();
    let in_air = air_share(cast.medium);
    let wet = cast.wetness.clamp(0.0, 1.0);
    let body = 1.0 - (1.0 - WET) * wet;
    let road = ASPHALT * body * (1.0 - (1.0 - FILM) * wet);
    // The ray world's ground plane is the road under the car; a beam's foot on it is corrected once.
    let up = turn * DVec3::Z;
    for line in 0..LINES {
        let (rise, level) = sin_cos(elevation_rad(line));
        for step in 0..AROUND {
            let between = step % 2 == 1;
            if between && line >= UPPER {
                continue;
            }
            let beam = u64::from(line * AROUND + step);
            let luck = noise(cast.turn, beam);
            let bearing = (0.5 * (f64::from(step) + f64::from(line % 2))).to_radians();
            let dir = turn * (unit(bearing) * level).extend(rise);
            let mut keep = |distance_m: f64, echo: Echo| {
                let jitter = 1.0 + 0.001 * (noise(cast.turn, beam ^ 0x5a5a_0000) - 0.5);
                points.push(Point { local_m: to_local(&cast.pose, eye + dir * (distance_m * jitter)), echo });
            };
            if luck < in_air && !between {
                let u = luck / in_air;
                keep(1.2 + (NEAR_FIELD_M - 1.2) * u * u, Echo::Air);
                continue;
            }
            let on_road = road_distance(cast.ground, eye, dir, up);
            let hit = cast.rays.cast(eye, dir, on_road.unwrap_or(cast.range_max_m), cast.carrier);
            let blur = 0.6 + 0.8 * luck;
            if let Some(hit) = hit {
                let class = cast.objects.get(hit.participant.ix()).map_or(ObjectClass::Car, |o| o.class);
                if echo_ratio(reflectivity(class) * body, cast.range_max_m, hit.distance_m, air) > blur {
                    keep(hit.distance_m, Echo::Object);
                }
            } else if let Some(distance_m) = on_road.filter(|_| !between) {
                let cos = -dir.dot(up);
                if echo_ratio(road * cos, cast.range_max_m, distance_m, air) > blur {
                    keep(distance_m, Echo::Road);
                }
            }
        }
    }
}

/// Distance along a ray to the road, m: the tangent plane under the car first, then the heights there.
fn road_distance(ground: &Patch, eye: DVec3, dir: DVec3, up: DVec3) -> Option<f64> {
    let fall = -dir.dot(up);
    if fall < 0.01 {
        return None;
    }
    let below_m = eye.z - ground.z_m(eye.truncate());
    let mut distance_m = below_m / fall;
    for _ in 0..3 {
        let at = eye + dir * distance_m;
        let above_m = at.z - ground.z_m(at.truncate());
        distance_m += above_m / fall;
        if !(0.5..90.0).contains(&distance_m) {
            return None;
        }
    }
    Some(distance_m)
}

fn to_local(pose: &Pose, world_m: DVec3) -> DVec3 {
    pose.to_local(world_m.truncate()).extend(world_m.z - pose.position_m.z)
}

/// A point at the pose that the car believes in, m.
pub fn believed(point: &Point, pose: &Pose) -> DVec3 {
    let planar: DVec2 = pose.to_world(point.local_m.truncate());
    planar.extend(pose.position_m.z + point.local_m.z)
}

/// Moves participants back along their velocities, to where they were when a sensor measured.
pub fn at_measuring_time(objects: &[ObjectTruth], ago_s: f64) -> Vec<ObjectTruth> {
    objects
        .iter()
        .map(|object| {
            let mut then = object.clone();
            let back = object.motion.velocity_mps(object.pose.heading_rad) * ago_s;
            then.pose.position_m -= back.extend(0.0);
            then.pose.heading_rad -= object.motion.yaw_rate_radps * ago_s;
            then
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::judgement::tests::object;
    use super::*;
    use shakedown::state::truth::GroundTruth;
    use shakedown::state::weather::Weather;

    fn points(weather: &Weather) -> Vec<Point> {
        let objects = vec![object(0, 0.0, 0.0), object(1, 20.0, 0.0)];
        let truth = GroundTruth { objects, ego: Some(ParticipantId(0)) };
        let mut rays = RayWorld::default();
        rays.refresh(&truth);
        let mut medium = Medium::default();
        medium.update(weather);
        let mut points = Vec::new();
        let input = Cast {
            rays: &rays,
            objects: &truth.objects,
            carrier: ParticipantId(0),
            pose: truth.objects[0].pose,
            mount_m: DVec3::new(1.3, 0.0, 1.9),
            range_max_m: 200.0,
            ground: &Patch::default(),
            medium: &medium,
            wetness: weather.wetness,
            turn: 7,
        };
        cast(&input, &mut points);
        points
    }

    fn count(points: &[Point], echo: Echo) -> usize {
        points.iter().filter(|point| point.echo == echo).count()
    }

    fn farthest_road_m(points: &[Point]) -> f64 {
        points
            .iter()
            .filter(|point| point.echo == Echo::Road)
            .map(|point| point.local_m.truncate().length())
            .fold(0.0, f64::max)
    }

    #[test]
    fn clear_air_gives_objects_and_road_within_the_budget() {
        let points = points(&Weather::default());
        assert!((4_000..10_000).contains(&points.len()), "{}", points.len());
        assert_eq!(count(&points, Echo::Air), 0);
        assert!(count(&points, Echo::Object) > 60, "{}", count(&points, Echo::Object));
        for point in &points {
            match point.echo {
                Echo::Road => assert!(point.local_m.z.abs() < 0.02, "{point:?}"),
                Echo::Object => {
                    // The rear of the other car: its center is 20 m ahead of ours.
                    assert!((17.0..24.0).contains(&(point.local_m.x + 1.3)), "{point:?}");
                    assert!((-0.1..1.6).contains(&point.local_m.z), "{point:?}");
                }
                Echo::Air => {}
            }
        }
        assert_eq!(points, self::points(&Weather::default()), "the same turn, the same points");
    }

    #[test]
    fn rain_adds_drops_and_takes_the_far_road() {
        let rain = Weather { rain_mmph: 25.0, wetness: 1.0, water_film_mm: 0.5, ..Weather::default() };
        let (clear, wet) = (points(&Weather::default()), points(&rain));
        assert!(count(&wet, Echo::Air) > 50, "{}", count(&wet, Echo::Air));
        assert!(farthest_road_m(&wet) < 0.75 * farthest_road_m(&clear));
        for point in wet.iter().filter(|point| point.echo == Echo::Air) {
            assert!(point.local_m.length() < NEAR_FIELD_M + 3.0);
        }
    }

    #[test]
    fn thick_fog_answers_by_itself_and_hides_the_car() {
        let fog = points(&Weather { fog_mor_m: 40.0, ..Weather::default() });
        assert!(count(&fog, Echo::Air) > 300);
        let clear = points(&Weather::default());
        assert!(count(&fog, Echo::Object) <= count(&clear, Echo::Object));
    }

    #[test]
    fn lines_fall_from_above_the_horizon_to_the_road_near_by() {
        for line in 1..LINES {
            assert!(elevation_rad(line) < elevation_rad(line - 1));
        }
        assert!((elevation_rad(0).to_degrees() - 2.0).abs() < 1e-9);
        assert!((elevation_rad(31).to_degrees() + 24.8).abs() < 1e-9);
    }

    #[test]
    fn objects_go_back_to_where_they_were_measured() {
        let mut moving = object(1, 20.0, 0.0);
        moving.motion.speed_mps = 10.0;
        let then = at_measuring_time(&[moving.clone()], 0.1);
        assert!((then[0].pose.position_m.x - (moving.pose.position_m.x - 1.0)).abs() < 1e-9);
    }
}
