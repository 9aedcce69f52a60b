using InterestService.Endurance.Stalls;

namespace InterestService.Api.Tests.Endurance;

public sealed class StallTests
{
    [Fact]
    public async Task A_worker_that_stalls_and_wakes_up_changes_nothing_and_clusterings_that_start_together_run_once()
    {
        await using var workers = await StalledWorkers.StartAsync();
        string? statement = await workers.AttemptAsync(point: 20, expires: true);
        await workers.StartTogetherAsync(5);
        Assert.Empty(workers.Findings.All);
        Assert.NotNull(statement);
    }
}
