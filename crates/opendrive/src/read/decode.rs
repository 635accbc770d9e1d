//! Bytes → text, as all our readers decode.

pub use source::{Note, decode, decode_with_note};
