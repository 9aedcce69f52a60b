using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Limits how many requests of a kind hold a connection and a transaction at once in this process; the others wait in the order of their
/// arrival. Without it, slow callers could occupy every connection of the pool. Thread-safe.
/// </summary>
/// <param name="kind">What the requests are, in the plural.</param>
/// <param name="requests">Maximum number at once.</param>
/// <param name="patience">Maximum time to wait.</param>
internal sealed class RequestLimiter(string kind, int requests, TimeSpan patience) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = requests, QueueLimit = int.MaxValue });

    /// <returns>A lease to dispose when the request ends; null when none became free in time.</returns>
    public async Task<IDisposable?> AcquireAsync(CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(patience);
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
        response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem("Try again in a few seconds.", statusCode: StatusCodes.Status503ServiceUnavailable, title: $"Too many {kind} are in progress.");
    }

    public void Dispose() => _limiter.Dispose();
}
