//! OpenSCENARIO reader.

pub mod expression;
pub mod sampling;
