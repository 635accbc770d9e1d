// Shared by the shaders of the weather: hashes, tone mapping, fog on things that are no standard material.

#define_import_path shakedown_app::weather

#import bevy_pbr::mesh_view_bindings::view
#import bevy_render::maths::powsafe

#ifdef TONEMAP_IN_SHADER
#import bevy_core_pipeline::tonemapping::tone_mapping
#endif

// A well-mixed integer (PCG output function).
fn mix_bits(seed: u32) -> u32 {
    let h = seed * 747796405u + 2891336453u;
    let w = ((h >> ((h >> 28u) + 4u)) ^ h) * 277803737u;
    return (w >> 22u) ^ w;
}

// 0…1 from a seed.
fn random(seed: u32) -> f32 {
    return f32(mix_bits(seed) >> 8u) / 16777216.0;
}

// Seed of a cell of a grid.
fn cell_seed(cell: vec2<i32>, salt: u32) -> u32 {
    return mix_bits(bitcast<u32>(cell.x) * 0x9E3779B9u ^ mix_bits(bitcast<u32>(cell.y) ^ salt));
}

// 1 below `lo`, 0 above `hi`.
fn fall(lo: f32, hi: f32, x: f32) -> f32 {
    return 1.0 - smoothstep(lo, hi, x);
}

// Size of a pixel at a distance of 1 m, m.
fn pixel_angle() -> f32 {
    return 2.0 / (view.clip_from_view[1][1] * view.viewport.w);
}

// From radiance times exposure to what the target takes.
fn shown(color: vec4<f32>) -> vec4<f32> {
#ifdef TONEMAP_IN_SHADER
    return tone_mapping(color, view.color_grading);
#else
    return color;
#endif
}
