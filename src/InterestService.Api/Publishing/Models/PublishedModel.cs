using InterestService.Api.Publishing.Snapshots;
using InterestService.Pipeline;
using InterestService.Pipeline.LanguageModels;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>
/// Holds the model of the published clustering, which is loaded on first use and kept while the clustering is published. It runs on the CPU,
/// because it encodes too few users at a time to profit from another device.
/// </summary>
internal sealed class PublishedModel(NpgsqlDataSource database, PublishedSnapshot published, TextModels textModels) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private volatile Shared? _current;

    /// <summary>Rents the model with its snapshot until the lease is disposed; returns null while nothing is published.</summary>
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
            // Null when the clustering was deleted in the meantime; the caller then reads again what is published.
            if (await query.ExecuteScalarAsync(cancellation) is not byte[] content) return;
            var before = _current;
            _current = new Shared(clusteringId, TrainedModel.Read(content, "cpu", Environment.ProcessorCount, textModels));
            before?.Return();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Keeps the model alive while a caller uses it.</summary>
    internal sealed class Lease(Shared shared, Snapshot snapshot) : IDisposable
    {
        public TrainedModel Model => shared.Model;

        public Snapshot Snapshot => snapshot;

        public void Dispose() => shared.Return();
    }

    /// <summary>Disposes the model when its last holder returns it; being the current model counts as a holder.</summary>
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
