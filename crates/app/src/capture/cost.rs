//! What a frame costs, part by part, as measured here: the same scene is drawn with parts left out.

use super::{WARM_UP_FRAMES, stand_at};
use crate::layers;
use bevy::camera::visibility::{RenderLayers, VisibilitySystems};
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
    app.init_resource::<LeftOut>();
    app.add_systems(
        PostUpdate,
        leave_out.after(VisibilitySystems::VisibilityPropagate).before(VisibilitySystems::CheckVisibility),
    );
    stand_at(app, at_s, WARM_UP_FRAMES);
    let mut rows = Vec::new();
    let mut row = |app: &mut App, what| rows.push(CostRow { what, frame_ms: median_ms(app) });
    row(app, "everything");
    app.insert_resource(crate::hud::Layout { bare: true, scale: None });
    row(app, "without panels");
    app.insert_resource(crate::belief::Overlays::NONE);
    row(app, "and without belief");
    app.world_mut().resource_mut::<LeftOut>().shadows = true;
    row(app, "and without shadows");
    app.world_mut().resource_mut::<LeftOut>().own_and_others = true;
    row(app, "and without road users");
    app.world_mut().resource_mut::<LeftOut>().scene = true;
    row(app, "and without the static world");
    app.world_mut().resource_mut::<LeftOut>().all = true;
    row(app, "and without sky, rain and lamps: an empty picture");
    rows
}

/// What is left out of the picture.
#[derive(Resource, Default)]
struct LeftOut {
    shadows: bool,
    own_and_others: bool,
    scene: bool,
    all: bool,
}

/// Hides what is left out, after everybody has said what is to be seen.
fn leave_out(
    out: Res<LeftOut>,
    scenes: Query<Entity, With<crate::scene::SceneRoot>>,
    children: Query<&Children>,
    mut meshes: Query<(Entity, Option<&RenderLayers>, &mut InheritedVisibility), With<Mesh3d>>,
    mut suns: Query<&mut DirectionalLight>,
    mut spots: Query<&mut SpotLight>,
) {
    if out.shadows {
        suns.iter_mut().for_each(|mut light| light.shadow_maps_enabled = false);
        spots.iter_mut().for_each(|mut light| light.shadow_maps_enabled = false);
    }
    let moving = layers::set(&[layers::TRUTH, layers::OWN_BODY, layers::INTERIOR]);
    let world = layers::set(&[layers::WORLD]);
    let mut hidden: Vec<Entity> = Vec::new();
    if out.scene {
        hidden = scenes.iter().flat_map(|scene| children.iter_descendants(scene)).collect();
        hidden.sort_unstable();
    }
    for (entity, on, mut visible) in &mut meshes {
        let on = on.unwrap_or(&world);
        let road_user = out.own_and_others && on.intersects(&moving) && !on.intersects(&world);
        if out.all || road_user || hidden.binary_search(&entity).is_ok() {
            *visible = InheritedVisibility::HIDDEN;
        }
    }
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
