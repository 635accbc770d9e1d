//! Which runs to show: the worst ones, but not a dozen of the same kind.

use super::data::RunRow;
use crate::state::record::Outcome;

/// Runs shown.
pub const WORST_MAX: usize = 12;
/// Of one scenario at one level.
const ALIKE_MAX: usize = 3;
/// A time to collision below this counts as a close call, s (1.5 s: serious encounters in the Swedish
/// traffic conflict technique, Hydén 1987).
pub const CLOSE_TTC_S: f64 = 1.5;

/// Severity: smaller is worse; `None` = nothing to see.
fn severity(run: &RunRow) -> Option<(u8, f64)> {
    let ttc = run.ttc_min_s.unwrap_or(f64::INFINITY);
    let class = match (run.outcome, run.passed) {
        (Outcome::Fault, _) => 0,
        (Outcome::Collision, _) => 1,
        (Outcome::Completed | Outcome::Timeout | Outcome::MinimalRiskCondition, false) => 2,
        (Outcome::MinimalRiskCondition, true) => 3,
        (Outcome::Completed | Outcome::Timeout, true) if ttc < CLOSE_TTC_S => 4,
        (Outcome::Completed | Outcome::Timeout, true) if run.disengagements > 0 => 5,
        (Outcome::Completed | Outcome::Timeout, true) => return None,
    };
    Some((class, ttc))
}

/// The worst runs, worst first.
pub fn worst_runs(runs: &[RunRow]) -> Vec<&RunRow> {
    let mut ranked: Vec<((u8, f64), usize)> =
        runs.iter().enumerate().filter_map(|(ix, run)| severity(run).map(|s| (s, ix))).collect();
    ranked.sort_by(|a, b| a.0.0.cmp(&b.0.0).then(a.0.1.total_cmp(&b.0.1)).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<&RunRow> = Vec::new();
    for (_, ix) in ranked {
        let run = &runs[ix];
        let alike = chosen.iter().filter(|c| c.scenario == run.scenario && c.level == run.level).count();
        if alike < ALIKE_MAX && chosen.len() < WORST_MAX {
            chosen.push(run);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::automation::AutomationLevel;

    fn run(id: &str, scenario: &str, outcome: Outcome, passed: bool, ttc: Option<f64>) -> RunRow {
        RunRow {
            run_id: id.into(),
            scenario: scenario.into(),
            level: AutomationLevel::L4,
            variation: 0,
            seed: 1,
            outcome,
            passed,
            sim_time_s: 10.0,
            distance_m: 100.0,
            distance_automated_m: 100.0,
            disengagements: 0,
            ego_collisions: 0,
            failed_criteria: String::new(),
            fault: String::new(),
            ttc_min_s: ttc,
        }
    }

    #[test]
    fn worst_first_and_varied() {
        let mut runs = vec![
            run("fine", "a", Outcome::Completed, true, Some(4.0)),
            run("close", "a", Outcome::Completed, true, Some(0.9)),
            run("mrc", "a", Outcome::MinimalRiskCondition, true, None),
            run("red", "b", Outcome::Completed, false, None),
            run("fault", "b", Outcome::Fault, false, None),
        ];
        runs.extend(
            (0..20).map(|i| run(&format!("c{i}"), "c", Outcome::Collision, false, Some(f64::from(i)))),
        );
        let ids: Vec<_> = worst_runs(&runs).iter().map(|r| r.run_id.as_str()).collect();
        assert_eq!(ids, ["fault", "c0", "c1", "c2", "red", "mrc", "close"]);
    }
}
