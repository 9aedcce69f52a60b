using InterestService.Api.Ingestion;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Tests.Ingestion;

public sealed class EventRetentionTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(5_000, 35_000)] // several batches
    [InlineData(1, 25_000)] // one user fills more than a batch
    [InlineData(10, 100)]
    public async Task Events_older_than_the_retention_are_deleted_and_no_others(int users, int events)
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await AddAsync(database, users, events);
        Assert.Equal(0, await RemoveAsync(database, days: 0));
        Assert.Equal(events / 2, await RemoveAsync(database, days: 50));
        Assert.Equal(events / 2, (long)(await ExecuteAsync(database, "SELECT count(*) FROM events"))!);
        Assert.Equal(0L, await ExecuteAsync(database, "SELECT count(*) FROM events WHERE occurred_at < now() - interval '50 days'"));
        Assert.Equal(0, await RemoveAsync(database, days: 50));
    }

    [Fact]
    public async Task Nobody_waits_and_what_others_have_locked_is_left_to_the_next_round()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await AddAsync(database, users: 10, events: 1000);
        await using (var erasing = await database.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await erasing.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var erase = new NpgsqlCommand("SELECT 1 FROM events WHERE user_id = 'user-9' FOR UPDATE", erasing);
            await erase.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.Equal(400, await RemoveAsync(database, days: 50)); // the users 5 to 9 are those of old events
        }

        Assert.Equal(100, await RemoveAsync(database, days: 50));
    }

    /// <summary>Adds events of ten ages from an hour on, ten days apart.</summary>
    private static Task<object?> AddAsync(NpgsqlDataSource database, int users, int events) => ExecuteAsync(database, $"""
        INSERT INTO events (user_id, occurred_at, event_key, item_id, event_type, arrival)
        SELECT 'user-' || n % {users}, now() - n % 10 * interval '10 days' - interval '1 hour', gen_random_uuid(), 'item-' || n % 7, 'view', 0 FROM generate_series(1, {events}) n
        """);

    private static async Task<long> RemoveAsync(NpgsqlDataSource database, int days)
    {
        using var retention = new EventRetention(
            database, Options.Create(new EventRetentionOptions { EventDays = days }), TimeProvider.System, NullLogger<EventRetention>.Instance);
        return await retention.RemoveAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
