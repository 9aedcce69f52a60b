using InterestService.Api.Hosting.Http;

namespace InterestService.Api.Tests.Hosting;

public sealed class RequestLimiterTests
{
    [Fact]
    public async Task A_request_waits_until_another_one_ends()
    {
        using var limiter = new RequestLimiter("uploads", requests: 2, Timeout.InfiniteTimeSpan);
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
        using var limiter = new RequestLimiter("uploads", requests: 1, TimeSpan.FromMilliseconds(20));
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
        using var limiter = new RequestLimiter("uploads", requests: 1, Timeout.InfiniteTimeSpan);
        using var only = await AcquireAsync(limiter);
        using var caller = new CancellationTokenSource();
        var waiting = limiter.AcquireAsync(caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task<IDisposable?> AcquireAsync(RequestLimiter limiter) => limiter.AcquireAsync(TestContext.Current.CancellationToken);
}
