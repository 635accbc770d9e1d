//! Catalogue of storyboard actions and conditions as scenario files name them.

use crate::base::catalog::CatalogRow;

/// Actions.
pub const ACTIONS: &[CatalogRow] = &[
    CatalogRow { name: "speed", about: "target speed of an entity, by rate or duration" },
    CatalogRow { name: "lane_change", about: "lane change by a number of lanes" },
    CatalogRow { name: "lane_offset", about: "lateral offset within the lane" },
    CatalogRow { name: "teleport", about: "puts an entity somewhere" },
    CatalogRow { name: "walk", about: "starts a pedestrian or cyclist on its path" },
    CatalogRow { name: "add", about: "makes a hidden entity appear" },
    CatalogRow { name: "remove", about: "removes an entity" },
    CatalogRow { name: "behavior", about: "changes how an entity moves" },
    CatalogRow { name: "weather", about: "weather goes to targets" },
    CatalogRow { name: "signal_fault", about: "signals of a junction go dark, flash red or dim" },
    CatalogRow { name: "signal_orientation", about: "forces the orientation of signal faces" },
    CatalogRow { name: "sensor_fault", about: "a sensor dies, freezes, is blocked, misaligned or perfect" },
    CatalogRow { name: "driver_task", about: "sets the human's secondary task" },
    CatalogRow { name: "fit_feature", about: "fits the feature of another level to the ego" },
    CatalogRow { name: "engage_feature", about: "the human engages the feature" },
    CatalogRow { name: "disengage_feature", about: "the human ends automation" },
];

/// Conditions.
pub const CONDITIONS: &[CatalogRow] = &[
    CatalogRow { name: "time", about: "simulated time" },
    CatalogRow { name: "speed", about: "speed of an entity" },
    CatalogRow { name: "traveled_distance", about: "distance traveled by an entity" },
    CatalogRow { name: "gap", about: "bumper-to-bumper distance along the road" },
    CatalogRow { name: "distance", about: "straight-line distance of two entities" },
    CatalogRow { name: "headway", about: "time headway of one entity to another" },
    CatalogRow { name: "time_to_collision", about: "time to collision of two entities" },
    CatalogRow { name: "reach_position", about: "an entity comes near a place" },
    CatalogRow { name: "time_to_place", about: "time an entity needs to a place" },
    CatalogRow { name: "stand_still", about: "an entity has stood for a time" },
    CatalogRow { name: "signal_is", about: "a signal face shows an indication" },
    CatalogRow { name: "feature_mode", about: "mode of the ego's feature" },
    CatalogRow { name: "event_state", about: "a storyboard event has started or ended" },
    CatalogRow { name: "happened", about: "an event of this name has been recorded" },
];
