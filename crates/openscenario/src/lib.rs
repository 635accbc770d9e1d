//! OpenSCENARIO reader.

pub mod expression;
