using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Tests.Support;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class JobLeaseTests(PostgresFixture postgres)
{
    private static readonly TimeSpan _almost = Lease.Duration - TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _beyond = Lease.Duration + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_lease_that_is_held_cannot_be_taken()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = await database.TakeAsync(id);
        Assert.NotNull(lease);
        Assert.Null(await database.TakeAsync(id));
        await database.StallAsync(_almost);
        Assert.Null(await database.TakeAsync(id));
        Assert.Equal(0, await database.ScalarAsync("SELECT interruptions FROM comparisons"));
    }

    [Fact]
    public async Task The_heartbeat_keeps_a_lease_for_longer_than_one_lasts()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = (await database.TakeAsync(id))!;
        lease.Report(new JobProgress("encode", .4, new EpochReport(3, 8, 6.5, .25)));
        for (int i = 0; i < 3; i++) await database.BeatAsync(id, _almost);
        Assert.Null(await database.TakeAsync(id));
        Assert.False(lease.Stop.IsCancellationRequested);
        await Wait.UntilAsync(async () => await database.ScalarAsync("SELECT concat_ws(' ', stage, progress, loss, recall_at10, epoch) FROM comparisons") is "encode 0.4 6.5 0.25 3");
    }

    [Fact]
    public async Task An_expired_lease_passes_on_and_its_holder_can_write_no_more()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        var stalled = (await database.TakeAsync(id))!;
        await database.StallAsync(_beyond);
        await using var next = (await database.TakeAsync(id))!;
        Assert.NotNull(next);
        Assert.Equal((0, 1), (stalled.Interruptions, next.Interruptions));

        await Assert.ThrowsAsync<LeaseLostException>(() => Save.BeginAsync(database, stalled));
        await stalled.FailAsync(new JobFailure(FailureCode.Unexpected, "late"), TestContext.Current.CancellationToken);
        await stalled.CancelAsync(TestContext.Current.CancellationToken);
        Assert.Equal("running", await database.StateAsync(id));
        await stalled.DisposeAsync();
        Assert.Null(await database.TakeAsync(id)); // the release was not of the other's lease

        await using var save = await Save.BeginAsync(database, next);
        await save.CommitAsync();
        Assert.Equal("succeeded", await database.StateAsync(id));
    }

    [Fact]
    public async Task The_server_ends_a_transaction_of_a_job_that_stalls_for_as_long_as_a_lease_lasts()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        await using var connection = await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var limit = new NpgsqlCommand("SELECT current_setting('idle_in_transaction_session_timeout')::interval", connection);
        await using (await JobLease.BeginAsync(connection, TestContext.Current.CancellationToken))
            Assert.Equal(Lease.Duration, await limit.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.Zero, await limit.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_heartbeat_does_not_revive_a_lease_that_was_lost()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var stalled = (await database.TakeAsync(id))!;
        await database.StallAsync(_beyond);
        // This holder's own heartbeat stands still.
        await using var next = (await JobLease.TakeAsync(database.Database, new FakeTimeProvider(), database.Kind, id, TestContext.Current.CancellationToken))!;
        object? expiry = await database.ScalarAsync("SELECT expires_at FROM leases");
        await database.AdvanceAsync(Lease.Heartbeat);
        await Wait.UntilAsync(async () => stalled.Stop.IsCancellationRequested || !Equals(expiry, await database.ScalarAsync("SELECT expires_at FROM leases")));
        Assert.Equal(expiry, await database.ScalarAsync("SELECT expires_at FROM leases"));
        Assert.True(stalled.IsLost);
        Assert.False(stalled.CancelRequested);
        Assert.False(next.IsLost);
    }

    [Fact]
    public async Task A_save_that_takes_longer_than_a_lease_lasts_is_neither_stopped_nor_overtaken()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = (await database.TakeAsync(id))!;
        await using var save = await Save.BeginAsync(database, lease); // has locked and changed the row of the job
        for (int i = 0; i < 3; i++) await database.BeatAsync(id, _almost);
        Assert.False(lease.Stop.IsCancellationRequested);
        await database.StallAsync(_beyond); // even without a heartbeat
        Assert.Null(await database.TakeAsync(id));
        await save.CommitAsync();
        Assert.Null(await database.TakeAsync(id));
        Assert.Equal("succeeded", await database.StateAsync(id));
    }

    [Fact]
    public async Task The_heartbeat_sees_that_the_job_is_cancelled()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = (await database.TakeAsync(id))!;
        Assert.True(await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken));
        Assert.False(lease.Stop.IsCancellationRequested);
        await database.AdvanceAsync(Lease.Heartbeat);
        await Wait.UntilAsync(() => Task.FromResult(lease.Stop.IsCancellationRequested));
        Assert.True(lease.CancelRequested);
        Assert.False(lease.IsLost);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_before_it_is_saved_is_not_saved()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = (await database.TakeAsync(id))!;
        Assert.True(await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Save.BeginAsync(database, lease));
        Assert.True(lease.CancelRequested);
    }

    [Fact]
    public async Task A_cancellation_that_meets_a_save_comes_too_late()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        await using var lease = (await database.TakeAsync(id))!;
        await using var save = await Save.BeginAsync(database, lease);
        var cancelling = database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken);
        await save.CommitAsync();
        Assert.False(await cancelling);
        Assert.Equal("succeeded", await database.StateAsync(id));
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_at_once_and_never_starts()
    {
        await using var database = await JobDatabase.CreateAsync(postgres);
        Guid id = await database.AddAsync();
        Assert.True(await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken));
        Assert.Equal("canceled", await database.StateAsync(id));
        Assert.Equal(true, await database.ScalarAsync("SELECT finished_at = now() FROM comparisons"));
        Assert.Null(await database.TakeAsync(id));
        Assert.Equal(0L, await database.ScalarAsync("SELECT count(*) FROM leases"));
        Assert.False(await database.Store.CancelAsync<Comparison>(id, TestContext.Current.CancellationToken));
    }
}
