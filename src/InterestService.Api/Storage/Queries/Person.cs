using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>The person whom an id belongs to now.</summary>
/// <param name="Id">The id that represents the person.</param>
/// <param name="OptedOut">True when an id of the person has opted out, so that nothing of the person may be used.</param>
internal sealed record Person(string Id, bool OptedOut)
{
    /// <param name="connection">An open connection.</param>
    /// <param name="userId">Any id of the person.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<Person> ReadAsync(NpgsqlConnection connection, string userId, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"SELECT {PersonSql.IdSql}, {PersonSql.HasOptedOutSql}", connection);
        query.Parameters.AddWithValue(userId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Person(reader.GetString(0), reader.GetBoolean(1));
    }
}

/// <summary>SQL expressions about persons; those that name one take any id of the person in parameter <c>$1</c>.</summary>
internal static class PersonSql
{
    /// <summary>The id that represents the person.</summary>
    public const string IdSql = "coalesce((SELECT user_id FROM user_links WHERE alias = $1), $1)";

    /// <summary>All ids of the person.</summary>
    public const string AllIdsSql = $"(SELECT {IdSql} UNION ALL SELECT alias FROM user_links WHERE user_id = {IdSql})";

    /// <summary>Whether the person has opted out.</summary>
    public const string HasOptedOutSql = $"EXISTS (SELECT FROM opt_outs WHERE user_id IN {AllIdsSql})";

    /// <summary>The ids that represent the persons who have opted out; none is null.</summary>
    public const string OptedOutSql =
        "(SELECT coalesce(user_links.user_id, opt_outs.user_id) FROM opt_outs LEFT JOIN user_links ON alias = opt_outs.user_id)";

    /// <summary>All ids of the persons who have opted out, each once.</summary>
    public const string OptedOutIdsSql =
        $"(SELECT id FROM {OptedOutSql} AS persons (id) UNION SELECT alias FROM user_links WHERE user_id IN {OptedOutSql})";
}
