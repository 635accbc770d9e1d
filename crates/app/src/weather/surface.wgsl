// What the weather does to a standard material: water, puddles, ripples, ice, snow; mirrored lamps; the soft
// shadow of vehicles on the ground. The numbers come from road.rs.

#import bevy_pbr::{
    pbr_fragment::pbr_input_from_standard_material,
    pbr_functions::{alpha_discard, apply_pbr_lighting, main_pass_post_lighting_processing},
    pbr_types::{PbrInput, STANDARD_MATERIAL_FLAGS_UNLIT_BIT},
    lighting,
    mesh_view_bindings as bindings,
    mesh_view_bindings::view,
    forward_io::{VertexOutput, FragmentOutput},
}
#import shakedown_app::weather::{random, cell_seed, fall}

#ifdef TONEMAP_IN_SHADER
#import bevy_core_pipeline::tonemapping::approximate_inverse_tone_mapping
#endif

const PATCHES: u32 = 8u;
const GLOWS: u32 = 24u;
const BOXES: u32 = 16u;

struct Surface {
    // wet, puddles, snow, ice: shares
    ground: vec4<f32>,
    // ripples, time s, night glow on snow, unused
    rain: vec4<f32>,
    // porosity, wet roughness, how readily water stands, how readily snow lies
    skin: vec4<f32>,
    // smallest upward normal for snow, share of the sky hidden at the horizon, unused, unused
    shape: vec4<f32>,
    // patches, glows, boxes, unused
    counts: vec4<u32>,
    // (x, z, radius, 0), (wet, puddles, snow, ice)
    patches: array<vec4<f32>, 16>,
    // (x, y, z, distance that real light already mirrors), (luminous intensity by color, 0)
    glows: array<vec4<f32>, 48>,
    // (x, z, cos, sin), (half length, half width, ground y, height)
    boxes: array<vec4<f32>, 32>,
}

@group(#{MATERIAL_BIND_GROUP}) @binding(100) var<uniform> surface: Surface;
@group(#{MATERIAL_BIND_GROUP}) @binding(101) var noise: texture_2d<f32>;
@group(#{MATERIAL_BIND_GROUP}) @binding(102) var noise_sampler: sampler;

// Rings of drops in water: slope of the surface (xy) and the white of fresh splashes (z).
fn ripples(place: vec2<f32>, time: f32, strength: f32) -> vec3<f32> {
    var sum = vec3(0.0);
    for (var layer = 0u; layer < 2u; layer++) {
        let scaled = place * (3.1 + 1.7 * f32(layer)) + f32(layer) * 0.37;
        let cell = vec2<i32>(floor(scaled));
        let seed = cell_seed(cell, layer);
        let t = fract(time * (1.25 + 0.25 * f32(layer)) + random(seed));
        // Fewer drops in lighter rain.
        if (random(seed + 7u) > strength) {
            continue;
        }
        let offset = scaled - vec2<f32>(cell) - (vec2(random(seed + 1u), random(seed + 2u)) * 0.4 + 0.3);
        let d = length(offset);
        let ring = d - t * 0.42;
        let wave = sin(ring * 42.0) * exp(-abs(ring) * 16.0) * (1.0 - t) * fall(0.3, 0.5, d);
        sum += vec3(offset / max(d, 1e-3) * wave * 0.5, fall(0.02, 0.10, d) * fall(0.04, 0.16, t));
    }
    return sum;
}

// Specular light of a far lamp on water, GGX.
fn mirrored_lamps(position: vec3<f32>, normal: vec3<f32>, eye: vec3<f32>, roughness: f32) -> vec3<f32> {
    let a = roughness * roughness;
    let a2 = max(a * a, 2e-4);
    let nv = max(dot(normal, eye), 0.06);
    var sum = vec3(0.0);
    for (var i = 0u; i < surface.counts.y; i++) {
        let place = surface.glows[2u * i];
        let to = place.xyz - position;
        let d2 = dot(to, to);
        let light = to * inverseSqrt(d2);
        let h = normalize(light + eye);
        let nh = max(dot(normal, h), 0.0);
        let lobe = nh * nh * (a2 - 1.0) + 1.0;
        let fresnel = 0.02 + 0.98 * pow(1.0 - max(dot(light, h), 0.0), 5.0);
        let beyond = smoothstep(place.w * 0.5, place.w, sqrt(d2));
        let facing = smoothstep(0.0, 0.05, dot(normal, light));
        sum += surface.glows[2u * i + 1u].rgb
            * (fresnel * a2 / (3.14159 * lobe * lobe) / (4.0 * nv) / (d2 + 1.0) * beyond * facing);
    }
    return sum;
}

// How much of the sky vehicles hide from the ground here, 0–1.
fn hidden_sky(position: vec3<f32>) -> f32 {
    var open = 1.0;
    for (var i = 0u; i < surface.counts.z; i++) {
        let place = surface.boxes[2u * i];
        let size = surface.boxes[2u * i + 1u];
        let off = position.xz - place.xy;
        let above = position.y - size.z;
        if (dot(off, off) > 64.0 || above > 0.7 || above < -1.5) {
            continue;
        }
        let local = vec2(dot(off, place.zw), dot(off, vec2(-place.w, place.z)));
        let out = max(abs(local) - size.xy, vec2(0.0));
        let inside = max(max(abs(local.x) - size.x, abs(local.y) - size.y), -0.7);
        let d = length(out) + min(inside, 0.0) * 0.8;
        open *= 1.0 - 0.80 / (1.0 + exp(6.0 * (d - 0.10))) - 0.26 * exp(-max(d, 0.0) * 1.5);
    }
    return clamp(1.0 - open, 0.0, 0.95);
}

#ifdef MIRRORS_SCENE
#ifdef DEPTH_PREPASS
const MARCH: u32 = 18u;
const MARCH_M: f32 = 70.0;

// What a ray from a wet road meets on the screen: radiance as shown (rgb) and how surely (a).
fn mirrored_scene(origin: vec3<f32>, dir: vec3<f32>, frag: vec2<f32>, roughness: f32) -> vec4<f32> {
    let a = view.clip_from_world * vec4(origin, 1.0);
    let b = view.clip_from_world * vec4(origin + dir * MARCH_M, 1.0);
    if (b.w < 0.2) {
        return vec4(0.0);
    }
    let start = a.xyz / a.w;
    let end = b.xyz / b.w;
    let near = view.clip_from_view[3][2];
    let corner = view.viewport.xy;
    let size = view.viewport.zw;
    let jitter = random(u32(frag.x) * 1973u + u32(frag.y) * 9277u);
    var last = 0.0;
    for (var i = 0u; i < MARCH; i++) {
        let t = (f32(i) + 0.4 + 0.6 * jitter) / f32(MARCH);
        let at = mix(start, end, t);
        if (abs(at.x) > 1.0 || abs(at.y) > 1.0) {
            break;
        }
        let pixel = (at.xy * vec2(0.5, -0.5) + 0.5) * size + corner;
        let met = textureLoad(bindings::depth_prepass_texture, vec2<i32>(pixel), 0);
        // The depth is reversed: larger is nearer.
        if (met > at.z && near / at.z - near / met < 1.2 + 0.06 * near / at.z) {
            var lo = last;
            var hi = t;
            for (var k = 0u; k < 4u; k++) {
                let mid = 0.5 * (lo + hi);
                let here = mix(start, end, mid);
                let spot = (here.xy * vec2(0.5, -0.5) + 0.5) * size + corner;
                if (textureLoad(bindings::depth_prepass_texture, vec2<i32>(spot), 0) > here.z) {
                    hi = mid;
                } else {
                    lo = mid;
                }
            }
            let hit = mix(start, end, hi);
            let full = vec2<f32>(textureDimensions(bindings::view_transmission_texture));
            let uv = ((hit.xy * vec2(0.5, -0.5) + 0.5) * size + corner) / full;
            // A rough mirror smears upright more than across.
            let far = near / hit.z;
            let smear = roughness * (0.012 + 0.05 * hi) * (0.4 + jitter);
            var color = textureSampleLevel(bindings::view_transmission_texture, bindings::view_transmission_sampler, uv, 0.0);
            color += textureSampleLevel(bindings::view_transmission_texture, bindings::view_transmission_sampler, uv + vec2(0.15 * smear, smear), 0.0);
            color += textureSampleLevel(bindings::view_transmission_texture, bindings::view_transmission_sampler, uv - vec2(0.15 * smear, smear), 0.0);
            color = color / 3.0;
#ifdef TONEMAP_IN_SHADER
            color = approximate_inverse_tone_mapping(color, view.color_grading);
#endif
            let rim = max(abs(hit.x), abs(hit.y));
            return vec4(max(color.rgb, vec3(0.0)), fall(0.80, 0.98, rim) * fall(0.75, 1.0, hi));
        }
        last = t;
    }
    return vec4(0.0);
}
#endif
#endif

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    var pbr = pbr_input_from_standard_material(in, is_front);
    pbr.material.base_color = alpha_discard(pbr.material, pbr.material.base_color);

    let position = in.world_position.xyz;
    let place = position.xz;
    let distance = length(position - view.world_position);
    let level_up = smoothstep(0.6, 0.9, pbr.N.y);
    var wet = surface.ground.x;
    var puddles = surface.ground.y;
    var snow = surface.ground.z;
    var ice = surface.ground.w;

    var streaks = vec3(0.0);
    var splash = 0.0;
    var mirrored = vec3(0.0);
#ifdef COVERED
    // Patches of other surface.
    let blotch = textureSample(noise, noise_sampler, place * 0.043);
    for (var i = 0u; i < surface.counts.x; i++) {
        let disc = surface.patches[2u * i];
        let d = length(place - disc.xy) + (blotch.r - 0.5) * min(disc.z * 0.35, 1.6);
        let inside = fall(disc.z - 0.35, disc.z + 0.15, d);
        let other = surface.patches[2u * i + 1u];
        wet = mix(wet, other.x, inside);
        puddles = mix(puddles, other.y, inside);
        snow = mix(snow, other.z, inside);
        ice = mix(ice, other.w, inside);
    }

    let far = clamp(distance / 70.0, 0.0, 1.0);
    let any = wet + puddles + snow + ice;
    if (any > 0.003) {
        let edge = 0.05 + 0.35 * far;
        let share = puddles * surface.skin.z * level_up;
        let pool = fall(share - edge, share + edge, blotch.r) * smoothstep(0.0, 0.03, share);
        let film = wet * mix(0.55, 1.0, level_up);
        // Water: darker where it soaks in, smoother where it stands.
        let soaked = film * surface.skin.x;
        let luma = dot(pbr.material.base_color.rgb, vec3(0.2126, 0.7152, 0.0722));
        let saturated = mix(vec3(luma), pbr.material.base_color.rgb, 1.0 + 0.35 * soaked);
        pbr.material.base_color = vec4(saturated * (1.0 - 0.58 * soaked - 0.12 * pool), pbr.material.base_color.a);
        // Grain of centimeters, only near.
        var grain = vec2(0.5);
        if (film > 0.05 && distance < 24.0) {
            grain = mix(textureSampleLevel(noise, noise_sampler, place * 0.27, distance * 0.09).ga, vec2(0.5), distance / 24.0);
        }
        var roughness = mix(pbr.material.perceptual_roughness, surface.skin.y + 0.10 * grain.y, film);
        roughness = mix(roughness, 0.05 + 0.12 * far, pool);
        var reflectance = mix(pbr.material.reflectance, vec3(0.37), film);
        var normal = pbr.N;
        if (surface.rain.x > 0.0 && distance < 28.0 && film > 0.5 && level_up > 0.5) {
            let wave = ripples(place, surface.rain.y, surface.rain.x);
            let near = fall(8.0, 28.0, distance) * film * mix(0.35, 1.0, pool);
            normal = normalize(normal + vec3(wave.x, 0.0, wave.y) * near);
            splash = wave.z * fall(5.0, 16.0, distance) * film;
        }
        // Standing water is level, a wet road keeps some of its grain.
        let grains = (grain - 0.5) * 0.10 * film * (1.0 - pool);
        normal = normalize(normal + vec3(grains.x, 0.0, grains.y));

        // Ice: smooth, a little pale.
        let frozen = fall(ice * 1.2 - 0.15, ice * 1.2 + 0.1, blotch.b) * smoothstep(0.0, 0.1, ice) * level_up;
        let rime = mix(vec3(0.22, 0.25, 0.29), vec3(0.56, 0.61, 0.66), smoothstep(0.35, 0.75, blotch.g));
        pbr.material.base_color = vec4(mix(pbr.material.base_color.rgb, rime, 0.55 * frozen), pbr.material.base_color.a);
        roughness = mix(roughness, 0.10 + 0.16 * blotch.g, frozen);
        reflectance = mix(reflectance, vec3(0.45), frozen);

        // Snow on what looks up.
        let lies = smoothstep(surface.shape.x - 0.12, surface.shape.x + 0.12, in.world_normal.y);
        let depth = snow * surface.skin.w * 1.35;
        let ragged = mix(blotch.g, 0.5, 0.4 * far);
        let white = smoothstep(ragged - 0.10 - edge, ragged + 0.16, depth - 0.12) * lies;
        let fresh = vec3(0.82, 0.85, 0.90) * (0.93 + 0.07 * blotch.r);
        pbr.material.base_color = vec4(mix(pbr.material.base_color.rgb, fresh, white), pbr.material.base_color.a);
        roughness = mix(roughness, 0.82, white);
        reflectance = mix(reflectance, vec3(0.32), white);
        normal = normalize(mix(normal, in.world_normal + vec3(blotch.r - 0.5, 0.0, blotch.g - 0.5) * 0.22 * (1.0 - far), white));
        pbr.material.metallic *= 1.0 - white;

        pbr.material.perceptual_roughness = clamp(roughness, 0.045, 1.0);
        pbr.material.reflectance = reflectance;
        pbr.N = normal;
        let mirror = max(film, frozen) * (1.0 - white);
        if (mirror > 0.05) {
            // Houses and trees stand in the way of the lowest sky.
            let bounce = reflect(-pbr.V, normal);
            pbr.specular_occlusion *= mix(1.0, smoothstep(-0.02, 0.22, bounce.y), surface.shape.y);
#ifdef MIRRORS_SCENE
#ifdef DEPTH_PREPASS
            if (level_up > 0.5) {
                let met = mirrored_scene(position + normal * 0.02, bounce, in.position.xy, roughness);
                let brdf = lighting::F_AB(max(roughness, 0.06), max(dot(normal, pbr.V), 0.02));
                mirrored = met.rgb * (0.022 * brdf.x + brdf.y) * met.a * mirror;
                pbr.specular_occlusion *= 1.0 - met.a;
            }
#endif
#endif
            if (surface.counts.y > 0u) {
                let spread = mix(max(roughness, 0.14), 0.10, pool);
                let broken = 0.55 + 0.9 * mix(grain.y, 0.5, pool);
                streaks = mirrored_lamps(position, normal, pbr.V, spread) * mirror * broken;
            }
        }
    }
#endif
    if (surface.counts.z > 0u && level_up > 0.3) {
        let hidden = hidden_sky(position) * level_up;
        pbr.diffuse_occlusion *= 1.0 - hidden;
        pbr.specular_occlusion *= 1.0 - 0.85 * hidden;
    }

    var out: FragmentOutput;
    if ((pbr.material.flags & STANDARD_MATERIAL_FLAGS_UNLIT_BIT) == 0u) {
        out.color = apply_pbr_lighting(pbr);
    } else {
        out.color = pbr.material.base_color;
    }
    out.color = vec4(out.color.rgb * (1.0 + 0.9 * splash) + streaks * view.exposure + mirrored, out.color.a);
    out.color = main_pass_post_lighting_processing(pbr, out.color);
    return out;
}
