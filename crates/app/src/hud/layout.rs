//! Where the panels of a run stand. Pure: from the size of the picture (points) and what is open.
//!
//! ```text
//! ┌ title ┐ ┌── banner, cards ──┐ ┌ who   ┐
//! ├───────┤                       │ is    │
//! │ side  │       the world       │ driving│
//! │       │ ┌ plots or events ┐  │       │
//! └───────┘ └─────────────────┘  └───────┘
//! ┌────────────── time ──────────────────┐
//! └──────────────────────────────────────┘
//! ```

use super::theme::GAP;
use bevy_egui::egui::{Rect, Vec2, pos2};

/// Height of the time panel.
pub const TIME_HEIGHT: f32 = 134.0;
/// Width of the panel on the right.
pub const DRIVING_WIDTH: f32 = 300.0;
/// Width of the panel on the left.
pub const SIDE_WIDTH: f32 = 244.0;
/// Height of the title.
pub const TITLE_HEIGHT: f32 = 74.0;
/// Height of the panel with the plots.
pub const LOWER_HEIGHT: f32 = 204.0;
/// Height of the request's banner.
pub const BANNER_HEIGHT: f32 = 92.0;

/// Whether a panel is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Open.
    Open,
    /// Folded.
    Folded,
}

impl Fold {
    /// The other way.
    pub fn other(self) -> Self {
        match self {
            Self::Open => Self::Folded,
            Self::Folded => Self::Open,
        }
    }
}

/// Places of the panels, points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Places {
    /// Title of the run, with the way home.
    pub title: Rect,
    /// Side panel: what one can do.
    pub side: Rect,
    /// Who is driving.
    pub driving: Rect,
    /// Time.
    pub time: Rect,
    /// Plots or events.
    pub lower: Rect,
    /// Request to intervene.
    pub banner: Rect,
    /// What no panel covers: where the world can be seen.
    pub free: Rect,
}

/// Places the panels.
pub fn places(size: Vec2, side: Fold, lower: Fold) -> Places {
    let rect =
        |x0: f32, y0: f32, x1: f32, y1: f32| Rect::from_min_max(pos2(x0, y0), pos2(x1.max(x0), y1.max(y0)));
    let (w, h) = (size.x.max(320.0), size.y.max(240.0));
    // Small pictures: side panels give way first, the time line stays.
    let driving_width = DRIVING_WIDTH.min(w * 0.36);
    let side_width = SIDE_WIDTH.min(w * 0.28);
    let time = rect(GAP, h - GAP - TIME_HEIGHT.min(h * 0.4), w - GAP, h - GAP);
    let floor = time.top() - GAP;
    let driving = rect(w - GAP - driving_width, GAP, w - GAP, floor);
    let title = rect(GAP, GAP, GAP + side_width, GAP + TITLE_HEIGHT);
    let side_rect = match side {
        Fold::Open => rect(GAP, title.bottom() + GAP, GAP + side_width, floor),
        Fold::Folded => rect(GAP, title.bottom() + GAP, GAP + side_width, title.bottom() + GAP + 36.0),
    };
    let (left, right) = (title.right() + GAP, driving.left() - GAP);
    let lower_height = LOWER_HEIGHT.min((floor - GAP) * 0.5);
    let lower_rect = rect(left, floor - lower_height, right, floor);
    let banner = rect(left, GAP, right, GAP + BANNER_HEIGHT);
    let free_left = match side {
        Fold::Open => left,
        Fold::Folded => 0.0,
    };
    let free_floor = match lower {
        Fold::Open => lower_rect.top() - GAP,
        Fold::Folded => floor,
    };
    let free = rect(free_left, 0.0, right, free_floor);
    Places { title, side: side_rect, driving, time, lower: lower_rect, banner, free }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_egui::egui::vec2;

    #[test]
    fn panels_stay_inside_and_do_not_overlap() {
        for (w, h) in [(1280.0, 720.0), (1600.0, 900.0), (985.0, 554.0), (2560.0, 720.0), (640.0, 480.0)] {
            for side in [Fold::Open, Fold::Folded] {
                for lower in [Fold::Open, Fold::Folded] {
                    let l = places(vec2(w, h), side, lower);
                    let screen = Rect::from_min_max(pos2(0.0, 0.0), pos2(w, h));
                    let panels = [l.title, l.side, l.driving, l.time, l.lower, l.banner];
                    for (ix, a) in panels.iter().enumerate() {
                        assert!(screen.contains_rect(*a), "{w}×{h}: {a:?}");
                        assert!(a.width() > 0.0 && a.height() > 0.0, "{w}×{h}: {a:?}");
                        for b in &panels[ix + 1..] {
                            assert!(!a.shrink(0.5).intersects(b.shrink(0.5)), "{w}×{h}: {a:?} {b:?}");
                        }
                    }
                    assert!(l.free.width() > w * 0.28 && l.free.height() > h * 0.2, "{w}×{h}: {:?}", l.free);
                }
            }
        }
    }

    #[test]
    fn folding_gives_the_world_room() {
        let size = vec2(1280.0, 720.0);
        let area = |side, lower| places(size, side, lower).free.area();
        assert!(area(Fold::Folded, Fold::Folded) > area(Fold::Open, Fold::Folded));
        assert!(area(Fold::Open, Fold::Folded) > area(Fold::Open, Fold::Open));
    }
}
