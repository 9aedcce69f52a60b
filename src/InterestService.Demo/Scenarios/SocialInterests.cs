namespace InterestService.Demo.Scenarios;

/// <summary>The interests of the network with their topics and words.</summary>
internal static class SocialInterests
{
    public static IReadOnlyList<ScenarioInterest> All { get; } =
    [
        new("photography", 1.1, ["travel", "crafts"], SocialItems.Post,
            [
                new("landscapes", Season.Autumn, "misty mornings", "mountain light", "long exposures", "drone views"),
                new("portraits", Season.Even, "window light", "street portraits", "studio flash", "candid shots"),
                new("film cameras", Season.Winter, "black and white film", "darkroom prints", "thrift store cameras", "expired film"),
                Creators("visual artists", "street photographer", "landscape photographer", "wedding photographer"),
                Challenges("photo challenges", Season.Summer, "GoldenHour", "ShotOnFilm", "StreetFrames", "NightLights"),
            ]),
        new("cooking", 1.4, ["pets", "travel"], SocialItems.Post,
            [
                new("quick dinners", Season.Even, "one-pan pasta", "chickpea curry", "sheet-pan salmon", "fried rice"),
                new("baking", Season.Gifts, "sourdough", "cinnamon rolls", "lemon tart", "banana bread"),
                new("barbecue", Season.Summer, "smoked brisket", "grilled corn", "burger nights", "charcoal pizza"),
                Creators("chefs", "home cook", "pastry chef", "noodle maker"),
                Challenges("recipe challenges", Season.Winter, "SoupSeason", "BakeAlong", "FiveIngredients", "LunchBox"),
            ]),
        new("travel", 1.3, ["photography", "cooking"], SocialItems.Post,
            [
                new("city breaks", Season.Spring, "Lisbon rooftops", "Berlin museums", "night markets", "old town walks"),
                new("beaches", Season.Summer, "island ferries", "surf camps", "hidden coves", "snorkelling spots"),
                new("backpacking", Season.Autumn, "night trains", "hostel kitchens", "packing light", "border crossings"),
                Creators("globetrotters", "slow traveller", "van dweller", "island hopper"),
                Challenges("trip diaries", Season.Summer, "WeekendAway", "TrainWindow", "SoloTrip", "PassportPages"),
            ]),
        new("gaming", 1.5, ["technology", "films"], SocialItems.Post,
            [
                new("indie games", Season.Even, "pixel platformers", "cosy farming", "one-person studios", "demo weekends"),
                new("strategy", Season.Winter, "city builders", "turn-based battles", "late-game economies", "grand campaigns"),
                new("speedruns", Season.Even, "world records", "glitch hunting", "any-percent routes", "marathon streams"),
                Creators("streamers", "variety streamer", "strategy streamer", "speedrunner"),
                Challenges("play-alongs", Season.Gifts, "CouchCoop", "BacklogClear", "BossFight", "RetroNight"),
            ]),
        new("football", 1.3, ["music", "gaming"], SocialItems.Post,
            [
                new("match days", Season.Spring, "away ends", "derby nerves", "penalty shoot-outs", "cup upsets"),
                new("transfers", Season.Summer, "deadline day", "loan deals", "academy talents", "record fees"),
                new("tactics", Season.Autumn, "high pressing", "wing-backs", "set pieces", "false nines"),
                Creators("pundits", "tactics analyst", "fan reporter", "former goalkeeper"),
                Challenges("fan votes", Season.Spring, "GoalOfTheDay", "BestEleven", "KitSwap", "TerraceSongs"),
            ]),
        new("music", 1.3, ["films", "crafts"], SocialItems.Post,
            [
                new("concerts", Season.Summer, "festival mornings", "small venues", "encore moments", "support acts"),
                new("guitars", Season.Even, "open tunings", "pedal boards", "fingerstyle", "vintage amps"),
                new("home studios", Season.Winter, "bedroom mixes", "drum samples", "vocal chains", "modular synths"),
                Creators("performers", "jazz pianist", "bedroom producer", "folk singer"),
                Challenges("cover songs", Season.Even, "OneTakeCover", "LoopOfTheDay", "VinylFriday", "DuetMe"),
            ]),
        new("technology", 1.1, ["gaming", "photography"], SocialItems.Post,
            [
                new("phones", Season.Autumn, "folding screens", "battery life", "camera bumps", "repair kits"),
                new("smart homes", Season.Gifts, "robot vacuums", "voice assistants", "solar panels", "sensor automations"),
                new("open source", Season.Even, "first pull requests", "terminal setups", "self-hosting", "maintainer burnout"),
                Creators("reviewers", "gadget reviewer", "repair engineer", "open source maintainer"),
                Challenges("build logs", Season.Winter, "DeskSetup", "HundredDaysOfCode", "HomeLab", "RetroTech"),
            ]),
        new("crafts", 0.9, ["pets", "photography"], SocialItems.Post,
            [
                new("knitting", Season.Winter, "cable sweaters", "sock yarn", "colourwork hats", "granny squares"),
                new("woodworking", Season.Spring, "dovetail joints", "hand planes", "walnut bowls", "workshop benches"),
                new("pottery", Season.Even, "wheel throwing", "ash glazes", "pinch pots", "kiln openings"),
                Creators("makers", "knitwear designer", "furniture maker", "potter"),
                Challenges("make-alongs", Season.Winter, "StashBuster", "SlowStitching", "MugSwap", "ScrapWood"),
            ]),
        new("pets", 1.2, ["cooking", "crafts"], SocialItems.Post,
            [
                new("dogs", Season.Even, "puppy training", "rescue greyhounds", "muddy walks", "recall games"),
                new("cats", Season.Even, "cardboard castles", "senior cats", "window perches", "cat introductions"),
                new("aquariums", Season.Winter, "planted tanks", "shrimp colonies", "nano reefs", "driftwood layouts"),
                Creators("animal lovers", "dog trainer", "shelter volunteer", "aquascaper"),
                Challenges("cute moments", Season.Even, "ZoomiesTime", "ToeBeans", "HeadTilt", "NapSquad"),
            ]),
        new("films", 1.0, ["gaming", "music"], SocialItems.Post,
            [
                new("science fiction", Season.Even, "time loops", "space operas", "practical effects", "quiet aliens"),
                new("documentaries", Season.Winter, "true stories", "nature series", "courtroom films", "archive footage"),
                new("animation", Season.Gifts, "stop motion", "hand-drawn worlds", "background art", "voice acting"),
                Creators("critics", "film critic", "festival programmer", "screenplay reader"),
                Challenges("watch parties", Season.Winter, "MovieNight", "DoubleFeature", "DirectorMonth", "SilentSunday"),
            ]),
    ];

    private static ScenarioTopic Creators(string name, params string[] callings) =>
        new(name, Season.Even, callings) { Kind = SocialItems.Creator };

    private static ScenarioTopic Challenges(string name, double[] season, params string[] hashtags) =>
        new(name, season, hashtags) { Kind = SocialItems.Hashtag };
}
