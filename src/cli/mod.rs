//! The cli layer.

pub mod road;
