using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>
/// The events of a window as columns, ordered by user and, within a user, by time: 16 to 24 bytes an event. The events of
/// user <c>u</c> are <c>UserOffsets[u] .. UserOffsets[u + 1]</c>. Events that share a time are in the order of arrival.
/// </summary>
/// <remarks>
/// A log owns its columns of events; its searches are arrays, and logs share them. A copy made by <c>with</c> shares the columns that it
/// does not replace: either the copy takes the place of the original and is disposed instead of it, or it only reads and is not disposed.
/// </remarks>
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
    Column<int> Items,
    Column<int> Types,
    Column<long> Times) : IDisposable
{
    /// <summary>The item of an event that has none, such as a search.</summary>
    public const int NoItem = -1;

    public int EventCount => Items.Length;

    /// <summary>Where events come from, <c>[origins]</c>. Default: one origin, which names no source.</summary>
    public EventOrigin[] OriginNames { get; init; } = [default];

    /// <summary>Index into <see cref="OriginNames"/>, <c>[events]</c>; empty where all events have one origin.</summary>
    public Column<int> Origins { get; init; } = [];

    /// <summary>The scales by which <see cref="Preferences"/> follow from the ratings; empty where there are none.</summary>
    public IReadOnlyList<SourceScale> RatingScales { get; init; } = [];

    /// <summary>What the users searched for; null when there are no searches or they were not loaded.</summary>
    public SearchLog? Searches { get; init; }

    /// <summary>Value of each event, NaN where it has none, <c>[events]</c>; empty where no event has one.</summary>
    public Column<float> Values { get; init; } = [];

    /// <summary>
    /// Factor on the weight of each clean event by its rating, -1 to 1, below 0: against the item; 1 for other events; <c>[events]</c>. Empty where
    /// no event is a rating, and before cleaning.
    /// </summary>
    public Column<float> Preferences { get; init; } = [];

    /// <summary>Time of the last event or search, in milliseconds since 1970-01-01 UTC; 0 when there is none.</summary>
    public long LastTime => Math.Max(
        Times.Length == 0 ? long.MinValue : TensorPrimitives.Max<long>(Times.Span),
        Searches is not { Times.Length: > 0 } searches ? long.MinValue : searches.Times.Max()) is not long.MinValue and var last ? last : 0;

    /// <summary>Index of an event's origin.</summary>
    public int OriginOf(int e) => Origins.Length == 0 ? 0 : Origins[e];

    /// <summary>Value of an event; NaN when it has none.</summary>
    public float ValueOf(int e) => Values.Length == 0 ? float.NaN : Values[e];

    /// <summary>Factor on the weight of a clean event by its rating.</summary>
    public float PreferenceOf(int e) => Preferences.Length == 0 ? 1 : Preferences[e];

    public void Dispose()
    {
        Items.Dispose();
        Types.Dispose();
        Times.Dispose();
        Origins.Dispose();
        Values.Dispose();
        Preferences.Dispose();
    }

    /// <summary>Copies some of the events, as those of the users given; the vocabularies and the searches do not change.</summary>
    /// <param name="userIds"><c>[users]</c>.</param>
    /// <param name="userOffsets">Offsets into <paramref name="events"/>, <c>[users + 1]</c>.</param>
    /// <param name="events">Indexes of events of this log, each user's by time; several users may have the same event.</param>
    internal EventLog Pick(string[] userIds, int[] userOffsets, ReadOnlySpan<int> events) => this with
    {
        UserIds = userIds,
        UserOffsets = userOffsets,
        Items = Pick(Items, events),
        Types = Pick(Types, events),
        Origins = Origins.Length == 0 ? [] : Pick(Origins, events),
        Values = Values.Length == 0 ? [] : Pick(Values, events),
        Preferences = Preferences.Length == 0 ? [] : Pick(Preferences, events),
        Times = Pick(Times, events),
    };

    /// <summary>Copies some of the values of a column.</summary>
    internal static Column<T> Pick<T>(Column<T> column, ReadOnlySpan<int> events)
        where T : unmanaged
    {
        var picked = new Column<T>(events.Length);
        Span<T> from = column.Span, to = picked.Span;
        for (int i = 0; i < to.Length; i++) to[i] = from[events[i]];
        return picked;
    }
}

/// <summary>Where an event comes from.</summary>
/// <param name="Source">The source's name, as the caller gave it; null when none was given.</param>
/// <param name="FromRecommendation">Whether it followed from a recommendation.</param>
public readonly record struct EventOrigin(string? Source, bool FromRecommendation)
{
    /// <summary>Orders by source, ordinally, and those from recommendations last.</summary>
    internal static IComparer<EventOrigin> Comparer { get; } = Comparer<EventOrigin>.Create((a, b) =>
        string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : a.FromRecommendation.CompareTo(b.FromRecommendation));
}
