using System.Runtime.CompilerServices;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>The events of the persons of a shard, read in one pass along the primary key.</summary>
/// <param name="Window">Time window of the clustering.</param>
/// <param name="Sample">The training sample, whose persons are left out.</param>
/// <param name="FirstUser">The first person.</param>
/// <param name="NextUser">The first person of the next shard; null for the last one.</param>
internal sealed record ShardEvents(EventWindow Window, TrainingSample Sample, string FirstUser, string? NextUser)
{
    private string RangeSql => NextUser is null ? "user_id >= $3" : "user_id >= $3 AND user_id < $4";

    /// <summary>Reads the events, of some persons at a time.</summary>
    /// <param name="connection">A connection, which is busy until the last event.</param>
    /// <param name="users">Number of persons of each log but the last.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <returns>Logs in the order of person, time and arrival, which the caller owns; persons who opted out are excluded.</returns>
    public async IAsyncEnumerable<EventLog> ReadAsync(NpgsqlConnection connection, int users, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            SELECT person, {EventRows.Columns} FROM (
                SELECT user_id AS person, events.* FROM events WHERE {RangeSql} AND NOT EXISTS (SELECT FROM user_links WHERE alias = events.user_id)
                UNION ALL
                SELECT person, events.* FROM (SELECT user_id AS person, alias FROM user_links WHERE {RangeSql}) AS links JOIN events ON events.user_id = alias
            ) AS events
            WHERE occurred_at >= $1 AND occurred_at < $2 AND NOT {Sample.Contains("person")} AND person NOT IN {PersonSql.OptedOutSql}
            ORDER BY person, occurred_at, arrival
            """, connection);
        query.Parameters.AddWithValue(Window.From);
        query.Parameters.AddWithValue(Window.To);
        query.Parameters.AddWithValue(FirstUser);
        if (NextUser is not null) query.Parameters.AddWithValue(NextUser);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var log = new EventLogBuilder();
        string person = "";
        int persons = 0;
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetString(0) is var next && next != person)
            {
                if (persons++ == users)
                {
                    yield return log.Build();
                    (log, persons) = (new EventLogBuilder(), 1);
                }

                person = next;
            }

            log.Add(person, reader, first: 1);
        }

        yield return log.Build();
    }
}
