// Crowns of drops on the road around each camera. The road is taken as the plane under the own vehicle.

#import bevy_pbr::mesh_view_bindings::view
#import shakedown_app::weather::{shown, random, pixel_angle, fall}

struct Splash {
    // A point of the road, w time s
    point: vec4<f32>,
    // Normal of the road, w share drawn
    normal: vec4<f32>,
    // rgb radiance cd/m², w opacity
    color: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> splash: Splash;

struct Corner {
    // Random numbers.
    @location(0) position: vec3<f32>,
    // x random, y layer.
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
}

struct Between {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) shape: vec2<f32>,
}

const SIDE_M: f32 = 26.0;
const LIFE_S: f32 = 0.16;

@vertex
fn vertex(corner: Corner) -> Between {
    var out: Between;
    out.uv = corner.uv;
    out.shape = vec2(0.0);
    out.clip = vec4(0.0, 0.0, -1.0, 1.0);
    if (corner.normal.x > splash.normal.w) {
        return out;
    }
    let age = splash.point.w / LIFE_S + corner.position.y;
    let life = fract(age);
    let seed = u32(corner.position.x * 8000000.0) ^ (u32(i32(floor(age))) * 2654435761u);
    let eye = view.world_position;
    // Near the camera: anywhere in a square around it, fixed to the road.
    let spot = vec2(random(seed), random(seed + 1u));
    let offset = (fract(spot - eye.xz / SIDE_M) - 0.5) * SIDE_M;
    let at = eye.xz + offset;
    let n = splash.normal.xyz;
    let off = at - splash.point.xz;
    let height = splash.point.y - (off.x * n.x + off.y * n.z) / n.y;
    let center = vec3(at.x, height, at.y);
    let to_eye = eye - center;
    let distance = length(to_eye);
    let size = 0.025 + 0.030 * random(seed + 2u);
    let across = normalize(vec3(to_eye.z, 0.0, -to_eye.x) + vec3(1e-4, 0.0, 0.0));
    let half_width = max(size * (0.4 + life), distance * pixel_angle());
    let tall = max(size * 1.5 * life * (2.0 - 1.4 * life), distance * pixel_angle());
    let world = center + across * half_width * corner.uv.x + vec3(0.0, tall * (0.5 + 0.5 * corner.uv.y) + 0.01, 0.0);
    out.clip = view.clip_from_world * vec4(world, 1.0);
    out.shape = vec2(life, splash.color.w * (1.0 - life) * fall(7.0, 13.0, distance));
    return out;
}

@fragment
fn fragment(in: Between) -> @location(0) vec4<f32> {
    // A crown: open at the top, denser at its rim.
    let rim = abs(in.uv.x) * (1.15 - 0.25 * in.uv.y);
    let body = smoothstep(0.35, 0.8, rim) * fall(0.9, 1.1, rim) + 0.35 * fall(-0.9, 0.0, in.uv.y) * fall(0.7, 1.0, rim);
    let color = shown(vec4(splash.color.rgb * view.exposure, 1.0));
    return vec4(color.rgb, clamp(body, 0.0, 1.0) * in.shape.y);
}
