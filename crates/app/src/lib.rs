//! The window of shakedown: drive, watch and understand a run in 3-D.
//!
//! The engine runs in a world of its own ([`session`]); the window reads a copy of each tick ([`stage`])
//! and never writes back, except through recorded interventions and recorded human input. So a run in the
//! window has the state hash of the headless run.
//!
//! | module | what |
//! |---|---|
//! | [`session`] | the engine's world, pacing, history, live input, saving |
//! | [`stage`] | what is shown in this frame: two neighboring ticks and the blend between them |
//! | [`scene`] | the static world, built from the map |
//! | [`actors`] | vehicles and people |
//! | [`weather`] | sun, sky, rain, fog, wet road, snow, night |
//! | [`belief`] | what the car believes, beside what is true |
//! | [`hud`] | panels: who is driving, time line, start screen, help |
//! | [`camera`] | views and split screen |
//! | [`control`] | keyboard, gamepad, steering wheel |
//! | [`bridge`], [`dressing`] | connect modules that do not know each other |
//! | [`capture`] | pictures and films without a display |
//!
//! Frames: the engine is ENU, z up; the window is Bevy's y up ([`frames`] is the only place that knows).

pub mod actors;
pub mod belief;
pub mod bridge;
pub mod camera;
pub mod capture;
pub mod cli;
pub mod command;
pub mod control;
pub mod dressing;
pub mod frames;
pub mod hud;
pub mod launch;
pub mod layers;
pub mod palette;
pub mod scene;
pub mod session;
pub mod settings;
pub mod shell;
pub mod stage;
pub mod weather;
