// Spray behind a vehicle on a wet road: a cloud of soft quads in the vehicle's own frame. The tag of the mesh
// carries density (bits 0–7), speed in steps of ¼ m/s (8–15) and half the width in cm (16–23).

#import bevy_pbr::{mesh_view_bindings::view, mesh_functions}
#import shakedown_app::weather::{shown, random, fall}

struct Spray {
    // rgb radiance cd/m², w opacity
    color: vec4<f32>,
    // time s, extinction 1/m, lamps, unused
    more: vec4<f32>,
    // (place, 0), (luminous intensity by color, 0)
    lamps: array<vec4<f32>, 24>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> spray: Spray;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var noise: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var noise_sampler: sampler;

struct Corner {
    @builtin(instance_index) instance: u32,
    // Random numbers.
    @location(0) position: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) uv: vec2<f32>,
}

struct Between {
    @builtin(position) clip: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) color: vec4<f32>,
    @location(2) look: vec3<f32>,
}

const LIFE_S: f32 = 1.1;

@vertex
fn vertex(corner: Corner) -> Between {
    var out: Between;
    let tag = mesh_functions::get_tag(corner.instance);
    let density = f32(tag & 255u) / 255.0;
    let speed = f32((tag >> 8u) & 255u) * 0.25;
    let half_width = f32((tag >> 16u) & 255u) * 0.01;
    let frame = mesh_functions::get_world_from_local(corner.instance);
    let cycle = spray.more.x / LIFE_S + corner.position.x;
    let age = fract(cycle);
    let seed = u32(corner.position.y * 8000000.0) ^ (u32(i32(floor(cycle))) * 2654435761u);
    // Thrown up by the wheels, dragged along at first, then left behind.
    let back = speed * LIFE_S * (age - 0.38 * (1.0 - exp(-2.5 * age)));
    let side = select(-1.0, 1.0, random(seed + 3u) > 0.5);
    let lift = (0.10 + 0.05 * speed) * (0.35 + random(seed)) * age * (1.6 - age);
    let spread = side * (half_width * (0.55 + 0.4 * random(seed + 1u)) + (0.25 + 0.02 * speed) * age * (random(seed + 2u) - 0.25));
    let local = vec3(-back - 0.1, 0.22 + lift, spread);
    let center = (frame * vec4(local, 1.0)).xyz;
    let size = (0.22 + 0.035 * speed * age + 0.55 * age) * (0.8 + 0.5 * random(seed + 4u));
    let to_eye = view.world_position - center;
    let distance = length(to_eye);
    let facing = to_eye / max(distance, 1e-3);
    let across = normalize(cross(vec3(0.0, 1.0, 0.0), facing) + vec3(1e-5, 0.0, 0.0));
    let up = cross(facing, across);
    let world = center + (across * corner.uv.x + up * corner.uv.y) * size;
    out.clip = view.clip_from_world * vec4(world, 1.0);
    out.uv = corner.uv;
    out.look = vec3(random(seed + 5u), random(seed + 6u), age);
    var light = spray.color.rgb;
    for (var i = 0u; i < u32(spray.more.z); i++) {
        let to = spray.lamps[2u * i].xyz - center;
        light += spray.lamps[2u * i + 1u].rgb * (0.12 / (dot(to, to) + 2.0));
    }
    let alpha = spray.color.w * density * smoothstep(0.0, 0.08, age) * (1.0 - age) * (1.0 - age * 0.5)
        * exp(-spray.more.y * distance) * smoothstep(0.6, 2.0, distance);
    out.color = vec4(light, alpha);
    return out;
}

@fragment
fn fragment(in: Between) -> @location(0) vec4<f32> {
    let wisp = textureSample(noise, noise_sampler, in.uv * 0.10 + in.look.xy).r;
    let round = fall(0.1, 1.0, length(in.uv));
    let color = shown(vec4(in.color.rgb * view.exposure, 1.0));
    return vec4(color.rgb, in.color.a * round * (0.25 + 1.1 * wisp));
}
