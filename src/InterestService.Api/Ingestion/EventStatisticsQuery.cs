using System.Data;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>
/// Counts the stored events by interval, type and source. It reads at most <see cref="MaxPages"/> pages of the table, all or a sample of them, so
/// that the cost has a bound: counts that uploads keep would have to follow opt-outs, links and erasures as well, and would make uploads wait for
/// one another.
/// </summary>
internal static class EventStatisticsQuery
{
    /// <summary>The interval is chosen by the time between the first and the last event.</summary>
    public const string Auto = "auto";

    /// <summary>Maximum number of intervals between the first and the last event of an answer whose interval the caller chooses.</summary>
    public const int MaxIntervals = 2000;

    /// <summary>Pages of 8 KiB that are read, about; one holds 60 to 90 events.</summary>
    private const int MaxPages = 20_000;

    /// <summary>Types and sources that are counted each by itself.</summary>
    private const int MaxNamed = 7;

    /// <summary>Intervals that a chart shows well.</summary>
    private const int ChosenIntervals = 100;

    private static readonly (string Name, TimeSpan Length)[] _intervals =
        [("hour", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1)), ("week", TimeSpan.FromDays(7)), ("month", TimeSpan.FromDays(31))];

    /// <summary>The names of the intervals, the shortest first.</summary>
    public static IReadOnlyList<string> Intervals { get; } = [.. _intervals.Select(interval => interval.Name)];

    /// <summary>Counts the events in a window. Events of an opted-out person do not count.</summary>
    /// <param name="connection">An open connection without a transaction.</param>
    /// <param name="window">The window.</param>
    /// <param name="interval">One of <see cref="Intervals"/>, or <see cref="Auto"/>.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <param name="maxPages">Pages of the table to read, about.</param>
    /// <returns>The answer; null when there are more than <see cref="MaxIntervals"/>.</returns>
    public static async Task<EventStatisticsResponse?> ReadAsync(
        NpgsqlConnection connection, EventWindow window, string interval, CancellationToken cancellation, int maxPages = MaxPages)
    {
        // Both queries see the same events.
        await using var view = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        double share = await ReadShareAsync(connection, maxPages, cancellation);
        var sample = new Sample(window, share);
        var found = await ReadNamesAsync(connection, sample, cancellation);
        var span = (found.Last - found.First) ?? TimeSpan.Zero;
        if (interval == Auto) interval = _intervals.FirstOrDefault(candidate => span / candidate.Length < ChosenIntervals, _intervals[^1]).Name;
        else if (span / _intervals.First(known => known.Name == interval).Length >= MaxIntervals) return null;
        return await CountAsync(connection, sample, found, interval, cancellation);
    }

    /// <returns>The part of the pages to read, 0 to 1.</returns>
    private static async Task<double> ReadShareAsync(NpgsqlConnection connection, int maxPages, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            $"SELECT (sum(pg_relation_size(oid)) / current_setting('block_size')::int)::bigint FROM {EventTables.Sql}", connection);
        return Math.Min(1, maxPages / Math.Max(1.0, (long)(await query.ExecuteScalarAsync(cancellation))!));
    }

    private static async Task<Names> ReadNamesAsync(NpgsqlConnection connection, Sample sample, CancellationToken cancellation)
    {
        await using var query = sample.CreateCommand(connection, $"""
            WITH counts AS MATERIALIZED (
                SELECT event_type, source, count(*) AS events, min(occurred_at) AS first, max(occurred_at) AS last FROM {sample.Sql} GROUP BY 1, 2),
            types AS (SELECT event_type AS name, sum(events) AS events FROM counts GROUP BY 1),
            sources AS (SELECT source AS name, sum(events) AS events FROM counts GROUP BY 1)
            SELECT (SELECT min(first) FROM counts), (SELECT max(last) FROM counts),
                ARRAY(SELECT name FROM types ORDER BY events DESC, name LIMIT {MaxNamed}), (SELECT count(*)::int FROM types),
                ARRAY(SELECT name FROM sources ORDER BY events DESC, name LIMIT {MaxNamed}), (SELECT count(*)::int FROM sources)
            """);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        bool any = !reader.IsDBNull(0);
        return new Names(
            any ? reader.GetDateTime(0) : null, any ? reader.GetDateTime(1) : null,
            reader.GetFieldValue<string?[]>(2), reader.GetInt32(3), reader.GetFieldValue<string?[]>(4), reader.GetInt32(5));
    }

    private static async Task<EventStatisticsResponse> CountAsync(
        NpgsqlConnection connection, Sample sample, Names names, string interval, CancellationToken cancellation)
    {
        // The names' places, which are null for the others.
        await using var query = sample.CreateCommand(connection, $"""
            SELECT date_trunc($3, occurred_at, 'UTC'), array_position($4, event_type), array_position($5, source), count(*)
            FROM {sample.Sql} GROUP BY 1, 2, 3 ORDER BY 1
            """);
        query.Parameters.AddWithValue(interval);
        query.Parameters.AddWithValue(names.Types);
        query.Parameters.AddWithValue(names.Sources);
        var starts = new List<DateTime>();
        Counts types = new(names.Types, names.AllTypes), sources = new(names.Sources, names.AllSources);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var start = reader.GetDateTime(0);
            if (starts.Count == 0 || starts[^1] != start) starts.Add(start);
            long events = reader.GetInt64(3);
            types.Add(reader.IsDBNull(1) ? null : reader.GetInt32(1), starts.Count, events);
            sources.Add(reader.IsDBNull(2) ? null : reader.GetInt32(2), starts.Count, events);
        }

        var byType = types.ToSeries(starts.Count, sample.Share);
        return new EventStatisticsResponse(
            interval, byType.Sum(series => series.Total), names.First, names.Last, sample.Share, starts, byType, sources.ToSeries(starts.Count, sample.Share));
    }

    /// <summary>What the events of a window have, and how many different names there are.</summary>
    private sealed record Names(DateTime? First, DateTime? Last, string?[] Types, int AllTypes, string?[] Sources, int AllSources);

    /// <summary>The events that are counted: those of a window on a part of the table's pages, the same ones every time.</summary>
    private sealed record Sample(EventWindow Window, double Share)
    {
        // A sample of everything would not be read in parallel.
        private string Pages => Share < 1 ? FormattableString.Invariant($" TABLESAMPLE SYSTEM ({100 * Share}) REPEATABLE (1)") : "";

        /// <summary>The tables and conditions; $1 and $2 are the window.</summary>
        public string Sql => $"""
            events{Pages} WHERE occurred_at >= $1 AND occurred_at < $2
                AND NOT EXISTS (SELECT FROM {PersonSql.OptedOutIdsSql} AS opted_out (id) WHERE opted_out.id = events.user_id)
            """;

        public NpgsqlCommand CreateCommand(NpgsqlConnection connection, string sql) => new(sql, connection)
        {
            Parameters = { new() { Value = Window.From }, new() { Value = Window.To } },
        };
    }

    /// <summary>The events of each name by interval, and of the others together.</summary>
    private sealed class Counts(string?[] names, int all)
    {
        private readonly List<long>[] _events = [.. Enumerable.Range(0, names.Length + (all > names.Length ? 1 : 0)).Select(_ => new List<long>())];

        /// <param name="place">Place of the name, from 1; null for the others.</param>
        /// <param name="intervals">Intervals so far; the events belong to the last one.</param>
        /// <param name="events">Number of events.</param>
        public void Add(int? place, int intervals, long events)
        {
            var series = _events[(place ?? names.Length + 1) - 1];
            Pad(series, intervals);
            series[^1] += events;
        }

        /// <param name="intervals">Number of intervals.</param>
        /// <param name="share">The part of the events that was counted.</param>
        public EventSeries[] ToSeries(int intervals, double share) => [.. _events.Select((series, i) =>
        {
            Pad(series, intervals);
            long[] events = [.. series.Select(count => (long)Math.Round(count / share))];
            return new EventSeries(i < names.Length ? names[i] : null, i < names.Length ? 0 : all - names.Length, events.Sum(), events);
        })];

        private static void Pad(List<long> series, int intervals)
        {
            while (series.Count < intervals) series.Add(0);
        }
    }
}
