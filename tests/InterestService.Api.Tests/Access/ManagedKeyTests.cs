using System.Globalization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace InterestService.Api.Tests.Access;

public sealed class ManagedKeyTests(PostgresFixture postgres)
{
    [Fact]
    public void A_digest_matches_its_key_only_and_has_a_salt()
    {
        string key = ManagedKey.Create(), other = key[..20] + ManagedKey.Create()[20..];
        byte[] one = ManagedKey.Digest(key), two = ManagedKey.Digest(key);
        Assert.NotEqual(one, two);
        Assert.Equal(ManagedKey.Selector(key), ManagedKey.Selector(one));
        Assert.Equal(ManagedKey.Selector(key), ManagedKey.Selector(other));
        Assert.True(ManagedKey.Matches(one, key) && ManagedKey.Matches(two, key));
        Assert.False(ManagedKey.Matches(one, other));
        Assert.False(ManagedKey.Matches(one, key[..^1] + 'é'));
        foreach (string text in new[] { "", "isk_", key[4..], key + "=", key[..^1], new string('x', key.Length), "isk_é" + key[5..] }) Assert.Null(ManagedKey.Selector(text));
    }

    [Fact]
    public async Task A_key_expires_by_the_clock_also_when_the_database_is_not_read_again()
    {
        var (database, key, time, keys) = await StartAsync(TimeSpan.FromHours(1));
        await using var _ = database;
        using var __ = keys;
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("reader", keys.Find(key)?.Name);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(keys.Find(key));
    }

    [Fact]
    public async Task The_last_use_is_stored_once_a_minute()
    {
        var (database, key, time, keys) = await StartAsync(TimeSpan.FromDays(1));
        await using var _ = database;
        using var __ = keys;
        keys.Find(key);
        await keys.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.False(await WasUsedAsync(database));
        time.Advance(TimeSpan.FromMinutes(1));
        await keys.RefreshAsync(TestContext.Current.CancellationToken);
        Assert.True(await WasUsedAsync(database));
    }

    private static async Task<bool> WasUsedAsync(NpgsqlDataSource database)
    {
        await using var query = database.CreateCommand("SELECT last_used_at IS NOT NULL FROM api_keys");
        return await query.ExecuteScalarAsync(TestContext.Current.CancellationToken) is true;
    }

    private async Task<(NpgsqlDataSource Database, string Key, FakeTimeProvider Time, ManagedKeys Keys)> StartAsync(TimeSpan validity)
    {
        var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01T00:00:00Z", CultureInfo.InvariantCulture));
        string key = ManagedKey.Create();
        await using var insert = database.CreateCommand("INSERT INTO api_keys (name, digest, scopes, created_at, created_by, expires_at) VALUES ('reader', $1, '{admin}', now(), 'test', $2)");
        insert.Parameters.AddWithValue(ManagedKey.Digest(key));
        insert.Parameters.AddWithValue((time.GetUtcNow() + validity).UtcDateTime);
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var keys = new ManagedKeys(database, time, NullLogger<ManagedKeys>.Instance);
        await keys.RefreshAsync(TestContext.Current.CancellationToken);
        return (database, key, time, keys);
    }
}
