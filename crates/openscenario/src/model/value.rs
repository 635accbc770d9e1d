//! Words: every enumeration of the standard.

elements! {
    /// Which angle is compared.
    enumeration AngleType [since 3] {
        Heading = "heading";
        Pitch = "pitch";
        Roll = "roll";
    }
    /// Position of an automatic gear lever.
    enumeration AutomaticGearType [since 2] {
        N = "n";
        P = "p";
        R = "r";
        D = "d";
    }
    /// How cloudy it is, before 1.2.
    enumeration CloudState [deprecated 2] {
        Cloudy = "cloudy";
        Free = "free";
        Overcast = "overcast";
        Rainy = "rainy";
        SkyOff = "skyOff";
    }
    /// Name of a colour.
    enumeration ColorType [since 2] {
        Other = "other";
        Red = "red";
        Yellow = "yellow";
        Green = "green";
        Blue = "blue";
        Violet = "violet";
        Orange = "orange";
        Brown = "brown";
        Black = "black";
        Grey = "grey";
        White = "white";
    }
    /// Which change of the condition's value counts.
    enumeration ConditionEdge {
        Falling = "falling";
        None = "none";
        Rising = "rising";
        RisingOrFalling = "risingOrFalling";
    }
    /// What a controller controls.
    enumeration ControllerType [since 2] {
        Lateral = "lateral";
        Longitudinal = "longitudinal";
        Lighting = "lighting";
        Animation = "animation";
        Movement = "movement";
        Appearance = "appearance";
        All = "all";
    }
    /// Where distances and angles are measured.
    enumeration CoordinateSystem [since 1] {
        Entity = "entity";
        Lane = "lane";
        Road = "road";
        Trajectory = "trajectory";
        World = "world" [since 3];
    }
    /// Which component of a vector counts.
    enumeration DirectionalDimension [since 2] {
        Longitudinal = "longitudinal";
        Lateral = "lateral";
        Vertical = "vertical";
    }
    /// What a transition's value means: metres, change per second, or seconds.
    enumeration DynamicsDimension {
        Distance = "distance";
        Rate = "rate";
        Time = "time";
    }
    /// How a value goes from its start to its target.
    enumeration DynamicsShape {
        Cubic = "cubic";
        Linear = "linear";
        Sinusoidal = "sinusoidal";
        Step = "step";
    }
    /// Whether the path is met exactly or as the vehicle's dynamics allow.
    enumeration FollowingMode {
        Follow = "follow";
        Position = "position";
    }
    /// Eighths of the sky under cloud.
    enumeration FractionalCloudCover [since 2] {
        ZeroOktas = "zeroOktas";
        OneOktas = "oneOktas";
        TwoOktas = "twoOktas";
        ThreeOktas = "threeOktas";
        FourOktas = "fourOktas";
        FiveOktas = "fiveOktas";
        SixOktas = "sixOktas";
        SevenOktas = "sevenOktas";
        EightOktas = "eightOktas";
        NineOktas = "nineOktas";
    }
    /// On which side of the other entity.
    enumeration LateralDisplacement [since 1] {
        Any = "any";
        LeftToReferencedEntity = "leftToReferencedEntity";
        RightToReferencedEntity = "rightToReferencedEntity";
    }
    /// State of a lamp.
    enumeration LightMode [since 2] {
        On = "on";
        Off = "off";
        Flashing = "flashing";
    }
    /// Before or behind the other entity.
    enumeration LongitudinalDisplacement [since 1] {
        Any = "any";
        TrailingReferencedEntity = "trailingReferencedEntity";
        LeadingReferencedEntity = "leadingReferencedEntity";
    }
    /// Kind of an object that is neither vehicle nor pedestrian.
    enumeration MiscObjectCategory {
        Barrier = "barrier";
        Building = "building";
        Crosswalk = "crosswalk";
        Gantry = "gantry";
        None = "none";
        Obstacle = "obstacle";
        ParkingSpace = "parkingSpace";
        Patch = "patch";
        Pole = "pole";
        Railing = "railing";
        RoadMark = "roadMark";
        SoundBarrier = "soundBarrier";
        StreetLamp = "streetLamp";
        TrafficIsland = "trafficIsland";
        Tree = "tree";
        Vegetation = "vegetation";
        Wind = "wind" [deprecated 1];
    }
    /// Kind of an entity.
    enumeration ObjectType {
        Miscellaneous = "miscellaneous";
        Pedestrian = "pedestrian";
        Vehicle = "vehicle";
        External = "external" [since 1];
    }
    /// Type of a parameter's or variable's value.
    enumeration ParameterType {
        Boolean = "boolean";
        DateTime = "dateTime";
        Double = "double";
        Integer = "integer" [deprecated 2];
        String = "string";
        UnsignedInt = "unsignedInt";
        UnsignedShort = "unsignedShort";
        Int = "int" [since 2];
    }
    /// Kind of a pedestrian.
    enumeration PedestrianCategory {
        Animal = "animal";
        Pedestrian = "pedestrian";
        Wheelchair = "wheelchair";
    }
    /// What a pedestrian does with hands and arms.
    enumeration PedestrianGestureType [since 2] {
        PhoneCallRightHand = "phoneCallRightHand";
        PhoneCallLeftHand = "phoneCallLeftHand";
        PhoneTextRightHand = "phoneTextRightHand";
        PhoneTextLeftHand = "phoneTextLeftHand";
        WavingRightArm = "wavingRightArm";
        WavingLeftArm = "wavingLeftArm";
        UmbrellaRightHand = "umbrellaRightHand";
        UmbrellaLeftHand = "umbrellaLeftHand";
        CrossArms = "crossArms";
        CoffeeRightHand = "coffeeRightHand";
        CoffeeLeftHand = "coffeeLeftHand";
        SandwichRightHand = "sandwichRightHand";
        SandwichLeftHand = "sandwichLeftHand";
    }
    /// How a pedestrian moves.
    enumeration PedestrianMotionType [since 2] {
        Standing = "standing";
        Sitting = "sitting";
        Lying = "lying";
        Squatting = "squatting";
        Walking = "walking";
        Running = "running";
        Reeling = "reeling";
        Crawling = "crawling";
        Cycling = "cycling";
        Jumping = "jumping";
        Ducking = "ducking";
        BendingDown = "bendingDown";
    }
    /// What falls.
    enumeration PrecipitationType {
        Dry = "dry";
        Rain = "rain";
        Snow = "snow";
    }
    /// What an event does to the running events of its maneuver.
    enumeration Priority {
        Overwrite = "overwrite" [deprecated 2];
        Parallel = "parallel";
        Skip = "skip";
        Override = "override" [since 2];
    }
    /// Absolute, or relative to something else.
    enumeration ReferenceContext {
        Absolute = "absolute";
        Relative = "relative";
    }
    /// Along which direction a distance is measured.
    enumeration RelativeDistanceType {
        CartesianDistance = "cartesianDistance" [deprecated 1];
        Lateral = "lateral";
        Longitudinal = "longitudinal";
        EuclidianDistance = "euclidianDistance" [since 1];
    }
    /// What a vehicle or pedestrian is there for.
    enumeration Role [since 2] {
        None = "none";
        Ambulance = "ambulance";
        Civil = "civil";
        Fire = "fire";
        Military = "military";
        Police = "police";
        PublicTransport = "publicTransport";
        RoadAssistance = "roadAssistance";
    }
    /// How to get to a waypoint.
    enumeration RouteStrategy {
        Fastest = "fastest";
        LeastIntersections = "leastIntersections";
        Random = "random";
        Shortest = "shortest";
    }
    /// Which way through the road network a distance is measured along.
    enumeration RoutingAlgorithm [since 2] {
        AssignedRoute = "assignedRoute";
        Fastest = "fastest";
        LeastIntersections = "leastIntersections";
        Shortest = "shortest";
        Undefined = "undefined";
    }
    /// How two values are compared.
    enumeration Rule {
        EqualTo = "equalTo";
        GreaterThan = "greaterThan";
        LessThan = "lessThan";
        GreaterOrEqual = "greaterOrEqual" [since 1];
        LessOrEqual = "lessOrEqual" [since 1];
        NotEqualTo = "notEqualTo" [since 1];
    }
    /// Whether a relative speed is a difference or a factor.
    enumeration SpeedTargetValueType {
        Delta = "delta";
        Factor = "factor";
    }
    /// A state or transition of a storyboard element.
    enumeration StoryboardElementState {
        CompleteState = "completeState";
        EndTransition = "endTransition";
        RunningState = "runningState";
        SkipTransition = "skipTransition";
        StandbyState = "standbyState";
        StartTransition = "startTransition";
        StopTransition = "stopTransition";
    }
    /// Kind of a storyboard element.
    enumeration StoryboardElementType {
        Act = "act";
        Action = "action";
        Event = "event";
        Maneuver = "maneuver";
        ManeuverGroup = "maneuverGroup";
        Story = "story";
    }
    /// How many of the entities must meet the condition.
    enumeration TriggeringEntitiesRule {
        All = "all";
        Any = "any";
    }
    /// Kind of a vehicle.
    enumeration VehicleCategory {
        Bicycle = "bicycle";
        Bus = "bus";
        Car = "car";
        Motorbike = "motorbike";
        Semitrailer = "semitrailer";
        Trailer = "trailer";
        Train = "train";
        Tram = "tram";
        Truck = "truck";
        Van = "van";
    }
    /// Moving part of a vehicle's body.
    enumeration VehicleComponentType [since 2] {
        Hood = "hood";
        Trunk = "trunk";
        DoorFrontRight = "doorFrontRight";
        DoorFrontLeft = "doorFrontLeft";
        DoorRearRight = "doorRearRight";
        DoorRearLeft = "doorRearLeft";
        WindowFrontRight = "windowFrontRight";
        WindowFrontLeft = "windowFrontLeft";
        WindowRearRight = "windowRearRight";
        WindowRearLeft = "windowRearLeft";
        SideMirrors = "sideMirrors";
        SideMirrorRight = "sideMirrorRight";
        SideMirrorLeft = "sideMirrorLeft";
    }
    /// Lamp of a vehicle.
    enumeration VehicleLightType [since 2] {
        DaytimeRunningLights = "daytimeRunningLights";
        LowBeam = "lowBeam";
        HighBeam = "highBeam";
        FogLights = "fogLights";
        FogLightsFront = "fogLightsFront";
        FogLightsRear = "fogLightsRear";
        BrakeLights = "brakeLights";
        WarningLights = "warningLights";
        IndicatorLeft = "indicatorLeft";
        IndicatorRight = "indicatorRight";
        ReversingLights = "reversingLights";
        LicensePlateIllumination = "licensePlateIllumination";
        SpecialPurposeLights = "specialPurposeLights";
    }
    /// How wet the road is.
    enumeration Wetness [since 2] {
        Dry = "dry";
        Moist = "moist";
        WetWithPuddles = "wetWithPuddles";
        LowFlooded = "lowFlooded";
        HighFlooded = "highFlooded";
    }
}
