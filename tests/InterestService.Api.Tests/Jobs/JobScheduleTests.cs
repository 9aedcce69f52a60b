using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Jobs;

/// <summary>Everything that can happen to a job whose first worker has stalled, in every order.</summary>
public sealed class JobScheduleTests(PostgresFixture postgres)
{
    [Fact]
    public async Task At_most_one_worker_saves_and_what_was_cancelled_is_not_saved()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        int schedules = 0;
        foreach (int[] order in Schedule.Orders(2, 2, 1, 1))
        {
            await RunAsync(database, order);
            schedules++;
        }

        Assert.Equal(180, schedules);
    }

    private static async Task RunAsync(JobDatabase database, int[] order)
    {
        Guid id = await database.AddAsync();
        database.Queued.Clear();
        await using var stalled = new Worker(database, (await database.TakeAsync(id))!);
        await database.StallAsync(Lease.Duration + TimeSpan.FromSeconds(1));
        await using var next = new Worker(database, null);
        bool canceled = false, sweptWhileHeld = false;
        await Schedule.RunAsync(
            database.Database, order,
            [stalled.BeginSaveAsync, stalled.CommitAsync],
            [() => next.TakeAsync(id), next.SaveAsync],
            [async () =>
            {
                bool held = next.Holds;
                await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
                sweptWhileHeld = held && next.Holds && database.Queued.Contains(id);
            }],
            [async () => canceled = await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken)]);

        string schedule = string.Join(' ', order);
        int saved = (int)(await database.ScalarAsync($"SELECT items FROM comparisons WHERE id = '{id}'"))!;
        string state = await database.StateAsync(id);
        Assert.True(saved == (stalled.Saved ? 1 : 0) + (next.Saved ? 1 : 0), schedule);
        Assert.True(saved <= 1, schedule);
        Assert.True(saved == 0 || !canceled, schedule);
        Assert.True((state == "succeeded") == (saved == 1), $"{schedule}: {state}");
        Assert.False(sweptWhileHeld, schedule);
        Assert.True(canceled || saved == 1, schedule); // nothing is lost: the job is saved, unless it is cancelled
    }

    /// <summary>A worker that saves in two steps, or in one.</summary>
    private sealed class Worker(JobDatabase database, JobLease? lease) : IAsyncDisposable
    {
        private JobLease? _lease = lease;
        private Save? _save;

        public bool Saved { get; private set; }

        public bool Holds => _lease is not null && !Saved;

        public async Task TakeAsync(Guid id) => _lease = await database.TakeAsync(id);

        public async Task BeginSaveAsync()
        {
            try
            {
                if (_lease is not null) _save = await Save.BeginAsync(database, _lease);
            }
            catch (Exception exception) when (exception is LeaseLostException or OperationCanceledException)
            {
                // It must not save.
            }
        }

        public async Task CommitAsync()
        {
            if (_save is null) return;
            await _save.CommitAsync();
            Saved = true;
        }

        public async Task SaveAsync()
        {
            await BeginSaveAsync();
            await CommitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (_save is not null) await _save.DisposeAsync();
            if (_lease is not null) await _lease.DisposeAsync();
        }
    }
}
