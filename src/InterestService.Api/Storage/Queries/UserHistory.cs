using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>The events of one person, up to the last committed one.</summary>
/// <param name="PersonId">The id that represents the person.</param>
/// <param name="OptedOut">True when the person has opted out; the events are not used then, and left out here.</param>
/// <param name="Log">The latest events, as those of one user.</param>
internal sealed record UserHistory(string PersonId, bool OptedOut, EventLog Log)
{
    /// <summary>Type of the events that indicate only that an item was shown.</summary>
    public const string Impression = "impression";

    /// <summary>Bounds the cost of one call; older events weigh little.</summary>
    private const int MaxEvents = 5000;

    /// <summary>Reads the history of a person.</summary>
    /// <param name="database">The database.</param>
    /// <param name="userId">Any id of the person.</param>
    /// <param name="latest">Time after which events are clock errors, as for the pipeline.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<UserHistory> ReadAsync(NpgsqlDataSource database, string userId, DateTime latest, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT {PersonSql.IdSql}, {PersonSql.HasOptedOutSql}")
        {
            Parameters = { new() { Value = userId } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"""
            SELECT * FROM (
                SELECT {EventRows.Columns}, arrival FROM events
                WHERE user_id IN {PersonSql.AllIdsSql} AND NOT {PersonSql.HasOptedOutSql} AND occurred_at <= $2 ORDER BY occurred_at DESC, arrival DESC LIMIT $3) AS latest
            ORDER BY occurred_at, arrival
            """)
        {
            Parameters = { new() { Value = userId }, new() { Value = latest }, new() { Value = MaxEvents } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var (person, optedOut) = (reader.GetString(0), reader.GetBoolean(1));
        await reader.NextResultAsync(cancellation);
        var log = new EventLogBuilder();
        while (await reader.ReadAsync(cancellation)) log.Add(person, reader, first: 0);
        return new UserHistory(person, optedOut, log.Build());
    }
}
