using Hangfire;
using InterestService.Api.Hosting.Databases;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// The shards of a running clustering, as the worker that runs it sees them. It queues a job for each, so that other workers help, and assigns
/// shards itself until none is left: those of workers that were lost too, as soon as their leases have expired.
/// </summary>
internal sealed class ShardQueue(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database, ShardAssigner assigner, IBackgroundJobClient jobs, TimeProvider time)
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
    public async Task AssignAllAsync(Guid clustering, Action<double> report, CancellationToken cancellation)
    {
        var (open, all) = await ReadAsync(clustering, cancellation);
        foreach (Guid shard in open) jobs.Enqueue<ShardJob>(job => job.RunAsync(shard, CancellationToken.None));
        while (open.Length > 0)
        {
            report(1 - (open.Length / (double)all));
            // The others begin with the first one.
            bool assigned = false;
            for (int i = open.Length - 1; i >= 0 && !assigned; i--) assigned = await assigner.AssignAsync(open[i], cancellation);
            if (!assigned) await Task.Delay(_poll, time, cancellation);
            (open, all) = await ReadAsync(clustering, cancellation);
        }
    }

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
