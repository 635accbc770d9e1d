//! Puts the window's app together: with a window, or off-screen for pictures and films.

use crate::layers;
use crate::{actors, belief, bridge, camera, control, dressing, hud, scene, session, weather};
use bevy::app::PluginsState;
use bevy::asset::RenderAssetUsages;
use bevy::camera::visibility::RenderLayers;
use bevy::camera::{CameraOutputMode, RenderTarget};
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{BlendState, TextureFormat, TextureUsages};
use bevy::render::settings::{Backends, WgpuSettings};
use bevy::window::{ExitCondition, PresentMode, WindowResolution};
use bevy::winit::{UpdateMode, WinitPlugin, WinitSettings};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, PrimaryEguiContext};

/// Where everything is drawn.
#[derive(Resource, Clone, Debug)]
pub struct Canvas {
    /// The picture, off-screen; `None` = the window.
    pub image: Option<Handle<Image>>,
    /// Size in physical pixels.
    pub size: UVec2,
}

impl Canvas {
    /// The target of every camera.
    pub fn target(&self) -> RenderTarget {
        match &self.image {
            Some(image) => RenderTarget::Image(image.clone().into()),
            None => RenderTarget::default(),
        }
    }
}

/// The camera that the panels are drawn with, over everything else.
#[derive(Component)]
pub struct PanelCamera;

/// An app with a window.
pub fn windowed(title: &str, size: UVec2) -> App {
    let mut app = App::new();
    let window = Window {
        title: title.to_owned(),
        resolution: WindowResolution::new(size.x, size.y),
        present_mode: PresentMode::AutoVsync,
        ..Window::default()
    };
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: Some(window), ..WindowPlugin::default() })
            .set(renderer())
            .set(bevy::log::LogPlugin { filter: LOG_FILTER.to_owned(), ..Default::default() }),
    );
    // A run goes on while one looks at something else.
    app.insert_resource(WinitSettings {
        focused_mode: UpdateMode::Continuous,
        unfocused_mode: UpdateMode::reactive_low_power(std::time::Duration::from_millis(33)),
    });
    app.insert_resource(Canvas { image: None, size });
    app.add_systems(Update, follow_window);
    furnish(&mut app);
    app
}

/// An app without a window or display. Make it [`ready`]; each `app.update()` is then a frame.
pub fn off_screen(size: UVec2) -> App {
    let mut app = App::new();
    let plugins = DefaultPlugins
        .set(WindowPlugin {
            primary_window: None,
            exit_condition: ExitCondition::DontExit,
            ..WindowPlugin::default()
        })
        .set(RenderPlugin { synchronous_pipeline_compilation: true, ..renderer() })
        .set(bevy::log::LogPlugin { filter: LOG_FILTER.to_owned(), ..Default::default() })
        .disable::<WinitPlugin>()
        .disable::<PipelinedRenderingPlugin>();
    // A server has no sound card either.
    #[cfg(feature = "audio")]
    let plugins = plugins.disable::<bevy::audio::AudioPlugin>();
    app.add_plugins(plugins);
    let mut image = Image::new_target_texture(size.x, size.y, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image.asset_usage = RenderAssetUsages::RENDER_WORLD;
    let image = app.world_mut().resource_mut::<Assets<Image>>().add(image);
    app.insert_resource(Canvas { image: Some(image), size });
    furnish(&mut app);
    app
}

/// Vulkan, Metal or Direct3D 12. OpenGL is left out: it draws nothing off-screen.
fn renderer() -> RenderPlugin {
    let settings = WgpuSettings { backends: Some(Backends::PRIMARY), ..WgpuSettings::default() };
    RenderPlugin { render_creation: settings.into(), ..RenderPlugin::default() }
}

/// Renderer messages that users can do nothing about stay out of the terminal.
const LOG_FILTER: &str = "error,wgpu=off,wgpu_hal=off,naga=off,bevy_egui=off";

/// Finishes the plugins of an off-screen app; after that each `app.update()` is one frame.
pub fn ready(app: &mut App) {
    while app.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
    }
    app.finish();
    app.cleanup();
}

/// Everything that both kinds of app have.
fn furnish(app: &mut App) {
    app.add_plugins(EguiPlugin::default());
    app.world_mut().resource_mut::<EguiGlobalSettings>().auto_create_primary_context = false;
    app.add_plugins((
        session::plugin,
        camera::plugin,
        scene::plugin,
        actors::plugin,
        weather::plugin,
        belief::plugin,
        control::plugin,
        hud::plugin,
        bridge::plugin,
        dressing::plugin,
    ));
    app.add_systems(Startup, spawn_panel_camera);
}

fn spawn_panel_camera(mut commands: Commands, canvas: Res<Canvas>) {
    commands.spawn((
        Camera2d,
        Camera {
            order: 100,
            clear_color: ClearColorConfig::Custom(Color::NONE),
            output_mode: CameraOutputMode::Write {
                blend_state: Some(BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                clear_color: ClearColorConfig::None,
            },
            ..Camera::default()
        },
        canvas.target(),
        Msaa::Off,
        RenderLayers::layer(layers::PANELS),
        PrimaryEguiContext,
        PanelCamera,
    ));
}

/// Keeps [`Canvas::size`] the window's.
fn follow_window(windows: Query<&Window, Changed<Window>>, mut canvas: ResMut<Canvas>) {
    for window in &windows {
        let size = window.physical_size();
        if size != canvas.size && size.x > 0 && size.y > 0 {
            canvas.size = size;
        }
    }
}
