using InterestService.Api.Storage.Copying;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Loads the events of a window from PostgreSQL, as a stream.</summary>
internal static class EventLoader
{
    /// <summary>Loads the events in the order of user, time and arrival.</summary>
    /// <param name="database">Database of the events.</param>
    /// <param name="from">Start of the window, inclusive; null for no start.</param>
    /// <param name="to">End of the window, exclusive; null for no end.</param>
    /// <param name="sample">Whose events; null: everyone's.</param>
    /// <param name="meanings">Tells which events are ratings; the values of others are not loaded.</param>
    /// <param name="cancellation">Also cancels the query.</param>
    /// <returns>The log, which the caller owns; events of an alias belong to the person, and persons who opted out are excluded.</returns>
    public static async Task<EventLog> LoadAsync(
        NpgsqlDataSource database, DateTimeOffset? from, DateTimeOffset? to, TrainingSample? sample, EventMeanings meanings, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // COPY takes no parameters; these are formatted times, not text from the caller.
        string window = string.Concat(
            from is null ? "" : $" AND occurred_at >= '{from.Value.UtcDateTime:O}'",
            to is null ? "" : $" AND occurred_at < '{to.Value.UtcDateTime:O}'");
        await using (var memory = new NpgsqlCommand("SET work_mem = '256MB'", connection)) await memory.ExecuteNonQueryAsync(cancellation);
        // Without links the order is that of the primary key.
        var (person, events) = await UserLinks.AnyAsync(connection, cancellation)
            ? ("coalesce(user_links.user_id, events.user_id)", "events LEFT JOIN user_links ON alias = events.user_id")
            : ("events.user_id", "events");
        string sampled = sample is null ? "" : $" AND {sample.Contains(person)}";
        await using var rows = await CopyReader.BeginAsync(connection, $"""
            SELECT {person} AS user_id, {EventRows.Columns} FROM {events}
            WHERE {person} NOT IN {PersonSql.OptedOutSql}{window}{sampled} ORDER BY 1, occurred_at, arrival
            """, cancellation);
        var log = new EventLogBuilder();
        var ratingTypes = meanings.RatingTypes.ToHashSet(EventTypeNames.Comparer);
        var areRatings = new Dictionary<string, bool>(); // by the types as they are, of which there are few
        while (await rows.ReadRowAsync(cancellation)) log.Add(rows.SharedText(), rows, IsRating);
        return log.Build();

        bool IsRating(string type)
        {
            if (!areRatings.TryGetValue(type, out bool isRating)) areRatings.Add(type, isRating = ratingTypes.Contains(type));
            return isRating;
        }
    }
}
