//! What the car believes, beside what is true.
//!
//! Every frame the overlays that are switched on ([`Overlays`]) are sketched anew from the stage and handed
//! to the graphics card as three meshes: on the layer of the belief one for objects and one for what lies on
//! the road, and one on the layer of the truth. The lidar's points are a fourth, rebuilt when a new frame has
//! been measured. Words are [`Labels`].
//!
//! | module | what it draws |
//! |---|---|
//! | [`tracks`], [`judgement`] | tracks, ghosts, misses |
//! | [`predictions`] | where tracks may be |
//! | [`path`] | the planned path |
//! | [`signals`] | signal heads as believed |
//! | [`lanes`] | map prior and live lane |
//! | [`localization`] | believed and true pose |
//! | [`sensors`], [`lidar`] | fields of view, detections, returns, points |
//! | [`odd`] | rows for the panel of the design domain |
//! | [`labels`] | words at places |
//! | [`ink`], [`material`] | strokes and faces |
//!
//! Belief is drawn where the car believes it to be, in the mapped world, on the road's height. What only the
//! truth knows (misses, false returns, the true pose) is on the layer of the truth.

pub mod ground;
pub mod ink;
pub mod judgement;
pub mod labels;
pub mod lanes;
pub mod lidar;
pub mod localization;
pub mod material;
pub mod odd;
pub mod overlays;
pub mod path;
pub mod predictions;
pub mod route;
pub mod sensors;
pub mod shown;
pub mod signals;
pub mod tracks;
pub mod uncertainty;
pub mod words;

mod cloud;
#[cfg(test)]
pub(crate) mod tests;

pub use labels::{Label, Labels, PaintLabels};
pub use odd::{OddRow, OddState, odd_rows};
pub use overlays::{Overlay, OverlayRow, Overlays};
pub use route::EgoRoute;

use crate::camera::CameraMode;
use crate::layers;
use crate::scene::SceneGround;
use crate::stage::Stage;
use bevy::asset::AssetEventSystems;
use bevy::camera::visibility::{NoFrustumCulling, RenderLayers};
use bevy::light::{NotShadowCaster, NotShadowReceiver};
use bevy::prelude::*;
use ink::Ink;
use material::{InkMaterial, Pass};
use shakedown::base::ids::SensorIx;
use shown::{Shown, Sketch};

/// The drawing of the overlays; the stage must be up to date before it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DrawBelief;

/// A mesh of ink and the entities that show it.
pub(crate) struct Sheet {
    mesh: Handle<Mesh>,
    entities: Vec<Entity>,
}

/// Width of the dark rim around lines, px.
const RIM_PX: f32 = 1.3;

impl Sheet {
    /// An empty sheet on these layers, drawn in these passes.
    pub(crate) fn spawn(
        commands: &mut Commands,
        meshes: &mut Assets<Mesh>,
        materials: &mut Assets<InkMaterial>,
        layers: &RenderLayers,
        passes: &[Pass],
        rim_px: f32,
    ) -> Self {
        let mesh = meshes.reserve_handle();
        let entities = passes
            .iter()
            .map(|pass| {
                commands
                    .spawn((
                        Mesh3d(mesh.clone()),
                        MeshMaterial3d(materials.add(InkMaterial::new(*pass, rim_px))),
                        Transform::IDENTITY,
                        Visibility::Hidden,
                        NoFrustumCulling,
                        NotShadowCaster,
                        NotShadowReceiver,
                        layers.clone(),
                    ))
                    .id()
            })
            .collect();
        Self { mesh, entities }
    }

    /// Shows this ink from now on.
    pub(crate) fn show(&self, ink: &Ink, meshes: &mut Assets<Mesh>, seen: &mut Query<&mut Visibility>) {
        let visible = if ink.is_empty() { Visibility::Hidden } else { Visibility::Inherited };
        for entity in &self.entities {
            if let Ok(mut visibility) = seen.get_mut(*entity) {
                visibility.set_if_neq(visible);
            }
        }
        if !ink.is_empty()
            && let Err(error) = meshes.insert(&self.mesh, ink.mesh())
        {
            warn!("overlays not drawn: {error}");
        }
    }
}

/// The sheets of the overlays.
#[derive(Resource)]
struct Sheets {
    ground: Sheet,
    belief: Sheet,
    truth: Sheet,
    sketch: Sketch,
    drawn: Option<Drawn>,
}

/// What the sheets were drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drawn {
    serial: u64,
    ticks: (u64, u64),
    blend: f32,
    overlays: Overlays,
    looked_through: Option<SensorIx>,
}

fn spawn(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<InkMaterial>>,
) {
    let mut sheet = |layer, passes: &[Pass]| {
        Sheet::spawn(&mut commands, &mut meshes, &mut materials, &layers::set(&[layer]), passes, RIM_PX)
    };
    let both = [Pass::Hidden, Pass::Seen];
    let ground = sheet(layers::BELIEF, &[Pass::Seen]);
    let (belief, truth) = (sheet(layers::BELIEF, &both), sheet(layers::TRUTH, &both));
    commands.insert_resource(Sheets { ground, belief, truth, sketch: Sketch::default(), drawn: None });
}

fn draw(
    stage: Option<Res<Stage>>,
    overlays: Res<Overlays>,
    camera: Res<CameraMode>,
    route: Res<EgoRoute>,
    scene: Res<SceneGround>,
    mut sheets: ResMut<Sheets>,
    mut labels: ResMut<Labels>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut seen: Query<&mut Visibility>,
) {
    let looked_through = camera.sensor();
    let now = stage.as_ref().map(|stage| Drawn {
        serial: stage.serial,
        ticks: (stage.a.tick, stage.b.tick),
        blend: stage.blend,
        overlays: *overlays,
        looked_through,
    });
    if sheets.drawn == now && !route.is_changed() && !scene.is_changed() {
        return;
    }
    sheets.drawn = now;
    let Sheets { ground, belief, truth, sketch, .. } = &mut *sheets;
    sketch.clear();
    if let Some(shown) = stage.as_deref().and_then(|stage| Shown::of(stage, &scene)) {
        fill(&shown, &overlays, looked_through, &route, sketch);
    }
    ground.show(&sketch.ground, &mut meshes, &mut seen);
    belief.show(&sketch.belief, &mut meshes, &mut seen);
    truth.show(&sketch.truth, &mut meshes, &mut seen);
    std::mem::swap(&mut labels.0, &mut sketch.labels);
}

/// Sketches everything that is switched on.
pub fn fill(
    shown: &Shown,
    overlays: &Overlays,
    looked_through: Option<SensorIx>,
    route: &EgoRoute,
    sketch: &mut Sketch,
) {
    if overlays.cameras {
        sensors::draw_cameras(shown, looked_through, sketch);
    }
    if overlays.lanes {
        lanes::draw(shown, sketch);
    }
    if overlays.path {
        path::draw(shown, sketch);
    }
    if overlays.predictions {
        predictions::draw(shown, sketch);
    }
    if overlays.lidar {
        sensors::draw_clusters(shown, sketch);
    }
    if overlays.radar {
        sensors::draw_radar(shown, sketch);
    }
    if overlays.tracks || overlays.ghosts || overlays.misses {
        tracks::draw(shown, overlays, sketch);
    }
    if overlays.signals {
        signals::draw(shown, route, sketch);
    }
    if overlays.localization
        && let Some(ego) = shown.run.ego.and_then(|id| shown.shot.objects.get(id.ix()))
    {
        localization::draw(shown, &ego.extent, sketch);
    }
}

/// Adds the overlays.
pub fn plugin(app: &mut App) {
    app.init_resource::<CameraMode>()
        .init_resource::<Overlays>()
        .init_resource::<EgoRoute>()
        .init_resource::<SceneGround>();
    app.add_plugins((material::plugin, labels::plugin, cloud::plugin));
    app.add_systems(Startup, spawn);
    app.add_systems(PostUpdate, (route::follow, draw).chain().in_set(DrawBelief).before(AssetEventSystems));
}
