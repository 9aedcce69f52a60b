using InterestService.Api.Publishing.Snapshots;
using InterestService.Pipeline;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>What a worker needs of a clustering to assign users of it, read once for all of its shards.</summary>
/// <param name="Trained">The model that the sample has trained.</param>
/// <param name="Reach">How far the clusters reach, which users whom the model has assigned do not change.</param>
internal sealed record ShardModel(TrainedModel Trained, ClusterReach Reach) : IDisposable
{
    /// <summary>Reads the model and the reach of a clustering that has been cut into shards.</summary>
    /// <param name="database">Database of the clustering.</param>
    /// <param name="clustering">The clustering.</param>
    /// <param name="threads">Maximum number of threads of the model.</param>
    /// <param name="textModels">Opens the language models of texts.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>The model; the caller disposes it. Null when the clustering has been deleted.</returns>
    public static async Task<ShardModel?> ReadAsync(
        NpgsqlDataSource database, Guid clustering, int threads, TextModels textModels, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var query = new NpgsqlCommand("SELECT content FROM models WHERE clustering_id = $1", connection);
        query.Parameters.AddWithValue(clustering);
        if (await query.ExecuteScalarAsync(cancellation) is not byte[] content) return null;
        var trained = TrainedModel.Read(content, "cpu", threads, textModels);
        try
        {
            return new ShardModel(trained, await ReadReachAsync(connection, clustering, trained.Centroids.Rows, cancellation));
        }
        catch
        {
            trained.Dispose();
            throw;
        }
    }

    public void Dispose() => Trained.Dispose();

    private static async Task<ClusterReach> ReadReachAsync(NpgsqlConnection connection, Guid clustering, int clusters, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT cluster_number, max(distance) FILTER (WHERE NOT noise), bool_or(noise) FROM assignments WHERE clustering_id = $1 GROUP BY 1", connection);
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
