//! Scenarios of the corpus in the native format: every one is written, and what is lost is named.

mod common;

use common::{corpus, load};
use std::collections::BTreeMap;
use std::path::Path;
use storyboard::convert::{Wanted, to_native};
use storyboard::standard::EntityKind;

fn convert(path: &Path) -> Result<storyboard::convert::Native, String> {
    let (play, roads) = load(path)?;
    let ego = play.entities.iter().position(|e| e.body.kind == EntityKind::Vehicle);
    let wanted = Wanted { map: "map.xodr".to_owned(), ego, ego_vehicle: "lexus_rx450h_2012".to_owned() };
    Ok(to_native(&play, &roads, &wanted))
}

#[test]
fn a_cut_in_keeps_its_meaning() {
    let Some(corpus) = corpus() else { return };
    let native = convert(&corpus.join("esmini/resources/xosc/cut-in.xosc")).expect("it loads");
    println!("{}\n{:#?}", native.text, native.lost);
    for wanted in [
        "[ego]\nvehicle = \"lexus_rx450h_2012\"\nstart = { road = \"0\", lane = -3, s_m = 50 }",
        "[[entity]]\nname = \"OverTaker\"\nvehicle = \"compact_car\"\nbehavior = \"scripted\"",
        "headway = { from = \"ego\", to = \"OverTaker\", above_s = 0.4 }, edge = \"rising\"",
        "lane_change = { entity = \"OverTaker\", lanes = -1, over_s = 3, shape = \"sinusoidal\" }",
        "speed = { entity = \"OverTaker\", speed_mps = 0, rate_mps2 = 4, shape = \"linear\" }",
    ] {
        assert!(native.text.contains(wanted), "{wanted}\nis not in\n{}\n{:#?}", native.text, native.lost);
    }
}

#[test]
fn every_scenario_is_written() {
    let Some(corpus) = corpus() else { return };
    let mut open = vec![corpus];
    let (mut written, mut events) = (0, 0);
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a directory of the corpus").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "xosc")
                && let Ok(native) = convert(&path)
            {
                written += 1;
                events += native.text.matches("[[story.act.group.event]]").count();
                for loss in native.lost {
                    let what = loss.split_once(": ").map_or(loss.clone(), |(_, what)| what.to_owned());
                    let what = what.split([' ', '(']).take(4).collect::<Vec<_>>().join(" ");
                    *lost.entry(what).or_insert(0) += 1;
                }
                if let Ok(folder) = std::env::var("SHAKEDOWN_CONVERTED") {
                    let stem = path.file_stem().expect("a file").to_string_lossy().into_owned();
                    std::fs::write(Path::new(&folder).join(format!("{stem}.toml")), native.text)
                        .expect("written");
                }
            }
        }
    }
    println!("{written} scenarios, {events} events");
    let mut lost: Vec<_> = lost.into_iter().collect();
    lost.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for (what, n) in lost.iter().take(60) {
        println!("{n:5} {what}");
    }
}
