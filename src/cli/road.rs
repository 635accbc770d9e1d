//! `shakedown road`: places on an OpenDRIVE map, exactly as the standard defines them.
//!
//! Positions come straight from the `opendrive` crate, not from the sampled center lines that the engine
//! drives on. Headings are those of the lane's driving direction; pitch is positive nose down and roll
//! positive right side down, as in OpenDRIVE.

use clap::Args;
use opendrive as odr;
use serde::Serialize;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Usage error or bad input: nothing was evaluated.
const BAD_INPUT: u8 = 2;

/// Positions on a map.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  shakedown road map.xodr --list\n  \
    shakedown road map.xodr --road main_1 --lane -1 --s 12.5 --offset 0.3 --json\n  \
    shakedown road map.xodr --points points.tsv")]
pub struct RoadArgs {
    /// OpenDRIVE file
    pub file: PathBuf,
    /// Id of the road
    #[arg(long, requires_all = ["lane", "s"])]
    pub road: Option<String>,
    /// Id of the lane: negative to the right of the reference line, positive to its left
    #[arg(long, allow_negative_numbers = true, requires = "road")]
    pub lane: Option<i32>,
    /// Distance along the road, m
    #[arg(long, requires = "road")]
    pub s: Option<f64>,
    /// Added to the lane center's t, m: positive to the left of the reference line
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    pub offset: f64,
    /// Tab-separated file with the columns road, lane, s_m, lane_offset_m
    #[arg(long, conflicts_with = "road")]
    pub points: Option<PathBuf>,
    /// List the roads with their names, lengths and lanes
    #[arg(long, conflicts_with_all = ["road", "points"])]
    pub list: bool,
    /// Print one JSON value
    #[arg(long)]
    pub json: bool,
}

/// A place that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadQuery {
    /// Id of the road.
    pub road: String,
    /// Id of the lane.
    pub lane: i32,
    /// Distance along the road, m.
    pub s_m: f64,
    /// Added to the lane center's t, m.
    pub lane_offset_m: f64,
}

/// The answer: m, and rad in OpenDRIVE's signs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoadAnswer {
    /// East, m.
    pub x_m: f64,
    /// North, m.
    pub y_m: f64,
    /// Up, m.
    pub z_m: f64,
    /// Heading, rad in [0, 2π).
    pub heading_rad: f64,
    /// Pitch, rad, positive nose down.
    pub pitch_rad: f64,
    /// Roll, rad, positive right side down.
    pub roll_rad: f64,
}

/// A road in a listing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoadListing {
    /// Id.
    pub road: String,
    /// Street name.
    pub name: String,
    /// Length, m.
    pub length_m: f64,
    /// Lane ids of all sections, from left to right, without repetition.
    pub lanes: Vec<i32>,
}

/// Evaluates places exactly; `None` where there is no such place.
pub fn evaluate(map: &odr::Map, queries: &[RoadQuery]) -> Vec<Option<RoadAnswer>> {
    let answer = |p: odr::Position| RoadAnswer {
        x_m: p.x_m,
        y_m: p.y_m,
        z_m: p.z_m,
        heading_rad: p.heading_rad,
        pitch_rad: p.pitch_rad,
        roll_rad: p.roll_rad,
    };
    queries.iter().map(|q| map.lane_position(&q.road, q.lane, q.s_m, q.lane_offset_m).map(answer)).collect()
}

/// Reads a table of places; the message names the line and column of the first mistake.
pub fn read_points(text: &str) -> Result<Vec<RoadQuery>, String> {
    let mut lines = text.lines().enumerate();
    let Some((_, header)) = lines.next() else { return Err("1:1: the table is empty".into()) };
    let columns: Vec<&str> = header.trim_start_matches('\u{feff}').split('\t').map(str::trim).collect();
    let find = |name: &str| {
        columns
            .iter()
            .position(|c| *c == name)
            .ok_or_else(|| format!("1:1: no column {name}; wanted: road, lane, s_m, lane_offset_m"))
    };
    let (road, lane, s, offset) = (find("road")?, find("lane")?, find("s_m")?, find("lane_offset_m")?);
    let mut queries = Vec::new();
    for (i, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell =
            |k: usize| cells.get(k).copied().ok_or_else(|| format!("{}: no value for {}", i + 1, columns[k]));
        let wrong = |k: usize, wanted: &str| {
            let column = 1 + line.split('\t').take(k).map(|c| c.chars().count() + 1).sum::<usize>();
            format!("{}:{column}: {} is {:?}, not {wanted}", i + 1, columns[k], cells[k])
        };
        let number = |k: usize| -> Result<f64, String> {
            let value: f64 = cell(k)?.parse().map_err(|_| wrong(k, "a number"))?;
            if value.is_finite() { Ok(value) } else { Err(wrong(k, "finite")) }
        };
        queries.push(RoadQuery {
            road: cell(road)?.to_string(),
            lane: cell(lane)?.parse().map_err(|_| wrong(lane, "a lane id"))?,
            s_m: number(s)?,
            lane_offset_m: number(offset)?,
        });
    }
    Ok(queries)
}

/// All roads of a map.
pub fn list(map: &odr::Map) -> Vec<RoadListing> {
    let lanes = |road: &odr::Road| {
        let mut ids: Vec<i32> = road.lane_sections.iter().flat_map(|s| s.lanes().map(|l| l.id)).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        ids
    };
    map.roads
        .iter()
        .map(|r| RoadListing {
            road: r.id.clone(),
            name: r.name.clone(),
            length_m: r.length_m,
            lanes: lanes(r),
        })
        .collect()
}

/// Runs the command. Problems of the map and what was ignored go to stderr.
pub fn run(args: RoadArgs) -> ExitCode {
    match answer(&args) {
        Ok(text) => {
            // A closed pipe (`| head`) is no fault of ours.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn answer(args: &RoadArgs) -> Result<String, String> {
    let file = args.file.display();
    let bytes = std::fs::read(&args.file).map_err(|e| format!("error: {file}: {e}"))?;
    let parsed = odr::parse(&bytes, &file.to_string()).map_err(|problems| problems.to_string())?;
    for problem in &parsed.problems {
        eprintln!("{problem}");
    }
    for (element, count) in &parsed.ignored {
        eprintln!("ignored: {element} ×{count}");
    }
    let json = |value: serde_json::Result<String>| value.map(|t| t + "\n").map_err(|e| format!("error: {e}"));
    if args.list {
        let roads = list(&parsed.map);
        if args.json {
            return json(serde_json::to_string(&roads));
        }
        let row = |r: &RoadListing| {
            let lanes: Vec<String> = r.lanes.iter().map(i32::to_string).collect();
            format!("{}\t{}\t{:.3}\t{}\n", r.road, r.name, r.length_m, lanes.join(" "))
        };
        return Ok("road\tname\tlength_m\tlanes\n".to_string() + &roads.iter().map(row).collect::<String>());
    }
    let queries = match (&args.points, &args.road, args.lane, args.s) {
        (Some(path), _, _, _) => {
            let shown = path.display();
            let text = std::fs::read_to_string(path).map_err(|e| format!("error: {shown}: {e}"))?;
            read_points(&text).map_err(|e| format!("{shown}:{e}"))?
        }
        (None, Some(road), Some(lane), Some(s_m)) => {
            vec![RoadQuery { road: road.clone(), lane, s_m, lane_offset_m: args.offset }]
        }
        (None, _, _, _) => {
            return Err("error: --road with --lane and --s, --points or --list is wanted".into());
        }
    };
    let answers = evaluate(&parsed.map, &queries);
    if args.json {
        return json(serde_json::to_string(&answers));
    }
    if let ([query], [None], None) = (&queries[..], &answers[..], &args.points) {
        return Err(format!("error: {file}: {}", why_not(&parsed.map, query)));
    }
    let row = |a: &Option<RoadAnswer>| match a {
        Some(a) => format!(
            "{:.6}\t{:.6}\t{:.6}\t{:.6}\t{:.6}\t{:.6}\n",
            a.x_m, a.y_m, a.z_m, a.heading_rad, a.pitch_rad, a.roll_rad
        ),
        None => "null\n".to_string(),
    };
    let header = "x_m\ty_m\tz_m\theading_rad\tpitch_rad\troll_rad\n".to_string();
    Ok(header + &answers.iter().map(row).collect::<String>())
}

/// Why there is no such place, in words.
fn why_not(map: &odr::Map, q: &RoadQuery) -> String {
    let Some(road) = map.road(&q.road) else { return format!("no road {:?}", q.road) };
    if !(0.0..=road.length_m).contains(&q.s_m) {
        return format!("s = {} is not on road {:?} of {} m", q.s_m, q.road, road.length_m);
    }
    format!("road {:?} has no lane {} at s = {}", q.road, q.lane, q.s_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &[u8] = br#"<OpenDRIVE><header revMajor="1" revMinor="8"/>
      <road id="1" name="Main" length="100" junction="-1">
        <planView><geometry s="0" x="5" y="0" hdg="0" length="100"><line/></geometry></planView>
        <lanes><laneSection s="0"><center><lane id="0" type="none"/></center>
          <right><lane id="-1" type="driving"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane></right>
        </laneSection></lanes>
      </road></OpenDRIVE>"#;

    #[test]
    fn places_come_in_the_order_of_the_points() {
        let map = odr::parse(MAP, "test").unwrap().map;
        let queries =
            read_points("lane\troad\ts_m\tlane_offset_m\n-1\t1\t40\t0.25\n\n-2\t1\t40\t0\n-1\t1\t101\t0\n")
                .unwrap();
        let answers = evaluate(&map, &queries);
        let first = answers[0].unwrap();
        assert_eq!((first.x_m, first.y_m, first.heading_rad), (45.0, -1.5, 0.0));
        assert_eq!(&answers[1..], [None, None]);
        assert_eq!(
            list(&map),
            [RoadListing { road: "1".into(), name: "Main".into(), length_m: 100.0, lanes: vec![-1] }]
        );
    }

    #[test]
    fn mistakes_in_the_table_are_named_with_their_place() {
        for (text, expect) in [
            ("", "1:1: the table is empty"),
            ("road\tlane\ts_m\n", "1:1: no column lane_offset_m"),
            ("road\tlane\ts_m\tlane_offset_m\n1\t-1\tx\t0\n", "2:6: s_m is \"x\", not a number"),
            ("road\tlane\ts_m\tlane_offset_m\n1\t1.5\t0\t0\n", "2:3: lane is \"1.5\", not a lane id"),
            ("road\tlane\ts_m\tlane_offset_m\n1\t-1\t0\tinf\n", "2:8: lane_offset_m is \"inf\", not finite"),
            ("road\tlane\ts_m\tlane_offset_m\n1\t-1\n", "2: no value for s_m"),
        ] {
            let found = read_points(text).unwrap_err();
            assert!(found.starts_with(expect), "{found:?} for {expect:?}");
        }
    }

    #[test]
    fn bad_input_is_refused_with_a_reason() {
        let map = odr::parse(MAP, "test").unwrap().map;
        let query = |road: &str, lane, s_m| RoadQuery { road: road.into(), lane, s_m, lane_offset_m: 0.0 };
        for (q, expect) in [
            (query("9", -1, 0.0), "no road \"9\""),
            (query("1", -1, 200.0), "s = 200 is not on road \"1\" of 100 m"),
            (query("1", 3, 2.0), "road \"1\" has no lane 3 at s = 2"),
        ] {
            assert_eq!(why_not(&map, &q), expect);
        }
    }
}
