//! TODO replaced
use shakedown::batch::*;
use shakedown::engine::RunSpec;
use std::path::PathBuf;
pub struct RunSource {
    pub path: PathBuf,
    pub overrides: Vec<(String, String)>,
}
pub fn load_run(_: &BatchDir, _: &str, _: &dyn shakedown::batch::plan::Source) -> std::io::Result<RunSpec> {
    Err(std::io::Error::other("x"))
}
pub fn save_run(_: &BatchDir, _: &RunSpec, _: &RunSource, _: &RunOutput) -> std::io::Result<()> {
    Ok(())
}
