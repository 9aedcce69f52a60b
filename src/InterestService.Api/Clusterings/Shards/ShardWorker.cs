using System.Text.Json;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// Does a step with a shard. Any worker may do it, under the lease of the shard: what it finds is stored in one transaction, and depends on nothing but
/// the step and the users of the shard. Thread-safe.
/// </summary>
internal sealed partial class ShardWorker(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    TimeProvider time,
    ILogger<ShardWorker> logger)
{
    /// <summary>Does the step unless it is done, its clustering is over, or another worker does it.</summary>
    /// <param name="model">The step, with the model of the clustering.</param>
    /// <param name="id">The shard.</param>
    /// <param name="cancellation">Stops the work; nothing is stored then.</param>
    /// <returns>Whether this call has done it.</returns>
    /// <exception cref="LeaseLostException">Another worker has taken the shard over.</exception>
    public async Task<bool> DoAsync(ShardModel model, Guid id, CancellationToken cancellation)
    {
        await using var lease = await Lease.TakeAsync(database, time, id, cancellation);
        if (lease is null || await FindAsync(model.Step, id, cancellation) is not { } shard) return false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        try
        {
            var found = await (model.Step.Stage switch
            {
                ShardStage.Encode => ShardEncoding.RunAsync(database, model, shard, stop.Token),
                ShardStage.Sum => ShardSums.RunAsync(database, model, shard, stop.Token),
                _ => ShardAssignment.RunAsync(database, model, shard, stop.Token),
            });
            if (await StoreAsync(lease, id, model.Step.Number, found, stop.Token)) LogDone(shard.Number, shard.Clustering, model.Step.Number, model.Step.Stage, found.Users);
            return true;
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            throw new LeaseLostException(id);
        }
    }

    private async Task<Shard?> FindAsync(ShardStep step, Guid id, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT clustering_id, number, first_user, next_user, request, created_at
            FROM clustering_shards AS shard JOIN clusterings ON clusterings.id = clustering_id
            WHERE shard.id = $1 AND shard.finished_step < $2 AND state = 'running' AND NOT cancel_requested
            """);
        query.Parameters.AddWithValue(id);
        query.Parameters.AddWithValue(step.Number);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        var request = JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(4), InterestDbContext.JsonOptions)!;
        return new Shard(
            reader.GetGuid(0), reader.GetInt32(1), request.Parameters.MinimumUserItems ?? 1,
            new ShardEvents(EventWindow.Create(request, reader.GetDateTime(5)), step.Sample, reader.GetString(2), reader.TextOrNull(3)));
    }

    private async Task<bool> StoreAsync(Lease lease, Guid id, int step, ShardFindings found, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        await lease.EnsureHeldAsync(connection, cancellation);
        await found.WriteAsync(connection, cancellation);
        await using var finish = new NpgsqlCommand("""
            UPDATE clustering_shards SET finished_step = $2, events = events + $3, result = $4 WHERE id = $1 AND finished_step < $2
            """, connection);
        finish.Parameters.AddWithValue(id);
        finish.Parameters.AddWithValue(step);
        finish.Parameters.AddWithValue(found.Events);
        finish.Parameters.Add(new NpgsqlParameter<byte[]?> { TypedValue = found.Result });
        // The shard is closed or gone when the clustering is over, and its rows must not outlive it.
        if (await finish.ExecuteNonQueryAsync(cancellation) != 1) return false;
        await transaction.CommitAsync(cancellation);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Shard {Number} of clustering {Clustering} has ended step {Step}, {Stage}: {Users} users")]
    private partial void LogDone(int number, Guid clustering, int step, ShardStage stage, int users);
}

/// <summary>A shard of a running clustering.</summary>
/// <param name="Clustering">The clustering.</param>
/// <param name="Number">Its place among the shards, from 1.</param>
/// <param name="MinimumItems">Users with fewer distinct items and queries are excluded.</param>
/// <param name="Events">The events of its persons.</param>
internal sealed record Shard(Guid Clustering, int Number, int MinimumItems, ShardEvents Events);

/// <summary>What a step has found in a shard.</summary>
/// <param name="Users">Number of users.</param>
/// <param name="WriteAsync">Writes what belongs into other tables than that of the shards, in the transaction of its connection.</param>
internal sealed record ShardFindings(int Users, Func<NpgsqlConnection, CancellationToken, Task> WriteAsync)
{
    /// <summary>Number of events read. Default 0.</summary>
    public long Events { get; init; }

    /// <summary>What the worker that runs the clustering adds up. Default: nothing.</summary>
    public byte[]? Result { get; init; }
}
