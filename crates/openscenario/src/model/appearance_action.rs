//! Actions on what an entity looks like: visibility, lights, animation.

use super::file::File;
use super::value::{
    ColorType, LightMode, PedestrianGestureType, PedestrianMotionType, VehicleComponentType, VehicleLightType,
};

elements! {
    /// Who can see the entity.
    record VisibilityAction {
        attributes {
            graphics: bool = "graphics";
            sensors: bool = "sensors";
            traffic: bool = "traffic";
        }
        children {
            sensor_reference_set: Option<SensorReferenceSet> = "SensorReferenceSet" [since 2];
        }
    }
    /// Sensors meant.
    record SensorReferenceSet [since 2] {
        children {
            sensor_references: Vec<SensorReference> = "SensorReference" [min 1];
        }
    }
    /// A sensor by name.
    record SensorReference [since 2] {
        attributes {
            name: String = "name";
        }
    }
    /// Lights or animation. The 1.2 schema asks for both at once.
    record AppearanceAction [since 2] {
        children {
            light_state_action: Option<LightStateAction> = "LightStateAction";
            animation_action: Option<AnimationAction> = "AnimationAction";
        }
    }
    /// Change of a lamp.
    record LightStateAction [since 2] [ordered true] {
        attributes {
            transition_time: Option<f64> = "transitionTime";
        }
        children {
            light_type: LightType = "LightType";
            light_state: LightState = "LightState";
        }
    }
    /// Which lamp.
    choice LightType [since 2] {
        VehicleLight(VehicleLight) = "VehicleLight";
        UserDefinedLight(UserDefinedLight) = "UserDefinedLight";
    }
    /// A lamp of the standard's list.
    record VehicleLight [since 2] {
        attributes {
            vehicle_light_type: VehicleLightType = "vehicleLightType";
        }
    }
    /// A lamp by a name of one's own.
    record UserDefinedLight [since 2] {
        attributes {
            user_defined_light_type: String = "userDefinedLightType";
        }
    }
    /// State of a lamp. Candela, seconds.
    record LightState [since 2] {
        attributes {
            mode: LightMode = "mode";
            luminous_intensity: Option<f64> = "luminousIntensity";
            flashing_on_duration: Option<f64> = "flashingOnDuration";
            flashing_off_duration: Option<f64> = "flashingOffDuration";
        }
        children {
            color: Option<Color> = "Color";
        }
    }
    /// A colour, by name and exactly.
    record Color [since 2] {
        attributes {
            color_type: ColorType = "colorType";
        }
        choices {
            value: ColorValue;
        }
    }
    /// A colour's parts.
    group ColorValue {
        ColorRgb(ColorRgb) = "ColorRgb";
        ColorCmyk(ColorCmyk) = "ColorCmyk";
    }
    /// Red, green, blue in [0, 1].
    record ColorRgb [since 2] {
        attributes {
            red: f64 = "red";
            green: f64 = "green";
            blue: f64 = "blue";
        }
    }
    /// Cyan, magenta, yellow, black in [0, 1].
    record ColorCmyk [since 2] {
        attributes {
            cyan: f64 = "cyan";
            magenta: f64 = "magenta";
            yellow: f64 = "yellow";
            key: f64 = "key";
        }
    }
    /// Start of an animation.
    record AnimationAction [since 2] [ordered true] {
        attributes {
            looped: Option<bool> = "loop";
            animation_duration: Option<f64> = "animationDuration";
        }
        children {
            animation_type: AnimationType = "AnimationType";
            animation_state: Option<AnimationState> = "AnimationState";
        }
    }
    /// What is animated.
    choice AnimationType [since 2] {
        ComponentAnimation(ComponentAnimation) = "ComponentAnimation";
        PedestrianAnimation(PedestrianAnimation) = "PedestrianAnimation";
        AnimationFile(AnimationFile) = "AnimationFile";
        UserDefinedAnimation(UserDefinedAnimation) = "UserDefinedAnimation";
    }
    /// Animation of a part.
    choice ComponentAnimation [since 2] {
        VehicleComponent(VehicleComponent) = "VehicleComponent";
        UserDefinedComponent(UserDefinedComponent) = "UserDefinedComponent";
    }
    /// A part of the standard's list.
    record VehicleComponent [since 2] {
        attributes {
            vehicle_component_type: VehicleComponentType = "vehicleComponentType";
        }
    }
    /// A part by a name of one's own.
    record UserDefinedComponent [since 2] {
        attributes {
            user_defined_component_type: String = "userDefinedComponentType";
        }
    }
    /// Motion and gestures of a pedestrian.
    record PedestrianAnimation [since 2] {
        attributes {
            motion: Option<PedestrianMotionType> = "motion";
            user_defined_pedestrian_animation: Option<String> = "userDefinedPedestrianAnimation";
        }
        children {
            pedestrian_gestures: Vec<PedestrianGesture> = "PedestrianGesture";
        }
    }
    /// One gesture.
    record PedestrianGesture [since 2] {
        attributes {
            gesture: PedestrianGestureType = "gesture";
        }
    }
    /// Animation from a file.
    record AnimationFile [since 2] {
        attributes {
            time_offset: Option<f64> = "timeOffset";
        }
        children {
            file: File = "File";
        }
    }
    /// Animation by a name of one's own.
    record UserDefinedAnimation [since 2] {
        attributes {
            user_defined_animation_type: String = "userDefinedAnimationType";
        }
    }
    /// How far the animation shall go, in [0, 1].
    record AnimationState [since 2] {
        attributes {
            state: f64 = "state";
        }
    }
}
