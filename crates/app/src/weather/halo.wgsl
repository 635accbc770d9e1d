// Glow of street lamps: a quad for each that faces the eye, a few pixels wide, wider where the air scatters.

#import bevy_pbr::mesh_view_bindings::view
#import shakedown_app::weather::{pixel_angle, fall}

struct Halo {
    // rgb color, w share of light that the air scatters
    color: vec4<f32>,
    // x extinction 1/m
    more: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> halo: Halo;

struct Between {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) strength: vec2<f32>,
}

@vertex
fn vertex(@location(0) position: vec3<f32>, @location(2) uv: vec2<f32>) -> Between {
    var out: Between;
    let to_eye = view.world_position - position;
    let distance = length(to_eye);
    let facing = to_eye / max(distance, 1e-3);
    let across = normalize(cross(vec3(0.0, 1.0, 0.0), facing) + vec3(1e-5, 0.0, 0.0));
    let up = cross(facing, across);
    let size = max(0.7, distance * pixel_angle() * 5.0) * (1.0 + 4.5 * halo.color.w);
    // Before its own housing.
    let world = position + facing * 0.4 + (across * uv.x + up * uv.y) * size;
    out.clip = view.clip_from_world * vec4(world, 1.0);
    out.uv = uv;
    let air = exp(-halo.more.x * distance);
    out.strength = vec2(air, air * fall(500.0, 900.0, distance));
    return out;
}

@fragment
fn fragment(in: Between) -> @location(0) vec4<f32> {
    let d = length(in.uv);
    let spread = 1.0 + 4.5 * halo.color.w;
    let core = fall(0.05, 0.32, d * spread);
    let rim = pow(max(1.0 - d, 0.0), 3.0);
    let veil = rim * (0.22 + 0.30 * halo.color.w);
    let light = core * 1.3 + veil;
    return vec4(min(halo.color.rgb * light, vec3(1.0)) * in.strength.y, 0.0);
}
