//! Damaged scenarios: what still loads becomes a play, is played some steps and written in the native
//! format, and nothing panics.
//!
//! A fixed stream of numbers changes a scenario of our own; `SHAKEDOWN_FUZZ=100000` runs that many.

use std::collections::BTreeMap;
use std::sync::Arc;

use openscenario::{Document, NoFiles, parse};
use storyboard::convert::{Wanted, to_native};
use storyboard::play::player::Player;
use storyboard::play::roads::Roads;

/// Executions where the environment does not say otherwise.
const EXECUTIONS: u64 = 1500;
/// Length of a step, ns.
const DT_NS: u64 = 50_000_000;

const MAP: &[u8] = br#"<OpenDRIVE><header revMajor="1" revMinor="8"/><road id="1" length="500" junction="-1">
<planView><geometry s="0" x="0" y="0" hdg="0" length="200"><line/></geometry>
<geometry s="200" x="200" y="0" hdg="0" length="300"><arc curvature="0.01"/></geometry></planView>
<lanes><laneSection s="0"><left><lane id="1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></left>
<center><lane id="0" type="none"/></center><right>
<lane id="-1" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane>
<lane id="-2" type="driving"><width sOffset="0" a="3" b="0" c="0" d="0"/></lane></right></laneSection></lanes>
</road></OpenDRIVE>"#;

/// SplitMix64: enough to choose places and bytes.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// Changes values and elements so that much of the file stays sound.
fn damaged(seed: &str, numbers: &mut Numbers) -> String {
    const VALUES: [&str; 14] = [
        "0",
        "-1",
        "1e9",
        "-1e-9",
        "0.5",
        "1",
        "Ego",
        "box",
        "all_vehicles",
        "",
        "$half",
        "${$half * 2}",
        "true",
        "-2",
    ];
    let mut text = seed.to_owned();
    for _ in 0..=numbers.below(4) {
        let marks: Vec<usize> = text.match_indices('"').map(|(i, _)| i).collect();
        let pair = numbers.below(marks.len() / 2) * 2;
        let (Some(from), Some(to)) = (marks.get(pair), marks.get(pair + 1)) else { continue };
        if numbers.below(4) > 0 {
            text.replace_range(from + 1..*to, VALUES[numbers.below(VALUES.len())]);
        } else {
            // A line goes, comes twice, or stands elsewhere.
            let mut lines: Vec<&str> = text.lines().collect();
            let (at, other) = (numbers.below(lines.len()), numbers.below(lines.len()));
            match numbers.below(3) {
                0 => drop(lines.remove(at)),
                1 => lines.insert(other, lines[at]),
                _ => lines.swap(at, other),
            }
            text = lines.join("\n");
        }
    }
    text
}

#[test]
fn damaged_scenarios_are_played_or_refused() {
    let seeds = [include_str!("../../openscenario/tests/data/rare.xosc"), include_str!("data/motion.xosc")];
    let executions = std::env::var("SHAKEDOWN_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(EXECUTIONS);
    let roads = Arc::new(Roads::new(Arc::new(opendrive::parse(MAP, "m.xodr").expect("a sound map").map)));
    let mut numbers = Numbers(1);
    let (mut loaded, mut played) = (0, 0);
    for execution in 0..executions {
        let seed = seeds[usize::from(execution % 2 == 1)];
        let text = if execution < 2 { seed.to_owned() } else { damaged(seed, &mut numbers) };
        let parsed = parse(text.as_bytes(), "s.xosc", &NoFiles, &BTreeMap::new());
        let Some(Document::Scenario(scenario)) = &parsed.document else { continue };
        loaded += 1;
        let outcome = storyboard::read::from_openscenario(scenario, &parsed.files);
        assert_eq!(outcome.play.is_none(), outcome.problems.has_errors(), "execution {execution}");
        let Some(play) = outcome.play else { continue };
        let play = Arc::new(play);
        let mut player = Player::new(play.clone(), roads.clone());
        player.step(0, 0);
        for tick in 0..40 {
            player.step(tick * DT_NS, DT_NS);
        }
        let wanted = Wanted { map: "m.xodr".to_owned(), ego: Some(0), ego_vehicle: "car".to_owned() };
        let native = to_native(&play, &roads, &wanted);
        assert!(!native.text.contains("NaN") && !native.text.contains("inf"), "execution {execution}");
        played += 1;
    }
    println!("{executions} files, {loaded} loaded, {played} played");
    assert!(played > executions / 10, "the damage is too great to test anything: {played} of {executions}");
}
