//! What single sensors see: fields of view, detections, radar returns.
//!
//! A detection lies in the vehicle frame of its measuring time; it is drawn where the car believes that
//! was, not corrected for what moved since. That is what tracking has to work with.
//!
//! - **cameras**: the field of view on the road up to today's range (the unit's own estimate of the
//!   visibility, at most its range in clear air; dashed beyond), each detection as an upright frame of its
//!   class's size with the range uncertainty (±2 σ) along the line of sight.
//! - **lidar**: outline of each cluster, with its heading where its shape shows one.
//! - **radar**: a dot at the reflection and an arrow as long as the range rate of half a second.
//!
//! Units: m, rad, m/s.

use super::ink::{Pen, foot, ring};
use super::labels::{Label, Priority};
use super::shown::{Shown, Sketch};
use super::words;
use crate::{frames, layers, palette};
use bevy::color::Alpha;
use bevy::math::Vec3;
use core::f64::consts::TAU;
use shakedown::base::ids::SensorIx;
use shakedown::base::math::{self, DVec2};
use shakedown::perception::existence::typical_extent;
use shakedown::state::object::ObjectClass;
use shakedown::state::pose::Pose;
use shakedown::state::sensor_data::{Detection, SensorContent, SensorFrame, SensorInfo, SensorKind};

/// Longest field of view that is drawn, m: farther the picture shows nothing of it.
const VIEW_M: f64 = 120.0;
/// Range-rate arrows stand for the way of this time, s.
const RATE_S: f64 = 0.5;
/// Frames older than this are not drawn, s.
const OLD_S: f64 = 0.6;

/// Latest frames of a kind with their calibration, none older than [`OLD_S`].
fn frames_of<'a>(
    shown: &'a Shown,
    kind: SensorKind,
) -> impl Iterator<Item = (&'a SensorInfo, &'a SensorFrame, &'a [Detection])> {
    let now = shown.belief.time;
    shown.shot.frames.iter().zip(shown.run.suite.iter()).filter_map(move |(frame, info)| {
        let frame = frame.as_deref().filter(|_| info.kind == kind)?;
        match &frame.content {
            SensorContent::Objects(list) if now.since_s(frame.measured_at) < OLD_S => {
                Some((info, frame, list.as_slice()))
            }
            SensorContent::Objects(_)
            | SensorContent::Gnss { .. }
            | SensorContent::Imu { .. }
            | SensorContent::Odometry { .. } => None,
        }
    })
}

/// Outline of a field of view in the plane, from the mount around: m, world.
pub fn sector(pose: &Pose, info: &SensorInfo, range_m: f64, arcs: u32) -> Vec<DVec2> {
    let mount = pose.to_world(info.mount_m.truncate());
    let middle = pose.heading_rad + info.mount_yaw_rad;
    let whole = info.fov_rad >= TAU - 1e-9;
    let mut points = if whole { Vec::new() } else { vec![mount] };
    for i in 0..=arcs {
        let share = f64::from(i) / f64::from(arcs) - 0.5;
        points.push(mount + math::unit(middle + share * info.fov_rad) * range_m);
    }
    points
}

/// Today's range of a camera: its own estimate of the visibility, at most its range in clear air, m.
pub fn range_today_m(info: &SensorInfo, frame: Option<&SensorFrame>) -> f64 {
    frame.and_then(|frame| frame.visibility_m).unwrap_or(f64::INFINITY).min(info.range_max_m)
}

/// Cameras: fields of view and detections. `looked_through` is the sensor whose own picture is up: its field
/// of view is the picture.
pub fn draw_cameras(shown: &Shown, looked_through: Option<SensorIx>, sketch: &mut Sketch) {
    for (ix, info) in shown.run.suite.iter().enumerate().filter(|(_, info)| info.kind == SensorKind::Camera) {
        if looked_through.is_some_and(|sensor| sensor.ix() == ix) {
            continue;
        }
        let frame = shown.shot.frames.get(ix).and_then(Option::as_deref);
        draw_view(shown, info, range_today_m(info, frame), sketch);
    }
    for (info, frame, detections) in frames_of(shown, SensorKind::Camera) {
        let pose = shown.believed_pose_at(frame.measured_at);
        for detection in detections {
            draw_camera_detection(shown, &pose, info, detection, sketch);
        }
    }
}

fn draw_view(shown: &Shown, info: &SensorInfo, today_m: f64, sketch: &mut Sketch) {
    let pose = believed_now(shown);
    let mount = pose.to_world(info.mount_m.truncate());
    let height = pose.position_m.z + info.mount_m.z;
    let eye = frames::planar(mount, height);
    let pen = Pen::new(palette::CAMERA.with_alpha(0.8), 1.6);
    let reach_m = today_m.min(VIEW_M);
    let (arcs, rings) = (10_u32, 5_u32);
    // The sector follows the road in rings.
    let mut lines: Vec<Vec<Vec3>> = Vec::new();
    for r in 0..=rings {
        let share = f64::from(r) / f64::from(rings);
        let range_m = 0.5 + (reach_m - 0.5) * share * share;
        let points = sector(&pose, info, range_m, arcs);
        let arc = &points[points.len() - arcs as usize - 1..];
        lines.push(arc.iter().map(|p| shown.on_rough_ground(*p, 0.07)).collect());
    }
    for (r, pair) in lines.windows(2).enumerate() {
        let alpha = 0.17 - 0.12 * r as f32 / rings as f32;
        sketch.ground.band(&pair[0], &pair[1], |_| palette::CAMERA.with_alpha(alpha));
        for end in [0, arcs as usize] {
            sketch.ground.line(pair[0][end], pair[1][end], pen);
        }
    }
    let Some(outer) = lines.last() else { return };
    sketch.ground.polyline(outer.iter().copied(), pen);
    // A short pyramid shows where the camera looks from.
    let tip_m = 1.6_f64;
    let corners = [(0.5, 0.3), (-0.5, 0.3), (-0.5, -0.27), (0.5, -0.27)].map(|(across, up): (f64, f64)| {
        let bearing = pose.heading_rad + info.mount_yaw_rad + across * info.fov_rad.min(2.0);
        frames::planar(mount + math::unit(bearing) * tip_m, height + up * tip_m)
    });
    for corner in corners {
        sketch.ground.line(eye, corner, Pen { width_px: 1.4, ..pen });
    }
    sketch.ground.outline(&corners, Pen { width_px: 1.4, ..pen });
    if today_m < 0.9 * info.range_max_m {
        let clear = sector(&pose, info, info.range_max_m.min(VIEW_M), arcs);
        let arc = clear[clear.len() - arcs as usize - 1..].iter().map(|p| shown.on_rough_ground(*p, 0.07));
        sketch.ground.polyline(arc, pen.dashed(2.5).alpha(0.5));
        let middle = mount + math::unit(pose.heading_rad + info.mount_yaw_rad) * reach_m;
        let text = format!("{}: sees {today_m:.0} m of {:.0} m", plain_name(&info.name), info.range_max_m);
        let at = shown.on_ground(middle, 0.4);
        sketch.labels.push(Label::text(at, text, palette::CAMERA, layers::BELIEF, Priority::Detail, reach_m));
    }
}

/// A sensor's name in words.
pub fn plain_name(name: &str) -> String {
    name.replace('_', " ")
}

/// The believed pose of this frame.
fn believed_now(shown: &Shown) -> Pose {
    Pose {
        position_m: shown.ego.position_m.extend(shown.true_ego.position_m.z),
        heading_rad: shown.ego.heading_rad,
        ..Pose::default()
    }
}

fn draw_camera_detection(
    shown: &Shown,
    pose: &Pose,
    info: &SensorInfo,
    detection: &Detection,
    sketch: &mut Sketch,
) {
    let mount = info.mount_m.truncate();
    let sight = (detection.position_in_ego_m - mount).normalize_or(DVec2::X);
    let place = pose.to_world(detection.position_in_ego_m);
    let (class, sure) = detection.class.unwrap_or((ObjectClass::Debris, detection.confidence));
    let size = typical_extent(class);
    let half_m = 0.5 * if class.is_vulnerable() || class.is_static() { size.width_m } else { 1.9 };
    let across = pose.to_world(detection.position_in_ego_m + sight.perp() * half_m) - place;
    let along = pose.to_world(detection.position_in_ego_m + sight) - place;
    let pen = Pen::new(palette::CAMERA, 2.0).alpha(0.45 + 0.5 * sure as f32);
    let side = frames::point(across.extend(0.0));
    let low = shown.on_ground(place, 0.08);
    let high = low + Vec3::Y * (size.height_m as f32);
    let corners = [low + side, low - side, high - side, high + side];
    sketch.ground.quad(corners, palette::CAMERA.with_alpha(0.13));
    sketch.ground.outline(&corners, pen);
    let reach_m = (2.0 * detection.range_sigma_m).min(25.0);
    sketch.ground.line(
        shown.on_ground(place - along * reach_m, 0.12),
        shown.on_ground(place + along * reach_m, 0.12),
        Pen { width_px: 1.6, ..pen },
    );
    let distance_m = detection.position_in_ego_m.length();
    let text = format!("{} {:.0} %", words::class(class), 100.0 * sure);
    sketch.labels.push(Label::text(
        high + Vec3::Y * 0.1,
        text,
        palette::CAMERA,
        layers::BELIEF,
        Priority::Detail,
        distance_m,
    ));
}

/// Lidar clusters.
pub fn draw_clusters(shown: &Shown, sketch: &mut Sketch) {
    let pen = Pen::new(palette::LIDAR, 1.8);
    for (_, frame, detections) in frames_of(shown, SensorKind::Lidar) {
        let pose = shown.believed_pose_at(frame.measured_at);
        for detection in detections {
            let center = shown.on_ground(pose.to_world(detection.position_in_ego_m), 0.2);
            let pen = pen.alpha(0.4 + 0.5 * detection.confidence as f32);
            if let (Some(heading), Some(size)) = (detection.heading_in_ego_rad, detection.size_m) {
                let turn = frames::yaw(pose.heading_rad + heading);
                let corners = foot(center, turn * Vec3::X, turn * Vec3::NEG_Z, size.x as f32, size.y as f32);
                sketch.ground.outline(&corners, pen);
            } else {
                let radius = detection.size_m.map_or(0.5, |size| 0.5 * size.max_element()) as f32;
                sketch.ground.outline(&ring(center, [Vec3::X * radius, Vec3::Z * radius], 14), pen);
            }
        }
    }
}

/// Radar returns.
pub fn draw_radar(shown: &Shown, sketch: &mut Sketch) {
    for (info, frame, detections) in frames_of(shown, SensorKind::Radar) {
        let pose = shown.believed_pose_at(frame.measured_at);
        let view = Pen::new(palette::RADAR.with_alpha(0.5), 1.4).dashed(3.0);
        let outline = sector(&pose, info, info.range_max_m.min(VIEW_M), 12);
        let ground: Vec<Vec3> = outline.iter().map(|p| shown.on_rough_ground(*p, 0.07)).collect();
        for end in [1, ground.len() - 1] {
            sketch.ground.line(ground[0], ground[end], view);
        }
        for detection in detections {
            let sight = (detection.position_in_ego_m - info.mount_m.truncate()).normalize_or(DVec2::X);
            let place = pose.to_world(detection.position_in_ego_m);
            let away = pose.to_world(detection.position_in_ego_m + sight) - place;
            let at = shown.on_ground(place, 0.5);
            let pen = Pen::new(palette::RADAR, 2.6).alpha(0.55 + 0.45 * detection.confidence as f32);
            sketch.ground.dot(at, Pen { width_px: 8.0, ..pen });
            sketch.ground.line(at, at - Vec3::Y * 0.45, Pen { width_px: 1.2, ..pen });
            let Some(rate_mps) = detection.range_rate_mps else { continue };
            let tip = at + frames::point((away * (rate_mps * RATE_S)).extend(0.0));
            sketch.ground.arrow(at, tip, Vec3::Y, pen);
            let text = format!("{rate_mps:+.1} m/s");
            let distance_m = detection.position_in_ego_m.length();
            sketch.labels.push(Label::text(
                at + Vec3::Y * 0.15,
                text,
                palette::RADAR,
                layers::BELIEF,
                Priority::Detail,
                distance_m,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::base::math::DVec3;

    fn camera(yaw_deg: f64, fov_deg: f64) -> SensorInfo {
        SensorInfo {
            name: "camera_front".into(),
            kind: SensorKind::Camera,
            mount_m: DVec3::new(2.0, 0.5, 1.5),
            mount_yaw_rad: yaw_deg.to_radians(),
            fov_rad: fov_deg.to_radians(),
            range_max_m: 100.0,
            period_s: 0.06,
            latency_s: 0.07,
        }
    }

    #[test]
    fn a_sector_opens_around_its_axis_from_its_mount() {
        let pose = Pose::planar(10.0, 20.0, core::f64::consts::FRAC_PI_2);
        let points = sector(&pose, &camera(90.0, 60.0), 50.0, 8);
        // Heading north, looking left = west; mounted 2 m ahead and half a meter to the left.
        assert!(points[0].distance(DVec2::new(9.5, 22.0)) < 1e-9, "{}", points[0]);
        let middle = points[5];
        assert!(middle.distance(DVec2::new(-40.5, 22.0)) < 1e-9, "{middle}");
        for point in &points[1..] {
            assert!((point.distance(points[0]) - 50.0).abs() < 1e-9);
        }
        let across = points[1].distance(points[9]);
        assert!((across - 50.0).abs() < 1e-9, "60° at 50 m: {across}");
        assert_eq!(sector(&pose, &camera(0.0, 360.0), 50.0, 8).len(), 9, "no mount in a full circle");
    }

    #[test]
    fn fog_shortens_the_view_and_clear_air_does_not_lengthen_it() {
        let info = camera(0.0, 60.0);
        let frame = |visibility_m| SensorFrame {
            sensor: shakedown::base::ids::SensorIx(0),
            kind: SensorKind::Camera,
            measured_at: shakedown::base::time::SimTime::ZERO,
            available_at: shakedown::base::time::SimTime::ZERO,
            content: SensorContent::Objects(vec![]),
            lights: vec![],
            lane_offset_m: None,
            precipitation_level: None,
            visibility_m,
            illuminance_lx: None,
        };
        assert_eq!(range_today_m(&info, Some(&frame(Some(60.0)))), 60.0);
        assert_eq!(range_today_m(&info, Some(&frame(Some(2000.0)))), 100.0);
        assert_eq!(range_today_m(&info, Some(&frame(None))), 100.0);
        assert_eq!(range_today_m(&info, None), 100.0);
    }
}
