using InterestService.Api.Requests;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads the events of some users that a clustering is about.</summary>
/// <param name="From">Of its window.</param>
/// <param name="To">Of its window, and not after what clocks can say.</param>
internal sealed record EventWindow(DateTime From, DateTime To)
{
    /// <param name="request">Of the clustering.</param>
    /// <param name="now">Later events, but for a day of grace, are clock errors.</param>
    public static EventWindow Create(ClusteringRequest request, DateTimeOffset now)
    {
        var latest = now.AddDays(1);
        return new EventWindow(
            request.From?.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc),
            (request.To < latest ? request.To.Value : latest).UtcDateTime);
    }

    /// <param name="connection">To the database.</param>
    /// <param name="users">Ids that stand for people.</param>
    /// <param name="cancellation">Ends the query too.</param>
    /// <returns>Ordered by user, time and arrival; events of an alias are the person's.</returns>
    public async Task<EventLog> LoadAsync(NpgsqlConnection connection, string[] users, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            WITH ids (id, person) AS (
                SELECT id, id FROM unnest($1) AS id UNION ALL SELECT alias, user_id FROM user_links WHERE user_id = ANY($1))
            SELECT person, {EventRows.Columns} FROM ids JOIN events ON events.user_id = ids.id
            WHERE occurred_at >= $2 AND occurred_at < $3 ORDER BY person, occurred_at, arrival
            """, connection);
        query.Parameters.AddWithValue(users);
        query.Parameters.AddWithValue(From);
        query.Parameters.AddWithValue(To);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var log = new EventLogBuilder();
        while (await reader.ReadAsync(cancellation))
            log.Add(reader.GetString(0), reader, first: 1);
        return log.Build();
    }
}
