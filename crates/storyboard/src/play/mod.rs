//! The player: entities without dynamics of their own, moved exactly as the storyboard says.
//!
//! Every step of length dt from T: triggers and conditions are evaluated on the state at T, actions act
//! over [T, T + dt], then whoever no action moves goes on along its lane with its speed. Before the first
//! step there is one of length 0 at T = 0, after the init actions.
//!
//! | file | what |
//! |---|---|
//! | `entity.rs` | who plays: bodies, poses, places on the road |
//! | `player.rs`, `acting.rs`, `work.rs` | the steps, and what each action does in them |
//! | `partners.rs` | actions between two entities, trailers |
//! | `lateral.rs` | lane changes and offsets |
//! | `footprint.rs` | bodies as boxes: overlap, gaps |
//! | `distance.rs` | distances in every coordinate system, headway, time to collision |
//! | `condition.rs` | what conditions mean |
//! | `init_order.rs` | the order of the init phase |
//! | `frame.rs` | heading, pitch, roll as rotations |
//! | `position.rs` | what positions mean |
//! | `route.rs` | routes: which roads they pass |
//! | `roads/` | places on roads, their surface, moving along them, ways |
//! | `angle.rs` | headings and tolerances |
//! | `transition.rs` | shapes of transitions |
//! | `speed.rs`, `speed_profile.rs` | changes of speed |
//! | `trajectory/` | geometry and timing of trajectories |
//! | `signals.rs` | signals and their controllers |
//! | `follow.rs` | following one |
//! | `keep.rs` | keeping a distance along or across |
//! | `synchronize.rs` | arriving together |
//! | `trailer.rs` | trailers, and reference points ahead of the rear axle |

mod acting;
pub mod angle;
pub mod condition;
pub mod distance;
pub mod entity;
pub mod follow;
pub mod footprint;
pub mod frame;
pub mod init_order;
pub mod keep;
pub mod lateral;
pub mod partners;
pub mod player;
pub mod position;
pub mod roads;
pub mod route;
pub mod signals;
pub mod speed;
pub mod speed_profile;
pub mod synchronize;
pub mod trailer;
pub mod trajectory;
pub mod transition;
pub mod work;
