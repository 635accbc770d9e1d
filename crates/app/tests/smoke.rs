//! Every bundled scenario opens, runs three seconds and is drawn: no picture is blank. Needs Vulkan (software
//! will do); without it the test says so and passes, except where `CI` is set.

#![allow(clippy::unwrap_used, reason = "helpers of tests may unwrap")]

use bevy::prelude::*;
use shakedown_app::camera::{CameraMode, Split};
use shakedown_app::capture::look_at_all;
use shakedown_app::session::{Diligence, KeepDir, Loader};
use shakedown_app::settings::Settings;
use shakedown_app::weather::Quality;
use shakedown_app::{belief, hud, shell};
use std::process::Command;

/// Whether the machine can draw, asked in a process of its own: the renderer ends the one that asks in vain.
fn can_draw() -> bool {
    let dir = tempfile::tempdir().unwrap();
    let picture = dir.path().join("probe.png");
    let done = Command::new(env!("CARGO_BIN_EXE_shakedown-app"))
        .args(["levels/hard_braking_lead", "--size", "64x36", "--screenshot"])
        .arg(&picture)
        .output()
        .unwrap();
    if !done.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&done.stderr));
    }
    picture.is_file()
}

#[test]
fn every_bundled_scenario_is_drawn() {
    if !can_draw() {
        assert!(std::env::var_os("CI").is_none(), "no graphics device where there must be one");
        eprintln!("not tested: this machine has no Vulkan (Debian: mesa-vulkan-drivers libvulkan1)");
        return;
    }
    let mut app = shell::off_screen(UVec2::new(320, 180));
    app.insert_resource(Loader::open().unwrap());
    app.insert_resource(KeepDir(std::env::temp_dir()));
    app.insert_resource(Settings::default());
    app.insert_resource(Quality::Low);
    app.insert_resource(CameraMode::default());
    app.insert_resource(Split::Off);
    app.insert_resource(belief::Overlays::NONE);
    app.insert_resource(hud::Layout { bare: true, scale: None });
    app.insert_resource(Diligence::Exact);
    shell::ready(&mut app);
    app.update();
    let mut looks = Vec::new();
    let problems = look_at_all(&mut app, 3.0, &mut |look| {
        if let Some(problem) = &look.problem {
            eprintln!("{}: {problem}", look.scenario);
        }
        looks.push(look.clone());
    });
    assert_eq!(problems, 0);
    assert!(looks.len() >= 30, "{} scenarios", looks.len());
    // Pictures of different places differ: nobody shows the same frame over and over.
    let mut pictures: Vec<&[u8]> =
        looks.iter().filter_map(|look| look.picture.as_ref()).map(|p| p.rgb.as_slice()).collect();
    pictures.sort_unstable();
    pictures.dedup();
    assert_eq!(pictures.len(), looks.len(), "two scenarios look the same to the last pixel");
}
