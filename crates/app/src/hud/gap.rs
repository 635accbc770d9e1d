//! Distance to whatever drives ahead in the own lane, along the lanes that lie ahead. From the truth, for the
//! display of the headway.
//!
//! Where lanes fork, the planned path decides, else the straightest successor. Bumper to bumper, m; headway =
//! gap / own speed, s. Not covered: crossing traffic (the time to collision that the judge measures has it).

use crate::stage::Shot;
use shakedown::base::ids::{LaneId, ParticipantId};
use shakedown::road::RoadNetwork;
use shakedown::state::pose::LaneCoord;
use shakedown::state::truth::Presence;

/// How far one looks, m.
const REACH_M: f64 = 150.0;
/// Two things whose edges are closer than this beside each other drive in one file, m.
const BESIDE_M: f64 = 0.3;

/// Whoever drives ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// Who.
    pub id: ParticipantId,
    /// Bumper to bumper, m.
    pub gap_m: f64,
    /// Gap over own speed, s; `INFINITY` at standstill.
    pub headway_s: f64,
}

/// The lanes ahead with the distance from the start of the first one to their starts, m.
fn lanes_ahead(network: &RoadNetwork, shot: &Shot, from: LaneCoord) -> Vec<(LaneId, f64)> {
    let mut lanes = vec![(from.lane, 0.0)];
    let mut end_m = network.lane(from.lane).length_m;
    while end_m - from.along_m < REACH_M && lanes.len() < 40 {
        let Some((last, _)) = lanes.last() else { break };
        let successors = &network.lane(*last).successors;
        let planned = || {
            let path = &shot.automation.as_ref()?.path_m;
            successors.iter().copied().find(|id| {
                let lane = network.lane(*id);
                let middle = network.lane_pose(LaneCoord::center(*id, lane.length_m * 0.5)).pose.position_m;
                path.iter().any(|p| p.distance_squared(middle.truncate()) < 4.0)
            })
        };
        let next = match successors.len() {
            0 => break,
            1 => successors[0],
            _ => planned().unwrap_or(successors[0]),
        };
        lanes.push((next, end_m));
        end_m += network.lane(next).length_m;
    }
    lanes
}

/// The nearest participant ahead in the ego's file.
pub fn ahead(network: &RoadNetwork, shot: &Shot, ego: ParticipantId) -> Option<Gap> {
    let own = shot.objects.get(ego.ix()).filter(|o| o.presence != Presence::Absent)?;
    let here = own.lane?;
    let lanes = lanes_ahead(network, shot, here);
    let nose_m = here.along_m + own.extent.front_x_m();
    let mut best: Option<(ParticipantId, f64)> = None;
    for other in shot.objects.iter().filter(|o| o.id != ego && o.presence != Presence::Absent) {
        let Some(coord) = other.lane else { continue };
        let Some((_, start_m)) = lanes.iter().find(|(lane, _)| *lane == coord.lane) else { continue };
        let beside = (coord.offset_m - here.offset_m).abs();
        if beside > (own.extent.width_m + other.extent.width_m) * 0.5 + BESIDE_M {
            continue;
        }
        let center_m = start_m + coord.along_m;
        let gap_m = center_m - other.extent.rear_m - nose_m;
        if center_m > here.along_m && best.is_none_or(|(_, least)| gap_m < least) {
            best = Some((other.id, gap_m));
        }
    }
    let (id, gap_m) = best?;
    let gap_m = gap_m.max(0.0);
    let headway_s = shakedown::judge::criticality::headway_s(gap_m, own.motion.speed_mps);
    Some(Gap { id, gap_m, headway_s })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Stage;
    use shakedown::state::automation::AutomationLevel;

    #[test]
    fn the_gap_is_from_bumper_to_bumper() {
        let app = crate::hud::tests::run("levels/hard_braking_lead", AutomationLevel::L1, 6.0);
        let stage = app.world().resource::<Stage>();
        let (shot, ego) = (stage.shot(), stage.run.ego.unwrap());
        let gap = ahead(stage.run.network(), shot, ego).unwrap();
        let (own, lead) = (&shot.objects[ego.ix()], &shot.objects[gap.id.ix()]);
        assert_eq!(&*lead.name, "lead");
        // The road is straight here: the boxes' distance along the heading.
        let between_m = (lead.center_m - own.center_m).dot(own.forward);
        let expect_m = between_m - (own.extent.length_m + lead.extent.length_m) * 0.5;
        assert!((gap.gap_m - expect_m).abs() < 0.3, "{} {expect_m}", gap.gap_m);
        assert!((gap.headway_s - gap.gap_m / own.motion.speed_mps).abs() < 1e-9);
    }

    #[test]
    fn who_drives_behind_or_beside_is_not_ahead() {
        let app = crate::hud::tests::run("levels/hard_braking_lead", AutomationLevel::L1, 6.0);
        let stage = app.world().resource::<Stage>();
        let (network, ego) = (stage.run.network(), stage.run.ego.unwrap());
        let lead = ahead(network, stage.shot(), ego).unwrap().id;
        let of_lead = ahead(network, stage.shot(), lead);
        assert!(of_lead.is_none_or(|gap| gap.id != ego), "the ego drives behind the lead");
    }
}
