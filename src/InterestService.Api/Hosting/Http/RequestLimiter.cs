using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Limits how many requests of a kind hold a connection and a transaction at once in this process; others wait in the order of their arrival, and
/// those beyond a number that can be served soon are refused at once. Without it, slow callers could occupy every connection of the pool.
/// Thread-safe.
/// </summary>
/// <param name="kind">What the requests are, in the plural.</param>
/// <param name="requests">Maximum number at once.</param>
/// <param name="perCaller">Maximum number at once of one caller; fewer than <paramref name="requests"/>, so that none can keep out all others.</param>
/// <param name="patience">Maximum time to wait.</param>
internal sealed class RequestLimiter(string kind, int requests, int perCaller, TimeSpan patience) : IDisposable
{
    /// <summary>The most requests that wait; each holds the first 64 KiB of its body.</summary>
    private const int Waiting = 500;

    private const int WaitingPerCaller = 250;

    private readonly ConcurrencyLimiter _room = new(Places(requests + Waiting, waiting: 0));

    private readonly PartitionedRateLimiter<string> _callers = PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => Places(perCaller, WaitingPerCaller)));

    private readonly ConcurrencyLimiter _limiter = new(Places(requests, Waiting));

    /// <param name="caller">Name of the caller.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>A lease to dispose when the request ends; null when too many wait or none became free in time.</returns>
    public async Task<IDisposable?> AcquireAsync(string caller, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(patience);
        var lease = new Lease();
        try
        {
            if (lease.Add(_room.AttemptAcquire())
                && lease.Add(await _callers.AcquireAsync(caller, permitCount: 1, waiting.Token))
                && lease.Add(await _limiter.AcquireAsync(permitCount: 1, waiting.Token))) return lease;
        }
        catch (OperationCanceledException)
        {
            lease.Dispose();
            if (cancellation.IsCancellationRequested) throw;
            return null;
        }

        lease.Dispose();
        return null;
    }

    /// <summary>Creates the answer to a request that got no lease.</summary>
    public ProblemHttpResult Refuse(HttpResponse response)
    {
        response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem("Try again in a few seconds.", statusCode: StatusCodes.Status429TooManyRequests, title: $"Too many {kind} are in progress.");
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _callers.Dispose();
        _room.Dispose();
    }

    private static ConcurrencyLimiterOptions Places(int requests, int waiting) => new() { PermitLimit = requests, QueueLimit = waiting };

    /// <summary>What a request holds of each limit.</summary>
    private sealed class Lease : IDisposable
    {
        private readonly Stack<RateLimitLease> _held = [];

        /// <returns>Whether the limit gave it.</returns>
        public bool Add(RateLimitLease lease)
        {
            _held.Push(lease);
            return lease.IsAcquired;
        }

        public void Dispose()
        {
            while (_held.TryPop(out var lease)) lease.Dispose();
        }
    }
}
