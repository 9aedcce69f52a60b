using InterestService.Pipeline.Aggregation;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>Sums the vectors of a shard's users by cluster.</summary>
internal static class ShardSums
{
    public static async Task<ShardFindings> RunAsync(NpgsqlDataSource database, ShardModel model, Shard shard, CancellationToken cancellation)
    {
        var sums = await ComputeAsync(database, model, shard.Number, cancellation);
        return new ShardFindings(sums.Users, (_, _) => Task.CompletedTask) { Result = sums.Write() };
    }

    /// <summary>Sums the vectors of a shard or, with number <see cref="ShardChunks.Sample"/>, of the sample.</summary>
    public static async Task<VectorSums> ComputeAsync(NpgsqlDataSource database, ShardModel model, int shard, CancellationToken cancellation)
    {
        var centroids = model.Step.Centroids;
        var sums = new VectorSums(centroids.Rows, centroids.Columns);
        await foreach (var chunk in ShardChunks.ReadAsync(database, model.Step.Clustering, shard, cancellation))
            sums.Add(chunk, model.Nearest(chunk));
        return sums;
    }
}
