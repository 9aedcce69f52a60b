using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>Assigns the users of a shard, places some of them on the map, and counts what profiles and metrics need of them. Their encoding is removed.</summary>
internal static class ShardAssignment
{
    public static async Task<ShardFindings> RunAsync(NpgsqlDataSource database, ShardModel model, Shard shard, CancellationToken cancellation)
    {
        var counts = new ShardCounts(model.Step, model.Trained.ItemIds.Count, texts: null);
        var placements = new List<Placement>();
        await foreach (var chunk in ShardChunks.ReadAsync(database, shard.Clustering, shard.Number, cancellation))
        {
            var nearest = model.Nearest(chunk);
            counts.Add(chunk, nearest);
            placements.AddRange(Place(model, chunk, nearest));
        }

        return new ShardFindings(placements.Count, async (storing, stop) =>
        {
            await WriteAsync(storing, shard.Clustering, placements, model.Map, stop);
            await ShardChunks.RemoveAsync(storing, shard.Clustering, shard.Number, stop);
        })
        {
            Result = counts.Write(),
        };
    }

    /// <summary>Computes the rows of <c>assignments</c> of some users.</summary>
    public static IEnumerable<Placement> Place(ShardModel model, UserChunk chunk, NearestCluster[] nearest)
    {
        var memberships = model.Trained.Join(chunk.Vectors, chunk.Activity);
        return nearest.Select((found, user) => new Placement(
            chunk.UserIds[user], ClusterNumber.FromIndex(found.Cluster), found.IsNoise, found.Distance,
            StoredMembership.Of(memberships, user), chunk.Vectors.Row(user).ToArray()));
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, Guid clustering, IReadOnlyList<Placement> placements, MapExtension map, CancellationToken cancellation)
    {
        var copy = await AssignmentCopy.BeginAsync(connection, clustering, cancellation);
        foreach (var placement in placements)
        {
            copy.Add(new AssignmentRow
            {
                UserId = placement.UserId,
                ClusterNumber = placement.ClusterNumber,
                Noise = placement.Noise,
                Distance = placement.Distance,
                Memberships = placement.Memberships,
                Vector = placement.Vector,
                Place = map.Shows(placement.UserId) ? map.Place(placement.Vector) : null,
            });
            await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }
}
