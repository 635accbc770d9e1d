//! Emergency vehicles with their siren on: others ahead pull to the right and slow down.
//!
//! Those within 70 m ahead of the siren, going the same way, move to the right edge of their lane and
//! roll; they come back when it has passed. Units: m. Source: uniform vehicle code (yield to emergency
//! vehicles: right edge, stop); distances chosen from what drivers hear with closed windows.
//! Oncoming traffic is not affected.

use super::agent::{Agent, Kind, Shift};
use super::decide::Me;
use super::look::Look;
use super::style::Obedience;
use crate::scenario::Shape;

/// How far ahead a siren clears the way, m.
const HEARD_M: f64 = 70.0;

/// Whether to give way to a siren now; starts or ends the move to the edge.
pub fn yields_to(look: &Look, me: &Me, agent: &mut Agent) -> bool {
    if look.sirens.is_empty() || agent.style.obedience == Obedience::Siren {
        return false;
    }
    let comes = look.sirens.iter().any(|siren| {
        let delta = me.object.center_m - siren.position_m;
        let ahead = delta.dot(siren.forward);
        siren.id != me.id
            && (0.0..HEARD_M).contains(&ahead)
            && siren.forward.perp_dot(delta).abs() < 12.0
            && me.object.forward.dot(siren.forward) > 0.5
    });
    if agent.kind == Kind::Cycle || agent.shift.is_some() {
        return comes;
    }
    let network = look.around.network;
    let lane = network.lane(agent.coord.lane);
    let edge_m = if comes && lane.junction.is_none() {
        let width_m = network.lane_pose(agent.coord).width_m;
        // With a lane to the right stay beside it, else use the shoulder.
        let beyond_m = if lane.right.is_some() { 0.0 } else { 0.6 };
        -(0.5 * (width_m - me.extent.width_m)).max(0.0) - beyond_m
    } else if comes {
        agent.rest_offset_m
    } else {
        0.0
    };
    if (comes || agent.rest_offset_m != 0.0) && (edge_m - agent.rest_offset_m).abs() > 0.2 {
        agent.rest_offset_m = edge_m;
        agent.shift = Some(Shift {
            from_m: agent.coord.offset_m,
            to_m: edge_m,
            at_s: 0.0,
            over_s: 2.5,
            shape: Shape::Cubic,
            lanes: 0,
        });
    }
    comes
}
