using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>Adds what the shards of a clustering have found to what it was trained on.</summary>
internal static class ShardTotals
{
    /// <summary>Adds the users and events of all shards, and removes the shards, in the caller's transaction, which has locked the clustering.</summary>
    /// <returns>The number of all users.</returns>
    public static async Task<int> AddAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var add = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Command("""
                    UPDATE clusters SET users = users + added FROM (
                        SELECT of_cluster.number, sum(counted)::int AS added
                        FROM clustering_shards, unnest(cluster_users) WITH ORDINALITY AS of_cluster (counted, number) WHERE clustering_id = $1 GROUP BY of_cluster.number
                    ) AS found WHERE clustering_id = $1 AND clusters.number = found.number
                    """),
                Command("""
                    UPDATE clusters SET share = users / (SELECT greatest(sum(users), 1)::double precision FROM clusters WHERE clustering_id = $1) WHERE clustering_id = $1
                    """),
                Command("""
                    UPDATE clusterings SET trained_users = users, users = (SELECT sum(users) FROM clusters WHERE clustering_id = $1),
                        events = events + (SELECT sum(events) FROM clustering_shards WHERE clustering_id = $1)
                    WHERE id = $1
                    """),
                Command("DELETE FROM clustering_shards WHERE clustering_id = $1"),
            },
        };
        await add.ExecuteNonQueryAsync(cancellation);
        await using var count = new NpgsqlCommand("SELECT users FROM clusterings WHERE id = $1", connection);
        count.Parameters.AddWithValue(clustering);
        return (int)(await count.ExecuteScalarAsync(cancellation))!;

        NpgsqlBatchCommand Command(string sql) => new(sql) { Parameters = { new() { Value = clustering } } };
    }
}
