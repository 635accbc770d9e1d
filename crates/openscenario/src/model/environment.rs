//! Weather, time of day and the state of the road.

use super::entity::{BoundingBox, Properties};
use super::file::File;
use super::parameter::ParameterDeclarations;
use super::value::{CloudState, FractionalCloudCover, PrecipitationType, Wetness};
use crate::value::DateTime;

elements! {
    /// Weather, time and road condition.
    record Environment {
        attributes {
            name: String = "name" or String::new();
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            time_of_day: Option<TimeOfDay> = "TimeOfDay";
            weather: Option<Weather> = "Weather";
            road_condition: Option<RoadCondition> = "RoadCondition";
        }
    }
    /// Date and time, and whether it goes on.
    record TimeOfDay {
        attributes {
            animation: bool = "animation" or false;
            date_time: DateTime = "dateTime";
        }
    }
    /// State of the atmosphere. Pascal, kelvin.
    record Weather {
        attributes {
            cloud_state: Option<CloudState> = "cloudState" [deprecated 2];
            atmospheric_pressure: Option<f64> = "atmosphericPressure" [since 1];
            temperature: Option<f64> = "temperature" [since 1];
            fractional_cloud_cover: Option<FractionalCloudCover> = "fractionalCloudCover" [since 2];
        }
        children {
            sun: Option<Sun> = "Sun";
            fog: Option<Fog> = "Fog";
            precipitation: Option<Precipitation> = "Precipitation";
            wind: Option<Wind> = "Wind" [since 1];
            dome_image: Option<DomeImage> = "DomeImage" [since 2];
        }
    }
    /// Place and strength of the sun. Radians, lux.
    record Sun {
        attributes {
            azimuth: f64 = "azimuth";
            elevation: f64 = "elevation";
            intensity: Option<f64> = "intensity" [deprecated 2];
            illuminance: Option<f64> = "illuminance" [since 2];
        }
    }
    /// How far one can see.
    record Fog {
        attributes {
            visual_range: f64 = "visualRange";
        }
        children {
            bounding_box: Option<BoundingBox> = "BoundingBox";
        }
    }
    /// What falls, and how much: mm/h.
    record Precipitation {
        attributes {
            intensity: Option<f64> = "intensity" [deprecated 1];
            precipitation_type: PrecipitationType = "precipitationType";
            precipitation_intensity: Option<f64> = "precipitationIntensity" [since 1];
        }
    }
    /// Where the wind blows to, and how fast.
    record Wind [since 1] {
        attributes {
            direction: f64 = "direction";
            speed: f64 = "speed";
        }
    }
    /// Picture of the sky.
    record DomeImage [since 2] {
        attributes {
            azimuth_offset: Option<f64> = "azimuthOffset";
        }
        children {
            dome_file: File = "DomeFile";
        }
    }
    /// Grip and wetness of the road.
    record RoadCondition {
        attributes {
            friction_scale_factor: f64 = "frictionScaleFactor";
            wetness: Option<Wetness> = "wetness" [since 2];
        }
        children {
            properties: Option<Properties> = "Properties";
        }
    }
}
