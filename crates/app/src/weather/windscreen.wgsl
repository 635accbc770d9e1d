// Drops and runnels on the windscreen. Each bends what lies behind it, turned upside down as a lens does.

#import bevy_pbr::{
    forward_io::VertexOutput,
    mesh_view_bindings::{view, view_transmission_texture, view_transmission_sampler},
}
#import shakedown_app::weather::{random, cell_seed, mix_bits, fall}

struct Screen {
    // share of the heaviest rain, time s, speed m/s, unused
    rain: vec4<f32>,
    // period s (0 = parked), duration of a wipe s, time since the wipe began s, unused
    wipe: vec4<f32>,
    // rgb of the sky as shown
    sky: vec4<f32>,
    // (pivot x, y, inner, outer), (parked, far, 0, 0)
    arms: array<vec4<f32>, 4>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> screen: Screen;

const NEVER: f32 = 1000.0;

// Time since a blade passed here, s. The same rule as wiper::since_wiped_s.
fn since_wiped(p: vec2<f32>) -> f32 {
    var age = NEVER;
    if (screen.wipe.x <= 0.0) {
        return age;
    }
    for (var i = 0u; i < 2u; i++) {
        let arm = screen.arms[2u * i];
        let sweep = screen.arms[2u * i + 1u];
        let off = p - arm.xy;
        let r = length(off);
        let phase = (atan2(off.y, off.x) - sweep.x) / (sweep.y - sweep.x);
        if (r < arm.z || r > arm.w || phase < 0.0 || phase > 1.0) {
            continue;
        }
        let up = acos(1.0 - 2.0 * phase) / 6.2831853 * screen.wipe.y;
        let down = screen.wipe.y - up;
        let t = screen.wipe.z;
        var since = t + screen.wipe.x - down;
        if (t >= down) {
            since = t - down;
        } else if (t >= up) {
            since = t - up;
        }
        age = min(age, since);
    }
    return age;
}

// Bend (xy) and cover (z) of the drops of one size.
fn drops(p: vec2<f32>, side: f32, dense: f32, since: f32, salt: u32) -> vec3<f32> {
    let g = p / side;
    let cell = vec2<i32>(floor(g));
    let seed = cell_seed(cell, salt);
    let period = (0.7 + 1.8 * random(seed)) / (0.25 + dense);
    let turn = screen.rain.y / period + random(seed + 1u);
    let landed = fract(turn) * period;
    let drop = mix_bits(seed ^ (u32(i32(floor(turn))) * 2654435761u));
    if (landed > since || random(drop) > 0.35 + 0.6 * dense) {
        return vec3(0.0);
    }
    let r = 0.16 + 0.22 * random(drop + 1u);
    let center = vec2(0.5) + (vec2(random(drop + 2u), random(drop + 3u)) - 0.5) * (1.0 - 2.0 * r);
    var d = (g - vec2<f32>(cell) - center) / r;
    // No drop is round.
    d *= vec2(1.0 + 0.25 * (random(drop + 4u) - 0.5), 1.0 + 0.25 * (random(drop + 5u) - 0.5));
    let wobble = 0.10 * sin(3.0 * atan2(d.y, d.x) + 6.28 * random(drop + 6u));
    let q = length(d) * (1.0 + wobble);
    if (q > 1.0) {
        return vec3(0.0);
    }
    let fresh = smoothstep(0.0, 0.06, landed);
    return vec3(d * q * fresh, fall(0.75, 1.0, q) * fresh);
}

// A drop that runs and the wet trace behind it.
fn runnel(p: vec2<f32>, since: f32, dense: f32) -> vec3<f32> {
    let width = 0.032;
    let column = i32(floor(p.x / width));
    let seed = cell_seed(vec2(column, 5), 11u);
    if (random(seed) > 0.30 + 0.4 * dense) {
        return vec3(0.0);
    }
    // Down by weight, up by the wind of driving.
    let upward = screen.rain.z > 14.0;
    let speed = select(0.09, 0.05 + 0.012 * screen.rain.z, upward) * (0.6 + 0.8 * random(seed + 1u));
    let path = select(p.y, 0.9 - p.y, upward);
    let travel = screen.rain.y * speed + random(seed + 2u) * 0.9;
    let head = 0.85 - fract(travel / 0.9) * 0.9;
    let behind = path - head;
    let seconds = behind / speed;
    if (behind < -0.008 || behind > 0.28 || seconds > since) {
        return vec3(0.0);
    }
    let wander = 0.25 * sin(path * 38.0 + 6.28 * random(seed + 3u)) + 0.12 * sin(path * 91.0);
    let across = (p.x / width - f32(column) - 0.5 - wander * 0.5) / 0.16;
    let taper = select(fall(0.0, 0.28, behind) * 0.55, 1.0 - pow(min(abs(behind) / 0.012, 1.0), 2.0), behind < 0.006);
    let half = max(taper, 0.0);
    if (abs(across) > half || half < 0.05) {
        return vec3(0.0);
    }
    let edge = across / half;
    return vec3(edge * 0.8, select(0.15, 0.5, behind < 0.006), (1.0 - edge * edge) * (0.35 + 0.65 * half));
}

// How much of a blade or its arm is here, 0–1.
fn blade(p: vec2<f32>) -> f32 {
    let t = screen.wipe.z / max(screen.wipe.y, 0.1);
    let phase = select(0.0, 0.5 - 0.5 * cos(6.2831853 * t), t < 1.0);
    var cover = 0.0;
    for (var i = 0u; i < 2u; i++) {
        let arm = screen.arms[2u * i];
        let sweep = screen.arms[2u * i + 1u];
        let angle = sweep.x + (sweep.y - sweep.x) * phase;
        let dir = vec2(cos(angle), sin(angle));
        let off = p - arm.xy;
        let along = dot(off, dir);
        let across = abs(dot(off, vec2(-dir.y, dir.x)));
        // The rubber along its whole reach, the arm thicker towards the pivot.
        let rubber = fall(0.0045, 0.0062, across) * step(arm.z, along) * step(along, arm.w);
        let lever = fall(0.0, 0.0025, across - mix(0.013, 0.006, clamp(along / arm.w, 0.0, 1.0))) * step(-0.02, along) * step(along, 0.62 * arm.w);
        cover = max(cover, max(rubber, lever));
    }
    return cover;
}

@fragment
fn fragment(in: VertexOutput) -> @location(0) vec4<f32> {
    let p = in.uv;
    let dense = screen.rain.x;
    let since = since_wiped(p);
    var bend = drops(p, 0.021, dense, since, 1u);
    let small = drops(p + 0.37, 0.011, dense, since, 2u);
    if (small.z > bend.z) {
        bend = small;
    }
    let tiny = drops(p + 0.71, 0.0062, dense, since, 3u);
    if (tiny.z > bend.z) {
        bend = tiny;
    }
    let run = runnel(p, since, dense);
    if (run.z > bend.z) {
        bend = run;
    }
    // The blade leaves a thin film that closes within a tenth of a second.
    let film = fall(0.0, 0.12, since) * 0.35 * step(0.0, NEVER - since - 1.0);
    let wiper = select(0.0, blade(p), screen.wipe.x > 0.0);
    if (bend.z < 0.01 && film < 0.01 && wiper < 0.01) {
        discard;
    }
    let size = vec2<f32>(textureDimensions(view_transmission_texture));
    let here = in.position.xy / size;
    let lens = vec2(bend.x, -bend.y) * vec2(view.viewport.w / view.viewport.z, 1.0);
    // Upside down: the far side of the picture comes through the near side of the drop.
    let shift = -lens * 0.16 * bend.z + vec2(0.0, film * 0.01);
    let off = clamp(here + shift, view.viewport.xy / size, (view.viewport.xy + view.viewport.zw) / size - 0.002);
    var color = textureSampleLevel(view_transmission_texture, view_transmission_sampler, off, 0.0).rgb;
    // The rim is dark below the sky's reflection and bright at the foot, where the drop gathers the sky.
    let rim = smoothstep(0.55, 1.0, length(bend.xy)) * bend.z;
    color *= 1.0 - 0.35 * rim;
    color += screen.sky.rgb * (0.10 * bend.z * smoothstep(0.1, 0.9, -bend.y) + 0.05 * film);
    let straight = textureSampleLevel(view_transmission_texture, view_transmission_sampler, here, 0.0).rgb;
    let wet = mix(straight, color, clamp(bend.z * 1.6 + film, 0.0, 1.0));
    return vec4(mix(wet, screen.sky.rgb * 0.035, wiper), 1.0);
}
