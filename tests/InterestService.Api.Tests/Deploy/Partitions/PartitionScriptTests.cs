using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Deploy.Partitions;

/// <summary>The script of <c>deploy/partitions</c> on a table with rows, while others use it.</summary>
public sealed class PartitionScriptTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Rows_and_indexes_stay_where_they_are_and_a_second_run_changes_nothing()
    {
        await using var database = await PartitionedDatabase.CreatePlainAsync(postgres);
        await FillAsync(database);
        string role = $"reader_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"CREATE ROLE {role}; GRANT SELECT ON events TO {role} WITH GRANT OPTION");
        var events = await database.EventsAsync();
        var files = await FilesAsync("events", "pk_events", "ix_events_arrival", "ix_events_occurred_at", "ix_events_user_id_event_id");

        (await database.PartitionAsync()).AssertSucceeded();
        Assert.Equal(events, await database.EventsAsync());
        Assert.Equal(["events_after 2", "events_before 3000"], await database.CountAsync());
        Assert.Equal(files, await FilesAsync("events_before", "pk_events_before", "ix_events_before_arrival", "ix_events_before_occurred_at", "ix_events_before_user_id_event_id"));
        Assert.Equal(["True"], await database.ReadAsync($"SELECT has_table_privilege('{role}', 'events', 'SELECT WITH GRANT OPTION')"));
        Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM pg_constraint WHERE conrelid IN ('events_before'::regclass, 'events_after'::regclass) AND contype = 'c'"));

        Assert.Contains("already", (await database.PartitionAsync()).AssertSucceeded(), StringComparison.Ordinal);
        Assert.Equal(["events_after", "events_before"], await database.PartitionsAsync());
        Assert.Equal(events, await database.EventsAsync());
        await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");

        Task<List<string>> FilesAsync(params string[] names) =>
            database.ReadAsync($"SELECT pg_relation_filenode(name::regclass) FROM unnest('{{{string.Join(',', names)}}}'::text[]) AS name");
    }

    [Fact]
    public async Task A_run_that_others_stop_changes_nothing_or_goes_on_in_the_next_and_no_event_is_out_of_reach_meanwhile()
    {
        await using var database = await PartitionedDatabase.CreatePlainAsync(postgres);
        await FillAsync(database);
        var events = await database.EventsAsync();
        await using (var other = await database.OpenAsync())
        await using (await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var read = new NpgsqlCommand("SELECT FROM events LIMIT 1", other);
            await read.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await FailAsync("lock timeout");
            Assert.Equal(["events 3002"], await database.CountAsync());
        }

        await database.ExecuteAsync("CREATE TABLE pk_events_before ()"); // a name that the last step gives
        await FailAsync("already exists");
        Assert.Equal(["events 3000", "events_after 2"], await database.CountAsync());
        Assert.Equal(events, await database.EventsAsync());
        for (int time = 0; time < 2; time++) await UploadAsync("'2098-01-01 UTC'", "late");
        await UploadAsync("'2024-03-01 UTC'", "usual");
        Assert.Equal(events.Count + 2, (await database.EventsAsync()).Count);
        Assert.Equal(["events 3001", "events_after 3"], await database.CountAsync());
        Assert.Equal(["1"], await database.ReadAsync("WITH removed AS (DELETE FROM events WHERE user_id = 'late' RETURNING 1) SELECT count(*) FROM removed"));
        await database.ExecuteAsync("DELETE FROM events WHERE user_id = 'usual'");

        await database.ExecuteAsync("DROP TABLE pk_events_before");
        Assert.Contains("goes on", (await database.PartitionAsync()).AssertSucceeded(), StringComparison.Ordinal);
        Assert.Equal(events, await database.EventsAsync());
        Assert.Equal(["events_after 2", "events_before 3000"], await database.CountAsync());

        async Task FailAsync(string reason)
        {
            var failed = await database.PartitionAsync();
            Assert.NotEqual(0, failed.ExitCode);
            Assert.Contains(reason, failed.Errors, StringComparison.Ordinal);
        }

        Task UploadAsync(string time, string user) => database.ExecuteAsync($"""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type)
            VALUES ('{user}', {time}, '{Guid.Empty}', 0, 'item', 'view') ON CONFLICT DO NOTHING
            """);
    }

    /// <summary>Adds 3000 events of the last months, some with an event id, and two of wrong clocks.</summary>
    private static async Task FillAsync(PartitionedDatabase database)
    {
        await database.ExecuteAsync("""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type, event_id)
            SELECT 'user-' || n % 50, now() - n * interval '1 hour', gen_random_uuid(), n, 'item', 'view', CASE WHEN n % 2 = 0 THEN 'id-' || n END
            FROM generate_series(1, 3000) AS n
            """);
        await database.AddAsync("user-1", "'2099-01-01 UTC'");
        await database.AddAsync("user-2", "'2091-01-01 UTC'");
    }
}
