using System.Collections.Frozen;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>The managed keys in memory: a request costs no call of the database, and a change is known to every process within seconds.</summary>
internal sealed partial class ManagedKeys(NpgsqlDataSource database, TimeProvider time, ILogger<ManagedKeys> logger)
    : DatabaseFollower(database, StoredApiKey.Channel, logger)
{
    /// <summary>How exact <see cref="StoredApiKey.LastUsedAt"/> is.</summary>
    private static readonly TimeSpan _useInterval = TimeSpan.FromMinutes(1);

    private volatile FrozenDictionary<long, Known> _keys = FrozenDictionary<long, Known>.Empty;
    private Dictionary<string, Caller> _callers = [];
    private long? _usesStoredAt;
    private volatile bool _loaded;

    /// <summary>True once the keys have been read; it remains true while PostgreSQL is unreachable.</summary>
    public bool IsLoaded => _loaded;

    /// <summary>Finds the caller of a key.</summary>
    /// <returns>Null when the key is not known or has expired.</returns>
    public Caller? Find(string key)
    {
        if (ManagedKey.Selector(key) is not { } selector || !_keys.TryGetValue(selector, out var known)) return null;
        if (!ManagedKey.Matches(known.Digest, key) || (known.Until is { } until && time.GetUtcNow().UtcDateTime >= until)) return null;
        known.Caller.MarkUsed();
        return known.Caller;
    }

    /// <summary>Reads the keys before the first request arrives.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.IsDatabaseAway())
        {
            LogUnread(exception);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await StoreUsesAsync(connection, cancellation);
        var keys = new Dictionary<long, Known>();
        var callers = new Dictionary<string, Caller>();
        await using var query = new NpgsqlCommand("SELECT name, scopes, digest, expires_at, previous_digest, previous_until FROM api_keys", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            string name = reader.GetString(0);
            string[] scopes = reader.GetFieldValue<string[]>(1);
            var caller = _callers.GetValueOrDefault(name) is { } same && same.HasExactly(scopes) ? same : new Caller(name, scopes);
            callers.Add(name, caller);
            var expires = reader.IsDBNull(3) ? (DateTime?)null : reader.GetDateTime(3);
            Add(new Known(reader.GetFieldValue<byte[]>(2), expires, caller));
            if (reader.IsDBNull(4)) continue;
            var until = reader.GetDateTime(5);
            Add(new Known(reader.GetFieldValue<byte[]>(4), expires < until ? expires : until, caller));
        }

        _callers = callers;
        _keys = keys.ToFrozenDictionary();
        _loaded = true;

        // Two keys with the same 48 bits are not expected; the second would not be admitted.
        void Add(Known known) => keys.TryAdd(ManagedKey.Selector(known.Digest), known);
    }

    private async Task StoreUsesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (_usesStoredAt is { } stored && time.GetElapsedTime(stored) < _useInterval) return;
        string[] used = [.. _callers.Where(caller => caller.Value.TakeUsed()).Select(caller => caller.Key)];
        _usesStoredAt = time.GetTimestamp();
        if (used.Length == 0) return;
        await using var store = new NpgsqlCommand("UPDATE api_keys SET last_used_at = now() WHERE name = ANY($1)", connection);
        store.Parameters.AddWithValue(used);
        await store.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "The managed keys cannot be read; until they are, their callers are answered 503")]
    private partial void LogUnread(Exception exception);

    /// <param name="Digest">See <see cref="ManagedKey"/>.</param>
    /// <param name="Until">When the key stops being valid; null: never.</param>
    /// <param name="Caller">Whose key it is.</param>
    private sealed record Known(byte[] Digest, DateTime? Until, Caller Caller);
}
