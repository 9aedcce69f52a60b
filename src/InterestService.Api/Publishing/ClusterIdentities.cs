using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Pipeline.Lineage;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Publishing;

/// <summary>
/// Which clusters of a clustering are clusters of the published one, and keep their ids. Assignments hold numbers within the clustering
/// and only its rows of <c>clusters</c> say which ids those stand for, so that a decision costs a few rows however many users there are.
/// It is made when a clustering is saved and, if another one was published since, again before it is published for the first time; from
/// then on its ids stay, so a rollback brings them back.
/// </summary>
/// <param name="BasedOn">The clustering that was published then; null: none.</param>
/// <param name="Ids">By number.</param>
/// <param name="Lineage">What became of the published clusters, by ids.</param>
internal sealed record ClusterIdentities(Guid? BasedOn, IReadOnlyDictionary<int, int> Ids, ClusterLineage Lineage)
{
    /// <summary>Decides for a clustering whose assignments are stored.</summary>
    public static async Task<ClusterIdentities> DecideAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT clustering_id FROM publication", connection);
        var published = (Guid?)await query.ExecuteScalarAsync(cancellation);
        var publishedIds = await ClusterOverlaps.IdsAsync(connection, published, cancellation);
        var lineage = ClusterLineage.Between(await ClusterOverlaps.CountAsync(connection, published, id, cancellation));

        var ids = lineage.Matched.ToDictionary(match => match.Current, match => publishedIds[match.Previous]);
        var own = await OwnIdsAsync(connection, id, cancellation);
        foreach (int number in lineage.Born.Where(own.ContainsKey)) ids.Add(number, own[number]);
        int[] others = [.. lineage.Born.Where(number => !own.ContainsKey(number))];
        foreach (var (number, fresh) in others.Zip(await NewIdsAsync(connection, others.Length, cancellation))) ids.Add(number, fresh);
        return new ClusterIdentities(published, ids, lineage.Renamed(number => publishedIds[number], number => ids[number]));
    }

    public async Task StoreAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        string lineage = JsonSerializer.Serialize(Lineage, InterestDbContext.JsonOptions);
        await using var store = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("UPDATE clusterings SET based_on = $2, lineage = $3 WHERE id = $1")
                {
                    Parameters =
                    {
                        new() { Value = id },
                        new() { Value = (object?)BasedOn ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                        new() { Value = lineage, NpgsqlDbType = NpgsqlDbType.Jsonb },
                    },
                },
                new("""
                    UPDATE clusters SET cluster_id = decided.cluster_id FROM unnest($2, $3) AS decided (number, cluster_id)
                    WHERE clustering_id = $1 AND clusters.number = decided.number
                    """)
                {
                    Parameters = { new() { Value = id }, new() { Value = Ids.Keys.ToArray() }, new() { Value = Ids.Values.ToArray() } },
                },
            },
        };
        await store.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ids that were drawn for this clustering alone when it was decided before; they are as good as new ones.</summary>
    private static async Task<Dictionary<int, int>> OwnIdsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT lineage FROM clusterings WHERE id = $1 AND lineage IS NOT NULL", connection);
        query.Parameters.AddWithValue(id);
        if (await query.ExecuteScalarAsync(cancellation) is not string stored) return [];
        var born = JsonSerializer.Deserialize<ClusterLineage>(stored, InterestDbContext.JsonOptions)!.Born.ToHashSet();
        return (await ClusterOverlaps.IdsAsync(connection, id, cancellation)).Where(pair => born.Contains(pair.Value)).ToDictionary();
    }

    /// <summary>From a sequence, which gives no number twice whatever is rolled back or deleted.</summary>
    private static async Task<int[]> NewIdsAsync(NpgsqlConnection connection, int count, CancellationToken cancellation)
    {
        await using var draw = new NpgsqlCommand(
            $"SELECT array(SELECT nextval('{InterestDbContext.ClusterIdSequence}')::int FROM generate_series(1, $1))", connection);
        draw.Parameters.AddWithValue(count);
        return (int[])(await draw.ExecuteScalarAsync(cancellation))!;
    }
}
