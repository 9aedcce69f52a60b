using InterestService.Api.Publishing.Snapshots;
using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>
/// The model behind the published clustering, read when it is first needed and kept while that clustering is published. It runs on
/// the CPU: a few users at a time are not worth a copy to another device.
/// </summary>
internal sealed class PublishedModel(NpgsqlDataSource database, PublishedSnapshot published) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Shared? _current;

    /// <summary>The model to be used and then disposed, with the snapshot that it belongs to; null while nothing is published.</summary>
    public async Task<Lease?> RentAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (published.Current is not { } snapshot) return null;
            if (_current is { } shared && shared.ClusteringId == snapshot.ClusteringId && shared.TryRent()) return new Lease(shared, snapshot);
            await ReadAsync(snapshot.ClusteringId, cancellation);
        }
    }

    public void Dispose()
    {
        _current?.Return();
        _reading.Dispose();
    }

    private async Task ReadAsync(Guid clusteringId, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (_current?.ClusteringId == clusteringId) return;
            await using var query = database.CreateCommand("SELECT content FROM models WHERE clustering_id = $1");
            query.Parameters.AddWithValue(clusteringId);
            // Deleted meanwhile: the caller looks again at what is published.
            if (await query.ExecuteScalarAsync(cancellation) is not byte[] content) return;
            var before = _current;
            _current = new Shared(clusteringId, TrainedModel.Read(content, "cpu", Environment.ProcessorCount));
            before?.Return();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Keeps the model from being freed under a caller.</summary>
    internal sealed class Lease(Shared shared, Snapshot snapshot) : IDisposable
    {
        public TrainedModel Model => shared.Model;

        public Snapshot Snapshot => snapshot;

        public void Dispose() => shared.Return();
    }

    /// <summary>Frees the model when the last of those who hold it returns it; being the current one counts as holding.</summary>
    internal sealed class Shared(Guid clusteringId, TrainedModel model)
    {
        private int _holders = 1;

        public Guid ClusteringId => clusteringId;

        public TrainedModel Model => model;

        public bool TryRent()
        {
            int holders;
            do
            {
                holders = Volatile.Read(ref _holders);
                if (holders == 0) return false;
            }
            while (Interlocked.CompareExchange(ref _holders, holders + 1, holders) != holders);
            return true;
        }

        public void Return()
        {
            if (Interlocked.Decrement(ref _holders) == 0) model.Dispose();
        }
    }
}
