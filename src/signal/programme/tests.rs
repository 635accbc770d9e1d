//! Tests of what faces show and tell.

use super::*;

fn lens(code: &str) -> Lens {
    let flashing = if code == "FYL" { Flashing::Flashing } else { Flashing::Steady };
    let (color, shape) = match code {
        "R" => (LensColor::Red, LensShape::Circle),
        "Y" => (LensColor::Yellow, LensShape::Circle),
        "G" => (LensColor::Green, LensShape::Circle),
        "RL" => (LensColor::Red, LensShape::ArrowLeft),
        "YL" | "FYL" => (LensColor::Yellow, LensShape::ArrowLeft),
        "GL" => (LensColor::Green, LensShape::ArrowLeft),
        "DW" => (LensColor::Red, LensShape::Pedestrian),
        "W" => (LensColor::White, LensShape::Pedestrian),
        other => panic!("lens {other}"),
    };
    Lens { color, shape, flashing }
}

fn lenses(codes: &str) -> Vec<Lens> {
    codes.split(',').map(lens).collect()
}

/// Names of the lit lenses of a face; `*` marks flashing ones.
fn names(codes: &str, lit: LitLenses) -> String {
    codes
        .split(',')
        .enumerate()
        .filter(|(ix, _)| lit.mask & (1 << ix) != 0)
        .map(|(ix, name)| format!("{name}{}", if lit.flashing & (1 << ix) != 0 { "*" } else { "" }))
        .collect::<Vec<_>>()
        .join("+")
}

#[test]
fn faces_show_the_aspects_of_their_parts() {
    use Aspect::{Green, Permissive, Red, Yellow};
    for (face, circular, left, expect) in [
        ("R,Y,G", Red, Red, "R"),
        ("R,Y,G", Yellow, Red, "Y"),
        ("R,Y,G", Green, Red, "G"),
        // Shared five-section face: its arrow part has no red.
        ("R,Y,G,YL,GL", Red, Green, "R+GL"),
        ("R,Y,G,YL,GL", Red, Yellow, "R+YL"),
        ("R,Y,G,YL,GL", Green, Red, "G"),
        ("R,Y,YL,GL,G", Green, Green, "GL+G"),
        // Separate flashing-yellow-arrow face.
        ("RL,YL,FYL,GL", Red, Red, "RL"),
        ("RL,YL,FYL,GL", Red, Permissive, "FYL*"),
        ("RL,YL,FYL,GL", Red, Yellow, "YL"),
        ("RL,YL,FYL,GL", Red, Green, "GL"),
    ] {
        let mut lit = LitLenses::default();
        light(&lenses(face), FacePart::Circular, circular, &mut lit);
        light(&lenses(face), FacePart::LeftArrow, left, &mut lit);
        assert_eq!(names(face, lit), expect, "{face}");
    }
    for (shown, expect) in
        [(Indication::Walk, "W"), (Indication::PedestrianClearance, "DW*"), (Indication::DontWalk, "DW")]
    {
        let mut lit = LitLenses::default();
        light_pedestrian(&lenses("DW,W"), shown, &mut lit);
        assert_eq!(names("DW,W", lit), expect);
    }
}

#[test]
fn lit_lenses_tell_each_turn_its_indication() {
    use Indication::{FlashingRed, FlashingYellow, Green, GreenArrow, Red, Yellow};
    for (face, lit, flashing, turn, expect) in [
        ("R,Y,G", "R", "", Turn::Straight, Some(Red)),
        ("R,Y,G", "G", "", Turn::Left, Some(Green)),
        ("R,Y,G", "Y", "", Turn::Right, Some(Yellow)),
        ("R,Y,G", "R", "R", Turn::Straight, Some(FlashingRed)),
        ("R,Y,G", "", "", Turn::Straight, None),
        ("R,Y,G,YL,GL", "R,GL", "", Turn::Left, Some(GreenArrow)),
        ("R,Y,G,YL,GL", "R,GL", "", Turn::Straight, Some(Red)),
        ("R,Y,G,YL,GL", "R,YL", "", Turn::Left, Some(Yellow)),
        // The arrow ends while the through movement goes on: permissive.
        ("R,Y,G,YL,GL", "G,YL", "", Turn::Left, Some(Green)),
        ("R,Y,G,YL,GL", "G", "", Turn::Left, Some(Green)),
        ("RL,YL,FYL,GL", "FYL", "FYL", Turn::Left, Some(FlashingYellow)),
        ("RL,YL,FYL,GL", "RL", "", Turn::UTurn, Some(Red)),
        ("RL,YL,GL", "GL", "", Turn::Left, Some(GreenArrow)),
    ] {
        let all = lenses(face);
        let bits = |codes: &str| {
            codes.split(',').filter(|c| !c.is_empty()).fold(0, |mask, code| {
                let ix = face.split(',').position(|c| c == code).expect("lens of the face");
                mask | 1 << ix
            })
        };
        let lit_lenses = LitLenses { mask: bits(lit), flashing: bits(flashing) };
        assert_eq!(face_tells(&all, lit_lenses, turn), expect, "{face} showing {lit}, {turn:?}");
    }
}
