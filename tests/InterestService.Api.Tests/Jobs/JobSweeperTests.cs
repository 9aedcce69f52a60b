using InterestService.Api.Jobs;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobSweeperTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _beyond = Lease.Duration + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_job_is_queued_again_when_nobody_holds_its_lease_and_not_before()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        Assert.NotNull(await database.TakeAsync(id)); // never disposed: the process has died
        Assert.Empty(await SweepAsync(database));
        await database.StallAsync(_beyond);
        Assert.Equal([id], await SweepAsync(database));

        var lease = await database.TakeAsync(id);
        Assert.Empty(await SweepAsync(database));
        await lease!.DisposeAsync(); // by a worker that lost its database for a while
        Assert.Equal([id], await SweepAsync(database));
    }

    [Fact]
    public async Task A_live_job_is_left_alone_however_long_it_runs()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = await database.TakeAsync(id);
        for (int i = 0; i < 3; i++)
        {
            await database.BeatAsync(id, Lease.Duration);
            Assert.Empty(await SweepAsync(database));
        }
    }

    [Fact]
    public async Task Jobs_that_are_over_are_left_alone()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        foreach (string state in new[] { "succeeded", "failed", "canceled" }) await database.AddAsync(state);
        await database.StallAsync(_beyond);
        Assert.Empty(await SweepAsync(database));
    }

    [Fact]
    public async Task The_lease_that_a_process_left_which_died_after_it_had_saved_is_removed()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        Assert.NotNull(await database.TakeAsync(id)); // never disposed
        await database.ExecuteAsync("UPDATE comparisons SET state = 'succeeded'");
        await database.StallAsync(_beyond);
        await SweepAsync(database);
        Assert.Equal(1L, await database.ScalarAsync("SELECT count(*) FROM leases")); // its holder may only be late

        await database.StallAsync(Lease.Duration);
        await using (var saving = await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await saving.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var held = new NpgsqlCommand("SELECT FROM leases FOR KEY SHARE", saving);
            await held.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await SweepAsync(database);
        }

        Assert.Equal(1L, await database.ScalarAsync("SELECT count(*) FROM leases"));
        await SweepAsync(database);
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM leases"));
    }

    [Fact]
    public async Task The_longest_waiting_job_is_queued_when_all_workers_are_idle()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid running = await database.AddAsync();
        await using (await database.TakeAsync(running))
        {
            Guid first = await database.AddAsync();
            await database.AddAsync();
            Assert.Empty(await SweepAsync(database)); // they have just been added
            await database.BeatAsync(running, _beyond);
            Assert.Empty(await SweepAsync(database)); // they wait for the worker
            await database.ExecuteAsync($"UPDATE comparisons SET state = 'succeeded' WHERE id = '{running}'");
            Assert.Equal([first], await SweepAsync(database));
        }
    }

    [Fact]
    public async Task A_job_that_a_later_one_has_overtaken_was_never_queued()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid lost = await database.AddAsync();
        Guid later = await database.AddAsync();
        await using var lease = await database.TakeAsync(later);
        await database.BeatAsync(later, _beyond);
        Assert.Equal([lost], await SweepAsync(database));
    }

    [Fact]
    public async Task It_sweeps_at_the_start_and_after_each_interval()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync("running"); // without a lease
        await database.Sweeper.StartAsync(TestContext.Current.CancellationToken);
        for (int round = 1; round <= 3; round++)
        {
            await Wait.UntilAsync(() => Task.FromResult(database.Queued.Count == round));
            await database.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        await database.Sweeper.StopAsync(TestContext.Current.CancellationToken);
        Assert.All(database.Queued, queued => Assert.Equal(id, queued));
    }

    private static async Task<Guid[]> SweepAsync(JobDatabase database)
    {
        database.Queued.Clear();
        await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        return [.. database.Queued];
    }
}
