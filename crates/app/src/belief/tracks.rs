//! Tracks as boxes, and what of them is not true.
//!
//! | look | meaning |
//! |---|---|
//! | solid box | confirmed: acted upon |
//! | dashed yellow box | tentative: little evidence yet |
//! | dashed pale box | coasting: not seen for a while, carried on |
//! | vermilion box | ghost: confirmed, and nothing is there |
//! | thick box with a bar to the ground | the planner reacts to this one |
//!
//! The arrow on the ground is the way of the next second; the ellipse on the roof holds the position with
//! 95 % ([`super::uncertainty`]). Misses are outlines of the true box: thick where perception failed, thin
//! where nothing could be seen from here. Crosses are single false returns.

use super::ink::{Pen, foot, ring};
use super::judgement::{self, MissKind};
use super::labels::{Label, Priority};
use super::overlays::Overlays;
use super::path::reason_color;
use super::shown::{Shown, Sketch};
use super::{uncertainty, words};
use crate::{frames, layers, palette};
use bevy::color::{Alpha, Color};
use bevy::math::Vec3;
use shakedown::state::automation::PlanReason;
use shakedown::state::belief::{Track, TrackStatus};
use shakedown::state::object::ObjectClass;
use shakedown::state::truth::{DetectionOrigin, ObjectTruth};

/// Tracks farther from the ego than this have no words, m.
const WORDS_RANGE_M: f64 = 110.0;
/// Tentative tracks less sure than this have neither words nor an ellipse: they come and go by the dozen.
const WORTH_A_WORD: f64 = 0.15;

/// The track that the planner reacts to.
pub fn reacted_to(reason: PlanReason) -> Option<u32> {
    match reason {
        PlanReason::Follow(id) | PlanReason::Yield(id) | PlanReason::VulnerableRoadUser(id) => Some(id),
        PlanReason::Cruise
        | PlanReason::Curve
        | PlanReason::Signal
        | PlanReason::SignalUnknown
        | PlanReason::StopLine
        | PlanReason::Blocked
        | PlanReason::Destination
        | PlanReason::MinimalRisk
        | PlanReason::Weather => None,
    }
}

/// Line and face of a track's box.
pub fn look(track: &Track, ghost: Option<DetectionOrigin>) -> (Pen, Color) {
    if ghost.is_some() {
        return (Pen::new(palette::BAD, 2.6), palette::BAD.with_alpha(0.22));
    }
    match track.status {
        TrackStatus::Confirmed => (Pen::new(palette::TRACK, 2.0), palette::TRACK.with_alpha(0.14)),
        TrackStatus::Coasting => {
            (Pen::new(palette::TRACK, 1.6).dashed(0.8).alpha(0.8), palette::TRACK.with_alpha(0.05))
        }
        TrackStatus::Tentative => {
            let sure = track.existence.clamp(0.0, 1.0) as f32;
            let pen = Pen::new(palette::WARN, 1.4).dashed(0.6).alpha(0.25 + 0.6 * sure);
            (pen, palette::WARN.with_alpha(0.01 + 0.05 * sure))
        }
    }
}

/// What a track says about itself.
pub fn words_of(track: &Track, ghost: Option<DetectionOrigin>) -> String {
    let mut text = format!("{} #{}", words::class(track.class), track.id);
    if track.speed_mps.abs() > 0.6 {
        text.push_str(&format!("  {}", words::speed(track.speed_mps)));
    }
    match track.status {
        TrackStatus::Confirmed => {}
        TrackStatus::Tentative => text.push_str(&format!("  unsure, {:.0} %", track.existence * 100.0)),
        TrackStatus::Coasting => text.push_str(&format!("  unseen for {:.1} s", track.unseen_s)),
    }
    if let Some(origin) = ghost {
        text.push_str(&format!("\nGHOST: {}", words::origin(origin)));
    }
    text
}

/// Draws tracks, ghosts and misses.
pub fn draw(shown: &Shown, overlays: &Overlays, sketch: &mut Sketch) {
    let Some(ego) = shown.run.ego.and_then(|id| shown.shot.objects.get(id.ix())) else { return };
    let reason = shown.shot.automation.as_ref().map_or(PlanReason::Cruise, |automation| automation.reason);
    for track in &shown.tracks {
        let ghost = if overlays.ghosts { judgement::ghost(shown.shot, ego, track) } else { None };
        if overlays.tracks || ghost.is_some() {
            draw_track(shown, track, ghost, reason, sketch);
        }
    }
    if overlays.ghosts {
        draw_false_returns(shown, sketch);
    }
    if overlays.misses {
        for miss in judgement::misses(shown.shot, ego, shown.belief) {
            if let Some(object) = shown.shot.objects.get(miss.participant.ix()) {
                draw_miss(object, miss, ego, sketch);
            }
        }
    }
}

fn draw_track(
    shown: &Shown,
    track: &Track,
    ghost: Option<DetectionOrigin>,
    reason: PlanReason,
    sketch: &mut Sketch,
) {
    let (mut pen, mut face) = look(track, ghost);
    let center = shown.on_ground(track.center_m, 0.04);
    let turn = frames::yaw(track.heading_rad);
    let (forward, left) = (turn * Vec3::X, turn * Vec3::NEG_Z);
    let (length_m, width_m) = (track.extent.length_m as f32, track.extent.width_m as f32);
    let height = Vec3::Y * (track.extent.height_m as f32);
    let matters = reacted_to(reason) == Some(track.id);
    if matters {
        let color = reason_color(reason);
        pen = Pen { width_px: pen.width_px + 1.6, color, ..pen };
        face = color.with_alpha(0.2);
    }
    sketch.belief.solid(foot(center, forward, left, length_m, width_m), height, pen, Some(face));

    let roof = center + height + Vec3::Y * 0.04;
    let faint = track.status == TrackStatus::Tentative && track.existence < WORTH_A_WORD;
    if !faint {
        let axes = uncertainty::half_axes(track.covariance_m2).map(|axis| frames::point(axis.extend(0.0)));
        let ellipse = ring(roof, axes, 28);
        sketch.belief.fan(&[&[roof], &ellipse[..], &ellipse[..1]].concat(), face);
        sketch.belief.outline(&ellipse, Pen { dash_m: 0.0, width_px: 1.3, ..pen });
    }

    if track.speed_mps.abs() > 0.6 {
        let nose =
            track.center_m + shakedown::base::math::unit(track.heading_rad) * (0.5 * track.extent.length_m);
        let tip = nose + shakedown::base::math::unit(track.heading_rad) * track.speed_mps;
        let arrow = Pen { dash_m: 0.0, width_px: 3.0, ..pen };
        sketch.belief.arrow(shown.on_ground(nose, 0.15), shown.on_ground(tip, 0.15), Vec3::Y, arrow);
    }

    let distance_m = track.center_m.distance(shown.ego.position_m);
    let speaks = !faint
        && match track.class {
            ObjectClass::WorkZone | ObjectClass::Debris => distance_m < 25.0,
            ObjectClass::Car
            | ObjectClass::Van
            | ObjectClass::Bus
            | ObjectClass::Truck
            | ObjectClass::Motorcycle
            | ObjectClass::Bicycle
            | ObjectClass::Pedestrian
            | ObjectClass::EmergencyVehicle => distance_m < WORDS_RANGE_M,
        };
    let rank = if matters {
        Priority::Cause
    } else if ghost.is_some() {
        Priority::Wrong
    } else if track.status == TrackStatus::Tentative {
        Priority::Detail
    } else {
        Priority::Plain
    };
    if speaks || rank <= Priority::Wrong {
        let mut text = words_of(track, ghost);
        if matters {
            text.push_str(&format!("\n{}", words::reason(reason)));
        }
        sketch.labels.push(Label::text(
            roof + Vec3::Y * 0.35,
            text,
            pen.color,
            layers::BELIEF,
            rank,
            distance_m,
        ));
    }
}

/// Crosses where single returns came from nothing.
fn draw_false_returns(shown: &Shown, sketch: &mut Sketch) {
    let pen = Pen::new(palette::BAD, 1.6).alpha(0.9);
    for (_, origin, place) in &shown.shot.ghosts {
        let at = shown.on_ground(*place, 0.6);
        let half = [Vec3::new(0.22, 0.22, 0.0), Vec3::new(0.0, 0.0, 0.22)];
        sketch.truth.cross(at, half, pen);
        sketch.truth.line(at - Vec3::Y * 0.6, at, Pen { width_px: 1.0, ..pen.alpha(0.5) });
        let distance_m = place.distance(shown.ego.position_m);
        if distance_m < 60.0 {
            let text = format!("false: {}", words::origin(*origin));
            sketch.labels.push(Label::text(
                at + Vec3::Y * 0.3,
                text,
                palette::BAD,
                layers::TRUTH,
                Priority::Detail,
                distance_m,
            ));
        }
    }
}

fn draw_miss(object: &ObjectTruth, miss: judgement::Miss, ego: &ObjectTruth, sketch: &mut Sketch) {
    let pose = &object.pose;
    let rotation = frames::rotation(pose);
    let (forward, left, up) = (rotation * Vec3::X, rotation * Vec3::NEG_Z, rotation * Vec3::Y);
    let extent = &object.extent;
    let margin = 0.25_f32;
    let center = frames::point(pose.position_m) + forward * (extent.center_x_m() as f32) + up * 0.03;
    let base = foot(center, forward, left, extent.length_m as f32 + margin, extent.width_m as f32 + margin);
    let height = up * (extent.height_m as f32 + 0.5 * margin);
    let (pen, face, rank) = match miss.kind {
        MissKind::Failed => {
            (Pen::new(palette::BAD, 3.0), Some(palette::BAD.with_alpha(0.16)), Priority::Wrong)
        }
        MissKind::Blind => (Pen::new(palette::TRUTH, 1.5).dashed(0.7).alpha(0.8), None, Priority::Plain),
    };
    sketch.truth.solid(base, height, pen, face);
    let text = match miss.kind {
        MissKind::Failed => format!("{} NOT SEEN\n{}", words::class(object.class), words::miss(miss.reason)),
        MissKind::Blind => format!("{}: {}", words::class(object.class), words::miss(miss.reason)),
    };
    let distance_m = object.center_m.distance(ego.center_m);
    let at = center + height + Vec3::Y * 0.4;
    sketch.labels.push(Label::text(at, text, pen.color.with_alpha(1.0), layers::TRUTH, rank, distance_m));
}

#[cfg(test)]
mod tests {
    use super::super::shown::tests::track;
    use super::*;

    #[test]
    fn words_tell_status_and_ghosts() {
        assert_eq!(words_of(&track(7, 0.0, 0.0), None), "car #7  36 km/h");
        let tentative =
            Track { status: TrackStatus::Tentative, existence: 0.42, speed_mps: 0.1, ..track(8, 0.0, 0.0) };
        assert_eq!(words_of(&tentative, None), "car #8  unsure, 42 %");
        let coasting = Track { status: TrackStatus::Coasting, unseen_s: 1.26, ..track(9, 0.0, 0.0) };
        assert_eq!(words_of(&coasting, None), "car #9  36 km/h  unseen for 1.3 s");
        assert_eq!(
            words_of(&track(7, 0.0, 0.0), Some(DetectionOrigin::Spray)),
            "car #7  36 km/h\nGHOST: spray"
        );
    }

    #[test]
    fn each_status_looks_different_in_line_and_lightness() {
        let of = |status| look(&Track { status, ..track(1, 0.0, 0.0) }, None).0;
        let (confirmed, tentative, coasting) =
            (of(TrackStatus::Confirmed), of(TrackStatus::Tentative), of(TrackStatus::Coasting));
        assert_eq!(confirmed.dash_m, 0.0);
        assert!(tentative.dash_m > 0.0 && coasting.dash_m > 0.0);
        assert_ne!(tentative.color.with_alpha(1.0), coasting.color.with_alpha(1.0));
        let ghost = look(&track(1, 0.0, 0.0), Some(DetectionOrigin::Clutter)).0;
        assert_ne!(ghost.color, confirmed.color);
    }

    #[test]
    fn the_planner_reacts_to_the_track_it_names() {
        assert_eq!(reacted_to(PlanReason::Yield(12)), Some(12));
        assert_eq!(reacted_to(PlanReason::Signal), None);
    }
}
