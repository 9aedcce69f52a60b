using InterestService.Api.Hosting.Http;
using InterestService.Api.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.Hosting;

public sealed class RequestLimiterTests
{
    [Fact]
    public async Task A_request_waits_until_another_one_ends()
    {
        using var meters = new TestMeters();
        using var limiter = new RequestLimiter("uploads", requests: 2, Timeout.InfiniteTimeSpan, meters.Factory);
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
        using var limiter = new RequestLimiter("uploads", requests: 1, TimeSpan.FromMilliseconds(20), meters.Factory);
        var only = await AcquireAsync(limiter);
        Assert.NotNull(only);
        Assert.Null(await AcquireAsync(limiter));
        only.Dispose();
        using var next = await AcquireAsync(limiter);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_ends_the_wait()
    {
        using var meters = new TestMeters();
        using var limiter = new RequestLimiter("uploads", requests: 1, Timeout.InfiniteTimeSpan, meters.Factory);
        using var only = await AcquireAsync(limiter);
        using var caller = new CancellationTokenSource();
        var waiting = limiter.AcquireAsync(caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Those_that_hold_a_place_wait_or_are_refused_are_counted()
    {
        using var meters = new TestMeters();
        using var limiter = new RequestLimiter("uploads", requests: 2, Timeout.InfiniteTimeSpan, meters.Factory);
        using var other = new RequestLimiter("exports", requests: 2, Timeout.InfiniteTimeSpan, meters.Factory);
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

    private static Task<IDisposable?> AcquireAsync(RequestLimiter limiter) => limiter.AcquireAsync(TestContext.Current.CancellationToken);
}
