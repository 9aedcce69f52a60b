using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Storage;

/// <summary>
/// Distinguishes new events from earlier ones by <see cref="Event.Arrival"/>. Uploads draw the number of their batch before they commit, so
/// that a lower number may become visible after a higher one. From before it draws until it has committed, an upload holds a shared lock
/// that names the last number drawn by then; batches up to the lowest of these numbers are settled.
/// </summary>
internal static class Arrivals
{
    private const string LockClass = "1634890358";

    /// <summary>The last drawn batch.</summary>
    public const string LastDrawnSql = $"(SELECT last_value - (NOT is_called)::int FROM {InterestDbContext.ArrivalSequence})";

    /// <summary>Announces an upload; runs in its transaction before it draws numbers.</summary>
    public const string AnnounceSql = $"SELECT pg_advisory_xact_lock_shared({LockClass}, {LastDrawnSql}::int)";

    /// <summary>Returns the lowest arrival of an event in a batch after <paramref name="batch"/>.</summary>
    public static long After(long batch) => (batch + 1) << 20;

    /// <summary>Reads which batches have been drawn.</summary>
    /// <returns>The last drawn batch, and the last settled one: up to it every batch is committed or never will be.</returns>
    public static async Task<(long Last, long Settled)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // The order matters: an upload that takes the lock after the first statement draws higher numbers than that statement has read.
        await using var read = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"SELECT {LastDrawnSql}"),
                new($"""
                    SELECT min(objid::bigint) FROM pg_locks WHERE locktype = 'advisory' AND classid = {LockClass} AND objsubid = 2
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """),
            },
        };
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        long last = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (last, reader.IsDBNull(0) ? last : Math.Min(reader.GetInt64(0), last));
    }

    /// <summary>Reads the last batch that events loaded from now on are certain to include.</summary>
    public static async Task<long> ReadSettledAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await ReadAsync(connection, cancellation)).Settled;
    }
}
