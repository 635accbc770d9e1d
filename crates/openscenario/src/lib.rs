//! OpenSCENARIO reader.
