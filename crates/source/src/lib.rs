//! Source texts: what every reader of a foreign file format shares.
//!
//! [`decode`] turns a file's bytes into text, [`Lines`] turns byte offsets into lines and columns, and
//! [`Problem`] says what is wrong, where, by which rule, and what to do about it.
//!
//! # What it does not do
//! It knows no format and reads no file.

mod decode;
mod lines;
mod problem;

pub use decode::{Note, decode, decode_with_note};
pub use lines::Lines;
pub use problem::{Place, Problem, Problems, Severity};
