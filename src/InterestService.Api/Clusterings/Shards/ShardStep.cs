using InterestService.Api.Jobs;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>The current step of a clustering in shards: what all of its workers do, with the same input.</summary>
/// <param name="Clustering">The clustering.</param>
/// <param name="Number">Number of the step, from 1.</param>
/// <param name="Stage">What it does.</param>
/// <param name="Sample">The persons who have trained, who are in no shard.</param>
/// <param name="Centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
/// <param name="Sums">Sums of all users' vectors with these centroids; null before they are known.</param>
/// <param name="MovesCentroids">Whether the nearest centroid decides on a user's cluster, so that the users move the centroids.</param>
internal sealed record ShardStep(
    Guid Clustering, int Number, ShardStage Stage, TrainingSample Sample, Matrix Centroids, VectorSums? Sums, bool MovesCentroids)
{
    /// <summary>Reads the step at which a clustering is.</summary>
    /// <returns>Null when the clustering is not, or no longer, in shards.</returns>
    public static async Task<ShardStep?> ReadAsync(NpgsqlDataSource database, Guid clustering, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT step, sharded.stage, sample_buckets, centroids, sums, (SELECT count(*)::int FROM clusters WHERE clusters.clustering_id = clusterings.id), request ->> 'algorithm'
            FROM sharded_clusterings AS sharded JOIN clusterings ON clusterings.id = clustering_id WHERE clustering_id = $1
            """);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        float[] centroids = Packed.Unpack<float>(reader.GetFieldValue<byte[]>(3)).ToArray();
        int clusters = reader.GetInt32(5);
        return new ShardStep(
            clustering, reader.GetInt32(0), (ShardStage)reader.GetInt32(1), new TrainingSample(reader.GetInt32(2)),
            new Matrix(clusters, centroids.Length / clusters, centroids), reader.IsDBNull(4) ? null : VectorSums.Read(reader.GetFieldValue<byte[]>(4)),
            Algorithms.Named(reader.GetString(6)).IsCentroidBased);
    }

    /// <summary>Stores the first step of a clustering in the caller's transaction.</summary>
    public static async Task StoreFirstAsync(
        NpgsqlConnection connection, Guid clustering, TrainingSample sample, Matrix centroids, CancellationToken cancellation)
    {
        await using var store = new NpgsqlCommand(
            "INSERT INTO sharded_clusterings (clustering_id, sample_buckets, step, stage, centroids) VALUES ($1, $2, 1, $3, $4)", connection);
        store.Parameters.AddWithValue(clustering);
        store.Parameters.AddWithValue(sample.Buckets);
        store.Parameters.AddWithValue((int)ShardStage.Encode);
        store.Parameters.AddWithValue(Packed.Pack<float>(centroids.Values));
        await store.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ends the step, whose shards have all ended it, and begins the next one.</summary>
    /// <param name="database">The database.</param>
    /// <param name="lease">Lease of the clustering.</param>
    /// <param name="stage">What the next step does.</param>
    /// <param name="centroids">Its centroids.</param>
    /// <param name="sums">Its sums.</param>
    /// <param name="write">Writes what the step has found, in the same transaction.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <exception cref="LeaseLostException">Another worker has taken the clustering over.</exception>
    public async Task AdvanceAsync(
        NpgsqlDataSource database, JobLease lease, ShardStage stage, Matrix centroids, VectorSums? sums, Func<NpgsqlConnection, Task> write,
        CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        await lease.EnsureHeldAsync(connection, cancellation);
        await write(connection);
        await using var advance = new NpgsqlCommand(
            "UPDATE sharded_clusterings SET step = step + 1, stage = $3, centroids = $4, sums = $5 WHERE clustering_id = $1 AND step = $2", connection);
        advance.Parameters.AddWithValue(Clustering);
        advance.Parameters.AddWithValue(Number);
        advance.Parameters.AddWithValue((int)stage);
        advance.Parameters.AddWithValue(Packed.Pack<float>(centroids.Values));
        advance.Parameters.Add(new NpgsqlParameter<byte[]?> { TypedValue = sums?.Write() });
        await advance.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
