namespace InterestService.Pipeline.Events;

/// <summary>
/// The events of a window as columns, ordered by user and, within a user, by time: 16 to 20 bytes an event. The events of
/// user <c>u</c> are <c>UserOffsets[u] .. UserOffsets[u + 1]</c>. Events that share a time stand in the order of arrival.
/// </summary>
/// <param name="UserIds">External ids, <c>[users]</c>.</param>
/// <param name="UserOffsets"><c>[users + 1]</c>.</param>
/// <param name="ItemIds">External ids, <c>[items]</c>.</param>
/// <param name="TypeNames">Event types, <c>[types]</c>.</param>
/// <param name="Items">Index into <paramref name="ItemIds"/>, or <see cref="NoItem"/>; <c>[events]</c>.</param>
/// <param name="Types">Index into <paramref name="TypeNames"/>; <c>[events]</c>.</param>
/// <param name="Times">Milliseconds since 1970-01-01 UTC; <c>[events]</c>.</param>
public sealed record EventLog(
    string[] UserIds,
    int[] UserOffsets,
    string[] ItemIds,
    string[] TypeNames,
    int[] Items,
    int[] Types,
    long[] Times)
{
    /// <summary>The item of an event that has none, such as a search.</summary>
    public const int NoItem = -1;

    public int EventCount => Items.Length;

    /// <summary>Where events come from, <c>[origins]</c>. Default: it is not said of any.</summary>
    public EventOrigin[] OriginNames { get; init; } = [default];

    /// <summary>Index into <see cref="OriginNames"/>, <c>[events]</c>; empty where all events have one origin.</summary>
    public int[] Origins { get; init; } = [];

    /// <summary>What the users searched for; null when nobody searched or nobody asked.</summary>
    public SearchLog? Searches { get; init; }

    /// <summary>Index of an event's origin.</summary>
    public int OriginOf(int e) => Origins.Length == 0 ? 0 : Origins[e];

    /// <summary>Some of the events, as those of the users given; the vocabularies and the searches stay as they are.</summary>
    /// <param name="userIds"><c>[users]</c>.</param>
    /// <param name="userOffsets">Into <paramref name="events"/>, <c>[users + 1]</c>.</param>
    /// <param name="events">Of this log, each user's by time; one may be there for several users.</param>
    internal EventLog Pick(string[] userIds, int[] userOffsets, ReadOnlySpan<int> events) => this with
    {
        UserIds = userIds,
        UserOffsets = userOffsets,
        Items = Pick(Items, events),
        Types = Pick(Types, events),
        Origins = Origins.Length == 0 ? [] : Pick(Origins, events),
        Times = Pick(Times, events),
    };

    private static T[] Pick<T>(T[] column, ReadOnlySpan<int> events)
    {
        var picked = new T[events.Length];
        for (int i = 0; i < picked.Length; i++) picked[i] = column[events[i]];
        return picked;
    }
}

/// <summary>Where an event comes from.</summary>
/// <param name="Source">As the caller names it; null: not said.</param>
/// <param name="FromRecommendation">Whether it followed from a recommendation.</param>
public readonly record struct EventOrigin(string? Source, bool FromRecommendation);
