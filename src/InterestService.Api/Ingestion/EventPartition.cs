using Npgsql;

namespace InterestService.Api.Ingestion;

/// <summary>A partition of a table of events that <c>deploy/partitions</c> has partitioned.</summary>
/// <param name="Name">Name of its table, as SQL has it.</param>
/// <param name="From">Time from which on it has the events, in UTC; null: from the first on.</param>
/// <param name="To">Time before which it has the events, in UTC; null: up to the last.</param>
internal sealed record EventPartition(string Name, DateTime? From, DateTime? To)
{
    /// <summary>Reads the partitions, which follow one another in time; there are none where the events are in one table.</summary>
    public static async Task<List<EventPartition>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // A bound reads as FROM ('2026-12-01 00:00:00+00') TO (MAXVALUE), in the time zone of the connection.
        await using var query = new NpgsqlCommand("""
            SELECT name, substring(bounds FROM 'FROM \(''(.+?)''\)')::timestamptz AS start, substring(bounds FROM 'TO \(''(.+?)''\)')::timestamptz
            FROM (
                SELECT oid::regclass::text AS name, pg_get_expr(relpartbound, oid) AS bounds
                FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'events'::regclass AND relispartition) AS partitions
            ORDER BY start NULLS FIRST
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var partitions = new List<EventPartition>();
        while (await reader.ReadAsync(cancellation)) partitions.Add(new EventPartition(reader.GetString(0), Time(1), Time(2)));
        return partitions;

        DateTime? Time(int column) => reader.IsDBNull(column) ? null : reader.GetDateTime(column);
    }
}
