using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Limits how many requests of a kind hold a connection and a transaction at once in this process; the others wait in the order of their
/// arrival. Without it, slow callers could occupy every connection of the pool. Thread-safe.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    private readonly string _kind;
    private readonly TimeSpan _patience;
    private readonly ConcurrencyLimiter _limiter;
    private readonly Counter<long> _refused;
    private readonly KeyValuePair<string, object?> _label;

    /// <param name="kind">What the requests are, in the plural; a label of the metrics.</param>
    /// <param name="requests">Maximum number at once.</param>
    /// <param name="patience">Maximum time to wait.</param>
    /// <param name="meters">Creates the instruments.</param>
    public RequestLimiter(string kind, int requests, TimeSpan patience, IMeterFactory meters)
    {
        (_kind, _patience, _label) = (kind, patience, new("kind", kind));
        _limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = requests, QueueLimit = int.MaxValue });
        var meter = meters.Service();
        meter.CreateObservableUpDownCounter(
            "interestservice.requests.in_progress", () => new Measurement<long>(requests - _limiter.GetStatistics()!.CurrentAvailablePermits, _label), "{request}", "Requests that hold a place.");
        meter.CreateObservableUpDownCounter(
            "interestservice.requests.waiting", () => new Measurement<long>(_limiter.GetStatistics()!.CurrentQueuedCount, _label), "{request}", "Requests that wait for a place.");
        _refused = meter.CreateCounter<long>("interestservice.requests.refused", "{request}", "Requests that got no place in time.");
        _refused.Add(0, _label);
    }

    /// <returns>A lease to dispose when the request ends; null when none became free in time.</returns>
    public async Task<IDisposable?> AcquireAsync(CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(_patience);
        try
        {
            return await _limiter.AcquireAsync(permitCount: 1, waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Creates the answer to a request that got no lease.</summary>
    public ProblemHttpResult Refuse(HttpResponse response)
    {
        _refused.Add(1, _label);
        response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem("Try again in a few seconds.", statusCode: StatusCodes.Status503ServiceUnavailable, title: $"Too many {_kind} are in progress.");
    }

    public void Dispose() => _limiter.Dispose();
}
