// The sky, drawn at infinity behind everything, for each camera around its own eye.
// The gradient is the one of sky.rs; sun, moon, stars and the shapes of clouds are only here.

#import bevy_pbr::mesh_view_bindings::view
#import shakedown_app::weather::{shown, random, mix_bits}

struct Dome {
    // xyz towards the sun, w band
    to_sun: vec4<f32>,
    // rgb, w gray
    zenith: vec4<f32>,
    // rgb, w depth
    sunward: vec4<f32>,
    // rgb, w cloud cover
    opposite: vec4<f32>,
    // rgb, w stars
    glow: vec4<f32>,
    overcast: vec4<f32>,
    fog: vec4<f32>,
    land: vec4<f32>,
    // rgb luminance of the sun's disc, w moon
    disc: vec4<f32>,
    // rgb luminance of sunlit clouds, w unused
    lit: vec4<f32>,
    // xy drift of the clouds
    drift: vec4<f32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(0) var<uniform> dome: Dome;
@group(#{MATERIAL_BIND_GROUP}) @binding(1) var noise: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(2) var noise_sampler: sampler;

struct Between {
    @builtin(position) clip: vec4<f32>,
    @location(0) dir: vec3<f32>,
}

@vertex
fn vertex(@location(0) position: vec3<f32>) -> Between {
    var out: Between;
    out.dir = position;
    let eye = view.view_from_world * vec4(position, 0.0);
    out.clip = view.clip_from_view * vec4(eye.xyz, 1.0);
    // Infinitely far in the reversed depth.
    out.clip.z = 0.0;
    return out;
}

fn clear_sky(dir: vec3<f32>, cosine: f32) -> vec3<f32> {
    let a = dir.xz / max(length(dir.xz), 1e-4);
    let b = dome.to_sun.xz / max(length(dome.to_sun.xz), 1e-4);
    let half = 0.5 + 0.5 * dot(a, b);
    let horizon = mix(dome.opposite.rgb, dome.sunward.rgb, half * half);
    let c = max(cosine, 0.0);
    let c8 = pow(c, 8.0);
    return mix(dome.zenith.rgb, horizon, pow(1.0 - max(dir.y, 0.0), dome.to_sun.w))
        + dome.glow.rgb * (0.30 * c8 + 0.70 * pow(c8, 8.0));
}

fn clouds(dir: vec3<f32>, cosine: f32, sky: vec3<f32>) -> vec3<f32> {
    let cover = dome.opposite.w;
    if (cover < 0.02 || dir.y < 0.01) {
        return sky;
    }
    let gray = dome.zenith.w;
    let place = dir.xz / (dir.y + 0.16) * 0.135 + dome.drift.xy;
    // No mip seams at the horizon: the level follows from the slope.
    let level = clamp(log2(0.05 / (dir.y * dir.y + 0.008)), 0.0, 3.0);
    let coarse = textureSampleLevel(noise, noise_sampler, place, level).r;
    let fine = textureSampleLevel(noise, noise_sampler, place * 3.7 + 0.31, level + 1.0).g;
    let n = mix(coarse, fine, 0.28);
    let towards = textureSampleLevel(noise, noise_sampler, place + dome.to_sun.xz * 0.02, level).r;
    let edge = 1.02 - cover * 0.98;
    let density = smoothstep(edge - 0.12, edge + 0.22, n);
    let relief = clamp(0.5 + (coarse - towards) * 3.5, 0.0, 1.0);
    let mean = mix(dome.zenith.rgb, dome.overcast.rgb, 0.6);
    let shade = dot(mean, vec3(0.2126, 0.7152, 0.0722));
    let base = mix(vec3(shade), mean, 0.35);
    let silver = 1.0 + 1.6 * pow(max(cosine, 0.0), 6.0);
    let puffy = base * (0.75 + 0.35 * relief) + dome.lit.rgb * (0.25 + 0.75 * relief) * silver * (1.15 - 0.5 * density);
    // A closed deck keeps its CIE brightness and shows faint folds.
    let deck = dome.overcast.rgb * (1.0 + 2.0 * dir.y) / 3.0 * (0.80 + 0.40 * n);
    let far = smoothstep(0.015, 0.16, dir.y);
    let opacity = mix(density * 0.92, 1.0, gray) * mix(far, 1.0, gray);
    return mix(sky, mix(puffy, deck, gray), opacity);
}

fn stars(dir: vec3<f32>) -> f32 {
    let p = dir * 75.0;
    let c = vec3<i32>(floor(p));
    let seed = mix_bits(bitcast<u32>(c.x) * 0x9E3779B9u ^ mix_bits(bitcast<u32>(c.y) ^ mix_bits(bitcast<u32>(c.z))));
    if (random(seed) > 0.30) {
        return 0.0;
    }
    let at = vec3(random(seed + 1u), random(seed + 2u), random(seed + 3u)) * 0.6 + 0.2;
    let d = length(p - vec3<f32>(c) - at);
    let magnitude = pow(random(seed + 4u), 5.0);
    return (0.16 + 0.84 * magnitude) * (1.0 - smoothstep(0.04, 0.12 + 0.06 * magnitude, d));
}

@fragment
fn fragment(in: Between) -> @location(0) vec4<f32> {
    let dir = normalize(in.dir);
    let cosine = dot(dir, dome.to_sun.xyz);
    let up = max(dir.y, 0.0);
    var sky = clear_sky(dir, cosine);
    let open = 1.0 - dome.zenith.w;
    if (dome.glow.w > 0.001 && dir.y > 0.0) {
        sky += vec3(0.9, 0.95, 1.1) * (stars(dir) * dome.glow.w * smoothstep(0.0, 0.25, dir.y) * open);
    }
    if (dome.disc.w > 0.001) {
        // A full moon stands opposite to the sun.
        let off = acos(clamp(-cosine, -1.0, 1.0));
        let face = dir - dome.to_sun.xyz * cosine;
        let spots = textureSampleLevel(noise, noise_sampler, face.xy * 22.0, 0.0).r;
        let disc = 1.0 - smoothstep(0.0072, 0.0080, off);
        let halo = exp(-off * 38.0) * 0.05 + exp(-off * 9.0) * 0.012;
        sky += vec3(1.0, 0.97, 0.90) * (dome.disc.w * (disc * (0.6 + 0.4 * spots) + halo) * open);
    }
    sky = mix(sky, dome.overcast.rgb * (1.0 + 2.0 * up) / 3.0, dome.zenith.w);
    sky = clouds(dir, cosine, sky);
    let off = acos(clamp(cosine, -1.0, 1.0));
    sky += dome.disc.rgb * ((1.0 - smoothstep(0.0050, 0.0066, off)) + 0.012 * exp(-off * 45.0) + 0.0008 * exp(-off * 9.0));
    let through = exp(-dome.sunward.w / max(up, 0.02));
    sky = dome.fog.rgb + (sky - dome.fog.rgb) * through;
    let haze = exp(-min(dome.sunward.w, 1.0) * 8.0);
    let below = mix(dome.fog.rgb, dome.land.rgb, smoothstep(0.0, 0.12, -dir.y) * haze);
    sky = mix(sky, below, smoothstep(0.0, 0.012, -dir.y));
    return vec4(shown(vec4(min(sky * view.exposure, vec3(24.0)), 1.0)).rgb, 1.0);
}
