using InterestService.Api.Publishing;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Stores opt-outs, each by the id that it was said for.</summary>
internal static class OptOuts
{
    public static Task AddAsync(NpgsqlDataSource database, string id, CancellationToken cancellation) => ChangeAsync(
        database, "INSERT INTO opt_outs (user_id, since) VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING", id, cancellation);

    public static Task RemoveAsync(NpgsqlDataSource database, string id, CancellationToken cancellation) =>
        ChangeAsync(database, "DELETE FROM opt_outs WHERE user_id = $1", id, cancellation);

    private static async Task ChangeAsync(NpgsqlDataSource database, string sql, string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await using var change = new NpgsqlCommand(sql, connection);
        change.Parameters.AddWithValue(id);
        if (await change.ExecuteNonQueryAsync(cancellation) == 0) return;
        await PeopleChanges.AnnounceAsync(connection, links: false, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
