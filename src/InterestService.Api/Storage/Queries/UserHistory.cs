using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>What one person did, up to the last committed event.</summary>
/// <param name="PersonId">The id that stands for the person.</param>
/// <param name="OptedOut">True: nothing may be concluded from the events.</param>
/// <param name="Log">The latest events, of one user.</param>
/// <param name="Seen">Items that the person dealt with.</param>
internal sealed record UserHistory(string PersonId, bool OptedOut, EventLog Log, IReadOnlySet<string> Seen)
{
    /// <summary>An event of this type says that an item was shown, and nothing of what the user made of it.</summary>
    public const string Impression = "impression";

    /// <summary>Older ones have faded; the bound keeps one call's cost small whoever is asked for.</summary>
    private const int MaxEvents = 5000;

    /// <param name="database">Where the events are.</param>
    /// <param name="userId">Any id of the person.</param>
    /// <param name="latest">Later ones are clock errors, as for the pipeline.</param>
    /// <param name="cancellation">Ends the query too.</param>
    public static async Task<UserHistory> ReadAsync(NpgsqlDataSource database, string userId, DateTime latest, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT {PersonSql.IdSql}, EXISTS (SELECT FROM opt_outs WHERE user_id = {PersonSql.IdSql})")
        {
            Parameters = { new() { Value = userId } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"""
            SELECT * FROM (
                SELECT {EventRows.Columns}, arrival FROM events
                WHERE user_id IN {PersonSql.AllIdsSql} AND occurred_at <= $2 ORDER BY occurred_at DESC, arrival DESC LIMIT $3) AS latest
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
        var seen = new HashSet<string>();
        while (await reader.ReadAsync(cancellation))
        {
            log.Add(person, reader, first: 0);
            if (reader.TextOrNull(0) is { } item && !reader.GetString(1).Equals(Impression, StringComparison.OrdinalIgnoreCase)) seen.Add(item);
        }

        return new UserHistory(person, optedOut, log.Build(), seen);
    }
}
