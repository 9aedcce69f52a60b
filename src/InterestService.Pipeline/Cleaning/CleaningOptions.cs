using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Rules by which <see cref="EventCleaner"/> recognises noise.</summary>
public sealed record CleaningOptions
{
    /// <summary>Weight of each event type (case-insensitive). A type that is not named weighs 1; one at 0 or below is excluded.</summary>
    public IReadOnlyDictionary<string, float> TypeWeights { get; init; } = DefaultTypeWeights;

    /// <summary>Weight of the events of each source (case-insensitive), times that of the type. Default 1; one at 0 or below is excluded.</summary>
    public IReadOnlyDictionary<string, float> SourceWeights { get; init; } = new Dictionary<string, float>();

    /// <summary>
    /// Weight of events that followed from a recommendation, times the others. Default 1. A lower weight reduces the feedback of the
    /// clusters on themselves; at 0 or below such events are excluded.
    /// </summary>
    public float FeedbackWeight { get; init; } = 1;

    /// <summary>Events later than this are clock errors. Default: no bound.</summary>
    public DateTimeOffset LatestTime { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// Events of the same user, item and type within this time are one act (a reload, a double click).
    /// Default 30 seconds; zero keeps all.
    /// </summary>
    public TimeSpan RepeatWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How far a user's log rate may lie above the median, in robust standard deviations (1.4826 MAD), before the user counts
    /// as a robot. Default 5; below about 3.5 busy people count as robots.
    /// </summary>
    [Range(1, 100)]
    public double RobotDeviations { get; init; } = 5;

    /// <summary>Minimum rate of a robot, in events per active hour, whatever the rates of others. Default 120.</summary>
    [Range(1, double.MaxValue)]
    public double RobotMinimumRate { get; init; } = 120;

    /// <summary>Minimum number of different users of an item; items with fewer do not show shared interests. Default 2.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumItemUsers { get; init; } = 2;

    /// <summary>Minimum number of different items of a user; users with fewer are excluded. Default 1: every user with an event gets a cluster.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumUserItems { get; init; } = 1;

    /// <summary>Strength of each event type as evidence of an interest; a view has 1.</summary>
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
