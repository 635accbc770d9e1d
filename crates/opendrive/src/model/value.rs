//! Enumerations of the standard. Words it does not know are kept, never lost.

use serde::{Deserialize, Serialize};

/// Defines an enumeration with `Other(String)` and its two-way mapping to the file's words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word that the standard does not know, as written.
            Other(String),
        }

        impl $name {
            /// Reads the file's word.
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word $(| $alias)* => $name::$variant,)+
                    other => $name::Other(other.to_owned()),
                }
            }

            /// The standard's word.
            pub fn word(&self) -> &str {
                match self {
                    $($name::$variant => $word,)+
                    $name::Other(word) => word,
                }
            }
        }
    };
}
pub(super) use words;

words! {
    /// Type of a lane (`lane@type`).
    LaneType {
        /// Ordinary traffic.
        Driving = "driving",
        /// Soft or hard shoulder without traffic.
        Shoulder = "shoulder",
        /// Hard border at the edge of the road.
        Border = "border",
        /// Hard shoulder for emergency stops.
        Stop = "stop",
        /// Unusable strip.
        None = "none",
        /// Paved, not for traffic.
        Restricted = "restricted",
        /// Parking.
        Parking = "parking",
        /// Between the two directions.
        Median = "median",
        /// Bicycles.
        Biking = "biking",
        /// Shared by several kinds of traffic.
        Shared = "shared",
        /// Pedestrians (1.4–1.7: `sidewalk`, 1.8: `walking`).
        Walking = "walking" | "sidewalk",
        /// Kerb stones.
        Curb = "curb",
        /// Deceleration lane parallel to the main road.
        Exit = "exit" | "mwyExit",
        /// Acceleration lane parallel to the main road.
        Entry = "entry" | "mwyEntry",
        /// Ramp onto a motorway.
        OnRamp = "onRamp",
        /// Ramp off a motorway.
        OffRamp = "offRamp",
        /// Ramp between two motorways.
        ConnectingRamp = "connectingRamp",
        /// Traffic in both directions (center turn lane), deprecated in 1.8.
        Bidirectional = "bidirectional",
        /// Slip lane: leaves the main road without leaving the junction.
        SlipLane = "slipLane",
        /// Buses.
        Bus = "bus",
        /// Taxis.
        Taxi = "taxi",
        /// High-occupancy vehicles.
        Hov = "HOV" | "carpool",
        /// Trams.
        Tram = "tram",
        /// Trains.
        Rail = "rail",
        /// Road works.
        RoadWorks = "roadWorks",
        /// Free use.
        Special1 = "special1",
        /// Free use.
        Special2 = "special2",
        /// Free use.
        Special3 = "special3",
    }
}

impl LaneType {
    /// Whether motor vehicles drive along it in ordinary traffic.
    pub fn is_drivable(&self) -> bool {
        match self {
            LaneType::Driving
            | LaneType::Exit
            | LaneType::Entry
            | LaneType::OnRamp
            | LaneType::OffRamp
            | LaneType::ConnectingRamp
            | LaneType::Bidirectional
            | LaneType::SlipLane
            | LaneType::Bus
            | LaneType::Taxi
            | LaneType::Hov
            | LaneType::Shared => true,
            LaneType::Shoulder
            | LaneType::Border
            | LaneType::Stop
            | LaneType::None
            | LaneType::Restricted
            | LaneType::Parking
            | LaneType::Median
            | LaneType::Biking
            | LaneType::Walking
            | LaneType::Curb
            | LaneType::Tram
            | LaneType::Rail
            | LaneType::RoadWorks
            | LaneType::Special1
            | LaneType::Special2
            | LaneType::Special3
            | LaneType::Other(_) => false,
        }
    }
}

words! {
    /// Type of a road (`road/type@type`).
    RoadKind {
        /// Not said.
        Unknown = "unknown",
        /// Outside towns.
        Rural = "rural",
        /// Motorway, freeway.
        Motorway = "motorway",
        /// In towns.
        Town = "town",
        /// Low-speed zone.
        LowSpeed = "lowSpeed",
        /// Pedestrian zone.
        Pedestrian = "pedestrian",
        /// Bicycle road.
        Bicycle = "bicycle",
        /// Urban expressway.
        TownExpressway = "townExpressway",
        /// Collector street.
        TownCollector = "townCollector",
        /// Arterial street.
        TownArterial = "townArterial",
        /// Private street.
        TownPrivate = "townPrivate",
        /// Local street.
        TownLocal = "townLocal",
        /// Play street.
        TownPlayStreet = "townPlayStreet",
    }
}

words! {
    /// Type of a road marking (`roadMark@type`).
    #[derive(Default)]
    RoadMarkKind {
        /// No marking.
        #[default]
        None = "none",
        /// One unbroken line.
        Solid = "solid",
        /// One broken line.
        Broken = "broken",
        /// Two unbroken lines.
        SolidSolid = "solid solid",
        /// Unbroken inside, broken outside.
        SolidBroken = "solid broken",
        /// Broken inside, unbroken outside.
        BrokenSolid = "broken solid",
        /// Two broken lines.
        BrokenBroken = "broken broken",
        /// Raised dots.
        BottsDots = "botts dots",
        /// Grass edge.
        Grass = "grass",
        /// Kerb.
        Curb = "curb",
        /// Described elsewhere.
        Custom = "custom",
        /// Edge of the pavement.
        Edge = "edge",
    }
}

words! {
    /// Colour of a road marking (`roadMark@color`).
    #[derive(Default)]
    RoadMarkColor {
        /// White, the standard's default.
        #[default]
        White = "white" | "standard",
        /// Yellow.
        Yellow = "yellow",
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
        /// Green.
        Green = "green",
        /// Orange.
        Orange = "orange",
        /// Violet.
        Violet = "violet",
        /// Black.
        Black = "black",
    }
}

words! {
    /// In which direction a marking may be crossed (`roadMark@laneChange`).
    LaneChange {
        /// Both ways.
        Both = "both",
        /// Toward rising lane ids only (to the left).
        Increase = "increase",
        /// Toward falling lane ids only (to the right).
        Decrease = "decrease",
        /// Neither way.
        None = "none",
    }
}

words! {
    /// Type of a junction (`junction@type`).
    JunctionKind {
        /// Connecting roads between incoming roads.
        Default = "default",
        /// On a road that is not cut (driveways).
        Virtual = "virtual",
        /// Roads that split or merge without connecting roads.
        Direct = "direct",
        /// Road and rail crossing.
        Crossing = "crossing",
    }
}

/// Which side of the road traffic keeps to (`road@rule`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TrafficRule {
    /// Right-hand traffic, the default.
    #[default]
    RightHand,
    /// Left-hand traffic.
    LeftHand,
}

/// An end of a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ContactPoint {
    /// Where s = 0.
    Start,
    /// Where s = length.
    End,
}

/// For which direction of the reference line something counts (`orientation`, `elementDir`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Orientation {
    /// `+`: for those who go with rising s.
    Plus,
    /// `-`: for those who go with falling s.
    Minus,
    /// `none`: for both.
    #[default]
    Both,
}

/// Driving direction of a lane (`lane@direction`, 1.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LaneDirection {
    /// As its side and the road's rule say.
    #[default]
    Standard,
    /// Against that.
    Reversed,
    /// Both ways.
    Both,
}

/// A speed limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum SpeedLimit {
    /// Limit in m/s, converted from the file's unit.
    Mps(f64),
    /// `no limit`.
    NoLimit,
    /// `undefined`.
    Undefined,
}

impl SpeedLimit {
    /// The number, where there is one, m/s.
    pub fn mps(self) -> Option<f64> {
        match self {
            SpeedLimit::Mps(v) => Some(v),
            SpeedLimit::NoLimit | SpeedLimit::Undefined => None,
        }
    }
}

/// Metres per second in one unit of speed; `None` for an unknown unit.
///
/// Source: 1 mile = 1609.344 m (international yard and pound agreement, 1959).
pub fn speed_unit_mps(unit: &str) -> Option<f64> {
    match unit {
        "m/s" | "mps" => Some(1.0),
        "km/h" | "kmh" | "kph" => Some(1.0 / 3.6),
        "mph" => Some(1609.344 / 3600.0),
        _ => None,
    }
}

/// Length of a cubic record's domain is open: it holds until the next record.
///
/// `value(s) = a + b·ds + c·ds² + d·ds³` with `ds = s − s_m`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cubic {
    /// Start, metres: on the road for profiles and lane offsets, from the section's start for lanes.
    pub s_m: f64,
    /// Constant term.
    pub a: f64,
    /// Linear term, 1/m.
    pub b: f64,
    /// Quadratic term, 1/m².
    pub c: f64,
    /// Cubic term, 1/m³.
    pub d: f64,
}
