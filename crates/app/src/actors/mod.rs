//! Vehicles and people, built by code: no downloaded model is used.
//!
//! | module | what |
//! |---|---|
//! | [`sketch`], [`solids`], [`surface`] | triangles with finishes; simple bodies; pieces on curved surfaces |
//! | [`body`], [`dress`], [`car`] | sheet-metal shell of a car, what lies on it, how both make a car |
//! | [`suv`], [`cars`], [`pod`], [`vans`], [`heavy`], [`cycles`], [`people`], [`props`], [`wheels`], [`sensors`] | the models |
//! | [`kind`], [`garage`], [`finishes`] | which model, its meshes, its materials |
//! | [`motion`], [`gait`] | motion that is only shown, as pure functions |
//! | [`cast`], [`play`], [`beams`] | entities, their motion and lights each frame, light of headlamps |
//!
//! Models are drawn in the vehicle frame (x forward, y left, z up, origin = rear axle on the ground), in m,
//! exactly in the size of the vehicle files; [`sketch::turned`] takes them to the window's axes. Sizes come
//! from the files, proportions from side views; colors and clothes are seeded by the participant's name.
//! Bodies of others lie on the truth layer, the own body on its own.
//!
//! Not shown: doors that open, damage beyond color, people inside of other vehicles.

use bevy::prelude::*;
use bevy::transform::TransformSystems;

pub mod beams;
pub mod body;
pub mod car;
pub mod cars;
pub mod cast;
pub mod cycles;
pub mod dress;
pub mod finishes;
pub mod gait;
pub mod garage;
pub mod heavy;
pub mod kind;
pub mod model;
pub mod motion;
pub mod people;
pub mod play;
pub mod pod;
pub mod props;
pub mod sensors;
pub mod sketch;
pub mod solids;
pub mod surface;
pub mod suv;
pub mod vans;
pub mod wheels;

use crate::stage::Stage;

/// Adds it.
pub fn plugin(app: &mut App) {
    app.init_resource::<cast::Cast>()
        .init_resource::<garage::Garage>()
        .init_resource::<finishes::Finishes>()
        .add_systems(Startup, beams::hang)
        .add_systems(Update, cast::call)
        .add_systems(
            PostUpdate,
            (play::play.run_if(resource_exists::<Stage>), beams::shine)
                .chain()
                .before(TransformSystems::Propagate),
        );
}
