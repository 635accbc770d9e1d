//! How [`Ink`](super::ink::Ink) gets onto the screen: one shader, two passes.
//!
//! The first pass draws what nothing hides. The second draws what is hidden, faintly: so a track behind a
//! truck shows through the truck, and everyone sees that it is behind. Neither is lit, fogged or
//! tone-mapped: a belief does not fade in the fog.

use super::ink::{OTHER_END, SHAPE};
use bevy::asset::embedded_asset;
use bevy::mesh::MeshVertexBufferLayoutRef;
use bevy::pbr::{MaterialPipeline, MaterialPipelineKey};
use bevy::prelude::*;
use bevy::render::render_resource::{
    AsBindGroup, CompareFunction, RenderPipelineDescriptor, SpecializedMeshPipelineError,
};
use bevy::shader::ShaderRef;

/// Which part of the ink a material draws.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum Pass {
    /// What nothing hides.
    Seen,
    /// What something nearer hides.
    Hidden,
}

/// Material of the overlays.
#[derive(Asset, TypePath, AsBindGroup, Clone, Debug)]
#[bind_group_data(Pass)]
pub struct InkMaterial {
    /// Opacity; pull towards the eye as a share of the distance; width of the dark rim, px of a picture
    /// 720 px high; unused.
    #[uniform(0)]
    pub look: Vec4,
    /// Which part is drawn.
    pub pass: Pass,
}

impl From<&InkMaterial> for Pass {
    fn from(material: &InkMaterial) -> Self {
        material.pass
    }
}

impl InkMaterial {
    /// Opacity of what is hidden.
    const HIDDEN_OPACITY: f32 = 0.22;
    /// Pull towards the eye, as a share of the distance: 0.4 % keeps lines out of the road they lie on.
    const PULL: f32 = 0.004;

    /// A material for one pass with a dark rim of this width.
    pub fn new(pass: Pass, rim_px: f32) -> Self {
        let opacity = match pass {
            Pass::Seen => 1.0,
            Pass::Hidden => Self::HIDDEN_OPACITY,
        };
        Self { look: Vec4::new(opacity, Self::PULL, rim_px, 0.0), pass }
    }
}

impl Material for InkMaterial {
    fn vertex_shader() -> ShaderRef {
        "embedded://shakedown_app/belief/ink.wgsl".into()
    }
    fn fragment_shader() -> ShaderRef {
        "embedded://shakedown_app/belief/ink.wgsl".into()
    }
    fn alpha_mode(&self) -> AlphaMode {
        AlphaMode::Blend
    }
    fn depth_bias(&self) -> f32 {
        // Only the order among transparent things: after rain, glass and spray.
        1.0e5
    }
    fn enable_prepass() -> bool {
        false
    }
    fn enable_shadows() -> bool {
        false
    }
    fn specialize(
        _pipeline: &MaterialPipeline,
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        key: MaterialPipelineKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.vertex.buffers = vec![layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            OTHER_END.at_shader_location(1),
            Mesh::ATTRIBUTE_COLOR.at_shader_location(2),
            SHAPE.at_shader_location(3),
        ])?];
        descriptor.primitive.cull_mode = None;
        if let Some(depth) = &mut descriptor.depth_stencil {
            // Reversed depth: nearer is greater.
            depth.depth_compare = Some(match key.bind_group_data {
                Pass::Seen => CompareFunction::GreaterEqual,
                Pass::Hidden => CompareFunction::Less,
            });
            depth.depth_write_enabled = Some(false);
        }
        Ok(())
    }
}

/// Adds the material and its shader.
pub fn plugin(app: &mut App) {
    embedded_asset!(app, "ink.wgsl");
    app.add_plugins(MaterialPlugin::<InkMaterial>::default());
}
