using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Cleaning;

/// <summary>What <see cref="EventCleaner"/> takes for noise.</summary>
public sealed record CleaningOptions
{
    /// <summary>Weight of each event type (case-insensitive). A type that is not named weighs 1; one at 0 or below is left out.</summary>
    public IReadOnlyDictionary<string, float> TypeWeights { get; init; } = DefaultTypeWeights;

    /// <summary>Weight of the events of each source (case-insensitive), times that of the type. Default 1; one at 0 or below is left out.</summary>
    public IReadOnlyDictionary<string, float> SourceWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>
    /// Weight of events that followed from a recommendation, times the others. Default 1; below, the clusters hear less of their own
    /// echo; at 0 or below such events are left out.
    /// </summary>
    public float FeedbackWeight { get; init; } = 1;

    /// <summary>Events later than this are clock errors. Default: no bound.</summary>
    public DateTimeOffset LatestTime { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// The same type on the same item by the same user again within this time is one act (a reload, a double click).
    /// Default 30 seconds; zero keeps all.
    /// </summary>
    public TimeSpan RepeatWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How far a user's log rate may lie above the median, in robust standard deviations (1.4826 MAD), before it counts
    /// as a robot. Default 5; below about 3.5 busy people are taken for robots.
    /// </summary>
    [Range(1, 100)]
    public double RobotDeviations { get; init; } = 5;

    /// <summary>No user below this many events per active hour is a robot, however calm the others are. Default 120.</summary>
    [Range(1, double.MaxValue)]
    public double RobotMinimumRate { get; init; } = 120;

    /// <summary>Items with fewer different users say nothing about what people share. Default 2.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumItemUsers { get; init; } = 2;

    /// <summary>Users with fewer different items are left out. Default 1: everyone who did anything gets a cluster.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumUserItems { get; init; } = 1;

    /// <summary>How strongly each kind of behaviour speaks for an interest, a plain view being 1.</summary>
    public static IReadOnlyDictionary<string, float> DefaultTypeWeights { get; } =
        new Dictionary<string, float>(StringComparer.OrdinalIgnoreCase)
        {
            ["impression"] = 0,
            ["return"] = 0,
            ["dislike"] = 0,
            ["unlike"] = 0,
            ["unfollow"] = 0,
            ["hide"] = 0,
            ["cancel"] = 0,
            ["drop"] = 0,
            ["view"] = 1,
            ["browse"] = 1,
            ["click"] = 1,
            ["search"] = 1,
            ["read"] = 1,
            ["play"] = 1,
            ["rating"] = 2,
            ["like"] = 2,
            ["comment"] = 2,
            ["log"] = 2,
            ["measurement"] = 2,
            ["share"] = 3,
            ["follow"] = 3,
            ["favourite"] = 3,
            ["favorite"] = 3,
            ["bookmark"] = 3,
            ["cart"] = 3,
            ["study"] = 3,
            ["answer"] = 3,
            ["ask"] = 3,
            ["post"] = 3,
            ["submit"] = 3,
            ["quiz"] = 3,
            ["assignment"] = 3,
            ["enrol"] = 3,
            ["purchase"] = 4,
            ["appointment"] = 4,
        };
}
