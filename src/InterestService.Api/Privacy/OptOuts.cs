using InterestService.Api.Publishing;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Stores opt-outs, each by the id that it was said for; what changes nothing leaves no entry in the audit trail.</summary>
internal static class OptOuts
{
    public static Task AddAsync(NpgsqlDataSource database, string id, string caller, CancellationToken cancellation) => ChangeAsync(
        database, "INSERT INTO opt_outs (user_id, since) VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING", id, AuditAction.UserOptedOut, caller, cancellation);

    public static Task RemoveAsync(NpgsqlDataSource database, string id, string caller, CancellationToken cancellation) =>
        ChangeAsync(database, "DELETE FROM opt_outs WHERE user_id = $1", id, AuditAction.UserOptedIn, caller, cancellation);

    private static async Task ChangeAsync(
        NpgsqlDataSource database, string sql, string id, AuditAction action, string caller, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await using var change = new NpgsqlCommand(sql, connection);
        change.Parameters.AddWithValue(id);
        if (await change.ExecuteNonQueryAsync(cancellation) == 0) return;
        await AuditTrail.WriteAsync(connection, action, caller, subject: null, cancellation);
        await PeopleChanges.AnnounceAsync(connection, links: false, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
