using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Limits how many requests of a kind hold a connection and a transaction at once in this process; others wait in the order of their arrival, and
/// those beyond a number that can be served soon are refused at once. Without it, slow callers could occupy every connection of the pool.
/// Thread-safe.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    /// <summary>The most requests that wait; each holds the first 64 KiB of its body.</summary>
    private const int Waiting = 500;

    private const int WaitingPerCaller = 250;

    private readonly string _kind;
    private readonly TimeSpan _patience;
    private readonly ConcurrencyLimiter _room;
    private readonly PartitionedRateLimiter<string> _callers;
    private readonly ConcurrencyLimiter _limiter;
    private readonly Counter<long> _refused;
    private readonly KeyValuePair<string, object?> _label;

    /// <param name="kind">What the requests are, in the plural; a label of the metrics.</param>
    /// <param name="requests">Maximum number at once.</param>
    /// <param name="perCaller">Maximum number at once of one caller; fewer than <paramref name="requests"/>, so that none can keep out all others.</param>
    /// <param name="patience">Maximum time to wait.</param>
    /// <param name="meters">Creates the instruments.</param>
    public RequestLimiter(string kind, int requests, int perCaller, TimeSpan patience, IMeterFactory meters)
    {
        (_kind, _patience, _label) = (kind, patience, new("kind", kind));
        _room = new ConcurrencyLimiter(Places(requests + Waiting, waiting: 0));
        _callers = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller, _ => Places(perCaller, WaitingPerCaller)));
        _limiter = new ConcurrencyLimiter(Places(requests, Waiting));
        var meter = meters.Service();
        meter.CreateObservableUpDownCounter(
            "interestservice.requests.in_progress", () => new Measurement<long>(requests - _limiter.GetStatistics()!.CurrentAvailablePermits, _label), "{request}", "Requests that hold a place.");
        // Those that wait for a place of their caller hold a part of the room too.
        meter.CreateObservableUpDownCounter(
            "interestservice.requests.waiting",
            () => new Measurement<long>(Waiting - _room.GetStatistics()!.CurrentAvailablePermits + _limiter.GetStatistics()!.CurrentAvailablePermits, _label), "{request}", "Requests that wait for a place.");
        _refused = meter.CreateCounter<long>("interestservice.requests.refused", "{request}", "Requests that got no place in time.");
        _refused.Add(0, _label);
    }

    /// <param name="caller">Name of the caller.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>A lease to dispose when the request ends; null when too many wait or none became free in time.</returns>
    public async Task<IDisposable?> AcquireAsync(string caller, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(_patience);
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
        _refused.Add(1, _label);
        response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem("Try again in a few seconds.", statusCode: StatusCodes.Status429TooManyRequests, title: $"Too many {_kind} are in progress.");
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
