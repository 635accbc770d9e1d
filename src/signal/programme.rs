//! The fixed-time programme of a junction: one cycle of intervals, each with what every face shows.
//!
//! What it models: stages in rising order; in each, its groups get green, then yellow, then red clearance,
//! while all others are red; pedestrian heads of the stage show walk and clearance; a flashing-yellow-arrow
//! face shows its permissive arrow while the through movement of its own street has green.
//!
//! ```text
//! stage k:  |------ green ------|- yellow -|- red clearance -|   → stage k+1
//! walk:     |-- walk --|--- clearance ---|…buffer ≥ 3 s before the next stage
//! ```
//!
//! Units: ns inside (so that cycles repeat exactly), s in the plan.
//!
//! Sources: NEMA/FHWA Signal Timing Manual for stages; MUTCD §4D.20 for flashing yellow arrows.
//!
//! What it does not do: no detectors, no coordination besides the offset.

use super::timing;
use crate::base::ids::{CrosswalkIx, JunctionIx, LaneId, SignalIx};
use crate::base::math::{tan, wrap_pi};
use crate::road::{FacePart, GroupMember, LaneCoord, RoadNetwork, SignalGroup, Turn};
use crate::scenario::SignalPlan;
use crate::state::signal::{Flashing, Indication, Lens, LensColor, LensShape, LitLenses};

/// What one part of a face is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aspect {
    Red,
    Yellow,
    Green,
    /// Permissive turn: flashing yellow arrow.
    Permissive,
}

/// Lengths of one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Indices into the junction's groups.
    pub groups: Vec<usize>,
    /// Green, s.
    pub green_s: f64,
    /// Yellow, s.
    pub yellow_s: f64,
    /// Red clearance, s.
    pub red_s: f64,
    /// Walk, s (0 = no walk).
    pub walk_s: f64,
    /// Pedestrian clearance, s.
    pub clearance_s: f64,
}

/// One interval of the cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// End within the cycle, ns.
    pub end_ns: u64,
    /// Lit lenses, by the programme's faces.
    pub lit: Vec<LitLenses>,
    /// End of the pattern of each face, ns after the start of the cycle (may lie in the next cycle;
    /// `u64::MAX` = never).
    pub changes_ns: Vec<u64>,
    /// Indications, by the programme's movements.
    pub movement: Vec<Option<Indication>>,
    /// Indications, by the programme's crosswalks.
    pub crosswalk: Vec<Option<Indication>>,
}

/// The programme of one junction.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// Faces of the junction.
    pub faces: Vec<SignalIx>,
    /// Connecting lanes that signals govern.
    pub movements: Vec<LaneId>,
    /// Crosswalks with heads.
    pub crosswalks: Vec<CrosswalkIx>,
    /// Stages.
    pub stages: Vec<Stage>,
    /// Intervals in order.
    pub intervals: Vec<Interval>,
    /// Cycle, ns.
    pub cycle_ns: u64,
    /// Start of the cycle at or after time 0, ns, below the cycle.
    pub offset_ns: u64,
}

fn ns(seconds: f64) -> u64 {
    (seconds * 1e9).round().max(0.0) as u64
}

impl Programme {
    /// The programme of a junction with faces, default or as the scenario changes it.
    pub fn new(network: &RoadNetwork, junction: JunctionIx, plan: Option<&SignalPlan>) -> Option<Self> {
        let faces: Vec<SignalIx> =
            network.signals.iter().filter(|f| f.junction == Some(junction)).map(|f| f.ix).collect();
        if faces.is_empty() {
            return None;
        }
        let mapped = &network.junction(junction).groups;
        let made;
        let groups: &[SignalGroup] = if mapped.is_empty() {
            made = groups_by_axis(network, &faces);
            &made
        } else {
            mapped
        };
        let stages = stages(network, junction, groups, plan);
        let movements = network
            .junction(junction)
            .lanes
            .iter()
            .copied()
            .filter(|lane| network.faces_of_movement.get(lane.ix()).is_some_and(|f| !f.is_empty()))
            .collect();
        let mut crosswalks: Vec<CrosswalkIx> =
            faces.iter().filter_map(|face| network.signal(*face).crosswalk).collect();
        crosswalks.sort_unstable();
        crosswalks.dedup();
        let mut programme =
            Self { faces, movements, crosswalks, stages, intervals: Vec::new(), cycle_ns: 0, offset_ns: 0 };
        programme.fill(network, groups);
        let offset_s = plan.and_then(|plan| plan.offset_s).unwrap_or(0.0);
        programme.offset_ns = ns(offset_s.rem_euclid(programme.cycle_ns as f64 * 1e-9)) % programme.cycle_ns;
        Some(programme)
    }

    /// Interval at a time of the run, and the time its cycle started (as signed ns).
    pub fn at(&self, time_ns: u64) -> (usize, i128) {
        let shifted = i128::from(time_ns) - i128::from(self.offset_ns);
        let within = shifted.rem_euclid(i128::from(self.cycle_ns));
        let ix = self.intervals.partition_point(|interval| i128::from(interval.end_ns) <= within);
        (ix.min(self.intervals.len() - 1), i128::from(time_ns) - within)
    }

    fn fill(&mut self, network: &RoadNetwork, groups: &[SignalGroup]) {
        let stages = self.stages.clone();
        let mut at_ns = 0;
        for (stage_ix, stage) in stages.iter().enumerate() {
            let (green, yellow, red) = (ns(stage.green_s), ns(stage.yellow_s), ns(stage.red_s));
            let walk_end = ns(stage.walk_s);
            let clearance_end = if stage.walk_s > 0.0 { ns(stage.walk_s + stage.clearance_s) } else { 0 };
            let mut cuts = vec![green, green + yellow, green + yellow + red, walk_end, clearance_end];
            cuts.retain(|&cut| cut > 0 && cut <= green + yellow + red);
            cuts.sort_unstable();
            cuts.dedup();
            let mut from = 0;
            for to in cuts {
                let aspect = match from {
                    t if t < green => Aspect::Green,
                    t if t < green + yellow => Aspect::Yellow,
                    _after_yellow => Aspect::Red,
                };
                let pedestrian = match from {
                    t if t < walk_end => Indication::Walk,
                    t if t < clearance_end => Indication::PedestrianClearance,
                    _after_clearance => Indication::DontWalk,
                };
                let interval = self.interval(network, groups, stage_ix, aspect, pedestrian, at_ns + to);
                self.intervals.push(interval);
                from = to;
            }
            at_ns += green + yellow + red;
        }
        self.cycle_ns = at_ns;
        self.find_changes();
    }

    fn interval(
        &self,
        network: &RoadNetwork,
        groups: &[SignalGroup],
        stage: usize,
        aspect: Aspect,
        pedestrian: Indication,
        end_ns: u64,
    ) -> Interval {
        let running = &self.stages[stage].groups;
        let mut lit = Vec::with_capacity(self.faces.len());
        for &ix in &self.faces {
            let face = network.signal(ix);
            let in_stage = |part: FacePart| {
                running.iter().any(|&g| groups[g].members.contains(&GroupMember { face: ix, part }))
            };
            let mut lenses = LitLenses::default();
            for part in [FacePart::Circular, FacePart::LeftArrow, FacePart::RightArrow] {
                let mut shown = if in_stage(part) { aspect } else { Aspect::Red };
                if shown == Aspect::Red
                    && part != FacePart::Circular
                    && has_flashing_arrow(&face.lenses, part)
                    && through_runs(network, groups, running, ix)
                {
                    shown = match aspect {
                        Aspect::Green => Aspect::Permissive,
                        Aspect::Yellow | Aspect::Red | Aspect::Permissive => aspect,
                    };
                }
                light(&face.lenses, part, shown, &mut lenses);
            }
            if face.lenses.iter().any(|lens| lens.shape == LensShape::Pedestrian) {
                let shown = if in_stage(FacePart::Pedestrian) { pedestrian } else { Indication::DontWalk };
                light_pedestrian(&face.lenses, shown, &mut lenses);
            }
            lit.push(lenses);
        }
        let lit_of =
            |face: SignalIx| self.faces.binary_search(&face).map_or(LitLenses::default(), |at| lit[at]);
        let movement = self.movements.iter().map(|lane| movement_of(network, *lane, lit_of)).collect();
        let crosswalk =
            self.crosswalks.iter().map(|crosswalk| crosswalk_of(network, *crosswalk, lit_of)).collect();
        Interval { end_ns, changes_ns: Vec::new(), lit, movement, crosswalk }
    }

    /// Finds for every interval and face when its pattern changes.
    fn find_changes(&mut self) {
        let count = self.intervals.len();
        for at in 0..count {
            let changes = (0..self.faces.len())
                .map(|face| {
                    let now = self.intervals[at].lit[face];
                    (1..=count).find(|ahead| self.intervals[(at + ahead) % count].lit[face] != now).map_or(
                        u64::MAX,
                        |ahead| {
                            let last = at + ahead - 1;
                            self.intervals[last % count].end_ns + (last / count) as u64 * self.cycle_ns
                        },
                    )
                })
                .collect();
            self.intervals[at].changes_ns = changes;
        }
    }
}

/// Groups for a map that has faces but no controllers: faces that look along the same axis as the first
/// face run in the first stage, the others in the second.
fn groups_by_axis(network: &RoadNetwork, faces: &[SignalIx]) -> Vec<SignalGroup> {
    let axis_rad = network.signal(faces[0]).heading_rad;
    let mut groups: Vec<SignalGroup> = [1, 2]
        .map(|stage| SignalGroup {
            id: format!("axis_{stage}"),
            name: format!("axis {stage}"),
            stage,
            members: Vec::new(),
        })
        .into();
    for &ix in faces {
        let face = network.signal(ix);
        let turned = wrap_pi(2.0 * (face.heading_rad - axis_rad)).abs() > core::f64::consts::FRAC_PI_2;
        for part in [FacePart::Circular, FacePart::LeftArrow, FacePart::RightArrow, FacePart::Pedestrian] {
            if face.lenses.iter().any(|lens| part_of(lens.shape) == part) {
                groups[usize::from(turned)].members.push(GroupMember { face: ix, part });
            }
        }
    }
    groups.retain(|group| !group.members.is_empty());
    groups
}

fn part_of(shape: LensShape) -> FacePart {
    match shape {
        LensShape::Circle => FacePart::Circular,
        LensShape::ArrowLeft => FacePart::LeftArrow,
        LensShape::ArrowRight => FacePart::RightArrow,
        LensShape::Pedestrian => FacePart::Pedestrian,
    }
}

fn has_flashing_arrow(lenses: &[Lens], part: FacePart) -> bool {
    lenses.iter().any(|lens| part_of(lens.shape) == part && lens.flashing == Flashing::Flashing)
}

/// Whether a circular group of the face's own street runs.
fn through_runs(network: &RoadNetwork, groups: &[SignalGroup], running: &[usize], face: SignalIx) -> bool {
    let road_of = |ix: SignalIx| network.signal(ix).lanes.first().map(|lane| network.lane(*lane).road);
    let own = road_of(face);
    own.is_some()
        && running
            .iter()
            .flat_map(|&g| &groups[g].members)
            .any(|m| m.part == FacePart::Circular && m.face != face && road_of(m.face) == own)
}

/// Lights one part of a face.
fn light(lenses: &[Lens], part: FacePart, aspect: Aspect, lit: &mut LitLenses) {
    let color = match aspect {
        Aspect::Red => LensColor::Red,
        Aspect::Yellow | Aspect::Permissive => LensColor::Yellow,
        Aspect::Green => LensColor::Green,
    };
    let flashing = if aspect == Aspect::Permissive { Flashing::Flashing } else { Flashing::Steady };
    let wanted =
        |lens: &Lens| part_of(lens.shape) == part && lens.color == color && lens.flashing == flashing;
    if let Some(ix) = lenses.iter().position(wanted) {
        lit.mask |= 1 << ix;
        if flashing == Flashing::Flashing {
            lit.flashing |= 1 << ix;
        }
    }
}

fn light_pedestrian(lenses: &[Lens], shown: Indication, lit: &mut LitLenses) {
    let color = if shown == Indication::Walk { LensColor::White } else { LensColor::Red };
    let found = lenses.iter().position(|l| l.shape == LensShape::Pedestrian && l.color == color);
    if let Some(ix) = found {
        lit.mask |= 1 << ix;
        if shown == Indication::PedestrianClearance {
            lit.flashing |= 1 << ix;
        }
    }
}

/// What one face tells a turn, from its lit lenses; `None` if nothing of it is lit.
pub fn face_tells(lenses: &[Lens], lit: LitLenses, turn: Turn) -> Option<Indication> {
    let arrow = match turn {
        Turn::Left | Turn::UTurn => LensShape::ArrowLeft,
        Turn::Right => LensShape::ArrowRight,
        // Straight on, arrows say nothing, except on a face that has nothing else.
        Turn::Straight => LensShape::Circle,
    };
    let shines = |shape: LensShape, color: LensColor| {
        lenses.iter().enumerate().find_map(|(ix, lens)| {
            (lens.shape == shape && lens.color == color && lit.mask & (1 << ix) != 0)
                .then_some(lit.flashing & (1 << ix) != 0)
        })
    };
    let circular = |color| shines(LensShape::Circle, color);
    let by_arrow = if arrow == LensShape::Circle {
        None
    } else if shines(arrow, LensColor::Green).is_some() {
        Some(Indication::GreenArrow)
    } else if let Some(flashing) = shines(arrow, LensColor::Yellow) {
        if flashing {
            Some(Indication::FlashingYellow)
        } else if circular(LensColor::Green).is_some() {
            Some(Indication::Green)
        } else {
            Some(Indication::Yellow)
        }
    } else {
        shines(arrow, LensColor::Red).map(|f| if f { Indication::FlashingRed } else { Indication::Red })
    };
    by_arrow.or_else(|| {
        circular(LensColor::Green)
            .map(|_steady| Indication::Green)
            .or_else(|| {
                circular(LensColor::Yellow)
                    .map(|f| if f { Indication::FlashingYellow } else { Indication::Yellow })
            })
            .or_else(|| {
                circular(LensColor::Red).map(|f| if f { Indication::FlashingRed } else { Indication::Red })
            })
    })
}

/// What a movement is told by the faces that govern it; `Dark` if none of them shines.
pub fn movement_of(
    network: &RoadNetwork,
    lane: LaneId,
    lit_of: impl Fn(SignalIx) -> LitLenses,
) -> Option<Indication> {
    let faces = network.faces_of_movement.get(lane.ix())?;
    if faces.is_empty() {
        return None;
    }
    let turn = network.lane(lane).turn;
    let told = faces.iter().find_map(|&ix| {
        let lenses = &network.signal(ix).lenses;
        // A face of arrows alone may govern a lane that the map calls straight.
        face_tells(lenses, lit_of(ix), turn)
            .or_else(|| face_tells(lenses, lit_of(ix), Turn::Left))
            .or_else(|| face_tells(lenses, lit_of(ix), Turn::Right))
    });
    Some(told.unwrap_or(Indication::Dark))
}

/// What a crosswalk is told.
pub fn crosswalk_of(
    network: &RoadNetwork,
    crosswalk: CrosswalkIx,
    lit_of: impl Fn(SignalIx) -> LitLenses,
) -> Option<Indication> {
    let mut heads = network.signals.iter().filter(|face| face.crosswalk == Some(crosswalk)).peekable();
    heads.peek()?;
    let told = heads.find_map(|face| {
        let lit = lit_of(face.ix);
        face.lenses.iter().enumerate().find_map(|(ix, lens)| {
            (lit.mask & (1 << ix) != 0).then_some(match lens.color {
                LensColor::White => Indication::Walk,
                _hand if lit.flashing & (1 << ix) != 0 => Indication::PedestrianClearance,
                _hand => Indication::DontWalk,
            })
        })
    });
    Some(told.unwrap_or(Indication::Dark))
}

/// Stages with their lengths.
fn stages(
    network: &RoadNetwork,
    junction: JunctionIx,
    groups: &[SignalGroup],
    plan: Option<&SignalPlan>,
) -> Vec<Stage> {
    let mut numbers: Vec<u32> = groups.iter().map(|group| group.stage).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
        .iter()
        .enumerate()
        .map(|(order, number)| {
            let members: Vec<usize> = (0..groups.len()).filter(|&g| groups[g].stage == *number).collect();
            stage(network, junction, groups, members, plan, order)
        })
        .collect()
}

fn stage(
    network: &RoadNetwork,
    junction: JunctionIx,
    groups: &[SignalGroup],
    members: Vec<usize>,
    plan: Option<&SignalPlan>,
    order: usize,
) -> Stage {
    let (mut yellow_s, mut red_s) = (timing::YELLOW_S.0, timing::RED_CLEARANCE_S.0);
    let (mut through, mut crossing_m) = (false, None::<f64>);
    for member in members.iter().flat_map(|&g| &groups[g].members) {
        let face = network.signal(member.face);
        if member.part == FacePart::Pedestrian {
            if let Some(crosswalk) = face.crosswalk {
                let [from, to] = network.crosswalks[crosswalk.ix()].ends_m;
                crossing_m = Some(crossing_m.unwrap_or(0.0).max(from.distance(to)));
            }
            continue;
        }
        through |= member.part == FacePart::Circular;
        for &approach in &face.lanes {
            let lane = network.lane(approach);
            let pose = network.lane_pose(LaneCoord::center(approach, lane.length_m)).pose;
            yellow_s = yellow_s.max(timing::yellow_s(lane.speed_limit_mps, tan(pose.pitch_rad)));
            let path_m = path_length_m(network, junction, approach, member.part);
            red_s = red_s.max(timing::red_clearance_s(path_m, lane.speed_limit_mps));
        }
    }
    yellow_s = plan.and_then(|plan| plan.yellow_s).unwrap_or(yellow_s);
    red_s = plan.and_then(|plan| plan.red_clearance_s).unwrap_or(red_s);
    let clearance_s = crossing_m.map_or(0.0, timing::pedestrian_clearance_s);
    // Clearance may run through yellow and red, less the buffer.
    let tail_s = (yellow_s + red_s - timing::PEDESTRIAN_BUFFER_S).max(0.0);
    let stated = plan.and_then(|plan| plan.green_s.as_ref()).and_then(|greens| greens.get(order)).copied();
    let green_s = stated.unwrap_or_else(|| {
        let usual = if through { timing::GREEN_THROUGH_S } else { timing::GREEN_ARROW_S };
        if crossing_m.is_some() { usual.max(timing::WALK_S + clearance_s - tail_s) } else { usual }
    });
    let green_s = timing::round_up_s(green_s.max(1.0));
    let walk_s = if crossing_m.is_none() {
        0.0
    } else {
        let by_green = green_s - clearance_s;
        let longest = (green_s + tail_s - clearance_s).min(green_s);
        let walk = if by_green >= timing::WALK_S { by_green } else { longest.min(timing::WALK_S) };
        if walk + 1e-9 >= timing::WALK_SPECIAL_S { walk } else { 0.0 }
    };
    Stage { groups: members, green_s, yellow_s, red_s, walk_s, clearance_s }
}

/// Longest path through the junction from an approach lane that a part of a face controls, m.
fn path_length_m(network: &RoadNetwork, junction: JunctionIx, approach: LaneId, part: FacePart) -> f64 {
    let turns: &[Turn] = match part {
        FacePart::Circular => &[Turn::Straight],
        FacePart::LeftArrow => &[Turn::Left, Turn::UTurn],
        FacePart::RightArrow => &[Turn::Right],
        FacePart::Pedestrian => &[],
    };
    let connecting = || {
        network
            .lane(approach)
            .successors
            .iter()
            .map(|lane| network.lane(*lane))
            .filter(|lane| lane.junction == Some(junction))
    };
    let longest = |turns: &[Turn]| {
        connecting()
            .filter(|lane| turns.is_empty() || turns.contains(&lane.turn))
            .map(|lane| lane.length_m)
            .fold(None::<f64>, |longest, m| Some(longest.map_or(m, |l| l.max(m))))
    };
    longest(turns).or_else(|| longest(&[])).unwrap_or(2.0 * network.junction(junction).radius_m)
}

#[cfg(test)]
mod map_tests;
#[cfg(test)]
mod tests;
