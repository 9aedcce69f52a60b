using System.Diagnostics.Metrics;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Storage.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Ingestion;

/// <summary>Tells which events are stored.</summary>
internal static class EventStatisticsApi
{
    private const string Statistics = "statistics";
    private const int ConcurrentCounts = 2;
    private const int CountsPerCaller = 1;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private static readonly EventStatisticsResponse _example = new(
        "month", 31_870, new DateTime(2025, 1, 1, 0, 12, 9, DateTimeKind.Utc), new DateTime(2025, 2, 28, 23, 40, 51, DateTimeKind.Utc), 1,
        [new DateTime(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2025, 2, 1, 0, 0, 0, DateTimeKind.Utc)],
        [new("browse", 0, 21_340, [10_822, 10_518]), new("purchase", 0, 9_004, [4_391, 4_613]), new(null, 3, 1_526, [702, 824])],
        [new(null, 0, 31_870, [15_915, 15_955])]);

    public static void AddEventStatistics(this IServiceCollection services) =>
        services.AddKeyedSingleton(Statistics, (provider, _) => new RequestLimiter(
            Statistics, ConcurrentCounts, CountsPerCaller, _patience, _patience, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IMeterFactory>()));

    public static void MapEventStatistics(this IEndpointRouteBuilder routes) => routes
        .MapGet("/events/statistics", Count).WithName("getEventStatistics").WithTags("Ingestion").RequireScope(Scopes.ReadInterests)
        .WithInvalidExample("interval", ExpectedInterval("year"))
        .WithExample(200, _example);

    /// <summary>Count the stored events over time</summary>
    /// <remarks>
    /// By interval, type and source: the seven most frequent types and sources each by itself, the others together. Events of erased and of opted-out
    /// people do not count, nor do those more than a day in the future, which are clock errors. Of more than about 160 MB of events a sample of
    /// the table is read, so that the time stays about the same: `countedShare` tells its part, numbers are then estimates, and the first and the
    /// last event are those of the sample.
    /// </remarks>
    /// <param name="from" example="2025-01-01T00:00:00Z">Leave out events before this time (RFC 3339).</param>
    /// <param name="to" example="2026-01-01T00:00:00Z">Leave out events at or after this time (RFC 3339).</param>
    /// <param name="interval" example="auto">
    /// `hour`, `day`, `week` or `month`, in UTC, at most 2,000 between the first and the last event; `auto` takes the shortest that makes at most 100
    /// of that time, or months.
    /// </param>
    /// <response code="200">The numbers.</response>
    private static async Task<Results<Ok<EventStatisticsResponse>, ValidationProblem, ProblemHttpResult>> Count(
        HttpContext http, ReadReplica database, TimeProvider time, CancellationToken cancellation,
        string? from = null, string? to = null, string interval = EventStatisticsQuery.Auto)
    {
        if (TimeWindow.Read(from, to, out var asked) is { } invalid) return invalid;
        if (interval != EventStatisticsQuery.Auto && !EventStatisticsQuery.Intervals.Contains(interval))
            return Problems.Invalid(nameof(interval), ExpectedInterval(interval));
        var limiter = http.RequestServices.GetRequiredKeyedService<RequestLimiter>(Statistics);
        using var lease = await limiter.AcquireAsync(http.CallerName(), cancellation);
        if (lease is null) return limiter.Refuse(http.Response);
        await using var connection = await database.OpenAsync(http);
        var statistics = await EventStatisticsQuery.ReadAsync(connection, EventWindow.Create(asked.From, asked.To, time.GetUtcNow()), interval, cancellation);
        return statistics is not null ? TypedResults.Ok(statistics) : Problems.Invalid(
            nameof(interval),
            $"Expected at most {EventStatisticsQuery.MaxIntervals} intervals between the first and the last event; take a longer interval than '{interval}', or a shorter window by 'from' and 'to'.");
    }

    private static string ExpectedInterval(string found) =>
        $"Expected {EventStatisticsQuery.Auto} or one of {string.Join(", ", EventStatisticsQuery.Intervals)}, found '{found}'.";
}
