// Rain and snow around each camera: one mesh of quads whose places the vertex shader computes. The particles
// stand in the world (a box of them repeats endlessly), so a camera drives through them.

#import bevy_pbr::mesh_view_bindings::view
#import shakedown_app::weather::{shown, pixel_angle, fall}

const LAMPS: u32 = 12u;

struct Falling {
    // xyz streak m, w width m
    streak: vec4<f32>,
    // rgb radiance cd/m², w opacity
    color: vec4<f32>,
    // share drawn, kind (0 drops, 1 flakes), nearest m, extinction 1/m
    shape: vec4<f32>,
    // xyz displacement so far within each layer's box, m; w side of the box, m
    layers: array<vec4<f32>, 3>,
    // time s, lamps, unused, unused
    more: vec4<f32>,
    // (place, 0), (luminous intensity by color, 0)
    lamps: array<vec4<f32>, 24>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> falling: Falling;

struct Corner {
    // Random place in the unit box.
    @location(0) position: vec3<f32>,
    // x random, y layer.
    @location(1) normal: vec3<f32>,
    // Corner of the quad, −1…1.
    @location(2) uv: vec2<f32>,
}

struct Between {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) color: vec4<f32>,
}

@vertex
fn vertex(corner: Corner) -> Between {
    var out: Between;
    out.uv = corner.uv;
    out.color = vec4(0.0);
    out.clip = vec4(0.0, 0.0, -1.0, 1.0);
    if (corner.normal.x > falling.shape.x) {
        return out;
    }
    let layer = falling.layers[u32(corner.normal.y)];
    let side = layer.w;
    let eye = view.world_position;
    var place = corner.position * side + layer.xyz;
    let flake = falling.shape.y > 0.5;
    if (flake) {
        let a = falling.more.x * (0.7 + corner.normal.x) + corner.position.x * 40.0;
        place += vec3(sin(a), 0.0, cos(a * 0.83)) * (0.05 * side * 0.25 + 0.12);
    }
    let offset = fract((place - eye) / side) * side - 0.5 * side;
    let center = eye + offset;
    let distance = length(offset);
    // Real streaks and flakes are thinner than a pixel far off: drawn a pixel wide and fainter.
    let thin = falling.streak.w * (0.7 + 0.6 * corner.normal.z);
    let width = max(thin, distance * pixel_angle() * 0.75);
    let streak = falling.streak.xyz * (0.75 + 0.5 * corner.position.y);
    let long = length(streak);
    let along = streak / max(long, 1e-4);
    let half_long = max(0.5 * long, width);
    let to_eye = -offset / max(distance, 1e-3);
    let across = normalize(cross(along, to_eye) + vec3(1e-5, 0.0, 0.0));
    let up = select(along, normalize(cross(to_eye, across)), flake && long < 0.12);
    let world = center + up * half_long * corner.uv.y + across * width * corner.uv.x;
    out.clip = view.clip_from_world * vec4(world, 1.0);
    var light = falling.color.rgb;
    for (var i = 0u; i < u32(falling.more.y); i++) {
        let to = falling.lamps[2u * i].xyz - center;
        light += falling.lamps[2u * i + 1u].rgb * (0.16 / (dot(to, to) + 1.0));
    }
    let near = smoothstep(falling.shape.z, falling.shape.z * 1.7, distance);
    let far = fall(0.33 * side, 0.5 * side, distance);
    let air = exp(-falling.shape.w * distance);
    // … but not as faint as their share of the pixel: streaks would vanish long before their glitter does.
    let faint = sqrt(clamp(thin / width, 0.0, 1.0));
    out.color = vec4(light, falling.color.w * near * far * air * faint);
    return out;
}

@fragment
fn fragment(in: Between) -> @location(0) vec4<f32> {
    var profile: f32;
    if (falling.shape.y > 0.5) {
        profile = fall(0.25, 1.0, length(in.uv));
    } else {
        profile = (1.0 - in.uv.x * in.uv.x) * fall(0.4, 1.0, abs(in.uv.y));
    }
    let color = shown(vec4(in.color.rgb * view.exposure, 1.0));
    return vec4(color.rgb, in.color.a * profile);
}
