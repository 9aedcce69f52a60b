using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// Cuts the persons of a window who are not in the training sample into shards. These are ranges of ids and not of hashes, since the events are
/// stored in the order of the ids: a worker reads those of its shard alone.
/// </summary>
/// <param name="Sample">The training sample.</param>
/// <param name="FirstUsers">The first person of each shard, in the order of the ids.</param>
internal sealed record ShardPlan(TrainingSample Sample, string[] FirstUsers)
{
    /// <summary>Plans the shards of a window.</summary>
    /// <param name="database">Database of the events.</param>
    /// <param name="window">The window.</param>
    /// <param name="sample">The training sample.</param>
    /// <param name="shardUsers">Number of persons of each shard but the last.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<ShardPlan> CreateAsync(
        NpgsqlDataSource database, EventWindow window, TrainingSample sample, int shardUsers, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT coalesce(array_agg(person ORDER BY person), ARRAY[]::text[]) FROM (
                SELECT person, row_number() OVER (ORDER BY person) AS number FROM ({TrainingSample.PersonsSql($"NOT {sample.Contains("user_id")}")}) AS persons
            ) AS numbered WHERE (number - 1) % $3 = 0
            """);
        query.Parameters.AddWithValue(window.From);
        query.Parameters.AddWithValue(window.To);
        query.Parameters.AddWithValue((long)shardUsers);
        return new ShardPlan(sample, (string[])(await query.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>Stores the shards of a clustering and its first step in the caller's transaction.</summary>
    public async Task StoreAsync(NpgsqlConnection connection, Guid clustering, PipelineResult trained, CancellationToken cancellation)
    {
        var centroids = new Matrix(trained.Clusters.Length, trained.Vectors.Columns, [.. trained.Clusters.SelectMany(cluster => cluster.Centroid)]);
        await ShardStep.StoreFirstAsync(connection, clustering, Sample, centroids, cancellation);
        await using var store = new NpgsqlCommand("""
            INSERT INTO clustering_shards (id, clustering_id, number, first_user, next_user, finished_step, events)
            SELECT gen_random_uuid(), $1, number, first_user, lead(first_user) OVER (ORDER BY number), 0, 0
            FROM unnest($2) WITH ORDINALITY AS planned (first_user, number)
            """, connection);
        store.Parameters.AddWithValue(clustering);
        store.Parameters.AddWithValue(FirstUsers);
        await store.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Adds the users and events of the shards to those of the sample, and removes the shards, in the caller's transaction, which has locked the clustering.
    /// </summary>
    /// <returns>The number of all users.</returns>
    public static async Task<int> EndAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using (var add = new NpgsqlCommand("""
            UPDATE clusterings SET trained_users = users, users = (SELECT sum(users) FROM clusters WHERE clustering_id = $1),
                events = events + (SELECT sum(events) FROM clustering_shards WHERE clustering_id = $1)
            WHERE id = $1
            """, connection))
        {
            add.Parameters.AddWithValue(clustering);
            await add.ExecuteNonQueryAsync(cancellation);
        }

        await ShardChunks.RemoveAsync(connection, clustering, ShardChunks.Sample, cancellation);
        await RemoveAsync(connection, clustering, cancellation);
        await using var count = new NpgsqlCommand("SELECT users FROM clusterings WHERE id = $1", connection);
        count.Parameters.AddWithValue(clustering);
        return (int)(await count.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Removes the shards of a clustering and what their steps share.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        foreach (string table in (string[])["clustering_shards", "sharded_clusterings"])
        {
            await using var remove = new NpgsqlCommand($"DELETE FROM {table} WHERE clustering_id = $1", connection);
            remove.Parameters.AddWithValue(clustering);
            await remove.ExecuteNonQueryAsync(cancellation);
        }
    }
}
