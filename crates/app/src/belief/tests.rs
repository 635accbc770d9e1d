//! Overlays over real runs: everything that is drawn is finite, near, and not too much.

use super::shown::{Shown, Sketch};
use super::{EgoRoute, Overlays, fill, odd, route};
use crate::command::{Command, Opening};
use crate::scene::SceneGround;
use crate::session::{Diligence, Session, tests::app};
use crate::stage::Stage;
use bevy::prelude::*;
use std::time::Duration;

/// The stage of a scenario at a time.
pub(crate) fn stage(scenario: &str, at_s: f64) -> Stage {
    let mut app = app(Duration::from_millis(20));
    app.insert_resource(Diligence::Exact);
    let opening = Opening { scenario: scenario.to_owned(), seed: 1, ..Opening::default() };
    app.world_mut().write_message(Command::Open(opening));
    app.update();
    app.update();
    let mut session = app.world_mut().resource_mut::<Session>();
    session.playing = false;
    session.show_at(at_s);
    app.update();
    app.update();
    app.world().resource::<Stage>().clone()
}

/// Most triangles that all overlays together may take, points of the lidar aside.
const TRIANGLES_MAX: usize = 60_000;

#[test]
fn all_overlays_of_all_kinds_of_runs_are_finite_near_and_few() {
    for scenario in [
        "levels/work_zone",
        "kirkland/fog_bank",
        "austin/dim_noon",
        "kirkland/night_rain_pedestrian",
        "austin/truck_hides_head",
        "kirkland/snow_lost_position",
    ] {
        let stage = stage(scenario, 8.0);
        assert!((stage.time_s() - 8.0).abs() < 0.03, "{scenario}: {}", stage.time_s());
        let scene = SceneGround::default();
        let shown = Shown::of(&stage, &scene).expect("an ego that believes");
        let route = EgoRoute { route: route::lay(&stage.run), ..EgoRoute::default() };
        assert!(route.route.is_some(), "{scenario}");
        let mut sketch = Sketch::default();
        fill(&shown, &Overlays::all(), None, &route, &mut sketch);
        let ego = crate::frames::point(shown.true_ego.position_m);
        let mut triangles = 0;
        for (name, ink) in [("ground", &sketch.ground), ("belief", &sketch.belief), ("truth", &sketch.truth)]
        {
            triangles += ink.triangles();
            for place in ink.places() {
                assert!(place.is_finite(), "{scenario} {name}");
                assert!(place.distance(ego) < 500.0, "{scenario} {name}: {place} is far from {ego}");
            }
        }
        assert!((500..TRIANGLES_MAX).contains(&triangles), "{scenario}: {triangles}");
        assert!(!sketch.ground.is_empty() && !sketch.belief.is_empty(), "{scenario}");
        for label in &sketch.labels {
            assert!(label.world.is_finite(), "{scenario}: {}", label.text);
        }

        let mut none = Sketch::default();
        fill(&shown, &Overlays::NONE, None, &route, &mut none);
        assert!(none.ground.is_empty() && none.belief.is_empty() && none.truth.is_empty());
        assert!(none.labels.is_empty());
    }
}

#[test]
fn the_design_domain_has_a_figure_for_each_clause() {
    for (scenario, feature_has_limits) in [("levels/work_zone", true), ("kirkland/fog_bank", true)] {
        let stage = stage(scenario, 5.0);
        let shot = stage.shot();
        let (Some(automation), Some(belief)) = (&shot.automation, &shot.belief) else { panic!("an ego") };
        let rows = odd::odd_rows(automation, belief, &stage.run);
        assert_eq!(rows.len(), shakedown::state::automation::OddClause::ALL.len());
        assert!(rows.iter().all(|row| !row.value.is_empty() && !row.about.is_empty()), "{scenario}");
        assert_eq!(rows.iter().any(|row| row.value.contains('≤')), feature_has_limits, "{rows:?}");
    }
}
