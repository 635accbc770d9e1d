//! Letters and digits as strokes, for signs: capitals in the manner of road signs.
//!
//! A letter stands on y = 0 and is 1 high; strokes are middle lines, in units of the height.

use super::canvas::{Canvas, Ink, stroke};
use shakedown::base::math::{DVec2, sin_cos};

/// Gap between letters.
const GAP: f64 = 0.22;
/// Half width of a stroke, in units of the height.
const HALF: f64 = 0.085;

/// Width of a letter and its strokes.
fn letter(c: char) -> (f64, Vec<Vec<DVec2>>) {
    let line = |points: &[(f64, f64)]| points.iter().map(|(x, y)| DVec2::new(*x, *y)).collect::<Vec<_>>();
    // Part of an ellipse, degrees counter-clockwise from the right.
    let arc = |cx: f64, cy: f64, rx: f64, ry: f64, from: f64, to: f64| {
        let n = ((to - from).abs() / 22.5).ceil().max(2.0) as usize;
        (0..=n)
            .map(|i| {
                let (sin, cos) = sin_cos((from + (to - from) * i as f64 / n as f64).to_radians());
                DVec2::new(cx + rx * cos, cy + ry * sin)
            })
            .collect::<Vec<_>>()
    };
    match c {
        'A' => (0.6, vec![line(&[(0.0, 0.0), (0.3, 1.0), (0.6, 0.0)]), line(&[(0.1, 0.33), (0.5, 0.33)])]),
        'B' => {
            let mut top = line(&[(0.0, 0.52), (0.28, 0.52)]);
            top.extend(arc(0.28, 0.76, 0.22, 0.24, -90.0, 90.0));
            top.extend(line(&[(0.28, 1.0), (0.0, 1.0), (0.0, 0.0), (0.28, 0.0)]));
            top.extend(arc(0.28, 0.26, 0.26, 0.26, -90.0, 90.0));
            (0.54, vec![top])
        }
        'C' => (0.55, vec![arc(0.3, 0.5, 0.3, 0.5, 40.0, 320.0)]),
        'D' => {
            let mut d = line(&[(0.0, 0.0), (0.0, 1.0), (0.2, 1.0)]);
            d.extend(arc(0.2, 0.5, 0.36, 0.5, 90.0, -90.0));
            d.push(DVec2::ZERO);
            (0.56, vec![d])
        }
        'E' => (
            0.46,
            vec![
                line(&[(0.46, 0.0), (0.0, 0.0), (0.0, 1.0), (0.46, 1.0)]),
                line(&[(0.0, 0.52), (0.38, 0.52)]),
            ],
        ),
        'F' => (0.44, vec![line(&[(0.0, 0.0), (0.0, 1.0), (0.44, 1.0)]), line(&[(0.0, 0.52), (0.36, 0.52)])]),
        'G' => {
            let mut g = arc(0.3, 0.5, 0.3, 0.5, 45.0, 330.0);
            g.extend(line(&[(0.58, 0.46), (0.34, 0.46)]));
            (0.6, vec![g])
        }
        'H' => (
            0.54,
            vec![
                line(&[(0.0, 0.0), (0.0, 1.0)]),
                line(&[(0.54, 0.0), (0.54, 1.0)]),
                line(&[(0.0, 0.5), (0.54, 0.5)]),
            ],
        ),
        'I' => (0.0, vec![line(&[(0.0, 0.0), (0.0, 1.0)])]),
        'J' => {
            let mut j = line(&[(0.42, 1.0), (0.42, 0.24)]);
            j.extend(arc(0.21, 0.22, 0.21, 0.22, 0.0, -180.0));
            (0.42, vec![j])
        }
        'K' => (
            0.54,
            vec![
                line(&[(0.0, 0.0), (0.0, 1.0)]),
                line(&[(0.52, 1.0), (0.0, 0.38)]),
                line(&[(0.18, 0.58), (0.54, 0.0)]),
            ],
        ),
        'L' => (0.44, vec![line(&[(0.0, 1.0), (0.0, 0.0), (0.44, 0.0)])]),
        'M' => (0.66, vec![line(&[(0.0, 0.0), (0.0, 1.0), (0.33, 0.3), (0.66, 1.0), (0.66, 0.0)])]),
        'N' => (0.56, vec![line(&[(0.0, 0.0), (0.0, 1.0), (0.56, 0.0), (0.56, 1.0)])]),
        'O' | '0' => (0.56, vec![arc(0.28, 0.5, 0.28, 0.5, 0.0, 360.0)]),
        'P' => {
            let mut p = line(&[(0.0, 0.0), (0.0, 1.0), (0.28, 1.0)]);
            p.extend(arc(0.28, 0.73, 0.24, 0.27, 90.0, -90.0));
            p.push(DVec2::new(0.0, 0.46));
            (0.52, vec![p])
        }
        'Q' => (0.58, vec![arc(0.28, 0.5, 0.28, 0.5, 0.0, 360.0), line(&[(0.34, 0.24), (0.58, -0.04)])]),
        'R' => {
            let mut r = line(&[(0.0, 0.0), (0.0, 1.0), (0.28, 1.0)]);
            r.extend(arc(0.28, 0.74, 0.24, 0.26, 90.0, -90.0));
            r.push(DVec2::new(0.0, 0.48));
            (0.54, vec![r, line(&[(0.26, 0.48), (0.54, 0.0)])])
        }
        'S' => {
            let mut s = arc(0.27, 0.75, 0.25, 0.25, 35.0, 250.0);
            s.extend(arc(0.27, 0.26, 0.27, 0.26, 70.0, -145.0));
            (0.54, vec![s])
        }
        'T' => (0.52, vec![line(&[(0.0, 1.0), (0.52, 1.0)]), line(&[(0.26, 1.0), (0.26, 0.0)])]),
        'U' => {
            let mut u = line(&[(0.0, 1.0), (0.0, 0.28)]);
            u.extend(arc(0.27, 0.27, 0.27, 0.27, 180.0, 360.0));
            u.push(DVec2::new(0.54, 1.0));
            (0.54, vec![u])
        }
        'V' => (0.58, vec![line(&[(0.0, 1.0), (0.29, 0.0), (0.58, 1.0)])]),
        'W' => (0.8, vec![line(&[(0.0, 1.0), (0.2, 0.0), (0.4, 0.8), (0.6, 0.0), (0.8, 1.0)])]),
        'X' => (0.56, vec![line(&[(0.0, 0.0), (0.56, 1.0)]), line(&[(0.0, 1.0), (0.56, 0.0)])]),
        'Y' => {
            (0.56, vec![line(&[(0.0, 1.0), (0.28, 0.48), (0.56, 1.0)]), line(&[(0.28, 0.48), (0.28, 0.0)])])
        }
        'Z' => (0.52, vec![line(&[(0.0, 1.0), (0.52, 1.0), (0.0, 0.0), (0.52, 0.0)])]),
        '1' => (0.24, vec![line(&[(0.0, 0.78), (0.2, 1.0), (0.2, 0.0)])]),
        '2' => {
            let mut two = arc(0.26, 0.72, 0.26, 0.28, 160.0, -35.0);
            two.extend(line(&[(0.0, 0.0), (0.53, 0.0)]));
            (0.53, vec![two])
        }
        '3' => {
            let mut three = arc(0.24, 0.76, 0.24, 0.24, 150.0, -80.0);
            three.extend(arc(0.24, 0.26, 0.28, 0.26, 85.0, -150.0));
            (0.52, vec![three])
        }
        '4' => (0.56, vec![line(&[(0.42, 0.0), (0.42, 1.0), (0.0, 0.3), (0.56, 0.3)])]),
        '5' => {
            let mut five = line(&[(0.48, 1.0), (0.07, 1.0), (0.04, 0.52)]);
            five.extend(arc(0.24, 0.31, 0.28, 0.31, 105.0, -150.0));
            (0.52, vec![five])
        }
        '6' => {
            (0.54, vec![arc(0.27, 0.31, 0.27, 0.31, 0.0, 360.0), arc(0.44, 0.31, 0.44, 0.69, 180.0, 92.0)])
        }
        '7' => (0.52, vec![line(&[(0.0, 1.0), (0.52, 1.0), (0.18, 0.0)])]),
        '8' => (0.54, vec![arc(0.27, 0.76, 0.23, 0.24, 0.0, 360.0), arc(0.27, 0.26, 0.27, 0.26, 0.0, 360.0)]),
        '9' => (0.54, vec![arc(0.27, 0.69, 0.27, 0.31, 0.0, 360.0), arc(0.10, 0.69, 0.44, 0.69, 0.0, -88.0)]),
        '-' => (0.36, vec![line(&[(0.0, 0.48), (0.36, 0.48)])]),
        '.' => (0.02, vec![line(&[(0.0, 0.04), (0.02, 0.04)])]),
        _ => (0.26, Vec::new()),
    }
}

/// Width of a text in units of its height.
pub fn width(text: &str) -> f64 {
    let sum: f64 = text.chars().map(|c| letter(c.to_ascii_uppercase()).0 + GAP).sum();
    (sum - GAP).max(0.0) + 2.0 * HALF
}

/// Writes a text into the middle of a rectangle (pixels), as high as `height_px` or as it fits the width.
pub fn write(canvas: &mut Canvas, text: &str, [x0, y0, x1, y1]: [f64; 4], height_px: f64, ink: Ink) {
    let full = width(text);
    let size = height_px.min((x1 - x0) / full.max(1e-6));
    let mut x = 0.5 * (x0 + x1) - 0.5 * full * size + HALF * size;
    let base = 0.5 * (y0 + y1) + 0.5 * size;
    // Strokes are thinner inside than the letter is high: the middle lines span the height less one stroke.
    let scale = size * (1.0 - 2.0 * HALF);
    let low = base - HALF * size;
    for c in text.chars() {
        let (w, lines) = letter(c.to_ascii_uppercase());
        for line in &lines {
            for pair in line.windows(2) {
                let place = |p: DVec2| DVec2::new(x + p.x * size, low - p.y * scale);
                let (a, b) = (place(pair[0]), place(pair[1]));
                let half = HALF * size;
                let (min, max) = (a.min(b) - DVec2::splat(half + 1.0), a.max(b) + DVec2::splat(half + 1.0));
                canvas.shape([min.x, min.y, max.x, max.y], ink, |p| stroke(p, a, b, half));
            }
        }
        x += (w + GAP) * size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_letters_and_digits_leave_ink_inside_their_box() {
        for c in ('A'..='Z').chain('0'..='9') {
            let mut canvas = Canvas::new(64, 64, [0.0; 3]);
            write(&mut canvas, &c.to_string(), [8.0, 8.0, 56.0, 56.0], 40.0, [1.0; 3]);
            let mut inked = 0;
            for y in 0..64 {
                for x in 0..64 {
                    if canvas.pixel(x, y)[0] > 0.5 {
                        inked += 1;
                        assert!((6..58).contains(&x) && (9..55).contains(&y), "{c} at {x}, {y}");
                    }
                }
            }
            assert!(inked > 100, "{c}: {inked}");
        }
    }

    #[test]
    fn long_texts_shrink_to_fit() {
        let mut canvas = Canvas::new(64, 16, [0.0; 3]);
        write(&mut canvas, "KIRKLAND AVENUE", [2.0, 0.0, 62.0, 16.0], 12.0, [1.0; 3]);
        for y in 0..16 {
            assert!(canvas.pixel(0, y)[0] < 0.1 && canvas.pixel(63, y)[0] < 0.1);
        }
    }
}
