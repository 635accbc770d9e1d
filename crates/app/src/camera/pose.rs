//! Where cameras stand: pure functions of what is shown.
//!
//! All poses are transforms of the window's world (y up, −z forward). Inputs are the engine's (ENU, m, rad).
//! Angles of view are vertical, rad, as the renderer wants them.

use crate::frames;
use bevy::math::{Quat, Vec3};
use bevy::prelude::{Resource, Transform};
use shakedown::base::math::{DVec2, DVec3, unit};
use shakedown::state::object::Extent;
use shakedown::state::pose::Pose;
use shakedown::state::sensor_data::SensorInfo;

/// Chase: distance behind the rear axle and height over the road, m.
const CHASE_M: (f64, f64) = (9.0, 3.9);
/// Chase: the point looked at, ahead of the rear axle and over the road, m.
const CHASE_AIM_M: (f64, f64) = (9.0, 0.8);
/// Share of the road's grade that the chase camera takes over.
const CHASE_PITCH: f64 = 0.6;
/// No camera comes nearer to the ground than this, m.
pub const CLEARANCE_M: f64 = 1.2;
/// Top: height over the road and how far ahead its middle lies, m.
const TOP_M: (f64, f64) = (60.0, 14.0);
/// Widest angle of view of a sensor's picture, rad.
const SENSOR_FOV_MAX_RAD: f64 = 1.75;

/// What is up in the view from above.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TopUp {
    /// The ego's heading.
    #[default]
    Heading,
    /// North.
    North,
}

/// A camera from one point towards another.
fn look(from_m: DVec3, at_m: DVec3) -> Transform {
    Transform::from_translation(frames::point(from_m)).looking_at(frames::point(at_m), Vec3::Y)
}

/// Behind and above the car. `ground_z_m` is the height of the ground at a planar point.
pub fn chase(ego: &Pose, ground_z_m: impl Fn(DVec2) -> f64) -> Transform {
    let forward = ego.forward();
    let rise = CHASE_PITCH * ego.pitch_rad.tan();
    let at =
        |along_m: f64, above_m: f64| ego.position_m + (forward * along_m).extend(along_m * rise + above_m);
    let mut eye = at(-CHASE_M.0, CHASE_M.1);
    eye.z = eye.z.max(ground_z_m(eye.truncate()) + CLEARANCE_M);
    look(eye, at(CHASE_AIM_M.0, CHASE_AIM_M.1))
}

/// The driver's eye in the vehicle frame, m: the left front seat. 95 % eyellipse centers lie some 0.25 m
/// behind the wheel's rim and 1.2 m above the ground in passenger cars (SAE J941); scaled with the size.
pub fn eye_m(extent: &Extent) -> DVec3 {
    let from_rear = 0.52 * extent.length_m - extent.rear_m;
    DVec3::new(from_rear, 0.19 * extent.width_m, 0.76 * extent.height_m)
}

/// The driver's eye, level with the car.
pub fn driver(ego: &Pose, eye_m: DVec3) -> Transform {
    let model = frames::transform(ego);
    let eye = model.transform_point(frames::point(eye_m));
    // A driver looks a little down, at the road some 20 m ahead.
    let nod = Quat::from_rotation_x(-0.045);
    Transform { translation: eye, rotation: model.rotation * MODEL_TO_CAMERA * nod, scale: Vec3::ONE }
}

/// Turns a camera (−z forward) along a model's nose (+x).
const MODEL_TO_CAMERA: Quat =
    Quat::from_xyzw(0.0, -core::f32::consts::FRAC_1_SQRT_2, 0.0, core::f32::consts::FRAC_1_SQRT_2);

/// From above, straight down.
pub fn top(ego: &Pose, up: TopUp) -> Transform {
    let (ahead, up) = match up {
        TopUp::Heading => (ego.forward(), ego.forward()),
        TopUp::North => (DVec2::ZERO, DVec2::Y),
    };
    let middle = ego.position_m + (ahead * TOP_M.1).extend(0.0);
    let eye = frames::point(middle + DVec3::Z * TOP_M.0);
    Transform::from_translation(eye).looking_at(frames::point(middle), frames::point(up.extend(0.0)))
}

/// Bird's eye on a junction, from the side of `from_heading_rad` (heading of the approach): all of a circle
/// of `radius_m` in view at these angles of view (vertical, horizontal; rad).
pub fn junction(center_m: DVec3, radius_m: f64, from_heading_rad: f64, view_rad: (f64, f64)) -> Transform {
    let narrow = view_rad.0.min(view_rad.1);
    let distance_m = (radius_m.max(12.0) * 1.05) / (0.5 * narrow).tan();
    let slope_rad = 50_f64.to_radians();
    let back = unit(from_heading_rad) * (-distance_m * slope_rad.cos());
    look(center_m + back.extend(distance_m * slope_rad.sin()), center_m)
}

/// A sensor's own view: mount, direction and (for the renderer) vertical angle of view at this aspect
/// (width over height).
pub fn sensor(ego: &Pose, info: &SensorInfo, aspect: f64) -> (Transform, f64) {
    let model = frames::transform(ego);
    let turn = Quat::from_rotation_y(info.mount_yaw_rad as f32);
    let transform = Transform {
        translation: model.transform_point(frames::point(info.mount_m)),
        rotation: model.rotation * turn * MODEL_TO_CAMERA,
        scale: Vec3::ONE,
    };
    (transform, vertical_rad(info.fov_rad.min(SENSOR_FOV_MAX_RAD), aspect))
}

/// The whole map from above at a slant: for runs without an ego.
pub fn overview(low_m: DVec3, high_m: DVec3, view_rad: (f64, f64)) -> Transform {
    let middle = (low_m + high_m) * 0.5;
    let radius_m = 0.5 * (high_m - low_m).truncate().length();
    junction(middle, 0.62 * radius_m, core::f64::consts::FRAC_PI_2, view_rad)
}

/// Vertical angle of view with this horizontal one, rad.
pub fn vertical_rad(horizontal_rad: f64, aspect: f64) -> f64 {
    2.0 * ((0.5 * horizontal_rad).tan() / aspect.max(0.1)).atan()
}

/// Horizontal angle of view with this vertical one, rad.
pub fn horizontal_rad(vertical_rad: f64, aspect: f64) -> f64 {
    2.0 * ((0.5 * vertical_rad).tan() * aspect).atan()
}

/// A vertical angle of view that keeps at least `least_horizontal_rad` to see in a narrow (split) picture.
pub fn at_least_rad(wanted_rad: f64, least_horizontal_rad: f64, aspect: f64) -> f64 {
    wanted_rad.max(vertical_rad(least_horizontal_rad, aspect))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::{FRAC_PI_2, FRAC_PI_3, TAU};
    use shakedown::state::sensor_data::SensorKind;

    fn ego() -> Pose {
        Pose { position_m: DVec3::new(100.0, 50.0, 20.0), heading_rad: 0.7, ..Pose::default() }
    }

    /// Direction of a camera in the engine's frame.
    fn direction(camera: &Transform) -> DVec3 {
        frames::back(*camera.forward())
    }

    #[test]
    fn the_chase_camera_stands_behind_and_looks_along_the_car() {
        let camera = chase(&ego(), |_| 20.0);
        let local = ego().to_local(frames::back(camera.translation).truncate());
        assert!((local.x + CHASE_M.0).abs() < 1e-3 && local.y.abs() < 1e-3, "{local}");
        assert!(direction(&camera).truncate().normalize().dot(ego().forward()) > 0.999);
        assert!(direction(&camera).z < 0.0, "down on the car");
    }

    #[test]
    fn the_chase_camera_is_never_under_the_ground_and_goes_along_with_the_grade() {
        let wall = |p: DVec2| if ego().to_local(p).x < -5.0 { 40.0 } else { 20.0 };
        assert!((chase(&ego(), wall).translation.y - 41.2).abs() < 1e-3);
        let steep = Pose { pitch_rad: 0.15, ..ego() };
        let (level, climbing) = (chase(&ego(), |_| 0.0), chase(&steep, |_| 0.0));
        assert!(climbing.translation.y < level.translation.y, "uphill it stands lower behind");
        assert!(direction(&climbing).z > direction(&level).z, "and looks higher");
    }

    #[test]
    fn the_driver_sits_left_in_the_car_and_looks_forward() {
        let extent = Extent { length_m: 4.77, width_m: 1.885, height_m: 1.685, rear_m: 1.0 };
        let eye = eye_m(&extent);
        assert!((1.2..1.7).contains(&eye.x) && (0.2..0.5).contains(&eye.y) && (1.1..1.4).contains(&eye.z));
        let camera = driver(&ego(), eye);
        let place = frames::back(camera.translation);
        let local = ego().to_local(place.truncate());
        assert!((local - eye.truncate()).length() < 1e-3, "{local}");
        assert!((place.z - 20.0 - eye.z).abs() < 1e-3);
        assert!(direction(&camera).truncate().normalize().dot(ego().forward()) > 0.999);
        assert!(frames::back(*camera.up()).z > 0.99);
    }

    #[test]
    fn the_top_view_looks_down_with_the_right_side_up() {
        let camera = top(&ego(), TopUp::Heading);
        assert!(direction(&camera).z < -0.999);
        assert!(frames::back(*camera.up()).truncate().dot(ego().forward()) > 0.999);
        let north = top(&ego(), TopUp::North);
        assert!(frames::back(*north.up()).y > 0.999);
        assert!((frames::back(north.translation) - ego().position_m - DVec3::Z * 60.0).length() < 1e-3);
    }

    #[test]
    fn a_junction_is_wholly_in_view() {
        let center = DVec3::new(10.0, -20.0, 5.0);
        for (vertical, aspect) in [(0.8, 16.0 / 9.0), (0.8, 0.6)] {
            let view = (vertical, horizontal_rad(vertical, aspect));
            let camera = junction(center, 30.0, 0.3, view);
            for i in 0..12 {
                let rim = center + (unit(f64::from(i) * TAU / 12.0) * 30.0).extend(0.0);
                let seen = camera.to_matrix().inverse().transform_point3(frames::point(rim));
                assert!(seen.z < 0.0);
                let (x, y) = (f64::from(seen.x / -seen.z), f64::from(seen.y / -seen.z));
                assert!(x.abs() <= (0.5 * view.1).tan() * 1.02, "{x} at aspect {aspect}");
                assert!(y.abs() <= (0.5 * view.0).tan() * 1.02, "{y} at aspect {aspect}");
            }
        }
    }

    #[test]
    fn a_sensor_sees_from_its_mount_in_its_direction() {
        let info = SensorInfo {
            name: "camera_left".into(),
            kind: SensorKind::Camera,
            mount_m: DVec3::new(2.0, 0.9, 1.1),
            mount_yaw_rad: FRAC_PI_2,
            fov_rad: FRAC_PI_3,
            range_max_m: 80.0,
            period_s: 0.1,
            latency_s: 0.0,
        };
        let (camera, vertical) = sensor(&ego(), &info, 16.0 / 9.0);
        let local = ego().to_local(frames::back(camera.translation).truncate());
        assert!((local - DVec2::new(2.0, 0.9)).length() < 1e-3);
        assert!(direction(&camera).truncate().dot(ego().forward().perp()) > 0.999, "to the left");
        assert!((horizontal_rad(vertical, 16.0 / 9.0) - FRAC_PI_3).abs() < 1e-9);
        let (_, wide) = sensor(&ego(), &SensorInfo { fov_rad: TAU, ..info }, 1.0);
        assert!(wide < 2.0, "a lidar's circle is cut to a picture");
    }

    #[test]
    fn narrow_pictures_keep_their_width() {
        let wide = at_least_rad(0.8, 0.9, 16.0 / 9.0);
        assert_eq!(wide, 0.8);
        let half = at_least_rad(0.8, 0.9, 0.6);
        assert!((horizontal_rad(half, 0.6) - 0.9).abs() < 1e-9);
    }
}
