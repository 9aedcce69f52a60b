using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Recommending;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Clusterings;

/// <summary>Copies the rows of a clustering into their tables.</summary>
internal static class ClusteringRows
{
    public static async Task WriteAssignmentsAsync(NpgsqlConnection connection, Guid id, PipelineResult result, CancellationToken cancellation)
    {
        var copy = await AssignmentCopy.BeginAsync(connection, id, cancellation);
        int shown = 0;
        for (int user = 0; user < result.UserIds.Length; user++)
        {
            bool isShown = shown < result.Map.Rows.Length && result.Map.Rows[shown] == user;
            copy.Add(new AssignmentRow
            {
                UserId = result.UserIds[user],
                ClusterNumber = result.Clusters[result.Partition.Nearest[user]].Number,
                Noise = result.Partition.Labels[user] == Partition.NoiseLabel,
                Strength = result.Partition.Strengths?[user],
                Distance = result.Distances[user],
                Memberships = StoredMembership.Of(result.Memberships, user),
                Vector = result.Vectors.Row(user),
                Place = isShown ? (result.Map.Points.Row(shown)[0], result.Map.Points.Row(shown)[1]) : null,
            });
            if (isShown) shown++;
            await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    public static async Task WriteClustersAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyDictionary<ClusterNumber, ClusterId> ids, PipelineResult result, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(connection, """
            COPY clusters (clustering_id, number, cluster_id, label, users, share, cohesion, persistence, centroid, profile) FROM STDIN (FORMAT binary)
            """, cancellation);
        foreach (var cluster in result.Clusters)
        {
            copy.BeginRow(10);
            copy.Write(id);
            copy.Write(cluster.Number.Value);
            copy.Write(ids[cluster.Number].Value);
            copy.WriteText(cluster.Label);
            copy.Write(cluster.Users);
            copy.Write(cluster.Share);
            copy.Write(cluster.Cohesion);
            copy.Write((double?)result.Partition.Persistences?[cluster.Number.Index]);
            copy.WriteArray(cluster.Centroid);
            copy.WriteJsonb(JsonSerializer.SerializeToUtf8Bytes(cluster.Profile, InterestDbContext.JsonOptions));
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>Writes the descriptions of clusters that have rows.</summary>
    public static async Task UpdateClustersAsync(NpgsqlConnection connection, Guid id, ClusterDescription[] clusters, CancellationToken cancellation)
    {
        await using var update = new NpgsqlBatch(connection);
        foreach (var cluster in clusters)
        {
            update.BatchCommands.Add(new("""
                UPDATE clusters SET label = $3, users = $4, share = $5, cohesion = $6, centroid = $7, profile = $8 WHERE clustering_id = $1 AND number = $2
                """)
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = cluster.Number.Value }, new() { Value = cluster.Label }, new() { Value = cluster.Users },
                    new() { Value = cluster.Share }, new() { Value = cluster.Cohesion }, new() { Value = cluster.Centroid },
                    new() { Value = JsonSerializer.Serialize(cluster.Profile, InterestDbContext.JsonOptions), NpgsqlDbType = NpgsqlDbType.Jsonb },
                },
            });
        }

        await update.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task WriteItemsAsync(NpgsqlConnection connection, Guid id, Popularity popularity, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY cluster_items (clustering_id, cluster_number, item_id, users) FROM STDIN (FORMAT binary)", cancellation);
        var lists = popularity.Clusters.Select((items, index) => (Number: ClusterNumber.FromIndex(index), Items: items))
            .Prepend((Number: ClusterItem.Everyone, Items: popularity.Everyone));
        foreach (var (number, items) in lists)
        {
            foreach (var item in items)
            {
                copy.BeginRow(4);
                copy.Write(id);
                copy.Write(number.Value);
                copy.WriteText(item.ItemId);
                copy.Write(item.Users);
                if (copy.IsFull) await copy.FlushAsync(cancellation);
            }
        }

        await copy.CompleteAsync(cancellation);
    }

    public static async Task WritePopulationAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyList<FeatureShare> population, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY population_shares (clustering_id, dimension, name, share) FROM STDIN (FORMAT binary)", cancellation);
        foreach (var share in population)
        {
            copy.BeginRow(4);
            copy.Write(id);
            copy.WriteText(share.Dimension);
            copy.WriteText(share.Name);
            copy.Write(share.Share);
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    public static async Task WriteCommunitiesAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyList<ItemCommunity> communities, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY item_communities (clustering_id, item_id, community) FROM STDIN (FORMAT binary)", cancellation);
        foreach (var item in communities)
        {
            copy.BeginRow(3);
            copy.Write(id);
            copy.WriteText(item.ItemId);
            copy.WriteText(item.Community);
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }
}
