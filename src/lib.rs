//! shakedown.
