using InterestService.Api.Hosting.Http;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace InterestService.Api.Tests.Hosting;

public sealed class RequestLimiterTests
{
    [Fact]
    public async Task A_request_waits_until_another_one_ends()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 2, 2, Timeout.InfiniteTimeSpan);
        using var first = await AcquireAsync(limiter);
        var second = await AcquireAsync(limiter);
        var third = AcquireAsync(limiter);
        Assert.False(third.IsCompleted);
        second!.Dispose();
        using var acquired = await third;
        Assert.NotNull(acquired);
    }

    [Fact]
    public async Task A_request_whose_wait_times_out_acquires_nothing()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 1, 1, TimeSpan.FromMilliseconds(20));
        var only = await AcquireAsync(limiter);
        Assert.NotNull(only);
        Assert.Null(await AcquireAsync(limiter));
        Assert.Null(await AcquireAsync(limiter, "other"));
        only.Dispose();
        using var next = await AcquireAsync(limiter, "other");
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_ends_the_wait()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 1, 1, Timeout.InfiniteTimeSpan);
        using var only = await AcquireAsync(limiter);
        using var caller = new CancellationTokenSource();
        var waiting = limiter.AcquireAsync("caller", caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task One_caller_leaves_places_to_the_others()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 3, 2, TimeSpan.FromMilliseconds(20));
        using var first = await AcquireAsync(limiter);
        var second = await AcquireAsync(limiter);
        Assert.Null(await AcquireAsync(limiter));
        using var other = await AcquireAsync(limiter, "other");
        Assert.NotNull(other);
        second!.Dispose();
        using var third = await AcquireAsync(limiter);
        Assert.NotNull(third);
    }

    [Fact]
    public async Task Requests_that_could_not_be_served_soon_are_refused_at_once()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 1, 1, Timeout.InfiniteTimeSpan);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var only = await AcquireAsync(limiter);
        var waiting = Enumerable.Range(0, 5000).Select(i => limiter.AcquireAsync($"caller-{i % 50}", stop.Token)).ToList();
        var refused = waiting.Where(wait => wait.IsCompletedSuccessfully && wait.Result is null).ToList();
        Assert.Equal(4500, refused.Count);
        await stop.CancelAsync();
        foreach (var wait in waiting.Except(refused)) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task One_caller_leaves_room_for_others_to_wait()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 2, 1, Timeout.InfiniteTimeSpan);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var flood = Enumerable.Range(0, 2000).Select(_ => limiter.AcquireAsync("caller", stop.Token)).ToList();
        using var other = await AcquireAsync(limiter, "other");
        Assert.NotNull(other);
        Assert.Equal(250, flood.Count(wait => !wait.IsCompleted));
        await stop.CancelAsync();
        foreach (var wait in flood.Where(wait => !wait.IsCompletedSuccessfully)) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task Those_that_hold_a_place_wait_or_are_refused_are_counted()
    {
        using var meters = new TestMeters();
        using var limiter = Create(meters, 2, 2, Timeout.InfiniteTimeSpan);
        using var other = Create(meters, 2, 2, Timeout.InfiniteTimeSpan, "exports");
        using var first = await AcquireAsync(limiter);
        using var second = await AcquireAsync(limiter);
        var third = AcquireAsync(limiter);
        limiter.Refuse(new DefaultHttpContext().Response);
        Assert.Equal((2, 1, 1), (Read("in_progress", "uploads"), Read("waiting", "uploads"), Read("refused", "uploads")));
        Assert.Equal((0, 0, 0), (Read("in_progress", "exports"), Read("waiting", "exports"), Read("refused", "exports")));
        second!.Dispose();
        (await third)!.Dispose();
        Assert.Equal((1, 0), (Read("in_progress", "uploads"), Read("waiting", "uploads")));

        double Read(string name, string kind) => meters.Read($"interestservice.requests.{name}", $"kind={kind}");
    }

    [Theory]
    [InlineData(0.01, 200)] // seconds that a request takes, and how many may wait
    [InlineData(0.1, 20)]
    [InlineData(10, 2)] // as many as there are places
    public async Task As_many_wait_as_are_expected_to_be_served_soon(double seconds, int admitted)
    {
        using var meters = new TestMeters();
        var time = new FakeTimeProvider();
        using var limiter = new RequestLimiter("uploads", requests: 3, perCaller: 2, expected: TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan, time, meters.Factory);
        var first = await AcquireAsync(limiter);
        time.Advance(TimeSpan.FromSeconds(seconds));
        first!.Dispose();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var one = await AcquireAsync(limiter);
        using var two = await AcquireAsync(limiter);
        var waiting = Enumerable.Range(0, admitted).Select(_ => limiter.AcquireAsync("caller", stop.Token)).ToList();
        Assert.All(waiting, wait => Assert.False(wait.IsCompleted));
        Assert.True(limiter.IsCrowded("caller"));
        Assert.Null(await AcquireAsync(limiter));
        Assert.False(limiter.IsCrowded("other"));
        using var other = await AcquireAsync(limiter, "other");
        Assert.NotNull(other);
        await stop.CancelAsync();
        foreach (var wait in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.False(limiter.IsCrowded("caller"));
    }

    private static RequestLimiter Create(TestMeters meters, int requests, int perCaller, TimeSpan patience, string kind = "uploads") =>
        new(kind, requests, perCaller, TimeSpan.FromSeconds(1), patience, TimeProvider.System, meters.Factory);

    private static Task<IDisposable?> AcquireAsync(RequestLimiter limiter, string caller = "caller") => limiter.AcquireAsync(caller, TestContext.Current.CancellationToken);
}
