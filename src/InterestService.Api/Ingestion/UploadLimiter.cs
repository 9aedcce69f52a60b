using System.Threading.RateLimiting;

namespace InterestService.Api.Ingestion;

/// <summary>
/// Limits how many uploads of this process hold a connection and a transaction at once; the others wait in the order of their arrival.
/// Without it, slow senders could occupy every connection of the pool.
/// </summary>
internal sealed class UploadLimiter(int uploads, TimeSpan patience) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = uploads, QueueLimit = int.MaxValue });

    /// <returns>A lease to dispose when the upload ends; null when none became free in time.</returns>
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

    public void Dispose() => _limiter.Dispose();
}
