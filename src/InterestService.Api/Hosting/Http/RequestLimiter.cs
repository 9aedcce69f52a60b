using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Limits how many requests of a kind hold a connection and a transaction at once in this process; others wait in the order of their arrival, and
/// those that could not be served soon are refused at once: by Little's law, from how many wait and how long the last ones took. Without it, slow
/// callers could occupy every connection of the pool, and under overload everyone would wait for long. Thread-safe.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    /// <summary>The most requests that wait; each holds the first 64 KiB of its body.</summary>
    private const int Waiting = 500;

    private const int WaitingPerCaller = 250;

    /// <summary>Weight of a request in the mean duration.</summary>
    private const double Latest = 1.0 / 8;

    private readonly string _kind;
    private readonly int _requests;
    private readonly int _perCaller;
    private readonly TimeSpan _expected;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ConcurrencyLimiter _room;
    private readonly PartitionedRateLimiter<string> _callers;
    private readonly ConcurrencyLimiter _limiter;
    private readonly Counter<long> _refused;
    private readonly KeyValuePair<string, object?> _label;
    private double _duration; // mean of the latest requests, in seconds; 0 before the first

    /// <param name="kind">What the requests are, in the plural; a label of the metrics.</param>
    /// <param name="requests">Maximum number at once.</param>
    /// <param name="perCaller">Maximum number at once of one caller; fewer than <paramref name="requests"/>, so that none can keep out all others.</param>
    /// <param name="expected">
    /// Maximum time that a request is expected to wait; as many as there are places may always wait, which is about as long as a request takes.
    /// </param>
    /// <param name="patience">Maximum time that it does wait.</param>
    /// <param name="time">Measures how long requests take.</param>
    /// <param name="meters">Creates the instruments.</param>
    public RequestLimiter(string kind, int requests, int perCaller, TimeSpan expected, TimeSpan patience, TimeProvider time, IMeterFactory meters)
    {
        (_kind, _requests, _perCaller, _expected, _patience, _time, _label) = (kind, requests, perCaller, expected, patience, time, new("kind", kind));
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

    /// <summary>Whether a request would be refused at once. One that has to send a body first need not send it then.</summary>
    /// <param name="caller">Name of the caller.</param>
    public bool IsCrowded(string caller) => IsCrowded(_callers.GetStatistics(caller), _perCaller) || IsCrowded(_limiter.GetStatistics(), _requests);

    /// <param name="caller">Name of the caller.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>A lease to dispose when the request ends; null when too many wait or none became free in time.</returns>
    public async Task<IDisposable?> AcquireAsync(string caller, CancellationToken cancellation)
    {
        if (IsCrowded(caller)) return null;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(_patience);
        var lease = new Lease(this);
        try
        {
            if (lease.Add(_room.AttemptAcquire())
                && lease.Add(await _callers.AcquireAsync(caller, permitCount: 1, waiting.Token))
                && lease.Add(await _limiter.AcquireAsync(permitCount: 1, waiting.Token)))
            {
                lease.Begin();
                return lease;
            }
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

    private bool IsCrowded(RateLimiterStatistics? limit, int places) =>
        limit!.CurrentQueuedCount >= Math.Max(places, places * _expected.TotalSeconds / Volatile.Read(ref _duration));

    /// <summary>Takes a request into the mean. Of two that end at the same moment, one may be left out.</summary>
    private void Count(TimeSpan duration)
    {
        double mean = Volatile.Read(ref _duration);
        Volatile.Write(ref _duration, mean == 0 ? duration.TotalSeconds : mean + Latest * (duration.TotalSeconds - mean));
    }

    /// <summary>What a request holds of each limit.</summary>
    private sealed class Lease(RequestLimiter limiter) : IDisposable
    {
        private readonly Stack<RateLimitLease> _held = [];
        private long _begun; // 0 until it holds all of them

        /// <summary>Tells that the request holds its place.</summary>
        public void Begin() => _begun = limiter._time.GetTimestamp();

        /// <returns>Whether the limit gave it.</returns>
        public bool Add(RateLimitLease lease)
        {
            _held.Push(lease);
            return lease.IsAcquired;
        }

        public void Dispose()
        {
            if (_begun != 0) limiter.Count(limiter._time.GetElapsedTime(_begun));
            _begun = 0;
            while (_held.TryPop(out var lease)) lease.Dispose();
        }
    }
}
