//! What a frame costs, part by part, as measured here: the same scene is drawn with parts left out.

use super::{WARM_UP_FRAMES, stand_at};
use bevy::camera::visibility::RenderLayers;
use bevy::prelude::*;
use bevy::render::renderer::RenderAdapterInfo;
use std::time::Instant;

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct CostRow {
    /// What is drawn.
    pub what: &'static str,
    /// Median time of a frame, ms.
    pub frame_ms: f64,
}

/// Frames of each measurement.
const FRAMES: usize = 15;

/// Measures an app that stands at a time of a run. Each row leaves out more than the one before it, so the
/// difference between neighbors is the cost of a part.
pub fn frame_cost(app: &mut App, at_s: f64) -> Vec<CostRow> {
    stand_at(app, at_s, WARM_UP_FRAMES);
    let mut rows = vec![CostRow { what: "everything", frame_ms: median_ms(app) }];
    app.insert_resource(crate::hud::Layout { bare: true, scale: None });
    rows.push(CostRow { what: "without panels", frame_ms: median_ms(app) });
    app.insert_resource(crate::belief::Overlays::NONE);
    rows.push(CostRow { what: "and without belief", frame_ms: median_ms(app) });
    set_shadows(app);
    rows.push(CostRow { what: "and without shadows", frame_ms: median_ms(app) });
    hide(app, crate::layers::TRUTH);
    rows.push(CostRow { what: "and without other road users and rain", frame_ms: median_ms(app) });
    hide(app, crate::layers::WORLD);
    rows.push(CostRow { what: "and without the static world: an empty picture", frame_ms: median_ms(app) });
    rows
}

/// Name and kind of the graphics device.
pub fn device(app: &App) -> String {
    app.get_sub_app(bevy::render::RenderApp)
        .and_then(|render| render.world().get_resource::<RenderAdapterInfo>())
        .map_or_else(|| "unknown device".into(), |info| format!("{} ({:?})", info.name, info.device_type))
}

fn median_ms(app: &mut App) -> f64 {
    for _ in 0..3 {
        app.update();
    }
    let mut times: Vec<f64> = (0..FRAMES)
        .map(|_| {
            let begin = Instant::now();
            app.update();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[FRAMES / 2]
}

fn set_shadows(app: &mut App) {
    let world = app.world_mut();
    for mut light in world.query::<&mut DirectionalLight>().iter_mut(world) {
        light.shadow_maps_enabled = false;
    }
    for mut light in world.query::<&mut SpotLight>().iter_mut(world) {
        light.shadow_maps_enabled = false;
    }
}

/// Takes a layer away from every camera of the world.
fn hide(app: &mut App, layer: usize) {
    let world = app.world_mut();
    for mut layers in world.query_filtered::<&mut RenderLayers, With<Camera3d>>().iter_mut(world) {
        *layers = layers.clone().without(layer);
    }
}
