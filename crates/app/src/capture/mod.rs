//! Pictures and films without a display, from the command line on a server.
//!
//! The app runs frame by frame: the session is put to an exact simulated time, the frame is drawn into an
//! image, the image is read back. Frames of software renderers are not bit-stable between machines; what is
//! shown, and when, is.

mod cards;
mod cost;
mod film;
mod from_window;
mod picture;
mod smoke;

pub use cards::{CARD_SIZE, card_path, draw_cards};
pub use cost::{CostRow, device, frame_cost};
pub use film::{Film, FilmError, FilmKind, kind_of};
pub use from_window::plugin;
pub use picture::{Picture, write_png};
pub use smoke::{Look, look_at_all};

use crate::session::Session;
use crate::shell::Canvas;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use std::collections::BTreeMap;

/// Pictures that have come back from the renderer, by number.
#[derive(Resource, Default)]
struct Captured {
    next: u64,
    done: BTreeMap<u64, Picture>,
}

/// Most frames to wait for a picture.
const WAIT_FRAMES: u32 = 60;
/// Frames drawn before the first picture counts, so that meshes, textures and shadows are in place.
pub const WARM_UP_FRAMES: u32 = 4;

/// The renderer returned no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the renderer returned no picture within {WAIT_FRAMES} frames")]
pub struct NoPicture;

/// Asks for a picture of the next frame; returns its number.
fn ask(app: &mut App) -> u64 {
    let world = app.world_mut();
    world.init_resource::<Captured>();
    let number = {
        let mut captured = world.resource_mut::<Captured>();
        captured.next += 1;
        captured.next
    };
    let shot = match &world.resource::<Canvas>().image {
        Some(image) => Screenshot::image(image.clone()),
        None => Screenshot::primary_window(),
    };
    world.spawn(shot).observe(move |event: On<ScreenshotCaptured>, mut captured: ResMut<Captured>| {
        if let Some(picture) = Picture::from_image(&event.image) {
            captured.done.insert(number, picture);
        }
    });
    number
}

/// A picture of the app as it stands.
pub fn picture(app: &mut App) -> Result<Picture, NoPicture> {
    let number = ask(app);
    for _ in 0..WAIT_FRAMES {
        app.update();
        if let Some(picture) = app.world_mut().resource_mut::<Captured>().done.remove(&number) {
            return Ok(picture);
        }
    }
    Err(NoPicture)
}

/// Puts the session to a simulated time, stands still there and draws `frames` frames.
pub fn stand_at(app: &mut App, time_s: f64, frames: u32) {
    if let Some(mut session) = app.world_mut().get_resource_mut::<Session>() {
        session.playing = false;
        session.show_at(time_s);
    }
    for _ in 0..frames {
        app.update();
    }
}

/// Draws a film from one simulated time to another; `shown` is told of each frame.
pub fn film(app: &mut App, film: &mut Film, times_s: &[f64], shown: &dyn Fn(usize)) -> Result<(), FilmFault> {
    let mut asked: Vec<u64> = Vec::with_capacity(times_s.len());
    let mut written = 0;
    let mut flush = |app: &mut App, asked: &[u64], written: &mut usize| -> Result<(), FilmFault> {
        while let Some(number) = asked.get(*written) {
            let Some(picture) = app.world_mut().resource_mut::<Captured>().done.remove(number) else { break };
            film.push(&picture)?;
            *written += 1;
            shown(*written);
        }
        Ok(())
    };
    for time_s in times_s {
        if let Some(mut session) = app.world_mut().get_resource_mut::<Session>() {
            session.show_at(*time_s);
        }
        asked.push(ask(app));
        app.update();
        flush(app, &asked, &mut written)?;
    }
    for _ in 0..WAIT_FRAMES {
        if written == times_s.len() {
            return Ok(());
        }
        app.update();
        flush(app, &asked, &mut written)?;
    }
    Err(NoPicture.into())
}

/// Why a film was not made.
#[derive(Debug, thiserror::Error)]
pub enum FilmFault {
    /// The renderer.
    #[error(transparent)]
    NoPicture(#[from] NoPicture),
    /// The file.
    #[error(transparent)]
    Film(#[from] FilmError),
}
