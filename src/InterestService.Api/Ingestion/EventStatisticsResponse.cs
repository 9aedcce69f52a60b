namespace InterestService.Api.Ingestion;

/// <summary>How many events are stored, over time, by type and by source.</summary>
/// <param name="Interval"><c>hour</c>, <c>day</c>, <c>week</c> (from Monday) or <c>month</c>, in UTC.</param>
/// <param name="Total">Events in the window; estimated when <paramref name="CountedShare"/> is below 1, as all numbers of events are.</param>
/// <param name="First">Time of the first event that was counted; null when there is none.</param>
/// <param name="Last">Time of the last event that was counted; null when there is none.</param>
/// <param name="CountedShare">The part of the stored events that was read, 0 to 1. Below 1, a sample of the pages of the table stands for all.</param>
/// <param name="Starts">Starts of the intervals that have events, ascending.</param>
/// <param name="Types">The most frequent types first, then the others together.</param>
/// <param name="Sources">The most frequent sources first, then the others together.</param>
public sealed record EventStatisticsResponse(
    string Interval, long Total, DateTime? First, DateTime? Last, double CountedShare,
    IReadOnlyList<DateTime> Starts, IReadOnlyList<EventSeries> Types, IReadOnlyList<EventSeries> Sources);

/// <summary>The events of a type or source, or of several together.</summary>
/// <param name="Name">The type or source; null for events without a source, and for the others together.</param>
/// <param name="Others">Number of types or sources that are counted together; 0 for a single one.</param>
/// <param name="Total">Number of events.</param>
/// <param name="Events">Number of events in each interval, in the order of <see cref="EventStatisticsResponse.Starts"/>.</param>
public sealed record EventSeries(string? Name, int Others, long Total, IReadOnlyList<long> Events);
