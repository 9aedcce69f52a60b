using Hangfire;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Pipeline.LanguageModels;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// The shards of a running clustering in its current step. The worker that runs it queues a job for each, so that other workers help, and does
/// shards itself until none is left: those of workers that were lost too, as soon as their leases have expired.
/// </summary>
internal sealed class ShardQueue(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    ShardWorker worker,
    TextModels textModels,
    IOptions<PipelineDefaults> defaults,
    IBackgroundJobClient jobs,
    TimeProvider time)
{
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(500);

    /// <summary>Does the current step with all shards of a clustering.</summary>
    /// <param name="clustering">The clustering, whose lease the caller holds.</param>
    /// <param name="report">Receives the step and the part of it that is done, 0 to 1.</param>
    /// <param name="cancellation">Stops the wait and the shard at which this worker is.</param>
    /// <returns>The step, with its model; the caller disposes it.</returns>
    /// <exception cref="LeaseLostException">The clustering has been deleted, or another worker has taken over a shard at which this one was.</exception>
    public async Task<ShardModel> DoAllAsync(Guid clustering, Action<ShardStep, double> report, CancellationToken cancellation)
    {
        var model = await ReadModelAsync(clustering, cancellation) ?? throw new LeaseLostException(clustering);
        try
        {
            var (open, all) = await ReadAsync(model.Step, cancellation);
            foreach (Guid shard in open) jobs.Enqueue<ShardJob>(job => job.RunAsync(shard, CancellationToken.None));
            while (open.Length > 0)
            {
                report(model.Step, 1 - (open.Length / (double)all));
                // The others begin with the first one.
                if (!await DoAnyAsync(model, open.Reverse(), cancellation)) await Task.Delay(_poll, time, cancellation);
                (open, all) = await ReadAsync(model.Step, cancellation);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Does the current step with shards of the clustering of a shard until the rest is done by others; nothing when the shard is done.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellation">Stops the shard at which this worker is.</param>
    /// <returns>Number of shards that this call has done.</returns>
    /// <exception cref="LeaseLostException">Another worker has taken the shard over at which this one was.</exception>
    public async Task<int> HelpAsync(Guid shard, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT clustering_id FROM clustering_shards JOIN sharded_clusterings USING (clustering_id) WHERE id = $1 AND finished_step < step
            """);
        query.Parameters.AddWithValue(shard);
        if (await query.ExecuteScalarAsync(cancellation) is not Guid clustering || await ReadModelAsync(clustering, cancellation) is not { } model) return 0;
        using (model)
        {
            int done = 0;
            while (await DoAnyAsync(model, (await ReadAsync(model.Step, cancellation)).Open, cancellation)) done++;
            return done;
        }
    }

    /// <returns>Whether there was a shard that no other worker does.</returns>
    private async Task<bool> DoAnyAsync(ShardModel model, IEnumerable<Guid> open, CancellationToken cancellation)
    {
        foreach (Guid shard in open)
            if (await worker.DoAsync(model, shard, cancellation)) return true;
        return false;
    }

    private Task<ShardModel?> ReadModelAsync(Guid clustering, CancellationToken cancellation) =>
        ShardModel.ReadAsync(database, clustering, defaults.Value.ThreadCount, textModels, cancellation);

    private async Task<(Guid[] Open, int All)> ReadAsync(ShardStep step, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT coalesce(array_agg(id ORDER BY number) FILTER (WHERE finished_step < $2), ARRAY[]::uuid[]), count(*)::int FROM clustering_shards WHERE clustering_id = $1
            """);
        query.Parameters.AddWithValue(step.Clustering);
        query.Parameters.AddWithValue(step.Number);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetFieldValue<Guid[]>(0), reader.GetInt32(1));
    }
}
