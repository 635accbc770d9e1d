//! The panels drawn without a renderer, over real runs: nothing falls off the picture, whatever its size.

use super::*;
use crate::session::{Diligence, Session, tests::app};
use crate::stage::Stage;
use bevy_egui::egui;
use core::time::Duration;
use shakedown::state::automation::AutomationLevel;

/// A run that stands at a time.
pub(crate) fn run(scenario: &str, level: AutomationLevel, at_s: f64) -> App {
    let mut app = app(Duration::from_millis(20));
    app.insert_resource(Diligence::Exact);
    app.world_mut().write_message(Command::Open(crate::command::Opening {
        scenario: scenario.to_owned(),
        level: Some(level),
        seed: 1,
        overrides: Vec::new(),
    }));
    app.update();
    app.update();
    app.world_mut().resource_mut::<Session>().show_at(at_s);
    app.update();
    app.world_mut().resource_mut::<Session>().playing = false;
    app.update();
    app
}

/// Draws all panels of a run into a picture of this size (points), three passes; the boxes of what is painted
/// above the background, with their clip.
fn draw(app: &App, size: egui::Vec2, lower: Lower) -> Vec<egui::Rect> {
    let (stage, session) = (app.world().resource::<Stage>(), app.world().resource::<Session>());
    let ctx = egui::Context::default();
    theme::apply(&ctx);
    let mut hud = Hud { lower: Some(lower), ..Hud::default() };
    for title in ["View", "Overlays", "Weather", "Variations"] {
        hud.unfold(title);
    }
    let (mut toggles, mut cameras) = (Toggles::default(), CameraChoice::default());
    cameras.names = ["Chase", "Driver", "camera_front"].map(str::to_owned).to_vec();
    toggles.0.push(Toggle { name: "Tracks".into(), about: "Tracks.".into(), color: Color::WHITE, on: true });
    let batch = BackgroundBatch { done: 3, planned: 9, status: "running".into(), report: None };
    let mut samples = samples::Samples::default();
    samples.take(stage, session.simulated_s);
    let mut boxes = Vec::new();
    for _ in 0..3 {
        let mut out = Vec::new();
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size)),
            ..Default::default()
        };
        let output = ctx.run_ui(input, |_| {
            let panels = screens::Panels {
                ctx: &ctx,
                stage,
                session,
                batch: &batch,
                clauses: None,
                samples: &samples,
                now_s: 1.0,
            };
            panels.show(&mut hud, &mut toggles, &mut cameras, &mut out);
            if hud.help == Fold::Open {
                help::show(&ctx, &mut hud);
            }
        });
        assert!(out.is_empty(), "nobody has pressed anything: {out:?}");
        boxes = output
            .shapes
            .iter()
            .map(|s| s.shape.visual_bounding_rect().intersect(s.clip_rect))
            .filter(|r| r.is_positive())
            .collect();
    }
    boxes
}

#[test]
fn nothing_falls_off_the_picture() {
    let cases = [
        ("levels/work_zone", AutomationLevel::L3, 16.0),
        ("levels/work_zone", AutomationLevel::L3, 18.0),
        ("levels/heavy_rain", AutomationLevel::L4, 24.0),
        ("levels/hard_braking_lead", AutomationLevel::L0, 9.0),
        ("levels/hard_braking_lead", AutomationLevel::L5, 60.0),
    ];
    for (scenario, level, at_s) in cases {
        let app = run(scenario, level, at_s);
        for (w, h) in [(1280.0, 720.0), (985.0, 554.0), (1600.0, 900.0), (640.0, 400.0)] {
            for lower in [Lower::Plots, Lower::Events] {
                let size = egui::vec2(w, h);
                let boxes = draw(&app, size, lower);
                assert!(boxes.len() > 150, "{scenario} {level}: only {} shapes", boxes.len());
                // Shadows may reach over the edge, nothing else.
                let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size).expand(24.0);
                for rect in boxes {
                    assert!(screen.contains_rect(rect), "{scenario} {level} {w}×{h}: {rect:?}");
                }
            }
        }
    }
}

#[test]
fn keys_reach_the_session_as_commands() {
    let mut app = run("levels/work_zone", AutomationLevel::L3, 20.0);
    let mut hud = Hud::default();
    let mut cameras = CameraChoice { names: vec!["a".into(), "b".into()], ..CameraChoice::default() };
    let session = app.world_mut().remove_resource::<Session>().unwrap();
    let mut obey = |wish| input::obey(wish, &session, &mut hud, &mut cameras);
    use keys::Wish;
    assert_eq!(obey(Wish::Home), Some(Command::Seek(0.0)));
    assert_eq!(obey(Wish::Faster), Some(Command::Pace(2.0)));
    assert!(matches!(obey(Wish::Skip(-1.0)), Some(Command::Seek(t)) if (t - 19.0).abs() < 0.05));
    assert!(matches!(obey(Wish::Jump(marks::Jump::Back)), Some(Command::Seek(t)) if t < 20.0));
    assert_eq!((obey(Wish::Camera), obey(Wish::Split), obey(Wish::Plots)), (None, None, None));
    assert_eq!(obey(Wish::Escape), None, "first what is open is closed");
    assert_eq!(obey(Wish::Escape), Some(Command::Leave));
    assert_eq!((cameras.chosen, cameras.split, hud.lower), (1, true, None));
}
