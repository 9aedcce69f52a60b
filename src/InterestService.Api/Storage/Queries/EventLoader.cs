using InterestService.Api.Storage.Copying;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Streams the events of a window out of PostgreSQL.</summary>
internal static class EventLoader
{
    /// <param name="database">Where the events are.</param>
    /// <param name="from">Events before this time are left out.</param>
    /// <param name="to">Events at or after this time are left out.</param>
    /// <param name="cancellation">Ends the query too.</param>
    /// <returns>Ordered by user, time and arrival; events of an alias are the person's, and those who opted out are not there.</returns>
    public static async Task<EventLog> LoadAsync(
        NpgsqlDataSource database, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // COPY takes no parameters; these are our own renderings of times, not text of the caller's.
        string window = string.Concat(
            from is null ? "" : $" AND occurred_at >= '{from.Value.UtcDateTime:O}'",
            to is null ? "" : $" AND occurred_at < '{to.Value.UtcDateTime:O}'");
        await using (var memory = new NpgsqlCommand("SET work_mem = '256MB'", connection)) await memory.ExecuteNonQueryAsync(cancellation);
        // Without links the primary key gives the order.
        var (person, events) = await AnyLinksAsync(connection, cancellation)
            ? ("coalesce(user_links.user_id, events.user_id)", "events LEFT JOIN user_links ON alias = events.user_id")
            : ("events.user_id", "events");
        await using var rows = await CopyReader.BeginAsync(connection, $"""
            SELECT {person} AS user_id, {EventRows.Columns} FROM {events}
            WHERE NOT EXISTS (SELECT FROM opt_outs WHERE opt_outs.user_id = {person}){window} ORDER BY 1, occurred_at, arrival
            """, cancellation);
        var log = new EventLogBuilder();
        while (await rows.ReadRowAsync(cancellation)) log.Add(rows.SharedText(), rows);
        return log.Build();
    }

    private static async Task<bool> AnyLinksAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT EXISTS (SELECT FROM user_links)", connection);
        return (bool)(await query.ExecuteScalarAsync(cancellation))!;
    }
}
