using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Rules by which <see cref="EventCleaner"/> recognises noise.</summary>
public sealed record CleaningOptions
{
    /// <summary>What events mean, by type and source.</summary>
    public EventMeanings Meanings { get; init; } = new();

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

    /// <summary>
    /// Minimum number of different users of an item; items with fewer do not show shared interests. Default null: 1 where the encoder knows
    /// items of a single user (<see cref="EventUse.LoneItems"/>), otherwise 2.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? MinimumItemUsers { get; init; }

    /// <summary>Minimum number of different items of a user; users with fewer are excluded. Default 1: every user with an event gets a cluster.</summary>
    [Range(1, int.MaxValue)]
    public int MinimumUserItems { get; init; } = 1;
}
