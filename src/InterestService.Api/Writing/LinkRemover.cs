using InterestService.Api.Publishing;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Writing;

/// <summary>Takes links back.</summary>
internal static class LinkRemover
{
    private const string HasOptedOut = $"SELECT {PersonSql.HasOptedOutSql}";
    private const string Remove = "DELETE FROM user_joins WHERE alias = $1";

    // Ids that are separated from one that has opted out stay out as well: a separation is no consent.
    private const string KeepOut = $"""
        INSERT INTO opt_outs (user_id, since)
        SELECT DISTINCT coalesce(user_links.user_id, id), clock_timestamp() FROM unnest($1) AS id LEFT JOIN user_links ON alias = id
        WHERE coalesce(user_links.user_id, id) NOT IN {PersonSql.OptedOutSql}
        """;

    /// <summary>Takes back all links that name an id as an alias, as if they had never been sent. Other links stay.</summary>
    /// <returns>False when no link names the alias.</returns>
    public static async Task<bool> RemoveAsync(NpgsqlDataSource database, string alias, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await using var hasOptedOut = Command(connection, HasOptedOut, alias);
        bool optedOut = (bool)(await hasOptedOut.ExecuteScalarAsync(cancellation))!;
        await using var remove = Command(connection, Remove, alias);
        if (await remove.ExecuteNonQueryAsync(cancellation) == 0) return false;
        string[] ids = await UserLinks.RebuildAsync(connection, [alias], cancellation);
        if (optedOut)
        {
            await using var keepOut = Command(connection, KeepOut, ids);
            await keepOut.ExecuteNonQueryAsync(cancellation);
        }

        await PeopleChanges.AnnounceAsync(connection, links: true, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object parameter) =>
        new(sql, connection) { Parameters = { new() { Value = parameter } } };
}
