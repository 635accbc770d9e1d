//! Traffic signals as the engine knows them: number, order and size of lenses, orientation, arrows,
//! pedestrian symbols; housings with visors and backplates; masts; and light from the run's true state.
//!
//! | file | what |
//! |---|---|
//! | [`head`] | meshes of housings, visors, backplates and lenses |
//! | [`mast`] | poles, mast arms, pedestals |
//! | [`light`] | which lens shines how bright, every frame |

pub mod head;
pub mod light;
pub mod mast;

pub use light::SignalGlow;
