using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// Runs a clustering of which a sample has trained through its steps: all workers encode the other users, K-means moves its centroids by the sums of
/// all, and all users are assigned and counted. After each step the worker that holds the clustering's lease adds up what the shards have found, always
/// in their order, so that the bytes do not depend on the number of workers.
/// </summary>
internal sealed partial class ShardSteps(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    ShardQueue queue,
    ILogger<ShardSteps> logger)
{
    /// <summary>Maximum number of rounds of K-means over all users. The sample has placed the centroids, and most rounds are few.</summary>
    private const int MaxRounds = 10;

    /// <summary>Distance on the unit sphere below which centroids rest.</summary>
    private const double Tolerance = 1e-3;

    // Part of the work that is done when a stage ends: more than that of encoding where users have few events, less where they have many.
    private const double EncodeEnd = .5, SumEnd = .6;

    /// <summary>Returns whether a clustering is in shards: an earlier run of it has stored its model and the users of the sample.</summary>
    public async Task<bool> AnyAsync(Guid clustering, CancellationToken cancellation) => await ShardStep.ReadAsync(database, clustering, cancellation) is not null;

    /// <summary>Runs the steps that are left.</summary>
    /// <param name="lease">Lease of the clustering.</param>
    /// <param name="report">Receives the part that is done, 0 to 1.</param>
    /// <param name="cancellation">Stops the work; the next run continues with the shards that are left.</param>
    /// <returns>The last step, which has assigned and counted the users; the caller disposes it.</returns>
    /// <exception cref="LeaseLostException">Another worker has taken over the clustering or a shard.</exception>
    public async Task<ShardModel> RunAsync(JobLease lease, Action<double> report, CancellationToken cancellation)
    {
        while (true)
        {
            var model = await queue.DoAllAsync(lease.Id, (step, done) => report(Overall(step, done)), cancellation);
            if (model.Step.Stage == ShardStage.Assign) return model;
            using (model) await AdvanceAsync(lease, model, cancellation);
        }
    }

    /// <summary>Reads what the current step has found in each shard, in their order.</summary>
    public static async IAsyncEnumerable<byte[]> ReadResultsAsync(NpgsqlDataSource database, Guid clustering, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT result FROM clustering_shards WHERE clustering_id = $1 ORDER BY number");
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) yield return reader.GetFieldValue<byte[]>(0);
    }

    private async Task AdvanceAsync(JobLease lease, ShardModel model, CancellationToken cancellation)
    {
        var step = model.Step;
        if (step.Stage == ShardStage.Encode)
        {
            await step.AdvanceAsync(database, lease, ShardStage.Sum, step.Centroids, sums: null, _ => Task.CompletedTask, cancellation);
            return;
        }

        var sums = await AddAsync(model, cancellation);
        var moved = step.MovesCentroids ? sums.Directions(step.Centroids) : step.Centroids;
        double distance = Distance(moved, step.Centroids);
        if (step.MovesCentroids) LogRound(step.Number - 1, step.Clustering, distance);
        if (step.Number <= MaxRounds && distance > Tolerance)
            await step.AdvanceAsync(database, lease, ShardStage.Sum, moved, sums: null, _ => Task.CompletedTask, cancellation);
        else
            await step.AdvanceAsync(database, lease, ShardStage.Assign, step.Centroids, sums, connection => MoveAsync(connection, step, cancellation), cancellation);
    }

    private async Task<VectorSums> AddAsync(ShardModel model, CancellationToken cancellation)
    {
        var sums = await ShardSums.ComputeAsync(database, model, ShardChunks.Sample, cancellation);
        await foreach (byte[] result in ReadResultsAsync(database, model.Step.Clustering, cancellation)) sums.Add(VectorSums.Read(result));
        return sums;
    }

    /// <summary>Stores the centroids of a step as those of the model.</summary>
    private async Task MoveAsync(NpgsqlConnection connection, ShardStep step, CancellationToken cancellation)
    {
        if (!step.MovesCentroids) return;
        byte[] content = await ShardModel.ReadContentAsync(database, step.Clustering, cancellation) ?? throw new LeaseLostException(step.Clustering);
        await using var move = new NpgsqlCommand("UPDATE models SET content = $2 WHERE clustering_id = $1", connection);
        move.Parameters.AddWithValue(step.Clustering);
        move.Parameters.AddWithValue(TrainedModel.Move(content, step.Centroids));
        await move.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Returns the largest distance of a centroid to its former place.</summary>
    private static double Distance(Matrix centroids, Matrix former) =>
        Enumerable.Range(0, centroids.Rows).Max(row => TensorPrimitives.Distance<float>(centroids.Row(row), former.Row(row)));

    private static double Overall(ShardStep step, double done) => step.Stage switch
    {
        ShardStage.Encode => EncodeEnd * done,
        ShardStage.Sum => EncodeEnd + ((SumEnd - EncodeEnd) * (step.Number - 2 + done) / MaxRounds),
        _ => SumEnd + ((1 - SumEnd) * done),
    };

    [LoggerMessage(LogLevel.Information, "Round {Round} of K-means over all users of clustering {Clustering} moves the centroids by at most {Distance}")]
    private partial void LogRound(int round, Guid clustering, double distance);
}
