//! Layer 1: the one shared vocabulary. Data only: every domain (sensor, perception, automation, driver,
//! vehicle, traffic, signal, environment) reads and writes these types and never imports another domain.
//!
//! Frames: world = ENU, z up, meters; vehicle = ISO 8855 (x forward, y left, z up) with its origin on
//! the ground under the rear axle. Angles in rad, counter-clockwise positive.
//!
//! What is true ([`truth`]) and what the automation believes ([`belief`]) are different data: perception
//! and automation may not import [`truth`] (a test reads every `use`).

pub mod automation;
pub mod belief;
pub mod command;
pub mod driver;
pub mod messages;
pub mod object;
pub mod pose;
pub mod ray_world;
pub mod record;
pub mod sensor_data;
pub mod signal;
pub mod tire;
pub mod truth;
pub mod vehicle_spec;
pub mod weather;
