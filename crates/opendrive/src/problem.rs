//! Problems with places, as all our readers report them.

pub use source::{Place, Problem, Problems, Severity};
