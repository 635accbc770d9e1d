//! Bytes → [`Scenario`], or every problem at once.
//!
//! ```text
//! bytes → text → tree → overrides → parameters → fit to the format → raw types → resolve → Scenario
//! ```

use super::diagnostic::{Diagnostic, Report, Severity};
use super::files::Files;
use super::fit::fit;
use super::located::Misfit;
use super::model::Scenario;
use super::parameters;
use super::raw::RawScenario;
use super::resolve::{Declared, Resolver, WHOLE_FILE, civil_time, expectations, traffic};
use super::schema::reader_schema;
use super::tree::{self, Node, Value};
use crate::base::hash::StableHasher;
use crate::state::automation::AutomationLevel;
use serde::Deserialize;

/// A scenario, if the file gives one, and everything there is to say about the file.
#[derive(Debug)]
pub struct Checked {
    /// The scenario; `None` when there is an error.
    pub scenario: Option<Scenario>,
    /// Errors and warnings, by their place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Scenario {
    /// Reads a scenario. `name` is its name in results, `overrides` are (path, value) pairs applied to the
    /// file before anything is read (see `--set`): `("weather.rain_mmph", "20")`, or a parameter's name.
    ///
    /// Nothing here panics on any input; all problems are reported at once.
    pub fn load(
        name: &str,
        bytes: &[u8],
        files: &dyn Files,
        overrides: &[(String, String)],
    ) -> Result<Self, Vec<Diagnostic>> {
        let checked = Self::check(name, name, bytes, files, overrides);
        checked.scenario.ok_or(checked.diagnostics)
    }

    /// Like [`Self::load`], with a file name for the diagnostics and with warnings.
    pub fn check(
        name: &str,
        file: &str,
        bytes: &[u8],
        files: &dyn Files,
        overrides: &[(String, String)],
    ) -> Checked {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                let mut report = Report::new(file, valid, &[]);
                let at = super::diagnostic::Span::file(valid.len(), valid.len() + 1);
                let message = format!("byte {} is not UTF-8 text", error.valid_up_to());
                report.error(at, "not_utf8", message, "save the file as UTF-8");
                return Checked { scenario: None, diagnostics: report.finish() };
            }
        };
        let mut report = Report::new(file, text, overrides);
        let scenario = load(name, text, files, overrides, &mut report);
        let scenario = scenario.filter(|_| !report.has_errors());
        let diagnostics = report.finish();
        debug_assert!(scenario.is_some() || diagnostics.iter().any(|d| d.severity == Severity::Error));
        Checked { scenario, diagnostics }
    }
}

fn load(
    name: &str,
    text: &str,
    files: &dyn Files,
    overrides: &[(String, String)],
    report: &mut Report<'_>,
) -> Option<Scenario> {
    let mut root = tree::parse(text, report)?;
    let mut hash = StableHasher::new();
    hash.bytes(text.as_bytes());
    for (ix, (path, value)) in overrides.iter().enumerate() {
        let is_parameter = root.get("parameters").is_some_and(|p| p.get(path).is_some());
        if !is_parameter {
            hash.text(path).text(value);
        }
        tree::apply_override(&mut root, (ix + 1) as u16, path, value, report);
    }
    let schema = reader_schema();
    let mut parameters = parameters::read(&mut root, schema, report);
    parameters.substitute(&mut root, report);
    parameters.report_unused(report);
    let declared = declared_names(&root);
    if !fit(&mut root, schema, schema, report) {
        return None;
    }
    let raw = match RawScenario::deserialize(&root) {
        Ok(raw) => raw,
        Err(Misfit { message, span }) => {
            report.error(span.unwrap_or(WHOLE_FILE), "wrong_kind", message, "");
            return None;
        }
    };
    let mut resolver = Resolver { report, files, map: None, declared };
    resolver.load_map(&raw.map);
    let duration_s = raw.duration_s.unwrap_or(60.0);
    let weather = raw.weather.as_ref().map(|w| resolver.weather(w, duration_s));
    let ego = raw.ego.as_ref().and_then(|e| resolver.ego(e));
    let entities = resolver.entities(&raw.entity);
    let signals = resolver.signals(&raw.signal);
    let storyboard = resolver.storyboard(&raw.init, &raw.event, &raw.story, raw.stop.as_ref());
    let criteria = resolver.criteria(&raw.criteria);
    let clock = civil_time(raw.start.as_ref(), resolver.report);
    Some(Scenario {
        name: name.to_owned(),
        title: raw.title,
        about: raw.about,
        expect: expectations(&raw.expect),
        map: raw.map.value,
        duration_s,
        level: raw.level.unwrap_or(AutomationLevel::L4),
        clock,
        weather,
        ego,
        entities,
        traffic: traffic(&raw.traffic),
        signals,
        storyboard,
        parameters: parameters.declared,
        values: parameters.values,
        criteria,
        content_hash: hash.finish(),
        play: None,
        variations: None,
        warnings: Vec::new(),
    })
}

/// Names of entities and events, whatever else is wrong with them.
fn declared_names(root: &Node) -> Declared {
    let mut declared = Declared::default();
    if root.get("ego").is_some() {
        declared.entities.push("ego".to_owned());
    }
    names_of(root.get("entity"), &mut declared.entities);
    names_of(root.get("event"), &mut declared.events);
    for story in elements(root.get("story")) {
        for act in elements(story.get("act")) {
            for group in elements(act.get("group")) {
                names_of(group.get("event"), &mut declared.events);
            }
        }
    }
    declared
}

fn elements(list: Option<&Node>) -> &[Node] {
    match list.map(|n| &n.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

fn names_of(list: Option<&Node>, names: &mut Vec<String>) {
    for node in elements(list) {
        if let Some(Value::Text(name)) = node.get("name").map(|n| &n.value) {
            names.push(name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::files::testing::OneRoad;
    use crate::scenario::model::*;

    fn check(text: &str, overrides: &[(&str, &str)]) -> Checked {
        let overrides: Vec<_> = overrides.iter().map(|(p, v)| (p.to_string(), v.to_string())).collect();
        Scenario::check("t", "t.toml", text.as_bytes(), &OneRoad, &overrides)
    }

    fn load(text: &str, overrides: &[(&str, &str)]) -> Scenario {
        let checked = check(text, overrides);
        checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
    }

    const FULL: &str = include_str!("../../tests/data/scenario_full.toml");
    const SMALL: &str = "version = 1\ntitle = \"t\"\nmap = \"one_road\"\n";

    #[test]
    fn a_full_file_becomes_a_scenario() {
        let checked = check(FULL, &[]);
        assert_eq!(checked.diagnostics, [], "{:#?}", checked.diagnostics);
        let s = checked.scenario.unwrap();
        assert_eq!((s.duration_s, s.level), (90.0, AutomationLevel::L3));
        assert_eq!(s.clock.second_of_day, 27_900.0);
        let ego = s.ego.as_ref().unwrap();
        assert!((ego.speed_mps - 11.176).abs() < 1e-9);
        assert_eq!(ego.start.coord.along_m, 30.0);
        assert_eq!(ego.driver.takeover_time_s, Some(4.0));
        assert_eq!(ego.odd["rain_mmph_max"], 12.0);
        assert_eq!(s.entities.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["lead", "walker"]);
        assert!((s.entities[0].speed_mps - 50.0 / 3.6).abs() < 1e-12);
        assert_eq!(s.entities[1].behavior, Behavior::Pedestrian);
        let weather = s.weather.as_ref().unwrap();
        assert_eq!(weather.initial.rain_mmph, Some(8.0));
        assert_eq!(weather.timeline[0].to.rain_mmph, Some(17.0));
        assert_eq!(s.values["rain"], ParameterValue::Number(8.0));
        assert_eq!(s.storyboard.stories.len(), 2);
        let event = &s.storyboard.stories[0].acts[0].groups[0].maneuvers[0].events[1];
        assert_eq!(event.start.any.len(), 2);
        assert_eq!(event.start.any[0].len(), 2);
        assert_eq!(s.criteria.len(), 3);
        assert_eq!(s.criteria[1].rule, CriterionRule::MetricMin("ttc_min_s".into(), 1.0));
    }

    #[test]
    fn overrides_reach_their_values() {
        let s = load(
            FULL,
            &[("rain", "20"), ("ego.driver.takeover_time_s", "3"), ("entity.lead.speed_mps", "5")],
        );
        assert_eq!(s.weather.as_ref().unwrap().initial.rain_mmph, Some(20.0));
        assert_eq!(s.values["rain"], ParameterValue::Number(20.0));
        assert_eq!(s.parameters[0].default, ParameterValue::Number(8.0));
        assert_eq!(s.ego.as_ref().unwrap().driver.takeover_time_s, Some(3.0));
        assert_eq!(s.entities[0].speed_mps, 5.0);
    }

    #[test]
    fn the_hash_is_of_the_text_and_the_overrides_beside_parameters() {
        let hash = |overrides: &[(&str, &str)]| load(FULL, overrides).content_hash;
        assert_eq!(hash(&[]), crate::base::hash::hash_bytes(FULL.as_bytes()));
        assert_eq!(hash(&[("rain", "20")]), hash(&[]));
        assert_ne!(hash(&[("duration_s", "20")]), hash(&[]));
    }

    #[test]
    fn the_smallest_file() {
        let s = load(SMALL, &[]);
        assert_eq!((s.duration_s, s.level, s.ego.is_none()), (60.0, AutomationLevel::L4, true));
        assert_eq!(s.traffic.radius_m, 300.0);
    }

    #[test]
    fn problems_have_rules_and_places() {
        let check = |more: &str, expect: &[(&str, u32, u32)]| {
            let text = format!("{SMALL}{more}");
            let checked = check(&text, &[]);
            let found: Vec<_> = checked.diagnostics.iter().map(|d| (d.rule, d.line, d.column)).collect();
            assert_eq!(found, expect, "{more}\n{:#?}", checked.diagnostics);
        };
        let ego = "[ego]\nvehicle = \"car\"\nstart = { road = \"r1\", lane = -1, s_m = 5 }\n";
        check("mpa = 3\n", &[("unknown_key", 4, 1)]);
        check("duration_s = \"long\"\n", &[("wrong_kind", 4, 14)]);
        check("duration_s = nan\n", &[("not_finite", 4, 14)]);
        check("duration_s = -1\n", &[("out_of_range", 4, 14)]);
        check("duration_s = $x\n", &[("toml_syntax", 4, 14)]);
        check("duration_s = \"$x\"\n", &[("unknown_parameter", 4, 14)]);
        check(&format!("{ego}speed_kph = 3\n"), &[("unknown_key", 7, 1)]);
        check(&format!("{ego}speed_kmph = 3\nspeed_mps = 1\n"), &[("given_twice", 8, 1)]);
        check("[ego]\nvehicle = \"cra\"\n", &[("missing_key", 4, 1)]);
        check(&ego.replace("r1", "r7"), &[("unknown_road", 6, 18)]);
        check(&ego.replace("-1", "-2"), &[("unknown_lane", 6, 31)]);
        check(&ego.replace("5 }", "5000 }"), &[("beyond_road_end", 6, 41)]);
        check(
            "[[event]]\nname = \"a\"\nwhen = { event = { name = \"b\" } }\ndo = [\"engage_feature\"]\n\
             [[event]]\nname = \"b\"\nwhen = { event = { name = \"a\" } }\ndo = [\"engage_feature\"]\n",
            &[("cyclic_trigger", 5, 8)],
        );
        check("criteria = [{ rule = \"no_colision\" }]\n", &[("not_a_choice", 4, 22)]);
        check("criteria = [{ rule = { no_collision = 3 } }]\n", &[("not_a_choice", 4, 24)]);
        check("event = { }\n", &[("wrong_kind", 4, 9)]);
        check("parameters.rain = 3\n", &[("unused_parameter", 4, 12)]);
    }

    #[test]
    fn a_broken_entity_does_not_break_those_who_name_it() {
        let text = format!(
            "{SMALL}[[entity]]\nname = \"lead\"\nvehicle = \"car\"\nstart = {{ road = \"r1\", lane = -1 }}\n\
             [[event]]\nname = \"e\"\nwhen = {{ at_s = 1 }}\ndo = [{{ add = {{ entity = \"lead\" }} }}]\n"
        );
        let rules: Vec<_> = check(&text, &[]).diagnostics.iter().map(|d| d.rule).collect();
        assert_eq!(rules, ["missing_key"]);
    }

    proptest::proptest! {
        #[test]
        fn no_mutation_panics(
            cuts in proptest::collection::vec((0.0..1.0f64, 0usize..12, 0usize..24), 1..6),
        ) {
            const PIECES: [&str; 24] = [
                "", "=", "[", "]", "{", "}", "\"", "$", "${", "nan", "inf", "-1e308", "999999999999999999999",
                "[[event]]\n", "\n", "$rain", "${rain / 0}", "\u{fc}", "\0", "ego", ".", "name", "true", "[]",
            ];
            let mut bytes = FULL.as_bytes().to_vec();
            for (at, length, piece) in cuts {
                let at = (at * bytes.len() as f64) as usize;
                let end = (at + length).min(bytes.len());
                bytes.splice(at..end, PIECES[piece].bytes());
            }
            let checked = Scenario::check("t", "t.toml", &bytes, &OneRoad, &[]);
            for d in &checked.diagnostics {
                proptest::prop_assert!(d.line >= 1 && d.column >= 1 && !d.message.is_empty());
            }
        }
    }
}
