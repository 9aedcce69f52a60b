using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>
/// A sample of the persons of a window, by a hash of their ids: the same persons in every clustering, whatever else is in the window, so that
/// one clustering continues another.
/// </summary>
/// <param name="Buckets">The persons in this many of a million buckets.</param>
internal sealed record TrainingSample(int Buckets)
{
    private const int AllBuckets = 1_000_000;

    /// <summary>The persons of a window, each once, as a query with a column <c>person</c>; its parameters <c>$1</c> and <c>$2</c> are the start and the end.</summary>
    /// <param name="condition">SQL condition on <c>user_id</c>, which stands for the person; none if empty.</param>
    public static string PersonsSql(string condition = "")
    {
        string also = condition.Length == 0 ? "" : $" AND {condition}";
        return $"""
            SELECT user_id AS person FROM (SELECT DISTINCT user_id FROM events WHERE occurred_at >= $1 AND occurred_at < $2) AS known
            WHERE NOT EXISTS (SELECT FROM user_links WHERE alias = known.user_id){also}
            UNION
            SELECT user_id FROM (
                SELECT user_links.user_id FROM user_links JOIN events ON events.user_id = alias WHERE occurred_at >= $1 AND occurred_at < $2) AS known
            WHERE true{also}
            """;
    }

    /// <summary>Chooses the sample of a window.</summary>
    /// <param name="database">Database of the events.</param>
    /// <param name="window">The window.</param>
    /// <param name="persons">Approximate size of the sample; 0: everyone.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>Null when the window has no more persons.</returns>
    public static async Task<TrainingSample?> ChooseAsync(NpgsqlDataSource database, EventWindow window, long persons, CancellationToken cancellation)
    {
        if (persons == 0) return null;
        // Fewer events than persons are read soon; so is the limit of many.
        if (await CountAsync("SELECT FROM events WHERE occurred_at >= $1 AND occurred_at < $2 LIMIT $3", persons + 1) <= persons) return null;
        long all = await CountAsync($"{PersonsSql()} LIMIT $3", long.MaxValue);
        return all <= persons ? null : new TrainingSample((int)Math.Max(1, AllBuckets * persons / all));

        async Task<long> CountAsync(string rows, long limit)
        {
            await using var query = database.CreateCommand($"SELECT count(*) FROM ({rows}) AS rows");
            query.Parameters.AddWithValue(window.From);
            query.Parameters.AddWithValue(window.To);
            query.Parameters.AddWithValue(limit);
            return (long)(await query.ExecuteScalarAsync(cancellation))!;
        }
    }

    /// <summary>Returns the SQL condition that a person is in the sample.</summary>
    /// <param name="person">SQL expression of the person's id.</param>
    public string Contains(string person) => $"abs(hashtextextended({person}, 0) % {AllBuckets}) < {Buckets}";
}
