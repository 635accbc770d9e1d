//! The planned path as a ribbon on the road, in the color of what the planner reacts to.
//!
//! | color | reason |
//! |---|---|
//! | green | free way |
//! | blue | slows by itself: curve, weather, end of the route |
//! | yellow | somebody: follows, yields, gives way |
//! | vermilion | must stop: signal, stop line, blocked, minimal risk |
//!
//! The bars across the ribbon stand a second apart at the planned speed. Units: m, world.

use super::ink::Pen;
use super::labels::{Label, Priority};
use super::shown::{Shown, Sketch};
use super::tracks::reacted_to;
use super::words;
use crate::{frames, layers, palette};
use bevy::color::{Alpha, Color};
use bevy::math::Vec3;
use shakedown::base::math::{DVec2, unit};
use shakedown::state::automation::{FeatureMode, PlanReason};

/// Half the width of the ribbon, m.
const HALF_WIDTH_M: f64 = 0.8;
/// The ribbon fades out over this last share of it.
const FADE: f64 = 0.35;
/// Longest ribbon, m.
const LENGTH_M: f64 = 90.0;

/// Color of a reason.
pub fn reason_color(reason: PlanReason) -> Color {
    match reason {
        PlanReason::Cruise => palette::PLAN,
        PlanReason::Curve | PlanReason::Weather | PlanReason::Destination => palette::SYSTEM,
        PlanReason::Follow(_) | PlanReason::Yield(_) | PlanReason::VulnerableRoadUser(_) => palette::WARN,
        PlanReason::Signal
        | PlanReason::SignalUnknown
        | PlanReason::StopLine
        | PlanReason::Blocked
        | PlanReason::MinimalRisk => palette::BAD,
    }
}

/// A point of the ribbon: place, unit normal to the left, way from its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rib {
    /// Place, m.
    pub at: DVec2,
    /// Unit normal to the left.
    pub left: DVec2,
    /// Way from the start, m.
    pub along_m: f64,
}

/// Ribs of a path from the foot of `from` on, up to `length_m`; points closer than 0.2 m are merged.
pub fn ribs(path: &[DVec2], from: DVec2, length_m: f64) -> Vec<Rib> {
    let mut points: Vec<DVec2> = Vec::with_capacity(path.len());
    for point in path {
        if points.last().is_none_or(|last| last.distance(*point) > 0.2) {
            points.push(*point);
        }
    }
    let foot = points
        .windows(2)
        .enumerate()
        .map(|(ix, pair)| {
            let way = pair[1] - pair[0];
            let share = ((from - pair[0]).dot(way) / way.length_squared()).clamp(0.0, 1.0);
            let at = pair[0] + way * share;
            (ix, at, at.distance_squared(from))
        })
        .min_by(|a, b| a.2.total_cmp(&b.2));
    let Some((ix, start, _)) = foot else { return Vec::new() };
    let mut ahead = vec![start];
    ahead.extend(points[ix + 1..].iter().copied().filter(|point| point.distance(start) > 0.05));
    let mut out = Vec::with_capacity(ahead.len());
    let mut along_m = 0.0;
    for i in 0..ahead.len() {
        if i > 0 {
            along_m += ahead[i].distance(ahead[i - 1]);
        }
        if along_m > length_m {
            break;
        }
        let before = ahead[i.saturating_sub(1)];
        let after = ahead[(i + 1).min(ahead.len() - 1)];
        let Some(forward) = (after - before).try_normalize() else { continue };
        out.push(Rib { at: ahead[i], left: forward.perp(), along_m });
    }
    out
}

/// The rib at a way from the start, between its neighbors.
pub fn rib_at(ribs: &[Rib], along_m: f64) -> Option<Rib> {
    let after = ribs.partition_point(|rib| rib.along_m < along_m);
    let (a, b) = (ribs.get(after.checked_sub(1)?)?, ribs.get(after)?);
    let w = (along_m - a.along_m) / (b.along_m - a.along_m);
    let left = a.left.lerp(b.left, w).try_normalize()?;
    Some(Rib { at: a.at.lerp(b.at, w), left, along_m })
}

/// Draws the path.
pub fn draw(shown: &Shown, sketch: &mut Sketch) {
    let Some(automation) = &shown.shot.automation else { return };
    let holds = match automation.mode {
        FeatureMode::Active
        | FeatureMode::RequestingIntervention
        | FeatureMode::MinimalRiskManeuver
        | FeatureMode::MinimalRiskCondition => true,
        FeatureMode::Off | FeatureMode::Available | FeatureMode::Overridden | FeatureMode::Failed => false,
    };
    let front_m = shown
        .run
        .ego
        .and_then(|id| shown.shot.objects.get(id.ix()))
        .map_or(0.0, |ego| ego.extent.front_x_m());
    let nose = shown.ego.position_m + unit(shown.ego.heading_rad) * front_m;
    let ribs = ribs(&automation.path_m, nose, LENGTH_M);
    let Some(last) = ribs.last() else { return };
    let color = if holds { reason_color(automation.reason) } else { Color::srgb(0.6, 0.63, 0.68) };
    let strength = |along_m: f64| {
        let rest = 1.0 - along_m / last.along_m.max(1.0);
        (rest / FADE).clamp(0.0, 1.0) as f32
    };
    let side = |rib: &Rib, half_m: f64| shown.on_ground(rib.at + rib.left * half_m, 0.06);
    let left: Vec<Vec3> = ribs.iter().map(|rib| side(rib, HALF_WIDTH_M)).collect();
    let right: Vec<Vec3> = ribs.iter().map(|rib| side(rib, -HALF_WIDTH_M)).collect();
    let fill = if holds { 0.42 } else { 0.2 };
    sketch.ground.band(&left, &right, |i| color.with_alpha(fill * strength(ribs[i].along_m)));
    for line in [&left, &right] {
        for i in 1..line.len() {
            let (from, to) = (strength(ribs[i - 1].along_m), strength(ribs[i].along_m));
            let pen = Pen::new(color.with_alpha(from), 2.2).wide(0.06);
            sketch.ground.fade(line[i - 1], line[i], color.with_alpha(to), pen);
        }
    }
    if !holds {
        return;
    }
    let speed_mps = automation.target_speed_mps.max(shown.ego.speed_mps);
    if speed_mps > 2.0 {
        for second in 1..=5 {
            let Some(rib) = rib_at(&ribs, speed_mps * f64::from(second)) else { break };
            let pen = Pen::new(palette::TRUTH.with_alpha(0.75 * strength(rib.along_m)), 2.0).wide(0.12);
            sketch.ground.line(side(&rib, 0.9 * HALF_WIDTH_M), side(&rib, -0.9 * HALF_WIDTH_M), pen);
        }
    }
    // Tracks say themselves that they are the reason; so does a free way.
    let silent = reacted_to(automation.reason).is_some() || automation.reason == PlanReason::Cruise;
    if let Some(rib) = rib_at(&ribs, (0.5 * last.along_m).min(16.0)).filter(|_| !silent) {
        let at = frames::planar(rib.at, shown.ground.z_m(rib.at) + 0.5);
        sketch.labels.push(Label::text(
            at,
            words::reason(automation.reason),
            color,
            layers::BELIEF,
            Priority::Cause,
            rib.along_m,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc() -> Vec<DVec2> {
        (0..60)
            .map(|i| f64::from(i) * 0.05)
            .map(|a| DVec2::new(20.0 * a.sin(), 20.0 - 20.0 * a.cos()))
            .collect()
    }

    #[test]
    fn ribs_begin_at_the_car_and_stand_across_the_path() {
        let ribs = ribs(&arc(), DVec2::new(5.0, 1.0), 30.0);
        assert!(ribs[0].at.distance(DVec2::new(5.0, 0.64)) < 0.2, "{:?}", ribs[0]);
        assert_eq!(ribs[0].along_m, 0.0);
        assert!(ribs.last().expect("some").along_m <= 30.0);
        for pair in ribs.windows(2) {
            let way = pair[1].at - pair[0].at;
            assert!(way.normalize().dot(pair[0].left).abs() < 0.06);
            assert!((pair[0].left.length() - 1.0).abs() < 1e-9);
            assert!(way.perp_dot(pair[0].left) > 0.0, "left is left");
        }
    }

    #[test]
    fn degenerate_paths_have_no_ribbon() {
        assert!(ribs(&[], DVec2::ZERO, 50.0).is_empty());
        assert!(ribs(&[DVec2::ONE; 5], DVec2::ZERO, 50.0).is_empty());
        assert_eq!(rib_at(&[], 1.0), None);
    }

    #[test]
    fn a_rib_between_two_lies_on_the_way() {
        let ribs = ribs(&[DVec2::ZERO, DVec2::X * 10.0, DVec2::X * 20.0], DVec2::ZERO, 50.0);
        let rib = rib_at(&ribs, 12.5).expect("on the path");
        assert!(rib.at.distance(DVec2::X * 12.5) < 1e-9);
        assert_eq!(rib_at(&ribs, 21.0), None);
    }

    #[test]
    fn reasons_to_stop_differ_from_a_free_way() {
        assert_ne!(reason_color(PlanReason::Signal), reason_color(PlanReason::Cruise));
        assert_ne!(reason_color(PlanReason::Follow(1)), reason_color(PlanReason::Signal));
    }
}
