using Hangfire;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Pipeline.LanguageModels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// The shards of a running clustering. The worker that runs it queues a job for each, so that other workers help, and assigns shards itself until
/// none is left: those of workers that were lost too, as soon as their leases have expired.
/// </summary>
internal sealed class ShardQueue(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    ShardAssigner assigner,
    TextModels textModels,
    IOptions<PipelineDefaults> defaults,
    IBackgroundJobClient jobs,
    TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Returns whether a clustering has been cut into shards: an earlier run of it has stored its model and the assignments of the sample.</summary>
    public async Task<bool> AnyAsync(Guid clustering, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT EXISTS (SELECT FROM clustering_shards WHERE clustering_id = $1)");
        query.Parameters.AddWithValue(clustering);
        return (bool)(await query.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Waits until all shards of a clustering are assigned.</summary>
    /// <param name="clustering">The clustering, whose lease the caller holds.</param>
    /// <param name="report">Receives the part that is done, 0 to 1.</param>
    /// <param name="cancellation">Stops the wait and the shard at which this worker is.</param>
    /// <exception cref="LeaseLostException">The clustering has been deleted, or another worker has taken over a shard at which this one was.</exception>
    public async Task AssignAllAsync(Guid clustering, Action<double> report, CancellationToken cancellation)
    {
        var (open, all) = await ReadAsync(clustering, cancellation);
        foreach (Guid shard in open) jobs.Enqueue<ShardJob>(job => job.RunAsync(shard, CancellationToken.None));
        if (open.Length == 0) return;
        using var model = await ReadModelAsync(clustering, cancellation) ?? throw new LeaseLostException(clustering);
        while (open.Length > 0)
        {
            report(1 - (open.Length / (double)all));
            // The others begin with the first one.
            if (!await AssignAnyAsync(model, open.Reverse(), cancellation)) await Task.Delay(_poll, time, cancellation);
            (open, all) = await ReadAsync(clustering, cancellation);
        }
    }

    /// <summary>Assigns open shards of the clustering of a shard until the rest is done by others; does nothing when the shard is done.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellation">Stops the shard at which this worker is.</param>
    /// <returns>Number of shards that this call has assigned.</returns>
    /// <exception cref="LeaseLostException">Another worker has taken the shard over at which this one was.</exception>
    public async Task<int> HelpAsync(Guid shard, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT clustering_id FROM clustering_shards WHERE id = $1 AND finished_at IS NULL");
        query.Parameters.AddWithValue(shard);
        if (await query.ExecuteScalarAsync(cancellation) is not Guid clustering || await ReadModelAsync(clustering, cancellation) is not { } model) return 0;
        using (model)
        {
            int assigned = 0;
            while (await AssignAnyAsync(model, (await ReadAsync(clustering, cancellation)).Open, cancellation)) assigned++;
            return assigned;
        }
    }

    /// <returns>Whether there was a shard that no other worker does.</returns>
    private async Task<bool> AssignAnyAsync(ShardModel model, IEnumerable<Guid> open, CancellationToken cancellation)
    {
        foreach (Guid shard in open)
            if (await assigner.AssignAsync(model, shard, cancellation)) return true;
        return false;
    }

    private Task<ShardModel?> ReadModelAsync(Guid clustering, CancellationToken cancellation) =>
        ShardModel.ReadAsync(database, clustering, defaults.Value.ThreadCount, textModels, cancellation);

    private async Task<(Guid[] Open, int All)> ReadAsync(Guid clustering, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT coalesce(array_agg(id ORDER BY number) FILTER (WHERE finished_at IS NULL), ARRAY[]::uuid[]), count(*)::int FROM clustering_shards WHERE clustering_id = $1
            """);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetFieldValue<Guid[]>(0), reader.GetInt32(1));
    }
}
