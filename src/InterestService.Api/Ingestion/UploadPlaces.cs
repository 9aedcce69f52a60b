namespace InterestService.Api.Ingestion;

/// <summary>
/// How many uploads hold a connection and a transaction at once in this process; the others wait. Without it, callers that send
/// slowly could take every connection of the pool.
/// </summary>
internal sealed class UploadPlaces : IDisposable
{
    private const int Places = 16;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _free = new(Places);

    /// <returns>A place, given back when disposed; null: none came free in time.</returns>
    public async Task<IDisposable?> TakeAsync(CancellationToken cancellation) =>
        await _free.WaitAsync(_patience, cancellation) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
