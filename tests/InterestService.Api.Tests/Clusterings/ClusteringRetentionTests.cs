using InterestService.Api.Clusterings;
using InterestService.Api.Jobs;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings;

public sealed class ClusteringRetentionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_latest_the_published_and_the_lately_published_are_kept()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var old = new Dictionary<string, Guid>();
        foreach (string name in new[] { "never published", "failed", "canceled", "replaced long ago", "replaced lately", "published", "queued", "running" })
            old.Add(name, await stored.AddAsync(name is "failed" or "canceled" or "queued" or "running" ? name : "succeeded"));
        Guid[] latest = [await stored.AddAsync(), await stored.AddAsync("failed"), await stored.AddAsync(), await stored.AddAsync("failed")];
        await stored.ExecuteAsync($"""
            UPDATE clusterings SET published_at = now() - interval '90 days', replaced_at = now() - interval '11 days' WHERE id = '{old["replaced long ago"]}';
            UPDATE clusterings SET published_at = now() - interval '90 days', replaced_at = now() - interval '9 days' WHERE id = '{old["replaced lately"]}';
            UPDATE clusterings SET published_at = now() - interval '80 days' WHERE id = '{old["published"]}';
            INSERT INTO publication (id, clustering_id, version, people) VALUES (1, '{old["published"]}', 1, 0);
            UPDATE clusterings SET started_at = clock_timestamp() + interval '1 minute' WHERE state = 'running'; -- it uses nothing of the others
            """);

        await RemoveAsync(database, clusterings: 6, publishedDays: 0); // only five have succeeded after the oldest
        Assert.Equal(8 + 4, (long)(await stored.ExecuteAsync("SELECT count(*) FROM clusterings"))!);
        await RemoveAsync(database, clusterings: 2, publishedDays: 10);
        Guid[] kept = [old["replaced lately"], old["published"], old["queued"], old["running"], .. latest];
        Assert.Equal(kept.Order(), ((Guid[])(await stored.ExecuteAsync("SELECT array_agg(id) FROM clusterings"))!).Order());
        foreach (string name in new[] { "never published", "failed", "canceled", "replaced long ago" }) Assert.Equal(0, await stored.CountAsync(old[name]));
    }

    [Fact]
    public async Task Zero_keeps_all()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        for (int i = 0; i < 3; i++) await stored.AddAsync();
        await RemoveAsync(database, clusterings: 0, publishedDays: 0);
        Assert.Equal(3L, await stored.ExecuteAsync("SELECT count(*) FROM clusterings WHERE deleted_at IS NULL"));
    }

    [Fact]
    public async Task A_large_clustering_is_hidden_at_once_and_an_interrupted_removal_goes_on()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var (large, other) = (await stored.AddAsync(users: 25_000), await stored.AddAsync());
        long others = await stored.CountAsync(other);
        var deletion = new ClusteringDeletion(database);
        // Nobody who reads or writes a row of it makes the deletion wait.
        await using var reader = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var reading = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var touch = new NpgsqlCommand($"UPDATE assignments SET noise = true WHERE clustering_id = '{large}' AND user_id = 'user-7'", reader))
            await touch.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Assert.Equal(DeletionResult.Deleted, await deletion.HideAsync(large, "test", TestContext.Current.CancellationToken));
        await reading.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal(DeletionResult.NotFound, await deletion.HideAsync(large, "test", TestContext.Current.CancellationToken));
        Assert.True(await stored.CountAsync(large) > 25_000);

        // A removal that was interrupted after its first batches.
        await stored.ExecuteAsync($"DELETE FROM assignments WHERE clustering_id = '{large}' AND user_id < 'user-2'; DELETE FROM cluster_items WHERE clustering_id = '{large}'");
        await RemoveAsync(database);
        Assert.Equal((0, others), (await stored.CountAsync(large), await stored.CountAsync(other)));
    }

    [Fact]
    public async Task Rows_stay_until_the_jobs_end_that_may_use_them()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        Guid used = await stored.AddAsync();
        Guid running = await stored.AddAsync("running"); // it may continue the clustering, which was published when it began
        long rows = await stored.CountAsync(used);
        Assert.Equal(DeletionResult.Deleted, await new ClusteringDeletion(database).HideAsync(used, "test", TestContext.Current.CancellationToken));
        await RemoveAsync(database);
        Assert.Equal(rows, await stored.CountAsync(used));
        await stored.ExecuteAsync($"UPDATE clusterings SET state = 'succeeded' WHERE id = '{running}'");
        Guid later = await stored.AddAsync("running");
        await stored.ExecuteAsync($"UPDATE clusterings SET started_at = clock_timestamp() WHERE id = '{later}'");
        await RemoveAsync(database);
        Assert.Equal(0, await stored.CountAsync(used));
    }

    [Fact]
    public async Task What_waits_runs_or_is_published_is_not_deleted()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        var deletion = new ClusteringDeletion(database);
        foreach (string state in new[] { "queued", "running" })
            Assert.Equal(DeletionResult.NotFound, await deletion.HideAsync(await stored.AddAsync(state), "test", TestContext.Current.CancellationToken));
        Guid published = await stored.AddAsync();
        await stored.ExecuteAsync($"INSERT INTO publication (id, clustering_id, version, people) VALUES (1, '{published}', 1, 0)");
        Assert.Equal(DeletionResult.Published, await deletion.HideAsync(published, "test", TestContext.Current.CancellationToken));
        Assert.Equal(0L, await stored.ExecuteAsync("SELECT count(*) FROM clusterings WHERE deleted_at IS NOT NULL"));
    }

    [Fact]
    public async Task One_worker_at_a_time_removes()
    {
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(database);
        Guid hidden = await stored.AddAsync();
        await new ClusteringDeletion(database).HideAsync(hidden, "test", TestContext.Current.CancellationToken);
        await using (await Lease.TakeAsync(database, TimeProvider.System, ClusteringRetention.Work, TestContext.Current.CancellationToken))
        {
            await RemoveAsync(database);
            Assert.NotEqual(0, await stored.CountAsync(hidden));
        }

        await RemoveAsync(database);
        Assert.Equal(0, await stored.CountAsync(hidden));
    }

    [Theory]
    [InlineData("Clusterings", "-1")]
    [InlineData("PublishedDays", "-1")]
    [InlineData("PublishedDays", "100000")]
    public async Task Settings_that_cannot_be_are_told_at_start(string key, string value)
    {
        string database = await postgres.CreateDatabaseAsync();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => ApiHost.StartAsync(database, $"--InterestService:Retention:{key}={value}"));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static async Task RemoveAsync(NpgsqlDataSource database, int clusterings = 30, int publishedDays = 30)
    {
        using var retention = new ClusteringRetention(
            database, new ClusteringDeletion(database), Options.Create(new RetentionOptions { Clusterings = clusterings, PublishedDays = publishedDays }),
            TimeProvider.System, NullLogger<ClusteringRetention>.Instance);
        await retention.RemoveAsync(TestContext.Current.CancellationToken);
    }
}
