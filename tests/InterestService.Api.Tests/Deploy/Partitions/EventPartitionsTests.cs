using System.Globalization;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Deploy.Partitions;

/// <summary>What the service does for a partitioned table: months ahead and the retention.</summary>
public sealed class EventPartitionsTests(PostgresFixture postgres)
{
    private const string First = "2024-02-01";

    [Fact]
    public async Task A_table_without_partitions_stays_as_it_is()
    {
        await using var database = await PartitionedDatabase.CreatePlainAsync(postgres);
        await database.AddAsync("user", "'2024-01-01 UTC'");
        await database.KeepAsync(days: 10);
        Assert.Equal(["events 1"], await database.CountAsync());
        Assert.Equal(["r"], await database.ReadAsync("SELECT relkind FROM pg_class WHERE oid = 'events'::regclass"));
    }

    [Fact]
    public async Task The_service_creates_months_by_itself()
    {
        await using var database = await PartitionedDatabase.CreatePlainAsync(postgres);
        (await database.PartitionAsync()).AssertSucceeded();
        await using var host = await ApiHost.StartAsync(database.ConnectionString);
        await Wait.UntilAsync(async () => (await database.PartitionsAsync()).Count > 3);
    }

    [Fact]
    public async Task Months_ahead_are_created_and_later_events_move_to_theirs()
    {
        // The midnight of the sessions is another one.
        await using var database = await PartitionedDatabase.CreatePlainAsync(postgres, ";Timezone=Asia/Tokyo");
        foreach (string time in new[] { "'2098-11-30 23:59:59.999999 UTC'", "'2098-12-01 UTC'", "'2099-01-31 23:00 UTC'", "'2099-02-01 UTC'", "'2099-05-01 UTC'" })
            await database.AddAsync("early", time);
        (await database.PartitionAsync()).AssertSucceeded();
        await database.KeepAsync(now: new DateTimeOffset(2098, 11, 30, 23, 0, 0, TimeSpan.Zero));
        Assert.Equal(["events_2098_11 1", "events_2098_12 1", "events_2099_01 1", "events_2099_02 1", "events_after 1"], await database.CountAsync());
        var partitions = await database.PartitionsAsync();
        Assert.Equal(["events_2099_02", "events_after", "events_before"], partitions.TakeLast(3));

        await database.KeepAsync(now: new DateTimeOffset(2098, 11, 30, 23, 59, 59, TimeSpan.Zero));
        Assert.Equal(partitions, await database.PartitionsAsync());
        await database.KeepAsync(now: new DateTimeOffset(2098, 12, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(["events_2099_03", "events_after", "events_before"], (await database.PartitionsAsync()).TakeLast(3));
        Assert.Equal(
            ["events_2099_03"],
            await database.ReadAsync("SELECT indrelid::regclass::text FROM pg_index WHERE indrelid = 'events_2099_03'::regclass AND indisunique AND NOT indisprimary"));
    }

    [Fact]
    public async Task Months_are_dropped_when_their_last_event_is_too_old_and_earlier_events_one_by_one()
    {
        await using var database = await PartitionedDatabase.CreateAsync(postgres, First);
        // A row of the first partition is at the place in its table where others are in theirs.
        foreach (string month in new[] { "2023-12", "2024-01", "2024-02", "2024-03", "2024-04" })
        {
            await database.AddAsync("user", $"'{month}-01 UTC'");
            await database.AddAsync("user", $"'{month}-20 UTC'");
        }

        Assert.Equal(3, await database.RemoveAsync(Days("2024-01-10")));
        Assert.Equal(["events_2024_02 2", "events_2024_03 2", "events_2024_04 2", "events_before 1"], await database.CountAsync());

        await database.KeepAsync(Days("2024-03-31"));
        Assert.Equal(["events_2024_03 2", "events_2024_04 2"], await database.CountAsync());
        Assert.DoesNotContain("events_2024_02", await database.PartitionsAsync());
        Assert.Equal(0, await database.RemoveAsync(Days("2024-04-10"))); // what a partition has is not deleted twice
        await database.KeepAsync(Days("2024-05-01"));
        Assert.Equal([], await database.CountAsync());
        Assert.Equal(["events_2024_05", "events_2024_06"], (await database.PartitionsAsync()).Take(2));

        await database.AddAsync("user", "'2024-03-15 UTC'"); // its month is gone
        Assert.Equal(["events_before 1"], await database.CountAsync());
        Assert.Equal(1, await database.RemoveAsync(Days("2024-05-01")));
        var partitions = await database.PartitionsAsync();
        await database.KeepAsync(Days("2024-05-01"));
        Assert.Equal(partitions, await database.PartitionsAsync());
    }

    [Fact]
    public async Task Months_ahead_are_created_though_an_old_one_cannot_be_dropped()
    {
        await using var database = await PartitionedDatabase.CreateAsync(postgres, First);
        await database.ExecuteAsync("CREATE VIEW theirs AS SELECT * FROM events_2024_02");
        var partitions = await database.PartitionsAsync();
        var failed = await Assert.ThrowsAsync<PostgresException>(() => database.KeepAsync(days: 30, now: DateTimeOffset.UtcNow.AddDays(40)));
        Assert.Equal(PostgresErrorCodes.DependentObjectsStillExist, failed.SqlState);
        Assert.Subset((await database.PartitionsAsync()).ToHashSet(), partitions.ToHashSet());
        Assert.True((await database.PartitionsAsync()).Count > partitions.Count);
    }

    [Fact]
    public async Task A_month_stays_while_somebody_reads_whom_nobody_waits_for()
    {
        await using var database = await PartitionedDatabase.CreateAsync(postgres, First);
        await database.AddAsync("user", "'2024-02-10 UTC'");
        await using (var reading = await database.OpenAsync())
        await using (await reading.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var read = new NpgsqlCommand("SELECT count(*) FROM events", reading);
            Assert.Equal(1L, await read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            var keeping = database.KeepAsync(Days("2024-03-01"));
            // It waits for the reader, and the others for it, until it gives up.
            await Wait.UntilAsync(async () => keeping.IsCompleted || await database.ReadAsync("SELECT 1 FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted") is not []);
            await database.AddAsync("other", "now()");
            Assert.Equal(["2"], await database.ReadAsync("SELECT count(*) FROM events"));
            await keeping;
            Assert.Contains("events_2024_02", await database.PartitionsAsync());
            Assert.Equal(2L, await read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        await database.KeepAsync(Days("2024-03-01"));
        Assert.DoesNotContain("events_2024_02", await database.PartitionsAsync());
        Assert.Equal(["1"], await database.ReadAsync("SELECT count(*) FROM events"));
    }

    /// <summary>Days of a retention by which, now, events are too old before some hour of a day.</summary>
    private static int Days(string oldest) =>
        (int)(DateTime.UtcNow - DateTime.Parse(oldest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)).TotalDays;
}
