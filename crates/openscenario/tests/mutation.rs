//! Broken files of all kinds: the readers answer every one, soon, and never panic.
//!
//! Seeds (the texts here, and small files of the corpus where it is present) are changed by a fixed stream
//! of random numbers. `SHAKEDOWN_FUZZ=1000000` runs that many executions for each reader; a failure names
//! its execution, which comes out the same again: `SHAKEDOWN_FUZZ=64718..64719`. `fuzz/` has the same doors for `cargo fuzz`, which finds
//! its way by coverage.

// Helpers of tests are tests.
#![allow(clippy::unwrap_used)]

#[path = "common/mutator.rs"]
mod mutator;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mutator::Mutator;
use openscenario::sampling::Variations;
use openscenario::{Document, Files, lint, parse};

/// Executions for each reader where the environment does not say otherwise.
const EXECUTIONS: u64 = 5000;
/// No file of this size may take longer. Chosen a thousand times above the usual, for slow machines.
const TIME_MAX: Duration = Duration::from_secs(5);
/// Largest seed, bytes: small ones are changed in more places per second.
const SEED_BYTES_MAX: u64 = 8 << 10;
/// Largest input, bytes.
const INPUT_BYTES_MAX: usize = 32 << 10;

const SCENARIO: &str = r#"<?xml version="1.0"?>
<OpenSCENARIO><FileHeader revMajor="1" revMinor="2" date="2026-01-01T00:00:00" author="a" description="d"/>
<ParameterDeclarations><ParameterDeclaration name="v" parameterType="double" value="${36 / 3.6}">
<ConstraintGroup><ValueConstraint rule="lessThan" value="20"/></ConstraintGroup></ParameterDeclaration>
</ParameterDeclarations><CatalogLocations><ManeuverCatalog><Directory path="."/></ManeuverCatalog></CatalogLocations>
<RoadNetwork><LogicFile filepath="m.xodr"/></RoadNetwork><Entities><ScenarioObject name="Ego"><CatalogReference
 catalogName="c" entryName="e"><ParameterAssignments><ParameterAssignment parameterRef="p" value="$v"/>
</ParameterAssignments></CatalogReference></ScenarioObject></Entities><Storyboard><Init><Actions>
<Private entityRef="Ego"><PrivateAction><TeleportAction><Position><LanePosition roadId="1" laneId="-1" s="5"/>
</Position></TeleportAction></PrivateAction></Private></Actions></Init><Story name="s"><Act name="a">
<ManeuverGroup name="g" maximumExecutionCount="1"><Actors selectTriggeringEntities="false"><EntityRef entityRef="Ego"/>
</Actors><Maneuver name="m"><Event name="e" priority="overwrite"><Action name="x"><PrivateAction><LongitudinalAction>
<SpeedAction><SpeedActionDynamics dynamicsShape="linear" dynamicsDimension="time" value="$v"/><SpeedActionTarget>
<AbsoluteTargetSpeed value="${$v * 2}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Action>
<StartTrigger><ConditionGroup><Condition name="c" delay="0" conditionEdge="none"><ByValueCondition>
<StoryboardElementStateCondition storyboardElementType="act" storyboardElementRef="s::a" state="runningState"/>
</ByValueCondition></Condition></ConditionGroup></StartTrigger></Event></Maneuver></ManeuverGroup><StartTrigger/></Act>
</Story><StopTrigger/></Storyboard></OpenSCENARIO>"#;

const CATALOG: &str = r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="2" date="2026-01-01T00:00:00" author="a"
 description="d"/><Catalog name="c"><Vehicle name="e" vehicleCategory="car"><ParameterDeclarations>
<ParameterDeclaration name="p" parameterType="double" value="50"/></ParameterDeclarations><BoundingBox>
<Center x="1" y="0" z="1"/><Dimensions width="2" length="4" height="1.5"/></BoundingBox>
<Performance maxSpeed="$p" maxDeceleration="9" maxAcceleration="3"/><Axles><FrontAxle maxSteering="0.5"
 wheelDiameter="0.6" trackWidth="1.8" positionX="3" positionZ="0.3"/><RearAxle maxSteering="0" wheelDiameter="0.6"
 trackWidth="1.8" positionX="0" positionZ="0.3"/></Axles><Properties/></Vehicle></Catalog></OpenSCENARIO>"#;

const DISTRIBUTION: &str = r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" author="a"
 description="d"/><ParameterValueDistribution><ScenarioFile filepath="s.xosc"/><Stochastic numberOfTestRuns="9"
 randomSeed="1"><StochasticDistribution parameterName="a"><NormalDistribution expectedValue="1" variance="2">
<Range lowerLimit="0" upperLimit="3"/></NormalDistribution></StochasticDistribution><StochasticDistribution
 parameterName="b"><PoissonDistribution expectedValue="3"/></StochasticDistribution><StochasticDistribution
 parameterName="c"><Histogram><Bin weight="1"><Range lowerLimit="0" upperLimit="3"/></Bin></Histogram>
</StochasticDistribution><StochasticDistribution parameterName="d"><LogNormalDistribution expectedValue="1"
 variance="2"/></StochasticDistribution></Stochastic></ParameterValueDistribution></OpenSCENARIO>"#;

const STEPS: &str = r#"<OpenSCENARIO><FileHeader revMajor="1" revMinor="1" date="2026-01-01T00:00:00" author="a"
 description="d"/><ParameterValueDistribution><ScenarioFile filepath="s.xosc"/><Deterministic>
<DeterministicSingleParameterDistribution parameterName="a"><DistributionRange stepWidth="0.5"><Range lowerLimit="0"
 upperLimit="3"/></DistributionRange></DeterministicSingleParameterDistribution><DeterministicMultiParameterDistribution>
<ValueSetDistribution><ParameterValueSet><ParameterAssignment parameterRef="b" value="1"/></ParameterValueSet>
</ValueSetDistribution></DeterministicMultiParameterDistribution></Deterministic></ParameterValueDistribution></OpenSCENARIO>"#;

const MAP: &str = r#"<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6" name="" north="0" south="0" east="0"
 west="0"/><road name="" length="40" id="1" junction="-1"><link><successor elementType="junction" elementId="9"/></link>
<planView><geometry s="0" x="0" y="0" hdg="0" length="10"><line/></geometry><geometry s="10" x="10" y="0" hdg="0"
 length="10"><spiral curvStart="0" curvEnd="0.1"/></geometry><geometry s="20" x="20" y="1" hdg="0.5" length="10">
<arc curvature="0.1"/></geometry><geometry s="30" x="27" y="8" hdg="1.5" length="10"><paramPoly3 aU="0" bU="1" cU="0"
 dU="0" aV="0" bV="0" cV="0.01" dV="0" pRange="arcLength"/></geometry></planView><elevationProfile><elevation s="0"
 a="0" b="0.01" c="0" d="0"/></elevationProfile><lateralProfile><superelevation s="0" a="0.02" b="0" c="0" d="0"/>
</lateralProfile><lanes><laneOffset s="0" a="0" b="0" c="0" d="0"/><laneSection s="0"><center><lane id="0" type="none">
</lane></center><right><lane id="-1" type="driving"><link><successor id="-1"/></link><width sOffset="0" a="3.5" b="0"
 c="0" d="0"/><roadMark sOffset="0" type="solid" width="0.1"/><speed sOffset="0" max="13.9"/></lane></right>
</laneSection></lanes><objects><object type="pole" id="2" s="5" t="-4" zOffset="0" hdg="0" pitch="0" roll="0"
 height="3" radius="0.1"/></objects><signals><signal s="30" t="-4" id="3" dynamic="yes" orientation="+" zOffset="5"
 type="1000001" subtype="-1"><validity fromLane="-1" toLane="-1"/></signal></signals></road><controller id="7">
<control signalId="3" type=""/></controller><junction id="9" name=""><connection id="0" incomingRoad="1"
 connectingRoad="1" contactPoint="start"><laneLink from="-1" to="-1"/></connection></junction></OpenDRIVE>"#;

/// Every path holds the same bytes: catalogs and maps that refer to themselves.
struct Itself<'a>(&'a [u8]);

impl Files for Itself<'_> {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.to_vec())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Ok(vec!["a.xosc".to_owned()])
    }
}

/// Reads a file; whether it was an XML document.
fn scenario(bytes: &[u8]) -> bool {
    let parsed = parse(bytes, "f.xosc", &Itself(bytes), &BTreeMap::new());
    assert!(parsed.document.is_some() || parsed.problems.has_errors(), "refused without a reason");
    if let Some(Document::Distribution(document)) = &parsed.document
        && let Ok(variations) = Variations::of(&document.distribution)
    {
        for index in [0, variations.count() / 2, variations.count() - 1] {
            assert!(variations.get(index).is_some(), "variation {index}");
        }
    }
    let _ = lint(bytes, "f.xosc", &Itself(bytes));
    !parsed.problems.iter().any(|problem| problem.rule == "xml.valid_xml_document")
}

/// Reads a map; whether it was taken.
fn map(bytes: &[u8]) -> bool {
    let Ok(parsed) = opendrive::parse(bytes, "f.xodr") else { return false };
    let _ = opendrive::lint(&parsed.map, "f.xodr");
    for road in parsed.map.roads.iter().take(8) {
        for part in [0.0, 0.3, 1.0] {
            let position = road.position(road.length_m * part, 1.0);
            assert!(position.x_m.is_finite(), "{position:?}");
        }
    }
    true
}

/// Small files of the corpus, sorted.
fn corpus(extension: &str) -> Vec<Vec<u8>> {
    let root = std::env::var_os("SHAKEDOWN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"), PathBuf::from);
    if !root.is_dir() {
        println!("no corpus at {}: own seeds only", root.display());
    }
    let mut folders = vec![root];
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let small = entry.metadata().is_ok_and(|data| data.len() <= SEED_BYTES_MAX);
            if path.is_dir() {
                folders.push(path);
            } else if small && path.extension().is_some_and(|found| found == extension) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn run(name: &str, seeds: &[Vec<u8>], reader: fn(&[u8]) -> bool) {
    let wanted = std::env::var("SHAKEDOWN_FUZZ").unwrap_or_else(|_| EXECUTIONS.to_string());
    let (from, to) = wanted.split_once("..").unwrap_or(("0", &wanted));
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("SHAKEDOWN_FUZZ is {wanted:?}"));
    let (from, to): (u64, u64) = (number(from), number(to));
    let executions = to.saturating_sub(from);
    let (mut slowest, mut read) = ((Duration::ZERO, from), 0);
    let start = Instant::now();
    for execution in from..to {
        let mut mutator = Mutator::new(execution);
        let mut bytes = seeds[mutator.below(seeds.len())].clone();
        let gently = mutator.below(2) == 0;
        for _ in 0..=mutator.below(6) {
            if gently {
                mutator.change_gently(&mut bytes);
            } else {
                let other = mutator.below(seeds.len());
                mutator.change(&mut bytes, &seeds[other]);
            }
        }
        bytes.truncate(INPUT_BYTES_MAX);
        let begun = Instant::now();
        let outcome = std::panic::catch_unwind(|| reader(&bytes));
        let Ok(was_read) = outcome else {
            let input = String::from_utf8_lossy(&bytes);
            panic!("{name}: execution {execution} of {} seeds panics on:\n{input}", seeds.len());
        };
        read += u64::from(was_read);
        slowest = slowest.max((begun.elapsed(), execution));
        assert!(
            slowest.0 < TIME_MAX,
            "{name}: execution {execution} of {} seeds takes {slowest:?}",
            seeds.len()
        );
    }
    println!(
        "{name}: {executions} executions, {read} got past the first lines, in {:?}, the slowest {slowest:?}",
        start.elapsed()
    );
    // Changes that break every file would not get past the first lines of the readers.
    assert!(
        executions < 1000 || read > executions / 10,
        "{name}: only {read} of {executions} get past the first lines"
    );
}

#[test]
fn scenarios_may_be_broken_in_any_way() {
    let mut seeds: Vec<Vec<u8>> =
        [SCENARIO, CATALOG, DISTRIBUTION, STEPS].iter().map(|text| text.as_bytes().to_vec()).collect();
    seeds.extend(corpus("xosc"));
    run("openscenario", &seeds, scenario);
}

#[test]
fn maps_may_be_broken_in_any_way() {
    let mut seeds = vec![MAP.as_bytes().to_vec()];
    seeds.extend(corpus("xodr"));
    run("opendrive", &seeds, map);
}

#[test]
fn own_seeds_are_sound() {
    for (text, name) in
        [(SCENARIO, "scenario"), (CATALOG, "catalog"), (DISTRIBUTION, "law"), (STEPS, "steps")]
    {
        // A scenario's catalog is the scenario itself here, so only the others are read whole.
        let parsed = parse(text.as_bytes(), name, &Itself(CATALOG.as_bytes()), &BTreeMap::new());
        assert!(parsed.document.is_some(), "{}", parsed.problems);
    }
    let parsed = opendrive::parse(MAP.as_bytes(), "map").unwrap();
    assert_eq!(parsed.map.roads.len(), 1);
}
