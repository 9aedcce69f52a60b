using InterestService.Api.Requests;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>The time window of the events of a clustering.</summary>
/// <param name="From">Inclusive start.</param>
/// <param name="To">Exclusive end, at most a day after now.</param>
internal sealed record EventWindow(DateTime From, DateTime To)
{
    /// <summary>Creates the window of a clustering.</summary>
    /// <param name="request">Request of the clustering.</param>
    /// <param name="now">Current time; events more than a day later are clock errors.</param>
    public static EventWindow Create(ClusteringRequest request, DateTimeOffset now) => Create(request.From?.UtcDateTime, request.To?.UtcDateTime, now);

    /// <summary>Creates a window.</summary>
    /// <param name="from">Inclusive start, in UTC; null for none.</param>
    /// <param name="to">Exclusive end, in UTC; null for none.</param>
    /// <param name="now">Current time; events more than a day later are clock errors.</param>
    public static EventWindow Create(DateTime? from, DateTime? to, DateTimeOffset now)
    {
        var latest = now.AddDays(1).UtcDateTime;
        return new EventWindow(from ?? DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc), to < latest ? to.Value : latest);
    }

    /// <summary>Loads the events of some persons in the window.</summary>
    /// <param name="connection">Connection to the database.</param>
    /// <param name="users">Any ids of the persons.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <returns>Events ordered by person, time and arrival; those of an alias belong to the person, and persons who opted out are excluded.</returns>
    public async Task<EventLog> LoadAsync(NpgsqlConnection connection, string[] users, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            WITH persons (person) AS (
                SELECT DISTINCT coalesce(user_id, id) FROM unnest($1) AS id LEFT JOIN user_links ON alias = id),
            shown (person) AS (SELECT person FROM persons WHERE person NOT IN {PersonSql.OptedOutSql}),
            ids (id, person) AS (
                SELECT person, person FROM shown UNION ALL SELECT alias, person FROM shown JOIN user_links ON user_id = person)
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
