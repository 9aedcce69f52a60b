using System.Diagnostics.Metrics;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobStatisticsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Stored_jobs_are_counted_by_state_also_where_no_worker_runs()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database);
        var rows = new StoredClusterings(source);
        foreach (string state in new[] { "queued", "queued", "queued", "failed", "succeeded", "running" }) await rows.AddAsync(state);
        await rows.ExecuteAsync("UPDATE clusterings SET created_at = now() - interval '2 hours' WHERE id = (SELECT min(id::text)::uuid FROM clusterings WHERE state = 'queued')");
        await using var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        using var meters = new TestMeters(host.Services.GetRequiredService<IMeterFactory>());
        await Wait.UntilAsync(() => Task.FromResult(meters.Read("interestservice.jobs", "kind=clustering") > 0));
        foreach (var (state, jobs) in new[] { ("queued", 3), ("running", 1), ("succeeded", 1), ("failed", 1), ("canceled", 0) })
            Assert.Equal(jobs, meters.Read("interestservice.jobs", $"state={state}"));
        Assert.InRange(meters.Read("interestservice.jobs.queue.age", "kind=clustering"), 7200, 7800);
        Assert.Equal(0, meters.Read("interestservice.jobs.queue.age", "kind=comparison"));
    }
}
