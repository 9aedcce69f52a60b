using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Access;

/// <summary>
/// Makes, lists, rotates and revokes managed keys. Every change is in the audit trail and is announced to every process. Thread-safe.
/// </summary>
internal sealed class KeyRegistry(
    NpgsqlDataSource database, IDbContextFactory<InterestDbContext> contexts, ManagedKeys keys, IOptions<InterestServiceOptions> options)
{
    /// <summary>Returns whether a name is that of a key of the configuration.</summary>
    public bool IsConfigured(string name) => options.Value.ApiKeys.Exists(key => key.Name == name);

    /// <summary>Makes a key.</summary>
    /// <returns>The key, which is stored nowhere; null when the name is in use.</returns>
    public async Task<string?> CreateAsync(string name, IReadOnlyList<string> scopes, DateTime? expiresAt, string caller, CancellationToken cancellation)
    {
        if (IsConfigured(name)) return null;
        string key = ManagedKey.Create();
        var insert = new NpgsqlCommand("""
            INSERT INTO api_keys (name, digest, scopes, created_at, created_by, expires_at) VALUES ($1, $2, $3, now(), $4, $5) ON CONFLICT DO NOTHING
            """)
        {
            Parameters =
            {
                new() { Value = name }, new() { Value = ManagedKey.Digest(key) }, new() { Value = scopes.ToArray() }, new() { Value = caller },
                new() { Value = (object?)expiresAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        return await ChangeAsync(insert, AuditAction.KeyCreated, name, caller, cancellation) ? key : null;
    }

    /// <summary>Replaces a key by a new one with the same name, scopes and expiry.</summary>
    /// <param name="name">Name of the key.</param>
    /// <param name="grace">How long the old key stays valid. An even older one, whose grace has not ended, ends now.</param>
    /// <param name="caller">Who replaces it.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <returns>The new key; null when there is no managed key of the name.</returns>
    public async Task<string?> RotateAsync(string name, TimeSpan grace, string caller, CancellationToken cancellation)
    {
        string key = ManagedKey.Create();
        var update = new NpgsqlCommand("""
            UPDATE api_keys SET digest = $2,
                previous_digest = CASE WHEN $3 > interval '0' THEN digest END, previous_until = CASE WHEN $3 > interval '0' THEN now() + $3 END
            WHERE name = $1
            """)
        {
            Parameters = { new() { Value = name }, new() { Value = ManagedKey.Digest(key) }, new() { Value = grace, NpgsqlDbType = NpgsqlDbType.Interval } },
        };
        return await ChangeAsync(update, AuditAction.KeyRotated, name, caller, cancellation) ? key : null;
    }

    /// <summary>Revokes a key, with the one before its last rotation.</summary>
    /// <returns>False when there is no managed key of the name.</returns>
    public Task<bool> RevokeAsync(string name, string caller, CancellationToken cancellation)
    {
        var delete = new NpgsqlCommand("DELETE FROM api_keys WHERE name = $1") { Parameters = { new() { Value = name } } };
        return ChangeAsync(delete, AuditAction.KeyRevoked, name, caller, cancellation);
    }

    /// <summary>Lists the keys of the configuration and the managed ones in the order of their names.</summary>
    public async Task<List<KeyResponse>> ListAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var managed = await context.ApiKeys.AsNoTracking().ToListAsync(cancellation);
        return
        [
            .. options.Value.ApiKeys.Select(key => new KeyResponse(key.Name, [.. key.Scopes], null, null, null, null, KeySource.Configuration))
                .Concat(managed.Select(key => new KeyResponse(
                    key.Name, key.Scopes, key.CreatedAt, key.CreatedBy, key.ExpiresAt, key.LastUsedAt, KeySource.Managed)))
                .OrderBy(key => key.Name, StringComparer.Ordinal),
        ];
    }

    private async Task<bool> ChangeAsync(NpgsqlCommand change, AuditAction action, string name, string caller, CancellationToken cancellation)
    {
        await using (change)
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            change.Connection = connection;
            if (await change.ExecuteNonQueryAsync(cancellation) == 0) return false;
            await using var tell = new NpgsqlBatch(connection) { BatchCommands = { AuditTrail.Entry(action, caller, name), new($"NOTIFY {StoredApiKey.Channel}") } };
            await tell.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await keys.RefreshAsync(cancellation);
        return true;
    }
}
