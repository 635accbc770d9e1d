//! Any bytes as an OpenDRIVE map: it is read, checked, and positions are asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = opendrive::parse(bytes, "f.xodr") else { return };
    let _ = opendrive::lint(&parsed.map, "f.xodr");
    for road in parsed.map.roads.iter().take(8) {
        for part in [0.0, 0.3, 1.0] {
            let position = road.position(road.length_m * part, 1.0);
            assert!(position.x_m.is_finite(), "{position:?}");
        }
    }
});
