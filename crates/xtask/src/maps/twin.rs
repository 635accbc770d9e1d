//! A twin map: some junctions of another map under other signal heads. Geometry, ids, stations and stages stay, so
//! that a scenario on both maps differs in the heads alone.

use super::description::{Description, Twin};
use super::model::{Link, Map};
use super::network;
use std::collections::BTreeSet;

/// Builds the twin from its own description and the original's.
pub fn build(twin: &Twin, mut original: Description) -> Result<Map, String> {
    original.heads = twin.heads.clone();
    let mut map = network::build(&original)?;
    map.name.clone_from(&twin.name);
    map.title.clone_from(&twin.title);
    map.about.clone_from(&twin.about);
    (map.lat_deg, map.lon_deg) = (twin.origin.lat_deg, twin.origin.lon_deg);
    map.notes = twin.note.iter().map(|n| (n.road.clone(), n.s_m, n.text.clone())).collect();

    let keep: BTreeSet<&str> = twin.keep.iter().map(String::as_str).collect();
    for id in &keep {
        if !map.junctions.iter().any(|j| j.id == *id) {
            return Err(format!("keep: the original has no junction {id:?}"));
        }
    }
    let kept = |link: &Option<Link>| matches!(link, Some(Link::Junction(id)) if keep.contains(id.as_str()));
    map.junctions.retain(|j| keep.contains(j.id.as_str()));
    map.roads.retain(|r| match &r.junction {
        Some(j) => keep.contains(j.as_str()),
        None => kept(&r.predecessor) || kept(&r.successor),
    });
    for road in map.roads.iter_mut().filter(|r| r.junction.is_none()) {
        // Towards a junction that is gone nothing is controlled: its stop lines, heads and crosswalks go too.
        let gone: Vec<String> = [&road.predecessor, &road.successor]
            .into_iter()
            .filter_map(|l| match l {
                Some(Link::Junction(id)) if !keep.contains(id.as_str()) => Some(format!("{id}__")),
                _ => None,
            })
            .collect();
        let stays = |id: &str| !gone.iter().any(|prefix| id.starts_with(prefix.as_str()));
        road.objects.retain(|o| stays(&o.id));
        road.signals.retain(|s| stays(&s.id));
        if !kept(&road.predecessor) {
            road.predecessor = None;
        }
        if !kept(&road.successor) {
            road.successor = None;
        }
    }
    let used: BTreeSet<&str> =
        map.junctions.iter().flat_map(|j| j.controllers.iter().map(|c| c.0.as_str())).collect();
    map.controllers.retain(|c| used.contains(c.id.as_str()));
    for (road, s, _) in &map.notes {
        match map.road(road) {
            Some(r) if *s <= r.length() => {}
            _ => return Err(format!("note at {road:?}, s = {s}: no such place")),
        }
    }
    Ok(map)
}
