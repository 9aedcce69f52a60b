using System.Runtime.InteropServices;
using InterestService.Api.Jobs;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobRunnerTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _beyond = Lease.Duration + TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("57P01", true)] // admin_shutdown
    [InlineData("57P02", true)] // crash_shutdown
    [InlineData("57P03", true)] // cannot_connect_now
    [InlineData("57014", true)] // query_canceled: statement_timeout
    [InlineData("53300", true)] // too_many_connections
    [InlineData("40P01", true)] // deadlock_detected
    [InlineData("25P03", true)] // idle_in_transaction_session_timeout: the process had stalled
    [InlineData("55000", true)] // the database accepts no connections
    [InlineData("42P01", false)] // undefined_table
    [InlineData("23505", false)] // unique_violation
    [InlineData("22021", false)] // character_not_in_repertoire
    public async Task Only_an_error_that_may_pass_leaves_the_job_to_be_queued_again(string sqlState, bool passes)
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await RunAsync(database, id, (_, _) => throw new DbUpdateException("wrapped", new PostgresException("", "", "", sqlState)));
        Assert.Equal(passes ? "running" : "failed", await database.StateAsync(id));
        Assert.Equal(passes ? null : "unexpected", await database.ScalarAsync("SELECT failure ->> 'code' FROM comparisons") as string);
        await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal(passes ? [id] : [], database.Queued);
        Assert.Equal(1, database.Meters.Read("interestservice.job.runs"));
        Assert.Equal(1, database.Meters.Read("interestservice.job.runs", passes ? "result=interrupted" : "result=failed"));
    }

    [Fact]
    public async Task A_lack_of_memory_or_of_room_on_the_disk_is_the_reason_of_the_failure()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        foreach (var (error, code) in new (Exception, string)[]
        {
            (new InsufficientMemoryException(), "outOfMemory"),
            (new AggregateException(new InvalidOperationException(), new InvalidOperationException("", new InsufficientMemoryException())), "outOfMemory"),
            (new LibtorchException("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 800000000000 bytes."), "outOfMemory"),
            (new LibtorchException("CUDA out of memory. Tried to allocate 20.00 GiB."), "outOfMemory"),
            (new LibtorchException("shape '[2]' is invalid for input of size 3"), "unexpected"),
            (new DbUpdateException("wrapped", new PostgresException("could not extend file", "", "", PostgresErrorCodes.DiskFull)), "diskFull"),
        })
        {
            Guid id = await database.AddAsync();
            await RunAsync(database, id, (_, _) => throw error);
            Assert.Equal(("failed", code), (await database.StateAsync(id), await database.ScalarAsync($"SELECT failure ->> 'code' FROM comparisons WHERE id = '{id}'")));
        }
    }

    [Fact]
    public void Errors_of_the_connection_may_pass_and_those_of_its_use_do_not()
    {
        Assert.True(new NpgsqlException("", new TimeoutException()).IsDatabaseAway());
        Assert.True(new InvalidOperationException("", new NpgsqlException("", new IOException())).IsDatabaseAway());
        Assert.False(new InvalidOperationException("").IsDatabaseAway());
        Assert.False(new OperationCanceledException("", new PostgresException("", "", "", PostgresErrorCodes.QueryCanceled)).IsDatabaseAway());
    }

    [Fact]
    public async Task A_job_survives_an_outage_that_is_longer_than_its_lease()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        var started = new TaskCompletionSource<JobLease>();
        var running = RunAsync(database, id, async (lease, stop) =>
        {
            started.SetResult(lease);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return "";
        });
        var lease = await started.Task;
        await using (await DatabaseOutage.BeginAsync(database.ConnectionString))
        {
            database.Time.Advance(Lease.Duration / 2); // the database may be back in time
            database.Time.Advance(_beyond);
            await Wait.UntilAsync(() => Task.FromResult(lease.Stop.IsCancellationRequested));
        }

        await running;
        Assert.Equal("running", await database.StateAsync(id)); // not failed
        await database.StallAsync(_beyond);
        await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Equal([id], database.Queued);
        await RunAsync(database, id, SaveAsync(database));
        Assert.Equal(("succeeded", 1), (await database.StateAsync(id), (int)(await database.ScalarAsync("SELECT interruptions FROM comparisons"))!));
    }

    [Fact]
    public async Task A_job_that_always_ends_its_worker_fails_at_last()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        for (int i = 0; i < JobRunner.MaxInterruptions; i++)
        {
            Assert.NotNull(await database.TakeAsync(id)); // never disposed: the process has died
            await database.StallAsync(_beyond);
            database.Queued.Clear();
            await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
            Assert.Equal([id], database.Queued);
        }

        bool ran = false;
        await RunAsync(database, id, (_, _) =>
        {
            ran = true;
            return Task.FromResult("");
        });
        Assert.False(ran);
        Assert.Equal("failed", await database.StateAsync(id));
        Assert.Equal("interrupted", await database.ScalarAsync("SELECT failure ->> 'code' FROM comparisons"));
        database.Queued.Clear();
        await database.Sweeper.SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(database.Queued);
    }

    [Fact]
    public async Task A_shutdown_returns_the_job_and_is_no_interruption()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        using var shutdown = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.Runner.RunAsync<Comparison>(
            id,
            async (_, stop) =>
            {
                await shutdown.CancelAsync();
                stop.ThrowIfCancellationRequested();
                return "";
            },
            shutdown.Token));
        Assert.Equal("queued", await database.StateAsync(id));
        await RunAsync(database, id, SaveAsync(database));
        Assert.Equal(("succeeded", 0), (await database.StateAsync(id), (int)(await database.ScalarAsync("SELECT interruptions FROM comparisons"))!));
    }

    [Fact]
    public async Task A_cancelled_job_ends_as_cancelled_and_releases_its_lease()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await RunAsync(database, id, async (_, stop) =>
        {
            await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken);
            await database.AdvanceAsync(Lease.Heartbeat);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop).WaitAsync(Wait.Limit, CancellationToken.None);
            return "";
        });
        Assert.Equal("canceled", await database.StateAsync(id));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM leases"));
    }

    private sealed class LibtorchException(string message) : ExternalException(message);

    private static Func<JobLease, CancellationToken, Task<string>> SaveAsync(JobDatabase database) => async (lease, _) =>
    {
        await using var save = await Save.BeginAsync(database, lease);
        await save.CommitAsync();
        return "saved";
    };

    private static Task RunAsync(JobDatabase database, Guid id, Func<JobLease, CancellationToken, Task<string>> work) =>
        database.Runner.RunAsync<Comparison>(id, work, CancellationToken.None);
}
