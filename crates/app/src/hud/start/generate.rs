//! A scenario file for free driving, from a map, a place and a weather: the same format that people write, so
//! that a drive can be kept, edited, checked and run in a batch.
//!
//! Pure: a description in, the text of the file out.

use super::super::knobs::{KNOBS, Knob};
use shakedown::road::{LaneCoord, LaneKind, RoadNetwork};
use std::fmt::Write;

/// Longest free drive, s.
pub const DURATION_S: f64 = 900.0;
/// A start needs so much lane ahead of it, m.
const ROOM_M: f64 = 25.0;

/// A free drive.
#[derive(Clone, Debug, PartialEq)]
pub struct FreeDrive {
    /// Map.
    pub map: String,
    /// Start.
    pub start: LaneCoord,
    /// Where to, if anywhere.
    pub destination: Option<LaneCoord>,
    /// Vehicle.
    pub vehicle: String,
    /// Background vehicles.
    pub vehicles: u32,
    /// Pedestrians.
    pub pedestrians: u32,
    /// Cyclists.
    pub cyclists: u32,
    /// Knobs of the weather that are turned; index as [`KNOBS`].
    pub weather: Vec<Option<f64>>,
}

/// Why a place is no start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoStart {
    /// It is not on a lane for motor vehicles.
    NotADrivingLane,
    /// It lies inside a junction.
    InJunction,
    /// The lane ends too soon.
    TooShort,
}

/// A place to start from on this lane, moved back from its end where needed.
pub fn start_on(network: &RoadNetwork, at: LaneCoord) -> Result<LaneCoord, NoStart> {
    let lane = network.lane(at.lane);
    if lane.kind != LaneKind::Driving {
        return Err(NoStart::NotADrivingLane);
    }
    if lane.junction.is_some() {
        return Err(NoStart::InJunction);
    }
    if lane.length_m < ROOM_M + 8.0 {
        return Err(NoStart::TooShort);
    }
    Ok(LaneCoord::center(at.lane, at.along_m.clamp(6.0, lane.length_m - ROOM_M)))
}

/// Starts to offer on a map: the middle of every long driving lane outside junctions, longest street first.
pub fn starts(network: &RoadNetwork) -> Vec<(String, LaneCoord)> {
    let mut found: Vec<(f64, String, LaneCoord)> = network
        .lanes
        .iter()
        .filter_map(|lane| {
            let start =
                start_on(network, LaneCoord::center(lane.id, (lane.length_m * 0.25).min(40.0))).ok()?;
            let road = network.road(lane.road);
            let name =
                if road.name.is_empty() { super::super::words::spaced(&road.id) } else { road.name.clone() };
            let way = compass(network.lane_pose(start).pose.heading_rad);
            Some((lane.length_m, format!("{name}, {way}"), start))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.lane.cmp(&b.2.lane)));
    found.into_iter().map(|(_, name, start)| (name, start)).collect()
}

/// Heading as a word.
pub fn compass(heading_rad: f64) -> &'static str {
    const NAMES: [&str; 8] = [
        "eastbound",
        "northeastbound",
        "northbound",
        "northwestbound",
        "westbound",
        "southwestbound",
        "southbound",
        "southeastbound",
    ];
    let eighth = (heading_rad / core::f64::consts::FRAC_PI_4).round().rem_euclid(8.0);
    NAMES[(eighth as usize).min(7)]
}

/// The place in the terms of a scenario file.
fn place(network: &RoadNetwork, at: LaneCoord) -> String {
    let road = network.road_coord(at);
    format!("{{ road = {:?}, lane = {}, s_m = {:.1} }}", road.road_id, road.lane_id, road.s_m.max(0.0))
}

/// Whether a way leads from the start to the destination.
pub fn reachable(network: &RoadNetwork, from: LaneCoord, to: LaneCoord) -> bool {
    from.lane != to.lane && network.route(from, to.lane).is_some()
        || from.lane == to.lane && to.along_m > from.along_m + 5.0
}

/// The text of the file.
pub fn scenario_text(network: &RoadNetwork, drive: &FreeDrive) -> String {
    let mut text = String::new();
    let name = super::super::words::capital(&super::super::words::spaced(&drive.map));
    // Writing to a text cannot fail.
    let _ = write!(
        text,
        "# Made by the start screen of the window. It is an ordinary scenario: edit and keep it as you like.\n\
         version = 1\n\
         title = \"Free drive: {name}\"\n\
         about = \"A drive of your own on the map {}.\"\n\
         map = {:?}\n\
         duration_s = {DURATION_S}\n\
         level = \"L0\"\n\
         start = \"2016-06-20T13:00:00-07:00\"\n",
        drive.map, drive.map
    );
    let turned: Vec<(&Knob, f64)> =
        KNOBS.iter().zip(&drive.weather).filter_map(|(knob, value)| Some((knob, (*value)?))).collect();
    if !turned.is_empty() {
        text.push_str("\n[weather]\n");
        for (knob, value) in turned {
            let (path, value) = knob.override_of(value);
            let key = path.strip_prefix("weather.").unwrap_or(&path);
            let _ = writeln!(text, "{key} = {value}");
        }
    }
    let _ = write!(text, "\n[ego]\nvehicle = {:?}\nstart = {}\n", drive.vehicle, place(network, drive.start));
    if let Some(destination) = drive.destination {
        let _ = writeln!(text, "route = [{}]", place(network, destination));
    }
    if drive.vehicles + drive.pedestrians + drive.cyclists > 0 {
        let _ = write!(
            text,
            "\n[traffic]\nvehicles = {}\npedestrians = {}\ncyclists = {}\nradius_m = 400\n",
            drive.vehicles, drive.pedestrians, drive.cyclists
        );
    }
    text.push_str("\n[[criteria]]\nrule = \"no_collision\"\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use shakedown::cli::assets::Assets;
    use shakedown::scenario::{Files, NameKind, Scenario};

    fn drive(map: &str, start: LaneCoord, destination: Option<LaneCoord>) -> FreeDrive {
        FreeDrive {
            map: map.to_owned(),
            start,
            destination,
            vehicle: "lexus_rx450h_2012".to_owned(),
            vehicles: 12,
            pedestrians: 3,
            cyclists: 2,
            weather: vec![None; KNOBS.len()],
        }
    }

    #[test]
    fn the_engine_accepts_a_drive_from_every_start_of_every_map() {
        let assets = Assets::open().unwrap();
        let maps = assets.names(NameKind::Map).unwrap();
        assert!(maps.len() >= 5, "{maps:?}");
        for map in maps {
            let network = assets.map(&map).unwrap();
            let starts = starts(&network);
            assert!(!starts.is_empty(), "{map} has no start");
            for (name, start) in &starts {
                let text = scenario_text(&network, &drive(&map, *start, None));
                let checked = Scenario::check("free", "free.toml", text.as_bytes(), &assets, &[]);
                assert!(checked.diagnostics.is_empty(), "{map}, {name}: {:#?}\n{text}", checked.diagnostics);
                let ego = checked.scenario.unwrap().ego.unwrap();
                assert_eq!(ego.start.coord.lane, start.lane, "{map}, {name}");
                assert!((ego.start.coord.along_m - start.along_m).abs() < 0.2, "{map}, {name}");
            }
        }
    }

    #[test]
    fn the_engine_accepts_every_weather_and_destination() {
        let assets = Assets::open().unwrap();
        let network = assets.map("kirkland").unwrap();
        let starts = starts(&network);
        let from = starts[0].1;
        let to = starts.iter().map(|(_, c)| *c).find(|to| reachable(&network, from, *to)).unwrap();
        for end in [|k: &Knob| k.min, |k: &Knob| k.max] {
            let mut drive = drive("kirkland", from, Some(to));
            drive.weather = KNOBS.iter().map(|k| Some(end(k))).collect();
            let text = scenario_text(&network, &drive);
            let checked = Scenario::check("free", "free.toml", text.as_bytes(), &assets, &[]);
            assert!(checked.diagnostics.is_empty(), "{:#?}\n{text}", checked.diagnostics);
            let scenario = checked.scenario.unwrap();
            assert_eq!(scenario.weather.unwrap().initial.rain_mmph, Some(end(&KNOBS[0])));
            assert_eq!(scenario.ego.unwrap().route[0].coord.lane, to.lane);
        }
    }

    #[test]
    fn names_with_quotes_stay_text() {
        let assets = Assets::open().unwrap();
        let network = assets.map("straight").unwrap();
        let start = starts(&network)[0].1;
        let mut odd = drive("straight", start, None);
        odd.vehicle = "a\"b\\c".to_owned();
        let text = scenario_text(&network, &odd);
        let checked = Scenario::check("free", "free.toml", text.as_bytes(), &assets, &[]);
        let rules: Vec<_> = checked.diagnostics.iter().map(|d| d.rule).collect();
        assert_eq!(rules, ["unknown_vehicle"], "{text}");
    }

    #[test]
    fn headings_have_names() {
        use core::f64::consts::PI;
        for (heading, expect) in [
            (0.0, "eastbound"),
            (PI / 2.0, "northbound"),
            (-PI / 2.0, "southbound"),
            (PI, "westbound"),
            (-0.1, "eastbound"),
        ] {
            assert_eq!(compass(heading), expect);
        }
    }
}
