using System.ComponentModel.DataAnnotations;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>How long the service keeps events, in section <c>InterestService:Retention</c>.</summary>
internal sealed class EventRetentionOptions
{
    public const string Subsection = "Retention";

    /// <summary>
    /// Events that happened more than this many days ago are deleted, once a day. Default 0: none is. In a table that <c>deploy/partitions</c> has
    /// partitioned, those of a month go together, when the last of them is that old.
    /// </summary>
    [Range(0, 36_500)]
    public int EventDays { get; set; }
}

/// <summary>
/// Deletes old events, a few thousand at a time in the order of the users. No reader, upload or erasure waits for it: it takes no lock but those of the
/// rows that it deletes, and leaves rows that others have locked to its next round. One worker at a time does it. Of a partitioned table it deletes
/// from the first partition; <see cref="EventPartitions"/> drops the others whole, which saves the deletion.
/// </summary>
internal sealed partial class EventRetention(
    NpgsqlDataSource database, IOptions<EventRetentionOptions> options, TimeProvider time, ILogger<EventRetention> logger) : PeriodicService(_interval, time, logger)
{
    /// <summary>Number of events that are looked at in one transaction; more if one user has more.</summary>
    private const int BatchEvents = 10_000;

    private static readonly TimeSpan _interval = TimeSpan.FromDays(1);

    private static readonly DateTime _never = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    /// <summary>Id of this work in <see cref="Lease"/>.</summary>
    private static readonly Guid _work = new("5b0f3d0a-9a44-4d5e-8a53-0d6f6d1c2f17");

    private readonly TimeProvider _time = time;

    /// <summary>Returns the time before which events are too old by now, in UTC.</summary>
    public static DateTime Oldest(EventRetentionOptions options, TimeProvider time) => time.GetUtcNow().AddDays(-options.EventDays).UtcDateTime;

    /// <summary>Deletes the events that are too old by now.</summary>
    /// <returns>Their number.</returns>
    public async Task<long> RemoveAsync(CancellationToken cancellation)
    {
        if (options.Value.EventDays == 0) return 0;
        await using var lease = await Lease.TakeAsync(database, _time, _work, cancellation);
        if (lease is null) return 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        await using var connection = await database.OpenConnectionAsync(stop.Token);
        var end = await EventPartition.ReadAsync(connection, stop.Token) is [{ To: { } to }, ..] ? to : _never;
        var oldest = Oldest(options.Value, _time);
        if (end < oldest) oldest = end;
        long removed = 0;
        string? last = ""; // no id is empty
        while (last is not null)
        {
            string? next = await FindNextAsync(connection, last, end, stop.Token);
            removed += await RemoveAsync(connection, last, next, oldest, stop.Token);
            last = next;
        }

        return removed;
    }

    protected override async Task RunOnceAsync(CancellationToken cancellation)
    {
        if (await RemoveAsync(cancellation) is > 0 and var removed) LogRemoved(removed);
    }

    /// <summary>Finds the last user of a batch, by the primary key alone; null when the batch goes to the end.</summary>
    private static async Task<string?> FindNextAsync(NpgsqlConnection connection, string last, DateTime end, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            $"SELECT user_id FROM events WHERE user_id > $1 AND occurred_at < $2 ORDER BY user_id OFFSET {BatchEvents} LIMIT 1", connection);
        query.Parameters.AddWithValue(last);
        query.Parameters.AddWithValue(end);
        return (string?)await query.ExecuteScalarAsync(cancellation);
    }

    private static async Task<int> RemoveAsync(NpgsqlConnection connection, string last, string? next, DateTime oldest, CancellationToken cancellation)
    {
        // The time leaves one partition, of the several that may have a row of the same ctid.
        await using var remove = new NpgsqlCommand($"""
            DELETE FROM events WHERE occurred_at < $2 AND ctid = ANY(ARRAY(
                SELECT ctid FROM events WHERE user_id > $1{(next is null ? "" : " AND user_id <= $3")} AND occurred_at < $2 FOR UPDATE SKIP LOCKED))
            """, connection);
        remove.Parameters.AddWithValue(last);
        remove.Parameters.AddWithValue(oldest);
        if (next is not null) remove.Parameters.AddWithValue(next);
        return await remove.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "{Events} events are older than the retention and are deleted")]
    private partial void LogRemoved(long events);
}
