//! The panels and what they switch: overlays, cameras, the batch in the background, the design domain's rows.
//!
//! Panels know names and switches, the modules behind them their own types; this is the only place that
//! knows both.

use crate::belief::{self, OddState, Overlays};
use crate::camera::{CAMERAS, CameraMode, Split};
use crate::hud::odd::{ClauseRow, ClauseState};
use crate::hud::{BackgroundBatch, CameraChoice, ClauseRows, Toggle, Toggles};
use crate::session::Background;
use crate::settings::Settings;
use crate::stage::Stage;
use bevy::prelude::*;
use shakedown::base::ids::SensorIx;
use shakedown::state::sensor_data::SensorInfo;

/// Adds the connections.
pub fn plugin(app: &mut App) {
    app.add_systems(Update, (overlays, cameras, background, clauses));
}

/// Switches of the panel ↔ overlays. Whoever changed last wins; the panel's word counts when both did.
fn overlays(mut toggles: ResMut<Toggles>, mut shown: ResMut<Overlays>, mut settings: ResMut<Settings>) {
    if toggles.0.len() != Overlays::ALL.len() {
        toggles.0 = Overlays::ALL
            .iter()
            .map(|row| Toggle {
                name: row.name.to_owned(),
                about: row.about.to_owned(),
                color: row.color,
                on: shown.shows(row.overlay),
            })
            .collect();
        return;
    }
    let before = *shown;
    let mut wanted = before;
    if toggles.is_changed() {
        for (row, toggle) in Overlays::ALL.iter().zip(&toggles.0) {
            *wanted.flag(row.overlay) = toggle.on;
        }
    }
    if wanted != before {
        *shown = wanted;
        settings.overlays = wanted.names();
    } else if shown.is_changed() {
        for (row, toggle) in Overlays::ALL.iter().zip(&mut toggles.bypass_change_detection().0) {
            toggle.on = before.shows(row.overlay);
        }
    }
}

/// All views of a run, in the order of the buttons: the fixed ones, then the sensors that see.
fn views(suite: &[SensorInfo]) -> Vec<CameraMode> {
    let fixed = CAMERAS.iter().map(|row| row.mode);
    let sensors = (0..suite.len())
        .filter(|ix| suite[*ix].range_max_m > 0.0)
        .map(|ix| CameraMode::Sensor(SensorIx(ix as u8)));
    fixed.chain(sensors).collect()
}

/// Buttons of the panel ↔ camera and split view.
fn cameras(
    stage: Option<Res<Stage>>,
    mut choice: ResMut<CameraChoice>,
    mut mode: ResMut<CameraMode>,
    mut split: ResMut<Split>,
    mut known: Local<Option<u64>>,
) {
    let Some(stage) = stage else { return };
    let suite = &stage.run.suite;
    let views = views(suite);
    if *known != Some(stage.serial) {
        *known = Some(stage.serial);
        choice.names = views.iter().map(|view| view.name(suite)).collect();
        // A sensor of another car.
        if !views.contains(&mode) {
            *mode = CameraMode::default();
        }
        choice.chosen = views.iter().position(|view| *view == *mode).unwrap_or(0);
        choice.split = *split == Split::TruthBelief;
        return;
    }
    if choice.is_changed() {
        if let Some(view) = views.get(choice.chosen) {
            mode.set_if_neq(*view);
        }
        split.set_if_neq(if choice.split { Split::TruthBelief } else { Split::Off });
    } else if mode.is_changed() || split.is_changed() {
        let choice = choice.bypass_change_detection();
        choice.chosen = views.iter().position(|view| *view == *mode).unwrap_or(0);
        choice.split = *split == Split::TruthBelief;
    }
}

/// The batch in the background, in words.
fn background(background: Res<Background>, mut shown: ResMut<BackgroundBatch>) {
    let next = match (background.progress(), &background.finished) {
        (Some((done, planned)), _) => BackgroundBatch {
            done,
            planned,
            status: if done == 0 { "starting".into() } else { "running".into() },
            report: None,
        },
        (None, Some((_, Ok(report)))) => BackgroundBatch {
            done: shown.planned,
            planned: shown.planned,
            status: "done".into(),
            report: Some(report.clone()),
        },
        (None, Some((_, Err(why)))) => {
            BackgroundBatch { status: format!("failed: {why}"), report: None, ..shown.clone() }
        }
        (None, None) => BackgroundBatch::default(),
    };
    shown.set_if_neq(next);
}

/// Rows of the design domain with values and limits.
fn clauses(stage: Option<Res<Stage>>, mut rows: ResMut<ClauseRows>) {
    let next = stage.and_then(|stage| {
        let shot = stage.shot();
        let (automation, belief) = (shot.automation.as_ref()?, shot.belief.as_ref()?);
        let rows = belief::odd_rows(automation, belief, &stage.run).into_iter().filter_map(|row| {
            let state = match row.state {
                OddState::Inside => ClauseState::Inside,
                OddState::Violated => ClauseState::Violated,
                OddState::Foreseen => ClauseState::Foreseen,
                OddState::NotMonitored => return None,
            };
            Some(ClauseRow { name: row.name.to_owned(), state, detail: Some(row.value) })
        });
        Some(rows.collect())
    });
    rows.set_if_neq(ClauseRows(next));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> App {
        let mut app = App::new();
        app.init_resource::<Toggles>()
            .init_resource::<Settings>()
            .insert_resource(Overlays::NONE)
            .add_systems(Update, overlays);
        app.update();
        app.update();
        app
    }

    #[test]
    fn a_switch_of_the_panel_shows_its_overlay_and_is_remembered() {
        let mut app = app();
        let ix = Overlays::ALL.iter().position(|row| row.key == "tracks").unwrap();
        app.world_mut().resource_mut::<Toggles>().0[ix].on = true;
        app.update();
        assert_eq!(app.world().resource::<Overlays>().names(), ["tracks"]);
        assert_eq!(app.world().resource::<Settings>().overlays, ["tracks"]);
    }

    #[test]
    fn an_overlay_shown_otherwise_moves_the_switch() {
        let mut app = app();
        *app.world_mut().resource_mut::<Overlays>() = Overlays::all();
        app.update();
        assert!(app.world().resource::<Toggles>().0.iter().all(|toggle| toggle.on));
        app.update();
        assert_eq!(*app.world().resource::<Overlays>(), Overlays::all());
    }
}
