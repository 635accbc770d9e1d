//! OpenDRIVE reader.
