// Lines of constant width in pixels, dots and flat faces, in one vertex format.
//
// A line is a quad between two ends; the vertex shader widens it on the screen, the fragment shader
// rounds its ends and gives it a dark rim, so that it reads on a bright noon and in a dark night.

#import bevy_pbr::mesh_view_bindings::view

struct InkUniform {
    // x: opacity, y: pull towards the eye as a share of the distance, z: width of the widest rim in px of a
    // picture 720 px high; thin lines have thinner ones.
    look: vec4<f32>,
};

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> ink: InkUniform;

struct Vertex {
    @location(0) position: vec3<f32>,
    // The other end; w: length of a dash and its gap together, m (0 = solid).
    @location(1) other: vec4<f32>,
    @location(2) color: vec4<f32>,
    // x: side (-1, 1), y: +1 at the first end, -1 at the second, z: half width in px, w: half width in m.
    @location(3) shape: vec4<f32>,
};

struct Fragment {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec4<f32>,
    // Along, across, length, half width; px. Half width 0 = a flat face.
    @location(1) @interpolate(linear) px: vec4<f32>,
    // Distance along, dash length; m.
    @location(2) dash: vec2<f32>,
};

const EPSILON: f32 = 4.88e-04;

// The end `a`, moved onto the near plane where it lies behind it and `b` does not.
fn before_near_plane(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    if a.z > a.w && b.z <= b.w {
        let over_a = a.z - a.w;
        let over_b = b.z - b.w;
        return mix(a, b, over_a / (over_a - over_b) + EPSILON);
    }
    return a;
}

@vertex
fn vertex(in: Vertex) -> Fragment {
    var out: Fragment;
    out.color = in.color;
    out.dash = vec2(0.0, in.other.w);
    let own_end = view.clip_from_world * vec4(in.position, 1.0);
    if in.shape.z <= 0.0 && in.shape.w <= 0.0 {
        out.clip = own_end;
        out.clip.z = min(own_end.z * (1.0 + ink.look.y), own_end.w);
        out.px = vec4(0.0);
        return out;
    }
    let other_end = view.clip_from_world * vec4(in.other.xyz, 1.0);
    let here = before_near_plane(own_end, other_end);
    let there = before_near_plane(other_end, own_end);
    let half_screen = 0.5 * view.viewport.zw;
    let scale = view.viewport.w / 720.0;
    let own_px = half_screen * here.xy / here.w;
    let way = (half_screen * there.xy / there.w - own_px) * in.shape.y;
    let length_px = length(way);
    var along = vec2(1.0, 0.0);
    if length_px > 0.001 {
        along = way / length_px;
    }
    let per_m = half_screen.y * view.clip_from_view[1][1] / max(here.w, 0.01);
    let half_px = max(in.shape.z * scale, in.shape.w * per_m);
    let reach = half_px + ink.look.z * scale + 1.0;
    let at = own_px + reach * (in.shape.x * vec2(-along.y, along.x) - in.shape.y * along);
    out.clip = vec4(at / half_screen * here.w, here.z * (1.0 + ink.look.y), here.w);
    out.clip.z = min(out.clip.z, out.clip.w);
    let start = select(length_px, 0.0, in.shape.y > 0.0);
    out.px = vec4(start - in.shape.y * reach, in.shape.x * reach, length_px, half_px);
    out.dash.x = select(distance(in.position, in.other.xyz), 0.0, in.shape.y > 0.0);
    return out;
}

@fragment
fn fragment(in: Fragment) -> @location(0) vec4<f32> {
    var color = in.color;
    if in.px.w > 0.0 {
        let rim = min(ink.look.z * view.viewport.w / 720.0, 0.9 * in.px.w);
        let beyond = in.px.x - clamp(in.px.x, 0.0, in.px.z);
        let off = length(vec2(beyond, in.px.y));
        let core = clamp(in.px.w - off + 0.5, 0.0, 1.0);
        // No rim around the ends: it would cut the lines of which a stroke is a part.
        let at_end = abs(beyond) > 0.0 && in.px.z > 0.001;
        let whole = select(clamp(in.px.w + rim - off + 0.5, 0.0, 1.0), 0.0, at_end);
        let dark = vec3(0.006, 0.008, 0.012);
        color = vec4(mix(dark, color.rgb, core), color.a * max(core, whole * 0.7));
        if in.dash.y > 0.0 && fract(in.dash.x / in.dash.y) > 0.6 {
            discard;
        }
    }
    color.a *= ink.look.x;
    if color.a < 0.004 {
        discard;
    }
    return color;
}
