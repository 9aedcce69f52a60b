using InterestService.Api.Storage.Queries;
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

    /// <summary>Stores the shards of a clustering in the caller's transaction.</summary>
    public async Task StoreAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var store = new NpgsqlCommand("""
            INSERT INTO clustering_shards (id, clustering_id, number, sample_buckets, first_user, next_user, events, cluster_users)
            SELECT gen_random_uuid(), $1, number, $2, first_user, lead(first_user) OVER (ORDER BY number), 0, ARRAY[]::int[]
            FROM unnest($3) WITH ORDINALITY AS planned (first_user, number)
            """, connection);
        store.Parameters.AddWithValue(clustering);
        store.Parameters.AddWithValue(Sample.Buckets);
        store.Parameters.AddWithValue(FirstUsers);
        await store.ExecuteNonQueryAsync(cancellation);
    }
}
