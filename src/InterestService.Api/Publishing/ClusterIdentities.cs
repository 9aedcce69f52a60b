using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Publishing;

/// <summary>
/// Decides which clusters of a clustering continue clusters of the published one and keep their ids. Assignments hold numbers within the
/// clustering, and only its rows in <c>clusters</c> map numbers to ids, so that a decision updates a few rows however many users there are.
/// The decision is made when a clustering is saved and, if another one was published since, again before it is published for the first
/// time; after that its ids do not change, so that a rollback restores them.
/// </summary>
/// <param name="BasedOn">Id of the clustering that was published then; null when there was none.</param>
/// <param name="Ids">Ids of the clusters by number.</param>
/// <param name="Lineage">Changes of the published clusters, by id.</param>
internal sealed record ClusterIdentities(Guid? BasedOn, IReadOnlyDictionary<ClusterNumber, ClusterId> Ids, ClusterLineage Lineage)
{
    /// <summary>Decides for a clustering whose assignments are stored.</summary>
    public static async Task<ClusterIdentities> DecideAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT clustering_id FROM publication", connection);
        var published = (Guid?)await query.ExecuteScalarAsync(cancellation);
        var publishedIds = await ClusterOverlaps.IdsAsync(connection, published, cancellation);
        var lineage = ClusterLineage.Between(await ClusterOverlaps.CountAsync(connection, published, id, cancellation));

        var ids = lineage.Matched.ToDictionary(match => new ClusterNumber(match.Current), match => publishedIds[new ClusterNumber(match.Previous)]);
        var own = await OwnIdsAsync(connection, id, cancellation);
        var born = lineage.Born.Select(number => new ClusterNumber(number)).ToLookup(own.ContainsKey);
        foreach (var number in born[true]) ids.Add(number, own[number]);
        ClusterNumber[] others = [.. born[false]];
        foreach (var (number, fresh) in others.Zip(await NewIdsAsync(connection, others.Length, cancellation))) ids.Add(number, fresh);
        return new ClusterIdentities(published, ids, lineage.Renamed(
            number => publishedIds[new ClusterNumber(number)].Value, number => ids[new ClusterNumber(number)].Value));
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
                    Parameters = { new() { Value = id }, new() { Value = Ids.Keys.Select(number => number.Value).ToArray() }, new() { Value = Ids.Values.Select(cluster => cluster.Value).ToArray() } },
                },
            },
        };
        await store.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Returns the ids that an earlier decision drew for this clustering alone, which can be used again.</summary>
    private static async Task<Dictionary<ClusterNumber, ClusterId>> OwnIdsAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT lineage FROM clusterings WHERE id = $1 AND lineage IS NOT NULL", connection);
        query.Parameters.AddWithValue(id);
        if (await query.ExecuteScalarAsync(cancellation) is not string stored) return [];
        var born = JsonSerializer.Deserialize<ClusterLineage>(stored, InterestDbContext.JsonOptions)!.Born.ToHashSet();
        return (await ClusterOverlaps.IdsAsync(connection, id, cancellation)).Where(pair => born.Contains(pair.Value.Value)).ToDictionary();
    }

    /// <summary>Draws ids from a sequence, which gives no value twice even after rollbacks and deletions.</summary>
    private static async Task<IEnumerable<ClusterId>> NewIdsAsync(NpgsqlConnection connection, int count, CancellationToken cancellation)
    {
        await using var draw = new NpgsqlCommand(
            $"SELECT array(SELECT nextval('{InterestDbContext.ClusterIdSequence}')::int FROM generate_series(1, $1))", connection);
        draw.Parameters.AddWithValue(count);
        return ((int[])(await draw.ExecuteScalarAsync(cancellation))!).Select(value => new ClusterId(value));
    }
}
