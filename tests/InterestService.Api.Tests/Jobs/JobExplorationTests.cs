using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Jobs;

/// <summary>A worker that has stalled, a second delivery of its job, the sweeper and a cancellation, statement by statement.</summary>
public sealed class JobExplorationTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_last_worker_that_took_the_job_ends_it_and_no_other()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        var schedules = await Exploration.RunAsync(database.Database, 1, 50, () => PrepareAsync(database));
        Assert.InRange(schedules.Count, 40, 50);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_schedules()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        var schedules = await Exploration.RunAsync(database.Database, 2, 10, () => PrepareAsync(database));
        Assert.Equal(schedules, await Exploration.RunAsync(database.Database, 2, 10, () => PrepareAsync(database)));
        Assert.NotEqual(schedules, await Exploration.RunAsync(database.Database, 3, 10, () => PrepareAsync(database)));
    }

    private static async Task<Scenario> PrepareAsync(JobDatabase database)
    {
        Guid id = await database.AddAsync();
        database.Queued.Clear();
        var stalled = new Worker(database);
        await stalled.TakeAsync(id);
        await database.StallAsync(Lease.Duration + TimeSpan.FromSeconds(1));
        var (second, swept) = (new Worker(database), new Worker(database));
        bool canceled = false;
        return new Scenario(
            [
                stalled.WorkAsync,
                () => second.RunAsync(id),
                async () =>
                {
                    await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
                    if (database.Queued.Contains(id)) await swept.RunAsync(id);
                },
                async () => canceled = await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken),
            ],
            async () =>
            {
                Worker[] workers = [stalled, second, swept];
                var last = workers.MaxBy(worker => worker.Taken)!;
                Assert.All(workers, worker => Assert.True(!worker.Saved || worker == last, "A worker saved whose job another one had taken."));
                Assert.Equal(last.Saved ? 1 : 0, await database.ScalarAsync($"SELECT items FROM comparisons WHERE id = '{id}'"));
                Assert.Equal(canceled ? "canceled" : "succeeded", await database.StateAsync(id));
                Assert.Equal(!canceled, last.Saved);
                Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM leases"));
            });
    }

    /// <summary>A worker that saves the result of the job, unless it is cancelled or taken over.</summary>
    private sealed class Worker(JobDatabase database)
    {
        private static int _takes;
        private JobLease? _lease;

        /// <summary>Place among all times that a worker has taken a job; 0 when it has not.</summary>
        public int Taken { get; private set; }

        public bool Saved { get; private set; }

        public async Task TakeAsync(Guid id)
        {
            _lease = await database.TakeAsync(id);
            if (_lease is not null) Taken = ++_takes;
        }

        public async Task RunAsync(Guid id)
        {
            await TakeAsync(id);
            if (_lease is not null) await WorkAsync();
        }

        public async Task WorkAsync()
        {
            await using var lease = _lease!;
            try
            {
                await using var save = await Save.BeginAsync(database, lease);
                await save.CommitAsync();
                Saved = true;
            }
            catch (OperationCanceledException) when (lease.CancelRequested)
            {
                await lease.CancelAsync(TestContext.Current.CancellationToken);
            }
            catch (LeaseLostException)
            {
                // Another worker has the job.
            }
        }
    }
}
