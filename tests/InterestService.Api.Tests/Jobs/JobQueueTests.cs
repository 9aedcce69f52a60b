using Hangfire;
using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobQueueTests
{
    [Fact]
    public async Task Adding_waits_for_nothing_and_jobs_keep_their_order_beyond_one_that_fails()
    {
        using var entered = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        var queued = new List<Guid>();
        Guid[] ids = [.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())];
        var kind = new JobKind(typeof(Comparison), "comparisons", (_, id) =>
        {
            entered.Set();
            free.Wait(Wait.Limit);
            if (id == ids[1]) throw new BackgroundJobClientException("The database is away.", new TimeoutException());
            lock (queued) queued.Add(id);
        });
        var queue = new JobQueue(null!, NullLogger<JobQueue>.Instance);
        await queue.StartAsync(CancellationToken.None);
        foreach (Guid id in ids) queue.Add(kind, id); // the first one blocks
        Assert.True(entered.Wait(Wait.Limit, TestContext.Current.CancellationToken));
        Assert.Empty(queued);
        free.Set();
        await Wait.UntilAsync(() => Task.FromResult(Count() == 4));
        Assert.Equal([ids[0], ids[2], ids[3], ids[4]], queued);
        await queue.StopAsync(CancellationToken.None);

        int Count()
        {
            lock (queued) return queued.Count;
        }
    }
}
