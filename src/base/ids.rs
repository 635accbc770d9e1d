//! Small dense identifiers. They index vectors built once in a sorted order, so they are stable for a
//! given input; Bevy's `Entity` is never used as an identity in results.

use serde::{Deserialize, Serialize};

macro_rules! dense_id {
    ($(#[$meta:meta])* $name:ident, $repr:ty) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $repr);

        impl $name {
            /// The index as `usize`.
            #[inline]
            pub fn ix(self) -> usize {
                self.0 as usize
            }
        }
    };
}

dense_id!(
    /// A road user or obstacle of a run: index in spawn-name order, never reused within a run.
    ParticipantId, u32
);
dense_id!(
    /// One lane of one lane section: index into `RoadNetwork::lanes`.
    LaneId, u32
);
dense_id!(
    /// A road: index into `RoadNetwork::roads`.
    RoadIx, u32
);
dense_id!(
    /// A junction: index into `RoadNetwork::junctions`.
    JunctionIx, u32
);
dense_id!(
    /// A traffic-signal face (vehicle or pedestrian head): index into `RoadNetwork::signals`.
    SignalIx, u32
);
dense_id!(
    /// A crosswalk: index into `RoadNetwork::crosswalks`.
    CrosswalkIx, u32
);
dense_id!(
    /// A sensor of the ego's suite: index into the suite.
    SensorIx, u8
);
