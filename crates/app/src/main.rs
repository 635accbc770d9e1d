//! The window of shakedown.
fn main() {}
