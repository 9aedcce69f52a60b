using System.Globalization;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>
/// Keeps the months of a table of events that <c>deploy/partitions</c> has partitioned: creates those that come, and drops those that are older than
/// the retention as a whole. Does nothing where the events are in one table. One worker at a time does it.
/// </summary>
/// <remarks>
/// Every time belongs to a partition at every moment, or uploads would fail: months are split off the last partition, and the first one extends
/// to those that are dropped. Both take the table for themselves, for some milliseconds, and leave it to a later round when that is not possible
/// within <see cref="LockTimeout"/>, for which others wait at most. <c>DETACH ... CONCURRENTLY</c> would let others through while it waits, but with
/// no partition for late events of the month, for as long as the longest reader takes.
/// </remarks>
internal sealed partial class EventPartitions(
    NpgsqlDataSource database, IOptions<EventRetentionOptions> options, TimeProvider time, ILogger<EventPartitions> logger) : PeriodicService(_interval, time, logger)
{
    /// <summary>Months after the current one that have a partition, so that there is much time to find the table free.</summary>
    private const int MonthsAhead = 3;

    /// <summary>Longer than PostgreSQL's <c>deadlock_timeout</c>, after which an autovacuum gives way.</summary>
    private const string LockTimeout = "2s";

    /// <summary>Enough for what the last partition has of the months, which are the events of wrong clocks.</summary>
    private const string StatementTimeout = "10s";

    private static readonly TimeSpan _interval = TimeSpan.FromHours(1);

    /// <summary>Id of this work in <see cref="Lease"/>.</summary>
    private static readonly Guid _work = new("0c5d2b9e-71f4-4b0f-9a1c-3e8a6d4f2b57");

    private readonly TimeProvider _time = time;

    /// <summary>Creates the months that are missing and then drops those that are too old, unless the table is in use.</summary>
    public async Task KeepAsync(CancellationToken cancellation)
    {
        await using var lease = await Lease.TakeAsync(database, _time, _work, cancellation);
        if (lease is null) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        await using var connection = await database.OpenConnectionAsync(stop.Token);
        if (await EventPartition.ReadAsync(connection, stop.Token) is not [.., var last] partitions) return;
        try
        {
            // Each by itself: the months ahead do not depend on whether the old ones can be dropped, which a view would prevent.
            await ChangeAsync(connection, lease, [.. Create(last)], stop.Token);
            await ChangeAsync(connection, lease, [.. Drop(partitions)], stop.Token);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            LogBusy(_interval);
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellation) => KeepAsync(cancellation);

    private async Task ChangeAsync(NpgsqlConnection connection, Lease lease, string[] changes, CancellationToken cancellation)
    {
        if (changes.Length == 0) return;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await lease.EnsureHeldAsync(connection, cancellation);
            foreach (string statement in (string[])
                [$"SET LOCAL lock_timeout = '{LockTimeout}'", $"SET LOCAL statement_timeout = '{StatementTimeout}'", "LOCK TABLE ONLY events IN ACCESS EXCLUSIVE MODE", .. changes])
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(cancellation);
            }

            await transaction.CommitAsync(cancellation);
        }

        LogChanged(string.Join("; ", changes));
        // Autovacuum collects no statistics of all partitions together.
        await using var analyze = new NpgsqlCommand("ANALYZE events", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Splits months off the last partition.</summary>
    private IEnumerable<string> Create(EventPartition last)
    {
        var now = _time.GetUtcNow();
        var end = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(MonthsAhead + 1);
        if (last is not { From: { } start, To: null } || start >= end) yield break;
        yield return $"ALTER TABLE events DETACH PARTITION {last.Name}";
        for (var month = start; month < end; month = month.AddMonths(1))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"events_{month:yyyy_MM}");
            foreach (string statement in Create(name, $"'{month:O}'", month.AddMonths(1))) yield return statement;
        }

        yield return $"WITH moved AS (DELETE FROM {last.Name} WHERE occurred_at < '{end:O}' RETURNING *) INSERT INTO events SELECT * FROM moved";
        yield return $"ALTER TABLE events ATTACH PARTITION {last.Name} FOR VALUES FROM ('{end:O}') TO (MAXVALUE)";
    }

    /// <summary>Drops months, with the first partition, which is older still; an empty one takes the place of all.</summary>
    private IEnumerable<string> Drop(List<EventPartition> partitions)
    {
        if (options.Value.EventDays == 0) return [];
        var oldest = EventRetention.Oldest(options.Value, _time);
        var old = partitions.FindAll(partition => partition.To <= oldest);
        if (!old.Exists(partition => partition.From is not null)) return [];
        return [$"DROP TABLE {string.Join(", ", old.Select(partition => partition.Name))}", .. Create("events_before", "MINVALUE", old[^1].To!.Value)];
    }

    /// <summary>Creates a partition with what it does not have from the table: the index by which an event id counts once.</summary>
    private static IEnumerable<string> Create(string name, string from, DateTime to) =>
    [
        $"CREATE TABLE {name} PARTITION OF events FOR VALUES FROM ({from}) TO ('{to:O}')",
        $"CREATE UNIQUE INDEX ON {name} (user_id, event_id) WHERE event_id IS NOT NULL",
    ];

    [LoggerMessage(LogLevel.Information, "The partitions of the events are changed: {Changes}")]
    private partial void LogChanged(string changes);

    [LoggerMessage(LogLevel.Information, "The partitions of the events are not changed, since the events are in use; next attempt in {Interval}")]
    private partial void LogBusy(TimeSpan interval);
}
