using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Projection;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>What a worker needs for a step, read once for all of its shards.</summary>
internal sealed class ShardModel : IDisposable
{
    private readonly TrainedModel? _trained;
    private readonly ClusterReach _reach;
    private readonly MapExtension? _map;

    private ShardModel(ShardStep step, ClusterReach reach, TrainedModel? trained = null, MapExtension? map = null) =>
        (Step, _reach, _trained, _map) = (step, reach, trained, map);

    public ShardStep Step { get; }

    /// <summary>The model that the sample has trained.</summary>
    public TrainedModel Trained => _trained ?? throw new InvalidOperationException("A step that only sums vectors reads no model.");

    /// <summary>The map of the sample.</summary>
    public MapExtension Map => _map ?? throw new InvalidOperationException("Only the step that assigns users reads the map.");

    /// <summary>Reads what the current step of a clustering needs.</summary>
    /// <param name="database">Database of the clustering.</param>
    /// <param name="clustering">The clustering.</param>
    /// <param name="threads">Maximum number of threads of the model.</param>
    /// <param name="textModels">Opens the language models of texts.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>The model; the caller disposes it. Null when the clustering is over.</returns>
    public static async Task<ShardModel?> ReadAsync(
        NpgsqlDataSource database, Guid clustering, int threads, TextModels textModels, CancellationToken cancellation)
    {
        if (await ShardStep.ReadAsync(database, clustering, cancellation) is not { } step) return null;
        var reach = await ReadReachAsync(database, clustering, step.Centroids.Rows, cancellation);
        if (step.Stage == ShardStage.Sum) return new ShardModel(step, reach);
        var map = step.Stage == ShardStage.Assign ? await ReadMapAsync(database, step, cancellation) : null;
        return await ReadContentAsync(database, clustering, cancellation) is { } content
            ? new ShardModel(step, reach, TrainedModel.Read(content, "cpu", threads, textModels), map)
            : null;
    }

    /// <summary>Reads the stored model of a clustering; null when it has been deleted.</summary>
    public static async Task<byte[]?> ReadContentAsync(NpgsqlDataSource database, Guid clustering, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT content FROM models WHERE clustering_id = $1");
        query.Parameters.AddWithValue(clustering);
        return (byte[]?)await query.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Finds the clusters of some users.</summary>
    public NearestCluster[] Nearest(UserChunk chunk) => chunk.Nearest(Step.Centroids, Step.MovesCentroids
        // The centroids have all users of whom the encoder knows something, and the others where the sample had such.
        ? (user, _, _) => _reach.Distances is not null && !chunk.Counts[user]
        : (_, cluster, distance) => _reach.IsBeyond(ClusterNumber.FromIndex(cluster), distance));

    public void Dispose() => _trained?.Dispose();

    /// <summary>Reads the map of the sample, without the users whom this step has placed on it already.</summary>
    private static async Task<MapExtension> ReadMapAsync(NpgsqlDataSource database, ShardStep step, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT vector, map_x, map_y FROM assignments
            WHERE clustering_id = $1 AND map_x IS NOT NULL AND {step.Sample.Contains("user_id")} ORDER BY user_id
            """);
        query.Parameters.AddWithValue(step.Clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var (vectors, places) = (new List<float>(), new List<float>());
        while (await reader.ReadAsync(cancellation))
        {
            vectors.AddRange(Packed.Unpack<float>(reader.GetFieldValue<byte[]>(0)));
            places.AddRange(reader.GetFloat(1), reader.GetFloat(2));
        }

        int shown = places.Count / 2;
        return new MapExtension(new Matrix(shown, step.Centroids.Columns, [.. vectors]), new Matrix(shown, 2, [.. places]), step.Sums!.Users - shown);
    }

    /// <summary>Reads how far the clusters reach, which users whom a step has assigned do not change.</summary>
    private static async Task<ClusterReach> ReadReachAsync(NpgsqlDataSource database, Guid clustering, int clusters, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand(
            "SELECT cluster_number, max(distance) FILTER (WHERE NOT noise), bool_or(noise) FROM assignments WHERE clustering_id = $1 GROUP BY 1");
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        float[] distances = new float[clusters];
        Array.Fill(distances, -1);
        bool anyNoise = false;
        while (await reader.ReadAsync(cancellation))
        {
            distances[new ClusterNumber(reader.GetInt32(0)).Index] = reader.IsDBNull(1) ? -1 : reader.GetFloat(1);
            anyNoise |= reader.GetBoolean(2);
        }

        return new ClusterReach(anyNoise ? distances : null);
    }
}
